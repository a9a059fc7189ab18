#include "wire/field.h"

#include "base/check.h"
#include "wire/internal.h"

#include <string.h>

const struct wire_message *wire_find(const struct wire_vocabulary *vocabulary, struct text name)
{
    for (size_t i = 0; i < vocabulary->count; i++) {
        if (text_equal_string(name, vocabulary->messages[i]->name)) {
            return vocabulary->messages[i];
        }
    }
    return NULL;
}

const struct wire_field *wire_field_find(const struct wire_message *message, struct text name,
                                         size_t hint, size_t *ret_index)
{
    for (size_t i = 0; i < message->field_count; i++) {
        size_t index = (hint + i) % message->field_count;
        const struct wire_field *field = &message->fields[index];
        if (field->name_size == name.size && memcmp(field->name, name.data, name.size) == 0) {
            *ret_index = index;
            return field;
        }
    }
    return NULL;
}

const void *wire_value(const struct wire_field *field, const void *record)
{
    return (const uint8_t *)record + field->offset;
}

void *wire_place(const struct wire_field *field, void *record)
{
    return (uint8_t *)record + field->offset;
}

const void *wire_list_items(const struct wire_field *field, const void *record, size_t *ret_count)
{
    struct any_list list;
    memcpy(&list, wire_value(field, record), sizeof list);
    *ret_count = list.count;
    return list.items;
}

size_t wire_item_size(const struct wire_field *field)
{
    return field->type == WIRE_LIST    ? field->record->size
           : field->type == WIRE_TEXTS ? sizeof(struct text)
                                       : sizeof(struct bytes);
}

static bool record_is_absent(const struct wire_message *message, const void *record)
{
    for (size_t i = 0; i < message->field_count; i++) {
        if (!wire_is_absent(&message->fields[i], record)) {
            return false;
        }
    }
    return true;
}

bool wire_is_absent(const struct wire_field *field, const void *record)
{
    const void *value = wire_value(field, record);
    size_t count = 0;
    switch (field->type) {
    case WIRE_PUBLIC_TEXT:
        return text_is_empty(*(const struct text *)value);
    case WIRE_TEXT:
        return ((const struct personal *)value)->value.size == 0;
    case WIRE_BYTES:
        return ((const struct bytes *)value)->size == 0;
    case WIRE_BOOL:
        return !*(const bool *)value;
    case WIRE_INT:
    case WIRE_FEN:
    case WIRE_TIME:
        return *(const int64_t *)value == 0;
    case WIRE_DECIMAL:
        return ((const struct decimal *)value)->units == 0;
    case WIRE_DATE:
        return ((const struct date *)value)->days == 0;
    case WIRE_ENUM:
        return *(const int *)value == 0;
    case WIRE_ID:
        return uuid_is_none(value);
    case WIRE_HASH:
        return hash_is_none(value);
    case WIRE_RECORD:
        return record_is_absent(field->record, value);
    case WIRE_LIST:
    case WIRE_TEXTS:
    case WIRE_BLOBS:
    case WIRE_FORM:
        (void)wire_list_items(field, record, &count);
        return count == 0;
    case WIRE_ANY: {
        const struct wire_any *any = value;
        return any->message == NULL && any->encoded == NULL;
    }
    }
    UNREACHABLE();
}

struct text wire_enum_name(const struct wire_enum *enumeration, int value)
{
    if (value < 1 || (size_t)value > enumeration->count) {
        return (struct text){0};
    }
    return text_of(enumeration->values[value - 1].name);
}

int wire_enum_value(const struct wire_enum *enumeration, struct text name)
{
    for (size_t i = 0; i < enumeration->count; i++) {
        if (text_equal_string(name, enumeration->values[i].name)) {
            return (int)i + 1;
        }
    }
    return 0;
}

const struct form_entry *form_find(const struct form *form, struct text name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (text_equal(form->items[i].name, name)) {
            return &form->items[i];
        }
    }
    return NULL;
}

struct personal personal_of(struct text text)
{
    return (struct personal){.value = text_bytes(text)};
}

struct text personal_text(struct personal personal)
{
    return personal.sealed ? (struct text){0} : bytes_text(personal.value);
}
