/* Seams: what the linker puts in the place of a few functions of common/ in the simulator (see
 * CMakeLists.txt), so that a run is repeatable, quick, and can fill a disk. The linker knows no
 * arguments, so the run they belong to is kept here: the one global of the simulator. */
#pragma once

#include "world.h"

/* The run that random sources and full disks belong to from now on; NULL: none. */
void seams_begin(struct world *world);

/* Forgets the rules that were read. */
void seams_end(void);
