/* Money as the events tell it (domain.md 4.4): bills, payments, receipts, the ledger. */
#include "check_state.h"

#include "base/check.h"

#include <inttypes.h>
#include <string.h>

enum { RECENT_BILLS = 300 };

static struct model_bill *bill_find(struct world *world, const struct bill_id *id)
{
    size_t place = index_find(&world->checks->bill_ids, id->uuid.bytes);
    if (place == SIZE_MAX) {
        world_fail(world, "money", "an event of a bill that was never issued");
    }
    return &world->checks->bills[place];
}

/* The latest bill of a case, or the one before `bill`; NULL behind the last. */
static const struct model_bill *bill_of_case(const struct checks *checks,
                                             const struct uuid *case_id,
                                             const struct model_bill *bill)
{
    size_t next = bill == NULL ? index_find(&checks->bill_cases, case_id->bytes) + 1 : bill->next;
    return next == 0 ? NULL : &checks->bills[next - 1];
}

static int64_t *balance_find(struct world *world, struct text account)
{
    struct checks *checks = world->checks;
    size_t at = 0;
    while (at < checks->account_count && !text_equal_string(account, checks->accounts[at].name)) {
        at++;
    }
    CHECK(at < MODEL_ACCOUNTS_MAX);
    if (at == checks->account_count) {
        checks->account_count++;
        model_text(checks->accounts[at].name, account);
    }
    return &checks->accounts[at].balance_fen;
}

/* What stands to the hall's name is never less than nothing, what it owes never more; a count may
 * find too much or too little. */
static void balance_check(struct world *world, struct text account, int64_t balance_fen)
{
    static const char *const debts[] = {"income_due:", "suspense:", "refund_due:", "float_issued:"};
    bool is_debt = false;
    for (size_t i = 0; i < sizeof debts / sizeof debts[0]; i++) {
        is_debt |= text_starts_with(account, debts[i]);
    }
    if (text_starts_with(account, "over_short:")) {
        return;
    }
    if (is_debt ? balance_fen > 0 : balance_fen < 0) {
        world_fail(world, "ledger", "%.*s stands at %" PRId64 " fen", TEXT_PRINT(account),
                   balance_fen);
    }
}

/* The transfers of an event move the accounts, each from one to another and never too far. */
void transfers_follow(struct world *world, const struct transfer_list *transfers)
{
    for (size_t i = 0; i < transfers->count; i++) {
        const struct transfer *transfer = &transfers->items[i];
        if (transfer->step != transfer_step_absent && transfer->step != TRANSFER_POST) {
            continue;
        }
        int64_t *debit = balance_find(world, transfer->debit);
        *debit += transfer->amount_fen;
        balance_check(world, transfer->debit, *debit);
        int64_t *credit = balance_find(world, transfer->credit);
        *credit -= transfer->amount_fen;
        balance_check(world, transfer->credit, *credit);
    }
}

/* A bill of a permit is the only one, and what its form and the rules make it; a decision that is
 * made once more is not billed once more. */
static void price_check(struct world *world, const struct event_envelope *envelope,
                        const struct fee_bill_issued *issued)
{
    struct checks *checks = world->checks;
    const struct model_case *c = model_case_find(checks, &envelope->case_id.uuid);
    if (c == NULL || !c->is_permit) {
        return;
    }
    if (bill_of_case(checks, &c->id, NULL) != NULL) {
        world_fail(world, "money", "a second bill for one grant");
    }
    if (issued->amount_fen != c->price_fen) {
        world_fail(world, "money", "a bill of %" PRId64 " fen, the case's catalogue asks %" PRId64,
                   issued->amount_fen, c->price_fen);
    }
}

void follow_bill(struct world *world, const struct event_envelope *envelope)
{
    struct checks *checks = world->checks;
    const struct uuid *case_id = &envelope->case_id.uuid;
    struct fee_bill_issued issued;
    int64_t sum_fen = 0;
    model_data(world, envelope, &fee_bill_issued_message, &issued);
    for (size_t i = 0; i < issued.lines.count; i++) {
        sum_fen += issued.lines.items[i].amount_fen;
    }
    if (sum_fen != issued.amount_fen) {
        world_fail(world, "money", "a bill of %" PRId64 " fen has lines of %" PRId64,
                   issued.amount_fen, sum_fen);
    }
    price_check(world, envelope, &issued);
    model_number(world, envelope, issued.number, &checks->bill_numbers);
    checks->bills = model_grow(checks->bills, checks->bill_count, &checks->bill_capacity,
                               sizeof *checks->bills);
    checks->bills[checks->bill_count] = (struct model_bill){
        .id = issued.bill_id.uuid,
        .case_id = *case_id,
        .amount_fen = issued.amount_fen,
        .state = issued.amount_fen == 0 ? BILL_CLEARED : BILL_ISSUED,
        .next = index_find(&checks->bill_cases, case_id->bytes) + 1,
    };
    model_text(checks->bills[checks->bill_count].number, issued.number);
    index_add(&checks->bill_ids, issued.bill_id.uuid.bytes, checks->bill_count);
    index_set(&checks->bill_cases, case_id->bytes, checks->bill_count);
    checks->bill_count++;
    transfers_follow(world, &issued.transfers);
}

