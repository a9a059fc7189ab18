/* Log lines for operations: one JSON object per line on standard error.
 *
 * `{"ts":"2026-02-28T08:00:00.000Z","level":"info","service":"fee","event":"stream.connected",
 * "stream":"intake","seq":17}`. The event is a stable id that alarms can be tied to; everything
 * else is a named value. Personal data, tokens and keys never stand in a line: log ids.
 * Libraries return errors instead of logging; the loop and the programs log. Any thread. */
#pragma once

#include "base/bytes.h"

/* The longest line, its end included. The value that would pass it is cut, what comes behind is
 * left out, and the line ends in `"cut":true`. */
enum { LOG_LINE_BYTES_MAX = 8192 };

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

struct logger {
    const char *service;
    enum log_level level; /* lines below it are dropped */
    int descriptor;
};

/* One named value of a line; made by the functions below. */
struct log_field {
    const char *name;
    struct text text; /* shown when `is_number` is false */
    int64_t number;
    bool is_number;
};

struct log_field log_string(const char *name, const char *value);
struct log_field log_view(const char *name, struct text value);
struct log_field log_number(const char *name, int64_t value);

void logger_init(struct logger *logger, const char *service, enum log_level level);

/* Writes a line with one system call, so that lines of several threads do not mix. */
void log_write(const struct logger *logger, enum log_level level, const char *event,
               const struct log_field *fields, size_t field_count);

#define LOG_FIELDS(...)                                                                            \
    ((const struct log_field[]){__VA_ARGS__}),                                                     \
        (sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

/* LOG_INFO(logger, "stream.connected", log_string("stream", name), log_number("seq", seq)); */
#define LOG_INFO(logger, event, ...)                                                               \
    log_write(logger, LOG_LEVEL_INFO, event, LOG_FIELDS(__VA_ARGS__))
#define LOG_WARNING(logger, event, ...)                                                            \
    log_write(logger, LOG_LEVEL_WARNING, event, LOG_FIELDS(__VA_ARGS__))
#define LOG_ERROR(logger, event, ...)                                                              \
    log_write(logger, LOG_LEVEL_ERROR, event, LOG_FIELDS(__VA_ARGS__))

/* Appends `text` as a JSON string with its quotes. What is not UTF-8 is written byte by byte as
 * `\u00xx`. */
struct buffer;
void json_append_string(struct buffer *buffer, struct text text);
