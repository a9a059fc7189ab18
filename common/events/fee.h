/* The vocabulary of fee beside the moves of cases (events/matter.h): bills, payments, the ledger.
 */
#pragma once

#include "events/intake.h"

/* clang-format off */
#define PAYMENT_METHOD_VALUES(V)                                                                   \
    V(METHOD_CASH,     "cash",     "taken by a cashier")                                           \
    V(METHOD_TRANSFER, "transfer", "told by the bank")                                             \
    V(METHOD_ONLINE,   "online",   "told by a payment provider")
WIRE_DECLARE_ENUM(payment_method, PAYMENT_METHOD_VALUES)

#define BILL_STATE_VALUES(V)                                                                       \
    V(BILL_ISSUED,  "issued",  "it is to be paid")                                                 \
    V(BILL_PAID,    "paid",    "it was paid")                                                      \
    V(BILL_CLEARED, "cleared", "it was of zero")                                                   \
    V(BILL_VOID,    "void",    "it was taken back")                                                \
    V(BILL_LAPSED,  "lapsed",  "the time to pay is over")
WIRE_DECLARE_ENUM(bill_state, BILL_STATE_VALUES)

WIRE_DECLARE_ID(settlement_id)

#define SETTLEMENT_STATUS_VALUES(V)                                                                \
    V(SETTLEMENT_ORDERED,  "ordered",  "the bank is to carry it out")                              \
    V(SETTLEMENT_MADE,     "made",     "it went out")                                              \
    V(SETTLEMENT_REJECTED, "rejected", "it was turned back; the next settlement takes it along")
WIRE_DECLARE_ENUM(settlement_status, SETTLEMENT_STATUS_VALUES)

#define BANK_STANDING_VALUES(V)                                                                    \
    V(BANK_AGREES,  "agrees",  "books and bank are the same, but for what is named")               \
    V(BANK_DIFFERS, "differs", "something is left that is not named")                              \
    V(BANK_UNTOLD,  "untold",  "the bank's statement of this day is not in: nothing is claimed")
WIRE_DECLARE_ENUM(bank_standing, BANK_STANDING_VALUES)

#define PROOF_PLACE_VALUES(V)                                                                      \
    V(PLACE_UNDER_WAY, "under_way", "in the books, not at the bank yet")                           \
    V(PLACE_AHEAD,     "ahead",     "at the bank, not in the books of the day")                    \
    V(PLACE_ORDERED,   "ordered",   "ordered out, not carried out: still in the books and there")
WIRE_DECLARE_ENUM(proof_place, PROOF_PLACE_VALUES)

#define BILL_LINE(F, S)                                                                            \
    F(S, fee,        PUBLIC_TEXT(40),       REQUIRED, "code of the fee in the catalogue")          \
    F(S, quantity,   DECIMAL(0, 1000000000), REQUIRED, "how much was charged for")                 \
    F(S, each_fen,   FEN(0, FEN_MAX),       REQUIRED,                                              \
      "price of one; 0 where the price is stepped")                                                \
    F(S, amount_fen, FEN(0, FEN_MAX),       REQUIRED, "what this line costs, rounded half up")     \
    F(S, waived_fen, FEN(0, FEN_MAX),       OPTIONAL, "how much of that was waived")               \
    F(S, refund_fen, FEN(0, FEN_MAX),       OPTIONAL,                                              \
      "how much of it is to be, or was, paid back")                                                \
    F(S, payee,      PUBLIC_TEXT(20),       OPTIONAL, "the charging unit; none for a fee of zero") \
    F(S, basis,      PUBLIC_TEXT(300),      REQUIRED, "the law or list the fee rests on")

#define FEE_BILL_ISSUED(F, S)                                                                      \
    F(S, bill_id,    ID(bill_id),             REQUIRED, "the bill")                                \
    F(S, number,     PUBLIC_TEXT(30),         REQUIRED,                                            \
      "its number, ISO 11649, to be named on a transfer")                                          \
    F(S, item,       PUBLIC_TEXT(40),         REQUIRED, "code of the item")                        \
    F(S, subject,    INT(1, INT64_MAX),       REQUIRED, "whose key seals the personal values")     \
    F(S, payer,      TEXT(100),               REQUIRED, "name on the receipt")                     \
    F(S, lines,      LIST(bill_line, 1, 64),  REQUIRED, "one line per fee")                        \
    F(S, amount_fen, FEN(0, FEN_MAX),         REQUIRED, "sum of the lines")                        \
    F(S, due,        DATE,                    OPTIONAL, "the last day to pay")                     \
    F(S, form,       FORM(16),                OPTIONAL, "quantities that were put right")          \
    F(S, transfers,  LIST(transfer, 0, 64),   OPTIONAL, "receivable against income due, per unit")

#define FEE_BILL_PAID(F, S)                                                                        \
    F(S, bill_id,    ID(bill_id),    REQUIRED, "the bill")                                         \
    F(S, payment_id, ID(payment_id), REQUIRED, "the payment that covers it")

#define FEE_BILL_VOIDED(F, S)                                                                      \
    F(S, bill_id,  ID(bill_id),          REQUIRED, "the bill")                                     \
    F(S, why,      PUBLIC_TEXT(60),      REQUIRED, "case_ended, lapsed or void")                   \
    F(S, second,   PUBLIC_TEXT(64),      OPTIONAL, "sign-in name of the second person, of two")    \
    F(S, reasons,  TEXT(4000),           OPTIONAL, "why two took it back")                         \
    F(S, reissued, ID(bill_id),          OPTIONAL, "the bill that takes its place")                \
    F(S, transfers, LIST(transfer, 0, 64), OPTIONAL, "income due against receivable, per unit")

/* A waiver takes from the lines of a bill that is still to be paid: charged stays charged, and what
 * was waived stands beside it. */
