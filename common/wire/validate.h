/* Validation by the field table: presence, bounds, UTF-8, list sizes. Pure, any thread. */
#pragma once

#include "wire/errors.h"
#include "wire/field.h"

/* Checks one field of `record`; adds what is wrong at `path`. True when it is good. Records inside
 * it are taken as checked already (a decoder checks from the inside out). */
bool wire_validate_field(const struct wire_field *field, const void *record,
                         const struct wire_path *path, struct wire_errors *errors);

/* Checks every field of `record` and what it contains. `errors` may be NULL. */
bool wire_validate(const struct wire_message *message, const void *record,
                   const struct wire_path *path, struct wire_errors *errors);
