/* The calendar that is installed, day by day where it is unusual, and the files that are refused.
 * Days and counts are read from the notices and a printed calendar. */
#include "calendar/test_kit.h"

#include <string.h>

struct fixture {
    struct arena arena;
    struct yaml_file file;
    const struct calendar *calendar; /* the installed one */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    *state = f;
    return kit_calendar(&f->arena, &f->file, &f->calendar);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->arena);
    free(f);
    return 0;
}

static struct date day(const char *text)
{
    struct date date;
    assert_true(date_parse(text_of(text), &date));
    return date;
}

static void assert_day(struct date actual, const char *expected)
{
    char text[DATE_TEXT_BYTES + 1];
    date_format(actual, text);
    assert_string_equal(text, expected);
}

static void assert_text(struct text actual, const char *expected)
{
    assert_int_equal(actual.size, strlen(expected));
    assert_memory_equal(actual.data, expected, actual.size);
}

/* -- the installed calendar ----------------------------------------------------------------- */

static void the_installed_calendar_says_what_it_covers(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(calendar_version(f->calendar), 7);
    assert_int_equal(calendar_zone(f->calendar).offset_minutes, 480);
    assert_day(calendar_valid_from(f->calendar), "2024-01-01");
    assert_day(calendar_valid_through(f->calendar), "2026-12-31");
}

static void each_year_has_the_working_days_of_its_notice(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(calendar_count_workdays(f->calendar, day("2023-12-31"), day("2024-12-31")),
                     251);
    assert_int_equal(calendar_count_workdays(f->calendar, day("2024-12-31"), day("2025-12-31")),
                     248);
    assert_int_equal(calendar_count_workdays(f->calendar, day("2025-12-31"), day("2026-12-31")),
                     248);
}

static void a_day_says_why_it_works_or_not(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *day;
        enum day_kind kind;
        bool works;
    } cases[] = {
        {"2026-02-13", DAY_WORKDAY, true},  /* Friday */
        {"2026-02-14", DAY_MAKE_UP, true},  /* Saturday, works for the Spring Festival */
        {"2026-02-15", DAY_HOLIDAY, false}, /* Sunday, the first day of it */
        {"2026-02-23", DAY_HOLIDAY, false}, /* Monday, the last one */
        {"2026-02-24", DAY_WORKDAY, true},  /* Tuesday */
        {"2026-09-19", DAY_WEEKEND, false}, /* Saturday */
        {"2026-09-20", DAY_MAKE_UP, true},  /* Sunday, works for the National Day */
        {"2024-02-09", DAY_WORKDAY, true},  /* New Year's Eve: leave was only encouraged */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct calendar_day answer = calendar_day(f->calendar, day(cases[i].day));
        assert_int_equal(answer.kind, cases[i].kind);
        assert_false(answer.is_provisional);
        assert_int_equal(calendar_is_workday(f->calendar, day(cases[i].day)), cases[i].works);
    }
}

static void a_holiday_has_its_name_in_three_languages_and_its_days(void **state)
{
    struct fixture *f = *state;
    struct calendar_day answer = calendar_day(f->calendar, day("2025-10-05"));
    assert_text(answer.holiday.names.zh_hans, "国庆节、中秋节");
    assert_text(answer.holiday.names.zh_hant, "國慶節、中秋節");
    assert_text(answer.holiday.names.en, "National Day and Mid-Autumn Festival");
    assert_day(answer.holiday.first, "2025-10-01");
    assert_day(answer.holiday.last, "2025-10-08");
}

static void assert_added(struct fixture *f, const char *from, int64_t count, const char *expected)
{
    struct date result = {0};
    assert_int_equal(ERR_OK, calendar_add_workdays(f->calendar, day(from), count, &result));
    assert_day(result, expected);
}

static void working_days_are_added_forward_and_back(void **state)
{
    struct fixture *f = *state;
    assert_added(f, "2026-02-12", 1, "2026-02-13");
    assert_added(f, "2026-02-12", 5, "2026-02-26");
    assert_added(f, "2026-02-18", 1, "2026-02-24");
    assert_added(f, "2026-02-18", 0, "2026-02-18");
    assert_added(f, "2026-02-26", -1, "2026-02-25");
    assert_added(f, "2026-02-26", -5, "2026-02-12");
    assert_added(f, "2026-02-18", -1, "2026-02-14");
    assert_added(f, "2025-09-26", 20, "2025-10-30");
}

static void working_days_are_counted_without_the_first_and_with_the_last(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(calendar_count_workdays(f->calendar, day("2026-03-09"), day("2026-03-20")), 9);
    assert_int_equal(calendar_count_workdays(f->calendar, day("2026-09-24"), day("2026-10-09")), 5);
    assert_int_equal(calendar_count_workdays(f->calendar, day("2026-10-09"), day("2026-09-24")),
                     -5);
    assert_int_equal(calendar_count_workdays(f->calendar, day("2026-10-01"), day("2026-10-01")), 0);
}

