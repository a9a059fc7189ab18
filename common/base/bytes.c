#include "base/bytes.h"

#include <string.h>

struct text text_of(const char *string)
{
    return (struct text){.data = string, .size = string == NULL ? 0 : strlen(string)};
}

bool text_is_empty(struct text text)
{
    return text.size == 0;
}

bool text_equal(struct text left, struct text right)
{
    return left.size == right.size &&
           (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

bool text_equal_string(struct text left, const char *right)
{
    return text_equal(left, text_of(right));
}

int text_compare(struct text left, struct text right)
{
    size_t common = left.size < right.size ? left.size : right.size;
    int order = common == 0 ? 0 : memcmp(left.data, right.data, common);
    if (order != 0) {
        return order;
    }
    return left.size < right.size ? -1 : left.size > right.size;
}

bool text_starts_with(struct text text, const char *prefix)
{
    size_t size = strlen(prefix);
    return text.size >= size && memcmp(text.data, prefix, size) == 0;
}

struct text text_after(struct text text, size_t prefix_size)
{
    if (prefix_size >= text.size) {
        return (struct text){.data = text.data, .size = 0};
    }
    return (struct text){.data = text.data + prefix_size, .size = text.size - prefix_size};
}

struct text text_split(struct text text, char separator, struct text *rest)
{
    const char *found = text.size == 0 ? NULL : memchr(text.data, separator, text.size);
    if (found == NULL) {
        *rest = (struct text){0};
        return text;
    }
    size_t size = (size_t)(found - text.data);
    *rest = (struct text){.data = found + 1, .size = text.size - size - 1};
    return (struct text){.data = text.data, .size = size};
}

/* The number of bytes of the sequence that `lead` begins, 0 when none may begin so, and the least
 * code point that needs as many (anything below it is overlong). */
static size_t utf8_sequence_size(uint8_t lead, uint32_t *ret_least)
{
    if (lead >= 0xC2 && lead <= 0xDF) {
        *ret_least = 0x80;
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        *ret_least = 0x800;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        *ret_least = 0x10000;
        return 4;
    }
    return 0;
}

/* The size of the well-formed character at `data`, 0 when there is none. */
static size_t utf8_character_size(const uint8_t *data, size_t available)
{
    if (data[0] != 0 && data[0] < 0x80) {
        return 1;
    }
    uint32_t least = 0;
    size_t size = utf8_sequence_size(data[0], &least);
    if (size == 0 || size > available) {
        return 0;
    }
    uint32_t code = data[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((data[i] & 0xC0) != 0x80) {
            return 0;
        }
        code = (code << 6) | (data[i] & 0x3Fu);
    }
    bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < least || code > 0x10FFFF || surrogate ? 0 : size;
}

bool utf8_count(struct text text, size_t *ret_count)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; count++) {
        size_t size = utf8_character_size((const uint8_t *)text.data + i, text.size - i);
        if (size == 0) {
            return false;
        }
        i += size;
    }
    *ret_count = count;
    return true;
}

struct text utf8_cut(struct text text, size_t size_max)
{
    if (text.size <= size_max) {
        return text;
    }
    size_t size = size_max;
    while (size > 0 && ((uint8_t)text.data[size] & 0xC0) == 0x80) {
        size--;
    }
    return (struct text){.data = text.data, .size = size};
}

struct bytes bytes_of(const void *data, size_t size)
{
    return (struct bytes){.data = data, .size = size};
}

bool bytes_equal(struct bytes left, struct bytes right)
{
    return left.size == right.size &&
           (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

struct bytes text_bytes(struct text text)
{
    return (struct bytes){.data = (const uint8_t *)text.data, .size = text.size};
}

struct text bytes_text(struct bytes bytes)
{
    return (struct text){.data = (const char *)bytes.data, .size = bytes.size};
}

uint16_t read_be16(const uint8_t *bytes)
{
    return (uint16_t)((bytes[0] << 8) | bytes[1]);
}

uint32_t read_be32(const uint8_t *bytes)
{
    return ((uint32_t)read_be16(bytes) << 16) | read_be16(bytes + 2);
}

uint64_t read_be64(const uint8_t *bytes)
{
    return ((uint64_t)read_be32(bytes) << 32) | read_be32(bytes + 4);
}

void write_be16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)(value & 0xFF);
}

void write_be32(uint8_t *bytes, uint32_t value)
{
    write_be16(bytes, (uint16_t)(value >> 16));
    write_be16(bytes + 2, (uint16_t)(value & 0xFFFF));
}

void write_be64(uint8_t *bytes, uint64_t value)
{
    write_be32(bytes, (uint32_t)(value >> 32));
    write_be32(bytes + 4, (uint32_t)(value & 0xFFFFFFFF));
}
