/* Thousands of random clocks against a counter that walks from day to day, or from minute to
 * minute, and knows nothing of how the clock counts. Its holidays were copied from the notices by
 * hand. */
#include "calendar/test_kit.h"
#include "clock/clock.h"

#include "base/random.h"
#include "wire/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock/naive_test.h"

enum { ROUNDS = 6000 };

struct fixture {
    struct arena arena;
    struct arena scratch; /* emptied after each clock */
    struct yaml_file file;
    struct opening_hours hours;
    struct clock_context context;
    struct random_source random;
    struct naive *naive;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    arena_init(&f->scratch);
    random_init_seeded(&f->random, 20260918);
    f->hours = kit_hours();
    f->context.hours = &f->hours;
    f->naive = naive_new(&f->arena);
    *state = f;
    return kit_calendar(&f->arena, &f->file, &f->context.calendar);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->arena);
    arena_free(&f->scratch);
    free(f);
    return 0;
}

/* -- random clocks -------------------------------------------------------------------------- */

static int64_t below(struct fixture *f, uint64_t bound)
{
    return (int64_t)random_below(&f->random, bound);
}

static enum limit_unit random_unit(struct fixture *f)
{
    return (enum limit_unit)(1 + below(f, 5));
}

static int64_t to_ms(int64_t minute)
{
    return minute * MS_PER_MINUTE - 8 * MS_PER_HOUR;
}

static int64_t random_value(struct fixture *f, enum limit_unit unit)
{
    return below(f, unit == LIMIT_MONTH ? 14 : unit == LIMIT_CALENDAR_DAY ? 100 : 50);
}

static struct plan random_start(struct fixture *f, enum limit_unit unit, struct clock *ret_clock)
{
    int first = date_of(2023, 11, 1).days;
    int last = date_of(2027, 3, 1).days;
    struct plan plan = {.unit = unit, .count = 1};
    plan.value = random_value(f, plan.unit);
    plan.events[0] = (struct event){
        .op = STEP_STARTED,
        .minute = (first + below(f, (uint64_t)(last - first))) * MINUTES_OF_DAY +
                  below(f, MINUTES_OF_DAY),
    };
    struct clock_rule rule = {.name = TEXT_LITERAL("main"),
                              .kind = CLOCK_KIND_STATUTORY,
                              .value = plan.value,
                              .unit = plan.unit};
    assert_int_equal(ERR_OK, clock_start(&rule, to_ms(plan.events[0].minute), &f->context,
                                         &f->scratch, ret_clock));
    return plan;
}

/* Does something random to the clock; false when it is over and was to be extended. */
static bool random_step(struct fixture *f, struct plan *plan, struct clock *clock)
{
    static const enum clock_op running[] = {STEP_PAUSED, STEP_PAUSED, STEP_EXTENDED,
                                            STEP_RESTARTED};
    static const enum clock_op paused[] = {STEP_RESUMED, STEP_RESUMED, STEP_EXTENDED,
                                           STEP_RESTARTED};
    int64_t minute = plan->events[plan->count - 1].minute +
                     below(f, 4) * below(f, 6) * MINUTES_OF_DAY + below(f, MINUTES_OF_DAY);
    struct event event = {
        .op = (clock->phase == CLOCK_PAUSED ? paused : running)[below(f, 4)],
        .minute = minute,
        .unit = below(f, 2) == 0 ? plan->unit : random_unit(f),
    };
    event.value = 1 + random_value(f, event.unit);
    struct clock_extension extension = {.value = event.value, .unit = event.unit};
    struct text none = {0};
    enum err err = ERR_OK;
    switch (event.op) {
    case STEP_PAUSED:
        err = clock_pause(clock, to_ms(minute), none, &f->context, &f->scratch, clock);
        break;
    case STEP_RESUMED:
        err = clock_resume(clock, to_ms(minute), none, &f->context, &f->scratch, clock);
        break;
    case STEP_RESTARTED:
        err = clock_restart(clock, to_ms(minute), none, &f->context, &f->scratch, clock);
        break;
    default:
        err = clock_extend(clock, to_ms(minute), &extension, &f->context, &f->scratch, clock);
        break;
    }
    if (err == ERR_TIMEOUT) {
        assert_int_equal(event.op, STEP_EXTENDED);
        assert_true(clock_is_over(clock, to_ms(minute)));
        return false;
    }
    assert_int_equal(ERR_OK, err);
    plan->events[plan->count++] = event;
    return true;
}

