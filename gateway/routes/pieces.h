/* A file that a service tells piece by piece, put together: one piece first, which says how large
 * the whole is, then several at once. */
#pragma once

#include "routes/visit.h"

/* What an answer tells of a file. */
struct piece {
    int64_t size; /* of the whole */
    struct bytes data;
};

/* How files of one kind are asked for. `file` is what pieces_fetch was given. */
struct piece_source {
    void (*ask)(struct visit *visit, void *file, int64_t index); /* one question, by visit_ask */
    struct piece (*read)(struct visit *visit, void *file, const void *answer);
    void (*tell)(struct visit *visit, void *file, struct bytes whole);
    /* Answers, or asks on, when a piece could not be told; NULL: what the service said. */
    void (*refuse)(struct visit *visit, void *file, const struct ask *ask);
};

/* Fetches a whole file and calls `tell`; what goes wrong is answered. The visit's asks and page are
 * used. */
void pieces_fetch(struct visit *visit, const struct piece_source *source, void *file);
