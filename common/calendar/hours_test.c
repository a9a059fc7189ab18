/* Work hours of the catalogue's hall: 08:30 to 12:00 and 13:00 to 17:30 on working days. */
#include "calendar/test_kit.h"

struct fixture {
    struct arena arena;
    struct yaml_file file;
    const struct calendar *calendar;
    struct opening_hours hours;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    f->hours = kit_hours();
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

/* A moment in the hall's zone, such as "2026-03-04T11:00". */
static int64_t at(struct fixture *f, const char *text)
{
    int64_t time_ms = 0;
    assert_true(time_parse(arena_print(&f->arena, "%s:00+08:00", text), &time_ms));
    return time_ms;
}

static void work_hours_run_inside_the_hours_on_working_days(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *from;
        int hours;
        const char *due;
    } cases[] = {
        {"2026-03-04T11:00", 2, "2026-03-04T14:00"}, /* lunch is not counted */
        {"2026-02-27T16:00", 4, "2026-02-28T11:00"}, /* that Saturday works */
        {"2026-09-24T16:30", 4, "2026-09-28T11:30"}, /* over the Mid-Autumn Festival */
        {"2026-10-03T03:00", 4, "2026-10-08T13:30"}, /* from the first opening after it */
        {"2026-03-04T08:30", 8, "2026-03-04T17:30"}, /* a whole day ends at closing */
        {"2026-03-04T17:30", 8, "2026-03-05T17:30"},  {"2026-03-04T20:00", 1, "2026-03-05T09:30"},
        {"2026-03-04T06:00", 1, "2026-03-04T09:30"},  {"2026-03-04T12:30", 1, "2026-03-04T14:00"},
        {"2026-03-06T17:00", 80, "2026-03-20T17:00"}, /* ten working days on */
        {"2026-10-03T03:00", 0, "2026-10-03T03:00"},  /* at once */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t from_ms = at(f, cases[i].from);
        int64_t due_ms = 0;
        assert_int_equal(ERR_OK, work_time_due(f->calendar, &f->hours, from_ms,
                                               cases[i].hours * MS_PER_HOUR, &due_ms));
        assert_int_equal(due_ms, at(f, cases[i].due));
        assert_int_equal(work_time_between(f->calendar, &f->hours, from_ms, due_ms),
                         cases[i].hours * MS_PER_HOUR);
    }
}

static void open_time_between_moments_leaves_out_what_is_closed(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *from;
        const char *to;
        int minutes;
    } cases[] = {
        {"2026-03-04T11:00", "2026-03-04T13:30", 90},
        {"2026-03-04T18:00", "2026-03-05T08:30", 0},
        {"2026-10-01T10:00", "2026-10-07T15:00", 0},
        {"2026-09-30T17:00", "2026-10-08T09:00", 60},
        {"2026-03-04T11:00", "2026-03-04T10:00", 0},
        {"2026-03-02T00:00", "2026-03-07T00:00", 5 * 480},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(
            work_time_between(f->calendar, &f->hours, at(f, cases[i].from), at(f, cases[i].to)),
            cases[i].minutes * MS_PER_MINUTE);
    }
}

