/* The books: accounts, entries, the daily proof. */
#include "routes/handlers.h"
#include "routes/pages.h"
#include "routes/visit.h"

#include <inttypes.h>
#include <stdio.h>

enum { ENTRIES_USUAL = 100, ENTRIES_MAX = 500, ACCOUNT_MAX = 80, CODES_MAX = 4 };

/* -- GET /v1/fee/accounts ------------------------------------------------------------------- */

static void ledger_here(struct visit *visit)
{
    const struct ledger_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the ledger cannot be read");
        return;
    }
    if (told->more && told->items.count > 0) {
        visit_link_next(visit, told->items.items[told->items.count - 1].account);
    }
    visit_answer(visit, 200, &ledger_told_message, told);
}

void get_ledger(struct visit *visit)
{
    struct ask_ledger question = {.after = exchange_query(visit->http, "cursor")};
    struct text at = exchange_query(visit->http, "at");
    if (question.after.size > ACCOUNT_MAX) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "cursor is none that was told here");
        return;
    }
    if (at.data != NULL && !time_parse(at, &question.at)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED,
                        "at must be a time such as 2026-09-18T17:30:00+08:00");
        return;
    }
    visit_begin_asks(visit, ledger_here);
    visit_ask(visit, "fee", &ask_ledger_message, &question, &ledger_told_message);
}

/* -- GET /v1/fee/entries -------------------------------------------------------------------- */

static void entries_here(struct visit *visit)
{
    const struct entries_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the entries cannot be read");
        return;
    }
    if (!text_is_empty(told->next)) {
        visit_link_next(visit, told->next);
    }
    visit_answer(visit, 200, &entries_told_message, told);
}

/* Reads the place that an earlier page told: time, event, place in it and account. */
static bool cursor_read(struct text cursor, struct ask_entries *question)
{
    char text[48 + ACCOUNT_MAX];
    int account_at = 0;
    if (cursor.size >= sizeof text) {
        return false;
    }
    (void)snprintf(text, sizeof text, "%.*s", TEXT_PRINT(cursor));
    bool is_read = sscanf(text, "%" SCNd64 ".%" SCNd64 ".%" SCNd64 ".%n", &question->after_time,
                          &question->after_seq, &question->after_place, &account_at) == 3 &&
                   account_at > 0;
    question->after_account = text_after(cursor, (size_t)account_at);
    return is_read && question->after_time > 0 && question->after_seq > 0 &&
           question->after_place >= 0 && question->after_place <= UINT8_MAX &&
           question->after_account.size > 0 && question->after_account.size <= ACCOUNT_MAX;
}

/* `code=payment,match`: why money moved; false when one of them is none, and that was answered. */
static bool codes_read(struct visit *visit, struct ask_entries *question)
{
    struct text rest = exchange_query(visit->http, "code");
    struct text_list *codes = &question->codes;
    codes->items = arena_take_array(&visit->http->arena, CODES_MAX, sizeof *codes->items);
    while (!text_is_empty(rest)) {
        struct text code = text_split(rest, ',', &rest);
        if (codes->count == CODES_MAX || wire_enum_value(&transfer_code_enum, code) == 0) {
            exchange_refuse(visit->http, PROBLEM_MALFORMED,
                            "code must be at most %d reasons such as payment,match", CODES_MAX);
            return false;
        }
        codes->items[codes->count++] = code;
    }
    return true;
}

/* Which entries are wanted; false when that cannot be read, and was answered. */
static bool filters_read(struct visit *visit, struct ask_entries *question)
{
    struct text until = exchange_query(visit->http, "until");
    if (until.data != NULL && !date_parse(until, &question->until)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "until must be a day such as 2026-09-18");
        return false;
    }
    question->moved = text_equal_string(exchange_query(visit->http, "moved"), "true");
    return codes_read(visit, question);
}

void get_entries(struct visit *visit)
{
    struct ask_entries question = {.account = exchange_query(visit->http, "account")};
    struct text cursor = exchange_query(visit->http, "cursor");
    if (!visit_limit(visit, ENTRIES_USUAL, ENTRIES_MAX, &question.limit) ||
        !filters_read(visit, &question)) {
        return;
    }
    if (text_is_empty(question.account) || question.account.size > ACCOUNT_MAX) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED,
                        "account must be given, as GET /v1/fee/accounts names it");
        return;
    }
    if (cursor.data != NULL && !cursor_read(cursor, &question)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "cursor is none that was told here");
        return;
    }
    visit_begin_asks(visit, entries_here);
    visit_ask(visit, "fee", &ask_entries_message, &question, &entries_told_message);
}

/* -- GET /v1/fee/proof/{date} --------------------------------------------------------------- */

static void proof_here(struct visit *visit)
{
    const struct proof_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the proof cannot be read");
        return;
    }
    visit_answer(visit, 200, &proof_told_message, told);
}

void get_proof(struct visit *visit)
{
    struct ask_proof question = {0};
    if (!date_parse(visit->parameters[0], &question.date)) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "the books have days such as 2026-09-18");
        return;
    }
    visit_begin_asks(visit, proof_here);
    visit_ask(visit, "fee", &ask_proof_message, &question, &proof_told_message);
}

/* -- GET /v1/fee/proof/{date}.pdf ----------------------------------------------------------- */

static void paper_here(struct visit *visit)
{
    const struct proof_paper *paper = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (paper == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the proof cannot be read");
        return;
    }
    exchange_add_header(visit->http, "Content-Disposition",
                        arena_print(&visit->http->arena, "inline; filename=\"proof-%.*s.pdf\"",
                                    TEXT_PRINT(visit->parameters[0]))
                            .data);
    exchange_answer(visit->http, 200, "application/pdf", paper->pdf);
}

void get_proof_paper(struct visit *visit)
{
    struct ask_proof_paper question = {0};
    if (!date_parse(visit->parameters[0], &question.date)) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "the books have days such as 2026-09-18");
        return;
    }
    visit_begin_asks(visit, paper_here);
    visit_ask(visit, "fee", &ask_proof_paper_message, &question, &proof_paper_message);
}
