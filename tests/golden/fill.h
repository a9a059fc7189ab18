/* Records filled by their field table alone: the same table gives the same values on every machine.
 *
 * A value comes from the name, type and bounds of its field and from nothing else, so a field that
 * is added to a table changes no other value. Every value is inside its bounds and none is absent.
 * Personal values are sealed, as they are in every event. Pure, any thread. */
#pragma once

#include "base/arena.h"
#include "wire/field.h"

enum fill_extent {
    FILL_ALL,      /* every field */
    FILL_REQUIRED, /* only what must be there */
    FILL_EXTENTS,
};

/* "all", "required". */
const char *fill_extent_name(enum fill_extent extent);

/* A struct of `message`, filled, in `arena` with all that it points to. */
void *fill_record(const struct wire_message *message, enum fill_extent extent, struct arena *arena);
