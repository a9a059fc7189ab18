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
};

#define FOLLOWED(name, type, doc) {&name##_message, apply_moved, react_to_move},

static const struct service_event events[] = {
    {&catalogue_part_registered_message, apply_part_registered, NULL},
    {&catalogue_activated_message, apply_catalogue_activated, NULL},
    {&case_submitted_message, apply_submitted, NULL},
    {&approval_decision_made_message, apply_decided, NULL},
    {&approval_result_issued_message, apply_issued, NULL},
    {&approval_task_claimed_message, apply_moved, NULL},
    {&approval_review_group_opened_message, apply_moved, NULL},
    {&approval_opinion_given_message, apply_moved, NULL},
    {&approval_review_group_completed_message, apply_moved, NULL},
    {&approval_meeting_called_message, apply_moved, NULL},
    {&approval_site_check_recorded_message, apply_moved, NULL},
    {&approval_case_suspended_message, apply_moved, NULL},
    {&approval_case_resumed_message, apply_moved, NULL},
    {&approval_clock_extended_message, apply_moved, NULL},
    {&approval_case_returned_message, apply_moved, NULL},
    {&approval_case_escalated_message, apply_moved, NULL},
    {&approval_result_delivered_message, apply_moved, NULL},
    {&approval_case_withdrawn_message, apply_moved, NULL},
    {&approval_task_reassigned_message, apply_moved, NULL},
    {&approval_clock_warned_message, apply_moved, NULL},
    {&approval_clock_overdue_message, apply_moved, NULL},
    {&approval_clocks_recounted_message, apply_moved, NULL},
    {&approval_recount_advanced_message, apply_recount, NULL},
    {&approval_recount_finished_message, apply_recount, NULL},
    INTAKE_MOVES(FOLLOWED) FEE_MOVES(FOLLOWED)};

static const struct service_timer timers[] = {
    [TIMER_WARN] = {"clock is yellow", decide_timer, true, false},
    [TIMER_DUE] = {"clock is over", decide_timer, true, false},
    [TIMER_RECOUNT] = {"a calendar is new", decide_recount, false, true},
};

static const struct service_query queries[] = {
    {&ask_handled_message, query_case},
    {&ask_tasks_message, query_tasks},
    {&search_cases_message, query_search},
    {&ask_recount_message, query_recount},
};

static const struct store_table tables[] = {
    {"cases", 0},     {"tasks", 0},    {"numbers", 0}, {"subjects", 0},
    {"decisions", 0}, {"counters", 0}, {"parts", 0},   {"versions", 0},
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
