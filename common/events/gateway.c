#include "events/gateway.h"

WIRE_DEFINE_VOCABULARY(gateway_vocabulary, GATEWAY_VOCABULARY)
