/* A procedure as a GraphViz document. */
#include "procedure/procedure.h"

/* Fill of a state's box, by owner; the class lets a style sheet choose others. */
static const char *const owner_fills[] = {"#eeeeee", "#d5e8d4", "#dae8fc",
                                          "#fff2cc", "#f8cecc", "#e1d5e7"};

static void draw_text(struct buffer *document, struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') {
            buffer_append_byte(document, '\\');
        }
        buffer_append_byte(document, (uint8_t)text.data[i]);
    }
}

static void draw_state(struct buffer *document, const struct procedure_state *state)
{
    const char *owner = procedure_owner_name(state->owner);
    buffer_print(document, "  \"%.*s\" [class=\"%s\", fillcolor=\"%s\"%s, label=\"%.*s",
                 TEXT_PRINT(state->name), owner == NULL ? "any" : owner, owner_fills[state->owner],
                 state->is_end ? ", peripheries=2" : "", TEXT_PRINT(state->name));
    for (size_t i = 0; i < state->stages.count; i++) {
        buffer_print(document, "%sstage %.*s", i == 0 ? "\\n" : ", ",
                     TEXT_PRINT(state->stages.items[i]));
    }
    for (size_t i = 0; i < state->clocks.count; i++) {
        buffer_print(document, "%sclock %.*s", i == 0 ? "\\n" : ", ",
                     TEXT_PRINT(state->clocks.items[i]));
    }
    buffer_append_string(document, "\"];\n");
}

static void draw_conditions(struct buffer *document, const struct procedure_transition *t)
{
    for (size_t i = 0; i < t->condition_count; i++) {
        const struct procedure_condition *condition = &t->conditions[i];
        buffer_append_string(document, i == 0 ? "\\n" : ", ");
        draw_text(document, condition->fact);
        for (size_t k = 0; k < condition->values.count; k++) {
            buffer_append_string(document, k == 0 ? " = " : " or ");
            draw_text(document, condition->values.items[k]);
        }
    }
}

static void draw_transition(struct buffer *document, const struct procedure *procedure,
                            const struct procedure_transition *t)
{
    uint64_t targets = procedure_targets(procedure, t);
    for (size_t to = 0; to < procedure->state_count; to++) {
        if ((targets & UINT64_C(1) << to) == 0) {
            continue;
        }
        struct text from = t->from < 0 ? TEXT_LITERAL("none") : procedure->states[t->from].name;
        buffer_print(document, "  \"%.*s\" -> \"%.*s\" [%slabel=\"%s", TEXT_PRINT(from),
                     TEXT_PRINT(procedure->states[to].name),
                     t->is_common ? "style=dashed, color=gray, " : "",
                     t->trigger == TRIGGER_SIGNAL ? "on " : "");
        draw_text(document, t->trigger_name);
        buffer_append_string(document, t->trigger == TRIGGER_CLOCK_OVER ? " over" : "");
        draw_conditions(document, t);
        buffer_append_string(document, "\"];\n");
    }
}

void procedure_draw(const struct procedure *procedure, struct buffer *document)
{
    buffer_print(document,
                 "digraph \"%.*s\" {\n"
                 "  rankdir=TB;\n"
                 "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n"
                 "  edge [fontname=\"sans-serif\", fontsize=10];\n"
                 "  \"none\" [shape=point, label=\"\"];\n",
                 TEXT_PRINT(procedure->name));
    for (size_t i = 0; i < procedure->state_count; i++) {
        draw_state(document, &procedure->states[i]);
    }
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *t = &procedure->transitions[i];
        if (!t->is_common || t->target == TARGET_STATE) {
            draw_transition(document, procedure, t);
        }
    }
    buffer_append_string(document, "}\n");
}
