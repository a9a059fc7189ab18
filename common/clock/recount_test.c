/* Counting again when a new calendar comes: what moves, what stays, and how it is told. */
#include "clock/test_kit.h"

static const struct text no_basis = {0};

/* What clocks count in once a calendar changed. */
static struct clock_context changed(struct fixture *f, const struct kit_change *changes)
{
    struct clock_context context = f->context;
    assert_int_equal(ERR_OK, kit_calendar_changed(&f->arena, KIT_CALENDAR_VERSION + 1, changes,
                                                  KIT_CHANGES, &context.calendar));
    return context;
}

static struct clock started(struct fixture *f, const char *when, enum clock_kind kind,
                            int64_t value, enum limit_unit unit)
{
    struct clock_rule rule = {
        .name = TEXT_LITERAL("main"), .kind = kind, .value = value, .unit = unit};
    struct clock clock = {0};
    assert_int_equal(ERR_OK, clock_start(&rule, at(f, when), &f->context, &f->arena, &clock));
    return clock;
}

static void assert_day(const char *expected, struct date day)
{
    char text[DATE_TEXT_BYTES + 1];
    date_format(day, text);
    assert_string_equal(expected, text);
}

static void a_day_off_that_is_announced_late_moves_the_end_and_the_warning(void **state)
{
    struct fixture *f = *state;
    struct clock_context context = changed(f, kit_day_off);
    struct clock clock = started(f, "2026-03-02", CLOCK_KIND_PROMISED, 7, LIMIT_WORKDAY);
    struct clock again;
    assert_day("2026-03-11", clock.due_day);
    assert_true(clock_count_again(&clock, &context, at(f, "2026-03-04"), &again));
    assert_day("2026-03-12", again.due_day);
    assert_int_equal(again.warn, clock.warn); /* its day is before the day off */
    assert_int_equal(KIT_CALENDAR_VERSION + 1, again.calendar_version);
    assert_int_equal(at(f, "2026-03-04"), again.recount.at);
    assert_int_equal(KIT_CALENDAR_VERSION, again.recount.calendar_before);
    assert_int_equal(KIT_CALENDAR_VERSION + 1, again.recount.calendar);
    assert_day("2026-03-11", again.recount.due_before);
    assert_day("2026-03-12", again.recount.due_after);
    assert_int_equal(1, again.recount.steps);
    struct clock once_more;
    assert_false(clock_count_again(&again, &context, at(f, "2026-03-05"), &once_more));
    assert_int_equal(ERR_OK, clock_recompute(&again, &context, &once_more));
    assert_true(clock_agrees(&again, &once_more));
}

static void one_that_stays_yellow_is_not_told_again(void **state)
{
    struct fixture *f = *state;
    struct clock_context context = changed(f, kit_day_off);
    struct clock clock = started(f, "2026-03-02", CLOCK_KIND_PROMISED, 7, LIMIT_WORKDAY);
    struct clock again;
    assert_true(clock_count_again(&clock, &context, clock.warn, &again));
    assert_false(again.warned); /* it was not told yet */
    clock.warned = true;
    assert_true(clock_count_again(&clock, &context, clock.warn, &again));
    assert_true(again.warned);
    assert_true(clock_count_again(&clock, &context, again.warn - 1, &again));
    assert_false(again.warned); /* it is green again */
}

static void a_limit_that_the_change_does_not_touch_stays_as_it_is(void **state)
{
    struct fixture *f = *state;
    struct clock_context context = changed(f, kit_day_off);
    struct clock short_one = started(f, "2026-03-02", CLOCK_KIND_PROMISED, 5, LIMIT_WORKDAY);
    struct clock in_days = started(f, "2026-03-02", CLOCK_KIND_STATUTORY, 20, LIMIT_CALENDAR_DAY);
    struct clock again;
    assert_false(clock_count_again(&short_one, &context, at(f, "2026-03-04"), &again));
    assert_false(clock_count_again(&in_days, &context, at(f, "2026-03-04"), &again));
}

