/* The working days of the hall: which days count, which do not, and why.
 *
 * A calendar is one YAML file (deploy/catalogue/calendar-cn.yaml, schema calendar-cn/1): for each
 * year the days off and the weekend days that work instead, as the yearly notice of the General
 * Office of the State Council (國務院辦公廳關於部分節假日安排的通知) names them. A day works when
 * it is a make-up workday, or no weekend day and no holiday.
 *
 * Outside valid_from..valid_through no notice is known. There weekends and the statutory days with
 * a fixed date are off (全國年節及紀念日放假辦法, 2024 revision: 1 January, 1 and 2 May, 1 to 3
 * October), and whatever rests on such a day is provisional until the next year is added.
 *
 * A loaded calendar is immutable, lives in the arena of the file it came from, and may be read by
 * any thread. Every question costs a few array reads: the working days are numbered once, when the
 * file is loaded. Days are days of the calendar's zone. */
#pragma once

#include "base/names.h"
#include "yaml/yaml.h"

/* The days a calendar can count over: 1970-01-02 (1970-01-01 stands for "no day") to 2199-12-31. */
enum { CALENDAR_DAY_FIRST = 1, CALENDAR_DAY_LAST = 84005 };

/* A run of days off with one name. */
struct calendar_holiday {
    struct names names;
    struct date first;
    struct date last;
};

enum day_kind {
    DAY_WORKDAY, /* an ordinary working day */
    DAY_MAKE_UP, /* a weekend day that works (調休上班) */
    DAY_WEEKEND,
    DAY_HOLIDAY, /* named by a notice, or a statutory day with a fixed date */
};

/* What a day is, and so why it works or does not. */
struct calendar_day {
    enum day_kind kind;
    bool is_provisional;             /* no notice covers this day */
    struct calendar_holiday holiday; /* DAY_HOLIDAY: the run of days it belongs to */
};

struct calendar;

/* Reads and checks a calendar. `version` is the number that clocks keep to say what they were
 * counted with. ERR_INVALID when anything is wrong; the errors in `file` name line and field and
 * all stand there at once. `source` need not stay. */
enum err calendar_load(struct yaml_file *file, struct text source, int64_t version,
                       const struct calendar **ret_calendar);

int64_t calendar_version(const struct calendar *calendar);
struct zone calendar_zone(const struct calendar *calendar);
struct date calendar_valid_from(const struct calendar *calendar);
struct date calendar_valid_through(const struct calendar *calendar);

/* True when calendars can count over the day. The functions below take no other day (CHECK): hold
 * days from outside against this first. */
bool calendar_covers(struct date date);

/* True when no notice covers the day. */
bool calendar_is_provisional(const struct calendar *calendar, struct date date);

bool calendar_is_workday(const struct calendar *calendar, struct date date);

/* True when the day falls on a weekend, whether it works or not. */
bool calendar_is_weekend(const struct calendar *calendar, struct date date);

/* True when `after` says of a day before `today` otherwise than `before`, which a notice covered on
 * that day: whether it works, or that no notice covers it. `ret_day` (may be NULL) is the first
 * such day. What no notice covered may become anything. */
bool calendar_contradicts(const struct calendar *before, const struct calendar *after,
                          struct date today, struct date *ret_day);

/* What the day is, for an explanation. */
struct calendar_day calendar_day(const struct calendar *calendar, struct date date);

/* The `count`-th working day after `date`, or before it when `count` is negative; `date` itself
 * when it is 0. ERR_TOO_LARGE outside the days that calendars cover. */
enum err calendar_add_workdays(const struct calendar *calendar, struct date date, int64_t count,
                               struct date *ret_date);

/* How many working days lie after `after`, up to and including `through`; negative when `through`
 * is the earlier one. */
int calendar_count_workdays(const struct calendar *calendar, struct date after,
                            struct date through);

/* The first working day that is `date` or later; ERR_TOO_LARGE behind the last covered day. */
enum err calendar_next_workday(const struct calendar *calendar, struct date date,
                               struct date *ret_date);
