#include "catalogue/fees.h"

#include "wire/declare.h"

__extension__ typedef __int128 wide;

static bool fen_fits(wide fen, int64_t *ret_fen)
{
    if (fen < 0 || fen > FEN_MAX) {
        return false;
    }
    *ret_fen = (int64_t)fen;
    return true;
}

/* -- steps ---------------------------------------------------------------------------------- */

/* The price of the unit that is `index` units behind the first of its step. */
static wide price_at(const struct catalogue_fee_step *step, int64_t index)
{
    int64_t rises = step->every == 0 ? 0 : index / step->every;
    return (wide)step->each_fen + (wide)step->add_fen * rises;
}

/* What the first `count` units of a step cost together: each at its price, which rises by add_fen
 * after each full run of `every` units. */
static wide price_of_first(const struct catalogue_fee_step *step, int64_t count)
{
    wide flat = (wide)step->each_fen * count;
    if (step->every == 0) {
        return flat;
    }
    wide runs = count / step->every;
    wide in_full_runs = (wide)step->every * (runs * (runs - 1) / 2);
    wide behind_them = (count - runs * step->every) * runs;
    return flat + (wide)step->add_fen * (in_full_runs + behind_them);
}

/* Charges the units from..to, which lie in one step whose first unit is `step_first`. */
static bool part_charge(const struct catalogue_fee_step *step, int64_t step_first, int64_t from,
                        int64_t to, struct catalogue_fee_part *part)
{
    wide amount =
        price_of_first(step, to - step_first + 1) - price_of_first(step, from - step_first);
    *part = (struct catalogue_fee_part){.from_unit = from, .to_unit = to};
    return fen_fits(price_at(step, from - step_first), &part->each_fen) &&
           fen_fits(price_at(step, to - step_first), &part->last_each_fen) &&
           fen_fits(amount, &part->amount_fen);
}

/* Walks the steps up to `units`: all of them for FEE_ALL, the one with the last unit for
 * FEE_LAST. */
static bool steps_charge(const struct catalogue_fee *fee, int64_t units, struct arena *arena,
                         struct catalogue_fee_line *line)
{
    struct catalogue_fee_part *parts = arena_take_array(arena, fee->step_count, sizeof *parts);
    wide amount = 0;
    int64_t first = 1;
    for (size_t i = 0; i < fee->step_count && first <= units; i++) {
        const struct catalogue_fee_step *step = &fee->steps[i];
        bool has_last = units <= step->up_to;
        int64_t to = has_last ? units : step->up_to;
        if (fee->charge == FEE_ALL || has_last) {
            struct catalogue_fee_part *part = &parts[line->part_count++];
            if (!part_charge(step, first, fee->charge == FEE_ALL ? first : units, to, part)) {
                return false;
            }
            amount += part->amount_fen;
            line->each_fen = fee->charge == FEE_LAST ? part->each_fen : 0;
        }
        first = to + 1;
    }
    line->parts = parts;
    return fen_fits(amount, &line->amount_fen);
}

/* -- lines ---------------------------------------------------------------------------------- */

/* How many units the form says; one a case where the fee does not count. */
static enum err quantity_of(const struct catalogue_fee *fee, const struct catalogue_facts *facts,
                            const struct wire_path *path, struct wire_errors *errors,
                            struct decimal *ret_quantity)
{
    if (fee->quantity == NULL) {
        *ret_quantity = decimal_of(1);
        return ERR_OK;
    }
    struct wire_path at = {.parent = path, .name = fee->quantity->id};
    const struct form_entry *entry = form_find(facts->form, fee->quantity->id);
    if (entry == NULL || entry->kind != FORM_DECIMAL) {
        wire_errors_add(errors, &at, "must be given: the fee %.*s is counted by it",
                        TEXT_PRINT(fee->code));
        return ERR_INVALID;
    }
    bool is_whole = entry->decimal.units % DECIMAL_SCALE == 0;
    if (entry->decimal.units < 0 || (fee->charge != FEE_EACH && !is_whole)) {
        wire_errors_add(errors, &at, "must be %s: the fee %.*s is counted by it",
                        fee->charge == FEE_EACH ? "0 or more" : "a whole number of 0 or more",
                        TEXT_PRINT(fee->code));
        return ERR_INVALID;
    }
    *ret_quantity = entry->decimal;
    return ERR_OK;
}

static enum err line_charge(const struct catalogue_fee *fee, struct arena *arena,
                            struct catalogue_fee_line *line)
{
    if (fee->charge != FEE_EACH) {
        int64_t units = line->quantity.units / DECIMAL_SCALE;
        return steps_charge(fee, units, arena, line) ? ERR_OK : ERR_TOO_LARGE;
    }
    line->each_fen = fee->amount_fen;
    if (!decimal_times_fen(line->quantity, fee->amount_fen, &line->amount_fen) ||
        line->amount_fen > FEN_MAX) {
        return ERR_TOO_LARGE;
    }
    return ERR_OK;
}

enum err catalogue_fee_lines(const struct catalogue_item *item, enum fee_bill_at bill_at,
                             const struct catalogue_facts *facts, struct arena *arena,
                             const struct wire_path *path, struct wire_errors *errors,
                             struct catalogue_fee_lines *ret_lines)
{
    struct catalogue_fee_lines lines = {
        .items = arena_take_array(arena, item->fee_count, sizeof *lines.items)};
    wide sum = 0;
    for (size_t i = 0; i < item->fee_count; i++) {
        const struct catalogue_fee *fee = &item->fees[i];
        if (fee->bill_at != bill_at || !catalogue_when_holds(&fee->when, facts)) {
            continue;
        }
        struct catalogue_fee_line *line = &lines.items[lines.count++];
        line->fee = fee;
        enum err err = quantity_of(fee, facts, path, errors, &line->quantity);
        if (err == ERR_OK) {
            err = line_charge(fee, arena, line);
        }
        if (err != ERR_OK) {
            return err;
        }
        sum += line->amount_fen;
    }
    if (!fen_fits(sum, &lines.sum_fen)) {
        return ERR_TOO_LARGE;
    }
    *ret_lines = lines;
    return ERR_OK;
}
