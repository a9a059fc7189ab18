/* Fee's tables: what it answers, follows, keeps. */
#include "fee.h"
#include "fee_service.h"
#include "ledger/ledger.h"

WIRE_DEFINE_VOCABULARY(fee_rows, FEE_ROWS)

/* The memory of this service is its shelf of rules. */
static enum err fee_open(const struct service_start *start, void **ret_memory,
                         struct reason *reason)
{
    (void)start;
    (void)reason;
    *ret_memory =
        rules_shelf_open((struct rules_tables){.parts = TABLE_PARTS, .versions = TABLE_VERSIONS});
    return ERR_OK;
}

static const char *const streams[] = {"intake", "approval", NULL};

static const struct service_command commands[] = {
    {&record_payment_message, decide_record_payment, 0, NULL},
    {&request_refund_message, decide_request_refund, 0, NULL},
    {&void_bill_message, decide_void_bill, 0, NULL},
    {&case_act_message, decide_act, 0, NULL},
    {&matter_open_message, decide_open, 0, NULL},
};

#define OWN(name, type, doc)      {&name##_message, apply_moved, NULL},
#define ANOTHERS(name, type, doc) {&name##_message, apply_taken_over, react_to_move},

static const struct service_event events[] = {
    {&catalogue_part_registered_message, apply_part_registered, NULL},
    {&catalogue_activated_message, apply_catalogue_activated, NULL},
    {&case_submitted_message, apply_submitted, NULL},
    {&deputy_named_message, apply_registers, NULL},
    {&interest_declared_message, apply_registers, NULL},
    {&material_fetched_message, apply_material_fetched, NULL},
    {&fee_work_kept_message, apply_work_kept, NULL},
    {&fee_recount_advanced_message, apply_recount, NULL},
    {&fee_recount_finished_message, apply_recount, NULL},
    {&fee_bill_issued_message, apply_bill_issued, NULL},
    {&fee_bill_paid_message, apply_bill_paid, NULL},
    {&fee_bill_voided_message, apply_bill_voided, NULL},
    {&fee_bill_lowered_message, apply_bill_lowered, NULL},
    {&fee_payment_recorded_message, apply_payment_recorded, NULL},
    {&fee_receipt_issued_message, apply_receipt_issued, NULL},
    {&fee_refund_receipt_issued_message, apply_refund_receipt, NULL},
    FEE_MOVES(OWN) INTAKE_MOVES(ANOTHERS) APPROVAL_MOVES(ANOTHERS)};

static const struct service_timer timers[] = {
    [TIMER_WARN] = {"clock is yellow", decide_timer, true, false},
    [TIMER_DUE] = {"clock is over", decide_timer, true, false},
    [TIMER_PASS] = {"work goes to the post's B", decide_pass, false, false},
    [TIMER_RECOUNT] = {"a calendar is new", decide_recount, false, true},
};

static const struct service_query queries[] = {
    {&ask_bill_message, query_bill},       {&ask_bills_message, query_bills},
    {&ask_refunds_message, query_refunds}, {&ask_ledger_message, query_ledger},
    {&ask_recount_message, query_recount}, {&ask_drawers_message, query_drawers},
};

static const struct store_table tables[] = {
    {"cases", 0},      {"filed", 0},     {"bills", 0},     {"case_bills", 0}, {"payments", 0},
    {"references", 0}, {"accounts", 0},  {"transfers", 0}, {"entries", 0},    {"turnovers", 0},
    {"counters", 0},   {"registers", 0}, {"numbers", 0},   {"proofs", 0},     {"waivers", 0},
    {"refunds", 0},    {"unmatched", 0}, {"days", 0},      {"assigned", 0},   {"parts", 0},
    {"versions", 0},   {"drawers", 0},   {"cashiers", 0},  {"deposits", 0},
};
_Static_assert(sizeof tables / sizeof tables[0] == FEE_TABLE_END - ENGINE_TABLE_COUNT,
               "every table is named");

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

const struct service fee_service = {
    .name = "fee",
    .streams = streams,
    .commands = commands,
    .command_count = COUNT_OF(commands),
    .events = events,
    .event_count = COUNT_OF(events),
    .timers = timers,
    .timer_count = COUNT_OF(timers),
    .queries = queries,
    .query_count = COUNT_OF(queries),
    .tables = tables,
    .table_count = COUNT_OF(tables),
    .open = fee_open,
    .close = rules_memory_close,
    .forget = rules_memory_forget,
    .committed = rules_memory_committed,
    .next_due = next_due,
};