#define FEE_BILL_LOWERED(F, S)                                                                     \
    F(S, bill_id,    ID(bill_id),            REQUIRED, "the bill")                                 \
    F(S, waiver,     ID(case_id),            REQUIRED, "the case in which it was waived")          \
    F(S, amount_fen, FEN(1, FEN_MAX),        REQUIRED, "by how much")                              \
    F(S, due_fen,    FEN(0, FEN_MAX),        REQUIRED, "what is left to be paid")                  \
    F(S, lines,      LIST(bill_line, 1, 64), REQUIRED, "its lines as they now stand")              \
    F(S, transfers,  LIST(transfer, 1, 64),  REQUIRED, "income due against receivable, per unit")

/* One event for each bill that a payment pays, and one for what is left: they share its id. */
#define FEE_PAYMENT_RECORDED(F, S)                                                                 \
    F(S, payment_id, ID(payment_id),        REQUIRED, "the payment")                               \
    F(S, bill_id,    ID(bill_id),           OPTIONAL,                                              \
      "the bill it pays; none: money without a bill")                                              \
    F(S, method,     ENUM(payment_method),  REQUIRED, "how it was paid")                           \
    F(S, amount_fen, FEN(1, FEN_MAX),       REQUIRED, "how much of it this is")                    \
    F(S, bank,       PUBLIC_TEXT(40),       OPTIONAL,                                              \
      "code of Finance's account at a bank that has it")                                           \
    F(S, reference,  PUBLIC_TEXT(60),       OPTIONAL, "the bank's reference of a transfer")        \
    F(S, cashier,    PUBLIC_TEXT(64),       OPTIONAL, "sign-in name of the cashier who took cash") \
    F(S, transfers,  LIST(transfer, 1, 64), REQUIRED,                                              \
      "drawer or transit against receivable, per unit, or against suspense")                       \
    F(S, collection_point, PUBLIC_TEXT(20), OPTIONAL,                                              \
      "code of the collection point that took it; none: the hall")

#define FEE_RECEIPT_ISSUED(F, S)                                                                   \
    F(S, number,     PUBLIC_TEXT(40),   REQUIRED,                                                  \
      "receipt number; they run without gaps in a year")                                           \
    F(S, bill_id,    ID(bill_id),       REQUIRED, "the bill")                                      \
    F(S, payment_id, ID(payment_id),    REQUIRED, "the payment")                                   \
    F(S, amount_fen, FEN(1, FEN_MAX),   REQUIRED, "how much was received")                         \
    F(S, subject,    INT(1, INT64_MAX), REQUIRED, "whose key seals the personal values")           \
    F(S, payer,      TEXT(100),         REQUIRED, "name on the receipt")

#define BILL_NAMED(F, S) F(S, bill_id, ID(bill_id), REQUIRED, "the bill")

/* The end of a working day at the collection points; those that took nothing have a matter each. */
#define FEE_POINTS_CHECKED(F, S)                                                                   \
    F(S, day,    DATE,         REQUIRED, "the day that is over")                                   \
    F(S, open,   INT(0, 1000), REQUIRED, "how many collection points were open on it")             \
    F(S, silent, INT(0, 1000), REQUIRED, "how many of them took nothing")

#define RECORD_PAYMENT(F, S)                                                                       \
    F(S, bills,      LIST(bill_named, 0, 16), REQUIRED, "the bills it pays, each whole")           \
    F(S, method,     ENUM(payment_method), REQUIRED, "cash or transfer")                           \
    F(S, amount_fen, FEN(1, FEN_MAX),      REQUIRED, "how much was received")                      \
    F(S, reference,  PUBLIC_TEXT(60),      OPTIONAL,                                               \
      "the bank's reference; required for a transfer")                                             \
    F(S, bank,       PUBLIC_TEXT(40),      OPTIONAL,                                               \
      "code of Finance's account at a bank that has it; the first one when absent")                \
    F(S, collection_point, PUBLIC_TEXT(20), OPTIONAL,                                              \
      "code of the collection point where a transfer was made; of cash: that of the drawer")

#define VOID_BILL(F, S)                                                                            \
    F(S, bill_id,  ID(bill_id),     REQUIRED, "the bill")                                          \
    F(S, officer,  PUBLIC_TEXT(64), REQUIRED, "sign-in name of the second person")                 \
    F(S, reasons,  TEXT(4000),      REQUIRED, "why")                                               \
    F(S, reissue,  BOOL,            OPTIONAL, "another bill takes its place")                      \
    F(S, payer,    TEXT(100),       OPTIONAL, "the right payer of that one")                       \
    F(S, form,     FORM(16),        OPTIONAL, "the right quantities of that one")

#define ASK_BILL(F, S)  F(S, bill_id, ID(bill_id), REQUIRED, "the bill")
#define ASK_BILLS(F, S) F(S, case_id, ID(case_id), REQUIRED, "the case")

#define BILL_SHOWN(F, S)                                                                           \
    F(S, id,    ID(bill_id),            REQUIRED, "the bill")                                      \
    F(S, case_id,    ID(case_id),            REQUIRED, "its case")                                 \
    F(S, number,     PUBLIC_TEXT(30),        REQUIRED, "its number, to be named on a transfer")    \
    F(S, status,      ENUM(bill_state),       REQUIRED, "how it stands")                           \
    F(S, payer,      TEXT(100),              OPTIONAL, "name on the receipt")                      \
    F(S, lines,      LIST(bill_line, 1, 64), REQUIRED, "one line per fee")                         \
    F(S, amount_fen, FEN(0, FEN_MAX),        REQUIRED, "sum of the lines, less what was waived")   \
    F(S, refund_fen, FEN(0, FEN_MAX),        OPTIONAL,                                             \
      "how much of it is to be, or was, paid back")                                                \
    F(S, refunded_fen, FEN(0, FEN_MAX),      OPTIONAL, "how much of that was paid back")           \
    F(S, issued_at,     TIME,                   REQUIRED, "when it was issued")                    \
    F(S, due_day,        DATE,                   OPTIONAL, "the last day to pay")                  \
    F(S, receipt,    PUBLIC_TEXT(40),        OPTIONAL, "number of the receipt")                    \
    F(S, payment,    ID(payment_id),         OPTIONAL, "the payment that covers it")               \
    F(S, version,    INT(1, INT64_MAX),      REQUIRED, "version of the bill")                      \
    F(S, providers,  TEXTS(20, 0, 16),       OPTIONAL,                                             \
      "payment providers through which it can be paid on line now")                                \
    F(S, methods,    TEXTS(20, 0, 3),        OPTIONAL,                                             \
      "in which ways it may be paid, while it is to be paid: cash, transfer, online")

