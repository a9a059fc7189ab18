/* Facts: what conditions of procedures compare (procedure/vocabulary.c). */
#include "matter/internal.h"

#include "base/check.h"

static struct text yes_or_no(bool value)
{
    return value ? TEXT_LITERAL("yes") : TEXT_LITERAL("no");
}

static struct text fact_materials(struct move *move)
{
    return move->matter->row.missing.count == 0 ? TEXT_LITERAL("complete")
                                                : TEXT_LITERAL("missing");
}

static struct text fact_list(struct move *move)
{
    /* A second list is for new facts only; they stand in its reasons (domain 4.1). */
    bool has_new_facts = move->fields->reasons.value.size > 0;
    return move->matter->row.asked_before && !has_new_facts ? TEXT_LITERAL("used_up")
                                                            : TEXT_LITERAL("allowed");
}

static struct text fact_ground(struct move *move)
{
    const struct catalogue_ground *ground = catalogue_ground(
        move->matter->rules->catalogue, move->matter->item->kind, move->fields->ground);
    return ground == NULL ? TEXT_LITERAL("none") : ground->use;
}

/* A joint item is one with stages that run in parallel. */
static struct text fact_joint(struct move *move)
{
    const struct catalogue_item *item = move->matter->item;
    for (size_t i = 0; i < item->stage_count; i++) {
        if (!text_is_empty(item->stages[i].parallel_group)) {
            return yes_or_no(true);
        }
    }
    return yes_or_no(false);
}

/* An item whose site stage is not optional always needs the check; one without never does. */
static struct text fact_site_check(struct move *move)
{
    const struct catalogue_stage *site = catalogue_stage(move->matter->item, TEXT_LITERAL("site"));
    bool needed = site != NULL && (!site->optional || move->fields->site_check);
    return needed ? TEXT_LITERAL("needed") : TEXT_LITERAL("not_needed");
}

static struct text fact_pause_cause(struct move *move)
{
    return text_span_contains(&move->matter->item->limits.excluded, move->fields->cause)
               ? TEXT_LITERAL("listed")
               : TEXT_LITERAL("unlisted");
}

static struct text fact_extension_head(struct move *move)
{
    struct text head = move->matter->item->limits.extension.approver;
    return yes_or_no(!text_is_empty(head) &&
                     matter_holds(move->matter, move->decision->principal, head, move->unit));
}

/* Counts the different officers who hold the caller's part: the caller and the witnesses. */
static struct text fact_officers(struct move *move)
{
    const struct catalogue_stage *stage = matter_stage(move->matter, move->unit);
    const struct request *request = move->decision->request;
    const struct text role = TEXT_LITERAL("field_checker");
    int64_t count = 1;
    for (size_t i = 0; request != NULL && i < request->witnesses.count; i++) {
        const struct principal *witness = &request->witnesses.items[i];
        bool is_new = !text_equal(witness->login, move->decision->principal->login);
        for (size_t k = 0; k < i && is_new; k++) {
            is_new = !text_equal(witness->login, request->witnesses.items[k].login);
        }
        count += is_new && matter_holds(move->matter, witness, role, move->unit) ? 1 : 0;
    }
    int64_t wanted = stage == NULL || stage->min_staff < 1 ? 1 : stage->min_staff;
    return count >= wanted ? TEXT_LITERAL("enough") : TEXT_LITERAL("too_few");
}

static struct text fact_authority(struct move *move)
{
    return move->matter->item->authority.delegated_to_window ? TEXT_LITERAL("delegated")
                                                             : TEXT_LITERAL("not_delegated");
}

static struct text fact_licence(struct move *move)
{
    return text_is_empty(move->matter->row.document) ? TEXT_LITERAL("not_made")
                                                     : TEXT_LITERAL("made");
}

/* Only an objection must cite a ground; one that is cited must be listed. */
static struct text fact_opinion_ground(struct move *move)
{
    bool cited = !text_is_empty(move->fields->ground);
    bool listed = text_equal_string(fact_ground(move), "refusal");
    bool owed = move->fields->opinion == OPINION_OBJECT;
    return (owed && !listed) || (cited && !listed) ? TEXT_LITERAL("missing")
                                                   : TEXT_LITERAL("given");
}

/* The text of an action's field: the name of an enum, yes or no, a code. */
static struct text fact_of_field(struct move *move, struct text name)
{
    size_t index = 0;
    const struct wire_field *field = wire_field_find(&action_fields_message, name, 0, &index);
    if (field == NULL) {
        return (struct text){0};
    }
    const void *value = wire_value(field, move->fields);
    switch (field->type) {
    case WIRE_ENUM:
        return wire_enum_name(field->enumeration, *(const int *)value);
    case WIRE_BOOL:
        return yes_or_no(*(const bool *)value);
    case WIRE_PUBLIC_TEXT:
        return *(const struct text *)value;
    default:
        return (struct text){0};
    }
}

struct text move_fact(struct move *move, struct text name)
{
    static const struct {
        const char *name;
        struct text (*value)(struct move *move);
    } facts[] = {
        {"materials", fact_materials},
        {"list", fact_list},
        {"ground", fact_ground},
        {"joint", fact_joint},
        {"site_check", fact_site_check},
        {"pause_cause", fact_pause_cause},
        {"extension_head", fact_extension_head},
        {"officers", fact_officers},
        {"authority", fact_authority},
        {"licence", fact_licence},
        {"opinion_ground", fact_opinion_ground},
    };
    if (text_starts_with(name, "field.")) {
        return fact_of_field(move, text_after(name, 6));
    }
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        if (text_equal_string(name, facts[i].name)) {
            return facts[i].value(move);
        }
    }
    return (struct text){0};
}

/* -- the situation ------------------------------------------------------------------------------
 */

static bool situation_holds(void *context, struct text role)
{
    struct move *move = context;
    return matter_holds(move->matter, move->decision->principal, role, move->unit);
}

static struct text situation_fact(void *context, struct text name)
{
    return move_fact(context, name);
}

static bool situation_made_before(void *context, const struct procedure_transition *transition)
{
    const struct move *move = context;
    const struct text_list *made = &move->matter->row.made;
    for (size_t i = 0; i < made->count; i++) {
        if (text_equal(made->items[i], transition->trigger_name)) {
            return true;
        }
    }
    return false;
}

struct procedure_situation move_situation(struct move *move)
{
    int state = move->matter->state;
    if (move->unit >= 0) {
        CHECK((size_t)move->unit < move->matter->row.units.count);
        state =
            procedure_state_index(move->procedure, move->matter->row.units.items[move->unit].state);
    }
    return (struct procedure_situation){
        .state = state,
        .holds = situation_holds,
        .fact = situation_fact,
        .made_before = situation_made_before,
        .context = move,
    };
}
