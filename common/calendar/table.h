/* The inside of a calendar, for the files of this folder that fill it and read it. */
#pragma once

#include "calendar/calendar.h"

struct calendar {
    int64_t version;
    struct zone zone;
    struct date valid_from;
    struct date valid_through;
    unsigned weekend; /* one bit a weekday */

    /* For the days from valid_from to valid_through: the holiday a day belongs to, or NULL. */
    const struct calendar_holiday **holidays;
    bool *make_ups; /* for the same days */

    /* For each day since 1970-01-01 how many working days there were up to and including it, and
     * the other way round which day the n-th one was. */
    int32_t *numbers;
    int32_t *days;
    int32_t workday_count;
};

/* Works out whether the day works from the weekend, the holidays and the make-up days alone. */
struct calendar_day table_day(const struct calendar *calendar, struct date date);

/* Numbers the working days, once the rest of `calendar` is complete. */
void table_number_days(struct calendar *calendar, struct arena *arena);
