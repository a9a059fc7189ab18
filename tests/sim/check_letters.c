/* Letters as the record tells them: numbered without a gap by kind and year, made or given up once,
 * and what is said to be made lies in the folder of letters. */
#include "check_state.h"

#include "base/check.h"
#include "base/encoding.h"
#include "events/notification.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NUMBER_DIGITS = 7, YEAR_DIGITS = 4 };

/* "JD20260000017": a number that the year begins anew. */
static void number_check(struct world *world, const struct letter_issued *letter)
{
    char digits[YEAR_DIGITS + NUMBER_DIGITS + 1] = "";
    CHECK(letter->number.size > sizeof digits - 1 && (int)letter->kind < LETTER_KINDS);
    memcpy(digits, letter->number.data + letter->number.size - (sizeof digits - 1),
           sizeof digits - 1);
    int64_t number = strtoll(digits + YEAR_DIGITS, NULL, 10);
    digits[YEAR_DIGITS] = '\0';
    int64_t year = strtoll(digits, NULL, 10);
    if (year != date_civil(letter->day).year) {
        world_fail(world, "letters", "%.*s is of another year than its day",
                   TEXT_PRINT(letter->number));
    }
    CHECK(year >= LETTER_YEAR_FIRST && year < LETTER_YEAR_FIRST + LETTER_YEARS);
    int64_t *last = &world->checks->letter_numbers[letter->kind][year - LETTER_YEAR_FIRST];
    if (number != *last + 1) {
        world_fail(world, "letters", "%.*s follows number %" PRId64, TEXT_PRINT(letter->number),
                   *last);
    }
    *last = number;
}

void follow_letter_issued(struct world *world, const struct event_envelope *envelope)
{
    struct letter_issued letter;
    model_data(world, envelope, &letter_issued_message, &letter);
    model_message_queued(world, &letter.letter_id.uuid);
    if (letter.kind != LETTER_RECEIPT && letter.kind != LETTER_RED_RECEIPT) { /* fee's numbers */
        number_check(world, &letter);
    }
}

void follow_letter_made(struct world *world, const struct event_envelope *envelope)
{
    struct letter_made made;
    char name[2 * HASH_BYTES + 1] = "";
    char path[400];
    model_data(world, envelope, &letter_made_message, &made);
    model_message_over(world, &made.letter_id.uuid);
    hex_encode(bytes_of(made.sealed.bytes, HASH_BYTES), name);
    (void)snprintf(path, sizeof path, "%s/notification/letters/%.2s/%s", world->folder, name, name);
    if (access(path, F_OK) != 0) {
        world_fail(world, "letters", "letter %s is said to be made, but is nowhere", name);
    }
}

void follow_letter_failed(struct world *world, const struct event_envelope *envelope)
{
    struct letter_failed failed;
    model_data(world, envelope, &letter_failed_message, &failed);
    model_message_over(world, &failed.letter_id.uuid);
}
