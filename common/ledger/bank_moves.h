/* What an event moves in Finance's accounts at the banks, by the reference under which a bank's
 * statement will show it (L55): the fee service notes it, an auditor finds it in the record. */
#pragma once

#include "events/fee.h"

/* An event with transfers. */
struct bank_telling {
    const struct wire_message *message;
    const void *data;
    struct text came_by; /* of an event that sends a payment back: the reference it came by */
};

struct bank_move {
    struct text bank;      /* code of Finance's account */
    struct text reference; /* several moves with the same one are one movement at the bank */
    int64_t amount_fen;    /* what comes in; negative: goes out */
    enum transfer_code code;
    struct date day; /* in whose books */
};

/* The move that `transfer` of the event makes; false when it makes none: it is only held, or the
 * money does not come into an account of Finance's or leave it. Texts live in the event or in
 * `arena`. */
bool bank_move_of(const struct bank_telling *telling, const struct transfer *transfer,
                  struct arena *arena, struct bank_move *ret_move);
