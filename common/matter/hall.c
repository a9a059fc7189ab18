/* Matters of the hall itself: begun by an officer or by another case, with no item and nobody who
 * files; and what one service adds to another's event. */
#include "matter/internal.h"

#include "base/check.h"
#include "base/uuid.h"
#include "matter/calendars.h"

#include <string.h>

/* -- beginning ------------------------------------------------------------------------------ */

/* "DELEGATION-9f3a01c27d": the end of its id, which is random, says which one. */
static struct text number_make(struct arena *arena, struct text procedure, const struct uuid *id)
{
    char text[UUID_TEXT_BYTES + 1];
    uuid_format(id, text);
    struct text name = arena_print(arena, "%.*s-%s", TEXT_PRINT(procedure), text + 26);
    for (size_t i = 0; i < procedure.size; i++) {
        char letter = procedure.data[i];
        ((char *)(uintptr_t)name.data)[i] =
            letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter;
    }
    return name;
}

/* What the matter is, for its first event and for the row while it is decided. */
static void matter_new(const struct flow *flow, struct decision *decision,
                       const struct hall_rules *rules, const struct catalogue_item *item,
                       struct matter *matter)
{
    struct rules_shelf *shelf = flow->shelf(decision->state->memory);
    struct case_head head = {
        .item = item->code,
        .catalogue_version = rules->version,
        .received = decision->now_ms,
        .opened_by = decision->principal->login,
    };
    rules_hall_subject(shelf, decision->state, decision->arena, &head.subject, &head.public_key);
    *matter = (struct matter){.id = {decision_new_id(decision)},
                              .rules = rules,
                              .item = item,
                              .procedure = item->procedure,
                              .clocks = calendars_context(shelf, decision->state, rules),
                              .state = -1};
    head.number = number_make(decision->arena, item->code, &matter->id.uuid);
    matter->row = row_of_head(&head, procedure_owner_name(flow->owner));
}

/* Emits the first event of the matter, by `move->transition`. */
static enum verdict begin(struct move *move, const struct action_fields *fields)
{
    const struct procedure_transition *transition = move->transition;
    const struct procedure_state *first = &move->procedure->states[transition->to];
    struct case_moved moved = {.fields = *fields};
    moved.step = (struct case_step){
        .action = transition->trigger_name,
        .to = first->name,
        .version = 1,
        .basis = transition->basis,
    };
    const struct flow_hooks *hooks = &move->flow->hooks;
    enum verdict verdict = hooks->check == NULL ? VERDICT_OK : hooks->check(move);
    if (verdict == VERDICT_OK) {
        verdict = move_clocks(move, transition->to, &moved.step);
    }
    if (verdict == VERDICT_OK && hooks->complete != NULL) {
        verdict = hooks->complete(move, &moved);
    }
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    flow_seal(move, &case_moved_message, &moved);
    moved.head = row_head(&move->matter->row);
    emit(move->decision, &move->matter->id, event_of(move), &moved);
    if (hooks->after != NULL) {
        hooks->after(move, &moved);
    }
    return VERDICT_OK;
}

static const struct hall_rules *rules_now(const struct flow *flow, struct decision *decision)
{
    return rules_active(flow->shelf(decision->state->memory), decision->state);
}

/* The department for which the caller may begin it: of the first fitting role he holds. */
static struct text department_of_caller(const struct procedure *procedure,
                                        const struct matter_open *command,
                                        const struct principal *principal)
{
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        bool begins = transition->from < 0 && transition->trigger == TRIGGER_ACTION &&
                      text_equal(transition->trigger_name, command->action);
        for (size_t k = 0; begins && k < principal->grants.count; k++) {
            const struct role_grant *grant = &principal->grants.items[k];
            if (text_span_contains(&transition->by, grant->role) &&
                !text_equal_string(grant->department, "*")) {
                return grant->department;
            }
        }
    }
    return (struct text){0};
}

