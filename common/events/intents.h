/* The vocabulary of payments on line: a payer's intent to pay a bill at a provider, what the
 * provider says of it, what came of it. Kept by fee. */
#pragma once

#include "events/fee.h"

WIRE_DECLARE_ID(intent_id)
WIRE_DECLARE_ID(exception_id)

/* clang-format off */
#define INTENT_STATUS_VALUES(V)                                                                    \
    V(INTENT_OPENED,    "opened",    "it is being set up at the provider")                         \
    V(INTENT_READY,     "ready",     "it can be paid at the redirect address")                     \
    V(INTENT_PAID,      "paid",      "the bill is paid with it")                                   \
    V(INTENT_FAILED,    "failed",    "the provider says that it will not be paid")                 \
    V(INTENT_EXPIRED,   "expired",   "its time is over")                                           \
    V(INTENT_UNMATCHED, "unmatched", "money came that does not pay the bill: Finance looks into it")
WIRE_DECLARE_ENUM(intent_status, INTENT_STATUS_VALUES)

#define PROVIDER_STATUS_VALUES(V)                                                                  \
    V(PROVIDER_OPEN,    "open",    "it waits for the payer")                                       \
    V(PROVIDER_PAID,    "paid",    "the money was taken")                                          \
    V(PROVIDER_FAILED,  "failed",  "the payer could not pay, or gave up")                          \
    V(PROVIDER_EXPIRED, "expired", "its time is over there")
WIRE_DECLARE_ENUM(provider_status, PROVIDER_STATUS_VALUES)

#define INTENT_REACH_VALUES(V)                                                                     \
    V(REACH_HEARD,   "heard",   "the provider said how it stands")                                 \
    V(REACH_UNKNOWN, "unknown", "the provider does not know it")                                   \
    V(REACH_REFUSED, "refused", "the provider will not have it, or answers with another one")      \
    V(REACH_AWAY,    "away",    "the provider did not answer")
WIRE_DECLARE_ENUM(intent_reach, INTENT_REACH_VALUES)

#define EXCEPTION_KIND_VALUES(V)                                                                   \
    V(EXCEPTION_FOREIGN_MONEY, "foreign_money",                                                    \
      "money came that is not an amount in the currency of the books")                             \
    V(EXCEPTION_UNHEARD, "unheard", "the provider never said what became of a payment")
WIRE_DECLARE_ENUM(exception_kind, EXCEPTION_KIND_VALUES)

/* What a provider says of an intent, whether told by itself or asked. */
#define PROVIDER_WORD(F, S)                                                                        \
    F(S, id,         PUBLIC_TEXT(39),       REQUIRED, "the provider's own id of it")               \
    F(S, status,     ENUM(provider_status), REQUIRED, "how it stands there")                       \
    F(S, amount_fen, FEN(1, FEN_MAX),       OPTIONAL, "how much, in hundredths of the currency")   \
    F(S, currency,   PUBLIC_TEXT(3),        OPTIONAL, "ISO 4217")                                  \
    F(S, redirect,   PUBLIC_TEXT(1000),     OPTIONAL, "where it is paid")

#define FEE_INTENT_OPENED(F, S)                                                                    \
    F(S, intent_id,  ID(intent_id),   REQUIRED, "the intent")                                      \
    F(S, bill_id,    ID(bill_id),     REQUIRED, "the bill that is to be paid")                     \
    F(S, provider,   PUBLIC_TEXT(20), REQUIRED, "code of the provider")                            \
    F(S, amount_fen, FEN(1, FEN_MAX), REQUIRED, "how much is to be paid")                          \
    F(S, expires,    TIME,            REQUIRED, "until when")

#define FEE_INTENT_READY(F, S)                                                                     \
    F(S, intent_id, ID(intent_id),     REQUIRED, "the intent")                                     \
    F(S, reference, PUBLIC_TEXT(60),   REQUIRED, "the provider's own id of it")                    \
    F(S, redirect,  PUBLIC_TEXT(1000), REQUIRED, "where the payer pays")                           \
    F(S, again,     TIME,              REQUIRED, "when the provider is asked how it stands")