static void what_happens_outside_the_hours_counts_from_the_next_opening(void **state)
{
    struct fixture *f = *state;
    static const char *const cases[][2] = {
        {"2026-10-03T03:00", "2026-10-08T08:30"}, {"2026-03-04T12:00", "2026-03-04T13:00"},
        {"2026-03-04T10:10", "2026-03-04T10:10"}, {"2026-03-06T17:30", "2026-03-09T08:30"},
        {"2026-03-04T08:30", "2026-03-04T08:30"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t opening_ms = 0;
        assert_int_equal(
            ERR_OK, work_time_opening(f->calendar, &f->hours, at(f, cases[i][0]), &opening_ms));
        assert_int_equal(opening_ms, at(f, cases[i][1]));
    }
}

static void a_hall_that_never_opens_has_no_work_hours(void **state)
{
    struct fixture *f = *state;
    struct opening_hours closed = {0};
    int64_t due_ms = 5;
    assert_int_equal(ERR_INVALID, work_time_due(f->calendar, &closed, at(f, "2026-03-04T11:00"),
                                                MS_PER_HOUR, &due_ms));
    assert_int_equal(ERR_TOO_LARGE, work_time_due(f->calendar, &f->hours, at(f, "2199-12-31T17:00"),
                                                  MS_PER_HOUR, &due_ms));
    assert_int_equal(due_ms, 5);
}

/* -- reading -------------------------------------------------------------------------------- */

static enum err load(struct fixture *f, const char *source, struct opening_hours *ret_hours)
{
    const struct yaml_node *root = NULL;
    yaml_file_init(&f->file, "demo.yaml", &f->arena);
    assert_int_equal(ERR_OK, yaml_parse(&f->file, text_of(source), &root));
    return opening_hours_load(&f->file, root, TEXT_LITERAL("hours"), f->calendar, ret_hours);
}

static void the_hours_of_a_catalogue_are_read(void **state)
{
    struct fixture *f = *state;
    struct opening_hours hours = {0};
    assert_int_equal(ERR_OK, load(f,
                                  "{time_zone: Asia/Shanghai, days: workday, open: [[\"08:30\", "
                                  "\"12:00\"], [\"13:00\", \"17:30\"]], work_hours_per_day: 8}",
                                  &hours));
    assert_int_equal(hours.count, 2);
    assert_int_equal(hours.intervals[0].from_minute, 510);
    assert_int_equal(hours.intervals[0].to_minute, 720);
    assert_int_equal(hours.intervals[1].from_minute, 780);
    assert_int_equal(hours.intervals[1].to_minute, 1050);
    assert_int_equal(opening_hours_ms_per_day(&hours), 8 * MS_PER_HOUR);
}

static void refused(struct fixture *f, const char *source, const char *expected)
{
    struct opening_hours hours = {.count = 99};
    assert_int_equal(ERR_INVALID, load(f, source, &hours));
    assert_string_equal(yaml_errors_text(&f->file, &f->arena).data, expected);
    assert_int_equal(hours.count, 99);
}

static void hours_that_do_not_fit_are_refused(void **state)
{
    struct fixture *f = *state;
    refused(f,
            "{time_zone: UTC, days: always, work_hours_per_day: 8, shut: 1,\n"
            "open: [[\"08:30\", \"12:00\"],\n"
            "[\"11:59\", \"17:30\"],\n"
            "[\"17:00\", \"16:00\"],\n"
            "[\"17:00\"],\n"
            "[\"24:00\", \"24:30\"]]}",
            "demo.yaml:1: hours.time_zone: must be the zone of the calendar\n"
            "demo.yaml:1: hours.days: must be one of workday\n"
            "demo.yaml:3: hours.open[1]: must begin after the interval before it\n"
            "demo.yaml:4: hours.open[2]: must be two times such as [\"08:30\", \"12:00\"], the "
            "earlier one first\n"
            "demo.yaml:5: hours.open[3]: must be two times such as [\"08:30\", \"12:00\"], the "
            "earlier one first\n"
            "demo.yaml:6: hours.open[4]: must be two times such as [\"08:30\", \"12:00\"], the "
            "earlier one first\n"
            "demo.yaml:1: hours.shut: is not known here\n");
    refused(f,
            "{time_zone: Asia/Shanghai, days: workday, open: [[\"08:30\", \"12:00\"]], "
            "work_hours_per_day: 8}",
            "demo.yaml:1: hours.work_hours_per_day: does not agree with the intervals, which make "
            "210 minutes\n");
    refused(f, "{time_zone: Asia/Shanghai, days: workday, open: [], work_hours_per_day: 8}",
            "demo.yaml:1: hours.open: must have 1 to 6 intervals\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(work_hours_run_inside_the_hours_on_working_days),
        CASE(open_time_between_moments_leaves_out_what_is_closed),
        CASE(what_happens_outside_the_hours_counts_from_the_next_opening),
        CASE(a_hall_that_never_opens_has_no_work_hours),
        CASE(the_hours_of_a_catalogue_are_read),
        CASE(hours_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
