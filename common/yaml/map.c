/* Reading a map key by key, with errors that name file, line and field. */
#include "yaml/yaml.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void yaml_map_open(struct yaml_map *map, struct yaml_file *file, const struct yaml_node *node,
                   struct text path)
{
    *map = (struct yaml_map){.file = file, .node = node, .path = path};
    if (node != NULL && node->kind != YAML_MAP) {
        yaml_error(file, node->line, path, "must be a map of keys and values");
        map->node = NULL;
    }
}

static const struct yaml_pair *pair_find(const struct yaml_map *map, const char *key)
{
    for (size_t i = 0; map->node != NULL && i < map->node->count; i++) {
        if (text_equal_string(map->node->pairs[i].key, key)) {
            return &map->node->pairs[i];
        }
    }
    return NULL;
}

static bool node_is_null(const struct yaml_node *node)
{
    return node->kind == YAML_SCALAR && node->is_plain &&
           (node->scalar.size == 0 || text_equal_string(node->scalar, "null") ||
            text_equal_string(node->scalar, "~"));
}

static void key_asked(struct yaml_map *map, const char *key)
{
    for (size_t i = 0; i < map->asked_count; i++) {
        if (strcmp(map->asked[i], key) == 0) {
            return;
        }
    }
    CHECK(map->asked_count < YAML_KEYS_MAX);
    map->asked[map->asked_count++] = key;
}

struct text yaml_field(const struct yaml_map *map, const char *key)
{
    return arena_print(map->file->arena, "%.*s%s%s", TEXT_PRINT(map->path),
                       text_is_empty(map->path) ? "" : ".", key);
}

struct text yaml_element(const struct yaml_map *map, const char *key, size_t index)
{
    return arena_print(map->file->arena, "%.*s%s%s[%zu]", TEXT_PRINT(map->path),
                       text_is_empty(map->path) ? "" : ".", key, index);
}

int yaml_line(const struct yaml_map *map, const char *key)
{
    const struct yaml_pair *pair = pair_find(map, key);
    return pair != NULL ? pair->line : map->node != NULL ? map->node->line : 1;
}

const struct yaml_node *yaml_get(struct yaml_map *map, const char *key, enum yaml_presence presence)
{
    key_asked(map, key);
    const struct yaml_pair *pair = pair_find(map, key);
    bool absent = pair == NULL || pair->value == NULL || node_is_null(pair->value);
    if (absent && presence == YAML_REQUIRED && map->node != NULL) {
        yaml_error(map->file, yaml_line(map, key), yaml_field(map, key), "must be given");
    }
    return absent ? NULL : pair->value;
}

bool yaml_is_null(struct yaml_map *map, const char *key)
{
    key_asked(map, key);
    const struct yaml_pair *pair = pair_find(map, key);
    return pair != NULL && pair->value != NULL && node_is_null(pair->value);
}

/* Adds "must be ..." for `key`. */
static void wrong(struct yaml_map *map, const char *key, const char *wanted)
{
    yaml_error(map->file, yaml_line(map, key), yaml_field(map, key), "must be %s", wanted);
}

static bool text_fits(struct text text, size_t characters_max)
{
    size_t characters = 0;
    return utf8_count(text, &characters) && characters <= characters_max;
}

struct text yaml_text(struct yaml_map *map, const char *key, enum yaml_presence presence,
                      size_t characters_max)
{
    const struct yaml_node *node = yaml_get(map, key, presence);
    if (node == NULL) {
        return (struct text){0};
    }
    if (node->kind != YAML_SCALAR || !text_fits(node->scalar, characters_max)) {
        yaml_error(map->file, node->line, yaml_field(map, key),
                   "must be text of at most %zu characters", characters_max);
        return (struct text){0};
    }
    return node->scalar;
}

bool yaml_bool(struct yaml_map *map, const char *key, enum yaml_presence presence,
               bool default_value)
{
    const struct yaml_node *node = yaml_get(map, key, presence);
    if (node == NULL) {
        return default_value;
    }
    bool is_true = node->kind == YAML_SCALAR && text_equal_string(node->scalar, "true");
    bool is_false = node->kind == YAML_SCALAR && text_equal_string(node->scalar, "false");
    if (!node->is_plain || (!is_true && !is_false)) {
        wrong(map, key, "true or false");
        return default_value;
    }
    return is_true;
}

static bool int_parse(struct text text, int64_t *ret_value)
{
    struct decimal decimal;
    if (!decimal_parse(text, &decimal) || decimal.units % DECIMAL_SCALE != 0 ||
        memchr(text.data, '.', text.size) != NULL) {
        return false;
    }
    *ret_value = decimal.units / DECIMAL_SCALE;
    return true;
}

int64_t yaml_int(struct yaml_map *map, const char *key, enum yaml_presence presence, int64_t min,
                 int64_t max, int64_t default_value)
{
    const struct yaml_node *node = yaml_get(map, key, presence);
    int64_t value = 0;
    if (node == NULL) {
        return default_value;
    }
    if (node->kind != YAML_SCALAR || !node->is_plain || !int_parse(node->scalar, &value) ||
        value < min || value > max) {
        yaml_error(map->file, node->line, yaml_field(map, key),
                   "must be a whole number between %" PRId64 " and %" PRId64, min, max);
        return default_value;
    }
    return value;
}

