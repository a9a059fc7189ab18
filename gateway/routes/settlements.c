/* Closing the books of a day, and money that goes out to the treasury. */
#include "routes/actions.h"
#include "routes/handlers.h"
#include "routes/pages.h"
#include "routes/visit.h"

enum { SETTLEMENTS_USUAL = 20, SETTLEMENTS_MAX = 100 };

/* -- GET /v1/fee/settlements, GET /v1/fee/settlements/{id} ---------------------------------- */

static const struct settlements_told *settlements_read(struct visit *visit)
{
    const struct settlements_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return NULL;
    }
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the settlements cannot be read");
    }
    return told;
}

static void settlements_here(struct visit *visit)
{
    const struct settlements_told *told = settlements_read(visit);
    char cursor[UUID_TEXT_BYTES + 1];
    if (told == NULL) {
        return;
    }
    if (told->more && told->items.count > 0) {
        uuid_format(&told->items.items[told->items.count - 1].id.uuid, cursor);
        visit_link_next(visit, text_of(cursor));
    }
    visit_answer(visit, 200, &settlements_told_message, told);
}

void get_settlements(struct visit *visit)
{
    struct ask_settlements question = {0};
    struct text cursor = exchange_query(visit->http, "cursor");
    if (!visit_limit(visit, SETTLEMENTS_USUAL, SETTLEMENTS_MAX, &question.limit)) {
        return;
    }
    if (cursor.data != NULL && !uuid_parse(cursor, &question.after.uuid)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "cursor is none that was told here");
        return;
    }
    visit_begin_asks(visit, settlements_here);
    visit_ask(visit, "fee", &ask_settlements_message, &question, &settlements_told_message);
}

static void settlement_here(struct visit *visit)
{
    const struct settlements_told *told = settlements_read(visit);
    if (told != NULL && told->items.count == 1) {
        visit_answer(visit, 200, &settlement_shown_message, &told->items.items[0]);
    } else if (told != NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the settlement cannot be read");
    }
}

void get_settlement(struct visit *visit)
{
    struct ask_settlements question = {.limit = 1};
    if (visit_id(visit, 0, &question.id.uuid)) {
        visit_begin_asks(visit, settlement_here);
        visit_ask(visit, "fee", &ask_settlements_message, &question, &settlements_told_message);
    }
}

/* -- GET /v1/fee/settlements/{id}/file ------------------------------------------------------ */

static void file_here(struct visit *visit)
{
    const struct settlement_file *file = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (file == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the file cannot be read");
        return;
    }
    exchange_add_header(visit->http, "Content-Disposition",
                        arena_print(&visit->http->arena, "attachment; filename=\"%.*s.xml\"",
                                    TEXT_PRINT(file->number))
                            .data);
    exchange_answer(visit->http, 200, "application/xml", file->xml);
}

void get_settlement_file(struct visit *visit)
{
    struct ask_settlement_file question;
    if (visit_id(visit, 0, &question.id.uuid)) {
        visit_begin_asks(visit, file_here);
        visit_ask(visit, "fee", &ask_settlement_file_message, &question, &settlement_file_message);
    }
}

/* -- POST /v1/fee/settlements, /v1/fee/settlements/{id}/answers ----------------------------- */

static void ordered_here(struct visit *visit)
{
    const struct ask *ask = &visit->asks[0];
    struct settlements_ordered_page *page = arena_take(&visit->http->arena, sizeof *page);
    if (visit_refused(visit)) {
        return;
    }
    const struct fee_settlement_ordered *first =
        ask_event(visit, ask, &fee_settlement_ordered_message, NULL);
    page->settlements = (int64_t)ask->reply.events.count;
    if (first != NULL) {
        page->first = first->settlement_id;
    }
    visit_tell_repeated(visit, ask);
    visit_answer(visit, 201, &settlements_ordered_page_message, page);
}

