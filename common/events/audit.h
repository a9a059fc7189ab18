/* The vocabulary of audit: the record, timelines, findings. */
#pragma once

#include "events/intake.h"

/* clang-format off */
#define FINDING_RAISED(F, S)                                                                       \
    F(S, rule,   PUBLIC_TEXT(60), REQUIRED,                                                        \
      "yellow_card, red_card, or what the procedure calls a finding")                              \
    F(S, clock,  PUBLIC_TEXT(60), OPTIONAL, "the limit it is about")                               \
    F(S, source, PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service whose event shows it")     \
    F(S, seq,    INT(1, INT64_MAX), REQUIRED, "the event in its log")

#define ASK_TIMELINE(F, S)                                                                         \
    F(S, case_id, ID(case_id),       REQUIRED, "the case")                                         \
    F(S, after,   INT(0, INT64_MAX), OPTIONAL, "behind this place in the record")                  \
    F(S, limit,   INT(1, 200),       REQUIRED, "how many at most")

#define RECORD_ENTRY(F, S)                                                                         \
    F(S, index,  INT(1, INT64_MAX),              REQUIRED, "its place in audit's record")          \
    F(S, source, PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "whose log it comes from")              \
    F(S, seq,    INT(1, INT64_MAX),              REQUIRED, "its place in that log")                \
    F(S, record, BYTES(RECORD_BYTES_MAX),        REQUIRED, "the event's own bytes")

#define TIMELINE(F, S)                                                                             \
    F(S, entries, LIST(record_entry, 0, 200), REQUIRED, "in causal order")                         \
    F(S, more,    BOOL,                       OPTIONAL, "there are further ones")                  \
    F(S, end,     INT(0, INT64_MAX),          REQUIRED, "end of the record")                       \
    F(S, looked_at, INT(0, INT64_MAX),        OPTIONAL, "the last place that was looked at")

#define ASK_RECORD(F, S)                                                                           \
    F(S, after,   INT(0, INT64_MAX), REQUIRED, "behind this place in the record")                  \
    F(S, limit,   INT(1, 200),       REQUIRED, "how many at most")                                 \
    F(S, type,    PUBLIC_TEXT(80),   OPTIONAL, "only events of this type")                         \
    F(S, case_id, ID(case_id),       OPTIONAL, "only of this case")                                \
    F(S, source,  PUBLIC_TEXT(SOURCE_CHARACTERS), OPTIONAL, "only the one of this service")        \
    F(S, seq,     INT(0, INT64_MAX), OPTIONAL, "and of this place in its log")

#define ASK_AUDITED(F, S) F(S, case_id, ID(case_id), REQUIRED, "the case")

#define CASE_AUDITED_PART(F, S)                                                                    \
    F(S, owner,   BOOL,                        REQUIRED, "supervision has the case at present")    \
    F(S, state,   PUBLIC_TEXT(40),             OPTIONAL, "its state, while audit has it")          \
    F(S, clocks,  LIST(clock, 0, 16),          OPTIONAL, "clocks, while audit has it")             \
    F(S, actions, LIST(action_offered, 0, 32), OPTIONAL, "what the caller may do now")

#define AUDIT_VOCABULARY(M)                                                                        \
    M(EVENT,  finding_raised, FINDING_RAISED, "audit.finding_raised.v1",                           \
      "Supervision found something.")                                                              \
    M(QUERY,  ask_timeline,   ASK_TIMELINE,   "audit.ask_timeline",      "The events of a case.")  \
    M(RECORD, record_entry,   RECORD_ENTRY,   "audit.entry",             "An entry of the record.")\
    M(ANSWER, timeline,       TIMELINE,       "audit.timeline",          "Events in causal order.")\
    M(QUERY,  ask_record,     ASK_RECORD,     "audit.ask_record",        "Events of the record.")  \
    M(QUERY,  ask_audited,    ASK_AUDITED,    "audit.ask_case",                                    \
      "How a case stands that supervision has.")                                                   \
    M(ANSWER, case_audited_part, CASE_AUDITED_PART, "audit.case",                                  \
      "How a case stands that supervision has.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(audit_vocabulary, AUDIT_VOCABULARY)
