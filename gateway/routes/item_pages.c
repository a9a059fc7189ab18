#include "routes/item_pages.h"

struct names_shown names_page(const struct names *names)
{
    return (struct names_shown){
        .zh_hans = names->zh_hans, .zh_hant = names->zh_hant, .en = names->en};
}

struct text_list texts_page(const struct text_span *texts)
{
    return (struct text_list){.items = texts->items, .count = texts->count};
}

static struct limit_shown limit_page(struct stated_limit limit, struct text basis)
{
    return (struct limit_shown){.value = limit.value, .unit = limit.unit, .basis = basis};
}

static struct text unit_code(const struct catalogue_unit *unit)
{
    return unit == NULL ? (struct text){0} : unit->code;
}

struct item_listed item_listed_of(const struct catalogue_item *item)
{
    return (struct item_listed){
        .code = item->code,
        .names = names_page(&item->names),
        .kind = item->kind,
        .department = item->department->code,
        .open = item->open,
        .promised = limit_page(item->limits.promised.limit, item->limits.promised.basis),
        .channels = texts_page(&item->channels),
    };
}

/* -- form and materials --------------------------------------------------------------------- */

static struct choice_shown_list choices_page(const struct catalogue *catalogue,
                                             const struct text_span *choices, struct arena *arena)
{
    static const struct names unnamed = {0};
    struct choice_shown_list list = {
        .items = arena_take_array(arena, choices->count, sizeof *list.items)};
    for (size_t i = 0; i < choices->count; i++) {
        const struct names *names = catalogue_choice_names(catalogue, choices->items[i]);
        list.items[list.count++] = (struct choice_shown){
            .code = choices->items[i],
            .names = names_page(names == NULL ? &unnamed : names),
        };
    }
    return list;
}

static struct field_shown_list fields_page(const struct catalogue *catalogue,
                                           const struct catalogue_item *item, struct arena *arena)
{
    static const char *const types[] = {"text",    "address", "choice", "decimal",
                                        "integer", "date",    "boolean"};
    struct field_shown_list list = {
        .items = arena_take_array(arena, item->field_count, sizeof *list.items)};
    for (size_t i = 0; i < item->field_count; i++) {
        const struct catalogue_field *field = &item->fields[i];
        list.items[list.count++] = (struct field_shown){
            .id = field->id,
            .names = names_page(&field->names),
            .type = text_of(types[field->type]),
            .required = field->required,
            .personal = field->personal,
            .max_characters = field->max_characters,
            .min = field->min,
            .max = field->max,
            .choices = choices_page(catalogue, &field->choices, arena),
            .filled_by = field->filled_by,
        };
    }
    return list;
}

static struct condition_shown_list conditions_page(const struct catalogue_when *when,
                                                   struct arena *arena)
{
    struct condition_shown_list list = {
        .items = arena_take_array(arena, when->count, sizeof *list.items)};
    for (size_t i = 0; i < when->count; i++) {
        list.items[list.count++] = (struct condition_shown){
            .key = when->conditions[i].key, .values = texts_page(&when->conditions[i].values)};
    }
    return list;
}

static struct material_asked_list materials_page(const struct catalogue_item *item,
                                                 struct arena *arena)
{
    static const char *const needs[] = {"welcome", "required", "conditional"};
    struct material_asked_list list = {
        .items = arena_take_array(arena, item->material_count, sizeof *list.items)};
    for (size_t i = 0; i < item->material_count; i++) {
        const struct catalogue_item_material *asked = &item->materials[i];
        const struct catalogue_register *source = asked->material->from_register;
        list.items[list.count++] = (struct material_asked){
            .code = asked->material->code,
            .names = names_page(&asked->material->names),
            .form = asked->form,
            .copies = asked->copies,
            .need = text_of(needs[asked->need]),
            .when = conditions_page(&asked->when, arena),
            .stage = asked->stage,
            .register_code = source == NULL ? (struct text){0} : source->code,
        };
    }
    return list;
}

/* -- stages and fees ------------------------------------------------------------------------ */

static struct stage_shown_list stages_page(const struct catalogue_item *item, struct arena *arena)
{
    struct stage_shown_list list = {
        .items = arena_take_array(arena, item->stage_count, sizeof *list.items)};
    for (size_t i = 0; i < item->stage_count; i++) {
        const struct catalogue_stage *stage = &item->stages[i];
        bool has_own = stage->department != NULL;
        list.items[list.count++] = (struct stage_shown){
            .id = stage->id,
            .names = names_page(&stage->names),
            .roles = texts_page(&stage->roles),
            .department = has_own ? stage->department->code : item->department->code,
            .limit = limit_page(stage->limit, (struct text){0}),
            .why = stage->why,
            .clock = stage->clock == NULL ? (struct text){0} : stage->clock->code,
            .optional = stage->optional,
        };
    }
    return list;
}

