/* Finding states, clocks and the transition that answers. */
#include "procedure/procedure.h"

#include "base/check.h"

#include <string.h>

int procedure_state_index(const struct procedure *procedure, struct text name)
{
    for (size_t i = 0; i < procedure->state_count; i++) {
        if (text_equal(procedure->states[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

const struct procedure_clock *procedure_clock_find(const struct procedure *procedure,
                                                   struct text name)
{
    for (size_t i = 0; i < procedure->clock_count; i++) {
        if (text_equal(procedure->clocks[i].name, name)) {
            return &procedure->clocks[i];
        }
    }
    return NULL;
}

bool text_span_contains(const struct text_span *names, struct text name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (text_equal(names->items[i], name)) {
            return true;
        }
    }
    return false;
}

/* The states that stood last before a pause was entered, as bits: those with a way into it that
 * passes through pauses only. */
static uint64_t states_before_pause(const struct procedure *procedure, int pause)
{
    uint64_t pauses = UINT64_C(1) << pause;
    uint64_t before = 0;
    uint64_t pauses_seen = 0;
    while (pauses_seen != pauses) {
        pauses_seen = pauses;
        for (size_t i = 0; i < procedure->transition_count; i++) {
            const struct procedure_transition *t = &procedure->transitions[i];
            if (t->target != TARGET_STATE || t->from < 0 || (pauses & UINT64_C(1) << t->to) == 0) {
                continue;
            }
            if (procedure->states[t->from].is_pause) {
                pauses |= UINT64_C(1) << t->from;
            } else {
                before |= UINT64_C(1) << t->from;
            }
        }
    }
    return before;
}

bool procedure_remembers(const struct procedure *procedure, struct text action)
{
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *t = &procedure->transitions[i];
        if (text_span_contains(&t->unlike, action)) {
            return true;
        }
        for (size_t k = 0; k < t->condition_count; k++) {
            struct text fact = t->conditions[k].fact;
            if (text_starts_with(fact, "done.") &&
                text_equal(text_after(fact, sizeof "done." - 1), action)) {
                return true;
            }
        }
    }
    return false;
}

bool procedure_sets_aside(const struct procedure_transition *transition)
{
    for (size_t i = 0; i < transition->condition_count; i++) {
        if (text_equal_string(transition->conditions[i].fact, "appealed")) {
            return true;
        }
    }
    return false;
}

bool procedure_reads_form(const struct procedure *procedure, struct text field)
{
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *t = &procedure->transitions[i];
        for (size_t k = 0; k < t->condition_count; k++) {
            struct text fact = t->conditions[k].fact;
            if (text_starts_with(fact, "form.") &&
                text_equal(text_after(fact, sizeof "form." - 1), field)) {
                return true;
            }
        }
    }
    return false;
}

uint64_t procedure_targets(const struct procedure *procedure,
                           const struct procedure_transition *transition)
{
    switch (transition->target) {
    case TARGET_STATE:
        return UINT64_C(1) << transition->to;
    case TARGET_SAME:
        return UINT64_C(1) << transition->from;
    case TARGET_BACK:
        return states_before_pause(procedure, transition->from);
    }
    UNREACHABLE();
}

enum procedure_owner procedure_decider(const struct procedure *procedure,
                                       const struct procedure_transition *transition)
{
    int state = transition->from >= 0 ? transition->from : transition->to;
    return state < 0 ? OWNER_NONE : procedure->states[state].owner;
}

struct text procedure_event_type(const struct procedure *procedure,
                                 const struct procedure_transition *transition, struct arena *arena)
{
    if (text_is_empty(transition->emits)) {
        return (struct text){0};
    }
    const char *owner = procedure_owner_name(procedure_decider(procedure, transition));
    CHECK(owner != NULL);
    return arena_print(arena, "%s.%.*s.v1", owner, TEXT_PRINT(transition->emits));
}

/* -- matching ------------------------------------------------------------------------------- */

static bool person_matches(const struct procedure_transition *transition,
                           const struct procedure_situation *situation)
{
    for (size_t i = 0; i < transition->unlike.count; i++) {
        if (situation->did(situation->context, transition->unlike.items[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < transition->by.count; i++) {
        if (situation->holds(situation->context, transition->by.items[i])) {
            return true;
        }
    }
    return false;
}

static bool condition_holds(const struct procedure_condition *condition,
                            const struct procedure_situation *situation)
{
    struct text value = situation->fact(situation->context, condition->fact);
    return value.data != NULL && text_span_contains(&condition->values, value);
}

static bool was_used_up(const struct procedure_transition *transition,
                        const struct procedure_situation *situation)
{
    return transition->once && situation->made_before(situation->context, transition);
}

/* What is late stays late: no transition extends a limit that is over. */
static bool comes_too_late(const struct procedure_transition *transition,
                           const struct procedure_situation *situation)
{
    for (size_t i = 0; i < transition->clock_step_count; i++) {
        const struct procedure_clock_step *step = &transition->clock_steps[i];
        bool extends = step->operation == CLOCK_OP_EXTEND || step->operation == CLOCK_OP_POSTPONE;
        if (extends && situation->is_over(situation->context, step->clock)) {
            return true;
        }
    }
    return false;
}

/* What keeps a transition from answering: how many conditions fail, and the one to tell of. Those
 * that compare a field by itself are counted apart: they say which transition was meant. */
struct obstacles {
    size_t of_form; /* what the case's form says, which also tells which one was meant */
    size_t of_fields;
    size_t other;
    const struct procedure_condition *told;
    bool used_up;
    bool is_late;
};

/* How much a condition that fails matters to the person: what stands in the way whatever the
 * action carries, then what its fields make of the case, then a field by itself. */
static int weight_of(const struct procedure_condition *condition)
{
    if (condition == NULL) {
        return 0;
    }
    if (condition->of_person) {
        return 4;
    }
    if (!condition->of_action) {
        return 3;
    }
    return text_starts_with(condition->fact, "field.") ? 1 : 2;
}

static struct obstacles obstacles_of(const struct procedure_transition *transition,
                                     const struct procedure_situation *situation)
{
    struct obstacles obstacles = {.used_up = was_used_up(transition, situation),
                                  .is_late = comes_too_late(transition, situation)};
    for (size_t i = 0; i < transition->condition_count; i++) {
        const struct procedure_condition *condition = &transition->conditions[i];
        if (condition_holds(condition, situation)) {
            continue;
        }
        bool is_form = text_starts_with(condition->fact, "form.");
        bool is_field = text_starts_with(condition->fact, "field.");
        obstacles.of_form += is_form ? 1 : 0;
        obstacles.of_fields += is_field ? 1 : 0;
        obstacles.other += is_form || is_field ? 0 : 1;
        if (weight_of(condition) > weight_of(obstacles.told)) {
            obstacles.told = condition;
        }
    }
    return obstacles;
}

static bool is_free(const struct obstacles *obstacles)
{
    return obstacles->of_form == 0 && obstacles->of_fields == 0 && obstacles->other == 0 &&
           !obstacles->used_up && !obstacles->is_late;
}

static bool is_nearer(const struct obstacles *left, const struct obstacles *right)
{
    if (left->of_form != right->of_form) {
        return left->of_form < right->of_form;
    }
    if (left->of_fields != right->of_fields) {
        return left->of_fields < right->of_fields;
    }
    return left->other < right->other;
}

static const char *refusal_of(const struct obstacles *obstacles,
                              const struct procedure_vocabulary *vocabulary)
{
    for (size_t i = 0; obstacles->told != NULL && i < vocabulary->fact_count; i++) {
        if (text_equal_string(obstacles->told->fact, vocabulary->facts[i].name)) {
            return vocabulary->facts[i].refusal;
        }
    }
    if (obstacles->told != NULL && text_starts_with(obstacles->told->fact, "form.")) {
        return "what the form of this case says does not allow this; the item's guide tells when "
               "it is allowed";
    }
    if (obstacles->told != NULL && text_starts_with(obstacles->told->fact, "clock.")) {
        return "the clocks of the case do not allow this now: a time that it needs has not begun, "
               "or not come, or is over";
    }
    if (obstacles->told != NULL && text_equal_string(obstacles->told->fact, "appealed")) {
        return "a decision is set aside where a remedy was sought against it: register the appeal "
               "first";
    }
    if (obstacles->used_up) {
        return "this can be done once for a case and has been done";
    }
    if (obstacles->is_late) {
        return "the time allowed is over: it cannot be extended any more";
    }
    return "the fields given do not fit what can be done here; correct them and try again";
}

struct procedure_match procedure_match_action(const struct procedure *procedure,
                                              const struct procedure_vocabulary *vocabulary,
                                              struct text action,
                                              const struct procedure_situation *situation)
{
    struct procedure_match match = {.outcome = MATCH_NO_ACTION};
    struct obstacles nearest = {0};
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        if (transition->from != situation->state || transition->trigger != TRIGGER_ACTION ||
            !text_equal(transition->trigger_name, action)) {
            continue;
        }
        if (!person_matches(transition, situation)) {
            match.outcome = match.outcome == MATCH_NO_ACTION ? MATCH_NOT_YOURS : match.outcome;
            continue;
        }
        struct obstacles obstacles = obstacles_of(transition, situation);
        if (is_free(&obstacles)) {
            return (struct procedure_match){.outcome = MATCH_FOUND, .transition = transition};
        }
        if (match.outcome != MATCH_CONDITION || is_nearer(&obstacles, &nearest)) {
            match.outcome = MATCH_CONDITION;
            match.meant = transition;
            nearest = obstacles;
        }
    }
    if (match.outcome == MATCH_CONDITION) {
        match.refusal = refusal_of(&nearest, vocabulary);
        match.failed = nearest.told;
        if (nearest.told != NULL && nearest.told->of_person) {
            match.outcome = MATCH_NOT_YOURS;
        }
    }
    return match;
}

static const struct procedure_transition *match_trigger(const struct procedure *procedure,
                                                        enum trigger_kind trigger, struct text name,
                                                        const struct procedure_situation *situation)
{
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        if (transition->from != situation->state || transition->trigger != trigger ||
            !text_equal(transition->trigger_name, name)) {
            continue;
        }
        struct obstacles obstacles = obstacles_of(transition, situation);
        if (is_free(&obstacles)) {
            return transition;
        }
    }
    return NULL;
}

const struct procedure_transition *procedure_match_clock(
    const struct procedure *procedure, struct text clock,
    const struct procedure_situation *situation)
{
    return match_trigger(procedure, TRIGGER_CLOCK_OVER, clock, situation);
}

const struct procedure_transition *procedure_match_signal(
    const struct procedure *procedure, struct text signal,
    const struct procedure_situation *situation)
{
    return match_trigger(procedure, TRIGGER_SIGNAL, signal, situation);
}

static bool may_be_listed(const struct procedure_transition *transition,
                          const struct procedure_situation *situation)
{
    if (transition->from != situation->state || transition->trigger != TRIGGER_ACTION ||
        was_used_up(transition, situation) || comes_too_late(transition, situation) ||
        !person_matches(transition, situation)) {
        return false;
    }
    for (size_t i = 0; i < transition->condition_count; i++) {
        const struct procedure_condition *condition = &transition->conditions[i];
        if (!condition->of_action && !condition_holds(condition, situation)) {
            return false;
        }
    }
    return true;
}

void procedure_visit_actions(const struct procedure *procedure,
                             const struct procedure_situation *situation,
                             void (*visit)(void *context,
                                           const struct procedure_transition *transition),
                             void *visit_context)
{
    for (size_t i = 0; i < procedure->transition_count; i++) {
        if (may_be_listed(&procedure->transitions[i], situation)) {
            visit(visit_context, &procedure->transitions[i]);
        }
    }
}
