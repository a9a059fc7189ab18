/* The stages of an item and the materials they, or the filing, ask for. */
#include "catalogue/draft.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { STAFF_MAX = 20, COPIES_MAX = 20 };

/* -- stages --------------------------------------------------------------------------------- */

/* A limit, or `limit: null` with the reason why there is none. */
static void stage_limit_read(struct yaml_map *map, struct catalogue_stage *stage)
{
    bool has_none = yaml_is_null(map, "limit");
    stage->limit = limit_read(map, "limit", has_none ? YAML_OPTIONAL : YAML_REQUIRED);
    stage->why = draft_label(map, "why", has_none ? YAML_REQUIRED : YAML_OPTIONAL);
    if (!has_none && stage->why.data != NULL) {
        yaml_error(map->file, yaml_line(map, "why"), yaml_field(map, "why"),
                   "goes with limit: null only");
    }
}

/* The unit that carries the stage out: the item's own, or one that it handles the matter with. */
static void stage_department_read(struct catalogue_draft *draft, struct yaml_map *map,
                                  struct catalogue_stage *stage)
{
    const struct catalogue_head *head = &draft->catalogue->head;
    const struct catalogue_item *item = draft->item;
    stage->department = draft_reference(map, "department", YAML_OPTIONAL,
                                        CODED(head->units, head->unit_count), "a department");
    if (stage->department != NULL && item->department != NULL &&
        stage->department != item->department &&
        !text_span_contains(&item->co_departments, stage->department->code)) {
        yaml_error(map->file, yaml_line(map, "department"), yaml_field(map, "department"),
                   "\"%.*s\" is neither the item's department nor one of its co_departments",
                   TEXT_PRINT(stage->department->code));
    }
}

static void stage_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    const struct catalogue_head *head = &draft->catalogue->head;
    struct catalogue_stage *stage = place;
    stage->id = name_read(map, "id", YAML_REQUIRED);
    stage->names = names_read(map, "names", YAML_REQUIRED);
    stage->roles = draft_roles(draft, map, "roles", YAML_REQUIRED);
    stage_limit_read(map, stage);
    stage->clock =
        draft_reference(map, "clock", YAML_REQUIRED,
                        CODED(head->clock_kinds, head->clock_kind_count), "a kind of clock");
    stage_department_read(draft, map, stage);
    stage->parallel_group = draft_label(map, "parallel_group", YAML_OPTIONAL);
    stage->min_staff = yaml_int(map, "min_staff", YAML_OPTIONAL, 1, STAFF_MAX, 1);
    stage->optional = yaml_bool(map, "optional", YAML_OPTIONAL, false);
    stage->blocks = yaml_text(map, "blocks", YAML_OPTIONAL, NAME_CHARACTERS);
}

/* The id of a stage, which must be one of the item's. */
static void stage_check(struct catalogue_draft *draft, struct yaml_map *map, int line,
                        struct text field, struct text id)
{
    const struct catalogue_item *item = draft->item;
    if (id.data != NULL && catalogue_stage(item, id) == NULL) {
        draft_unknown(map, line, field, id, CODED(item->stages, item->stage_count),
                      "a stage of this item");
    }
}

void draft_stages(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_item *item = draft->item;
    item->stages = draft_list(draft, map, "stages", YAML_REQUIRED, sizeof *item->stages, stage_read,
                              &item->stage_count);
    draft_unique(map, "stages", CODED(item->stages, item->stage_count));
    const struct yaml_node *list = yaml_list(map, "stages", YAML_OPTIONAL);
    /* A stage may block one that stands behind it, so this is looked at when all are read. */
    for (size_t i = 0; i < item->stage_count; i++) {
        struct text field = arena_print(map->file->arena, "%.*s.blocks",
                                        TEXT_PRINT(yaml_element(map, "stages", i)));
        stage_check(draft, map, list->items[i]->line, field, item->stages[i].blocks);
    }
}

/* -- materials ------------------------------------------------------------------------------ */

static enum material_need need_read(struct yaml_map *map)
{
    static const char *const words[] = {"false", "true", "conditional"};
    int index = yaml_choice(map, "required", YAML_REQUIRED, words, COUNT(words));
    return index < 0 ? MATERIAL_WELCOME : (enum material_need)index;
}

/* A register is asked by something about the applicant or by a field of the form: it must exist. */
static void register_key_check(struct catalogue_draft *draft, struct yaml_map *map,
                               const struct catalogue_material *material)
{
    if (material == NULL || material->from_register == NULL ||
        text_starts_with(material->from_register->key, "applicant.") ||
        catalogue_field(draft->item, material->from_register->key) != NULL) {
        return;
    }
    yaml_error(map->file, yaml_line(map, "id"), yaml_field(map, "id"),
               "comes from the register %.*s, which is asked by %.*s: the form has no such field",
               TEXT_PRINT(material->from_register->code), TEXT_PRINT(material->from_register->key));
}

static void material_read(struct catalogue_draft *draft, struct yaml_map *map, void *place)
{
    static const char *const forms[] = {"electronic", "original", "copy"};
    const struct catalogue_head *head = &draft->catalogue->head;
    struct catalogue_item_material *material = place;
    material->material = draft_reference(
        map, "id", YAML_REQUIRED, CODED(head->materials, head->material_count), "a material");
    register_key_check(draft, map, material->material);
    material->form = draft_word(map, "form", YAML_REQUIRED, forms, COUNT(forms));
    material->copies = yaml_int(map, "copies", YAML_REQUIRED, 1, COPIES_MAX, 1);
    material->need = need_read(map);
    material->sensitive = yaml_bool(map, "sensitive", YAML_OPTIONAL, false);
    material->stage = yaml_text(map, "stage", YAML_OPTIONAL, NAME_CHARACTERS);
    stage_check(draft, map, yaml_line(map, "stage"), yaml_field(map, "stage"), material->stage);
    bool is_conditional = material->need == MATERIAL_CONDITIONAL;
    material->when = draft_when(draft, map, is_conditional ? YAML_REQUIRED : YAML_OPTIONAL,
                                material->stage.data == NULL ? WHEN_FILING : WHEN_LATER);
    if (!is_conditional && material->when.count > 0) {
        yaml_error(map->file, yaml_line(map, "when"), yaml_field(map, "when"),
                   "goes with required: conditional only");
    }
}

void draft_materials(struct catalogue_draft *draft, struct yaml_map *map)
{
    struct catalogue_item *item = draft->item;
    struct catalogue_item_material *materials =
        draft_list(draft, map, "materials", YAML_REQUIRED, sizeof *materials, material_read,
                   &item->material_count);
    item->materials = materials;
    for (size_t i = 0; i < item->material_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (materials[i].material != NULL && materials[i].material == materials[k].material) {
                yaml_error(map->file, yaml_line(map, "materials"),
                           yaml_element(map, "materials", i), "\"%.*s\" stands twice in this list",
                           TEXT_PRINT(materials[i].material->code));
            }
        }
    }
}
