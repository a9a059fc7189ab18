/* Refunds on their way (4.4c): approved they are owed, paid they leave the way the money came. */
#include "money.h"

#include "base/check.h"

/* -- approving ------------------------------------------------------------------------------ */

static enum verdict approval_complete(struct move *move, const struct refund_row *row,
                                      struct case_moved *moved)
{
    struct decision *decision = move->decision;
    int64_t amount_fen = move->fields->amount_fen == 0 ? row->amount_fen : move->fields->amount_fen;
    struct ledger_draft draft;
    if (amount_fen > row->amount_fen) {
        return refuse_action_field(decision, TEXT_LITERAL("amount_fen"),
                                   "is more than was asked for");
    }
    money_draft(&draft, decision);
    ledger_move(&draft, TRANSFER_OWE, account_income_due(draft.arena, row->unit),
                account_refund_due(draft.arena, row->unit), amount_fen);
    CHECK(draft.result == LEDGER_OK); /* never more than was paid, and that was charged */
    moved->fields.amount_fen = amount_fen;
    moved->transfers = draft.list;
    return VERDICT_OK;
}

/* -- paying --------------------------------------------------------------------------------- */

/* The payment that is paid back, and its bill. */
static bool payment_of(struct state *state, const struct refund_row *row, struct bill_row *ret_bill,
                       struct payment_row *ret_payment)
{
    return bill_load(state, &row->bill_id, ret_bill) &&
           payment_load(state, &ret_bill->payment, ret_payment);
}

static int64_t net_of(struct state *state, struct text account)
{
    struct ledger_balance balance = ledger_balance_of(&fee_ledger, state, account);
    return ledger_net(&balance) - balance.credits_held_fen;
}

/* Where Finance has what came by a payment, for a unit. */
static struct text transit_of(struct decision *decision, const struct refund_row *row,
                              const struct payment_row *payment)
{
    const struct catalogue *catalogue = money_rules(decision->state)->catalogue;
    bool is_cash = payment->method == METHOD_CASH;
    return account_transit(decision->arena,
                           is_cash ? catalogue->head.transit_account.cash_to->code : payment->bank,
                           row->unit, way_of(payment->method));
}

static struct text settled_of(struct decision *decision, const struct refund_row *row)
{
    return account_settled(decision->arena, money_rules(decision->state)->catalogue, row->unit);
}

static struct text enough(bool is_enough)
{
    return is_enough ? TEXT_LITERAL("enough") : TEXT_LITERAL("too_little");
}

struct text refund_at_counter(struct move *move)
{
    struct decision *decision = move->decision;
    struct text cashier = decision->principal->login;
    struct refund_row row;
    struct bill_row bill;
    struct payment_row payment;
    if (!refund_load(decision->state, &move->matter->id, &row) ||
        !payment_of(decision->state, &row, &bill, &payment)) {
        return (struct text){0};
    }
    struct text drawer = account_drawer(decision->arena, cashier, row.unit);
    return enough(payment.method == METHOD_CASH && drawer_is_open(decision->state, cashier) &&
                  net_of(decision->state, drawer) >= row.amount_fen);
}

struct text refund_at_bank(struct move *move)
{
    struct decision *decision = move->decision;
    struct refund_row row;
    struct bill_row bill;
    struct payment_row payment;
    if (!refund_load(decision->state, &move->matter->id, &row) ||
        !payment_of(decision->state, &row, &bill, &payment)) {
        return (struct text){0};
    }
    int64_t there_fen = net_of(decision->state, transit_of(decision, &row, &payment)) +
                        net_of(decision->state, settled_of(decision, &row));
    return enough(there_fen >= row.amount_fen);
}

/* Over the counter: out of the drawer of the cashier who pays. */
static void counter_pay(struct decision *decision, const struct refund_row *row,
                        struct ledger_draft *draft)
{
    ledger_move(draft, TRANSFER_REFUND, account_refund_due(draft->arena, row->unit),
                account_drawer(draft->arena, decision->principal->login, row->unit),
                row->amount_fen);
}

/* By a transfer out of Finance's account; what was settled comes back into it first, as far as it
 * is needed. */
static void transfer_pay(struct decision *decision, const struct refund_row *row,
                         const struct payment_row *payment, struct ledger_draft *draft)
{
    struct text transit = transit_of(decision, row, payment);
    int64_t held_fen = net_of(decision->state, transit);
    int64_t lacks_fen = held_fen < row->amount_fen ? row->amount_fen - held_fen : 0;
    ledger_move(draft, TRANSFER_RETURN, transit, settled_of(decision, row), lacks_fen);
    ledger_move(draft, TRANSFER_REFUND, account_refund_due(draft->arena, row->unit), transit,
                row->amount_fen);
}

static enum verdict payment_complete(struct move *move, const struct refund_row *row,
                                     struct case_moved *moved)
{
    struct decision *decision = move->decision;
    bool at_counter = text_span_contains(&move->transition->by, TEXT_LITERAL("cashier"));
    struct bill_row bill;
    struct payment_row payment;
    struct ledger_draft draft;
    CHECK(payment_of(decision->state, row, &bill, &payment));
    money_draft(&draft, decision);
    if (at_counter) {
        counter_pay(decision, row, &draft);
    } else {
        transfer_pay(decision, row, &payment, &draft);
    }
    CHECK(draft.result == LEDGER_OK); /* the procedure asks whether it is there */
    moved->number = number_make(decision, "red_receipt", "FSR", 0);
    moved->fields.amount_fen = row->amount_fen;
    moved->fields.unit = row->unit;
    moved->fields.payment = bill.payment;
    moved->transfers = draft.list;
    return VERDICT_OK;
}

/* -- hooks ---------------------------------------------------------------------------------- */

enum verdict refund_complete(struct move *move, struct case_moved *moved)
{
    struct refund_row row;
    if (move_emits(move, "refund_opened")) {
        CHECK(bill_find(move->decision->state, move->fields->bill_number, &moved->bill));
        return VERDICT_OK;
    }
    if (!refund_load(move->decision->state, &move->matter->id, &row)) {
        return VERDICT_OK;
    }
    moved->bill = row.bill_id;
    if (move_emits(move, "refund_approved")) {
        return approval_complete(move, &row, moved);
    }
    return move_emits(move, "refund_paid") ? payment_complete(move, &row, moved) : VERDICT_OK;
}

void refund_after(struct move *move, const struct case_moved *moved)
{
    struct bill_row bill;
    if (!move_emits(move, "refund_paid") ||
        !bill_load(move->decision->state, &moved->bill, &bill)) {
        return;
    }
    struct fee_refund_receipt_issued receipt = {
        .number = moved->number,
        .refund = move->matter->id,
        .bill_id = moved->bill,
        .payment_id = bill.payment,
        .amount_fen = moved->fields.amount_fen,
        .subject = bill.subject,
        .payer = bill.payer,
    };
    emit(move->decision, &bill.case_id, &fee_refund_receipt_issued_message, &receipt);
}
