/* Deciding: from an action, a clock that is over or a signal to the events of a transition. */
#include "matter/internal.h"
#include "matter/registers.h"

#include "base/check.h"
#include "events/registry.h"
#include "matter/calendars.h"
#include "matter/recount.h"
#include "wire/personal.h"

#include <string.h>

bool matter_rules(const struct flow *flow, struct state *state, int64_t version, struct text item,
                  struct matter *ret_matter)
{
    ret_matter->rules = rules_of(flow->shelf(state->memory), state, version);
    if (ret_matter->rules == NULL) {
        return false;
    }
    ret_matter->item = catalogue_item(ret_matter->rules->catalogue, item);
    ret_matter->procedure = ret_matter->item == NULL ? NULL : ret_matter->item->procedure;
    ret_matter->clocks = calendars_context(flow->shelf(state->memory), state, ret_matter->rules);
    ret_matter->state = -1;
    return ret_matter->item != NULL;
}

bool matter_load(const struct flow *flow, struct state *state, const struct case_id *id,
                 struct matter *ret_matter)
{
    struct key key = key_of_uuid(&id->uuid);
    *ret_matter = (struct matter){.id = *id};
    if (!state_get(state, flow->cases, key_bytes(&key), &case_row_message, &ret_matter->row) ||
        !matter_rules(flow, state, ret_matter->row.catalogue_version, ret_matter->row.item,
                      ret_matter) ||
        ret_matter->procedure == NULL) {
        return false;
    }
    ret_matter->state = procedure_state_index(ret_matter->procedure, ret_matter->row.state);
    return ret_matter->state >= 0;
}

bool matter_load_ahead(const struct flow *flow, struct decision *decision, const struct case_id *id,
                       struct matter *ret_matter)
{
    if (!matter_load(flow, decision->state, id, ret_matter)) {
        return false;
    }
    for (size_t i = 0; i < decision->event_count; i++) {
        const struct pending_event *pending = &decision->events[i];
        bool is_move = pending->message->fields == case_moved_message.fields;
        if (!is_move || !uuid_equal(&pending->case_id.uuid, &id->uuid) ||
            ((const struct case_moved *)pending->data)->step.beside) {
            continue;
        }
        const struct case_moved *moved = pending->data;
        struct event_envelope envelope = {.type = text_of(pending->message->name),
                                          .actor = decision->actor};
        const char *owner =
            matter_owner(ret_matter->procedure, moved->step.to, procedure_owner_name(flow->owner));
        ret_matter->row = row_advance(&ret_matter->row, ret_matter->procedure, &envelope, moved,
                                      owner, decision->arena);
    }
    ret_matter->state = procedure_state_index(ret_matter->procedure, ret_matter->row.state);
    return ret_matter->state >= 0;
}

bool flow_owns(const struct flow *flow, const struct case_row *row)
{
    return row != NULL && text_equal_string(row->owner, procedure_owner_name(flow->owner));
}

static const char *own_name(const struct flow *flow)
{
    return procedure_owner_name(flow->owner);
}

/* -- fields --------------------------------------------------------------------------------- */

static bool field_present(const struct action_fields *fields, struct text name)
{
    size_t index = 0;
    const struct wire_field *field = wire_field_find(&action_fields_message, name, 0, &index);
    return field != NULL && !wire_is_absent(field, fields);
}

/* The same for a field that is needed: a truth that is left out is false. */
static bool field_given(const struct action_fields *fields, struct text name)
{
    size_t index = 0;
    const struct wire_field *field = wire_field_find(&action_fields_message, name, 0, &index);
    return field != NULL && (field->type == WIRE_BOOL || !wire_is_absent(field, fields));
}

void field_error(struct decision *decision, struct text name, const char *what)
{
    struct wire_path fields = {.name = TEXT_LITERAL("fields")};
    struct wire_path at = {.parent = &fields, .name = name};
    wire_errors_add(&decision->errors, &at, "%s", what);
}

enum verdict refuse_action_field(struct decision *decision, struct text name, const char *what)
{
    field_error(decision, name, what);
    return refuse_fields(decision);
}

bool move_emits(const struct move *move, const char *event)
{
    return text_equal_string(move->transition->emits, event);
}

