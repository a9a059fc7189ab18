/* Approval's tables: what it answers, follows, keeps. */
#include "approval.h"
#include "approval_service.h"

WIRE_DEFINE_VOCABULARY(approval_rows, APPROVAL_ROWS)

/* The memory of this service is its shelf of rules. */
static enum err approval_open(const struct service_start *start, void **ret_memory,
                              struct reason *reason)
{
    (void)start;
    (void)reason;
    *ret_memory =
        rules_shelf_open((struct rules_tables){.parts = TABLE_PARTS, .versions = TABLE_VERSIONS});
    return ERR_OK;
}

static const char *const streams[] = {"intake", "fee", "audit", NULL};

static const struct service_command commands[] = {
    {&case_act_message, decide_act, 0, NULL},
    {&matter_open_message, decide_open, 0, NULL},
    {&declare_interest_message, decide_declare_interest, 0, NULL},
};

#define OWN(name, type, doc)      {&name##_message, apply_moved, NULL},
#define ANOTHERS(name, type, doc) {&name##_message, apply_moved, react_to_move},

static const struct service_event events[] = {
    {&catalogue_part_registered_message, apply_part_registered, NULL},
    {&catalogue_activated_message, apply_catalogue_activated, NULL},
    {&case_submitted_message, apply_submitted, NULL},
    {&deputy_named_message, apply_registers, NULL},
    {&interest_declared_message, apply_registers, NULL},
    {&approval_work_kept_message, apply_work_kept, NULL},
    {&fee_bill_issued_message, apply_fee_money, NULL},
    {&fee_payment_recorded_message, apply_fee_money, NULL},
    {&approval_recount_advanced_message, apply_recount, NULL},
    {&approval_recount_finished_message, apply_recount, NULL},
    APPROVAL_MOVES(OWN) INTAKE_MOVES(ANOTHERS) FEE_MOVES(ANOTHERS) AUDIT_MOVES(ANOTHERS)};

static const struct service_timer timers[] = {
    [TIMER_WARN] = {"clock is yellow", decide_timer, true, false},
    [TIMER_DUE] = {"clock is over", decide_timer, true, false},
    [TIMER_PASS] = {"work goes to the post's B", decide_pass, false, false},
    [TIMER_RECOUNT] = {"a calendar is new", decide_recount, false, true},
};

static const struct service_query queries[] = {
    {&ask_handled_message, query_case},
    {&ask_tasks_message, query_tasks},
    {&search_cases_message, query_search},
    {&ask_delegations_message, query_delegations},
    {&ask_window_share_message, query_window_share},
    {&ask_expedited_message, query_expedited},
    {&ask_disclosure_message, query_disclosure},
    {&ask_promises_message, query_promises},
    {&ask_recount_message, query_recount},
};

static const struct store_table tables[] = {
    {"cases", 0},     {"tasks", 0},          {"numbers", 0},          {"subjects", 0},
    {"decisions", 0}, {"words", 0},          {"disclosure_years", 0}, {"disclosure_documents", 0},
    {"promises", 0},  {"promise_places", 0}, {"matters", 0},          {"counters", 0},
    {"registers", 0}, {"assigned", 0},       {"expedited", 0},        {"parts", 0},
    {"versions", 0},
};
_Static_assert(sizeof tables / sizeof tables[0] == APPROVAL_TABLE_END - ENGINE_TABLE_COUNT,
               "every table is named");

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

const struct service approval_service = {
    .name = "approval",
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
    .open = approval_open,
    .close = rules_memory_close,
    .forget = rules_memory_forget,
    .committed = rules_memory_committed,
    .next_due = next_due,
};