/* Whose matter it is: the item's that it is about, as the command says, or the caller's own. */
static enum verdict department_find(struct decision *decision, const struct matter_open *command,
                                    struct matter *matter)
{
    const struct catalogue *catalogue = matter->rules->catalogue;
    struct wire_path at = {.name = TEXT_LITERAL("department")};
    struct text item_code = command->fields.item;
    const struct catalogue_item *item =
        text_is_empty(item_code) ? NULL : catalogue_item(catalogue, item_code);
    if (!text_is_empty(command->department) &&
        catalogue_unit(catalogue, command->department) == NULL &&
        catalogue_collection_point(catalogue, command->department) == NULL) {
        wire_errors_add(&decision->errors, &at,
                        "is not a department, body or collection point of the catalogue");
    }
    if (!text_is_empty(item_code) && (item == NULL || item->department == NULL)) {
        field_error(decision, TEXT_LITERAL("item"), "is not an item of the catalogue");
    }
    if (decision->errors.count > 0) {
        return refuse_fields(decision);
    }
    if (item != NULL) {
        matter->row.department = item->department->code; /* nobody disposes of others' items */
    } else if (!text_is_empty(command->department)) {
        matter->row.department = command->department;
    } else {
        matter->row.department =
            department_of_caller(matter->procedure, command, decision->principal);
    }
    return VERDICT_OK;
}

/* True when it belongs to no case, or to one that the caller handles. */
static bool parent_fits(const struct flow *flow, struct decision *decision,
                        const struct case_id *parent)
{
    struct matter matter;
    return uuid_is_none(&parent->uuid) ||
           (matter_load(flow, decision->state, parent, &matter) &&
            matter_standing(&matter, decision->principal) == STANDING_CONCERNED);
}

static enum verdict kind_find(const struct flow *flow, struct decision *decision,
                              const struct matter_open *command, struct matter *matter)
{
    const struct hall_rules *rules = rules_now(flow, decision);
    if (rules == NULL) {
        return refuse(decision, PROBLEM_AWAY, "the hall has no catalogue yet; load one first");
    }
    const struct catalogue_item *item = catalogue_item(rules->catalogue, command->procedure);
    struct wire_path at = {.name = TEXT_LITERAL("procedure")};
    if (item == NULL || item->procedure == NULL || !item->procedure->of_hall) {
        wire_errors_add(&decision->errors, &at, "is not a procedure of the hall itself");
        return refuse_fields(decision);
    }
    if (!parent_fits(flow, decision, &command->parent)) {
        struct wire_path parent = {.name = TEXT_LITERAL("case_id")};
        wire_errors_add(&decision->errors, &parent, "is not a case that you handle");
        return refuse_fields(decision);
    }
    matter_new(flow, decision, rules, item, matter);
    matter->row.parent = command->parent;
    return department_find(decision, command, matter);
}

enum verdict flow_open(const struct flow *flow, struct decision *decision,
                       const struct matter_open *command)
{
    struct matter *matter = arena_take(decision->arena, sizeof *matter);
    enum verdict verdict = kind_find(flow, decision, command, matter);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    struct move move = move_of(flow, decision, matter);
    move.fields = &command->fields;
    struct procedure_situation situation = move_situation(&move);
    struct procedure_match match = procedure_match_action(
        matter->procedure, &matter->rules->catalogue->vocabulary, command->action, &situation);
    if (match.outcome != MATCH_FOUND) {
        return mismatch_refuse(&move, &match);
    }
    move.transition = match.transition;
    if (procedure_decider(matter->procedure, move.transition) != flow->owner) {
        return refuse(decision, PROBLEM_ELSEWHERE, "%s",
                      procedure_owner_name(procedure_decider(matter->procedure, move.transition)));
    }
    verdict = fields_check(&move, move.transition);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    actor_complete(&move);
    struct matter_opened opened = {.case_id = matter->id, .number = matter->row.number};
    verdict = begin(&move, move.fields);
    if (verdict == VERDICT_OK) {
        decision_answer(decision, &matter_opened_message, &opened);
    }
    return verdict;
}

/* -- a beginning that nobody does ----------------------------------------------------------- */

/* The transition from none that `signal` triggers. */
static const struct procedure_transition *beginning_on(const struct procedure *procedure,
                                                       const char *signal)
{
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        if (transition->from < 0 && transition->trigger == TRIGGER_SIGNAL &&
            text_equal_string(transition->trigger_name, signal)) {
            return transition;
        }
    }
    return NULL;
}

bool flow_open_on(const struct flow *flow, struct decision *decision,
                  const struct flow_beginning *beginning, struct case_id *ret_id)
{
    struct matter *matter = arena_take(decision->arena, sizeof *matter);
    const struct hall_rules *rules = beginning->rules;
    const struct catalogue_item *item = catalogue_item(rules->catalogue, beginning->procedure);
    const struct procedure_transition *transition =
        item == NULL || item->procedure == NULL || !item->procedure->of_hall
            ? NULL
            : beginning_on(item->procedure, beginning->signal);
    if (transition == NULL) {
        return false;
    }
    matter_new(flow, decision, rules, item, matter);
    matter->row.subject = beginning->subject;
    matter->row.public_key = beginning->public_key;
    matter->row.department = beginning->department;
    matter->row.parent = beginning->parent;
    struct move move = move_of(flow, decision, matter);
    move.fields = &beginning->fields;
    move.transition = transition;
    *ret_id = matter->id;
    return begin(&move, move.fields) == VERDICT_OK;
}

