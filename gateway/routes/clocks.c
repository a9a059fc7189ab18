#include "routes/clocks.h"

struct clock_context clock_context_of(const struct clock_look *look, int64_t version)
{
    const struct hall_rules *counting =
        look->calendars == NULL ? NULL : rules_fetched(look->calendars, version);
    return (struct clock_context){
        .calendar = counting == NULL ? look->rules->calendar : counting->calendar,
        .hours = &look->rules->hours,
    };
}

/* What a new calendar did to a clock, and how the day before it was found. */
static struct recount_shown recount_of(const struct clock *clock, const struct clock_look *look)
{
    const struct clock_recount *recount = &clock->recount;
    struct recount_shown shown = {
        .at = recount->at,
        .calendar_before = recount->calendar_before,
        .calendar = recount->calendar,
        .due_before = recount->due_before,
        .due_after = recount->due_after,
    };
    if (look->with_derivation && look->rules != NULL) {
        struct clock before = clock_before_recount(clock);
        struct clock_context context = clock_context_of(look, recount->calendar_before);
        (void)clock_explain(&before, &context, (enum name_language)look->language, look->arena,
                            &shown.derivation_before);
    }
    return shown;
}

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
        .calendar_version = clock->calendar_version,
    };
    if (clock->phase != CLOCK_ENDED) {
        page.light = clock_light(clock, look->now_ms);
    }
    if (clock->phase != CLOCK_ENDED && look->rules != NULL) {
        struct clock_context now = clock_context_of(look, look->calendar);
        page.working_days_left = clock_working_days_left(clock, &now, look->now_ms);
    }
    if (look->with_derivation && look->rules != NULL) {
        struct clock_context counted = clock_context_of(look, clock->calendar_version);
        (void)clock_explain(clock, &counted, (enum name_language)look->language, look->arena,
                            &page.derivation);
    }
    if (clock->recount.at != 0) {
        page.recount = recount_of(clock, look);
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

static void version_add(int64_t *versions, size_t *count, int64_t version)
{
    bool is_there = version == 0;
    for (size_t i = 0; i < *count && !is_there; i++) {
        is_there = versions[i] == version;
    }
    if (!is_there) {
        versions[(*count)++] = version;
    }
}

size_t clock_calendars(const struct clock_list *clocks, int64_t calendar, struct arena *arena,
                       const int64_t **ret_versions)
{
    int64_t *versions = arena_take_array(arena, 1 + 2 * clocks->count, sizeof *versions);
    size_t count = 0;
    version_add(versions, &count, calendar);
    for (size_t i = 0; i < clocks->count; i++) {
        version_add(versions, &count, clocks->items[i].calendar_version);
        version_add(versions, &count, clocks->items[i].recount.calendar_before);
    }
    *ret_versions = versions;
    return count;
}
