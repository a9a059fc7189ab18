/* What a case costs, from the schedule of its item and the quantities of its form. Pure, any
 * thread.
 *
 * Money is whole fen. A quantity is multiplied out exactly and rounded half up to the fen, once a
 * line. A fee of zero is a line of zero: that nothing is charged is stated, not left out. */
#pragma once

#include "base/err.h"
#include "catalogue/facts.h"
#include "wire/errors.h"

/* One step of a schedule as it was charged: these units at this price. Where the price rises within
 * the step, `each_fen` is that of the first unit and `last_each_fen` that of the last. */
struct catalogue_fee_part {
    int64_t from_unit;
    int64_t to_unit;
    int64_t each_fen;
    int64_t last_each_fen;
    int64_t amount_fen;
};

struct catalogue_fee_line {
    const struct catalogue_fee *fee; /* its code, payee and basis */
    struct decimal quantity;
    int64_t each_fen; /* FEE_EACH, FEE_LAST */
    int64_t amount_fen;
    const struct catalogue_fee_part *parts; /* FEE_ALL and FEE_LAST: the steps that were charged */
    size_t part_count;
};

struct catalogue_fee_lines {
    struct catalogue_fee_line *items;
    size_t count;
    int64_t sum_fen;
};

/* The lines of the bill that is issued at `bill_at`, one for each fee whose conditions hold, in
 * `arena`. ERR_INVALID when a quantity is missing or cannot be charged, with an error at
 * <path>/<field>; ERR_TOO_LARGE when an amount or the sum is more than the hall handles. */
enum err catalogue_fee_lines(const struct catalogue_item *item, enum fee_bill_at bill_at,
                             const struct catalogue_facts *facts, struct arena *arena,
                             const struct wire_path *path, struct wire_errors *errors,
                             struct catalogue_fee_lines *ret_lines);
