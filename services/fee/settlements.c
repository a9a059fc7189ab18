/* Settlement: what stands in transit for a unit goes out to the treasury or the fiscal special
 * account, and nowhere else (S41, L54). It is held when it is ordered and posted when the bank has
 * carried it out, so that the books show what is under way. */
#include "money.h"

#include "base/check.h"

#include <string.h>

enum { ORDERS_MAX = 32 };

static struct key settlement_key(const struct settlement_id *id)
{
    return key_of_uuid(&id->uuid);
}

bool settlement_load(struct state *state, const struct settlement_id *id,
                     struct settlement_row *ret_row)
{
    struct key key = settlement_key(id);
    return state_get(state, TABLE_SETTLEMENTS, key_bytes(&key), &settlement_row_message, ret_row);
}

/* The order of that end-to-end id in a settlement; NULL when it has none. */
static struct settlement_order *order_find(const struct settlement_order_list *orders,
                                           struct text end_to_end)
{
    for (size_t i = 0; i < orders->count; i++) {
        if (text_equal(orders->items[i].end_to_end, end_to_end)) {
            return &orders->items[i];
        }
    }
    return NULL;
}

/* -- ordering ------------------------------------------------------------------------------- */

/* One account's settlement being put together. */
struct sweep {
    struct decision *decision;
    const struct catalogue *catalogue;
    const struct catalogue_bank_account *bank;
    struct fee_settlement_ordered ordered;
    struct ledger_draft draft;
};

/* What stands in transit for a unit and is not held already. */
static int64_t free_fen(struct sweep *sweep, struct text account)
{
    struct ledger_balance balance = ledger_balance_of(&fee_ledger, sweep->decision->state, account);
    return ledger_net(&balance) - balance.credits_held_fen;
}

/* Holds what was paid in one way; the transfer that holds it, none for nothing. */
static struct transfer_id way_hold(struct sweep *sweep, const struct catalogue_charging_unit *unit,
                                   enum money_way way, int64_t *amount_fen)
{
    struct arena *arena = sweep->decision->arena;
    struct text account = account_transit(arena, sweep->bank->code, unit->code, way);
    int64_t fen = free_fen(sweep, account);
    if (fen <= 0) {
        return (struct transfer_id){0};
    }
    ledger_add(&sweep->draft,
               (struct transfer){.debit = account_settled(arena, sweep->catalogue, unit->code),
                                 .credit = account,
                                 .amount_fen = fen,
                                 .code = TRANSFER_SETTLEMENT,
                                 .step = TRANSFER_HOLD});
    CHECK(sweep->draft.result == LEDGER_OK);
    *amount_fen += fen;
    return sweep->draft.list.items[sweep->draft.list.count - 1].id;
}

static void unit_order(struct sweep *sweep, const struct catalogue_charging_unit *unit)
{
    struct settlement_order_list *orders = &sweep->ordered.orders;
    struct settlement_order order = {
        .unit = unit->code,
        .to = unit->settles_to,
        .to_bank = unit->settles_to_bank,
        .status = SETTLEMENT_ORDERED,
    };
    order.held_cash = way_hold(sweep, unit, WAY_CASH, &order.amount_fen);
    order.held_transfer = way_hold(sweep, unit, WAY_TRANSFER, &order.amount_fen);
    if (order.amount_fen > 0) {
        order.end_to_end = arena_print(sweep->decision->arena, "%.*s-%02zu",
                                       TEXT_PRINT(sweep->ordered.number), orders->count + 1);
        orders->items[orders->count++] = order;
    }
}

static void sweep_begin(struct sweep *sweep, int64_t numbers_before)
{
    struct decision *decision = sweep->decision;
    money_draft(&sweep->draft, decision);
    sweep->ordered = (struct fee_settlement_ordered){
        .settlement_id = {decision_new_id(decision)},
        .number = number_make(decision, "settlement", "SZ", numbers_before),
        .bank = sweep->bank->code,
        .day = sweep->draft.day,
    };
    sweep->ordered.orders.items =
        arena_take_array(decision->arena, ORDERS_MAX, sizeof *sweep->ordered.orders.items);
}

