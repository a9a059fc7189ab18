/* Reading a procedure: names, clocks, states; the transitions stand in transition.c. */
#include "procedure/draft.h"

#include "base/check.h"

static const char *const owner_names[] = {"intake", "approval", "fee", "notification", "audit"};

enum {
    OWNER_COUNT = sizeof owner_names / sizeof owner_names[0],
    RESTS_CHARACTERS = 200,
    PEOPLE_MAX = 5, /* that a common action names */
    PARTIES_MAX = 8,
};

/* Who may have filed a matter, and so may withdraw it. */
static const char *const filer_names[] = {
    "applicant",     "representative", "requester", "complainant", "asker",       "caller",
    "letter_writer", "payer",          "entrant",   "author",      "hiring_unit", "buyer",
};

enum { FILER_COUNT = sizeof filer_names / sizeof filer_names[0] };

const char *procedure_owner_name(enum procedure_owner owner)
{
    return owner == OWNER_NONE ? NULL : owner_names[owner - 1];
}

/* The pairs of the map at `key`; their names must be sound and none of `reserved`. */
static const struct yaml_node *named_maps(struct procedure_draft *draft, struct yaml_map *map,
                                          const char *key, enum yaml_presence presence,
                                          size_t count_max, const char *const *reserved,
                                          size_t reserved_count)
{
    const struct yaml_node *node = yaml_get(map, key, presence);
    if (node == NULL) {
        return NULL;
    }
    if (node->kind != YAML_MAP || node->count > count_max) {
        yaml_error(draft->file, node->line, yaml_field(map, key),
                   "must be a map of at most %zu names", count_max);
        return NULL;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_pair *pair = &node->pairs[i];
        if (!name_is_sound(pair->key) || name_is_known(pair->key, reserved, reserved_count)) {
            yaml_error(draft->file, pair->line, yaml_field(map, key),
                       "\"%.*s\" cannot be a name here: take small letters, digits and _",
                       TEXT_PRINT(pair->key));
        }
    }
    return node;
}

/* Where the limit comes from: exactly one of stage, limits, limit or field says so. */
static void clock_source_read(struct procedure_draft *draft, struct yaml_map *map,
                              struct procedure_clock *clock)
{
    static const char *const limits[] = {"main", "supplement", "payment", "deliver"};
    int source = yaml_choice(map, "limits", YAML_OPTIONAL, limits, 4);
    clock->stage = name_read(map, "stage", YAML_OPTIONAL);
    clock->field = name_read(map, "field", YAML_OPTIONAL);
    clock->limit = limit_read(map, "limit", YAML_OPTIONAL);
    bool by_stage = yaml_get(map, "stage", YAML_OPTIONAL) != NULL;
    bool by_limits = yaml_get(map, "limits", YAML_OPTIONAL) != NULL;
    bool by_limit = yaml_get(map, "limit", YAML_OPTIONAL) != NULL;
    bool by_field = clock->field.data != NULL;
    bool is_period = source == 1 || source == 2;
    if (by_field) {
        (void)procedure_check_field(draft, clock->field, yaml_line(map, "field"),
                                    yaml_field(map, "field"));
    }
    clock->source = by_stage    ? CLOCK_FROM_STAGE
                    : by_limits ? (enum clock_source)(CLOCK_FROM_MAIN + (source < 0 ? 0 : source))
                    : by_limit  ? CLOCK_FROM_LIMIT
                                : CLOCK_FROM_FIELD;
    int sources = by_stage + by_limits + by_limit + (by_field && !is_period);
    clock->starts_day = yaml_bool(map, "starts", YAML_OPTIONAL, false);
    if (clock->starts_day && clock->source != CLOCK_FROM_FIELD) {
        yaml_error(draft->file, yaml_line(map, "starts"), yaml_field(map, "starts"),
                   "goes with field only: the day that ends the clock when it begins");
    }
    if (sources != 1) {
        yaml_error(draft->file, clock->line, map->path,
                   "must say by one of stage, limits, limit or field where its limit comes from "
                   "(field may stand beside limits: supplement or payment)");
    }
}

