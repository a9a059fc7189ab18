/* What travels between processes, declared as field tables.
 *
 * Three patterns (DESIGN: logs and streams). A *request* (command or query) goes from the gateway
 * to the owning service and gets one reply. A *stream* carries the records of one service's log to
 * its consumers, with a credit window. An *upload* carries a file in chunks, past the writer.
 * Several messages may stand in one ZeroMQ message, a frame each. */
#pragma once

#include "log/record.h"
#include "wire/declare.h"

enum {
    BUS_MESSAGE_BYTES_MAX = 1 << 20,
    STREAM_MESSAGE_BYTES_MAX = 2 << 20,
    UPLOAD_CHUNK_BYTES = 64 * 1024,
    UPLOAD_MESSAGE_BYTES_MAX = UPLOAD_CHUNK_BYTES + 1024, /* a chunk with what it travels in */
};

/* clang-format off */

/* -- who asks ---------------------------------------------------------------------------------- */

#define PRINCIPAL_KIND_VALUES(V)                                                                   \
    V(PRINCIPAL_NOBODY, "nobody", "no session")                                                    \
    V(PRINCIPAL_FILER,  "filer",  "a session for filing, or for one case by number and code")      \
    V(PRINCIPAL_PERSON, "person", "a citizen's or firm's account")                                 \
    V(PRINCIPAL_STAFF,  "staff",  "an officer's account")                                          \
    V(PRINCIPAL_SYSTEM, "system", "the hall itself: a timer, a worker")
WIRE_DECLARE_ENUM(principal_kind, PRINCIPAL_KIND_VALUES)

#define ROLE_GRANT(F, S)                                                                           \
    F(S, role,       PUBLIC_TEXT(40), REQUIRED, "a role of the catalogue")                         \
    F(S, department, PUBLIC_TEXT(20), REQUIRED, "where it is held; * is everywhere")

#define PRINCIPAL(F, S)                                                                            \
    F(S, kind,       ENUM(principal_kind),    REQUIRED, "what kind of caller")                     \
    F(S, account_id, ID(account_id),          OPTIONAL, "the account, where there is one")         \
    F(S, login,      PUBLIC_TEXT(64),         OPTIONAL, "the name an officer signs in with")       \
    F(S, badge,      PUBLIC_TEXT(60),         OPTIONAL, "an officer's name as on the badge")       \
    F(S, session,    BYTES(16),               OPTIONAL,                                            \
      "hash of the session, for what belongs to it")                                               \
    F(S, grants,     LIST(role_grant, 0, 64), OPTIONAL, "roles held")                              \
    F(S, case_id,    ID(case_id),             OPTIONAL, "the one case that a filer's session opens")

/* -- requests ---------------------------------------------------------------------------------- */

#define LOG_POSITION_SEEN(F, S)                                                                    \
    F(S, source, PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "a service")                            \
    F(S, seq,    INT(0, INT64_MAX),              REQUIRED, "how far its log is known to the caller")

#define REQUEST(F, S)                                                                              \
    F(S, id,          INT(1, INT64_MAX),               REQUIRED,                                   \
      "chosen by the caller, in the reply again")                                                  \
    F(S, name,        PUBLIC_TEXT(80),                 REQUIRED, "the command or query")           \
    F(S, deadline_ms, INT(0, 600000),                  REQUIRED,                                   \
      "how long the caller still waits")                                                           \
    F(S, principal,   RECORD(principal),               REQUIRED, "on whose behalf")                \
    F(S, witnesses,   LIST(principal, 0, 8),           OPTIONAL,                                   \
      "officers named in the body, as the gateway knows them")                                     \
    F(S, positions,   LIST(log_position_seen, 0, 8),   OPTIONAL,                                   \
      "what the caller has been told of")                                                          \
    F(S, idempotency, RECORD(request_idempotency),     OPTIONAL, "recognises a repeated request")  \
    F(S, if_match,    INT(0, INT64_MAX),               OPTIONAL,                                   \
      "the version that must still hold")                                                          \
    F(S, traceparent, PUBLIC_TEXT(55),                 OPTIONAL, "W3C trace context")              \
    F(S, body,        ANY,                             REQUIRED,                                   \
      "the fields of the command or query")

