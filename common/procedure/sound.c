/* What makes a table sound beyond its names: every state reached, an end in reach, clocks that run
 * where they should and stop, one answer to each trigger. */
#include "procedure/draft.h"

/* Sets of states or of clocks are bits: there are at most 64 of each. */
static uint64_t bit(size_t index)
{
    return UINT64_C(1) << index;
}

static struct text state_field(const struct procedure_draft *draft, size_t index)
{
    return arena_print(draft->file->arena, "states.%.*s",
                       TEXT_PRINT(draft->procedure->states[index].name));
}

/* How errors name a transition: what is common to all matters does not stand in the list. */
static struct text transition_field(const struct procedure_draft *draft, size_t index)
{
    const struct procedure_transition *t = &draft->procedure->transitions[index];
    if (t->is_common) {
        return procedure_common_field(draft, t);
    }
    return arena_print(draft->file->arena, "transitions[%zu]", index);
}

/* -- states --------------------------------------------------------------------------------- */

static void check_reachable(const struct procedure_draft *draft)
{
    const struct procedure *p = draft->procedure;
    uint64_t reached = 0;
    uint64_t before = 1;
    while (reached != before) {
        before = reached;
        for (size_t i = 0; i < p->transition_count; i++) {
            const struct procedure_transition *t = &p->transitions[i];
            if (t->from < 0 || (reached & bit((size_t)t->from)) != 0) {
                reached |= procedure_targets(p, t);
            }
        }
    }
    for (size_t i = 0; i < p->state_count; i++) {
        if ((reached & bit(i)) == 0) {
            yaml_error(draft->file, p->states[i].line, state_field(draft, i),
                       "is never reached: no transition leads here from the beginning; lead one "
                       "here, or take the state out");
        }
    }
}

static void check_ends_in_reach(const struct procedure_draft *draft)
{
    const struct procedure *p = draft->procedure;
    uint64_t good = 0;
    for (size_t i = 0; i < p->state_count; i++) {
        good |= p->states[i].is_end ? bit(i) : 0;
    }
    uint64_t before = ~good;
    while (good != before) {
        before = good;
        for (size_t i = 0; i < p->transition_count; i++) {
            const struct procedure_transition *t = &p->transitions[i];
            if (t->from >= 0 && (procedure_targets(p, t) & good) != 0) {
                good |= bit((size_t)t->from);
            }
        }
    }
    for (size_t i = 0; i < p->state_count; i++) {
        if ((good & bit(i)) == 0) {
            yaml_error(draft->file, p->states[i].line, state_field(draft, i),
                       "has no way to an end: a case would stay here for ever; lead a transition "
                       "on to an end, or say end: true");
        }
    }
}

static void check_states_wait(const struct procedure_draft *draft)
{
    const struct procedure *p = draft->procedure;
    for (size_t i = 0; i < p->state_count; i++) {
        const struct procedure_state *state = &p->states[i];
        bool has_clock = state->stages.count + state->clocks.count > 0;
        bool rests = !text_is_empty(state->rests);
        if (state->is_end && (has_clock || rests || state->withdrawable)) {
            yaml_error(draft->file, state->line, state_field(draft, i),
                       "is an end: no stage, clock, rest or withdrawal belongs to it");
        }
        if (!state->is_end && !has_clock && !rests) {
            yaml_error(draft->file, state->line, state_field(draft, i),
                       "waits without a clock: name stages or clocks, or say rests: why none runs");
        }
        if (has_clock && rests) {
            yaml_error(draft->file, state->line, state_field(draft, i),
                       "says that it rests, but names stages or clocks");
        }
    }
}

