/* Approval: handling from acceptance on, the index of all cases, and everybody's tasks.
 *
 * What the source files of this folder share; README.md says what the service owns. */
#pragma once

#include "events/approval.h"
#include "events/fee.h"
#include "matter/deputies.h"
#include "matter/recount.h"
#include "matter/registers.h"

enum approval_table {
    TABLE_CASES = ENGINE_TABLE_COUNT, /* case id -> case_row: every case the hall has */
    TABLE_TASKS,                      /* department, rank, due u64, case id, stage -> task_row */
    TABLE_NUMBERS,                    /* tracking number -> case id */
    TABLE_SUBJECTS,                   /* subject u64, case id -> nothing */
    TABLE_DECISIONS,                  /* case id -> decision_row */
    TABLE_WORDS,                      /* case id -> words_row: what else was said in it */
    TABLE_DISCLOSURE_YEARS,           /* year u64 -> disclosure_year */
    TABLE_DISCLOSURE_DOCUMENTS,       /* "n", number -> document_row; "c", case id -> number */
    TABLE_PROMISES,                   /* department, due day u64, matter id -> promise_row */
    TABLE_PROMISE_PLACES,             /* matter id -> key of its promise */
    TABLE_MATTERS,                    /* case id, matter id -> nothing: what a case began */
    TABLE_COUNTERS,                   /* "document" -> year u64, number u64 */
    TABLE_REGISTERS,                  /* the registers of officers (matter/registers.h) */
    TABLE_ASSIGNED,                   /* assignee, case id -> nothing: open cases */
    TABLE_EXPEDITED,                  /* case id -> expedited_row */
    TABLE_PARTS,
    TABLE_VERSIONS,
    APPROVAL_TABLE_END,
};

enum approval_timer { TIMER_WARN, TIMER_DUE, TIMER_PASS, TIMER_RECOUNT };

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
    F(S, decider,     PUBLIC_TEXT(60),   OPTIONAL, "who decided, as on the badge")                 \
    F(S, state,       PUBLIC_TEXT(40),   OPTIONAL, "the state in which it was taken")              \
    F(S, set_aside,   TIME,              OPTIONAL, "when it was set aside")                        \
    F(S, number,      PUBLIC_TEXT(40),   OPTIONAL, "the document that fell with it")

