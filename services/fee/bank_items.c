/* What moves in Finance's accounts at the banks, by the reference that the bank's statement will
 * show: known here, at the bank, or both; not always on the same day (L55). */
#include "money.h"

#include "base/check.h"

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

void bank_item_note(struct state *state, const struct bank_item_row *item)
{
    struct bank_item_row row;
    if (bank_item_find(state, item->bank, item->reference, &row)) {
        row.amount_fen += item->amount_fen; /* one movement at the bank, several parts of it here */
    } else {
        row = *item;
    }
    item_put(state, &row);
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
