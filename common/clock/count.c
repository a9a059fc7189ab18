#include "clock/count.h"

#include "base/check.h"

/* -- adding up the steps -------------------------------------------------------------------- */

/* What the steps since the start or the last restart come to. */
struct tally {
    const struct clock *clock;
    const struct clock_context *context;
    enum clock_phase phase;
    size_t origin;
    int64_t last_ms; /* of the step before */
    int64_t paused_at_ms;
    int64_t value;       /* the limit and the extensions in its unit */
    int64_t paused;      /* what pauses add, in the measure of the unit */
    int64_t paused_days; /* the same in calendar days */
    bool provisional;    /* a pause was counted over days that no notice covers */
};

static struct date day_of(const struct clock_context *context, int64_t at_ms)
{
    return zone_date(calendar_zone(context->calendar), at_ms);
}

/* True when the moment lies on a day that calendars cover. */
static bool moment_is_sound(const struct clock_context *context, int64_t at_ms)
{
    struct zone zone = calendar_zone(context->calendar);
    return at_ms >= zone_time(zone, (struct date){CALENDAR_DAY_FIRST}, 0) &&
           at_ms < zone_time(zone, (struct date){CALENDAR_DAY_LAST}, MINUTES_PER_DAY);
}

static bool unit_is_sound(const struct clock_context *context, enum limit_unit unit)
{
    return unit >= LIMIT_WORKDAY && unit <= LIMIT_WORK_HOUR &&
           (unit != LIMIT_WORK_HOUR || context->hours != NULL);
}

int64_t clock_pause_length(const struct clock_context *context, enum limit_unit unit,
                           int64_t from_ms, int64_t to_ms)
{
    struct date from = day_of(context, from_ms);
    struct date to = day_of(context, to_ms);
    if (to_ms <= from_ms) {
        return 0;
    }
    switch (unit) {
    case LIMIT_WORKDAY:
        return calendar_count_workdays(context->calendar, from, to);
    case LIMIT_CALENDAR_DAY:
    case LIMIT_MONTH: /* a pause is no round number of months */
        return to.days - from.days;
    case LIMIT_HOUR:
        return to_ms - from_ms;
    case LIMIT_WORK_HOUR:
        return work_time_between(context->calendar, context->hours, from_ms, to_ms);
    case limit_unit_absent:
        break;
    }
    UNREACHABLE();
}

/* The whole limit from this step on: the pauses and extensions before it count for nothing. */
static enum err tally_begin(struct tally *tally, size_t index)
{
    tally->phase = CLOCK_RUNNING;
    tally->origin = index;
    tally->value = tally->clock->value;
    tally->paused = 0;
    tally->paused_days = 0;
    tally->provisional = false;
    return ERR_OK;
}

static enum err tally_pause(struct tally *tally, const struct clock_step *step)
{
    if (tally->phase != CLOCK_RUNNING) {
        return ERR_DENIED;
    }
    tally->phase = CLOCK_PAUSED;
    tally->paused_at_ms = step->at;
    return ERR_OK;
}

/* The rule adds the days of every pause. One that began after the limit was over adds its days too:
 * the clock stays as many working days late as it was, and a corrected calendar, which moves due
 * days, cannot turn a pause made in time into nothing. */
static void tally_add_pause(struct tally *tally, int64_t until_ms)
{
    enum limit_unit unit = tally->clock->unit;
    struct date first = day_of(tally->context, tally->paused_at_ms);
    struct date last = day_of(tally->context, until_ms);
    bool asks_calendar =
        unit == LIMIT_WORK_HOUR || (unit == LIMIT_WORKDAY && last.days > first.days);
    tally->paused += clock_pause_length(tally->context, unit, tally->paused_at_ms, until_ms);
    tally->paused_days += last.days > first.days ? last.days - first.days : 0;
    tally->provisional |= asks_calendar && calendar_is_provisional(tally->context->calendar, last);
}

