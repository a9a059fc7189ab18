/* Looking at a case: how it stands, who may have something to do with it, what is offered to him.
 *
 * All of it comes from the procedure and from the services' answers. */
#include "year.h"

#include "base/check.h"
#include "events/approval.h"
#include "events/fee.h"
#include "events/intake.h"

/* Where every item's window stands. */
static const struct text hall_body = {"HALL", 4};

enum { OFFERS_MAX = 64 };

/* Weights of what somebody may do, by where it leads. */
enum {
    WEIGHT_ON = 80,       /* to a later state, or back from a pause */
    WEIGHT_ASIDE = 20,    /* the case stays where it is */
    WEIGHT_END = 5,       /* to an end, where a way on is left out */
    WEIGHT_DETOUR = 15,   /* to a state from which the only way on is back */
    WEIGHT_BACK = 8,      /* to an earlier state */
    WEIGHT_PAUSE = 8,     /* to a state that one comes back from */
    WEIGHT_COMMON = 1,    /* what all matters have */
    WEIGHT_CASHIER = 100, /* somebody pays */
};

/* -- what leads where ------------------------------------------------------------------------- */

/* True when a transition leads from the state to a later one, or to an earlier one, that is no end.
 */
static bool has_way(const struct procedure *procedure, int state, bool leads_on)
{
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        bool leaves = transition->from == state && transition->target == TARGET_STATE &&
                      transition->to != state && !procedure->states[transition->to].is_end;
        if (leaves && (transition->to > state) == leads_on) {
            return true;
        }
    }
    return false;
}

/* Somebody has to come back from there. */
static bool is_detour(const struct procedure *procedure, int state)
{
    return !has_way(procedure, state, true) && has_way(procedure, state, false);
}

/* True where all that leads on comes back: the case may stay there for as long as some named day
 * allows, or for ever. */
static bool is_arrived(const struct standing_now *now)
{
    const struct procedure *procedure = now->procedure;
    bool is_timed = now->state->stages.count > 0;
    for (size_t i = 0; i < now->state->clocks.count; i++) {
        const struct procedure_clock *clock =
            procedure_clock_find(procedure, now->state->clocks.items[i]);
        is_timed |= clock == NULL || clock->source != CLOCK_FROM_FIELD ||
                    !text_equal_string(clock->kind, "window"); /* what was promised is late */
    }
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        bool leads_on = transition->from == now->state_index &&
                        transition->target == TARGET_STATE && transition->to > now->state_index &&
                        !procedure->states[transition->to].is_end &&
                        !is_detour(procedure, transition->to);
        is_timed |= leads_on;
    }
    return !is_timed && !now->state->is_end && !now->state->is_pause;
}

/* -- how it stands ---------------------------------------------------------------------------- */

static const struct principal *anybody(struct arena *arena)
{
    struct principal *principal = arena_take(arena, sizeof *principal);
    principal->kind = PRINCIPAL_SYSTEM;
    return principal;
}

/* A text of an answer, by the name of its field; absent when the answer has none. */
static struct text text_of_answer(const struct wire_any *answer, const char *name)
{
    size_t index = 0;
    const struct wire_field *field = wire_field_find(answer->message, text_of(name), 0, &index);
    bool is_text = field != NULL && field->type == WIRE_PUBLIC_TEXT;
    return is_text ? *(const struct text *)wire_value(field, answer->data) : (struct text){0};
}

static void department_add(struct standing_now *now, struct text department)
{
    const size_t capacity = sizeof now->departments / sizeof now->departments[0];
    for (size_t i = 0; i < now->department_count; i++) {
        if (text_equal(now->departments[i], department)) {
            return;
        }
    }
    if (!text_is_empty(department) && now->department_count < capacity) {
        now->departments[now->department_count++] = department;
    }
}

/* Who takes part: by the stages of the state, the units that the answer names, the item. */
static void departments_find(const struct year_case *c, const struct wire_any *answer,
                             struct standing_now *now)
{
    size_t index = 0;
    size_t count = 0;
    const struct catalogue_item *item = c->item;
    const struct wire_field *field =
        wire_field_find(answer->message, TEXT_LITERAL("units"), 0, &index);
    for (size_t i = 0; item != NULL && i < now->state->stages.count; i++) {
        const struct catalogue_stage *stage = catalogue_stage(item, now->state->stages.items[i]);
        if (stage != NULL && stage->department != NULL) {
            department_add(now, stage->department->code);
        }
    }
    if (field != NULL && field->record == &unit_shown_message) {
        const struct unit_shown *units = wire_list_items(field, answer->data, &count);
        for (size_t i = 0; i < count; i++) {
            department_add(now, units[i].department);
        }
    }
    if (item != NULL) {
        department_add(now, item->department->code);
    }
    department_add(now, hall_body);
}

