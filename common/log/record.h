/* The two kinds of record in a log, and what every event carries (DESIGN: logs and streams;
 * events).
 *
 * An *event* says that something happened. A *mark* says how far its service had consumed another
 * service's stream when it went on: `everything of "approval" up to 4711 was known from here on`.
 * An event that another service's event caused is itself the mark of its cause. Both are
 * MessagePack maps; their bytes are what is stored, shipped and hashed, and are never encoded
 * again. */
#pragma once

#include "wire/declare.h"
#include "wire/pack.h"

enum { RECORD_BYTES_MAX = 60 * 1024, SALT_BYTES = 16, SOURCE_CHARACTERS = 20 };

WIRE_DECLARE_ID(event_id)
WIRE_DECLARE_ID(case_id)
WIRE_DECLARE_ID(account_id)

/* clang-format off */
#define ACTOR_KIND_VALUES(V)                                                                       \
    V(ACTOR_PERSON, "person", "who filed or is concerned; named by a relation, never by name")     \
    V(ACTOR_STAFF,  "staff",  "an officer, named by account and badge")                            \
    V(ACTOR_SYSTEM, "system", "a timer or another service's event")                                \
    V(ACTOR_LINK,   "link",   "a bank, a payment provider, a register")
WIRE_DECLARE_ENUM(actor_kind, ACTOR_KIND_VALUES)

#define EVENT_ACTOR(F, S)                                                                          \
    F(S, kind,       ENUM(actor_kind),   REQUIRED, "what kind of actor")                           \
    F(S, account_id, ID(account_id),     OPTIONAL, "the account that acted")                       \
    F(S, role,       PUBLIC_TEXT(40),    OPTIONAL, "the role or relation in which it acted")       \
    F(S, department, PUBLIC_TEXT(20),    OPTIONAL, "the department for which it acted")            \
    F(S, login,      PUBLIC_TEXT(64),    OPTIONAL, "the name an officer signs in with")            \
    F(S, badge,      PUBLIC_TEXT(60),    OPTIONAL, "an officer's name as on the badge")

#define EVENT_CAUSE(F, S)                                                                          \
    F(S, source, PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED,                                         \
      "the service whose event was the cause")                                                     \
    F(S, seq,    INT(1, INT64_MAX),              REQUIRED, "its place in that service's log")

#define EVENT_IDEMPOTENCY(F, S)                                                                    \
    F(S, key,  BYTES(16), REQUIRED, "keyed hash of caller, route and Idempotency-Key")             \
    F(S, body, BYTES(16), REQUIRED, "keyed hash of the request's body")                            \
    F(S, events, INT(1, 64), REQUIRED, "how many events the request made, this one included")

#define EVENT_ENVELOPE(F, S)                                                                       \
    F(S, id,           ID(event_id),                   REQUIRED, "the event")                      \
    F(S, source,       PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service that says so")       \
    F(S, type,         PUBLIC_TEXT(80),                REQUIRED, "what happened")                  \
    F(S, time,         TIME,                           REQUIRED, "when, by the batch")             \
    F(S, effective_at, TIME,                           OPTIONAL,                                   \
      "since when, where law dates it back")                                                       \
    F(S, case_id,      ID(case_id),                    OPTIONAL, "the case it belongs to")         \
    F(S, cause,        RECORD(event_cause),            OPTIONAL,                                   \
      "the event of another service that caused it")                                               \
    F(S, actor,        RECORD(event_actor),            REQUIRED, "who acted")                      \
    F(S, traceparent,  PUBLIC_TEXT(55),                OPTIONAL,                                   \
      "W3C trace context of the request")                                                          \
    F(S, salt,         BYTES(SALT_BYTES),              REQUIRED,                                   \
      "random, so that no hash can be guessed")                                                    \
    F(S, idempotency,  RECORD(event_idempotency),      OPTIONAL,                                   \
      "on the first event of a command that carried a key")                                        \
    F(S, data,         ANY,                            REQUIRED, "the fields of this type")

#define LOG_MARK(F, S)                                                                             \
    F(S, stream, PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED,                                         \
      "the service whose events were consumed")                                                    \
    F(S, upto,   INT(1, INT64_MAX),              REQUIRED, "the last of them")                     \
    F(S, source, PUBLIC_TEXT(SOURCE_CHARACTERS), OPTIONAL,                                         \
      "the service that says so: as a leaf a mark stands alone")

#define RECORD_VOCABULARY(M)                                                                       \
    M(RECORD, event_actor,       EVENT_ACTOR,       "log.actor",       "Who acted.")               \
    M(RECORD, event_cause,       EVENT_CAUSE,       "log.cause",       "The cause of an event.")   \
    M(RECORD, event_idempotency, EVENT_IDEMPOTENCY, "log.idempotency",                             \
      "What recognises a repeated request.")                                                       \
    M(RECORD, event_envelope,    EVENT_ENVELOPE,    "log.event",                                   \
      "What every event carries.")                                                                 \
    M(RECORD, log_mark,          LOG_MARK,          "log.mark",                                    \
      "How far a service had consumed another's stream.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(record_vocabulary, RECORD_VOCABULARY)

enum record_kind { RECORD_BAD, RECORD_EVENT, RECORD_MARK };

/* Which kind `bytes` are, by their first key alone. */
enum record_kind record_kind_of(struct bytes bytes);

/* Decodes an event's envelope; its data stays encoded (wire_unpack_any). Unknown fields, of a newer
 * version, are skipped. */
enum err record_read_event(struct wire_reader *reader, struct bytes bytes,
                           struct event_envelope *ret_envelope);
enum err record_read_mark(struct wire_reader *reader, struct bytes bytes,
                          struct log_mark *ret_mark);
