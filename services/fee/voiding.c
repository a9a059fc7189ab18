/* Bills that two take back before they are paid (4.4a), and those that take their place. */
#include "money.h"

#include "crypto/seal.h"

static bool is_cashier(const struct principal *principal)
{
    return principal_holds(principal, TEXT_LITERAL("cashier"), TEXT_LITERAL("HALL"));
}

static bool is_finance(const struct principal *principal)
{
    struct text department;
    return finance_holds(principal, TEXT_LITERAL("finance_officer"), &department);
}

/* A cashier and a finance officer, two persons. */
static enum verdict persons_check(struct decision *decision, const struct void_bill *command)
{
    const struct principal *caller = decision->principal;
    const struct principal *second = request_witness(decision->request, command->officer);
    if (!is_cashier(caller) && !is_finance(caller)) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      "a bill is taken back by a cashier and a finance officer");
    }
    if (second == NULL) {
        return refuse_field(decision, "officer", "names somebody who has no account here");
    }
    bool are_two =
        !text_equal(second->login, caller->login) &&
        ((is_cashier(caller) && is_finance(second)) || (is_finance(caller) && is_cashier(second)));
    if (!are_two) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      "a cashier and a finance officer have to take part in this, two persons");
    }
    decision->actor.role =
        is_cashier(caller) ? TEXT_LITERAL("cashier") : TEXT_LITERAL("finance_officer");
    return VERDICT_OK;
}

static enum verdict bill_check(struct decision *decision, const struct void_bill *command,
                               struct bill_row *ret_bill)
{
    if (!bill_load(decision->state, &command->bill_id, ret_bill)) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such bill");
    }
    if (decision->request->if_match != 0 && decision->request->if_match != ret_bill->version) {
        return refuse(decision, PROBLEM_STALE, "the bill has changed since you read it");
    }
    if (ret_bill->state != BILL_ISSUED) {
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW,
                      "the bill is %.*s; only one that waits to be paid is taken back",
                      TEXT_PRINT(wire_enum_name(&bill_state_enum, (int)ret_bill->state)));
    }
    if (!command->reissue && (command->payer.value.size > 0 || command->form.count > 0)) {
        return refuse_field(decision, "reissue",
                            "must be true: what is put right is of a new bill");
    }
    return VERDICT_OK;
}

/* To the public key of the case's subject; absent stays absent. */
static struct personal sealed(struct decision *decision, const struct filed_row *filed,
                              struct personal plain)
{
    if (plain.value.size == 0 || filed->public_key.size != SEAL_PUBLIC_KEY_BYTES) {
        return (struct personal){0};
    }
    return seal_to_public_key(filed->public_key.data, (uint64_t)filed->subject, plain.value,
                              decision->random, decision->arena);
}

enum verdict decide_void_bill(struct decision *decision, const void *command)
{
    const struct void_bill *asked = command;
    struct bill_row *bill = arena_take(decision->arena, sizeof *bill);
    struct filed_row *filed = arena_take(decision->arena, sizeof *filed);
    enum verdict verdict = persons_check(decision, asked);
    if (verdict == VERDICT_OK) {
        verdict = bill_check(decision, asked, bill);
    }
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    (void)fee_filed_load(decision->state, &bill->case_id, filed);
    struct fee_bill_voided voided = {
        .bill_id = asked->bill_id,
        .why = TEXT_LITERAL("void"),
        .second = asked->officer,
        .reasons = sealed(decision, filed, asked->reasons),
        .transfers = bill_reversal(decision, bill),
    };
    if (asked->reissue) {
        struct reissue reissue = {.bill_id = &asked->bill_id,
                                  .bill = bill,
                                  .payer = sealed(decision, filed, asked->payer),
                                  .form = asked->form};
        verdict = bill_reissue(decision, &reissue, &voided.reissued);
    }
    if (verdict == VERDICT_OK) {
        emit(decision, &bill->case_id, &fee_bill_voided_message, &voided);
    }
    return verdict;
}
