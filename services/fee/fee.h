/* Fee: bills from the item's schedule, payments at one window, a ledger that sums to zero.
 *
 * What the source files of this folder share; README.md says what the service owns. */
#pragma once

#include "events/fee.h"
#include "events/intents.h"
#include "matter/deputies.h"
#include "matter/recount.h"
#include "matter/registers.h"

/* The tables of this service: what a key and its value are. */
#define FEE_TABLES(T)                                                                              \
    T(CASES, "cases", "case id -> case_row: cases that fee has or had")                            \
    T(FILED, "filed", "case id -> filed_row: what a bill will need of every case")                 \
    T(BILLS, "bills", "bill id -> bill_row")                                                       \
    T(CASE_BILLS, "case_bills", "case id, bill id -> nothing")                                     \
    T(PAYMENTS, "payments", "payment id -> payment_row")                                           \
    T(ACCOUNTS, "accounts", "the ledger (common/ledger)")                                          \
    T(TRANSFERS, "transfers", "the ledger")                                                        \
    T(ENTRIES, "entries", "the ledger")                                                            \
    T(TURNOVERS, "turnovers", "the ledger")                                                        \
    T(COUNTERS, "counters", "a kind of number -> year u64, number u64")                            \
    T(REGISTERS, "registers", "the registers of officers (matter/registers.h)")                    \
    T(NUMBERS, "numbers", "number of a bill -> bill id")                                           \
    T(PROOFS, "proofs", "case id, material code -> nothing: what a register proved for a waiver")  \
    T(WAIVERS, "waivers", "case id -> fen u64: how much a confirmed waiver takes")                 \
    T(REFUNDS, "refunds", "matter -> refund_row: what is to be paid back, the oldest first")       \
    T(UNMATCHED, "unmatched", "matter -> unmatched_row")                                           \
    T(BANK_ITEMS, "bank_items", "bank, reference -> bank_item_row")                                \
    T(CROSSINGS, "crossings", "bank, day, reference -> nothing: not the same day at the bank")     \
    T(SETTLEMENTS, "settlements", "settlement id -> settlement_row")                               \
    T(ORDERS, "orders", "end-to-end id -> settlement id")                                          \
    T(DAYS, "days", "days.c says what: which is closed, day_row, what bills took in")              \
    T(DAY_MATTERS, "day_matters", "matter -> day u32")                                             \
    T(IMPORTS, "imports", "statement id -> import_row: files of bank statements (imports.h)")      \
    T(IMPORTED, "imported", "hash of a file -> statement id: not to be booked again")              \
    T(CHAINS, "chains", "code of an account at a bank -> chain_row: its last statement")           \
    T(MOVEMENTS, "movements", "bank, its reference, statement id, index u64 -> bank_entry")        \
    T(POINTS, "points", "points.c says what: collection points and their days")                    \
    T(INTENTS, "intents", "intent id -> intent_row: payments on line")                             \
    T(BILL_INTENTS, "bill_intents", "bill id, provider -> the newest intent's id")                 \
    T(EXCEPTIONS, "exceptions", "exception id -> exception_row: payments that need a person")      \
    T(EXCEPTIONS_RAISED, "exceptions_raised", "provider, kind, its id -> nothing: not once more")  \
    T(NOTICES, "notices", "provider, its id of what it told -> nothing: heard already")            \
    T(DRAWERS, "drawers", "drawer (matter) -> drawer_row")                                         \
    T(CASHIERS, "cashiers", "cashier -> the drawer that he has")                                   \
    T(DEPOSITS, "deposits", "reference of a deposit -> deposit_row")                               \
    T(ASSIGNED, "assigned", "assignee, case id -> nothing: open cases here")                       \
    T(PARTS, "parts", "the rules")                                                                 \
    T(VERSIONS, "versions", "the rules")

