/* What the fields of an action name: officers, items, powers, windows, departments. */
#include "matter/internal.h"
#include "matter/registers.h"

#include <string.h>

static bool works_in(const struct principal *officer, struct text department)
{
    for (size_t i = 0; i < officer->grants.count; i++) {
        struct text place = officer->grants.items[i].department;
        if (text_equal(place, department) || text_equal_string(place, "HALL") ||
            text_equal_string(place, "*")) {
            return true;
        }
    }
    return false;
}

/* True when the stage is that officer's to carry out, wherever he sits: supervision's, say. */
static bool carries_out(const struct move *move, const struct principal *officer)
{
    const struct catalogue_stage *stage = matter_stage(move->matter, move->unit);
    for (size_t i = 0; stage != NULL && i < stage->roles.count; i++) {
        if (matter_holds(move->matter, officer, stage->roles.items[i], move->unit)) {
            return true;
        }
    }
    return false;
}

/* True when he may be the second person of the transition, wherever he sits: the cashier of a
 * collection point, say. */
static bool seconds(const struct move *move, const struct procedure_transition *transition,
                    const struct principal *officer)
{
    for (size_t i = 0; transition != NULL && i < transition->with.count; i++) {
        if (matter_holds(move->matter, officer, transition->with.items[i], move->unit)) {
            return true;
        }
    }
    return false;
}

/* An officer must have an account here, and belong to the department that has the case or be the
 * second person of `transition` (NULL: it has none). */
static void officer_check(const struct move *move, const struct procedure_transition *transition,
                          struct text name, struct text login)
{
    if (text_is_empty(login)) {
        return;
    }
    const struct principal *officer = request_witness(move->decision->request, login);
    if (officer == NULL || officer->kind != PRINCIPAL_STAFF) {
        field_error(move->decision, name, "names somebody who has no account here");
    } else if (!works_in(officer, matter_department(move->matter, move->unit)) &&
               !carries_out(move, officer) && !seconds(move, transition, officer)) {
        field_error(move->decision, name, "names somebody of another department");
    }
}

/* The B that was named once for all was checked then. */
static bool is_standing(const struct move *move, struct text deputy)
{
    struct post_row post;
    return move->flow->registers != 0 &&
           post_find(move->flow, move->decision->state, move->decision->principal->login, &post) &&
           text_equal(post.standing, deputy);
}

static void deputy_check(const struct move *move)
{
    const struct text name = TEXT_LITERAL("deputy");
    struct text deputy = move->fields->deputy;
    if (!text_is_empty(deputy) && is_standing(move, deputy)) {
        return;
    }
    if (!text_is_empty(deputy) && text_equal(deputy, move->decision->principal->login)) {
        field_error(move->decision, name, "must be somebody else");
        return;
    }
    officer_check(move, NULL, name, deputy);
}

static void power_check(const struct move *move)
{
    const struct action_fields *fields = move->fields;
    if (text_is_empty(fields->item)) {
        return;
    }
    const struct catalogue_item *item =
        catalogue_item(move->matter->rules->catalogue, fields->item);
    if (item == NULL) {
        field_error(move->decision, TEXT_LITERAL("item"), "is not an item of the catalogue");
    } else if (!text_is_empty(fields->power) &&
               !power_is_delegated(item->procedure, fields->power)) {
        field_error(move->decision, TEXT_LITERAL("power"),
                    "is no power that this item delegates; decide is, where the item is open");
    }
}

static const struct wire_path fields_path = {.name = TEXT_LITERAL("fields")};

static void unit_check(const struct move *move, struct text code, const struct wire_path *at)
{
    if (!text_is_empty(code) && catalogue_unit(move->matter->rules->catalogue, code) == NULL) {
        wire_errors_add(&move->decision->errors, at,
                        "is not a department or body of the catalogue");
    }
}

static int32_t today_of(const struct move *move)
{
    struct zone zone = calendar_zone(move->matter->rules->calendar);
    return zone_date(zone, move->decision->now_ms).days;
}

