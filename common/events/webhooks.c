#include "events/webhooks.h"

WIRE_DEFINE_VOCABULARY(webhooks_vocabulary, WEBHOOKS_VOCABULARY)
