/* Who somebody is to a case, and what he may do. */
#include "matter/internal.h"

#include "base/check.h"

#include <string.h>

/* Body whose staff serve every department: the one window (S01). */
static const char hall_body[] = "HALL";

enum { ACTIONS_MAX = 32, FIELDS_MAX = 16 };

/* Relations that come from having filed the case; which of them a procedure names is its matter. */
static const char *const filer_relations[] = {
    "applicant",     "requester", "complainant", "asker",         "caller",
    "letter_writer", "payer",     "entrant",     "author",        "buyer",
    "hiring_unit",   "holder",    "reporter",    "deputy_author", "member_author"};

const struct catalogue_stage *matter_stage(const struct matter *matter, int unit)
{
    if (unit >= 0) {
        return catalogue_stage(matter->item, matter->row.units.items[unit].stage);
    }
    if (matter->state < 0) {
        return NULL;
    }
    const struct procedure_state *state = &matter->procedure->states[matter->state];
    return state->stages.count == 1 ? catalogue_stage(matter->item, state->stages.items[0]) : NULL;
}

struct text matter_department(const struct matter *matter, int unit)
{
    const struct catalogue_stage *stage = matter_stage(matter, unit);
    if (stage != NULL && stage->department != NULL) {
        return stage->department->code;
    }
    if (unit >= 0 && stage == NULL) {
        return matter->row.units.items[unit].department;
    }
    if (matter->state >= 0 && matter->procedure != NULL &&
        !text_is_empty(matter->procedure->states[matter->state].department)) {
        return matter->procedure->states[matter->state].department;
    }
    return text_is_empty(matter->row.department) ? matter->item->department->code
                                                 : matter->row.department;
}

static bool filed_by(const struct matter *matter, const struct principal *principal)
{
    if (principal->kind != PRINCIPAL_FILER && principal->kind != PRINCIPAL_PERSON) {
        return false;
    }
    bool same_session =
        principal->session.size > 0 && bytes_equal(principal->session, matter->row.session);
    return same_session || uuid_equal(&principal->case_id.uuid, &matter->id.uuid);
}

static bool is_filer_relation(const struct matter *matter, struct text role)
{
    if (text_equal_string(role, "representative")) {
        return matter->row.represented;
    }
    for (size_t i = 0; i < sizeof filer_relations / sizeof filer_relations[0]; i++) {
        if (text_equal_string(role, filer_relations[i])) {
            return true;
        }
    }
    return false;
}

/* True when the principal is that party: by name, or as staff of its department. */
static bool is_party(const struct principal *principal, struct text department, struct text login)
{
    if (principal->kind != PRINCIPAL_STAFF) {
        return false;
    }
    if (!text_is_empty(login)) {
        return text_equal(login, principal->login);
    }
    return !text_is_empty(department) && principal_works_in(principal, department);
}

/* Relations that come from the case's parties; in a unit that is a party, from that one alone. */
static bool holds_as_party(const struct matter *matter, const struct principal *principal,
                           struct text role, int unit)
{
    const struct case_unit *only = unit < 0 ? NULL : &matter->row.units.items[unit];
    if (only != NULL && !text_is_empty(only->relation)) {
        return text_equal(only->relation, role) &&
               is_party(principal, only->department, only->login);
    }
    for (size_t i = 0; i < matter->row.parties.count; i++) {
        const struct party *party = &matter->row.parties.items[i];
        if (text_equal(party->relation, role) &&
            is_party(principal, party->department, party->login)) {
            return true;
        }
    }
    return false;
}

struct text matter_place(const struct matter *matter, const struct principal *principal,
                         struct text role, int unit)
{
    for (size_t i = 0; i < matter->row.parties.count; i++) {
        const struct party *party = &matter->row.parties.items[i];
        if (text_equal(party->relation, role) && !text_is_empty(party->department) &&
            is_party(principal, party->department, party->login)) {
            return party->department;
        }
    }
    return matter_department(matter, unit);
}