static void check_exits(const struct procedure_draft *draft)
{
    const struct procedure *p = draft->procedure;
    bool has_beginning = false;
    for (size_t i = 0; i < p->transition_count; i++) {
        const struct procedure_transition *t = &p->transitions[i];
        has_beginning |= t->from < 0;
        if (t->from >= 0 && p->states[t->from].is_end && t->target != TARGET_SAME &&
            !procedure_sets_aside(t)) {
            yaml_error(draft->file, t->line, transition_field(draft, i),
                       "leaves %.*s, which is an end: only what sets a decision aside (if: "
                       "appealed) may do that",
                       TEXT_PRINT(p->states[t->from].name));
        }
        if (procedure_decider(p, t) == OWNER_NONE && !text_is_empty(t->emits)) {
            yaml_error(draft->file, t->line, transition_field(draft, i),
                       "has nobody to decide it: %.*s has no owner",
                       TEXT_PRINT(p->states[t->from >= 0 ? t->from : t->to].name));
        }
        if (t->target == TARGET_BACK && procedure_targets(p, t) == 0) {
            yaml_error(draft->file, t->line, transition_field(draft, i),
                       "leads back, but no state leads to %.*s",
                       TEXT_PRINT(p->states[t->from].name));
        }
    }
    if (!has_beginning) {
        yaml_error(draft->file, 1, TEXT_LITERAL("transitions"),
                   "must have one from none, where a case begins");
    }
}

/* -- decisions ------------------------------------------------------------------------------ */

static bool takes_decision(const struct procedure *p, struct text state)
{
    for (size_t i = 0; i < p->transition_count; i++) {
        const struct procedure_transition *t = &p->transitions[i];
        if (t->is_decision && t->from >= 0 && text_equal(p->states[t->from].name, state)) {
            return true;
        }
    }
    return false;
}

/* What is set aside must be a decision; a remedy is sought against nothing else. */
static void check_appealed(const struct procedure_draft *draft)
{
    const struct procedure *p = draft->procedure;
    for (size_t i = 0; i < p->transition_count; i++) {
        const struct procedure_transition *t = &p->transitions[i];
        for (size_t k = 0; k < t->condition_count; k++) {
            const struct procedure_condition *condition = &t->conditions[k];
            bool is_appealed = text_equal_string(condition->fact, "appealed");
            for (size_t v = 0; is_appealed && v < condition->values.count; v++) {
                if (!takes_decision(p, condition->values.items[v])) {
                    yaml_error(draft->file, condition->line, transition_field(draft, i),
                               "asks for a decision that was taken in %.*s: mark the line there "
                               "that takes it with decision: true",
                               TEXT_PRINT(condition->values.items[v]));
                }
            }
        }
    }
}

/* -- clocks --------------------------------------------------------------------------------- */

/* Which clocks may run, and which may be paused, when a state is entered. */
struct clock_sets {
    uint64_t running[PROCEDURE_STATES_MAX];
    uint64_t paused[PROCEDURE_STATES_MAX];
};

static size_t clock_index(const struct procedure *p, struct text name)
{
    return (size_t)(procedure_clock_find(p, name) - p->clocks);
}

/* The clocks that a state names, by themselves or through its stages. */
static uint64_t clocks_named(const struct procedure *p, const struct procedure_state *state)
{
    uint64_t named = 0;
    for (size_t i = 0; i < p->clock_count; i++) {
        const struct procedure_clock *clock = &p->clocks[i];
        bool by_stage =
            clock->source == CLOCK_FROM_STAGE && text_span_contains(&state->stages, clock->stage);
        named |= by_stage || text_span_contains(&state->clocks, clock->name) ? bit(i) : 0;
    }
    return named;
}

/* Clocks of a stage of `from` that is no stage of `to` end by themselves. */
static uint64_t clocks_left_behind(const struct procedure *p, int from, size_t to)
{
    uint64_t left = 0;
    for (size_t i = 0; from >= 0 && i < p->clock_count; i++) {
        const struct procedure_clock *clock = &p->clocks[i];
        if (clock->source == CLOCK_FROM_STAGE &&
            text_span_contains(&p->states[from].stages, clock->stage) &&
            !text_span_contains(&p->states[to].stages, clock->stage)) {
            left |= bit(i);
        }
    }
    return left;
}