size_t settlements_order(struct decision *decision)
{
    const struct hall_rules *rules = money_rules(decision->state);
    size_t count = 0;
    if (rules == NULL) {
        return 0; /* no catalogue yet, and no money */
    }
    const struct catalogue_head *head = &rules->catalogue->head;
    for (size_t i = 0; i < head->transit_account.bank_account_count; i++) {
        struct sweep *sweep = arena_take(decision->arena, sizeof *sweep);
        *sweep = (struct sweep){.decision = decision,
                                .catalogue = rules->catalogue,
                                .bank = &head->transit_account.bank_accounts[i]};
        sweep_begin(sweep, (int64_t)count);
        /* Units beyond the bound are taken along by the next settlement. */
        for (size_t k = 0; k < head->charging_unit_count && k < ORDERS_MAX; k++) {
            unit_order(sweep, &head->charging_units[k]);
        }
        if (sweep->ordered.orders.count > 0) {
            sweep->ordered.transfers = sweep->draft.list;
            emit(decision, NULL, &fee_settlement_ordered_message, &sweep->ordered);
            count++;
        }
    }
    return count;
}

static const char settled_by[] = "money is settled by finance officers";

enum verdict decide_order_settlements(struct decision *decision, const void *command)
{
    (void)command;
    enum verdict verdict = finance_check(decision, settled_by);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    return settlements_order(decision) > 0
               ? VERDICT_OK
               : refuse(decision, PROBLEM_NOT_ALLOWED_NOW,
                        "nothing stands in transit that is not ordered out already");
}

/* -- what became of it ---------------------------------------------------------------------- */

/* Posts, or with `accepted` false releases, what an order holds. */
static struct transfer_list order_resolve(struct decision *decision,
                                          const struct settlement_order *order, bool accepted)
{
    const struct transfer_id *held[] = {&order->held_cash, &order->held_transfer};
    struct ledger_draft draft;
    money_draft(&draft, decision);
    for (size_t i = 0; i < sizeof held / sizeof held[0]; i++) {
        struct ledger_transfer_row row;
        if (!uuid_is_none(&held[i]->uuid) &&
            ledger_transfer_load(&fee_ledger, decision->state, held[i], &row)) {
            ledger_resolve(&draft, held[i], accepted ? row.transfer.amount_fen : 0);
        }
    }
    CHECK(draft.result == LEDGER_OK);
    return draft.list;
}

/* Says that an order went out, once; what is told later is attached to it. */
static void order_made(struct decision *decision, const struct settlement_id *id,
                       const struct settlement_order *order, struct text answer,
                       struct date bank_day)
{
    struct fee_settlement_made made = {
        .settlement_id = *id,
        .end_to_end = order->end_to_end,
        .answer = answer,
        .bank_day = bank_day,
    };
    if (order->status == SETTLEMENT_ORDERED) {
        made.transfers = order_resolve(decision, order, true);
    }
    emit(decision, NULL, &fee_settlement_made_message, &made);
}

bool settlement_confirm(struct decision *decision, struct text bank, struct text end_to_end,
                        int64_t amount_fen, struct date bank_day)
{
    struct key key = key_of_text(end_to_end);
    struct settlement_id id;
    struct settlement_row row;
    struct bytes value;
    if (text_is_empty(end_to_end) || end_to_end.size > 35 ||
        !store_get(decision->state->txn, TABLE_ORDERS, key_bytes(&key), &value) ||
        value.size != UUID_BYTES) {
        return false;
    }
    memcpy(id.uuid.bytes, value.data, UUID_BYTES);
    if (!settlement_load(decision->state, &id, &row) || !text_equal(row.bank, bank)) {
        return false;
    }
    const struct settlement_order *order = order_find(&row.orders, end_to_end);
    if (order == NULL || order->amount_fen != amount_fen || order->status == SETTLEMENT_REJECTED ||
        order->bank_day.days != 0) {
        return false;
    }
    order_made(decision, &id, order, (struct text){0}, bank_day);
    return true;
}

