#include "wire/pack.h"
#include "wire/validate.h"

#include "base/check.h"
#include "wire/internal.h"

#include <msgpack.h>
#include <string.h>

enum { ZONE_BYTES = 16 * 1024 };

/* What stays the same on the way down through one message. */
struct unpacking {
    struct wire_reader *reader;
    enum wire_form form;
    enum wire_unknown unknown;
    struct wire_errors *errors;
};

void wire_reader_init(struct wire_reader *reader, struct arena *arena)
{
    reader->arena = arena;
    reader->zone = msgpack_zone_new(ZONE_BYTES);
    CHECK(reader->zone != NULL);
}

void wire_reader_free(struct wire_reader *reader)
{
    if (reader->zone != NULL) {
        msgpack_zone_free(reader->zone);
        reader->zone = NULL;
    }
}

static bool wrong_type(const struct unpacking *u, const struct wire_path *path, const char *wanted)
{
    wire_errors_add(u->errors, path, "must be %s", wanted);
    return false;
}

static bool text_read(const msgpack_object *object, struct text *ret_text)
{
    if (object->type != MSGPACK_OBJECT_STR) {
        return false;
    }
    *ret_text = (struct text){object->via.str.ptr, object->via.str.size};
    return true;
}

static bool bytes_read(const msgpack_object *object, struct bytes *ret_bytes)
{
    if (object->type != MSGPACK_OBJECT_BIN) {
        return false;
    }
    *ret_bytes = bytes_of(object->via.bin.ptr, object->via.bin.size);
    return true;
}

static bool personal_read(const msgpack_object *object, struct personal *ret_personal)
{
    struct text text;
    if (text_read(object, &text)) {
        *ret_personal = personal_of(text);
        return true;
    }
    ret_personal->sealed = true;
    return bytes_read(object, &ret_personal->value);
}

static bool int_read(const msgpack_object *object, int64_t *ret_value)
{
    if (object->type == MSGPACK_OBJECT_POSITIVE_INTEGER && object->via.u64 <= INT64_MAX) {
        *ret_value = (int64_t)object->via.u64;
        return true;
    }
    if (object->type == MSGPACK_OBJECT_NEGATIVE_INTEGER) {
        *ret_value = object->via.i64;
        return true;
    }
    return false;
}

static bool decimal_read(const msgpack_object *object, struct decimal *ret_decimal)
{
    int64_t units = 0;
    int64_t places = 0;
    if (object->type != MSGPACK_OBJECT_ARRAY || object->via.array.size != 2 ||
        !int_read(&object->via.array.ptr[0], &units) ||
        !int_read(&object->via.array.ptr[1], &places) || places != 4 || units > DECIMAL_MAX ||
        units < -DECIMAL_MAX) {
        return false;
    }
    *ret_decimal = (struct decimal){.units = units};
    return true;
}

static bool fixed_bytes_read(const msgpack_object *object, void *ret_bytes, size_t size)
{
    if (object->type != MSGPACK_OBJECT_BIN || object->via.bin.size != size) {
        return false;
    }
    memcpy(ret_bytes, object->via.bin.ptr, size);
    return true;
}

/* A name that is not known may be one that a newer program added: where unknown fields are skipped
 * and the field need not be there, it reads as absent. */
static bool enum_read(const struct unpacking *u, const msgpack_object *object,
                      const struct wire_field *field, int *ret_value)
{
    struct text name;
    if (!text_read(object, &name)) {
        return false;
    }
    *ret_value = wire_enum_value(field->enumeration, name);
    return *ret_value != 0 || (u->unknown == WIRE_SKIP_UNKNOWN && field->presence == OPTIONAL);
}

static bool form_entry_read(const msgpack_object_kv *pair, struct form_entry *entry)
{
    const msgpack_object *value = &pair->val;
    if (!text_read(&pair->key, &entry->name)) {
        return false;
    }
    if (value->type == MSGPACK_OBJECT_BOOLEAN) {
        entry->kind = FORM_BOOL;
        entry->boolean = value->via.boolean;
        return true;
    }
    if (value->type == MSGPACK_OBJECT_ARRAY && value->via.array.size == 1) {
        entry->kind = FORM_TEXT;
        return text_read(&value->via.array.ptr[0], &entry->text);
    }
    if (value->type == MSGPACK_OBJECT_ARRAY) {
        entry->kind = FORM_DECIMAL;
        return decimal_read(value, &entry->decimal);
    }
    entry->kind = FORM_PERSONAL;
    return personal_read(value, &entry->personal);
}

