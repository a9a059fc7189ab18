/* Clocks as pages show them. */
#pragma once

#include "clock/clock.h"
#include "matter/rules.h"
#include "routes/pages.h"

/* How a clock is shown. */
struct clock_look {
    const struct hall_rules *rules; /* NULL: without working days left */
    int64_t now_ms;
    enum language language;
    bool with_derivation;
    struct arena *arena;
};

struct clock_page clock_page_of(const struct clock *clock, const struct clock_look *look);
struct clock_page_list clock_pages_of(const struct clock_list *clocks,
                                      const struct clock_look *look);
