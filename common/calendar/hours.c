#include "calendar/hours.h"

#include "base/check.h"

#include <inttypes.h>

enum { TIME_OF_DAY_BYTES = 5 };

/* -- reading -------------------------------------------------------------------------------- */

/* Reads `08:30`; `24:00` is the end of the day. */
static bool time_of_day_parse(struct text text, int *ret_minute)
{
    int digits[TIME_OF_DAY_BYTES] = {0};
    if (text.size != TIME_OF_DAY_BYTES || text.data[2] != ':') {
        return false;
    }
    for (size_t i = 0; i < TIME_OF_DAY_BYTES; i++) {
        if (i != 2 && (text.data[i] < '0' || text.data[i] > '9')) {
            return false;
        }
        digits[i] = text.data[i] - '0';
    }
    int minute = digits[3] * 10 + digits[4];
    *ret_minute = (digits[0] * 10 + digits[1]) * 60 + minute;
    return minute < 60 && *ret_minute <= MINUTES_PER_DAY;
}

static bool interval_parse(const struct yaml_node *node, struct opening_interval *ret_interval)
{
    return node->kind == YAML_LIST && node->count == 2 && node->items[0]->kind == YAML_SCALAR &&
           node->items[1]->kind == YAML_SCALAR &&
           time_of_day_parse(node->items[0]->scalar, &ret_interval->from_minute) &&
           time_of_day_parse(node->items[1]->scalar, &ret_interval->to_minute) &&
           ret_interval->from_minute < ret_interval->to_minute;
}

static void intervals_load(struct yaml_map *map, struct opening_hours *hours)
{
    const struct yaml_node *list = yaml_list(map, "open", YAML_REQUIRED);
    if (list != NULL && (list->count == 0 || list->count > OPENING_INTERVALS_MAX)) {
        yaml_error(map->file, list->line, yaml_field(map, "open"), "must have 1 to %d intervals",
                   OPENING_INTERVALS_MAX);
        return;
    }
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        struct opening_interval interval = {0};
        int closed_from = hours->count == 0 ? 0 : hours->intervals[hours->count - 1].to_minute;
        if (!interval_parse(list->items[i], &interval)) {
            yaml_error(map->file, list->items[i]->line, yaml_element(map, "open", i),
                       "must be two times such as [\"08:30\", \"12:00\"], the earlier one first");
        } else if (interval.from_minute < closed_from) {
            yaml_error(map->file, list->items[i]->line, yaml_element(map, "open", i),
                       "must begin after the interval before it");
        } else {
            hours->intervals[hours->count++] = interval;
        }
    }
}

static void hours_zone_check(struct yaml_map *map, const struct calendar *calendar)
{
    struct zone zone = {0};
    struct text name = yaml_text(map, "time_zone", YAML_REQUIRED, 60);
    if (!text_is_empty(name) && (!zone_find(name, &zone) ||
                                 zone.offset_minutes != calendar_zone(calendar).offset_minutes)) {
        yaml_error(map->file, yaml_line(map, "time_zone"), yaml_field(map, "time_zone"),
                   "must be the zone of the calendar");
    }
}

enum err opening_hours_load(struct yaml_file *file, const struct yaml_node *node, struct text path,
                            const struct calendar *calendar, struct opening_hours *ret_hours)
{
    static const char *const days[] = {"workday"};
    struct opening_hours hours = {0};
    struct yaml_map map;
    size_t errors_before = file->error_count;
    yaml_map_open(&map, file, node, path);
    hours_zone_check(&map, calendar);
    (void)yaml_choice(&map, "days", YAML_REQUIRED, days, 1);
    intervals_load(&map, &hours);
    struct decimal stated = yaml_decimal(&map, "work_hours_per_day", YAML_REQUIRED);
    yaml_map_close(&map);
    if (file->error_count == errors_before &&
        stated.units != opening_hours_ms_per_day(&hours) * DECIMAL_SCALE / MS_PER_HOUR) {
        yaml_error(file, yaml_line(&map, "work_hours_per_day"),
                   yaml_field(&map, "work_hours_per_day"),
                   "does not agree with the intervals, which make %" PRId64 " minutes",
                   opening_hours_ms_per_day(&hours) / MS_PER_MINUTE);
    }
    if (file->error_count > errors_before) {
        return ERR_INVALID;
    }
    *ret_hours = hours;
    return ERR_OK;
}

