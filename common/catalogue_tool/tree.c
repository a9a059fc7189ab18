#include "catalogue_tool/tree.h"

static const struct yaml_node *map_find(const struct yaml_node *map, struct text key)
{
    for (size_t i = 0; map != NULL && map->kind == YAML_MAP && i < map->count; i++) {
        if (text_equal(map->pairs[i].key, key)) {
            return map->pairs[i].value;
        }
    }
    return NULL;
}

const struct yaml_node *tree_get(const struct yaml_node *map, const char *key)
{
    return map_find(map, text_of(key));
}

struct text tree_text_at(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = tree_get(map, key);
    return node == NULL || node->kind != YAML_SCALAR ? (struct text){0} : node->scalar;
}

int tree_line(const struct yaml_node *map, const char *key)
{
    for (size_t i = 0; map != NULL && map->kind == YAML_MAP && i < map->count; i++) {
        if (text_equal_string(map->pairs[i].key, key)) {
            return map->pairs[i].line;
        }
    }
    return map == NULL ? 1 : map->line;
}

struct text tree_key(const struct yaml_node *element)
{
    static const char *const keys[] = {"code", "id", "kind", "name"};
    struct text key = {0};
    for (size_t i = 0; key.data == NULL && i < sizeof keys / sizeof keys[0]; i++) {
        key = tree_text_at(element, keys[i]);
    }
    return key;
}

const struct yaml_node *tree_element(const struct yaml_node *list, struct text key)
{
    for (size_t i = 0; list != NULL && list->kind == YAML_LIST && i < list->count; i++) {
        struct text own = tree_key(list->items[i]);
        if (own.data != NULL && text_equal(own, key)) {
            return list->items[i];
        }
    }
    return NULL;
}

bool tree_is_keyed(const struct yaml_node *list)
{
    if (list == NULL || list->kind != YAML_LIST) {
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct text key = tree_key(list->items[i]);
        if (key.data == NULL || tree_element(list, key) != list->items[i]) {
            return false;
        }
    }
    return list->count > 0;
}

/* -- comparing ------------------------------------------------------------------------------ */

static bool maps_equal(const struct yaml_node *left, const struct yaml_node *right)
{
    for (size_t i = 0; i < left->count; i++) {
        const struct yaml_node *other = map_find(right, left->pairs[i].key);
        if (other == NULL || !tree_equal(left->pairs[i].value, other)) {
            return false;
        }
    }
    return left->count == right->count;
}

bool tree_equal(const struct yaml_node *left, const struct yaml_node *right)
{
    if (left == NULL || right == NULL || left->kind != right->kind) {
        return left == right;
    }
    if (left->kind == YAML_SCALAR) {
        return text_equal(left->scalar, right->scalar);
    }
    if (left->kind == YAML_MAP) {
        return maps_equal(left, right);
    }
    for (size_t i = 0; left->count == right->count && i < left->count; i++) {
        if (!tree_equal(left->items[i], right->items[i])) {
            return false;
        }
    }
    return left->count == right->count;
}

struct text tree_print(const struct yaml_node *node, struct arena *arena)
{
    if (node == NULL) {
        return TEXT_LITERAL("nothing");
    }
    if (node->kind == YAML_SCALAR) {
        return node->scalar.size == 0 ? TEXT_LITERAL("\"\"") : node->scalar;
    }
    bool is_map = node->kind == YAML_MAP;
    struct text inside = TEXT_LITERAL("");
    for (size_t i = 0; i < node->count; i++) {
        struct text part = tree_print(is_map ? node->pairs[i].value : node->items[i], arena);
        struct text key = is_map ? node->pairs[i].key : TEXT_LITERAL("");
        inside = arena_print(arena, "%.*s%s%.*s%s%.*s", TEXT_PRINT(inside), i == 0 ? "" : ", ",
                             TEXT_PRINT(key), is_map ? ": " : "", TEXT_PRINT(part));
    }
    return is_map ? arena_print(arena, "{%.*s}", TEXT_PRINT(inside))
                  : arena_print(arena, "[%.*s]", TEXT_PRINT(inside));
}

/* A comparison under way. */
struct comparing {
    struct arena *arena;
    tree_visit *visit;
    void *context;
};

static void compare(struct comparing *c, struct text path, const struct yaml_node *before,
                    const struct yaml_node *after);

static struct text key_path(struct comparing *c, struct text path, struct text key)
{
    return text_is_empty(path)
               ? key
               : arena_print(c->arena, "%.*s.%.*s", TEXT_PRINT(path), TEXT_PRINT(key));
}

static struct text element_path(struct comparing *c, struct text path, struct text key)
{
    return arena_print(c->arena, "%.*s[%.*s]", TEXT_PRINT(path), TEXT_PRINT(key));
}

static void maps_compare(struct comparing *c, struct text path, const struct yaml_node *before,
                         const struct yaml_node *after)
{
    for (size_t i = 0; i < before->count; i++) {
        const struct yaml_pair *pair = &before->pairs[i];
        compare(c, key_path(c, path, pair->key), pair->value, map_find(after, pair->key));
    }
    for (size_t i = 0; i < after->count; i++) {
        const struct yaml_pair *pair = &after->pairs[i];
        if (map_find(before, pair->key) == NULL) {
            compare(c, key_path(c, path, pair->key), NULL, pair->value);
        }
    }
}

/* That elements stand in another order is a difference too, though none of them has one. */
static bool order_differs(const struct yaml_node *before, const struct yaml_node *after)
{
    if (before->count != after->count) {
        return false;
    }
    for (size_t i = 0; i < before->count; i++) {
        if (!tree_equal(tree_element(after, tree_key(before->items[i])), before->items[i])) {
            return false;
        }
    }
    return true;
}

static void elements_compare(struct comparing *c, struct text path, const struct yaml_node *before,
                             const struct yaml_node *after)
{
    if (order_differs(before, after)) {
        c->visit(c->context, path, before, after);
        return;
    }
    for (size_t i = 0; i < before->count; i++) {
        struct text key = tree_key(before->items[i]);
        compare(c, element_path(c, path, key), before->items[i], tree_element(after, key));
    }
    for (size_t i = 0; i < after->count; i++) {
        struct text key = tree_key(after->items[i]);
        if (tree_element(before, key) == NULL) {
            compare(c, element_path(c, path, key), NULL, after->items[i]);
        }
    }
}

/* Compares part by part; false when the two have no parts that could be told from each other. */
static bool parts_compare(struct comparing *c, struct text path, const struct yaml_node *before,
                          const struct yaml_node *after)
{
    bool are_maps = before->kind == YAML_MAP && after->kind == YAML_MAP;
    bool are_keyed = tree_is_keyed(before) && tree_is_keyed(after);
    if (are_maps) {
        maps_compare(c, path, before, after);
    } else if (are_keyed) {
        elements_compare(c, path, before, after);
    }
    return are_maps || are_keyed;
}

static void compare(struct comparing *c, struct text path, const struct yaml_node *before,
                    const struct yaml_node *after)
{
    if (tree_equal(before, after)) {
        return;
    }
    if (before == NULL || after == NULL || !parts_compare(c, path, before, after)) {
        c->visit(c->context, path, before, after);
    }
}

void tree_compare(const struct yaml_node *before, const struct yaml_node *after, struct text path,
                  struct arena *arena, tree_visit *visit, void *context)
{
    struct comparing comparing = {.arena = arena, .visit = visit, .context = context};
    compare(&comparing, path, before, after);
}
