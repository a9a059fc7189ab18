/* Looking at YAML trees as they stand, and comparing two of them.
 *
 * NULL is a tree that is not there. An element of a list is known by its `code`, `id`, `kind` or
 * `name`, whichever it has first. Pure; what is printed lives in the arena given. */
#pragma once

#include "yaml/yaml.h"

/* The value of `key` in a map; NULL when there is none, or no map. */
const struct yaml_node *tree_get(const struct yaml_node *map, const char *key);

/* The text of the scalar at `key`; absent when there is none. */
struct text tree_text_at(const struct yaml_node *map, const char *key);

/* The line of `key` in a map, else that of the map. */
int tree_line(const struct yaml_node *map, const char *key);

/* By what an element of a list is known; absent when by nothing. */
struct text tree_key(const struct yaml_node *element);

/* The element of a list that is known by `key`; NULL when there is none, or no list. */
const struct yaml_node *tree_element(const struct yaml_node *list, struct text key);

/* True for a list whose elements are all known by something, each by something else. */
bool tree_is_keyed(const struct yaml_node *list);

/* True when both say the same; the order of the keys of a map says nothing. */
bool tree_equal(const struct yaml_node *left, const struct yaml_node *right);

/* The tree on one line, as YAML would have it; "nothing" for NULL. */
struct text tree_print(const struct yaml_node *node, struct arena *arena);

/* Calls `visit` for each smallest part that differs: `path` says where ("decision.within.value"),
 * `before` or `after` is NULL where one side has nothing. */
typedef void tree_visit(void *context, struct text path, const struct yaml_node *before,
                        const struct yaml_node *after);
void tree_compare(const struct yaml_node *before, const struct yaml_node *after, struct text path,
                  struct arena *arena, tree_visit *visit, void *context);
