#include "wire/errors.h"

#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>

enum { POINTER_BYTES_MAX = 1024, DETAIL_BYTES_MAX = 300 };

void wire_errors_init(struct wire_errors *errors, struct arena *arena)
{
    errors->arena = arena;
    errors->count = 0;
}

static void append_escaped(struct buffer *buffer, struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '~') {
            buffer_append_string(buffer, "~0");
        } else if (name.data[i] == '/') {
            buffer_append_string(buffer, "~1");
        } else {
            buffer_append_byte(buffer, (uint8_t)name.data[i]);
        }
    }
}

static void append_path(struct buffer *buffer, const struct wire_path *path)
{
    if (path == NULL) {
        return;
    }
    append_path(buffer, path->parent);
    buffer_append_byte(buffer, '/');
    if (path->name.data != NULL) {
        append_escaped(buffer, path->name);
    } else {
        buffer_print(buffer, "%zu", path->index);
    }
}

struct text wire_pointer(struct arena *arena, const struct wire_path *path)
{
    struct buffer buffer;
    buffer_init(&buffer, POINTER_BYTES_MAX);
    append_path(&buffer, path);
    struct text text = buffer_text(&buffer);
    size_t characters = 0;
    /* A pointer that passes the bound must not end in the middle of a character. */
    while (buffer.failed && !utf8_count(text, &characters)) {
        text.size--;
    }
    struct text pointer = text.size == 0 ? TEXT_LITERAL("") : arena_copy_text(arena, text);
    buffer_free(&buffer);
    return pointer;
}

void wire_errors_add(struct wire_errors *errors, const struct wire_path *path, const char *format,
                     ...)
{
    if (errors == NULL || errors->count == WIRE_ERRORS_MAX) {
        return;
    }
    char detail[DETAIL_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    errors->items[errors->count++] = (struct wire_error){
        .pointer = wire_pointer(errors->arena, path),
        .detail = arena_copy_text(errors->arena, text_of(detail)),
    };
}
