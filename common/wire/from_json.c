#include "wire/json.h"
#include "wire/validate.h"

#include "base/check.h"
#include "base/encoding.h"
#include "wire/internal.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

struct reading {
    struct arena *arena;
    struct wire_errors *errors;
};

/* Brackets that are open at once, strings left aside: jansson follows 2048 of them, we fewer. */
static bool text_depth_allowed(struct text text)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.size; i++) {
        char letter = text.data[i];
        if (in_string) {
            i += letter == '\\' ? 1 : 0;
            in_string = letter != '"';
        } else if (letter == '"') {
            in_string = true;
        } else if (letter == '{' || letter == '[') {
            if (++depth > JSON_DEPTH_MAX) {
                return false;
            }
        } else if ((letter == '}' || letter == ']') && depth > 0) {
            depth--;
        }
    }
    return true;
}

enum err wire_parse_json(struct text text, json_t **ret_json, struct wire_errors *errors)
{
    json_error_t error;
    if (!text_depth_allowed(text)) {
        wire_errors_add(errors, NULL, "is nested deeper than %d levels", JSON_DEPTH_MAX);
        return ERR_INVALID;
    }
    json_t *json = json_loadb(text.data == NULL ? "" : text.data, text.size,
                              JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (json == NULL) {
        /* jansson's own text quotes what it read; line and column do not. */
        wire_errors_add(errors, NULL, "is not valid JSON at line %d, column %d", error.line,
                        error.column);
        return ERR_INVALID;
    }
    *ret_json = json;
    return ERR_OK;
}

static bool wrong_type(const struct reading *r, const struct wire_path *path, const char *wanted)
{
    wire_errors_add(r->errors, path, "must be %s", wanted);
    return false;
}

static bool string_read(const json_t *json, struct text *ret_text)
{
    if (!json_is_string(json)) {
        return false;
    }
    *ret_text = (struct text){json_string_value(json), json_string_length(json)};
    return true;
}

static bool text_read(const struct reading *r, const json_t *json, struct text *ret_text)
{
    struct text text;
    if (!string_read(json, &text)) {
        return false;
    }
    *ret_text = arena_copy_text(r->arena, text);
    return true;
}

static bool personal_read(const struct reading *r, const json_t *json,
                          struct personal *ret_personal)
{
    struct text text;
    if (!text_read(r, json, &text)) {
        return false;
    }
    *ret_personal = personal_of(text);
    return true;
}

static bool bytes_read(const struct reading *r, const json_t *json, struct bytes *ret_bytes)
{
    struct text text;
    return string_read(json, &text) && base64_decode(r->arena, text, ret_bytes);
}

static bool int_read(const json_t *json, int64_t *ret_value)
{
    *ret_value = json_integer_value(json);
    return json_is_integer(json);
}

/* Takes the double for the text it was: the nearest double of a value of four places. */
static bool decimal_from_double(double number, struct decimal *ret_decimal)
{
    double scaled = round(number * (double)DECIMAL_SCALE);
    if (!(fabs(scaled) <= (double)DECIMAL_MAX) || scaled / (double)DECIMAL_SCALE != number) {
        return false;
    }
    *ret_decimal = (struct decimal){.units = (int64_t)scaled};
    return true;
}

static bool decimal_read(const json_t *json, struct decimal *ret_decimal)
{
    struct text text;
    if (json_is_integer(json)) {
        json_int_t value = json_integer_value(json);
        if (value > DECIMAL_MAX / DECIMAL_SCALE || value < -(DECIMAL_MAX / DECIMAL_SCALE)) {
            return false;
        }
        *ret_decimal = decimal_of(value);
        return true;
    }
    if (json_is_real(json)) {
        return decimal_from_double(json_real_value(json), ret_decimal);
    }
    return string_read(json, &text) && decimal_parse(text, ret_decimal);
}

static bool time_read(const json_t *json, int64_t *ret_time_ms)
{
    struct text text;
    return string_read(json, &text) && time_parse(text, ret_time_ms);
}

static bool date_read(const json_t *json, struct date *ret_date)
{
    struct text text;
    return string_read(json, &text) && date_parse(text, ret_date);
}

static bool id_read(const json_t *json, struct uuid *ret_uuid)
{
    struct text text;
    return string_read(json, &text) && uuid_parse(text, ret_uuid);
}

static bool hash_read(const json_t *json, struct hash *ret_hash)
{
    struct text text;
    return string_read(json, &text) && hex_decode(text, ret_hash->bytes, sizeof ret_hash->bytes);
}

static bool enum_read(const struct reading *r, const json_t *json, const struct wire_field *field,
                      const struct wire_path *path, int *ret_value)
{
    struct text name;
    if (string_read(json, &name)) {
        *ret_value = wire_enum_value(field->enumeration, name);
        if (*ret_value != 0) {
            return true;
        }
    }
    struct text names = TEXT_LITERAL("");
    for (size_t i = 0; i < field->enumeration->count; i++) {
        names = arena_print(r->arena, "%.*s%s%s", TEXT_PRINT(names), i == 0 ? "" : ", ",
                            field->enumeration->values[i].name);
    }
    wire_errors_add(r->errors, path, "must be one of %.*s", TEXT_PRINT(names));
    return false;
}

static bool form_entry_read(const struct reading *r, const json_t *json, struct form_entry *entry)
{
    if (json_is_boolean(json)) {
        entry->kind = FORM_BOOL;
        entry->boolean = json_is_true(json);
        return true;
    }
    if (json_is_number(json)) {
        entry->kind = FORM_DECIMAL;
        return decimal_read(json, &entry->decimal);
    }
    entry->kind = FORM_PERSONAL;
    return personal_read(r, json, &entry->personal);
}

static bool form_read(const struct reading *r, const json_t *json, const struct wire_path *path,
                      struct form *ret_form)
{
    if (!json_is_object(json)) {
        return wrong_type(r, path, "an object");
    }
    struct form form = {.items =
                            arena_take_array(r->arena, json_object_size(json), sizeof *form.items)};
    bool good = true;
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
    {
        struct form_entry *entry = &form.items[form.count++];
        entry->name = arena_copy_text(r->arena, text_of(key));
        struct wire_path at = {.parent = path, .name = entry->name};
        if (!form_entry_read(r, value, entry)) {
            good = wrong_type(r, &at, "text, true or false, or a number of at most four places");
        }
    }
    *ret_form = form;
    return good;
}

static bool record_read(const struct reading *r, const json_t *json,
                        const struct wire_message *message, const struct wire_path *path,
                        void *ret_record);

static bool element_read(const struct reading *r, const json_t *json,
                         const struct wire_field *field, const struct wire_path *path, void *place)
{
    if (field->type == WIRE_LIST) {
        return record_read(r, json, field->record, path, place);
    }
    if (field->type == WIRE_TEXTS) {
        return text_read(r, json, place) || wrong_type(r, path, "text");
    }
    return bytes_read(r, json, place) || wrong_type(r, path, "bytes in base64");
}

static bool list_read(const struct reading *r, const json_t *json, const struct wire_field *field,
                      const struct wire_path *path, void *ret_list)
{
    if (!json_is_array(json)) {
        return wrong_type(r, path, "a list");
    }
    size_t count = json_array_size(json);
    if (count > field->list_max) {
        wire_errors_add(r->errors, path, "must have at most %zu entries", field->list_max);
        return false;
    }
    size_t item_size = wire_item_size(field);
    uint8_t *items = arena_take_array(r->arena, count, item_size);
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        struct wire_path at = {.parent = path, .index = i};
        good &= element_read(r, json_array_get(json, i), field, &at, items + i * item_size);
    }
    struct any_list list = {.items = items, .count = count};
    memcpy(ret_list, &list, sizeof list);
    return good;
}

