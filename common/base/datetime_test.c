/* Days, moments and zones, by hand-made vectors and by a calendar counted on the fingers. */
#include "base/datetime.h"
#include "base/test_kit.h"

static void assert_date(struct date date, const char *expected)
{
    char text[DATE_TEXT_BYTES + 1];
    date_format(date, text);
    assert_string_equal(text, expected);
}

static void days_are_counted_from_1970(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t days;
        enum weekday weekday;
    } vectors[] = {
        {"1970-01-01", 0, THURSDAY},     {"1969-12-31", -1, WEDNESDAY},
        {"2000-02-29", 11016, TUESDAY},  {"2000-03-01", 11017, WEDNESDAY},
        {"2026-02-28", 20512, SATURDAY}, {"2026-10-01", 20727, THURSDAY},
        {"0001-01-01", -719162, MONDAY}, {"9999-12-31", 2932896, FRIDAY},
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct date date = {0};
        assert_true(date_parse(text_of(vectors[i].text), &date));
        assert_int_equal(vectors[i].days, date.days);
        assert_int_equal(vectors[i].weekday, date_weekday(date));
        assert_date(date, vectors[i].text);
    }
}

/* The rule of 1582, as people say it. */
static int days_in_february(int year)
{
    if (year % 400 == 0) {
        return 29;
    }
    if (year % 100 == 0) {
        return 28;
    }
    return year % 4 == 0 ? 29 : 28;
}

static struct civil day_after(struct civil civil)
{
    static const int lengths[] = {0, 31, 0, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int length = civil.month == 2 ? days_in_february(civil.year) : lengths[civil.month];
    if (civil.day < length) {
        return (struct civil){civil.year, civil.month, civil.day + 1};
    }
    return civil.month < 12 ? (struct civil){civil.year, civil.month + 1, 1}
                            : (struct civil){civil.year + 1, 1, 1};
}

static void every_day_of_four_hundred_years_is_the_one_after_the_day_before(void **state)
{
    (void)state;
    struct civil civil = {1900, 1, 1};
    int32_t first = date_of(1900, 1, 1).days;
    for (int32_t i = 0; i < 146097; i++) { /* 400 years */
        struct date date = {.days = first + i};
        struct date back = {0};
        struct civil shown = date_civil(date);
        char text[DATE_TEXT_BYTES + 1];
        date_format(date, text);
        if (shown.year != civil.year || shown.month != civil.month || shown.day != civil.day ||
            !date_from_civil(civil, &back) || back.days != date.days ||
            !date_parse(text_of(text), &back) || back.days != date.days ||
            date_weekday(date) != (enum weekday)(i % 7)) { /* 1900-01-01 was a Monday */
            fail_msg("%d-%d-%d", civil.year, civil.month, civil.day);
        }
        civil = day_after(civil);
    }
    assert_int_equal(2300, civil.year);
    assert_int_equal(1, civil.month);
    assert_int_equal(1, civil.day);
}

static void days_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    static const struct text bad[] = {
        TEXT_LITERAL("2026-02-29"),  TEXT_LITERAL("1900-02-29"),
        TEXT_LITERAL("2026-04-31"),  TEXT_LITERAL("2026-13-01"),
        TEXT_LITERAL("2026-00-01"),  TEXT_LITERAL("2026-01-00"),
        TEXT_LITERAL("0000-01-01"),  TEXT_LITERAL("2026-1-01"),
        TEXT_LITERAL("2026-01-1"),   TEXT_LITERAL("2026/01/01"),
        TEXT_LITERAL("20260101"),    TEXT_LITERAL("2026-01-01 "),
        TEXT_LITERAL(" 2026-01-01"), TEXT_LITERAL("+026-01-01"),
        TEXT_LITERAL("2026-01-0\0"), TEXT_LITERAL(""),
        TEXT_LITERAL("２０２６"),
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct date date = {.days = 99};
        if (date_parse(bad[i], &date) || date.days != 99) {
            fail_msg("%s", bad[i].data);
        }
    }
    assert_check_fails((void)date_of(2026, 2, 30));
}

static void months_are_added_to_the_same_day_or_the_last(void **state)
{
    (void)state;
    assert_date(date_add_months(date_of(2026, 1, 31), 1), "2026-02-28");
    assert_date(date_add_months(date_of(2024, 1, 31), 1), "2024-02-29");
    assert_date(date_add_months(date_of(2026, 1, 31), 2), "2026-03-31");
    assert_date(date_add_months(date_of(2026, 11, 30), 3), "2027-02-28");
    assert_date(date_add_months(date_of(2026, 12, 15), 1), "2027-01-15");
    assert_date(date_add_months(date_of(2024, 2, 29), 12), "2025-02-28");
    assert_date(date_add_months(date_of(2026, 3, 31), -1), "2026-02-28");
    assert_date(date_add_months(date_of(2026, 1, 15), -1), "2025-12-15");
    assert_date(date_add_days(date_of(2026, 2, 28), 1), "2026-03-01");
    assert_date(date_add_days(date_of(2026, 1, 1), -1), "2025-12-31");
}

