/* The vocabulary of bank statements: files of them that fee receives, judges and books. */
#pragma once

#include "events/fee.h"

/* clang-format off */
WIRE_DECLARE_ID(statement_id)

#define IMPORT_STATE_VALUES(V)                                                                     \
    V(IMPORT_RECEIVED, "received", "it is being judged")                                           \
    V(IMPORT_BOOKING,  "booking",  "it is right; its entries are being booked")                    \
    V(IMPORT_BOOKED,   "booked",   "all of it is booked")                                          \
    V(IMPORT_REFUSED,  "refused",  "nothing of it was booked")
WIRE_DECLARE_ENUM(import_state, IMPORT_STATE_VALUES)

#define ENTRY_OUTCOME_VALUES(V)                                                                    \
    V(ENTRY_MATCHED,   "matched",   "it paid the bill that it names")                              \
    V(ENTRY_CONFIRMED, "confirmed", "it was booked before, by the bank's notice")                  \
    V(ENTRY_SUSPENDED, "suspended", "it is money without a bill now")                              \
    V(ENTRY_DIFFERING, "differing", "its reference was told before, of something else")            \
    V(ENTRY_CARRIED_OUT, "carried_out", "the bank carried out what the hall had ordered")          \
    V(ENTRY_OTHER,     "other",     "it left the account, or came back, by no order of the hall")  \
    V(ENTRY_ANNOUNCED, "announced", "the bank has not booked it, or it is of zero")
WIRE_DECLARE_ENUM(entry_outcome, ENTRY_OUTCOME_VALUES)

/* A file holds one statement or several, each of one account. */
#define STATEMENT_PART(F, S)                                                                       \
    F(S, account,     PUBLIC_TEXT(34),            REQUIRED, "number of the account")               \
    F(S, bank,        PUBLIC_TEXT(40),            OPTIONAL, "the hall's code of that account")     \
    F(S, currency,    PUBLIC_TEXT(3),             REQUIRED, "its currency")                        \
    F(S, number,      INT(-1, INT64_MAX),         REQUIRED,                                        \
      "electronic sequence number; they run without gaps; -1: none")                               \
    F(S, first_day,   DATE,                       REQUIRED, "the first day it tells of")           \
    F(S, last_day,    DATE,                       REQUIRED, "the last one")                        \
    F(S, opening_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "balance before its entries")          \
    F(S, closing_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "balance behind them")                 \
    F(S, entries,     INT(0, INT64_MAX),          REQUIRED, "how many entries it has")             \
    F(S, line,        INT(0, INT64_MAX),          REQUIRED, "line of the file where it begins")

/* What is public of an entry: who paid, and what he wrote, stays in the file. */
#define BANK_ENTRY(F, S)                                                                           \
    F(S, part,       INT(0, 31),          REQUIRED, "which statement of the file, from 0")         \
    F(S, reference,  PUBLIC_TEXT(60),     REQUIRED,                                                \
      "the bank's own; where it gives none, number of statement and entry")                        \
    F(S, amount_fen, FEN(0, FEN_MAX),     REQUIRED, "how much")                                    \
    F(S, is_credit,  BOOL,                OPTIONAL, "it came in")                                  \
    F(S, is_booked,  BOOL,                OPTIONAL, "the bank has booked it")                      \
    F(S, day,        DATE,                REQUIRED, "the bank's day of booking")                   \
    F(S, is_return,  BOOL,                OPTIONAL, "it takes back an earlier one")                \
    F(S, named,      PUBLIC_TEXT(25),     OPTIONAL, "reference (ISO 11649) that the payer quoted") \
    F(S, order,      PUBLIC_TEXT(35),     OPTIONAL,                                                \
      "end-to-end id: the hall's order that it carries out or returns, a provider's payment")      \
    F(S, outcome,    ENUM(entry_outcome), OPTIONAL, "what became of it")                           \
    F(S, payment_id, ID(payment_id),      OPTIONAL, "the payment that it is")