static void step_apply(const struct procedure *p, const struct procedure_clock_step *step,
                       uint64_t *running, uint64_t *paused)
{
    if (text_equal_string(step->clock, "all")) {
        *running = 0;
        *paused = 0;
        return;
    }
    uint64_t clock = bit(clock_index(p, step->clock));
    switch (step->operation) {
    case CLOCK_OP_STOP:
        *running &= ~clock;
        *paused &= ~clock;
        break;
    case CLOCK_OP_PAUSE:
        *running &= ~clock;
        *paused |= clock;
        break;
    case CLOCK_OP_START:
    case CLOCK_OP_RESTART:
    case CLOCK_OP_RESUME:
    case CLOCK_OP_REOPEN:
        *running |= clock;
        *paused &= ~clock;
        break;
    case CLOCK_OP_EXTEND:
    case CLOCK_OP_POSTPONE:
        break;
    }
}

/* The clocks that may run or be paused where `t` begins. What a state names runs there, though its
 * owner may have started it with an event of its own. */
static void clocks_before(const struct procedure *p, const struct clock_sets *sets,
                          const struct procedure_transition *t, uint64_t *ret_running,
                          uint64_t *ret_paused)
{
    *ret_running = t->from < 0 ? 0 : sets->running[t->from] | clocks_named(p, &p->states[t->from]);
    *ret_paused = t->from < 0 ? 0 : sets->paused[t->from];
}

static void clocks_after(const struct procedure *p, const struct clock_sets *sets,
                         const struct procedure_transition *t, uint64_t *ret_running,
                         uint64_t *ret_paused)
{
    clocks_before(p, sets, t, ret_running, ret_paused);
    for (size_t i = 0; i < t->clock_step_count; i++) {
        step_apply(p, &t->clock_steps[i], ret_running, ret_paused);
    }
}

/* Follows every transition until nothing new runs anywhere. */
static void clocks_follow(const struct procedure *p, struct clock_sets *sets)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < p->transition_count; i++) {
            const struct procedure_transition *t = &p->transitions[i];
            uint64_t running = 0;
            uint64_t paused = 0;
            clocks_after(p, sets, t, &running, &paused);
            uint64_t targets = procedure_targets(p, t);
            for (size_t to = 0; to < p->state_count; to++) {
                if ((targets & bit(to)) == 0) {
                    continue;
                }
                uint64_t arriving = running & ~clocks_left_behind(p, t->from, to);
                changed |= (arriving & ~sets->running[to]) != 0;
                changed |= (paused & ~sets->paused[to]) != 0;
                sets->running[to] |= arriving;
                sets->paused[to] |= paused;
            }
        }
    }
}

/* Why `step` cannot be done, NULL when it can. */
static const char *step_obstacle(const struct procedure *p, const struct procedure_clock_step *step,
                                 uint64_t running, uint64_t paused)
{
    if (text_equal_string(step->clock, "all")) {
        return NULL;
    }
    uint64_t clock = bit(clock_index(p, step->clock));
    bool runs = (running & clock) != 0;
    bool is_paused = (paused & clock) != 0;
    switch (step->operation) {
    case CLOCK_OP_START:
        return NULL;
    case CLOCK_OP_STOP:
        return runs || is_paused ? NULL : "is stopped but never runs";
    case CLOCK_OP_PAUSE:
        return runs ? NULL : "is paused but never runs";
    case CLOCK_OP_RESUME:
        return is_paused ? NULL : "is resumed but never paused";
    case CLOCK_OP_RESTART:
        return runs || is_paused ? NULL : "is restarted but never runs";
    case CLOCK_OP_EXTEND:
        return runs || is_paused ? NULL : "is extended but never runs";
    case CLOCK_OP_POSTPONE:
        return runs || is_paused ? NULL : "is postponed but never runs";
    case CLOCK_OP_REOPEN:
        return runs || is_paused ? "is reopened where it still runs" : NULL;
    }
    return NULL;
}

