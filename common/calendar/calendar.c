#include "calendar/calendar.h"

#include "base/check.h"
#include "calendar/table.h"

/* The statutory days with a fixed date, which need no notice (全國年節及紀念日放假辦法 2, as
 * revised in 2024). The others follow the moon or the sun, and a notice tells how they lie. */
static const struct fixed_days {
    int month;
    int first;
    int last;
    struct names names;
} fixed_days[] = {
    {1, 1, 1, {TEXT_LITERAL("元旦"), TEXT_LITERAL("元旦"), TEXT_LITERAL("New Year's Day")}},
    {5, 1, 2, {TEXT_LITERAL("劳动节"), TEXT_LITERAL("勞動節"), TEXT_LITERAL("Labour Day")}},
    {10, 1, 3, {TEXT_LITERAL("国庆节"), TEXT_LITERAL("國慶節"), TEXT_LITERAL("National Day")}},
};

int64_t calendar_version(const struct calendar *calendar)
{
    return calendar->version;
}

struct zone calendar_zone(const struct calendar *calendar)
{
    return calendar->zone;
}

struct date calendar_valid_from(const struct calendar *calendar)
{
    return calendar->valid_from;
}

struct date calendar_valid_through(const struct calendar *calendar)
{
    return calendar->valid_through;
}

bool calendar_covers(struct date date)
{
    return date.days >= CALENDAR_DAY_FIRST && date.days <= CALENDAR_DAY_LAST;
}

bool calendar_is_provisional(const struct calendar *calendar, struct date date)
{
    return date.days < calendar->valid_from.days || date.days > calendar->valid_through.days;
}

bool calendar_is_weekend(const struct calendar *calendar, struct date date)
{
    return (calendar->weekend >> date_weekday(date) & 1u) != 0;
}

/* A day that no notice covers. */
static struct calendar_day provisional_day(const struct calendar *calendar, struct date date)
{
    struct civil civil = date_civil(date);
    for (size_t i = 0; i < sizeof fixed_days / sizeof fixed_days[0]; i++) {
        const struct fixed_days *fixed = &fixed_days[i];
        if (civil.month == fixed->month && civil.day >= fixed->first && civil.day <= fixed->last) {
            return (struct calendar_day){
                .kind = DAY_HOLIDAY,
                .is_provisional = true,
                .holiday = {.names = fixed->names,
                            .first = date_add_days(date, fixed->first - civil.day),
                            .last = date_add_days(date, fixed->last - civil.day)},
            };
        }
    }
    return (struct calendar_day){.kind = calendar_is_weekend(calendar, date) ? DAY_WEEKEND
                                                                             : DAY_WORKDAY,
                                 .is_provisional = true};
}

struct calendar_day table_day(const struct calendar *calendar, struct date date)
{
    if (calendar_is_provisional(calendar, date)) {
        return provisional_day(calendar, date);
    }
    size_t index = (size_t)(date.days - calendar->valid_from.days);
    if (calendar->make_ups[index]) {
        return (struct calendar_day){.kind = DAY_MAKE_UP};
    }
    if (calendar->holidays[index] != NULL) {
        return (struct calendar_day){.kind = DAY_HOLIDAY, .holiday = *calendar->holidays[index]};
    }
    return (struct calendar_day){.kind = calendar_is_weekend(calendar, date) ? DAY_WEEKEND
                                                                             : DAY_WORKDAY};
}

void table_number_days(struct calendar *calendar, struct arena *arena)
{
    size_t day_count = CALENDAR_DAY_LAST + 1;
    calendar->numbers = arena_take_array(arena, day_count, sizeof *calendar->numbers);
    calendar->days = arena_take_array(arena, day_count, sizeof *calendar->days);
    calendar->workday_count = 0;
    for (int32_t day = CALENDAR_DAY_FIRST; day <= CALENDAR_DAY_LAST; day++) {
        enum day_kind kind = table_day(calendar, (struct date){day}).kind;
        if (kind == DAY_WORKDAY || kind == DAY_MAKE_UP) {
            calendar->days[calendar->workday_count++] = day;
        }
        calendar->numbers[day] = calendar->workday_count;
    }
}

/* How many working days there were up to and including `date`, since the table begins. */
static int32_t number_of(const struct calendar *calendar, struct date date)
{
    CHECK(date.days >= 0 && date.days <= CALENDAR_DAY_LAST);
    return calendar->numbers[date.days];
}

bool calendar_is_workday(const struct calendar *calendar, struct date date)
{
    return number_of(calendar, date) > number_of(calendar, date_add_days(date, -1));
}

bool calendar_contradicts(const struct calendar *before, const struct calendar *after,
                          struct date today, struct date *ret_day)
{
    struct date day = before->valid_from;
    for (; day.days <= before->valid_through.days && day.days < today.days; day.days++) {
        if (calendar_is_provisional(after, day) ||
            calendar_is_workday(after, day) != calendar_is_workday(before, day)) {
            if (ret_day != NULL) {
                *ret_day = day;
            }
            return true;
        }
    }
    return false;
}

struct calendar_day calendar_day(const struct calendar *calendar, struct date date)
{
    CHECK(calendar_covers(date));
    return table_day(calendar, date);
}

/* The working day with that number, counted from 0. */
static enum err workday_at(const struct calendar *calendar, int64_t index, struct date *ret_date)
{
    if (index < 0 || index >= calendar->workday_count) {
        return ERR_TOO_LARGE;
    }
    *ret_date = (struct date){calendar->days[index]};
    return ERR_OK;
}

enum err calendar_add_workdays(const struct calendar *calendar, struct date date, int64_t count,
                               struct date *ret_date)
{
    if (count > CALENDAR_DAY_LAST || count < -CALENDAR_DAY_LAST) {
        return ERR_TOO_LARGE;
    }
    if (count > 0) {
        return workday_at(calendar, number_of(calendar, date) + count - 1, ret_date);
    }
    if (count < 0) {
        return workday_at(calendar, number_of(calendar, date_add_days(date, -1)) + count, ret_date);
    }
    *ret_date = date;
    return ERR_OK;
}

int calendar_count_workdays(const struct calendar *calendar, struct date after, struct date through)
{
    return number_of(calendar, through) - number_of(calendar, after);
}

enum err calendar_next_workday(const struct calendar *calendar, struct date date,
                               struct date *ret_date)
{
    return workday_at(calendar, number_of(calendar, date_add_days(date, -1)), ret_date);
}
