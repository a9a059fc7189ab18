#include "lines.h"

#include "base/buffer.h"
#include "base/check.h"
#include "base/encoding.h"
#include "events/registry.h"
#include "fill.h"
#include "log/record.h"

#include <string.h>

enum { LINES_MAX = 4096, ENUMS_MAX = 256 };

/* What is being gathered from the tables. */
struct gathering {
    struct arena *arena;
    struct golden_lines lines;
    const struct wire_enum *enums[ENUMS_MAX]; /* each once */
    size_t enum_count;
};

/* Of the log itself: in every record, so in no vocabulary of events. */
static const struct wire_message *const log_messages[] = {&event_envelope_message,
                                                          &log_mark_message};
enum { LOG_MESSAGE_COUNT = sizeof log_messages / sizeof log_messages[0] };

const struct wire_message *golden_message(struct text name)
{
    for (size_t i = 0; i < LOG_MESSAGE_COUNT; i++) {
        if (text_equal_string(name, log_messages[i]->name)) {
            return log_messages[i];
        }
    }
    return hall_event_find(name);
}

static void line_add(struct golden_lines *lines, struct golden_line line)
{
    CHECK(lines->count < LINES_MAX);
    lines->items[lines->count++] = line;
}

/* -- a file --------------------------------------------------------------------------------- */

struct golden_lines golden_parse(struct text file, struct arena *arena)
{
    struct golden_lines lines = {arena_take_array(arena, LINES_MAX, sizeof *lines.items), 0};
    while (file.data != NULL) {
        struct text value = text_split(file, '\n', &file);
        if (text_is_empty(value) || text_starts_with(value, "#")) {
            continue;
        }
        struct golden_line line = {0};
        line.what = text_split(value, ' ', &value);
        line.which = text_split(value, ' ', &value);
        line.value = value;
        line_add(&lines, line);
    }
    return lines;
}

/* -- the tables ----------------------------------------------------------------------------- */

static struct text hex_of_record(const struct wire_message *message, const void *record,
                                 struct arena *arena)
{
    struct buffer buffer;
    buffer_init(&buffer, RECORD_BYTES_MAX);
    wire_pack(&buffer, WIRE_MAP, message, record);
    CHECK(!buffer.failed);
    struct text hex = hex_text(arena, buffer_bytes(&buffer));
    buffer_free(&buffer);
    return hex;
}

static void gather_enum(struct gathering *g, const struct wire_enum *enumeration)
{
    for (size_t i = 0; i < g->enum_count; i++) {
        if (g->enums[i] == enumeration) {
            return;
        }
    }
    CHECK(g->enum_count < ENUMS_MAX);
    g->enums[g->enum_count++] = enumeration;
}

static void gather_enums(struct gathering *g, const struct wire_message *message)
{
    for (size_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (field->enumeration != NULL) {
            gather_enum(g, field->enumeration);
        }
        if (field->record != NULL) {
            gather_enums(g, field->record);
        }
    }
}

static void gather_lines(struct gathering *g, const struct wire_message *message)
{
    for (enum fill_extent extent = 0; extent < FILL_EXTENTS; extent++) {
        const void *record = fill_record(message, extent, g->arena);
        line_add(&g->lines, (struct golden_line){
                                .what = text_of(message->name),
                                .which = text_of(fill_extent_name(extent)),
                                .value = hex_of_record(message, record, g->arena),
                            });
    }
}

static void gather_names(struct gathering *g)
{
    for (size_t i = 0; i < g->enum_count; i++) {
        const struct wire_enum *enumeration = g->enums[i];
        for (size_t k = 0; k < enumeration->count; k++) {
            line_add(&g->lines, (struct golden_line){
                                    .what = TEXT_LITERAL("enum"),
                                    .which = text_of(enumeration->name),
                                    .value = text_of(enumeration->values[k].name),
                                });
        }
    }
}

/* Calls `visit` for every message that a log holds. */
static void visit_messages(struct gathering *g,
                           void (*visit)(struct gathering *, const struct wire_message *))
{
    for (size_t i = 0; i < LOG_MESSAGE_COUNT; i++) {
        visit(g, log_messages[i]);
    }
    for (size_t i = 0; i < hall_vocabulary_count; i++) {
        const struct wire_vocabulary *vocabulary = hall_vocabularies[i];
        for (size_t k = 0; k < vocabulary->count; k++) {
            if (vocabulary->messages[k]->kind == WIRE_KIND_EVENT) {
                visit(g, vocabulary->messages[k]);
            }
        }
    }
}

struct golden_lines golden_expected(struct arena *arena)
{
    struct gathering g = {.arena = arena};
    g.lines.items = arena_take_array(arena, LINES_MAX, sizeof *g.lines.items);
    visit_messages(&g, gather_lines);
    visit_messages(&g, gather_enums);
    gather_names(&g);
    return g.lines;
}

/* -- whether a line holds ------------------------------------------------------------------- */

static bool name_holds(const struct golden_line *line, struct text *ret_why)
{
    struct gathering g = {0};
    visit_messages(&g, gather_enums);
    *ret_why = TEXT_LITERAL("no event uses an enum of that name");
    for (size_t i = 0; i < g.enum_count; i++) {
        if (text_equal_string(line->which, g.enums[i]->name)) {
            *ret_why = TEXT_LITERAL("the enum does not have that name any more");
            return wire_enum_value(g.enums[i], line->value) != 0;
        }
    }
    return false;
}

bool golden_decode(const struct golden_line *line, struct wire_reader *reader, void **ret_record,
                   struct text *ret_why)
{
    struct arena *arena = reader->arena;
    const struct wire_message *message = golden_message(line->what);
    if (message == NULL) {
        *ret_why = TEXT_LITERAL("no event has that name");
        return false;
    }
    size_t size = line->value.size / 2;
    uint8_t *bytes = arena_take(arena, size);
    if (line->value.size != 2 * size || !hex_decode(line->value, bytes, size)) {
        *ret_why = TEXT_LITERAL("it is not hexadecimal");
        return false;
    }
    struct wire_errors *errors = arena_take(arena, sizeof *errors);
    wire_errors_init(errors, arena);
    void *record = arena_take(arena, message->size);
    if (wire_unpack(reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, message, bytes_of(bytes, size), record,
                    errors) != ERR_OK) {
        CHECK(errors->count > 0);
        *ret_why =
            arena_print(arena, "it cannot be read: %.*s %.*s", TEXT_PRINT(errors->items[0].pointer),
                        TEXT_PRINT(errors->items[0].detail));
        return false;
    }
    *ret_record = record;
    return true;
}

bool golden_holds(const struct golden_line *line, struct wire_reader *reader, struct text *ret_why)
{
    void *record = NULL;
    if (text_equal_string(line->what, "enum")) {
        return name_holds(line, ret_why);
    }
    if (!golden_decode(line, reader, &record, ret_why)) {
        return false;
    }
    struct text again = hex_of_record(golden_message(line->what), record, reader->arena);
    *ret_why = TEXT_LITERAL("it reads as something else: written again it has other bytes");
    return text_equal(again, line->value);
}

bool golden_line_equal(const struct golden_line *left, const struct golden_line *right)
{
    return text_equal(left->what, right->what) && text_equal(left->which, right->which) &&
           text_equal(left->value, right->value);
}

bool golden_contains(const struct golden_lines *lines, const struct golden_line *line)
{
    for (size_t i = 0; i < lines->count; i++) {
        if (golden_line_equal(&lines->items[i], line)) {
            return true;
        }
    }
    return false;
}