struct date yaml_date(struct yaml_map *map, const char *key, enum yaml_presence presence)
{
    const struct yaml_node *node = yaml_get(map, key, presence);
    struct date date = {0};
    if (node != NULL && (node->kind != YAML_SCALAR || !date_parse(node->scalar, &date))) {
        wrong(map, key, "a date such as 2026-02-28");
    }
    return date;
}

struct decimal yaml_decimal(struct yaml_map *map, const char *key, enum yaml_presence presence)
{
    const struct yaml_node *node = yaml_get(map, key, presence);
    struct decimal decimal = {0};
    if (node != NULL && (node->kind != YAML_SCALAR || !decimal_parse(node->scalar, &decimal))) {
        wrong(map, key, "a number of at most four places");
    }
    return decimal;
}

int yaml_choice(struct yaml_map *map, const char *key, enum yaml_presence presence,
                const char *const *names, size_t count)
{
    const struct yaml_node *node = yaml_get(map, key, presence);
    if (node == NULL) {
        return -1;
    }
    for (size_t i = 0; node->kind == YAML_SCALAR && i < count; i++) {
        if (text_equal_string(node->scalar, names[i])) {
            return (int)i;
        }
    }
    struct text list = TEXT_LITERAL("");
    for (size_t i = 0; i < count; i++) {
        list = arena_print(map->file->arena, "%.*s%s%s", TEXT_PRINT(list), i == 0 ? "" : ", ",
                           names[i]);
    }
    yaml_error(map->file, node->line, yaml_field(map, key), "must be one of %.*s%s",
               TEXT_PRINT(list), node->kind == YAML_SCALAR ? "" : ", and one alone");
    return -1;
}

const struct yaml_node *yaml_list(struct yaml_map *map, const char *key,
                                  enum yaml_presence presence)
{
    const struct yaml_node *node = yaml_get(map, key, presence);
    if (node != NULL && node->kind != YAML_LIST) {
        wrong(map, key, "a list");
        return NULL;
    }
    return node;
}

struct text_span yaml_texts(struct yaml_map *map, const char *key, enum yaml_presence presence,
                            size_t characters_max)
{
    const struct yaml_node *node = yaml_list(map, key, presence);
    struct text_span span = {0};
    if (node == NULL) {
        return span;
    }
    span.items = arena_take_array(map->file->arena, node->count, sizeof *span.items);
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *item = node->items[i];
        if (item == NULL || item->kind != YAML_SCALAR || !text_fits(item->scalar, characters_max)) {
            yaml_error(map->file, item == NULL ? node->line : item->line, yaml_element(map, key, i),
                       "must be text of at most %zu characters", characters_max);
            continue;
        }
        span.items[span.count++] = item->scalar;
    }
    return span;
}

void yaml_map_close(struct yaml_map *map)
{
    for (size_t i = 0; map->node != NULL && i < map->node->count; i++) {
        const struct yaml_pair *pair = &map->node->pairs[i];
        bool asked = false;
        for (size_t k = 0; k < map->asked_count && !asked; k++) {
            asked = text_equal_string(pair->key, map->asked[k]);
        }
        if (asked) {
            continue;
        }
        const char *nearest = yaml_nearest(pair->key, map->asked, map->asked_count);
        struct text field = arena_print(map->file->arena, "%.*s%s%.*s", TEXT_PRINT(map->path),
                                        text_is_empty(map->path) ? "" : ".", TEXT_PRINT(pair->key));
        yaml_error(map->file, pair->line, field, "is not known here%s%s%s",
                   nearest == NULL ? "" : "; did you mean \"", nearest == NULL ? "" : nearest,
                   nearest == NULL ? "" : "\"?");
    }
}

enum { NEAREST_BYTES_MAX = 64, NEAREST_DISTANCE_MAX = 2 };

/* How many letters must be put in, taken out or changed to make one word the other. */
static size_t edit_distance(struct text left, struct text right)
{
    size_t row[NEAREST_BYTES_MAX + 1];
    for (size_t j = 0; j <= right.size; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= left.size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= right.size; j++) {
            size_t change = diagonal + (left.data[i - 1] == right.data[j - 1] ? 0 : 1);
            size_t put_in = row[j] + 1;
            size_t take_out = row[j - 1] + 1;
            size_t least = put_in < take_out ? put_in : take_out;
            diagonal = row[j];
            row[j] = change < least ? change : least;
        }
    }
    return row[right.size];
}

const char *yaml_nearest(struct text wrong_word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t distance = NEAREST_DISTANCE_MAX + 1;
    for (size_t i = 0; i < count; i++) {
        struct text name = text_of(names[i]);
        if (name.size > NEAREST_BYTES_MAX || wrong_word.size > NEAREST_BYTES_MAX) {
            continue;
        }
        size_t candidate = edit_distance(wrong_word, name);
        if (candidate < distance) {
            distance = candidate;
            nearest = names[i];
        }
    }
    return nearest;
}
