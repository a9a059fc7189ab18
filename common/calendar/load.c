/* Reading a calendar file, with everything that could make it lie about a day refused. */
#include "calendar/calendar.h"

#include "base/check.h"
#include "calendar/table.h"

#include <inttypes.h>
#include <stdlib.h>

enum { NAME_CHARACTERS_MAX = 60, NOTICE_CHARACTERS_MAX = 200, DAYS_OF_WEEK = 7 };

struct loading {
    struct yaml_file *file;
    struct calendar *calendar;
    size_t day_count; /* from valid_from to valid_through */
};

/* One year of the file. */
struct year {
    int number;
    struct date first;
    struct date last;
};

/* A day as errors print it. */
struct day_text {
    char text[DATE_TEXT_BYTES + 1];
};

static struct day_text day_text(struct date date)
{
    struct day_text text;
    date_format(date, text.text);
    return text;
}

static size_t day_index(const struct loading *l, struct date date)
{
    return (size_t)(date.days - l->calendar->valid_from.days);
}

static void schema_load(struct yaml_map *map)
{
    static const char *const schemas[] = {"calendar-cn/1"};
    (void)yaml_choice(map, "schema", YAML_REQUIRED, schemas, 1);
}

static void zone_load(struct loading *l, struct yaml_map *map)
{
    struct text name = yaml_text(map, "time_zone", YAML_REQUIRED, NAME_CHARACTERS_MAX);
    if (!text_is_empty(name) && !zone_find(name, &l->calendar->zone)) {
        yaml_error(l->file, yaml_line(map, "time_zone"), yaml_field(map, "time_zone"),
                   "is no zone the hall knows, such as Asia/Shanghai");
    }
}