#define FEE_INTENT_DELAYED(F, S)                                                                   \
    F(S, intent_id, ID(intent_id),    REQUIRED, "the intent")                                      \
    F(S, why,       PUBLIC_TEXT(100), REQUIRED, "what came of asking")                             \
    F(S, again,     TIME,             OPTIONAL, "when the provider is asked again; absent: never")

#define FEE_INTENT_FAILED(F, S)                                                                    \
    F(S, intent_id, ID(intent_id),    REQUIRED, "the intent")                                      \
    F(S, why,       PUBLIC_TEXT(100), REQUIRED, "what happened")

#define FEE_INTENT_EXPIRED(F, S)                                                                   \
    F(S, intent_id, ID(intent_id), REQUIRED, "the intent")                                         \
    F(S, by_provider, BOOL,        OPTIONAL, "the provider says so: it is not asked any more")

#define FEE_INTENT_PAID(F, S)                                                                      \
    F(S, intent_id, ID(intent_id),   REQUIRED, "the intent")                                       \
    F(S, reference, PUBLIC_TEXT(60), REQUIRED, "the provider's own id of it")

#define FEE_INTENT_UNMATCHED(F, S)                                                                 \
    F(S, intent_id,  ID(intent_id),    REQUIRED, "the intent")                                     \
    F(S, reference,  PUBLIC_TEXT(60),  REQUIRED, "the provider's own id of it")                    \
    F(S, amount_fen, FEN(1, FEN_MAX),  OPTIONAL, "how much the provider took")                     \
    F(S, currency,   PUBLIC_TEXT(3),   OPTIONAL, "of which currency")                              \
    F(S, why,        PUBLIC_TEXT(100), REQUIRED, "why it does not pay the bill")

/* What the books say nothing of, and nobody would see: a person has to look into it. */
#define FEE_EXCEPTION_RAISED(F, S)                                                                 \
    F(S, exception_id, ID(exception_id),     REQUIRED, "the exception")                            \
    F(S, kind,         ENUM(exception_kind), REQUIRED, "what happened")                            \
    F(S, provider,     PUBLIC_TEXT(20),      REQUIRED, "code of the provider")                     \
    F(S, intent_id,    ID(intent_id),        OPTIONAL, "the intent, if it is of the hall")         \
    F(S, bill_id,      ID(bill_id),          OPTIONAL, "the bill that was to be paid")             \
    F(S, reference,    PUBLIC_TEXT(60),      OPTIONAL, "the provider's own id of it")              \
    F(S, amount_fen,   FEN(1, FEN_MAX),      OPTIONAL, "how much, in hundredths of the currency")  \
    F(S, currency,     PUBLIC_TEXT(3),       OPTIONAL, "of which currency")

#define FEE_EXCEPTION_RESOLVED(F, S)                                                               \
    F(S, exception_id, ID(exception_id), REQUIRED, "the exception")                                \
    F(S, found,        PUBLIC_TEXT(300), REQUIRED, "what was found, without names")

/* Evidence of what a provider told by itself; what it causes stands in events of its own. */
#define FEE_PROVIDER_HEARD(F, S)                                                                   \
    F(S, provider,  PUBLIC_TEXT(20),       REQUIRED, "code of the provider")                       \
    F(S, notice,    PUBLIC_TEXT(100),      REQUIRED, "the provider's id of what it told")          \
    F(S, intent_id, ID(intent_id),         OPTIONAL, "the intent, where it is one of the hall's")  \
    F(S, word,      RECORD(provider_word), REQUIRED, "what it told")

#define OPEN_INTENT(F, S)                                                                          \
    F(S, bill_id,  ID(bill_id),     REQUIRED, "the bill")                                          \
    F(S, provider, PUBLIC_TEXT(20), OPTIONAL, "code of the provider; must be given")

