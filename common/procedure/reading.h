/* What the files of procedures and catalogues have in common: names in three languages, limits of
 * time, lists of known names. Errors go to the file that the map belongs to; what is read lives in
 * its arena. One thread at a time. */
#pragma once

#include "base/names.h"
#include "yaml/yaml.h"

/* A length of time as the files state it, {value: 5, unit: workday}. How it is counted is the
 * business of calendar and clock. No unit: there is no limit. */
struct stated_limit {
    int64_t value;
    struct text unit; /* workday, calendar_day, month, hour or work_hour */
};

enum {
    NAME_CHARACTERS = 40,    /* of a name that programs use: a state, an action, a code */
    LABEL_CHARACTERS = 500,  /* of a name or sentence for people */
    LIMIT_VALUE_MAX = 10000, /* of any unit */
};

/* Reads {zh-Hans: .., zh-Hant: .., en: ..}; all three must be there and say something. */
struct names names_read(struct yaml_map *map, const char *key, enum yaml_presence presence);

/* The same from a node that stands in a list, named `field` in errors. */
struct names names_from(struct yaml_file *file, const struct yaml_node *node, struct text field);

struct stated_limit limit_read(struct yaml_map *map, const char *key, enum yaml_presence presence);

/* Reads `value` and `unit` of a map that may say more about the limit. */
struct stated_limit limit_from(struct yaml_map *map);

/* Reads a name made of small letters, digits and `_`, or `-` between them, as programs use. */
struct text name_read(struct yaml_map *map, const char *key, enum yaml_presence presence);

/* True when `name` is such a name. */
bool name_is_sound(struct text name);

/* Adds the error that `name` is no `what` ("a role"), with the nearest of the names that are. */
void name_unknown(struct yaml_file *file, int line, struct text field, struct text name,
                  const char *what, const char *const *known, size_t known_count);

/* True when `name` is one of `known`. */
bool name_is_known(struct text name, const char *const *known, size_t known_count);
