/* What a receipt will say: fee tells it piece by piece, in the bill, in the payment, in the
 * receipt.
 */
#include "notification.h"

bool paid_get(struct state *state, const struct bill_id *id, struct paid_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    return state_get(state, TABLE_BILLS, key_bytes(&key), &paid_row_message, ret_row);
}

static void paid_put(struct state *state, const struct bill_id *id, const struct paid_row *row)
{
    struct key key = key_of_uuid(&id->uuid);
    state_put(state, TABLE_BILLS, key_bytes(&key), &paid_row_message, row);
}

void apply_bill_issued(struct state *state, const struct event *event)
{
    const struct fee_bill_issued *issued = event->data;
    struct paid_row row = {
        .case_id = event->envelope->case_id, .number = issued->number, .lines = issued->lines};
    paid_put(state, &issued->bill_id, &row);
}

void apply_bill_lowered(struct state *state, const struct event *event)
{
    const struct fee_bill_lowered *lowered = event->data;
    struct paid_row row;
    if (paid_get(state, &lowered->bill_id, &row)) {
        row.lines = lowered->lines;
        paid_put(state, &lowered->bill_id, &row);
    }
}

void apply_payment_recorded(struct state *state, const struct event *event)
{
    const struct fee_payment_recorded *recorded = event->data;
    struct paid_row row;
    if (!paid_get(state, &recorded->bill_id, &row)) {
        return;
    }
    row.method = recorded->method;
    row.reference = recorded->reference;
    if (recorded->method == METHOD_CASH) {
        row.issuer = event->envelope->actor.badge;
    }
    paid_put(state, &recorded->bill_id, &row);
}

void apply_receipt_issued(struct state *state, const struct event *event)
{
    const struct fee_receipt_issued *receipt = event->data;
    struct paid_row row;
    if (paid_get(state, &receipt->bill_id, &row)) {
        row.receipt = receipt->number;
        row.received_fen = receipt->amount_fen;
        row.payer = receipt->payer;
        paid_put(state, &receipt->bill_id, &row);
    }
}

void receipts_follow(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct paid_row row;
    if (event->message == &fee_refund_paid_message && paid_get(state, &moved->bill, &row)) {
        row.refunded_fen += moved->fields.amount_fen;
        paid_put(state, &moved->bill, &row);
    }
}