/* Money may be the business of any unit that charges, and of Finance. */
static void units_departments_add(const struct catalogue *catalogue, struct standing_now *now)
{
    department_add(now, now->state->department);
    for (size_t i = 0; i < catalogue->head.charging_unit_count; i++) {
        department_add(now, catalogue->head.charging_units[i].department->code);
    }
}

/* The question about a case that a service answers: the one that is a case's id and nothing else.
 */
static const struct wire_message *question_of(const struct sim_host *host)
{
    for (size_t i = 0; i < host->service->query_count; i++) {
        const struct wire_message *question = host->service->queries[i].message;
        if (question->field_count == 1 && question->fields[0].type == WIRE_ID &&
            text_equal_string(text_of(question->fields[0].name), "case_id")) {
            return question;
        }
    }
    return NULL;
}

static bool case_ask(struct world *world, const struct year_case *c, struct sim_host *host,
                     const struct principal *principal, struct wire_any *ret_answer)
{
    const struct wire_message *question = question_of(host);
    return question != NULL &&
           host_ask_any(host, principal, question, &c->id, &world->year->arena, ret_answer);
}

/* True when a clock of the case runs that is not over yet. */
static bool clock_runs(const struct world *world, const struct wire_any *answer)
{
    size_t index = 0;
    size_t count = 0;
    bool runs = false;
    const struct wire_field *field =
        wire_field_find(answer->message, TEXT_LITERAL("clocks"), 0, &index);
    if (field == NULL || field->record != &clock_message) {
        return false;
    }
    const struct clock *clocks = wire_list_items(field, answer->data, &count);
    for (size_t i = 0; i < count; i++) {
        runs |= clocks[i].phase == CLOCK_RUNNING && clocks[i].due > world->wall_ms;
    }
    return runs;
}

bool case_look(struct world *world, const struct year_case *c, struct standing_now *ret_now)
{
    struct wire_any answer = {0};
    struct arena *arena = &world->year->arena;
    const struct catalogue *catalogue = world->rules->catalogue;
    struct sim_host *fee = host_find(world, "fee");
    bool is_fees = false;
    if (!case_ask(world, c, host_find(world, "approval"), anybody(arena), &answer) &&
        !case_ask(world, c, host_find(world, "intake"), anybody(arena), &answer)) {
        is_fees = case_ask(world, c, fee, anybody(arena), &answer); /* a matter of its own */
        if (!is_fees) {
            return false;
        }
    }
    struct standing_now now = {.state_name = text_of_answer(&answer, "state")};
    now.owner =
        is_fees ? fee
                : host_find(world, arena_copy_text(arena, text_of_answer(&answer, "owner")).data);
    now.procedure = c->item == NULL
                        ? catalogue_procedure(catalogue, text_of_answer(&answer, "procedure"))
                        : c->item->procedure;
    if (now.owner == NULL || now.procedure == NULL) {
        return false;
    }
    now.state_index = procedure_state_index(now.procedure, now.state_name);
    if (now.state_index < 0) {
        world_fail(world, "case", "a case is in the state %.*s, which its procedure does not know",
                   TEXT_PRINT(now.state_name));
    }
    now.state = &now.procedure->states[now.state_index];
    now.units = catalogue_procedure(catalogue, now.state->parallel);
    now.is_waiting = !text_is_empty(now.state->rests) || clock_runs(world, &answer);
    now.is_arrived = is_arrived(&now);
    departments_find(c, &answer, &now);
    if (is_fees) {
        units_departments_add(catalogue, &now);
    }
    *ret_now = now;
    return true;
}

/* -- how likely ------------------------------------------------------------------------------- */

