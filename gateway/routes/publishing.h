/* A version of the catalogue on its way to intake: parts that fit into events, registered one after
 * the other, and then checked there as a whole. */
#pragma once

#include "events/intake.h"
#include "routes/visit.h"

struct publishing {
    struct catalogue_part_registered parts[RULES_PARTS_MAX];
    size_t count;
    size_t sent;
    int64_t active;            /* the version in force; 0: the hall has none yet */
    int64_t calendar;          /* the version of the calendar that counts */
    struct hash active_sha256; /* hash over the parts of the version in force */
    int64_t version;           /* its own number */
    struct hash sha256;        /* over its own parts, once they are registered */
    void (*then)(struct visit *visit);
};

/* Takes what intake told of the active catalogue. */
void publishing_begin(struct publishing *publishing, const struct catalogue_told *told);

/* Adds a part; false, and answered, when there are too many. */
bool publishing_add(struct visit *visit, struct publishing *publishing, struct text file,
                    struct text name, struct text text);

/* Adds a file, as one part or as several that end at the end of a line; false, and answered, when
 * it cannot be. */
bool publishing_add_file(struct visit *visit, struct publishing *publishing, struct text file,
                         struct text text);

/* Hash over its parts, in order. */
struct hash publishing_hash(const struct publishing *publishing);

/* Registers the parts and calls `then`. What goes wrong is answered. The visit's asks are used; its
 * page stays. */
void publishing_register(struct visit *visit, struct publishing *publishing,
                         void (*then)(struct visit *visit));