static bool value_read(const struct reading *r, const json_t *json, const struct wire_field *field,
                       const struct wire_path *path, void *place)
{
    switch (field->type) {
    case WIRE_PUBLIC_TEXT:
        return text_read(r, json, place) || wrong_type(r, path, "text");
    case WIRE_TEXT:
        return personal_read(r, json, place) || wrong_type(r, path, "text");
    case WIRE_BYTES:
        return bytes_read(r, json, place) || wrong_type(r, path, "bytes in base64");
    case WIRE_BOOL:
        *(bool *)place = json_is_true(json);
        return json_is_boolean(json) || wrong_type(r, path, "true or false");
    case WIRE_INT:
        return int_read(json, place) || wrong_type(r, path, "an integer");
    case WIRE_FEN:
        return int_read(json, place) || wrong_type(r, path, "an integer number of fen");
    case WIRE_DECIMAL:
        return decimal_read(json, place) ||
               wrong_type(r, path, "a number of at most four places, as a number or a string");
    case WIRE_TIME:
        return time_read(json, place) || wrong_type(r, path, "a time such as 2026-02-28T08:00:00Z");
    case WIRE_DATE:
        return date_read(json, place) || wrong_type(r, path, "a date such as 2026-02-28");
    case WIRE_ENUM:
        return enum_read(r, json, field, path, place);
    case WIRE_ID:
        return id_read(json, place) || wrong_type(r, path, "an id (UUID)");
    case WIRE_HASH:
        return hash_read(json, place) ||
               wrong_type(r, path, "a SHA-256 hash in 64 hexadecimal digits");
    case WIRE_RECORD:
        return record_read(r, json, field->record, path, place);
    case WIRE_LIST:
    case WIRE_TEXTS:
    case WIRE_BLOBS:
        return list_read(r, json, field, path, place);
    case WIRE_FORM:
        return form_read(r, json, path, place);
    case WIRE_ANY:
        return wrong_type(r, path, "left out");
    }
    UNREACHABLE();
}

