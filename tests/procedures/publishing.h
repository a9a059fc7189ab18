/* Publishes catalogues in a hall, and lets its applicant upload files: what intake alone does. */
#pragma once

#include "hall.h"

/* A text of the catalogue that is replaced before it is published; its name ("catalogue:no-phone")
 * is a word of setups. */
struct catalogue_change {
    const char *word;
    bool of_draft; /* of a version that is drafted, not of the one the hall begins with */
    const char *from;
    const char *to;
};

/* The change of that name, NULL when there is none. */
const struct catalogue_change *catalogue_change_find(struct text word);

/* Registers the files of the hall's folder (catalogue, calendar, procedures, templates) and
 * activates them: the hall's first version. */
void catalogue_publish(struct hall *hall, const struct catalogue_change *change);

/* Hands the files in as the next version, as `who`: base, replaces and note stand in `draft`
 * already, the rest is filled in. */
struct reply catalogue_draft(struct hall *hall, const struct principal *who,
                             const struct catalogue_change *change, struct draft_catalogue *draft);
