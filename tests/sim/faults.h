/* Faults: hosts die and come back, connections break, disks fill up, clocks are held, the hall
 * sleeps over night. How often is drawn once a run, so that some runs are rough and some quiet. */
#pragma once

#include "world.h"

/* Perhaps something goes wrong, or gets right again. */
void faults_step(struct world *world);

/* The same for a long run: seldom, and without pauses or held clocks. */
void faults_step_mildly(struct world *world);

/* All is well from now on. */
void faults_end(struct world *world);
