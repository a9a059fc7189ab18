/* A period of time as commands are told it: --since and --until, days of the hall's zone or moments
 * of RFC 3339. A day given as --until belongs to the period, a moment does not. */
#pragma once

#include "base/options.h"

#include "base/datetime.h"

struct period {
    struct zone zone;
    int64_t from_ms;
    int64_t end_ms; /* the first moment behind it */
};

extern const struct option_spec period_options[];
extern const size_t period_option_count;

/* Reads the three options; what is left out is open. ERR_INVALID with the reason. */
enum err period_read(const struct options *options, struct period *ret_period,
                     struct reason *reason);

bool period_has(const struct period *period, int64_t time_ms);
