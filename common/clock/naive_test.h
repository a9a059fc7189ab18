/* A clock counted from day to day, or from minute to minute, for the property test alone. It knows
 * nothing of how clocks count, only the rules; its holidays were copied from the notices by hand.
 * To be included once, after cmocka. */
#pragma once

#include "clock/clock.h"

#include <string.h>

enum { STEPS_MAX = 8, MINUTES_OF_DAY = 1440 };

/* -- the naive calendar --------------------------------------------------------------------- */

struct span {
    const char *first;
    const char *last;
};

static const struct span off[] = {
    {"2024-01-01", "2024-01-01"}, {"2024-02-10", "2024-02-17"}, {"2024-04-04", "2024-04-06"},
    {"2024-05-01", "2024-05-05"}, {"2024-06-10", "2024-06-10"}, {"2024-09-15", "2024-09-17"},
    {"2024-10-01", "2024-10-07"}, {"2025-01-01", "2025-01-01"}, {"2025-01-28", "2025-02-04"},
    {"2025-04-04", "2025-04-06"}, {"2025-05-01", "2025-05-05"}, {"2025-05-31", "2025-06-02"},
    {"2025-10-01", "2025-10-08"}, {"2026-01-01", "2026-01-03"}, {"2026-02-15", "2026-02-23"},
    {"2026-04-04", "2026-04-06"}, {"2026-05-01", "2026-05-05"}, {"2026-06-19", "2026-06-21"},
    {"2026-09-25", "2026-09-27"}, {"2026-10-01", "2026-10-07"},
};

static const char *const on[] = {
    "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11",
    "2024-09-14", "2024-09-29", "2024-10-12", "2025-01-26", "2025-02-08",
    "2025-04-27", "2025-09-28", "2025-10-11", "2026-01-04", "2026-02-14",
    "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
};

static const char *const fixed[] = {"01-01", "05-01", "05-02", "10-01", "10-02", "10-03"};

enum { NAIVE_FIRST = 19600, NAIVE_DAYS = 40000 }; /* from August 2023 on */

/* Which days work, and what a count asked: whether any day was outside 2024 to 2026. */
struct naive {
    bool works[NAIVE_DAYS];
    bool is_outside[NAIVE_DAYS];
    bool asked_outside;
};

