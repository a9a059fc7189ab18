#include "service/builtin.h"

WIRE_DEFINE_VOCABULARY(builtin_vocabulary, BUILTIN_VOCABULARY)
