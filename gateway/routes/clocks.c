#include "routes/clocks.h"

struct clock_page clock_page_of(const struct clock *clock, const struct clock_look *look)
{
    struct clock_page page = {
        .name = clock->name,
        .kind = clock->kind,
        .limit = clock->value,
        .unit = clock->unit,
        .basis = clock->basis,
        .phase = clock->phase,
        .due_at = clock->due,
        .due_day = clock->due_day,
        .provisional = clock->provisional,
    };
    if (clock->phase != CLOCK_ENDED) {
        page.light = clock_light(clock, look->now_ms);
    }
    if (clock->phase != CLOCK_ENDED && look->rules != NULL) {
        page.working_days_left = clock_working_days_left(clock, &look->rules->clocks, look->now_ms);
    }
    if (look->with_derivation && look->rules != NULL) {
        (void)clock_explain(clock, &look->rules->clocks, (enum name_language)look->language,
                            look->arena, &page.derivation);
    }
    return page;
}

struct clock_page_list clock_pages_of(const struct clock_list *clocks,
                                      const struct clock_look *look)
{
    struct clock_page_list pages = {
        .items = arena_take_array(look->arena, clocks->count, sizeof *pages.items)};
    for (size_t i = 0; i < clocks->count; i++) {
        pages.items[pages.count++] = clock_page_of(&clocks->items[i], look);
    }
    return pages;
}
