/* Payments: cash at the one window, transfers told by the bank (S03, S37: a notice that comes three
 * times books once). */
#include "fee.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { RECEIPT_DIGITS = 7 };

/* A payment on its way to its events. */
struct paying {
    struct decision *decision;
    const struct record_payment *command;
    struct bill_row bill;
    struct matter matter;
};

/* -- checks --------------------------------------------------------------------------------- */

static enum verdict payer_check(struct paying *paying)
{
    struct decision *decision = paying->decision;
    const struct text hall = TEXT_LITERAL("HALL");
    if (paying->command->method == METHOD_ONLINE) {
        return refuse(decision, PROBLEM_FORBIDDEN, "payment providers tell by themselves");
    }
    bool is_cash = paying->command->method == METHOD_CASH;
    struct text role = is_cash ? TEXT_LITERAL("cashier") : TEXT_LITERAL("bank_link");
    if (!principal_holds(decision->principal, role, hall)) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      is_cash ? "cash is taken by a cashier of the one fee window"
                              : "transfers are told by the link to the banks");
    }
    decision->actor.role = role;
    decision->actor.department = hall;
    return VERDICT_OK;
}

/* A notice with a reference that was booked before; VERDICT_OK without events answers it. */
static bool reference_known(struct paying *paying, struct bill_id *ret_bill)
{
    struct key key = key_of_text(paying->command->reference);
    struct bytes value;
    if (text_is_empty(paying->command->reference) ||
        !store_get(paying->decision->state->txn, TABLE_REFERENCES, key_bytes(&key), &value) ||
        value.size != UUID_BYTES) {
        return false;
    }
    memcpy(ret_bill->uuid.bytes, value.data, UUID_BYTES);
    return true;
}

static void field_refuse(struct paying *paying, const char *name, const char *detail)
{
    struct wire_path at = {.name = text_of(name)};
    wire_errors_add(&paying->decision->errors, &at, "%s", detail);
}

static enum verdict amount_check(struct paying *paying)
{
    if (paying->command->method == METHOD_TRANSFER && text_is_empty(paying->command->reference)) {
        field_refuse(paying, "reference", "must be given for a transfer: the bank's own reference");
    }
    if (paying->command->amount_fen != paying->bill.amount_fen) {
        field_refuse(paying, "amount_fen", "must be the amount of the bill: a bill is paid whole");
    }
    return paying->decision->errors.count == 0 ? VERDICT_OK : refuse_fields(paying->decision);
}

static enum verdict bill_check(struct paying *paying)
{
    struct decision *decision = paying->decision;
    if (!bill_load(decision->state, &paying->command->bill_id, &paying->bill) ||
        !fee_matter_load(decision->state, &paying->bill.case_id, &paying->matter)) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such bill");
    }
    if (decision->request->if_match != 0 && decision->request->if_match != paying->bill.version) {
        return refuse(decision, PROBLEM_STALE, "the bill has changed since you read it");
    }
    if (paying->bill.state != BILL_ISSUED) {
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW, "the bill is %.*s; nothing is due on it",
                      TEXT_PRINT(wire_enum_name(&bill_state_enum, (int)paying->bill.state)));
    }
    if (paying->command->method == METHOD_CASH &&
        !badge_is_shown(&fee_flow, decision->state, paying->matter.rules, decision->principal,
                        TEXT_LITERAL("cashier"))) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      "nobody serves without a badge: open your shift first");
    }
    return amount_check(paying);
}

/* -- events --------------------------------------------------------------------------------- */

/* The money goes into the cashier's drawer or the transit account, the units' receivables are met.
 */
static struct posting_list postings_of(struct paying *paying)
{
    struct posting_set set;
    bool is_cash = paying->command->method == METHOD_CASH;
    postings_init(&set, paying->decision->arena);
    for (size_t i = 0; i < paying->bill.lines.count; i++) {
        const struct bill_line *line = &paying->bill.lines.items[i];
        if (line_due(line) == 0) {
            continue;
        }
        struct text detail = is_cash ? paying->decision->principal->login
                                     : paying->matter.rules->catalogue->head.transit_account.code;
        postings_add(&set, is_cash ? "drawer" : "transit", detail, line_due(line));
        postings_add(&set, "receivable", line->payee, -line_due(line));
    }
    CHECK(postings_balance(&set.list));
    return set.list;
}

static void payment_emit(struct paying *paying)
{
    struct decision *decision = paying->decision;
    const struct case_id *id = &paying->bill.case_id;
    int64_t year = year_of(paying->matter.rules, decision->now_ms);
    struct payment_id payment_id = {decision_new_id(decision)};
    struct fee_payment_recorded recorded = {
        .payment_id = payment_id,
        .bill_id = paying->command->bill_id,
        .method = paying->command->method,
        .amount_fen = paying->command->amount_fen,
        .reference = paying->command->reference,
        .postings = postings_of(paying),
    };
    if (paying->command->method == METHOD_CASH) {
        recorded.cashier = decision->principal->login;
    }
    struct fee_receipt_issued receipt = {
        .number = arena_print(decision->arena, "FS%" PRId64 "%0*" PRId64, year, RECEIPT_DIGITS,
                              number_next(decision, "receipt", year)),
        .bill_id = paying->command->bill_id,
        .payment_id = payment_id,
        .amount_fen = paying->command->amount_fen,
        .subject = paying->bill.subject,
        .payer = paying->bill.payer,
    };
    struct fee_bill_paid paid = {.bill_id = paying->command->bill_id, .payment_id = payment_id};
    emit(decision, id, &fee_payment_recorded_message, &recorded);
    emit(decision, id, &fee_receipt_issued_message, &receipt);
    emit(decision, id, &fee_bill_paid_message, &paid);
}

