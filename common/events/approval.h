/* The vocabulary of approval beside the moves of cases (events/matter.h): the index of cases,
 * tasks, and its part of a case. */
#pragma once

#include "events/intake.h"

/* clang-format off */
#define UNIT_SHOWN(F, S)                                                                           \
    F(S, stage,      PUBLIC_TEXT(60), REQUIRED, "the stage the unit carries out")                  \
    F(S, department, PUBLIC_TEXT(20), REQUIRED, "the unit's department")                           \
    F(S, state,      PUBLIC_TEXT(40), REQUIRED, "state of its part")                               \
    F(S, opinion,    ENUM(opinion),   OPTIONAL, "its opinion")                                     \
    F(S, relation,   PUBLIC_TEXT(40), OPTIONAL, "who it is to the case, where it is a party")      \
    F(S, text,       TEXT(4000),      OPTIONAL, "what it answered")                                \
    F(S, answered_at, TIME,           OPTIONAL, "when")

/* -- what was said in a case ---------------------------------------------------------------- */

#define DRAFT_SHOWN(F, S)                                                                          \
    F(S, reply_kind, PUBLIC_TEXT(40), REQUIRED, "code of the kind of reply")                       \
    F(S, at,         TIME,            REQUIRED, "when")                                            \
    F(S, drafter,    PUBLIC_TEXT(60), OPTIONAL, "who drafted it, as on the badge")                 \
    F(S, ground,     PUBLIC_TEXT(40), OPTIONAL, "code of the ground")                              \
    F(S, reasons,    TEXT(4000),      OPTIONAL, "the reasons")                                     \
    F(S, text,       TEXT(4000),      OPTIONAL, "the reply in words")                              \
    F(S, opinion,    ENUM(opinion),   OPTIONAL, "counsel's opinion of it")                         \
    F(S, advice,     TEXT(4000),      OPTIONAL, "the same in words")                               \
    F(S, adviser,    PUBLIC_TEXT(60), OPTIONAL, "who advised, as on the badge")                    \
    F(S, advised_at, TIME,            OPTIONAL, "when")

#define REPLY_SHOWN(F, S)                                                                          \
    F(S, reply_kind, PUBLIC_TEXT(40),    REQUIRED, "code of the kind of reply")                    \
    F(S, at,         TIME,               REQUIRED, "when")                                         \
    F(S, ground,     PUBLIC_TEXT(40),    OPTIONAL, "code of the ground")                           \
    F(S, reasons,    TEXT(4000),         OPTIONAL, "the reasons")                                  \
    F(S, text,       TEXT(4000),         OPTIONAL, "the reply in words")                           \
    F(S, decider,    PUBLIC_TEXT(60),    OPTIONAL, "who signed it, as on the badge")               \
    F(S, remedies,   LIST(remedy, 0, 4), OPTIONAL, "what may be done against a refusal")           \
    F(S, set_aside,  TIME,               OPTIONAL,                                                 \
      "when it was set aside on review or by the court")

#define INVESTIGATION_SHOWN(F, S)                                                                  \
    F(S, findings, TEXT(4000),      REQUIRED, "what was found")                                    \
    F(S, at,       TIME,            REQUIRED, "when")                                              \
    F(S, text,     TEXT(4000),      OPTIONAL, "what is proposed")                                  \
    F(S, officer,  PUBLIC_TEXT(60), OPTIONAL, "who found it, as on the badge")

