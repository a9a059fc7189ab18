/* Deciding: from an action, a clock that is over or a signal to the events of a transition. */
#include "matter/internal.h"

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

static const char *own_name(const struct flow *flow)
{
    return procedure_owner_name(flow->owner);
}

static bool is_own(const struct flow *flow, const struct matter *matter)
{
    return text_equal_string(matter->row.owner, own_name(flow));
}

/* -- fields --------------------------------------------------------------------------------- */

static bool field_present(const struct action_fields *fields, struct text name)
{
    size_t index = 0;
    const struct wire_field *field = wire_field_find(&action_fields_message, name, 0, &index);
    return field != NULL && !wire_is_absent(field, fields);
}

void field_error(struct decision *decision, struct text name, const char *what)
{
    struct wire_path fields = {.name = TEXT_LITERAL("fields")};
    struct wire_path at = {.parent = &fields, .name = name};
    wire_errors_add(&decision->errors, &at, "%s", what);
}

/* What the transition needs must be there, what it does not know must not. */
static enum verdict fields_check(struct move *move, const struct procedure_transition *transition)
{
    for (size_t i = 0; i < transition->needs.count; i++) {
        if (!field_present(move->fields, transition->needs.items[i])) {
            field_error(move->decision, transition->needs.items[i], "must be given");
        }
    }
    for (size_t i = 0; i < action_fields_message.field_count; i++) {
        struct text name = {action_fields_message.fields[i].name,
                            action_fields_message.fields[i].name_size};
        if (field_present(move->fields, name) && !text_span_contains(&transition->needs, name) &&
            !text_span_contains(&transition->may, name)) {
            field_error(move->decision, name, "does not belong to this action");
        }
    }
    move_assignee_check(move);
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

/* Units stand in a state that consists of them: asked anew when it is entered, taken up where they
 * stood when the case comes back from a pause. */
static enum verdict units_change(struct move *move, int to, struct case_step *step)
{
    const struct matter *matter = move->matter;
    if (move->unit >= 0 || to == matter->state ||
        text_is_empty(matter->procedure->states[to].parallel)) {
        return VERDICT_OK;
    }
    return move->transition->target == TARGET_BACK ? units_resume(move, step)
                                                   : units_ask(move, to, step);
}

/* The units after one of them moved. */
static void unit_moved(struct move *move, struct case_step *step)
{
    const struct case_unit_list *units = &move->matter->row.units;
    step->units.count = units->count;
    step->units.items =
        arena_take_array(move->decision->arena, units->count, sizeof *step->units.items);
    memcpy(step->units.items, units->items, units->count * sizeof *units->items);
    struct case_unit *unit = &step->units.items[move->unit];
    step->unit = unit->stage;
    if (move->transition->target == TARGET_STATE) {
        unit->state = move->procedure->states[move->transition->to].name;
    }
    if (move->fields->opinion != opinion_absent) {
        unit->opinion = move->fields->opinion;
    }
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
static const struct wire_message *event_of(const struct move *move)
{
    struct text emits = move->transition->emits;
    const char *owner = own_name(move->flow);
    struct text type = arena_print(move->decision->arena, "%s.%.*s.v1", owner, TEXT_PRINT(emits));
    const struct wire_message *message = wire_find(&moves_vocabulary, type);
    CHECK(message != NULL); /* the loader refuses events that are not declared */
    return message;
}

/* Who refuses says what may be done against it (L07, L21). */
static void refusal_complete(const struct move *move, struct case_moved *moved)
{
    const struct matter *matter = move->matter;
    int to = procedure_state_index(matter->procedure, moved->step.to);
    if (move->unit < 0 && to >= 0 && matter->procedure->states[to].is_end) {
        moved->remedies = matter_remedies(matter, moved->fields.ground, move->decision->arena);
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
    matter->row = row_advance(&matter->row, &envelope, moved, owner, move->decision->arena);
    matter->state = procedure_state_index(matter->procedure, matter->row.state);
}

/* What the units of a review amount to; NULL while one is still asked. One that objects calls the
 * meeting at once: the others are heard there. */
static const char *units_signal(const struct matter *matter)
{
    const struct procedure *units = catalogue_procedure(
        matter->rules->catalogue, matter->procedure->states[matter->state].parallel);
    bool all_spoke = units != NULL;
    for (size_t i = 0; units != NULL && i < matter->row.units.count; i++) {
        const struct case_unit *unit = &matter->row.units.items[i];
        int state = procedure_state_index(units, unit->state);
        if (unit->opinion == OPINION_OBJECT) {
            return "reviews_disputed";
        }
        all_spoke = all_spoke && state >= 0 && units->states[state].is_end;
    }
    return all_spoke ? "reviews_agreed" : NULL;
}

/* After a unit moved: all agree, one objects, or one was silent past its time of grace. */
static void units_conclude(struct move *move)
{
    const char *signal = units_signal(move->matter);
    bool silent = move->transition->trigger == TRIGGER_CLOCK_OVER &&
                  text_equal_string(move->transition->trigger_name, "grace");
    if (silent) {
        signal = "reviews_disputed";
    }
    if (signal != NULL) {
        (void)flow_signal(move->flow, move->decision, move->matter, signal);
    }
}

enum verdict move_make(struct move *move, struct text trigger)
{
    struct case_moved moved = {.fields = *move->fields};
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
    refusal_complete(move, &moved);
    if (!text_is_empty(moved.fields.assignee)) {
        moved.assignee_before = move->matter->row.assignee;
    }
    flow_seal(move, &case_moved_message, &moved);
    emit_effective(decision, &move->matter->id, moved.receipt, message, &moved);
    if (hooks->after != NULL) {
        hooks->after(move, &moved);
    }
    look_ahead(move, message, &moved);
    if (move->unit >= 0) {
        units_conclude(move);
    }
    return VERDICT_OK;
}

/* -- actions -------------------------------------------------------------------------------- */

static enum verdict standing_check(struct decision *decision, const struct matter *matter)
{
    enum standing standing = matter_standing(matter, decision->principal);
    if (standing == STANDING_NONE) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such case");
    }
    if (standing == STANDING_UNCONCERNED) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      "this case is not of your department; ask the department in charge");
    }
    return VERDICT_OK;
}

