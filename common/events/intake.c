#include "events/intake.h"

WIRE_DEFINE_VOCABULARY(intake_vocabulary, INTAKE_VOCABULARY)