#define RESOLUTION_SHOWN(F, S)                                                                     \
    F(S, founded,        BOOL,            REQUIRED, "whether the complaint is founded")            \
    F(S, at,             TIME,            REQUIRED, "when")                                        \
    F(S, ground,         PUBLIC_TEXT(40), OPTIONAL, "code of the outcome")                         \
    F(S, reasons,        TEXT(4000),      OPTIONAL, "the reasons")                                 \
    F(S, facts_found,    TEXT(4000),      OPTIONAL, "the cause that was found")                    \
    F(S, responsibility, TEXT(2000),      OPTIONAL, "who is responsible for it")                   \
    F(S, rule,           TEXT(1000),      OPTIONAL, "the rule that was applied")                   \
    F(S, correction,     TEXT(2000),      OPTIONAL, "what is put right, by whom, how")             \
    F(S, until,          DATE,            OPTIONAL, "by when")                                     \
    F(S, decider,        PUBLIC_TEXT(60), OPTIONAL, "who resolved it, as on the badge")            \
    F(S, findings,       TEXT(4000),      OPTIONAL, "what the check of the correction found")      \
    F(S, verifier,       PUBLIC_TEXT(60), OPTIONAL, "who checked it, as on the badge")             \
    F(S, verified_at,    TIME,            OPTIONAL, "when")

#define REVIEW_SHOWN(F, S)                                                                         \
    F(S, outcome, ENUM(review_outcome), REQUIRED, "what became of it")                             \
    F(S, at,      TIME,                 REQUIRED, "when")                                          \
    F(S, reasons, TEXT(4000),           OPTIONAL, "the reasons")                                   \
    F(S, decider, PUBLIC_TEXT(60),      OPTIONAL, "who decided, as on the badge")

#define MEMBER_SHOWN(F, S)                                                                         \
    F(S, department, PUBLIC_TEXT(20), REQUIRED, "the unit")                                        \
    F(S, joins,      BOOL,            REQUIRED, "whether it takes part")                           \
    F(S, at,         TIME,            REQUIRED, "when it said so")                                 \
    F(S, text,       TEXT(4000),      OPTIONAL, "what it said")

#define MEETING_SHOWN(F, S)                                                                        \
    F(S, called_at,   TIME,                       REQUIRED, "when it was called")                  \
    F(S, members,     TEXTS(20, 0, 16),           OPTIONAL, "codes of the units that meet")        \
    F(S, agenda,      TEXT(2000),                 OPTIONAL, "what it is about")                    \
    F(S, answers,     LIST(member_shown, 0, 16),  OPTIONAL, "who takes part")                      \
    F(S, points,      LIST(meeting_point, 0, 20), OPTIONAL, "what was resolved")                   \
    F(S, resolved_at, TIME,                       OPTIONAL, "when")

#define PARTY_SHOWN(F, S)                                                                          \
    F(S, relation,   PUBLIC_TEXT(40), REQUIRED, "who it is to the case")                           \
    F(S, department, PUBLIC_TEXT(20), OPTIONAL, "code of the unit")                                \
    F(S, login,      PUBLIC_TEXT(64), OPTIONAL, "sign-in name of the person")                      \
    F(S, name,       TEXT(200),       OPTIONAL, "name of somebody outside")                        \
    F(S, contact,    TEXT(300),       OPTIONAL, "how to reach them")

/* What was said in a case, as far as it is shown on its page; each the last of its kind. */
#define CASE_WORDS(F, S)                                                                           \
    F(S, question,      TEXT(2000),                  OPTIONAL,                                     \
      "what others, or the person, were asked")                                                    \
    F(S, draft,         RECORD(draft_shown),         OPTIONAL, "the reply as drafted")             \
    F(S, reply,         RECORD(reply_shown),         OPTIONAL, "the reply")                        \
    F(S, investigation, RECORD(investigation_shown), OPTIONAL, "what was found out")               \
    F(S, meeting,       RECORD(meeting_shown),       OPTIONAL, "the joint meeting")                \
    F(S, resolution,    RECORD(resolution_shown),    OPTIONAL, "how a complaint was resolved")     \
    F(S, review,        RECORD(review_shown),        OPTIONAL, "what the level above decided")

