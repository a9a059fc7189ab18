/* Bills: their rows, what their lines ask for in the books, how they end. */
#include "money.h"

#include "base/check.h"

#include <string.h>

/* -- reading -------------------------------------------------------------------------------- */

void bills_visit(struct state *state, const struct case_id *id,
                 bool (*visit)(void *context, const struct bill_id *bill_id,
                               const struct bill_row *row),
                 void *context)
{
    struct store_cursor cursor;
    struct key prefix = key_of_uuid(&id->uuid);
    bool go_on = true;
    store_cursor_open(&cursor, state->txn, TABLE_CASE_BILLS);
    bool more = store_seek(&cursor, key_bytes(&prefix));
    while (go_on && more && key_has_prefix(cursor.key, &prefix)) {
        struct bill_id bill_id;
        struct bill_row row;
        memcpy(bill_id.uuid.bytes, cursor.key.data + UUID_BYTES, UUID_BYTES);
        struct key key = key_of_uuid(&bill_id.uuid);
        if (state_get(state, TABLE_BILLS, key_bytes(&key), &bill_row_message, &row)) {
            go_on = visit(context, &bill_id, &row);
        }
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
}

bool bill_load(struct state *state, const struct bill_id *bill_id, struct bill_row *ret_row)
{
    struct key key = key_of_uuid(&bill_id->uuid);
    return state_get(state, TABLE_BILLS, key_bytes(&key), &bill_row_message, ret_row);
}

bool bill_find(struct state *state, struct text number, struct bill_id *ret_bill_id)
{
    struct key key = key_of_text(number);
    struct bytes value;
    if (number.size > BILL_NUMBER_MAX ||
        !store_get(state->txn, TABLE_NUMBERS, key_bytes(&key), &value) ||
        value.size != UUID_BYTES) {
        return false;
    }
    memcpy(ret_bill_id->uuid.bytes, value.data, UUID_BYTES);
    return true;
}

void bill_put(struct state *state, const struct bill_id *bill_id, struct bill_row *row)
{
    struct key key = key_of_uuid(&bill_id->uuid);
    row->version++;
    state_put(state, TABLE_BILLS, key_bytes(&key), &bill_row_message, row);
}

int64_t line_due(const struct bill_line *line)
{
    return line->amount_fen - line->waived_fen;
}

/* -- the books ------------------------------------------------------------------------------ */

struct transfer_list lines_transfers(struct decision *decision, const struct bill_line_list *lines,
                                     enum transfer_code code)
{
    struct ledger_draft draft;
    money_draft(&draft, decision);
    for (size_t i = 0; i < lines->count; i++) {
        const struct bill_line *line = &lines->items[i];
        struct text owed = account_receivable(draft.arena, line->payee);
        struct text due = account_income_due(draft.arena, line->payee);
        bool is_charge = code == TRANSFER_CHARGE;
        ledger_move(&draft, code, is_charge ? owed : due, is_charge ? due : owed, line_due(line));
    }
    CHECK(draft.result == LEDGER_OK);
    return draft.list;
}

struct transfer_list bill_reversal(struct decision *decision, const struct bill_row *bill)
{
    return lines_transfers(decision, &bill->lines, TRANSFER_VOID_CHARGE);
}

/* -- taking back ---------------------------------------------------------------------------- */

struct taking_back {
    struct decision *decision;
    const struct case_id *id;
    const char *why;
};

static bool bill_take_back(void *context, const struct bill_id *bill_id, const struct bill_row *row)
{
    struct taking_back *back = context;
    if (row->state == BILL_ISSUED) {
        struct fee_bill_voided voided = {
            .bill_id = *bill_id,
            .why = text_of(back->why),
            .transfers = lines_transfers(back->decision, &row->lines, TRANSFER_VOID_CHARGE),
        };
        emit(back->decision, back->id, &fee_bill_voided_message, &voided);
    }
    return true;
}

void bills_take_back(struct decision *decision, const struct case_id *id, const char *why)
{
    struct taking_back back = {.decision = decision, .id = id, .why = why};
    bills_visit(decision->state, id, bill_take_back, &back);
}

struct unpaid {
    const struct bill_id *settled;
    size_t count;
    bool any;
};

static bool other_unpaid(void *context, const struct bill_id *bill_id, const struct bill_row *row)
{
    struct unpaid *unpaid = context;
    bool is_settled = row->state != BILL_ISSUED;
    for (size_t i = 0; i < unpaid->count; i++) {
        is_settled |= uuid_equal(&bill_id->uuid, &unpaid->settled[i].uuid);
    }
    unpaid->any |= !is_settled;
    return is_settled;
}

void bills_go_on(struct decision *decision, const struct case_id *id, const struct bill_id *settled,
                 size_t count)
{
    struct unpaid unpaid = {.settled = settled, .count = count};
    struct matter *matter = arena_take(decision->arena, sizeof *matter);
    bills_visit(decision->state, id, other_unpaid, &unpaid);
    if (!unpaid.any && matter_load(&fee_flow, decision->state, id, matter)) {
        (void)flow_signal(&fee_flow, decision, matter, "bills_cleared");
    }
}

/* -- applying ------------------------------------------------------------------------------- */

/* Quantities that were put right count from then on. */
static void form_correct(struct state *state, const struct case_id *id, const struct form *form)
{
    struct key key = key_of_uuid(&id->uuid);
    struct filed_row filed;
    if (form->count > 0 && fee_filed_load(state, id, &filed)) {
        filed.form = form_with(&filed.form, form, state->arena);
        state_put(state, TABLE_FILED, key_bytes(&key), &filed_row_message, &filed);
    }
}

void apply_bill_issued(struct state *state, const struct event *event)
{
    const struct fee_bill_issued *issued = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct key key = key_of_uuid(&issued->bill_id.uuid);
    struct key of_case = key_of_uuid(&id->uuid);
    struct key number = key_of_text(issued->number);
    key_add_uuid(&of_case, &issued->bill_id.uuid);
    struct bill_row row = {
        .case_id = *id,
        .number = issued->number,
        .state = issued->amount_fen == 0 ? BILL_CLEARED : BILL_ISSUED,
        .subject = issued->subject,
        .payer = issued->payer,
        .lines = issued->lines,
        .amount_fen = issued->amount_fen,
        .issued = event->envelope->time,
        .due = issued->due,
        .version = 1,
    };
    state_put(state, TABLE_BILLS, key_bytes(&key), &bill_row_message, &row);
    store_put(state->txn, TABLE_CASE_BILLS, key_bytes(&of_case), bytes_of("", 0));
    store_put(state->txn, TABLE_NUMBERS, key_bytes(&number),
              bytes_of(issued->bill_id.uuid.bytes, UUID_BYTES));
    form_correct(state, id, &issued->form);
    number_follow(state, "bill", issued->number, strlen("RF00HALL"));
    money_apply(state, event, &issued->transfers);
}

/* Changes a bill's state. */
static void bill_change(struct state *state, const struct bill_id *bill_id,
                        enum bill_state bill_state)
{
    struct bill_row row;
    if (bill_load(state, bill_id, &row)) {
        row.state = bill_state;
        bill_put(state, bill_id, &row);
    }
}

/* What bills_move_due moves: a bill that says when it is to be paid, and is not settled yet. */
struct due_move {
    struct state *state;
    struct date due;
};

static bool bill_move_due(void *context, const struct bill_id *bill_id, const struct bill_row *row)
{
    const struct due_move *move = context;
    struct key key = key_of_uuid(&bill_id->uuid);
    struct bill_row moved = *row;
    if (row->state == BILL_ISSUED && row->due.days != 0) {
        moved.due = move->due;
        moved.version++;
        state_put(move->state, TABLE_BILLS, key_bytes(&key), &bill_row_message, &moved);
    }
    return true;
}

void bills_move_due(struct state *state, const struct case_id *id, struct date due)
{
    struct due_move move = {state, due};
    bills_visit(state, id, bill_move_due, &move);
}

void apply_bill_paid(struct state *state, const struct event *event)
{
    const struct fee_bill_paid *paid = event->data;
    bill_change(state, &paid->bill_id, BILL_PAID);
}

void apply_bill_voided(struct state *state, const struct event *event)
{
    const struct fee_bill_voided *voided = event->data;
    bill_change(state, &voided->bill_id,
                text_equal_string(voided->why, "lapsed") ? BILL_LAPSED : BILL_VOID);
    money_apply(state, event, &voided->transfers);
}
