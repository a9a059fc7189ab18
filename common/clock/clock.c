#include "clock/clock.h"

#include "base/check.h"
#include "clock/count.h"

#include <string.h>

/* Room that a step leaves behind it: the stop always fits, and a pause can be resumed. */
enum { ROOM_FOR_STOP = 1, ROOM_FOR_RESUME_AND_STOP = 2 };

enum err clock_recompute(const struct clock *clock, const struct clock_context *context,
                         struct clock *ret_clock)
{
    struct clock_count count;
    int64_t warn_ms = 0;
    enum err err = clock_count(clock, context, &count);
    if (err == ERR_OK) {
        err = clock_count_warning(&count, context, &warn_ms);
    }
    if (err != ERR_OK) {
        return err;
    }
    const struct clock_point *end = &count.legs[count.leg_count - 1].to;
    struct clock result = *clock;
    result.phase = count.phase;
    result.due = end->ms;
    result.due_day = end->day;
    result.warn = warn_ms;
    result.provisional = count.provisional;
    result.calendar_version = calendar_version(context->calendar);
    *ret_clock = result;
    return ERR_OK;
}

bool clock_agrees(const struct clock *left, const struct clock *right)
{
    return left->phase == right->phase && left->due == right->due &&
           left->due_day.days == right->due_day.days && left->warn == right->warn &&
           left->provisional == right->provisional;
}

/* -- what happens to a clock ---------------------------------------------------------------- */

static bool is_due_alike(const struct clock *left, const struct clock *right)
{
    return left->due == right->due && left->warn == right->warn;
}

/* The clock with one step more. `room` is how many further steps must fit behind it. */
static enum err with_step(const struct clock *clock, const struct clock_step *step, size_t room,
                          const struct clock_context *context, struct arena *arena,
                          struct clock *ret_clock)
{
    size_t count = clock->steps.count;
    if (!clock_text_fits(step->basis, CLOCK_BASIS_CHARACTERS)) {
        return ERR_INVALID;
    }
    if (clock->phase == CLOCK_ENDED) {
        return ERR_DENIED;
    }
    if (count + 1 + room > CLOCK_STEPS_MAX) {
        return ERR_FULL;
    }
    struct clock next = *clock;
    next.steps.items = arena_take_array(arena, count + 1, sizeof *next.steps.items);
    if (count > 0) {
        memcpy(next.steps.items, clock->steps.items, count * sizeof *next.steps.items);
    }
    next.steps.items[count] = *step;
    next.steps.count = count + 1;
    if (step->op == STEP_RESTARTED) {
        next.recount = (struct clock_recount){0}; /* what went before counts for nothing */
    }
    enum err err = clock_recompute(&next, context, ret_clock);
    if (err == ERR_OK && !is_due_alike(&next, ret_clock)) {
        ret_clock->warned = ret_clock->overdue = false; /* what was told was another due day */
    }
    return err;
}

/* Starts the clock, whose limit is filled in. */
static enum err started(const struct clock *clock, int64_t at_ms,
                        const struct clock_context *context, struct arena *arena,
                        struct clock *ret_clock)
{
    struct clock_step step = {.op = STEP_STARTED, .at = at_ms};
    if (text_is_empty(clock->name) || !clock_text_fits(clock->name, CLOCK_NAME_CHARACTERS) ||
        !clock_text_fits(clock->basis, CLOCK_BASIS_CHARACTERS) ||
        clock->kind < CLOCK_KIND_STATUTORY || clock->kind > CLOCK_KIND_CLAIM) {
        return ERR_INVALID;
    }
    return with_step(clock, &step, ROOM_FOR_STOP, context, arena, ret_clock);
}

enum err clock_start(const struct clock_rule *rule, int64_t at_ms,
                     const struct clock_context *context, struct arena *arena,
                     struct clock *ret_clock)
{
    struct clock clock = {.name = rule->name,
                          .kind = rule->kind,
                          .value = rule->value,
                          .unit = rule->unit,
                          .basis = rule->basis};
    return started(&clock, at_ms, context, arena, ret_clock);
}

enum err clock_start_until(const struct clock_rule *rule, int64_t at_ms, struct date day,
                           const struct clock_context *context, struct arena *arena,
                           struct clock *ret_clock)
{
    struct zone zone = calendar_zone(context->calendar);
    if (at_ms <= 0 || at_ms > zone_time(zone, day, MINUTES_PER_DAY) || !calendar_covers(day)) {
        return ERR_INVALID;
    }
    struct clock clock = {.name = rule->name,
                          .kind = rule->kind,
                          .value = day.days - zone_date(zone, at_ms).days,
                          .unit = LIMIT_CALENDAR_DAY,
                          .until = day,
                          .basis = rule->basis};
    return started(&clock, at_ms, context, arena, ret_clock);
}

enum err clock_pause(const struct clock *clock, int64_t at_ms, struct text basis,
                     const struct clock_context *context, struct arena *arena,
                     struct clock *ret_clock)
{
    struct clock_step step = {.op = STEP_PAUSED, .at = at_ms, .basis = basis};
    return with_step(clock, &step, ROOM_FOR_RESUME_AND_STOP, context, arena, ret_clock);
}

