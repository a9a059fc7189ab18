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
    }
    draft->file->name = own_name;
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

void draft_item_procedure(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_item *item = draft->item;
    item->procedure = catalogue_procedure(draft->catalogue, item->machine);
    if (item->procedure == NULL) {
        return;
    }
    if (item->procedure->is_sub_case) {
        yaml_error(map->file, yaml_line(map, "machine"), yaml_field(map, "machine"),
                   "\"%.*s\" is the procedure of a sub-case, not of an item",
                   TEXT_PRINT(item->machine));
        return;
    }
    item->open = true;
    stages_check(draft, map);
    clocks_check(draft, map);
}
