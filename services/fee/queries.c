/* Questions: bills, and the ledger's balances. */
#include "fee.h"

enum { BILLS_MAX = 32, ACCOUNTS_MAX = 500 };

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
        .receipt = row->receipt,
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
    return reading_answer(reading, &bill_shown_message, shown);
}

static bool bill_add(void *context, const struct bill_id *bill_id, const struct bill_row *row)
{
    struct bills_told *told = context;
    told->bills.items[told->bills.count++] = bill_show(bill_id, row);
    return told->bills.count < BILLS_MAX;
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
    told->owner = text_equal_string(matter.row.owner, "fee");
    if (told->owner) {
        told->state = matter.row.state;
        told->version = matter.row.version;
        told->clocks = matter_clocks(&matter.row, reading->arena);
        struct onlooker onlooker = {
            .principal = reading->principal, .state = reading->state, .now_ms = reading->now_ms};
        told->actions = matter_actions(&fee_flow, &matter, &onlooker, reading->arena);
    }
    return reading_answer(reading, &bills_told_message, told);
}

enum verdict query_ledger(struct reading *reading, const void *question)
{
    const struct ask_ledger *asked = question;
    const struct text everywhere = TEXT_LITERAL("HALL");
    struct store_cursor cursor;
    struct ledger_told *told = arena_take(reading->arena, sizeof *told);
    if (!principal_holds(reading->principal, TEXT_LITERAL("finance_officer"), everywhere) &&
        !principal_holds(reading->principal, TEXT_LITERAL("auditor"), everywhere)) {
        return reading_refuse(reading, PROBLEM_FORBIDDEN,
                              "the ledger is shown to finance officers and auditors");
    }
    told->items.items = arena_take_array(reading->arena, ACCOUNTS_MAX, sizeof *told->items.items);
    store_cursor_open(&cursor, reading->state->txn, TABLE_ACCOUNTS);
    for (bool more = store_first(&cursor); more; more = store_next(&cursor)) {
        struct text name = arena_copy_text(
            reading->arena, bytes_text(bytes_of(cursor.key.data, cursor.key.size - 1)));
        int64_t balance = (int64_t)read_be64(cursor.value.data);
        told->sum_fen += balance;
        if (text_compare(name, asked->after) <= 0 || told->more) {
            continue;
        }
        if (told->items.count == ACCOUNTS_MAX) {
            told->more = true;
            continue;
        }
        told->items.items[told->items.count++] =
            (struct account_balance){.account = name, .balance_fen = balance};
    }
    store_cursor_close(&cursor);
    return reading_answer(reading, &ledger_told_message, told);
}
