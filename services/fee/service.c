/* Fee's tables: what it answers, follows, keeps. */
#include "fee.h"
#include "fee_service.h"
#include "intents.h"
#include "ledger/ledger.h"
#include "providers.h"

#include "base/check.h"
#include "base/options.h"

#include <curl/curl.h>
#include <stdlib.h>

WIRE_DEFINE_VOCABULARY(fee_rows, FEE_ROWS)
WIRE_DEFINE_VOCABULARY(intent_rows, INTENT_ROWS)

struct rules_shelf *fee_shelf(void *memory)
{
    return ((struct fee_memory *)memory)->shelf;
}

static void fee_close(void *memory)
{
    struct fee_memory *fee = memory;
    rules_shelf_close(&fee->shelf);
    providers_close(&fee->providers);
    free(fee);
    curl_global_cleanup();
}

static enum err fee_open(const struct service_start *start, void **ret_memory,
                         struct reason *reason)
{
    struct fee_memory *fee = calloc(1, sizeof *fee);
    CHECK(fee != NULL);
    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    fee->shelf =
        rules_shelf_open((struct rules_tables){.parts = TABLE_PARTS, .versions = TABLE_VERSIONS});
    *ret_memory = fee;
    if (start->is_replay || start->options == NULL) {
        return ERR_OK; /* nothing outside */
    }
    return providers_open(start->options, &fee->providers, reason);
}

static void fee_forget(void *memory)
{
    rules_shelf_forget(fee_shelf(memory));
}

static void fee_committed(void *memory, uint64_t seq)
{
    (void)seq;
    rules_shelf_keep(fee_shelf(memory));
}

static const char *const streams[] = {"intake", "approval", NULL};

static const struct service_command commands[] = {
    {&record_payment_message, decide_record_payment, 0, NULL},
    {&case_act_message, decide_act, 0, NULL},
    {&order_settlements_message, decide_order_settlements, 0, NULL},
    {&answer_settlement_message, decide_answer_settlement, 0, NULL},
    {&open_intent_message, decide_open_intent, 0, tell_intent},
    {&take_callback_message, decide_take_callback, 0, NULL},
    {&report_intent_message, decide_report_intent, COMMAND_INTERNAL, NULL},
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
    {&fee_settlement_ordered_message, apply_settlement_ordered, NULL},
    {&fee_settlement_made_message, apply_settlement_made, NULL},
    {&fee_settlement_rejected_message, apply_settlement_rejected, NULL},
    {&fee_intent_opened_message, apply_intent_opened, NULL},
    {&fee_intent_ready_message, apply_intent_ready, NULL},
    {&fee_intent_delayed_message, apply_intent_delayed, NULL},
    {&fee_intent_failed_message, apply_intent_failed, NULL},
    {&fee_intent_expired_message, apply_intent_expired, NULL},
    {&fee_intent_paid_message, apply_intent_paid, NULL},
    {&fee_intent_unmatched_message, apply_intent_unmatched, NULL},
    {&fee_provider_heard_message, apply_provider_heard, NULL},
    FEE_MOVES(OWN) INTAKE_MOVES(ANOTHERS) APPROVAL_MOVES(ANOTHERS)};

static const struct service_timer timers[] = {
    [TIMER_WARN] = {"clock is yellow", decide_timer, true, false},
    [TIMER_DUE] = {"clock is over", decide_timer, true, false},
    [TIMER_PASS] = {"work goes to the post's B", decide_pass, false, false},
    [TIMER_RECOUNT] = {"a calendar is new", decide_recount, false, true},
    [TIMER_BOOKS] = {"the books of a day begin", decide_books, false, false},
    [TIMER_INTENT] = {"a payment on line was not made", decide_intent_over, false, false},
};

static const struct service_query queries[] = {
    {&ask_bill_message, query_bill},
    {&ask_bills_message, query_bills},
    {&ask_refunds_message, query_refunds},
    {&ask_ledger_message, query_ledger},
    {&ask_recount_message, query_recount},
    {&ask_proof_message, query_proof},
    {&ask_reconciliation_message, query_reconciliation},
    {&ask_settlements_message, query_settlements},
    {&ask_settlement_file_message, query_settlement_file},
    {&ask_entries_message, query_entries},
    {&ask_intent_message, query_intent},
};

static const struct service_work works[] = {
    [WORK_INTENT] = {"ask a payment provider", &intent_order_message, perform_intent},
};

static const struct store_table tables[] = {
    {"cases", 0},      {"filed", 0},     {"bills", 0},        {"case_bills", 0}, {"payments", 0},
    {"references", 0}, {"accounts", 0},  {"transfers", 0},    {"entries", 0},    {"turnovers", 0},
    {"counters", 0},   {"registers", 0}, {"numbers", 0},      {"proofs", 0},     {"waivers", 0},
    {"refunds", 0},    {"unmatched", 0}, {"bank_items", 0},   {"crossings", 0},  {"settlements", 0},
    {"orders", 0},     {"days", 0},      {"day_matters", 0},  {"assigned", 0},   {"parts", 0},
    {"versions", 0},   {"intents", 0},   {"bill_intents", 0}, {"notices", 0},
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
    .works = works,
    .work_count = COUNT_OF(works),
    .tables = tables,
    .table_count = COUNT_OF(tables),
    .options = provider_options,
    .option_count = PROVIDER_OPTION_COUNT,
    .open = fee_open,
    .close = fee_close,
    .forget = fee_forget,
    .committed = fee_committed,
    .next_due = next_due,
};
