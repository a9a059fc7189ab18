/* Reading one transition: from, what triggers it, who, with which fields, if, to, clocks, events.
 */
#include "procedure/draft.h"

#include <string.h>

/* A transition being read: the map it is read from goes with it, for errors. */
struct reading {
    struct procedure_draft *draft;
    struct yaml_map map;
    struct procedure_transition *transition;
};

static const char *const operation_names[] = {"start",   "stop",   "pause",    "resume",
                                              "restart", "extend", "postpone", "reopen"};

enum { OPERATION_COUNT = sizeof operation_names / sizeof operation_names[0] };

static void reading_error(struct reading *r, const char *key, const char *detail)
{
    yaml_error(r->draft->file, yaml_line(&r->map, key), yaml_field(&r->map, key), "%s", detail);
}

/* -- from, to ------------------------------------------------------------------------------- */

/* Index of the state that `key` names; -1 when it names none, which has then been reported. */
static int state_read(struct reading *r, const char *key, struct text name)
{
    int index = procedure_state_index(r->draft->procedure, name);
    if (index < 0 && name.data != NULL) {
        name_unknown(r->draft->file, yaml_line(&r->map, key), yaml_field(&r->map, key), name,
                     "a state of this procedure", procedure_state_names(r->draft),
                     r->draft->procedure->state_count);
    }
    return index;
}

static void ends_read(struct reading *r)
{
    struct procedure_transition *t = r->transition;
    struct text from = yaml_text(&r->map, "from", YAML_REQUIRED, NAME_CHARACTERS);
    struct text to = yaml_text(&r->map, "to", YAML_REQUIRED, NAME_CHARACTERS);
    bool is_first = text_equal_string(from, "none");
    t->from = is_first ? -1 : state_read(r, "from", from);
    t->target = text_equal_string(to, "same")   ? TARGET_SAME
                : text_equal_string(to, "back") ? TARGET_BACK
                                                : TARGET_STATE;
    t->to = t->target == TARGET_STATE ? state_read(r, "to", to) : -1;
    if (is_first && t->target != TARGET_STATE) {
        reading_error(r, "to", "must be a state: nothing stands before the first one");
    }
}

/* -- the trigger ---------------------------------------------------------------------------- */

static void action_read(struct reading *r)
{
    r->transition->trigger = TRIGGER_ACTION;
    r->transition->trigger_name = name_read(&r->map, "do", YAML_REQUIRED);
}

static void clock_over_read(struct reading *r)
{
    static const char over[] = " over";
    enum { OVER_BYTES = sizeof over - 1 };
    struct text when = yaml_text(&r->map, "when", YAML_REQUIRED, NAME_CHARACTERS + OVER_BYTES);
    r->transition->trigger = TRIGGER_CLOCK_OVER;
    if (when.data == NULL) {
        return;
    }
    if (when.size <= OVER_BYTES ||
        memcmp(when.data + when.size - OVER_BYTES, over, OVER_BYTES) != 0) {
        reading_error(r, "when", "must be the name of a clock and the word over");
        return;
    }
    struct text name = {when.data, when.size - OVER_BYTES};
    r->transition->trigger_name = name;
    if (procedure_clock_find(r->draft->procedure, name) == NULL) {
        name_unknown(r->draft->file, yaml_line(&r->map, "when"), yaml_field(&r->map, "when"), name,
                     "a clock of this procedure", procedure_clock_names(r->draft),
                     r->draft->procedure->clock_count);
    }
}

static void signal_read(struct reading *r)
{
    r->transition->trigger = TRIGGER_SIGNAL;
    r->transition->trigger_name = procedure_signal_read(r->draft, &r->map, "on");
}

