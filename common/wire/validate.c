#include "wire/validate.h"

#include "base/check.h"

#include <inttypes.h>

/* Room for what sealing adds to a text: see crypto/seal.h. */
enum { SEALED_EXTRA_BYTES = 128, UTF8_BYTES_PER_CHARACTER = 4 };

static bool text_valid(const struct wire_field *field, struct text text,
                       const struct wire_path *path, struct wire_errors *errors)
{
    size_t characters = 0;
    if (!utf8_count(text, &characters)) {
        wire_errors_add(errors, path, "must be valid UTF-8 text without zero bytes");
        return false;
    }
    if (characters > (size_t)field->max) {
        wire_errors_add(errors, path, "must have at most %" PRId64 " characters", field->max);
        return false;
    }
    return true;
}

static bool personal_valid(const struct wire_field *field, const struct personal *personal,
                           const struct wire_path *path, struct wire_errors *errors)
{
    if (!personal->sealed) {
        return text_valid(field, bytes_text(personal->value), path, errors);
    }
    size_t size_max = (size_t)field->max * UTF8_BYTES_PER_CHARACTER + SEALED_EXTRA_BYTES;
    if (personal->value.size > size_max) {
        wire_errors_add(errors, path, "the sealed value must have at most %zu bytes", size_max);
        return false;
    }
    return true;
}

static bool range_valid(int64_t value, int64_t min, int64_t max, const struct wire_path *path,
                        struct wire_errors *errors)
{
    if (value >= min && value <= max) {
        return true;
    }
    wire_errors_add(errors, path, "must be between %" PRId64 " and %" PRId64, min, max);
    return false;
}

static bool decimal_valid(const struct wire_field *field, struct decimal decimal,
                          const struct wire_path *path, struct wire_errors *errors)
{
    if (decimal.units >= field->min * DECIMAL_SCALE &&
        decimal.units <= field->max * DECIMAL_SCALE) {
        return true;
    }
    wire_errors_add(errors, path, "must be between %" PRId64 " and %" PRId64, field->min,
                    field->max);
    return false;
}

static bool count_valid(const struct wire_field *field, size_t count, const struct wire_path *path,
                        struct wire_errors *errors)
{
    if (count >= field->list_min && count <= field->list_max) {
        return true;
    }
    wire_errors_add(errors, path, "must have %zu to %zu entries", field->list_min, field->list_max);
    return false;
}

static bool items_valid(const struct wire_field *field, const void *record,
                        const struct wire_path *path, struct wire_errors *errors)
{
    size_t count = 0;
    const uint8_t *items = wire_list_items(field, record, &count);
    bool valid = true;
    for (size_t i = 0; i < count && i < field->list_max; i++) {
        struct wire_path at = {.parent = path, .index = i};
        valid &= wire_validate(field->record, items + i * field->record->size, &at, errors);
    }
    return valid;
}

static bool texts_valid(const struct wire_field *field, const struct text_list *list,
                        const struct wire_path *path, struct wire_errors *errors)
{
    bool valid = count_valid(field, list->count, path, errors);
    for (size_t i = 0; i < list->count && i < field->list_max; i++) {
        struct wire_path at = {.parent = path, .index = i};
        if (text_is_empty(list->items[i])) {
            wire_errors_add(errors, &at, "must not be empty");
            valid = false;
            continue;
        }
        valid &= text_valid(field, list->items[i], &at, errors);
    }
    return valid;
}

static bool blobs_valid(const struct wire_field *field, const struct bytes_list *list,
                        const struct wire_path *path, struct wire_errors *errors)
{
    bool valid = count_valid(field, list->count, path, errors);
    for (size_t i = 0; i < list->count && i < field->list_max; i++) {
        struct wire_path at = {.parent = path, .index = i};
        if (list->items[i].size > (size_t)field->max) {
            wire_errors_add(errors, &at, "must have at most %" PRId64 " bytes", field->max);
            valid = false;
        }
    }
    return valid;
}