static void weekend_load(struct loading *l, struct yaml_map *map)
{
    static const char *const names[DAYS_OF_WEEK] = {"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};
    struct text_span span = yaml_texts(map, "weekend", YAML_REQUIRED, NAME_CHARACTERS_MAX);
    for (size_t i = 0; i < span.count; i++) {
        unsigned bit = 0;
        for (unsigned day = 0; day < DAYS_OF_WEEK; day++) {
            bit |= text_equal_string(span.items[i], names[day]) ? 1u << day : 0;
        }
        if (bit == 0 || (l->calendar->weekend & bit) != 0) {
            yaml_error(l->file, yaml_line(map, "weekend"), yaml_element(map, "weekend", i),
                       bit == 0 ? "must be a weekday such as saturday" : "stands twice");
        }
        l->calendar->weekend |= bit;
    }
    if (l->calendar->weekend == (1u << DAYS_OF_WEEK) - 1) {
        yaml_error(l->file, yaml_line(map, "weekend"), yaml_field(map, "weekend"),
                   "must leave a working day");
    }
}

/* Reads the span that the notices cover, and takes room for its days. False when it is none. */
static bool span_load(struct loading *l, struct yaml_map *map)
{
    struct calendar *calendar = l->calendar;
    calendar->valid_from = yaml_date(map, "valid_from", YAML_REQUIRED);
    calendar->valid_through = yaml_date(map, "valid_through", YAML_REQUIRED);
    if (calendar->valid_from.days == 0 || calendar->valid_through.days == 0) {
        return false; /* told already */
    }
    if (!calendar_covers(calendar->valid_from) || !calendar_covers(calendar->valid_through)) {
        yaml_error(l->file, yaml_line(map, "valid_from"), yaml_field(map, "valid_from"),
                   "must lie between 1970 and 2199, and valid_through too");
        return false;
    }
    if (calendar->valid_through.days < calendar->valid_from.days) {
        yaml_error(l->file, yaml_line(map, "valid_through"), yaml_field(map, "valid_through"),
                   "must not lie before valid_from");
        return false;
    }
    l->day_count = day_index(l, calendar->valid_through) + 1;
    calendar->holidays =
        arena_take_array(l->file->arena, l->day_count, sizeof(struct calendar_holiday *));
    calendar->make_ups = arena_take_array(l->file->arena, l->day_count, sizeof(bool));
    return true;
}

/* True when the day lies in its year and in the span of the calendar; else says so. */
static bool day_is_in_year(struct loading *l, const struct year *year, struct date date, int line,
                           struct text field)
{
    if (date.days < year->first.days || date.days > year->last.days) {
        yaml_error(l->file, line, field, "must lie in %d", year->number);
        return false;
    }
    if (calendar_is_provisional(l->calendar, date)) {
        yaml_error(l->file, line, field, "must lie between valid_from and valid_through");
        return false;
    }
    return true;
}

/* Marks the days of the holiday; a day that belongs to another already is an overlap. */
static void holiday_mark(struct loading *l, const struct calendar_holiday *holiday, int line,
                         struct text field)
{
    for (struct date day = holiday->first; day.days <= holiday->last.days; day.days++) {
        const struct calendar_holiday *other = l->calendar->holidays[day_index(l, day)];
        if (other != NULL) {
            yaml_error(l->file, line, field, "overlaps %s, which has the days from %s to %s",
                       other->names.en.data, day_text(other->first).text,
                       day_text(other->last).text);
            return;
        }
    }
    for (struct date day = holiday->first; day.days <= holiday->last.days; day.days++) {
        l->calendar->holidays[day_index(l, day)] = holiday;
    }
}

/* One name, copied: the source of a calendar need not stay. */
static struct text name_load(struct yaml_map *map, const char *key)
{
    return arena_copy_text(map->file->arena,
                           yaml_text(map, key, YAML_REQUIRED, NAME_CHARACTERS_MAX));
}

static struct names names_load(struct loading *l, struct yaml_map *holiday)
{
    const struct yaml_node *node = yaml_get(holiday, "name", YAML_REQUIRED);
    if (node == NULL) {
        return (struct names){0};
    }
    struct yaml_map map;
    yaml_map_open(&map, l->file, node, yaml_field(holiday, "name"));
    struct names names = {
        .zh_hans = name_load(&map, "zh-Hans"),
        .zh_hant = name_load(&map, "zh-Hant"),
        .en = name_load(&map, "en"),
    };
    yaml_map_close(&map);
    return names;
}

static void holiday_load(struct loading *l, const struct year *year, const struct yaml_node *node,
                         struct text path)
{
    struct calendar_holiday *holiday = arena_take(l->file->arena, sizeof *holiday);
    struct yaml_map map;
    size_t errors_before = l->file->error_count;
    yaml_map_open(&map, l->file, node, path);
    holiday->names = names_load(l, &map);
    holiday->first = yaml_date(&map, "from", YAML_REQUIRED);
    holiday->last = yaml_date(&map, "to", YAML_REQUIRED);
    yaml_map_close(&map);
    if (l->file->error_count > errors_before) {
        return;
    }
    bool first_fits =
        day_is_in_year(l, year, holiday->first, yaml_line(&map, "from"), yaml_field(&map, "from"));
    bool last_fits =
        day_is_in_year(l, year, holiday->last, yaml_line(&map, "to"), yaml_field(&map, "to"));
    if (!first_fits || !last_fits) {
        return;
    }
    if (holiday->last.days < holiday->first.days) {
        yaml_error(l->file, yaml_line(&map, "to"), yaml_field(&map, "to"),
                   "must not lie before from");
        return;
    }
    holiday_mark(l, holiday, map.node->line, path);
}

static void make_up_load(struct loading *l, const struct year *year, const struct yaml_node *node,
                         struct text field)
{
    struct date date = {0};
    if (node == NULL || node->kind != YAML_SCALAR || !date_parse(node->scalar, &date)) {
        yaml_error(l->file, node == NULL ? 1 : node->line, field,
                   "must be a date such as 2026-02-28");
        return;
    }
    if (!day_is_in_year(l, year, date, node->line, field)) {
        return;
    }
    size_t index = day_index(l, date);
    if (!calendar_is_weekend(l->calendar, date)) {
        yaml_error(l->file, node->line, field, "is no weekend day, so it works anyhow");
    } else if (l->calendar->holidays[index] != NULL) {
        yaml_error(l->file, node->line, field, "lies in a holiday, so it cannot work");
    } else if (l->calendar->make_ups[index]) {
        yaml_error(l->file, node->line, field, "stands twice");
    }
    l->calendar->make_ups[index] = true;
}

/* Holds the number of working days that the file states against its days. */
static void count_check(struct loading *l, const struct year *year, struct yaml_map *map,
                        int64_t stated)
{
    int64_t counted = 0;
    for (struct date day = year->first; day.days <= year->last.days; day.days++) {
        if (!calendar_is_provisional(l->calendar, day)) {
            enum day_kind kind = table_day(l->calendar, day).kind;
            counted += kind == DAY_WORKDAY || kind == DAY_MAKE_UP ? 1 : 0;
        }
    }
    if (counted != stated) {
        yaml_error(l->file, yaml_line(map, "workday_count"), yaml_field(map, "workday_count"),
                   "is %" PRId64 ", but the days above give %" PRId64, stated, counted);
    }
}

static void year_load(struct loading *l, const struct year *year, const struct yaml_node *node,
                      struct text path)
{
    struct yaml_map map;
    size_t errors_before = l->file->error_count;
    yaml_map_open(&map, l->file, node, path);
    (void)yaml_text(&map, "notice", YAML_REQUIRED, NOTICE_CHARACTERS_MAX);
    (void)yaml_date(&map, "notice_date", YAML_REQUIRED);
    const struct yaml_node *holidays = yaml_list(&map, "holidays", YAML_REQUIRED);
    for (size_t i = 0; holidays != NULL && i < holidays->count; i++) {
        holiday_load(l, year, holidays->items[i], yaml_element(&map, "holidays", i));
    }
    const struct yaml_node *make_ups = yaml_list(&map, "makeup_workdays", YAML_REQUIRED);
    for (size_t i = 0; make_ups != NULL && i < make_ups->count; i++) {
        make_up_load(l, year, make_ups->items[i], yaml_element(&map, "makeup_workdays", i));
    }
    int64_t stated = yaml_int(&map, "workday_count", YAML_REQUIRED, 0, 366, 0);
    yaml_map_close(&map);
    if (l->file->error_count == errors_before) {
        count_check(l, year, &map, stated);
    }
}

/* The year that a key names; false when it names none. */
static bool year_parse(struct text key, struct year *ret_year)
{
    char first_day[DATE_TEXT_BYTES + 1] = "0000-01-01";
    if (key.size != 4) {
        return false;
    }
    for (size_t i = 0; i < key.size; i++) {
        first_day[i] = key.data[i];
    }
    if (!date_parse(text_of(first_day), &ret_year->first)) {
        return false;
    }
    ret_year->number = date_civil(ret_year->first).year;
    ret_year->last = date_of(ret_year->number, 12, 31);
    return true;
}

static bool year_is_in_span(const struct loading *l, const struct year *year)
{
    return year->last.days >= l->calendar->valid_from.days &&
           year->first.days <= l->calendar->valid_through.days;
}

/* Every year of the span must stand in the file. */
static void years_check_complete(struct loading *l, struct yaml_map *map,
                                 const struct yaml_node *years)
{
    int first = date_civil(l->calendar->valid_from).year;
    int last = date_civil(l->calendar->valid_through).year;
    for (int number = first; number <= last; number++) {
        bool found = false;
        for (size_t i = 0; i < years->count && !found; i++) {
            struct year year;
            found = year_parse(years->pairs[i].key, &year) && year.number == number;
        }
        if (!found) {
            yaml_error(l->file, yaml_line(map, "years"),
                       arena_print(l->file->arena, "years.%d", number), "must be given");
        }
    }
}

static void years_load(struct loading *l, struct yaml_map *map, const struct yaml_node *years)
{
    for (size_t i = 0; i < years->count; i++) {
        const struct yaml_pair *pair = &years->pairs[i];
        struct text path = arena_print(l->file->arena, "years.%.*s", TEXT_PRINT(pair->key));
        struct year year;
        if (!year_parse(pair->key, &year)) {
            yaml_error(l->file, pair->line, path, "must be a year such as 2026");
        } else if (!year_is_in_span(l, &year)) {
            yaml_error(l->file, pair->line, path, "lies outside valid_from to valid_through");
        } else {
            year_load(l, &year, pair->value, path);
        }
    }
    years_check_complete(l, map, years);
}

enum err calendar_load(struct yaml_file *file, struct text source, int64_t version,
                       const struct calendar **ret_calendar)
{
    const struct yaml_node *root = NULL;
    enum err err = yaml_parse(file, source, &root);
    if (err != ERR_OK) {
        return err;
    }
    struct calendar *calendar = arena_take(file->arena, sizeof *calendar);
    struct loading loading = {.file = file, .calendar = calendar};
    struct yaml_map map;
    calendar->version = version;
    yaml_map_open(&map, file, root, TEXT_LITERAL(""));
    schema_load(&map);
    zone_load(&loading, &map);
    weekend_load(&loading, &map);
    bool has_span = span_load(&loading, &map);
    const struct yaml_node *years = yaml_get(&map, "years", YAML_REQUIRED);
    if (years != NULL && years->kind != YAML_MAP) {
        yaml_error(file, years->line, TEXT_LITERAL("years"), "must be a map of years");
    } else if (years != NULL && has_span) {
        years_load(&loading, &map, years);
    }
    yaml_map_close(&map);
    if (file->error_count > 0) {
        return ERR_INVALID;
    }
    table_number_days(calendar, file->arena);
    *ret_calendar = calendar;
    return ERR_OK;
}
