/* A version of the catalogue on its way to intake: parts that fit into events, registered one after
 * the other, checked there as a whole, and made the active one. */
#pragma once

#include "events/intake.h"
#include "routes/visit.h"

struct publishing {
    struct catalogue_part_registered parts[RULES_PARTS_MAX];
    size_t count;
    size_t sent;
    int64_t version;    /* the active one; once it is published, its own */
    int64_t calendar;   /* the version of the calendar that counts; likewise */
    struct hash active; /* hash over the parts of the active one */
    struct hash sha256;
    void (*then)(struct visit *visit, const struct publishing *publishing);
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

/* Publishes the parts as the next version and calls `then`; what is active already is not published
 * again. What goes wrong is answered. The visit's asks and its page are used. */
void publishing_go(struct visit *visit, struct publishing *publishing,
                   void (*then)(struct visit *visit, const struct publishing *publishing));