void post_settlements(struct visit *visit)
{
    const struct settle_ask *asked = visit_body(visit);
    if (asked == NULL) {
        return;
    }
    struct order_settlements *command = arena_take(&visit->http->arena, sizeof *command);
    command->note = asked->note;
    visit_begin_asks(visit, ordered_here);
    visit_command(visit, "fee", &order_settlements_message, command, NULL, 0, NULL);
}

static void answered_here(struct visit *visit)
{
    struct settlement_answered_page *page = visit->page;
    if (!visit_refused(visit)) {
        visit_tell_repeated(visit, &visit->asks[0]);
        visit_answer(visit, 200, &settlement_answered_page_message, page);
    }
}

void post_settlement_answer(struct visit *visit)
{
    struct answer_settlement *command = arena_take(&visit->http->arena, sizeof *command);
    const struct settlement_answer_ask *asked =
        visit_id(visit, 0, &command->settlement_id.uuid) ? visit_body(visit) : NULL;
    if (asked == NULL) {
        return;
    }
    struct settlement_answered_page *page = arena_take(&visit->http->arena, sizeof *page);
    command->end_to_end = asked->end_to_end;
    command->accepted = asked->accepted;
    command->answer = asked->answer;
    *page = (struct settlement_answered_page){.settlement = command->settlement_id,
                                              .end_to_end = asked->end_to_end,
                                              .accepted = asked->accepted};
    visit->page = page;
    visit_begin_asks(visit, answered_here);
    visit_command(visit, "fee", &answer_settlement_message, command, NULL, 0, NULL);
}

/* -- GET /v1/fee/reconciliation/{date}, POST /v1/fee/day-close ------------------------------ */

static const struct reconciliation_told *reconciliation_read(struct visit *visit)
{
    const struct reconciliation_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return NULL;
    }
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the day cannot be read");
    }
    return told;
}

static void reconciliation_here(struct visit *visit)
{
    const struct reconciliation_told *told = reconciliation_read(visit);
    if (told != NULL) {
        visit_answer(visit, 200, &reconciliation_told_message, told);
    }
}

void get_reconciliation(struct visit *visit)
{
    struct ask_reconciliation question = {0};
    if (!date_parse(visit->parameters[0], &question.date)) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "the books have days such as 2026-09-18");
        return;
    }
    visit_begin_asks(visit, reconciliation_here);
    visit_ask(visit, "fee", &ask_reconciliation_message, &question, &reconciliation_told_message);
}

static void closed_here(struct visit *visit)
{
    struct day_closed_page *page = visit->page;
    const struct case_moved *moved = NULL;
    struct event_envelope envelope;
    if (visit_refused(visit) || !first_move_read(visit, &visit->asks[0], &envelope, &moved)) {
        return;
    }
    page->matter = envelope.case_id;
    page->status = moved->step.to;
    visit_tell_repeated(visit, &visit->asks[0]);
    visit_answer(visit, 200, &day_closed_page_message, page);
}

/* The day is a matter: which one fee knows. */
static void day_here(struct visit *visit)
{
    const struct reconciliation_told *told = reconciliation_read(visit);
    struct case_act *act = arena_take(&visit->http->arena, sizeof *act);
    if (told == NULL) {
        return;
    }
    if (uuid_is_none(&told->matter.uuid)) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "nothing moved in the books of that day");
        return;
    }
    *act = (struct case_act){.case_id = told->matter, .action = TEXT_LITERAL("close")};
    visit_begin_asks(visit, closed_here);
    visit_command(visit, "fee", &case_act_message, act, NULL, 0, NULL);
}

void post_day_close(struct visit *visit)
{
    const struct day_close_ask *asked = visit_body(visit);
    if (asked == NULL) {
        return;
    }
    struct ask_reconciliation question = {.date = asked->date};
    struct day_closed_page *page = arena_take(&visit->http->arena, sizeof *page);
    page->date = asked->date;
    visit->page = page;
    visit_begin_asks(visit, day_here);
    visit_ask(visit, "fee", &ask_reconciliation_message, &question, &reconciliation_told_message);
}