static void clocks_read(struct procedure_draft *draft, struct yaml_map *map)
{
    static const char *const reserved[] = {"all"};
    const struct yaml_node *node =
        named_maps(draft, map, "clocks", YAML_OPTIONAL, PROCEDURE_CLOCKS_MAX, reserved, 1);
    if (node == NULL) {
        return;
    }
    draft->clocks = arena_take_array(draft->file->arena, node->count, sizeof *draft->clocks);
    draft->procedure->clocks = draft->clocks;
    draft->procedure->clock_count = node->count;
    for (size_t i = 0; i < node->count; i++) {
        struct procedure_clock *clock = &draft->clocks[i];
        struct yaml_map inner;
        clock->name = node->pairs[i].key;
        clock->line = node->pairs[i].line;
        yaml_map_open(&inner, draft->file, node->pairs[i].value,
                      arena_print(draft->file->arena, "clocks.%.*s", TEXT_PRINT(clock->name)));
        clock_source_read(draft, &inner, clock);
        clock->kind = name_read(&inner, "kind", YAML_OPTIONAL);
        clock->basis = yaml_text(&inner, "basis",
                                 clock->source == CLOCK_FROM_LIMIT ? YAML_REQUIRED : YAML_OPTIONAL,
                                 LABEL_CHARACTERS);
        yaml_map_close(&inner);
    }
}

static void state_clocks_check(struct procedure_draft *draft, struct yaml_map *map,
                               const struct procedure_state *state)
{
    for (size_t i = 0; i < state->clocks.count; i++) {
        if (procedure_clock_find(draft->procedure, state->clocks.items[i]) == NULL) {
            name_unknown(draft->file, yaml_line(map, "clocks"), yaml_element(map, "clocks", i),
                         state->clocks.items[i], "a clock of this procedure",
                         procedure_clock_names(draft), draft->procedure->clock_count);
        }
    }
}

/* Of what a parallel state consists: its stages, the parties that the action names, the parties
 * with a relation, or one. */
static void units_read(struct procedure_draft *draft, struct yaml_map *map,
                       struct procedure_state *state)
{
    const struct procedure_vocabulary *vocabulary = draft->vocabulary;
    state->parallel = name_read(map, "parallel", YAML_OPTIONAL);
    struct text units = name_read(map, "units", YAML_OPTIONAL);
    if (units.data == NULL || text_equal_string(units, "stages")) {
        return;
    }
    if (state->parallel.data == NULL) {
        yaml_error(draft->file, yaml_line(map, "units"), yaml_field(map, "units"),
                   "goes with parallel, the procedure of the units");
    }
    state->units = text_equal_string(units, "parties") ? UNITS_OF_PARTIES
                   : text_equal_string(units, "one")   ? UNITS_ONE
                                                       : UNITS_OF_RELATION;
    if (state->units != UNITS_OF_RELATION) {
        return;
    }
    state->units_relation = units;
    if (!name_is_known(units, vocabulary->roles, vocabulary->role_count)) {
        name_unknown(draft->file, yaml_line(map, "units"), yaml_field(map, "units"), units,
                     "one of stages, parties, one, or a relation of the catalogue",
                     vocabulary->roles, vocabulary->role_count);
    }
}

