/* What the source files of this part share. */
#pragma once

#include "ledger/ledger.h"

/* True when the transfer posts or releases what another one holds. */
bool ledger_resolves(const struct transfer *transfer);

/* Moves one side of an account; `held_fen` is what the transfer resolves, if it does. False, and
 * the balance is of no use, when a sum would leave its range. */
bool ledger_side_move(struct ledger_balance *balance, const struct transfer *transfer,
                      bool is_debit, int64_t held_fen);
