/* Lists, codes and references of a catalogue, with errors that say what would be right. */
#include "catalogue/draft.h"

enum { CODE_CHARACTERS = 40, LIST_MAX = 1000 };

/* -- lists ---------------------------------------------------------------------------------- */

void *draft_list(struct catalogue_draft *draft, struct yaml_map *map, const char *key,
                 enum yaml_presence presence, size_t size, draft_reader *reader, size_t *ret_count)
{
    const struct yaml_node *list = yaml_list(map, key, presence);
    *ret_count = 0;
    if (list == NULL) {
        return NULL;
    }
    if (list->count > LIST_MAX || (presence == YAML_REQUIRED && list->count == 0)) {
        yaml_error(map->file, yaml_line(map, key), yaml_field(map, key),
                   "must have 1 to %d entries", LIST_MAX);
        return NULL;
    }
    uint8_t *items = arena_take_array(map->file->arena, list->count, size);
    for (size_t i = 0; i < list->count; i++) {
        struct yaml_map inner;
        yaml_map_open(&inner, map->file, list->items[i], yaml_element(map, key, i));
        reader(draft, &inner, items + i * size);
        yaml_map_close(&inner);
    }
    *ret_count = list->count;
    return items;
}

const struct yaml_node *draft_map(struct yaml_map *map, const char *key,
                                  enum yaml_presence presence)
{
    const struct yaml_node *node = yaml_get(map, key, presence);
    if (node != NULL && node->kind != YAML_MAP) {
        yaml_error(map->file, node->line, yaml_field(map, key), "must be a map");
        return NULL;
    }
    return node;
}

const struct names *draft_names_list(struct yaml_map *map, const char *key,
                                     enum yaml_presence presence, size_t *ret_count)
{
    const struct yaml_node *list = yaml_list(map, key, presence);
    *ret_count = 0;
    if (list == NULL) {
        return NULL;
    }
    if (list->count > LIST_MAX || (presence == YAML_REQUIRED && list->count == 0)) {
        yaml_error(map->file, yaml_line(map, key), yaml_field(map, key),
                   "must have 1 to %d entries", LIST_MAX);
        return NULL;
    }
    struct names *names = arena_take_array(map->file->arena, list->count, sizeof *names);
    for (size_t i = 0; i < list->count; i++) {
        names[i] = names_from(map->file, list->items[i], yaml_element(map, key, i));
    }
    *ret_count = list->count;
    return names;
}

static struct text code_at(struct coded list, size_t index)
{
    return *(const struct text *)((const uint8_t *)list.items + index * list.size);
}

const void *draft_find(struct coded list, struct text code)
{
    for (size_t i = 0; i < list.count; i++) {
        if (text_equal(code_at(list, i), code)) {
            return (const uint8_t *)list.items + i * list.size;
        }
    }
    return NULL;
}

void draft_unique(struct yaml_map *map, const char *key, struct coded list)
{
    const struct yaml_node *node = yaml_list(map, key, YAML_OPTIONAL);
    for (size_t i = 0; node != NULL && i < list.count; i++) {
        struct coded before = {list.items, i, list.size};
        struct text code = code_at(list, i);
        if (!text_is_empty(code) && draft_find(before, code) != NULL) {
            yaml_error(map->file, node->items[i]->line, yaml_element(map, key, i),
                       "\"%.*s\" stands twice in this list", TEXT_PRINT(code));
        }
    }
}

/* -- values --------------------------------------------------------------------------------- */

static bool is_code_letter(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '_' || letter == '-';
}

struct text draft_code(struct yaml_map *map, const char *key)
{
    struct text code = yaml_text(map, key, YAML_REQUIRED, CODE_CHARACTERS);
    bool sound = code.size > 0;
    for (size_t i = 0; i < code.size; i++) {
        sound &= is_code_letter(code.data[i]);
    }
    if (code.data != NULL && !sound) {
        yaml_error(map->file, yaml_line(map, key), yaml_field(map, key),
                   "must be a code of letters, digits, _ and -");
        return (struct text){0};
    }
    return code;
}

/* A text of letters and digits, `least` to `most` of them. */
static struct text draft_alphanumeric(struct yaml_map *map, const char *key, size_t least,
                                      size_t most, const char *what)
{
    struct text value = yaml_text(map, key, YAML_REQUIRED, most);
    bool sound = value.size >= least;
    for (size_t i = 0; i < value.size; i++) {
        sound &= is_code_letter(value.data[i]) && value.data[i] != '_' && value.data[i] != '-';
    }
    if (value.data != NULL && !sound) {
        yaml_error(map->file, yaml_line(map, key), yaml_field(map, key), "must be %s", what);
        return (struct text){0};
    }
    return value;
}

struct text draft_bank_number(struct yaml_map *map, const char *key)
{
    return draft_alphanumeric(map, key, 1, 34, "the number of an account: letters and digits");
}

