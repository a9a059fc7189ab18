/* The vocabulary of notification: messages to people, letters, escalations, what is to be
 * published. */
#pragma once

#include "events/fee.h"

WIRE_DECLARE_ID(letter_id)

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

/* -- letters -------------------------------------------------------------------------------- */

#define LETTER_KIND_VALUES(V)                                                                      \
    V(LETTER_ACCEPTANCE,        "acceptance",        "it was accepted")                            \
    V(LETTER_MISSING_MATERIALS, "missing_materials", "the one notice of all that is missing")      \
    V(LETTER_NOT_ACCEPTED,      "not_accepted",      "it was not accepted, and why")               \
    V(LETTER_DECISION,          "decision",          "what was decided")                           \
    V(LETTER_LICENCE,           "licence",           "what was granted")                           \
    V(LETTER_RECEIPT,           "receipt",           "what was paid")                              \
    V(LETTER_RED_RECEIPT,       "red_receipt",       "what was paid back")
WIRE_DECLARE_ENUM(letter_kind, LETTER_KIND_VALUES)

#define LETTER_STATUS_VALUES(V)                                                                    \
    V(LETTER_QUEUED,  "queued",  "it is being made")                                               \
    V(LETTER_READY,   "made",    "it can be read")                                                 \
    V(LETTER_DELAYED, "delayed", "it could not be made; it is tried again")                        \
    V(LETTER_FAILED,  "failed",  "it was given up; somebody must look")
WIRE_DECLARE_ENUM(letter_status, LETTER_STATUS_VALUES)

#define LETTER_WORD(F, S)                                                                          \
    F(S, name,  PUBLIC_TEXT(40),   REQUIRED, "as the letter's text calls it")                      \
    F(S, value, PUBLIC_TEXT(4000), REQUIRED,                                                       \
      "nothing personal: a number, a day, a name of the hall's own")

#define LETTER_VALUE(F, S)                                                                         \
    F(S, name,  PUBLIC_TEXT(40), REQUIRED, "as the letter's text calls it")                        \
    F(S, value, TEXT(4000),      REQUIRED, "what somebody typed")

#define LETTER_LINE(F, S)                                                                          \
    F(S, fee,        PUBLIC_TEXT(40),        REQUIRED, "code of the fee in the catalogue")         \
    F(S, quantity,   DECIMAL(0, 1000000000), REQUIRED, "how much was charged for")                 \
    F(S, each_fen,   FEN(0, FEN_MAX),        REQUIRED,                                             \
      "price of one; 0 where the price is stepped")                                                \
    F(S, amount_fen, FEN(0, FEN_MAX),        REQUIRED, "what was paid for it")                     \
    F(S, waived_fen, FEN(0, FEN_MAX),        OPTIONAL, "how much was waived besides")              \
    F(S, payee,      PUBLIC_TEXT(20),        OPTIONAL, "the charging unit")

#define LETTER_ISSUED(F, S)                                                                        \
    F(S, letter_id, ID(letter_id),              REQUIRED, "the letter")                            \
    F(S, kind,      ENUM(letter_kind),          REQUIRED, "what it is")                            \
    F(S, number,    PUBLIC_TEXT(40),            REQUIRED,                                          \
      "its number; those of a kind run without gaps in a year")                                    \
    F(S, title,     PUBLIC_TEXT(200),           REQUIRED, "what it is called")                     \
    F(S, template_name, PUBLIC_TEXT(60),        REQUIRED, "what it says")                          \
    F(S, catalogue_version, INT(1, INT64_MAX),  REQUIRED, "whose words say it")                    \
    F(S, day,       DATE,                       REQUIRED, "the day it is of")                      \
    F(S, unit,      PUBLIC_TEXT(200),           REQUIRED, "who issues it")                         \
    F(S, subject,   INT(1, INT64_MAX),          REQUIRED, "to whom it is")                         \
    F(S, state,     PUBLIC_TEXT(40),            OPTIONAL, "the state in which it was decided")     \
    F(S, ends,      PUBLIC_TEXT(40),            OPTIONAL, "number of the letter it takes back")    \
    F(S, words,     LIST(letter_word, 0, 40),   OPTIONAL, "what stands in it")                     \
    F(S, values,    LIST(letter_value, 0, 8),   OPTIONAL, "what stands in it and is personal")     \
    F(S, lines,     LIST(letter_line, 0, 64),   OPTIONAL, "what was paid for")                     \
    F(S, due,       TIME,                       REQUIRED, "from when it may be made")

#define LETTER_MADE(F, S)                                                                          \
    F(S, letter_id, ID(letter_id),    REQUIRED, "the letter")                                      \
    F(S, sealed,    HASH,             REQUIRED,                                                    \
      "hash of the sealed file, its name in the store")                                            \
    F(S, size,      INT(1, INT64_MAX), REQUIRED, "bytes of the PDF")                               \
    F(S, sha256,    TEXT(64),         REQUIRED, "hash of the PDF, in hexadecimal")                 \
    F(S, key,       TEXT(64),         REQUIRED, "the file's key, in hexadecimal")                  \
    F(S, attempts,  INT(1, 1000),     REQUIRED, "at which attempt")                                \
    F(S, order_due, TIME,             REQUIRED, "the work order that this ends")