#define BILLS_TOLD(F, S)                                                                           \
    F(S, owner,   BOOL,                     REQUIRED, "fee has the case at present")               \
    F(S, state,   PUBLIC_TEXT(40),          OPTIONAL, "its state, while fee has it")               \
    F(S, version, INT(0, INT64_MAX),        REQUIRED, "version of fee's part of the case")         \
    F(S, clocks,  LIST(clock, 0, 16),       OPTIONAL, "clocks, while fee has it")                  \
    F(S, actions, LIST(action_offered, 0, 32), OPTIONAL, "what the caller may do now")             \
    F(S, bills,   LIST(bill_shown, 0, 32),  OPTIONAL, "bills of the case")                         \
    F(S, head,    RECORD(case_head),        OPTIONAL,                                              \
      "what it is, where fee alone has it: a matter of the hall")

/* The receipt of money that was paid back, in red: it stands in the case of the bill. */
#define FEE_REFUND_RECEIPT_ISSUED(F, S)                                                            \
    F(S, number,     PUBLIC_TEXT(40),   REQUIRED,                                                  \
      "number of the red receipt; they run without gaps in a year")                                \
    F(S, refund,     ID(case_id),       REQUIRED, "the refund, a matter of the hall")              \
    F(S, bill_id,    ID(bill_id),       REQUIRED, "the bill")                                      \
    F(S, payment_id, ID(payment_id),    REQUIRED, "the payment that was paid back")                \
    F(S, amount_fen, FEN(1, FEN_MAX),   REQUIRED, "how much was paid back")                        \
    F(S, subject,    INT(1, INT64_MAX), REQUIRED, "whose key seals the personal values")           \
    F(S, payer,      TEXT(100),         REQUIRED, "name on the receipt")

#define REQUEST_REFUND(F, S)                                                                       \
    F(S, payment_id, ID(payment_id),  REQUIRED, "the payment")                                     \
    F(S, bill_id,    ID(bill_id),     OPTIONAL, "the bill, where it paid several")                 \
    F(S, unit,       PUBLIC_TEXT(20), OPTIONAL, "the charging unit, where the bill has several")   \
    F(S, amount_fen, FEN(1, FEN_MAX), OPTIONAL, "how much; absent: all of it")                     \
    F(S, reasons,    TEXT(4000),      REQUIRED, "why")

#define REFUND_SHOWN(F, S)                                                                         \
    F(S, id,           ID(case_id),     REQUIRED, "the refund; it is moved like a case")           \
    F(S, case_id,      ID(case_id),     REQUIRED, "the case of the bill")                          \
    F(S, bill_id,      ID(bill_id),     REQUIRED, "the bill that was paid")                        \
    F(S, bill_number,  PUBLIC_TEXT(30), REQUIRED, "its number")                                    \
    F(S, unit,         PUBLIC_TEXT(20), REQUIRED, "the charging unit")                             \
    F(S, amount_fen,   FEN(1, FEN_MAX), REQUIRED, "how much is to be paid back")                   \
    F(S, why,          PUBLIC_TEXT(60), REQUIRED, "what happened: the action, or the clock")       \
    F(S, requested_at, TIME,            REQUIRED, "since when")                                    \
    F(S, status,       PUBLIC_TEXT(40), REQUIRED, "its state")                                     \
    F(S, receipt,      PUBLIC_TEXT(40), OPTIONAL, "number of the red receipt")

#define UNIT_AMOUNT(F, S)                                                                          \
    F(S, unit,       PUBLIC_TEXT(20), REQUIRED, "code of the charging unit")                       \
    F(S, amount_fen, FEN(1, FEN_MAX), REQUIRED, "how much of it is the unit's")

#define DRAWER_SHOWN(F, S)                                                                         \
    F(S, id,             ID(case_id),              REQUIRED,                                       \
      "the drawer, from its opening until its cash is at the bank; moved like a case")             \
    F(S, cashier,        PUBLIC_TEXT(64),          REQUIRED, "sign-in name of whose it is")        \
    F(S, status,         PUBLIC_TEXT(40),          REQUIRED, "open or counted")                    \
    F(S, opened_at,      TIME,                     REQUIRED, "since when")                         \
    F(S, float_fen,      FEN(0, FEN_MAX),          REQUIRED, "change that belongs in it")          \
    F(S, takings_fen,    FEN(0, INT64_MAX),        REQUIRED, "cash taken that is still in it")     \
    F(S, takings,        LIST(unit_amount, 0, 64), REQUIRED, "whose that is")                      \
    F(S, counted_at,     TIME,                     OPTIONAL, "when it was counted")                \
    F(S, counted_by,     PUBLIC_TEXT(64),          OPTIONAL, "sign-in name of who counted it")     \
    F(S, counted_with,   PUBLIC_TEXT(64),          OPTIONAL, "sign-in name of the second person")  \
    F(S, counted_fen,    FEN(0, FEN_MAX),          OPTIONAL, "what the two counted")               \
    F(S, difference_fen, FEN(-FEN_MAX, FEN_MAX),   OPTIONAL,                                       \
      "by how much that was more than change and takings; short is less than zero")                \
    F(S, collection_point, PUBLIC_TEXT(20),        OPTIONAL,                                       \
      "code of the collection point at which it stands; none: the hall")

