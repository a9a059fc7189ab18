/* Whether two records hold the same, field by field of their table. Pure, any thread. */
#pragma once

#include "wire/field.h"

#include <stdbool.h>

/* True when every field of `left` and `right`, structs of `message`, has the same value. A field
 * that is absent in both is the same. Nested messages (WIRE_ANY) are the same when they would be
 * written the same. When it is false and `ret_name` is not NULL, *ret_name is the name of the first
 * field that differs. */
bool record_equal(const struct wire_message *message, const void *left, const void *right,
                  const char **ret_name);
