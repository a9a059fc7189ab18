/* Sub-cases: the units of which a parallel state consists, each moving by a procedure of its own.
 */
#include "matter/internal.h"

#include "base/check.h"

#include <string.h>

enum { UNITS_MAX = 16 };

bool unit_goes_by(const struct case_unit *unit, const struct procedure *procedure)
{
    return text_equal(unit->procedure, procedure->name);
}

/* -- asking --------------------------------------------------------------------------------- */

/* Starts the clocks that the first transition of the sub-procedure starts, for unit `index` of a
 * matter whose units are already those of the step. */
static enum verdict unit_begin(struct move *move, const struct procedure *units, int index,
                               struct case_step *step)
{
    struct matter asked = *move->matter;
    asked.row.units = step->units;
    struct move unit = *move;
    unit.matter = &asked;
    unit.procedure = units;
    unit.unit = index;
    enum verdict verdict = VERDICT_OK;
    for (size_t i = 0; i < units->transition_count && verdict == VERDICT_OK; i++) {
        const struct procedure_transition *begin = &units->transitions[i];
        if (begin->from >= 0 || begin->trigger != TRIGGER_SIGNAL) {
            continue;
        }
        unit.transition = begin;
        for (size_t k = 0; k < begin->clock_step_count && verdict == VERDICT_OK; k++) {
            verdict = clock_operate(&unit, &begin->clock_steps[k], step);
        }
        step->units.items[index].state = units->states[begin->to].name;
        step->units.items[index].procedure = units->name;
    }
    return verdict;
}

/* A unit for each stage of the state, carried out by the stage's department. */
static void units_of_stages(struct move *move, const struct procedure_state *state,
                            struct case_unit_list *units)
{
    for (size_t i = 0; i < state->stages.count && units->count < UNITS_MAX; i++) {
        const struct catalogue_stage *stage =
            catalogue_stage(move->matter->item, state->stages.items[i]);
        if (stage == NULL) {
            continue;
        }
        const struct catalogue_unit *department =
            stage->department == NULL ? move->matter->item->department : stage->department;
        units->items[units->count++] =
            (struct case_unit){.stage = stage->id, .department = department->code};
    }
}

/* A unit for each party; those of the case with `relation`, or all that the action names. */
static void units_of_parties(struct move *move, const struct party_list *parties,
                             struct text relation, struct case_unit_list *units)
{
    for (size_t i = 0; i < parties->count && units->count < UNITS_MAX; i++) {
        const struct party *party = &parties->items[i];
        if (!text_is_empty(relation) && !text_equal(relation, party->relation)) {
            continue;
        }
        units->items[units->count++] = (struct case_unit){
            .stage =
                arena_print(move->decision->arena, "%.*s-%zu", TEXT_PRINT(party->relation), i + 1),
            .department = text_is_empty(party->department) ? matter_department(move->matter, -1)
                                                           : party->department,
            .relation = party->relation,
            .login = party->login,
        };
    }
}

static void units_make(struct move *move, const struct procedure_state *state,
                       const struct procedure *procedure, struct case_unit_list *units)
{
    switch (state->units) {
    case UNITS_OF_STAGES:
        units_of_stages(move, state, units);
        break;
    case UNITS_OF_PARTIES:
        units_of_parties(move, &move->fields->parties, (struct text){0}, units);
        break;
    case UNITS_OF_RELATION:
        units_of_parties(move, &move->matter->row.parties, state->units_relation, units);
        break;
    case UNITS_ONE:
        units->items[units->count++] = (struct case_unit){
            .stage = procedure->name, .department = matter_department(move->matter, -1)};
        break;
    }
}

/* What units of other procedures came to stays on record, as far as there is room. */
static void units_keep(const struct move *move, const struct procedure *procedure,
                       struct case_unit_list *units)
{
    const struct case_unit_list *before = &move->matter->row.units;
    for (size_t i = 0; i < before->count && units->count < UNITS_MAX / 2; i++) {
        if (!unit_goes_by(&before->items[i], procedure)) {
            units->items[units->count++] = before->items[i];
        }
    }
}