#define ASK_DRAWERS(F, S)                                                                          \
    F(S, after, PUBLIC_TEXT(64), OPTIONAL, "behind the drawer of this cashier")                    \
    F(S, limit, INT(1, 200),     REQUIRED, "how many at most")

#define DRAWERS_TOLD(F, S)                                                                         \
    F(S, items, LIST(drawer_shown, 0, 200), REQUIRED, "in the order of the cashiers' names")       \
    F(S, more,  BOOL,                       OPTIONAL, "there are further ones")

#define ASK_REFUNDS(F, S)                                                                          \
    F(S, after, ID(case_id),   OPTIONAL, "behind this refund")                                     \
    F(S, limit, INT(1, 200),   REQUIRED, "how many at most")

#define REFUNDS_TOLD(F, S)                                                                         \
    F(S, items, LIST(refund_shown, 0, 200), REQUIRED, "the oldest first")                          \
    F(S, more,  BOOL,                       OPTIONAL, "there are further ones")

#define ASK_LEDGER(F, S)                                                                           \
    F(S, after, PUBLIC_TEXT(80), OPTIONAL, "behind this account")                                  \
    F(S, at,    TIME,            OPTIONAL, "as it stood then; absent: now")

#define ACCOUNT_BALANCE(F, S)                                                                      \
    F(S, account,            PUBLIC_TEXT(80), REQUIRED, "the account")                             \
    F(S, balance_fen,        FEN(-INT64_MAX, INT64_MAX), REQUIRED,                                 \
      "posted debits less posted credits")                                                         \
    F(S, debits_posted_fen,  FEN(0, INT64_MAX), REQUIRED, "all that was ever debited")             \
    F(S, credits_posted_fen, FEN(0, INT64_MAX), REQUIRED, "all that was ever credited")            \
    F(S, debits_held_fen,    FEN(0, INT64_MAX), OPTIONAL, "debits that are held, not posted yet")  \
    F(S, credits_held_fen,   FEN(0, INT64_MAX), OPTIONAL, "credits that are held")

#define ASK_ENTRIES(F, S)                                                                          \
    F(S, account,     PUBLIC_TEXT(80),   REQUIRED, "the account; `transit:*`: all that begin so")  \
    F(S, codes,       TEXTS(20, 0, 4),   OPTIONAL, "only what moved for these reasons")            \
    F(S, until,       DATE,              OPTIONAL, "only what stands in the books up to this day") \
    F(S, moved,       BOOL,              OPTIONAL, "only what moved money: not held or released")  \
    F(S, after_account, PUBLIC_TEXT(80), OPTIONAL, "behind the entry of this account")             \
    F(S, after_time,  TIME,              OPTIONAL, "of that time")                                 \
    F(S, after_seq,   INT(0, INT64_MAX), OPTIONAL, "and event")                                    \
    F(S, after_place, INT(0, 255),       OPTIONAL, "and place in it")                              \
    F(S, limit,       INT(1, 500),       REQUIRED, "how many at most")

#define ENTRY_SHOWN(F, S)                                                                          \
    F(S, account,     PUBLIC_TEXT(80),     REQUIRED, "the account")                                \
    F(S, transfer,    ID(transfer_id),     REQUIRED, "the transfer")                               \
    F(S, time,        TIME,                REQUIRED, "when")                                       \
    F(S, day,         DATE,                REQUIRED, "in whose books")                             \
    F(S, side,        PUBLIC_TEXT(10),     REQUIRED, "debit or credit")                            \
    F(S, other,       PUBLIC_TEXT(80),     REQUIRED, "the account on the other side")              \
    F(S, amount_fen,  FEN(1, FEN_MAX),     REQUIRED, "how much")                                   \
    F(S, code,        ENUM(transfer_code), REQUIRED, "why")                                        \
    F(S, step,        ENUM(transfer_step), OPTIONAL, "absent: it moved at once")                   \
    F(S, held,        ID(transfer_id),     OPTIONAL, "the transfer that it posts or releases")     \
    F(S, balance_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "posted balance after it")             \
    F(S, event,       ID(event_id),        REQUIRED, "the event that told it")                     \
    F(S, seq,         INT(1, INT64_MAX),   REQUIRED, "the event's place in the log of fee")        \
    F(S, record,      PUBLIC_TEXT(80),     REQUIRED, "where the record tells that event")          \
    F(S, place,       INT(0, 255),         OPTIONAL, "its place in the event")

#define ENTRIES_TOLD(F, S)                                                                         \
    F(S, items, LIST(entry_shown, 0, 500), REQUIRED, "by account, in the order of time")           \
    F(S, more,  BOOL,                      OPTIONAL, "there may be further ones")                  \
    F(S, next,  PUBLIC_TEXT(160),          OPTIONAL, "the cursor of the next page")

#define LEDGER_TOLD(F, S)                                                                          \
    F(S, items,    LIST(account_balance, 0, 500), REQUIRED, "accounts in order of their names")    \
    F(S, more,     BOOL,                          OPTIONAL, "there are further ones")              \
    F(S, sum_fen,  FEN(-INT64_MAX, INT64_MAX),    REQUIRED, "sum over all accounts: zero, always")

/* -- settlement ----------------------------------------------------------------------------- */

