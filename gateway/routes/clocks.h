/* Clocks as pages show them. */
#pragma once

#include "clock/clock.h"
#include "routes/pages.h"
#include "routes/rules.h"

/* How a clock is shown. */
struct clock_look {
    const struct hall_rules *rules;      /* those of the case; NULL: without working days left */
    const struct rules_cache *calendars; /* other calendars; NULL: that of `rules` counts */
    int64_t calendar;                    /* the calendar that counts now; 0: that of `rules` */
    int64_t now_ms;
    enum language language;
    bool with_derivation;
    struct arena *arena;
};

struct clock_page clock_page_of(const struct clock *clock, const struct clock_look *look);
struct clock_page_list clock_pages_of(const struct clock_list *clocks,
                                      const struct clock_look *look);

/* What clocks are counted with by calendar `version`. */
struct clock_context clock_context_of(const struct clock_look *look, int64_t version);

/* The versions of the calendars that are needed to show `clocks`, `calendar` among them. */
size_t clock_calendars(const struct clock_list *clocks, int64_t calendar, struct arena *arena,
                       const int64_t **ret_versions);