#define FEE_TABLE_INDEX(index, name, doc) TABLE_##index,
enum fee_table { TABLE_BEFORE_FEE = ENGINE_TABLE_COUNT - 1, FEE_TABLES(FEE_TABLE_INDEX) };

enum fee_timer {
    TIMER_WARN,
    TIMER_DUE,
    TIMER_PASS,
    TIMER_RECOUNT,
    TIMER_BOOKS,
    TIMER_INTENT,
    TIMER_POINTS
};

enum fee_work { WORK_READ_STATEMENT, WORK_INTENT };

/* clang-format off */
#define FILED_ROW(F, S)                                                                            \
    F(S, number,            PUBLIC_TEXT(40),   REQUIRED, "tracking number")                        \
    F(S, item,              PUBLIC_TEXT(40),   REQUIRED, "code of the item")                       \
    F(S, catalogue_version, INT(1, INT64_MAX), REQUIRED, "the rules it goes by")                   \
    F(S, subject,           INT(1, INT64_MAX), REQUIRED, "whose key seals the personal values")    \
    F(S, session,           BYTES(16),         OPTIONAL, "hash of the session that filed it")      \
    F(S, received,          TIME,              REQUIRED, "when it was received")                   \
    F(S, applicant_kind,    PUBLIC_TEXT(40),   REQUIRED, "kind of applicant")                      \
    F(S, represented,       BOOL,              OPTIONAL, "somebody acts for the applicant")        \
    F(S, payer,             TEXT(100),         REQUIRED, "name on the receipt")                    \
    F(S, form,              FORM(64),          OPTIONAL, "what the quantities are read from")      \
    F(S, public_key,        BYTES(32),         OPTIONAL, "to seal to the subject")

#define BILL_ROW(F, S)                                                                             \
    F(S, case_id,    ID(case_id),            REQUIRED, "its case")                                 \
    F(S, number,     PUBLIC_TEXT(30),        REQUIRED, "its number")                               \
    F(S, state,      ENUM(bill_state),       REQUIRED, "how it stands")                            \
    F(S, subject,    INT(1, INT64_MAX),      REQUIRED, "whose key seals the personal values")      \
    F(S, payer,      TEXT(100),              REQUIRED, "name on the receipt")                      \
    F(S, lines,      LIST(bill_line, 1, 64), REQUIRED, "one line per fee")                         \
    F(S, amount_fen, FEN(0, FEN_MAX),        REQUIRED, "sum of the lines, less what was waived")   \
    F(S, refund_fen, FEN(0, FEN_MAX),        OPTIONAL, "how much is to be, or was, paid back")     \
    F(S, refunded_fen, FEN(0, FEN_MAX),      OPTIONAL, "how much of that was paid back")           \
    F(S, issued,     TIME,                   REQUIRED, "when it was issued")                       \
    F(S, due,        DATE,                   OPTIONAL, "the last day to pay")                      \
    F(S, receipt,    PUBLIC_TEXT(40),        OPTIONAL, "number of the receipt")                    \
    F(S, payment,    ID(payment_id),         OPTIONAL, "the payment that covers it")               \
    F(S, version,    INT(1, INT64_MAX),      REQUIRED, "version of the bill")

#define PAYMENT_PART(F, S)                                                                         \
    F(S, bill_id,    ID(bill_id),     OPTIONAL, "the bill; none: money without one")               \
    F(S, case_id,    ID(case_id),     REQUIRED,                                                    \
      "its case, or the matter of the money without one")                                          \
    F(S, amount_fen, FEN(1, FEN_MAX), REQUIRED, "how much of the payment")                         \
    F(S, receipt,    PUBLIC_TEXT(40), OPTIONAL, "number of the receipt")

