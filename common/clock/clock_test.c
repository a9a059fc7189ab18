/* The vectors of the rules for counting (domain.md 2.3), one by one, and what lies between them.
 * Every expected day was counted by hand on the calendar of its year. */
#include "clock/test_kit.h"

static struct clock started(struct fixture *f, const char *start, int64_t value,
                            enum limit_unit unit)
{
    struct clock_rule rule = {.name = TEXT_LITERAL("main"),
                              .kind = CLOCK_KIND_STATUTORY,
                              .value = value,
                              .unit = unit,
                              .basis = TEXT_LITERAL("行政许可法 42(1)")};
    struct clock clock = {0};
    assert_int_equal(ERR_OK, clock_start(&rule, at(f, start), &f->context, &f->arena, &clock));
    return clock;
}

static const struct text no_basis = {0};

static void paused(struct fixture *f, struct clock *clock, const char *when)
{
    assert_int_equal(ERR_OK,
                     clock_pause(clock, at(f, when), no_basis, &f->context, &f->arena, clock));
    assert_int_equal(clock->phase, CLOCK_PAUSED);
}

static void resumed(struct fixture *f, struct clock *clock, const char *when)
{
    assert_int_equal(ERR_OK,
                     clock_resume(clock, at(f, when), no_basis, &f->context, &f->arena, clock));
    assert_int_equal(clock->phase, CLOCK_RUNNING);
}

static void restarted(struct fixture *f, struct clock *clock, const char *when)
{
    assert_int_equal(ERR_OK,
                     clock_restart(clock, at(f, when), no_basis, &f->context, &f->arena, clock));
    assert_int_equal(clock->phase, CLOCK_RUNNING);
}

static void extended(struct fixture *f, struct clock *clock, const char *when, int64_t value,
                     enum limit_unit unit)
{
    struct clock_extension extension = {.value = value, .unit = unit};
    assert_int_equal(ERR_OK,
                     clock_extend(clock, at(f, when), &extension, &f->context, &f->arena, clock));
}

/* The limit ends at 24:00 of `day`. */
static void assert_due(struct fixture *f, const struct clock *clock, const char *day)
{
    char text[DATE_TEXT_BYTES + 1];
    date_format(clock->due_day, text);
    assert_string_equal(text, day);
    assert_int_equal(clock->due, at(f, day) + 14 * MS_PER_HOUR);
}

/* The limit ends at an exact moment. */
static void assert_due_at(struct fixture *f, const struct clock *clock, const char *moment)
{
    char text[DATE_TEXT_BYTES + 1];
    date_format(clock->due_day, text);
    assert_memory_equal(text, moment, DATE_TEXT_BYTES);
    assert_int_equal(clock->due, at(f, moment));
}

/* -- vectors -------------------------------------------------------------------------------- */

static void limits_end_on_the_day_of_the_table(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *start;
        int64_t value;
        enum limit_unit unit;
        const char *due;
    } cases[] = {
        {"2026-02-12", 5, LIMIT_WORKDAY, "2026-02-26"},
        {"2026-02-12", 20, LIMIT_WORKDAY, "2026-03-18"},
        {"2026-02-12", 10, LIMIT_WORKDAY, "2026-03-04"},
        {"2026-09-18", 20, LIMIT_WORKDAY, "2026-10-22"},
        {"2026-09-18", 45, LIMIT_WORKDAY, "2026-11-26"},
        {"2026-09-18", 7, LIMIT_WORKDAY, "2026-09-29"},
        {"2026-09-18", 30, LIMIT_WORKDAY, "2026-11-05"},
        {"2026-10-22", 10, LIMIT_WORKDAY, "2026-11-05"},
        {"2025-09-26", 20, LIMIT_WORKDAY, "2025-10-30"},
        {"2025-01-24", 15, LIMIT_WORKDAY, "2025-02-20"},
        {"2026-04-30", 10, LIMIT_WORKDAY, "2026-05-18"},
        {"2026-03-02", 20, LIMIT_WORKDAY, "2026-03-30"},
        {"2025-12-20", 60, LIMIT_CALENDAR_DAY, "2026-02-24"},
        {"2025-12-20", 90, LIMIT_CALENDAR_DAY, "2026-03-20"},
        {"2025-11-30", 3, LIMIT_MONTH, "2026-02-28"},
        {"2026-01-31", 1, LIMIT_MONTH, "2026-02-28"},
        {"2026-07-01", 3, LIMIT_MONTH, "2026-10-08"},
        /* beyond the table */
        {"2024-01-31", 1, LIMIT_MONTH, "2024-02-29"},    /* a leap day */
        {"2024-02-29", 12, LIMIT_MONTH, "2025-02-28"},   /* the leap day of a common year */
        {"2025-12-22", 10, LIMIT_WORKDAY, "2026-01-06"}, /* over the end of a year */
        {"2026-10-01", 1, LIMIT_WORKDAY, "2026-10-08"},  /* started on a holiday */
        {"2026-12-30", 1, LIMIT_WORKDAY, "2026-12-31"},
        {"2026-09-18", 0, LIMIT_WORKDAY, "2026-09-18"}, /* at once: at the end of the day */
        {"2026-10-03", 0, LIMIT_WORKDAY, "2026-10-03"},
        {"2026-10-03", 0, LIMIT_CALENDAR_DAY, "2026-10-08"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct clock clock = started(f, cases[i].start, cases[i].value, cases[i].unit);
        assert_due(f, &clock, cases[i].due);
        assert_false(clock.provisional);
        assert_int_equal(clock.phase, CLOCK_RUNNING);
        assert_int_equal(clock.calendar_version, KIT_CALENDAR_VERSION);
    }
}