static enum err tally_resume(struct tally *tally, const struct clock_step *step)
{
    if (tally->phase != CLOCK_PAUSED) {
        return ERR_DENIED;
    }
    tally_add_pause(tally, step->at);
    tally->phase = CLOCK_RUNNING;
    return ERR_OK;
}

static enum err tally_extend(struct tally *tally, const struct clock_step *step)
{
    if (step->value < 1 || step->value > CLOCK_LIMIT_MAX ||
        !unit_is_sound(tally->context, step->unit)) {
        return ERR_INVALID;
    }
    if (step->unit == tally->clock->unit) {
        tally->value += step->value;
    }
    return ERR_OK;
}

static enum err tally_stop(struct tally *tally, const struct clock_step *step)
{
    if (tally->phase == CLOCK_PAUSED) {
        tally_add_pause(tally, step->at);
    }
    tally->phase = CLOCK_ENDED;
    return ERR_OK;
}

static enum err tally_step(struct tally *tally, size_t index)
{
    const struct clock_step *step = &tally->clock->steps.items[index];
    bool is_first = index == 0;
    if (tally->phase == CLOCK_ENDED) {
        return ERR_DENIED;
    }
    /* Who withdraws before a start that lies ahead stops the clock before it has begun. */
    bool in_order = step->op == STEP_STOPPED || step->at >= tally->last_ms;
    if (!moment_is_sound(tally->context, step->at) || !in_order ||
        is_first != (step->op == STEP_STARTED)) {
        return ERR_INVALID;
    }
    tally->last_ms = step->at;
    switch (step->op) {
    case STEP_STARTED:
    case STEP_RESTARTED:
        return tally_begin(tally, index);
    case STEP_PAUSED:
        return tally_pause(tally, step);
    case STEP_RESUMED:
        return tally_resume(tally, step);
    case STEP_EXTENDED:
        return tally_extend(tally, step);
    case STEP_STOPPED:
        return tally_stop(tally, step);
    case clock_op_absent:
        break;
    }
    return ERR_INVALID;
}

/* A day named instead of a limit agrees with the limit that was computed from it. */
static bool until_is_sound(const struct tally *tally)
{
    const struct clock *clock = tally->clock;
    struct date start = day_of(tally->context, clock->steps.items[0].at);
    return clock->until.days == 0 ||
           (clock->unit == LIMIT_CALENDAR_DAY && start.days + clock->value == clock->until.days);
}

static enum err tally_steps(struct tally *tally)
{
    const struct clock *clock = tally->clock;
    if (clock->steps.count < 1 || clock->steps.count > CLOCK_STEPS_MAX || clock->value < 0 ||
        clock->value > CLOCK_LIMIT_MAX || !unit_is_sound(tally->context, clock->unit)) {
        return ERR_INVALID;
    }
    enum err err = ERR_OK;
    for (size_t i = 0; i < clock->steps.count && err == ERR_OK; i++) {
        err = tally_step(tally, i);
    }
    return err == ERR_OK && !until_is_sound(tally) ? ERR_INVALID : err;
}

/* -- counting a leg ------------------------------------------------------------------------- */

static struct clock_point day_end(const struct clock_context *context, struct date day)
{
    return (struct clock_point){
        .day = day,
        .ms = zone_time(calendar_zone(context->calendar), day, MINUTES_PER_DAY),
    };
}

static enum err count_workdays(const struct clock_context *context, struct clock_leg *leg)
{
    const struct calendar *calendar = context->calendar;
    int64_t total = leg->value + leg->paused;
    struct date day;
    enum err err = calendar_add_workdays(calendar, leg->from.day, total, &day);
    if (err != ERR_OK) {
        return err;
    }
    leg->to = day_end(context, day);
    leg->unmoved = day;
    leg->provisional =
        total > 0 && (calendar_is_provisional(calendar, date_add_days(leg->from.day, 1)) ||
                      calendar_is_provisional(calendar, day));
    return ERR_OK;
}