static struct text from_name(const struct procedure *p, const struct procedure_transition *t)
{
    return t->from < 0 ? TEXT_LITERAL("none") : p->states[t->from].name;
}

static void check_steps(const struct procedure_draft *draft, const struct clock_sets *sets)
{
    const struct procedure *p = draft->procedure;
    for (size_t i = 0; i < p->transition_count; i++) {
        const struct procedure_transition *t = &p->transitions[i];
        uint64_t running = 0;
        uint64_t paused = 0;
        clocks_before(p, sets, t, &running, &paused);
        if (t->trigger == TRIGGER_CLOCK_OVER &&
            (running & bit(clock_index(p, t->trigger_name))) == 0) {
            yaml_error(draft->file, t->line, transition_field(draft, i),
                       "waits for \"%.*s\", which never runs in %.*s", TEXT_PRINT(t->trigger_name),
                       TEXT_PRINT(from_name(p, t)));
        }
        for (size_t k = 0; k < t->clock_step_count; k++) {
            const struct procedure_clock_step *step = &t->clock_steps[k];
            const char *obstacle = step_obstacle(p, step, running, paused);
            if (obstacle != NULL) {
                yaml_error(draft->file, t->line, transition_field(draft, i), "\"%.*s\" %s in %.*s",
                           TEXT_PRINT(step->clock), obstacle, TEXT_PRINT(from_name(p, t)));
            }
            step_apply(p, step, &running, &paused);
        }
    }
}

/* True when the steps of `t` do something to the clock. */
static bool steps_touch(const struct procedure_transition *t, struct text clock)
{
    for (size_t i = 0; i < t->clock_step_count; i++) {
        if (text_equal(t->clock_steps[i].clock, clock) ||
            text_equal_string(t->clock_steps[i].clock, "all")) {
            return true;
        }
    }
    return false;
}

/* A clock that is over and runs on would be over again at once, without end. */
static void check_over_ends(const struct procedure_draft *draft, const struct clock_sets *sets)
{
    const struct procedure *p = draft->procedure;
    for (size_t i = 0; i < p->transition_count; i++) {
        const struct procedure_transition *t = &p->transitions[i];
        if (t->trigger != TRIGGER_CLOCK_OVER || steps_touch(t, t->trigger_name)) {
            continue;
        }
        uint64_t clock = bit(clock_index(p, t->trigger_name));
        uint64_t targets = procedure_targets(p, t);
        uint64_t running = 0;
        uint64_t paused = 0;
        bool runs_on = false;
        clocks_after(p, sets, t, &running, &paused);
        for (size_t to = 0; to < p->state_count; to++) {
            uint64_t arriving = running & ~clocks_left_behind(p, t->from, to);
            runs_on |= (targets & bit(to)) != 0 && (arriving & clock) != 0;
        }
        if (runs_on) {
            yaml_error(
                draft->file, t->line, transition_field(draft, i),
                "nothing ends \"%.*s\" when it is over: stop, restart or extend it in clocks",
                TEXT_PRINT(t->trigger_name));
        }
    }
}

/* The line of a transition that enters `state` while `clock` may run or be paused. */
static int arrival_line(const struct procedure *p, const struct clock_sets *sets, size_t state,
                        size_t clock)
{
    for (size_t i = 0; i < p->transition_count; i++) {
        const struct procedure_transition *t = &p->transitions[i];
        uint64_t running = 0;
        uint64_t paused = 0;
        clocks_after(p, sets, t, &running, &paused);
        running &= ~clocks_left_behind(p, t->from, state);
        if ((procedure_targets(p, t) & bit(state)) != 0 && ((running | paused) & bit(clock)) != 0) {
            return t->line;
        }
    }
    return p->states[state].line;
}

