/* Items of the catalogue as pages show them. Pages point into the catalogue, lists lie in `arena`.
 */
#pragma once

#include "matter/rules.h"
#include "routes/pages.h"

struct names_shown names_page(const struct names *names);
struct text_list texts_page(const struct text_span *texts);
struct item_listed item_listed_of(const struct catalogue_item *item);
struct item_page item_page_of(const struct hall_rules *rules, const struct catalogue_item *item,
                              struct arena *arena);
