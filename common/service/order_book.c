#include "service/order_book.h"

#include "base/check.h"

void order_book_init(struct order_book *book)
{
    *book = (struct order_book){0};
    CHECK(pthread_mutex_init(&book->lock, NULL) == 0);
}

void order_book_free(struct order_book *book)
{
    CHECK(pthread_mutex_destroy(&book->lock) == 0);
}

static struct failed_order *failure_find(struct order_book *book, const struct uuid *id)
{
    for (size_t i = 0; i < book->failed_count; i++) {
        if (uuid_equal(&book->failed[i].id, id)) {
            return &book->failed[i];
        }
    }
    return NULL;
}

static bool is_taken(const struct order_book *book, const struct uuid *id)
{
    for (size_t i = 0; i < book->taken_count; i++) {
        if (uuid_equal(&book->taken[i], id)) {
            return true;
        }
    }
    return false;
}

bool order_book_take(struct order_book *book, const struct uuid *id, int64_t boot_ms)
{
    pthread_mutex_lock(&book->lock);
    const struct failed_order *failure = failure_find(book, id);
    bool is_free = !is_taken(book, id) && (failure == NULL || failure->again_ms <= boot_ms);
    if (is_free) {
        CHECK(book->taken_count < ORDERS_TAKEN_MAX);
        book->taken[book->taken_count++] = *id;
    }
    pthread_mutex_unlock(&book->lock);
    return is_free;
}

static void give_back(struct order_book *book, const struct uuid *id)
{
    for (size_t i = 0; i < book->taken_count; i++) {
        if (uuid_equal(&book->taken[i], id)) {
            book->taken[i] = book->taken[--book->taken_count];
            return;
        }
    }
}

void order_book_done(struct order_book *book, const struct uuid *id)
{
    pthread_mutex_lock(&book->lock);
    struct failed_order *failure = failure_find(book, id);
    give_back(book, id);
    if (failure != NULL) {
        *failure = book->failed[--book->failed_count];
    }
    pthread_mutex_unlock(&book->lock);
}

/* A place for a new failure; in a full book that of the one which may be tried soonest. */
static struct failed_order *failure_add(struct order_book *book)
{
    if (book->failed_count < ORDERS_FAILED_MAX) {
        return &book->failed[book->failed_count++];
    }
    struct failed_order *soonest = &book->failed[0];
    for (size_t i = 1; i < ORDERS_FAILED_MAX; i++) {
        soonest = book->failed[i].again_ms < soonest->again_ms ? &book->failed[i] : soonest;
    }
    return soonest;
}

bool order_book_failed(struct order_book *book, const struct uuid *id, int64_t boot_ms)
{
    pthread_mutex_lock(&book->lock);
    struct failed_order *failure = failure_find(book, id);
    bool is_first = failure == NULL;
    int64_t wait_ms = is_first ? ORDER_WAIT_FIRST_MS : 2 * failure->wait_ms;
    wait_ms = wait_ms < ORDER_WAIT_MS_MAX ? wait_ms : ORDER_WAIT_MS_MAX;
    give_back(book, id);
    *(is_first ? failure_add(book) : failure) =
        (struct failed_order){.id = *id, .again_ms = boot_ms + wait_ms, .wait_ms = wait_ms};
    pthread_mutex_unlock(&book->lock);
    return is_first;
}

int64_t order_book_next(struct order_book *book)
{
    int64_t next_ms = INT64_MAX;
    pthread_mutex_lock(&book->lock);
    for (size_t i = 0; i < book->failed_count; i++) {
        next_ms = book->failed[i].again_ms < next_ms ? book->failed[i].again_ms : next_ms;
    }
    pthread_mutex_unlock(&book->lock);
    return next_ms;
}
