/* Approval: handling from acceptance on, the index of all cases, and everybody's tasks.
 *
 * What the source files of this folder share; README.md says what the service owns. */
#pragma once

#include "events/approval.h"
#include "matter/recount.h"

enum approval_table {
    TABLE_CASES = ENGINE_TABLE_COUNT, /* case id -> case_row: every case the hall has */
    TABLE_TASKS,                      /* department, due u64, case id, stage -> task_row */
    TABLE_NUMBERS,                    /* tracking number -> case id */
    TABLE_SUBJECTS,                   /* subject u64, case id -> nothing */
    TABLE_DECISIONS,                  /* case id -> decision_row */
    TABLE_COUNTERS,                   /* "document" -> year u64, number u64 */
    TABLE_PARTS,
    TABLE_VERSIONS,
    APPROVAL_TABLE_END,
};

enum approval_timer { TIMER_WARN, TIMER_DUE, TIMER_RECOUNT };

/* clang-format off */
#define TASK_ROW(F, S)                                                                             \
    F(S, number,   PUBLIC_TEXT(40), REQUIRED, "tracking number")                                   \
    F(S, item,     PUBLIC_TEXT(40), REQUIRED, "code of the item")                                  \
    F(S, stage,    PUBLIC_TEXT(60), REQUIRED, "the stage, or the state where no stage runs")       \
    F(S, state,    PUBLIC_TEXT(40), REQUIRED, "state of the case")                                 \
    F(S, role,     PUBLIC_TEXT(40), OPTIONAL, "who may do it")                                     \
    F(S, assignee, PUBLIC_TEXT(64), OPTIONAL, "who took it up")                                    \
    F(S, warn,     TIME,            OPTIONAL, "from when it is yellow")                            \
    F(S, due,      TIME,            OPTIONAL, "when it is due")

#define DECISION_ROW(F, S)                                                                         \
    F(S, outcome,     ENUM(outcome),     REQUIRED, "grant or refuse")                              \
    F(S, at,          TIME,              REQUIRED, "when")                                         \
    F(S, ground,      PUBLIC_TEXT(40),   OPTIONAL, "code of the ground")                           \
    F(S, reasons,     TEXT(4000),        OPTIONAL, "the reasons")                                  \
    F(S, conditions,  TEXT(2000),        OPTIONAL, "conditions to be kept")                        \
    F(S, valid_until, DATE,              OPTIONAL, "the last day of validity")                     \
    F(S, decider,     PUBLIC_TEXT(60),   OPTIONAL, "who decided, as on the badge")

#define APPROVAL_ROWS(M)                                                                           \
    M(ROW, task_row,     TASK_ROW,     "approval.task_row",     "A piece of work.")                \
    M(ROW, decision_row, DECISION_ROW, "approval.decision_row", "What was decided.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(approval_rows, APPROVAL_ROWS)

extern const struct flow approval_flow;

/* -- handling.c ----------------------------------------------------------------------------- */
enum verdict decide_act(struct decision *decision, const void *command);
enum verdict decide_timer(struct decision *decision, const struct timer *timer);
bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
              struct timer *ret_timer);
void apply_submitted(struct state *state, const struct event *event);
void apply_moved(struct state *state, const struct event *event);
void apply_decided(struct state *state, const struct event *event);
void apply_issued(struct state *state, const struct event *event);
void apply_part_registered(struct state *state, const struct event *event);
void apply_catalogue_activated(struct state *state, const struct event *event);
void react_to_move(struct decision *decision, const struct event *event);
enum verdict decide_recount(struct decision *decision, const struct timer *timer);
void apply_recount(struct state *state, const struct event *event);
enum verdict query_recount(struct reading *reading, const void *question);

/* -- tasks.c -------------------------------------------------------------------------------- */

/* Follows a case's row with its tasks: the flow's `changed`. */
void tasks_follow(struct state *state, const struct case_id *id, const struct case_row *before,
                  const struct case_row *after);
enum verdict query_tasks(struct reading *reading, const void *question);

/* -- queries.c ------------------------------------------------------------------------------ */
enum verdict query_case(struct reading *reading, const void *question);
enum verdict query_search(struct reading *reading, const void *question);
