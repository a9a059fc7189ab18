/* Loading a catalogue: the head first, then its procedures, then the items that refer to both. */
#include "catalogue/draft.h"

#include "base/check.h"

/* The codes of all items, so that one item may name a later one. */
static void item_codes_read(struct catalogue_draft *draft, struct yaml_map *map)
{
    const struct yaml_node *list = yaml_list(map, "items", YAML_OPTIONAL);
    size_t count = list == NULL ? 0 : list->count;
    draft->item_codes.items =
        arena_take_array(map->file->arena, count, sizeof *draft->item_codes.items);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *item = list->items[i];
        for (size_t k = 0; item->kind == YAML_MAP && k < item->count; k++) {
            if (text_equal_string(item->pairs[k].key, "code") &&
                item->pairs[k].value->kind == YAML_SCALAR) {
                draft->item_codes.items[draft->item_codes.count++] = item->pairs[k].value->scalar;
            }
        }
    }
}

enum err catalogue_load(struct yaml_file *file, struct text source,
                        const struct catalogue_inputs *inputs,
                        const struct catalogue **ret_catalogue)
{
    CHECK(inputs->vocabulary != NULL);
    const struct yaml_node *root = NULL;
    size_t errors_before = file->error_count;
    enum err err = yaml_parse(file, source, &root);
    if (err != ERR_OK) {
        return err;
    }
    if (root->kind != YAML_MAP) {
        yaml_error(file, root->line, TEXT_LITERAL(""), "must be a map of keys and values");
        return ERR_INVALID;
    }
    struct catalogue *catalogue = arena_take(file->arena, sizeof *catalogue);
    struct catalogue_draft draft = {.file = file, .inputs = inputs, .catalogue = catalogue};
    struct yaml_map map;
    yaml_map_open(&map, file, root, TEXT_LITERAL(""));
    draft_head(&draft, &map);
    draft_head_lists(&draft, &map);
    draft_procedures(&draft);
    item_codes_read(&draft, &map);
    catalogue->items = draft_list(&draft, &map, "items", YAML_REQUIRED, sizeof *catalogue->items,
                                  draft_item, &catalogue->item_count);
    draft_unique(&map, "items", CODED(catalogue->items, catalogue->item_count));
    draft_collection_points(&draft, &map);
    yaml_map_close(&map);
    if (file->error_count != errors_before) {
        return ERR_INVALID;
    }
    *ret_catalogue = catalogue;
    return ERR_OK;
}
