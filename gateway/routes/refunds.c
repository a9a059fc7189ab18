/* Bills taken back before they are paid. Refunds: asked for here; they are checked, approved and
 * paid like cases. */
#include "routes/actions.h"
#include "routes/hall_pages.h"
#include "routes/handlers.h"
#include "routes/visit.h"
#include "routes/witnesses.h"

void post_refund(struct visit *visit)
{
    struct request_refund *command = arena_take(&visit->http->arena, sizeof *command);
    if (!visit_id(visit, 0, &command->payment_id.uuid)) {
        return;
    }
    const struct refund_ask *asked = visit_body(visit);
    if (asked == NULL) {
        return;
    }
    command->bill_id = asked->bill;
    command->unit = asked->unit;
    command->amount_fen = asked->amount_fen;
    command->reasons = asked->reasons;
    visit_begin_asks(visit, matter_opened_here);
    visit_command(visit, "fee", &request_refund_message, command, NULL, 0, NULL);
}

static void voided_here(struct visit *visit)
{
    const struct ask *ask = &visit->asks[0];
    struct voided_page *page = arena_take(&visit->http->arena, sizeof *page);
    if (visit_refused(visit)) {
        return;
    }
    const struct fee_bill_voided *voided = ask_event(visit, ask, &fee_bill_voided_message, NULL);
    const struct fee_bill_issued *issued = ask_event(visit, ask, &fee_bill_issued_message, NULL);
    if (voided != NULL) {
        page->bill = voided->bill_id;
        page->reissued = voided->reissued;
    }
    if (issued != NULL) {
        page->number = issued->number;
    }
    visit_tell_repeated(visit, ask);
    visit_answer(visit, 200, &voided_page_message, page);
}

void post_void(struct visit *visit)
{
    struct void_bill *command = arena_take(&visit->http->arena, sizeof *command);
    struct principal_list *witnesses = arena_take(&visit->http->arena, sizeof *witnesses);
    if (!visit_id(visit, 0, &command->bill_id.uuid)) {
        return;
    }
    const struct void_ask *asked = visit_body(visit);
    if (asked == NULL) {
        return;
    }
    command->officer = asked->officer;
    command->reasons = asked->reasons;
    command->reissue = asked->reissue;
    command->payer = asked->payer;
    command->form = asked->form;
    *witnesses = witnesses_named(visit, asked->officer, (struct text){0});
    visit_begin_asks(visit, voided_here);
    visit_command(visit, "fee", &void_bill_message, command, NULL, visit->if_match.fee, witnesses);
}
