/* The daily proof (domain.md 4.4): from what moved between accounts, that nothing was lost.
 *
 *   charged = paid + outstanding + waived + void
 *   paid + suspense = drawers + transit + settled + refunded
 *   change handed out = change in drawers + what counts found short
 *
 * for the hall, and the first two for each unit and way to pay. It is a function of turnovers
 * alone, so that an auditor who adds them up from the record of events gets the same. One thread.
 */
#pragma once

#include "events/fee.h"
#include "ledger/ledger.h"

struct proof {
    struct arena *arena;
    struct proof_told told;
    int64_t float_issued_fen;
};

/* Begins the proof of `day`; everything in it lives in `arena`. */
void proof_begin(struct proof *proof, struct arena *arena, struct date day);

/* Adds a turnover up to the end of the day: for ledger_visit_turnovers, with the proof as its
 * context. */
bool proof_add(void *proof, const struct ledger_turnover *turnover);

/* Looks at the rules. What does not hold stands in `told`, with both sides. */
void proof_end(struct proof *proof);
