/* Money: the accounts of the hall, the books, and the one way in for money. */
#pragma once

#include "fee.h"

#include "ledger/ledger.h"

extern const struct ledger fee_ledger;

/* -- accounts.c ----------------------------------------------------------------------------- */

/* The two ways in which money is shown to have come: in cash, or by a bank (a transfer or an online
 * payment). Thirteen units by two ways make the 26 sums of a day (S42). */
enum money_way { WAY_CASH, WAY_TRANSFER };
enum money_way way_of(enum payment_method method);

struct text account_receivable(struct arena *arena, struct text unit);
struct text account_income_due(struct arena *arena, struct text unit);

/* What a cashier has in the drawer for a unit. */
struct text account_drawer(struct arena *arena, struct text cashier, struct text unit);

/* The change that a cashier has, what the hall handed out of it, and what counts found too little
 * (debit) or too much. */
struct text account_float(struct arena *arena, struct text cashier);
struct text account_float_issued(void);
struct text account_over_short(struct arena *arena, struct text cashier);

/* What a unit has to pay back, and where its settled money stands: charges of administration go to
 * the treasury, those of institutions to the fiscal special account. */
struct text account_refund_due(struct arena *arena, struct text unit);
struct text account_settled(struct arena *arena, const struct catalogue *catalogue,
                            struct text unit);

/* Calls `visit` for each unit whose cash a cashier has in the drawer. */
void drawer_visit(struct state *state, struct arena *arena, struct text cashier,
                  void (*visit)(void *context, struct text unit, int64_t amount_fen),
                  void *context);

/* What stands in Finance's account at a bank for a unit; `unit` absent: for nobody yet. */
struct text account_transit(struct arena *arena, struct text bank, struct text unit,
                            enum money_way way);

/* Money without a bill that stands at a bank. */
struct text account_suspense(struct arena *arena, struct text bank);

/* The newest rules; NULL before the first catalogue. */
const struct hall_rules *money_rules(struct state *state);

/* The hall's day at `time`. */
struct date money_day(struct state *state, int64_t time);

/* The day in whose books money that moves now stands: today, or tomorrow once today is closed. It
 * never goes back. */
struct date books_day(struct decision *decision);

/* Begins a draft for the books of that day. */
void money_draft(struct ledger_draft *draft, struct decision *decision);

/* -- finance.c ------------------------------------------------------------------------------ */

/* True when `principal` holds `role` at Finance or in the hall; fills in which of them. */
bool finance_holds(const struct principal *principal, struct text role,
                   struct text *ret_department);

/* Refuses, and says `why`, who is no finance officer; others act as one. */
enum verdict finance_check(struct decision *decision, const char *why);

/* Refuses who may not look at the books: all but finance officers and auditors. */
enum verdict money_readers_check(struct reading *reading);

/* The proof of a day, as far as the log goes now; in the state's arena. */
const struct proof_told *proof_make(struct state *state, struct date day);

/* -- payments.c ----------------------------------------------------------------------------- */

enum { PAYMENT_BILLS_MAX = 16 };

/* Money that came in, whoever tells of it. */
struct money_in {
    enum payment_method method;
    struct text bank;      /* which account of transit_account.bank_accounts; absent: the first */
    struct text reference; /* the bank's or the provider's: with the bank it books once */
    int64_t amount_fen;
    struct text cashier;    /* who took cash */
    struct text point;      /* the collection point that took it; absent: the hall */
    struct text remittance; /* what the payer named, where no bill was found by it; public */
    const struct bill_id *bills;
    size_t bill_count; /* 0: nobody knows what it is for */
};

/* Books it and fills which payment it is. Enough for all its bills pays them; what is left, or all
 * of it where a bill cannot be paid or there is too little, becomes money without a bill. Told
 * again it is VERDICT_OK without events; another amount under the same reference is
 * PROBLEM_CONFLICT. Cash must be what is due on bills that can be paid. */
enum verdict money_receive(struct decision *decision, const struct money_in *in,
                           struct payment_id *ret_payment_id);

bool payment_load(struct state *state, const struct payment_id *payment_id,
                  struct payment_row *ret_row);

/* The payment that was booked under a bank's reference; false when none was. */
bool payment_of_reference(struct state *state, struct text bank, struct text reference,
                          struct payment_id *ret_payment_id);

/* A bill that a payment covers. */
struct settling {
    const struct bill_id *bill_id;
    const struct bill_row *bill;
    struct payment_id payment_id;
    int64_t receipts_before; /* in this decision */
};

/* Says that it is paid, with its receipt. */
void bill_settle(struct decision *decision, const struct settling *settling);

/* -- days.c --------------------------------------------------------------------------------- */

/* Moves the accounts (ledger_apply), and notes what banks will show of it; the first money of a day
 * begins its books. Only in apply. */
void money_apply(struct state *state, const struct event *event,
                 const struct transfer_list *transfers);

/* Adds what a bill that was paid says of each unit. Only in apply. */
void takings_add(struct state *state, struct date day, enum money_way way,
                 const struct bill_row *bill);

/* -- points.c ------------------------------------------------------------------------------- */

/* The collection point of the rules in force; NULL when it is none. */
const struct catalogue_collection_point *point_find(struct state *state, struct text code);