static enum verdict answer_take(struct decision *decision, const struct answer_settlement *told,
                                const struct settlement_order *order)
{
    if (told->accepted && order->status != SETTLEMENT_REJECTED) {
        if (!text_equal(order->answer, told->answer)) {
            order_made(decision, &told->settlement_id, order, told->answer, (struct date){0});
        }
        return VERDICT_OK;
    }
    if (told->accepted || order->status != SETTLEMENT_ORDERED) {
        bool is_repeat = !told->accepted && order->status == SETTLEMENT_REJECTED;
        return is_repeat ? VERDICT_OK
                         : refuse(decision, PROBLEM_NOT_ALLOWED_NOW, "the order is %.*s",
                                  TEXT_PRINT(
                                      wire_enum_name(&settlement_status_enum, (int)order->status)));
    }
    struct fee_settlement_rejected rejected = {
        .settlement_id = told->settlement_id,
        .end_to_end = told->end_to_end,
        .answer = told->answer,
        .transfers = order_resolve(decision, order, false),
    };
    emit(decision, NULL, &fee_settlement_rejected_message, &rejected);
    return VERDICT_OK;
}

enum verdict decide_answer_settlement(struct decision *decision, const void *command)
{
    const struct answer_settlement *told = command;
    struct settlement_row row;
    enum verdict verdict = finance_check(decision, settled_by);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    const struct settlement_order *order =
        settlement_load(decision->state, &told->settlement_id, &row)
            ? order_find(&row.orders, told->end_to_end)
            : NULL;
    return order == NULL ? refuse(decision, PROBLEM_NOT_FOUND, "there is no such order")
                         : answer_take(decision, told, order);
}

/* -- applying ------------------------------------------------------------------------------- */

static void settlement_put(struct state *state, const struct settlement_id *id,
                           const struct settlement_row *row)
{
    struct key key = settlement_key(id);
    state_put(state, TABLE_SETTLEMENTS, key_bytes(&key), &settlement_row_message, row);
}

void apply_settlement_ordered(struct state *state, const struct event *event)
{
    const struct fee_settlement_ordered *ordered = event->data;
    struct settlement_row row = {
        .number = ordered->number,
        .bank = ordered->bank,
        .day = ordered->day,
        .ordered = event->envelope->time,
        .orders = ordered->orders,
    };
    settlement_put(state, &ordered->settlement_id, &row);
    number_follow(state, "settlement", ordered->number, strlen("SZ"));
    for (size_t i = 0; i < ordered->orders.count; i++) {
        struct key key = key_of_text(ordered->orders.items[i].end_to_end);
        store_put(state->txn, TABLE_ORDERS, key_bytes(&key),
                  bytes_of(ordered->settlement_id.uuid.bytes, UUID_BYTES));
    }
    money_apply(state, event, &ordered->transfers);
}

void apply_settlement_made(struct state *state, const struct event *event)
{
    const struct fee_settlement_made *made = event->data;
    struct settlement_row row;
    struct settlement_order *order = settlement_load(state, &made->settlement_id, &row)
                                         ? order_find(&row.orders, made->end_to_end)
                                         : NULL;
    money_apply(state, event, &made->transfers);
    if (order == NULL) {
        CHECK(store_error(state->txn) != ERR_OK);
        return;
    }
    if (made->transfers.count > 0) {
        order->resolved_on = made->transfers.items[0].day;
    }
    order->status = SETTLEMENT_MADE;
    if (!text_is_empty(made->answer)) {
        order->answer = made->answer;
    }
    if (made->bank_day.days != 0) {
        order->bank_day = made->bank_day;
        bank_item_seen(state, row.bank, order->end_to_end, made->bank_day);
    }
    settlement_put(state, &made->settlement_id, &row);
}

void apply_settlement_rejected(struct state *state, const struct event *event)
{
    const struct fee_settlement_rejected *rejected = event->data;
    struct settlement_row row;
    struct settlement_order *order = settlement_load(state, &rejected->settlement_id, &row)
                                         ? order_find(&row.orders, rejected->end_to_end)
                                         : NULL;
    money_apply(state, event, &rejected->transfers);
    if (order != NULL) {
        order->status = SETTLEMENT_REJECTED;
        order->resolved_on = rejected->transfers.items[0].day;
        order->answer = rejected->answer;
        settlement_put(state, &rejected->settlement_id, &row);
    }
}
