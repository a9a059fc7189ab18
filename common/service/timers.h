/* Timers: what falls due, as part of the state.
 *
 * A timer is a key of TABLE_TIMERS, set and removed by apply, so that a replay sets and
 * removes the same ones. When it is due the service's timer function decides; the events it emits
 * remove it. Order is by due time, then kind, subject and tag. */
#pragma once

#include "service/service.h"
#include "service/tables.h"

enum { TIMER_TAG_BYTES_MAX = 80 };

/* Sets or removes a timer; setting one that is set does nothing. Only in apply. */
void timer_set(struct state *state, const struct timer *timer);
void timer_remove(struct state *state, const struct timer *timer);

/* Reads the timer that `key` is; false when the key is none (then the store is corrupt). The tag
 * points into `key`. */
bool timer_read(struct bytes key, struct timer *ret_timer);
