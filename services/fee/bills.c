/* Bills: from the item's schedule and the quantities of the form (S24: a bill off the list cannot
 * be issued, zero is stated as zero). */
#include "fee.h"

#include "base/check.h"
#include "catalogue/fees.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 64, NUMBER_DIGITS = 7 };

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

/* -- issuing -------------------------------------------------------------------------------- */

/* What is needed to write a bill. */
struct billing {
    struct decision *decision;
    struct matter matter;
    struct filed_row filed;
    struct catalogue_fee_lines lines;
};

/* Reads the case and works out its lines; false when nothing is charged at this point. */
static bool billing_begin(struct billing *billing, struct decision *decision,
                          const struct case_id *id, enum fee_bill_at bill_at)
{
    struct key key = key_of_uuid(&id->uuid);
    billing->decision = decision;
    if (!fee_matter_load(decision->state, id, &billing->matter) ||
        !state_get(decision->state, TABLE_FILED, key_bytes(&key), &filed_row_message,
                   &billing->filed)) {
        return false;
    }
    (void)recount_matter(&fee_flow, decision, &billing->matter);
    struct catalogue_facts facts = {
        .applicant_kind = billing->filed.applicant_kind,
        .applicant_represented = billing->filed.represented,
        .form = &billing->filed.form,
    };
    /* Intake checked the quantities when the case was filed, under the same rules. */
    return catalogue_fee_lines(billing->matter.item, bill_at, &facts, decision->arena, NULL,
                               &decision->errors, &billing->lines) == ERR_OK &&
           billing->lines.count > 0;
}

static struct bill_line_list lines_of(struct billing *billing)
{
    struct bill_line_list list = {
        .items =
            arena_take_array(billing->decision->arena, billing->lines.count, sizeof *list.items)};
    for (size_t i = 0; i < billing->lines.count && list.count < LINES_MAX; i++) {
        const struct catalogue_fee_line *line = &billing->lines.items[i];
        list.items[list.count++] = (struct bill_line){
            .fee = line->fee->code,
            .quantity = line->quantity,
            .each_fen = line->each_fen,
            .amount_fen = line->amount_fen,
            .payee = line->fee->payee == NULL ? (struct text){0} : line->fee->payee->code,
            .basis = line->fee->basis,
        };
    }
    return list;
}

/* Receivable against income due, per unit; with `sign` -1 the reversal. */
static struct posting_list postings_of(const struct bill_line_list *lines, int64_t sign,
                                       struct arena *arena)
{
    struct posting_set set;
    postings_init(&set, arena);
    for (size_t i = 0; i < lines->count; i++) {
        const struct bill_line *line = &lines->items[i];
        if (line->amount_fen != 0) {
            postings_add(&set, "receivable", line->payee, sign * line->amount_fen);
            postings_add(&set, "income_due", line->payee, -sign * line->amount_fen);
        }
    }
    CHECK(postings_balance(&set.list));
    return set.list;
}

/* "RF85HALL20260000123": the year and the number of the bill in it, with check digits. */
static struct text bill_number(struct billing *billing)
{
    char reference[32];
    int64_t year = year_of(billing->matter.rules, billing->decision->now_ms);
    int64_t number = number_next(billing->decision, "bill", year);
    (void)snprintf(reference, sizeof reference, "HALL%" PRId64 "%0*" PRId64, year, NUMBER_DIGITS,
                   number);
    return creditor_reference(billing->decision->arena, text_of(reference));
}

const char payment_clock[] = "payment_period";

static struct date due_of(const struct matter *matter)
{
    const struct case_clock *clock = row_clock(&matter->row, text_of(payment_clock));
    return clock == NULL || clock->clock.phase != CLOCK_RUNNING ? (struct date){0}
                                                                : clock->clock.due_day;
}

static void bill_emit(struct billing *billing)
{
    struct fee_bill_issued issued = {
        .bill_id = {decision_new_id(billing->decision)},
        .number = bill_number(billing),
        .item = billing->matter.item->code,
        .subject = billing->filed.subject,
        .payer = billing->filed.payer,
        .lines = lines_of(billing),
        .amount_fen = billing->lines.sum_fen,
        .due = due_of(&billing->matter),
    };
    issued.postings = postings_of(&issued.lines, 1, billing->decision->arena);
    emit(billing->decision, &billing->matter.id, &fee_bill_issued_message, &issued);
}

void react_to_acceptance(struct decision *decision, const struct event *event)
{
    struct billing *billing = arena_take(decision->arena, sizeof *billing);
    if (billing_begin(billing, decision, &event->envelope->case_id, BILL_ACCEPTED) &&
        billing->lines.sum_fen > 0) {
        bill_emit(billing);
    }
}

void react_to_decision(struct decision *decision, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct billing *billing = arena_take(decision->arena, sizeof *billing);
    if (moved->fields.outcome != OUTCOME_GRANT) {
        bills_take_back(decision, id, "case_ended");
        return;
    }
    bool charged = billing_begin(billing, decision, id, BILL_GRANTED);
    if (charged) {
        bill_emit(billing);
    }
    if ((!charged || billing->lines.sum_fen == 0) &&
        text_equal_string(billing->matter.row.owner, "fee")) {
        (void)flow_signal(&fee_flow, decision, &billing->matter, "bills_cleared");
    }
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
            .postings = postings_of(&row->lines, -1, back->decision->arena),
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

void react_to_end(struct decision *decision, const struct event *event)
{
    bills_take_back(decision, &event->envelope->case_id, "case_ended");
}

/* -- applying ------------------------------------------------------------------------------- */

/* "RF85HALL20260000123": what the number itself says of the counter. */
static void number_apply(struct state *state, struct text number)
{
    struct text digits = text_after(number, strlen("RF00HALL"));
    char year[5] = "";
    char rest[24] = "";
    if (digits.size > 4 && digits.size - 4 < sizeof rest) {
        memcpy(year, digits.data, 4);
        memcpy(rest, digits.data + 4, digits.size - 4);
        number_note(state, "bill", strtoll(year, NULL, 10), strtoll(rest, NULL, 10));
    }
}

void apply_bill_issued(struct state *state, const struct event *event)
{
    const struct fee_bill_issued *issued = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct key key = key_of_uuid(&issued->bill_id.uuid);
    struct key of_case = key_of_uuid(&id->uuid);
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
    number_apply(state, issued->number);
    postings_apply(state, &issued->postings);
}

/* Changes a bill's state. */
static void bill_change(struct state *state, const struct bill_id *bill_id,
                        enum bill_state bill_state)
{
    struct key key = key_of_uuid(&bill_id->uuid);
    struct bill_row row;
    if (state_get(state, TABLE_BILLS, key_bytes(&key), &bill_row_message, &row)) {
        row.state = bill_state;
        row.version++;
        state_put(state, TABLE_BILLS, key_bytes(&key), &bill_row_message, &row);
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
    postings_apply(state, &voided->postings);
}