#define PAYMENT_ROW(F, S)                                                                          \
    F(S, method,     ENUM(payment_method),      REQUIRED, "how it was paid")                       \
    F(S, amount_fen, FEN(1, FEN_MAX),           REQUIRED, "how much came in")                      \
    F(S, bank,       PUBLIC_TEXT(40),           OPTIONAL, "the account at a bank that has it")     \
    F(S, reference,  PUBLIC_TEXT(60),           OPTIONAL, "the bank's reference")                  \
    F(S, cashier,    PUBLIC_TEXT(64),           OPTIONAL, "who took cash")                         \
    F(S, received,   TIME,                      REQUIRED, "when")                                  \
    F(S, parts,      LIST(payment_part, 1, 17), REQUIRED, "what it was for")                       \
    F(S, collection_point, PUBLIC_TEXT(20),     OPTIONAL, "where it was taken; none: the hall")

#define SETTLEMENT_ROW(F, S)                                                                       \
    F(S, number,  PUBLIC_TEXT(30),               REQUIRED, "its number")                           \
    F(S, bank,    PUBLIC_TEXT(40),               REQUIRED, "the account it leaves")                \
    F(S, day,     DATE,                          REQUIRED, "in whose books")                       \
    F(S, ordered, TIME,                          REQUIRED, "when")                                 \
    F(S, orders,  LIST(settlement_order, 1, 32), REQUIRED, "one for each unit")

#define DAY_ROW(F, S)                                                                              \
    F(S, day,     DATE,        REQUIRED, "the day")                                                \
    F(S, begun,   TIME,        REQUIRED, "when its first money moved")                             \
    F(S, case_id, ID(case_id), OPTIONAL, "its matter, once that has begun")                        \
    F(S, is_closed, BOOL,      OPTIONAL, "it was closed")

#define BANK_ITEM_ROW(F, S)                                                                        \
    F(S, bank,       PUBLIC_TEXT(40),        REQUIRED, "code of Finance's account")                \
    F(S, reference,  PUBLIC_TEXT(60),        REQUIRED, "what the bank's statement shows it under") \
    F(S, amount_fen, FEN(-FEN_MAX, FEN_MAX), REQUIRED, "how much came in, negative: went out")     \
    F(S, day,        DATE,                   OPTIONAL, "in whose books it stands")                 \
    F(S, bank_day,   DATE,                   OPTIONAL, "on which day the bank shows it")           \
    F(S, code,       ENUM(transfer_code),    OPTIONAL, "what it is")                               \
    F(S, payment_id, ID(payment_id),         OPTIONAL, "the payment that it is")

#define UNMATCHED_ROW(F, S)                                                                        \
    F(S, payment_id, ID(payment_id),  REQUIRED, "the payment it came by")                          \
    F(S, amount_fen, FEN(1, FEN_MAX), REQUIRED, "how much of it is without a bill")

#define DRAWER_ROW(F, S)                                                                           \
    F(S, cashier,        PUBLIC_TEXT(64),          REQUIRED, "whose it is")                        \
    F(S, opened,         TIME,                     REQUIRED, "since when")                         \
    F(S, counted,        TIME,                     OPTIONAL, "when it was counted")                \
    F(S, counted_by,     PUBLIC_TEXT(64),          OPTIONAL, "who counted it")                     \
    F(S, counted_with,   PUBLIC_TEXT(64),          OPTIONAL, "and the second person")              \
    F(S, counted_fen,    FEN(0, FEN_MAX),          OPTIONAL, "what they counted")                  \
    F(S, difference_fen, FEN(-FEN_MAX, FEN_MAX),   OPTIONAL,                                       \
      "more, or less, than should be there")                                                       \
    F(S, collection_point, PUBLIC_TEXT(20),        OPTIONAL, "where it stands; none: the hall")

#define DEPOSIT_ROW(F, S)                                                                          \
    F(S, drawer,     ID(case_id),     REQUIRED, "the drawer that it was in")                       \
    F(S, bank,       PUBLIC_TEXT(40), REQUIRED, "the account at a bank to which it went")          \
    F(S, amount_fen, FEN(1, FEN_MAX), REQUIRED, "how much")                                        \
    F(S, deposited,  TIME,            REQUIRED, "when")

