#include "procedure/reading.h"

static const char *const unit_names[] = {"workday", "calendar_day", "month", "hour", "work_hour"};

enum { UNIT_COUNT = sizeof unit_names / sizeof unit_names[0] };

/* A text that must say something. */
static struct text label_read(struct yaml_map *map, const char *key)
{
    struct text text = yaml_text(map, key, YAML_REQUIRED, LABEL_CHARACTERS);
    if (text.data != NULL && text.size == 0) {
        yaml_error(map->file, yaml_line(map, key), yaml_field(map, key), "must say something");
    }
    return text;
}

struct names names_from(struct yaml_file *file, const struct yaml_node *node, struct text field)
{
    struct yaml_map map;
    yaml_map_open(&map, file, node, field);
    struct names names = {
        .zh_hans = label_read(&map, "zh-Hans"),
        .zh_hant = label_read(&map, "zh-Hant"),
        .en = label_read(&map, "en"),
    };
    yaml_map_close(&map);
    return names;
}

struct names names_read(struct yaml_map *map, const char *key, enum yaml_presence presence)
{
    const struct yaml_node *node = yaml_get(map, key, presence);
    if (node == NULL) {
        return (struct names){0};
    }
    return names_from(map->file, node, yaml_field(map, key));
}

struct stated_limit limit_from(struct yaml_map *map)
{
    struct stated_limit limit = {
        .value = yaml_int(map, "value", YAML_REQUIRED, 0, LIMIT_VALUE_MAX, 0),
    };
    int unit = yaml_choice(map, "unit", YAML_REQUIRED, unit_names, UNIT_COUNT);
    if (unit >= 0) {
        limit.unit = text_of(unit_names[unit]);
    }
    return limit;
}

struct stated_limit limit_read(struct yaml_map *map, const char *key, enum yaml_presence presence)
{
    const struct yaml_node *node = yaml_get(map, key, presence);
    if (node == NULL) {
        return (struct stated_limit){0};
    }
    struct yaml_map inner;
    yaml_map_open(&inner, map->file, node, yaml_field(map, key));
    struct stated_limit limit = limit_from(&inner);
    yaml_map_close(&inner);
    return limit;
}

static bool is_word_letter(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
}

bool name_is_sound(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        bool joins = name.data[i] == '_' || name.data[i] == '-';
        bool inside = i > 0 && i + 1 < name.size && is_word_letter(name.data[i - 1]);
        if (!is_word_letter(name.data[i]) && !(joins && inside)) {
            return false;
        }
    }
    return name.size > 0 && name.size <= NAME_CHARACTERS;
}

struct text name_read(struct yaml_map *map, const char *key, enum yaml_presence presence)
{
    struct text name = yaml_text(map, key, presence, NAME_CHARACTERS);
    if (name.data != NULL && !name_is_sound(name)) {
        yaml_error(map->file, yaml_line(map, key), yaml_field(map, key),
                   "must be a name of small letters, digits and _ such as site_check");
        return (struct text){0};
    }
    return name;
}

bool name_is_known(struct text name, const char *const *known, size_t known_count)
{
    for (size_t i = 0; i < known_count; i++) {
        if (text_equal_string(name, known[i])) {
            return true;
        }
    }
    return false;
}

void name_unknown(struct yaml_file *file, int line, struct text field, struct text name,
                  const char *what, const char *const *known, size_t known_count)
{
    const char *nearest = yaml_nearest(name, known, known_count);
    yaml_error(file, line, field, "\"%.*s\" is not %s%s%s%s", TEXT_PRINT(name), what,
               nearest == NULL ? "" : "; did you mean \"", nearest == NULL ? "" : nearest,
               nearest == NULL ? "" : "\"?");
}