static void the_next_working_day_is_the_day_itself_or_a_later_one(void **state)
{
    struct fixture *f = *state;
    struct date result = {0};
    assert_int_equal(ERR_OK, calendar_next_workday(f->calendar, day("2026-10-01"), &result));
    assert_day(result, "2026-10-08");
    assert_int_equal(ERR_OK, calendar_next_workday(f->calendar, day("2026-10-10"), &result));
    assert_day(result, "2026-10-10");
}

static void past_its_end_only_weekends_and_fixed_days_are_off(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *day;
        enum day_kind kind;
    } cases[] = {
        {"2027-01-01", DAY_HOLIDAY}, /* Friday */
        {"2027-01-02", DAY_WEEKEND},
        {"2027-01-04", DAY_WORKDAY},
        {"2027-02-08", DAY_WORKDAY}, /* Spring Festival 2027 begins, but no notice says so */
        {"2027-05-01", DAY_HOLIDAY},
        {"2027-05-02", DAY_HOLIDAY}, /* a weekend, and named */
        {"2027-05-03", DAY_WORKDAY},
        {"2029-10-03", DAY_HOLIDAY},
        {"2029-10-04", DAY_WORKDAY},
        {"2023-10-02", DAY_HOLIDAY}, /* before its beginning likewise */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct calendar_day answer = calendar_day(f->calendar, day(cases[i].day));
        assert_int_equal(answer.kind, cases[i].kind);
        assert_true(answer.is_provisional);
        assert_true(calendar_is_provisional(f->calendar, day(cases[i].day)));
    }
    struct calendar_day national = calendar_day(f->calendar, day("2029-10-02"));
    assert_text(national.holiday.names.en, "National Day");
    assert_day(national.holiday.first, "2029-10-01");
    assert_day(national.holiday.last, "2029-10-03");
    assert_added(f, "2026-12-07", 20, "2027-01-05");
}

static void days_outside_the_table_are_an_error(void **state)
{
    struct fixture *f = *state;
    struct date result = day("2026-01-01");
    assert_int_equal(CALENDAR_DAY_LAST, date_of(2199, 12, 31).days);
    assert_true(calendar_covers(day("2199-12-31")));
    assert_false(calendar_covers(day("2200-01-01")));
    assert_false(calendar_covers((struct date){0}));
    assert_int_equal(ERR_TOO_LARGE,
                     calendar_add_workdays(f->calendar, day("2199-12-30"), 2, &result));
    assert_int_equal(ERR_TOO_LARGE,
                     calendar_add_workdays(f->calendar, day("2026-01-01"), INT64_MAX, &result));
    assert_int_equal(ERR_TOO_LARGE,
                     calendar_add_workdays(f->calendar, day("1970-01-05"), -3, &result));
    assert_int_equal(ERR_TOO_LARGE,
                     calendar_add_workdays(f->calendar, day("2026-01-01"), INT64_MIN, &result));
    assert_day(result, "2026-01-01");
}

/* -- files that are refused ----------------------------------------------------------------- */

#define HEAD                                                                                       \
    "schema: calendar-cn/1\n"                                                                      \
    "time_zone: Asia/Shanghai\n"                                                                   \
    "valid_from: 2026-01-01\n"                                                                     \
    "valid_through: 2026-12-31\n"                                                                  \
    "weekend: [saturday, sunday]\n"                                                                \
    "years:\n"                                                                                     \
    "  2026:\n"                                                                                    \
    "    notice: a notice\n"                                                                       \
    "    notice_date: 2025-11-04\n"

#define NAME "name: {zh-Hans: 甲, zh-Hant: 甲, en: A}"

static void load(struct fixture *f, const char *source, enum err expected_err,
                 const char *expected_errors)
{
    const struct calendar *calendar = NULL;
    yaml_file_init(&f->file, "demo.yaml", &f->arena);
    assert_int_equal(expected_err, calendar_load(&f->file, text_of(source), 1, &calendar));
    struct text errors = yaml_errors_text(&f->file, &f->arena);
    assert_string_equal(text_is_empty(errors) ? "" : errors.data, expected_errors);
    assert_int_equal(calendar != NULL, expected_err == ERR_OK);
}

static void a_small_sound_file_is_taken(void **state)
{
    /* 2026 has 261 weekdays; two of them are off here and one Sunday works. */
    load(*state,
         HEAD "    holidays:\n"
              "      - {" NAME ", from: 2026-01-01, to: 2026-01-03}\n"
              "    makeup_workdays: [2026-01-04]\n"
              "    workday_count: 260\n",
         ERR_OK, "");
}

