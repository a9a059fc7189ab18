/* The vocabulary of approval beside the moves of cases (events/matter.h): the index of cases,
 * tasks, and its part of a case. */
#pragma once

#include "events/intake.h"

/* clang-format off */
#define UNIT_SHOWN(F, S)                                                                           \
    F(S, stage,      PUBLIC_TEXT(60), REQUIRED, "the stage the unit carries out")                  \
    F(S, department, PUBLIC_TEXT(20), REQUIRED, "the unit's department")                           \
    F(S, state,      PUBLIC_TEXT(40), REQUIRED, "assigned or opined")                              \
    F(S, opinion,    ENUM(opinion),   OPTIONAL, "its opinion")

#define DECISION_SHOWN(F, S)                                                                       \
    F(S, outcome,     ENUM(outcome),     REQUIRED, "grant or refuse")                              \
    F(S, at,          TIME,              REQUIRED, "when")                                         \
    F(S, ground,      PUBLIC_TEXT(40),   OPTIONAL, "code of the ground")                           \
    F(S, reasons,     TEXT(4000),        OPTIONAL, "the reasons")                                  \
    F(S, conditions,  TEXT(2000),        OPTIONAL, "conditions to be kept")                        \
    F(S, valid_until, DATE,              OPTIONAL, "the last day of validity")                     \
    F(S, decider,     PUBLIC_TEXT(60),   OPTIONAL, "who decided, as on the badge")                 \
    F(S, remedies,    LIST(remedy, 0, 4), OPTIONAL, "what may be done against a refusal")          \
    F(S, number,      PUBLIC_TEXT(40),   OPTIONAL, "number of the document that was made")

