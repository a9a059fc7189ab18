/* Timers: what falls due, worked in due order and before any command on the same case. */
#include "service/engine_internal.h"

#include "base/check.h"

enum { SETTLE_MAX = 32 };

static const struct service_timer *timer_entry(const struct engine *engine,
                                               const struct timer *timer)
{
    return timer->kind < engine->service->timer_count ? &engine->service->timers[timer->kind]
                                                      : NULL;
}

/* Decides one timer that is due. Its events remove it: one that stays would be due for ever. */
static void timer_work(struct engine *engine, const struct timer *timer)
{
    const struct service_timer *entry = timer_entry(engine, timer);
    CHECK(entry != NULL);
    struct decision *decision = arena_take(&engine->arena, sizeof *decision);
    engine_decision_init(engine, decision);
    enum verdict verdict = entry->decide(decision, timer);
    if (store_error(engine->txn) != ERR_OK) {
        return;
    }
    CHECK(verdict == VERDICT_OK && decision->event_count > 0);
    CHECK(engine_take_events(engine, decision, NULL, NULL, (struct text){0}));
    COUNT(engine, timers, 1);
}

static bool timer_is_set(struct engine *engine, struct bytes key)
{
    return store_has(engine->txn, TABLE_TIMERS, key);
}

/* Copies the keys of up to `limit` timers that are due, in due order. */
static size_t due_keys(struct engine *engine, size_t limit, bool hold_legal, struct bytes *keys)
{
    struct store_cursor cursor;
    size_t count = 0;
    store_cursor_open(&cursor, engine->txn, TABLE_TIMERS);
    for (bool more = store_first(&cursor); more && count < limit; more = store_next(&cursor)) {
        struct timer timer;
        if (!timer_read(cursor.key, &timer) || timer_entry(engine, &timer) == NULL) {
            store_fail(engine->txn, ERR_CORRUPT);
            break;
        }
        if (timer.due_ms > engine->now_ms) {
            break;
        }
        if (!hold_legal || !timer_entry(engine, &timer)->is_legal) {
            keys[count++] = arena_copy_bytes(&engine->arena, cursor.key);
        }
    }
    store_cursor_close(&cursor);
    return count;
}

size_t engine_timers(struct engine *engine, size_t limit, bool hold_legal)
{
    if (engine->txn == NULL || engine->service->timer_count == 0) {
        return 0;
    }
    struct bytes *keys = arena_take_array(&engine->arena, limit, sizeof *keys);
    size_t count = due_keys(engine, limit, hold_legal, keys);
    engine->hold_legal = hold_legal;
    size_t worked = 0;
    for (size_t i = 0; i < count && store_error(engine->txn) == ERR_OK; i++) {
        struct timer timer;
        if (!timer_is_set(engine, keys[i]) || !timer_read(keys[i], &timer)) {
            continue; /* another timer of the same case removed it */
        }
        timer_work(engine, &timer);
        CHECK(store_error(engine->txn) != ERR_OK || !timer_is_set(engine, keys[i]));
        worked++;
    }
    return worked;
}

void engine_settle(struct engine *engine, const struct uuid *subject)
{
    struct timer timer;
    if (engine->service->next_due == NULL || engine->hold_legal) {
        return;
    }
    for (int i = 0; i < SETTLE_MAX && store_error(engine->txn) == ERR_OK; i++) {
        if (!engine->service->next_due(&engine->state, subject, engine->now_ms, &timer)) {
            return;
        }
        timer_work(engine, &timer);
    }
}

int64_t engine_next_timer(struct engine *engine, bool hold_legal)
{
    struct store_txn *txn = NULL;
    struct store_cursor cursor;
    int64_t due_ms = INT64_MAX;
    if (engine->service->timer_count == 0 || store_begin_read(engine->store, &txn) != ERR_OK) {
        return due_ms;
    }
    store_cursor_open(&cursor, txn, TABLE_TIMERS);
    for (bool more = store_first(&cursor); more; more = store_next(&cursor)) {
        struct timer timer;
        if (!timer_read(cursor.key, &timer) || timer_entry(engine, &timer) == NULL) {
            break;
        }
        if (!hold_legal || !timer_entry(engine, &timer)->is_legal) {
            due_ms = timer.due_ms;
            break;
        }
    }
    store_cursor_close(&cursor);
    store_end_read(&txn);
    return due_ms;
}