/* Reads the members that are there; `seen` tells the caller which were. */
static bool members_read(const struct reading *r, const json_t *json,
                         const struct wire_message *message, const struct wire_path *path,
                         bool *seen, void *record)
{
    bool good = true;
    size_t hint = 0;
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
    {
        size_t index = 0;
        struct wire_path at = {.parent = path, .name = text_of(key)};
        const struct wire_field *field = wire_field_find(message, at.name, hint, &index);
        if (field == NULL) {
            wire_errors_add(r->errors, &at, "is not a field of this request");
            good = false;
            continue;
        }
        hint = index + 1;
        seen[index] = true;
        good &= value_read(r, value, field, &at, wire_place(field, record)) &&
                wire_validate_field(field, record, &at, r->errors);
    }
    return good;
}

static bool record_read(const struct reading *r, const json_t *json,
                        const struct wire_message *message, const struct wire_path *path,
                        void *ret_record)
{
    CHECK(message->field_count <= FIELDS_MAX);
    memset(ret_record, 0, message->size);
    if (!json_is_object(json)) {
        return wrong_type(r, path, "an object");
    }
    bool seen[FIELDS_MAX] = {false};
    bool good = members_read(r, json, message, path, seen, ret_record);
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (!seen[i] && field->presence == REQUIRED) {
            struct wire_path at = {.parent = path, .name = {field->name, field->name_size}};
            wire_errors_add(r->errors, &at, "must be given");
            good = false;
        }
    }
    return good;
}

enum err wire_from_json(const struct wire_message *message, const json_t *json, struct arena *arena,
                        void *ret_record, struct wire_errors *errors)
{
    struct reading reading = {.arena = arena, .errors = errors};
    return record_read(&reading, json, message, NULL, ret_record) ? ERR_OK : ERR_INVALID;
}
