/* The rules as the gateway knows them: versions of the catalogue, fetched from intake when a page
 * first needs them, and kept. One thread. */
#pragma once

#include "matter/rules.h"
#include "routes/visit.h"

struct rules_cache;

struct rules_cache *rules_cache_open(void);
void rules_cache_close(struct rules_cache **cache);

/* Calls `then` with the rules of `version` (0: the active one), at once when they are here.
 * `rules` is NULL when the hall has no catalogue yet. What goes wrong is answered here. The
 * visit's asks are used. */
void rules_fetch(struct visit *visit, int64_t version,
                 void (*then)(struct visit *visit, const struct hall_rules *rules));
