/* Questions about letters: those of a case, one of them piece by piece, and whether one that
 * somebody holds was issued here. */
#include "notification.h"

#include "base/encoding.h"
#include "crypto/blob.h"

#include <string.h>

enum { LISTED_MAX = 200 };

/* Who filed and who handles the case read its letters; nobody else does. */
static enum verdict reader_check(struct reading *reading, const struct case_id *case_id)
{
    struct contact_row contact;
    enum standing standing = STANDING_NONE;
    if (contact_get(reading->state, case_id, &contact)) {
        standing = contact_standing(reading->state, reading->principal, case_id, &contact);
    }
    switch (standing) {
    case STANDING_FILER:
    case STANDING_CONCERNED:
        return VERDICT_OK;
    case STANDING_UNCONCERNED:
        return reading_refuse(reading, PROBLEM_FORBIDDEN, "this case is not of your department");
    case STANDING_PARTY:
        return reading_refuse(reading, PROBLEM_FORBIDDEN,
                              "letters are for who filed and for who handles the case");
    default:
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such case");
    }
}

/* -- the letters of a case ------------------------------------------------------------------ */

struct listing {
    struct letters_told *told;
    int64_t counts[LETTER_RED_RECEIPT + 1];
};

static bool letter_list(void *context, const struct letter_row *row)
{
    struct listing *listing = context;
    const struct letter_issued *letter = &row->letter;
    struct letters_told *told = listing->told;
    told->items.items[told->items.count++] = (struct letter_listed){
        .kind = letter->kind,
        .n = ++listing->counts[letter->kind],
        .number = letter->number,
        .title = letter->title,
        .day = letter->day,
        .unit = letter->unit,
        .status = row->status,
        .stands = row->ended == 0,
        .size = row->size,
        .sha256 = row->sha256,
        .why = row->why,
    };
    return told->items.count < LISTED_MAX;
}

enum verdict query_letters(struct reading *reading, const void *question)
{
    const struct ask_letters *asked = question;
    struct letters_told *told = arena_take(reading->arena, sizeof *told);
    struct listing listing = {.told = told};
    enum verdict verdict = reader_check(reading, &asked->case_id);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    told->items.items = arena_take_array(reading->arena, LISTED_MAX, sizeof *told->items.items);
    letters_visit(reading->state, &asked->case_id, letter_list, &listing);
    return reading_answer(reading, &letters_told_message, told);
}

/* -- one of them ---------------------------------------------------------------------------- */

struct finding {
    const struct ask_letter *asked;
    int64_t count;
    bool found;
    struct letter_row row;
};

/* The one that was asked for, or the last. */
static bool letter_find(void *context, const struct letter_row *row)
{
    struct finding *finding = context;
    if (row->letter.kind != finding->asked->kind) {
        return true;
    }
    finding->count++;
    if (finding->asked->n == 0 || finding->asked->n == finding->count) {
        finding->found = true;
        finding->row = *row;
    }
    return finding->asked->n == 0 || !finding->found;
}

enum verdict query_letter(struct reading *reading, const void *question)
{
    struct finding finding = {.asked = question};
    struct letter_found *found = arena_take(reading->arena, sizeof *found);
    enum verdict verdict = reader_check(reading, &finding.asked->case_id);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    letters_visit(reading->state, &finding.asked->case_id, letter_find, &finding);
    if (!finding.found) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "the case has no such letter");
    }
    *found = (struct letter_found){
        .letter_id = finding.row.letter.letter_id,
        .number = finding.row.letter.number,
        .status = finding.row.status,
        .size = finding.row.size,
        .key = finding.row.key,
        .sha256 = finding.row.sha256,
    };
    return reading_answer(reading, &letter_found_message, found);
}

/* Who has the key was given it by the vault, which has noted that; it opens this one file. */
enum verdict query_letter_piece(struct reading *reading, const void *question)
{
    const struct ask_letter_piece *asked = question;
    const struct notification *notification = reading->state->memory;
    struct letter_piece *piece = arena_take(reading->arena, sizeof *piece);
    struct letter_row row;
    uint8_t key[SEAL_KEY_BYTES];
    if (!letter_get(reading->state, &asked->letter_id, &row) || row.status != LETTER_READY) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such letter");
    }
    enum verdict verdict = reader_check(reading, &row.case_id);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    piece->size = row.size;
    if (!hex_decode(personal_text(asked->key), key, sizeof key) ||
        blob_read(notification->letters, &row.sealed, key, (uint64_t)asked->chunk, reading->arena,
                  &piece->data) != ERR_OK) {
        return reading_refuse(reading, PROBLEM_DAMAGED, "the stored letter cannot be opened");
    }
    return reading_answer(reading, &letter_piece_message, piece);
}

/* -- whether it was issued here ------------------------------------------------------------- */

static bool letter_by_number(struct state *state, struct text number, struct letter_row *ret_row)
{
    struct key key = key_of_text(number);
    struct letter_id id;
    struct bytes value;
    if (!store_get(state->txn, TABLE_LETTER_NUMBERS, key_bytes(&key), &value) ||
        value.size != UUID_BYTES) {
        return false;
    }
    memcpy(id.uuid.bytes, value.data, UUID_BYTES);
    return letter_get(state, &id, ret_row);
}

static bool code_fits(struct text given, struct text code)
{
    uint64_t left = 0;
    uint64_t right = 0;
    return base32_decode(given, BASE32_DIGITS_MAX, &left) &&
           base32_decode(code, BASE32_DIGITS_MAX, &right) && left == right;
}

/* Anybody may ask who holds the letter: nothing personal is told, and a number alone opens nothing.
 */
enum verdict query_check_letter(struct reading *reading, const void *question)
{
    const struct check_letter *asked = question;
    const struct notification *notification = reading->state->memory;
    struct letter_checked *checked = arena_take(reading->arena, sizeof *checked);
    struct letter_row row;
    if (!letter_by_number(reading->state, asked->number, &row) ||
        !code_fits(asked->code, row.code)) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND,
                              "no letter with this number and code was issued here");
    }
    const struct hall_rules *rules =
        rules_of(notification->shelf, reading->state, row.letter.catalogue_version);
    *checked = (struct letter_checked){
        .kind = row.letter.kind,
        .number = row.letter.number,
        .title = row.letter.title,
        .day = row.letter.day,
        .unit = row.letter.unit,
        .stands = row.ended == 0,
    };
    if (row.ended != 0 && rules != NULL) {
        checked->ended_on = zone_date(calendar_zone(rules->calendar), row.ended);
    }
    return reading_answer(reading, &letter_checked_message, checked);
}