enum verdict units_ask(struct move *move, int to_state, struct case_step *step)
{
    const struct procedure_state *state = &move->matter->procedure->states[to_state];
    const struct procedure *units =
        catalogue_procedure(move->matter->rules->catalogue, state->parallel);
    enum verdict verdict = VERDICT_OK;
    CHECK(units != NULL);
    step->units.items =
        arena_take_array(move->decision->arena, UNITS_MAX, sizeof *step->units.items);
    units_keep(move, units, &step->units);
    size_t first = step->units.count;
    units_make(move, state, units, &step->units);
    for (size_t i = first; i < step->units.count && verdict == VERDICT_OK; i++) {
        verdict = unit_begin(move, units, (int)i, step);
    }
    return verdict;
}

enum verdict units_resume(struct move *move, struct case_step *step)
{
    const struct case_row *row = &move->matter->row;
    int back = procedure_state_index(move->matter->procedure, row->back);
    const struct procedure *units = catalogue_procedure(
        move->matter->rules->catalogue, move->matter->procedure->states[back].parallel);
    enum verdict verdict = VERDICT_OK;
    CHECK(units != NULL);
    step->units.count = row->units.count;
    step->units.items =
        arena_take_array(move->decision->arena, row->units.count, sizeof *step->units.items);
    memcpy(step->units.items, row->units.items, row->units.count * sizeof *row->units.items);
    for (size_t i = 0; i < row->units.count && verdict == VERDICT_OK; i++) {
        int state = procedure_state_index(units, row->units.items[i].state);
        if (unit_goes_by(&row->units.items[i], units) && state >= 0 &&
            !units->states[state].is_end) {
            verdict = unit_begin(move, units, (int)i, step);
        }
    }
    return verdict;
}

/* Those who meet: whom the action names, or the departments whose units came to no agreement. */
struct text_list units_members(const struct move *move)
{
    const struct matter *matter = move->matter;
    const struct procedure_transition *transition = move->transition;
    bool is_called = move->unit < 0 && transition->trigger == TRIGGER_SIGNAL &&
                     transition->target == TARGET_STATE &&
                     matter->procedure->states[transition->to].units == UNITS_ONE &&
                     !text_is_empty(matter->procedure->states[transition->to].parallel);
    struct text_list members = move->fields->members;
    if (!is_called || members.count > 0) {
        return members;
    }
    members.items =
        arena_take_array(move->decision->arena, matter->row.units.count, sizeof *members.items);
    for (size_t i = 0; i < matter->row.units.count; i++) {
        members.items[members.count++] = matter->row.units.items[i].department;
    }
    return members;
}

/* -- moving --------------------------------------------------------------------------------- */

/* Units stand in a state that consists of them: asked anew when it is entered, taken up where they
 * stood when the case comes back from a pause. */
enum verdict units_change(struct move *move, int to, struct case_step *step)
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
void unit_moved(struct move *move, struct case_step *step)
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

/* True when no unit is left to wait for. */
static bool all_ended(const struct matter *matter, const struct procedure *units)
{
    for (size_t i = 0; i < matter->row.units.count; i++) {
        int state = procedure_state_index(units, matter->row.units.items[i].state);
        if (!unit_goes_by(&matter->row.units.items[i], units)) {
            continue;
        }
        if (state < 0 || !units->states[state].is_end) {
            return false;
        }
    }
    return true;
}

void unit_tell(struct move *move)
{
    struct text signal = move->transition->tells;
    if (text_is_empty(signal) && all_ended(move->matter, move->procedure)) {
        signal = move->procedure->all_ended;
    }
    if (!text_is_empty(signal)) {
        struct move parent = move_of(move->flow, move->decision, move->matter);
        parent.at_ms = move->at_ms; /* what silence ends, it ends on the last day */
        (void)signal_take(&parent, signal.data);
    }
}