#define EXPEDITED_ROW(F, S)                                                                        \
    F(S, at,     TIME,                           REQUIRED, "when it was put first")                \
    F(S, by,     PUBLIC_TEXT(64),                OPTIONAL, "sign-in name of who approved that")    \
    F(S, name,   PUBLIC_TEXT(60),                OPTIONAL, "the same as on the badge")             \
    F(S, source, PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service that had it then")

#define ANSWER_KEPT(F, S)                                                                          \
    F(S, unit, PUBLIC_TEXT(60), REQUIRED, "the unit")                                              \
    F(S, at,   TIME,            REQUIRED, "when")                                                  \
    F(S, text, TEXT(4000),      OPTIONAL, "what it said")

#define DISCLOSURE_YEAR(F, S)                                                                      \
    F(S, received,    INT(0, INT64_MAX),           OPTIONAL, "requests received")                  \
    F(S, replied,     INT(0, INT64_MAX),           OPTIONAL, "requests replied to")                \
    F(S, kinds,       LIST(reply_count, 0, 40),    OPTIONAL, "the same by kind of reply")          \
    F(S, workdays,    INT(0, INT64_MAX),           OPTIONAL, "working days they took together")    \
    F(S, abandoned,   INT(0, INT64_MAX),           OPTIONAL, "ended by silence of the requester")  \
    F(S, withdrawn,   INT(0, INT64_MAX),           OPTIONAL, "taken back")                         \
    F(S, extended,    INT(0, INT64_MAX),           OPTIONAL, "extensions")                         \
    F(S, postponed,   INT(0, INT64_MAX),           OPTIONAL, "replies put off")                    \
    F(S, proposed,    INT(0, INT64_MAX),           OPTIONAL, "publications proposed")              \
    F(S, charged,     INT(0, INT64_MAX),           OPTIONAL, "requests charged for")               \
    F(S, charged_fen, FEN(0, FEN_MAX),             OPTIONAL, "what was charged")                   \
    F(S, paid_fen,    FEN(0, FEN_MAX),             OPTIONAL, "what of it was paid")

#define DOCUMENT_ROW(F, S)                                                                         \
    F(S, requests,  INT(0, INT64_MAX), OPTIONAL, "how often it was asked for")                     \
    F(S, disclosed, BOOL,              OPTIONAL, "a reply handed it over")                         \
    F(S, proposed,  BOOL,              OPTIONAL, "its publication was proposed")

#define PROMISE_ROW(F, S)                                                                          \
    F(S, number,     PUBLIC_TEXT(40), REQUIRED, "its number")                                      \
    F(S, department, PUBLIC_TEXT(20), REQUIRED, "who does it")                                     \
    F(S, text,       TEXT(4000),      OPTIONAL, "what is to be done")                              \
    F(S, due,        DATE,            OPTIONAL, "by when")                                         \
    F(S, report,     TEXT(4000),      OPTIONAL, "what the unit says it did")                       \
    F(S, parent,     ID(case_id),     OPTIONAL, "the case or meeting it comes from")

#define WORDS_ROW(F, S)                                                                            \
    F(S, words,   RECORD(case_words),          OPTIONAL, "what stands on the page")                \
    F(S, answers, LIST(answer_kept, 0, 24),    OPTIONAL, "what units answered")

#define APPROVAL_ROWS(M)                                                                           \
    M(ROW, task_row,     TASK_ROW,     "approval.task_row",     "A piece of work.")                \
    M(ROW, decision_row, DECISION_ROW, "approval.decision_row", "What was decided.")               \
    M(ROW, expedited_row, EXPEDITED_ROW, "approval.expedited_row", "A case that was put first.")   \
    M(RECORD, answer_kept, ANSWER_KEPT, "approval.answer", "What a unit answered.")                \
    M(ROW, disclosure_year, DISCLOSURE_YEAR, "approval.disclosure_year",                           \
      "Requests for information in a year.")                                                       \
    M(ROW, document_row, DOCUMENT_ROW, "approval.document",                                        \
      "A document that was asked for.")                                                            \
    M(ROW, promise_row,  PROMISE_ROW,  "approval.promise_row",  "What a meeting resolved.")        \
    M(ROW, words_row,    WORDS_ROW,    "approval.words_row",    "What was said in a case.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(approval_rows, APPROVAL_ROWS)

extern const struct flow approval_flow;

/* -- handling.c ----------------------------------------------------------------------------- */
enum verdict decide_act(struct decision *decision, const void *command);
enum verdict decide_open(struct decision *decision, const void *command);
enum verdict decide_timer(struct decision *decision, const struct timer *timer);
bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
              struct timer *ret_timer);
void apply_submitted(struct state *state, const struct event *event);
void apply_moved(struct state *state, const struct event *event);
void react_to_move(struct decision *decision, const struct event *event);
void apply_part_registered(struct state *state, const struct event *event);
void apply_catalogue_activated(struct state *state, const struct event *event);
enum verdict decide_pass(struct decision *decision, const struct timer *timer);
void apply_registers(struct state *state, const struct event *event);
void apply_work_kept(struct state *state, const struct event *event);
enum verdict decide_recount(struct decision *decision, const struct timer *timer);
void apply_recount(struct state *state, const struct event *event);
enum verdict query_recount(struct reading *reading, const void *question);

/* -- tasks.c -------------------------------------------------------------------------------- */

/* Follows a case's row with its tasks: the flow's `changed`. */
void tasks_follow(struct state *state, const struct case_id *id, const struct case_row *before,
                  const struct case_row *after);
enum verdict query_tasks(struct reading *reading, const void *question);

/* -- officers.c ----------------------------------------------------------------------------- */
enum verdict decide_declare_interest(struct decision *decision, const void *command);
void expedited_note(struct state *state, const struct event *event);
enum verdict query_delegations(struct reading *reading, const void *question);
enum verdict query_window_share(struct reading *reading, const void *question);
enum verdict query_expedited(struct reading *reading, const void *question);

/* -- disclosure.c --------------------------------------------------------------------------- */

/* Counts requests for information and the documents they ask for. Only in apply. */
void disclosure_submitted(struct state *state, const struct event *event);
void disclosure_note(struct state *state, const struct event *event);
void apply_fee_money(struct state *state, const struct event *event);

/* Proposes to publish what was asked for often enough: the flow's `after`. */
void disclosure_after(struct move *move, const struct case_moved *moved);
enum verdict query_disclosure(struct reading *reading, const void *question);

/* -- promises.c ----------------------------------------------------------------------------- */

/* Follows what meetings resolved. Only in apply. */
void promises_note(struct state *state, const struct event *event);
enum verdict query_promises(struct reading *reading, const void *question);

/* -- matters.c ------------------------------------------------------------------------------ */

/* Follows which matters of the hall a case has. Only in apply. */
void matters_note(struct state *state, const struct event *event);

/* Fills in the matters of a case, in the order they began. */
void matters_show(struct state *state, const struct case_id *id, struct case_handled_part *part);

/* -- words.c -------------------------------------------------------------------------------- */

/* Notes what a step said. Only in apply. */
void words_note(struct state *state, const struct event *event);

/* Fills in what was said in a case, as far as somebody of that standing may see it. */
void words_show(struct state *state, const struct matter *matter, enum standing standing,
                struct case_handled_part *part);

/* -- queries.c ------------------------------------------------------------------------------ */
enum verdict query_case(struct reading *reading, const void *question);
enum verdict query_search(struct reading *reading, const void *question);
