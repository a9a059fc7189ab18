/* Counting limits again with a new calendar: the walk, and cases that are touched before it. */
#include "matter/test_kit.h"

enum { MANY_CASES = 150 };

/* -- the walk ------------------------------------------------------------------------------- */

static void a_new_calendar_moves_every_case_in_bounded_steps(void **state)
{
    struct fixture *f = *state;
    for (int i = 1; i <= MANY_CASES; i++) {
        file(f, i);
    }
    day_off(f, "2026-03-10");
    publish(f, 0);
    (void)happened(f);
    step(f);
    assert_string_equal("clocks_recounted*56 recount_advanced", happened(f));
    step(f);
    assert_string_equal("clocks_recounted*56 recount_advanced", happened(f));
    assert_due(f, MANY_CASES, "promise", "2026-03-11");
    step(f);
    assert_string_equal("clocks_recounted*38 recount_finished", happened(f));
    work(f);
    assert_string_equal("", happened(f));
    for (int i = 1; i <= MANY_CASES; i++) {
        assert_due(f, i, "promise", "2026-03-12");
        assert_due(f, i, "main", "2026-03-17");
    }
}

static void a_walk_goes_on_after_a_restart_where_it_was(void **state)
{
    struct fixture *f = *state;
    for (int i = 1; i <= MANY_CASES; i++) {
        file(f, i);
    }
    day_off(f, "2026-03-10");
    publish(f, 0);
    step(f);
    (void)happened(f);
    /* A step that was not committed is none. */
    assert_int_equal(ERR_OK, engine_begin(f->engine, f->now_ms, f->now_ms));
    assert_int_equal(1, engine_timers(f->engine, 1000, false));
    engine_close(&f->engine);
    engine_start(f);
    work(f);
    assert_string_equal("clocks_recounted*56 recount_advanced clocks_recounted*38 recount_finished",
                        happened(f));
    assert_due(f, MANY_CASES, "promise", "2026-03-12");
}

static void the_same_calendar_in_another_version_moves_nothing(void **state)
{
    struct fixture *f = *state;
    file(f, 1);
    publish(f, 1);
    (void)happened(f);
    work(f);
    assert_string_equal("", happened(f));
    struct case_row row = row_of(f, 1);
    assert_int_equal(1, row_clock(&row, TEXT_LITERAL("main"))->calendar_version);
}

static void a_calendar_that_moves_nothing_leaves_only_its_progress(void **state)
{
    struct fixture *f = *state;
    file(f, 1);
    day_off(f, "2026-04-13");
    publish(f, 0);
    (void)happened(f);
    work(f);
    assert_string_equal("recount_finished", happened(f));
    assert_int_equal(1, row_of(f, 1).version);
}

static void a_newer_calendar_takes_the_walk_over(void **state)
{
    struct fixture *f = *state;
    for (int i = 1; i <= MANY_CASES; i++) {
        file(f, i);
    }
    day_off(f, "2026-03-10");
    publish(f, 0);
    step(f);
    day_off(f, "2026-03-11");
    publish(f, 0);
    (void)happened(f);
    work(f);
    assert_string_equal("clocks_recounted*56 recount_advanced clocks_recounted*56 recount_advanced "
                        "clocks_recounted*38 recount_finished",
                        happened(f));
    assert_due(f, 1, "promise", "2026-03-13");
    assert_due(f, MANY_CASES, "promise", "2026-03-13");
}

/* -- before the walk has come --------------------------------------------------------------- */

static void who_acts_finds_the_case_counted_with_the_new_calendar(void **state)
{
    struct fixture *f = *state;
    struct principal filer = {.kind = PRINCIPAL_FILER, .session = bytes_of(session, 16)};
    file(f, 1);
    file(f, 2);
    day_off(f, "2026-03-10");
    publish(f, 0);
    (void)happened(f);
    struct case_act act = {.case_id = id_of(2), .action = TEXT_LITERAL("withdraw")};
    assert_true(text_is_empty(batch(f, &case_act_message, &act, &filer)));
    assert_string_equal("clocks_recounted case_withdrawn", happened(f));
    assert_due(f, 2, "promise", "2026-03-12");
    work(f);
    assert_string_equal("clocks_recounted recount_finished", happened(f));
}

