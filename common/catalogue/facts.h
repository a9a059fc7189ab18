/* What is known of a case when the catalogue's conditions are asked: who applies, and the form as
 * filed. Pure, any thread.
 *
 * At filing the form is plain, and conditions on personal choices can be asked. Later they are
 * sealed: such a condition then does not hold. The catalogue allows them at filing only. */
#pragma once

#include "catalogue/item.h"
#include "wire/field.h"

struct catalogue_facts {
    struct text applicant_kind;
    bool applicant_represented;
    const struct form *form;
};

/* True when all conditions hold; always, when there are none. */
bool catalogue_when_holds(const struct catalogue_when *when, const struct catalogue_facts *facts);