/* Supervision looks over every department's shoulder (S44): it holds its role everywhere. */
static bool supervises(const struct matter *matter, const struct principal *principal,
                       struct text code)
{
    const struct catalogue_role *role = catalogue_role(matter->rules->catalogue, code);
    if (role == NULL || !text_equal_string(role->group, "supervisor")) {
        return false;
    }
    for (size_t i = 0; i < principal->grants.count; i++) {
        if (text_equal(principal->grants.items[i].role, code)) {
            return principal->kind == PRINCIPAL_STAFF;
        }
    }
    return false;
}

bool matter_holds(const struct matter *matter, const struct principal *principal, struct text role,
                  int unit)
{
    if (is_filer_relation(matter, role)) {
        return filed_by(matter, principal);
    }
    if (holds_as_party(matter, principal, role, unit) || supervises(matter, principal, role)) {
        return true;
    }
    return principal->kind == PRINCIPAL_STAFF &&
           (principal_holds(principal, role, matter_department(matter, unit)) ||
            principal_holds(principal, role, text_of(hall_body)));
}

static bool has_part(const struct matter *matter, struct text department)
{
    return text_equal_string(department, "*") || text_equal_string(department, hall_body) ||
           text_equal(department, matter->item->department->code) ||
           (!text_is_empty(matter->row.department) &&
            text_equal(department, matter->row.department)) ||
           text_span_contains(&matter->item->co_departments, department);
}

/* Accounts of the public hold roles too, so that officers can name them: they handle nothing. */
static bool is_of_public(const struct matter *matter, struct text code)
{
    const struct catalogue_role *role = catalogue_role(matter->rules->catalogue, code);
    return role != NULL && text_equal_string(role->group, "applicant");
}

/* Roles that look over all departments' shoulders. */
static bool oversees(const struct matter *matter, struct text code)
{
    const struct catalogue_role *role = catalogue_role(matter->rules->catalogue, code);
    return role != NULL &&
           (text_equal_string(role->group, "supervisor") ||
            text_equal_string(role->group, "auditor") ||
            text_equal_string(role->group, "cashier") || text_equal_string(role->group, "finance"));
}

/* What part somebody takes as a party, the strongest last. Staff of a unit that is asked or meets
 * handle the case with the others; who is named as a person only takes part. */
enum part {
    PART_NONE,
    PART_PERSON,
    PART_STAFF,
    PART_CONCEALED, /* the procedure conceals from it who filed */
};

static enum part part_of(const struct matter *matter, const struct principal *principal)
{
    enum part strongest = PART_NONE;
    for (size_t i = 0; i < matter->row.parties.count; i++) {
        const struct party *party = &matter->row.parties.items[i];
        bool conceals = matter->procedure != NULL &&
                        text_span_contains(&matter->procedure->conceals, party->relation);
        enum part part = conceals                      ? PART_CONCEALED
                         : text_is_empty(party->login) ? PART_STAFF
                                                       : PART_PERSON;
        if (part > strongest && is_party(principal, party->department, party->login)) {
            strongest = part;
        }
    }
    return strongest;
}

/* An officer of a unit that is complained about stays one, whatever else he holds: a window of the
 * hall gives nobody the name of who complained about his own unit. */
enum standing matter_standing(const struct matter *matter, const struct principal *principal)
{
    if (filed_by(matter, principal)) {
        return STANDING_FILER;
    }
    if (principal->kind == PRINCIPAL_SYSTEM) {
        return STANDING_CONCERNED;
    }
    if (principal->kind != PRINCIPAL_STAFF) {
        return STANDING_NONE;
    }
    enum part part = part_of(matter, principal);
    if (part == PART_CONCEALED) {
        return STANDING_PARTY;
    }
    for (size_t i = 0; i < principal->grants.count; i++) {
        const struct role_grant *grant = &principal->grants.items[i];
        if (!is_of_public(matter, grant->role) &&
            (has_part(matter, grant->department) || oversees(matter, grant->role))) {
            return STANDING_CONCERNED;
        }
    }
    if (part == PART_STAFF) {
        return STANDING_CONCERNED;
    }
    return part == PART_PERSON ? STANDING_PARTY : STANDING_UNCONCERNED;
}

