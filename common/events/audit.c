#include "events/audit.h"

WIRE_DEFINE_VOCABULARY(audit_vocabulary, AUDIT_VOCABULARY)
