/* What the gateway learns of actions: which service did each of them last; and what actions share
 * with the beginning of matters. One thread. */
#pragma once

#include "routes/visit.h"

struct hints;

struct hints *hints_open(void);
void hints_close(struct hints **hints);

/* The bodies' names for fields stand one level higher than the command's: "/fields/missing" is
 * "/missing" to the client. */
void fields_lift(struct problem *problem);
