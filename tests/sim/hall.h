/* The hall that a run plays in: six hosts on the bus, the checkers, the people, the first
 * catalogue.
 */
#pragma once

#include "world.h"

/* Opens the hall of a world whose clock stands where the run begins; hall_close ends it. */
void hall_open(struct world *world);
void hall_close(struct world *world);

/* A register comes up: it knows the one firm or person that all cases are of. */
void hall_register_open(struct world *world, const char *name);

/* Reads the shipped catalogue for the people and the checkers: world->rules. */
void hall_rules_read(struct world *world);
