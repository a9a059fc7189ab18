/* The vocabulary of webhooks: the record carried to partner systems, event by event.
 *
 * No secret stands in any of it but in the answer that tells it: what signs is derived from a key
 * of audit's own, the endpoint's id and the number of the secret. */
#pragma once

#include "wire/declare.h"

WIRE_DECLARE_ID(webhook_id)

enum { WEBHOOKS_MAX = 32, WEBHOOK_TYPES_MAX = 40 };

/* clang-format off */
#define REGISTER_WEBHOOK(F, S)                                                                     \
    F(S, url,        PUBLIC_TEXT(500),                     REQUIRED,                               \
      "where events go; it stands in the record, so no password or token belongs in it")           \
    F(S, types,      TEXTS(80, 0, WEBHOOK_TYPES_MAX),      OPTIONAL,                               \
      "event types, or all of a service such as fee.; all when left out")                          \
    F(S, department, PUBLIC_TEXT(20),                      OPTIONAL,                               \
      "only events of cases that are this unit's")                                                 \
    F(S, whole_record, BOOL,                               OPTIONAL,                               \
      "from the first event of the record on; otherwise what comes from now on")

#define WEBHOOK_REGISTERED(F, S)                                                                   \
    F(S, webhook_id, ID(webhook_id),                       REQUIRED, "the endpoint")               \
    F(S, url,        PUBLIC_TEXT(500),                     REQUIRED, "where events go")            \
    F(S, types,      TEXTS(80, 0, WEBHOOK_TYPES_MAX),      OPTIONAL, "which; absent: all")         \
    F(S, department, PUBLIC_TEXT(20),                      OPTIONAL, "of whose cases")             \
    F(S, whole_record, BOOL,                               OPTIONAL, "from the first event on")

#define CHANGE_WEBHOOK(F, S)                                                                       \
    F(S, webhook_id, ID(webhook_id),                       REQUIRED, "the endpoint")               \
    F(S, url,        PUBLIC_TEXT(500),                     OPTIONAL, "where events go")            \
    F(S, types,      TEXTS(80, 0, WEBHOOK_TYPES_MAX),      OPTIONAL, "other event types")          \
    F(S, all_types,  BOOL,                                 OPTIONAL, "every type from now on")     \
    F(S, department, PUBLIC_TEXT(20),                      OPTIONAL, "of another unit's cases")    \
    F(S, whole_hall, BOOL,                                 OPTIONAL, "whosever cases from now on") \
    F(S, disabled,   BOOL,                                 OPTIONAL, "nothing goes out; it waits") \
    F(S, enabled,    BOOL,                                 OPTIONAL, "goes on where it stopped")

/* What PATCH takes: the same without the id, which stands in the path. */
#define WEBHOOK_CHANGE(F, S)                                                                       \
    F(S, url,        PUBLIC_TEXT(500),                     OPTIONAL, "where events go")            \
    F(S, types,      TEXTS(80, 0, WEBHOOK_TYPES_MAX),      OPTIONAL, "other event types")          \
    F(S, all_types,  BOOL,                                 OPTIONAL, "every type from now on")     \
    F(S, department, PUBLIC_TEXT(20),                      OPTIONAL, "of another unit's cases")    \
    F(S, whole_hall, BOOL,                                 OPTIONAL, "whosever cases from now on") \
    F(S, disabled,   BOOL,                                 OPTIONAL, "nothing goes out; it waits") \
    F(S, enabled,    BOOL,                                 OPTIONAL, "goes on where it stopped")

#define END_WEBHOOK(F, S)                                                                          \
    F(S, webhook_id, ID(webhook_id),                       REQUIRED, "the endpoint")

#define RENEW_WEBHOOK_SECRET(F, S)                                                                 \
    F(S, webhook_id, ID(webhook_id),                       REQUIRED, "the endpoint")

#define WEBHOOK_SECRET_RENEWED(F, S)                                                               \
    F(S, webhook_id, ID(webhook_id),                       REQUIRED, "the endpoint")               \
    F(S, number,     INT(1, INT64_MAX),                    REQUIRED, "which secret counts now")    \
    F(S, old_until,  TIME,                                 REQUIRED,                               \
      "until then the one before signs too")

#define REPORT_WEBHOOK(F, S)                                                                       \
    F(S, webhook_id, ID(webhook_id),                       REQUIRED, "the endpoint")               \
    F(S, up_to,      INT(0, INT64_MAX),                    REQUIRED,                               \
      "everything up to this place of the record was taken or was not for it")                     \
    F(S, delivered,  INT(0, INT64_MAX),                    REQUIRED, "how many were taken")        \
    F(S, failed,     BOOL,                                 OPTIONAL, "the next one was not taken") \
    F(S, gone,       BOOL,                                 OPTIONAL, "it answered 410")            \
    F(S, why,        PUBLIC_TEXT(200),                     OPTIONAL, "why it was not taken")       \
    F(S, wait_s,     INT(0, INT64_MAX),                    OPTIONAL, "its Retry-After")            \
    F(S, order_due,  TIME,                                 REQUIRED, "the order that was worked")

#define WEBHOOK_ADVANCED(F, S)                                                                     \
    F(S, webhook_id, ID(webhook_id),                       REQUIRED, "the endpoint")               \
    F(S, up_to,      INT(0, INT64_MAX),                    REQUIRED,                               \
      "everything up to this place of the record was taken or was not for it")                     \
    F(S, delivered,  INT(0, INT64_MAX),                    REQUIRED, "how many were taken")