/* -- a child of a case ------------------------------------------------------------------------ */

/* The transition that begins the child: by the same action that opened it. */
static const struct procedure_transition *beginning_by(const struct procedure *procedure,
                                                       struct text action)
{
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        if (transition->from < 0 && transition->trigger == TRIGGER_ACTION &&
            text_equal(transition->trigger_name, action)) {
            return transition;
        }
    }
    return NULL;
}

/* Begins one child, the matter of `department`. */
static void child_begin(struct move *move, struct text action, struct text department,
                        const struct action_fields *fields)
{
    struct matter *child = arena_take(move->decision->arena, sizeof *child);
    const struct hall_rules *rules = move->matter->rules;
    const struct catalogue_item *item = catalogue_item(rules->catalogue, move->transition->opens);
    CHECK(item != NULL && item->procedure != NULL); /* the loader refuses others */
    matter_new(move->flow, move->decision, rules, item, child);
    child->row.department = department;
    child->row.parent = move->matter->id;
    struct move first = move_of(move->flow, move->decision, child);
    first.fields = fields;
    first.transition = beginning_by(child->procedure, action);
    CHECK(first.transition != NULL);
    (void)begin(&first, fields);
}

void child_open(struct move *move, const struct case_moved *moved)
{
    const struct meeting_point_list *points = &move->fields->points;
    for (size_t i = 0; i < points->count; i++) {
        struct action_fields fields = {.text = points->items[i].text,
                                       .until = points->items[i].due};
        child_begin(move, moved->step.action, points->items[i].department, &fields);
    }
    if (points->count == 0) {
        child_begin(move, moved->step.action, matter_department(move->matter, -1), move->fields);
    }
}

/* -- what a service adds -------------------------------------------------------------------- */

/* Emits the events among `then` that are this service's own moves: the case stays where it is. */
static void then_emit(const struct flow *flow, struct decision *decision, struct matter *matter,
                      const struct procedure_transition *transition, const struct case_step *step)
{
    const char *own = procedure_owner_name(flow->owner);
    for (size_t i = 0; i < transition->then.count; i++) {
        struct text type =
            arena_print(decision->arena, "%.*s.v1", TEXT_PRINT(transition->then.items[i]));
        const struct wire_message *message = wire_find(&moves_vocabulary, type);
        struct text rest;
        if (message == NULL || !text_equal_string(text_split(type, '.', &rest), own)) {
            continue;
        }
        struct case_moved added = {
            .step = {.action = step->action,
                     .from = step->to,
                     .to = step->to,
                     .version = matter->row.version,
                     .basis = step->basis,
                     .beside = true},
            .fields = {.ground = transition->ground},
        };
        if (flow->hooks.add == NULL || !flow->hooks.add(decision, matter, message, &added)) {
            emit(decision, &matter->id, message, &added);
        }
    }
}

void more_emit(struct move *move, const struct case_moved *moved)
{
    if (move->unit < 0) {
        then_emit(move->flow, move->decision, move->matter, move->transition, &moved->step);
    }
}

void flow_reassign(const struct flow *flow, struct decision *decision, const struct matter *matter,
                   struct text officer)
{
    struct text type =
        arena_print(decision->arena, "%s.task_reassigned.v1", procedure_owner_name(flow->owner));
    const struct wire_message *message = wire_find(&moves_vocabulary, type);
    struct case_moved moved = {
        .step = {.action = TEXT_LITERAL("assign"),
                 .from = matter->row.state,
                 .to = matter->row.state,
                 .version = matter->row.version + 1},
        .fields = {.assignee = officer},
        .assignee_before = matter->row.assignee,
    };
    CHECK(message != NULL);
    emit(decision, &matter->id, message, &moved);
}

void flow_react(const struct flow *flow, struct decision *decision, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct matter matter;
    if (moved->step.beside ||
        !matter_load(flow, decision->state, &event->envelope->case_id, &matter)) {
        return;
    }
    const struct procedure_transition *transition =
        matter_transition(matter.rules, matter.procedure, &moved->step);
    if (transition == NULL ||
        text_equal_string(event->envelope->source, procedure_owner_name(flow->owner))) {
        return;
    }
    decision->actor = event->envelope->actor;
    then_emit(flow, decision, &matter, transition, &moved->step);
}
