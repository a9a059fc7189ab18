/* Questions: bills, and the ledger's balances. */
#include "money.h"

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
        .refunded_fen = row->refunded_fen,
        .receipt = row->receipt,
        .payment = row->payment,
        .version = row->version,
    };
}

/* Cashiers, finance and the links see every bill; others those of cases they may see. */
static enum verdict look_check(struct reading *reading, const struct matter *matter)
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
    enum verdict verdict = look_check(reading, &matter);
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
    enum verdict verdict = look_check(reading, &matter);
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

/* A page of accounts being filled. */
struct page {
    struct reading *reading;
    const struct ask_ledger *asked;
    struct ledger_told *told;
};

static bool account_add(void *context, struct text name, const struct ledger_balance *present)
{
    struct page *page = context;
    struct ledger_told *told = page->told;
    struct ledger_balance balance = *present;
    if (page->asked->at != 0) {
        balance = ledger_balance_at(&fee_ledger, page->reading->state, name, page->asked->at);
    }
    told->sum_fen += ledger_net(&balance);
    if (text_compare(name, page->asked->after) <= 0) {
        return true;
    }
    told->more = told->items.count == ACCOUNTS_MAX;
    if (!told->more) {
        told->items.items[told->items.count++] = (struct account_balance){
            .account = name,
            .balance_fen = ledger_net(&balance),
            .debits_posted_fen = balance.debits_posted_fen,
            .credits_posted_fen = balance.credits_posted_fen,
            .debits_held_fen = balance.debits_held_fen,
            .credits_held_fen = balance.credits_held_fen,
        };
    }
    return true;
}

enum verdict money_readers_check(struct reading *reading)
{
    static const char *const departments[] = {"HALL", "FIN"};
    for (size_t i = 0; i < sizeof departments / sizeof departments[0]; i++) {
        struct text department = text_of(departments[i]);
        if (principal_holds(reading->principal, TEXT_LITERAL("finance_officer"), department) ||
            principal_holds(reading->principal, TEXT_LITERAL("auditor"), department)) {
            return VERDICT_OK;
        }
    }
    return reading_refuse(reading, PROBLEM_FORBIDDEN,
                          "the books are shown to finance officers and auditors");
}

enum verdict query_ledger(struct reading *reading, const void *question)
{
    struct ledger_told *told = arena_take(reading->arena, sizeof *told);
    struct page page = {.reading = reading, .asked = question, .told = told};
    enum verdict verdict = money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    told->items.items = arena_take_array(reading->arena, ACCOUNTS_MAX, sizeof *told->items.items);
    ledger_visit_accounts(&fee_ledger, reading->state, (struct text){0}, account_add, &page);
    return reading_answer(reading, &ledger_told_message, told);
}