struct text checks_unpaid_bill(struct world *world, const struct text_span *items, uint64_t which)
{
    struct checks *checks = world->checks;
    struct text found = {0};
    uint64_t left = which;
    size_t from = checks->bill_count > RECENT_BILLS ? checks->bill_count - RECENT_BILLS : 0;
    for (size_t i = checks->bill_count; i > from; i--) {
        const struct model_bill *bill = &checks->bills[i - 1];
        const struct model_case *c = model_case_find(checks, &bill->case_id);
        if (bill->state == BILL_ISSUED && c != NULL &&
            text_span_contains(items, text_of(c->item))) {
            found = text_of(bill->number);
            if (left-- == 0) {
                break;
            }
        }
    }
    return found;
}

void model_cleared(struct world *world, const struct model_case *c)
{
    const struct checks *checks = world->checks;
    const struct model_bill *bill = bill_of_case(checks, &c->id, NULL);
    for (; bill != NULL; bill = bill_of_case(checks, &c->id, bill)) {
        bool is_met = bill->state == BILL_PAID || bill->state == BILL_CLEARED;
        if (bill->state == BILL_ISSUED || (c->is_permit && !is_met)) {
            world_fail(world, "money", "%s goes on with a bill that is not paid", c->number);
        }
    }
}

void follow_payment(struct world *world, const struct event_envelope *envelope)
{
    struct fee_payment_recorded recorded;
    model_data(world, envelope, &fee_payment_recorded_message, &recorded);
    transfers_follow(world, &recorded.transfers);
    if (uuid_is_none(&recorded.bill_id.uuid)) {
        return; /* money that came for a bill which was settled meanwhile */
    }
    struct model_bill *bill = bill_find(world, &recorded.bill_id);
    if (bill->state != BILL_ISSUED || recorded.amount_fen != bill->amount_fen) {
        world_fail(world, "money",
                   "a payment of %" PRId64 " fen on a bill of %" PRId64 " that is not open for it",
                   recorded.amount_fen, bill->amount_fen);
    }
    bill->state = BILL_PAID;
}

/* A waiver took effect: what is left is what must be paid. */
void follow_lowered(struct world *world, const struct event_envelope *envelope)
{
    struct fee_bill_lowered lowered;
    model_data(world, envelope, &fee_bill_lowered_message, &lowered);
    struct model_bill *bill = bill_find(world, &lowered.bill_id);
    if (bill->state != BILL_ISSUED || lowered.amount_fen + lowered.due_fen != bill->amount_fen) {
        world_fail(world, "money",
                   "a bill of %" PRId64 " fen is lowered by %" PRId64 " to %" PRId64,
                   bill->amount_fen, lowered.amount_fen, lowered.due_fen);
    }
    bill->amount_fen = lowered.due_fen;
    bill->state = lowered.due_fen == 0 ? BILL_CLEARED : BILL_ISSUED;
    transfers_follow(world, &lowered.transfers);
}

void follow_voided(struct world *world, const struct event_envelope *envelope)
{
    struct fee_bill_voided voided;
    model_data(world, envelope, &fee_bill_voided_message, &voided);
    struct model_bill *bill = bill_find(world, &voided.bill_id);
    if (bill->state != BILL_ISSUED) {
        world_fail(world, "money", "a bill that is not open is taken back");
    }
    bill->state = BILL_VOID;
    transfers_follow(world, &voided.transfers);
}

/* What was held when it was ordered goes out. */
void follow_settlement(struct world *world, const struct event_envelope *envelope)
{
    struct fee_settlement_made made;
    model_data(world, envelope, &fee_settlement_made_message, &made);
    transfers_follow(world, &made.transfers);
}

void follow_receipt(struct world *world, const struct event_envelope *envelope)
{
    struct fee_receipt_issued receipt;
    model_data(world, envelope, &fee_receipt_issued_message, &receipt);
    if (bill_find(world, &receipt.bill_id)->state != BILL_PAID) {
        world_fail(world, "money", "a receipt for a bill that is not paid");
    }
    model_number(world, envelope, receipt.number, &world->checks->receipts);
}
