#include "catalogue_tool/folder.h"

#include "base/check.h"
#include "catalogue_tool/tree.h"

static struct rules_file rules_file_of(const struct catalogue_source *source)
{
    return (struct rules_file){.name = text_of(source->name), .text = source->text};
}

enum err folder_load(const char *path, struct arena *arena, struct folder *ret_folder,
                     struct reason *reason)
{
    enum { OTHER_FILES = 4 };
    struct folder folder = {.path = path};
    enum err err = catalogue_files_read(path, arena, &folder.files, reason);
    if (err != ERR_OK) {
        return err;
    }
    const struct catalogue_files *files = &folder.files;
    struct rules_file *all =
        arena_take_array(arena, files->procedure_count + OTHER_FILES, sizeof *all);
    size_t count = 0;
    all[count++] = rules_file_of(&files->catalogue);
    if (files->calendar.name != NULL) {
        all[count++] = rules_file_of(&files->calendar);
    }
    if (files->templates.name != NULL) {
        all[count++] = rules_file_of(&files->templates);
    }
    if (files->letters.name != NULL) {
        all[count++] = rules_file_of(&files->letters);
    }
    for (size_t i = 0; i < files->procedure_count; i++) {
        all[count++] = rules_file_of(&files->procedures[i]);
    }
    err = rules_load(all, count, 1, arena, &folder.rules, &folder.errors);
    *ret_folder = folder;
    return err;
}

const struct yaml_node *folder_tree(const struct catalogue_source *source, struct arena *arena)
{
    struct yaml_file file;
    const struct yaml_node *root = NULL;
    if (source->name == NULL) {
        return NULL;
    }
    yaml_file_init(&file, source->name, arena);
    CHECK(yaml_parse(&file, source->text, &root) == ERR_OK); /* it was loaded before */
    return root;
}

const struct yaml_node *folder_item_tree(const struct yaml_node *catalogue, struct text code)
{
    return tree_element(tree_get(catalogue, "items"), code);
}
