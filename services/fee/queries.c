/* Questions about bills. */
#include "intents.h"
#include "money.h"

enum { BILLS_MAX = 32 };

static struct bill_shown bill_show(const struct bill_id *bill_id, const struct bill_row *row)
{
    return (struct bill_shown){
        .id = *bill_id,
        .case_id = row->case_id,
        .number = row->number,
        .status = row->state,
        .payer = row->payer,
        .lines = row->lines,
        .amount_fen = row->amount_fen,
        .issued_at = row->issued,
        .due_day = row->due,
        .refund_fen = row->refund_fen,
        .refunded_fen = row->refunded_fen,
        .receipt = row->receipt,
        .payment = row->payment,
        .version = row->version,
    };
}

enum verdict bill_look_check(struct reading *reading, const struct matter *matter)
{
    enum standing standing = matter_standing(matter, reading->principal);
    if (standing == STANDING_FILER || standing == STANDING_CONCERNED ||
        principal_holds(reading->principal, TEXT_LITERAL("bank_link"), TEXT_LITERAL("HALL"))) {
        return VERDICT_OK;
    }
    return standing == STANDING_UNCONCERNED
               ? reading_refuse(reading, PROBLEM_FORBIDDEN, "this case is not of your department")
               : reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such bill");
}

/* How a bill can be paid: in which ways, and on line at which providers that are connected here. */
static void bills_name_ways(struct reading *reading, struct bill_shown *bills, size_t count)
{
    struct text_list providers = providers_on_line(reading->state, reading->arena);
    for (size_t i = 0; i < count; i++) {
        struct bill_row row = {.lines = bills[i].lines};
        if (bills[i].status != BILL_ISSUED) {
            continue;
        }
        bills[i].methods = bill_methods(reading->state, reading->arena, &row);
        if (bill_has_method(reading->state, &row, METHOD_ONLINE)) {
            bills[i].providers = providers;
        }
    }
}

enum verdict query_bill(struct reading *reading, const void *question)
{
    const struct ask_bill *asked = question;
    struct bill_row row;
    struct matter matter;
    if (!bill_load(reading->state, &asked->bill_id, &row) ||
        !fee_matter_load(reading->state, &row.case_id, &matter)) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such bill");
    }
    enum verdict verdict = bill_look_check(reading, &matter);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    struct bill_shown *shown = arena_take(reading->arena, sizeof *shown);
    *shown = bill_show(&asked->bill_id, &row);
    bills_name_ways(reading, shown, 1);
    return reading_answer(reading, &bill_shown_message, shown);
}

static bool bill_add(void *context, const struct bill_id *bill_id, const struct bill_row *row)
{
    struct bills_told *told = context;
    told->bills.items[told->bills.count++] = bill_show(bill_id, row);
    return told->bills.count < BILLS_MAX;
}

/* What a matter of the hall is: nobody filed it, so nobody else knows. */
static struct case_head head_of(const struct case_row *row)
{
    return (struct case_head){
        .number = row->number,
        .item = row->item,
        .catalogue_version = row->catalogue_version,
        .department = row->department,
        .received = row->received,
        .subject = row->subject,
        .opened_by = row->opened_by,
    };
}

enum verdict query_bills(struct reading *reading, const void *question)
{
    const struct ask_bills *asked = question;
    struct matter matter;
    struct bills_told *told = arena_take(reading->arena, sizeof *told);
    if (!fee_matter_load(reading->state, &asked->case_id, &matter)) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such case");
    }
    enum verdict verdict = bill_look_check(reading, &matter);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    told->bills.items = arena_take_array(reading->arena, BILLS_MAX, sizeof *told->bills.items);
    bills_visit(reading->state, &asked->case_id, bill_add, told);
    bills_name_ways(reading, told->bills.items, told->bills.count);
    told->owner = text_equal_string(matter.row.owner, "fee");
    if (told->owner) {
        told->state = matter.row.state;
        told->version = matter.row.version;
        told->clocks = matter_clocks(&matter.row, reading->arena);
        struct onlooker onlooker = {
            .principal = reading->principal, .state = reading->state, .now_ms = reading->now_ms};
        told->actions = matter_actions(&fee_flow, &matter, &onlooker, reading->arena);
    }
    if (matter.procedure != NULL && matter.procedure->of_hall) {
        told->head = head_of(&matter.row);
    }
    return reading_answer(reading, &bills_told_message, told);
}