static unsigned transition_weight(const struct standing_now *now,
                                  const struct procedure_transition *transition)
{
    const struct procedure *procedure = now->procedure;
    if (transition->is_common) {
        return WEIGHT_COMMON;
    }
    if (transition->target == TARGET_BACK) {
        return WEIGHT_ON;
    }
    if (transition->target == TARGET_SAME || transition->to == now->state_index) {
        return WEIGHT_ASIDE;
    }
    const struct procedure_state *to = &procedure->states[transition->to];
    if (!has_way(procedure, now->state_index, true)) {
        return WEIGHT_ON; /* there is nothing better */
    }
    if (to->is_end) {
        return WEIGHT_END;
    }
    if (to->is_pause) {
        return WEIGHT_PAUSE;
    }
    if (transition->to < now->state_index) {
        return WEIGHT_BACK;
    }
    return is_detour(procedure, transition->to) ? WEIGHT_DETOUR : WEIGHT_ON;
}

/* Calls `visit` for each transition by somebody's action that the present state, or the state of
 * one of its units, may have. */
static void transitions_visit(const struct standing_now *now,
                              void (*visit)(void *context,
                                            const struct procedure_transition *transition,
                                            unsigned weight),
                              void *context)
{
    for (size_t i = 0; i < now->procedure->transition_count; i++) {
        const struct procedure_transition *transition = &now->procedure->transitions[i];
        if (transition->from == now->state_index && transition->trigger == TRIGGER_ACTION) {
            visit(context, transition, transition_weight(now, transition));
        }
    }
    for (size_t i = 0; now->units != NULL && i < now->units->transition_count; i++) {
        const struct procedure_transition *transition = &now->units->transitions[i];
        if (transition->from >= 0 && transition->trigger == TRIGGER_ACTION) {
            visit(context, transition, transition->is_common ? WEIGHT_COMMON : WEIGHT_ON);
        }
    }
}

struct weighing {
    struct text action;
    unsigned weight;
};

static void action_weigh(void *context, const struct procedure_transition *transition,
                         unsigned weight)
{
    struct weighing *weighing = context;
    if (text_equal(transition->trigger_name, weighing->action) && weight > weighing->weight) {
        weighing->weight = weight;
    }
}

unsigned action_weight(const struct standing_now *now, struct text action)
{
    struct weighing weighing = {.action = action};
    transitions_visit(now, action_weigh, &weighing);
    return weighing.weight;
}

bool action_is_own(const struct standing_now *now, struct text action)
{
    return action_weight(now, action) > WEIGHT_COMMON;
}

/* -- who ----------------------------------------------------------------------------------------
 */

struct gathering {
    struct world *world;
    const struct standing_now *now;
    struct candidate *candidates;
    size_t count;
};

static void candidate_add(struct gathering *gathering, struct text role, struct text department,
                          unsigned weight)
{
    for (size_t i = 0; i < gathering->count; i++) {
        struct candidate *other = &gathering->candidates[i];
        if (text_equal(other->role, role) && text_equal(other->department, department)) {
            other->weight = weight > other->weight ? weight : other->weight;
            return;
        }
    }
    if (gathering->count < CANDIDATES_MAX) {
        gathering->candidates[gathering->count++] =
            (struct candidate){.role = role, .department = department, .weight = weight};
    }
}

/* True when the relation is that of who files: it may make the first move. */
static bool is_of_filer(const struct standing_now *now, struct text relation)
{
    for (size_t i = 0; i < now->procedure->transition_count; i++) {
        const struct procedure_transition *transition = &now->procedure->transitions[i];
        if (transition->from < 0 && text_span_contains(&transition->by, relation)) {
            return true;
        }
    }
    return false;
}

/* Somebody by his relation to the case: who filed, or staff of whichever unit is a party to it. */
static void relation_gather(struct gathering *gathering, struct text relation, unsigned weight)
{
    const struct catalogue_head *head = &gathering->world->rules->catalogue->head;
    candidate_add(gathering, (struct text){0}, (struct text){0}, weight);
    for (size_t i = 0; !is_of_filer(gathering->now, relation) && i < head->unit_count; i++) {
        candidate_add(gathering, TEXT_LITERAL("handler"), head->units[i].code, weight);
    }
}

/* True for a role that looks over every department's shoulder: whoever holds it, wherever. */
static bool is_held_anywhere(const struct catalogue_role *role)
{
    return text_equal_string(role->group, "supervisor");
}

/* True for a role that is held for all units, being staff of none: the level above them decides
 * what is complained of about any of them. */
static bool is_held_everywhere(const struct catalogue_role *role)
{
    return text_equal_string(role->code, "government_head") ||
           text_equal_string(role->group, "auditor");
}

