/* The names that a procedure may use, and the errors about those that do not exist. */
#include "procedure/draft.h"

const char **procedure_clock_names(const struct procedure_draft *draft)
{
    const struct procedure *procedure = draft->procedure;
    const char **names =
        arena_take_array(draft->file->arena, procedure->clock_count, sizeof *names);
    for (size_t i = 0; i < procedure->clock_count; i++) {
        names[i] = procedure->clocks[i].name.data;
    }
    return names;
}

const char **procedure_state_names(const struct procedure_draft *draft)
{
    const struct procedure *procedure = draft->procedure;
    const char **names =
        arena_take_array(draft->file->arena, procedure->state_count, sizeof *names);
    for (size_t i = 0; i < procedure->state_count; i++) {
        names[i] = procedure->states[i].name.data;
    }
    return names;
}

struct text procedure_common_field(const struct procedure_draft *draft,
                                   const struct procedure_transition *transition)
{
    return arena_print(draft->file->arena, "states.%.*s.%.*s",
                       TEXT_PRINT(draft->procedure->states[transition->from].name),
                       TEXT_PRINT(transition->trigger_name));
}

struct text procedure_signal_read(const struct procedure_draft *draft, struct yaml_map *map,
                                  const char *key)
{
    const struct procedure_vocabulary *vocabulary = draft->vocabulary;
    const char **known =
        arena_take_array(draft->file->arena, vocabulary->signal_count, sizeof *known);
    struct text name = name_read(map, key, YAML_OPTIONAL);
    for (size_t i = 0; i < vocabulary->signal_count; i++) {
        known[i] = vocabulary->signals[i].name;
    }
    if (name.data != NULL && !name_is_known(name, known, vocabulary->signal_count)) {
        name_unknown(draft->file, yaml_line(map, key), yaml_field(map, key), name, "a signal",
                     known, vocabulary->signal_count);
    }
    return name;
}

void procedure_check_event(const struct procedure_draft *draft, struct text type, int line,
                           struct text field)
{
    const struct procedure_vocabulary *vocabulary = draft->vocabulary;
    size_t count = 0;
    for (size_t i = 0; i < vocabulary->event_vocabulary_count; i++) {
        if (wire_find(vocabulary->events[i], type) != NULL) {
            return;
        }
        count += vocabulary->events[i]->count;
    }
    if (vocabulary->event_vocabulary_count == 0) {
        return;
    }
    const char **known = arena_take_array(draft->file->arena, count, sizeof *known);
    size_t known_count = 0;
    for (size_t i = 0; i < vocabulary->event_vocabulary_count; i++) {
        for (size_t k = 0; k < vocabulary->events[i]->count; k++) {
            known[known_count++] = vocabulary->events[i]->messages[k]->name;
        }
    }
    name_unknown(draft->file, line, field, type, "a declared event", known, known_count);
}

bool procedure_check_field(const struct procedure_draft *draft, struct text name, int line,
                           struct text field)
{
    const struct wire_message *fields = draft->vocabulary->fields;
    if (fields == NULL || wire_field_find(fields, name, 0, &(size_t){0}) != NULL) {
        return true;
    }
    const char **known = arena_take_array(draft->file->arena, fields->field_count, sizeof *known);
    for (size_t i = 0; i < fields->field_count; i++) {
        known[i] = fields->fields[i].name;
    }
    name_unknown(draft->file, line, field, name, "a field of an action", known,
                 fields->field_count);
    return false;
}
