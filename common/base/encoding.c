#include "base/encoding.h"

#include "base/check.h"

#include <sodium.h>
#include <string.h>

void hex_encode(struct bytes bytes, char *digits)
{
    static const char alphabet[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.size; i++) {
        digits[2 * i] = alphabet[bytes.data[i] >> 4];
        digits[2 * i + 1] = alphabet[bytes.data[i] & 0x0F];
    }
}

struct text hex_text(struct arena *arena, struct bytes bytes)
{
    char *digits = arena_take(arena, 2 * bytes.size + 1);
    hex_encode(bytes, digits);
    return (struct text){.data = digits, .size = 2 * bytes.size};
}

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return -1;
}

bool hex_decode(struct text digits, uint8_t *bytes, size_t size)
{
    if (digits.size != 2 * size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        int high = hex_value(digits.data[2 * i]);
        int low = hex_value(digits.data[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool decimal_decode(struct text digits, uint64_t *ret_number)
{
    uint64_t number = 0;
    if (digits.size == 0 || digits.size > 18 || (digits.size > 1 && digits.data[0] == '0')) {
        return false;
    }
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9') {
            return false;
        }
        number = number * 10 + (uint64_t)(digits.data[i] - '0');
    }
    *ret_number = number;
    return true;
}

struct text base64_text(struct arena *arena, struct bytes bytes)
{
    size_t capacity = sodium_base64_encoded_len(bytes.size, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_take(arena, capacity);
    sodium_bin2base64(text, capacity, bytes.data, bytes.size, sodium_base64_VARIANT_ORIGINAL);
    return text_of(text);
}

/* libsodium's reader takes some bytes above ASCII for digits. */
static bool is_ascii(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if ((unsigned char)text.data[i] > 0x7F) {
            return false;
        }
    }
    return true;
}

bool base64_read(struct text text, uint8_t *bytes, size_t capacity, size_t *ret_size)
{
    return is_ascii(text) && sodium_base642bin(bytes, capacity, text.data, text.size, NULL,
                                               ret_size, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

bool base64_decode(struct arena *arena, struct text text, struct bytes *ret_bytes)
{
    size_t size = 0;
    uint8_t *bytes = arena_take(arena, text.size + 1);
    if (!base64_read(text, bytes, text.size, &size)) {
        return false;
    }
    *ret_bytes = bytes_of(bytes, size);
    return true;
}

static const char base32_alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void base32_encode(uint64_t value, size_t digits, char *text)
{
    CHECK(digits > 0 && digits <= BASE32_DIGITS_MAX);
    for (size_t i = 0; i < digits; i++) {
        text[digits - 1 - i] = base32_alphabet[value & 0x1F];
        value >>= 5;
    }
    text[digits] = '\0';
}

static int base32_value(char digit)
{
    if (digit >= 'a' && digit <= 'z') {
        digit = (char)(digit - 'a' + 'A');
    }
    if (digit == 'I' || digit == 'L') {
        digit = '1';
    }
    if (digit == 'O') {
        digit = '0';
    }
    const char *found = digit == '\0' ? NULL : strchr(base32_alphabet, digit);
    return found == NULL ? -1 : (int)(found - base32_alphabet);
}

bool base32_decode(struct text text, size_t digits, uint64_t *ret_value)
{
    uint64_t value = 0;
    size_t seen = 0;
    CHECK(digits > 0 && digits <= BASE32_DIGITS_MAX);
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '-' || text.data[i] == ' ') {
            continue;
        }
        int digit = base32_value(text.data[i]);
        if (digit < 0 || seen == digits) {
            return false;
        }
        value = value << 5 | (uint64_t)digit;
        seen++;
    }
    if (seen != digits) {
        return false;
    }
    *ret_value = value;
    return true;
}