static void hours_end_at_the_moment_of_the_table(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *start;
        int64_t value;
        enum limit_unit unit;
        const char *due;
    } cases[] = {
        {"2026-03-04 11:00", 2, LIMIT_WORK_HOUR, "2026-03-04 14:00"},
        {"2026-02-27 16:00", 4, LIMIT_WORK_HOUR, "2026-02-28 11:00"},
        {"2026-09-24 16:30", 4, LIMIT_WORK_HOUR, "2026-09-28 11:30"},
        {"2026-10-03 03:00", 4, LIMIT_WORK_HOUR, "2026-10-08 13:30"},
        {"2026-10-03 03:00", 2, LIMIT_HOUR, "2026-10-03 05:00"}, /* day and night */
        {"2026-10-03 23:00", 24, LIMIT_HOUR, "2026-10-04 23:00"},
        {"2026-10-03 03:00", 0, LIMIT_HOUR, "2026-10-03 03:00"},
        {"2026-10-03 03:00", 0, LIMIT_WORK_HOUR, "2026-10-03 03:00"},
        {"2026-10-03 00:00", 0, LIMIT_HOUR, "2026-10-03 00:00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct clock clock = started(f, cases[i].start, cases[i].value, cases[i].unit);
        assert_due_at(f, &clock, cases[i].due);
    }
    /* What ends at midnight ends at 24:00 of the day before. */
    struct clock clock = started(f, "2026-10-03 22:00", 2, LIMIT_HOUR);
    assert_due(f, &clock, "2026-10-03");
}

static void assert_warn(struct fixture *f, const char *start, int64_t value, enum limit_unit unit,
                        const char *moment)
{
    struct clock clock = started(f, start, value, unit);
    assert_int_equal(clock.warn, at(f, moment));
    assert_int_equal(clock_light(&clock, clock.warn - 1), LIGHT_GREEN);
    assert_int_equal(clock_light(&clock, clock.warn), LIGHT_YELLOW);
    assert_int_equal(clock_light(&clock, clock.due - 1), LIGHT_YELLOW);
    assert_int_equal(clock_light(&clock, clock.due), LIGHT_RED);
    assert_false(clock_is_over(&clock, clock.due - 1));
    assert_true(clock_is_over(&clock, clock.due));
}

static void the_light_is_yellow_from_the_day_of_the_table_and_red_after_the_due_day(void **state)
{
    struct fixture *f = *state;
    assert_warn(f, "2026-09-18", 20, LIMIT_WORKDAY, "2026-10-16 00:00");
    assert_warn(f, "2026-09-18", 5, LIMIT_WORKDAY, "2026-09-23 00:00");
    assert_warn(f, "2026-09-18 10:00", 1, LIMIT_WORKDAY, "2026-09-18 10:00");
    assert_warn(f, "2026-09-18 10:00", 0, LIMIT_WORKDAY, "2026-09-18 10:00");
    /* 48 of 60 days; 73 of 92 days */
    assert_warn(f, "2025-12-20", 60, LIMIT_CALENDAR_DAY, "2026-02-06 00:00");
    assert_warn(f, "2026-07-01", 3, LIMIT_MONTH, "2026-09-12 00:00");
    /* 4 of 5 days would be 10-02, but the working day before the due day, 10-08, is 09-30. */
    assert_warn(f, "2026-09-28", 5, LIMIT_CALENDAR_DAY, "2026-09-30 00:00");
    /* That day, 09-30, lies before the start: at once. */
    assert_warn(f, "2026-10-04 09:00", 3, LIMIT_CALENDAR_DAY, "2026-10-04 09:00");
    assert_warn(f, "2026-03-04 10:00", 1, LIMIT_CALENDAR_DAY, "2026-03-04 10:00");
    assert_warn(f, "2026-10-03 03:00", 10, LIMIT_HOUR, "2026-10-03 11:00");
    assert_warn(f, "2026-03-04 09:30", 5, LIMIT_WORK_HOUR, "2026-03-04 14:30");
}

