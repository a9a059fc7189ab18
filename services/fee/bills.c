/* Bills: from the item's schedule and the quantities of the form (S24: a bill off the list cannot
 * be issued, zero is stated as zero). */
#include "money.h"

#include "base/check.h"
#include "catalogue/fees.h"
#include "iso20022/reference.h"

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

/* -- issuing -------------------------------------------------------------------------------- */

/* What is needed to write a bill. */
struct billing {
    struct decision *decision;
    struct matter matter;
    struct filed_row filed;
    struct catalogue_fee_lines lines;
};

static struct form_entry number_entry(const char *name, int64_t number)
{
    return (struct form_entry){
        .name = text_of(name), .kind = FORM_DECIMAL, .decimal = decimal_of(number)};
}

/* What an officer charges for stands beside what the form says. */
static void asked_fill(struct billing *billing, const struct action_fields *asked)
{
    struct form *form = &billing->filed.form;
    size_t capacity = form->count + 3;
    struct form_entry *items = arena_take_array(billing->decision->arena, capacity, sizeof *items);
    if (asked == NULL || asked->charge_by == charge_scale_absent) {
        return;
    }
    if (form->count > 0) {
        memcpy(items, form->items, form->count * sizeof *items);
    }
    form->items = items;
    items[form->count++] =
        (struct form_entry){.name = TEXT_LITERAL("charge_by"),
                            .kind = FORM_TEXT,
                            .text = wire_enum_name(&charge_scale_enum, (int)asked->charge_by)};
    items[form->count++] = number_entry("requests_this_month", asked->requests_this_month);
    items[form->count++] = number_entry("pages", asked->pages);
}

/* Reads the case and works out its lines; false when nothing is charged at this point. */
static bool billing_begin(struct billing *billing, struct decision *decision,
                          const struct case_id *id, enum fee_bill_at bill_at,
                          const struct action_fields *asked)
{
    billing->decision = decision;
    if (!fee_matter_load(decision->state, id, &billing->matter) ||
        !fee_filed_load(decision->state, id, &billing->filed)) {
        return false;
    }
    asked_fill(billing, asked);
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

/* What the lines ask for, per unit: receivable against income due, or back when it is taken back.
 */
static struct transfer_list transfers_of(struct decision *decision,
                                         const struct bill_line_list *lines,
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
    const struct clock *clock = row_clock(&matter->row, text_of(payment_clock));
    return clock == NULL || clock->phase != CLOCK_RUNNING ? (struct date){0} : clock->due_day;
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
    issued.transfers = transfers_of(billing->decision, &issued.lines, TRANSFER_CHARGE);
    emit(billing->decision, &billing->matter.id, &fee_bill_issued_message, &issued);
}

/* True when the case stands where its bills are waited for. */
static bool waits_for_bills(const struct matter *matter)
{
    const struct procedure *procedure = matter->procedure;
    for (size_t i = 0; i < procedure->transition_count; i++) {
        const struct procedure_transition *transition = &procedure->transitions[i];
        if (transition->from == matter->state && transition->trigger == TRIGGER_SIGNAL &&
            text_equal_string(transition->trigger_name, "bills_cleared")) {
            return true;
        }
    }
    return false;
}

struct paid_search {
    struct text fee;
    bool found;
};

static bool pays_for(void *context, const struct bill_id *bill_id, const struct bill_row *row)
{
    struct paid_search *search = context;
    bool is_settled = row->state == BILL_PAID || row->state == BILL_CLEARED;
    (void)bill_id;
    for (size_t i = 0; is_settled && i < row->lines.count; i++) {
        search->found |= text_equal(row->lines.items[i].fee, search->fee);
    }
    return !search->found;
}

/* True when the case has settled these fees, if only by a bill of zero: what is decided anew after
 * the decision was set aside is not billed twice. */
static bool was_paid(const struct billing *billing, const struct case_id *id)
{
    struct paid_search search = {.found = true};
    for (size_t i = 0; i < billing->lines.count && search.found; i++) {
        search = (struct paid_search){.fee = billing->lines.items[i].fee->code};
        bills_visit(billing->decision->state, id, pays_for, &search);
    }
    return search.found;
}

/* Issues what the schedule asks for at this point and clears the case when that is nothing. A bill
 * of zero is stated where it was waited for. */
static void charge(struct decision *decision, const struct case_id *id, enum fee_bill_at bill_at,
                   const struct action_fields *asked)
{
    struct billing *billing = arena_take(decision->arena, sizeof *billing);
    struct matter *matter = &billing->matter;
    bool charged = billing_begin(billing, decision, id, bill_at, asked) && !was_paid(billing, id);
    bool is_here = text_equal_string(matter->row.owner, "fee") && matter->procedure != NULL &&
                   waits_for_bills(matter);
    if (charged && (is_here || billing->lines.sum_fen > 0)) {
        bill_emit(billing);
    }
    if (is_here && (!charged || billing->lines.sum_fen == 0)) {
        (void)flow_signal(&fee_flow, decision, matter, "bills_cleared");
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
            .transfers = transfers_of(back->decision, &row->lines, TRANSFER_VOID_CHARGE),
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

/* -- reactions ------------------------------------------------------------------------------ */

static bool is_type(const struct event *event, const struct wire_message *message)
{
    return text_equal_string(event->envelope->type, message->name);
}

/* True when the case itself came to an end by this step. */
static bool has_ended(struct decision *decision, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct matter matter;
    if (!fee_matter_load(decision->state, &event->envelope->case_id, &matter) ||
        matter.procedure == NULL) {
        return false;
    }
    int to = procedure_state_index(matter.procedure, moved->step.to);
    return to >= 0 && matter.procedure->states[to].is_end;
}

void react_to_move(struct decision *decision, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct case_id *id = &event->envelope->case_id;
    if (moved->step.beside) {
        return;
    }
    if (has_ended(decision, event)) {
        bills_take_back(decision, id, "case_ended");
    } else if (is_type(event, &intake_case_accepted_message) ||
               is_type(event, &intake_case_deemed_accepted_message)) {
        charge(decision, id, BILL_ACCEPTED, NULL);
    } else if (is_type(event, &approval_decision_made_message) &&
               moved->fields.outcome == OUTCOME_GRANT) {
        charge(decision, id, BILL_GRANTED, NULL);
    } else if (is_type(event, &approval_charge_requested_message)) {
        charge(decision, id, BILL_REQUESTED, &moved->fields);
    }
    flow_react(&fee_flow, decision, event);
    work_react(&fee_flow, decision, event);
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
    number_apply(state, issued->number);
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