/* True when somebody takes cash at that point; `point` absent: at the hall. Cashiers of the hall
 * may everywhere. */
bool point_has_cashier(const struct principal *principal, struct text point);

/* Where a cashier works who did not say it: the hall, where he is one there, or the first point of
 * which he is. False when he is no cashier of any. */
bool point_of_cashier(struct state *state, const struct principal *principal,
                      struct text *ret_point);

/* Notes what was taken at a point, if at any. Only in apply. */
void point_note(struct state *state, const struct event *event);

/* What each point took in the books of a day; in the state's arena. */
struct reconciled_point_list points_reconcile(struct state *state, struct date day);

/* -- methods.c ------------------------------------------------------------------------------ */

/* In which ways a bill may be paid: those of every charging unit that is paid by it. */
bool bill_has_method(struct state *state, const struct bill_row *bill, enum payment_method method);
struct text_list bill_methods(struct state *state, struct arena *arena,
                              const struct bill_row *bill);

/* Refuses another way, and names those that may be used. */
enum verdict bill_method_check(struct decision *decision, const struct bill_row *bill,
                               enum payment_method method);

/* Refuses what a collection point may not take. */
enum verdict bill_point_check(struct decision *decision, const struct bill_row *bill,
                              const struct catalogue_collection_point *point);

/* -- bank_items.c --------------------------------------------------------------------------- */

/* The movement that a bank's statement will show under `reference`, or does. */
bool bank_item_find(struct state *state, struct text bank, struct text reference,
                    struct bank_item_row *ret_row);

/* Notes what an event moves at the banks; money_apply does it. Only in apply. */
void bank_items_note(struct state *state, const struct event *event,
                     const struct transfer_list *transfers);

/* Notes the day on which the bank's statement first shows it. Only in apply. */
void bank_item_seen(struct state *state, struct text bank, struct text reference,
                    struct date bank_day);

/* Calls `visit` for the movements at a bank that books and bank have on different days, or of which
 * the bank told nothing yet, until it returns false: what is under way at the end of a day is among
 * them. */
void bank_items_visit_crossing(struct state *state, struct text bank,
                               bool (*visit)(void *context, const struct bank_item_row *row),
                               void *context);

/* -- settlements.c -------------------------------------------------------------------------- */

/* Orders out what stands in transit for units: a settlement for each account at a bank that has
 * any. Returns how many. */
size_t settlements_order(struct decision *decision);

bool settlement_load(struct state *state, const struct settlement_id *id,
                     struct settlement_row *ret_row);

/* The bank's statement shows that it carried out the order `end_to_end` of `amount_fen`. False when
 * there is no such order at that account, or of another amount, or it was turned back, or the bank
 * showed it before: that is a difference. */
bool settlement_confirm(struct decision *decision, struct text bank, struct text end_to_end,
                        int64_t amount_fen, struct date bank_day);

/* -- bank_days.c ---------------------------------------------------------------------------- */

struct proof;

/* Puts every account of Finance's that the newest catalogue has into the proof. */
void banks_name(struct state *state, struct proof *proof);

/* Adds what the banks' statements say and what is under way, behind the turnovers. */
void banks_prove(struct state *state, struct proof *proof);

/* -- suspense.c ----------------------------------------------------------------------------- */

/* Money without a bill. */
struct unmatched {
    struct payment_id payment_id;
    int64_t amount_fen;
    struct text named; /* the bill that the payer named, if it looks like one */
};

/* Begins its matter; none when the rules have no such procedure. */
struct case_id unmatched_open(struct decision *decision, const struct unmatched *unmatched);
void apply_payment_unmatched(struct state *state, const struct event *event);
void apply_payment_matched(struct state *state, const struct event *event);

/* Refuses what cannot be matched, or fills the money that moves. */
enum verdict unmatched_complete(struct move *move, struct case_moved *moved);

/* Says what follows from a match: the bill is paid, the rest stays. */
void unmatched_after(struct move *move, const struct case_moved *moved);

/* -- drawers.c ------------------------------------------------------------------------------ */

/* True when the cashier has a drawer that is open: not counted yet. */
bool drawer_is_open(struct state *state, struct text cashier);

/* The collection point at which the cashier's drawer stands; absent: the hall, or there is none. */
struct text drawer_point(struct state *state, struct text cashier);

/* Refuses what a drawer does not allow, or fills the money that moves: change, differences, the
 * cash that goes to the bank. */
enum verdict drawer_complete(struct move *move, struct case_moved *moved);

/* The deposit of that reference, as it stands on the paying-in slip; false when there is none. */
bool deposit_find(struct state *state, struct text reference, struct deposit_row *ret_row);

/* -- refunds.c, refund_steps.c -------------------------------------------------------------- */

bool refund_load(struct state *state, const struct case_id *id, struct refund_row *ret_row);

/* Refuses what a refund does not allow, or fills the money that moves. */
enum verdict refund_complete(struct move *move, struct case_moved *moved);

/* `enough` or `too_little`: of what is to be paid back, in the drawer of who would pay it, where it
 * came in cash; at the bank, with what was settled. */
struct text refund_at_counter(struct move *move);
struct text refund_at_bank(struct move *move);

/* Says what follows from a payment: the red receipt in the case of the bill. */
void refund_after(struct move *move, const struct case_moved *moved);