#define REFUND_ROW(F, S)                                                                           \
    F(S, case_id,    ID(case_id),     REQUIRED, "the case of the bill")                            \
    F(S, bill_id,    ID(bill_id),     REQUIRED, "the bill that was paid")                          \
    F(S, unit,       PUBLIC_TEXT(20), REQUIRED, "the charging unit")                               \
    F(S, amount_fen, FEN(1, FEN_MAX), REQUIRED, "how much is to be paid back")                     \
    F(S, why,        PUBLIC_TEXT(60), REQUIRED, "what happened: the action, or the clock")         \
    F(S, requested,  TIME,            REQUIRED, "since when")                                      \
    F(S, state,      PUBLIC_TEXT(40), REQUIRED, "its state")                                       \
    F(S, receipt,    PUBLIC_TEXT(40), OPTIONAL, "number of the red receipt")

#define FEE_ROWS(M)                                                                                \
    M(ROW, filed_row,  FILED_ROW,  "fee.filed",  "What a bill will need of a case.")               \
    M(ROW, bill_row,   BILL_ROW,   "fee.bill",   "A bill.")                                        \
    M(RECORD, payment_part, PAYMENT_PART, "fee.payment_part", "What a part of a payment is for.")  \
    M(ROW, payment_row, PAYMENT_ROW, "fee.payment", "Money that came in.")                         \
    M(ROW, settlement_row, SETTLEMENT_ROW, "fee.settlement_row", "A settlement.")                  \
    M(ROW, day_row, DAY_ROW, "fee.day", "A day of the books.")                                     \
    M(ROW, bank_item_row, BANK_ITEM_ROW, "fee.bank_item", "A movement at a bank.")                 \
    M(ROW, unmatched_row, UNMATCHED_ROW, "fee.unmatched", "Money without a bill.")                 \
    M(ROW, drawer_row, DRAWER_ROW, "fee.drawer", "A cashier's drawer.")                            \
    M(ROW, deposit_row, DEPOSIT_ROW, "fee.deposit", "Counted cash that went to the bank.")         \
    M(ROW, refund_row, REFUND_ROW, "fee.refund", "Money that is to be paid back.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(fee_rows, FEE_ROWS)

extern const struct flow fee_flow;

/* The clock that ends with the last day to pay. */
extern const char payment_clock[];

/* A case as fee knows it, whether it has it at present or not. */
bool fee_matter_load(struct state *state, const struct case_id *id, struct matter *ret_matter);

/* What fee keeps of a filed case; false when it was never told of it. */
bool fee_filed_load(struct state *state, const struct case_id *id, struct filed_row *ret_filed);

/* -- cases.c -------------------------------------------------------------------------------- */
void apply_submitted(struct state *state, const struct event *event);
void apply_taken_over(struct state *state, const struct event *event);
void apply_moved(struct state *state, const struct event *event);
void apply_registers(struct state *state, const struct event *event);
enum verdict decide_act(struct decision *decision, const void *command);
enum verdict decide_open(struct decision *decision, const void *command);
enum verdict decide_timer(struct decision *decision, const struct timer *timer);
enum verdict decide_pass(struct decision *decision, const struct timer *timer);
void apply_work_kept(struct state *state, const struct event *event);
bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
              struct timer *ret_timer);
void apply_part_registered(struct state *state, const struct event *event);
void apply_catalogue_activated(struct state *state, const struct event *event);
enum verdict decide_recount(struct decision *decision, const struct timer *timer);
void apply_recount(struct state *state, const struct event *event);
enum verdict query_recount(struct reading *reading, const void *question);

/* -- billing.c ------------------------------------------------------------------------------ */

/* What a step of a case calls for: a bill when it was accepted, granted or is charged for, cleared
 * at once when that is nothing; the end of unpaid bills when the case ended. */