static void work_hours_move_to_the_next_day_the_hall_is_open(void **state)
{
    struct fixture *f = *state;
    struct clock_context context = changed(f, kit_day_off);
    struct clock clock = started(f, "2026-03-09 16:00", CLOCK_KIND_CLAIM, 4, LIMIT_WORK_HOUR);
    struct clock again;
    assert_int_equal(at(f, "2026-03-10 11:00"), clock.due);
    assert_true(clock_count_again(&clock, &context, at(f, "2026-03-09 17:00"), &again));
    assert_int_equal(at(f, "2026-03-11 11:00"), again.due);
}

static void the_office_gets_a_shorter_time_where_a_rest_day_comes_to_work(void **state)
{
    struct fixture *f = *state;
    struct clock_context context = changed(f, kit_make_up);
    struct clock clock = started(f, "2026-03-02", CLOCK_KIND_STATUTORY, 20, LIMIT_WORKDAY);
    struct clock again;
    assert_day("2026-03-30", clock.due_day);
    assert_true(clock_count_again(&clock, &context, at(f, "2026-03-04"), &again));
    assert_day("2026-03-27", again.due_day);
}

static void time_that_belongs_to_people_is_never_cut_short(void **state)
{
    struct fixture *f = *state;
    static const enum clock_kind kinds[] = {CLOCK_KIND_PERSON, CLOCK_KIND_WINDOW,
                                            CLOCK_KIND_DISPLAY};
    struct clock_context shorter = changed(f, kit_make_up);
    struct clock_context longer = changed(f, kit_day_off);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct clock clock = started(f, "2026-03-02", kinds[i], 10, LIMIT_WORKDAY);
        struct clock again;
        assert_false(clock_count_again(&clock, &shorter, at(f, "2026-03-04"), &again));
        assert_true(clock_keeps_calendar(&clock, &shorter));
        assert_false(clock_keeps_calendar(&clock, &longer));
        assert_true(clock_count_again(&clock, &longer, at(f, "2026-03-04"), &again));
        assert_day("2026-03-17", again.due_day);
    }
}

static void a_paused_clock_is_counted_again_and_an_ended_one_is_not(void **state)
{
    struct fixture *f = *state;
    struct clock_context context = changed(f, kit_day_off);
    struct clock clock = started(f, "2026-03-02", CLOCK_KIND_STATUTORY, 10, LIMIT_WORKDAY);
    struct clock again;
    assert_int_equal(
        ERR_OK, clock_pause(&clock, at(f, "2026-03-04"), no_basis, &f->context, &f->arena, &clock));
    assert_true(clock_count_again(&clock, &context, at(f, "2026-03-05"), &again));
    assert_int_equal(CLOCK_PAUSED, again.phase);
    assert_day("2026-03-17", again.due_day);
    assert_int_equal(
        ERR_OK, clock_stop(&clock, at(f, "2026-03-06"), no_basis, &f->context, &f->arena, &clock));
    assert_false(clock_count_again(&clock, &context, at(f, "2026-03-07"), &again));
}

static void a_day_that_was_named_does_not_move(void **state)
{
    struct fixture *f = *state;
    struct clock_context context = changed(f, kit_day_off);
    struct clock_rule rule = {.name = TEXT_LITERAL("told"), .kind = CLOCK_KIND_EXCLUDED};
    struct clock clock;
    struct clock again;
    assert_int_equal(ERR_OK, clock_start_until(&rule, at(f, "2026-03-02"), date_of(2026, 3, 10),
                                               &f->context, &f->arena, &clock));
    assert_false(clock_count_again(&clock, &context, at(f, "2026-03-04"), &again));
}

static void the_notice_of_the_next_year_makes_a_provisional_day_certain(void **state)
{
    struct fixture *f = *state;
    struct clock_context context = changed(f, kit_next_year);
    struct clock clock = started(f, "2026-12-07", CLOCK_KIND_STATUTORY, 20, LIMIT_WORKDAY);
    struct clock again;
    assert_day("2027-01-05", clock.due_day);
    assert_true(clock.provisional);
    assert_true(clock_count_again(&clock, &context, at(f, "2026-12-08"), &again));
    assert_day("2027-01-06", again.due_day);
    assert_false(again.provisional);
}

