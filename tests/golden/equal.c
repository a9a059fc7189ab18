#include "equal.h"

#include "base/check.h"
#include "wire/pack.h"

#include <string.h>

enum { NESTED_BYTES_MAX = 8 << 20 };

static bool personal_equal(const struct personal *left, const struct personal *right)
{
    return left->sealed == right->sealed && bytes_equal(left->value, right->value);
}

static bool entry_equal(const struct form_entry *left, const struct form_entry *right)
{
    if (!text_equal(left->name, right->name) || left->kind != right->kind) {
        return false;
    }
    switch (left->kind) {
    case FORM_TEXT:
        return text_equal(left->text, right->text);
    case FORM_PERSONAL:
        return personal_equal(&left->personal, &right->personal);
    case FORM_DECIMAL:
        return decimal_equal(left->decimal, right->decimal);
    case FORM_BOOL:
        return left->boolean == right->boolean;
    case FORM_NONE:
        break;
    }
    UNREACHABLE();
}

static bool form_equal(const struct form *left, const struct form *right)
{
    bool equal = left->count == right->count;
    for (size_t i = 0; equal && i < left->count; i++) {
        equal = entry_equal(&left->items[i], &right->items[i]);
    }
    return equal;
}

static bool texts_equal(const struct text_list *left, const struct text_list *right)
{
    bool equal = left->count == right->count;
    for (size_t i = 0; equal && i < left->count; i++) {
        equal = text_equal(left->items[i], right->items[i]);
    }
    return equal;
}

static bool blobs_equal(const struct bytes_list *left, const struct bytes_list *right)
{
    bool equal = left->count == right->count;
    for (size_t i = 0; equal && i < left->count; i++) {
        equal = bytes_equal(left->items[i], right->items[i]);
    }
    return equal;
}

static bool list_equal(const struct wire_field *field, const void *left, const void *right,
                       const char **ret_name)
{
    size_t left_count = 0;
    size_t right_count = 0;
    const uint8_t *left_items = wire_list_items(field, left, &left_count);
    const uint8_t *right_items = wire_list_items(field, right, &right_count);
    bool equal = left_count == right_count;
    for (size_t i = 0; equal && i < left_count; i++) {
        size_t offset = i * field->record->size;
        equal = record_equal(field->record, left_items + offset, right_items + offset, ret_name);
    }
    return equal;
}

/* One was made to be written, the other read: they meet in their bytes. */
static bool nested_equal(const struct wire_any *left, const struct wire_any *right)
{
    static const struct wire_field content = {
        .name = "content", .name_size = 7, .type = WIRE_ANY, .presence = REQUIRED};
    static const struct wire_message box = {
        .name = "box", .fields = &content, .field_count = 1, .size = sizeof(struct wire_any)};
    struct buffer left_bytes;
    struct buffer right_bytes;
    buffer_init(&left_bytes, NESTED_BYTES_MAX);
    buffer_init(&right_bytes, NESTED_BYTES_MAX);
    wire_pack(&left_bytes, WIRE_MAP, &box, left);
    wire_pack(&right_bytes, WIRE_MAP, &box, right);
    CHECK(!left_bytes.failed && !right_bytes.failed);
    bool equal = bytes_equal(buffer_bytes(&left_bytes), buffer_bytes(&right_bytes));
    buffer_free(&left_bytes);
    buffer_free(&right_bytes);
    return equal;
}

static bool value_equal(const struct wire_field *field, const void *left_record,
                        const void *right_record, const char **ret_name)
{
    const void *left = wire_value(field, left_record);
    const void *right = wire_value(field, right_record);
    switch (field->type) {
    case WIRE_PUBLIC_TEXT:
        return text_equal(*(const struct text *)left, *(const struct text *)right);
    case WIRE_TEXT:
        return personal_equal(left, right);
    case WIRE_BYTES:
        return bytes_equal(*(const struct bytes *)left, *(const struct bytes *)right);
    case WIRE_BOOL:
        return *(const bool *)left == *(const bool *)right;
    case WIRE_INT:
    case WIRE_FEN:
    case WIRE_TIME:
        return *(const int64_t *)left == *(const int64_t *)right;
    case WIRE_DECIMAL:
        return decimal_equal(*(const struct decimal *)left, *(const struct decimal *)right);
    case WIRE_DATE:
        return ((const struct date *)left)->days == ((const struct date *)right)->days;
    case WIRE_ENUM:
        return *(const int *)left == *(const int *)right;
    case WIRE_ID:
        return uuid_equal(left, right);
    case WIRE_HASH:
        return hash_equal(left, right);
    case WIRE_RECORD:
        return record_equal(field->record, left, right, ret_name);
    case WIRE_LIST:
        return list_equal(field, left_record, right_record, ret_name);
    case WIRE_TEXTS:
        return texts_equal(left, right);
    case WIRE_BLOBS:
        return blobs_equal(left, right);
    case WIRE_FORM:
        return form_equal(left, right);
    case WIRE_ANY:
        return nested_equal(left, right);
    }
    UNREACHABLE();
}

bool record_equal(const struct wire_message *message, const void *left, const void *right,
                  const char **ret_name)
{
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (wire_is_absent(field, left) && wire_is_absent(field, right)) {
            continue;
        }
        if (ret_name != NULL) {
            *ret_name = field->name;
        }
        if (!value_equal(field, left, right, ret_name)) {
            return false;
        }
    }
    return true;
}
