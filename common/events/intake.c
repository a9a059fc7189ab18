#include "events/intake.h"

WIRE_DEFINE_ENUM(catalogue_obstacle, CATALOGUE_OBSTACLE_VALUES)
WIRE_DEFINE_VOCABULARY(intake_vocabulary, INTAKE_VOCABULARY)