#define LETTER_DELAYED_FIELDS(F, S)                                                                \
    F(S, letter_id, ID(letter_id),    REQUIRED, "the letter")                                      \
    F(S, attempts,  INT(1, 1000),     REQUIRED, "how often it was tried")                          \
    F(S, why,       PUBLIC_TEXT(200), REQUIRED, "what stood in the way, without names")            \
    F(S, again,     TIME,             REQUIRED, "when it is tried again")                          \
    F(S, order_due, TIME,             REQUIRED, "the work order that this puts off")

#define LETTER_FAILED_FIELDS(F, S)                                                                 \
    F(S, letter_id, ID(letter_id),    REQUIRED, "the letter")                                      \
    F(S, attempts,  INT(1, 1000),     REQUIRED, "how often it was tried")                          \
    F(S, why,       PUBLIC_TEXT(200), REQUIRED, "what stood in the way, without names")            \
    F(S, order_due, TIME,             REQUIRED, "the work order that this ends")

#define REPORT_LETTER(F, S)                                                                        \
    F(S, letter_id, ID(letter_id),     REQUIRED, "the letter")                                     \
    F(S, made,      BOOL,              REQUIRED, "it is in the store")                             \
    F(S, hopeless,  BOOL,              OPTIONAL, "trying again will not help")                     \
    F(S, why,       PUBLIC_TEXT(200),  OPTIONAL, "what stood in the way, without names")           \
    F(S, sealed,    HASH,              OPTIONAL, "hash of the sealed file")                        \
    F(S, size,      INT(0, INT64_MAX), OPTIONAL, "bytes of the PDF")                               \
    F(S, sha256,    TEXT(64),          OPTIONAL, "hash of the PDF, sealed")                        \
    F(S, key,       TEXT(64),          OPTIONAL, "the file's key, sealed")                         \
    F(S, attempts,  INT(0, 1000),      OPTIONAL, "how often it was tried before")                  \
    F(S, order_due, TIME,              REQUIRED, "the work order")

#define LETTER_WANTED_AGAIN(F, S)                                                                  \
    F(S, letter_id, ID(letter_id),    REQUIRED, "the letter")                                      \
    F(S, why,       PUBLIC_TEXT(200), REQUIRED, "it was given up, or its file is lost")            \
    F(S, due,       TIME,             REQUIRED, "from when it may be made")

#define MAKE_LETTER_AGAIN(F, S) F(S, letter_id, ID(letter_id), REQUIRED, "the letter")

#define ASK_LETTERS(F, S) F(S, case_id, ID(case_id), REQUIRED, "letters of this case")

#define LETTER_LISTED(F, S)                                                                        \
    F(S, kind,   ENUM(letter_kind),   REQUIRED, "what it is")                                      \
    F(S, n,      INT(1, 1000),        REQUIRED, "which of its kind, from 1")                       \
    F(S, number, PUBLIC_TEXT(40),     REQUIRED, "its number")                                      \
    F(S, title,  PUBLIC_TEXT(200),    REQUIRED, "what it is called")                               \
    F(S, day,    DATE,                REQUIRED, "the day it is of")                                \
    F(S, unit,   PUBLIC_TEXT(200),    REQUIRED, "who issued it")                                   \
    F(S, status, ENUM(letter_status), REQUIRED, "whether it can be read")                          \
    F(S, stands, BOOL,                OPTIONAL, "it has not been taken back or replaced")          \
    F(S, size,   INT(0, INT64_MAX),   OPTIONAL, "bytes of the PDF")                                \
    F(S, sha256, TEXT(64),            OPTIONAL, "hash of the PDF, in hexadecimal")                 \
    F(S, why,    PUBLIC_TEXT(200),    OPTIONAL, "why it could not be made")

#define LETTERS_TOLD(F, S) F(S, items, LIST(letter_listed, 0, 200), REQUIRED, "the earliest first")

#define ASK_LETTER(F, S)                                                                           \
    F(S, case_id, ID(case_id),       REQUIRED, "the case")                                         \
    F(S, kind,    ENUM(letter_kind), REQUIRED, "which kind")                                       \
    F(S, n,       INT(0, 1000),      OPTIONAL, "which of its kind, from 1; absent: the newest")

#define LETTER_FOUND(F, S)                                                                         \
    F(S, letter_id, ID(letter_id),       REQUIRED, "the letter")                                   \
    F(S, number,    PUBLIC_TEXT(40),     REQUIRED, "its number")                                   \
    F(S, status,    ENUM(letter_status), REQUIRED, "whether it can be read")                       \
    F(S, size,      INT(0, INT64_MAX),   OPTIONAL, "bytes of the PDF")                             \
    F(S, key,       TEXT(64),            OPTIONAL, "the file's key, sealed")                       \
    F(S, sha256,    TEXT(64),            OPTIONAL, "hash of the PDF, sealed")

