#include "wire/pack.h"

#include "base/check.h"

#include <msgpack.h>
#include <string.h>

static int append_packed(void *context, const char *data, size_t size)
{
    buffer_append(context, data, size);
    return 0;
}

static void pack_text(msgpack_packer *packer, struct text text)
{
    msgpack_pack_str(packer, text.size);
    msgpack_pack_str_body(packer, text.data, text.size);
}

static void pack_bytes(msgpack_packer *packer, struct bytes bytes)
{
    msgpack_pack_bin(packer, bytes.size);
    msgpack_pack_bin_body(packer, bytes.data, bytes.size);
}

static void pack_personal(msgpack_packer *packer, const struct personal *personal)
{
    if (personal->sealed) {
        pack_bytes(packer, personal->value);
    } else {
        pack_text(packer, bytes_text(personal->value));
    }
}

static void pack_decimal(msgpack_packer *packer, struct decimal decimal)
{
    msgpack_pack_array(packer, 2);
    msgpack_pack_int64(packer, decimal.units);
    msgpack_pack_int64(packer, 4);
}

static void pack_bool(msgpack_packer *packer, bool value)
{
    if (value) {
        msgpack_pack_true(packer);
    } else {
        msgpack_pack_false(packer);
    }
}

static void pack_form(msgpack_packer *packer, const struct form *form)
{
    msgpack_pack_map(packer, form->count);
    for (size_t i = 0; i < form->count; i++) {
        const struct form_entry *entry = &form->items[i];
        pack_text(packer, entry->name);
        switch (entry->kind) {
        case FORM_TEXT:
            /* A public text goes as an array of one, to tell it from a personal one. */
            msgpack_pack_array(packer, 1);
            pack_text(packer, entry->text);
            break;
        case FORM_PERSONAL:
            pack_personal(packer, &entry->personal);
            break;
        case FORM_DECIMAL:
            pack_decimal(packer, entry->decimal);
            break;
        case FORM_BOOL:
            pack_bool(packer, entry->boolean);
            break;
        case FORM_NONE:
            UNREACHABLE();
        }
    }
}

static void pack_record(msgpack_packer *packer, enum wire_form form,
                        const struct wire_message *message, const void *record);

static void pack_list(msgpack_packer *packer, enum wire_form form, const struct wire_field *field,
                      const void *record)
{
    size_t count = 0;
    const uint8_t *items = wire_list_items(field, record, &count);
    msgpack_pack_array(packer, count);
    for (size_t i = 0; i < count; i++) {
        pack_record(packer, form, field->record, items + i * field->record->size);
    }
}

static void pack_texts(msgpack_packer *packer, const struct text_list *list)
{
    msgpack_pack_array(packer, list->count);
    for (size_t i = 0; i < list->count; i++) {
        pack_text(packer, list->items[i]);
    }
}

static void pack_blobs(msgpack_packer *packer, const struct bytes_list *list)
{
    msgpack_pack_array(packer, list->count);
    for (size_t i = 0; i < list->count; i++) {
        pack_bytes(packer, list->items[i]);
    }
}

static void pack_date(msgpack_packer *packer, struct date date)
{
    char text[DATE_TEXT_BYTES + 1];
    date_format(date, text);
    pack_text(packer, (struct text){text, DATE_TEXT_BYTES});
}

/* A nested message is a map in either form: who reads it later must find its table first. */
static void pack_any(msgpack_packer *packer, const struct wire_any *any)
{
    if (any->message != NULL) {
        pack_record(packer, WIRE_MAP, any->message, any->data);
    } else if (any->encoded != NULL) {
        msgpack_pack_object(packer, *(const msgpack_object *)any->encoded);
    } else {
        msgpack_pack_nil(packer);
    }
}

static void pack_value(msgpack_packer *packer, enum wire_form form, const struct wire_field *field,
                       const void *record)
{
    const void *value = wire_value(field, record);
    switch (field->type) {
    case WIRE_PUBLIC_TEXT:
        pack_text(packer, *(const struct text *)value);
        return;
    case WIRE_TEXT:
        pack_personal(packer, value);
        return;
    case WIRE_BYTES:
        pack_bytes(packer, *(const struct bytes *)value);
        return;
    case WIRE_BOOL:
        pack_bool(packer, *(const bool *)value);
        return;
    case WIRE_INT:
    case WIRE_FEN:
    case WIRE_TIME:
        msgpack_pack_int64(packer, *(const int64_t *)value);
        return;
    case WIRE_DECIMAL:
        pack_decimal(packer, *(const struct decimal *)value);
        return;
    case WIRE_DATE:
        pack_date(packer, *(const struct date *)value);
        return;
    case WIRE_ENUM:
        pack_text(packer, wire_enum_name(field->enumeration, *(const int *)value));
        return;
    case WIRE_ID:
        pack_bytes(packer, bytes_of(value, UUID_BYTES));
        return;
    case WIRE_HASH:
        pack_bytes(packer, bytes_of(value, HASH_BYTES));
        return;
    case WIRE_RECORD:
        pack_record(packer, form, field->record, value);
        return;
    case WIRE_LIST:
        pack_list(packer, form, field, record);
        return;
    case WIRE_TEXTS:
        pack_texts(packer, value);
        return;
    case WIRE_BLOBS:
        pack_blobs(packer, value);
        return;
    case WIRE_FORM:
        pack_form(packer, value);
        return;
    case WIRE_ANY:
        pack_any(packer, value);
        return;
    }
    UNREACHABLE();
}

static bool left_out(const struct wire_field *field, const void *record)
{
    return field->presence == OPTIONAL && wire_is_absent(field, record);
}

static void pack_as_map(msgpack_packer *packer, const struct wire_message *message,
                        const void *record)
{
    size_t present = 0;
    for (size_t i = 0; i < message->field_count; i++) {
        present += left_out(&message->fields[i], record) ? 0 : 1;
    }
    msgpack_pack_map(packer, present);
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (!left_out(field, record)) {
            pack_text(packer, (struct text){field->name, field->name_size});
            pack_value(packer, WIRE_MAP, field, record);
        }
    }
}

static void pack_as_row(msgpack_packer *packer, const struct wire_message *message,
                        const void *record)
{
    msgpack_pack_array(packer, message->field_count);
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (left_out(field, record)) {
            msgpack_pack_nil(packer);
        } else {
            pack_value(packer, WIRE_ROW, field, record);
        }
    }
}

static void pack_record(msgpack_packer *packer, enum wire_form form,
                        const struct wire_message *message, const void *record)
{
    if (form == WIRE_MAP) {
        pack_as_map(packer, message, record);
    } else {
        pack_as_row(packer, message, record);
    }
}

void wire_pack(struct buffer *buffer, enum wire_form form, const struct wire_message *message,
               const void *record)
{
    msgpack_packer packer;
    msgpack_packer_init(&packer, buffer, append_packed);
    pack_record(&packer, form, message, record);
}
