/* Fee's tables: what it answers, follows, keeps. */
#include "fee.h"
#include "fee_service.h"
#include "imports.h"
#include "intents.h"
#include "ledger/ledger.h"
#include "memory.h"
#include "providers.h"

WIRE_DEFINE_VOCABULARY(fee_rows, FEE_ROWS)
WIRE_DEFINE_VOCABULARY(intent_rows, INTENT_ROWS)

static const char *const streams[] = {"intake", "approval", NULL};

static const struct service_command commands[] = {
    {&record_payment_message, decide_record_payment, 0, NULL},
    {&request_refund_message, decide_request_refund, 0, NULL},
    {&void_bill_message, decide_void_bill, 0, NULL},
    {&case_act_message, decide_act, 0, NULL},
    {&order_settlements_message, decide_order_settlements, 0, NULL},
    {&answer_settlement_message, decide_answer_settlement, 0, NULL},
    {&receive_statement_message, decide_receive_statement, 0, NULL},
    {&report_statement_wrong_message, decide_statement_wrong, COMMAND_INTERNAL, NULL},
    {&report_statement_right_message, decide_statement_right, COMMAND_INTERNAL, NULL},
    {&report_statement_entries_message, decide_statement_entries, COMMAND_INTERNAL, NULL},
    {&open_intent_message, decide_open_intent, 0, tell_intent},
    {&resolve_exception_message, decide_resolve_exception, 0, NULL},
    {&take_callback_message, decide_take_callback, 0, NULL},
    {&report_intent_message, decide_report_intent, COMMAND_INTERNAL, NULL},
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
    {&fee_points_checked_message, apply_points_checked, NULL},
    {&fee_receipt_issued_message, apply_receipt_issued, NULL},
    {&fee_settlement_ordered_message, apply_settlement_ordered, NULL},
    {&fee_settlement_made_message, apply_settlement_made, NULL},
    {&fee_settlement_rejected_message, apply_settlement_rejected, NULL},
    {&fee_statement_received_message, apply_statement_received, NULL},
    {&fee_statement_refused_message, apply_statement_refused, NULL},
    {&fee_statement_accepted_message, apply_statement_accepted, NULL},
    {&fee_statement_entries_read_message, apply_statement_entries_read, NULL},
    {&fee_statement_booked_message, apply_statement_booked, NULL},
    {&fee_intent_opened_message, apply_intent_opened, NULL},
    {&fee_intent_ready_message, apply_intent_ready, NULL},
    {&fee_intent_delayed_message, apply_intent_delayed, NULL},
    {&fee_intent_failed_message, apply_intent_failed, NULL},
    {&fee_intent_expired_message, apply_intent_expired, NULL},
    {&fee_intent_paid_message, apply_intent_paid, NULL},
    {&fee_intent_unmatched_message, apply_intent_unmatched, NULL},
    {&fee_provider_heard_message, apply_provider_heard, NULL},
    {&fee_exception_raised_message, apply_exception_raised, NULL},
    {&fee_exception_resolved_message, apply_exception_resolved, NULL},
    {&fee_refund_receipt_issued_message, apply_refund_receipt, NULL},
    FEE_MOVES(OWN) INTAKE_MOVES(ANOTHERS) APPROVAL_MOVES(ANOTHERS)};

static const struct service_timer timers[] = {
    [TIMER_WARN] = {"clock is yellow", decide_timer, true, false},
    [TIMER_DUE] = {"clock is over", decide_timer, true, false},
    [TIMER_PASS] = {"work goes to the post's B", decide_pass, false, false},
    [TIMER_RECOUNT] = {"a calendar is new", decide_recount, false, true},
    [TIMER_BOOKS] = {"the books of a day begin", decide_books, false, false},
    [TIMER_INTENT] = {"a payment on line was not made", decide_intent_over, false, false},
    [TIMER_POINTS] = {"a day is over at the collection points", decide_points, true, false},
};

static const struct service_query queries[] = {
    {&ask_bill_message, query_bill},
    {&ask_bills_message, query_bills},
    {&ask_refunds_message, query_refunds},
    {&ask_ledger_message, query_ledger},
    {&ask_recount_message, query_recount},
    {&ask_proof_message, query_proof},
    {&ask_proof_paper_message, query_proof_paper},
    {&ask_reconciliation_message, query_reconciliation},
    {&ask_settlements_message, query_settlements},
    {&ask_settlement_file_message, query_settlement_file},
    {&ask_entries_message, query_entries},
    {&ask_statement_message, query_statement},
    {&ask_statements_message, query_statements},
    {&ask_intent_message, query_intent},
    {&ask_drawers_message, query_drawers},
    {&ask_exceptions_message, query_exceptions},
};

static const struct service_work works[] = {
    [WORK_READ_STATEMENT] = {"read a bank statement", &statement_order_message,
                             perform_read_statement},
    [WORK_INTENT] = {"ask a payment provider", &intent_order_message, perform_intent},
};

#define TABLE_NAMED(index, name, doc) {name, 0},
static const struct store_table tables[] = {FEE_TABLES(TABLE_NAMED)};

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
    .works = works,
    .work_count = COUNT_OF(works),
    .tables = tables,
    .table_count = COUNT_OF(tables),
    .options = fee_options,
    .option_count = FEE_OPTION_COUNT,
    .open = fee_open,
    .close = fee_close,
    .forget = fee_forget,
    .committed = fee_committed,
    .next_due = next_due,
    .uploads = &waiting_files_sink,
    .upload_memory = fee_upload_memory,
};