/* -- money from the bank and from providers -------------------------------------------------- */

/* Money that pays no bill stands in the transit account with nobody's claim on it (4.4b). */
static void unmatched_emit(struct decision *decision, const struct money_in *money)
{
    struct fee_memory *fee = decision->state->memory;
    const struct hall_rules *rules = rules_active(fee->shelf, decision->state);
    struct posting_set set;
    struct case_id none = {0};
    struct fee_payment_unmatched unmatched = {
        .payment_id = {decision_new_id(decision)},
        .method = money->method,
        .bank_account = money->bank_account,
        .amount_fen = money->amount_fen,
        .reference = money->reference,
    };
    if (money->bill_id != NULL) {
        unmatched.bill_id = *money->bill_id;
    }
    postings_init(&set, decision->arena);
    postings_add(&set, "transit", rules->catalogue->head.transit_account.code, money->amount_fen);
    postings_add(&set, "suspense", money->bank_account, -money->amount_fen);
    unmatched.postings = set.list;
    emit(decision, &none, &fee_payment_unmatched_message, &unmatched);
}

enum verdict money_receive(struct decision *decision, const struct money_in *money)
{
    struct paying *paying = arena_take(decision->arena, sizeof *paying);
    struct record_payment *command = arena_take(decision->arena, sizeof *command);
    struct bill_id booked;
    paying->decision = decision;
    paying->command = command;
    command->method = money->method;
    command->amount_fen = money->amount_fen;
    command->reference = money->reference;
    if (reference_known(paying, &booked)) {
        return VERDICT_OK;
    }
    if (money->bill_id == NULL || !bill_load(decision->state, money->bill_id, &paying->bill) ||
        !fee_matter_load(decision->state, &paying->bill.case_id, &paying->matter) ||
        paying->bill.state != BILL_ISSUED || paying->bill.amount_fen != money->amount_fen) {
        unmatched_emit(decision, money);
        return VERDICT_OK;
    }
    command->bill_id = *money->bill_id;
    payment_emit(paying);
    bills_go_on(decision, &paying->bill.case_id, money->bill_id);
    return VERDICT_OK;
}

enum verdict decide_record_payment(struct decision *decision, const void *command)
{
    struct paying *paying = arena_take(decision->arena, sizeof *paying);
    struct bill_id booked;
    paying->decision = decision;
    paying->command = command;
    enum verdict verdict = payer_check(paying);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (reference_known(paying, &booked)) {
        if (uuid_equal(&booked.uuid, &paying->command->bill_id.uuid)) {
            return VERDICT_OK; /* the same notice again: booked once */
        }
        return refuse(decision, PROBLEM_CONFLICT,
                      "this reference was booked for another bill; look at the bank's notice");
    }
    verdict = bill_check(paying);
    if (verdict == VERDICT_OK) {
        payment_emit(paying);
        bills_go_on(decision, &paying->bill.case_id, &paying->command->bill_id);
    }
    return verdict;
}

/* -- applying ------------------------------------------------------------------------------- */

void apply_payment_recorded(struct state *state, const struct event *event)
{
    const struct fee_payment_recorded *recorded = event->data;
    struct key key = key_of_text(recorded->reference);
    if (!text_is_empty(recorded->reference)) {
        store_put(state->txn, TABLE_REFERENCES, key_bytes(&key),
                  bytes_of(recorded->bill_id.uuid.bytes, UUID_BYTES));
    }
    postings_apply(state, &recorded->postings);
}

void apply_payment_unmatched(struct state *state, const struct event *event)
{
    const struct fee_payment_unmatched *unmatched = event->data;
    struct key key = key_of_text(unmatched->reference);
    store_put(state->txn, TABLE_REFERENCES, key_bytes(&key),
              bytes_of(unmatched->bill_id.uuid.bytes, UUID_BYTES));
    postings_apply(state, &unmatched->postings);
}

void apply_receipt_issued(struct state *state, const struct event *event)
{
    const struct fee_receipt_issued *receipt = event->data;
    struct bill_row row;
    char year[5] = "";
    char number[24] = "";
    struct text digits = text_after(receipt->number, strlen("FS"));
    if (bill_load(state, &receipt->bill_id, &row)) {
        row.receipt = receipt->number;
        bill_put(state, &receipt->bill_id, &row);
    }
    if (digits.size > 4 && digits.size - 4 < sizeof number) {
        memcpy(year, digits.data, 4);
        memcpy(number, digits.data + 4, digits.size - 4);
        number_note(state, "receipt", strtoll(year, NULL, 10), strtoll(number, NULL, 10));
    }
}
