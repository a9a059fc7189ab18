/* Payments: one way in for money, from wherever it is told (S03, S35, S37). Money that is here is
 * booked: to the bills it is for, or to suspense. What is told again books nothing. */
#include "money.h"

#include "base/check.h"

#include <string.h>

/* A payment on its way to its events. */
struct receiving {
    struct decision *decision;
    const struct money_in *in;
    const struct hall_rules *rules;
    struct text bank; /* absent: cash */
    struct payment_id payment_id;
    struct bill_row bills[PAYMENT_BILLS_MAX];
    bool all_payable; /* there are bills and each waits to be paid */
    int64_t due_fen;  /* on all of them */
};

/* -- what is known -------------------------------------------------------------------------- */

bool payment_of_reference(struct state *state, struct text bank, struct text reference,
                          struct payment_id *ret_payment_id)
{
    struct bank_item_row item;
    if (!bank_item_find(state, bank, reference, &item) || uuid_is_none(&item.payment_id.uuid)) {
        return false; /* nothing stands there, or what the hall itself brought or ordered */
    }
    *ret_payment_id = item.payment_id;
    return true;
}

bool payment_load(struct state *state, const struct payment_id *payment_id,
                  struct payment_row *ret_row)
{
    struct key key = key_of_uuid(&payment_id->uuid);
    return state_get(state, TABLE_PAYMENTS, key_bytes(&key), &payment_row_message, ret_row);
}

static bool is_part(const struct payment_row *row, const struct bill_id *bill_id)
{
    for (size_t i = 0; i < row->parts.count; i++) {
        if (uuid_equal(&row->parts.items[i].bill_id.uuid, &bill_id->uuid)) {
            return true;
        }
    }
    return false;
}

/* What was told under this reference before: the same, or something else. */
static enum verdict repeat_check(const struct receiving *receiving,
                                 const struct payment_id *payment_id)
{
    const struct money_in *in = receiving->in;
    struct payment_row row;
    bool is_same = payment_load(receiving->decision->state, payment_id, &row) &&
                   row.amount_fen == in->amount_fen && row.method == in->method;
    /* Bills that were not payable have no part in it. */
    for (size_t i = 0; is_same && i < in->bill_count; i++) {
        bool no_bills = uuid_is_none(&row.parts.items[0].bill_id.uuid);
        is_same = no_bills || is_part(&row, &in->bills[i]);
    }
    if (!is_same) {
        return refuse(receiving->decision, PROBLEM_CONFLICT,
                      "this reference was booked for something else; look at the bank's notice");
    }
    return VERDICT_OK;
}

/* Reads the bills it is for. Bills that do not exist are refused: nothing can be said of them. */
static enum verdict bills_read(struct receiving *receiving)
{
    struct decision *decision = receiving->decision;
    const struct money_in *in = receiving->in;
    receiving->all_payable = in->bill_count > 0;
    for (size_t i = 0; i < in->bill_count; i++) {
        struct bill_row *bill = &receiving->bills[i];
        if (!bill_load(decision->state, &in->bills[i], bill)) {
            return refuse(decision, PROBLEM_NOT_FOUND, "there is no such bill");
        }
        receiving->all_payable &= bill->state == BILL_ISSUED;
        receiving->due_fen += bill->amount_fen;
    }
    return VERDICT_OK;
}

/* -- events --------------------------------------------------------------------------------- */

/* The money goes into the cashier's drawer or stands in transit; the units' receivables are met. */
static struct transfer_list transfers_of(const struct receiving *receiving,
                                         const struct bill_row *bill)
{
    const struct money_in *in = receiving->in;
    struct ledger_draft draft;
    money_draft(&draft, receiving->decision);
    for (size_t i = 0; i < bill->lines.count; i++) {
        const struct bill_line *line = &bill->lines.items[i];
        struct text into =
            in->method == METHOD_CASH
                ? account_drawer(draft.arena, in->cashier, line->payee)
                : account_transit(draft.arena, receiving->bank, line->payee, WAY_TRANSFER);
        ledger_move(&draft, TRANSFER_PAYMENT, into, account_receivable(draft.arena, line->payee),
                    line_due(line));
    }
    CHECK(draft.result == LEDGER_OK);
    return draft.list;
}

static struct fee_payment_recorded recorded_of(const struct receiving *receiving,
                                               int64_t amount_fen)
{
    return (struct fee_payment_recorded){
        .payment_id = receiving->payment_id,
        .method = receiving->in->method,
        .amount_fen = amount_fen,
        .bank = receiving->bank,
        .reference = receiving->in->reference,
        .cashier = receiving->in->cashier,
        .collection_point = receiving->in->point,
    };
}

