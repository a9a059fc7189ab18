#include "clock/explain.h"

#include "base/check.h"
#include "clock/count.h"

#include <inttypes.h>

/* How many holidays and make-up days are listed; limits of many years have more. */
enum { REST_DAYS_LISTED_MAX = 120 };

struct explaining {
    const struct clock *clock;
    const struct clock_context *context;
    enum name_language language;
    struct arena *arena;
    struct clock_count count;
    struct clock_derivation *items;
    size_t item_count;
    size_t rest_days_listed;
};

static struct text day_text(const struct explaining *e, struct date date)
{
    return day_words(e->language, date, e->arena);
}

static struct date day_of(const struct explaining *e, int64_t at_ms)
{
    return zone_date(calendar_zone(e->context->calendar), at_ms);
}

/* A moment that begins something: the minute in which it lies. */
static struct text begin_text(const struct explaining *e, int64_t at_ms)
{
    int minute = zone_minute(calendar_zone(e->context->calendar), at_ms);
    return moment_words(e->language, day_of(e, at_ms), minute, e->arena);
}

/* A moment that ends something: the end of the minute in which the last of it lies, so that the end
 * of a day reads 24:00. */
static struct text end_text(const struct explaining *e, int64_t end_ms)
{
    int minute = zone_minute(calendar_zone(e->context->calendar), end_ms - 1) + 1;
    return moment_words(e->language, day_of(e, end_ms - 1), minute, e->arena);
}

/* Adds a step of the derivation. The days without words yet are named as days. */
static void add(struct explaining *e, struct clock_derivation step, enum sentence sentence,
                struct sentence_words words)
{
    CHECK(e->item_count < CLOCK_DERIVATIONS_MAX);
    if (text_is_empty(words.from)) {
        words.from = day_text(e, step.from);
    }
    if (text_is_empty(words.to)) {
        words.to = day_text(e, step.to);
    }
    words.basis = step.basis;
    step.text = sentence_text(sentence, e->language, &words, e->arena);
    e->items[e->item_count++] = step;
}

static bool counts_hours(enum limit_unit unit)
{
    return unit == LIMIT_HOUR || unit == LIMIT_WORK_HOUR;
}

/* -- start and restarts --------------------------------------------------------------------- */

/* "08:30-12:00, 13:00-17:30". */
static struct text hours_text(const struct explaining *e)
{
    const struct opening_hours *hours = e->context->hours;
    struct text text = TEXT_LITERAL("");
    for (size_t i = 0; i < hours->count; i++) {
        const struct opening_interval *interval = &hours->intervals[i];
        text = arena_print(e->arena, "%.*s%s%02d:%02d-%02d:%02d", TEXT_PRINT(text),
                           i == 0                   ? ""
                           : e->language == NAME_EN ? ", "
                                                    : "、",
                           interval->from_minute / 60, interval->from_minute % 60,
                           interval->to_minute / 60, interval->to_minute % 60);
    }
    return text;
}

static void explain_start(struct explaining *e)
{
    const struct clock *clock = e->clock;
    int64_t at_ms = clock->steps.items[0].at;
    struct date day = day_of(e, at_ms);
    struct clock_derivation step = {
        .kind = DERIVED_START, .from = day, .to = day, .basis = clock->basis};
    struct sentence_words words = {
        .amount = amount_words(e->language, clock->unit, clock->value, e->arena)};
    enum sentence sentence = SENTENCE_START;
    if (clock->until.days != 0) {
        sentence = SENTENCE_START_UNTIL;
        words.to = day_text(e, clock->until);
    } else if (clock->unit == LIMIT_HOUR) {
        sentence = SENTENCE_START_HOURS;
        words.from = begin_text(e, at_ms);
    } else if (clock->unit == LIMIT_WORK_HOUR) {
        sentence = SENTENCE_START_WORK_HOURS;
        words.from = begin_text(e, at_ms);
        words.hours = hours_text(e);
    }
    add(e, step, sentence, words);
}

static void explain_restarts(struct explaining *e)
{
    const struct clock *clock = e->clock;
    for (size_t i = 1; i <= e->count.origin; i++) {
        const struct clock_step *step = &clock->steps.items[i];
        if (step->op != STEP_RESTARTED) {
            continue;
        }
        struct date day = day_of(e, step->at);
        struct sentence_words words = {
            .from = counts_hours(clock->unit) ? begin_text(e, step->at) : day_text(e, day),
            .amount = amount_words(e->language, clock->unit, clock->value, e->arena),
        };
        add(e,
            (struct clock_derivation){
                .kind = DERIVED_RESTART, .from = day, .to = day, .basis = step->basis},
            SENTENCE_RESTART, words);
    }
}

