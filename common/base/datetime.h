/* Moments, days and the hall's zone.
 *
 * A moment is an int64_t named `..._ms`: milliseconds since 1970-01-01T00:00Z, from 0 to
 * TIME_MS_MAX, for years have four digits. A day is a `struct date`. The hall keeps one zone with a
 * fixed distance from UTC (China has had no summer time since 1991); a zone that changes its
 * distance is refused rather than half supported. Pure functions, any thread. */
#pragma once

#include "base/bytes.h"

/* A day of the proleptic Gregorian calendar, as days since 1970-01-01. */
struct date {
    int32_t days;
};

struct civil {
    int year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

enum weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

enum { DATE_TEXT_BYTES = 10, TIME_TEXT_BYTES = 24 };

#define MS_PER_SECOND INT64_C(1000)
#define MS_PER_MINUTE INT64_C(60000)
#define MS_PER_HOUR   INT64_C(3600000)
#define MS_PER_DAY    INT64_C(86400000)

/* The last moment there is: 9999-12-31T23:59:59.999Z. */
#define TIME_MS_MAX INT64_C(253402300799999)

/* The day for a year, month and day that exist; see date_from_civil for others. */
struct date date_of(int year, int month, int day);

/* False when there is no such day. Years 1 to 9999. */
bool date_from_civil(struct civil civil, struct date *ret_date);
struct civil date_civil(struct date date);
enum weekday date_weekday(struct date date);
struct date date_add_days(struct date date, int days);

/* The same day `months` later, or the last day of a shorter month. */
struct date date_add_months(struct date date, int months);

/* `2026-02-28` and back. Ten characters and a zero byte. */
void date_format(struct date date, char text[DATE_TEXT_BYTES + 1]);
bool date_parse(struct text text, struct date *ret_date);

/* RFC 3339 in UTC with milliseconds: `2026-02-28T16:00:00.000Z`. `time_ms` is a moment (CHECK). */
void time_format(int64_t time_ms, char text[TIME_TEXT_BYTES + 1]);

/* Reads RFC 3339 with any offset and up to nine digits behind the second (cut to milliseconds).
 * False when it is anything else, a leap second, or no moment: before 1970 or behind TIME_MS_MAX.
 */
bool time_parse(struct text text, int64_t *ret_time_ms);

/* A zone: minutes ahead of UTC. */
struct zone {
    int offset_minutes;
};

/* The zone of that IANA name; false when it is not one of the fixed-offset zones known here
 * (UTC, Asia/Shanghai, Asia/Hong_Kong, Asia/Macau, Asia/Taipei, Asia/Singapore). */
bool zone_find(struct text name, struct zone *ret_zone);

/* The day of the zone on which `time_ms` falls, and the minute of that day (0..1439). */
struct date zone_date(struct zone zone, int64_t time_ms);
int zone_minute(struct zone zone, int64_t time_ms);

/* The moment at which the day begins in the zone, plus `minutes`. 24 * 60 is the day's end. */
int64_t zone_time(struct zone zone, struct date date, int minutes);
