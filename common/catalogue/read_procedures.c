/* The procedures that come with a catalogue, and whether items and procedures fit each other. */
#include "catalogue/draft.h"

/* -- loading -------------------------------------------------------------------------------- */

/* A state made of sub-cases names a procedure that is one. */
static void parallels_check(struct catalogue_draft *draft, const struct procedure *procedure)
{
    for (size_t i = 0; i < procedure->state_count; i++) {
        const struct procedure_state *state = &procedure->states[i];
        const struct procedure *sub_case = catalogue_procedure(draft->catalogue, state->parallel);
        if (state->parallel.data != NULL && (sub_case == NULL || !sub_case->is_sub_case)) {
            yaml_error(
                draft->file, state->line,
                arena_print(draft->file->arena, "states.%.*s.parallel", TEXT_PRINT(state->name)),
                "\"%.*s\" is not a procedure with sub_case: true", TEXT_PRINT(state->parallel));
        }
    }
}

/* What begins with a transition is a matter of the hall. */
static void opens_check(struct catalogue_draft *draft, const struct procedure *procedure)
{
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        const struct procedure *opened = catalogue_procedure(draft->catalogue, transition->opens);
        if (!text_is_empty(transition->opens) && (opened == NULL || !opened->of_hall)) {
            yaml_error(draft->file, transition->line,
                       arena_print(draft->file->arena, "transitions[%zu].opens", i),
                       "\"%.*s\" is not a procedure with of_hall", TEXT_PRINT(transition->opens));
        }
    }
}

/* A state that names a department names one of the catalogue. */
static void state_departments_check(struct catalogue_draft *draft,
                                    const struct procedure *procedure)
{
    for (size_t i = 0; i < procedure->state_count; i++) {
        const struct procedure_state *state = &procedure->states[i];
        if (!text_is_empty(state->department) &&
            catalogue_unit(draft->catalogue, state->department) == NULL) {
            yaml_error(
                draft->file, state->line,
                arena_print(draft->file->arena, "states.%.*s.department", TEXT_PRINT(state->name)),
                "\"%.*s\" is not a department or body", TEXT_PRINT(state->department));
        }
    }
}

/* An item for each procedure of the hall itself, so that its matters move like any other. */
static void hall_items_make(struct catalogue_draft *draft)
{
    struct catalogue *catalogue = draft->catalogue;
    struct catalogue_item *items =
        arena_take_array(draft->file->arena, catalogue->procedure_count, sizeof *items);
    for (size_t i = 0; i < catalogue->procedure_count; i++) {
        const struct procedure *procedure = catalogue->procedures[i];
        const struct catalogue_unit *unit = catalogue_unit(catalogue, procedure->department);
        if (!procedure->of_hall) {
            continue;
        }
        if (unit == NULL) {
            yaml_error(draft->file, 1, TEXT_LITERAL("of_hall"),
                       "\"%.*s\" of the procedure %.*s is not a department or body",
                       TEXT_PRINT(procedure->department), TEXT_PRINT(procedure->name));
        }
        items[catalogue->hall_item_count++] = (struct catalogue_item){
            .code = procedure->name,
            .names = procedure->names,
            .kind = procedure->name,
            .machine = procedure->name,
            .procedure = procedure,
            .department = unit,
        };
    }
    catalogue->hall_items = items;
}

void draft_procedures(struct catalogue_draft *draft)
{
    struct catalogue *catalogue = draft->catalogue;
    const struct catalogue_inputs *inputs = draft->inputs;
    const char *own_name = draft->file->name;
    /* Without any role of its own the catalogue has been refused, and nothing would be known. */
    if (draft->role_name_count == 0) {
        return;
    }
    const struct procedure **procedures =
        arena_take_array(draft->file->arena, inputs->procedure_count, sizeof *procedures);
    const char **names =
        arena_take_array(draft->file->arena, inputs->procedure_count, sizeof *names);
    catalogue->vocabulary = *inputs->vocabulary;
    catalogue->vocabulary.roles = draft->role_names;
    catalogue->vocabulary.role_count = draft->role_name_count;
    catalogue->procedures = procedures;
    for (size_t i = 0; i < inputs->procedure_count; i++) {
        const struct procedure *procedure = NULL;
        draft->file->name = inputs->procedures[i].name;
        if (procedure_load(draft->file, inputs->procedures[i].text, &catalogue->vocabulary,
                           &procedure) != ERR_OK) {
            continue;
        }
        if (catalogue_procedure(catalogue, procedure->name) != NULL) {
            yaml_error(draft->file, 1, TEXT_LITERAL("procedure"),
                       "\"%.*s\" is the name of another procedure too",
                       TEXT_PRINT(procedure->name));
        }
        names[catalogue->procedure_count] = inputs->procedures[i].name;
        procedures[catalogue->procedure_count++] = procedure;
    }
    for (size_t i = 0; i < catalogue->procedure_count; i++) {
        draft->file->name = names[i];
        parallels_check(draft, procedures[i]);
        opens_check(draft, procedures[i]);
        state_departments_check(draft, procedures[i]);
    }
    draft->file->name = own_name;
    hall_items_make(draft);
}

/* -- an item and its procedure -------------------------------------------------------------- */

static bool some_state_names(const struct procedure *procedure, struct text stage)
{
    for (size_t i = 0; i < procedure->state_count; i++) {
        if (text_span_contains(&procedure->states[i].stages, stage)) {
            return true;
        }
    }
    return false;
}

