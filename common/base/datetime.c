#include "base/datetime.h"

#include "base/check.h"

#include <stdio.h>

/* Days of a civil date and back, after the well-known algorithm that counts years from March in
 * cycles of 400 years (H. Hinnant, "chrono-compatible low-level date algorithms"). */
static int32_t days_from_civil(struct civil civil)
{
    int year = civil.month <= 2 ? civil.year - 1 : civil.year;
    int era = (year >= 0 ? year : year - 399) / 400;
    int year_of_era = year - era * 400;
    int day_of_year = (153 * (civil.month + (civil.month > 2 ? -3 : 9)) + 2) / 5 + civil.day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil date_civil(struct date date)
{
    int shifted = date.days + 719468;
    int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int day_of_era = shifted - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted_month = (5 * day_of_year + 2) / 153;
    int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    return (struct civil){
        .year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
        .month = month,
        .day = day_of_year - (153 * shifted_month + 2) / 5 + 1,
    };
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool date_from_civil(struct civil civil, struct date *ret_date)
{
    if (civil.year < 1 || civil.year > 9999 || civil.month < 1 || civil.month > 12 ||
        civil.day < 1 || civil.day > days_in_month(civil.year, civil.month)) {
        return false;
    }
    *ret_date = (struct date){.days = days_from_civil(civil)};
    return true;
}

struct date date_of(int year, int month, int day)
{
    struct date date = {0};
    CHECK(date_from_civil((struct civil){year, month, day}, &date));
    return date;
}

enum weekday date_weekday(struct date date)
{
    /* 1970-01-01 was a Thursday. */
    int index = (date.days + THURSDAY) % 7;
    return (enum weekday)(index < 0 ? index + 7 : index);
}

struct date date_add_days(struct date date, int days)
{
    return (struct date){.days = date.days + days};
}

struct date date_add_months(struct date date, int months)
{
    struct civil civil = date_civil(date);
    int index = civil.year * 12 + civil.month - 1 + months;
    civil.year = index / 12;
    civil.month = index % 12 + 1;
    int last = days_in_month(civil.year, civil.month);
    if (civil.day > last) {
        civil.day = last;
    }
    return (struct date){.days = days_from_civil(civil)};
}

void date_format(struct date date, char text[DATE_TEXT_BYTES + 1])
{
    struct civil civil = date_civil(date);
    CHECK(civil.year >= 0 && civil.year <= 9999);
    int written =
        snprintf(text, DATE_TEXT_BYTES + 1, "%04u-%02u-%02u", (unsigned)civil.year % 10000u,
                 (unsigned)civil.month % 100u, (unsigned)civil.day % 100u);
    CHECK(written == DATE_TEXT_BYTES);
}

/* Reads exactly `digits` decimal digits at `position`. */
static bool read_digits(struct text text, size_t position, size_t digits, int *ret_value)
{
    int value = 0;
    if (position + digits > text.size) {
        return false;
    }
    for (size_t i = position; i < position + digits; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        value = value * 10 + (text.data[i] - '0');
    }
    *ret_value = value;
    return true;
}

bool date_parse(struct text text, struct date *ret_date)
{
    struct civil civil = {0};
    return text.size == DATE_TEXT_BYTES && text.data[4] == '-' && text.data[7] == '-' &&
           read_digits(text, 0, 4, &civil.year) && read_digits(text, 5, 2, &civil.month) &&
           read_digits(text, 8, 2, &civil.day) && date_from_civil(civil, ret_date);
}

void time_format(int64_t time_ms, char text[TIME_TEXT_BYTES + 1])
{
    CHECK(time_ms >= 0 && time_ms <= TIME_MS_MAX);
    struct date date = {.days = (int32_t)(time_ms / MS_PER_DAY)};
    unsigned rest = (unsigned)(time_ms % MS_PER_DAY);
    date_format(date, text);
    int written = snprintf(text + DATE_TEXT_BYTES, TIME_TEXT_BYTES - DATE_TEXT_BYTES + 1,
                           "T%02u:%02u:%02u.%03uZ", rest / 3600000u % 24u, rest / 60000u % 60u,
                           rest / 1000u % 60u, rest % 1000u);
    CHECK(written == TIME_TEXT_BYTES - DATE_TEXT_BYTES);
}

/* Reads an optional fraction of a second at `*position` and moves behind it. */
static bool read_fraction(struct text text, size_t *position, int *ret_ms)
{
    *ret_ms = 0;
    if (*position >= text.size || text.data[*position] != '.') {
        return true;
    }
    size_t digits = 0;
    int scale = 100;
    for (size_t i = *position + 1; i < text.size; i++, digits++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            break;
        }
        *ret_ms += (text.data[i] - '0') * scale;
        scale /= 10;
    }
    *position += 1 + digits;
    return digits >= 1 && digits <= 9;
}

/* Reads `Z` or `+hh:mm`, which must end the text. */
static bool read_offset(struct text text, size_t position, int *ret_minutes)
{
    *ret_minutes = 0;
    if (position + 1 == text.size && (text.data[position] == 'Z' || text.data[position] == 'z')) {
        return true;
    }
    int hours = 0;
    int minutes = 0;
    if (position + 6 != text.size || text.data[position + 3] != ':' ||
        !read_digits(text, position + 1, 2, &hours) ||
        !read_digits(text, position + 4, 2, &minutes) || hours > 23 || minutes > 59) {
        return false;
    }
    int sign = text.data[position] == '+' ? 1 : text.data[position] == '-' ? -1 : 0;
    *ret_minutes = sign * (hours * 60 + minutes);
    return sign != 0;
}

bool time_parse(struct text text, int64_t *ret_time_ms)
{
    struct date date = {0};
    int hour = 0;
    int minute = 0;
    int second = 0;
    int ms = 0;
    int offset_minutes = 0;
    size_t position = 19;
    if (text.size < 20 || !date_parse((struct text){text.data, DATE_TEXT_BYTES}, &date) ||
        (text.data[10] != 'T' && text.data[10] != 't') || text.data[13] != ':' ||
        text.data[16] != ':' || !read_digits(text, 11, 2, &hour) ||
        !read_digits(text, 14, 2, &minute) || !read_digits(text, 17, 2, &second)) {
        return false;
    }
    if (hour > 23 || minute > 59 || second > 59 || !read_fraction(text, &position, &ms) ||
        !read_offset(text, position, &offset_minutes)) {
        return false;
    }
    int64_t minutes = ((int64_t)date.days * 24 + hour) * 60 + minute - offset_minutes;
    int64_t time_ms = minutes * MS_PER_MINUTE + second * MS_PER_SECOND + ms;
    if (time_ms < 0 || time_ms > TIME_MS_MAX) {
        return false;
    }
    *ret_time_ms = time_ms;
    return true;
}

bool zone_find(struct text name, struct zone *ret_zone)
{
    static const struct {
        const char *name;
        int offset_minutes;
    } zones[] = {
        {"UTC", 0},          {"Asia/Shanghai", 480}, {"Asia/Hong_Kong", 480},
        {"Asia/Macau", 480}, {"Asia/Taipei", 480},   {"Asia/Singapore", 480},
    };
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (text_equal_string(name, zones[i].name)) {
            *ret_zone = (struct zone){.offset_minutes = zones[i].offset_minutes};
            return true;
        }
    }
    return false;
}

struct date zone_date(struct zone zone, int64_t time_ms)
{
    int64_t local_ms = time_ms + zone.offset_minutes * MS_PER_MINUTE;
    CHECK(local_ms >= 0);
    return (struct date){.days = (int32_t)(local_ms / MS_PER_DAY)};
}

int zone_minute(struct zone zone, int64_t time_ms)
{
    int64_t local_ms = time_ms + zone.offset_minutes * MS_PER_MINUTE;
    CHECK(local_ms >= 0);
    return (int)(local_ms % MS_PER_DAY / MS_PER_MINUTE);
}

int64_t zone_time(struct zone zone, struct date date, int minutes)
{
    return (int64_t)date.days * MS_PER_DAY + (minutes - zone.offset_minutes) * MS_PER_MINUTE;
}
