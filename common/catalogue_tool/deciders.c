#include "catalogue_tool/deciders.h"

static bool decides(const struct procedure_transition *t)
{
    return t->trigger == TRIGGER_ACTION && (text_equal_string(t->trigger_name, "decide") ||
                                            text_equal_string(t->trigger_name, "reply"));
}

struct text_span deciders_of(const struct catalogue_item *item, struct arena *arena)
{
    const struct procedure *procedure = item->procedure;
    struct text_span deciders = {0};
    size_t count = 0;
    for (size_t i = 0; procedure != NULL && i < procedure->transition_count; i++) {
        count += decides(&procedure->transitions[i]) ? procedure->transitions[i].by.count : 0;
    }
    deciders.items = arena_take_array(arena, count, sizeof *deciders.items);
    for (size_t i = 0; procedure != NULL && i < procedure->transition_count; i++) {
        const struct procedure_transition *t = &procedure->transitions[i];
        for (size_t k = 0; decides(t) && k < t->by.count; k++) {
            if (!text_span_contains(&deciders, t->by.items[k])) {
                deciders.items[deciders.count++] = t->by.items[k];
            }
        }
    }
    return deciders;
}
