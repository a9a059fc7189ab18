/* What a clock refuses, what a record from outside may hold, how clocks travel, and when a promise
 * agrees with a law. */
#include "clock/test_kit.h"
#include "wire/pack.h"
#include "wire/validate.h"

enum { CLOCK_BYTES_MAX = 4096 };

/* Hours without a break. */
static int set_up_unbroken(void **state)
{
    int code = set_up(state);
    struct fixture *f = *state;
    f->hours = (struct opening_hours){.intervals = {{8 * 60 + 30, 17 * 60}}, .count = 1};
    return code;
}

/* 2026-03-02 10:00 in the hall. */
static int64_t monday(const struct fixture *f)
{
    return zone_time(calendar_zone(f->context.calendar), date_of(2026, 3, 2), 10 * 60);
}

static const struct text no_basis = {0};

/* A moment so many days after the Monday. */
static int64_t day(const struct fixture *f, int days)
{
    return monday(f) + days * MS_PER_DAY;
}

static struct clock_rule rule_of(int64_t value, enum limit_unit unit)
{
    return (struct clock_rule){.name = TEXT_LITERAL("main"),
                               .kind = CLOCK_KIND_STATUTORY,
                               .value = value,
                               .unit = unit,
                               .basis = TEXT_LITERAL("L09")};
}

static struct clock started(struct fixture *f)
{
    struct clock_rule rule = rule_of(20, LIMIT_WORKDAY);
    struct clock clock = {0};
    assert_int_equal(ERR_OK, clock_start(&rule, monday(f), &f->context, &f->arena, &clock));
    return clock;
}

static enum err do_step(struct fixture *f, struct clock *clock, enum clock_op op, int64_t at_ms)
{
    struct clock_extension extension = {.value = 5, .unit = LIMIT_WORKDAY};
    switch (op) {
    case STEP_PAUSED:
        return clock_pause(clock, at_ms, no_basis, &f->context, &f->arena, clock);
    case STEP_RESUMED:
        return clock_resume(clock, at_ms, no_basis, &f->context, &f->arena, clock);
    case STEP_RESTARTED:
        return clock_restart(clock, at_ms, no_basis, &f->context, &f->arena, clock);
    case STEP_EXTENDED:
        return clock_extend(clock, at_ms, &extension, &f->context, &f->arena, clock);
    default:
        return clock_stop(clock, at_ms, no_basis, &f->context, &f->arena, clock);
    }
}

static void each_phase_allows_its_steps_only(void **state)
{
    struct fixture *f = *state;
    static const struct {
        enum clock_op op;
        enum err running;
        enum err paused;
        enum err ended;
    } cases[] = {
        {STEP_PAUSED, ERR_OK, ERR_DENIED, ERR_DENIED},
        {STEP_RESUMED, ERR_DENIED, ERR_OK, ERR_DENIED},
        {STEP_RESTARTED, ERR_OK, ERR_OK, ERR_DENIED},
        {STEP_EXTENDED, ERR_OK, ERR_OK, ERR_DENIED},
        {STEP_STOPPED, ERR_OK, ERR_OK, ERR_DENIED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct clock running = started(f);
        struct clock paused = running;
        struct clock ended = running;
        assert_int_equal(ERR_OK, do_step(f, &paused, STEP_PAUSED, day(f, 1)));
        assert_int_equal(ERR_OK, do_step(f, &ended, STEP_STOPPED, day(f, 1)));
        assert_int_equal(cases[i].running, do_step(f, &running, cases[i].op, day(f, 2)));
        assert_int_equal(cases[i].paused, do_step(f, &paused, cases[i].op, day(f, 2)));
        assert_int_equal(cases[i].ended, do_step(f, &ended, cases[i].op, day(f, 2)));
    }
}

static void a_refused_step_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f);
    struct clock before = clock;
    assert_int_equal(ERR_DENIED, do_step(f, &clock, STEP_RESUMED, day(f, 1)));
    assert_int_equal(ERR_INVALID, do_step(f, &clock, STEP_PAUSED, day(f, -1)));
    assert_memory_equal(&clock, &before, sizeof clock);
    assert_int_equal(clock.steps.count, 1);
}