/* Windows and units are those of the catalogue; what a meeting resolves is due on a day to come. */
static void places_check(const struct move *move)
{
    const struct catalogue *catalogue = move->matter->rules->catalogue;
    const struct action_fields *fields = move->fields;
    if (!text_is_empty(fields->window) && catalogue_window(catalogue, fields->window) == NULL) {
        field_error(move->decision, TEXT_LITERAL("window"), "is not a window of the hall");
    }
    for (size_t i = 0; i < fields->members.count; i++) {
        struct wire_path at = {
            .parent = &(struct wire_path){.parent = &fields_path, .name = TEXT_LITERAL("members")},
            .index = i};
        unit_check(move, fields->members.items[i], &at);
    }
    for (size_t i = 0; i < fields->points.count; i++) {
        struct wire_path point = {
            .parent = &(struct wire_path){.parent = &fields_path, .name = TEXT_LITERAL("points")},
            .index = i};
        struct wire_path department = {.parent = &point, .name = TEXT_LITERAL("department")};
        struct wire_path due = {.parent = &point, .name = TEXT_LITERAL("due")};
        unit_check(move, fields->points.items[i].department, &department);
        if (fields->points.items[i].due.days < today_of(move)) {
            wire_errors_add(&move->decision->errors, &due, "must be a day from today on");
        }
    }
}

static bool may_act(const struct procedure *procedure, struct text relation)
{
    for (size_t i = 0; procedure != NULL && i < procedure->transition_count; i++) {
        if (text_span_contains(&procedure->transitions[i].by, relation)) {
            return true;
        }
    }
    return false;
}

/* True when the procedure, or one of its sub-cases, has something to do for who holds it. */
static bool is_relation_of(const struct matter *matter, struct text relation)
{
    const struct procedure *procedure = matter->procedure;
    bool found = may_act(procedure, relation);
    for (size_t i = 0; procedure != NULL && i < procedure->state_count && !found; i++) {
        found = may_act(
            catalogue_procedure(matter->rules->catalogue, procedure->states[i].parallel), relation);
    }
    return found;
}

/* A party has something to do here, and is somebody. */
static void parties_check(const struct move *move)
{
    const struct party_list *parties = &move->fields->parties;
    struct wire_errors *errors = &move->decision->errors;
    const struct wire_path list = {.parent = &fields_path, .name = TEXT_LITERAL("parties")};
    for (size_t i = 0; i < parties->count; i++) {
        const struct party *party = &parties->items[i];
        struct wire_path at = {.parent = &list, .index = i};
        struct wire_path relation = {.parent = &at, .name = TEXT_LITERAL("relation")};
        struct wire_path department = {.parent = &at, .name = TEXT_LITERAL("department")};
        struct wire_path name = {.parent = &at, .name = TEXT_LITERAL("name")};
        if (!is_relation_of(move->matter, party->relation)) {
            wire_errors_add(errors, &relation, "has nothing to do in this matter");
        }
        if (text_is_empty(party->department) && text_is_empty(party->login) &&
            party->name.value.size == 0) {
            wire_errors_add(errors, &name, "must be given, or a department, or a sign-in name");
        }
        unit_check(move, party->department, &department);
    }
}

static void days_check(const struct move *move)
{
    const struct action_fields *fields = move->fields;
    int32_t today = today_of(move);
    if (fields->valid_from.days != 0 && fields->valid_from.days < today) {
        field_error(move->decision, TEXT_LITERAL("valid_from"), "must be a day from today on");
    }
    if (fields->valid_from.days != 0 && fields->valid_until.days != 0 &&
        fields->valid_until.days < fields->valid_from.days) {
        field_error(move->decision, TEXT_LITERAL("valid_until"),
                    "must not lie before the first day");
    }
}

void move_values_check(const struct move *move, const struct procedure_transition *transition)
{
    officer_check(move, NULL, TEXT_LITERAL("assignee"), move->fields->assignee);
    officer_check(move, transition, TEXT_LITERAL("officer"), move->fields->officer);
    deputy_check(move);
    power_check(move);
    places_check(move);
    parties_check(move);
    days_check(move);
}