#define DECISION_SHOWN(F, S)                                                                       \
    F(S, outcome,     ENUM(outcome),     REQUIRED, "grant or refuse")                              \
    F(S, at,          TIME,              REQUIRED, "when")                                         \
    F(S, ground,      PUBLIC_TEXT(40),   OPTIONAL, "code of the ground")                           \
    F(S, reasons,     TEXT(4000),        OPTIONAL, "the reasons")                                  \
    F(S, conditions,  TEXT(2000),        OPTIONAL, "conditions to be kept")                        \
    F(S, valid_until, DATE,              OPTIONAL, "the last day of validity")                     \
    F(S, decider,     PUBLIC_TEXT(60),   OPTIONAL, "who decided, as on the badge")                 \
    F(S, remedies,    LIST(remedy, 0, 4), OPTIONAL, "what may be done against a refusal")          \
    F(S, number,      PUBLIC_TEXT(40),   OPTIONAL, "number of the document that was made")         \
    F(S, set_aside,   TIME,              OPTIONAL,                                                 \
      "when it was set aside on review or by the court: neither it nor its document is in force")

#define MATTER_SHOWN(F, S)                                                                         \
    F(S, id,         ID(case_id),     REQUIRED, "the matter")                                      \
    F(S, number,     PUBLIC_TEXT(40), REQUIRED, "its number")                                      \
    F(S, item,       PUBLIC_TEXT(40), REQUIRED, "its procedure")                                   \
    F(S, department, PUBLIC_TEXT(20), OPTIONAL, "the unit whose matter it is")                     \
    F(S, status,     PUBLIC_TEXT(40), REQUIRED, "its state")                                       \
    F(S, is_end,     BOOL,            REQUIRED, "nothing more is done in it")

