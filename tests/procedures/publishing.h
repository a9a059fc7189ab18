/* Publishes a catalogue in a hall, and lets its applicant upload files: what intake alone does. */
#pragma once

#include "hall.h"

/* Registers the files of `folder` (catalogue, calendar, procedures, templates) and activates them.
 */
void catalogue_publish(struct hall *hall, const char *folder,
                       const struct catalogue_change *change);
