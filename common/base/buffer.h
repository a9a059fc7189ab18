/* A growing run of bytes with an upper bound, for building messages and pages.
 *
 * The error is sticky: once a write would pass the bound, the buffer stays as it was and `failed`
 * is true; build first, look once at the end. One thread at a time. */
#pragma once

#include "base/bytes.h"

struct buffer {
    uint8_t *data;
    size_t size;
    size_t capacity;
    size_t size_max;
    bool failed;
};

/* An empty buffer that never holds more than `size_max` bytes. */
void buffer_init(struct buffer *buffer, size_t size_max);

/* Frees the memory; the buffer is then empty and usable again with the same bound. */
void buffer_free(struct buffer *buffer);

/* Empties the buffer, keeps its memory, clears `failed`. */
void buffer_clear(struct buffer *buffer);

void buffer_append(struct buffer *buffer, const void *data, size_t size);
void buffer_append_text(struct buffer *buffer, struct text text);
void buffer_append_string(struct buffer *buffer, const char *string);
void buffer_append_byte(struct buffer *buffer, uint8_t byte);
void buffer_print(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for `size` more bytes to be written in place, NULL when the bound is passed. */
uint8_t *buffer_extend(struct buffer *buffer, size_t size);

/* What was written so far; valid until the next write. */
struct bytes buffer_bytes(const struct buffer *buffer);
struct text buffer_text(const struct buffer *buffer);