static void steps_must_come_in_order_but_a_start_ahead_may_be_stopped(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f);
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_PAUSED, day(f, 3)));
    assert_int_equal(ERR_INVALID, do_step(f, &clock, STEP_RESUMED, day(f, 3) - 1));
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_RESUMED, day(f, 3)));
    clock = started(f);
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_STOPPED, day(f, -3)));
    assert_int_equal(clock.phase, CLOCK_ENDED);
    assert_int_equal(clock_light(&clock, day(f, 100)), LIGHT_GREEN);
}

static void what_is_over_cannot_be_extended(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f); /* due on 2026-03-30, 28 days on */
    assert_int_equal(ERR_TIMEOUT, do_step(f, &clock, STEP_EXTENDED, clock.due));
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_EXTENDED, clock.due - 1));
    assert_int_equal(clock.due_day.days, date_of(2026, 4, 7).days);
}

static void an_extension_must_give_something(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f);
    const struct clock_extension wrong[] = {
        {.value = 0, .unit = LIMIT_WORKDAY},
        {.value = -1, .unit = LIMIT_WORKDAY},
        {.value = CLOCK_LIMIT_MAX + 1, .unit = LIMIT_WORKDAY},
        {.value = 1},
        {.value = 1, .unit = (enum limit_unit)9},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(ERR_INVALID, clock_extend(&clock, day(f, 1), &wrong[i], &f->context,
                                                   &f->arena, &clock));
    }
}

static void a_full_clock_can_always_be_stopped(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f);
    for (size_t i = 1; i + 3 <= CLOCK_STEPS_MAX; i += 2) {
        assert_int_equal(ERR_OK, do_step(f, &clock, STEP_PAUSED, day(f, (int)i)));
        assert_int_equal(ERR_OK, do_step(f, &clock, STEP_RESUMED, day(f, (int)i)));
    }
    assert_int_equal(clock.steps.count, CLOCK_STEPS_MAX - 1);
    assert_int_equal(ERR_FULL, do_step(f, &clock, STEP_PAUSED, day(f, 60)));
    assert_int_equal(ERR_FULL, do_step(f, &clock, STEP_RESTARTED, day(f, 60)));
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_STOPPED, day(f, 60)));
    assert_int_equal(clock.steps.count, CLOCK_STEPS_MAX);
}

static void a_pause_is_refused_when_it_could_not_be_resumed(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f);
    for (size_t i = 1; i + 2 < CLOCK_STEPS_MAX; i++) {
        assert_int_equal(ERR_OK, do_step(f, &clock, STEP_RESTARTED, day(f, 1)));
    }
    assert_int_equal(clock.steps.count, CLOCK_STEPS_MAX - 2);
    assert_int_equal(ERR_FULL, do_step(f, &clock, STEP_PAUSED, day(f, 2)));
}

static void rules_out_of_bounds_start_no_clock(void **state)
{
    struct fixture *f = *state;
    char long_name[CLOCK_NAME_CHARACTERS + 2] = {0};
    memset(long_name, 'a', CLOCK_NAME_CHARACTERS + 1);
    struct clock clock = {0};
    struct clock_rule rules[] = {
        rule_of(-1, LIMIT_WORKDAY),    rule_of(CLOCK_LIMIT_MAX + 1, LIMIT_WORKDAY),
        rule_of(1, limit_unit_absent), rule_of(1, LIMIT_WORKDAY),
        rule_of(1, LIMIT_WORKDAY),     rule_of(1, LIMIT_WORKDAY),
    };
    rules[3].name = no_basis;
    rules[4].name = text_of(long_name);
    rules[5].kind = clock_kind_absent;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        assert_int_equal(ERR_INVALID,
                         clock_start(&rules[i], monday(f), &f->context, &f->arena, &clock));
    }
    struct clock_rule sound = rule_of(1, LIMIT_WORK_HOUR);
    struct clock_context no_hours = {.calendar = f->context.calendar};
    assert_int_equal(ERR_INVALID, clock_start(&sound, monday(f), &no_hours, &f->arena, &clock));
    assert_int_equal(ERR_INVALID, clock_start(&sound, 0, &f->context, &f->arena, &clock));
    assert_int_equal(ERR_INVALID, clock_start(&sound, INT64_MAX, &f->context, &f->arena, &clock));
    assert_int_equal(ERR_INVALID, clock_start(&sound, INT64_MIN, &f->context, &f->arena, &clock));
    assert_int_equal(clock.steps.count, 0);
}

