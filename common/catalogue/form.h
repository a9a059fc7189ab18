/* Checking a filed form against the fields of its item. Pure, any thread. */
#pragma once

#include "catalogue/item.h"
#include "wire/errors.h"
#include "wire/field.h"

/* When a form is filed, all that is required must be there; what is filled in later, or corrected,
 * comes alone. */
enum form_occasion { FORM_FILED, FORM_AMENDED };

/* Who fills the form in, and when. */
struct form_filer {
    enum form_occasion occasion;
    struct text role; /* the role of the officer who fills it in; absent: who files */
};

/* Checks `form`, as it came from outside, and puts in its place one that may be kept: entries in
 * the order of the item's fields, public texts, choices and dates as FORM_TEXT, numbers and truths
 * as they are, and every personal value as FORM_PERSONAL text, to be sealed. An empty text is as if
 * it had been left out.
 *
 * False when anything is wrong; `errors` then says what, at <path>/<id>, without quoting values,
 * and `form` is unchanged. The new entries live in `arena`, their texts where they were. */
bool catalogue_check_form(const struct catalogue_item *item, const struct form_filer *filer,
                          struct form *form, struct arena *arena, const struct wire_path *path,
                          struct wire_errors *errors);

/* True when applicants of this kind (`natural_person` ...) may file the item. */
bool catalogue_applicant_allowed(const struct catalogue_item *item, struct text kind);