/* -- how it is told ------------------------------------------------------------------------- */

static struct text told(struct fixture *f, const struct clock *clock,
                        const struct clock_context *context, enum name_language language)
{
    struct clock_derivation_list list;
    struct text text = TEXT_LITERAL("");
    assert_int_equal(ERR_OK, clock_explain(clock, context, language, &f->arena, &list));
    for (size_t i = 0; i < list.count; i++) {
        text =
            arena_print(&f->arena, "%.*s%.*s\n", TEXT_PRINT(text), TEXT_PRINT(list.items[i].text));
    }
    return text;
}

static void both_derivations_are_told(void **state)
{
    struct fixture *f = *state;
    struct clock_context context = changed(f, kit_day_off);
    struct clock clock = started(f, "2026-03-02", CLOCK_KIND_PROMISED, 7, LIMIT_WORKDAY);
    struct clock again;
    assert_true(clock_count_again(&clock, &context, at(f, "2026-03-04"), &again));
    assert_string_equal(
        "Started on 2 Mar 2026; that day is not counted. The limit is 7 working days.\n"
        "Storm, 10 Mar 2026: not counted.\n"
        "Counting 7 working days from the day after 2 Mar 2026, weekends and holidays left out, "
        "leads to 12 Mar 2026.\n"
        "Counted again on 4 Mar 2026, when a new calendar (version 8) came into use: it was due on "
        "11 Mar 2026 and is now due on 12 Mar 2026.\n"
        "The limit ends on 12 Mar 2026, 24:00.\n",
        told(f, &again, &context, NAME_EN).data);
    assert_non_null(strstr(
        told(f, &again, &context, NAME_ZH_HANS).data,
        "2026年3月4日起适用新的节假日安排（日历第8版）重新计算：届满之日由2026年3月11日改为2026年3"
        "月12日。"));
    /* The clock goes on; how it stood before can still be shown. */
    assert_int_equal(
        ERR_OK, clock_pause(&again, at(f, "2026-03-05"), no_basis, &context, &f->arena, &again));
    struct clock before = clock_before_recount(&again);
    assert_string_equal(
        "Started on 2 Mar 2026; that day is not counted. The limit is 7 working days.\n"
        "Counting 7 working days from the day after 2 Mar 2026, weekends and holidays left out, "
        "leads to 11 Mar 2026.\n"
        "The limit ends on 11 Mar 2026, 24:00.\n",
        told(f, &before, &f->context, NAME_EN).data);
}

static void a_restart_forgets_what_a_calendar_did_before(void **state)
{
    struct fixture *f = *state;
    struct clock_context context = changed(f, kit_day_off);
    struct clock clock = started(f, "2026-03-02", CLOCK_KIND_STATUTORY, 10, LIMIT_WORKDAY);
    struct clock again;
    assert_true(clock_count_again(&clock, &context, at(f, "2026-03-04"), &again));
    assert_int_equal(
        ERR_OK, clock_restart(&again, at(f, "2026-03-16"), no_basis, &context, &f->arena, &again));
    assert_int_equal(0, again.recount.at);
    assert_null(strstr(told(f, &again, &context, NAME_EN).data, "Counted again"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_day_off_that_is_announced_late_moves_the_end_and_the_warning),
        CASE(a_limit_that_the_change_does_not_touch_stays_as_it_is),
        CASE(work_hours_move_to_the_next_day_the_hall_is_open),
        CASE(the_office_gets_a_shorter_time_where_a_rest_day_comes_to_work),
        CASE(time_that_belongs_to_people_is_never_cut_short),
        CASE(a_paused_clock_is_counted_again_and_an_ended_one_is_not),
        CASE(a_day_that_was_named_does_not_move),
        CASE(the_notice_of_the_next_year_makes_a_provisional_day_certain),
        CASE(both_derivations_are_told),
        CASE(one_that_stays_yellow_is_not_told_again),
        CASE(a_restart_forgets_what_a_calendar_did_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