static void a_pause_adds_its_working_days(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-03-02", 20, LIMIT_WORKDAY);
    paused(f, &clock, "2026-03-09");
    assert_due(f, &clock, "2026-03-30"); /* as if it had added nothing */
    resumed(f, &clock, "2026-03-20");
    assert_due(f, &clock, "2026-04-13");
    assert_int_equal(clock.warn, at(f, "2026-04-07 00:00")); /* day 16 and the 9 of the pause */
}

static void holidays_inside_a_pause_add_nothing(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-09-18", 20, LIMIT_WORKDAY);
    paused(f, &clock, "2026-09-24");
    resumed(f, &clock, "2026-10-09");
    assert_due(f, &clock, "2026-10-29");
}

static void an_extension_in_the_same_unit_is_added_before_counting(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-09-18", 20, LIMIT_WORKDAY);
    extended(f, &clock, "2026-10-20", 10, LIMIT_WORKDAY);
    assert_due(f, &clock, "2026-11-05");
    assert_int_equal(clock.warn, at(f, "2026-10-28 00:00")); /* working day 24 of 30 */
    clock = started(f, "2025-12-20", 60, LIMIT_CALENDAR_DAY);
    extended(f, &clock, "2026-02-20", 30, LIMIT_CALENDAR_DAY);
    assert_due(f, &clock, "2026-03-20"); /* 90 days from the start, not 30 from 2026-02-24 */
    clock = started(f, "2025-08-31", 3, LIMIT_MONTH);
    extended(f, &clock, "2025-11-20", 3, LIMIT_MONTH);
    assert_due(f, &clock, "2026-02-28");
}

static void a_supplement_restarts_the_whole_limit(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-09-18", 20, LIMIT_WORKDAY);
    paused(f, &clock, "2026-09-24");
    restarted(f, &clock, "2026-10-12");
    assert_due(f, &clock, "2026-11-09");
    assert_int_equal(clock.warn, at(f, "2026-11-03 00:00"));
    assert_int_equal(clock_light(&clock, at(f, "2026-10-12")), LIGHT_GREEN);
}

static void past_the_end_of_the_calendar_a_due_day_is_provisional(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-12-07", 20, LIMIT_WORKDAY);
    assert_due(f, &clock, "2027-01-05");
    assert_true(clock.provisional);
    clock = started(f, "2026-12-01", 60, LIMIT_CALENDAR_DAY);
    assert_due(f, &clock, "2027-02-01"); /* 2027-01-30 is a Saturday */
    assert_true(clock.provisional);
    clock = started(f, "2026-12-31", 1, LIMIT_WORKDAY);
    assert_due(f, &clock, "2027-01-04");
    assert_true(clock.provisional);
    clock = started(f, "2026-12-31 23:00", 48, LIMIT_HOUR); /* hours ask no calendar */
    assert_due_at(f, &clock, "2027-01-02 23:00");
    assert_false(clock.provisional);
    clock = started(f, "2026-12-31 17:00", 1, LIMIT_WORK_HOUR);
    assert_due_at(f, &clock, "2027-01-04 09:00");
    assert_true(clock.provisional);
}

static void a_pause_that_asks_no_day_past_the_end_is_not_provisional(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-12-28", 1, LIMIT_WORKDAY);
    paused(f, &clock, "2027-01-04 09:00");
    resumed(f, &clock, "2027-01-04 17:00");
    assert_due(f, &clock, "2026-12-29");
    assert_false(clock.provisional);
}

static void before_its_beginning_it_is_provisional_too(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2023-12-29", 5, LIMIT_WORKDAY);
    assert_due(f, &clock, "2024-01-08");
    assert_true(clock.provisional);
    clock = started(f, "2023-12-31", 5, LIMIT_WORKDAY);
    assert_due(f, &clock, "2024-01-08");
    assert_false(clock.provisional);
}

