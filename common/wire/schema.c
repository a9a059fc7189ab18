#include "wire/schema.h"

#include "base/check.h"

#include <inttypes.h>

struct text wire_schema_name(struct arena *arena, const struct wire_message *message)
{
    struct text name = arena_print(arena, "%s", message->name);
    char *letters = (char *)(uintptr_t)name.data; /* freshly made, ours to change */
    for (size_t i = 0; i < name.size; i++) {
        if (letters[i] == '.' || letters[i] == ' ') {
            letters[i] = '_';
        }
    }
    return name;
}

json_t *wire_schema_ref(const struct wire_message *message)
{
    struct arena arena;
    arena_init(&arena);
    struct text name = wire_schema_name(&arena, message);
    json_t *ref =
        json_pack("{s:s}", "$ref", arena_print(&arena, "#/components/schemas/%s", name.data).data);
    arena_free(&arena);
    return ref;
}

static json_t *text_schema(int64_t min, int64_t max)
{
    return json_pack("{s:s,s:I,s:I}", "type", "string", "minLength", (json_int_t)min, "maxLength",
                     (json_int_t)max);
}

static json_t *pattern_schema(const char *pattern, int64_t length)
{
    return json_pack("{s:s,s:s,s:I}", "type", "string", "pattern", pattern, "maxLength",
                     (json_int_t)length);
}

static json_t *integer_schema(int64_t min, int64_t max)
{
    return json_pack("{s:s,s:s,s:I,s:I}", "type", "integer", "format", "int64", "minimum",
                     (json_int_t)min, "maximum", (json_int_t)max);
}

static json_t *enum_schema(const struct wire_enum *enumeration)
{
    json_t *names = json_array();
    for (size_t i = 0; i < enumeration->count; i++) {
        json_array_append_new(names, json_string(enumeration->values[i].name));
    }
    return json_pack("{s:s,s:o}", "type", "string", "enum", names);
}

static json_t *list_schema(const struct wire_field *field, json_t *items)
{
    return json_pack("{s:s,s:o,s:I,s:I}", "type", "array", "items", items, "minItems",
                     (json_int_t)field->list_min, "maxItems", (json_int_t)field->list_max);
}

static json_t *decimal_schema(void)
{
    const json_int_t whole_max = DECIMAL_MAX / DECIMAL_SCALE;
    json_t *number =
        json_pack("{s:s,s:I,s:I}", "type", "number", "minimum", -whole_max, "maximum", whole_max);
    return json_pack("{s:[o,o]}", "anyOf",
                     pattern_schema("^-?[0-9]{1,12}(\\.[0-9]{1,4})?$", DECIMAL_TEXT_BYTES), number);
}

static json_t *form_schema(const struct wire_field *field)
{
    json_t *kinds =
        json_pack("[o,{s:s},{s:s}]", text_schema(0, 5000), "type", "number", "type", "boolean");
    return json_pack("{s:s,s:{s:o},s:I}", "type", "object", "additionalProperties", "anyOf", kinds,
                     "maxProperties", (json_int_t)field->list_max);
}

json_t *wire_field_schema(const struct wire_field *field)
{
    switch (field->type) {
    case WIRE_PUBLIC_TEXT:
    case WIRE_TEXT:
        return text_schema(field->presence == REQUIRED ? 1 : 0, field->max);
    case WIRE_BYTES:
        return pattern_schema("^[A-Za-z0-9+/]*=*$", field->max / 3 * 4 + 4);
    case WIRE_BOOL:
        return json_pack("{s:s}", "type", "boolean");
    case WIRE_INT:
    case WIRE_FEN:
        return integer_schema(field->min, field->max);
    case WIRE_DECIMAL:
        return decimal_schema();
    case WIRE_TIME:
        return json_pack("{s:s,s:s,s:i}", "type", "string", "format", "date-time", "maxLength", 40);
    case WIRE_DATE:
        return json_pack("{s:s,s:s,s:i}", "type", "string", "format", "date", "maxLength", 10);
    case WIRE_ENUM:
        return enum_schema(field->enumeration);
    case WIRE_ID:
        return json_pack("{s:s,s:s,s:i}", "type", "string", "format", "uuid", "maxLength", 36);
    case WIRE_HASH:
        return pattern_schema("^[0-9a-f]{64}$", 64);
    case WIRE_RECORD:
        return wire_schema_ref(field->record);
    case WIRE_LIST:
        return list_schema(field, wire_schema_ref(field->record));
    case WIRE_TEXTS:
        return list_schema(field, text_schema(1, field->max));
    case WIRE_BLOBS:
        return list_schema(field, pattern_schema("^[A-Za-z0-9+/]*=*$", field->max / 3 * 4 + 4));
    case WIRE_FORM:
        return form_schema(field);
    case WIRE_ANY:
        return json_pack("{s:s}", "type", "object");
    }
    UNREACHABLE();
}

