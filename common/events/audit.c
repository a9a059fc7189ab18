#include "events/audit.h"

WIRE_DEFINE_ENUM(log_text_kind, LOG_TEXT_VALUES)
WIRE_DEFINE_VOCABULARY(audit_vocabulary, AUDIT_VOCABULARY)