#define ASK_LETTER_PIECE(F, S)                                                                     \
    F(S, letter_id, ID(letter_id),     REQUIRED, "the letter")                                     \
    F(S, key,       TEXT(64),          REQUIRED, "the file's key, opened")                         \
    F(S, chunk,     INT(0, INT64_MAX), OPTIONAL, "which piece of the file")

#define LETTER_PIECE(F, S)                                                                         \
    F(S, size, INT(0, INT64_MAX), REQUIRED, "bytes of the whole file")                             \
    F(S, data, BYTES(65536),      OPTIONAL, "the piece")

#define CHECK_LETTER(F, S)                                                                         \
    F(S, number, PUBLIC_TEXT(40), REQUIRED, "the letter's number")                                 \
    F(S, code,   PUBLIC_TEXT(40), REQUIRED, "the check code that stands on it")

#define LETTER_CHECKED(F, S)                                                                       \
    F(S, kind,     ENUM(letter_kind), REQUIRED, "what it is")                                      \
    F(S, number,   PUBLIC_TEXT(40),   REQUIRED, "its number")                                      \
    F(S, title,    PUBLIC_TEXT(200),  REQUIRED, "what it is called")                               \
    F(S, day,      DATE,              REQUIRED, "the day it is of")                                \
    F(S, unit,     PUBLIC_TEXT(200),  REQUIRED, "who issued it")                                   \
    F(S, stands,   BOOL,              REQUIRED, "it has not been taken back or replaced")          \
    F(S, ended_on, DATE,              OPTIONAL, "since when it does not stand")

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
      "Messages about a case.")                                                                    \
    M(RECORD,  letter_word,           LETTER_WORD,           "letter_word",                        \
      "A value in a letter.")                                                                      \
    M(RECORD,  letter_value,          LETTER_VALUE,          "letter_value",                       \
      "A personal value in a letter.")                                                             \
    M(RECORD,  letter_line,           LETTER_LINE,           "letter_line",                        \
      "A line of a receipt.")                                                                      \
    M(EVENT,   letter_issued,         LETTER_ISSUED,         "notification.letter_issued.v1",      \
      "A letter has its number and is to be made.")                                                \
    M(EVENT,   letter_made,           LETTER_MADE,           "notification.letter_made.v1",        \
      "A letter was made and can be read.")                                                        \
    M(EVENT,   letter_delayed,        LETTER_DELAYED_FIELDS, "notification.letter_delayed.v1",     \
      "A letter could not be made; it is tried again.")                                            \
    M(EVENT,   letter_failed,         LETTER_FAILED_FIELDS,  "notification.letter_failed.v1",      \
      "A letter was given up.")                                                                    \
    M(EVENT,   letter_wanted_again,   LETTER_WANTED_AGAIN,                                         \
      "notification.letter_wanted_again.v1",                                                       \
      "A letter that was given up, or whose file is lost, is to be made again.")                   \
    M(COMMAND, make_letter_again,     MAKE_LETTER_AGAIN,     "notification.make_letter_again",     \
      "Make a letter again that cannot be read.")                                                  \
    M(COMMAND, report_letter,         REPORT_LETTER,         "notification.report_letter",         \
      "What came of making a letter.")                                                             \
    M(QUERY,   ask_letters,           ASK_LETTERS,           "notification.ask_letters",           \
      "Letters of a case.")                                                                        \
    M(RECORD,  letter_listed,         LETTER_LISTED,         "letter",                             \
      "A letter.")                                                                                 \
    M(ANSWER,  letters_told,          LETTERS_TOLD,          "letters",                            \
      "Letters of a case.")                                                                        \
    M(QUERY,   ask_letter,            ASK_LETTER,            "notification.ask_letter",            \
      "Where a letter is and what opens it.")                                                      \
    M(ANSWER,  letter_found,          LETTER_FOUND,          "notification.letter_found",          \
      "Where a letter is and what opens it.")                                                      \
    M(QUERY,   ask_letter_piece,      ASK_LETTER_PIECE,      "notification.ask_letter_piece",      \
      "A piece of a letter.")                                                                      \
    M(ANSWER,  letter_piece,          LETTER_PIECE,          "notification.letter_piece",          \
      "A piece of a letter.")                                                                      \
    M(QUERY,   check_letter,          CHECK_LETTER,          "notification.check_letter",          \
      "Whether a letter with this number was issued, and stands.")                                 \
    M(ANSWER,  letter_checked,        LETTER_CHECKED,        "letter_check",                       \
      "A letter as anybody may know it.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(notification_vocabulary, NOTIFICATION_VOCABULARY)