/* The property of a field: its schema with the line of documentation. A $ref may have siblings in
 * OpenAPI 3.1. */
static json_t *property_schema(const struct wire_field *field)
{
    json_t *schema = wire_field_schema(field);
    json_object_set_new(schema, "description", json_string(field->doc));
    return schema;
}

void wire_schema_add(json_t *schemas, const struct wire_message *message)
{
    struct arena arena;
    arena_init(&arena);
    const char *name = wire_schema_name(&arena, message).data;
    if (json_object_get(schemas, name) != NULL) {
        arena_free(&arena);
        return;
    }
    json_t *properties = json_object();
    json_t *required = json_array();
    json_t *schema =
        json_pack("{s:s,s:s,s:o,s:o,s:b}", "type", "object", "description", message->doc,
                  "properties", properties, "required", required, "additionalProperties", 0);
    json_object_set_new(schemas, name, schema);
    arena_free(&arena);
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        json_object_set_new(properties, field->name, property_schema(field));
        if (field->presence == REQUIRED) {
            json_array_append_new(required, json_string(field->name));
        }
        if (field->record != NULL) {
            wire_schema_add(schemas, field->record);
        }
    }
}

static void document_type(struct buffer *page, const struct wire_field *field)
{
    switch (field->type) {
    case WIRE_PUBLIC_TEXT:
        buffer_print(page, "public text, %" PRId64 " characters", field->max);
        return;
    case WIRE_TEXT:
        buffer_print(page, "personal text, %" PRId64 " characters", field->max);
        return;
    case WIRE_BYTES:
        buffer_print(page, "bytes, %" PRId64, field->max);
        return;
    case WIRE_BOOL:
        buffer_append_string(page, "true or false");
        return;
    case WIRE_INT:
        buffer_print(page, "integer, %" PRId64 " to %" PRId64, field->min, field->max);
        return;
    case WIRE_FEN:
        buffer_print(page, "fen, %" PRId64 " to %" PRId64, field->min, field->max);
        return;
    case WIRE_DECIMAL:
        buffer_print(page, "decimal, %" PRId64 " to %" PRId64, field->min, field->max);
        return;
    case WIRE_TIME:
        buffer_append_string(page, "time");
        return;
    case WIRE_DATE:
        buffer_append_string(page, "date");
        return;
    case WIRE_ENUM:
        for (size_t i = 0; i < field->enumeration->count; i++) {
            buffer_print(page, "%s`%s`", i == 0 ? "" : ", ", field->enumeration->values[i].name);
        }
        return;
    case WIRE_ID:
        buffer_append_string(page, "id");
        return;
    case WIRE_HASH:
        buffer_append_string(page, "SHA-256");
        return;
    case WIRE_RECORD:
        buffer_print(page, "`%s`", field->record->name);
        return;
    case WIRE_LIST:
        buffer_print(page, "%zu to %zu of `%s`", field->list_min, field->list_max,
                     field->record->name);
        return;
    case WIRE_TEXTS:
        buffer_print(page, "%zu to %zu public texts", field->list_min, field->list_max);
        return;
    case WIRE_BLOBS:
        buffer_print(page, "up to %zu byte strings", field->list_max);
        return;
    case WIRE_FORM:
        buffer_append_string(page, "the item's form fields");
        return;
    case WIRE_ANY:
        buffer_append_string(page, "a message of its own table");
        return;
    }
    UNREACHABLE();
}

void wire_document(struct buffer *page, const struct wire_message *message)
{
    buffer_print(page, "### `%s`\n\n%s\n\n| field | type | | meaning |\n|---|---|---|---|\n",
                 message->name, message->doc);
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        buffer_print(page, "| `%s` | ", field->name);
        document_type(page, field);
        buffer_print(page, " | %s | %s |\n", field->presence == REQUIRED ? "required" : "",
                     field->doc);
    }
    buffer_append_byte(page, '\n');
}
