/* YAML for the files that people write: catalogues, procedures, calendars, templates.
 *
 * A document becomes a tree whose every node knows its line, so that whatever is wrong, now or in a
 * later check, is told with file, line and field. Read with libyaml; what these files do not need
 * is refused: anchors, aliases, tags, keys that stand twice, more than one document.
 *
 * A map is read key by key; closing it reports the keys that nobody asked for, with the nearest
 * known one. All errors are collected; a reader goes on after one so that a writer sees them all.
 * One thread at a time; the tree lives in the caller's arena. */
#pragma once

#include "base/arena.h"
#include "base/datetime.h"
#include "base/decimal.h"
#include "base/err.h"

enum { YAML_SOURCE_BYTES_MAX = 2 << 20, YAML_DEPTH_MAX = 16, YAML_ERRORS_MAX = 200 };

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_pair;

struct yaml_node {
    enum yaml_kind kind;
    int line;           /* from 1 */
    bool is_plain;      /* a scalar without quotes: may be null, true, false or a number */
    struct text scalar; /* YAML_SCALAR */
    struct yaml_node *const *items; /* YAML_LIST */
    const struct yaml_pair *pairs;  /* YAML_MAP */
    size_t count;                   /* of items or pairs */
};

struct yaml_pair {
    struct text key;
    int line;
    struct yaml_node *value;
};

struct yaml_error {
    const char *file_name;
    int line;
    struct text field; /* "items[3].stages[1].limit"; empty for the whole file */
    struct text detail;
};

/* One file being read: what it is called, its errors, and the memory for both. Files that belong
 * together may share one list of errors: their reader gives `name` another value in between. */
struct yaml_file {
    const char *name;
    struct arena *arena;
    struct yaml_error *errors; /* YAML_ERRORS_MAX of them at most; further ones are only counted */
    size_t error_count;
};

void yaml_file_init(struct yaml_file *file, const char *name, struct arena *arena);

/* Parses `source`, which need not stay, into a tree. On ERR_INVALID the errors say where and why.
 */
enum err yaml_parse(struct yaml_file *file, struct text source, const struct yaml_node **ret_root);

/* Adds an error about `field` at `line`. */
void yaml_error(struct yaml_file *file, int line, struct text field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* All errors as lines of "name:line: field: detail", in `arena`. */
struct text yaml_errors_text(const struct yaml_file *file, struct arena *arena);

/* -- reading a map -------------------------------------------------------------------------- */

enum { YAML_KEYS_MAX = 64 };

/* A map that is being read. `path` is how errors name it ("items[3]"). */
struct yaml_map {
    struct yaml_file *file;
    const struct yaml_node *node;
    struct text path;
    const char *asked[YAML_KEYS_MAX]; /* the keys that were asked for */
    size_t asked_count;
};

enum yaml_presence { YAML_OPTIONAL, YAML_REQUIRED };

/* Begins to read `node`. When it is not a map an error is added, and every read answers absence. */
void yaml_map_open(struct yaml_map *map, struct yaml_file *file, const struct yaml_node *node,
                   struct text path);

/* The value of `key`, NULL when it is absent or null. */
const struct yaml_node *yaml_get(struct yaml_map *map, const char *key,
                                 enum yaml_presence presence);

/* True when `key` stands in the map with the value null. */
bool yaml_is_null(struct yaml_map *map, const char *key);

/* A scalar's text of at most `characters_max` characters; absent when missing or wrong. */
struct text yaml_text(struct yaml_map *map, const char *key, enum yaml_presence presence,
                      size_t characters_max);
bool yaml_bool(struct yaml_map *map, const char *key, enum yaml_presence presence,
               bool default_value);
int64_t yaml_int(struct yaml_map *map, const char *key, enum yaml_presence presence, int64_t min,
                 int64_t max, int64_t default_value);
struct date yaml_date(struct yaml_map *map, const char *key, enum yaml_presence presence);
struct decimal yaml_decimal(struct yaml_map *map, const char *key, enum yaml_presence presence);

/* One of `count` names, as its index; -1 when missing or wrong. */
int yaml_choice(struct yaml_map *map, const char *key, enum yaml_presence presence,
                const char *const *names, size_t count);

/* A list of texts. */
struct text_span {
    struct text *items;
    size_t count;
};
struct text_span yaml_texts(struct yaml_map *map, const char *key, enum yaml_presence presence,
                            size_t characters_max);

/* The list at `key`, NULL when it is absent or no list. */
const struct yaml_node *yaml_list(struct yaml_map *map, const char *key,
                                  enum yaml_presence presence);

/* How errors name `key` of this map, and element `index` of a list with that name. */
struct text yaml_field(const struct yaml_map *map, const char *key);
struct text yaml_element(const struct yaml_map *map, const char *key, size_t index);

/* The line of `key`, or of the map when the key is absent: for checks made later. */
int yaml_line(const struct yaml_map *map, const char *key);

/* Reports the keys that were never asked for. */
void yaml_map_close(struct yaml_map *map);

/* The name among `names` nearest to `wrong`, or NULL when none is near: for "did you mean". */
const char *yaml_nearest(struct text wrong, const char *const *names, size_t count);
