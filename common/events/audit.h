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

#define LOG_TEXT_VALUES(V)                                                                         \
    V(LOG_CHECKPOINT, "checkpoint", "the newest signed checkpoint")                                \
    V(LOG_KEYS,       "keys",       "the keys that its signatures are checked with")
WIRE_DECLARE_ENUM(log_text_kind, LOG_TEXT_VALUES)

#define ASK_LOG_TEXT(F, S) F(S, kind, ENUM(log_text_kind), REQUIRED, "which")

#define LOG_TEXT(F, S)                                                                             \
    F(S, text, PUBLIC_TEXT(16384), REQUIRED, "as C2SP writes it")

#define ASK_LOG_TILE(F, S)                                                                         \
    F(S, level, INT(0, 7),              REQUIRED, "level of the tile")                             \
    F(S, index, INT(0, INT64_MAX),      REQUIRED, "which of that level, from 0")                   \
    F(S, width, INT(1, 256),            REQUIRED, "how many hashes; 256: the full tile")

#define LOG_TILE(F, S)                                                                             \
    F(S, hashes, BYTES(8192), REQUIRED, "SHA-256 hashes side by side")

#define ASK_LOG_ENTRIES(F, S)                                                                      \
    F(S, index, INT(0, INT64_MAX), REQUIRED, "entries below this tile of level 0")                 \
    F(S, width, INT(1, 256),       REQUIRED, "how many the tile has")                              \
    F(S, after, INT(0, 255),       REQUIRED, "how many of them are known already")

#define LOG_ENTRIES(F, S)                                                                          \
    F(S, count,   INT(1, 256),     REQUIRED, "how many these are")                                 \
    F(S, entries, BYTES(786432),   REQUIRED, "each with its length before it, as u16")

#define ASK_CASE_PROOFS(F, S)                                                                      \
    F(S, case_id, ID(case_id),       REQUIRED, "the case")                                         \
    F(S, after,   INT(0, INT64_MAX), OPTIONAL, "behind this place in the record")                  \
    F(S, limit,   INT(1, 50),        REQUIRED, "how many at most")

#define ENTRY_PROOF(F, S)                                                                          \
    F(S, index,  INT(1, INT64_MAX),       REQUIRED,                                                \
      "its place in audit's record; in the log, one less")                                         \
    F(S, record, BYTES(RECORD_BYTES_MAX), REQUIRED, "the event's own bytes")                       \
    F(S, proof,  PUBLIC_TEXT(32768),      REQUIRED, "a tlog-proof file")

#define CASE_PROOFS(F, S)                                                                          \
    F(S, proofs,  LIST(entry_proof, 0, 50), REQUIRED, "in causal order")                           \
    F(S, waiting, INT(0, INT64_MAX),        REQUIRED,                                              \
      "events that the checkpoint does not cover yet")                                             \
    F(S, more,    BOOL,                     OPTIONAL, "there are further ones")

#define AUDIT_VOCABULARY(M)                                                                        \
    M(EVENT,  finding_raised, FINDING_RAISED, "audit.finding_raised.v1",                           \
      "Supervision found something.")                                                              \
    M(QUERY,  ask_timeline,   ASK_TIMELINE,   "audit.ask_timeline",      "The events of a case.")  \
    M(RECORD, record_entry,   RECORD_ENTRY,   "audit.entry",             "An entry of the record.")\
    M(ANSWER, timeline,       TIMELINE,       "audit.timeline",          "Events in causal order.")\
    M(QUERY,  ask_record,     ASK_RECORD,     "audit.ask_record",        "Events of the record.")  \
    M(QUERY,  ask_audited,    ASK_AUDITED,    "audit.ask_case",                                    \
      "How a case stands that supervision has.")                                                   \
    M(QUERY,  ask_log_text,   ASK_LOG_TEXT,   "audit.ask_log_text",                                \
      "The newest checkpoint, or the keys of the log.")                                            \
    M(ANSWER, log_text,       LOG_TEXT,       "audit.log_text",          "A text of the log.")     \
    M(QUERY,  ask_log_tile,   ASK_LOG_TILE,   "audit.ask_log_tile",      "Hashes of the tree.")    \
    M(ANSWER, log_tile,       LOG_TILE,       "audit.log_tile",          "Hashes of the tree.")    \
    M(QUERY,  ask_log_entries, ASK_LOG_ENTRIES, "audit.ask_log_entries",                           \
      "Entries of the log as they are hashed.")                                                    \
    M(ANSWER, log_entries,    LOG_ENTRIES,    "audit.log_entries",                                 \
      "Entries of the log as they are hashed.")                                                    \
    M(QUERY,  ask_case_proofs, ASK_CASE_PROOFS, "audit.ask_case_proofs",                           \
      "That the events of a case are in the log.")                                                 \
    M(RECORD, entry_proof,    ENTRY_PROOF,    "audit.entry_proof",                                 \
      "An event with the proof that it is in the log.")                                            \
    M(ANSWER, case_proofs,    CASE_PROOFS,    "audit.case_proofs",                                 \
      "Events of a case with their proofs.")                                                       \
    M(ANSWER, case_audited_part, CASE_AUDITED_PART, "audit.case",                                  \
      "How a case stands that supervision has.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(audit_vocabulary, AUDIT_VOCABULARY)