/* -- edges ---------------------------------------------------------------------------------- */

static void a_pause_may_begin_on_the_day_of_the_start(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-03-02", 5, LIMIT_WORKDAY);
    paused(f, &clock, "2026-03-02");
    resumed(f, &clock, "2026-03-05");
    assert_due(f, &clock, "2026-03-12"); /* 3, 4 and 5 March are added */
}

static void a_pause_may_end_on_a_holiday(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-09-18", 20, LIMIT_WORKDAY);
    paused(f, &clock, "2026-09-28");
    resumed(f, &clock, "2026-10-03");
    assert_due(f, &clock, "2026-10-26"); /* 29 and 30 September are added */
}

static void a_pause_that_ends_on_its_day_adds_nothing(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-09-18", 20, LIMIT_WORKDAY);
    paused(f, &clock, "2026-09-24 09:00");
    resumed(f, &clock, "2026-09-24 17:00");
    assert_due(f, &clock, "2026-10-22");
    paused(f, &clock, "2026-09-24 17:00");
    resumed(f, &clock, "2026-09-28");
    assert_due(f, &clock, "2026-10-23");
}

static void pauses_add_calendar_days_to_calendar_limits(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2025-12-20", 60, LIMIT_CALENDAR_DAY);
    paused(f, &clock, "2026-01-05");
    resumed(f, &clock, "2026-01-15");
    assert_due(f, &clock, "2026-02-28"); /* 70 days; that Saturday works */
    clock = started(f, "2026-07-01", 1, LIMIT_MONTH);
    paused(f, &clock, "2026-07-06");
    resumed(f, &clock, "2026-07-10");
    assert_due(f, &clock, "2026-08-05");
}

static void pauses_add_time_to_hours_and_open_time_to_work_hours(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-03-04 09:00", 24, LIMIT_HOUR);
    paused(f, &clock, "2026-03-04 10:00");
    resumed(f, &clock, "2026-03-04 12:30");
    assert_due_at(f, &clock, "2026-03-05 11:30");
    clock = started(f, "2026-03-04 09:00", 4, LIMIT_WORK_HOUR);
    paused(f, &clock, "2026-03-04 11:00");
    resumed(f, &clock, "2026-03-04 13:30"); /* 90 minutes of it were open */
    assert_due_at(f, &clock, "2026-03-04 15:30");
}

static void a_warning_moves_with_the_pauses(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2025-12-20", 60, LIMIT_CALENDAR_DAY);
    paused(f, &clock, "2026-01-05");
    resumed(f, &clock, "2026-01-15");
    assert_int_equal(clock.warn, at(f, "2026-02-16 00:00")); /* 48 days and 10 */
    restarted(f, &clock, "2026-03-02");
    assert_int_equal(clock.warn, at(f, "2026-04-19 00:00")); /* 48 days */
    clock = started(f, "2026-03-04 11:00", 1, LIMIT_CALENDAR_DAY);
    paused(f, &clock, "2026-03-04 12:00");
    resumed(f, &clock, "2026-03-10 12:00");
    assert_int_equal(clock.warn, at(f, "2026-03-04 11:00")); /* at once stays at once */
    clock = started(f, "2026-03-04 09:00", 24, LIMIT_HOUR);
    paused(f, &clock, "2026-03-04 10:00");
    resumed(f, &clock, "2026-03-04 12:30");
    assert_int_equal(clock.warn, at(f, "2026-03-05 06:42")); /* 19:12 hours and 2:30 */
    clock = started(f, "2026-03-04 09:00", 4, LIMIT_WORK_HOUR);
    paused(f, &clock, "2026-03-04 11:00");
    resumed(f, &clock, "2026-03-04 13:30");
    assert_int_equal(clock.warn, at(f, "2026-03-04 14:42")); /* 3:12 work hours and 1:30 */
}