static void trigger_read(struct reading *r)
{
    bool is_action = yaml_get(&r->map, "do", YAML_OPTIONAL) != NULL;
    bool is_clock = yaml_get(&r->map, "when", YAML_OPTIONAL) != NULL;
    bool is_signal = yaml_get(&r->map, "on", YAML_OPTIONAL) != NULL;
    if (is_action + is_clock + is_signal != 1) {
        yaml_error(r->draft->file, r->transition->line, r->map.path,
                   "must have one of do (an action), when (a clock over) or on (a signal)");
        return;
    }
    if (is_action) {
        action_read(r);
    } else if (is_clock) {
        clock_over_read(r);
    } else {
        signal_read(r);
    }
}

/* -- persons and fields --------------------------------------------------------------------- */

static struct text_span roles_read(struct reading *r, const char *key, enum yaml_presence presence)
{
    const struct procedure_vocabulary *vocabulary = r->draft->vocabulary;
    struct text_span roles = yaml_texts(&r->map, key, presence, NAME_CHARACTERS);
    for (size_t i = 0; i < roles.count; i++) {
        if (!name_is_known(roles.items[i], vocabulary->roles, vocabulary->role_count)) {
            name_unknown(r->draft->file, yaml_line(&r->map, key), yaml_element(&r->map, key, i),
                         roles.items[i], "a role or relation of the catalogue", vocabulary->roles,
                         vocabulary->role_count);
        }
    }
    return roles;
}

static struct text_span fields_read(struct reading *r, const char *key)
{
    struct text_span fields = yaml_texts(&r->map, key, YAML_OPTIONAL, NAME_CHARACTERS);
    for (size_t i = 0; i < fields.count; i++) {
        (void)procedure_check_field(r->draft, fields.items[i], yaml_line(&r->map, key),
                                    yaml_element(&r->map, key, i));
    }
    return fields;
}

/* Persons and fields belong to actions alone. */
static void action_parts_read(struct reading *r)
{
    static const char *const keys[] = {"by", "with", "unlike", "needs", "may", "once"};
    struct procedure_transition *t = r->transition;
    if (t->trigger == TRIGGER_ACTION) {
        t->by = roles_read(r, "by", YAML_REQUIRED);
        t->with = roles_read(r, "with", YAML_OPTIONAL);
        t->unlike = yaml_texts(&r->map, "unlike", YAML_OPTIONAL, NAME_CHARACTERS);
        t->needs = fields_read(r, "needs");
        t->may = fields_read(r, "may");
        t->once = yaml_bool(&r->map, "once", YAML_OPTIONAL, false);
        return;
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (yaml_get(&r->map, keys[i], YAML_OPTIONAL) != NULL) {
            reading_error(r, keys[i], "goes with do only: nobody acts here");
        }
    }
}

/* -- if ------------------------------------------------------------------------------------- */

/* The texts of a word or a list of words. */
static struct text_span words_of(struct reading *r, const struct yaml_node *node, struct text field)
{
    struct text_span words = {0};
    bool is_list = node->kind == YAML_LIST;
    size_t count = is_list ? node->count : 1;
    words.items = arena_take_array(r->draft->file->arena, count, sizeof *words.items);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *word = is_list ? node->items[i] : node;
        if (word->kind != YAML_SCALAR || text_is_empty(word->scalar)) {
            yaml_error(r->draft->file, word->line, field, "must be a word or a list of words");
            continue;
        }
        words.items[words.count++] = word->scalar;
    }
    if (count == 0) {
        yaml_error(r->draft->file, node->line, field, "must name at least one");
    }
    return words;
}

static void values_check(struct reading *r, const struct procedure_condition *condition,
                         struct text field, const char *const *known, size_t known_count)
{
    for (size_t i = 0; i < condition->values.count; i++) {
        if (!name_is_known(condition->values.items[i], known, known_count)) {
            name_unknown(r->draft->file, condition->line, field, condition->values.items[i],
                         "a value it can have", known, known_count);
        }
    }
}