static void states_read(struct procedure_draft *draft, struct yaml_map *map)
{
    static const char *const reserved[] = {"none", "same", "back"};
    const struct yaml_node *node =
        named_maps(draft, map, "states", YAML_REQUIRED, PROCEDURE_STATES_MAX, reserved, 3);
    if (node == NULL) {
        return;
    }
    draft->states = arena_take_array(draft->file->arena, node->count, sizeof *draft->states);
    draft->procedure->states = draft->states;
    draft->procedure->state_count = node->count;
    for (size_t i = 0; i < node->count; i++) {
        struct procedure_state *state = &draft->states[i];
        struct yaml_map inner;
        state->name = node->pairs[i].key;
        state->line = node->pairs[i].line;
        yaml_map_open(&inner, draft->file, node->pairs[i].value,
                      arena_print(draft->file->arena, "states.%.*s", TEXT_PRINT(state->name)));
        state->names = names_read(&inner, "names", YAML_OPTIONAL);
        state->is_end = yaml_bool(&inner, "end", YAML_OPTIONAL, false);
        state->owner = (enum procedure_owner)(
            1 + yaml_choice(&inner, "owner", state->is_end ? YAML_OPTIONAL : YAML_REQUIRED,
                            owner_names, OWNER_COUNT));
        state->department = yaml_text(&inner, "department", YAML_OPTIONAL, NAME_CHARACTERS);
        state->stages = yaml_texts(&inner, "stages", YAML_OPTIONAL, NAME_CHARACTERS);
        state->clocks = yaml_texts(&inner, "clocks", YAML_OPTIONAL, NAME_CHARACTERS);
        state->rests = yaml_text(&inner, "rests", YAML_OPTIONAL, RESTS_CHARACTERS);
        state->withdrawable = yaml_bool(&inner, "withdraw", YAML_OPTIONAL, false);
        units_read(draft, &inner, state);
        state_clocks_check(draft, &inner, state);
        yaml_map_close(&inner);
    }
}

/* -- what is common to all matters ---------------------------------------------------------- */

/* Those of `names` that the catalogue has as roles or relations. */
static struct text_span known_roles(const struct procedure_draft *draft, const char *const *names,
                                    size_t count)
{
    const struct procedure_vocabulary *vocabulary = draft->vocabulary;
    struct text_span span = {.items =
                                 arena_take_array(draft->file->arena, count, sizeof *span.items)};
    for (size_t i = 0; i < count; i++) {
        if (name_is_known(text_of(names[i]), vocabulary->roles, vocabulary->role_count)) {
            span.items[span.count++] = text_of(names[i]);
        }
    }
    return span;
}

/* Adds a transition that the files leave out because it is common to all matters. */
static void common_add(struct procedure_draft *draft, struct procedure_transition transition)
{
    struct procedure *procedure = draft->procedure;
    const struct procedure_state *state = &draft->states[transition.from];
    transition.is_common = true;
    transition.trigger = TRIGGER_ACTION;
    transition.line = state->line;
    draft->transitions[procedure->transition_count++] = transition;
    struct text field = procedure_common_field(draft, &transition);
    procedure_check_event(draft, procedure_event_type(procedure, &transition, draft->file->arena),
                          state->line, field);
    for (size_t i = 0; i < transition.needs.count; i++) {
        (void)procedure_check_field(draft, transition.needs.items[i], state->line, field);
    }
}

/* Who filed may withdraw, where the state says so. */
static void withdrawal_add(struct procedure_draft *draft, int from, int withdrawn)
{
    struct procedure_clock_step *step = arena_take(draft->file->arena, sizeof *step);
    *step = (struct procedure_clock_step){.operation = CLOCK_OP_STOP, .clock = TEXT_LITERAL("all")};
    common_add(draft, (struct procedure_transition){
                          .from = from,
                          .trigger_name = TEXT_LITERAL("withdraw"),
                          .by = known_roles(draft, filer_names, FILER_COUNT),
                          .target = TARGET_STATE,
                          .to = withdrawn,
                          .clock_steps = step,
                          .clock_step_count = 1,
                          .emits = TEXT_LITERAL("case_withdrawn"),
                      });
}

static void withdrawals_make(struct procedure_draft *draft)
{
    int withdrawn = procedure_state_index(draft->procedure, TEXT_LITERAL("withdrawn"));
    for (size_t i = 0; i < draft->procedure->state_count; i++) {
        const struct procedure_state *state = &draft->states[i];
        if (!state->withdrawable || state->owner == OWNER_NONE) {
            continue;
        }
        if (withdrawn < 0) {
            yaml_error(
                draft->file, state->line,
                arena_print(draft->file->arena, "states.%.*s.withdraw", TEXT_PRINT(state->name)),
                "leads to a state named withdrawn, which must be there, with end: true");
            return;
        }
        withdrawal_add(draft, (int)i, withdrawn);
    }
}