enum err clock_resume(const struct clock *clock, int64_t at_ms, struct text basis,
                      const struct clock_context *context, struct arena *arena,
                      struct clock *ret_clock)
{
    struct clock_step step = {.op = STEP_RESUMED, .at = at_ms, .basis = basis};
    return with_step(clock, &step, ROOM_FOR_STOP, context, arena, ret_clock);
}

enum err clock_restart(const struct clock *clock, int64_t at_ms, struct text basis,
                       const struct clock_context *context, struct arena *arena,
                       struct clock *ret_clock)
{
    struct clock_step step = {.op = STEP_RESTARTED, .at = at_ms, .basis = basis};
    return with_step(clock, &step, ROOM_FOR_STOP, context, arena, ret_clock);
}

enum err clock_extend(const struct clock *clock, int64_t at_ms,
                      const struct clock_extension *extension, const struct clock_context *context,
                      struct arena *arena, struct clock *ret_clock)
{
    struct clock_step step = {.op = STEP_EXTENDED,
                              .at = at_ms,
                              .value = extension->value,
                              .unit = extension->unit,
                              .basis = extension->basis};
    if (clock->phase != CLOCK_ENDED && clock_is_over(clock, at_ms)) {
        return ERR_TIMEOUT;
    }
    size_t room = clock->phase == CLOCK_PAUSED ? ROOM_FOR_RESUME_AND_STOP : ROOM_FOR_STOP;
    return with_step(clock, &step, room, context, arena, ret_clock);
}

enum err clock_stop(const struct clock *clock, int64_t at_ms, struct text basis,
                    const struct clock_context *context, struct arena *arena,
                    struct clock *ret_clock)
{
    struct clock_step step = {.op = STEP_STOPPED, .at = at_ms, .basis = basis};
    return with_step(clock, &step, 0, context, arena, ret_clock);
}

/* -- what follows from it ------------------------------------------------------------------- */

/* The moment that a clock shows: the present one while it runs, else when it came to stand. */
static int64_t moment_shown(const struct clock *clock, int64_t now_ms)
{
    enum clock_op stands_since = clock->phase == CLOCK_PAUSED ? STEP_PAUSED : STEP_STOPPED;
    if (clock->phase == CLOCK_RUNNING) {
        return now_ms;
    }
    for (size_t i = clock->steps.count; i > 0; i--) {
        const struct clock_step *step = &clock->steps.items[i - 1];
        if (step->op == stands_since) {
            return step->at < now_ms ? step->at : now_ms;
        }
    }
    return now_ms;
}

bool clock_is_over(const struct clock *clock, int64_t now_ms)
{
    return moment_shown(clock, now_ms) >= clock->due;
}

enum light clock_light(const struct clock *clock, int64_t now_ms)
{
    int64_t shown_ms = moment_shown(clock, now_ms);
    if (shown_ms >= clock->due) {
        return LIGHT_RED;
    }
    return shown_ms >= clock->warn ? LIGHT_YELLOW : LIGHT_GREEN;
}

/* The nearest day that calendars cover: a record from outside may hold any. */
static struct date covered_day(struct date day)
{
    if (day.days < CALENDAR_DAY_FIRST) {
        return (struct date){CALENDAR_DAY_FIRST};
    }
    return day.days > CALENDAR_DAY_LAST ? (struct date){CALENDAR_DAY_LAST} : day;
}

int clock_working_days_left(const struct clock *clock, const struct clock_context *context,
                            int64_t now_ms)
{
    struct date today = zone_date(calendar_zone(context->calendar), moment_shown(clock, now_ms));
    return calendar_count_workdays(context->calendar, covered_day(today),
                                   covered_day(clock->due_day));
}

int64_t clock_last_moment(const struct clock *clock)
{
    return clock->due - 1;
}

/* -- promise and law ------------------------------------------------------------------------ */

/* The due day of a limit that starts at `at_ms`. */
static enum err limit_due_day(struct clock_limit limit, int64_t at_ms,
                              const struct clock_context *context, struct date *ret_day)
{
    struct clock_step start = {.op = STEP_STARTED, .at = at_ms};
    struct clock clock = {.value = limit.value, .unit = limit.unit, .steps = {&start, 1}};
    struct clock_count count;
    enum err err = clock_count(&clock, context, &count);
    if (err == ERR_OK) {
        *ret_day = count.legs[0].to.day;
    }
    return err;
}

bool clock_promise_agrees(struct clock_limit promise, struct clock_limit law,
                          const struct clock_context *context, struct date *ret_start)
{
    const struct calendar *calendar = context->calendar;
    struct date last = calendar_valid_through(calendar);
    for (struct date day = calendar_valid_from(calendar); day.days <= last.days; day.days++) {
        /* Hours depend on the time of day: the first and the last moment are the extremes. */
        int64_t moments[] = {zone_time(calendar_zone(calendar), day, 0),
                             zone_time(calendar_zone(calendar), day, MINUTES_PER_DAY) - 1};
        for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
            struct date promised;
            struct date allowed;
            if (limit_due_day(promise, moments[i], context, &promised) != ERR_OK ||
                limit_due_day(law, moments[i], context, &allowed) != ERR_OK ||
                promised.days > allowed.days) {
                if (ret_start != NULL) {
                    *ret_start = day;
                }
                return false;
            }
        }
    }
    return true;
}