static void an_extension_in_another_unit_is_counted_on_from_the_due_day(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-09-18", 20, LIMIT_WORKDAY);
    extended(f, &clock, "2026-10-20", 30, LIMIT_CALENDAR_DAY);
    assert_due(f, &clock, "2026-11-23"); /* 30 days from 10-22 is Saturday, 11-21 */
    /* 51 of the 64 days from 09-18 to 11-21 */
    assert_int_equal(clock.warn, at(f, "2026-11-08 00:00"));
    clock = started(f, "2025-11-30", 3, LIMIT_MONTH);
    extended(f, &clock, "2026-02-10", 10, LIMIT_WORKDAY);
    assert_due(f, &clock, "2026-03-13"); /* from 2026-02-28 */
    clock = started(f, "2026-03-04", 1, LIMIT_WORKDAY);
    extended(f, &clock, "2026-03-05", 24, LIMIT_HOUR);
    assert_due(f, &clock, "2026-03-06"); /* from 24:00 of 03-05 to 24:00 of 03-06 */
    extended(f, &clock, "2026-03-05", 1, LIMIT_WORK_HOUR);
    assert_due_at(f, &clock, "2026-03-09 09:30"); /* 03-07 and 03-08 are a weekend */
}

static void extensions_in_the_clocks_unit_come_before_others(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-09-18", 10, LIMIT_WORKDAY);
    extended(f, &clock, "2026-09-21", 30, LIMIT_CALENDAR_DAY);
    extended(f, &clock, "2026-09-22", 10, LIMIT_WORKDAY);
    assert_due(f, &clock, "2026-11-23");
}

static void a_restart_forgets_pauses_and_extensions(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-08-03", 20, LIMIT_WORKDAY);
    paused(f, &clock, "2026-08-05");
    resumed(f, &clock, "2026-08-12");
    extended(f, &clock, "2026-08-13", 10, LIMIT_WORKDAY);
    restarted(f, &clock, "2026-09-18");
    assert_due(f, &clock, "2026-10-22");
    paused(f, &clock, "2026-09-24");
    resumed(f, &clock, "2026-10-09");
    assert_due(f, &clock, "2026-10-29");
}

static void a_start_may_lie_in_the_past(void **state)
{
    /* No notice in five working days: accepted as of 2026-02-12, known on 2026-02-27. */
    struct fixture *f = *state;
    struct clock notice = started(f, "2026-02-12", 5, LIMIT_WORKDAY);
    struct clock clock = started(f, "2026-02-12", 10, LIMIT_WORKDAY);
    assert_true(clock_is_over(&notice, at(f, "2026-02-27 00:00")));
    assert_due(f, &clock, "2026-03-04");
    assert_int_equal(clock_working_days_left(&clock, &f->context, at(f, "2026-02-27 00:00")), 4);
}

static void what_follows_from_an_end_is_dated_on_the_due_day(void **state)
{
    /* A consultation ends by silence on 2026-10-09: the pause of the main clock ends on that day.
     */
    struct fixture *f = *state;
    struct clock consultation = started(f, "2026-09-18", 10, LIMIT_WORKDAY);
    struct clock clock = started(f, "2026-09-17", 20, LIMIT_WORKDAY);
    assert_due(f, &consultation, "2026-10-09");
    paused(f, &clock, "2026-09-18");
    assert_int_equal(ERR_OK, clock_resume(&clock, clock_last_moment(&consultation), no_basis,
                                          &f->context, &f->arena, &clock));
    assert_due(f, &clock, "2026-11-04"); /* 2026-10-21 and 10 days more */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(limits_end_on_the_day_of_the_table),
        CASE(hours_end_at_the_moment_of_the_table),
        CASE(the_light_is_yellow_from_the_day_of_the_table_and_red_after_the_due_day),
        CASE(a_pause_adds_its_working_days),
        CASE(holidays_inside_a_pause_add_nothing),
        CASE(an_extension_in_the_same_unit_is_added_before_counting),
        CASE(a_supplement_restarts_the_whole_limit),
        CASE(past_the_end_of_the_calendar_a_due_day_is_provisional),
        CASE(a_pause_that_asks_no_day_past_the_end_is_not_provisional),
        CASE(before_its_beginning_it_is_provisional_too),
        CASE(a_pause_may_begin_on_the_day_of_the_start),
        CASE(a_pause_may_end_on_a_holiday),
        CASE(a_pause_that_ends_on_its_day_adds_nothing),
        CASE(pauses_add_calendar_days_to_calendar_limits),
        CASE(pauses_add_time_to_hours_and_open_time_to_work_hours),
        CASE(a_warning_moves_with_the_pauses),
        CASE(an_extension_in_another_unit_is_counted_on_from_the_due_day),
        CASE(extensions_in_the_clocks_unit_come_before_others),
        CASE(a_restart_forgets_pauses_and_extensions),
        CASE(a_start_may_lie_in_the_past),
        CASE(what_follows_from_an_end_is_dated_on_the_due_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