/* Ends a leg in calendar days or months on `last`, or on the next working day. */
static enum err end_on(const struct clock_context *context, int64_t last, struct clock_leg *leg)
{
    if (last < CALENDAR_DAY_FIRST || last > CALENDAR_DAY_LAST) {
        return ERR_TOO_LARGE;
    }
    struct date day = {(int32_t)last};
    leg->unmoved = day;
    if (!leg->is_named_day) {
        enum err err = calendar_next_workday(context->calendar, day, &day);
        if (err != ERR_OK) {
            return err;
        }
        leg->provisional = calendar_is_provisional(context->calendar, leg->unmoved) ||
                           calendar_is_provisional(context->calendar, day);
    }
    leg->to = day_end(context, day);
    return ERR_OK;
}

static enum err count_calendar_days(const struct clock_context *context, struct clock_leg *leg)
{
    return end_on(context, leg->from.day.days + leg->value + leg->paused, leg);
}

static enum err count_months(const struct clock_context *context, struct clock_leg *leg)
{
    return end_on(context, date_add_months(leg->from.day, (int)leg->value).days + leg->paused, leg);
}

/* Ends a leg in hours at `ms`. A moment that ends a day is 24:00 of that day. */
static enum err end_at(const struct clock_context *context, int64_t ms, struct clock_leg *leg)
{
    if (!moment_is_sound(context, ms - 1)) {
        return ERR_TOO_LARGE;
    }
    struct date day = day_of(context, ms - 1);
    leg->to.ms = ms;
    leg->to.day = day.days < leg->from.day.days ? leg->from.day : day;
    leg->unmoved = leg->to.day;
    return ERR_OK;
}

static enum err count_hours(const struct clock_context *context, struct clock_leg *leg)
{
    return end_at(context, leg->from.ms + leg->value * MS_PER_HOUR + leg->paused, leg);
}

static enum err count_work_hours(const struct clock_context *context, struct clock_leg *leg)
{
    const struct calendar *calendar = context->calendar;
    int64_t total = leg->value * MS_PER_HOUR + leg->paused;
    int64_t ms = 0;
    enum err err = work_time_due(calendar, context->hours, leg->from.ms, total, &ms);
    if (err == ERR_OK) {
        err = end_at(context, ms, leg);
    }
    if (err == ERR_OK) {
        leg->provisional = total > 0 && (calendar_is_provisional(calendar, leg->from.day) ||
                                         calendar_is_provisional(calendar, leg->to.day));
    }
    return err;
}

static enum err leg_count(const struct clock_context *context, struct clock_leg *leg)
{
    static enum err (*const counters[])(const struct clock_context *, struct clock_leg *) = {
        [LIMIT_WORKDAY] = count_workdays,     [LIMIT_CALENDAR_DAY] = count_calendar_days,
        [LIMIT_MONTH] = count_months,         [LIMIT_HOUR] = count_hours,
        [LIMIT_WORK_HOUR] = count_work_hours,
    };
    return counters[leg->unit](context, leg);
}

/* True while a day that was named instead of a limit still holds. */
static bool is_named_day(const struct tally *tally)
{
    return tally->clock->until.days != 0 && tally->origin == 0 && tally->paused == 0 &&
           tally->value == tally->clock->value;
}

/* The leg of the limit itself, with the pauses and the extensions in its unit. */
static struct clock_leg first_leg(const struct tally *tally)
{
    const struct clock *clock = tally->clock;
    int64_t at_ms = clock->steps.items[tally->origin].at;
    return (struct clock_leg){
        .step = tally->origin,
        .unit = clock->unit,
        .value = tally->value,
        .paused = tally->paused,
        .is_named_day = is_named_day(tally),
        .from = {.day = day_of(tally->context, at_ms), .ms = at_ms},
    };
}

