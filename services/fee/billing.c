/* Billing: what a case is charged for and when, from the item's schedule and the quantities of the
 * form (S24: a bill off the list cannot be issued, zero is stated as zero). */
#include "money.h"

#include "base/check.h"
#include "catalogue/fees.h"
#include "catalogue/form.h"
#include "iso20022/reference.h"

#include <string.h>

enum { LINES_MAX = 64 };

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

/* "RF85HALL20260000123": the year and the number of the bill in it, with check digits. */
static struct text bill_number(struct billing *billing)
{
    return creditor_reference(billing->decision->arena,
                              number_make(billing->decision, "bill", "HALL", 0));
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
    issued.transfers = lines_transfers(billing->decision, &issued.lines, TRANSFER_CHARGE);
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

/* -- in the place of another ---------------------------------------------------------------- */

/* When the schedule asks for what a bill asks for. */
static enum fee_bill_at bill_at_of(const struct catalogue_item *item, const struct bill_row *bill)
{
    for (size_t i = 0; i < item->fee_count; i++) {
        if (text_equal(item->fees[i].code, bill->lines.items[0].fee)) {
            return item->fees[i].bill_at;
        }
    }
    return BILL_REQUESTED;
}

static bool is_quantity(const struct catalogue_item *item, struct text field)
{
    for (size_t i = 0; i < item->fee_count; i++) {
        if (item->fees[i].quantity != NULL && text_equal(item->fees[i].quantity->id, field)) {
            return true;
        }
    }
    return false;
}

/* Quantities alone are put right with a bill, checked as when they were filed. */
static enum verdict quantities_check(const struct billing *billing, struct form *form)
{
    struct decision *decision = billing->decision;
    struct wire_path path = {.name = TEXT_LITERAL("form")};
    struct form_filer filer = {.occasion = FORM_AMENDED};
    for (size_t i = 0; i < form->count; i++) {
        struct wire_path at = {.parent = &path, .name = form->items[i].name};
        if (!is_quantity(billing->matter.item, form->items[i].name)) {
            wire_errors_add(&decision->errors, &at, "is no quantity by which a fee is counted");
        }
    }
    bool is_sound = decision->errors.count == 0 &&
                    catalogue_check_form(billing->matter.item, &filer, form, decision->arena, &path,
                                         &decision->errors);
    return is_sound ? VERDICT_OK : refuse_fields(decision);
}

/* Works out the lines anew, with the quantities that were put right. */
static enum verdict lines_anew(struct billing *billing, const struct reissue *reissue,
                               struct form *corrected, struct bill_line_list *ret_lines)
{
    struct decision *decision = billing->decision;
    const struct catalogue_item *item = billing->matter.item;
    if (quantities_check(billing, corrected) != VERDICT_OK) {
        return VERDICT_PROBLEM;
    }
    struct form form = form_with(&billing->filed.form, corrected, decision->arena);
    struct catalogue_facts facts = {.applicant_kind = billing->filed.applicant_kind,
                                    .applicant_represented = billing->filed.represented,
                                    .form = &form};
    if (bill_at_of(item, reissue->bill) == BILL_REQUESTED) {
        return refuse(
            decision, PROBLEM_NOT_ALLOWED_NOW,
            "what was charged on request is charged anew by the officer who asked for it");
    }
    if (catalogue_fee_lines(item, bill_at_of(item, reissue->bill), &facts, decision->arena, NULL,
                            &decision->errors, &billing->lines) != ERR_OK) {
        return refuse_fields(decision);
    }
    *ret_lines = lines_of(billing);
    return VERDICT_OK;
}

enum verdict bill_reissue(struct decision *decision, const struct reissue *reissue,
                          struct bill_id *ret_bill_id)
{
    struct billing *billing = arena_take(decision->arena, sizeof *billing);
    const struct bill_row *bill = reissue->bill;
    billing->decision = decision;
    CHECK(fee_matter_load(decision->state, &bill->case_id, &billing->matter));
    CHECK(fee_filed_load(decision->state, &bill->case_id, &billing->filed));
    struct fee_bill_issued issued = {
        .bill_id = {decision_new_id(decision)},
        .item = billing->matter.item->code,
        .subject = bill->subject,
        .payer = reissue->payer.value.size > 0 ? reissue->payer : bill->payer,
        .lines = bill->lines,
        .due = bill->due,
        .form = reissue->form,
    };
    enum verdict verdict = reissue->form.count == 0
                               ? VERDICT_OK
                               : lines_anew(billing, reissue, &issued.form, &issued.lines);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    for (size_t i = 0; i < issued.lines.count; i++) {
        issued.amount_fen += line_due(&issued.lines.items[i]);
    }
    *ret_bill_id = issued.bill_id;
    issued.number = bill_number(billing);
    issued.transfers = lines_transfers(decision, &issued.lines, TRANSFER_CHARGE);
    emit(decision, &bill->case_id, &fee_bill_issued_message, &issued);
    if (issued.amount_fen == 0) {
        bills_go_on(decision, &bill->case_id, reissue->bill_id, 1);
    }
    return VERDICT_OK;
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