/* Work hours that begin while the hall is closed count from its next opening. */
static void explain_opening(struct explaining *e)
{
    const struct clock_point *from = &e->count.legs[0].from;
    int64_t opening_ms = 0;
    if (e->clock->unit != LIMIT_WORK_HOUR ||
        work_time_opening(e->context->calendar, e->context->hours, from->ms, &opening_ms) !=
            ERR_OK ||
        opening_ms == from->ms) {
        return;
    }
    add(e,
        (struct clock_derivation){
            .kind = DERIVED_OPENING, .from = from->day, .to = day_of(e, opening_ms)},
        SENTENCE_OPENING, (struct sentence_words){.to = begin_text(e, opening_ms)});
}

/* -- pauses and extensions of the limit ----------------------------------------------------- */

static void explain_pause(struct explaining *e, size_t index)
{
    const struct clock *clock = e->clock;
    const struct clock_step *pause = &clock->steps.items[index];
    struct clock_derivation step = {.kind = DERIVED_PAUSE,
                                    .from = day_of(e, pause->at),
                                    .to = day_of(e, pause->at),
                                    .basis = pause->basis};
    const struct clock_step *end = NULL;
    for (size_t i = index + 1; i < clock->steps.count && end == NULL; i++) {
        bool ends =
            clock->steps.items[i].op == STEP_RESUMED || clock->steps.items[i].op == STEP_STOPPED;
        end = ends ? &clock->steps.items[i] : NULL;
    }
    if (end == NULL) {
        add(e, step, SENTENCE_PAUSE_OPEN, (struct sentence_words){0});
        return;
    }
    enum limit_unit unit = clock->unit == LIMIT_MONTH ? LIMIT_CALENDAR_DAY : clock->unit;
    int64_t length = clock_pause_length(e->context, unit, pause->at, end->at);
    bool in_hours = counts_hours(unit);
    step.to = day_of(e, end->at < pause->at ? pause->at : end->at);
    step.days = in_hours ? 0 : length;
    add(e, step, SENTENCE_PAUSE,
        (struct sentence_words){
            .from = in_hours ? begin_text(e, pause->at) : day_text(e, step.from),
            .to = in_hours ? begin_text(e, end->at) : day_text(e, step.to),
            .amount = in_hours ? duration_words(e->language, length, e->arena)
                               : amount_words(e->language, unit, length, e->arena),
        });
}

/* `total` is the limit with this extension and those before it. */
static void explain_extension(struct explaining *e, const struct clock_step *extension,
                              int64_t total)
{
    struct date day = day_of(e, extension->at);
    bool in_days = extension->unit == LIMIT_WORKDAY || extension->unit == LIMIT_CALENDAR_DAY;
    add(e,
        (struct clock_derivation){.kind = DERIVED_EXTENSION,
                                  .from = day,
                                  .to = day,
                                  .days = in_days ? extension->value : 0,
                                  .basis = extension->basis},
        SENTENCE_EXTENSION,
        (struct sentence_words){
            .amount = amount_words(e->language, extension->unit, extension->value, e->arena),
            .total = amount_words(e->language, extension->unit, total, e->arena),
        });
}

static void explain_steps(struct explaining *e)
{
    const struct clock *clock = e->clock;
    int64_t total = clock->value;
    for (size_t i = e->count.origin + 1; i < clock->steps.count; i++) {
        const struct clock_step *step = &clock->steps.items[i];
        if (step->op == STEP_PAUSED) {
            explain_pause(e, i);
        } else if (step->op == STEP_EXTENDED && step->unit == clock->unit) {
            total += step->value;
            explain_extension(e, step, total);
        }
    }
}

/* -- what the calendar does to a leg -------------------------------------------------------- */

/* Lists the holiday that `day` belongs to, as far as it lies before `last`, and returns its last
 * day. A holiday that takes no weekday changes nothing and is left out. */
