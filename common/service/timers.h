/* Timers: what falls due, as part of the state.
 *
 * A timer is a key of TABLE_TIMERS, set and removed by apply, so that a replay sets and
 * removes the same ones. When it is due the service's timer function decides; the events it emits
 * remove it. Those with legal effect stand behind the others, so that neither a held clock nor the
 * question for the next one has to step over them; those in the background stand last. Within each
 * class, order is by due time, then kind, subject and tag. A kind's class is part of its keys: it
 * may not change. */
#pragma once

#include "service/service.h"
#include "service/tables.h"

enum { TIMER_TAG_BYTES_MAX = 80 };

enum timer_class { TIMER_PLAIN, TIMER_LEGAL, TIMER_BACKGROUND, TIMER_CLASSES };

/* The class of a kind of timer. */
enum timer_class timer_class_of(const struct service_timer *entry);

/* Sets or removes a timer; setting one that is set does nothing. Only in apply. */
void timer_set(struct state *state, const struct timer *timer);
void timer_remove(struct state *state, const struct timer *timer);
bool timer_is_set(struct state *state, const struct timer *timer);

/* Reads the timer that `key` is; false when the key is none (then the store is corrupt). The tag
 * points into `key`. */
bool timer_read(struct bytes key, struct timer *ret_timer);

/* Walks the timers of a class, in order: open, then `timer_next` until it is false. A key that is
 * none fails the transaction. */
struct timer_walk {
    struct store_cursor cursor;
    struct timer timer; /* the present one; its tag is valid as values of the store are */
    enum timer_class class;
    bool begun;
};
void timer_walk_open(struct timer_walk *walk, struct store_txn *txn, enum timer_class class);
bool timer_walk_next(struct timer_walk *walk);
void timer_walk_close(struct timer_walk *walk);

/* When the first of them is due, INT64_MAX when there is none. */
int64_t timer_first_due(struct store_txn *txn, enum timer_class class);
