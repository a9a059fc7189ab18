/* Money that is to be paid back: asked for here, with the amount; checked, approved and paid by the
 * unit and Finance. */
#include "money.h"

#include <string.h>

enum { REFUNDS_MAX = 200 };

/* -- asking for it -------------------------------------------------------------------------- */

/* The event stands beside whatever step called for it: the case stays where it is, wherever that
 * may be. */
void refund_request(struct decision *decision, const struct case_id *id,
                    const struct bill_id *bill_id, int64_t amount_fen,
                    const struct case_moved *added)
{
    struct case_moved moved = *added;
    struct matter matter;
    if (text_is_empty(moved.step.to) && fee_matter_load(decision->state, id, &matter)) {
        moved.step.from = matter.row.state;
        moved.step.to = matter.row.state;
        moved.step.version = matter.row.version;
    }
    moved.bill = *bill_id;
    moved.fields.amount_fen = amount_fen;
    emit(decision, id, &fee_refund_requested_message, &moved);
}

struct asking_back {
    struct decision *decision;
    const struct case_id *id;
    const struct case_moved *added;
};

static bool bill_ask_back(void *context, const struct bill_id *bill_id, const struct bill_row *row)
{
    const struct asking_back *asking = context;
    int64_t left_fen = row->amount_fen - row->refund_fen;
    if (row->state == BILL_PAID && left_fen > 0) {
        refund_request(asking->decision, asking->id, bill_id, left_fen, asking->added);
    }
    return true;
}

void refund_request_all(struct decision *decision, const struct case_id *id,
                        const struct case_moved *added)
{
    struct asking_back asking = {.decision = decision, .id = id, .added = added};
    bills_visit(decision->state, id, bill_ask_back, &asking);
}

/* -- applying ------------------------------------------------------------------------------- */

void apply_refund_requested(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct key key = key_of_uuid(&event->envelope->id.uuid);
    struct bill_row bill;
    struct refund_row row = {
        .case_id = event->envelope->case_id,
        .bill_id = moved->bill,
        .amount_fen = moved->fields.amount_fen,
        .why = moved->step.action,
        .requested = event->envelope->time,
    };
    state_put(state, TABLE_REFUNDS, key_bytes(&key), &refund_row_message, &row);
    if (bill_load(state, &moved->bill, &bill)) {
        bill.refund_fen += moved->fields.amount_fen;
        bill_put(state, &moved->bill, &bill);
    }
}

/* -- looking -------------------------------------------------------------------------------- */

static struct refund_shown refund_show(struct state *state, struct bytes key,
                                       const struct refund_row *row)
{
    struct refund_shown shown = {
        .case_id = row->case_id,
        .bill_id = row->bill_id,
        .amount_fen = row->amount_fen,
        .why = row->why,
        .requested_at = row->requested,
    };
    struct bill_row bill;
    memcpy(shown.id.uuid.bytes, key.data, UUID_BYTES);
    if (bill_load(state, &row->bill_id, &bill)) {
        shown.bill_number = bill.number;
    }
    return shown;
}

/* True when the cursor stands on an entry, behind `after`. */
static bool refunds_begin(struct store_cursor *cursor, const struct event_id *after)
{
    if (uuid_is_none(&after->uuid)) {
        return store_first(cursor);
    }
    struct key key = key_of_uuid(&after->uuid);
    bool more = store_seek(cursor, key_bytes(&key));
    return more && key_has_prefix(cursor->key, &key) ? store_next(cursor) : more;
}

enum verdict query_refunds(struct reading *reading, const void *question)
{
    const struct ask_refunds *asked = question;
    struct refunds_told *told = arena_take(reading->arena, sizeof *told);
    struct store_cursor cursor;
    enum verdict verdict = money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    told->items.items = arena_take_array(reading->arena, REFUNDS_MAX, sizeof *told->items.items);
    store_cursor_open(&cursor, reading->state->txn, TABLE_REFUNDS);
    for (bool more = refunds_begin(&cursor, &asked->after); more; more = store_next(&cursor)) {
        struct refund_row row;
        if (!state_row(reading->state, cursor.value, &refund_row_message, &row)) {
            break;
        }
        if (told->items.count == (size_t)asked->limit) {
            told->more = true;
            break;
        }
        told->items.items[told->items.count++] = refund_show(reading->state, cursor.key, &row);
    }
    store_cursor_close(&cursor);
    return reading_answer(reading, &refunds_told_message, told);
}