static void limits_behind_the_covered_days_are_too_large(void **state)
{
    struct fixture *f = *state;
    int64_t late_ms = zone_time(calendar_zone(f->context.calendar), date_of(2199, 12, 20), 600);
    struct clock clock = {0};
    for (enum limit_unit unit = LIMIT_WORKDAY; unit <= LIMIT_WORK_HOUR; unit++) {
        struct clock_rule rule = rule_of(CLOCK_LIMIT_MAX, unit);
        assert_int_equal(ERR_TOO_LARGE,
                         clock_start(&rule, late_ms, &f->context, &f->arena, &clock));
    }
    struct clock_rule months = rule_of(CLOCK_LIMIT_MAX, LIMIT_MONTH);
    assert_int_equal(ERR_TOO_LARGE,
                     clock_start(&months, monday(f), &f->context, &f->arena, &clock));
}

static struct clock started_until(struct fixture *f, struct date last)
{
    struct clock_rule rule = {.name = TEXT_LITERAL("told"), .kind = CLOCK_KIND_EXCLUDED};
    struct clock clock = {0};
    assert_int_equal(ERR_OK,
                     clock_start_until(&rule, monday(f), last, &f->context, &f->arena, &clock));
    return clock;
}

static void a_named_day_stays_where_it_is(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started_until(f, date_of(2026, 4, 5)); /* a Sunday, Qingming */
    int64_t due_ms = zone_time(calendar_zone(f->context.calendar), date_of(2026, 4, 6), 0);
    int64_t warn_ms = zone_time(calendar_zone(f->context.calendar), date_of(2026, 3, 29), 0);
    assert_int_equal(clock.due_day.days, date_of(2026, 4, 5).days);
    assert_int_equal(clock.due, due_ms);
    assert_int_equal(clock.warn, warn_ms); /* 27 of 34 days */
    assert_int_equal(clock.value, 34);
    assert_int_equal(clock.unit, LIMIT_CALENDAR_DAY);
    clock = started_until(f, date_of(2026, 3, 2));
    assert_int_equal(clock.due_day.days, date_of(2026, 3, 2).days);
    clock = started_until(f, date_of(2027, 6, 5)); /* no notice is needed for a named day */
    assert_false(clock.provisional);
}

static void a_named_day_that_was_changed_counts_as_calendar_days(void **state)
{
    struct fixture *f = *state;
    struct clock_extension extension = {.value = 1, .unit = LIMIT_CALENDAR_DAY};
    struct clock extended = started_until(f, date_of(2026, 4, 5));
    struct clock paused = extended;
    struct clock restarted = extended;
    assert_int_equal(
        ERR_OK, clock_extend(&extended, day(f, 1), &extension, &f->context, &f->arena, &extended));
    assert_int_equal(extended.due_day.days, date_of(2026, 4, 7).days); /* off Monday, 04-06 */
    assert_int_equal(ERR_OK, do_step(f, &paused, STEP_PAUSED, day(f, 1)));
    assert_int_equal(ERR_OK, do_step(f, &paused, STEP_RESUMED, day(f, 2)));
    assert_int_equal(paused.due_day.days, date_of(2026, 4, 7).days);
    assert_int_equal(ERR_OK, do_step(f, &restarted, STEP_RESTARTED, day(f, 0)));
    assert_int_equal(restarted.due_day.days, date_of(2026, 4, 7).days);
}

