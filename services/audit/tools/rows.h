/* Rows of a service's table as bytes: two stores held against each other, key by key. One thread.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* The table of a store that is looked at. */
struct rows_place {
    const char *folder; /* of the store */
    const char *table;
    size_t map_bytes;
};

/* A key at which two tables differ. */
struct rows_difference {
    struct bytes key;
    bool is_here[2];
    struct bytes values[2];
};

/* The first key at which they differ; ERR_NOT_FOUND when they do not. What is told is copied into
 * `arena`. `ret_end` (may be NULL) is the end of the log that belongs to the first. */
enum err rows_compare(const struct rows_place *left, const struct rows_place *right,
                      struct arena *arena, struct rows_difference *ret_difference,
                      uint64_t *ret_end, struct reason *reason);

/* The row at `key`; `ret_is_here` false when there is none. */
enum err rows_read(const struct rows_place *place, struct bytes key, struct arena *arena,
                   bool *ret_is_here, struct bytes *ret_value, struct reason *reason);
