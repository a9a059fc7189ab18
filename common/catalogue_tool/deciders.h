/* Whom the procedure of an item lets speak the last word. Pure. */
#pragma once

#include "catalogue/catalogue.h"

/* The roles and relations that may `decide` the item or `reply` to it, each once, in the order of
 * the procedure; none where there is no procedure. */
struct text_span deciders_of(const struct catalogue_item *item, struct arena *arena);