static void a_named_day_before_the_start_is_refused(void **state)
{
    struct fixture *f = *state;
    struct clock_rule rule = {.name = TEXT_LITERAL("told"), .kind = CLOCK_KIND_EXCLUDED};
    struct clock clock = {0};
    assert_int_equal(ERR_INVALID, clock_start_until(&rule, monday(f), date_of(2026, 3, 1),
                                                    &f->context, &f->arena, &clock));
    assert_int_equal(ERR_INVALID, clock_start_until(&rule, monday(f), date_of(9999, 3, 1),
                                                    &f->context, &f->arena, &clock));
    assert_int_equal(ERR_INVALID, clock_start_until(&rule, 0, date_of(2026, 3, 1), &f->context,
                                                    &f->arena, &clock));
}

/* -- standing clocks, days left ------------------------------------------------------------- */

static int days_left(const struct fixture *f, const struct clock *clock, int64_t now_ms)
{
    return clock_working_days_left(clock, &f->context, now_ms);
}

static void a_paused_clock_shows_the_moment_of_its_pause(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f);
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_PAUSED, day(f, 7)));
    assert_int_equal(clock_light(&clock, day(f, 90)), LIGHT_GREEN);
    assert_false(clock_is_over(&clock, day(f, 90)));
    assert_int_equal(days_left(f, &clock, day(f, 90)), 15);
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_RESUMED, day(f, 90)));
    assert_int_equal(days_left(f, &clock, day(f, 90)), 15);
    assert_int_equal(clock_light(&clock, day(f, 90)), LIGHT_GREEN);
}

static void a_stopped_clock_shows_the_moment_of_its_stop(void **state)
{
    struct fixture *f = *state;
    struct clock in_time = started(f);
    struct clock late = in_time;
    int64_t due_ms = in_time.due;
    assert_int_equal(ERR_OK, do_step(f, &in_time, STEP_STOPPED, due_ms - 1));
    assert_int_equal(ERR_OK, do_step(f, &late, STEP_STOPPED, due_ms));
    assert_int_equal(clock_light(&in_time, day(f, 90)), LIGHT_YELLOW);
    assert_int_equal(clock_light(&late, day(f, 90)), LIGHT_RED);
    assert_int_equal(days_left(f, &in_time, day(f, 90)), 0);
    assert_int_equal(days_left(f, &late, day(f, 90)), -1);
}

static void a_stop_ends_an_open_pause(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f);
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_PAUSED, day(f, 7)));
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_STOPPED, day(f, 18)));
    assert_int_equal(clock.due_day.days, date_of(2026, 4, 13).days);
    assert_int_equal(clock_light(&clock, day(f, 90)), LIGHT_GREEN);
    clock = started_until(f, date_of(2026, 4, 5));
    int64_t warn_ms = clock.warn;
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_PAUSED, day(f, 7)));
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_STOPPED, day(f, 3))); /* dated back */
    assert_int_equal(clock.warn, warn_ms);
}

static void working_days_left_include_the_due_day_and_go_below_zero(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f); /* due on Monday, 2026-03-30 */
    static const struct {
        int days;
        int left;
    } cases[] = {{0, 20}, {4, 16}, {5, 16}, {28, 0}, {29, -1}, {33, -4}, {34, -4}, {36, -5}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(days_left(f, &clock, day(f, cases[i].days)), cases[i].left);
    }
}

/* -- records from outside ------------------------------------------------------------------- */

static enum err recomputed(struct fixture *f, struct clock clock, struct clock_step *steps,
                           size_t count)
{
    struct clock result = {0};
    clock.steps = (struct clock_step_list){.items = steps, .count = count};
    return clock_recompute(&clock, &f->context, &result);
}