enum standing matter_standing_of(const struct hall_rules *rules, struct text item,
                                 const struct case_id *id, const struct case_row *row,
                                 const struct principal *principal)
{
    struct matter matter = {.id = *id, .row = *row, .rules = rules, .state = -1};
    matter.item = rules == NULL ? NULL : catalogue_item(rules->catalogue, item);
    matter.procedure = matter.item == NULL ? NULL : matter.item->procedure;
    return matter.item == NULL ? STANDING_NONE : matter_standing(&matter, principal);
}

bool move_has_second(const struct move *move, const struct text_span *roles)
{
    const struct request *request = move->decision->request;
    for (size_t i = 0; request != NULL && i < request->witnesses.count; i++) {
        const struct principal *witness = &request->witnesses.items[i];
        if (text_equal(witness->login, move->decision->principal->login)) {
            continue;
        }
        for (size_t k = 0; k < roles->count; k++) {
            if (matter_holds(move->matter, witness, roles->items[k], move->unit)) {
                return true;
            }
        }
    }
    return false;
}

const char *matter_owner(const struct procedure *procedure, struct text state,
                         const char *otherwise)
{
    int index = procedure_state_index(procedure, state);
    const char *owner = index < 0 ? NULL : procedure_owner_name(procedure->states[index].owner);
    return owner == NULL ? otherwise : owner;
}

/* True when `trigger`, as it stands in an event, names what the transition answers. A clock's end
 * stands as "notice over", for a unit as "opinion:review-road over". */
static bool trigger_matches(const struct procedure_transition *transition, struct text trigger)
{
    if (transition->trigger != TRIGGER_CLOCK_OVER) {
        return text_equal(transition->trigger_name, trigger);
    }
    struct text rest = {0};
    struct text clock = text_split(trigger, ' ', &rest);
    struct text unit = {0};
    return text_equal_string(rest, "over") &&
           text_equal(text_split(clock, ':', &unit), transition->trigger_name);
}

/* True when the transition leads where the step says; for a unit that is not asked. */
static bool target_matches(const struct procedure *procedure,
                           const struct procedure_transition *transition,
                           const struct case_step *step)
{
    int to = procedure_state_index(procedure, step->to);
    return to >= 0 && (procedure_targets(procedure, transition) & UINT64_C(1) << to) != 0;
}

const struct procedure_transition *matter_transition(const struct hall_rules *rules,
                                                     const struct procedure *procedure,
                                                     const struct case_step *step)
{
    int from = procedure_state_index(procedure, step->from);
    bool of_unit = !text_is_empty(step->unit);
    if (of_unit && from >= 0) {
        procedure = catalogue_procedure(rules->catalogue, procedure->states[from].parallel);
        if (procedure == NULL) {
            return NULL;
        }
    }
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        bool leaves_here = of_unit ? transition->from >= 0 : transition->from == from;
        if (leaves_here && trigger_matches(transition, step->action) &&
            (of_unit || target_matches(procedure, transition, step))) {
            return transition;
        }
    }
    return NULL;
}

/* -- actions ------------------------------------------------------------------------------------
 */

struct gathering {
    struct arena *arena;
    struct action_offered_list *list;
    bool of_party; /* of one who was asked among others: which one is said in the field `unit` */
};

static struct text_list texts_of_span(const struct text_span *span, struct arena *arena)
{
    struct text_list list = {.items = arena_take_array(arena, span->count, sizeof(struct text)),
                             .count = span->count};
    for (size_t i = 0; i < span->count; i++) {
        list.items[i] = span->items[i];
    }
    return list;
}

static void texts_join(struct text_list *list, const struct text_span *more, struct arena *arena)
{
    struct text_list joined = {
        .items = arena_take_array(arena, list->count + more->count, sizeof(struct text)),
        .count = list->count};
    memcpy(joined.items, list->items, list->count * sizeof(struct text));
    for (size_t i = 0; i < more->count; i++) {
        bool is_there = false;
        for (size_t k = 0; k < joined.count && !is_there; k++) {
            is_there = text_equal(joined.items[k], more->items[i]);
        }
        if (!is_there && joined.count < FIELDS_MAX) {
            joined.items[joined.count++] = more->items[i];
        }
    }
    *list = joined;
}

