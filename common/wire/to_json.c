#include "wire/json.h"

#include "base/check.h"
#include "base/encoding.h"

json_t *wire_json_text(struct text text)
{
    return text.data == NULL ? json_null() : json_stringn(text.data, text.size);
}

json_t *wire_json_time(int64_t time_ms)
{
    char text[TIME_TEXT_BYTES + 1];
    time_format(time_ms, text);
    return json_string(text);
}

json_t *wire_json_id(const struct uuid *uuid)
{
    char text[UUID_TEXT_BYTES + 1];
    uuid_format(uuid, text);
    return json_string(text);
}

static json_t *json_of_bytes(struct bytes bytes, bool hexadecimal)
{
    struct arena arena;
    arena_init(&arena);
    struct text text = hexadecimal ? hex_text(&arena, bytes) : base64_text(&arena, bytes);
    json_t *json = wire_json_text(text);
    arena_free(&arena);
    return json;
}

static json_t *json_of_date(struct date date)
{
    char text[DATE_TEXT_BYTES + 1];
    date_format(date, text);
    return json_string(text);
}

/* A string, so that no reader makes a double of it. */
static json_t *json_of_decimal(struct decimal decimal)
{
    char text[DECIMAL_TEXT_BYTES];
    decimal_format(decimal, text);
    return json_string(text);
}

/* The JSON of a personal value, or NULL after noting that it is withheld. */
static json_t *json_of_personal(const struct personal *personal, const struct wire_path *path,
                                const struct wire_view *view)
{
    if (!personal->sealed) {
        return wire_json_text(personal_text(*personal));
    }
    if (view->withheld != NULL) {
        struct arena arena;
        arena_init(&arena);
        json_array_append_new(view->withheld, wire_json_text(wire_pointer(&arena, path)));
        arena_free(&arena);
    }
    return NULL;
}

static json_t *json_of_form(const struct form *form, const struct wire_path *path,
                            const struct wire_view *view)
{
    json_t *json = json_object();
    for (size_t i = 0; i < form->count; i++) {
        const struct form_entry *entry = &form->items[i];
        struct wire_path at = {.parent = path, .name = entry->name};
        json_t *value = NULL;
        switch (entry->kind) {
        case FORM_TEXT:
            value = wire_json_text(entry->text);
            break;
        case FORM_PERSONAL:
            value = json_of_personal(&entry->personal, &at, view);
            break;
        case FORM_DECIMAL:
            value = json_of_decimal(entry->decimal);
            break;
        case FORM_BOOL:
            value = json_boolean(entry->boolean);
            break;
        case FORM_NONE:
            break;
        }
        if (value != NULL) {
            json_object_setn_new(json, entry->name.data, entry->name.size, value);
        }
    }
    return json;
}

static json_t *json_of_record(const struct wire_message *message, const void *record,
                              const struct wire_path *path, const struct wire_view *view);

static json_t *json_of_list(const struct wire_field *field, const void *record,
                            const struct wire_path *path, const struct wire_view *view)
{
    size_t count = 0;
    const uint8_t *items = wire_list_items(field, record, &count);
    json_t *json = json_array();
    for (size_t i = 0; i < count; i++) {
        struct wire_path at = {.parent = path, .index = i};
        json_array_append_new(
            json, json_of_record(field->record, items + i * field->record->size, &at, view));
    }
    return json;
}

static json_t *json_of_texts(const struct text_list *list)
{
    json_t *json = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_array_append_new(json, wire_json_text(list->items[i]));
    }
    return json;
}

static json_t *json_of_blobs(const struct bytes_list *list)
{
    json_t *json = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_array_append_new(json, json_of_bytes(list->items[i], false));
    }
    return json;
}

static json_t *json_of_value(const struct wire_field *field, const void *record,
                             const struct wire_path *path, const struct wire_view *view)
{
    const void *value = wire_value(field, record);
    switch (field->type) {
    case WIRE_PUBLIC_TEXT:
        return wire_json_text(*(const struct text *)value);
    case WIRE_TEXT:
        return json_of_personal(value, path, view);
    case WIRE_BYTES:
        return json_of_bytes(*(const struct bytes *)value, false);
    case WIRE_BOOL:
        return json_boolean(*(const bool *)value);
    case WIRE_INT:
    case WIRE_FEN:
        return json_integer(*(const int64_t *)value);
    case WIRE_DECIMAL:
        return json_of_decimal(*(const struct decimal *)value);
    case WIRE_TIME:
        return wire_json_time(*(const int64_t *)value);
    case WIRE_DATE:
        return json_of_date(*(const struct date *)value);
    case WIRE_ENUM:
        return wire_json_text(wire_enum_name(field->enumeration, *(const int *)value));
    case WIRE_ID:
        return wire_json_id(value);
    case WIRE_HASH:
        return json_of_bytes(bytes_of(value, HASH_BYTES), true);
    case WIRE_RECORD:
        return json_of_record(field->record, value, path, view);
    case WIRE_LIST:
        return json_of_list(field, record, path, view);
    case WIRE_TEXTS:
        return json_of_texts(value);
    case WIRE_BLOBS:
        return json_of_blobs(value);
    case WIRE_FORM:
        return json_of_form(value, path, view);
    case WIRE_ANY: {
        const struct wire_any *any = value;
        return any->message == NULL ? NULL : json_of_record(any->message, any->data, path, view);
    }
    }
    UNREACHABLE();
}

static json_t *json_of_record(const struct wire_message *message, const void *record,
                              const struct wire_path *path, const struct wire_view *view)
{
    json_t *json = json_object();
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (field->presence == OPTIONAL && wire_is_absent(field, record)) {
            continue;
        }
        struct wire_path at = {.parent = path, .name = {field->name, field->name_size}};
        json_t *value = json_of_value(field, record, &at, view);
        if (value != NULL) {
            json_object_set_new(json, field->name, value);
        }
    }
    return json;
}

json_t *wire_to_json(const struct wire_message *message, const void *record,
                     const struct wire_view *view)
{
    static const struct wire_view plain = {0};
    return json_of_record(message, record, NULL, view == NULL ? &plain : view);
}
