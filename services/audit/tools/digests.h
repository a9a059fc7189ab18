/* Digests of a service's tables, as its program prints them (service/replay.h), and comparing two
 * sets of them. One thread. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

enum { DIGEST_TABLES_MAX = 64 };

struct table_digest {
    struct text table;
    int64_t rows;
    struct text sha256; /* hexadecimal */
};

struct digests {
    int64_t seq; /* end of the log they belong to */
    struct table_digest tables[DIGEST_TABLES_MAX];
    size_t count;
};

/* Reads the JSON that `--digest` and `--replay` print; texts are copied into `arena`. */
enum err digests_parse(struct text json, struct arena *arena, struct digests *ret_digests,
                       struct reason *reason);

/* Adds a table that was looked at here. */
void digests_add(struct digests *digests, struct arena *arena, const char *table, uint64_t rows,
                 const struct hash *digest);

/* The digest of the table of that name; NULL when there is none. */
const struct table_digest *digests_find(const struct digests *digests, struct text name);