static struct fee_step_shown_list fee_steps_page(const struct catalogue_fee *fee,
                                                 struct arena *arena)
{
    struct fee_step_shown_list list = {
        .items = arena_take_array(arena, fee->step_count, sizeof *list.items)};
    for (size_t i = 0; i < fee->step_count; i++) {
        const struct catalogue_fee_step *step = &fee->steps[i];
        list.items[list.count++] = (struct fee_step_shown){
            .up_to = step->up_to == INT64_MAX ? 0 : step->up_to,
            .each_fen = step->each_fen,
            .every = step->every,
            .add_fen = step->add_fen,
        };
    }
    return list;
}

static struct fee_shown_list fees_page(const struct catalogue_item *item, struct arena *arena)
{
    static const char *const times[] = {"accepted", "granted", "requested"};
    struct fee_shown_list list = {.items =
                                      arena_take_array(arena, item->fee_count, sizeof *list.items)};
    for (size_t i = 0; i < item->fee_count; i++) {
        const struct catalogue_fee *fee = &item->fees[i];
        list.items[list.count++] = (struct fee_shown){
            .code = fee->code,
            .names = names_page(&fee->names),
            .amount_fen = fee->amount_fen,
            .steps = fee_steps_page(fee, arena),
            .quantity = fee->quantity == NULL ? (struct text){0} : fee->quantity->id,
            .bill_at = text_of(times[fee->bill_at]),
            .payee = fee->payee == NULL ? (struct text){0} : fee->payee->code,
            .basis = fee->basis,
        };
    }
    return list;
}

/* -- the rest ------------------------------------------------------------------------------- */

static struct law_shown_list laws_page(const struct catalogue_item *item, struct arena *arena)
{
    struct law_shown_list list = {.items =
                                      arena_take_array(arena, item->law_count, sizeof *list.items)};
    for (size_t i = 0; i < item->law_count; i++) {
        list.items[list.count++] = (struct law_shown){
            .law = names_page(&item->laws[i].law), .articles = texts_page(&item->laws[i].articles)};
    }
    return list;
}

static struct named_shown_list conditions_of(const struct catalogue_item *item, struct arena *arena)
{
    struct named_shown_list list = {
        .items = arena_take_array(arena, item->condition_count, sizeof *list.items)};
    for (size_t i = 0; i < item->condition_count; i++) {
        list.items[list.count++].names = names_page(&item->conditions[i]);
    }
    return list;
}

static struct named_shown_list results_of(const struct catalogue_item *item, struct arena *arena)
{
    struct named_shown_list list = {
        .items = arena_take_array(arena, item->result_count, sizeof *list.items)};
    for (size_t i = 0; i < item->result_count; i++) {
        list.items[list.count++].names = names_page(&item->results[i].names);
    }
    return list;
}

static struct contact_shown contact_page(const struct catalogue_contact *contact)
{
    return (struct contact_shown){
        .window = contact->window == NULL ? (struct text){0} : contact->window->code,
        .phone = contact->phone,
        .leader = names_page(&contact->leader),
        .leader_phone = contact->leader_phone,
        .complaints_phone = contact->complaints_phone,
    };
}

struct item_page item_page_of(const struct hall_rules *rules, const struct catalogue_item *item,
                              struct arena *arena)
{
    const struct catalogue_limits *limits = &item->limits;
    return (struct item_page){
        .code = item->code,
        .names = names_page(&item->names),
        .kind = item->kind,
        .machine = item->machine,
        .open = item->open,
        .catalogue_version = rules->version,
        .department = item->department->code,
        .co_departments = texts_page(&item->co_departments),
        .applicants = texts_page(&item->applicants),
        .channels = texts_page(&item->channels),
        .rules = names_page(&item->rules),
        .laws = laws_page(item, arena),
        .authority = names_page(&item->authority.rule),
        .decides = unit_code(item->authority.decides),
        .conditions = conditions_of(item, arena),
        .form = fields_page(rules->catalogue, item, arena),
        .materials = materials_page(item, arena),
        .stages = stages_page(item, arena),
        .statutory = limit_page(limits->statutory.limit, limits->statutory.basis),
        .local = limit_page(limits->local.limit, limits->local.basis),
        .promised = limit_page(limits->promised.limit, limits->promised.basis),
        .extension = limit_page(limits->extension.limit, limits->extension.basis),
        .deliver = limit_page(limits->deliver.limit, limits->deliver.basis),
        .fees = fees_page(item, arena),
        .results = results_of(item, arena),
        .contact = contact_page(&item->contact),
    };
}
