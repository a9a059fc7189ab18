#include "base/decimal.h"

#include <inttypes.h>
#include <stdio.h>

struct decimal decimal_of(int64_t whole)
{
    return (struct decimal){.units = whole * DECIMAL_SCALE};
}

bool decimal_equal(struct decimal left, struct decimal right)
{
    return left.units == right.units;
}

bool decimal_parse(struct text text, struct decimal *ret_decimal)
{
    size_t i = 0;
    bool negative = text.size > 0 && text.data[0] == '-';
    i += negative ? 1 : 0;
    int64_t units = 0;
    size_t whole_digits = 0;
    for (; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++, whole_digits++) {
        if (whole_digits == 12) {
            return false;
        }
        units = units * 10 + (text.data[i] - '0');
    }
    units *= DECIMAL_SCALE;
    size_t places = 0;
    if (i < text.size && text.data[i] == '.') {
        int64_t weight = DECIMAL_SCALE;
        for (i++; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++, places++) {
            weight /= 10;
            units += (text.data[i] - '0') * weight;
        }
        if (places == 0 || places > 4) {
            return false;
        }
    }
    if (whole_digits == 0 || i != text.size || units > DECIMAL_MAX) {
        return false;
    }
    *ret_decimal = (struct decimal){.units = negative ? -units : units};
    return true;
}

void decimal_format(struct decimal decimal, char text[DECIMAL_TEXT_BYTES])
{
    int64_t magnitude = decimal.units < 0 ? -decimal.units : decimal.units;
    int64_t whole = magnitude / DECIMAL_SCALE;
    int64_t places = magnitude % DECIMAL_SCALE;
    const char *sign = decimal.units < 0 ? "-" : "";
    if (places == 0) {
        (void)snprintf(text, DECIMAL_TEXT_BYTES, "%s%" PRId64, sign, whole);
        return;
    }
    int digits = 4;
    while (places % 10 == 0) {
        places /= 10;
        digits--;
    }
    (void)snprintf(text, DECIMAL_TEXT_BYTES, "%s%" PRId64 ".%0*" PRId64, sign, whole, digits,
                   places);
}

bool decimal_times_fen(struct decimal quantity, int64_t each_fen, int64_t *ret_fen)
{
    __extension__ typedef __int128 wide;
    wide product = (wide)quantity.units * each_fen;
    wide half = product < 0 ? -(DECIMAL_SCALE / 2) : DECIMAL_SCALE / 2;
    wide rounded = (product + half) / DECIMAL_SCALE;
    if (rounded > INT64_MAX || rounded < INT64_MIN) {
        return false;
    }
    *ret_fen = (int64_t)rounded;
    return true;
}