/* What may be done wherever a case waits, whatever its kind, and leaves it where it is. */
struct common_action {
    const char *name;
    const char *by[PEOPLE_MAX]; /* ended by NULL */
    const char *needs;
    const char *emits;
    const char *then; /* NULL: nothing */
};

static const struct common_action common_actions[] = {
    /* Its work is given to somebody else, both named. */
    {"assign", {"hall_manager", "agency_head"}, "assignee", "task_reassigned", NULL},
    /* It is sent up one level. */
    {"escalate",
     {"handler", "supervisor"},
     "reasons",
     "case_escalated",
     "notification.escalation_sent"},
    /* It is put first in the queue; no limit moves (S04). */
    {"expedite", {"hall_manager"}, "reasons", "case_expedited", NULL},
    /* What was filed is corrected by a new event. */
    {"correct",
     {"applicant", "requester", "handler", "window_clerk"},
     "note",
     "case_corrected",
     NULL},
};

enum { COMMON_ACTIONS = sizeof common_actions / sizeof common_actions[0] };

static void common_action_make(struct procedure_draft *draft, const struct common_action *action)
{
    size_t count = 0;
    while (count < PEOPLE_MAX && action->by[count] != NULL) {
        count++;
    }
    struct text_span by = known_roles(draft, action->by, count);
    struct text *needs = arena_take(draft->file->arena, sizeof *needs);
    struct text *then = arena_take(draft->file->arena, sizeof *then);
    *needs = text_of(action->needs);
    *then = text_of(action->then == NULL ? "" : action->then);
    for (size_t i = 0; by.count > 0 && i < draft->procedure->state_count; i++) {
        const struct procedure_state *state = &draft->states[i];
        if (state->is_end || state->owner == OWNER_NONE) {
            continue;
        }
        common_add(draft, (struct procedure_transition){
                              .from = (int)i,
                              .trigger_name = text_of(action->name),
                              .by = by,
                              .needs = {.items = needs, .count = 1},
                              .target = TARGET_SAME,
                              .to = -1,
                              .emits = text_of(action->emits),
                              .then = {.items = then, .count = action->then == NULL ? 0 : 1},
                          });
    }
}

/* -- the whole file ------------------------------------------------------------------------- */

static void transitions_read(struct procedure_draft *draft, struct yaml_map *map)
{
    const struct yaml_node *list = yaml_list(map, "transitions", YAML_REQUIRED);
    if (list == NULL) {
        return;
    }
    /* A state may add a withdrawal and what may be done everywhere. */
    size_t count = list->count + (1 + COMMON_ACTIONS) * draft->procedure->state_count;
    if (count > PROCEDURE_TRANSITIONS_MAX) {
        yaml_error(draft->file, list->line, TEXT_LITERAL("transitions"),
                   "must be fewer: %d at most with those common to all matters",
                   PROCEDURE_TRANSITIONS_MAX);
        return;
    }
    draft->transitions = arena_take_array(draft->file->arena, count, sizeof *draft->transitions);
    draft->procedure->transitions = draft->transitions;
    for (size_t i = 0; i < list->count; i++) {
        procedure_transition_read(draft, list->items[i], yaml_element(map, "transitions", i),
                                  &draft->transitions[draft->procedure->transition_count++]);
    }
    withdrawals_make(draft);
    bool has_item = !draft->procedure->is_sub_case && !draft->procedure->of_hall;
    for (size_t i = 0; has_item && i < COMMON_ACTIONS; i++) {
        common_action_make(draft, &common_actions[i]);
    }
}

static void pauses_mark(struct procedure_draft *draft)
{
    for (size_t i = 0; i < draft->procedure->transition_count; i++) {
        const struct procedure_transition *transition = &draft->transitions[i];
        if (transition->target == TARGET_BACK && transition->from >= 0) {
            draft->states[transition->from].is_pause = true;
        }
    }
}

/* -- the head ------------------------------------------------------------------------------- */

