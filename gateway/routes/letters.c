/* Letters: those of a case, one of them as PDF, and the check of one that somebody holds.
 *
 * Notification keeps a letter sealed and knows not what opens it; the vault opens the key for who
 * may read the letter, and notes the reading of an officer; with the key notification tells the
 * file, piece by piece. */
#include "routes/guesses.h"
#include "routes/handlers.h"
#include "routes/pages.h"
#include "routes/people.h"
#include "routes/pieces.h"

#include <inttypes.h>

enum { NUMBER_BYTES_MAX = 40, PER_KIND_MAX = 1000 };

/* -- GET /v1/cases/{id}/letters ------------------------------------------------------------- */

struct letters_visit {
    struct case_id id;
    struct letters_told *told;
};

static void letters_opened(struct visit *visit)
{
    const struct letters_visit *page = visit->page;
    people_answer(visit, 200, &letters_told_message, page->told);
}

static void letters_here(struct visit *visit)
{
    struct letters_visit *page = visit->page;
    if (visit_refused(visit)) {
        return;
    }
    page->told = visit->asks[0].answer;
    if (page->told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the letters cannot be read");
        return;
    }
    struct people_part part = {&letters_told_message, page->told};
    people_open(visit, &page->id, "to list the letters", &part, 1, letters_opened);
}

void get_letters(struct visit *visit)
{
    struct letters_visit *page = arena_take(&visit->http->arena, sizeof *page);
    if (!visit_id(visit, 0, &page->id.uuid)) {
        return;
    }
    struct ask_letters question = {.case_id = page->id};
    visit->page = page;
    visit_begin_asks(visit, letters_here);
    visit_ask(visit, "notification", &ask_letters_message, &question, &letters_told_message);
}

/* -- GET /v1/cases/{id}/letters/{kind}.pdf -------------------------------------------------- */

struct letter_visit {
    struct case_id id;
    enum letter_kind kind;
    struct letter_found *found;
};

static void piece_ask(struct visit *visit, void *file, int64_t index)
{
    const struct letter_visit *page = file;
    struct ask_letter_piece question = {
        .letter_id = page->found->letter_id, .key = page->found->key, .chunk = index};
    visit_ask(visit, "notification", &ask_letter_piece_message, &question, &letter_piece_message);
}

static struct piece piece_read(struct visit *visit, void *file, const void *answer)
{
    const struct letter_piece *piece = answer;
    (void)visit;
    (void)file;
    return (struct piece){.size = piece->size, .data = piece->data};
}

static void letter_tell(struct visit *visit, void *file, struct bytes whole)
{
    const struct letter_visit *page = file;
    struct arena *arena = &visit->http->arena;
    struct text name =
        arena_print(arena, "inline; filename=\"%.*s.pdf\"", TEXT_PRINT(page->found->number));
    exchange_add_header(visit->http, "Content-Disposition", name.data);
    exchange_answer(visit->http, 200, "application/pdf", whole);
}

/* Plainly that there is none yet, and when to come again. */
static void unmade_refuse(struct visit *visit, const char *retry_after_s)
{
    exchange_add_header(visit->http, "Retry-After", retry_after_s);
    exchange_refuse(visit->http, PROBLEM_CONFLICT, "the letter is not made yet; try again");
}

static void wanted_again(struct visit *visit)
{
    if (!visit_refused(visit)) {
        unmade_refuse(visit, "1");
    }
}

/* A letter that was given up, or whose file is lost, is made again: it will be the same. */
static void make_again(struct visit *visit, const struct letter_visit *page)
{
    struct make_letter_again command = {.letter_id = page->found->letter_id};
    visit_begin_asks(visit, wanted_again);
    visit_ask(visit, "notification", &make_letter_again_message, &command, NULL);
}

static void piece_refuse(struct visit *visit, void *file, const struct ask *ask)
{
    if (ask->problem == PROBLEM_DAMAGED) {
        make_again(visit, file);
    } else {
        visit_refuse_ask(visit, ask);
    }
}

static const struct piece_source letters = {
    .ask = piece_ask, .read = piece_read, .tell = letter_tell, .refuse = piece_refuse};