#define REQUEST_IDEMPOTENCY(F, S)                                                                  \
    F(S, key,  BYTES(16), REQUIRED, "keyed hash of caller, route and Idempotency-Key")             \
    F(S, body, BYTES(16), REQUIRED, "keyed hash of the request's body")

#define PROBLEM_FIELD(F, S)                                                                        \
    F(S, pointer, PUBLIC_TEXT(1024), OPTIONAL,                                                     \
      "JSON Pointer of the bad field; absent for the whole body")                                  \
    F(S, detail,  PUBLIC_TEXT(300),  REQUIRED, "what is wrong with it, without quoting it")

#define PROBLEM(F, S)                                                                              \
    F(S, type,            PUBLIC_TEXT(60),             REQUIRED, "name of the problem type")       \
    F(S, detail,          PUBLIC_TEXT(600),            OPTIONAL, "what happened and what to do")   \
    F(S, errors,          LIST(problem_field, 0, 100), OPTIONAL, "every bad field")                \
    F(S, allowed_actions, TEXTS(40, 0, 64),            OPTIONAL, "what may be done now instead")

#define REPLY(F, S)                                                                                \
    F(S, id,       INT(0, INT64_MAX),                  REQUIRED, "of the request")                 \
    F(S, source,   PUBLIC_TEXT(SOURCE_CHARACTERS),     REQUIRED, "the service that answers")       \
    F(S, seq,      INT(0, INT64_MAX),                  REQUIRED,                                   \
      "the position of its log that the answer rests on")                                          \
    F(S, problem,  RECORD(problem),                    OPTIONAL, "why not, when it failed")        \
    F(S, repeated, BOOL,                               OPTIONAL, "an earlier success told again")  \
    F(S, events,   BLOBS(RECORD_BYTES_MAX, 64),        OPTIONAL, "the events that a command made") \
    F(S, answer,   ANY,                                OPTIONAL,                                   \
      "the answer to a query, or what a command adds to its events")

/* -- streams ----------------------------------------------------------------------------------- */

/* The first frame of a message from a producer says what the second one is; a consumer sends wants
 * alone. */
#define STREAM_FRAME_RECORDS "R"
#define STREAM_FRAME_REFUSED "X"

