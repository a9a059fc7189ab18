/* What moves money: transfers, told by whatever event they belong to (common/ledger). */
#pragma once

#include "wire/declare.h"

/* clang-format off */
WIRE_DECLARE_ID(transfer_id)

/* Why money moves. The name says which two kinds of account it moves between (services/fee). */
#define TRANSFER_CODE_VALUES(V)                                                                    \
    V(TRANSFER_CHARGE,      "charge",      "a unit charged")                                       \
    V(TRANSFER_VOID_CHARGE, "void_charge", "a bill was taken back or lapsed")                      \
    V(TRANSFER_WAIVER,      "waiver",      "a charge was waived")                                  \
    V(TRANSFER_PAYMENT,     "payment",     "a bill was paid")                                      \
    V(TRANSFER_UNMATCHED,   "unmatched",   "money without a bill came in")                         \
    V(TRANSFER_MATCH,       "match",       "the bill of money without one was found")              \
    V(TRANSFER_ALLOT,       "allot",       "money in transit was put to a unit")                   \
    V(TRANSFER_SEND_BACK,   "send_back",   "money without a bill was sent back")                   \
    V(TRANSFER_DEPOSIT,     "deposit",     "counted cash went to the bank")                        \
    V(TRANSFER_FLOAT,       "float",       "change for the drawer was handed out or taken back")   \
    V(TRANSFER_DIFFERENCE,  "difference",  "a count found more or less than there should be")      \
    V(TRANSFER_SETTLEMENT,  "settlement",  "money went out to the treasury or special account")    \
    V(TRANSFER_RETURN,      "return",      "settled money came back for a refund")                 \
    V(TRANSFER_OWE,         "owe",         "a refund was approved and is owed")                    \
    V(TRANSFER_REFUND,      "refund",      "a refund was paid")
WIRE_DECLARE_ENUM(transfer_code, TRANSFER_CODE_VALUES)

#define TRANSFER_STEP_VALUES(V)                                                                    \
    V(TRANSFER_HOLD,    "hold",    "the amount is held, pending, until it is posted or released")  \
    V(TRANSFER_POST,    "post",    "what was held moves, or less of it; the rest is released")     \
    V(TRANSFER_RELEASE, "release", "what was held moves nowhere")
WIRE_DECLARE_ENUM(transfer_step, TRANSFER_STEP_VALUES)

#define TRANSFER(F, S)                                                                             \
    F(S, id,         ID(transfer_id),     REQUIRED, "names it for ever: money moves once by an id")\
    F(S, debit,      PUBLIC_TEXT(80),     REQUIRED, "the account that is debited")                 \
    F(S, credit,     PUBLIC_TEXT(80),     REQUIRED, "the account that is credited")                \
    F(S, amount_fen, FEN(1, FEN_MAX),     REQUIRED, "how much")                                    \
    F(S, code,       ENUM(transfer_code), REQUIRED, "why")                                         \
    F(S, step,       ENUM(transfer_step), OPTIONAL, "absent: it moves at once")                    \
    F(S, held,       ID(transfer_id),     OPTIONAL, "the transfer that is posted or released")     \
    F(S, day,        DATE,                REQUIRED, "the day in whose books it stands")

#define LEDGER_VOCABULARY(M)                                                                       \
    M(RECORD, transfer, TRANSFER, "transfer", "Money that moves from one account to another.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(ledger_vocabulary, LEDGER_VOCABULARY)