/* Every stage that is not optional is carried out in some state. */
static void stages_check(struct catalogue_draft *draft, struct yaml_map *map)
{
    const struct catalogue_item *item = draft->item;
    const struct yaml_node *list = yaml_list(map, "stages", YAML_OPTIONAL);
    for (size_t i = 0; i < item->stage_count; i++) {
        if (!item->stages[i].optional && !some_state_names(item->procedure, item->stages[i].id)) {
            yaml_error(map->file, list->items[i]->line, yaml_element(map, "stages", i),
                       "\"%.*s\" is named by no state of the procedure %.*s: name it in the "
                       "stages of one, or say optional: true",
                       TEXT_PRINT(item->stages[i].id), TEXT_PRINT(item->procedure->name));
        }
    }
}

static bool costs_something(const struct catalogue_item *item)
{
    for (size_t i = 0; i < item->fee_count; i++) {
        if (item->fees[i].payee != NULL) {
            return true;
        }
    }
    return false;
}

/* What the item must state so that the clock has a limit; NULL when it does. */
static const char *clock_lacks(const struct catalogue_item *item,
                               const struct procedure_clock *clock)
{
    const struct catalogue_limits *limits = &item->limits;
    switch (clock->source) {
    case CLOCK_FROM_STAGE:
        return catalogue_stage(item, clock->stage) == NULL ? "a stage of that name" : NULL;
    case CLOCK_FROM_SUPPLEMENT:
        return limits->supplement.usual.unit.data == NULL ? "limits.supplement" : NULL;
    case CLOCK_FROM_PAYMENT:
        return costs_something(item) && limits->payment.usual.unit.data == NULL ? "limits.payment"
                                                                                : NULL;
    case CLOCK_FROM_DELIVER:
        return limits->deliver.limit.unit.data == NULL ? "limits.deliver" : NULL;
    case CLOCK_FROM_MAIN:
    case CLOCK_FROM_LIMIT:
    case CLOCK_FROM_FIELD:
        return NULL;
    }
    return NULL;
}

static void clocks_check(struct catalogue_draft *draft, struct yaml_map *map)
{
    const struct procedure *procedure = draft->item->procedure;
    for (size_t i = 0; i < procedure->clock_count; i++) {
        const char *lacks = clock_lacks(draft->item, &procedure->clocks[i]);
        if (lacks != NULL) {
            yaml_error(map->file, yaml_line(map, "machine"), yaml_field(map, "machine"),
                       "the clock \"%.*s\" of the procedure %.*s needs %s, which this item does "
                       "not state",
                       TEXT_PRINT(procedure->clocks[i].name), TEXT_PRINT(procedure->name), lacks);
        }
    }
}

static void form_field_check(struct catalogue_draft *draft, struct yaml_map *map, struct text field)
{
    const struct catalogue_field *known = catalogue_field(draft->item, field);
    if (known == NULL || known->personal) {
        yaml_error(map->file, yaml_line(map, "machine"), yaml_field(map, "machine"),
                   "the procedure %.*s reads \"%.*s\" from the form, which must have a field of "
                   "that name that is not personal",
                   TEXT_PRINT(draft->item->machine), TEXT_PRINT(field));
    }
}

/* What the procedure shows to those from whom it conceals who filed is a field of the form, or one
 * that actions carry. */
static void shows_check(struct catalogue_draft *draft, struct yaml_map *map)
{
    const struct procedure *procedure = draft->item->procedure;
    const struct wire_message *fields = draft->inputs->vocabulary->fields;
    for (size_t i = 0; i < procedure->shows.count; i++) {
        struct text name = procedure->shows.items[i];
        size_t index = 0;
        bool is_field = fields == NULL || wire_field_find(fields, name, 0, &index) != NULL;
        if (!is_field && catalogue_field(draft->item, name) == NULL) {
            yaml_error(map->file, yaml_line(map, "machine"), yaml_field(map, "machine"),
                       "the procedure %.*s shows \"%.*s\", which is a field neither of the form "
                       "nor of an action",
                       TEXT_PRINT(draft->item->machine), TEXT_PRINT(name));
        }
    }
}

/* What the procedure reads from the form is a field of it. */
static void form_check(struct catalogue_draft *draft, struct yaml_map *map)
{
    const struct procedure *procedure = draft->item->procedure;
    for (size_t i = 0; i < procedure->party_count; i++) {
        form_field_check(draft, map, procedure->parties[i].form_field);
    }
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        for (size_t k = 0; k < transition->condition_count; k++) {
            struct text fact = transition->conditions[k].fact;
            if (text_starts_with(fact, "form.")) {
                form_field_check(draft, map, text_after(fact, sizeof "form." - 1));
            }
        }
    }
}

void draft_item_procedure(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_item *item = draft->item;
    item->procedure = catalogue_procedure(draft->catalogue, item->machine);
    if (item->procedure == NULL) {
        return;
    }
    if (item->procedure->is_sub_case && !item->procedure->of_hall) {
        yaml_error(map->file, yaml_line(map, "machine"), yaml_field(map, "machine"),
                   "\"%.*s\" is the procedure of a sub-case, not of an item",
                   TEXT_PRINT(item->machine));
        return;
    }
    if (item->procedure->of_hall) {
        yaml_error(map->file, yaml_line(map, "machine"), yaml_field(map, "machine"),
                   "\"%.*s\" is a procedure of the hall itself, not of an item",
                   TEXT_PRINT(item->machine));
        return;
    }
    item->open = true;
    form_check(draft, map);
    shows_check(draft, map);
    stages_check(draft, map);
    clocks_check(draft, map);
}
