/* Money without a bill: a matter of the hall until its bill is found or it is sent back (4.4b). */
#include "memory.h"
#include "money.h"

#include "base/check.h"

#include <string.h>

struct case_id unmatched_open(struct decision *decision, const struct unmatched *unmatched)
{
    struct rules_shelf *shelf = fee_shelf(decision->state->memory);
    struct flow_beginning beginning = {
        .rules = money_rules(decision->state),
        .procedure = TEXT_LITERAL("unmatched_payment"),
        .signal = "unmatched_money",
        .fields = {.amount_fen = unmatched->amount_fen,
                   .payment = unmatched->payment_id,
                   .bill_number = unmatched->named},
    };
    struct case_id id = {0};
    rules_hall_subject(shelf, decision->state, decision->arena, &beginning.subject,
                       &beginning.public_key);
    (void)flow_open_on(&fee_flow, decision, &beginning, &id);
    return id;
}

/* -- what is known -------------------------------------------------------------------------- */

/* Fills what a matter of money without a bill is about; false for any other matter. */
static bool unmatched_load(struct state *state, const struct case_id *id,
                           struct unmatched *ret_unmatched)
{
    struct key key = key_of_uuid(&id->uuid);
    struct unmatched_row row;
    if (!state_get(state, TABLE_UNMATCHED, key_bytes(&key), &unmatched_row_message, &row)) {
        return false;
    }
    *ret_unmatched = (struct unmatched){.amount_fen = row.amount_fen, .payment_id = row.payment_id};
    return true;
}

void apply_payment_matched(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct bill_row bill;
    if (bill_load(state, &moved->bill, &bill)) {
        takings_add(state, moved->transfers.items[0].day, WAY_TRANSFER, &bill);
    }
}

void apply_payment_unmatched(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    struct unmatched_row row = {.payment_id = moved->fields.payment,
                                .amount_fen = moved->fields.amount_fen};
    state_put(state, TABLE_UNMATCHED, key_bytes(&key), &unmatched_row_message, &row);
}

/* -- matching and sending back -------------------------------------------------------------- */

/* What a match is made of. */
struct matching {
    struct unmatched unmatched;
    struct payment_row payment;
    struct bill_id bill_id;
    struct bill_row bill;
};

/* Reads what the money is and, for a match, the bill that was named. */
static enum verdict matching_read(const struct move *move, struct matching *matching)
{
    struct state *state = move->decision->state;
    if (!unmatched_load(state, &move->matter->id, &matching->unmatched) ||
        !payment_load(state, &matching->unmatched.payment_id, &matching->payment)) {
        return refuse(move->decision, PROBLEM_NOT_FOUND, "there is no such payment");
    }
    if (!move_emits(move, "payment_matched")) {
        return VERDICT_OK;
    }
    if (!bill_find(state, move->fields->bill_number, &matching->bill_id) ||
        !bill_load(state, &matching->bill_id, &matching->bill)) {
        return refuse_action_field(move->decision, TEXT_LITERAL("bill_number"),
                                   "is the number of no bill");
    }
    if (matching->bill.state != BILL_ISSUED) {
        return refuse_action_field(
            move->decision, TEXT_LITERAL("bill_number"),
            "is of a bill on which nothing is due: send the money back, or name "
            "another bill");
    }
    if (matching->bill.amount_fen > matching->unmatched.amount_fen) {
        return refuse_action_field(
            move->decision, TEXT_LITERAL("bill_number"),
            "is of a bill of more than this money: a bill is paid whole; send it "
            "back, or wait for a transfer of all of it");
    }
    return VERDICT_OK;
}

/* The bill's units get their money: out of suspense, and in transit no longer for nobody. */
static void match_draft(struct ledger_draft *draft, const struct matching *matching)
{
    struct text bank = matching->payment.bank;
    struct text suspense = account_suspense(draft->arena, bank);
    struct text nobodys = account_transit(draft->arena, bank, (struct text){0}, WAY_TRANSFER);
    for (size_t i = 0; i < matching->bill.lines.count; i++) {
        const struct bill_line *line = &matching->bill.lines.items[i];
        ledger_move(draft, TRANSFER_MATCH, suspense, account_receivable(draft->arena, line->payee),
                    line_due(line));
        ledger_move(draft, TRANSFER_ALLOT,
                    account_transit(draft->arena, bank, line->payee, WAY_TRANSFER), nobodys,
                    line_due(line));
    }
}

enum verdict unmatched_complete(struct move *move, struct case_moved *moved)
{
    bool matches = move_emits(move, "payment_matched");
    struct matching *matching = arena_take(move->decision->arena, sizeof *matching);
    struct ledger_draft draft;
    if (!matches && !move_emits(move, "payment_returned")) {
        return VERDICT_OK;
    }
    enum verdict verdict = matching_read(move, matching);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    struct text bank = matching->payment.bank;
    money_draft(&draft, move->decision);
    if (matches) {
        match_draft(&draft, matching);
        moved->bill = matching->bill_id;
        moved->fields.amount_fen = matching->bill.amount_fen;
    } else {
        ledger_move(&draft, TRANSFER_SEND_BACK, account_suspense(draft.arena, bank),
                    account_transit(draft.arena, bank, (struct text){0}, WAY_TRANSFER),
                    matching->unmatched.amount_fen);
        moved->fields.amount_fen = matching->unmatched.amount_fen;
    }
    CHECK(draft.result == LEDGER_OK);
    moved->fields.payment = matching->unmatched.payment_id;
    moved->transfers = draft.list;
    return VERDICT_OK;
}

/* The bill is paid and its case goes on; what is left is a matter of its own again. */
void unmatched_after(struct move *move, const struct case_moved *moved)
{
    struct decision *decision = move->decision;
    struct matching *matching = arena_take(decision->arena, sizeof *matching);
    if (!move_emits(move, "payment_matched") || matching_read(move, matching) != VERDICT_OK) {
        return;
    }
    struct unmatched rest = matching->unmatched;
    rest.amount_fen -= moved->fields.amount_fen;
    bill_settle(decision, &(struct settling){.bill_id = &matching->bill_id,
                                             .bill = &matching->bill,
                                             .payment_id = rest.payment_id});
    bills_go_on(decision, &matching->bill.case_id, &matching->bill_id, 1);
    if (rest.amount_fen > 0) {
        (void)unmatched_open(decision, &rest);
    }
}
