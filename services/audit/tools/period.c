#include "period.h"

enum { MINUTES_PER_DAY = 24 * 60 };

const struct option_spec period_options[] = {
    {.name = "since", .type = OPTION_TEXT, .doc = "from this day (2026-03-02) or moment on"},
    {.name = "until",
     .type = OPTION_TEXT,
     .doc = "up to this day, which belongs to it, or this moment, which does not"},
    {.name = "zone", .type = OPTION_TEXT, .default_value = "Asia/Shanghai", .doc = "of the days"},
};
const size_t period_option_count = sizeof period_options / sizeof period_options[0];

/* The moment that an option names; `minutes` of a day it stands for where it is a day. */
static bool moment_read(struct text given, struct zone zone, int minutes, int64_t *ret_ms)
{
    struct date day;
    if (text_is_empty(given)) {
        return true;
    }
    if (date_parse(given, &day)) {
        *ret_ms = zone_time(zone, day, minutes);
        return true;
    }
    return time_parse(given, ret_ms);
}

enum err period_read(const struct options *options, struct period *ret_period,
                     struct reason *reason)
{
    *ret_period = (struct period){.from_ms = 0, .end_ms = TIME_MS_MAX};
    const char *zone = options_text(options, "zone");
    if (!zone_find(text_of(zone), &ret_period->zone)) {
        return reason_set(reason, ERR_INVALID, "--zone: %s is not known here", zone);
    }
    if (!moment_read(text_of(options_text(options, "since")), ret_period->zone, 0,
                     &ret_period->from_ms) ||
        !moment_read(text_of(options_text(options, "until")), ret_period->zone, MINUTES_PER_DAY,
                     &ret_period->end_ms)) {
        return reason_set(reason, ERR_INVALID,
                          "--since and --until are days such as 2026-03-02, or moments such as "
                          "2026-03-02T09:00:00+08:00");
    }
    return ERR_OK;
}

bool period_has(const struct period *period, int64_t time_ms)
{
    return time_ms >= period->from_ms && time_ms < period->end_ms;
}