/* `field.<name>`: a field that this transition takes, compared with what it can hold. */
static void field_condition_check(struct reading *r, const struct procedure_condition *condition,
                                  struct text field)
{
    static const char *const truths[] = {"true", "false"};
    struct text name = text_after(condition->fact, sizeof "field." - 1);
    if (!procedure_check_field(r->draft, name, condition->line, field)) {
        return;
    }
    if (!text_span_contains(&r->transition->needs, name) &&
        !text_span_contains(&r->transition->may, name)) {
        yaml_error(r->draft->file, condition->line, field,
                   "is not among the fields in needs or may");
    }
    const struct wire_message *fields = r->draft->vocabulary->fields;
    const struct wire_field *known =
        fields == NULL ? NULL : wire_field_find(fields, name, 0, &(size_t){0});
    if (known != NULL && known->type == WIRE_BOOL) {
        values_check(r, condition, field, truths, 2);
    } else if (known != NULL && known->type == WIRE_ENUM) {
        const struct wire_enum *enumeration = known->enumeration;
        const char **names =
            arena_take_array(r->draft->file->arena, enumeration->count, sizeof *names);
        for (size_t i = 0; i < enumeration->count; i++) {
            names[i] = enumeration->values[i].name;
        }
        values_check(r, condition, field, names, enumeration->count);
    }
}

static void fact_condition_check(struct reading *r, struct procedure_condition *condition,
                                 struct text field)
{
    const struct procedure_vocabulary *vocabulary = r->draft->vocabulary;
    const char **names =
        arena_take_array(r->draft->file->arena, vocabulary->fact_count, sizeof *names);
    for (size_t i = 0; i < vocabulary->fact_count; i++) {
        const struct procedure_fact *fact = &vocabulary->facts[i];
        names[i] = fact->name;
        if (text_equal_string(condition->fact, fact->name)) {
            size_t count = 0;
            while (fact->values[count] != NULL) {
                count++;
            }
            condition->of_action = fact->of_action;
            condition->of_person = fact->of_person;
            values_check(r, condition, field, fact->values, count);
            return;
        }
    }
    name_unknown(r->draft->file, condition->line, field, condition->fact, "a fact", names,
                 vocabulary->fact_count);
}

static void clock_condition_check(struct reading *r, const struct procedure_condition *condition,
                                  struct text field)
{
    static const char *const phases[] = {"none", "running", "paused", "ended"};
    struct text name = text_after(condition->fact, sizeof "clock." - 1);
    if (procedure_clock_find(r->draft->procedure, name) == NULL) {
        name_unknown(r->draft->file, condition->line, field, name, "a clock of this procedure",
                     procedure_clock_names(r->draft), r->draft->procedure->clock_count);
    }
    values_check(r, condition, field, phases, 4);
}

/* `appealed`: states in which a decision is taken. That one is taken there is looked at later. */
static void appealed_condition_check(struct reading *r, const struct procedure_condition *condition,
                                     struct text field)
{
    values_check(r, condition, field, procedure_state_names(r->draft),
                 r->draft->procedure->state_count);
}

static void condition_check(struct reading *r, struct procedure_condition *condition,
                            struct text field)
{
    static const char *const truths[] = {"true", "false"};
    if (text_starts_with(condition->fact, "field.")) {
        condition->of_action = true;
        field_condition_check(r, condition, field);
    } else if (text_starts_with(condition->fact, "clock.")) {
        clock_condition_check(r, condition, field);
    } else if (text_starts_with(condition->fact, "done.")) {
        values_check(r, condition, field, truths, 2);
    } else if (text_equal_string(condition->fact, "appealed")) {
        appealed_condition_check(r, condition, field);
    } else if (!text_starts_with(condition->fact, "form.")) {
        fact_condition_check(r, condition, field);
    }
}

static void conditions_read(struct reading *r)
{
    const struct yaml_node *node = yaml_get(&r->map, "if", YAML_OPTIONAL);
    if (node == NULL) {
        return;
    }
    if (node->kind != YAML_MAP) {
        reading_error(r, "if", "must be a map of facts and values");
        return;
    }
    struct procedure_condition *conditions =
        arena_take_array(r->draft->file->arena, node->count, sizeof *conditions);
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_pair *pair = &node->pairs[i];
        struct procedure_condition *condition = &conditions[i];
        struct text field = arena_print(r->draft->file->arena, "%.*s.if.%.*s",
                                        TEXT_PRINT(r->map.path), TEXT_PRINT(pair->key));
        condition->fact = pair->key;
        condition->line = pair->line;
        condition->values = words_of(r, pair->value, field);
        condition_check(r, condition, field);
    }
    r->transition->conditions = conditions;
    r->transition->condition_count = node->count;
}

