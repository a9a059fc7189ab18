/* A run: the hall is set up, goes through its steps with faults, comes to rest, and is judged. */
#pragma once

#include "world.h"

/* Plays one seed; ends the process when something does not hold. `ret_told` (may be NULL) gets a
 * line about what happened. */
void run_play(struct world *world, char *told, size_t told_size);
