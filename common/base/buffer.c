#include "base/buffer.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 256 };

void buffer_init(struct buffer *buffer, size_t size_max)
{
    *buffer = (struct buffer){.size_max = size_max};
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    buffer_init(buffer, buffer->size_max);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
}

uint8_t *buffer_extend(struct buffer *buffer, size_t size)
{
    if (buffer->failed || size > buffer->size_max - buffer->size) {
        buffer->failed = true;
        return NULL;
    }
    size_t needed = buffer->size + size;
    /* One byte more than may be used, for the zero that vsnprintf writes behind its text. */
    if (needed >= buffer->capacity) {
        size_t capacity = buffer->capacity == 0 ? CAPACITY_FIRST : buffer->capacity;
        while (capacity <= needed) {
            capacity *= 2;
        }
        uint8_t *data = realloc(buffer->data, capacity);
        CHECK(data != NULL);
        buffer->data = data;
        buffer->capacity = capacity;
    }
    uint8_t *place = buffer->data + buffer->size;
    buffer->size = needed;
    return place;
}

void buffer_append(struct buffer *buffer, const void *data, size_t size)
{
    if (size == 0) {
        return;
    }
    uint8_t *place = buffer_extend(buffer, size);
    if (place != NULL) {
        memcpy(place, data, size);
    }
}

void buffer_append_text(struct buffer *buffer, struct text text)
{
    buffer_append(buffer, text.data, text.size);
}

void buffer_append_string(struct buffer *buffer, const char *string)
{
    buffer_append(buffer, string, strlen(string));
}

void buffer_append_byte(struct buffer *buffer, uint8_t byte)
{
    buffer_append(buffer, &byte, 1);
}

void buffer_print(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    CHECK(size >= 0);
    uint8_t *place = buffer_extend(buffer, (size_t)size);
    if (place != NULL) {
        (void)vsnprintf((char *)place, (size_t)size + 1, format, again);
    }
    va_end(again);
}

struct bytes buffer_bytes(const struct buffer *buffer)
{
    return bytes_of(buffer->data, buffer->size);
}

struct text buffer_text(const struct buffer *buffer)
{
    return (struct text){.data = (const char *)buffer->data, .size = buffer->size};
}
