/* OpenAPI 3.1 schemas and reference pages from the field tables. Pure, any thread. */
#pragma once

#include "base/buffer.h"
#include "wire/field.h"

#include <jansson.h>

/* Adds the schema of `message`, and of every record it contains, to the object `schemas` under its
 * schema name, unless it is there. Returns nothing; refer to it with wire_schema_ref. */
void wire_schema_add(json_t *schemas, const struct wire_message *message);

/* {"$ref": "#/components/schemas/<name>"}. The caller owns it. */
json_t *wire_schema_ref(const struct wire_message *message);

/* The name of a message's schema: its name without characters that a $ref may not have. */
struct text wire_schema_name(struct arena *arena, const struct wire_message *message);

/* The schema of one field's value. The caller owns it. */
json_t *wire_field_schema(const struct wire_field *field);

/* Appends a Markdown section: what the message means, a table of its fields. */
void wire_document(struct buffer *page, const struct wire_message *message);