static void unit_field_add(const struct gathering *gathering, struct text action)
{
    struct text unit = TEXT_LITERAL("unit");
    const struct text_span more = {.items = &unit, .count = gathering->of_party ? 1 : 0};
    for (size_t i = 0; i < gathering->list->count; i++) {
        if (text_equal(gathering->list->items[i].action, action)) {
            texts_join(&gathering->list->items[i].may, &more, gathering->arena);
        }
    }
}

/* An action with several transitions needs what all of them need, and may have what any may. */
static void action_join(struct gathering *gathering, const struct procedure_transition *transition)
{
    for (size_t i = 0; i < gathering->list->count; i++) {
        struct action_offered *offered = &gathering->list->items[i];
        if (!text_equal(offered->action, transition->trigger_name)) {
            continue;
        }
        struct text_list kept = {.items = offered->needs.items};
        struct text_span first = {offered->needs.items, offered->needs.count};
        texts_join(&offered->may, &first, gathering->arena);
        for (size_t k = 0; k < offered->needs.count; k++) {
            if (text_span_contains(&transition->needs, offered->needs.items[k])) {
                kept.items[kept.count++] = offered->needs.items[k];
            }
        }
        offered->needs = kept;
        texts_join(&offered->may, &transition->needs, gathering->arena);
        texts_join(&offered->may, &transition->may, gathering->arena);
        return;
    }
    if (gathering->list->count < ACTIONS_MAX) {
        gathering->list->items[gathering->list->count++] = (struct action_offered){
            .action = transition->trigger_name,
            .needs = texts_of_span(&transition->needs, gathering->arena),
            .may = texts_of_span(&transition->may, gathering->arena),
        };
    }
}

static void action_add(void *context, const struct procedure_transition *transition)
{
    action_join(context, transition);
    unit_field_add(context, transition->trigger_name);
}

/* What the units of the state go by; NULL when it has none, or the matter has not begun yet. */
static const struct procedure *units_procedure(const struct matter *matter)
{
    if (matter->state < 0) {
        return NULL;
    }
    const struct procedure_state *state = &matter->procedure->states[matter->state];
    return catalogue_procedure(matter->rules->catalogue, state->parallel);
}

struct action_offered_list matter_actions(const struct flow *flow, const struct matter *matter,
                                          const struct onlooker *onlooker, struct arena *arena)
{
    struct action_offered_list list = {
        .items = arena_take_array(arena, ACTIONS_MAX, sizeof *list.items)};
    struct gathering gathering = {.arena = arena, .list = &list};
    struct decision *asked = arena_take(arena, sizeof *asked);
    struct matter looked_at = *matter;
    asked->principal = onlooker->principal;
    asked->state = onlooker->state;
    asked->now_ms = onlooker->now_ms;
    asked->arena = arena;
    struct move move = move_of(flow, asked, &looked_at);
    struct procedure_situation situation = move_situation(&move);
    procedure_visit_actions(matter->procedure, &situation, action_add, &gathering);
    const struct procedure *units = units_procedure(matter);
    for (size_t i = 0; units != NULL && i < matter->row.units.count; i++) {
        if (!unit_goes_by(&matter->row.units.items[i], units)) {
            continue;
        }
        move.procedure = units;
        move.unit = (int)i;
        gathering.of_party = !text_is_empty(matter->row.units.items[i].relation);
        situation = move_situation(&move);
        procedure_visit_actions(units, &situation, action_add, &gathering);
    }
    return list;
}

struct clock_list matter_clocks(const struct case_row *row, struct arena *arena)
{
    struct clock_list list = {.items =
                                  arena_take_array(arena, row->clocks.count, sizeof *list.items)};
    for (size_t i = 0; i < row->clocks.count; i++) {
        list.items[list.count++] = row->clocks.items[i];
    }
    return list;
}
