/* Templates: what the hall writes to people, as data that comes with the catalogue
 * (templates/messages.yaml; its head explains every key).
 *
 * A template belongs to a type of event, and perhaps to one outcome that the event tells, or to one
 * kind of matter. Its texts hold {parameters}, which whoever sends the message fills in. Loaded
 * templates are immutable, may be read by any thread, and live in the arena of their file. */
#pragma once

#include "catalogue/catalogue.h"
#include "yaml/yaml.h"

struct message_template {
    struct text name;
    struct text_span events; /* the types of the events that cause the message */
    struct text outcome;     /* only when the event tells this outcome; absent: always */
    struct text kind;        /* only for this kind of matter; absent: where the kind has none */
    int kind_line;
    bool to_parties; /* to the parties that sign in, not to who filed */
    struct names title;
    struct names text;
};

struct message_templates {
    const struct message_template *items;
    size_t count;
};

/* What may stand between braces; ends with NULL. */
extern const char *const template_parameters[];

/* Tells when a brace of `text`, the value at `key`, opens none of the `known` parameters (which end
 * with NULL) or is not closed. */
void template_parameters_check(struct yaml_map *map, const char *key, struct text text,
                               const char *const *known);

/* A file that is one list of maps. */
struct template_list {
    const char *key; /* under which it stands */
    size_t item_bytes;
    /* Fills `item`; `before_count` items stand before it. What is wrong is told to the map's file.
     */
    void (*read)(struct yaml_map *map, const void *context, const void *before, size_t before_count,
                 void *item);
    const void *context; /* for `read` */
};

/* Reads `source`; the items are in the arena of `file`. ERR_INVALID with the errors in `file`. */
enum err template_list_load(struct yaml_file *file, struct text source,
                            const struct template_list *list, const void **ret_items,
                            size_t *ret_count);

/* True when an item of the catalogue is of `kind`. */
bool catalogue_has_kind(const struct catalogue *catalogue, struct text kind);

/* Reads and checks `source`: names stand once, parameters are known, every type is one of which
 * `event_exists` says so (NULL: not asked). ERR_INVALID with the errors in `file`. */
enum err templates_load(struct yaml_file *file, struct text source,
                        bool (*event_exists)(struct text type),
                        struct message_templates *ret_templates);

/* Refuses messages for a kind that no item of `catalogue` is of: nobody would ever get them.
 * ERR_INVALID with the errors in `file`. */
enum err templates_kinds_check(struct yaml_file *file, const struct message_templates *templates,
                               const struct catalogue *catalogue);

/* The template for an event of `type` that tells `outcome` (may be absent) of a matter of `kind`,
 * for who filed or for the parties: one for the kind comes before one for all. NULL when there is
 * none. */
const struct message_template *template_for_event(const struct message_templates *templates,
                                                  struct text type, struct text kind,
                                                  struct text outcome, bool to_parties);
const struct message_template *template_named(const struct message_templates *templates,
                                              struct text name);

/* `text` with each {parameter} replaced by what `value_of` gives for it, in `arena`. */
struct text template_fill(struct text text,
                          struct text (*value_of)(const void *context, struct text parameter),
                          const void *context, struct arena *arena);
