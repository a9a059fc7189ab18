/* Which work orders are in somebody's hands, and which must wait because they failed.
 *
 * In memory only: a restart tries everything again at once. A failed order waits for a time that
 * doubles, so that it neither keeps a worker busy nor stands before those behind it. The book
 * remembers a bounded number of failures; beyond it the one that may be tried soonest is forgotten.
 * Any thread. */
#pragma once

#include "base/uuid.h"

#include <pthread.h>

enum {
    ORDERS_TAKEN_MAX = 256,
    ORDERS_FAILED_MAX = 1024,
    ORDER_WAIT_FIRST_MS = 200,
    ORDER_WAIT_MS_MAX = 60000,
};

struct failed_order {
    struct uuid id;
    int64_t again_ms; /* boot time */
    int64_t wait_ms;
};

struct order_book {
    pthread_mutex_t lock;
    struct uuid taken[ORDERS_TAKEN_MAX];
    size_t taken_count;
    struct failed_order failed[ORDERS_FAILED_MAX];
    size_t failed_count;
};

void order_book_init(struct order_book *book);
void order_book_free(struct order_book *book);

/* Takes an order; false when another worker has it or it must still wait. */
bool order_book_take(struct order_book *book, const struct uuid *id, int64_t boot_ms);

/* Gives it back: it is gone from the state. */
void order_book_done(struct order_book *book, const struct uuid *id);

/* Gives it back to be taken again later. True when it failed for the first time. */
bool order_book_failed(struct order_book *book, const struct uuid *id, int64_t boot_ms);

/* When the first of the failed orders may be taken again, INT64_MAX when there is none. */
int64_t order_book_next(struct order_book *book);
