/* What must be handed in for a case, and what is missing. Pure, any thread. */
#pragma once

#include "catalogue/facts.h"

struct catalogue_material_list {
    const struct catalogue_item_material **items;
    size_t count;
};

/* The materials that must be there now: on filing when `stage` is absent, before that stage begins
 * otherwise. Where entry->material->from_register is not NULL, the hall asks that register by its
 * key and never the applicant. The list lives in `arena`. */
struct catalogue_material_list catalogue_required_materials(const struct catalogue_item *item,
                                                            const struct catalogue_facts *facts,
                                                            struct text stage, struct arena *arena);

/* Those of the required ones that the applicant must hand in and that are not among the codes in
 * `provided`. */
struct catalogue_material_list catalogue_missing_materials(const struct catalogue_item *item,
                                                           const struct catalogue_facts *facts,
                                                           struct text stage,
                                                           const struct text_span *provided,
                                                           struct arena *arena);
