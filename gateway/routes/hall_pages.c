#include "routes/hall_pages.h"

WIRE_DEFINE_VOCABULARY(hall_pages_vocabulary, HALL_PAGES_VOCABULARY)
