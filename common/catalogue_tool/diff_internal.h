/* Internal to this folder: a comparison under way, and its parts. */
#pragma once

#include "catalogue_tool/changes.h"
#include "catalogue_tool/folder.h"
#include "catalogue_tool/tree.h"

struct diff {
    const struct folder *before;
    const struct folder *after;
    const struct yaml_node *before_tree; /* of catalogue.yaml */
    const struct yaml_node *after_tree;
    struct changes *changes;
    struct arena *arena;
};

/* About what something is told, and to whom. */
struct telling {
    struct diff *diff;
    struct text subject;
    struct audience audience;
    const char *prefix; /* before each sentence about a key: "form: " or "" */
};

/* Tells each smallest part that differs, by its key: "road_name.max_length is now 50, was 100". */
void tell_leaves(const struct telling *telling, struct text path, const struct yaml_node *before,
                 const struct yaml_node *after);

/* The same for the keys of two maps, those in `told` (ended by NULL) left out. */
void tell_other_keys(const struct telling *telling, struct text path, const char *const *told,
                     const struct yaml_node *before, const struct yaml_node *after);

/* Tells that a limit is new, gone, shorter or longer; both may be absent. True when it told. */
bool tell_limit(const struct telling *telling, const char *name, const struct yaml_node *before,
                const struct yaml_node *after);

/* What an entry is called in English, else the entry itself. */
struct text name_of_entry(const struct diff *diff, const struct yaml_node *entry);

/* Both lists of roles as one. */
struct text_span roles_of_both(const struct diff *diff, const struct yaml_node *before,
                               const struct yaml_node *after);

/* "30.00 yuan". */
struct text yuan_of(const struct diff *diff, struct text fen);

void diff_items(struct diff *diff);      /* diff_items.c */
void diff_procedures(struct diff *diff); /* diff_procedures.c */
void diff_calendar(struct diff *diff);   /* diff_calendar.c */

/* The parts of an item (diff_item_parts.c); either entry may be NULL. */
struct item_diff {
    struct diff *diff;
    const struct catalogue_item *before;
    const struct catalogue_item *after;
    struct text subject;
};
typedef void item_teller(struct item_diff *item, const struct yaml_node *before,
                         const struct yaml_node *after);
item_teller tell_form;
item_teller tell_materials;
item_teller tell_stages;
item_teller tell_limits;
item_teller tell_fees; /* diff_fees.c */

/* Tells what is about the item to an audience. */
struct telling item_telling(const struct item_diff *item, struct audience audience);

/* Applicants, and those whom the procedure lets decide: whom a change of the whole concerns. */
struct audience item_audience(const struct item_diff *item);

/* Calls `tell` for each entry of two keyed lists that differs; `before` or `after` is NULL where
 * the entry is new or gone. Tells the audience when the same entries stand in another order. */
void entries_tell(struct item_diff *item, struct audience audience, const char *what,
                  const struct yaml_node *before, const struct yaml_node *after, item_teller *tell);

/* Tells which codes of a list are new and which are gone. */
typedef struct text code_name(const struct catalogue *catalogue, struct text code);
void codes_tell(const struct telling *telling, const char *is_new, const char *is_gone,
                code_name *name, const struct yaml_node *before, const struct yaml_node *after);
