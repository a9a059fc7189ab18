#include "base/logline.h"

#include "base/buffer.h"
#include "base/datetime.h"

#include <inttypes.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES_MAX = 8192 };

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

void json_append_string(struct buffer *buffer, struct text text)
{
    buffer_append_byte(buffer, '"');
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte == '"' || byte == '\\') {
            buffer_append_byte(buffer, '\\');
            buffer_append_byte(buffer, byte);
        } else if (byte < 0x20) {
            buffer_print(buffer, "\\u%04x", byte);
        } else {
            buffer_append_byte(buffer, byte);
        }
    }
    buffer_append_byte(buffer, '"');
}

static void append_member(struct buffer *line, const char *name, struct text value)
{
    json_append_string(line, text_of(name));
    buffer_append_byte(line, ':');
    json_append_string(line, value);
    buffer_append_byte(line, ',');
}

static void append_time(struct buffer *line)
{
    struct timespec now;
    char text[TIME_TEXT_BYTES + 1];
    clock_gettime(CLOCK_REALTIME, &now);
    time_format((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, text);
    append_member(line, "ts", text_of(text));
}

void log_write(const struct logger *logger, enum log_level level, const char *event,
               const struct log_field *fields, size_t field_count)
{
    static const char *const level_names[] = {"debug", "info", "warning", "error"};
    if (level < logger->level) {
        return;
    }
    struct buffer line;
    buffer_init(&line, LINE_BYTES_MAX);
    buffer_append_byte(&line, '{');
    append_time(&line);
    append_member(&line, "level", text_of(level_names[level]));
    append_member(&line, "service", text_of(logger->service));
    append_member(&line, "event", text_of(event));
    for (size_t i = 0; i < field_count; i++) {
        if (fields[i].is_number) {
            json_append_string(&line, text_of(fields[i].name));
            buffer_print(&line, ":%" PRId64 ",", fields[i].number);
        } else {
            append_member(&line, fields[i].name, fields[i].text);
        }
    }
    line.size--; /* the last comma */
    buffer_append_string(&line, "}\n");
    if (!line.failed) {
        /* Nobody can be told that the log itself cannot be written. */
        ssize_t written = write(logger->descriptor, line.data, line.size);
        (void)written;
    }
    buffer_free(&line);
}
