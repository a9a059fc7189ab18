/* The counting behind a clock: its steps added up, and the legs that lead to the due day. Internal
 * to this folder: clock_recompute and clock_explain both read what is counted here, so that the
 * explanation cannot say anything else than the result. */
#pragma once

#include "clock/clock.h"

/* An end that was counted: the day people speak of, and the moment at which it is over. */
struct clock_point {
    struct date day;
    int64_t ms;
};

/* A stretch that is counted in one unit: the limit, or an extension in another unit. */
struct clock_leg {
    size_t step; /* the step that began it */
    enum limit_unit unit;
    int64_t value;     /* the limit, with the extensions in its unit */
    int64_t paused;    /* what pauses add, in the measure of the unit (see clock_pause_length) */
    bool is_named_day; /* a day was named instead of a limit, and still holds */
    struct clock_point from;
    struct clock_point to;
    struct date unmoved; /* calendar days and months: the end before it moved off days of rest */
    bool provisional;
};

struct clock_count {
    enum clock_phase phase;
    size_t origin;       /* the step from which is counted: the start or the last restart */
    int64_t paused_days; /* calendar days of the pauses since then */
    bool provisional;
    size_t leg_count; /* at least 1 */
    struct clock_leg legs[CLOCK_STEPS_MAX];
};

/* Adds up the steps and counts the legs. */
enum err clock_count(const struct clock *clock, const struct clock_context *context,
                     struct clock_count *ret_count);

/* What a pause adds to a limit in that unit: working days, calendar days (also to months), or
 * milliseconds of time or of open time for hours. */
int64_t clock_pause_length(const struct clock_context *context, enum limit_unit unit,
                           int64_t from_ms, int64_t to_ms);

/* The moment from which the light is yellow. */
enum err clock_count_warning(const struct clock_count *count, const struct clock_context *context,
                             int64_t *ret_warn_ms);

/* The text fits the bound and is well-formed; it may be absent. */
bool clock_text_fits(struct text text, size_t characters_max);
