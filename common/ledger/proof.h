/* The daily proof (domain.md 4.4): from what moved between accounts, that nothing was lost.
 *
 *   charged = paid + outstanding + waived + void
 *   paid + suspense = drawers + transit + settled + refunded
 *   change handed out = change in drawers + what counts found short
 *   transit = at the bank - before these books + under way - ahead
 *
 * for the hall, the first two for each unit and way to pay, the last for each of Finance's accounts
 * whose statement of the day is in (L55). It is a function of turnovers, statements and movements
 * at banks alone, so that an auditor who takes them from the record of events gets the same. One
 * thread. */
#pragma once

#include "events/fee.h"
#include "events/statements.h"
#include "ledger/ledger.h"

struct proof {
    struct arena *arena;
    struct proof_told told;
    int64_t float_issued_fen;
    struct proof_statements *statements; /* of the banks of `told`, in their order */
};

/* Begins the proof of `day`; everything in it lives in `arena`. */
void proof_begin(struct proof *proof, struct arena *arena, struct date day);

/* Adds a turnover up to the end of the day: for ledger_visit_turnovers, with the proof as its
 * context. */
bool proof_add(void *proof, const struct ledger_turnover *turnover);

/* The account of Finance's in the proof; put into it, with nothing in it, where it was not there.
 */
struct proof_bank *proof_bank_of(struct proof *proof, struct text bank);

/* -- proof_banks.c -------------------------------------------------------------------------- */

/* Adds a statement that is booked whole, of whatever day. All of them come before the first
 * movement and behind the last turnover. */
void proof_statement(struct proof *proof, const struct statement_part *part);

/* Adds a movement that books or bank have, on whatever day: its `place` is found here. It counts
 * where the account is in the proof and the bank told something. */
void proof_movement(struct proof *proof, struct text bank, const struct proof_item *item);

/* Adds an order to pay out of an account, which was carried out or turned back in the books of
 * `resolved_on`; 0: not yet. It counts from the day on that `item` names until then. */
void proof_order(struct proof *proof, struct text bank, const struct proof_item *item,
                 struct date resolved_on);

/* Says of each account how it stands; proof_end does it. */
void proof_banks_end(struct proof *proof);

/* -- proof.c -------------------------------------------------------------------------------- */

/* Looks at the rules. What does not hold stands in `told`, with both sides. */
void proof_end(struct proof *proof);