/* What the transition needs must be there, what it does not know must not. */
enum verdict fields_check(struct move *move, const struct procedure_transition *transition)
{
    for (size_t i = 0; i < transition->needs.count; i++) {
        if (!field_given(move->fields, transition->needs.items[i])) {
            field_error(move->decision, transition->needs.items[i], "must be given");
        }
    }
    for (size_t i = 0; i < action_fields_message.field_count; i++) {
        struct text name = {action_fields_message.fields[i].name,
                            action_fields_message.fields[i].name_size};
        bool names_unit = move->unit >= 0 && text_equal_string(name, "unit");
        if (field_present(move->fields, name) && !names_unit &&
            !text_span_contains(&transition->needs, name) &&
            !text_span_contains(&transition->may, name)) {
            field_error(move->decision, name, "does not belong to this action");
        }
    }
    move_values_check(move, transition);
    return move->decision->errors.count == 0 ? VERDICT_OK : refuse_fields(move->decision);
}

/* -- sealing -------------------------------------------------------------------------------- */

static bool seal_one(void *context, const struct wire_path *path, struct personal *personal)
{
    struct move *move = context;
    (void)path;
    if (!personal->sealed) {
        *personal = move->flow->hooks.seal(move, personal->value);
    }
    return true;
}

void flow_seal(struct move *move, const struct wire_message *message, void *record)
{
    (void)wire_visit_personal(message, record, seal_one, move);
}

/* -- making a move -------------------------------------------------------------------------- */

struct move move_of(const struct flow *flow, struct decision *decision, struct matter *matter)
{
    static const struct action_fields no_fields;
    return (struct move){
        .flow = flow,
        .decision = decision,
        .matter = matter,
        .procedure = matter->procedure,
        .fields = &no_fields,
        .unit = -1,
        .at_ms = decision->now_ms,
    };
}

/* The state that the transition leads to. */
static int target_of(const struct move *move)
{
    const struct matter *matter = move->matter;
    if (move->unit >= 0) {
        return matter->state;
    }
    switch (move->transition->target) {
    case TARGET_STATE:
        return move->transition->to;
    case TARGET_SAME:
        return matter->state;
    case TARGET_BACK:
        return procedure_state_index(matter->procedure, matter->row.back);
    }
    UNREACHABLE();
}

static enum verdict step_make(struct move *move, struct text trigger, struct case_step *step)
{
    const struct matter *matter = move->matter;
    int to = target_of(move);
    CHECK(to >= 0);
    *step = (struct case_step){
        .action = trigger,
        .from = matter->row.state,
        .to = matter->procedure->states[to].name,
        .version = matter->row.version + 1,
        .basis = move->transition->basis,
        .once = move->transition->once,
        .decision = move->transition->is_decision,
    };
    bool enters_pause = to != matter->state && matter->procedure->states[to].is_pause;
    if (enters_pause && !matter->procedure->states[matter->state].is_pause) {
        step->back = matter->row.state;
    }
    if (move->unit >= 0) {
        unit_moved(move, step);
    }
    enum verdict verdict = move_clocks(move, to, step);
    return verdict == VERDICT_OK ? units_change(move, to, step) : verdict;
}

/* The event type of a transition, as declared. */
const struct wire_message *event_of(const struct move *move)
{
    struct text emits = move->transition->emits;
    const char *owner = own_name(move->flow);
    struct text type = arena_print(move->decision->arena, "%s.%.*s.v1", owner, TEXT_PRINT(emits));
    const struct wire_message *message = wire_find(&moves_vocabulary, type);
    CHECK(message != NULL); /* the loader refuses events that are not declared */
    return message;
}

/* Who refuses says what may be done against it (L07, L21): where the case ends with it, or where
 * the person is told of it. What one officer proposes to the next is no refusal yet. */
static void refusal_complete(const struct move *move, struct case_moved *moved)
{
    const struct matter *matter = move->matter;
    int to = procedure_state_index(matter->procedure, moved->step.to);
    bool is_told =
        text_span_contains(&move->transition->then, TEXT_LITERAL("notification.message_queued"));
    if (move->unit < 0 && to >= 0 && (is_told || matter->procedure->states[to].is_end)) {
        moved->remedies = matter_remedies(matter, moved->fields.ground, moved->fields.reply_kind,
                                          move->decision->arena);
    }
}

/* Audit follows no filings: a case that comes to it brings along what it is. */
static void head_complete(const struct move *move, struct case_moved *moved)
{
    int to = procedure_state_index(move->matter->procedure, moved->step.to);
    if (to >= 0 && move->matter->procedure->states[to].owner == OWNER_AUDIT &&
        move->flow->owner != OWNER_AUDIT) {
        moved->head = row_head(&move->matter->row);
    }
}

