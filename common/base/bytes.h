/* Views of bytes and text that somebody else owns, and the arena that usually does.
 *
 * A view never owns: it is valid as long as what it was made from (a message buffer, an arena, a
 * store transaction). Text is UTF-8 and need not end in a zero byte. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *data;
    size_t size;
};

struct text {
    const char *data;
    size_t size;
};

/* A text view of a string literal. */
#define TEXT_LITERAL(literal) ((struct text){.data = "" literal, .size = sizeof(literal) - 1})

/* The two arguments that printf's "%.*s" takes. */
#define TEXT_PRINT(view) (int)(view).size, (view).data

/* A view of a zero-terminated string; NULL gives the absent text. */
struct text text_of(const char *string);

/* True when there is no text or it is empty. */
bool text_is_empty(struct text text);

bool text_equal(struct text left, struct text right);
bool text_equal_string(struct text left, const char *right);

/* Byte order, shorter first when one begins the other: <0, 0, >0. */
int text_compare(struct text left, struct text right);
bool text_starts_with(struct text text, const char *prefix);

/* The text after `prefix_size` bytes. */
struct text text_after(struct text text, size_t prefix_size);

/* Splits `text` at the first `separator`: the part before it is returned, `rest` keeps the part
 * behind it (absent when there is no separator). */
struct text text_split(struct text text, char separator, struct text *rest);

/* Counts the characters of well-formed UTF-8 into `ret_count`. False when it is malformed, holds a
 * surrogate, an overlong form, or a zero byte (which no text of the hall needs). */
bool utf8_count(struct text text, size_t *ret_count);

/* As many whole characters of `text` as fit into `size_max` bytes. */
struct text utf8_cut(struct text text, size_t size_max);

struct bytes bytes_of(const void *data, size_t size);
bool bytes_equal(struct bytes left, struct bytes right);

/* The same memory, seen the other way. */
struct bytes text_bytes(struct text text);
struct text bytes_text(struct bytes bytes);

/* Reads and writes of fixed-size integers in network order. */
uint16_t read_be16(const uint8_t *bytes);
uint32_t read_be32(const uint8_t *bytes);
uint64_t read_be64(const uint8_t *bytes);
void write_be16(uint8_t *bytes, uint16_t value);
void write_be32(uint8_t *bytes, uint32_t value);
void write_be64(uint8_t *bytes, uint64_t value);