void react_to_move(struct decision *decision, const struct event *event);

/* How a bill that takes the place of another differs from it. */
struct reissue {
    const struct bill_id *bill_id; /* the one that it replaces */
    const struct bill_row *bill;
    struct personal payer; /* sealed; absent: the same */
    struct form form;      /* quantities put right; empty: the lines stay */
};

/* Issues it, with a number of its own. Quantities that the schedule cannot read are refused. */
enum verdict bill_reissue(struct decision *decision, const struct reissue *reissue,
                          struct bill_id *ret_bill_id);

/* -- bills.c -------------------------------------------------------------------------------- */

/* Takes back the unpaid bills of a case. */
void bills_take_back(struct decision *decision, const struct case_id *id, const char *why);

/* Lets a case go on, if nothing of it is unpaid but the `count` bills of `settled`: the events that
 * settle them are emitted, not applied yet. */
void bills_go_on(struct decision *decision, const struct case_id *id, const struct bill_id *settled,
                 size_t count);

enum { BILL_NUMBER_MAX = 30 };

/* The bill of that number; false when there is none. */
bool bill_find(struct state *state, struct text number, struct bill_id *ret_bill_id);

/* What lines ask for in the books, per unit: receivable against income due; with
 * TRANSFER_VOID_CHARGE back. */
struct transfer_list lines_transfers(struct decision *decision, const struct bill_line_list *lines,
                                     enum transfer_code code);

/* What the lines of a bill asked for is asked for no more. */
struct transfer_list bill_reversal(struct decision *decision, const struct bill_row *bill);

/* What is still asked for by a line. */
int64_t line_due(const struct bill_line *line);
bool bill_load(struct state *state, const struct bill_id *bill_id, struct bill_row *ret_row);
void bill_put(struct state *state, const struct bill_id *bill_id, struct bill_row *row);
void apply_bill_issued(struct state *state, const struct event *event);
void apply_bill_paid(struct state *state, const struct event *event);
void apply_bill_voided(struct state *state, const struct event *event);

/* Moves the last day to pay of a case's open bills. Only in apply. */
void bills_move_due(struct state *state, const struct case_id *id, struct date due);

/* Calls `visit` for every bill of a case until it returns false. */
void bills_visit(struct state *state, const struct case_id *id,
                 bool (*visit)(void *context, const struct bill_id *bill_id,
                               const struct bill_row *row),
                 void *context);

/* -- voiding.c ------------------------------------------------------------------------------ */
enum verdict decide_void_bill(struct decision *decision, const void *command);

/* -- waivers.c ------------------------------------------------------------------------------ */

/* `proved` when a register found the proof of an exemption by law, else `unproved`. */
struct text waiver_class(struct move *move);

/* `yes` when something of the bill may be waived, else `no`. */
struct text waiver_possible(struct move *move);

/* Refuses to propose or confirm what the bill, its fees or the amount do not allow. */
enum verdict waiver_check(struct move *move);

/* Fills which bill it is about, and how much. */
void waiver_complete(struct move *move, struct case_moved *moved);

/* The waiver takes effect: the bill is lowered, or what was paid is to be paid back. */
void waiver_apply(struct move *move, const struct case_moved *moved);
void apply_waiver_confirmed(struct state *state, const struct event *event);
void apply_material_fetched(struct state *state, const struct event *event);
void apply_bill_lowered(struct state *state, const struct event *event);

/* -- refunds.c ------------------------------------------------------------------------------ */

/* Asks for `amount_fen` of a paid bill to be paid back, from its lines in their order: a matter of
 * each charging unit begins. `added` holds the step that calls for it. */
void refund_request(struct decision *decision, const struct case_id *id,
                    const struct bill_id *bill_id, int64_t amount_fen,
                    const struct case_moved *added);