/* Money of one unit that goes out of one of Finance's accounts, as a bank's transfer of its own. */
#define SETTLEMENT_ORDER(F, S)                                                                     \
    F(S, end_to_end,    PUBLIC_TEXT(35),        REQUIRED, "its id at the banks")                   \
    F(S, unit,          PUBLIC_TEXT(40),        REQUIRED, "code of the charging unit")             \
    F(S, to,            PUBLIC_TEXT(34),        REQUIRED, "number of the account it goes to")      \
    F(S, to_bank,       PUBLIC_TEXT(11),        REQUIRED, "BIC of its bank")                       \
    F(S, amount_fen,    FEN(1, FEN_MAX),        REQUIRED, "how much")                              \
    F(S, held_cash,     ID(transfer_id),        OPTIONAL, "what holds the money paid in cash")     \
    F(S, held_transfer, ID(transfer_id),        OPTIONAL, "what holds the money paid by banks")    \
    F(S, status,        ENUM(settlement_status), REQUIRED, "how it stands")                        \
    F(S, answer,        PUBLIC_TEXT(60),        OPTIONAL, "reference of the treasury's answer")    \
    F(S, bank_day,      DATE,                   OPTIONAL, "when the bank carried it out")          \
    F(S, resolved_on,   DATE,                   OPTIONAL,                                          \
      "in whose books it went out or was turned back")

#define FEE_SETTLEMENT_ORDERED(F, S)                                                               \
    F(S, settlement_id, ID(settlement_id),              REQUIRED, "the settlement: one file")      \
    F(S, number,        PUBLIC_TEXT(30),                REQUIRED, "its number, without gaps")      \
    F(S, bank,          PUBLIC_TEXT(40),                REQUIRED, "the account it leaves")         \
    F(S, day,           DATE,                           REQUIRED, "in whose books")                \
    F(S, orders,        LIST(settlement_order, 1, 32),  REQUIRED, "one for each unit")             \
    F(S, transfers,     LIST(transfer, 1, 64),          REQUIRED,                                  \
      "treasury or special account against transit, held until the bank has carried it out")

#define FEE_SETTLEMENT_MADE(F, S)                                                                  \
    F(S, settlement_id, ID(settlement_id),     REQUIRED, "the settlement")                         \
    F(S, end_to_end,    PUBLIC_TEXT(35),       REQUIRED, "which order of it")                      \
    F(S, answer,        PUBLIC_TEXT(60),       OPTIONAL, "reference of the treasury's answer")     \
    F(S, bank_day,      DATE,                  OPTIONAL, "when the bank's statement shows it")     \
    F(S, transfers,     LIST(transfer, 0, 2),  OPTIONAL,                                           \
      "what was held is posted, the first time")

#define FEE_SETTLEMENT_REJECTED(F, S)                                                              \
    F(S, settlement_id, ID(settlement_id),     REQUIRED, "the settlement")                         \
    F(S, end_to_end,    PUBLIC_TEXT(35),       REQUIRED, "which order of it")                      \
    F(S, answer,        PUBLIC_TEXT(60),       OPTIONAL, "reference of the answer")                \
    F(S, transfers,     LIST(transfer, 1, 2),  REQUIRED,                                           \
      "what was held is released: the next settlement takes it along")

#define ORDER_SETTLEMENTS(F, S)                                                                    \
    F(S, note, PUBLIC_TEXT(200), OPTIONAL, "why now: by itself it is done when a day is closed")

#define ANSWER_SETTLEMENT(F, S)                                                                    \
    F(S, settlement_id, ID(settlement_id), REQUIRED, "the settlement")                             \
    F(S, end_to_end,    PUBLIC_TEXT(35),   REQUIRED, "which order of it")                          \
    F(S, accepted,      BOOL,              REQUIRED, "the money arrived; else it was turned back") \
    F(S, answer,        PUBLIC_TEXT(60),   REQUIRED, "reference of the answer")

#define SETTLEMENT_SHOWN(F, S)                                                                     \
    F(S, id,         ID(settlement_id),             REQUIRED, "the settlement")                    \
    F(S, number,     PUBLIC_TEXT(30),               REQUIRED, "its number")                        \
    F(S, bank,       PUBLIC_TEXT(40),               REQUIRED, "the account it leaves")             \
    F(S, day,        DATE,                          REQUIRED, "in whose books it was ordered")     \
    F(S, ordered_at, TIME,                          REQUIRED, "when")                              \
    F(S, amount_fen, FEN(1, INT64_MAX),             REQUIRED, "sum of its orders")                 \
    F(S, orders,     LIST(settlement_order, 1, 32), REQUIRED, "one for each unit")

#define ASK_SETTLEMENTS(F, S)                                                                      \
    F(S, id,    ID(settlement_id), OPTIONAL, "this one alone")                                     \
    F(S, after, ID(settlement_id), OPTIONAL, "behind this one")                                    \
    F(S, limit, INT(1, 100),       REQUIRED, "how many at most")

#define SETTLEMENTS_TOLD(F, S)                                                                     \
    F(S, items, LIST(settlement_shown, 0, 100), REQUIRED, "the oldest first")                      \
    F(S, more,  BOOL,                           OPTIONAL, "there are further ones")

#define ASK_SETTLEMENT_FILE(F, S) F(S, id, ID(settlement_id), REQUIRED, "the settlement")

#define SETTLEMENT_FILE(F, S)                                                                      \
    F(S, number, PUBLIC_TEXT(30), REQUIRED, "its number")                                          \
    F(S, xml,    BYTES(262144),   REQUIRED, "the file for the bank, pain.001.001.09")

/* -- the daily proof ------------------------------------------------------------------------ */

/* A figure is what `side` of its entries comes to, less the other side. */
#define PROOF_FIGURE(F, S)                                                                         \
    F(S, figure,     PUBLIC_TEXT(40),            REQUIRED, "its name, as below")                   \
    F(S, amount_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "how much")                             \
    F(S, side,       PUBLIC_TEXT(10),            REQUIRED, "debit or credit: which side counts")   \
    F(S, entries,    PUBLIC_TEXT(200),           REQUIRED, "where its entries are told")