static bool form_valid(const struct wire_field *field, const struct form *form,
                       const struct wire_path *path, struct wire_errors *errors)
{
    bool valid = count_valid(field, form->count, path, errors);
    for (size_t i = 0; i < form->count && i < field->list_max; i++) {
        struct wire_path at = {.parent = path, .name = form->items[i].name};
        size_t characters = 0;
        if (!utf8_count(form->items[i].name, &characters) || characters == 0 ||
            characters > FORM_NAME_CHARACTERS) {
            wire_errors_add(errors, path, "the name of an entry must have 1 to %d characters",
                            FORM_NAME_CHARACTERS);
            valid = false;
            continue;
        }
        struct text text = form->items[i].kind == FORM_TEXT
                               ? form->items[i].text
                               : personal_text(form->items[i].personal);
        if (!utf8_count(text, &characters)) {
            wire_errors_add(errors, &at, "must be valid UTF-8 text without zero bytes");
            valid = false;
        }
    }
    return valid;
}

static bool value_valid(const struct wire_field *field, const void *record,
                        const struct wire_path *path, struct wire_errors *errors)
{
    const void *value = wire_value(field, record);
    size_t count = 0;
    switch (field->type) {
    case WIRE_PUBLIC_TEXT:
        return text_valid(field, *(const struct text *)value, path, errors);
    case WIRE_TEXT:
        return personal_valid(field, value, path, errors);
    case WIRE_BYTES:
        if (((const struct bytes *)value)->size <= (size_t)field->max) {
            return true;
        }
        wire_errors_add(errors, path, "must have at most %" PRId64 " bytes", field->max);
        return false;
    case WIRE_INT:
    case WIRE_FEN:
        return range_valid(*(const int64_t *)value, field->min, field->max, path, errors);
    case WIRE_TIME:
        return range_valid(*(const int64_t *)value, 0, TIME_MS_MAX, path, errors);
    case WIRE_DECIMAL:
        return decimal_valid(field, *(const struct decimal *)value, path, errors);
    case WIRE_ENUM:
        return range_valid(*(const int *)value, 0, (int64_t)field->enumeration->count, path,
                           errors);
    case WIRE_LIST:
        (void)wire_list_items(field, record, &count);
        return count_valid(field, count, path, errors);
    case WIRE_TEXTS:
        return texts_valid(field, value, path, errors);
    case WIRE_BLOBS:
        return blobs_valid(field, value, path, errors);
    case WIRE_FORM:
        return form_valid(field, value, path, errors);
    case WIRE_BOOL:
    case WIRE_DATE:
    case WIRE_ID:
    case WIRE_HASH:
    case WIRE_RECORD:
    case WIRE_ANY:
        return true;
    }
    UNREACHABLE();
}

/* Fields whose zero is a value like any other: 0 fen, false, no entries. */
static bool zero_is_a_value(const struct wire_field *field)
{
    switch (field->type) {
    case WIRE_BOOL:
    case WIRE_INT:
    case WIRE_FEN:
    case WIRE_DECIMAL:
    case WIRE_FORM:
    case WIRE_RECORD:
    case WIRE_ANY:
        return true;
    case WIRE_LIST:
    case WIRE_TEXTS:
    case WIRE_BLOBS:
        return field->list_min == 0;
    case WIRE_PUBLIC_TEXT:
    case WIRE_TEXT:
    case WIRE_BYTES:
    case WIRE_TIME:
    case WIRE_DATE:
    case WIRE_ENUM:
    case WIRE_ID:
    case WIRE_HASH:
        return false;
    }
    UNREACHABLE();
}

bool wire_validate_field(const struct wire_field *field, const void *record,
                         const struct wire_path *path, struct wire_errors *errors)
{
    if (wire_is_absent(field, record)) {
        if (field->presence == OPTIONAL) {
            return true;
        }
        if (!zero_is_a_value(field)) {
            wire_errors_add(errors, path, "must be given");
            return false;
        }
    }
    return value_valid(field, record, path, errors);
}

/* Checks the records inside a field. */
static bool contents_valid(const struct wire_field *field, const void *record,
                           const struct wire_path *path, struct wire_errors *errors)
{
    if (field->type == WIRE_LIST) {
        return items_valid(field, record, path, errors);
    }
    if (field->type == WIRE_RECORD &&
        (field->presence == REQUIRED || !wire_is_absent(field, record))) {
        return wire_validate(field->record, wire_value(field, record), path, errors);
    }
    return true;
}

bool wire_validate(const struct wire_message *message, const void *record,
                   const struct wire_path *path, struct wire_errors *errors)
{
    bool valid = true;
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        struct wire_path at = {.parent = path,
                               .name = (struct text){field->name, field->name_size}};
        valid &= wire_validate_field(field, record, &at, errors) &&
                 contents_valid(field, record, &at, errors);
    }
    return valid;
}
