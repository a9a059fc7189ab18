/* The eight disclosures of an item (八公開): rules, names, authority, stages, materials, limits,
 * fees with their basis, and contact. The loader sees to it that each is stated; here it is asked
 * whether it says something, for an item that lacks one must not be published. Pure, any thread. */
#pragma once

#include "catalogue/catalogue.h"

/* The disclosure that `item` lacks, in words; NULL when all eight are there. */
const char *catalogue_undisclosed(const struct catalogue_item *item);
