/* What changes, for whom, between two catalogues: sentences, kept by whom they concern and by what
 * they are about. Everything lives in the arena given. */
#pragma once

#include "base/buffer.h"
#include "catalogue/catalogue.h"

/* Whom a sentence concerns; roles and relations are codes of the catalogue. */
struct audience {
    bool applicants;
    bool payers;
    bool everybody;
    struct text_span roles;
};

struct changes;

/* An empty list. Names of roles come from `after`, or from `before` for what is gone. */
struct changes *changes_new(const struct catalogue *before, const struct catalogue *after,
                            struct arena *arena);

/* Adds a sentence about `subject` for everyone of the audience. Officers are told by role; a role
 * of the group `applicant` and a relation stand with the applicants, the payer with the payers. */
void changes_tell(struct changes *changes, const struct audience *audience, struct text subject,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

size_t changes_count(const struct changes *changes);

/* Writes all of them: by whom they concern, then by subject, in the order in which they came. */
void changes_write(const struct changes *changes, struct buffer *page);