static bool form_read(const struct unpacking *u, const msgpack_object *object,
                      const struct wire_field *field, const struct wire_path *path,
                      struct form *ret_form)
{
    if (object->type != MSGPACK_OBJECT_MAP) {
        return wrong_type(u, path, "a map");
    }
    size_t count = object->via.map.size;
    if (count > field->list_max) {
        wire_errors_add(u->errors, path, "must have at most %zu entries", field->list_max);
        return false;
    }
    struct form form = {.items = arena_take_array(u->reader->arena, count, sizeof *form.items)};
    for (; form.count < count; form.count++) {
        struct form_entry entry = {0};
        if (!form_entry_read(&object->via.map.ptr[form.count], &entry)) {
            return wrong_type(u, path, "a map from names to texts, numbers and booleans");
        }
        if (form_find(&form, entry.name) != NULL) {
            wire_errors_add(u->errors, path, "must not name an entry twice");
            return false;
        }
        form.items[form.count] = entry;
    }
    *ret_form = form;
    return true;
}

static bool record_read(const struct unpacking *u, const msgpack_object *object,
                        const struct wire_message *message, const struct wire_path *path,
                        void *ret_record);

/* Reads an array of `item_size` byte elements, each with `read`. */
static bool list_read(const struct unpacking *u, const msgpack_object *object,
                      const struct wire_field *field, const struct wire_path *path, void *ret_list)
{
    if (object->type != MSGPACK_OBJECT_ARRAY) {
        return wrong_type(u, path, "a list");
    }
    size_t count = object->via.array.size;
    if (count > field->list_max) {
        wire_errors_add(u->errors, path, "must have at most %zu entries", field->list_max);
        return false;
    }
    size_t item_size = wire_item_size(field);
    uint8_t *items = arena_take_array(u->reader->arena, count, item_size);
    for (size_t i = 0; i < count; i++) {
        struct wire_path at = {.parent = path, .index = i};
        const msgpack_object *element = &object->via.array.ptr[i];
        void *item = items + i * item_size;
        if (field->type == WIRE_LIST) {
            if (!record_read(u, element, field->record, &at, item)) {
                return false;
            }
        } else if (field->type == WIRE_TEXTS ? !text_read(element, item)
                                             : !bytes_read(element, item)) {
            return wrong_type(u, &at, field->type == WIRE_TEXTS ? "text" : "bytes");
        }
    }
    struct any_list list = {.items = items, .count = count};
    memcpy(ret_list, &list, sizeof list);
    return true;
}

static bool date_read(const msgpack_object *object, struct date *ret_date)
{
    struct text text;
    return text_read(object, &text) && date_parse(text, ret_date);
}

static bool bool_read(const msgpack_object *object, bool *ret_value)
{
    *ret_value = object->type == MSGPACK_OBJECT_BOOLEAN && object->via.boolean;
    return object->type == MSGPACK_OBJECT_BOOLEAN;
}

static bool value_read(const struct unpacking *u, const msgpack_object *object,
                       const struct wire_field *field, const struct wire_path *path, void *place)
{
    switch (field->type) {
    case WIRE_PUBLIC_TEXT:
        return text_read(object, place) || wrong_type(u, path, "text");
    case WIRE_TEXT:
        return personal_read(object, place) || wrong_type(u, path, "text or a sealed value");
    case WIRE_BYTES:
        return bytes_read(object, place) || wrong_type(u, path, "bytes");
    case WIRE_BOOL:
        return bool_read(object, place) || wrong_type(u, path, "true or false");
    case WIRE_INT:
    case WIRE_FEN:
    case WIRE_TIME:
        return int_read(object, place) || wrong_type(u, path, "an integer");
    case WIRE_DECIMAL:
        return decimal_read(object, place) || wrong_type(u, path, "a decimal");
    case WIRE_DATE:
        return date_read(object, place) || wrong_type(u, path, "a date");
    case WIRE_ENUM:
        return enum_read(u, object, field, place) ||
               wrong_type(u, path, "one of the declared names");
    case WIRE_ID:
        return fixed_bytes_read(object, place, UUID_BYTES) || wrong_type(u, path, "an id");
    case WIRE_HASH:
        return fixed_bytes_read(object, place, HASH_BYTES) || wrong_type(u, path, "a hash");
    case WIRE_RECORD:
        return record_read(u, object, field->record, path, place);
    case WIRE_LIST:
    case WIRE_TEXTS:
    case WIRE_BLOBS:
        return list_read(u, object, field, path, place);
    case WIRE_FORM:
        return form_read(u, object, field, path, place);
    case WIRE_ANY:
        ((struct wire_any *)place)->encoded = object;
        return true;
    }
    UNREACHABLE();
}

/* Reads one field into `record` and holds the value against its bounds. */
static bool field_read(const struct unpacking *u, const msgpack_object *object,
                       const struct wire_field *field, const struct wire_path *path, void *record)
{
    struct wire_path at = {.parent = path, .name = {field->name, field->name_size}};
    return value_read(u, object, field, &at, wire_place(field, record)) &&
           wire_validate_field(field, record, &at, u->errors);
}

