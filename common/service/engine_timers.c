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

/* The next of a class that is due; its tag is copied. */
static bool next_due(struct engine *engine, struct timer_walk *walk, struct timer *ret_timer)
{
    if (!timer_walk_next(walk) || walk->timer.due_ms > engine->trusted_ms) {
        return false;
    }
    const struct service_timer *entry = timer_entry(engine, &walk->timer);
    if (entry == NULL || timer_class_of(entry) != walk->class) {
        store_fail(engine->txn, ERR_CORRUPT);
        return false;
    }
    *ret_timer = walk->timer;
    ret_timer->tag = arena_copy_text(&engine->arena, walk->timer.tag);
    return true;
}

/* Due order over both classes. */
static bool comes_before(const struct timer *left, const struct timer *right)
{
    return left->due_ms < right->due_ms;
}

/* Collects up to `limit` timers that are due, in due order; those in the background aside. */
static size_t due_collect(struct engine *engine, size_t limit, bool hold_legal,
                          struct timer *timers)
{
    enum { CLASSES = TIMER_LEGAL + 1 };
    struct timer_walk walks[CLASSES];
    struct timer next[CLASSES];
    bool has_next[CLASSES] = {false, false};
    size_t count = 0;
    for (int class = 0; class < CLASSES; class ++) {
        timer_walk_open(&walks[class], engine->txn, (enum timer_class) class);
        has_next[class] =
            (class == TIMER_PLAIN || !hold_legal) && next_due(engine, &walks[class], &next[class]);
    }
    while (count < limit && (has_next[TIMER_PLAIN] || has_next[TIMER_LEGAL])) {
        bool legal_first =
            !has_next[TIMER_PLAIN] ||
            (has_next[TIMER_LEGAL] && comes_before(&next[TIMER_LEGAL], &next[TIMER_PLAIN]));
        int class = legal_first ? TIMER_LEGAL : TIMER_PLAIN;
        timers[count++] = next[class];
        has_next[class] = next_due(engine, &walks[class], &next[class]);
    }
    timer_walk_close(&walks[TIMER_PLAIN]);
    timer_walk_close(&walks[TIMER_LEGAL]);
    return count;
}

/* Works one step of what goes on in the background; false when there is none, or it is held. */
static bool background_work(struct engine *engine)
{
    struct timer_walk walk;
    struct timer timer;
    if (engine->hold_background) {
        return false;
    }
    timer_walk_open(&walk, engine->txn, TIMER_BACKGROUND);
    bool is_due = next_due(engine, &walk, &timer);
    timer_walk_close(&walk);
    if (is_due && store_error(engine->txn) == ERR_OK) {
        timer_work(engine, &timer);
    }
    return is_due;
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
    if (worked < limit && store_error(engine->txn) == ERR_OK) {
        worked += background_work(engine);
    }
    return worked;
}

void engine_hold_background(struct engine *engine, bool hold)
{
    engine->hold_background = hold;
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
    struct next_timers next;
    for (int class = 0; class < TIMER_CLASSES; class ++) {
        next.due_ms[class] = engine->service->timer_count == 0
                                 ? INT64_MAX
                                 : timer_first_due(txn, (enum timer_class) class);
    }
    return next;
}

int64_t engine_next_background(const struct engine *engine)
{
    return engine->next_timers.due_ms[TIMER_BACKGROUND];
}

int64_t engine_next_timer(struct engine *engine, bool hold_legal)
{
    const int64_t *due_ms = engine->next_timers.due_ms;
    int64_t next_ms = due_ms[TIMER_PLAIN];
    if (!hold_legal && due_ms[TIMER_LEGAL] < next_ms) {
        next_ms = due_ms[TIMER_LEGAL];
    }
    if (!engine->hold_background && due_ms[TIMER_BACKGROUND] < next_ms) {
        next_ms = due_ms[TIMER_BACKGROUND];
    }
    return next_ms;
}
