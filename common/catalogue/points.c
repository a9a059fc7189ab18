/* What a collection point may take, and when. */
#include "catalogue/points.h"

bool catalogue_point_is_open(const struct catalogue_collection_point *point, struct date day)
{
    bool is_open_weekday = point->weekdays == 0 || (point->weekdays & 1U << date_weekday(day)) != 0;
    if (day.days < point->since.days || !is_open_weekday) {
        return false;
    }
    for (size_t i = 0; i < point->closed_count; i++) {
        if (point->closed_on[i].days == day.days) {
            return false;
        }
    }
    return true;
}

bool catalogue_point_takes(const struct catalogue_collection_point *point, struct text unit,
                           struct text method)
{
    return text_span_contains(&point->takes_for, unit) &&
           text_span_contains(&point->methods, method);
}

bool catalogue_point_has_item(const struct catalogue_collection_point *point, struct text item)
{
    return point->items.count == 0 || text_span_contains(&point->items, item);
}
