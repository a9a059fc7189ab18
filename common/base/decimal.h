/* Fixed-point numbers with four places, for quantities such as square metres. Never a double: a
 * price is multiplied out exactly and rounded half up to the fen, once. Pure, any thread. */
#pragma once

#include "base/bytes.h"

#define DECIMAL_SCALE INT64_C(10000)

/* The largest magnitude a quantity may have: what a JSON number (a double in every reader) still
 * carries exactly with four places. */
#define DECIMAL_MAX (INT64_C(100000000000) * DECIMAL_SCALE)

enum { DECIMAL_TEXT_BYTES = 24 };

struct decimal {
    int64_t units; /* ten-thousandths */
};

struct decimal decimal_of(int64_t whole);
bool decimal_equal(struct decimal left, struct decimal right);

/* Reads `-?digits[.1 to 4 digits]`; no exponent, no plus sign, magnitude at most DECIMAL_MAX. */
bool decimal_parse(struct text text, struct decimal *ret_decimal);

/* Shortest form: no trailing zeros behind the point, no point for whole numbers. */
void decimal_format(struct decimal decimal, char text[DECIMAL_TEXT_BYTES]);

/* `quantity` times `each_fen`, rounded half up (away from zero) to the fen. False when the product
 * does not fit. */
bool decimal_times_fen(struct decimal quantity, int64_t each_fen, int64_t *ret_fen);
