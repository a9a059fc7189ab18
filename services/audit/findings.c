/* Findings: yellow and red cards, legal silence, limits that were broken. */
#include "audit.h"

/* What a step is a finding of; NULL when it is none by itself. */
static const char *rule_of(struct text type)
{
    struct text rest = type;
    (void)text_split(type, '.', &rest);
    if (text_equal_string(rest, "clock_warned.v1")) {
        return "yellow_card";
    }
    return text_equal_string(rest, "clock_overdue.v1") ? "red_card" : NULL;
}

/* True when the procedure says that this step is something for supervision. */
static bool procedure_says(struct state *state, const struct case_id *id,
                           const struct case_step *step)
{
    struct audit *audit = state->memory;
    struct key key = key_of_uuid(&id->uuid);
    struct audited_row row;
    if (!state_get(state, TABLE_CASES, key_bytes(&key), &audited_row_message, &row)) {
        return false;
    }
    const struct hall_rules *rules = rules_of(audit->shelf, state, row.catalogue_version);
    const struct catalogue_item *item =
        rules == NULL ? NULL : catalogue_item(rules->catalogue, row.item);
    const struct procedure_transition *transition =
        item == NULL || item->procedure == NULL ? NULL
                                                : matter_transition(rules, item->procedure, step);
    return transition != NULL &&
           text_span_contains(&transition->then, TEXT_LITERAL("audit.finding_raised"));
}

/* The name of an event type between service and version: "case_deemed_accepted". */
static struct text name_of(struct text type)
{
    struct text name = {0};
    (void)text_split(type, '.', &name);
    return text_split(name, '.', &(struct text){0});
}

void react_to_step(struct decision *decision, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct case_id *id = &event->envelope->case_id;
    const char *rule = rule_of(event->envelope->type);
    if (rule == NULL && !procedure_says(decision->state, id, &moved->step)) {
        return;
    }
    struct finding_raised finding = {
        .rule = rule == NULL ? name_of(event->envelope->type) : text_of(rule),
        .clock = text_is_empty(moved->clock) ? moved->step.action : moved->clock,
        .source = event->source,
        .seq = (int64_t)event->seq,
    };
    emit(decision, id, &finding_raised_message, &finding);
}

void apply_submitted(struct state *state, const struct event *event)
{
    const struct case_submitted *submitted = event->data;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    struct audited_row row = {
        .item = submitted->item,
        .catalogue_version = submitted->catalogue_version,
        .session = submitted->session,
    };
    state_put(state, TABLE_CASES, key_bytes(&key), &audited_row_message, &row);
}
