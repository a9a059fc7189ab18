/* Holidays that are announced late: a calendar comes alone, in the middle of the year, and limits
 * that run are counted again. */
#include "holidays.h"

#include "base/check.h"
#include "check_state.h"
#include "load.h"
#include "matter/rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { HOLIDAYS_MAX = 24, AHEAD_DAYS_MIN = 2, AHEAD_DAYS_MAX = 12 };

/* A calendar that was handed in. */
struct calendar_version {
    int64_t version; /* of the catalogue that brings it */
    struct text text;
    const struct calendar *calendar;
    bool is_active; /* or was; one that was refused never is */
};

struct holidays {
    struct calendar_version items[HOLIDAYS_MAX];
    size_t count;
};

/* -- the file --------------------------------------------------------------------------------- */

/* Where `what` begins in a text that has it. */
static size_t place_in(struct text text, const char *what)
{
    const char *found = memmem(text.data, text.size, what, strlen(what));
    CHECK(found != NULL);
    return (size_t)(found - text.data);
}

/* The calendar with one more day off, and one working day less in its year. */
static struct text day_off_add(struct text calendar, struct date day, struct arena *arena)
{
    static const char count_name[] = "workday_count: ";
    char text[DATE_TEXT_BYTES + 1];
    date_format(day, text);
    size_t year = place_in(calendar, arena_print(arena, "\n  %.4s:", text).data);
    struct text rest = text_after(calendar, year);
    size_t holidays = year + place_in(rest, "    makeup_workdays");
    size_t count = year + place_in(rest, count_name) + strlen(count_name);
    char *behind = NULL;
    int64_t workdays = strtoll(calendar.data + count, &behind, 10);
    size_t end = (size_t)(behind - calendar.data);
    return arena_print(arena,
                       "%.*s      - {name: {zh-Hans: x, zh-Hant: x, en: Storm}, from: %s, to: %s}\n"
                       "%.*s%" PRId64 "%.*s",
                       (int)holidays, calendar.data, text, text, (int)(count - holidays),
                       calendar.data + holidays, workdays - 1,
                       TEXT_PRINT(text_after(calendar, end)));
}

static const struct calendar *calendar_read(struct world *world, struct text text, int64_t version)
{
    struct yaml_file file;
    const struct calendar *calendar = NULL;
    yaml_file_init(&file, "calendar", &world->arena);
    CHECK(calendar_load(&file, text, version, &calendar) == ERR_OK);
    return calendar;
}

/* -- what was handed in ----------------------------------------------------------------------- */

static const struct calendar_version *newest(const struct holidays *holidays)
{
    const struct calendar_version *found = &holidays->items[0];
    for (size_t i = 1; i < holidays->count; i++) {
        found = holidays->items[i].is_active ? &holidays->items[i] : found;
    }
    return found;
}

static void calendar_keep(struct world *world, struct text text, int64_t version)
{
    struct holidays *holidays = world->holidays;
    CHECK(holidays->count < HOLIDAYS_MAX);
    holidays->items[holidays->count++] = (struct calendar_version){
        .version = version, .text = text, .calendar = calendar_read(world, text, version)};
}

void holidays_open(struct world *world, struct text shipped)
{
    world->holidays = arena_take(&world->arena, sizeof *world->holidays);
    *world->holidays = (struct holidays){.count = 0};
    calendar_keep(world, arena_copy_text(&world->arena, shipped), 1);
    world->holidays->items[0].is_active = true;
}

void holidays_forget(struct world *world, int64_t active)
{
    struct holidays *holidays = world->holidays;
    const struct calendar_version *last = &holidays->items[holidays->count - 1];
    if (!last->is_active && last->version > active) {
        holidays->count--;
    }
}

struct text holidays_text(const struct world *world, int64_t version)
{
    const struct holidays *holidays = world->holidays;
    for (size_t i = 1; i < holidays->count; i++) {
        if (holidays->items[i].version == version) {
            return holidays->items[i].text;
        }
    }
    return newest(holidays)->text;
}

const struct calendar *holidays_calendar(const struct world *world, int64_t version)
{
    const struct holidays *holidays = world->holidays;
    for (size_t i = 0; i < holidays->count; i++) {
        if (holidays->items[i].version == version && holidays->items[i].is_active) {
            return holidays->items[i].calendar;
        }
    }
    return NULL;
}

const struct calendar *holidays_newest(const struct world *world)
{
    return newest(world->holidays)->calendar;
}

bool holiday_announce(struct world *world, int64_t version)
{
    const struct calendar *calendar = holidays_newest(world);
    struct date today = zone_date(calendar_zone(calendar), world->wall_ms);
    struct date day;
    int64_t ahead = between(world, AHEAD_DAYS_MIN, AHEAD_DAYS_MAX);
    CHECK(calendar_next_workday(calendar, date_add_days(today, (int)ahead), &day) == ERR_OK);
    if (world->holidays->count == HOLIDAYS_MAX || day.days > date_of(2026, 10, 31).days) {
        return false;
    }
    calendar_keep(world, day_off_add(newest(world->holidays)->text, day, &world->arena), version);
    return true;
}

void holidays_follow(struct world *world, int64_t version)
{
    struct holidays *holidays = world->holidays;
    for (size_t i = 1; i < holidays->count; i++) {
        if (holidays->items[i].version != version) {
            continue;
        }
        struct hall_rules *rules = arena_take(&world->arena, sizeof *rules);
        holidays->items[i].is_active = true;
        *rules = *world->rules;
        rules->calendar = rules->clocks.calendar = holidays->items[i].calendar;
        world->rules = rules;
        world->checks->calendars++;
        trace(world, "check", "calendar %" PRId64 " counts", version);
    }
}
