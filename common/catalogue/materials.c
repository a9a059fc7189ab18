#include "catalogue/materials.h"

static bool is_required(const struct catalogue_item_material *entry,
                        const struct catalogue_facts *facts, struct text stage)
{
    if (!text_equal(entry->stage, stage)) {
        return false;
    }
    switch (entry->need) {
    case MATERIAL_WELCOME:
        return false;
    case MATERIAL_REQUIRED:
        return true;
    case MATERIAL_CONDITIONAL:
        return catalogue_when_holds(&entry->when, facts);
    }
    return false;
}

struct catalogue_material_list catalogue_required_materials(const struct catalogue_item *item,
                                                            const struct catalogue_facts *facts,
                                                            struct text stage, struct arena *arena)
{
    struct catalogue_material_list list = {
        .items = arena_take_array(arena, item->material_count, sizeof *list.items)};
    for (size_t i = 0; i < item->material_count; i++) {
        if (is_required(&item->materials[i], facts, stage)) {
            list.items[list.count++] = &item->materials[i];
        }
    }
    return list;
}

struct catalogue_material_list catalogue_missing_materials(const struct catalogue_item *item,
                                                           const struct catalogue_facts *facts,
                                                           struct text stage,
                                                           const struct text_span *provided,
                                                           struct arena *arena)
{
    struct catalogue_material_list list = catalogue_required_materials(item, facts, stage, arena);
    size_t required_count = list.count;
    list.count = 0;
    for (size_t i = 0; i < required_count; i++) {
        const struct catalogue_material *material = list.items[i]->material;
        if (material->from_register == NULL && !text_span_contains(provided, material->code)) {
            list.items[list.count++] = list.items[i];
        }
    }
    return list;
}
