/* Letters: what the hall says in writing, as data that comes with the catalogue
 * (templates/letters.yaml; its head explains every key).
 *
 * A letter belongs to the types of event that cause it, perhaps to one outcome that the event
 * tells, and to kinds of matter. Its texts hold {parameters} like those of messages
 * (catalogue/templates.h); some of these are personal, for a letter is addressed to somebody.
 * Loaded letters are immutable, may be read by any thread, and live in the arena of their file. */
#pragma once

#include "catalogue/templates.h"

/* A label and what stands beside it. A fact whose value names a parameter that has no value is left
 * out, and so is a paragraph. */
struct letter_template_fact {
    struct text label;
    struct text value;
};

struct letter_template_facts {
    const struct letter_template_fact *items;
    size_t count;
};

struct letter_template {
    struct text name;
    struct text kind;        /* decision, receipt ... */
    struct text_span events; /* the types of the events that cause it */
    struct text outcome;     /* only when the event tells this outcome; absent: always */
    struct text_span kinds;  /* only for matters of these kinds; none: for all */
    int kinds_line;
    struct text title;
    struct text lead;
    struct letter_template_facts facts;
    bool has_lines; /* the table of what was paid for */
    struct letter_template_facts sums;
    struct text_span paragraphs;
    struct text signer;
    struct text_span notes;
};

struct letter_templates {
    const struct letter_template *items;
    size_t count;
};

/* What may stand between the braces of a letter; ends with NULL. */
extern const char *const letter_parameters[];

/* What letters may name beside parameters. */
struct letter_vocabulary {
    bool (*event_exists)(struct text type); /* NULL: not asked */
    bool (*kind_exists)(struct text kind);  /* NULL: not asked */
};

/* Reads and checks `source`. ERR_INVALID with the errors in `file`. */
enum err letters_load(struct yaml_file *file, struct text source,
                      const struct letter_vocabulary *vocabulary,
                      struct letter_templates *ret_letters);

/* Refuses letters for a kind that no item of `catalogue` is of. ERR_INVALID with the errors in
 * `file`. */
enum err letters_kinds_check(struct yaml_file *file, const struct letter_templates *letters,
                             const struct catalogue *catalogue);

/* The letter that an event of `type` causes, which tells `outcome` (may be absent) of a matter of
 * `kind`: the first that fits. NULL when it causes none. */
const struct letter_template *letter_for_event(const struct letter_templates *letters,
                                               struct text type, struct text kind,
                                               struct text outcome);
const struct letter_template *letter_named(const struct letter_templates *letters,
                                           struct text name);
