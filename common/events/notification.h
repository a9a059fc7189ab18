/* The vocabulary of notification: messages to people, escalations, what is to be published. */
#pragma once

#include "events/matter.h"

/* clang-format off */
#define MESSAGE_CHANNEL_VALUES(V)                                                                  \
    V(MESSAGE_INBOX, "inbox", "shown when the person looks into the case")                         \
    V(MESSAGE_EMAIL, "email", "sent to the address the person gave")
WIRE_DECLARE_ENUM(message_channel, MESSAGE_CHANNEL_VALUES)

#define MESSAGE_PARAMETER(F, S)                                                                    \
    F(S, name,  PUBLIC_TEXT(40),  REQUIRED, "as the template calls it")                            \
    F(S, value, PUBLIC_TEXT(500), REQUIRED, "nothing personal: a number, a day, a code")

#define MESSAGE_QUEUED(F, S)                                                                       \
    F(S, message_id, ID(message_id),                  REQUIRED, "the message")                     \
    F(S, template_name, PUBLIC_TEXT(60),              REQUIRED, "what it says")                    \
    F(S, language,   ENUM(language),                  REQUIRED, "in which language")               \
    F(S, channel,    ENUM(message_channel),           REQUIRED, "how it goes")                     \
    F(S, subject,    INT(1, INT64_MAX),               REQUIRED, "who filed the case")              \
    F(S, party,      PUBLIC_TEXT(64),                 OPTIONAL,                                    \
      "sign-in name of the party it is for; absent: for who filed")                                \
    F(S, address,    TEXT(254),                       OPTIONAL, "where to, sealed")                \
    F(S, parameters, LIST(message_parameter, 0, 20),  OPTIONAL, "what stands in it")               \
    F(S, due,        TIME,                            REQUIRED, "from when it may be sent")        \
    F(S, catalogue_version, INT(1, INT64_MAX),        OPTIONAL,                                    \
      "whose templates say it; absent: those that the case goes by")

#define MESSAGE_SENT(F, S)                                                                         \
    F(S, message_id, ID(message_id),    REQUIRED, "the message")                                   \
    F(S, attempts,   INT(1, 1000),      REQUIRED, "at which attempt")                              \
    F(S, order_due,  TIME,              REQUIRED, "the work order that this ends")

#define MESSAGE_DELAYED(F, S)                                                                      \
    F(S, message_id, ID(message_id),    REQUIRED, "the message")                                   \
    F(S, attempts,   INT(1, 1000),      REQUIRED, "how often it was tried")                        \
    F(S, why,        PUBLIC_TEXT(200),  REQUIRED, "what stood in the way, without names")          \
    F(S, again,      TIME,              REQUIRED, "when it is tried again")                        \
    F(S, order_due,  TIME,              REQUIRED, "the work order that this puts off")

#define MESSAGE_FAILED(F, S)                                                                       \
    F(S, message_id, ID(message_id),    REQUIRED, "the message")                                   \
    F(S, attempts,   INT(1, 1000),      REQUIRED, "how often it was tried")                        \
    F(S, why,        PUBLIC_TEXT(200),  REQUIRED, "what stood in the way, without names")          \
    F(S, order_due,  TIME,              REQUIRED, "the work order that this ends")

#define REPORT_MESSAGE(F, S)                                                                       \
    F(S, message_id, ID(message_id),    REQUIRED, "the message")                                   \
    F(S, sent,       BOOL,              REQUIRED, "it was handed over")                            \
    F(S, hopeless,   BOOL,              OPTIONAL, "trying again will not help")                    \
    F(S, why,        PUBLIC_TEXT(200),  OPTIONAL, "what stood in the way, without names")          \
    F(S, attempts,   INT(0, 1000),      OPTIONAL, "how often it was tried before")                 \
    F(S, order_due,  TIME,              REQUIRED, "the work order")