static void holidays_that_overlap_are_refused(void **state)
{
    load(*state,
         HEAD "    holidays:\n"
              "      - {" NAME ", from: 2026-01-01, to: 2026-01-03}\n"
              "      - {" NAME ", from: 2026-01-03, to: 2026-01-04}\n"
              "    makeup_workdays: []\n"
              "    workday_count: 260\n",
         ERR_INVALID,
         "demo.yaml:12: years.2026.holidays[1]: overlaps A, which has the days from 2026-01-01 to "
         "2026-01-03\n");
}

static void make_up_days_that_cannot_be_are_refused_together(void **state)
{
    load(*state,
         HEAD "    holidays:\n"
              "      - {" NAME ", from: 2026-01-01, to: 2026-01-03}\n"
              "    makeup_workdays: [2026-01-05, 2026-01-03, 2026-01-04, 2026-01-04, soon]\n"
              "    workday_count: 261\n",
         ERR_INVALID,
         "demo.yaml:12: years.2026.makeup_workdays[0]: is no weekend day, so it works anyhow\n"
         "demo.yaml:12: years.2026.makeup_workdays[1]: lies in a holiday, so it cannot work\n"
         "demo.yaml:12: years.2026.makeup_workdays[3]: stands twice\n"
         "demo.yaml:12: years.2026.makeup_workdays[4]: must be a date such as 2026-02-28\n");
}

static void dates_outside_their_year_or_the_span_are_refused(void **state)
{
    load(*state,
         "schema: calendar-cn/1\n"
         "time_zone: Asia/Shanghai\n"
         "valid_from: 2026-02-01\n"
         "valid_through: 2026-12-31\n"
         "weekend: [saturday, sunday]\n"
         "years:\n"
         "  2026:\n"
         "    notice: a notice\n"
         "    notice_date: 2025-11-04\n"
         "    holidays:\n"
         "      - {" NAME ", from: 2025-12-31, to: 2026-03-03}\n"
         "      - {" NAME ", from: 2026-01-01, to: 2026-01-02}\n"
         "      - {" NAME ", from: 2026-04-05, to: 2026-04-04}\n"
         "    makeup_workdays: [2027-01-02]\n"
         "    workday_count: 240\n",
         ERR_INVALID,
         "demo.yaml:11: years.2026.holidays[0].from: must lie in 2026\n"
         "demo.yaml:12: years.2026.holidays[1].from: must lie between valid_from and "
         "valid_through\n"
         "demo.yaml:12: years.2026.holidays[1].to: must lie between valid_from and "
         "valid_through\n"
         "demo.yaml:13: years.2026.holidays[2].to: must not lie before from\n"
         "demo.yaml:14: years.2026.makeup_workdays[0]: must lie in 2026\n");
}

static void a_count_that_does_not_match_is_refused(void **state)
{
    load(*state,
         HEAD "    holidays: []\n"
              "    makeup_workdays: []\n"
              "    workday_count: 260\n",
         ERR_INVALID,
         "demo.yaml:12: years.2026.workday_count: is 260, but the days above give 261\n");
}

static void unknown_keys_zones_and_weekdays_are_refused_together(void **state)
{
    load(*state,
         "schema: calendar-cn/2\n"
         "time_zone: Asia/Atlantis\n"
         "valid_from: 2026-01-01\n"
         "valid_trough: 2026-12-31\n"
         "weekend: [saturday, saturday, funday]\n"
         "years: {2026: {notice: n}}\n",
         ERR_INVALID,
         "demo.yaml:1: schema: must be one of calendar-cn/1\n"
         "demo.yaml:2: time_zone: is no zone the hall knows, such as Asia/Shanghai\n"
         "demo.yaml:5: weekend[1]: stands twice\n"
         "demo.yaml:5: weekend[2]: must be a weekday such as saturday\n"
         "demo.yaml:1: valid_through: must be given\n"
         "demo.yaml:4: valid_trough: is not known here; did you mean \"valid_through\"?\n");
}

static void what_is_missing_or_unknown_in_a_year_is_told(void **state)
{
    load(*state,
         HEAD
         "    holidays:\n"
         "      - {name: {zh-Hans: 甲, en: A, german: A}, from: 2026-01-01, till: 2026-01-03}\n"
         "    makeup_workdays: 2026-01-04\n",
         ERR_INVALID,
         "demo.yaml:11: years.2026.holidays[0].name.zh-Hant: must be given\n"
         "demo.yaml:11: years.2026.holidays[0].name.german: is not known here\n"
         "demo.yaml:11: years.2026.holidays[0].to: must be given\n"
         "demo.yaml:11: years.2026.holidays[0].till: is not known here\n"
         "demo.yaml:12: years.2026.makeup_workdays: must be a list\n"
         "demo.yaml:8: years.2026.workday_count: must be given\n");
}