static void unsound_records_are_an_error_not_a_crash(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f);
    int64_t ms = monday(f);
    struct clock_step no_start[] = {{.op = STEP_PAUSED, .at = ms}};
    struct clock_step two_starts[] = {{.op = STEP_STARTED, .at = ms},
                                      {.op = STEP_STARTED, .at = ms}};
    struct clock_step no_op[] = {{.op = STEP_STARTED, .at = ms}, {.at = ms}};
    struct clock_step backwards[] = {{.op = STEP_STARTED, .at = ms},
                                     {.op = STEP_PAUSED, .at = ms - 1}};
    struct clock_step after_stop[] = {{.op = STEP_STARTED, .at = ms},
                                      {.op = STEP_STOPPED, .at = ms},
                                      {.op = STEP_RESTARTED, .at = ms}};
    struct clock_step far_away[] = {{.op = STEP_STARTED, .at = INT64_MAX}};
    assert_int_equal(ERR_INVALID, recomputed(f, clock, NULL, 0));
    assert_int_equal(ERR_INVALID, recomputed(f, clock, no_start, 1));
    assert_int_equal(ERR_INVALID, recomputed(f, clock, two_starts, 2));
    assert_int_equal(ERR_INVALID, recomputed(f, clock, no_op, 2));
    assert_int_equal(ERR_INVALID, recomputed(f, clock, backwards, 2));
    assert_int_equal(ERR_DENIED, recomputed(f, clock, after_stop, 3));
    assert_int_equal(ERR_INVALID, recomputed(f, clock, far_away, 1));
    struct clock_step start[] = {{.op = STEP_STARTED, .at = ms}};
    assert_int_equal(ERR_OK, recomputed(f, clock, start, 1));
    clock.until = (struct date){INT32_MAX};
    assert_int_equal(ERR_INVALID, recomputed(f, clock, start, 1));
    clock.due_day = (struct date){INT32_MAX};
    assert_int_equal(clock_working_days_left(&clock, &f->context, ms) > 0, true);
}

static void a_stored_clock_is_compared_with_its_recomputation(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f);
    struct clock again = {0};
    assert_int_equal(ERR_OK, clock_recompute(&clock, &f->context, &again));
    assert_true(clock_agrees(&clock, &again));
    clock.due += MS_PER_DAY;
    clock.due_day.days++;
    assert_false(clock_agrees(&clock, &again));
    assert_int_equal(ERR_OK, clock_recompute(&clock, &f->context, &clock));
    assert_true(clock_agrees(&clock, &again));
}

static void a_clock_travels_as_a_record(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f);
    struct clock back = {0};
    struct buffer buffer;
    struct wire_reader reader;
    buffer_init(&buffer, CLOCK_BYTES_MAX);
    wire_reader_init(&reader, &f->arena);
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_PAUSED, day(f, 1)));
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_EXTENDED, day(f, 2)));
    assert_true(wire_validate(&clock_message, &clock, NULL, NULL));
    wire_pack(&buffer, WIRE_ROW, &clock_message, &clock);
    assert_int_equal(ERR_OK, wire_unpack(&reader, WIRE_ROW, WIRE_REFUSE_UNKNOWN, &clock_message,
                                         buffer_bytes(&buffer), &back, NULL));
    assert_true(clock_agrees(&clock, &back));
    assert_int_equal(back.steps.count, 3);
    assert_int_equal(back.steps.items[2].value, 5);
    struct clock again = {0};
    assert_int_equal(ERR_OK, clock_recompute(&back, &f->context, &again));
    assert_true(clock_agrees(&clock, &again));
    assert_ptr_equal(wire_find(&clock_vocabulary, TEXT_LITERAL("clock")), &clock_message);
    wire_reader_free(&reader);
    buffer_free(&buffer);
}

