/* Recording a payment: who tells of money, and where it was taken. What becomes of it is decided in
 * payments.c. */
#include "money.h"

/* A cashier works where his drawer stands; without one, where he would open it. */
static bool cashier_place(struct decision *decision, struct text *ret_point)
{
    const struct principal *cashier = decision->principal;
    if (!drawer_is_open(decision->state, cashier->login)) {
        return point_of_cashier(decision->state, cashier, ret_point);
    }
    *ret_point = drawer_point(decision->state, cashier->login);
    return point_has_cashier(cashier, *ret_point);
}

static enum verdict payer_check(struct decision *decision, const struct record_payment *command)
{
    const struct text hall = TEXT_LITERAL("HALL");
    struct text point = {0};
    bool is_cash = command->method == METHOD_CASH;
    struct text role = is_cash ? TEXT_LITERAL("cashier") : TEXT_LITERAL("bank_link");
    if (command->method == METHOD_ONLINE) {
        return refuse_field(decision, "method", "is told by the payment provider itself");
    }
    bool may = is_cash ? cashier_place(decision, &point)
                       : principal_holds(decision->principal, role, hall);
    if (!may) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      is_cash ? "cash is taken by a cashier of the one fee window, or of the "
                                "collection point where the drawer stands"
                              : "transfers are told by the link to the banks");
    }
    decision->actor.role = role;
    decision->actor.department = text_is_empty(point) ? hall : point;
    return VERDICT_OK;
}

/* Where a transfer was made is for the bank to say; cash is where its drawer is. */
static void point_check(struct decision *decision, const struct record_payment *command)
{
    struct text named = command->collection_point;
    if (text_is_empty(named)) {
        return;
    }
    if (command->method == METHOD_CASH) {
        if (!text_equal(named, drawer_point(decision->state, decision->principal->login))) {
            field_wrong(decision, "collection_point", "is not where your drawer stands");
        }
        return;
    }
    const struct catalogue_collection_point *point = point_find(decision->state, named);
    if (point == NULL || !text_span_contains(&point->methods, TEXT_LITERAL("transfer"))) {
        field_wrong(decision, "collection_point",
                    "is no collection point of the hall that takes transfers");
    }
}

static enum verdict command_check(struct decision *decision, const struct record_payment *command)
{
    struct bill_row bill;
    bool is_cash = command->method == METHOD_CASH;
    if (!is_cash && text_is_empty(command->reference)) {
        field_wrong(decision, "reference",
                    "must be given for a transfer: the bank's own reference");
    }
    if (is_cash && command->bills.count == 0) {
        field_wrong(decision, "bills", "must name what the cash is for");
    }
    point_check(decision, command);
    if (decision->errors.count > 0) {
        return refuse_fields(decision);
    }
    if (decision->request->if_match != 0 && command->bills.count == 1 &&
        bill_load(decision->state, &command->bills.items[0].bill_id, &bill) &&
        bill.version != decision->request->if_match) {
        return refuse(decision, PROBLEM_STALE, "the bill has changed since you read it");
    }
    if (is_cash && money_rules(decision->state) != NULL &&
        !badge_is_shown(&fee_flow, decision->state, money_rules(decision->state),
                        decision->principal, TEXT_LITERAL("cashier"))) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      "nobody serves without a badge: open your shift first");
    }
    return VERDICT_OK;
}

enum verdict decide_record_payment(struct decision *decision, const void *command)
{
    const struct record_payment *asked = command;
    struct bill_id *bills = arena_take_array(decision->arena, PAYMENT_BILLS_MAX, sizeof *bills);
    struct payment_id payment_id;
    struct money_in in = {
        .method = asked->method,
        .bank = asked->bank,
        .reference = asked->reference,
        .amount_fen = asked->amount_fen,
        .bills = bills,
        .bill_count = asked->bills.count,
        .point = asked->collection_point,
    };
    enum verdict verdict = payer_check(decision, asked);
    if (verdict == VERDICT_OK) {
        verdict = command_check(decision, asked);
    }
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    for (size_t i = 0; i < asked->bills.count; i++) {
        bills[i] = asked->bills.items[i].bill_id;
    }
    if (asked->method == METHOD_CASH) {
        in.cashier = decision->principal->login;
        in.point = drawer_point(decision->state, in.cashier);
        in.reference = (struct text){0};
    }
    return money_receive(decision, &in, &payment_id);
}
