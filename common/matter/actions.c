/* Actions of people: who may do what now, which transition is meant, and why it is refused. */
#include "matter/internal.h"
#include "matter/recount.h"
#include "matter/registers.h"

#include <string.h>

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
    struct onlooker onlooker = {
        .principal = decision->principal, .state = decision->state, .now_ms = decision->now_ms};
    struct action_offered_list actions = matter_actions(flow, matter, &onlooker, decision->arena);
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

/* True when something is wrong with the field, or with a part of it. */
static bool has_error(const struct decision *decision, struct text field)
{
    struct text pointer = arena_print(decision->arena, "/fields/%.*s", TEXT_PRINT(field));
    for (size_t i = 0; i < decision->errors.count; i++) {
        if (text_starts_with(decision->errors.items[i].pointer, pointer.data)) {
            return true;
        }
    }
    return false;
}

/* The state would allow it; what the action carries is wrong: every bad field at once. */
static enum verdict contents_refuse(struct move *move, const struct procedure_match *match)
{
    struct text field = field_meant(move, match->failed->fact);
    bool is_field = text_starts_with(match->failed->fact, "field.");
    bool is_rest_sound = fields_check(move, match->meant) == VERDICT_OK;
    if ((is_field || is_rest_sound) && !has_error(move->decision, field)) {
        field_error(move->decision, field, match->refusal);
    }
    return refuse_fields(move->decision);
}

enum verdict mismatch_refuse(struct move *move, const struct procedure_match *match)
{
    struct decision *decision = move->decision;
    if (match->outcome == MATCH_NOT_YOURS) {
        return refuse(decision, PROBLEM_FORBIDDEN, "%s",
                      match->refusal == NULL ? "somebody else has to do this here"
                                             : match->refusal);
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

/* True when the action is not about another unit than this one. */
static bool unit_meant(const struct move *move, size_t unit)
{
    struct text named = move->fields->unit;
    return text_is_empty(named) || text_equal(named, move->matter->row.units.items[unit].stage);
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
        if (!unit_goes_by(&matter->row.units.items[i], units)) {
            continue;
        }
        struct move unit = *move;
        unit.procedure = units;
        unit.unit = (int)i;
        if (!unit_meant(move, i)) {
            continue;
        }
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

/* How many parties the caller could do this for: whose answer it is must be clear. */
static size_t parties_open_to(const struct move *move, struct text action)
{
    const struct matter *matter = move->matter;
    size_t count = 0;
    for (size_t i = 0; i < matter->row.units.count; i++) {
        struct move unit = *move;
        unit.unit = (int)i;
        struct procedure_situation situation = move_situation(&unit);
        bool is_party = !text_is_empty(matter->row.units.items[i].relation) &&
                        unit_goes_by(&matter->row.units.items[i], move->procedure);
        count +=
            is_party && unit_meant(move, i) &&
                    procedure_match_action(move->procedure, &matter->rules->catalogue->vocabulary,
                                           action, &situation)
                            .outcome == MATCH_FOUND
                ? 1
                : 0;
    }
    return count;
}

/* The role in which the caller acts: the first of the transition's that he holds. */
void actor_complete(struct move *move)
{
    const struct text_span *by = &move->transition->by;
    for (size_t i = 0; i < by->count; i++) {
        if (matter_holds(move->matter, move->decision->principal, by->items[i], move->unit)) {
            move->decision->actor.role = by->items[i];
            break;
        }
    }
    if (move->decision->principal->kind == PRINCIPAL_STAFF) {
        move->decision->actor.department = matter_place(move->matter, move->decision->principal,
                                                        move->decision->actor.role, move->unit);
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
    if (!flow_owns(flow, &matter.row)) {
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
    if (move.unit >= 0 && parties_open_to(&move, command->action) > 1) {
        field_error(decision, TEXT_LITERAL("unit"), "must say for which of those asked this is");
    }
    verdict = fields_check(&move, move.transition);
    if (verdict == VERDICT_OK && move.transition->with.count > 0 &&
        !move_has_second(&move, &move.transition->with)) {
        verdict = refuse(decision, PROBLEM_FORBIDDEN, "a second person has to take part in this");
    }
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    actor_complete(&move);
    if (!matter.procedure->of_hall && !badge_is_shown(flow, decision->state, matter.rules,
                                                      decision->principal, decision->actor.role)) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      "nobody serves without a badge: open your shift first");
    }
    struct text recused = move_recused(&move, command->action);
    if (!text_is_empty(recused)) {
        recusal_note(&move, command->action, recused);
        return VERDICT_OK;
    }
    verdict = move_form_check(&move);
    return verdict == VERDICT_OK ? move_make(&move, command->action) : verdict;
}
