/* A catalogue in a folder, loaded as a hall would load it, with the trees of its files beside the
 * rules: what is told about a line of a file is found in the tree. Everything lives in the caller's
 * arena. Blocks on the disk; one thread. */
#pragma once

#include "catalogue/folder.h"
#include "matter/rules.h"

struct folder {
    const char *path;
    struct catalogue_files files;
    struct hall_rules rules;
    struct text errors; /* what makes it unsound, an error a line */
};

/* ERR_INVALID with `errors` when the folder can be read but is not sound; any other error is told
 * by `reason`. */
enum err folder_load(const char *path, struct arena *arena, struct folder *ret_folder,
                     struct reason *reason);

/* The tree of a file of a sound folder; NULL when the folder has no such file. */
const struct yaml_node *folder_tree(const struct catalogue_source *source, struct arena *arena);

/* Of the item, its entry in the tree of catalogue.yaml. */
const struct yaml_node *folder_item_tree(const struct yaml_node *catalogue, struct text code);
