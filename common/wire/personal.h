/* Personal values of a record, found by its field table: how they are sealed before the record
 * enters an event, and opened for somebody who may read them. Pure, any thread. */
#pragma once

#include "wire/errors.h"
#include "wire/field.h"

/* Called for every personal value that is present, with where it stands. It may replace the value
 * in place. False stops the walk. */
typedef bool personal_visitor(void *context, const struct wire_path *path,
                              struct personal *personal);

/* Visits the personal values of `record` in the order of its table, those of nested records and
 * forms included. False when the visitor stopped. */
bool wire_visit_personal(const struct wire_message *message, void *record,
                         personal_visitor *visitor, void *context);

/* True when every personal value of `record` is sealed: what may enter an event or a store. */
bool wire_is_sealed(const struct wire_message *message, const void *record);