#define FEE_STATEMENT_RECEIVED(F, S)                                                               \
    F(S, statement_id, ID(statement_id),  REQUIRED, "the file")                                    \
    F(S, upload,       ID(upload_id),     REQUIRED, "the upload that it was")                      \
    F(S, session,      BYTES(16),         REQUIRED, "hash of the session that uploaded it")        \
    F(S, sha256,       HASH,              REQUIRED, "hash of the file, as the bank sent it")       \
    F(S, size,         INT(0, INT64_MAX), REQUIRED, "bytes")

#define FEE_STATEMENT_REFUSED(F, S)                                                                \
    F(S, statement_id, ID(statement_id),  REQUIRED, "the file")                                    \
    F(S, line,         INT(0, INT64_MAX), REQUIRED, "where it is wrong; 0: the file as a whole")   \
    F(S, why,          PUBLIC_TEXT(500),  REQUIRED, "why, in words")

#define FEE_STATEMENT_ACCEPTED(F, S)                                                               \
    F(S, statement_id, ID(statement_id),            REQUIRED, "the file")                          \
    F(S, parts,        LIST(statement_part, 1, 32), REQUIRED, "the statements in it")

#define FEE_STATEMENT_ENTRIES_READ(F, S)                                                           \
    F(S, statement_id, ID(statement_id),        REQUIRED, "the file")                              \
    F(S, first,        INT(0, INT64_MAX),       REQUIRED, "how many entries stand before")         \
    F(S, entries,      LIST(bank_entry, 1, 32), REQUIRED, "the next ones, and what became of each")

#define FEE_STATEMENT_BOOKED(F, S) F(S, statement_id, ID(statement_id), REQUIRED, "the file")

#define RECEIVE_STATEMENT(F, S)                                                                    \
    F(S, upload, ID(upload_id), REQUIRED, "the upload that holds it")

/* The file is wrong, or it is gone. */
#define REPORT_STATEMENT_WRONG(F, S)                                                               \
    F(S, statement_id, ID(statement_id),  REQUIRED, "the file")                                    \
    F(S, line,         INT(0, INT64_MAX), REQUIRED, "where")                                       \
    F(S, why,          PUBLIC_TEXT(500),  REQUIRED, "why")

#define REPORT_STATEMENT_RIGHT(F, S)                                                               \
    F(S, statement_id, ID(statement_id),            REQUIRED, "the file")                          \
    F(S, parts,        LIST(statement_part, 1, 32), REQUIRED, "the statements in it")

#define REPORT_STATEMENT_ENTRIES(F, S)                                                             \
    F(S, statement_id, ID(statement_id),        REQUIRED, "the file")                              \
    F(S, first,        INT(0, INT64_MAX),       REQUIRED, "how many entries stand before")         \
    F(S, entries,      LIST(bank_entry, 1, 32), REQUIRED, "the next ones")

#define STATEMENT_NAMED(F, S) F(S, statement_id, ID(statement_id), REQUIRED, "the file")

#define STATEMENT_SHOWN(F, S)                                                                      \
    F(S, id,           ID(statement_id),            REQUIRED, "the file")                          \
    F(S, status,       ENUM(import_state),          REQUIRED, "how far it is")                     \
    F(S, received_at,  TIME,                        REQUIRED, "when it was uploaded")              \
    F(S, sha256,       HASH,                        REQUIRED, "hash of the file")                  \
    F(S, size,         INT(0, INT64_MAX),           REQUIRED, "bytes")                             \
    F(S, line,         INT(0, INT64_MAX),           OPTIONAL, "refused: the line that is wrong")   \
    F(S, why,          PUBLIC_TEXT(500),            OPTIONAL, "refused: why")                      \
    F(S, statements,   LIST(statement_part, 0, 32), OPTIONAL, "the statements in it")              \
    F(S, entries,      INT(0, INT64_MAX),           REQUIRED, "entries in all of them")            \
    F(S, entries_read, INT(0, INT64_MAX),           REQUIRED, "how many have been read")           \
    F(S, matched,      INT(0, INT64_MAX),           REQUIRED, "paid a bill, or were booked before")\
    F(S, in_suspense,  INT(0, INT64_MAX),           REQUIRED, "became money without a bill")       \
    F(S, differing,    INT(0, INT64_MAX),           REQUIRED, "differ from what was told before")  \
    F(S, carried_out,  INT(0, INT64_MAX),           REQUIRED, "carried out orders of the hall")   \
    F(S, other,        INT(0, INT64_MAX),           REQUIRED, "left the account or came back else")\
    F(S, announced,    INT(0, INT64_MAX),           REQUIRED, "are not booked by the bank")