/* A role is held where the case is. */
static void role_gather(struct gathering *gathering, const struct catalogue_role *role,
                        unsigned weight)
{
    const struct catalogue_head *head = &gathering->world->rules->catalogue->head;
    const struct standing_now *now = gathering->now;
    if (is_held_everywhere(role)) {
        candidate_add(gathering, role->code, TEXT_LITERAL("*"), weight);
        return;
    }
    for (size_t i = 0; i < now->department_count; i++) {
        candidate_add(gathering, role->code, now->departments[i], weight);
    }
    for (size_t i = 0; is_held_anywhere(role) && i < head->unit_count; i++) {
        unsigned share = weight / (unsigned)head->unit_count; /* there are many of them */
        candidate_add(gathering, role->code, head->units[i].code, share > 0 ? share : 1);
    }
}

static void candidates_gather(void *context, const struct procedure_transition *transition,
                              unsigned weight)
{
    struct gathering *gathering = context;
    const struct catalogue *catalogue = gathering->world->rules->catalogue;
    for (size_t i = 0; i < transition->by.count; i++) {
        const struct catalogue_role *role = catalogue_role(catalogue, transition->by.items[i]);
        if (role == NULL) {
            relation_gather(gathering, transition->by.items[i], weight);
        } else {
            role_gather(gathering, role, weight);
        }
    }
}

size_t candidates_find(struct world *world, const struct year_case *c,
                       const struct standing_now *now, struct candidate candidates[CANDIDATES_MAX])
{
    struct gathering gathering = {.world = world, .now = now, .candidates = candidates};
    transitions_visit(now, candidates_gather, &gathering);
    for (size_t i = 0; i < now->procedure->transition_count; i++) {
        const struct procedure_transition *transition = &now->procedure->transitions[i];
        if (transition->from == now->state_index &&
            text_equal_string(transition->trigger_name, "bills_cleared") && !c->is_unpaid) {
            candidate_add(&gathering, TEXT_LITERAL("cashier"), hall_body, WEIGHT_CASHIER);
        }
    }
    return gathering.count;
}

/* What the procedure has for somebody: where the service that has the case tells no actions. */
struct reading_table {
    const struct candidate *candidate;
    struct arena *arena;
    struct action_offered_list list;
};

static struct text_list texts_of(const struct text_span *span)
{
    return (struct text_list){.items = (struct text *)(uintptr_t)span->items, .count = span->count};
}

static void offer_read(void *context, const struct procedure_transition *transition,
                       unsigned weight)
{
    struct reading_table *reading = context;
    const struct candidate *candidate = reading->candidate;
    bool is_his = text_span_contains(&transition->by, candidate->role) ||
                  (text_is_empty(candidate->role) && transition->by.count > 0);
    (void)weight;
    if (is_his && reading->list.count < OFFERS_MAX) {
        reading->list.items[reading->list.count++] =
            (struct action_offered){.action = transition->trigger_name,
                                    .needs = texts_of(&transition->needs),
                                    .may = texts_of(&transition->may)};
    }
}

static struct action_offered_list offers_read(struct world *world, const struct standing_now *now,
                                              const struct candidate *candidate)
{
    struct reading_table reading = {.candidate = candidate, .arena = &world->year->arena};
    reading.list.items = arena_take_array(reading.arena, OFFERS_MAX, sizeof *reading.list.items);
    transitions_visit(now, offer_read, &reading);
    world->year->offers_unasked++;
    return reading.list;
}

/* The place of the actions in the answer of the service that has the case; NULL: it has none. */
static const struct wire_field *actions_field(const struct wire_any *answer)
{
    size_t index = 0;
    const struct wire_field *field =
        wire_field_find(answer->message, TEXT_LITERAL("actions"), 0, &index);
    return field != NULL && field->record == &action_offered_message ? field : NULL;
}

struct action_offered_list offers_ask(struct world *world, const struct year_case *c,
                                      struct standing_now *now, const struct candidate *candidate,
                                      unsigned which)
{
    struct wire_any answer = {0};
    struct principal person = person_of(world, c, candidate, which);
    bool has_question = question_of(now->owner) != NULL;
    if (has_question && !case_ask(world, c, now->owner, &person, &answer)) {
        return (struct action_offered_list){0};
    }
    const struct wire_field *field = has_question ? actions_field(&answer) : NULL;
    now->tells_actions = field != NULL;
    return field == NULL ? offers_read(world, now, candidate)
                         : *(const struct action_offered_list *)wire_value(field, answer.data);
}
