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

/* The transition that a step tells of, as the procedure of the case has it; NULL when it tells of
 * none. */
static const struct procedure_transition *transition_of(struct state *state,
                                                        const struct case_id *id,
                                                        const struct case_step *step)
{
    struct audit *audit = state->memory;
    struct key key = key_of_uuid(&id->uuid);
    struct audited_row row;
    if (!state_get(state, TABLE_CASES, key_bytes(&key), &audited_row_message, &row)) {
        return NULL;
    }
    const struct hall_rules *rules = rules_of(audit->shelf, state, row.catalogue_version);
    const struct catalogue_item *item =
        rules == NULL ? NULL : catalogue_item(rules->catalogue, row.item);
    return item == NULL || item->procedure == NULL
               ? NULL
               : matter_transition(rules, item->procedure, step);
}

/* What the procedure says that audit adds to a step, findings aside: orders, remedies, promises. */
static void additions_emit(struct decision *decision, const struct event *event,
                           const struct procedure_transition *transition)
{
    const struct case_moved *moved = event->data;
    for (size_t i = 0; transition != NULL && i < transition->then.count; i++) {
        struct text type =
            arena_print(decision->arena, "%.*s.v1", TEXT_PRINT(transition->then.items[i]));
        const struct wire_message *message = wire_find(&moves_vocabulary, type);
        if (message == NULL || !text_starts_with(type, "audit.")) {
            continue;
        }
        struct case_moved added = {
            .step = {.action = moved->step.action,
                     .from = moved->step.to,
                     .to = moved->step.to,
                     .version = moved->step.version,
                     .basis = moved->step.basis,
                     .beside = true},
        };
        emit(decision, &event->envelope->case_id, message, &added);
    }
}

/* The name of an event type between service and version: "case_deemed_accepted". */
static struct text name_of(struct text type)
{
    struct text name = {0};
    (void)text_split(type, '.', &name);
    return text_split(name, '.', &(struct text){0});
}

bool finding_of_step(const struct event *event, const struct procedure_transition *transition,
                     struct finding_raised *ret_finding)
{
    const struct case_moved *moved = event->data;
    const char *rule = rule_of(event->envelope->type);
    bool is_finding = transition != NULL &&
                      text_span_contains(&transition->then, TEXT_LITERAL("audit.finding_raised"));
    *ret_finding = (struct finding_raised){
        .rule = rule == NULL ? name_of(event->envelope->type) : text_of(rule),
        .clock = text_is_empty(moved->clock) ? moved->step.action : moved->clock,
        .source = event->source,
        .seq = (int64_t)event->seq,
    };
    return !moved->step.beside && (rule != NULL || is_finding);
}

void react_to_step(struct decision *decision, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct finding_raised finding;
    if (moved->step.beside) {
        return;
    }
    const struct procedure_transition *transition =
        transition_of(decision->state, id, &moved->step);
    additions_emit(decision, event, transition);
    if (finding_of_step(event, transition, &finding)) {
        emit(decision, id, &finding_raised_message, &finding);
    }
}

/* The units that meet, as parties of the matter. */
static struct party_list members_of(const struct case_moved *moved, struct arena *arena)
{
    const struct text_list *members = &moved->fields.members;
    struct party_list parties = {
        .items = arena_take_array(arena, members->count, sizeof *parties.items)};
    for (; parties.count < members->count; parties.count++) {
        parties.items[parties.count] = (struct party){.relation = TEXT_LITERAL("meeting_member"),
                                                      .department = members->items[parties.count]};
    }
    return parties;
}

void audited_note(struct state *state, const struct case_id *id, const struct case_moved *moved)
{
    const struct case_head *head = &moved->head;
    struct key key = key_of_uuid(&id->uuid);
    struct audited_row row = {
        .item = head->item,
        .catalogue_version = head->catalogue_version,
        .session = head->session,
        .department = head->department,
        .parties = members_of(moved, state->arena),
    };
    state_put(state, TABLE_CASES, key_bytes(&key), &audited_row_message, &row);
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
    struct audit *audit = state->memory;
    const struct hall_rules *rules = rules_of(audit->shelf, state, row.catalogue_version);
    const struct catalogue_item *item =
        rules == NULL ? NULL : catalogue_item(rules->catalogue, row.item);
    if (item != NULL && item->procedure != NULL && item->procedure->party_count > 0) {
        struct case_row filed = {0};
        row_read_form(&filed, item->procedure, &submitted->form, state->arena);
        row.parties = filed.parties;
    }
    state_put(state, TABLE_CASES, key_bytes(&key), &audited_row_message, &row);
}

void parties_note(struct state *state, const struct event *event)
{
    const struct action_fields *fields = &((const struct case_moved *)event->data)->fields;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    struct audited_row row;
    if ((fields->parties.count == 0 && fields->members.count == 0) ||
        !state_get(state, TABLE_CASES, key_bytes(&key), &audited_row_message, &row)) {
        return;
    }
    struct case_row named = {.parties = row.parties};
    row_take_parties(&named, fields, state->arena);
    row.parties = named.parties;
    state_put(state, TABLE_CASES, key_bytes(&key), &audited_row_message, &row);
}
