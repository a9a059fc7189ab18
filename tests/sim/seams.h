/* Seams: what the linker puts in the place of three functions of common/ in the simulator (see
 * CMakeLists.txt), so that a run is repeatable, quick, and can fill a disk. */
#pragma once

#include "world.h"

/* The run that random sources and full disks belong to from now on. */
void seams_begin(struct world *world);

/* Forgets the catalogue that was loaded. */
void seams_end(void);