static void years_must_be_those_of_the_span(void **state)
{
    load(*state,
         "schema: calendar-cn/1\n"
         "time_zone: Asia/Shanghai\n"
         "valid_from: 2025-01-01\n"
         "valid_through: 2026-12-31\n"
         "weekend: [saturday, sunday]\n"
         "years:\n"
         "  2026: {notice: n, notice_date: 2025-11-04, holidays: [], makeup_workdays: [], "
         "workday_count: 261}\n"
         "  2027: {notice: n}\n"
         "  next: {notice: n}\n",
         ERR_INVALID,
         "demo.yaml:8: years.2027: lies outside valid_from to valid_through\n"
         "demo.yaml:9: years.next: must be a year such as 2026\n"
         "demo.yaml:6: years.2025: must be given\n");
}

static void a_span_that_is_none_is_refused(void **state)
{
    load(*state,
         "schema: calendar-cn/1\n"
         "time_zone: UTC\n"
         "valid_from: 2026-01-01\n"
         "valid_through: 2025-12-31\n"
         "weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]\n"
         "years: []\n",
         ERR_INVALID,
         "demo.yaml:5: weekend: must leave a working day\n"
         "demo.yaml:4: valid_through: must not lie before valid_from\n"
         "demo.yaml:6: years: must be a map of years\n");
}

/* -- the next calendar ---------------------------------------------------------------------- */

/* The first day on which a changed calendar contradicts the installed one, seen from 2 March 2026;
 * 1970-01-01 when it does not. */
static struct date contradiction(struct fixture *f, const struct kit_change *changes)
{
    const struct calendar *changed = NULL;
    struct date day = {0};
    assert_int_equal(ERR_OK, kit_calendar_changed(&f->arena, 8, changes, KIT_CHANGES, &changed));
    bool contradicts = calendar_contradicts(f->calendar, changed, date_of(2026, 3, 2), &day);
    assert_int_equal(contradicts, day.days != 0);
    return day;
}

static void days_ahead_and_years_without_a_notice_may_become_anything(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(0, contradiction(f, kit_day_off).days);
    assert_int_equal(0, contradiction(f, kit_make_up).days);
    assert_int_equal(0, contradiction(f, kit_next_year).days);
}

static void a_past_day_that_a_notice_covered_stays_what_it_was(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(date_of(2026, 2, 26).days, contradiction(f, kit_day_off_past).days);
}

static void today_may_still_become_a_day_off(void **state)
{
    struct fixture *f = *state;
    const struct calendar *changed = NULL;
    assert_int_equal(ERR_OK,
                     kit_calendar_changed(&f->arena, 8, kit_day_off, KIT_CHANGES, &changed));
    assert_false(calendar_contradicts(f->calendar, changed, date_of(2026, 3, 10), NULL));
    assert_true(calendar_contradicts(f->calendar, changed, date_of(2026, 3, 11), NULL));
}

static void a_past_year_may_not_be_taken_away(void **state)
{
    struct fixture *f = *state;
    const struct calendar *later = NULL;
    struct date day = {0};
    assert_int_equal(ERR_OK,
                     kit_calendar_changed(&f->arena, 8, kit_next_year, KIT_CHANGES, &later));
    /* The later one as the running one: the installed calendar lacks its 2027. */
    assert_true(calendar_contradicts(later, f->calendar, date_of(2027, 3, 1), &day));
    assert_int_equal(date_of(2027, 1, 1).days, day.days);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(the_installed_calendar_says_what_it_covers),
        CASE(each_year_has_the_working_days_of_its_notice),
        CASE(a_day_says_why_it_works_or_not),
        CASE(a_holiday_has_its_name_in_three_languages_and_its_days),
        CASE(working_days_are_added_forward_and_back),
        CASE(working_days_are_counted_without_the_first_and_with_the_last),
        CASE(the_next_working_day_is_the_day_itself_or_a_later_one),
        CASE(past_its_end_only_weekends_and_fixed_days_are_off),
        CASE(days_outside_the_table_are_an_error),
        CASE(a_small_sound_file_is_taken),
        CASE(holidays_that_overlap_are_refused),
        CASE(make_up_days_that_cannot_be_are_refused_together),
        CASE(dates_outside_their_year_or_the_span_are_refused),
        CASE(a_count_that_does_not_match_is_refused),
        CASE(unknown_keys_zones_and_weekdays_are_refused_together),
        CASE(what_is_missing_or_unknown_in_a_year_is_told),
        CASE(years_must_be_those_of_the_span),
        CASE(a_span_that_is_none_is_refused),
        CASE(days_ahead_and_years_without_a_notice_may_become_anything),
        CASE(a_past_day_that_a_notice_covered_stays_what_it_was),
        CASE(today_may_still_become_a_day_off),
        CASE(a_past_year_may_not_be_taken_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