static void assert_as_counted(struct fixture *f, const struct plan *plan, const struct clock *clock)
{
    f->naive->asked_outside = false;
    struct end end = naive_due(f->naive, plan, plan->count);
    if (clock->due != to_ms(end.minute) || clock->due_day.days != end.day ||
        clock->provisional != f->naive->asked_outside) {
        char start[TIME_TEXT_BYTES + 1];
        time_format(clock->steps.items[0].at, start);
        print_error("%d of unit %d from %s, %zu steps: due day %d, counted %d\n", (int)plan->value,
                    plan->unit, start, plan->count, clock->due_day.days, end.day);
    }
    assert_int_equal(clock->due, to_ms(end.minute));
    assert_int_equal(clock->due_day.days, end.day);
    assert_int_equal(clock->provisional, f->naive->asked_outside);
}

static void random_clocks_end_where_a_day_by_day_count_ends(void **state)
{
    struct fixture *f = *state;
    for (int round = 0; round < ROUNDS; round++) {
        struct clock clock = {0};
        struct plan plan = random_start(f, random_unit(f), &clock);
        assert_as_counted(f, &plan, &clock);
        size_t steps = (size_t)below(f, STEPS_MAX + 1);
        while (plan.count <= steps && random_step(f, &plan, &clock)) {
            assert_as_counted(f, &plan, &clock);
        }
        arena_reset(&f->scratch);
    }
}

/* The plainest meaning of a pause: its days are not counted at all. The same as adding them, as
 * long as each pause begins before the limit is over. */
static int due_day_skipping_pauses(struct naive *naive, const struct plan *plan)
{
    int64_t left = plan->value;
    int day = day_of(plan->events[0].minute);
    while (left > 0) {
        day++;
        bool is_paused = false;
        for (size_t i = 1; i + 1 < plan->count; i += 2) {
            is_paused |=
                day > day_of(plan->events[i].minute) && day <= day_of(plan->events[i + 1].minute);
        }
        left -= !is_paused && naive_works(naive, day) ? 1 : 0;
    }
    return day;
}

static void added_pauses_are_the_days_that_were_not_counted(void **state)
{
    struct fixture *f = *state;
    struct text none = {0};
    for (int round = 0; round < ROUNDS; round++) {
        struct clock clock = {0};
        struct plan plan = random_start(f, LIMIT_WORKDAY, &clock);
        while (plan.count + 2 <= STEPS_MAX) {
            int64_t pause = plan.events[plan.count - 1].minute + below(f, 12 * MINUTES_OF_DAY);
            int64_t resume = pause + below(f, 12 * MINUTES_OF_DAY);
            if (day_of(pause) >= clock.due_day.days) {
                break;
            }
            assert_int_equal(
                ERR_OK, clock_pause(&clock, to_ms(pause), none, &f->context, &f->scratch, &clock));
            assert_int_equal(ERR_OK, clock_resume(&clock, to_ms(resume), none, &f->context,
                                                  &f->scratch, &clock));
            plan.events[plan.count++] = (struct event){.op = STEP_PAUSED, .minute = pause};
            plan.events[plan.count++] = (struct event){.op = STEP_RESUMED, .minute = resume};
        }
        assert_int_equal(clock.due_day.days, due_day_skipping_pauses(f->naive, &plan));
        arena_reset(&f->scratch);
    }
}

/* -- what holds for every clock ------------------------------------------------------------- */

/* What was left when a clock was paused is left when it resumes. Only a clock whose last working
 * day has come (0 left) may change its light: that day is the due day itself, or the resuming day.
 */