#define REPORT_INTENT(F, S)                                                                        \
    F(S, intent_id, ID(intent_id),         REQUIRED, "the intent")                                 \
    F(S, order_due, TIME,                  REQUIRED, "of the order that was worked")               \
    F(S, reach,     ENUM(intent_reach),    REQUIRED, "how far the provider was reached")           \
    F(S, word,      LIST(provider_word, 0, 1), OPTIONAL, "what it said")                           \
    F(S, why,       PUBLIC_TEXT(100),      OPTIONAL, "why it is no more than that")

/* As it came in over HTTP, not trusted yet. */
#define TAKE_CALLBACK(F, S)                                                                        \
    F(S, provider,  PUBLIC_TEXT(20), OPTIONAL, "whom the address names")                           \
    F(S, body,      BYTES(20480),    OPTIONAL, "the raw body")                                     \
    F(S, id,        BYTES(256),      OPTIONAL, "webhook-id")                                       \
    F(S, timestamp, BYTES(32),       OPTIONAL, "webhook-timestamp")                                \
    F(S, standard,  BYTES(2048),     OPTIONAL, "webhook-signature")                                \
    F(S, stripe,    BYTES(2048),     OPTIONAL, "Stripe-Signature")                                 \
    F(S, github,    BYTES(2048),     OPTIONAL, "X-Hub-Signature-256")

#define ASK_INTENT(F, S) F(S, intent_id, ID(intent_id), REQUIRED, "the intent")

#define INTENT_SHOWN(F, S)                                                                         \
    F(S, id,         ID(intent_id),       REQUIRED, "the payment")                                 \
    F(S, bill,       ID(bill_id),         REQUIRED, "the bill that is to be paid")                 \
    F(S, provider,   PUBLIC_TEXT(20),     REQUIRED, "code of the provider")                        \
    F(S, amount_fen, FEN(1, FEN_MAX),     REQUIRED, "how much is to be paid")                      \
    F(S, status,     ENUM(intent_status), REQUIRED, "how it stands")                               \
    F(S, redirect,   PUBLIC_TEXT(1000),   OPTIONAL, "where it is paid, while it can be")           \
    F(S, opened_at,  TIME,                REQUIRED, "since when")                                  \
    F(S, expires_at, TIME,                REQUIRED, "until when it can be paid")                   \
    F(S, version,    INT(1, INT64_MAX),   REQUIRED, "version of the payment")

#define RESOLVE_EXCEPTION(F, S)                                                                    \
    F(S, exception_id, ID(exception_id), REQUIRED, "the exception")                                \
    F(S, found,        PUBLIC_TEXT(300), REQUIRED, "what was found, without names")

#define ASK_EXCEPTIONS(F, S)                                                                       \
    F(S, after, ID(exception_id), OPTIONAL, "behind this one")                                     \
    F(S, limit, INT(1, 200),      REQUIRED, "how many at most")

#define EXCEPTION_SHOWN(F, S)                                                                      \
    F(S, id,          ID(exception_id),     REQUIRED, "the exception")                             \
    F(S, kind,        ENUM(exception_kind), REQUIRED, "what happened")                             \
    F(S, to_do,       PUBLIC_TEXT(400),     REQUIRED, "what is to be done")                        \
    F(S, raised_at,   TIME,                 REQUIRED, "since when")                                \
    F(S, provider,    PUBLIC_TEXT(20),      REQUIRED, "code of the provider")                      \
    F(S, reference,   PUBLIC_TEXT(60),      OPTIONAL, "the provider's own id of it")               \
    F(S, amount_fen,  FEN(1, FEN_MAX),      OPTIONAL, "how much, in hundredths of the currency")   \
    F(S, currency,    PUBLIC_TEXT(3),       OPTIONAL, "of which currency")                         \
    F(S, payment,     ID(intent_id),        OPTIONAL, "the payment on line, if it is of the hall") \
    F(S, status,      ENUM(intent_status),  OPTIONAL, "how that payment stands")                   \
    F(S, bill,        ID(bill_id),          OPTIONAL, "the bill that was to be paid")              \
    F(S, bill_number, PUBLIC_TEXT(30),      OPTIONAL, "its number")