enum err clock_count(const struct clock *clock, const struct clock_context *context,
                     struct clock_count *ret_count)
{
    struct tally tally = {.clock = clock, .context = context};
    enum err err = tally_steps(&tally);
    if (err != ERR_OK) {
        return err;
    }
    ret_count->phase = tally.phase;
    ret_count->origin = tally.origin;
    ret_count->paused_days = tally.paused_days;
    ret_count->leg_count = 1;
    ret_count->legs[0] = first_leg(&tally);
    err = leg_count(context, &ret_count->legs[0]);
    ret_count->provisional = tally.provisional || ret_count->legs[0].provisional;
    /* Extensions in another unit are counted on from the due day, in the order they were given. */
    for (size_t i = tally.origin + 1; i < clock->steps.count && err == ERR_OK; i++) {
        const struct clock_step *step = &clock->steps.items[i];
        if (step->op != STEP_EXTENDED || step->unit == clock->unit) {
            continue;
        }
        struct clock_leg *leg = &ret_count->legs[ret_count->leg_count++];
        *leg = (struct clock_leg){
            .step = i, .unit = step->unit, .value = step->value, .from = leg[-1].to};
        err = leg_count(context, leg);
        ret_count->provisional |= leg->provisional;
    }
    return err;
}

/* -- the warning ---------------------------------------------------------------------------- */

/* 80 %, rounded down. */
static int64_t most_of(int64_t whole)
{
    return whole * 4 / 5;
}

/* Day 0 of the limit is the moment of the start: yellow at once, whatever pauses follow. */
static enum err warn_in_workdays(const struct clock_leg *leg, const struct clock_context *context,
                                 int64_t *ret_warn_ms)
{
    int64_t number = most_of(leg->value) < leg->value - 1 ? most_of(leg->value) : leg->value - 1;
    if (number <= 0) {
        *ret_warn_ms = leg->from.ms;
        return ERR_OK;
    }
    struct date day;
    enum err err =
        calendar_add_workdays(context->calendar, leg->from.day, number + leg->paused, &day);
    if (err == ERR_OK) {
        *ret_warn_ms = zone_time(calendar_zone(context->calendar), day, 0);
    }
    return err;
}

/* Calendar days, months and mixed units: the day at 80 % of the span without its pauses, or the
 * working day before the due day when that is earlier. The span of calendar days and months ends on
 * the day the limit names, before it moves: the earlier warning leaves more time to act on it. */
static enum err warn_in_days(const struct clock_count *count, const struct clock_context *context,
                             int64_t *ret_warn_ms)
{
    const struct clock_point *from = &count->legs[0].from;
    const struct clock_leg *last = &count->legs[count->leg_count - 1];
    int64_t span = last->unmoved.days - from->day.days - count->paused_days;
    struct date before_due;
    enum err err = calendar_add_workdays(context->calendar, last->to.day, -1, &before_due);
    if (err != ERR_OK) {
        return err;
    }
    int64_t day = from->day.days;
    if (most_of(span) > 0) {
        day += most_of(span) + count->paused_days;
    }
    if (before_due.days < day) {
        day = before_due.days;
    }
    int64_t warn_ms = zone_time(calendar_zone(context->calendar), (struct date){(int32_t)day}, 0);
    *ret_warn_ms = warn_ms < from->ms ? from->ms : warn_ms;
    return ERR_OK;
}

enum err clock_count_warning(const struct clock_count *count, const struct clock_context *context,
                             int64_t *ret_warn_ms)
{
    const struct clock_leg *leg = &count->legs[0];
    if (count->leg_count > 1) {
        return warn_in_days(count, context, ret_warn_ms);
    }
    switch (leg->unit) {
    case LIMIT_WORKDAY:
        return warn_in_workdays(leg, context, ret_warn_ms);
    case LIMIT_HOUR:
        *ret_warn_ms = leg->from.ms + most_of(leg->value * MS_PER_HOUR) + leg->paused;
        return ERR_OK;
    case LIMIT_WORK_HOUR:
        return work_time_due(context->calendar, context->hours, leg->from.ms,
                             most_of(leg->value * MS_PER_HOUR) + leg->paused, ret_warn_ms);
    default:
        return warn_in_days(count, context, ret_warn_ms);
    }
}

bool clock_text_fits(struct text text, size_t characters_max)
{
    size_t characters = 0;
    return text_is_empty(text) || (utf8_count(text, &characters) && characters <= characters_max);
}
