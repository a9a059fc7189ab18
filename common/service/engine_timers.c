/* Timers: what falls due, worked in due order and before any command on the same case. */
#include "service/engine_internal.h"

#include "base/check.h"

#include <string.h>

enum { SETTLE_MAX = 32 };

/* The service's entry for a timer, NULL when it has none of that kind. */
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
    if (entry == NULL) {
        store_fail(engine->txn, ERR_CORRUPT);
        return;
    }
    struct decision *decision = engine_decision_make(engine);
    enum verdict verdict = entry->decide(decision, timer);
    if (store_error(engine->txn) != ERR_OK) {
        return;
    }
    if (verdict != VERDICT_OK || decision->event_count == 0) {
        LOG_ERROR(engine->logger, "engine.undecidable", log_string("what", entry->name),
                  log_number("due_ms", timer->due_ms), log_view("why", decision->problem_detail));
        store_fail(engine->txn, ERR_INVALID);
        return;
    }
    engine_take_or_fail(engine, decision, &(struct event_origin){0}, entry->name);
    CHECK(store_error(engine->txn) != ERR_OK || !timer_is_set(&engine->state, timer));
    COUNT(engine, timers, 1);
}

/* The next of a half that is due; its tag is copied. */
static bool next_due(struct engine *engine, struct timer_walk *walk, struct timer *ret_timer)
{
    if (!timer_walk_next(walk) || walk->timer.due_ms > engine->trusted_ms) {
        return false;
    }
    const struct service_timer *entry = timer_entry(engine, &walk->timer);
    if (entry == NULL || entry->is_legal != walk->is_legal) {
        store_fail(engine->txn, ERR_CORRUPT);
        return false;
    }
    *ret_timer = walk->timer;
    ret_timer->tag = arena_copy_text(&engine->arena, walk->timer.tag);
    return true;
}

/* Due order over both halves. */
static bool comes_before(const struct timer *left, const struct timer *right)
{
    return left->due_ms < right->due_ms;
}

/* Collects up to `limit` timers that are due, in due order. */
static size_t due_collect(struct engine *engine, size_t limit, bool hold_legal,
                          struct timer *timers)
{
    struct timer_walk walks[2];
    struct timer next[2];
    bool has_next[2] = {false, false};
    size_t count = 0;
    for (int half = 0; half < 2; half++) {
        timer_walk_open(&walks[half], engine->txn, half == 1);
        has_next[half] = (half == 0 || !hold_legal) && next_due(engine, &walks[half], &next[half]);
    }
    while (count < limit && (has_next[0] || has_next[1])) {
        int half = has_next[0] && !(has_next[1] && comes_before(&next[1], &next[0])) ? 0 : 1;
        timers[count++] = next[half];
        has_next[half] = next_due(engine, &walks[half], &next[half]);
    }
    timer_walk_close(&walks[0]);
    timer_walk_close(&walks[1]);
    return count;
}

size_t engine_timers(struct engine *engine, size_t limit, bool hold_legal)
{
    engine->hold_legal = hold_legal;
    if (engine->txn == NULL || engine->service->timer_count == 0) {
        return 0;
    }
    struct timer *timers = arena_take_array(&engine->arena, limit, sizeof *timers);
    size_t count = due_collect(engine, limit, hold_legal, timers);
    size_t worked = 0;
    for (size_t i = 0; i < count && store_error(engine->txn) == ERR_OK; i++) {
        if (timer_is_set(&engine->state, &timers[i])) { /* no other timer of its case removed it */
            timer_work(engine, &timers[i]);
            worked++;
        }
    }
    return worked;
}

enum problem_type engine_settle(struct engine *engine, const struct uuid *subject)
{
    const struct service *service = engine->service;
    struct timer timer;
    for (int i = 0; service->next_due != NULL && store_error(engine->txn) == ERR_OK &&
                    service->next_due(&engine->state, subject, engine->trusted_ms, &timer);
         i++) {
        const struct service_timer *entry = timer_entry(engine, &timer);
        if (engine->hold_legal && entry != NULL && entry->is_legal) {
            return PROBLEM_CLOCK_HELD;
        }
        if (i == SETTLE_MAX) {
            return PROBLEM_BEHIND;
        }
        timer.tag = arena_copy_text(&engine->arena, timer.tag);
        timer_work(engine, &timer);
    }
    return PROBLEM_NONE;
}

struct next_timers engine_timers_look(const struct engine *engine, struct store_txn *txn)
{
    struct next_timers next = {{INT64_MAX, INT64_MAX}};
    if (engine->service->timer_count > 0) {
        next.due_ms[0] = timer_first_due(txn, false);
        next.due_ms[1] = timer_first_due(txn, true);
    }
    return next;
}

int64_t engine_next_timer(struct engine *engine, bool hold_legal)
{
    const int64_t *due_ms = engine->next_timers.due_ms;
    return hold_legal || due_ms[0] < due_ms[1] ? due_ms[0] : due_ms[1];
}