#define CASE_HANDLED_PART(F, S)                                                                    \
    F(S, case_id,   ID(case_id),                    REQUIRED, "the case")                          \
    F(S, number,    PUBLIC_TEXT(40),                REQUIRED, "tracking number")                   \
    F(S, item,      PUBLIC_TEXT(40),                REQUIRED, "code of the item")                  \
    F(S, owner,     PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service that has the case")     \
    F(S, state,     PUBLIC_TEXT(40),                REQUIRED, "its state")                         \
    F(S, is_end,    BOOL,                           REQUIRED, "the state is an end")               \
    F(S, version,   INT(1, INT64_MAX),              REQUIRED, "version of approval's part")        \
    F(S, subject,   INT(0, INT64_MAX),              REQUIRED,                                      \
      "whose key seals the personal values")                                                       \
    F(S, received,  TIME,                           REQUIRED, "when it was received")              \
    F(S, assignee,  PUBLIC_TEXT(64),                OPTIONAL, "who took it up")                    \
    F(S, clocks,    LIST(clock, 0, 16),             OPTIONAL, "clocks as last told")               \
    F(S, units,     LIST(unit_shown, 0, 16),        OPTIONAL, "units of a parallel review")        \
    F(S, decision,  RECORD(decision_shown),         OPTIONAL, "the decision")                      \
    F(S, parties,   LIST(party_shown, 0, 24),       OPTIONAL, "who else has to do with it")        \
    F(S, words,     RECORD(case_words),             OPTIONAL, "what was said in it")               \
    F(S, document,  PUBLIC_TEXT(40),                OPTIONAL,                                      \
      "number of what was made or entered")                                                        \
    F(S, actions,   LIST(action_offered, 0, 32),    OPTIONAL, "what the caller may do now")        \
    F(S, catalogue_version, INT(1, INT64_MAX),      OPTIONAL, "the rules it goes by")              \
    F(S, of_hall,   BOOL,                           OPTIONAL,                                      \
      "a matter of the hall itself: no other service has a part of it")                            \
    F(S, opened_by, PUBLIC_TEXT(64),                OPTIONAL,                                      \
      "sign-in name of the officer who began it")                                                  \
    F(S, department, PUBLIC_TEXT(20),               OPTIONAL, "the unit whose matter it is")       \
    F(S, matters,   LIST(matter_shown, 0, 64),      OPTIONAL, "matters of the hall that it began") \
    F(S, matters_version, INT(0, INT64_MAX),        OPTIONAL,                                      \
      "grows with each change of one of these")

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
    F(S, light,      ENUM(light),      REQUIRED, "how urgent it is")                               \
    F(S, first,      BOOL,             OPTIONAL, "it was put first in the queue")

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

/* -- figures and promises ------------------------------------------------------------------- */

#define REPLY_COUNT(F, S)                                                                          \
    F(S, reply_kind, PUBLIC_TEXT(40),   REQUIRED, "code of the kind of reply")                     \
    F(S, count,      INT(0, INT64_MAX), REQUIRED, "how many")

#define ASK_DISCLOSURE(F, S) F(S, year, INT(0, 9999), OPTIONAL, "the year; absent: this one")

#define DISCLOSURE_FIGURES(F, S)                                                                   \
    F(S, year,         INT(2000, 9999),          REQUIRED, "the year")                             \
    F(S, carried_over, INT(0, INT64_MAX),        REQUIRED, "requests of earlier years still open") \
    F(S, received,     INT(0, INT64_MAX),        REQUIRED, "requests received in the year")        \
    F(S, replied,      INT(0, INT64_MAX),        REQUIRED, "requests replied to in it")            \
    F(S, replies,      LIST(reply_count, 0, 40), REQUIRED, "the same by kind of reply")            \
    F(S, abandoned,    INT(0, INT64_MAX),        REQUIRED,                                         \
      "ended because the requester did not correct or pay")                                        \
    F(S, withdrawn,    INT(0, INT64_MAX),        REQUIRED, "taken back by the requester")          \
    F(S, pending,      INT(0, INT64_MAX),        REQUIRED, "open at its end, or now")              \
    F(S, average_workdays, DECIMAL(0, 100000),   REQUIRED,                                         \
      "working days from receipt to reply, on average, with those that the law does not count")    \
    F(S, extended,     INT(0, INT64_MAX),        REQUIRED, "limits extended")                      \
    F(S, postponed,    INT(0, INT64_MAX),        REQUIRED,                                         \
      "replies put off, of excessive requests")                                                    \
    F(S, proposed,     INT(0, INT64_MAX),        REQUIRED,                                         \
      "documents proposed for publication, asked for so often")                                    \
    F(S, charged,      INT(0, INT64_MAX),        REQUIRED, "requests that a fee was asked for")    \
    F(S, charged_fen,  FEN(0, FEN_MAX),          REQUIRED, "the fees asked for")                   \
    F(S, paid_fen,     FEN(0, FEN_MAX),          REQUIRED, "the fees paid")

#define ASK_PROMISES(F, S)                                                                         \
    F(S, department, PUBLIC_TEXT(20), OPTIONAL, "only of this department")                         \
    F(S, light,      ENUM(light),     OPTIONAL, "only of this light")                              \
    F(S, limit,      INT(1, 200),     REQUIRED, "how many at most")                                \
    F(S, after,      BYTES(200),      OPTIONAL, "behind this place, as told in `next`")

#define PROMISE_SHOWN(F, S)                                                                        \
    F(S, id,         ID(case_id),     REQUIRED, "the promise: a matter of the hall, with actions") \
    F(S, number,     PUBLIC_TEXT(40), REQUIRED, "its number")                                      \
    F(S, department, PUBLIC_TEXT(20), REQUIRED, "who does it")                                     \
    F(S, text,       TEXT(4000),      OPTIONAL, "what is to be done")                              \
    F(S, due_day,    DATE,            REQUIRED, "by when")                                         \
    F(S, status,     PUBLIC_TEXT(40), REQUIRED, "open or reported")                                \
    F(S, light,      ENUM(light),     REQUIRED, "how urgent it is")                                \
    F(S, report,     TEXT(4000),      OPTIONAL, "what the unit says it did")                       \
    F(S, parent,     ID(case_id),     OPTIONAL, "the case or meeting it comes from")

#define PROMISES_TOLD(F, S)                                                                        \
    F(S, promises, LIST(promise_shown, 0, 200), REQUIRED, "most urgent first in a department")     \
    F(S, next,     BYTES(200),                  OPTIONAL, "where the next page begins")

#define APPROVAL_VOCABULARY(M)                                                                     \
    M(RECORD, unit_shown,        UNIT_SHOWN,        "unit",                                        \
      "A unit of a parallel review.")                                                              \
    M(RECORD, decision_shown,    DECISION_SHOWN,    "decision",              "What was decided.")  \
    M(RECORD, draft_shown,       DRAFT_SHOWN,       "draft",                                       \
      "A reply as drafted, with counsel's advice.")                                                \
    M(RECORD, reply_shown,       REPLY_SHOWN,       "reply",                                       \
      "The reply to a request for information.")                                                   \
    M(RECORD, investigation_shown, INVESTIGATION_SHOWN, "investigation",                           \
      "What was found out about a complaint.")                                                     \
    M(RECORD, resolution_shown,  RESOLUTION_SHOWN,  "resolution",                                  \
      "How a complaint was resolved.")                                                             \
    M(RECORD, review_shown,      REVIEW_SHOWN,      "review",                                      \
      "What the level above decided.")                                                             \
    M(RECORD, member_shown,      MEMBER_SHOWN,      "member",                                      \
      "Whether a member takes part in a meeting.")                                                 \
    M(RECORD, meeting_shown,     MEETING_SHOWN,     "meeting",               "A joint meeting.")   \
    M(RECORD, party_shown,       PARTY_SHOWN,       "party_shown",                                 \
      "Somebody who has to do with a case.")                                                       \
    M(RECORD, matter_shown,      MATTER_SHOWN,      "matter_shown",                                \
      "A matter of the hall that a case began.")                                                   \
    M(RECORD, case_words,        CASE_WORDS,        "case_words",                                  \
      "What was said in a case.")                                                                  \
    M(QUERY,  ask_handled,       ASK_HANDLED,       "approval.ask_case",     "How a case stands.") \
    M(ANSWER, case_handled_part, CASE_HANDLED_PART, "approval.case",         "How a case stands.") \
    M(QUERY,  ask_tasks,         ASK_TASKS,         "approval.ask_tasks",                          \
      "The caller's worklist.")                                                                    \
    M(RECORD, task_shown,        TASK_SHOWN,        "task",                  "A piece of work.")   \
    M(ANSWER, tasks_told,        TASKS_TOLD,        "approval.tasks",        "A worklist.")        \
    M(QUERY,  search_cases,      SEARCH_CASES,      "approval.search_cases",                       \
      "Cases by what is public of them.")                                                          \
    M(RECORD, case_listed,       CASE_LISTED,       "case_listed",           "A case in a list.")  \
    M(ANSWER, cases_found,       CASES_FOUND,       "approval.cases_found",  "Cases found.")       \
    M(RECORD, reply_count,       REPLY_COUNT,       "reply_count",                                 \
      "How many replies there were of a kind.")                                                    \
    M(QUERY,  ask_disclosure,    ASK_DISCLOSURE,    "approval.ask_disclosure",                     \
      "Requests for information in a year.")                                                       \
    M(ANSWER, disclosure_figures, DISCLOSURE_FIGURES, "disclosure_figures",                        \
      "Requests for information in a year.")                                                       \
    M(QUERY,  ask_promises,      ASK_PROMISES,      "approval.ask_promises",                       \
      "What meetings resolved.")                                                                   \
    M(RECORD, promise_shown,     PROMISE_SHOWN,     "promise",                                     \
      "What a meeting resolved that a unit does.")                                                 \
    M(ANSWER, promises_told,     PROMISES_TOLD,     "approval.promises",                           \
      "What meetings resolved.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(approval_vocabulary, APPROVAL_VOCABULARY)
