/* What the proof of a day says of the accounts at the banks: their statements, and what is under
 * way, from the tables here (L55). */
#include "imports.h"

#include "ledger/proof.h"

void banks_name(struct state *state, struct proof *proof)
{
    const struct hall_rules *rules = money_rules(state);
    if (rules == NULL) {
        return;
    }
    const struct catalogue_transit_account *accounts = &rules->catalogue->head.transit_account;
    for (size_t i = 0; i < accounts->bank_account_count; i++) {
        (void)proof_bank_of(proof, accounts->bank_accounts[i].code);
    }
}

static void statements_add(struct state *state, struct proof *proof)
{
    struct store_cursor cursor;
    store_cursor_open(&cursor, state->txn, TABLE_IMPORTS);
    for (bool more = store_first(&cursor); more; more = store_next(&cursor)) {
        struct import_row row;
        if (!state_row(state, cursor.value, &import_row_message, &row)) {
            break;
        }
        for (size_t i = 0; row.state == IMPORT_BOOKED && i < row.parts.count; i++) {
            proof_statement(proof, &row.parts.items[i]);
        }
    }
    store_cursor_close(&cursor);
}

static bool movement_add(void *context, const struct bank_item_row *row)
{
    struct proof_item item = {
        .reference = row->reference,
        .code = row->code,
        .amount_fen = row->amount_fen,
        .day = row->day,
        .bank_day = row->bank_day,
    };
    proof_movement(context, row->bank, &item);
    return true;
}

static void orders_add(struct state *state, struct proof *proof)
{
    struct store_cursor cursor;
    store_cursor_open(&cursor, state->txn, TABLE_SETTLEMENTS);
    for (bool more = store_first(&cursor); more; more = store_next(&cursor)) {
        struct settlement_row row;
        if (!state_row(state, cursor.value, &settlement_row_message, &row)) {
            break;
        }
        for (size_t i = 0; i < row.orders.count; i++) {
            const struct settlement_order *order = &row.orders.items[i];
            struct proof_item item = {
                .reference = order->end_to_end,
                .code = TRANSFER_SETTLEMENT,
                .amount_fen = -order->amount_fen,
                .day = row.day,
            };
            proof_order(proof, row.bank, &item, order->resolved_on);
        }
    }
    store_cursor_close(&cursor);
}

void banks_prove(struct state *state, struct proof *proof)
{
    statements_add(state, proof);
    for (size_t i = 0; i < proof->told.banks.count; i++) {
        bank_items_visit_crossing(state, proof->told.banks.items[i].bank, movement_add, proof);
    }
    orders_add(state, proof);
}