static struct date list_holiday(struct explaining *e, struct date day, struct date last,
                                const struct calendar_holiday *holiday)
{
    struct date end = holiday->last.days < last.days ? holiday->last : last;
    int64_t weekdays = 0;
    for (struct date at = day; at.days <= end.days; at.days++) {
        weekdays += calendar_is_weekend(e->context->calendar, at) ? 0 : 1;
    }
    if (weekdays > 0) {
        e->rest_days_listed++;
        add(e,
            (struct clock_derivation){
                .kind = DERIVED_HOLIDAY, .from = day, .to = end, .days = weekdays},
            day.days == end.days ? SENTENCE_HOLIDAY_DAY : SENTENCE_HOLIDAY,
            (struct sentence_words){
                .name = names_in(&holiday->names, e->language),
                .amount = weekdays_words(e->language, weekdays, e->arena),
            });
    }
    return end;
}

static void list_make_up(struct explaining *e, struct date day)
{
    e->rest_days_listed++;
    add(e, (struct clock_derivation){.kind = DERIVED_MAKE_UP, .from = day, .to = day, .days = 1},
        SENTENCE_MAKE_UP,
        (struct sentence_words){.weekday = weekday_words(e->language, date_weekday(day))});
}

/* Lists what differs from plain weeks from `first` to `last`. */
static void explain_rest_days(struct explaining *e, struct date first, struct date last)
{
    for (struct date day = first; day.days <= last.days; day.days++) {
        struct calendar_day what = calendar_day(e->context->calendar, day);
        if (what.kind != DAY_HOLIDAY && what.kind != DAY_MAKE_UP) {
            continue;
        }
        if (e->rest_days_listed == REST_DAYS_LISTED_MAX) {
            e->rest_days_listed++; /* told once */
            add(e, (struct clock_derivation){.kind = DERIVED_OMITTED, .from = day, .to = last},
                SENTENCE_OMITTED, (struct sentence_words){0});
        }
        if (e->rest_days_listed > REST_DAYS_LISTED_MAX) {
            return;
        }
        if (what.kind == DAY_HOLIDAY) {
            day = list_holiday(e, day, last, &what.holiday);
        } else {
            list_make_up(e, day);
        }
    }
}

static void explain_count(struct explaining *e, const struct clock_leg *leg)
{
    bool in_months = leg->unit == LIMIT_MONTH;
    struct text amount = amount_words(e->language, leg->unit,
                                      in_months ? leg->value : leg->value + leg->paused, e->arena);
    if (in_months && leg->paused > 0) {
        struct text paused = amount_words(e->language, LIMIT_CALENDAR_DAY, leg->paused, e->arena);
        amount = both_words(e->language, amount, paused, e->arena);
    }
    add(e,
        (struct clock_derivation){
            .kind = DERIVED_COUNT,
            .from = leg->from.day,
            .to = leg->unmoved,
            .days = in_months ? leg->unmoved.days - leg->from.day.days : leg->value + leg->paused,
        },
        leg->unit == LIMIT_WORKDAY ? SENTENCE_COUNT_WORKDAYS : SENTENCE_COUNT_DAYS,
        (struct sentence_words){.amount = amount});
}

static void explain_move(struct explaining *e, const struct clock_leg *leg)
{
    struct calendar_day last = calendar_day(e->context->calendar, leg->unmoved);
    add(e,
        (struct clock_derivation){.kind = DERIVED_MOVED,
                                  .from = leg->unmoved,
                                  .to = leg->to.day,
                                  .days = leg->to.day.days - leg->unmoved.days},
        SENTENCE_MOVED,
        (struct sentence_words){.name = last.kind == DAY_HOLIDAY
                                            ? names_in(&last.holiday.names, e->language)
                                            : weekend_words(e->language)});
}

static void explain_leg(struct explaining *e, const struct clock_leg *leg)
{
    struct date next = date_add_days(leg->from.day, 1);
    if (leg->unit == LIMIT_WORKDAY) {
        explain_rest_days(e, next, leg->to.day);
    } else if (leg->unit == LIMIT_WORK_HOUR) {
        explain_rest_days(e, leg->from.day, leg->to.day);
    }
    if (!counts_hours(leg->unit) && !leg->is_named_day) {
        explain_count(e, leg);
    }
    if (leg->to.day.days != leg->unmoved.days) {
        explain_move(e, leg);
    }
}