/* The vault has opened the key, or has not: because it is away, or because there is nothing left
 * that opens it. */
static void key_here(struct visit *visit)
{
    struct letter_visit *page = visit->page;
    const struct letter_found *found = page->found;
    struct text sha256 = personal_text(found->sha256);
    if (found->key.sealed && visit->asks[0].problem != PROBLEM_NONE) {
        visit_refuse_ask(visit, &visit->asks[0]);
        return;
    }
    if (found->key.sealed) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND,
                        "the letter cannot be opened any more: the person it is to was erased");
        return;
    }
    struct text tag = arena_print(&visit->http->arena, "\"%.*s\"", TEXT_PRINT(sha256));
    exchange_add_header(visit->http, "ETag", tag.data);
    if (text_equal(exchange_header(visit->http, "If-None-Match"), tag)) {
        exchange_answer_empty(visit->http, 304);
        return;
    }
    pieces_fetch(visit, &letters, page);
}

static void letter_here(struct visit *visit)
{
    struct letter_visit *page = visit->page;
    if (visit_refused(visit)) {
        return;
    }
    page->found = visit->asks[0].answer;
    if (page->found == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the letter cannot be read");
        return;
    }
    if (page->found->status == LETTER_FAILED) {
        make_again(visit, page);
        return;
    }
    if (page->found->status != LETTER_READY) {
        unmade_refuse(visit, page->found->status == LETTER_QUEUED ? "1" : "60");
        return;
    }
    struct people_part part = {&letter_found_message, page->found};
    people_open(visit, &page->id, "to read a letter", &part, 1, key_here);
}

/* `?n=`: which of its kind; false when it is none, and that was answered. */
static bool n_read(struct visit *visit, int64_t *ret_n)
{
    struct text given = exchange_query(visit->http, "n");
    *ret_n = given.data == NULL ? 0 : number_read(given);
    if (given.data != NULL && (*ret_n < 1 || *ret_n > PER_KIND_MAX)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "n must be a number from 1 to %d",
                        PER_KIND_MAX);
        return false;
    }
    return true;
}

void get_letter(struct visit *visit)
{
    struct letter_visit *page = arena_take(&visit->http->arena, sizeof *page);
    struct ask_letter question = {0};
    if (!visit_id(visit, 0, &page->id.uuid) || !n_read(visit, &question.n)) {
        return;
    }
    page->kind = (enum letter_kind)wire_enum_value(&letter_kind_enum, visit->parameters[1]);
    if (page->kind == letter_kind_absent) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "there is no such kind of letter");
        return;
    }
    question.case_id = page->id;
    question.kind = page->kind;
    visit->page = page;
    visit_begin_asks(visit, letter_here);
    visit_ask(visit, "notification", &ask_letter_message, &question, &letter_found_message);
}

/* -- GET /v1/letters/{number} --------------------------------------------------------------- */

static void check_refuse(struct visit *visit)
{
    guess_wrong(visit, PROBLEM_NOT_FOUND, "no letter with this number and code was issued here");
}

static void checked_here(struct visit *visit)
{
    const struct ask *ask = &visit->asks[0];
    if (ask->problem == PROBLEM_NOT_FOUND) {
        check_refuse(visit);
        return;
    }
    if (visit_refused(visit)) {
        return;
    }
    if (ask->answer == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the letter cannot be read");
        return;
    }
    visit_answer(visit, 200, &letter_checked_message, ask->answer);
}

void get_letter_check(struct visit *visit)
{
    struct check_letter question = {
        .number = visit->parameters[0],
        .code = exchange_query(visit->http, "c"),
    };
    if (text_is_empty(question.code)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED,
                        "say the check code that stands on the letter: ?c=CODE");
        return;
    }
    if (!guess_allowed(visit)) {
        return;
    }
    if (question.number.size > NUMBER_BYTES_MAX || question.code.size > NUMBER_BYTES_MAX) {
        check_refuse(visit);
        return;
    }
    visit_begin_asks(visit, checked_here);
    visit_ask(visit, "notification", &check_letter_message, &question, &letter_checked_message);
}
