/* Counting a clock again when a new calendar is published. */
#include "clock/clock.h"

/* Time in which people may do something: what they were told, they may rely on. */
static bool is_peoples_time(enum clock_kind kind)
{
    return kind == CLOCK_KIND_PERSON || kind == CLOCK_KIND_WINDOW || kind == CLOCK_KIND_DISPLAY;
}

bool clock_keeps_calendar(const struct clock *clock, const struct clock_context *newest)
{
    struct clock again;
    return is_peoples_time(clock->kind) && clock_recompute(clock, newest, &again) == ERR_OK &&
           again.due < clock->due;
}

bool clock_count_again(const struct clock *clock, const struct clock_context *context,
                       int64_t at_ms, struct clock *ret_clock)
{
    struct clock again;
    if (clock->calendar_version == calendar_version(context->calendar) ||
        clock->phase == CLOCK_ENDED || clock_recompute(clock, context, &again) != ERR_OK ||
        clock_agrees(clock, &again) || clock_keeps_calendar(clock, context)) {
        return false;
    }
    again.recount = (struct clock_recount){
        .at = at_ms,
        .calendar_before = clock->calendar_version,
        .calendar = again.calendar_version,
        .due_before = clock->due_day,
        .due_after = again.due_day,
        .steps = (int64_t)clock->steps.count,
    };
    /* One that stays yellow is not told to be yellow again. */
    again.warned = clock->warned && again.warn <= at_ms;
    again.overdue = false;
    *ret_clock = again;
    return true;
}

struct clock clock_before_recount(const struct clock *clock)
{
    struct clock before = *clock;
    size_t steps = (size_t)clock->recount.steps;
    before.steps.count = steps < before.steps.count ? steps : before.steps.count;
    before.recount = (struct clock_recount){0};
    return before;
}
