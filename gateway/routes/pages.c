#include "routes/pages.h"

WIRE_DEFINE_VOCABULARY(pages_vocabulary, PAGES_VOCABULARY)