#define PROOF_UNIT(F, S)                                                                           \
    F(S, unit, PUBLIC_TEXT(40), REQUIRED, "code of the charging unit")                             \
    F(S, charged_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "charged up to the end of the day")    \
    F(S, void_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, taken back or lapsed")          \
    F(S, waived_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, waived")                      \
    F(S, paid_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, paid")                          \
    F(S, outstanding_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, still to be paid")       \
    F(S, refund_due_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED,                                     \
      "approved to be paid back and not paid yet")

#define PROOF_WAY(F, S)                                                                            \
    F(S, unit, PUBLIC_TEXT(40), REQUIRED, "code of the charging unit")                             \
    F(S, way, PUBLIC_TEXT(10), REQUIRED, "cash, or transfer (online payments too)")                \
    F(S, today_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "paid in the books of the day")          \
    F(S, paid_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "paid up to the end of the day")          \
    F(S, drawers_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, in drawers")                 \
    F(S, transit_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, in transit")                 \
    F(S, settled_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, settled and not come back")  \
    F(S, refunded_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, paid back")

#define PROOF_ITEM(F, S)                                                                           \
    F(S, reference,  PUBLIC_TEXT(64),     REQUIRED, "what the bank's statement shows it under")    \
    F(S, code,       ENUM(transfer_code), REQUIRED, "what it is")                                  \
    F(S, place,      ENUM(proof_place),   REQUIRED, "where it stands")                             \
    F(S, amount_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED,                                         \
      "how much comes in, negative: goes out")                                                     \
    F(S, day,        DATE,                OPTIONAL, "in whose books it stands, or was ordered")    \
    F(S, bank_day,   DATE,                OPTIONAL, "on which day the bank shows it")