void bill_settle(struct decision *decision, const struct settling *settling)
{
    struct fee_receipt_issued receipt = {
        .number = number_make(decision, "receipt", "FS", settling->receipts_before),
        .bill_id = *settling->bill_id,
        .payment_id = settling->payment_id,
        .amount_fen = settling->bill->amount_fen,
        .subject = settling->bill->subject,
        .payer = settling->bill->payer,
    };
    struct fee_bill_paid paid = {.bill_id = *settling->bill_id, .payment_id = settling->payment_id};
    emit(decision, &settling->bill->case_id, &fee_receipt_issued_message, &receipt);
    emit(decision, &settling->bill->case_id, &fee_bill_paid_message, &paid);
}

/* Lets the case of each bill go on, once. */
static void cases_go_on(const struct receiving *receiving)
{
    const struct money_in *in = receiving->in;
    for (size_t i = 0; i < in->bill_count; i++) {
        const struct case_id *id = &receiving->bills[i].case_id;
        bool was_told = false;
        for (size_t k = 0; k < i; k++) {
            was_told |= uuid_equal(&receiving->bills[k].case_id.uuid, &id->uuid);
        }
        if (!was_told) {
            bills_go_on(receiving->decision, id, in->bills, in->bill_count);
        }
    }
}

static void bills_pay(const struct receiving *receiving)
{
    const struct money_in *in = receiving->in;
    for (size_t i = 0; i < in->bill_count; i++) {
        const struct bill_row *bill = &receiving->bills[i];
        struct fee_payment_recorded recorded = recorded_of(receiving, bill->amount_fen);
        recorded.bill_id = in->bills[i];
        recorded.transfers = transfers_of(receiving, bill);
        emit(receiving->decision, &bill->case_id, &fee_payment_recorded_message, &recorded);
        bill_settle(receiving->decision, &(struct settling){.bill_id = &in->bills[i],
                                                            .bill = bill,
                                                            .payment_id = receiving->payment_id,
                                                            .receipts_before = (int64_t)i});
    }
    cases_go_on(receiving);
}

/* What is left is money without a bill: a matter of its own, for Finance. */
static void rest_suspend(const struct receiving *receiving, int64_t rest_fen)
{
    struct ledger_draft draft;
    struct fee_payment_recorded recorded = recorded_of(receiving, rest_fen);
    struct text named =
        receiving->in->bill_count == 0 ? receiving->in->remittance : receiving->bills[0].number;
    if (named.size > BILL_NUMBER_MAX) {
        named = (struct text){0};
    }
    struct unmatched rest = {receiving->payment_id, rest_fen, named};
    struct case_id matter = unmatched_open(receiving->decision, &rest);
    money_draft(&draft, receiving->decision);
    ledger_move(&draft, TRANSFER_UNMATCHED,
                account_transit(draft.arena, receiving->bank, (struct text){0}, WAY_TRANSFER),
                account_suspense(draft.arena, receiving->bank), rest_fen);
    CHECK(draft.result == LEDGER_OK);
    recorded.transfers = draft.list;
    emit(receiving->decision, &matter, &fee_payment_recorded_message, &recorded);
}

/* -- receiving ------------------------------------------------------------------------------ */

/* The account at a bank that has the money: the one that was named, or the first. */
static const struct catalogue_bank_account *bank_of(const struct hall_rules *rules,
                                                    struct text code)
{
    return text_is_empty(code) ? rules->catalogue->head.transit_account.bank_accounts
                               : catalogue_bank_account(rules->catalogue, code);
}

/* What the units of a bill, and the point where its drawer stands, take in cash. */
static enum verdict place_check(const struct receiving *receiving, const struct bill_row *bill)
{
    struct decision *decision = receiving->decision;
    const struct catalogue_collection_point *point =
        point_find(decision->state, receiving->in->point);
    enum verdict verdict = bill_method_check(decision, bill, METHOD_CASH);
    return verdict != VERDICT_OK || point == NULL ? verdict
                                                  : bill_point_check(decision, bill, point);
}