#define STREAM_WANT(F, S)                                                                          \
    F(S, consumer, PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service that wants records")     \
    F(S, done,     INT(0, INT64_MAX),              REQUIRED,                                       \
      "all up to here is durably consumed: its last event, for who keeps no marks")                \
    F(S, chain,    HASH,                           OPTIONAL,                                       \
      "chain at `done`, to notice another log")                                                    \
    F(S, next,     INT(1, INT64_MAX),              REQUIRED, "the first record not yet received")  \
    F(S, credit,   INT(0, INT64_MAX),              REQUIRED, "the last record that may be sent")   \
    F(S, restart,  BOOL,                           OPTIONAL,                                       \
      "send again from `next`, whatever was sent")                                                 \
    F(S, ping,     BOOL,                           OPTIONAL,                                       \
      "answer even when there is nothing to send")

#define STREAM_RECORDS(F, S)                                                                       \
    F(S, source,  PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service whose log this is")       \
    F(S, first,   INT(1, INT64_MAX),              REQUIRED, "sequence number of the first record") \
    F(S, end,     INT(0, INT64_MAX),              REQUIRED,                                        \
      "how far the log may be read at present")                                                    \
    F(S, chain,   HASH,                           OPTIONAL, "chain behind the last record")        \
    F(S, records, BLOBS(RECORD_BYTES_MAX, 1024),  OPTIONAL, "none: only a sign of life")

#define STREAM_REFUSED(F, S)                                                                       \
    F(S, source, PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service that refuses")             \
    F(S, end,    INT(0, INT64_MAX),              REQUIRED, "where its log ends")                   \
    F(S, reason, PUBLIC_TEXT(300),               REQUIRED, "why: the log is shorter or another one")

/* -- uploads ----------------------------------------------------------------------------------- */

/* The first frame of a message to the upload endpoint says what the second one is. */
#define UPLOAD_FRAME_BEGIN "B"
#define UPLOAD_FRAME_CHUNK "C"

WIRE_DECLARE_ID(upload_id)

#define UPLOAD_BEGIN(F, S)                                                                         \
    F(S, id,         INT(1, INT64_MAX), REQUIRED, "chosen by the caller, in every answer again")   \
    F(S, session,    BYTES(16),         REQUIRED, "the session that may claim it")                 \
    F(S, media_type, PUBLIC_TEXT(100),  REQUIRED, "what the file is")                              \
    F(S, size_max,   INT(1, INT64_MAX), REQUIRED, "how large it may become, in bytes")

#define UPLOAD_CHUNK(F, S)                                                                         \
    F(S, id,   INT(1, INT64_MAX),         REQUIRED, "of the upload")                               \
    F(S, data, BYTES(UPLOAD_CHUNK_BYTES), OPTIONAL, "the next bytes")                              \
    F(S, last, BOOL,                      OPTIONAL, "nothing follows")                             \
    F(S, drop, BOOL,                      OPTIONAL, "the sender gave up: forget it")

#define UPLOAD_STATUS(F, S)                                                                        \
    F(S, id,        INT(1, INT64_MAX), REQUIRED, "of the upload")                                  \
    F(S, credit,    INT(0, INT64_MAX), OPTIONAL, "bytes that may be sent in all")                  \
    F(S, upload_id, ID(upload_id),     OPTIONAL, "on the end: how a filing names it")              \
    F(S, sha256,    HASH,              OPTIONAL, "on the end: hash of what was received")          \
    F(S, size,      INT(0, INT64_MAX), OPTIONAL, "on the end: how many bytes were received")       \
    F(S, problem,   RECORD(problem),   OPTIONAL, "why it failed")

#define BUS_VOCABULARY(M)                                                                          \
    M(RECORD, role_grant,          ROLE_GRANT,          "bus.role_grant",                          \
      "A role held somewhere.")                                                                    \
    M(RECORD, principal,           PRINCIPAL,           "bus.principal",                           \
      "On whose behalf a request is made.")                                                        \
    M(RECORD, log_position_seen,   LOG_POSITION_SEEN,   "bus.position",                            \
      "How far a log is known.")                                                                   \
    M(RECORD, request_idempotency, REQUEST_IDEMPOTENCY, "bus.idempotency",                         \
      "What recognises a repeated request.")                                                       \
    M(RECORD, request,             REQUEST,             "bus.request",                             \
      "A command or a query.")                                                                     \
    M(RECORD, problem_field,       PROBLEM_FIELD,       "bus.problem_field", "One bad field.")     \
    M(RECORD, problem,             PROBLEM,             "bus.problem",                             \
      "Why a request failed.")                                                                     \
    M(RECORD, reply,               REPLY,               "bus.reply",                               \
      "The answer to a request.")                                                                  \
    M(RECORD, stream_want,         STREAM_WANT,         "bus.stream_want",                         \
      "What a consumer wants of a log.")                                                           \
    M(RECORD, stream_records,      STREAM_RECORDS,      "bus.stream_records", "Records of a log.") \
    M(RECORD, stream_refused,      STREAM_REFUSED,      "bus.stream_refused",                      \
      "Why a log cannot be streamed.")                                                             \
    M(RECORD, upload_begin,        UPLOAD_BEGIN,        "bus.upload_begin", "A file is coming.")   \
    M(RECORD, upload_chunk,        UPLOAD_CHUNK,        "bus.upload_chunk", "A part of a file.")   \
    M(RECORD, upload_status,       UPLOAD_STATUS,       "bus.upload_status",                       \
      "How an upload stands.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(bus_vocabulary, BUS_VOCABULARY)

/* Reads the id of a packed reply without decoding the rest: it is the first field of the table, so
 * it stands first in the map. False when the frame does not begin so. */
bool reply_peek_id(struct bytes frame, int64_t *ret_id);
