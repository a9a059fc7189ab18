#include "base/logline.h"

#include "base/buffer.h"
#include "base/datetime.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct log_field log_string(const char *name, const char *value)
{
    return (struct log_field){.name = name, .text = text_of(value)};
}

struct log_field log_view(const char *name, struct text value)
{
    return (struct log_field){.name = name, .text = value};
}

struct log_field log_number(const char *name, int64_t value)
{
    return (struct log_field){.name = name, .number = value, .is_number = true};
}

void logger_init(struct logger *logger, const char *service, enum log_level level)
{
    *logger = (struct logger){.service = service, .level = level, .descriptor = STDERR_FILENO};
}

/* How `byte` stands in a JSON string: as it is, behind a backslash, or by its number. Bytes above
 * 127 stay only in text that is UTF-8 as a whole, for a line must be readable whatever is in it. */
enum escape { ESCAPE_NONE = 1, ESCAPE_BACKSLASH = 2, ESCAPE_NUMBER = 6 };

static enum escape escape_of(uint8_t byte, bool is_utf8)
{
    if (byte == '"' || byte == '\\') {
        return ESCAPE_BACKSLASH;
    }
    return byte < 0x20 || (byte >= 0x80 && !is_utf8) ? ESCAPE_NUMBER : ESCAPE_NONE;
}

static bool is_utf8(struct text text)
{
    size_t characters = 0;
    return utf8_count(text, &characters);
}

void json_append_string(struct buffer *buffer, struct text text)
{
    bool sound = is_utf8(text);
    buffer_append_byte(buffer, '"');
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = (uint8_t)text.data[i];
        enum escape escape = escape_of(byte, sound);
        if (escape == ESCAPE_NUMBER) {
            buffer_print(buffer, "\\u%04x", byte);
            continue;
        }
        if (escape == ESCAPE_BACKSLASH) {
            buffer_append_byte(buffer, '\\');
        }
        buffer_append_byte(buffer, byte);
    }
    buffer_append_byte(buffer, '"');
}

/* As much of `text` as takes at most `room` bytes of a JSON string. */
static struct text cut_to_room(struct text text, size_t room)
{
    bool sound = is_utf8(text);
    size_t used = 0;
    for (size_t i = 0; i < text.size; i++) {
        used += escape_of((uint8_t)text.data[i], sound);
        if (used > room) {
            return sound ? utf8_cut(text, i) : (struct text){text.data, i};
        }
    }
    return text;
}

/* -- lines --------------------------------------------------------------------------------------
 */

static const char line_end[] = "}\n";
static const char cut_line_end[] = ",\"cut\":true}\n";

/* A line while it is built; the buffer leaves room for its end. */
struct line {
    struct buffer buffer;
    bool cut; /* a value did not fit as a whole, nothing more is added */
};

/* Adds `"name":value,` as a whole or not at all. */
static bool try_member(struct buffer *buffer, const struct log_field *field)
{
    size_t before = buffer->size;
    buffer_append_byte(buffer, before == 0 ? '{' : ',');
    json_append_string(buffer, text_of(field->name));
    buffer_append_byte(buffer, ':');
    if (field->is_number) {
        buffer_print(buffer, "%" PRId64, field->number);
    } else {
        json_append_string(buffer, field->text);
    }
    if (buffer->failed) {
        buffer->size = before;
        buffer->failed = false;
        return false;
    }
    return true;
}

static void line_add(struct line *line, struct log_field field)
{
    if (line->cut || try_member(&line->buffer, &field)) {
        return;
    }
    line->cut = true;
    size_t room = line->buffer.size_max - line->buffer.size;
    size_t frame = strlen(field.name) + strlen(",\"\":\"\"");
    if (!field.is_number && room >= frame) {
        field.text = cut_to_room(field.text, room - frame);
        (void)try_member(&line->buffer, &field);
    }
}

static void line_add_time(struct line *line)
{
    struct timespec now;
    char text[TIME_TEXT_BYTES + 1];
    clock_gettime(CLOCK_REALTIME, &now);
    time_format((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, text);
    line_add(line, log_string("ts", text));
}

void log_write(const struct logger *logger, enum log_level level, const char *event,
               const struct log_field *fields, size_t field_count)
{
    static const char *const level_names[] = {"debug", "info", "warning", "error"};
    if (level < logger->level) {
        return;
    }
    struct line line = {0};
    buffer_init(&line.buffer, LOG_LINE_BYTES_MAX - sizeof cut_line_end + 1);
    line_add_time(&line);
    line_add(&line, log_string("level", level_names[level]));
    line_add(&line, log_string("service", logger->service));
    line_add(&line, log_string("event", event));
    for (size_t i = 0; i < field_count; i++) {
        line_add(&line, fields[i]);
    }
    line.buffer.size_max = LOG_LINE_BYTES_MAX;
    buffer_append_string(&line.buffer, line.cut ? cut_line_end : line_end);
    /* Nobody can be told that the log itself cannot be written. */
    ssize_t written = write(logger->descriptor, line.buffer.data, line.buffer.size);
    (void)written;
    buffer_free(&line.buffer);
}
