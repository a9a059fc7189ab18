/* Bytes and numbers as characters: hexadecimal, decimal, base64 (RFC 4648) and Crockford's base32
 * for codes that people read aloud. Any thread. */
#pragma once

#include "base/arena.h"
#include "base/bytes.h"

/* Writes 2 * bytes.size lower-case digits, no zero byte. */
void hex_encode(struct bytes bytes, char *digits);

/* Hexadecimal text in `arena`. */
struct text hex_text(struct arena *arena, struct bytes bytes);

/* Reads exactly `size` bytes from 2 * size digits of either case. */
bool hex_decode(struct text digits, uint8_t *bytes, size_t size);

/* Reads a number of at most 18 decimal digits, written without sign and leading zeros. */
bool decimal_decode(struct text digits, uint64_t *ret_number);

/* Standard base64 with padding, in `arena`. */
struct text base64_text(struct arena *arena, struct bytes bytes);

/* Strict standard base64 with padding into `bytes`; false when it is malformed or holds more than
 * `capacity` bytes. */
bool base64_read(struct text text, uint8_t *bytes, size_t capacity, size_t *ret_size);

/* The same into `arena`. */
bool base64_decode(struct arena *arena, struct text text, struct bytes *ret_bytes);

/* The most digits that a number of 64 bits has room for. */
enum { BASE32_DIGITS_MAX = 12 };

/* Writes the low 5 * `digits` bits of `value` as Crockford base32 (0-9, A-Z without I L O U),
 * most significant digit first, and a zero byte. */
void base32_encode(uint64_t value, size_t digits, char *text);

/* Reads `digits` digits; either case, I and L as 1, O as 0, dashes and blanks skipped. */
bool base32_decode(struct text text, size_t digits, uint64_t *ret_value);
