/* References that a payer can be asked to quote, and account numbers: both carry two check digits,
 * so that a slip of the pen is noticed (ISO 11649, ISO 13616; ISO 7064 mod 97-10).
 *
 * One form is valid: capital letters and digits without blanks. Pure functions, any thread. */
#pragma once

#include "base/arena.h"

/* Characters behind "RF" and the check digits, and of a whole reference. */
enum { CREDITOR_REFERENCE_BODY_MAX = 21, CREDITOR_REFERENCE_MAX = 25 };

/* ISO 11649: "RF", two check digits over the reference, the reference; in `arena`. `reference` has
 * 1 to 21 capital letters and digits (CHECK). */
struct text creditor_reference(struct arena *arena, struct text reference);

bool creditor_reference_is_valid(struct text reference);

/* Finds the one valid creditor reference that people wrote into free text, also in small letters or
 * in groups of four. False when there is none, or when two differ: then nobody can say which is
 * meant. `ret_reference` is a zero-terminated copy in the one valid form. */
bool creditor_reference_find(struct text text, char ret_reference[CREDITOR_REFERENCE_MAX + 1]);

/* ISO 13616: country, two check digits, up to 30 characters. Whether the bank has such an account
 * only the bank knows. */
bool iban_is_valid(struct text iban);