/* transit = (statement - before) + under way - ahead + difference. */
#define PROOF_BANK(F, S)                                                                           \
    F(S, bank,           PUBLIC_TEXT(40),            REQUIRED, "code of Finance's account")        \
    F(S, transit_fen,    FEN(-INT64_MAX, INT64_MAX), REQUIRED, "what the books say stands there")  \
    F(S, suspense_fen,   FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, without a bill")          \
    F(S, standing,       ENUM(bank_standing),        REQUIRED, "what the bank says of that")       \
    F(S, statement_day,  DATE,                       OPTIONAL,                                     \
      "the day of the last statement until then; none: the bank told nothing yet")                 \
    F(S, statement_fen,  FEN(-INT64_MAX, INT64_MAX), OPTIONAL, "what it closed with")              \
    F(S, before_fen,     FEN(-INT64_MAX, INT64_MAX), OPTIONAL,                                     \
      "what stood there before the first statement: not of these books")                           \
    F(S, under_way_fen,  FEN(-INT64_MAX, INT64_MAX), OPTIONAL, "in the books, not at the bank")    \
    F(S, ahead_fen,      FEN(-INT64_MAX, INT64_MAX), OPTIONAL, "at the bank, not in the books")    \
    F(S, ordered_fen,    FEN(0, INT64_MAX),          OPTIONAL,                                     \
      "of what stands there, ordered out and not carried out")                                     \
    F(S, difference_fen, FEN(-INT64_MAX, INT64_MAX), OPTIONAL,                                     \
      "what is left: by this the books have more than the bank")                                   \
    F(S, items,          LIST(proof_item, 0, 100),   OPTIONAL,                                     \
      "what is under way, ahead or ordered, one by one; the sums hold all")                        \
    F(S, more_items,     BOOL,                       OPTIONAL, "there are more than these")

#define PROOF_CHECK(F, S)                                                                          \
    F(S, rule, PUBLIC_TEXT(100), REQUIRED, "what must be equal")                                   \
    F(S, unit, PUBLIC_TEXT(40), OPTIONAL, "of this unit alone")                                    \
    F(S, way, PUBLIC_TEXT(10), OPTIONAL, "paid in this way alone")                                 \
    F(S, bank, PUBLIC_TEXT(40), OPTIONAL, "of this account of Finance's alone")                    \
    F(S, left_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "the left side")                          \
    F(S, right_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "the right side")                        \
    F(S, holds, BOOL, REQUIRED, "they are equal")

#define PROOF_TOLD(F, S)                                                                           \
    F(S, date, DATE, REQUIRED, "the day of the books")                                             \
    F(S, holds, BOOL, REQUIRED, "every rule holds")                                                \
    F(S, charged_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "charged up to the end of the day")    \
    F(S, void_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, taken back or lapsed")          \
    F(S, waived_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, waived")                      \
    F(S, paid_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, paid")                          \
    F(S, outstanding_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "of that, still to be paid")       \
    F(S, suspense_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "money without a bill")               \
    F(S, drawers_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "cash in drawers, change aside")       \
    F(S, transit_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "in Finance's accounts at the banks")  \
    F(S, settled_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED,                                        \
      "gone out to the treasury and the special account, less what came back")                     \
    F(S, refunded_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "paid back")                          \
    F(S, refund_due_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED,                                     \
      "approved to be paid back and not paid yet")                                                 \
    F(S, floats_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "change in drawers")                    \
    F(S, over_short_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED,                                     \
      "what counts found: short is positive")                                                      \
    F(S, checks, LIST(proof_check, 0, 400), REQUIRED,                                              \
      "the rules, and those of single units that do not hold")                                     \
    F(S, units, LIST(proof_unit, 0, 200), REQUIRED, "every charging unit")                         \
    F(S, ways, LIST(proof_way, 0, 400), REQUIRED, "every unit and way to pay")                     \
    F(S, banks, LIST(proof_bank, 0, 64), REQUIRED, "every account of Finance's in use")            \
    F(S, figures, LIST(proof_figure, 0, 400), REQUIRED,                                            \
      "what opens the figures: of the hall, outstanding of units, transit of banks")               \
    F(S, upto_seq, INT(0, INT64_MAX), REQUIRED,                                                    \
      "the place in the log of fee, as the audit record has it, up to which all was counted")      \
    F(S, upto_chain, HASH, REQUIRED, "the chain of that log there: it stands for every record")

#define RECONCILED_WAY(F, S)                                                                       \
    F(S, unit,         PUBLIC_TEXT(40),           REQUIRED, "code of the charging unit")           \
    F(S, way,          PUBLIC_TEXT(10),           REQUIRED, "cash or transfer")                    \
    F(S, receipts_fen, FEN(-INT64_MAX, INT64_MAX), REQUIRED, "what its bills say was paid")        \
    F(S, moved_fen,    FEN(-INT64_MAX, INT64_MAX), REQUIRED, "what its accounts took in")

#define RECONCILED_POINT(F, S)                                                                     \
    F(S, collection_point, PUBLIC_TEXT(20),           REQUIRED, "code of the collection point")    \
    F(S, way,              PUBLIC_TEXT(10),           REQUIRED, "cash or transfer")                \
    F(S, taken_fen,        FEN(0, INT64_MAX),         REQUIRED, "what was taken there")

#define RECONCILIATION_TOLD(F, S)                                                                  \
    F(S, date,              DATE,                        REQUIRED, "the day of the books")         \
    F(S, matter,            ID(case_id),                 OPTIONAL,                                 \
      "the matter by which it is closed; none when nothing moved")                                 \
    F(S, closed,            BOOL,                        REQUIRED, "the books are closed")         \
    F(S, balanced,          BOOL,                        REQUIRED, "nothing differs")              \
    F(S, receipts_fen,      FEN(-INT64_MAX, INT64_MAX),  REQUIRED, "what bills say was paid")      \
    F(S, moved_fen,         FEN(-INT64_MAX, INT64_MAX),  REQUIRED, "what the accounts took in")    \
    F(S, counted_short_fen, FEN(0, INT64_MAX),           OPTIONAL, "what counts found missing")    \
    F(S, counted_over_fen,  FEN(0, INT64_MAX),           OPTIONAL, "what counts found too much")   \
    F(S, ways,              LIST(reconciled_way, 0, 400), REQUIRED, "every unit and way to pay")   \
    F(S, banks,             LIST(proof_bank, 0, 64), OPTIONAL, "every account of Finance's")       \
    F(S, points,            LIST(reconciled_point, 0, 400), OPTIONAL,                              \
      "every collection point and way to pay there; part of the sums above")

#define ASK_RECONCILIATION(F, S) F(S, date, DATE, REQUIRED, "the day of the books")

#define ASK_PROOF(F, S) F(S, date, DATE, REQUIRED, "the day of the books")

#define ASK_PROOF_PAPER(F, S) F(S, date, DATE, REQUIRED, "the day of the books")

#define PROOF_PAPER(F, S) F(S, pdf, BYTES(786432), REQUIRED, "the proof as PDF")

#define FEE_VOCABULARY(M)                                                                          \
    M(RECORD,  bill_line,            BILL_LINE,            "bill_line",                            \
      "One line of a bill.")                                                                       \
    M(EVENT,   fee_bill_issued,      FEE_BILL_ISSUED,      "fee.bill_issued.v1",                   \
      "A bill was issued.")                                                                        \
    M(EVENT,   fee_bill_paid,        FEE_BILL_PAID,        "fee.bill_paid.v1",                     \
      "A bill is paid.")                                                                           \
    M(EVENT,   fee_bill_voided,      FEE_BILL_VOIDED,      "fee.bill_voided.v1",                   \
      "A bill was taken back.")                                                                    \
    M(EVENT,   fee_bill_lowered,     FEE_BILL_LOWERED,     "fee.bill_lowered.v1",                  \
      "A waiver lowered a bill.")                                                                  \
    M(EVENT,   fee_payment_recorded, FEE_PAYMENT_RECORDED, "fee.payment_recorded.v1",              \
      "Money was received.")                                                                       \
    M(EVENT,   fee_receipt_issued,   FEE_RECEIPT_ISSUED,   "fee.receipt_issued.v1",                \
      "A receipt was issued.")                                                                     \
    M(EVENT,   fee_points_checked,   FEE_POINTS_CHECKED,   "fee.points_checked.v1",                \
      "A working day ended at the collection points.")                                             \
    M(RECORD,  bill_named,           BILL_NAMED,           "bill_named",           "A bill.")      \
    M(COMMAND, record_payment,       RECORD_PAYMENT,       "fee.record_payment",                   \
      "Take a payment.")                                                                           \
    M(COMMAND, void_bill,            VOID_BILL,            "fee.void_bill",                        \
      "Take back a bill that is not paid.")                                                        \
    M(QUERY,   ask_bill,             ASK_BILL,             "fee.ask_bill",            "A bill.")   \
    M(QUERY,   ask_bills,            ASK_BILLS,            "fee.ask_bills",                        \
      "The bills of a case.")                                                                      \
    M(ANSWER,  bill_shown,           BILL_SHOWN,           "bill",                    "A bill.")   \
    M(ANSWER,  bills_told,           BILLS_TOLD,           "fee.bills",                            \
      "The bills of a case.")                                                                      \
    M(RECORD,  unit_amount,          UNIT_AMOUNT,          "unit_amount",                          \
      "Money of a charging unit.")                                                                 \
    M(RECORD,  drawer_shown,         DRAWER_SHOWN,         "drawer",                               \
      "A cashier's drawer, its cash not at the bank yet.")                                         \
    M(QUERY,   ask_drawers,          ASK_DRAWERS,          "fee.ask_drawers",                      \
      "The drawers that are open or counted.")                                                     \
    M(ANSWER,  drawers_told,         DRAWERS_TOLD,         "fee.drawers",                          \
      "The drawers that are open or counted.")                                                     \
    M(EVENT,   fee_refund_receipt_issued, FEE_REFUND_RECEIPT_ISSUED,                               \
      "fee.refund_receipt_issued.v1", "A red receipt was issued: money was paid back.")            \
    M(COMMAND, request_refund,       REQUEST_REFUND,       "fee.request_refund",                   \
      "Ask for money back.")                                                                       \
    M(RECORD,  refund_shown,         REFUND_SHOWN,         "refund",                               \
      "Money that is to be paid back.")                                                            \
    M(QUERY,   ask_refunds,          ASK_REFUNDS,          "fee.ask_refunds",                      \
      "What is to be paid back.")                                                                  \
    M(ANSWER,  refunds_told,         REFUNDS_TOLD,         "fee.refunds",                          \
      "What is to be paid back.")                                                                  \
    M(RECORD,  settlement_order,     SETTLEMENT_ORDER,     "settlement_order",                     \
      "Money of a unit that goes out.")                                                            \
    M(EVENT,   fee_settlement_ordered, FEE_SETTLEMENT_ORDERED, "fee.settlement_ordered.v1",        \
      "Money in transit was ordered out.")                                                         \
    M(EVENT,   fee_settlement_made,  FEE_SETTLEMENT_MADE,  "fee.settlement_made.v1",               \
      "Money went out to the treasury or the special account.")                                    \
    M(EVENT,   fee_settlement_rejected, FEE_SETTLEMENT_REJECTED, "fee.settlement_rejected.v1",     \
      "A bank or the treasury turned a settlement back.")                                          \
    M(COMMAND, order_settlements,    ORDER_SETTLEMENTS,    "fee.order_settlements",                \
      "Order all money in transit out.")                                                           \
    M(COMMAND, answer_settlement,    ANSWER_SETTLEMENT,    "fee.answer_settlement",                \
      "Attach the treasury's answer.")                                                             \
    M(RECORD,  settlement_shown,     SETTLEMENT_SHOWN,     "settlement",    "A settlement.")       \
    M(QUERY,   ask_settlements,      ASK_SETTLEMENTS,      "fee.ask_settlements", "Settlements.")  \
    M(ANSWER,  settlements_told,     SETTLEMENTS_TOLD,     "fee.settlements",     "Settlements.")  \
    M(QUERY,   ask_settlement_file,  ASK_SETTLEMENT_FILE,  "fee.ask_settlement_file",              \
      "The file for the bank.")                                                                    \
    M(ANSWER,  settlement_file,      SETTLEMENT_FILE,      "fee.settlement_file",                  \
      "The file for the bank.")                                                                    \
    M(RECORD,  proof_figure,         PROOF_FIGURE,         "proof_figure",                         \
      "A figure of the daily proof, and where its entries are.")                                   \
    M(RECORD,  proof_unit,           PROOF_UNIT,           "proof_unit",                           \
      "A charging unit in the daily proof.")                                                       \
    M(RECORD,  proof_way,            PROOF_WAY,            "proof_way",                            \
      "A unit and a way to pay in the daily proof.")                                               \
    M(RECORD,  proof_item,           PROOF_ITEM,           "proof_item",                           \
      "Money that books and bank have on different days.")                                         \
    M(RECORD,  proof_bank,           PROOF_BANK,           "proof_bank",                           \
      "An account at a bank against its statement.")                                               \
    M(RECORD,  proof_check,          PROOF_CHECK,          "proof_check",                          \
      "A rule of the daily proof.")                                                                \
    M(ANSWER,  proof_told,           PROOF_TOLD,           "fee.proof",                            \
      "The daily proof.")                                                                          \
    M(RECORD,  reconciled_way,       RECONCILED_WAY,       "reconciled_way",                       \
      "A unit and a way to pay on one day.")                                                       \
    M(RECORD,  reconciled_point,     RECONCILED_POINT,     "reconciled_point",                     \
      "A collection point on one day.")                                                            \
    M(ANSWER,  reconciliation_told,  RECONCILIATION_TOLD,  "fee.reconciliation",                   \
      "What differs on a day.")                                                                    \
    M(QUERY,   ask_reconciliation,   ASK_RECONCILIATION,   "fee.ask_reconciliation",               \
      "What differs on a day.")                                                                    \
    M(QUERY,   ask_proof,            ASK_PROOF,            "fee.ask_proof",                        \
      "The proof of a day.")                                                                       \
    M(QUERY,   ask_proof_paper,      ASK_PROOF_PAPER,      "fee.ask_proof_paper",                  \
      "The proof of a day on paper.")                                                              \
    M(ANSWER,  proof_paper,          PROOF_PAPER,          "fee.proof_paper",                      \
      "The proof of a day on paper.")                                                              \
    M(QUERY,   ask_ledger,           ASK_LEDGER,           "fee.ask_ledger",                       \
      "The ledger's balances.")                                                                    \
    M(QUERY,   ask_entries,          ASK_ENTRIES,          "fee.ask_entries",                      \
      "What moved on an account.")                                                                 \
    M(RECORD,  entry_shown,          ENTRY_SHOWN,          "ledger_entry",                         \
      "One side of a transfer.")                                                                   \
    M(ANSWER,  entries_told,         ENTRIES_TOLD,         "fee.entries",                          \
      "What moved on an account.")                                                                 \
    M(RECORD,  account_balance,      ACCOUNT_BALANCE,      "account_balance",                      \
      "What an account holds.")                                                                    \
    M(ANSWER,  ledger_told,          LEDGER_TOLD,          "fee.ledger",                           \
      "The ledger's balances.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(fee_vocabulary, FEE_VOCABULARY)
