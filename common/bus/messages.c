#include "bus/messages.h"

WIRE_DEFINE_ENUM(principal_kind, PRINCIPAL_KIND_VALUES)
WIRE_DEFINE_VOCABULARY(bus_vocabulary, BUS_VOCABULARY)