/* -- clocks --------------------------------------------------------------------------------- */

static bool step_clock_known(struct reading *r, const struct procedure_clock_step *step,
                             struct text field, int line)
{
    bool is_all = step->operation == CLOCK_OP_STOP && text_equal_string(step->clock, "all");
    if (is_all || procedure_clock_find(r->draft->procedure, step->clock) != NULL) {
        return true;
    }
    name_unknown(r->draft->file, line, field, step->clock, "a clock of this procedure",
                 procedure_clock_names(r->draft), r->draft->procedure->clock_count);
    return false;
}

/* A clock that runs until a day needs the field with that day. */
static void start_check(struct reading *r, const struct procedure_clock *clock, struct text field,
                        int line)
{
    if (clock->source == CLOCK_FROM_FIELD && !text_is_empty(clock->field) &&
        !text_span_contains(&r->transition->needs, clock->field) &&
        !text_span_contains(&r->transition->may, clock->field)) {
        yaml_error(r->draft->file, line, field,
                   "\"%.*s\" runs until the day in the field %.*s, which must be in needs or may",
                   TEXT_PRINT(clock->name), TEXT_PRINT(clock->field));
    }
}

static void postpone_check(struct reading *r, struct text field, int line)
{
    if (!text_span_contains(&r->transition->needs, TEXT_LITERAL("until"))) {
        yaml_error(r->draft->file, line, field,
                   "is to the day in the field until, which must be in needs");
    }
}

/* Only a day that was named once is still the same day later. */
static void reopen_check(struct reading *r, const struct procedure_clock *clock, struct text field,
                         int line)
{
    if (clock->source != CLOCK_FROM_FIELD) {
        yaml_error(r->draft->file, line, field,
                   "\"%.*s\" does not run until a day in a field: start it anew",
                   TEXT_PRINT(clock->name));
    }
}

static void steps_add(struct reading *r, enum clock_operation operation,
                      const struct yaml_node *node, bool from_receipt,
                      struct procedure_clock_step *steps)
{
    struct text field = arena_print(r->draft->file->arena, "%.*s.clocks.%s",
                                    TEXT_PRINT(r->map.path), operation_names[operation]);
    struct text_span names = words_of(r, node, field);
    for (size_t i = 0; i < names.count; i++) {
        struct procedure_clock_step *step = &steps[r->transition->clock_step_count];
        *step = (struct procedure_clock_step){.operation = operation, .clock = names.items[i]};
        if (!step_clock_known(r, step, field, node->line)) {
            continue;
        }
        r->transition->clock_step_count++;
        if (operation == CLOCK_OP_POSTPONE) {
            postpone_check(r, field, node->line);
        }
        const struct procedure_clock *clock =
            procedure_clock_find(r->draft->procedure, step->clock);
        if (operation == CLOCK_OP_REOPEN) {
            reopen_check(r, clock, field, node->line);
        }
        if (operation == CLOCK_OP_START || operation == CLOCK_OP_RESTART) {
            step->from_receipt = from_receipt && clock->source == CLOCK_FROM_MAIN;
            if (operation == CLOCK_OP_START) {
                start_check(r, clock, field, node->line);
            }
        }
    }
}

static bool starts_from_receipt(struct reading *r, struct yaml_map *clocks)
{
    struct text from = yaml_text(clocks, "from", YAML_OPTIONAL, NAME_CHARACTERS);
    if (from.data == NULL) {
        return false;
    }
    if (!text_equal_string(from, "receipt")) {
        yaml_error(r->draft->file, yaml_line(clocks, "from"), yaml_field(clocks, "from"),
                   "must be receipt: the day the papers were received");
    }
    return true;
}

