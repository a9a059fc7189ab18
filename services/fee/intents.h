/* Payments on line: a payer's intent to pay a bill at a provider, from opening to the money.
 *
 * What intents.c (the flow), callbacks.c (what providers tell), provider_calls.c (asking them) and
 * their tests share. */
#pragma once

#include "events/intents.h"
#include "fee.h"
#include "memory.h"
#include "service/work.h"

/* clang-format off */
#define INTENT_ROW(F, S)                                                                           \
    F(S, case_id,    ID(case_id),         REQUIRED, "the case of the bill")                        \
    F(S, bill_id,    ID(bill_id),         REQUIRED, "the bill that is to be paid")                 \
    F(S, provider,   PUBLIC_TEXT(20),     REQUIRED, "code of the provider")                        \
    F(S, amount_fen, FEN(1, FEN_MAX),     REQUIRED, "how much is to be paid")                      \
    F(S, status,     ENUM(intent_status), REQUIRED, "how it stands")                               \
    F(S, opened,     TIME,                REQUIRED, "since when")                                  \
    F(S, expires,    TIME,                REQUIRED, "until when it can be paid")                   \
    F(S, reference,  PUBLIC_TEXT(60),     OPTIONAL, "the provider's own id of it")                 \
    F(S, redirect,   PUBLIC_TEXT(1000),   OPTIONAL, "where the payer pays")                        \
    F(S, order_due,  TIME,                OPTIONAL, "of the order to ask the provider")            \
    F(S, asks,       INT(0, 1000000),     OPTIONAL, "how often asking brought nothing new")        \
    F(S, version,    INT(1, INT64_MAX),   REQUIRED, "version of the payment")

/* The work order says no more than which intent: the rest stands in its row. */
#define INTENT_ORDER(F, S) F(S, intent_id, ID(intent_id), REQUIRED, "the intent")

#define EXCEPTION_ROW(F, S)                                                                        \
    F(S, kind,       ENUM(exception_kind), REQUIRED, "what happened")                              \
    F(S, raised,     TIME,                 REQUIRED, "since when")                                 \
    F(S, provider,   PUBLIC_TEXT(20),      REQUIRED, "code of the provider")                       \
    F(S, intent_id,  ID(intent_id),        OPTIONAL, "the intent, if it is of the hall")           \
    F(S, bill_id,    ID(bill_id),          OPTIONAL, "the bill that was to be paid")               \
    F(S, reference,  PUBLIC_TEXT(60),      OPTIONAL, "the provider's own id of it")                \
    F(S, amount_fen, FEN(1, FEN_MAX),      OPTIONAL, "how much, in hundredths of the currency")    \
    F(S, currency,   PUBLIC_TEXT(3),       OPTIONAL, "of which currency")

#define INTENT_ROWS(M)                                                                             \
    M(ROW, intent_row,   INTENT_ROW,   "fee.intent",       "A payment on line.")                   \
    M(ROW, exception_row, EXCEPTION_ROW, "fee.exception",  "A payment that needs a person.")       \
    M(ROW, intent_order, INTENT_ORDER, "fee.intent_order", "A provider to be asked.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(intent_rows, INTENT_ROWS)

/* The only currency of the hall's books. */
extern const char hall_currency[];

/* An intent with its id. */
struct intent {
    struct intent_id id;
    struct intent_row row;
};

/* The providers through which bills can be paid now, in `arena`. */
struct text_list providers_on_line(struct state *state, struct arena *arena);

bool intent_load(struct state *state, const struct intent_id *id, struct intent *ret_intent);

/* -- intents.c ------------------------------------------------------------------------------ */
enum verdict decide_open_intent(struct decision *decision, const void *command);
void tell_intent(struct decision *decision, const struct event *first);
enum verdict decide_intent_over(struct decision *decision, const struct timer *timer);
enum verdict query_intent(struct reading *reading, const void *question);
void apply_intent_opened(struct state *state, const struct event *event);
void apply_intent_ready(struct state *state, const struct event *event);
void apply_intent_delayed(struct state *state, const struct event *event);
void apply_intent_failed(struct state *state, const struct event *event);
void apply_intent_expired(struct state *state, const struct event *event);
void apply_intent_paid(struct state *state, const struct event *event);
void apply_intent_unmatched(struct state *state, const struct event *event);

/* -- exceptions.c --------------------------------------------------------------------------- */

/* A payment of which the books say nothing. */
struct exception {
    enum exception_kind kind;
    struct text provider;
    const struct intent *intent;      /* NULL: not one of the hall's */
    const struct provider_word *word; /* NULL: the provider said nothing */
};

/* Gives it to Finance, once for what a provider calls by one id. */
void exception_raise(struct decision *decision, const struct exception *exception);
enum verdict decide_resolve_exception(struct decision *decision, const void *command);
enum verdict query_exceptions(struct reading *reading, const void *question);
void apply_exception_raised(struct state *state, const struct event *event);
void apply_exception_resolved(struct state *state, const struct event *event);

/* -- callbacks.c ---------------------------------------------------------------------------- */
enum verdict decide_take_callback(struct decision *decision, const void *command);
enum verdict decide_report_intent(struct decision *decision, const void *command);
void apply_provider_heard(struct state *state, const struct event *event);

/* -- provider_calls.c ----------------------------------------------------------------------- */
void perform_intent(struct worker *worker, const struct work_order *order, const void *payload);