static bool works_by_notice(const char *day)
{
    for (size_t i = 0; i < sizeof on / sizeof on[0]; i++) {
        if (strcmp(day, on[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool works_without_notice(const char *day, int weekday)
{
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        if (strcmp(day + 5, fixed[i]) == 0) {
            return false;
        }
    }
    return weekday < 5;
}

static bool is_off_by_notice(const char *day)
{
    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
        if (strcmp(day, off[i].first) >= 0 && strcmp(day, off[i].last) <= 0) {
            return true;
        }
    }
    return false;
}

static struct naive *naive_new(struct arena *arena)
{
    struct naive *naive = arena_take(arena, sizeof *naive);
    for (int i = 0; i < NAIVE_DAYS; i++) {
        char day[DATE_TEXT_BYTES + 1];
        int weekday = (NAIVE_FIRST + i + 3) % 7; /* 1970-01-01 was a Thursday; Monday is 0 */
        date_format((struct date){NAIVE_FIRST + i}, day);
        naive->is_outside[i] = strcmp(day, "2024-01-01") < 0 || strcmp(day, "2026-12-31") > 0;
        naive->works[i] = naive->is_outside[i]
                              ? works_without_notice(day, weekday)
                              : works_by_notice(day) || (weekday < 5 && !is_off_by_notice(day));
    }
    return naive;
}

static bool naive_works(struct naive *naive, int day)
{
    assert_in_range(day, NAIVE_FIRST, NAIVE_FIRST + NAIVE_DAYS - 1);
    naive->asked_outside |= naive->is_outside[day - NAIVE_FIRST];
    return naive->works[day - NAIVE_FIRST];
}

static bool naive_open(struct naive *naive, int64_t minute)
{
    int64_t of_day = minute % MINUTES_OF_DAY;
    bool in_hours = (of_day >= 510 && of_day < 720) || (of_day >= 780 && of_day < 1050);
    return naive_works(naive, (int)(minute / MINUTES_OF_DAY)) && in_hours;
}

/* -- the naive clock ------------------------------------------------------------------------ */

/* Minutes here are those of the hall's zone since 1970-01-01 00:00 there. */
struct event {
    enum clock_op op;
    int64_t minute;
    int64_t value;
    enum limit_unit unit;
};

struct plan {
    int64_t value;
    enum limit_unit unit;
    struct event events[STEPS_MAX + 1];
    size_t count;
};

struct end {
    int64_t minute; /* the limit is over from this minute on */
    int day;
};

static int day_of(int64_t minute)
{
    return (int)(minute / MINUTES_OF_DAY);
}

/* Months are counted from the start, not from month to month: the 31st stays the 31st. */
static int naive_months_later(int day, int64_t months)
{
    struct civil civil = date_civil((struct date){day});
    struct date date;
    for (int64_t i = 0; i < months; i++) {
        civil.year += civil.month == 12 ? 1 : 0;
        civil.month = civil.month % 12 + 1;
    }
    while (!date_from_civil(civil, &date)) {
        civil.day--;
    }
    return date.days;
}

/* What a pause adds, in the unit of the limit; minutes for hours. */
static int64_t naive_pause(struct naive *naive, enum limit_unit unit, int64_t from, int64_t to)
{
    int64_t sum = 0;
    if (unit == LIMIT_HOUR) {
        return to - from;
    }
    if (unit == LIMIT_WORK_HOUR) {
        for (int64_t minute = from; minute < to; minute++) {
            sum += naive_open(naive, minute) ? 1 : 0;
        }
        return sum;
    }
    for (int day = day_of(from) + 1; day <= day_of(to); day++) {
        sum += unit != LIMIT_WORKDAY || naive_works(naive, day) ? 1 : 0;
    }
    return sum;
}

/* The end of `value` and of what pauses add, counted from `from`. */
static struct end naive_count(struct naive *naive, enum limit_unit unit, struct end from,
                              int64_t value, int64_t paused)
{
    int day = from.day;
    int64_t minute = from.minute;
    int64_t left = value + paused;
    switch (unit) {
    case LIMIT_WORKDAY:
        while (left > 0) {
            day++;
            left -= naive_works(naive, day) ? 1 : 0;
        }
        return (struct end){(int64_t)(day + 1) * MINUTES_OF_DAY, day};
    case LIMIT_CALENDAR_DAY:
    case LIMIT_MONTH:
        day = unit == LIMIT_MONTH ? naive_months_later(day, value) + (int)paused : day + (int)left;
        while (!naive_works(naive, day)) {
            day++;
        }
        return (struct end){(int64_t)(day + 1) * MINUTES_OF_DAY, day};
    case LIMIT_HOUR:
        minute += value * 60 + paused;
        break;
    default:
        for (left = value * 60 + paused; left > 0; minute++) {
            left -= naive_open(naive, minute) ? 1 : 0;
        }
        break;
    }
    day = minute == from.minute ? from.day : day_of(minute - 1);
    return (struct end){minute, day};
}

/* The due moment of the first `count` events of the plan. */
static struct end naive_due(struct naive *naive, const struct plan *plan, size_t count)
{
    size_t origin = 0;
    int64_t value = plan->value;
    int64_t paused = 0;
    int64_t pause_begin = 0;
    for (size_t i = 0; i < count; i++) {
        origin = plan->events[i].op == STEP_RESTARTED ? i : origin;
    }
    for (size_t i = origin; i < count; i++) {
        const struct event *event = &plan->events[i];
        if (event->op == STEP_PAUSED) {
            pause_begin = event->minute;
        } else if (event->op == STEP_RESUMED) {
            paused += naive_pause(naive, plan->unit, pause_begin, event->minute);
        } else if (event->op == STEP_EXTENDED && event->unit == plan->unit) {
            value += event->value;
        }
    }
    int64_t start = plan->events[origin].minute;
    struct end end =
        naive_count(naive, plan->unit, (struct end){start, day_of(start)}, value, paused);
    for (size_t i = origin; i < count; i++) {
        const struct event *event = &plan->events[i];
        if (event->op == STEP_EXTENDED && event->unit != plan->unit) {
            end = naive_count(naive, event->unit, end, event->value, 0);
        }
    }
    return end;
}