/* The matter as it will be once the event is applied: for moves that follow at once. */
static void look_ahead(struct move *move, const struct wire_message *message,
                       const struct case_moved *moved)
{
    struct matter *matter = move->matter;
    struct event_envelope envelope = {.type = text_of(message->name),
                                      .actor = move->decision->actor};
    const char *owner = matter_owner(matter->procedure, moved->step.to, own_name(move->flow));
    matter->row = row_advance(&matter->row, matter->procedure, &envelope, moved, owner,
                              move->decision->arena);
    matter->state = procedure_state_index(matter->procedure, matter->row.state);
}

/* Sealing replaces values in place; what a meeting resolved is still needed plain, for those who
 * have to do it. */
static void points_copy(struct decision *decision, struct meeting_point_list *points)
{
    struct meeting_point *items = arena_take_array(decision->arena, points->count, sizeof *items);
    for (size_t i = 0; i < points->count; i++) {
        items[i] = points->items[i];
    }
    points->items = items;
}

enum verdict move_make(struct move *move, struct text trigger)
{
    struct case_moved moved = {.fields = *move->fields};
    moved.fields.members = units_members(move);
    struct decision *decision = move->decision;
    const struct flow_hooks *hooks = &move->flow->hooks;
    const struct wire_message *message = event_of(move);
    enum verdict verdict = hooks->check == NULL ? VERDICT_OK : hooks->check(move);
    if (verdict == VERDICT_OK) {
        verdict = step_make(move, trigger, &moved.step);
    }
    if (verdict == VERDICT_OK && hooks->complete != NULL) {
        verdict = hooks->complete(move, &moved);
    }
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    moved.fields.materials = (struct material_claim_list){0}; /* claims are not kept, files are */
    if (!text_is_empty(move->transition->ground)) {
        moved.fields.ground = move->transition->ground; /* the law's, not a person's */
    }
    refusal_complete(move, &moved);
    if (!text_is_empty(moved.fields.assignee)) {
        moved.assignee_before = move->matter->row.assignee;
    }
    points_copy(decision, &moved.fields.points);
    flow_seal(move, &case_moved_message, &moved);
    head_complete(move, &moved);
    emit_effective(decision, &move->matter->id, moved.receipt, message, &moved);
    if (hooks->after != NULL) {
        hooks->after(move, &moved);
    }
    look_ahead(move, message, &moved);
    more_emit(move, &moved);
    if (move->unit >= 0) {
        unit_tell(move);
    }
    if (!text_is_empty(move->transition->opens)) {
        child_open(move, &moved);
    }
    return VERDICT_OK;
}

/* -- signals and beginnings ----------------------------------------------------------------- */

bool signal_take(struct move *move, const char *signal)
{
    struct procedure_situation situation = move_situation(move);
    move->transition = procedure_match_signal(move->procedure, text_of(signal), &situation);
    return move->transition != NULL && move_make(move, text_of(signal)) == VERDICT_OK;
}

bool flow_signal(const struct flow *flow, struct decision *decision, struct matter *matter,
                 const char *signal)
{
    (void)recount_matter(flow, decision, matter);
    struct move move = move_of(flow, decision, matter);
    return signal_take(&move, signal);
}

/* The transition by which a case is filed: the first whose conditions hold. */
static const struct procedure_transition *first_transition(struct move *move)
{
    const struct procedure *procedure = move->procedure;
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        bool holds = transition->from < 0 && transition->trigger == TRIGGER_ACTION;
        for (size_t k = 0; holds && k < transition->condition_count; k++) {
            const struct procedure_condition *condition = &transition->conditions[k];
            struct text value = move_fact(move, condition->fact);
            holds = value.data != NULL && text_span_contains(&condition->values, value);
        }
        if (holds) {
            return transition;
        }
    }
    return NULL;
}

enum verdict flow_begin(const struct flow *flow, struct decision *decision, struct matter *matter,
                        struct case_step *ret_step)
{
    struct move move = move_of(flow, decision, matter);
    move.transition = first_transition(&move);
    CHECK(move.transition != NULL && move.transition->target == TARGET_STATE);
    *ret_step = (struct case_step){
        .action = move.transition->trigger_name,
        .to = matter->procedure->states[move.transition->to].name,
        .version = 1,
        .basis = move.transition->basis,
    };
    return move_clocks(&move, move.transition->to, ret_step);
}