/* After all fields: those that were not there must be optional. */
static bool absence_allowed(const struct unpacking *u, const struct wire_message *message,
                            const bool *seen, const struct wire_path *path)
{
    bool allowed = true;
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (!seen[i] && field->presence == REQUIRED) {
            struct wire_path at = {.parent = path, .name = {field->name, field->name_size}};
            wire_errors_add(u->errors, &at, "must be given");
            allowed = false;
        }
    }
    return allowed;
}

static bool map_read(const struct unpacking *u, const msgpack_object *object,
                     const struct wire_message *message, const struct wire_path *path,
                     void *ret_record)
{
    bool seen[FIELDS_MAX] = {false};
    size_t hint = 0;
    for (uint32_t i = 0; i < object->via.map.size; i++) {
        const msgpack_object_kv *pair = &object->via.map.ptr[i];
        struct text name;
        if (!text_read(&pair->key, &name)) {
            return wrong_type(u, path, "a map with names as keys");
        }
        size_t index = 0;
        const struct wire_field *field = wire_field_find(message, name, hint, &index);
        if (field == NULL) {
            if (u->unknown == WIRE_SKIP_UNKNOWN) {
                continue;
            }
            wire_errors_add(u->errors, path, "has a field that is not known");
            return false;
        }
        if (seen[index]) {
            wire_errors_add(u->errors, path, "must not name a field twice");
            return false;
        }
        seen[index] = true;
        hint = index + 1;
        if (!field_read(u, &pair->val, field, path, ret_record)) {
            return false;
        }
    }
    return absence_allowed(u, message, seen, path);
}

/* A row may be shorter than today's table (fields are only ever added), never longer. */
static bool row_read(const struct unpacking *u, const msgpack_object *object,
                     const struct wire_message *message, const struct wire_path *path,
                     void *ret_record)
{
    bool seen[FIELDS_MAX] = {false};
    if (object->via.array.size > message->field_count) {
        wire_errors_add(u->errors, path, "has more fields than its table");
        return false;
    }
    for (uint32_t i = 0; i < object->via.array.size; i++) {
        const msgpack_object *value = &object->via.array.ptr[i];
        seen[i] = value->type != MSGPACK_OBJECT_NIL;
        if (seen[i] && !field_read(u, value, &message->fields[i], path, ret_record)) {
            return false;
        }
    }
    return absence_allowed(u, message, seen, path);
}

static bool record_read(const struct unpacking *u, const msgpack_object *object,
                        const struct wire_message *message, const struct wire_path *path,
                        void *ret_record)
{
    CHECK(message->field_count <= FIELDS_MAX);
    memset(ret_record, 0, message->size);
    if (u->form == WIRE_MAP && object->type == MSGPACK_OBJECT_MAP) {
        return map_read(u, object, message, path, ret_record);
    }
    if (u->form == WIRE_ROW && object->type == MSGPACK_OBJECT_ARRAY) {
        return row_read(u, object, message, path, ret_record);
    }
    return wrong_type(u, path, u->form == WIRE_MAP ? "a map" : "an array");
}

enum err wire_unpack(struct wire_reader *reader, enum wire_form form, enum wire_unknown unknown,
                     const struct wire_message *message, struct bytes bytes, void *ret_record,
                     struct wire_errors *errors)
{
    struct unpacking unpacking = {reader, form, unknown, errors};
    msgpack_object object;
    size_t offset = 0;
    msgpack_zone_clear(reader->zone);
    if (!wire_bytes_sound(bytes) ||
        msgpack_unpack((const char *)bytes.data, bytes.size, &offset, reader->zone, &object) !=
            MSGPACK_UNPACK_SUCCESS) {
        wire_errors_add(errors, NULL, "is not one MessagePack value");
        return ERR_INVALID;
    }
    /* A WIRE_ANY keeps a pointer to its part of the tree: the root must outlive this call too. */
    msgpack_object *root = arena_take(reader->arena, sizeof *root);
    *root = object;
    return record_read(&unpacking, root, message, NULL, ret_record) ? ERR_OK : ERR_INVALID;
}

enum err wire_unpack_any(struct wire_reader *reader, enum wire_unknown unknown,
                         const struct wire_any *any, const struct wire_message *message,
                         void *ret_record, struct wire_errors *errors)
{
    struct unpacking unpacking = {reader, WIRE_MAP, unknown, errors};
    if (any->encoded == NULL) {
        wire_errors_add(errors, NULL, "is missing");
        return ERR_INVALID;
    }
    return record_read(&unpacking, any->encoded, message, NULL, ret_record) ? ERR_OK : ERR_INVALID;
}
