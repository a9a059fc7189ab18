/* What every service answers beside its own business: how it is, what it counts, what time it is.
 *
 * Queries (to the readers): `hall.health`, `hall.metrics`. Commands (to the writer): `hall.clock`,
 * which moves a virtual clock or confirms a real one that jumped. */
#pragma once

#include "bus/messages.h"

/* clang-format off */
#define HEALTH_ASK(F, S)                                                                           \
    F(S, verbose, BOOL, OPTIONAL, "with reasons for people")

#define HEALTH_STREAM(F, S)                                                                        \
    F(S, source,   PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "whose log is consumed")              \
    F(S, done,     INT(0, INT64_MAX),              REQUIRED, "consumed up to here")                \
    F(S, end,      INT(0, INT64_MAX),              REQUIRED, "what may be consumed by now")        \
    F(S, alive,    BOOL,                           REQUIRED, "the producer answers")               \
    F(S, diverged, BOOL,                           OPTIONAL,                                       \
      "the producer's log is not the one that was consumed")

#define HEALTH(F, S)                                                                               \
    F(S, service,    PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "who answers")                      \
    F(S, version,    PUBLIC_TEXT(20),                REQUIRED, "of the program")                   \
    F(S, ready,      BOOL,                           REQUIRED, "it can do its work now")           \
    F(S, reasons,    TEXTS(200, 0, 16),              OPTIONAL, "why it cannot, or what is amiss")  \
    F(S, seq,        INT(0, INT64_MAX),              REQUIRED, "end of its log")                   \
    F(S, archived,   INT(0, INT64_MAX),              REQUIRED, "how far audit has archived it")    \
    F(S, now,        TIME,                           REQUIRED, "the time it goes by")              \
    F(S, next_timer, TIME,                           OPTIONAL, "when its next timer is due")       \
    F(S, busy,       INT(0, INT64_MAX),              REQUIRED,                                     \
      "work orders that are due or under way")                                                     \
    F(S, streams,    LIST(health_stream, 0, 8),      OPTIONAL, "what it consumes")

#define METRICS_ASK(F, S) F(S, verbose, BOOL, OPTIONAL, "unused")

#define METRIC(F, S)                                                                               \
    F(S, name,   PUBLIC_TEXT(100), REQUIRED, "without the prefix of the hall")                     \
    F(S, help,   PUBLIC_TEXT(200), REQUIRED, "what it counts")                                     \
    F(S, gauge,  BOOL,             OPTIONAL, "goes up and down; otherwise it only grows")          \
    F(S, label,  PUBLIC_TEXT(60),  OPTIONAL, "name=value of a further label")                      \
    F(S, micro,  BOOL,             OPTIONAL, "the value is in millionths")                         \
    F(S, value,  INT(INT64_MIN, INT64_MAX), REQUIRED, "the value")

#define METRICS(F, S)                                                                              \
    F(S, service, PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "who answers")                         \
    F(S, metrics, LIST(metric, 0, 200),           REQUIRED, "all of them")

#define CLOCK_SET(F, S)                                                                            \
    F(S, now,     TIME, OPTIONAL, "a virtual clock moves forward to this moment")                  \
    F(S, confirm, BOOL, OPTIONAL, "the clock of the machine is right, although it jumped")

#define BUILTIN_VOCABULARY(M)                                                                      \
    M(QUERY,   health_ask,    HEALTH_ASK,    "hall.health",        "How are you?")                 \
    M(RECORD,  health_stream, HEALTH_STREAM, "hall.health_stream", "A stream that is consumed.")   \
    M(ANSWER,  health,        HEALTH,        "hall.health_answer", "How a service is.")            \
    M(QUERY,   metrics_ask,   METRICS_ASK,   "hall.metrics",       "What do you count?")           \
    M(RECORD,  metric,        METRIC,        "hall.metric",        "One counter or gauge.")        \
    M(ANSWER,  metrics,       METRICS,       "hall.metrics_answer", "What a service counts.")      \
    M(COMMAND, clock_set,     CLOCK_SET,     "hall.clock",         "Move or confirm the clock.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(builtin_vocabulary, BUILTIN_VOCABULARY)