static void moments_are_read_and_written_in_utc(void **state)
{
    (void)state;
    static const struct {
        const char *read;
        int64_t time_ms;
        const char *written;
    } vectors[] = {
        {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"},
        {"2026-02-28T08:00:00+08:00", INT64_C(1772236800000), "2026-02-28T00:00:00.000Z"},
        {"2026-02-28T00:00:00.5Z", INT64_C(1772236800500), "2026-02-28T00:00:00.500Z"},
        {"2026-02-28t00:00:00.123456789z", INT64_C(1772236800123), "2026-02-28T00:00:00.123Z"},
        {"2026-02-27T19:30:00-04:30", INT64_C(1772236800000), "2026-02-28T00:00:00.000Z"},
        {"1970-01-01T05:59:59+05:59", 59000, "1970-01-01T00:00:59.000Z"},
        {"9999-12-31T23:59:59.999Z", TIME_MS_MAX, "9999-12-31T23:59:59.999Z"},
        {"9999-12-31T23:59:59+00:01", TIME_MS_MAX - 60999, "9999-12-31T23:58:59.000Z"},
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        int64_t time_ms = -1;
        char text[TIME_TEXT_BYTES + 1];
        assert_true(time_parse(text_of(vectors[i].read), &time_ms));
        assert_true(time_ms == vectors[i].time_ms);
        time_format(time_ms, text);
        assert_string_equal(text, vectors[i].written);
    }
}

static void moments_in_any_other_form_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-02-28",
        "2026-02-28T08:00:00",
        "2026-02-28 08:00:00Z",
        "2026-02-28T08:00Z",
        "2026-02-28T24:00:00Z",
        "2026-02-28T08:60:00Z",
        "2026-12-31T23:59:60Z", /* a leap second */
        "2026-02-30T08:00:00Z",
        "2026-02-28T8:00:00Z",
        "2026-02-28T08:00:00.Z",
        "2026-02-28T08:00:00.1234567890Z",
        "2026-02-28T08:00:00,5Z",
        "2026-02-28T08:00:00ZZ",
        "2026-02-28T08:00:00+0800",
        "2026-02-28T08:00:00+08",
        "2026-02-28T08:00:00+24:00",
        "2026-02-28T08:00:00+08:60",
        "2026-02-28T08:00:00~08:00",
        "2026-02-28T08:00:00+08:00Z",
        "2026-02-28T-8:00:00Z",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t time_ms = -1;
        if (time_parse(text_of(bad[i]), &time_ms) || time_ms != -1) {
            fail_msg("%s", bad[i]);
        }
    }
}

static void moments_before_1970_and_behind_9999_are_none(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T07:59:59+08:00",
        "9999-12-31T23:59:59-00:01", /* year 10000 in UTC */
        "9999-12-31T16:00:00-08:00",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t time_ms = -1;
        assert_false(time_parse(text_of(bad[i]), &time_ms));
        assert_true(time_ms == -1);
    }
    char text[TIME_TEXT_BYTES + 1];
    assert_check_fails(time_format(TIME_MS_MAX + 1, text));
    assert_check_fails(time_format(-1, text));
}

static void the_hall_knows_zones_that_keep_their_distance(void **state)
{
    (void)state;
    struct zone zone = {.offset_minutes = 99};
    assert_true(zone_find(TEXT_LITERAL("Asia/Shanghai"), &zone));
    assert_int_equal(480, zone.offset_minutes);
    assert_true(zone_find(TEXT_LITERAL("UTC"), &zone));
    assert_int_equal(0, zone.offset_minutes);
    assert_false(zone_find(TEXT_LITERAL("Europe/Berlin"), &zone));
    assert_false(zone_find(TEXT_LITERAL(""), &zone));
}

static void a_day_of_the_zone_begins_at_its_own_midnight(void **state)
{
    (void)state;
    struct zone shanghai = {.offset_minutes = 480};
    int64_t before = INT64_C(1772207999999); /* 2026-02-27T15:59:59.999Z */
    assert_date(zone_date(shanghai, before), "2026-02-27");
    assert_int_equal(1439, zone_minute(shanghai, before));
    assert_date(zone_date(shanghai, before + 1), "2026-02-28");
    assert_int_equal(0, zone_minute(shanghai, before + 1));
    assert_true(zone_time(shanghai, date_of(2026, 2, 28), 0) == before + 1);
    assert_true(zone_time(shanghai, date_of(2026, 2, 27), 24 * 60) == before + 1);
    assert_true(zone_time(shanghai, date_of(2026, 2, 28), 510) == before + 1 + 510 * 60000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_counted_from_1970),
        cmocka_unit_test(every_day_of_four_hundred_years_is_the_one_after_the_day_before),
        cmocka_unit_test(days_that_do_not_exist_are_refused),
        cmocka_unit_test(months_are_added_to_the_same_day_or_the_last),
        cmocka_unit_test(moments_are_read_and_written_in_utc),
        cmocka_unit_test(moments_in_any_other_form_are_refused),
        cmocka_unit_test(moments_before_1970_and_behind_9999_are_none),
        cmocka_unit_test(the_hall_knows_zones_that_keep_their_distance),
        cmocka_unit_test(a_day_of_the_zone_begins_at_its_own_midnight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
