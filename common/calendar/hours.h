/* Opening hours, and time that runs only while the hall is open on a working day.
 *
 * Times of day are minutes since 00:00 in the calendar's zone. What happens outside the hours
 * counts from the next opening. Pure functions, any thread. */
#pragma once

#include "calendar/calendar.h"

enum { OPENING_INTERVALS_MAX = 6, MINUTES_PER_DAY = 24 * 60 };

struct opening_interval {
    int from_minute;
    int to_minute; /* the first minute that is closed again */
};

/* When the hall is open on a working day: intervals in order, apart from each other. */
struct opening_hours {
    struct opening_interval intervals[OPENING_INTERVALS_MAX];
    size_t count;
};

/* Reads the `hours` of a catalogue:
 *   {time_zone: Asia/Shanghai, days: workday, open: [["08:30", "12:00"]], work_hours_per_day: 3.5}
 * The zone must be that of the calendar and the hours of a day must agree with the intervals.
 * ERR_INVALID with the errors in `file`. */
enum err opening_hours_load(struct yaml_file *file, const struct yaml_node *node, struct text path,
                            const struct calendar *calendar, struct opening_hours *ret_hours);

/* How long the hall is open on a working day. */
int64_t opening_hours_ms_per_day(const struct opening_hours *hours);

/* The moment at which `work_ms` of open time have passed since `from_ms`; `from_ms` itself when
 * that is 0. Time that ends with an interval ends at its closing, not at the next opening.
 * ERR_INVALID when the hall never opens, ERR_TOO_LARGE outside the days that calendars cover. */
enum err work_time_due(const struct calendar *calendar, const struct opening_hours *hours,
                       int64_t from_ms, int64_t work_ms, int64_t *ret_due_ms);

/* How much open time lies between two moments on covered days; 0 when `to_ms` is the earlier. */
int64_t work_time_between(const struct calendar *calendar, const struct opening_hours *hours,
                          int64_t from_ms, int64_t to_ms);

/* The moment from which open time counts: `at_ms` while the hall is open, else the next opening. */
enum err work_time_opening(const struct calendar *calendar, const struct opening_hours *hours,
                           int64_t at_ms, int64_t *ret_opening_ms);
