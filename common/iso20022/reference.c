/* Check digits by ISO 7064 mod 97-10, as references and account numbers carry them. */
#include "iso20022/reference.h"

#include "base/check.h"

#include <string.h>

enum { IBAN_MIN = 15, IBAN_MAX = 34, HEAD_SIZE = 4, GROUP_SIZE = 4 };

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

static bool is_capital(char letter)
{
    return letter >= 'A' && letter <= 'Z';
}

static bool is_plain(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i]) && !is_capital(text.data[i])) {
            return false;
        }
    }
    return true;
}

/* The remainder by 97 when `text` follows what left `remainder`; letters count as 10 to 35. */
static int mod97(int remainder, struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char letter = text.data[i];
        remainder = is_digit(letter) ? (remainder * 10 + (letter - '0')) % 97
                                     : (remainder * 100 + (letter - 'A' + 10)) % 97;
    }
    return remainder;
}

/* Two letters and two check digits in front, which the rest bears out. 00, 01 and 99 would do so
 * for some, but are never given. */
static bool checks_out(struct text text)
{
    struct text head = {text.data, HEAD_SIZE};
    if (!is_plain(text) || !is_capital(text.data[0]) || !is_capital(text.data[1]) ||
        !is_digit(text.data[2]) || !is_digit(text.data[3])) {
        return false;
    }
    int digits = (text.data[2] - '0') * 10 + (text.data[3] - '0');
    return digits >= 2 && digits <= 98 && mod97(mod97(0, text_after(text, HEAD_SIZE)), head) == 1;
}

struct text creditor_reference(struct arena *arena, struct text reference)
{
    CHECK(reference.size >= 1 && reference.size <= CREDITOR_REFERENCE_BODY_MAX);
    CHECK(is_plain(reference));
    int remainder = mod97(mod97(0, reference), TEXT_LITERAL("RF00"));
    return arena_print(arena, "RF%02d%.*s", 98 - remainder, TEXT_PRINT(reference));
}

bool creditor_reference_is_valid(struct text reference)
{
    return reference.size > HEAD_SIZE && reference.size <= CREDITOR_REFERENCE_MAX &&
           text_starts_with(reference, "RF") && checks_out(reference);
}

bool iban_is_valid(struct text iban)
{
    return iban.size >= IBAN_MIN && iban.size <= IBAN_MAX && checks_out(iban);
}

/* -- finding ---------------------------------------------------------------------------------- */

static char capital(char letter)
{
    return letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter;
}

static bool is_word_letter(char letter)
{
    return is_digit(letter) || is_capital(capital(letter));
}

/* Reads a reference that begins at `at`: one word, or groups of four and a last shorter one. Zero
 * when there is none, else how many bytes of the text it takes. */
static size_t reference_read(struct text text, size_t at, char *reference)
{
    size_t size = 0;
    size_t group = 0;
    size_t i = at;
    while (i < text.size && size < CREDITOR_REFERENCE_MAX && is_word_letter(text.data[i])) {
        reference[size++] = capital(text.data[i++]);
        group++;
        if (i < text.size && is_word_letter(text.data[i])) {
            continue;
        }
        if (creditor_reference_is_valid((struct text){reference, size})) {
            reference[size] = '\0';
            return i - at;
        }
        if (group != GROUP_SIZE || i == text.size || text.data[i] != ' ') {
            return 0;
        }
        group = 0;
        i++;
    }
    return 0;
}

bool creditor_reference_find(struct text text, char ret_reference[CREDITOR_REFERENCE_MAX + 1])
{
    char found[CREDITOR_REFERENCE_MAX + 1] = "";
    for (size_t i = 0; i < text.size; i++) {
        char candidate[CREDITOR_REFERENCE_MAX + 1];
        bool begins_word = i == 0 || !is_word_letter(text.data[i - 1]);
        size_t taken = begins_word ? reference_read(text, i, candidate) : 0;
        if (taken == 0) {
            continue;
        }
        if (found[0] != '\0' && strcmp(found, candidate) != 0) {
            return false;
        }
        memcpy(found, candidate, sizeof found);
        i += taken - 1;
    }
    if (found[0] == '\0') {
        return false;
    }
    memcpy(ret_reference, found, sizeof found);
    return true;
}
