#include "fill.h"

#include "base/check.h"
#include "log/record.h"
#include "wire/internal.h"

#include <string.h>

static const char *const extent_names[] = {
    [FILL_ALL] = "all",
    [FILL_REQUIRED] = "required",
};

const char *fill_extent_name(enum fill_extent extent)
{
    return extent_names[extent];
}

static struct text field_name(const struct wire_field *field)
{
    return (struct text){field->name, field->name_size};
}

/* FNV-1a: a number that belongs to the field's name. */
static uint64_t name_number(const struct wire_field *field)
{
    uint64_t number = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < field->name_size; i++) {
        number = (number ^ (uint8_t)field->name[i]) * UINT64_C(0x100000001B3);
    }
    return number;
}

static int64_t name_number_below(const struct wire_field *field, uint64_t bound)
{
    return (int64_t)(name_number(field) % bound);
}

static int64_t limited(int64_t value, int64_t min, int64_t max)
{
    return value < min ? min : value > max ? max : value;
}

static int64_t some_number(const struct wire_field *field)
{
    int64_t size = 1 + name_number_below(field, 1000000);
    return limited(field->min < 0 ? -size : size, field->min, field->max);
}

/* The field's name behind a character of three bytes, cut to its bound. */
static struct text some_text(const struct wire_field *field, struct arena *arena)
{
    struct text text = arena_print(arena, "\xE5\x8F\xB2%.*s", TEXT_PRINT(field_name(field)));
    size_t size_max = 3 + (size_t)field->max - 1;
    return utf8_cut(text, size_max < text.size ? size_max : text.size);
}

static struct bytes some_bytes(const struct wire_field *field)
{
    size_t size = field->name_size;
    return bytes_of(field->name, size < (size_t)field->max ? size : (size_t)field->max);
}

/* `size` bytes, one after the other, from a first one that belongs to the field. */
static void some_digest(const struct wire_field *field, void *place, size_t size)
{
    uint8_t *bytes = place;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(name_number(field) + i);
    }
}

static struct personal some_sealed(const struct wire_field *field, struct arena *arena)
{
    struct text text = arena_print(arena, "sealed %.*s", TEXT_PRINT(field_name(field)));
    return (struct personal){.value = text_bytes(text), .sealed = true};
}

/* One answer of each kind, as far as there is room. */
static struct form some_form(const struct wire_field *field, struct arena *arena)
{
    const struct form_entry entries[] = {
        {.name = TEXT_LITERAL("use"), .kind = FORM_TEXT, .text = TEXT_LITERAL("restaurant")},
        {.name = TEXT_LITERAL("street"),
         .kind = FORM_PERSONAL,
         .personal = some_sealed(field, arena)},
        {.name = TEXT_LITERAL("area"), .kind = FORM_DECIMAL, .decimal = {.units = 1205000}},
        {.name = TEXT_LITERAL("gas"), .kind = FORM_BOOL, .boolean = true},
    };
    size_t count = sizeof entries / sizeof entries[0];
    struct form form = {.count = count < field->list_max ? count : field->list_max};
    form.items = arena_take_array(arena, form.count, sizeof *form.items);
    memcpy(form.items, entries, form.count * sizeof *form.items);
    return form;
}

/* What an envelope carries: a small message that is part of the log itself. */
static struct wire_any some_message(enum fill_extent extent, struct arena *arena)
{
    return (struct wire_any){
        .message = &log_mark_message,
        .data = fill_record(&log_mark_message, extent, arena),
    };
}

static void fill_fields(const struct wire_message *message, enum fill_extent extent,
                        struct arena *arena, void *record);

static void fill_item(const struct wire_field *field, enum fill_extent extent, struct arena *arena,
                      void *item)
{
    if (field->type == WIRE_LIST) {
        fill_fields(field->record, extent, arena, item);
    } else if (field->type == WIRE_TEXTS) {
        *(struct text *)item = some_text(field, arena);
    } else {
        *(struct bytes *)item = some_bytes(field);
    }
}

static void fill_list(const struct wire_field *field, enum fill_extent extent, struct arena *arena,
                      void *place)
{
    size_t item_size = wire_item_size(field);
    size_t wanted = extent == FILL_ALL ? 1 : 0;
    struct any_list list = {.count = wanted > field->list_min ? wanted : field->list_min};
    list.items = arena_take_array(arena, list.count, item_size);
    for (size_t i = 0; i < list.count; i++) {
        fill_item(field, extent, arena, (uint8_t *)list.items + i * item_size);
    }
    memcpy(place, &list, sizeof list);
}

static void fill_value(const struct wire_field *field, enum fill_extent extent, struct arena *arena,
                       void *place)
{
    switch (field->type) {
    case WIRE_PUBLIC_TEXT:
        *(struct text *)place = some_text(field, arena);
        return;
    case WIRE_TEXT:
        *(struct personal *)place = some_sealed(field, arena);
        return;
    case WIRE_BYTES:
        *(struct bytes *)place = some_bytes(field);
        return;
    case WIRE_BOOL:
        *(bool *)place = true;
        return;
    case WIRE_INT:
    case WIRE_FEN:
        *(int64_t *)place = some_number(field);
        return;
    case WIRE_DECIMAL:
        ((struct decimal *)place)->units =
            limited(1 + name_number_below(field, 1000000), field->min * DECIMAL_SCALE,
                    field->max * DECIMAL_SCALE);
        return;
    case WIRE_TIME:
        *(int64_t *)place = INT64_C(1771200000000) + name_number_below(field, 1000000000);
        return;
    case WIRE_DATE:
        ((struct date *)place)->days = 20500 + (int32_t)name_number_below(field, 1000);
        return;
    case WIRE_ENUM:
        *(int *)place = 1;
        return;
    case WIRE_ID:
        some_digest(field, place, UUID_BYTES);
        return;
    case WIRE_HASH:
        some_digest(field, place, HASH_BYTES);
        return;
    case WIRE_RECORD:
        fill_fields(field->record, extent, arena, place);
        return;
    case WIRE_LIST:
    case WIRE_TEXTS:
    case WIRE_BLOBS:
        fill_list(field, extent, arena, place);
        return;
    case WIRE_FORM:
        *(struct form *)place = some_form(field, arena);
        return;
    case WIRE_ANY:
        *(struct wire_any *)place = some_message(extent, arena);
        return;
    }
    UNREACHABLE();
}

static void fill_fields(const struct wire_message *message, enum fill_extent extent,
                        struct arena *arena, void *record)
{
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (extent == FILL_ALL || field->presence == REQUIRED) {
            fill_value(field, extent, arena, wire_place(field, record));
        }
    }
}

void *fill_record(const struct wire_message *message, enum fill_extent extent, struct arena *arena)
{
    void *record = arena_take(arena, message->size);
    fill_fields(message, extent, arena, record);
    return record;
}