#define WEBHOOK_DELAYED(F, S)                                                                      \
    F(S, webhook_id, ID(webhook_id),                       REQUIRED, "the endpoint")               \
    F(S, attempts,   INT(1, INT64_MAX),                    REQUIRED, "made of the same event")     \
    F(S, why,        PUBLIC_TEXT(200),                     REQUIRED, "what went wrong")            \
    F(S, again,      TIME,                                 REQUIRED, "when it is tried again")

#define WEBHOOK_DISABLED(F, S)                                                                     \
    F(S, webhook_id, ID(webhook_id),                       REQUIRED, "the endpoint")               \
    F(S, why,        PUBLIC_TEXT(200),                     REQUIRED, "why nothing goes out")

#define ASK_WEBHOOKS(F, S)                                                                         \
    F(S, webhook_id, ID(webhook_id),                       OPTIONAL, "one; all when left out")

#define WEBHOOK_TOLD(F, S)                                                                         \
    F(S, id,         ID(webhook_id),                       REQUIRED, "the endpoint")               \
    F(S, url,        PUBLIC_TEXT(500),                     REQUIRED, "where events go")            \
    F(S, types,      TEXTS(80, 0, WEBHOOK_TYPES_MAX),      OPTIONAL, "which; absent: all")         \
    F(S, department, PUBLIC_TEXT(20),                      OPTIONAL, "of whose cases")             \
    F(S, enabled,    BOOL,                                 REQUIRED, "events go out")              \
    F(S, why,        PUBLIC_TEXT(200),                     OPTIONAL, "what went wrong last")       \
    F(S, up_to,      INT(0, INT64_MAX),                    REQUIRED,                               \
      "everything up to this place of the record was taken or was not for it")                     \
    F(S, waiting,    BOOL,                                 REQUIRED, "there is more for it")       \
    F(S, delivered,  INT(0, INT64_MAX),                    REQUIRED, "events taken so far")        \
    F(S, delivered_at, TIME,                               OPTIONAL, "when it last took one")      \
    F(S, attempts,   INT(0, INT64_MAX),                    REQUIRED, "failed ones in a row")       \
    F(S, again,      TIME,                                 OPTIONAL, "when it is tried again")     \
    F(S, version,    INT(1, INT64_MAX),                    REQUIRED, "of what people set")         \
    F(S, secret,     PUBLIC_TEXT(80),                      OPTIONAL,                               \
      "what signs; told when it is made and never again")                                          \
    F(S, old_until,  TIME,                                 OPTIONAL,                               \
      "until then the secret before signs too")

#define WEBHOOKS_TOLD(F, S)                                                                        \
    F(S, items, LIST(webhook_told, 0, WEBHOOKS_MAX),       REQUIRED, "the earliest first")

#define WEBHOOKS_VOCABULARY(M)                                                                     \
    M(COMMAND, register_webhook, REGISTER_WEBHOOK, "audit.register_webhook",                       \
      "Carry events to a partner system.")                                                         \
    M(EVENT, webhook_registered, WEBHOOK_REGISTERED, "audit.webhook_registered.v1",                \
      "Events are carried to a partner system.")                                                   \
    M(COMMAND, change_webhook, CHANGE_WEBHOOK, "audit.change_webhook", "Change an endpoint.")      \
    M(RECORD, webhook_change, WEBHOOK_CHANGE, "audit.webhook_change",                              \
      "What is to change of an endpoint.")                                                         \
    M(EVENT, webhook_changed, CHANGE_WEBHOOK, "audit.webhook_changed.v1",                          \
      "An endpoint was changed.")                                                                  \
    M(COMMAND, end_webhook, END_WEBHOOK, "audit.end_webhook", "End an endpoint.")                  \
    M(EVENT, webhook_ended, END_WEBHOOK, "audit.webhook_ended.v1", "An endpoint was ended.")       \
    M(COMMAND, renew_webhook_secret, RENEW_WEBHOOK_SECRET, "audit.renew_webhook_secret",           \
      "Make a new secret; the old one signs too for a day.")                                       \
    M(EVENT, webhook_secret_renewed, WEBHOOK_SECRET_RENEWED, "audit.webhook_secret_renewed.v1",    \
      "An endpoint has a new secret.")                                                             \
    M(COMMAND, report_webhook, REPORT_WEBHOOK, "audit.report_webhook",                             \
      "What came of carrying events to an endpoint.")                                              \
    M(EVENT, webhook_advanced, WEBHOOK_ADVANCED, "audit.webhook_advanced.v1",                      \
      "An endpoint took events.")                                                                  \
    M(EVENT, webhook_delayed, WEBHOOK_DELAYED, "audit.webhook_delayed.v1",                         \
      "An endpoint did not take an event, which is tried again.")                                  \
    M(EVENT, webhook_disabled, WEBHOOK_DISABLED, "audit.webhook_disabled.v1",                      \
      "Nothing goes to an endpoint any more until somebody enables it.")                           \
    M(QUERY, ask_webhooks, ASK_WEBHOOKS, "audit.ask_webhooks", "Endpoints and their health.")      \
    M(ANSWER, webhook_told, WEBHOOK_TOLD, "audit.webhook", "An endpoint and its health.")          \
    M(ANSWER, webhooks_told, WEBHOOKS_TOLD, "audit.webhooks", "Endpoints and their health.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(webhooks_vocabulary, WEBHOOKS_VOCABULARY)