/* At an end nothing runs any more; before it, only what the state names. */
static void check_running(const struct procedure_draft *draft, const struct clock_sets *sets)
{
    const struct procedure *p = draft->procedure;
    for (size_t i = 0; i < p->state_count; i++) {
        const struct procedure_state *state = &p->states[i];
        uint64_t open = state->is_end ? sets->running[i] | sets->paused[i]
                                      : sets->running[i] & ~clocks_named(p, state);
        for (size_t k = 0; k < p->clock_count; k++) {
            if ((open & bit(k)) == 0) {
                continue;
            }
            yaml_error(draft->file, state->line, state_field(draft, i),
                       state->is_end
                           ? "is an end where \"%.*s\" may still run: stop it on line %d"
                           : "does not name \"%.*s\", which may run here: name it in clocks, or "
                             "stop it on line %d",
                       TEXT_PRINT(p->clocks[k].name), arrival_line(p, sets, i, k));
        }
    }
}

static void check_clocks_used(const struct procedure_draft *draft)
{
    const struct procedure *p = draft->procedure;
    uint64_t used = 0;
    for (size_t i = 0; i < p->state_count; i++) {
        used |= clocks_named(p, &p->states[i]);
    }
    for (size_t i = 0; i < p->clock_count; i++) {
        if ((used & bit(i)) == 0) {
            yaml_error(
                draft->file, p->clocks[i].line,
                arena_print(draft->file->arena, "clocks.%.*s", TEXT_PRINT(p->clocks[i].name)),
                "runs in no state: name it in the clocks of one, or take it out");
        }
    }
}

/* -- one answer ----------------------------------------------------------------------------- */

static bool spans_disjoint(const struct text_span *left, const struct text_span *right)
{
    for (size_t i = 0; i < left->count; i++) {
        if (text_span_contains(right, left->items[i])) {
            return false;
        }
    }
    return true;
}

/* True when some fact is asked to have one value by one and another by the other. */
static bool conditions_exclude(const struct procedure_transition *left,
                               const struct procedure_transition *right)
{
    for (size_t i = 0; i < left->condition_count; i++) {
        for (size_t k = 0; k < right->condition_count; k++) {
            if (text_equal(left->conditions[i].fact, right->conditions[k].fact) &&
                spans_disjoint(&left->conditions[i].values, &right->conditions[k].values)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_ambiguous(const struct procedure_transition *left,
                         const struct procedure_transition *right)
{
    bool same_trigger = left->from == right->from && left->trigger == right->trigger &&
                        text_equal(left->trigger_name, right->trigger_name);
    bool other_persons = left->trigger == TRIGGER_ACTION && spans_disjoint(&left->by, &right->by);
    return same_trigger && !other_persons && !conditions_exclude(left, right);
}

static void check_one_answer(const struct procedure_draft *draft)
{
    const struct procedure *p = draft->procedure;
    for (size_t i = 0; i < p->transition_count; i++) {
        for (size_t k = i + 1; k < p->transition_count; k++) {
            if (is_ambiguous(&p->transitions[i], &p->transitions[k])) {
                yaml_error(draft->file, p->transitions[k].line, transition_field(draft, k),
                           "may answer \"%.*s\" in %.*s as well as line %d: give both a fact with "
                           "different values, or different persons",
                           TEXT_PRINT(p->transitions[k].trigger_name),
                           TEXT_PRINT(from_name(p, &p->transitions[k])), p->transitions[i].line);
            }
        }
    }
}

void procedure_check_sound(const struct procedure_draft *draft)
{
    struct clock_sets sets = {0};
    check_exits(draft);
    check_reachable(draft);
    check_ends_in_reach(draft);
    check_appealed(draft);
    check_states_wait(draft);
    clocks_follow(draft->procedure, &sets);
    check_steps(draft, &sets);
    check_over_ends(draft, &sets);
    check_running(draft, &sets);
    check_clocks_used(draft);
    check_one_answer(draft);
}
