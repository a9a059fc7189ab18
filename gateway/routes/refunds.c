/* Refunds: asked for here; they are checked, approved and paid like cases. */
#include "routes/actions.h"
#include "routes/hall_pages.h"
#include "routes/handlers.h"
#include "routes/visit.h"

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
