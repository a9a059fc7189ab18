/* The hall's facts and signals: what the conditions and triggers of its procedures may name.
 *
 * A fact is computed by the service that owns the state, in C, from item, case or action; the
 * values it may take and what a person is told when it stands in the way are written here, once. */
#pragma once

#include "procedure/procedure.h"

extern const struct procedure_fact hall_procedure_facts[];
extern const size_t hall_procedure_fact_count;

extern const struct procedure_signal hall_procedure_signals[];
extern const size_t hall_procedure_signal_count;

/* What a coded ground may be for: the values of the fact `ground`, `none` apart. */
extern const char *const hall_ground_uses[];
extern const size_t hall_ground_use_count;