#define CASE_HANDLED_PART(F, S)                                                                    \
    F(S, case_id,   ID(case_id),                    REQUIRED, "the case")                          \
    F(S, number,    PUBLIC_TEXT(40),                REQUIRED, "tracking number")                   \
    F(S, item,      PUBLIC_TEXT(40),                REQUIRED, "code of the item")                  \
    F(S, owner,     PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service that has the case")     \
    F(S, state,     PUBLIC_TEXT(40),                REQUIRED, "its state")                         \
    F(S, is_end,    BOOL,                           REQUIRED, "the state is an end")               \
    F(S, version,   INT(1, INT64_MAX),              REQUIRED, "version of approval's part")        \
    F(S, subject,   INT(1, INT64_MAX),              REQUIRED,                                      \
      "whose key seals the personal values")                                                       \
    F(S, received,  TIME,                           REQUIRED, "when it was received")              \
    F(S, assignee,  PUBLIC_TEXT(64),                OPTIONAL, "who took it up")                    \
    F(S, clocks,    LIST(clock, 0, 16),             OPTIONAL, "clocks as last told")               \
    F(S, units,     LIST(unit_shown, 0, 16),        OPTIONAL, "units of a parallel review")        \
    F(S, decision,  RECORD(decision_shown),         OPTIONAL, "the decision")                      \
    F(S, document,  PUBLIC_TEXT(40),                OPTIONAL,                                      \
      "number of what was made or entered")                                                        \
    F(S, actions,   LIST(action_offered, 0, 32),    OPTIONAL, "what the caller may do now")

#define ASK_HANDLED(F, S) F(S, case_id, ID(case_id), REQUIRED, "the case")

#define ASK_TASKS(F, S)                                                                            \
    F(S, department, PUBLIC_TEXT(20), OPTIONAL, "only of this department")                         \
    F(S, stage,      PUBLIC_TEXT(60), OPTIONAL, "only of this stage")                              \
    F(S, light,      ENUM(light),     OPTIONAL, "only of this light")                              \
    F(S, limit,      INT(1, 200),     REQUIRED, "how many at most")                                \
    F(S, after,      BYTES(200),      OPTIONAL, "behind this place, as told in `next`")

#define TASK_SHOWN(F, S)                                                                           \
    F(S, case_id,    ID(case_id),      REQUIRED, "the case")                                       \
    F(S, number,     PUBLIC_TEXT(40),  REQUIRED, "tracking number")                                \
    F(S, item,       PUBLIC_TEXT(40),  REQUIRED, "code of the item")                               \
    F(S, department, PUBLIC_TEXT(20),  REQUIRED, "whose work it is")                               \
    F(S, stage,      PUBLIC_TEXT(60),  REQUIRED, "the stage, or the state where no stage runs")    \
    F(S, status,      PUBLIC_TEXT(40),  REQUIRED, "state of the case")                             \
    F(S, role,       PUBLIC_TEXT(40),  OPTIONAL, "who may do it")                                  \
    F(S, assignee,   PUBLIC_TEXT(64),  OPTIONAL, "who took it up")                                 \
    F(S, due_at,        TIME,             OPTIONAL, "when it is due")                              \
    F(S, light,      ENUM(light),      REQUIRED, "how urgent it is")

#define TASKS_TOLD(F, S)                                                                           \
    F(S, tasks, LIST(task_shown, 0, 200), REQUIRED, "most urgent first")                           \
    F(S, next,  BYTES(200),               OPTIONAL, "where the next page begins")

#define SEARCH_CASES(F, S)                                                                         \
    F(S, number,     PUBLIC_TEXT(40),             OPTIONAL, "tracking number")                     \
    F(S, item,       PUBLIC_TEXT(40),             OPTIONAL, "code of the item")                    \
    F(S, state,      PUBLIC_TEXT(40),             OPTIONAL, "state")                               \
    F(S, department, PUBLIC_TEXT(20),             OPTIONAL, "department in charge")                \
    F(S, assignee,   PUBLIC_TEXT(64),             OPTIONAL, "who took it up")                      \
    F(S, from,       DATE,                        OPTIONAL, "received on this day or later")       \
    F(S, to,         DATE,                        OPTIONAL, "received on this day or earlier")     \
    F(S, subjects,   LIST(subject_number, 0, 200), OPTIONAL, "only of these subjects")             \
    F(S, limit,      INT(1, 200),                 REQUIRED, "how many at most")                    \
    F(S, after,      BYTES(200),                  OPTIONAL, "behind this place, as told in `next`")

#define CASE_LISTED(F, S)                                                                          \
    F(S, id,    ID(case_id),      REQUIRED, "the case")                                       \
    F(S, number,     PUBLIC_TEXT(40),  REQUIRED, "tracking number")                                \
    F(S, item,       PUBLIC_TEXT(40),  REQUIRED, "code of the item")                               \
    F(S, status,      PUBLIC_TEXT(40),  REQUIRED, "state")                                         \
    F(S, department, PUBLIC_TEXT(20),  REQUIRED, "department in charge")                           \
    F(S, assignee,   PUBLIC_TEXT(64),  OPTIONAL, "who took it up")                                 \
    F(S, received_at,   TIME,             REQUIRED, "when it was received")                        \
    F(S, due_at,        TIME,             OPTIONAL, "when the next of its clocks is due")          \
    F(S, light,      ENUM(light),      REQUIRED, "how urgent it is")

#define CASES_FOUND(F, S)                                                                          \
    F(S, cases, LIST(case_listed, 0, 200), REQUIRED, "the latest first")                           \
    F(S, next,  BYTES(200),                OPTIONAL, "where the next page begins")

#define APPROVAL_VOCABULARY(M)                                                                     \
    M(RECORD, unit_shown,        UNIT_SHOWN,        "unit",                                        \
      "A unit of a parallel review.")                                                              \
    M(RECORD, decision_shown,    DECISION_SHOWN,    "decision",              "What was decided.")  \
    M(QUERY,  ask_handled,       ASK_HANDLED,       "approval.ask_case",     "How a case stands.") \
    M(ANSWER, case_handled_part, CASE_HANDLED_PART, "approval.case",         "How a case stands.") \
    M(QUERY,  ask_tasks,         ASK_TASKS,         "approval.ask_tasks",                          \
      "The caller's worklist.")                                                                    \
    M(RECORD, task_shown,        TASK_SHOWN,        "task",                  "A piece of work.")   \
    M(ANSWER, tasks_told,        TASKS_TOLD,        "approval.tasks",        "A worklist.")        \
    M(QUERY,  search_cases,      SEARCH_CASES,      "approval.search_cases",                       \
      "Cases by what is public of them.")                                                          \
    M(RECORD, case_listed,       CASE_LISTED,       "case_listed",           "A case in a list.")  \
    M(ANSWER, cases_found,       CASES_FOUND,       "approval.cases_found",  "Cases found.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(approval_vocabulary, APPROVAL_VOCABULARY)
