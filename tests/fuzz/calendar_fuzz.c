/* Calendars and opening hours (calendar/calendar.h, calendar/hours.h). Input: a calendar, then
 * perhaps `%% hours` and a map with the key `hours`.
 *
 * In a calendar that loads, counting and adding working days are each other's inverse and agree
 * with what every single day says; so do open time passed and open time counted. */
#include "documents.h"
#include "fuzz.h"

#include "base/check.h"
#include "calendar/hours.h"

static bool in_range(struct date date)
{
    return date.days >= CALENDAR_DAY_FIRST && date.days <= CALENDAR_DAY_LAST;
}

static void check_day(const struct calendar *calendar, struct date date)
{
    struct calendar_day day = calendar_day(calendar, date);
    bool works = day.kind == DAY_WORKDAY || day.kind == DAY_MAKE_UP;
    bool on_weekend = day.kind == DAY_WEEKEND || day.kind == DAY_MAKE_UP;
    CHECK(calendar_covers(date));
    CHECK(works == calendar_is_workday(calendar, date));
    CHECK(day.is_provisional == calendar_is_provisional(calendar, date));
    CHECK(day.kind == DAY_HOLIDAY || on_weekend == calendar_is_weekend(calendar, date));
    CHECK(day.kind != DAY_HOLIDAY ||
          (day.holiday.first.days <= date.days && date.days <= day.holiday.last.days));
}

/* Working days behind `after` up to `through`, one by one. */
static int counted(const struct calendar *calendar, struct date after, struct date through)
{
    int count = 0;
    for (struct date day = date_add_days(after, 1); day.days <= through.days; day.days++) {
        count += calendar_is_workday(calendar, day) ? 1 : 0;
    }
    return count;
}

static void check_adding(const struct calendar *calendar, struct date date)
{
    static const int counts[] = {1, 2, 5, 20};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct date due;
        if (calendar_add_workdays(calendar, date, counts[i], &due) != ERR_OK) {
            continue;
        }
        CHECK(in_range(due) && calendar_is_workday(calendar, due));
        CHECK(counted(calendar, date, due) == counts[i]);
        CHECK(calendar_count_workdays(calendar, date, due) == counts[i]);
        CHECK(calendar_count_workdays(calendar, due, date) == -counts[i]);
        struct date back;
        CHECK(!calendar_is_workday(calendar, date) ||
              (calendar_add_workdays(calendar, due, -counts[i], &back) == ERR_OK &&
               back.days == date.days));
    }
}

static void check_next(const struct calendar *calendar, struct date date)
{
    struct date next;
    if (calendar_next_workday(calendar, date, &next) == ERR_OK) {
        CHECK(next.days >= date.days && calendar_is_workday(calendar, next));
        CHECK(counted(calendar, date_add_days(date, -1), next) == 1);
    }
}

/* A few days on both sides of `middle`. */
static void check_around(const struct calendar *calendar, struct date middle)
{
    for (int offset = -4; offset <= 12; offset++) {
        struct date date = date_add_days(middle, offset);
        if (in_range(date)) {
            check_day(calendar, date);
            check_adding(calendar, date);
            check_next(calendar, date);
        }
    }
}

static void check_calendar(const struct calendar *calendar)
{
    struct date first = calendar_valid_from(calendar);
    struct date last = calendar_valid_through(calendar);
    CHECK(first.days <= last.days);
    CHECK(calendar_version(calendar) == 1);
    check_around(calendar, first);
    check_around(calendar, last);
    check_around(calendar, date_add_days(first, (last.days - first.days) / 2));
    check_around(calendar, (struct date){CALENDAR_DAY_FIRST});
    check_around(calendar, (struct date){CALENDAR_DAY_LAST});
}

static void check_hours(const struct calendar *calendar, const struct opening_hours *hours)
{
    static const int64_t works_ms[] = {0, 1, MS_PER_HOUR, 40 * MS_PER_HOUR};
    int64_t noon_ms =
        zone_time(calendar_zone(calendar), calendar_valid_from(calendar), MINUTES_PER_DAY / 2);
    CHECK(opening_hours_ms_per_day(hours) > 0);
    for (size_t i = 0; i < sizeof works_ms / sizeof works_ms[0]; i++) {
        int64_t due_ms = 0;
        if (work_time_due(calendar, hours, noon_ms, works_ms[i], &due_ms) == ERR_OK) {
            CHECK(due_ms >= noon_ms);
            CHECK(work_time_between(calendar, hours, noon_ms, due_ms) == works_ms[i]);
        }
    }
    int64_t opening_ms = 0;
    if (work_time_opening(calendar, hours, noon_ms, &opening_ms) == ERR_OK) {
        CHECK(work_time_between(calendar, hours, noon_ms, opening_ms) == 0);
        CHECK(work_time_between(calendar, hours, opening_ms, opening_ms + 1) == 1);
    }
}

static void read_hours(struct text source, const struct calendar *calendar, struct arena *arena)
{
    struct yaml_file file;
    struct yaml_map map;
    struct opening_hours hours;
    const struct yaml_node *root = NULL;
    yaml_file_init(&file, "hours.yaml", arena);
    if (yaml_parse(&file, source, &root) != ERR_OK) {
        fuzz_check_yaml(&file, false, arena);
        return;
    }
    yaml_map_open(&map, &file, root, TEXT_LITERAL(""));
    const struct yaml_node *node = yaml_get(&map, "hours", YAML_REQUIRED);
    if (node != NULL) {
        bool accepted =
            opening_hours_load(&file, node, TEXT_LITERAL("hours"), calendar, &hours) == ERR_OK;
        fuzz_check_yaml(&file, accepted, arena);
        if (accepted) {
            check_hours(calendar, &hours);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct yaml_file file;
    struct fuzz_documents documents;
    const struct calendar *calendar = NULL;
    arena_init(&arena);
    yaml_file_init(&file, "calendar.yaml", &arena);
    fuzz_documents_cut(bytes_of(data, size), &arena, &documents);
    bool accepted = calendar_load(&file, documents.items[0].text, 1, &calendar) == ERR_OK;
    fuzz_check_yaml(&file, accepted, &arena);
    if (accepted) {
        struct text hours = fuzz_document_find(&documents, "hours");
        check_calendar(calendar);
        if (hours.data != NULL) {
            read_hours(hours, calendar, &arena);
        }
    }
    arena_free(&arena);
    return 0;
}
