/* What the source files of this part share. */
#pragma once

#include "ledger/ledger.h"

/* True when the transfer posts or releases what another one holds. */
bool ledger_resolves(const struct transfer *transfer);

/* Moves one side of an account; `held_fen` is what the transfer resolves, if it does. False, and
 * the balance is of no use, when a sum would leave its range. */
bool ledger_side_move(struct ledger_balance *balance, const struct transfer *transfer,
                      bool is_debit, int64_t held_fen);

/* What the statements say of an account at a bank, for the proof of a day. */
struct proof_statements {
    bool any;
    int64_t first_number; /* of the first statement there ever was */
    int64_t before_fen;   /* what it opened with */
    bool has_last;        /* the last one that ends by the day */
    int64_t last_number;
    struct date last_day;
    int64_t closing_fen;
    bool has_next; /* the first one that ends later */
    int64_t next_number;
    struct date next_begins;
};

struct proof;

/* Names where each figure comes from; proof_end does it. */
void proof_figures_end(struct proof *proof);
