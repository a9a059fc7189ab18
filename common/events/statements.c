#include "events/statements.h"

WIRE_DEFINE_ENUM(import_state, IMPORT_STATE_VALUES)
WIRE_DEFINE_ENUM(entry_outcome, ENTRY_OUTCOME_VALUES)
WIRE_DEFINE_VOCABULARY(statements_vocabulary, STATEMENTS_VOCABULARY)