struct text draft_bic(struct yaml_map *map, const char *key)
{
    return draft_alphanumeric(map, key, 8, 11, "the BIC of a bank: 8 or 11 letters and digits");
}

struct text draft_label(struct yaml_map *map, const char *key, enum yaml_presence presence)
{
    struct text label = yaml_text(map, key, presence, LABEL_CHARACTERS);
    if (label.data != NULL && label.size == 0) {
        yaml_error(map->file, yaml_line(map, key), yaml_field(map, key), "must say something");
    }
    return label;
}

struct text draft_word(struct yaml_map *map, const char *key, enum yaml_presence presence,
                       const char *const *words, size_t count)
{
    int index = yaml_choice(map, key, presence, words, count);
    return index < 0 ? (struct text){0} : text_of(words[index]);
}

struct text_span draft_words(struct yaml_map *map, const char *key, enum yaml_presence presence,
                             const char *const *words, size_t count)
{
    struct text_span span = yaml_texts(map, key, presence, CODE_CHARACTERS);
    for (size_t i = 0; i < span.count; i++) {
        if (!name_is_known(span.items[i], words, count)) {
            struct text known = TEXT_LITERAL("");
            for (size_t k = 0; k < count; k++) {
                known = arena_print(map->file->arena, "%.*s%s%s", TEXT_PRINT(known),
                                    k == 0 ? "" : ", ", words[k]);
            }
            yaml_error(map->file, yaml_line(map, key), yaml_element(map, key, i),
                       "must be one of %.*s", TEXT_PRINT(known));
        }
    }
    return span;
}

struct text draft_status(struct yaml_map *map, enum yaml_presence presence)
{
    static const char *const words[] = {"verified", "general", "demo"};
    return draft_word(map, "status", presence, words, sizeof words / sizeof words[0]);
}

void draft_unknown(struct yaml_map *map, int line, struct text field, struct text code,
                   struct coded list, const char *what)
{
    const char **known = arena_take_array(map->file->arena, list.count, sizeof *known);
    size_t known_count = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (code_at(list, i).data != NULL) {
            known[known_count++] = code_at(list, i).data;
        }
    }
    name_unknown(map->file, line, field, code, what, known, known_count);
}

const void *draft_reference(struct yaml_map *map, const char *key, enum yaml_presence presence,
                            struct coded list, const char *what)
{
    struct text code = yaml_text(map, key, presence, CODE_CHARACTERS);
    if (code.data == NULL) {
        return NULL;
    }
    const void *found = draft_find(list, code);
    if (found == NULL) {
        draft_unknown(map, yaml_line(map, key), yaml_field(map, key), code, list, what);
    }
    return found;
}

struct text_span draft_references(struct yaml_map *map, const char *key,
                                  enum yaml_presence presence, struct coded list, const char *what)
{
    struct text_span codes = yaml_texts(map, key, presence, CODE_CHARACTERS);
    for (size_t i = 0; i < codes.count; i++) {
        if (draft_find(list, codes.items[i]) == NULL) {
            draft_unknown(map, yaml_line(map, key), yaml_element(map, key, i), codes.items[i], list,
                          what);
        }
    }
    return codes;
}

static void role_check(struct catalogue_draft *draft, struct yaml_map *map, const char *key,
                       struct text field, struct text role)
{
    if (!name_is_known(role, draft->role_names, draft->role_name_count)) {
        name_unknown(map->file, yaml_line(map, key), field, role, "a role or relation",
                     draft->role_names, draft->role_name_count);
    }
}

struct text_span draft_roles(struct catalogue_draft *draft, struct yaml_map *map, const char *key,
                             enum yaml_presence presence)
{
    struct text_span roles = yaml_texts(map, key, presence, CODE_CHARACTERS);
    for (size_t i = 0; i < roles.count; i++) {
        role_check(draft, map, key, yaml_element(map, key, i), roles.items[i]);
    }
    return roles;
}

struct text draft_role(struct catalogue_draft *draft, struct yaml_map *map, const char *key,
                       enum yaml_presence presence)
{
    struct text role = yaml_text(map, key, presence, CODE_CHARACTERS);
    if (role.data != NULL) {
        role_check(draft, map, key, yaml_field(map, key), role);
    }
    return role;
}

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

int draft_minute(struct yaml_map *map, const struct yaml_node *node, struct text field)
{
    struct text time = node->kind == YAML_SCALAR ? node->scalar : (struct text){0};
    if (time.size == 5 && is_digit(time.data[0]) && is_digit(time.data[1]) && time.data[2] == ':' &&
        is_digit(time.data[3]) && is_digit(time.data[4])) {
        int hour = (time.data[0] - '0') * 10 + (time.data[1] - '0');
        int minute = (time.data[3] - '0') * 10 + (time.data[4] - '0');
        if (hour < 24 && minute < 60) {
            return hour * 60 + minute;
        }
    }
    yaml_error(map->file, node->line, field, "must be a time of day such as \"08:30\"");
    return -1;
}
