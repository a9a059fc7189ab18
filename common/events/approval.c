#include "events/approval.h"

WIRE_DEFINE_VOCABULARY(approval_vocabulary, APPROVAL_VOCABULARY)