#define ESCALATION_SENT(F, S)                                                                      \
    F(S, clock,      PUBLIC_TEXT(60), REQUIRED, "the limit that is over")                          \
    F(S, department, PUBLIC_TEXT(20), REQUIRED, "whose head is told")                              \
    F(S, role,       PUBLIC_TEXT(40), REQUIRED, "who is told")

#define PUBLICATION_SCHEDULED(F, S)                                                                \
    F(S, kind, PUBLIC_TEXT(40), REQUIRED, "what is to be published")                               \
    F(S, due,  DATE,            REQUIRED, "by when")

#define NOTICE_PUBLISHED(F, S)                                                                     \
    F(S, kind, PUBLIC_TEXT(40), REQUIRED, "what was put before the public")                        \
    F(S, from, DATE,            REQUIRED, "since which day")

#define ASK_INBOX(F, S)                                                                            \
    F(S, case_id, ID(case_id),       REQUIRED, "messages about this case")                         \
    F(S, limit,   INT(1, 200),       REQUIRED, "how many at most")

#define INBOX_MESSAGE(F, S)                                                                        \
    F(S, id, ID(message_id),        REQUIRED, "the message")                               \
    F(S, at,         TIME,                  REQUIRED, "when")                                      \
    F(S, channel,    ENUM(message_channel), REQUIRED, "how it went")                               \
    F(S, status,     PUBLIC_TEXT(20),       REQUIRED, "shown, queued, sent, delayed or failed")    \
    F(S, party,      PUBLIC_TEXT(64),       OPTIONAL,                                              \
      "sign-in name of the party it is for; absent: for who filed")                                \
    F(S, title,      PUBLIC_TEXT(300),      REQUIRED, "what it is about")                          \
    F(S, text,       PUBLIC_TEXT(5000),     REQUIRED, "what it says, without names")

#define INBOX_TOLD(F, S) F(S, messages, LIST(inbox_message, 0, 200), REQUIRED, "the latest first")

#define NOTIFICATION_VOCABULARY(M)                                                                 \
    M(RECORD,  message_parameter,     MESSAGE_PARAMETER,     "message_parameter",                  \
      "A value in a message.")                                                                     \
    M(EVENT,   message_queued,        MESSAGE_QUEUED,        "notification.message_queued.v1",     \
      "A message is to be sent.")                                                                  \
    M(EVENT,   message_sent,          MESSAGE_SENT,          "notification.message_sent.v1",       \
      "A message was handed over.")                                                                \
    M(EVENT,   message_delayed,       MESSAGE_DELAYED,       "notification.message_delayed.v1",    \
      "A message could not be handed over; it is tried again.")                                    \
    M(EVENT,   message_failed,        MESSAGE_FAILED,        "notification.message_failed.v1",     \
      "A message was given up.")                                                                   \
    M(COMMAND, report_message,        REPORT_MESSAGE,        "notification.report_message",        \
      "What came of sending a message.")                                                           \
    M(EVENT,   escalation_sent,       ESCALATION_SENT,       "notification.escalation_sent.v1",    \
      "Somebody higher was told of a limit that is over.")                                         \
    M(EVENT,   publication_scheduled, PUBLICATION_SCHEDULED,                                       \
      "notification.publication_scheduled.v1",                                                     \
      "A result is to be published.")                                                              \
    M(EVENT,   notice_published,      NOTICE_PUBLISHED,      "notification.notice_published.v1",   \
      "Something was put before the public.")                                                      \
    M(QUERY,   ask_inbox,             ASK_INBOX,             "notification.ask_inbox",             \
      "Messages about a case.")                                                                    \
    M(RECORD,  inbox_message,         INBOX_MESSAGE,         "message",                            \
      "A message.")                                                                                \
    M(ANSWER,  inbox_told,            INBOX_TOLD,            "notification.inbox",                 \
      "Messages about a case.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(notification_vocabulary, NOTIFICATION_VOCABULARY)