static void resuming_leaves_the_working_days_that_were_left(void **state)
{
    struct fixture *f = *state;
    struct text none = {0};
    for (int round = 0; round < ROUNDS; round++) {
        struct clock clock = {0};
        struct plan plan = random_start(f, LIMIT_WORKDAY, &clock);
        int64_t pause = plan.events[0].minute + below(f, 40 * MINUTES_OF_DAY);
        int64_t resume = pause + below(f, 40 * MINUTES_OF_DAY);
        int before = clock_working_days_left(&clock, &f->context, to_ms(pause));
        bool was_over = clock_is_over(&clock, to_ms(pause));
        enum light light = clock_light(&clock, to_ms(pause));
        assert_int_equal(ERR_OK,
                         clock_pause(&clock, to_ms(pause), none, &f->context, &f->scratch, &clock));
        assert_int_equal(
            ERR_OK, clock_resume(&clock, to_ms(resume), none, &f->context, &f->scratch, &clock));
        assert_int_equal(clock_working_days_left(&clock, &f->context, to_ms(resume)), before);
        if (before != 0) {
            assert_int_equal(clock_is_over(&clock, to_ms(resume)), was_over);
            assert_int_equal(clock_light(&clock, to_ms(resume)), light);
        }
        arena_reset(&f->scratch);
    }
}

/* Weekdays between, less the holidays and with the make-up days that are listed, make the count. */
static void assert_adds_up(struct fixture *f, const struct clock *clock,
                           const struct clock_derivation_list *steps)
{
    int64_t listed = 0;
    for (size_t i = 0; i < steps->count; i++) {
        const struct clock_derivation *step = &steps->items[i];
        assert_true(wire_validate(&clock_derivation_message, step, NULL, NULL));
        listed -= step->kind == DERIVED_HOLIDAY ? step->days : 0;
        listed += step->kind == DERIVED_MAKE_UP ? step->days : 0;
        if (step->kind != DERIVED_COUNT || clock->unit != LIMIT_WORKDAY) {
            continue;
        }
        int64_t weekdays = 0;
        for (int day = step->from.days + 1; day <= step->to.days; day++) {
            weekdays += calendar_is_weekend(f->context.calendar, (struct date){day}) ? 0 : 1;
        }
        assert_int_equal(weekdays + listed, step->days);
        return;
    }
}

static void every_explanation_is_sound_and_adds_up(void **state)
{
    struct fixture *f = *state;
    for (int round = 0; round < ROUNDS / 4; round++) {
        struct clock clock = {0};
        struct plan plan = random_start(f, random_unit(f), &clock);
        size_t steps = (size_t)below(f, STEPS_MAX + 1);
        while (plan.count <= steps && random_step(f, &plan, &clock)) {
        }
        struct clock_derivation_list list = {0};
        enum name_language language = (enum name_language)(NAME_ZH_HANS + below(f, NAME_LANGUAGES));
        assert_int_equal(ERR_OK, clock_explain(&clock, &f->context, language, &f->scratch, &list));
        const struct clock_derivation *last = &list.items[list.count - 1];
        assert_int_equal(list.items[0].kind, DERIVED_START);
        assert_int_equal(last->kind, DERIVED_RESULT);
        assert_int_equal(last->to.days, clock.due_day.days);
        assert_adds_up(f, &clock, &list);
        struct clock again = {0};
        assert_int_equal(ERR_OK, clock_recompute(&clock, &f->context, &again));
        assert_true(clock_agrees(&clock, &again));
        assert_true(clock.warn <= clock.due);
        assert_true(clock.warn >= clock.steps.items[0].at);
        arena_reset(&f->scratch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(random_clocks_end_where_a_day_by_day_count_ends),
        CASE(added_pauses_are_the_days_that_were_not_counted),
        CASE(resuming_leaves_the_working_days_that_were_left),
        CASE(every_explanation_is_sound_and_adds_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