static void an_action_that_is_refused_leaves_the_case_to_the_walk(void **state)
{
    struct fixture *f = *state;
    struct principal filer = {.kind = PRINCIPAL_FILER, .session = bytes_of(session, 16)};
    file(f, 1);
    day_off(f, "2026-03-10");
    publish(f, 0);
    (void)happened(f);
    struct case_act act = {.case_id = id_of(1), .action = TEXT_LITERAL("fly")};
    assert_false(text_is_empty(batch(f, &case_act_message, &act, &filer)));
    assert_string_equal("", happened(f));
    assert_due(f, 1, "promise", "2026-03-11");
}

/* Works the legal timers that are due, the walk held back. */
static void work_without_walk(struct fixture *f)
{
    engine_hold_background(f->engine, true);
    work(f);
    engine_hold_background(f->engine, false);
}

static void nothing_falls_due_by_a_calendar_that_no_longer_counts(void **state)
{
    struct fixture *f = *state;
    file(f, 1);
    f->now_ms = at("2026-03-10T00:00:00+08:00");
    work(f);
    assert_string_equal("case_submitted clock_warned", happened(f));
    day_off(f, "2026-03-11");
    publish(f, 0);
    (void)happened(f);
    /* By the old calendar the promise ends on 11 March; the walk has not come yet. */
    f->now_ms = at("2026-03-12T00:00:00+08:00");
    work_without_walk(f);
    assert_string_equal("clocks_recounted", happened(f)); /* that it is yellow was told */
    assert_due(f, 1, "promise", "2026-03-12");
    f->now_ms = at("2026-03-12T23:59:59+08:00");
    work_without_walk(f);
    assert_string_equal("", happened(f));
    f->now_ms = at("2026-03-13T00:00:00+08:00");
    work_without_walk(f);
    assert_string_equal("clock_warned clock_overdue", happened(f)); /* main is yellow */
    work(f);
    assert_string_equal("recount_finished", happened(f));
}

static void who_acts_does_not_cut_short_the_time_of_people(void **state)
{
    struct fixture *f = *state;
    struct principal filer = {.kind = PRINCIPAL_FILER, .session = bytes_of(session, 16)};
    file(f, 1);
    assert_due(f, 1, "own", "2026-03-23");
    saturday_works(f);
    publish(f, 0);
    work(f);
    assert_due(f, 1, "own", "2026-03-23");
    assert_due(f, 1, "main", "2026-03-14");
    struct case_act act = {.case_id = id_of(1), .action = TEXT_LITERAL("withdraw")};
    assert_true(text_is_empty(batch(f, &case_act_message, &act, &filer)));
    struct case_row row = row_of(f, 1);
    const struct clock *own = row_clock(&row, TEXT_LITERAL("own"));
    assert_int_equal(CLOCK_ENDED, own->phase);
    assert_int_equal(1, own->calendar_version);
    assert_due(f, 1, "own", "2026-03-23");
}

static void what_was_told_to_be_over_stays_over(void **state)
{
    struct fixture *f = *state;
    file(f, 1);
    f->now_ms = at("2026-03-12T09:00:00+08:00");
    work(f);
    assert_string_equal("case_submitted clock_warned*2 clock_overdue", happened(f));
    day_off(f, "2026-03-10"); /* intake refuses this: it is past by now */
    publish(f, 0);
    (void)happened(f);
    work(f);
    assert_due(f, 1, "promise", "2026-03-11");
    assert_due(f, 1, "main", "2026-03-17");
    struct case_row row = row_of(f, 1);
    assert_true(row_clock(&row, TEXT_LITERAL("promise"))->overdue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_new_calendar_moves_every_case_in_bounded_steps),
        CASE(a_walk_goes_on_after_a_restart_where_it_was),
        CASE(the_same_calendar_in_another_version_moves_nothing),
        CASE(a_calendar_that_moves_nothing_leaves_only_its_progress),
        CASE(a_newer_calendar_takes_the_walk_over),
        CASE(who_acts_finds_the_case_counted_with_the_new_calendar),
        CASE(an_action_that_is_refused_leaves_the_case_to_the_walk),
        CASE(nothing_falls_due_by_a_calendar_that_no_longer_counts),
        CASE(who_acts_does_not_cut_short_the_time_of_people),
        CASE(what_was_told_to_be_over_stays_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