/* Whoever has the case next knows of what was told; another due day is told anew. */
static void what_was_told_goes_along_until_the_due_day_moves(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f);
    assert_false(clock.warned || clock.overdue);
    clock.warned = clock.overdue = true;
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_PAUSED, day(f, 1)));
    assert_true(clock.warned && clock.overdue);
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_RESUMED, day(f, 1)));
    assert_true(clock.warned && clock.overdue); /* on the same day: nothing is added */
    struct clock stopped = clock;
    assert_int_equal(ERR_OK, do_step(f, &stopped, STEP_STOPPED, day(f, 2)));
    assert_true(stopped.warned && stopped.overdue);
    assert_int_equal(ERR_OK, do_step(f, &clock, STEP_EXTENDED, day(f, 2)));
    assert_false(clock.warned || clock.overdue);
}

/* -- promise and law ------------------------------------------------------------------------ */

static void a_promise_agrees_when_it_is_never_due_later(void **state)
{
    struct fixture *f = *state;
    static const struct {
        struct clock_limit promise;
        struct clock_limit law;
        bool agrees;
    } cases[] = {
        {{12, LIMIT_WORKDAY}, {45, LIMIT_WORKDAY}, true},
        {{20, LIMIT_WORKDAY}, {20, LIMIT_WORKDAY}, true},
        {{21, LIMIT_WORKDAY}, {20, LIMIT_WORKDAY}, false},
        {{20, LIMIT_WORKDAY}, {60, LIMIT_CALENDAR_DAY}, true},
        {{40, LIMIT_WORKDAY}, {60, LIMIT_CALENDAR_DAY}, false}, /* over the Spring Festival */
        {{89, LIMIT_CALENDAR_DAY}, {3, LIMIT_MONTH}, true},     /* 3 months have 89 days or more */
        {{90, LIMIT_CALENDAR_DAY}, {3, LIMIT_MONTH}, false},
        {{4, LIMIT_WORK_HOUR}, {1, LIMIT_WORKDAY}, true},
        {{1, LIMIT_WORKDAY}, {24, LIMIT_HOUR}, false},
        {{1, LIMIT_WORKDAY}, {1, limit_unit_absent}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(clock_promise_agrees(cases[i].promise, cases[i].law, &f->context, NULL),
                         cases[i].agrees);
    }
    struct date start = {0};
    assert_false(clock_promise_agrees((struct clock_limit){1, LIMIT_WORKDAY},
                                      (struct clock_limit){24, LIMIT_HOUR}, &f->context, &start));
    assert_int_equal(start.days, date_of(2024, 1, 1).days);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up_unbroken, tear_down)
        CASE(each_phase_allows_its_steps_only),
        CASE(a_refused_step_changes_nothing),
        CASE(steps_must_come_in_order_but_a_start_ahead_may_be_stopped),
        CASE(what_is_over_cannot_be_extended),
        CASE(an_extension_must_give_something),
        CASE(a_full_clock_can_always_be_stopped),
        CASE(a_pause_is_refused_when_it_could_not_be_resumed),
        CASE(rules_out_of_bounds_start_no_clock),
        CASE(limits_behind_the_covered_days_are_too_large),
        CASE(a_named_day_stays_where_it_is),
        CASE(a_named_day_that_was_changed_counts_as_calendar_days),
        CASE(a_named_day_before_the_start_is_refused),
        CASE(a_paused_clock_shows_the_moment_of_its_pause),
        CASE(a_stopped_clock_shows_the_moment_of_its_stop),
        CASE(a_stop_ends_an_open_pause),
        CASE(working_days_left_include_the_due_day_and_go_below_zero),
        CASE(unsound_records_are_an_error_not_a_crash),
        CASE(a_stored_clock_is_compared_with_its_recomputation),
        CASE(a_clock_travels_as_a_record),
        CASE(what_was_told_goes_along_until_the_due_day_moves),
        CASE(a_promise_agrees_when_it_is_never_due_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
