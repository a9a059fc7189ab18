/* Bills, payments, refunds. */
#include "routes/handlers.h"

#include "events/moves.h"
#include "routes/online.h"
#include "routes/pages.h"
#include "routes/people.h"

#include <inttypes.h>

enum { REFUNDS_USUAL = 50, REFUNDS_MAX = 200 };

/* -- GET /v1/bills/{id} --------------------------------------------------------------------- */

static void bill_opened(struct visit *visit)
{
    people_answer(visit, 200, &bill_shown_message, visit->page);
}

static void bill_here(struct visit *visit)
{
    struct bill_shown *bill = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (bill == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the bill cannot be read");
        return;
    }
    struct case_versions versions = {.fee = bill->version};
    struct people_part part = {&bill_shown_message, bill};
    visit_tag(visit, &versions);
    visit->page = bill;
    people_open(visit, &bill->case_id, "to look at the bill", &part, 1, bill_opened);
}

void get_bill(struct visit *visit)
{
    struct ask_bill question;
    if (visit_id(visit, 0, &question.bill_id.uuid)) {
        visit_begin_asks(visit, bill_here);
        visit_ask(visit, "fee", &ask_bill_message, &question, &bill_shown_message);
    }
}

/* -- POST /v1/bills/{id}/payments ----------------------------------------------------------- */

static void paid_here(struct visit *visit)
{
    const struct ask *ask = &visit->asks[0];
    const struct record_payment *payment = visit->page;
    struct payment_page *page = arena_take(&visit->http->arena, sizeof *page);
    struct event_envelope envelope = {0};
    if (visit_refused(visit)) {
        return;
    }
    const struct fee_payment_recorded *recorded =
        ask_event(visit, ask, &fee_payment_recorded_message, NULL);
    const struct fee_receipt_issued *receipt =
        ask_event(visit, ask, &fee_receipt_issued_message, NULL);
    const struct case_moved *unmatched =
        ask_event(visit, ask, &fee_payment_unmatched_message, &envelope);
    page->bill = payment->bills.count == 1 ? payment->bills.items[0].bill_id : (struct bill_id){0};
    page->amount_fen = payment->amount_fen;
    if (recorded != NULL) {
        page->payment = recorded->payment_id;
    }
    if (receipt != NULL) {
        page->receipt = receipt->number;
    }
    if (unmatched != NULL) {
        page->unmatched_fen = unmatched->fields.amount_fen;
        page->unmatched = envelope.case_id;
    }
    visit_tell_repeated(visit, ask);
    visit_answer(visit, 201, &payment_page_message, page);
}

/* Whoever took the money says how much it was; on line the bill does. */
static bool amount_check(struct visit *visit, const struct pay_ask *asked)
{
    struct wire_path at = {.name = TEXT_LITERAL("amount_fen")};
    struct wire_errors errors;
    if (asked->amount_fen != 0) {
        return true;
    }
    wire_errors_init(&errors, &visit->http->arena);
    wire_errors_add(&errors, &at, "must be given");
    exchange_refuse_fields(visit->http, &errors);
    return false;
}

/* Gives a payment to fee: `asked` is what the body said, `bills` what it is for. */
static void payment_give(struct visit *visit, const struct pay_ask *asked,
                         struct bill_named_list bills)
{
    struct record_payment *payment = arena_take(&visit->http->arena, sizeof *payment);
    *payment = (struct record_payment){
        .bills = bills,
        .method = asked->method,
        .amount_fen = asked->amount_fen,
        .reference = asked->reference,
        .bank = asked->bank,
        .collection_point = asked->collection_point,
    };
    visit->page = payment;
    visit_begin_asks(visit, paid_here);
    visit_command(visit, "fee", &record_payment_message, payment, NULL, visit->if_match.fee, NULL);
}

void post_payment(struct visit *visit)
{
    struct bill_named *bill = arena_take(&visit->http->arena, sizeof *bill);
    const struct pay_ask *asked =
        visit_id(visit, 0, &bill->bill_id.uuid) ? visit_body(visit) : NULL;
    if (asked == NULL) {
        return;
    }
    if (asked->method == METHOD_ONLINE) {
        online_open(visit, &bill->bill_id, asked->provider);
    } else if (amount_check(visit, asked)) {
        payment_give(visit, asked, (struct bill_named_list){.items = bill, .count = 1});
    }
}

/* -- POST /v1/payments ---------------------------------------------------------------------- */

void post_payments(struct visit *visit)
{
    const struct pay_several_ask *asked = visit_body(visit);
    if (asked == NULL) {
        return;
    }
    struct pay_ask payment = {.method = asked->method,
                              .amount_fen = asked->amount_fen,
                              .reference = asked->reference,
                              .bank = asked->bank,
                              .collection_point = asked->collection_point};
    payment_give(visit, &payment, asked->bills);
}

/* -- GET /v1/fee/refunds -------------------------------------------------------------------- */

static void refunds_here(struct visit *visit)
{
    const struct refunds_told *told = visit->asks[0].answer;
    char cursor[UUID_TEXT_BYTES + 1];
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the refunds cannot be read");
        return;
    }
    if (told->more && told->items.count > 0) {
        uuid_format(&told->items.items[told->items.count - 1].id.uuid, cursor);
        visit_link_next(visit, text_of(cursor));
    }
    visit_answer(visit, 200, &refunds_told_message, told);
}

void get_refunds(struct visit *visit)
{
    struct ask_refunds question = {0};
    struct text cursor = exchange_query(visit->http, "cursor");
    if (!visit_limit(visit, REFUNDS_USUAL, REFUNDS_MAX, &question.limit)) {
        return;
    }
    if (cursor.data != NULL && !uuid_parse(cursor, &question.after.uuid)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "cursor is none that was told here");
        return;
    }
    visit_begin_asks(visit, refunds_here);
    visit_ask(visit, "fee", &ask_refunds_message, &question, &refunds_told_message);
}