static void clock_steps_read(struct reading *r)
{
    const struct yaml_node *node = yaml_get(&r->map, "clocks", YAML_OPTIONAL);
    if (node == NULL) {
        return;
    }
    struct yaml_map clocks;
    yaml_map_open(&clocks, r->draft->file, node, yaml_field(&r->map, "clocks"));
    size_t step_count = 0;
    for (size_t i = 0; i < OPERATION_COUNT; i++) {
        const struct yaml_node *names = yaml_get(&clocks, operation_names[i], YAML_OPTIONAL);
        step_count += names == NULL ? 0 : names->kind == YAML_LIST ? names->count : 1;
    }
    struct procedure_clock_step *steps =
        arena_take_array(r->draft->file->arena, step_count, sizeof *steps);
    bool from_receipt = starts_from_receipt(r, &clocks);
    r->transition->clock_steps = steps;
    /* In the order of the file, so that a clock may be stopped and another started. */
    for (size_t i = 0; clocks.node != NULL && i < clocks.node->count; i++) {
        for (size_t k = 0; k < OPERATION_COUNT; k++) {
            if (text_equal_string(clocks.node->pairs[i].key, operation_names[k])) {
                steps_add(r, (enum clock_operation)k, clocks.node->pairs[i].value, from_receipt,
                          steps);
            }
        }
    }
    bool has_receipt_start = false;
    for (size_t i = 0; i < r->transition->clock_step_count; i++) {
        has_receipt_start |= steps[i].from_receipt;
    }
    if (from_receipt && !has_receipt_start) {
        yaml_error(r->draft->file, yaml_line(&clocks, "from"), yaml_field(&clocks, "from"),
                   "goes with the start of a clock with limits: main");
    }
    yaml_map_close(&clocks);
}

/* -- events --------------------------------------------------------------------------------- */

static void events_read(struct reading *r)
{
    struct procedure_transition *t = r->transition;
    struct arena *arena = r->draft->file->arena;
    bool begins_sub_case = t->from == -1 && t->trigger == TRIGGER_SIGNAL;
    t->emits = name_read(&r->map, "emits", begins_sub_case ? YAML_OPTIONAL : YAML_REQUIRED);
    if (t->emits.data != NULL && procedure_decider(r->draft->procedure, t) != OWNER_NONE) {
        procedure_check_event(r->draft, procedure_event_type(r->draft->procedure, t, arena),
                              yaml_line(&r->map, "emits"), yaml_field(&r->map, "emits"));
    }
    t->then = yaml_texts(&r->map, "then", YAML_OPTIONAL, 2 * NAME_CHARACTERS);
    for (size_t i = 0; i < t->then.count; i++) {
        procedure_check_event(r->draft, arena_print(arena, "%.*s.v1", TEXT_PRINT(t->then.items[i])),
                              yaml_line(&r->map, "then"), yaml_element(&r->map, "then", i));
    }
}

void procedure_transition_read(struct procedure_draft *draft, const struct yaml_node *node,
                               struct text field, struct procedure_transition *transition)
{
    struct reading r = {.draft = draft, .transition = transition};
    *transition = (struct procedure_transition){.from = -1, .to = -1, .line = node->line};
    yaml_map_open(&r.map, draft->file, node, field);
    ends_read(&r);
    trigger_read(&r);
    action_parts_read(&r);
    conditions_read(&r);
    clock_steps_read(&r);
    events_read(&r);
    transition->is_decision = yaml_bool(&r.map, "decision", YAML_OPTIONAL, false);
    transition->ground = yaml_text(&r.map, "ground", YAML_OPTIONAL, NAME_CHARACTERS);
    transition->tells = procedure_signal_read(draft, &r.map, "tells");
    transition->opens = name_read(&r.map, "opens", YAML_OPTIONAL);
    transition->basis = yaml_text(&r.map, "basis", YAML_OPTIONAL, LABEL_CHARACTERS);
    yaml_map_close(&r.map);
}