static void actions_allow(const struct flow *flow, struct decision *decision,
                          const struct matter *matter)
{
    struct action_offered_list actions =
        matter_actions(flow, matter, decision->principal, decision->arena);
    for (size_t i = 0; i < actions.count; i++) {
        decision_allow(decision, actions.items[i].action);
    }
}

/* The field that a condition about the action is about. */
static struct text field_meant(const struct move *move, struct text fact)
{
    const struct procedure_vocabulary *vocabulary = &move->matter->rules->catalogue->vocabulary;
    for (size_t i = 0; i < vocabulary->fact_count; i++) {
        if (text_equal_string(fact, vocabulary->facts[i].name)) {
            return text_of(vocabulary->facts[i].field);
        }
    }
    return text_after(fact, strlen("field."));
}

/* The state would allow it; what the action carries is wrong: every bad field at once. */
static enum verdict contents_refuse(struct move *move, const struct procedure_match *match)
{
    if (fields_check(move, match->meant) == VERDICT_OK) {
        field_error(move->decision, field_meant(move, match->failed->fact), match->refusal);
    }
    return refuse_fields(move->decision);
}

static enum verdict mismatch_refuse(struct move *move, const struct procedure_match *match)
{
    struct decision *decision = move->decision;
    if (match->outcome == MATCH_NOT_YOURS) {
        return refuse(decision, PROBLEM_FORBIDDEN, "somebody else has to do this here");
    }
    if (match->failed != NULL && match->failed->of_action) {
        return contents_refuse(move, match);
    }
    actions_allow(move->flow, decision, move->matter);
    if (match->outcome == MATCH_CONDITION) {
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW, "%s", match->refusal);
    }
    return refuse(decision, PROBLEM_NOT_ALLOWED_NOW,
                  "the case is in the state %.*s, which does not know this action",
                  TEXT_PRINT(move->matter->row.state));
}

/* The better of two outcomes: what found something, then what came nearest. */
static bool is_nearer(enum match_outcome left, enum match_outcome right)
{
    static const int rank[] = {
        [MATCH_FOUND] = 3, [MATCH_CONDITION] = 2, [MATCH_NOT_YOURS] = 1, [MATCH_NO_ACTION] = 0};
    return rank[left] > rank[right];
}

