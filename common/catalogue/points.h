/* Collection points: which of them a bill may be paid at, and when one is open. Pure. */
#pragma once

#include "catalogue/catalogue.h"

/* True when the point is there on that day and not closed: by its weekdays, or by notice. Whether
 * the hall works on that day is the calendar's to say. */
bool catalogue_point_is_open(const struct catalogue_collection_point *point, struct date day);

/* True when it may take money for the unit, in that way. */
bool catalogue_point_takes(const struct catalogue_collection_point *point, struct text unit,
                           struct text method);

/* True when it may take money for the item. */
bool catalogue_point_has_item(const struct catalogue_collection_point *point, struct text item);