#define EXCEPTIONS_TOLD(F, S)                                                                      \
    F(S, items, LIST(exception_shown, 0, 200), REQUIRED, "the oldest first")                       \
    F(S, more,  BOOL,                          OPTIONAL, "there are further ones")

#define INTENTS_VOCABULARY(M)                                                                      \
    M(RECORD,  provider_word,        PROVIDER_WORD,        "provider_word",                        \
      "What a provider says of an intent.")                                                        \
    M(EVENT,   fee_intent_opened,    FEE_INTENT_OPENED,    "fee.intent_opened.v1",                 \
      "A payer wants to pay a bill on line.")                                                      \
    M(EVENT,   fee_intent_ready,     FEE_INTENT_READY,     "fee.intent_ready.v1",                  \
      "The provider takes the payment.")                                                           \
    M(EVENT,   fee_intent_delayed,   FEE_INTENT_DELAYED,   "fee.intent_delayed.v1",                \
      "Asking the provider brought nothing new.")                                                  \
    M(EVENT,   fee_intent_failed,    FEE_INTENT_FAILED,    "fee.intent_failed.v1",                 \
      "An intent will not be paid.")                                                               \
    M(EVENT,   fee_intent_expired,   FEE_INTENT_EXPIRED,   "fee.intent_expired.v1",                \
      "The time of an intent is over.")                                                            \
    M(EVENT,   fee_intent_paid,      FEE_INTENT_PAID,      "fee.intent_paid.v1",                   \
      "A bill was paid on line.")                                                                  \
    M(EVENT,   fee_intent_unmatched, FEE_INTENT_UNMATCHED, "fee.intent_unmatched.v1",              \
      "Money came on line that does not pay the bill.")                                            \
    M(EVENT,   fee_provider_heard,   FEE_PROVIDER_HEARD,   "fee.provider_heard.v1",                \
      "A provider told something, with a signature that fits.")                                    \
    M(EVENT,   fee_exception_raised, FEE_EXCEPTION_RAISED, "fee.exception_raised.v1",              \
      "A person has to look into a payment on line.")                                              \
    M(EVENT,   fee_exception_resolved, FEE_EXCEPTION_RESOLVED, "fee.exception_resolved.v1",        \
      "A person looked into a payment on line.")                                                   \
    M(COMMAND, resolve_exception,    RESOLVE_EXCEPTION,    "fee.resolve_exception",                \
      "Say what was found of a payment on line.")                                                  \
    M(QUERY,   ask_exceptions,       ASK_EXCEPTIONS,       "fee.ask_exceptions",                   \
      "Payments on line that need a person.")                                                      \
    M(RECORD,  exception_shown,      EXCEPTION_SHOWN,      "payment_exception",                    \
      "A payment on line that needs a person.")                                                    \
    M(ANSWER,  exceptions_told,      EXCEPTIONS_TOLD,      "fee.exceptions",                       \
      "Payments on line that need a person.")                                                      \
    M(COMMAND, open_intent,          OPEN_INTENT,          "fee.open_intent",                      \
      "Pay a bill on line.")                                                                       \
    M(COMMAND, report_intent,        REPORT_INTENT,        "fee.report_intent",                    \
      "What came of asking a provider.")                                                           \
    M(COMMAND, take_callback,        TAKE_CALLBACK,        "fee.take_callback",                    \
      "What a provider tells by itself.")                                                          \
    M(QUERY,   ask_intent,           ASK_INTENT,           "fee.ask_intent",                       \
      "A payment on line.")                                                                        \
    M(ANSWER,  intent_shown,         INTENT_SHOWN,         "online_payment",                       \
      "A payment on line.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(intents_vocabulary, INTENTS_VOCABULARY)