/* -- counting ------------------------------------------------------------------------------- */

int64_t opening_hours_ms_per_day(const struct opening_hours *hours)
{
    int64_t minutes = 0;
    for (size_t i = 0; i < hours->count; i++) {
        minutes += hours->intervals[i].to_minute - hours->intervals[i].from_minute;
    }
    return minutes * MS_PER_MINUTE;
}

/* The open time of a working day that has passed `ms` after its beginning. */
static int64_t open_until(const struct opening_hours *hours, int64_t ms)
{
    int64_t passed = 0;
    for (size_t i = 0; i < hours->count; i++) {
        int64_t from = hours->intervals[i].from_minute * MS_PER_MINUTE;
        int64_t to = hours->intervals[i].to_minute * MS_PER_MINUTE;
        if (ms > from) {
            passed += (ms < to ? ms : to) - from;
        }
    }
    return passed;
}

/* How long after the beginning of a working day `open_ms` of its open time have passed. */
static int64_t reached_at(const struct opening_hours *hours, int64_t open_ms)
{
    int64_t left = open_ms;
    for (size_t i = 0; i < hours->count; i++) {
        int64_t from = hours->intervals[i].from_minute * MS_PER_MINUTE;
        int64_t to = hours->intervals[i].to_minute * MS_PER_MINUTE;
        if (left <= to - from) {
            return from + left;
        }
        left -= to - from;
    }
    UNREACHABLE();
}

/* The open time of the moment's own day that has passed before it. */
static int64_t open_before(const struct calendar *calendar, const struct opening_hours *hours,
                           struct date day, int64_t at_ms)
{
    int64_t day_begins_ms = zone_time(calendar_zone(calendar), day, 0);
    return calendar_is_workday(calendar, day) ? open_until(hours, at_ms - day_begins_ms) : 0;
}

enum err work_time_due(const struct calendar *calendar, const struct opening_hours *hours,
                       int64_t from_ms, int64_t work_ms, int64_t *ret_due_ms)
{
    int64_t per_day = opening_hours_ms_per_day(hours);
    struct date day = zone_date(calendar_zone(calendar), from_ms);
    if (per_day == 0) {
        return ERR_INVALID;
    }
    if (work_ms <= 0) {
        *ret_due_ms = from_ms;
        return ERR_OK;
    }
    /* Counted from the beginning of the day: so many whole working days, and a rest that is never
     * 0, so that time which ends with a day ends at its closing. */
    int64_t total = open_before(calendar, hours, day, from_ms) + work_ms;
    int64_t whole_days = (total - 1) / per_day;
    struct date due_day;
    enum err err =
        calendar_add_workdays(calendar, date_add_days(day, -1), whole_days + 1, &due_day);
    if (err != ERR_OK) {
        return err;
    }
    *ret_due_ms = zone_time(calendar_zone(calendar), due_day, 0) +
                  reached_at(hours, total - whole_days * per_day);
    return ERR_OK;
}

int64_t work_time_between(const struct calendar *calendar, const struct opening_hours *hours,
                          int64_t from_ms, int64_t to_ms)
{
    if (to_ms <= from_ms) {
        return 0;
    }
    struct date from = zone_date(calendar_zone(calendar), from_ms);
    struct date to = zone_date(calendar_zone(calendar), to_ms);
    int64_t whole_days =
        calendar_count_workdays(calendar, date_add_days(from, -1), date_add_days(to, -1));
    return whole_days * opening_hours_ms_per_day(hours) + open_before(calendar, hours, to, to_ms) -
           open_before(calendar, hours, from, from_ms);
}

enum err work_time_opening(const struct calendar *calendar, const struct opening_hours *hours,
                           int64_t at_ms, int64_t *ret_opening_ms)
{
    /* The first millisecond of open time ends just behind the moment looked for. */
    int64_t first_ms = 0;
    enum err err = work_time_due(calendar, hours, at_ms, 1, &first_ms);
    if (err == ERR_OK) {
        *ret_opening_ms = first_ms - 1;
    }
    return err;
}