#define ASK_STATEMENT(F, S) F(S, statement_id, ID(statement_id), REQUIRED, "the file")

#define ASK_STATEMENTS(F, S)                                                                       \
    F(S, before, ID(statement_id), OPTIONAL, "older than this one")                                \
    F(S, limit,  INT(1, 200),      REQUIRED, "how many at most")

#define STATEMENTS_TOLD(F, S)                                                                      \
    F(S, items, LIST(statement_shown, 0, 200), REQUIRED, "the newest first")                       \
    F(S, more,  BOOL,                          OPTIONAL, "there are further ones")

#define STATEMENTS_VOCABULARY(M)                                                                   \
    M(RECORD,  statement_part, STATEMENT_PART, "statement_part",                                   \
      "What a bank says of one account and time.")                                                 \
    M(RECORD,  bank_entry, BANK_ENTRY, "bank_entry", "One movement on an account at a bank.")      \
    M(EVENT,   fee_statement_received, FEE_STATEMENT_RECEIVED, "fee.statement_received.v1",        \
      "A file of bank statements was uploaded.")                                                   \
    M(EVENT,   fee_statement_refused, FEE_STATEMENT_REFUSED, "fee.statement_refused.v1",           \
      "A file of bank statements is wrong or does not follow: nothing of it was booked.")          \
    M(EVENT,   fee_statement_accepted, FEE_STATEMENT_ACCEPTED, "fee.statement_accepted.v1",        \
      "A file of bank statements is right and follows what came before.")                          \
    M(EVENT,   fee_statement_entries_read, FEE_STATEMENT_ENTRIES_READ,                             \
      "fee.statement_entries_read.v1", "Entries of a bank statement were booked.")                 \
    M(EVENT,   fee_statement_booked, FEE_STATEMENT_BOOKED, "fee.statement_booked.v1",              \
      "A file of bank statements is booked whole.")                                                \
    M(COMMAND, receive_statement, RECEIVE_STATEMENT, "fee.receive_statement",                      \
      "Take a file of bank statements.")                                                           \
    M(COMMAND, report_statement_wrong, REPORT_STATEMENT_WRONG, "fee.report_statement_wrong",       \
      "A file of bank statements is wrong.")                                                       \
    M(COMMAND, report_statement_right, REPORT_STATEMENT_RIGHT, "fee.report_statement_right",       \
      "A file of bank statements is right in itself.")                                             \
    M(COMMAND, report_statement_entries, REPORT_STATEMENT_ENTRIES,                                 \
      "fee.report_statement_entries", "The next entries of a file of bank statements.")            \
    M(ANSWER,  statement_named, STATEMENT_NAMED, "fee.statement_named",                            \
      "Which file of bank statements it is.")                                                      \
    M(ANSWER,  statement_shown, STATEMENT_SHOWN, "statement",                                      \
      "A file of bank statements, and how far it is.")                                             \
    M(QUERY,   ask_statement, ASK_STATEMENT, "fee.ask_statement", "A file of bank statements.")    \
    M(QUERY,   ask_statements, ASK_STATEMENTS, "fee.ask_statements",                               \
      "Files of bank statements.")                                                                 \
    M(ANSWER,  statements_told, STATEMENTS_TOLD, "fee.statements", "Files of bank statements.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(statements_vocabulary, STATEMENTS_VOCABULARY)