/* Cash is counted over the counter: change is given, and what is not due is not taken. */
static enum verdict cash_check(const struct receiving *receiving)
{
    struct decision *decision = receiving->decision;
    if (!drawer_is_open(decision->state, receiving->in->cashier)) {
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW,
                      "cash goes into an open drawer: count your change and open yours first");
    }
    for (size_t i = 0; i < receiving->in->bill_count; i++) {
        enum bill_state state = receiving->bills[i].state;
        if (state != BILL_ISSUED) {
            return refuse(decision, PROBLEM_NOT_ALLOWED_NOW,
                          "the bill is %.*s; nothing is due on it",
                          TEXT_PRINT(wire_enum_name(&bill_state_enum, (int)state)));
        }
        enum verdict verdict = place_check(receiving, &receiving->bills[i]);
        if (verdict != VERDICT_OK) {
            return verdict;
        }
    }
    if (receiving->in->amount_fen != receiving->due_fen) {
        return refuse_field(decision, "amount_fen",
                            "must be what is due: a bill is paid whole, and change is given");
    }
    return VERDICT_OK;
}

enum verdict money_receive(struct decision *decision, const struct money_in *in,
                           struct payment_id *ret_payment_id)
{
    struct receiving *receiving = arena_take(decision->arena, sizeof *receiving);
    CHECK(in->bill_count <= PAYMENT_BILLS_MAX);
    receiving->decision = decision;
    receiving->in = in;
    receiving->rules = money_rules(decision->state);
    if (receiving->rules == NULL) {
        return refuse(decision, PROBLEM_BEHIND, "the rules of the hall are not here yet");
    }
    if (in->method != METHOD_CASH) {
        const struct catalogue_bank_account *bank = bank_of(receiving->rules, in->bank);
        if (bank == NULL) {
            return refuse_field(decision, "bank", "is no account of transit_account.bank_accounts");
        }
        receiving->bank = bank->code;
    }
    if (payment_of_reference(decision->state, receiving->bank, in->reference, ret_payment_id)) {
        return repeat_check(receiving, ret_payment_id);
    }
    enum verdict verdict = bills_read(receiving);
    if (verdict == VERDICT_OK && in->method == METHOD_CASH) {
        verdict = cash_check(receiving);
    }
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    *ret_payment_id = receiving->payment_id = (struct payment_id){decision_new_id(decision)};
    bool pays = receiving->all_payable && in->amount_fen >= receiving->due_fen;
    int64_t rest_fen = in->amount_fen - (pays ? receiving->due_fen : 0);
    if (pays) {
        bills_pay(receiving);
    }
    if (rest_fen > 0) {
        rest_suspend(receiving, rest_fen);
    }
    return VERDICT_OK;
}

/* -- applying ------------------------------------------------------------------------------- */

static void payment_put(struct state *state, const struct payment_id *payment_id,
                        const struct payment_row *row)
{
    struct key key = key_of_uuid(&payment_id->uuid);
    state_put(state, TABLE_PAYMENTS, key_bytes(&key), &payment_row_message, row);
}

/* Adds a part to a payment, which begins with the first. */
static void part_add(struct payment_row *row, struct arena *arena, const struct payment_part *part)
{
    struct payment_part *items = arena_take_array(arena, row->parts.count + 1, sizeof *items);
    if (row->parts.count > 0) {
        memcpy(items, row->parts.items, row->parts.count * sizeof *items);
    }
    items[row->parts.count++] = *part;
    row->parts.items = items;
    row->amount_fen += part->amount_fen;
}

void apply_payment_recorded(struct state *state, const struct event *event)
{
    const struct fee_payment_recorded *recorded = event->data;
    struct payment_row row;
    struct bill_row bill;
    struct payment_part part = {.bill_id = recorded->bill_id,
                                .case_id = event->envelope->case_id,
                                .amount_fen = recorded->amount_fen};
    if (!payment_load(state, &recorded->payment_id, &row)) {
        row = (struct payment_row){
            .method = recorded->method,
            .bank = recorded->bank,
            .reference = recorded->reference,
            .cashier = recorded->cashier,
            .received = event->envelope->time,
            .collection_point = recorded->collection_point,
        };
    }
    part_add(&row, state->arena, &part);
    payment_put(state, &recorded->payment_id, &row);
    if (bill_load(state, &recorded->bill_id, &bill)) {
        takings_add(state, recorded->transfers.items[0].day, way_of(recorded->method), &bill);
    }
    point_note(state, event);
    money_apply(state, event, &recorded->transfers);
}

void apply_receipt_issued(struct state *state, const struct event *event)
{
    const struct fee_receipt_issued *receipt = event->data;
    struct bill_row row;
    if (bill_load(state, &receipt->bill_id, &row)) {
        row.receipt = receipt->number;
        row.payment = receipt->payment_id;
        bill_put(state, &receipt->bill_id, &row);
    }
    number_follow(state, "receipt", receipt->number, strlen("FS"));
}
