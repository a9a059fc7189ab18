/* Internal to this part: a catalogue while it is being read. References are resolved as they are
 * read, so the head comes first and an item's form before what refers to it. */
#pragma once

#include "catalogue/catalogue.h"

struct catalogue_draft {
    struct yaml_file *file;
    const struct catalogue_inputs *inputs;
    struct catalogue *catalogue;
    struct catalogue_item *item; /* the item being read */
    struct text_span item_codes; /* of all items, also those not read yet */
    const char **role_names;     /* of roles and relations, for procedures and for stages */
    size_t role_name_count;
};

/* -- lists (draft.c) ------------------------------------------------------------------------ */

/* A list of structs that begin with their code. */
struct coded {
    const void *items;
    size_t count;
    size_t size;
};

#define CODED(list, list_count)                                                                    \
    ((struct coded){.items = (list), .count = (list_count), .size = sizeof *(list)})

typedef void draft_reader(struct catalogue_draft *draft, struct yaml_map *map, void *place);

/* Reads each map of the list at `key` with `reader` into a new array of structs of `size` bytes. */
void *draft_list(struct catalogue_draft *draft, struct yaml_map *map, const char *key,
                 enum yaml_presence presence, size_t size, draft_reader *reader, size_t *ret_count);

/* The map at `key`, for maps whose keys are codes; NULL when it is absent or no map. */
const struct yaml_node *draft_map(struct yaml_map *map, const char *key,
                                  enum yaml_presence presence);

/* The names in the list at `key`, each in three languages. */
const struct names *draft_names_list(struct yaml_map *map, const char *key,
                                     enum yaml_presence presence, size_t *ret_count);

/* The entry with that code, NULL when there is none. */
const void *draft_find(struct coded list, struct text code);

/* Reports codes of the list at `key` that stand twice. */
void draft_unique(struct yaml_map *map, const char *key, struct coded list);

/* -- values (draft.c) ----------------------------------------------------------------------- */

/* A code of letters, digits, `_` and `-`. */
struct text draft_code(struct yaml_map *map, const char *key);

/* The number of a bank account, at most 34 characters (ISO 20022), and the BIC of a bank (ISO
 * 9362).
 */
struct text draft_bank_number(struct yaml_map *map, const char *key);
struct text draft_bic(struct yaml_map *map, const char *key);

/* A sentence or label that must say something. */
struct text draft_label(struct yaml_map *map, const char *key, enum yaml_presence presence);

/* One of `count` words; several of them. */
struct text draft_word(struct yaml_map *map, const char *key, enum yaml_presence presence,
                       const char *const *words, size_t count);
struct text_span draft_words(struct yaml_map *map, const char *key, enum yaml_presence presence,
                             const char *const *words, size_t count);

/* verified, general or demo. */
struct text draft_status(struct yaml_map *map, enum yaml_presence presence);

/* The entry that the code at `key` names; NULL, reported, when it is no `what` ("a department"). */
const void *draft_reference(struct yaml_map *map, const char *key, enum yaml_presence presence,
                            struct coded list, const char *what);

/* The codes in the list at `key`; those that are no `what` are reported. */
struct text_span draft_references(struct yaml_map *map, const char *key,
                                  enum yaml_presence presence, struct coded list, const char *what);

/* Reports that `code`, which stands at `field`, is no `what`. */
void draft_unknown(struct yaml_map *map, int line, struct text field, struct text code,
                   struct coded list, const char *what);

/* Roles and relations in the list at `key`, or the one at `key`. */
struct text_span draft_roles(struct catalogue_draft *draft, struct yaml_map *map, const char *key,
                             enum yaml_presence presence);
struct text draft_role(struct catalogue_draft *draft, struct yaml_map *map, const char *key,
                       enum yaml_presence presence);

/* A time of day such as 08:30, as minutes; -1, reported at `field`, when it is none. */
int draft_minute(struct yaml_map *map, const struct yaml_node *node, struct text field);

/* -- the parts of the file ------------------------------------------------------------------ */

/* How long is kept what is personal; what stands there stays where `map` says nothing. */
void draft_retention(struct yaml_map *map, struct catalogue_retention *retention);

/* Reads everything but the items (read_head.c, read_lists.c). */
void draft_head(struct catalogue_draft *draft, struct yaml_map *map);
void draft_head_lists(struct catalogue_draft *draft, struct yaml_map *map);

/* Reads the collection points, which refer to items (read_points.c). */
void draft_collection_points(struct catalogue_draft *draft, struct yaml_map *map);

/* Reads the procedures of the inputs (read_procedures.c). */
void draft_procedures(struct catalogue_draft *draft);

/* Reads one item (read_item.c) and its parts. */
void draft_item(struct catalogue_draft *draft, struct yaml_map *map, void *place);
void draft_form(struct catalogue_draft *draft, struct yaml_map *map);
void draft_stages(struct catalogue_draft *draft, struct yaml_map *map);
void draft_materials(struct catalogue_draft *draft, struct yaml_map *map);
void draft_limits(struct catalogue_draft *draft, struct yaml_map *map);
void draft_fees(struct catalogue_draft *draft, struct yaml_map *map);
void draft_particulars(struct catalogue_draft *draft, struct yaml_map *map);

/* Whether the conditions of a map are asked while the plain form is at hand, or later too. */
enum when_asked { WHEN_FILING, WHEN_LATER };

/* Reads the conditions at `key` (read_form.c). */
struct catalogue_when draft_when(struct catalogue_draft *draft, struct yaml_map *map,
                                 enum yaml_presence presence, enum when_asked asked);

/* Checks that the limits of the stages fit the promise (read_limits.c). */
void draft_check_promise(struct catalogue_draft *draft, struct yaml_map *map);

/* Gives the item its procedure and checks the two against each other (read_procedures.c). */
void draft_item_procedure(struct catalogue_draft *draft, struct yaml_map *map);