/* Looks for the action in the units of a parallel state, then in the case itself. */
static struct procedure_match action_match(struct move *move, struct text action)
{
    const struct matter *matter = move->matter;
    const struct procedure_vocabulary *vocabulary = &matter->rules->catalogue->vocabulary;
    const struct procedure *units = catalogue_procedure(
        matter->rules->catalogue, matter->procedure->states[matter->state].parallel);
    struct procedure_situation situation = move_situation(move);
    struct procedure_match best =
        procedure_match_action(matter->procedure, vocabulary, action, &situation);
    for (size_t i = 0; units != NULL && i < matter->row.units.count; i++) {
        struct move unit = *move;
        unit.procedure = units;
        unit.unit = (int)i;
        situation = move_situation(&unit);
        struct procedure_match match =
            procedure_match_action(units, vocabulary, action, &situation);
        if (is_nearer(match.outcome, best.outcome)) {
            best = match;
            move->procedure = units;
            move->unit = (int)i;
        }
    }
    return best;
}

/* The role in which the caller acts: the first of the transition's that he holds. */
static void actor_complete(struct move *move)
{
    const struct text_span *by = &move->transition->by;
    for (size_t i = 0; i < by->count; i++) {
        if (matter_holds(move->matter, move->decision->principal, by->items[i], move->unit)) {
            move->decision->actor.role = by->items[i];
            break;
        }
    }
    if (move->decision->principal->kind == PRINCIPAL_STAFF) {
        move->decision->actor.department = matter_department(move->matter, move->unit);
    }
}

enum verdict flow_act(const struct flow *flow, struct decision *decision,
                      const struct case_act *command)
{
    struct matter matter;
    if (!matter_load(flow, decision->state, &command->case_id, &matter)) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such case");
    }
    enum verdict verdict = standing_check(decision, &matter);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (!is_own(flow, &matter)) {
        return refuse(decision, PROBLEM_ELSEWHERE, "%.*s", TEXT_PRINT(matter.row.owner));
    }
    if (decision->request->if_match != 0 && decision->request->if_match != matter.row.version) {
        return refuse(decision, PROBLEM_STALE,
                      "the case has changed since you read it; read it again");
    }
    (void)recount_matter(flow, decision, &matter);
    struct move move = move_of(flow, decision, &matter);
    move.fields = &command->fields;
    struct procedure_match match = action_match(&move, command->action);
    if (match.outcome != MATCH_FOUND) {
        return mismatch_refuse(&move, &match);
    }
    move.transition = match.transition;
    verdict = fields_check(&move, move.transition);
    if (verdict == VERDICT_OK && move.transition->with.count > 0 &&
        !move_has_second(&move, &move.transition->with)) {
        verdict = refuse(decision, PROBLEM_FORBIDDEN, "a second person has to take part in this");
    }
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    actor_complete(&move);
    return move_make(&move, command->action);
}

/* -- signals and beginnings ----------------------------------------------------------------- */

bool flow_signal(const struct flow *flow, struct decision *decision, struct matter *matter,
                 const char *signal)
{
    (void)recount_matter(flow, decision, matter);
    struct move move = move_of(flow, decision, matter);
    struct procedure_situation situation = move_situation(&move);
    move.transition = procedure_match_signal(matter->procedure, text_of(signal), &situation);
    return move.transition != NULL && move_make(&move, text_of(signal)) == VERDICT_OK;
}

enum verdict flow_begin(const struct flow *flow, struct decision *decision, struct matter *matter,
                        struct case_step *ret_step)
{
    struct move move = move_of(flow, decision, matter);
    for (size_t i = 0; i < matter->procedure->transition_count && move.transition == NULL; i++) {
        if (matter->procedure->transitions[i].from < 0) {
            move.transition = &matter->procedure->transitions[i];
        }
    }
    CHECK(move.transition != NULL && move.transition->target == TARGET_STATE);
    *ret_step = (struct case_step){
        .action = move.transition->trigger_name,
        .to = matter->procedure->states[move.transition->to].name,
        .version = 1,
        .basis = move.transition->basis,
    };
    return move_clocks(&move, move.transition->to, ret_step);
}