static void relation_check(struct procedure_draft *draft, struct text relation, int line,
                           struct text field)
{
    const struct procedure_vocabulary *vocabulary = draft->vocabulary;
    if (!name_is_known(relation, vocabulary->roles, vocabulary->role_count)) {
        name_unknown(draft->file, line, field, relation, "a relation of the catalogue",
                     vocabulary->roles, vocabulary->role_count);
    }
}

/* {unit_concerned: {form: unit}}: relations that come from the form. */
static void parties_read(struct procedure_draft *draft, struct yaml_map *map)
{
    const struct yaml_node *node = yaml_get(map, "parties", YAML_OPTIONAL);
    if (node == NULL) {
        return;
    }
    if (node->kind != YAML_MAP || node->count > PARTIES_MAX) {
        yaml_error(draft->file, node->line, yaml_field(map, "parties"),
                   "must be a map of at most %d relations", PARTIES_MAX);
        return;
    }
    struct procedure_party *parties =
        arena_take_array(draft->file->arena, node->count, sizeof *parties);
    draft->procedure->parties = parties;
    draft->procedure->party_count = node->count;
    for (size_t i = 0; i < node->count; i++) {
        struct yaml_map inner;
        struct text field =
            arena_print(draft->file->arena, "parties.%.*s", TEXT_PRINT(node->pairs[i].key));
        parties[i] =
            (struct procedure_party){.relation = node->pairs[i].key, .line = node->pairs[i].line};
        relation_check(draft, parties[i].relation, parties[i].line, field);
        yaml_map_open(&inner, draft->file, node->pairs[i].value, field);
        parties[i].form_field = yaml_text(&inner, "form", YAML_REQUIRED, NAME_CHARACTERS);
        yaml_map_close(&inner);
    }
}

static void head_read(struct procedure_draft *draft, struct yaml_map *map)
{
    struct procedure *procedure = draft->procedure;
    procedure->name = name_read(map, "procedure", YAML_REQUIRED);
    procedure->version = yaml_int(map, "version", YAML_REQUIRED, 1, 1000000, 1);
    procedure->is_sub_case = yaml_bool(map, "sub_case", YAML_OPTIONAL, false);
    procedure->department = yaml_text(map, "of_hall", YAML_OPTIONAL, NAME_CHARACTERS);
    procedure->of_hall = procedure->department.data != NULL;
    procedure->names = names_read(map, "names", YAML_REQUIRED);
    procedure->all_ended = procedure_signal_read(draft, map, "all_ended");
    procedure->conceals = yaml_texts(map, "conceals", YAML_OPTIONAL, NAME_CHARACTERS);
    for (size_t i = 0; i < procedure->conceals.count; i++) {
        relation_check(draft, procedure->conceals.items[i], yaml_line(map, "conceals"),
                       yaml_element(map, "conceals", i));
    }
    procedure->shows = yaml_texts(map, "shows", YAML_OPTIONAL, NAME_CHARACTERS);
    parties_read(draft, map);
}

enum err procedure_load(struct yaml_file *file, struct text source,
                        const struct procedure_vocabulary *vocabulary,
                        const struct procedure **ret_procedure)
{
    const struct yaml_node *root = NULL;
    size_t errors_before = file->error_count;
    enum err err = yaml_parse(file, source, &root);
    if (err != ERR_OK) {
        return err;
    }
    struct procedure_draft draft = {
        .file = file,
        .vocabulary = vocabulary,
        .procedure = arena_take(file->arena, sizeof *draft.procedure),
    };
    struct yaml_map map;
    yaml_map_open(&map, file, root, TEXT_LITERAL(""));
    head_read(&draft, &map);
    clocks_read(&draft, &map);
    states_read(&draft, &map);
    transitions_read(&draft, &map);
    yaml_map_close(&map);
    pauses_mark(&draft);
    /* What is half read would only be found unsound for the same reasons again. */
    if (file->error_count == errors_before) {
        procedure_check_sound(&draft);
    }
    if (file->error_count != errors_before) {
        return ERR_INVALID;
    }
    *ret_procedure = draft.procedure;
    return ERR_OK;
}
