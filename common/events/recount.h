/* The vocabulary of counting limits again when a new calendar is published: how far each service
 * that has cases is with it (matter/recount.h). */
#pragma once

#include "events/matter.h"

/* clang-format off */
#define RECOUNT_PROGRESS(F, S)                                                                     \
    F(S, calendar, INT(1, INT64_MAX), REQUIRED, "the calendar that limits are counted with now")   \
    F(S, seen,     INT(0, INT64_MAX), REQUIRED, "cases looked at so far")                          \
    F(S, moved,    INT(0, INT64_MAX), REQUIRED, "cases of which a limit moved so far")             \
    F(S, last,     ID(case_id),       OPTIONAL, "the last case that was looked at")

#define ASK_RECOUNT(F, S)                                                                          \
    F(S, with_cases, BOOL, OPTIONAL, "also how many cases there are to look at")

#define RECOUNT_TOLD(F, S)                                                                         \
    F(S, service,  PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "who answers")                        \
    F(S, calendar, INT(0, INT64_MAX), REQUIRED, "the calendar that counts here; 0: none yet")      \
    F(S, running,  BOOL,              REQUIRED, "limits are being counted again with it")          \
    F(S, cases,    INT(0, INT64_MAX), OPTIONAL, "cases there are to look at")                      \
    F(S, seen,     INT(0, INT64_MAX), REQUIRED, "cases looked at")                                 \
    F(S, moved,    INT(0, INT64_MAX), REQUIRED, "cases of which a limit moved")                    \
    F(S, begun,    TIME,              OPTIONAL, "when the recount began")                          \
    F(S, finished, TIME,              OPTIONAL, "when the last case was reached")

#define RECOUNT_VOCABULARY(M)                                                                      \
    M(RECORD, recount_progress, RECOUNT_PROGRESS, "recount_progress", "How far a recount is.")     \
    M(QUERY,  ask_recount,      ASK_RECOUNT,      "recount.ask",      "How far is the recount?")   \
    M(ANSWER, recount_told,     RECOUNT_TOLD,     "recount",                                       \
      "How far a service is with counting limits again.")

/* Each an event of the shape of recount_progress. */
#define RECOUNT_STEPS(X)                                                                           \
    X(intake_recount_advanced,   "intake.recount_advanced.v1",                                     \
      "Further cases of intake were counted with a new calendar.")                                 \
    X(intake_recount_finished,   "intake.recount_finished.v1",                                     \
      "All cases of intake are counted with the new calendar.")                                    \
    X(approval_recount_advanced, "approval.recount_advanced.v1",                                   \
      "Further cases of approval were counted with a new calendar.")                               \
    X(approval_recount_finished, "approval.recount_finished.v1",                                   \
      "All cases of approval are counted with the new calendar.")                                  \
    X(fee_recount_advanced,      "fee.recount_advanced.v1",                                        \
      "Further cases of fee were counted with a new calendar.")                                    \
    X(fee_recount_finished,      "fee.recount_finished.v1",                                        \
      "All cases of fee are counted with the new calendar.")                                       \
    X(audit_recount_advanced,    "audit.recount_advanced.v1",                                      \
      "Further cases of audit were counted with a new calendar.")                                  \
    X(audit_recount_finished,    "audit.recount_finished.v1",                                      \
      "All cases of audit are counted with the new calendar.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(recount_vocabulary, RECOUNT_VOCABULARY)

#define WIRE_DECLARE_STEP(name, type, doc) extern const struct wire_message name##_message;
RECOUNT_STEPS(WIRE_DECLARE_STEP)
extern const struct wire_vocabulary recount_steps_vocabulary;
