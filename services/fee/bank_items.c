/* What moves in Finance's accounts at the banks, by the reference that the bank's statement will
 * show: known here, at the bank, or both; not always on the same day (L55). */
#include "money.h"

#include "base/check.h"
#include "ledger/bank_moves.h"

#include <string.h>

enum { DAY_BYTES = 4 };

static struct key item_key(struct text bank, struct text reference)
{
    struct key key = key_of_text(bank);
    key_add_text(&key, reference);
    return key;
}

/* Items that the books and the bank have on different days, or one of them not at all. */
static struct key crossing_key(struct text bank, struct date day, struct text reference)
{
    struct key key = key_of_text(bank);
    uint8_t bytes[DAY_BYTES];
    write_be32(bytes, (uint32_t)day.days);
    key_add_bytes(&key, bytes_of(bytes, sizeof bytes));
    key_add_text(&key, reference);
    return key;
}

bool bank_item_find(struct state *state, struct text bank, struct text reference,
                    struct bank_item_row *ret_row)
{
    struct key key = item_key(bank, reference);
    return !text_is_empty(reference) &&
           state_get(state, TABLE_BANK_ITEMS, key_bytes(&key), &bank_item_row_message, ret_row);
}

static void item_put(struct state *state, const struct bank_item_row *row)
{
    struct key key = item_key(row->bank, row->reference);
    struct key crossing = crossing_key(row->bank, row->day, row->reference);
    state_put(state, TABLE_BANK_ITEMS, key_bytes(&key), &bank_item_row_message, row);
    if (row->bank_day.days == row->day.days) {
        state_delete(state, TABLE_CROSSINGS, key_bytes(&crossing));
    } else {
        store_put(state->txn, TABLE_CROSSINGS, key_bytes(&crossing), bytes_of("", 0));
    }
}

/* The payment that the event tells of, or sends back. */
static struct payment_id payment_of(const struct event *event)
{
    if (event->message == &fee_payment_recorded_message) {
        return ((const struct fee_payment_recorded *)event->data)->payment_id;
    }
    if (event->message == &fee_payment_returned_message) {
        return ((const struct case_moved *)event->data)->fields.payment;
    }
    return (struct payment_id){0};
}

/* A movement at the bank may have several parts here. */
static void move_note(struct state *state, const struct bank_move *move,
                      struct payment_id payment_id)
{
    struct bank_item_row row;
    if (!bank_item_find(state, move->bank, move->reference, &row)) {
        row = (struct bank_item_row){
            .bank = move->bank, .reference = move->reference, .day = move->day, .code = move->code};
    }
    if (uuid_is_none(&row.payment_id.uuid)) {
        row.payment_id = payment_id;
    }
    row.amount_fen += move->amount_fen;
    item_put(state, &row);
}

/* The reference by which the payment came that the event sends back; absent when it sends none. */
static struct text came_by(struct state *state, const struct event *event)
{
    struct payment_row payment;
    if (event->message != &fee_payment_returned_message) {
        return (struct text){0};
    }
    const struct case_moved *moved = event->data;
    return payment_load(state, &moved->fields.payment, &payment) ? payment.reference
                                                                 : (struct text){0};
}

void bank_items_note(struct state *state, const struct event *event,
                     const struct transfer_list *transfers)
{
    struct bank_telling telling = {event->message, event->data, came_by(state, event)};
    for (size_t i = 0; i < transfers->count; i++) {
        struct bank_move move;
        if (bank_move_of(&telling, &transfers->items[i], state->arena, &move)) {
            move_note(state, &move, payment_of(event));
        }
    }
}

void bank_item_seen(struct state *state, struct text bank, struct text reference,
                    struct date bank_day)
{
    struct bank_item_row row;
    if (bank_item_find(state, bank, reference, &row) && row.bank_day.days == 0) {
        row.bank_day = bank_day;
        item_put(state, &row);
    }
}

void bank_items_visit_crossing(struct state *state, struct text bank,
                               bool (*visit)(void *context, const struct bank_item_row *row),
                               void *context)
{
    struct store_cursor cursor;
    struct key prefix = key_of_text(bank);
    bool go_on = true;
    store_cursor_open(&cursor, state->txn, TABLE_CROSSINGS);
    bool more = store_seek(&cursor, key_bytes(&prefix));
    while (go_on && more && key_has_prefix(cursor.key, &prefix)) {
        struct bank_item_row row;
        size_t skip = prefix.size + DAY_BYTES;
        CHECK(cursor.key.size > skip);
        struct text reference = arena_copy_text(
            state->arena, bytes_text(bytes_of(cursor.key.data + skip, cursor.key.size - skip - 1)));
        if (bank_item_find(state, bank, reference, &row)) {
            go_on = visit(context, &row);
        }
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
}
