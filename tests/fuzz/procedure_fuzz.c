/* Procedures (procedure/procedure.h). Input: one procedure.
 *
 * A procedure that loads can be asked everything: from every state, for every action, clock and
 * signal, and whatever it answers leads from that state to states of its own. */
#include "documents.h"
#include "fuzz.h"

#include "base/check.h"
#include "events/matter.h"
#include "events/registry.h"
#include "procedure/vocabulary.h"

static const char *const roles[] = {
    "applicant",    "representative",  "holder",       "asker",
    "window_clerk", "reviewer",        "co_reviewer",  "approver",
    "agency_head",  "government_head", "hall_manager", "field_checker",
};

static struct procedure_vocabulary vocabulary_make(void)
{
    return (struct procedure_vocabulary){
        .facts = hall_procedure_facts,
        .fact_count = hall_procedure_fact_count,
        .signals = hall_procedure_signals,
        .signal_count = hall_procedure_signal_count,
        .roles = roles,
        .role_count = sizeof roles / sizeof roles[0],
        .fields = &action_fields_message,
        .events = hall_vocabularies,
        .event_vocabulary_count = hall_vocabulary_count,
    };
}

/* -- who asks: somebody with every role or none, in a case that is as a condition wants -------- */

struct asker {
    bool holds_all;
    const struct procedure_transition *wanted; /* the transition whose conditions hold */
};

static bool asker_holds(void *context, struct text role)
{
    const struct asker *asker = context;
    (void)role;
    return asker->holds_all;
}

static struct text asker_fact(void *context, struct text name)
{
    const struct asker *asker = context;
    for (size_t i = 0; i < asker->wanted->condition_count; i++) {
        const struct procedure_condition *condition = &asker->wanted->conditions[i];
        if (text_equal(condition->fact, name)) {
            return condition->values.items[0];
        }
    }
    return (struct text){0};
}

/* Whoever asks did nothing before that would bar him. */
static bool asker_did(void *context, struct text action)
{
    (void)context;
    (void)action;
    return false;
}

/* Every limit is still open. */
static bool asker_is_over(void *context, struct text clock)
{
    (void)context;
    (void)clock;
    return false;
}

static bool asker_made_before(void *context, const struct procedure_transition *transition)
{
    (void)context;
    return transition->once && !transition->is_common;
}

/* -- what is asked -------------------------------------------------------------------------- */

static void check_found(const struct procedure *procedure,
                        const struct procedure_transition *transition,
                        const struct procedure_situation *situation)
{
    CHECK(transition->from == situation->state);
    uint64_t targets = procedure_targets(procedure, transition);
    uint64_t states = UINT64_MAX >> (64 - procedure->state_count);
    CHECK(targets != 0 && (targets & ~states) == 0);
}

static void check_visited(void *context, const struct procedure_transition *transition)
{
    const int *state = context;
    CHECK(transition->from == *state && transition->trigger == TRIGGER_ACTION);
}

static void ask(const struct procedure *procedure, const struct procedure_vocabulary *vocabulary,
                const struct procedure_transition *transition, bool holds_all)
{
    struct asker asker = {.holds_all = holds_all, .wanted = transition};
    struct procedure_situation situation = {
        .state = transition->from,
        .holds = asker_holds,
        .fact = asker_fact,
        .did = asker_did,
        .made_before = asker_made_before,
        .is_over = asker_is_over,
        .context = &asker,
    };
    struct text name = transition->trigger_name;
    const struct procedure_transition *found = NULL;
    struct procedure_match match = procedure_match_action(procedure, vocabulary, name, &situation);
    if (match.outcome == MATCH_FOUND) {
        CHECK(holds_all && match.transition->trigger == TRIGGER_ACTION);
        check_found(procedure, match.transition, &situation);
    }
    found = procedure_match_clock(procedure, name, &situation);
    if (found != NULL) {
        CHECK(found->trigger == TRIGGER_CLOCK_OVER);
        check_found(procedure, found, &situation);
    }
    found = procedure_match_signal(procedure, name, &situation);
    if (found != NULL) {
        CHECK(found->trigger == TRIGGER_SIGNAL);
        check_found(procedure, found, &situation);
    }
    procedure_visit_actions(procedure, &situation, check_visited, &situation.state);
}

static void check_event(const struct procedure *procedure,
                        const struct procedure_transition *transition, struct arena *arena)
{
    struct text type = procedure_event_type(procedure, transition, arena);
    CHECK(text_is_empty(type) || hall_event_find(type) != NULL);
}

static void check_procedure(const struct procedure *procedure,
                            const struct procedure_vocabulary *vocabulary, struct arena *arena)
{
    CHECK(procedure->state_count > 0 && procedure->state_count <= PROCEDURE_STATES_MAX);
    CHECK(procedure->transition_count <= PROCEDURE_TRANSITIONS_MAX);
    for (size_t i = 0; i < procedure->state_count; i++) {
        CHECK(procedure_state_index(procedure, procedure->states[i].name) == (int)i);
    }
    for (size_t i = 0; i < procedure->clock_count; i++) {
        const struct procedure_clock *clock = &procedure->clocks[i];
        CHECK(procedure_clock_find(procedure, clock->name) == clock);
    }
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        ask(procedure, vocabulary, transition, true);
        ask(procedure, vocabulary, transition, false);
        check_event(procedure, transition, arena);
    }
    struct buffer drawing;
    buffer_init(&drawing, 1 << 20);
    procedure_draw(procedure, &drawing);
    buffer_free(&drawing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct yaml_file file;
    const struct procedure *procedure = NULL;
    const struct procedure_vocabulary vocabulary = vocabulary_make();
    arena_init(&arena);
    yaml_file_init(&file, "procedure.yaml", &arena);
    bool accepted =
        procedure_load(&file, bytes_text(bytes_of(data, size)), &vocabulary, &procedure) == ERR_OK;
    fuzz_check_yaml(&file, accepted, &arena);
    if (accepted) {
        check_procedure(procedure, &vocabulary, &arena);
    }
    arena_free(&arena);
    return 0;
}
