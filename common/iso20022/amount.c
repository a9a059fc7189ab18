/* Amounts of money between text and whole fen. */
#include "iso20022/amount.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdio.h>

enum { FEN_DECIMALS = 2, FEN_EACH = 100 };

/* The digits of an amount, as they are read from the left. */
struct digits {
    int64_t fen;
    int count;    /* without leading zeros */
    int decimals; /* -1 before the point */
    bool has_whole;
    bool has_part_of_fen;
    bool is_too_large;
};

static void digit_add(struct digits *digits, int digit)
{
    digits->count += digits->count > 0 || digit > 0 || digits->decimals >= 0 ? 1 : 0;
    if (digits->decimals < 0) {
        digits->has_whole = true;
    } else if (++digits->decimals > FEN_DECIMALS) {
        digits->has_part_of_fen |= digit != 0;
        return;
    }
    digits->is_too_large |= __builtin_mul_overflow(digits->fen, INT64_C(10), &digits->fen) ||
                            __builtin_add_overflow(digits->fen, digit, &digits->fen);
}

static bool digits_read(struct text text, struct digits *digits)
{
    for (size_t i = 0; i < text.size; i++) {
        char letter = text.data[i];
        if (letter == '.' && digits->decimals < 0 && digits->has_whole && i + 1 < text.size) {
            digits->decimals = 0;
        } else if (letter >= '0' && letter <= '9') {
            digit_add(digits, letter - '0');
        } else {
            return false;
        }
    }
    return digits->has_whole;
}

const char *amount_read(struct text text, int64_t *ret_fen)
{
    struct digits digits = {.decimals = -1};
    if (text.size > 0 && (text.data[0] == '-' || text.data[0] == '+')) {
        return "carries a sign: credit or debit is told beside it";
    }
    if (!digits_read(text, &digits)) {
        return "is no amount: digits, perhaps a point and more digits";
    }
    if (digits.count > AMOUNT_DIGITS_MAX) {
        return "has more than 18 digits";
    }
    if (digits.decimals > AMOUNT_DECIMALS_MAX) {
        return "has more than 5 decimals";
    }
    if (digits.has_part_of_fen) {
        return "has a part of a fen";
    }
    for (int i = digits.decimals < 0 ? 0 : digits.decimals; i < FEN_DECIMALS; i++) {
        digits.is_too_large |= __builtin_mul_overflow(digits.fen, INT64_C(10), &digits.fen);
    }
    if (digits.is_too_large) {
        return "is larger than can be counted in fen";
    }
    *ret_fen = digits.fen;
    return NULL;
}

void amount_format(int64_t fen, char text[AMOUNT_TEXT_BYTES])
{
    CHECK(fen >= 0);
    (void)snprintf(text, AMOUNT_TEXT_BYTES, "%" PRId64 ".%02d", fen / FEN_EACH,
                   (int)(fen % FEN_EACH));
}
