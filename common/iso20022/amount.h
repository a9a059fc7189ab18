/* Amounts of money as ISO 20022 writes them, and as the hall counts them: whole fen.
 *
 * An amount carries no sign (whether it is a credit or a debit stands beside it), has at most 18
 * digits and 5 decimals, and never a part of a fen. Pure functions, any thread. */
#pragma once

#include "base/bytes.h"

enum { AMOUNT_DIGITS_MAX = 18, AMOUNT_DECIMALS_MAX = 5, AMOUNT_TEXT_BYTES = 24 };

/* Reads `text`. NULL, or what is wrong with it, as the end of a sentence that begins with the name
 * of the amount; static. */
const char *amount_read(struct text text, int64_t *ret_fen);

/* Writes `fen`, which is not negative (CHECK), with two decimals. */
void amount_format(int64_t fen, char text[AMOUNT_TEXT_BYTES]);