/* Asks for all that was paid in a case and is not asked back yet. */
void refund_request_all(struct decision *decision, const struct case_id *id,
                        const struct case_moved *added);
enum verdict decide_request_refund(struct decision *decision, const void *command);
void apply_refund(struct state *state, const struct event *event);
void apply_refund_receipt(struct state *state, const struct event *event);
enum verdict query_refunds(struct reading *reading, const void *question);

/* -- recording.c ---------------------------------------------------------------------------- */
enum verdict decide_record_payment(struct decision *decision, const void *command);

/* -- payments.c ----------------------------------------------------------------------------- */
void apply_payment_recorded(struct state *state, const struct event *event);
void apply_receipt_issued(struct state *state, const struct event *event);

/* -- numbers.c ------------------------------------------------------------------------------ */

/* "FS20260000123": a number of the year with its prefix, `before` further on than the next of its
 * kind: the decisions before this one in the batch count, the events of this one do not. */
struct text number_make(struct decision *decision, const char *kind, const char *prefix,
                        int64_t before);

/* Notes the number that stands in `text` behind a prefix of `prefix_size`. Only in apply. */
void number_follow(struct state *state, const char *kind, struct text text, size_t prefix_size);

/* -- settlements.c -------------------------------------------------------------------------- */
enum verdict decide_order_settlements(struct decision *decision, const void *command);
enum verdict decide_answer_settlement(struct decision *decision, const void *command);
void apply_settlement_ordered(struct state *state, const struct event *event);
void apply_settlement_made(struct state *state, const struct event *event);
void apply_settlement_rejected(struct state *state, const struct event *event);

/* -- settlement_pages.c --------------------------------------------------------------------- */
enum verdict query_settlements(struct reading *reading, const void *question);
enum verdict query_settlement_file(struct reading *reading, const void *question);

/* -- days.c --------------------------------------------------------------------------------- */

/* The last day whose books are closed; day 0 when none is. */
struct date days_closed(struct state *state);

/* False when nothing ever moved in the books of `day`. */
bool day_load(struct state *state, struct date day, struct day_row *ret_row);
enum verdict decide_books(struct decision *decision, const struct timer *timer);
void apply_day_opened(struct state *state, const struct event *event);
void apply_day_closed(struct state *state, const struct event *event);

/* `balanced` or `differing`. */
struct text books_fact(struct move *move);

/* Says which day it is that is closed. */
void day_complete(struct move *move, struct case_moved *moved);

/* With the close what stands in transit is ordered out. */
void day_after(struct move *move, const struct case_moved *moved);
enum verdict query_reconciliation(struct reading *reading, const void *question);

/* -- drawers.c ------------------------------------------------------------------------------ */

/* `some` when there is cash taken in the drawer that the move is about, else `none`. */
struct text drawer_takings(struct move *move);
void apply_drawer(struct state *state, const struct event *event);
enum verdict query_drawers(struct reading *reading, const void *question);

/* -- points.c ------------------------------------------------------------------------------- */

/* The end of a working day: collection points that were open and took nothing. */
enum verdict decide_points(struct decision *decision, const struct timer *timer);
void apply_points_checked(struct state *state, const struct event *event);

/* A catalogue, or a calendar, came into force: the next day's end is planned by it. */
void apply_points_planned(struct state *state, const struct event *event);

/* -- queries.c ------------------------------------------------------------------------------ */

/* Cashiers, finance and the links see every bill; others those of cases they may see. */
enum verdict bill_look_check(struct reading *reading, const struct matter *matter);
enum verdict query_bill(struct reading *reading, const void *question);
enum verdict query_bills(struct reading *reading, const void *question);

/* -- books.c -------------------------------------------------------------------------------- */
enum verdict query_ledger(struct reading *reading, const void *question);
enum verdict query_entries(struct reading *reading, const void *question);
enum verdict query_proof(struct reading *reading, const void *question);
enum verdict query_proof_paper(struct reading *reading, const void *question);
