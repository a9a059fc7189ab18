/* The rules as the gateway knows them: versions of the catalogue, fetched from intake when a page
 * first needs them, and kept. One thread. */
#pragma once

#include "matter/rules.h"
#include "routes/visit.h"

struct rules_cache;

struct rules_cache *rules_cache_open(void);
void rules_cache_close(struct rules_cache **cache);

/* A version that was fetched before; NULL when it was not. */
const struct hall_rules *rules_fetched(const struct rules_cache *cache, int64_t version);

/* Calls `then` with the rules of `version` (0: the active one), at once when they are here.
 * `rules` is NULL when the hall has no catalogue yet. What goes wrong is answered here. The
 * visit's asks are used. */
void rules_fetch(struct visit *visit, int64_t version,
                 void (*then)(struct visit *visit, const struct hall_rules *rules));

/* Calls `then` when all `versions` (each not 0) have been fetched. */
void rules_fetch_all(struct visit *visit, const int64_t *versions, size_t count,
                     void (*then)(struct visit *visit));