/* An extension in another unit than the limit's. */
static void explain_further_leg(struct explaining *e, const struct clock_leg *leg)
{
    const struct clock_step *extension = &e->clock->steps.items[leg->step];
    add(e,
        (struct clock_derivation){
            .kind = DERIVED_EXTENSION,
            .from = leg->from.day,
            .to = leg->to.day,
            .days = counts_hours(leg->unit) ? 0 : leg->unmoved.days - leg->from.day.days,
            .basis = extension->basis,
        },
        SENTENCE_EXTENSION_ON,
        (struct sentence_words){
            .from = counts_hours(leg->unit) ? end_text(e, leg->from.ms) : (struct text){0},
            .amount = amount_words(e->language, leg->unit, leg->value, e->arena),
        });
    explain_leg(e, leg);
}

/* -- the end -------------------------------------------------------------------------------- */

/* Names the days between `first` and `last` that no notice covers: those behind the end of the
 * calendar, or else those before its beginning. */
static void explain_provisional(struct explaining *e, struct date first, struct date last)
{
    const struct calendar *calendar = e->context->calendar;
    struct date behind = date_add_days(calendar_valid_through(calendar), 1);
    struct date before = date_add_days(calendar_valid_from(calendar), -1);
    struct date from = first.days > behind.days ? first : behind;
    struct date to = last.days > from.days ? last : from;
    if (last.days < behind.days && first.days <= before.days) {
        from = first;
        to = before;
    }
    add(e, (struct clock_derivation){.kind = DERIVED_PROVISIONAL, .from = from, .to = to},
        SENTENCE_PROVISIONAL, (struct sentence_words){0});
}

/* A new calendar came while the clock ran: what it changed. */
static void explain_recount(struct explaining *e)
{
    const struct clock_recount *recount = &e->clock->recount;
    if (recount->at == 0) {
        return;
    }
    int moved = recount->due_after.days - recount->due_before.days;
    add(e,
        (struct clock_derivation){.kind = DERIVED_RECOUNT,
                                  .from = recount->due_before,
                                  .to = recount->due_after,
                                  .days = moved < 0 ? -moved : moved},
        moved == 0 ? SENTENCE_RECOUNT_SAME : SENTENCE_RECOUNT,
        (struct sentence_words){
            .from = day_text(e, day_of(e, recount->at)),
            .name = day_text(e, recount->due_before),
            .total = arena_print(e->arena, "%" PRId64, recount->calendar),
        });
}

static void explain_end(struct explaining *e)
{
    const struct clock_leg *first = &e->count.legs[0];
    const struct clock_leg *last = &e->count.legs[e->count.leg_count - 1];
    if (e->count.provisional) {
        explain_provisional(e, first->from.day, last->to.day);
    }
    explain_recount(e);
    if (e->count.phase == CLOCK_ENDED) {
        const struct clock_step *stop = &e->clock->steps.items[e->clock->steps.count - 1];
        struct date day = day_of(e, stop->at);
        add(e,
            (struct clock_derivation){
                .kind = DERIVED_STOP, .from = day, .to = day, .basis = stop->basis},
            SENTENCE_STOP, (struct sentence_words){0});
    }
    add(e,
        (struct clock_derivation){.kind = DERIVED_RESULT, .from = last->to.day, .to = last->to.day},
        e->count.phase == CLOCK_PAUSED ? SENTENCE_RESULT_PAUSED : SENTENCE_RESULT,
        (struct sentence_words){.to = end_text(e, last->to.ms)});
}

enum err clock_explain(const struct clock *clock, const struct clock_context *context,
                       enum name_language language, struct arena *arena,
                       struct clock_derivation_list *ret_steps)
{
    struct explaining e = {
        .clock = clock, .context = context, .language = language, .arena = arena};
    enum err err = clock_count(clock, context, &e.count);
    if (err != ERR_OK) {
        return err;
    }
    e.items = arena_take_array(arena, CLOCK_DERIVATIONS_MAX, sizeof *e.items);
    explain_start(&e);
    explain_restarts(&e);
    explain_opening(&e);
    explain_steps(&e);
    explain_leg(&e, &e.count.legs[0]);
    for (size_t i = 1; i < e.count.leg_count; i++) {
        explain_further_leg(&e, &e.count.legs[i]);
    }
    explain_end(&e);
    *ret_steps = (struct clock_derivation_list){.items = e.items, .count = e.item_count};
    return ERR_OK;
}
