#include "ledger/proof.h"

#include "ledger/internal.h"

#include "base/check.h"

#include <string.h>

enum { UNITS_MAX = 200, WAYS_MAX = 2 * UNITS_MAX, BANKS_MAX = 64, CHECKS_MAX = 400 };

/* An account's name taken apart: `kind:first:second:third`. */
struct named {
    struct text kind;
    struct text parts[3];
};

static struct named named_of(struct text account)
{
    struct named named = {0};
    struct text *places[] = {&named.kind, &named.parts[0], &named.parts[1], &named.parts[2]};
    size_t place = 0;
    size_t from = 0;
    for (size_t i = 0; i <= account.size; i++) {
        if (i == account.size || (account.data[i] == ':' && place < 3)) {
            *places[place++] = (struct text){account.data + from, i - from};
            from = i + 1;
        }
    }
    return named;
}

static bool is_kind(const struct named *named, const char *kind)
{
    return text_equal_string(named->kind, kind);
}

void proof_begin(struct proof *proof, struct arena *arena, struct date day)
{
    *proof = (struct proof){.arena = arena, .told = {.date = day}};
    struct proof_told *told = &proof->told;
    told->units.items = arena_take_array(arena, UNITS_MAX, sizeof *told->units.items);
    told->ways.items = arena_take_array(arena, WAYS_MAX, sizeof *told->ways.items);
    told->banks.items = arena_take_array(arena, BANKS_MAX, sizeof *told->banks.items);
    proof->statements = arena_take_array(arena, BANKS_MAX, sizeof *proof->statements);
    told->checks.items = arena_take_array(arena, CHECKS_MAX, sizeof *told->checks.items);
}

/* -- rows ----------------------------------------------------------------------------------- */

static struct proof_unit *unit_of(struct proof *proof, struct text unit)
{
    struct proof_unit_list *units = &proof->told.units;
    for (size_t i = 0; i < units->count; i++) {
        if (text_equal(units->items[i].unit, unit)) {
            return &units->items[i];
        }
    }
    CHECK(units->count < UNITS_MAX);
    units->items[units->count] = (struct proof_unit){.unit = unit};
    return &units->items[units->count++];
}

static struct proof_way *way_of_unit(struct proof *proof, struct text unit, struct text way)
{
    struct proof_way_list *ways = &proof->told.ways;
    for (size_t i = 0; i < ways->count; i++) {
        if (text_equal(ways->items[i].unit, unit) && text_equal(ways->items[i].way, way)) {
            return &ways->items[i];
        }
    }
    CHECK(ways->count < WAYS_MAX);
    ways->items[ways->count] = (struct proof_way){.unit = unit, .way = way};
    return &ways->items[ways->count++];
}

struct proof_bank *proof_bank_of(struct proof *proof, struct text bank)
{
    struct proof_bank_list *banks = &proof->told.banks;
    for (size_t i = 0; i < banks->count; i++) {
        if (text_equal(banks->items[i].bank, bank)) {
            return &banks->items[i];
        }
    }
    CHECK(banks->count < BANKS_MAX);
    proof->statements[banks->count] = (struct proof_statements){0};
    banks->items[banks->count] = (struct proof_bank){.bank = bank};
    return &banks->items[banks->count++];
}

/* -- adding --------------------------------------------------------------------------------- */

/* The account's own standing: `fen` is a debit, negative a credit. */
static void standing_add(struct proof *proof, const struct named *named, int64_t fen)
{
    struct proof_told *told = &proof->told;
    if (is_kind(named, "receivable")) {
        told->outstanding_fen += fen;
        unit_of(proof, named->parts[0])->outstanding_fen += fen;
    } else if (is_kind(named, "drawer")) {
        told->drawers_fen += fen;
        way_of_unit(proof, named->parts[1], TEXT_LITERAL("cash"))->drawers_fen += fen;
    } else if (is_kind(named, "transit")) {
        told->transit_fen += fen;
        proof_bank_of(proof, named->parts[0])->transit_fen += fen;
        if (!text_equal_string(named->parts[1], "-")) {
            way_of_unit(proof, named->parts[1], named->parts[2])->transit_fen += fen;
        }
    } else if (is_kind(named, "suspense")) {
        told->suspense_fen -= fen;
        proof_bank_of(proof, named->parts[0])->suspense_fen -= fen;
    } else if (is_kind(named, "refund_due")) {
        told->refund_due_fen -= fen;
        unit_of(proof, named->parts[0])->refund_due_fen -= fen;
    } else if (is_kind(named, "float")) {
        told->floats_fen += fen;
    } else if (is_kind(named, "over_short")) {
        told->over_short_fen += fen;
    } else if (is_kind(named, "float_issued")) {
        proof->float_issued_fen -= fen;
    }
}

/* Where the money of a movement stands or stood: what says the unit and the way. */
static struct proof_way *way_of_money(struct proof *proof, const struct named *money)
{
    return is_kind(money, "drawer") ? way_of_unit(proof, money->parts[1], TEXT_LITERAL("cash"))
                                    : way_of_unit(proof, money->parts[1], money->parts[2]);
}

static void paid_add(struct proof *proof, struct proof_way *way,
                     const struct ledger_turnover *turnover)
{
    way->paid_fen += turnover->upto_fen;
    way->today_fen += turnover->upto_fen - turnover->before_fen;
    unit_of(proof, way->unit)->paid_fen += turnover->upto_fen;
    proof->told.paid_fen += turnover->upto_fen;
}

bool proof_add(void *context, const struct ledger_turnover *turnover)
{
    struct proof *proof = context;
    struct proof_told *told = &proof->told;
    struct named debit = named_of(turnover->debit);
    struct named credit = named_of(turnover->credit);
    int64_t fen = turnover->upto_fen;
    standing_add(proof, &debit, fen);
    standing_add(proof, &credit, -fen);
    switch (turnover->code) {
    case TRANSFER_CHARGE:
        told->charged_fen += fen;
        unit_of(proof, debit.parts[0])->charged_fen += fen;
        break;
    case TRANSFER_VOID_CHARGE:
        told->void_fen += fen;
        unit_of(proof, credit.parts[0])->void_fen += fen;
        break;
    case TRANSFER_WAIVER:
        told->waived_fen += fen;
        unit_of(proof, credit.parts[0])->waived_fen += fen;
        break;
    case TRANSFER_PAYMENT:
        paid_add(proof, way_of_money(proof, &debit), turnover);
        break;
    case TRANSFER_MATCH:
        paid_add(proof, way_of_unit(proof, credit.parts[0], TEXT_LITERAL("transfer")), turnover);
        break;
    case TRANSFER_SETTLEMENT:
        told->settled_fen += fen;
        way_of_money(proof, &credit)->settled_fen += fen;
        break;
    case TRANSFER_RETURN:
        told->settled_fen -= fen;
        way_of_money(proof, &debit)->settled_fen -= fen;
        break;
    case TRANSFER_REFUND:
        told->refunded_fen += fen;
        way_of_money(proof, &credit)->refunded_fen += fen;
        break;
    default: /* moves between places of the hall alone */
        break;
    }
    return true;
}

/* -- the rules ------------------------------------------------------------------------------ */

/* Every rule of the hall is told; one of a unit only where it does not hold. */
static void check_add(struct proof *proof, struct proof_check check)
{
    struct proof_check_list *checks = &proof->told.checks;
    check.holds = check.left_fen == check.right_fen;
    proof->told.holds &= check.holds;
    if ((text_is_empty(check.unit) || !check.holds) && checks->count < CHECKS_MAX) {
        checks->items[checks->count++] = check;
    }
}

/* Where the bank told of the day: all of transit is there, but for what is under way (L55). */
static void banks_check(struct proof *proof)
{
    const struct text rule = TEXT_LITERAL("transit = at the bank - before + under way - ahead");
    const struct proof_bank_list *banks = &proof->told.banks;
    proof_banks_end(proof);
    for (size_t i = 0; i < banks->count; i++) {
        const struct proof_bank *bank = &banks->items[i];
        if (bank->standing != BANK_UNTOLD) {
            check_add(proof,
                      (struct proof_check){.rule = rule,
                                           .bank = bank->bank,
                                           .left_fen = bank->transit_fen,
                                           .right_fen = bank->transit_fen - bank->difference_fen});
        }
    }
}

void proof_end(struct proof *proof)
{
    const struct text charges = TEXT_LITERAL("charged = paid + outstanding + waived + void");
    const struct text money =
        TEXT_LITERAL("paid + suspense = drawers + transit + settled + refunded");
    const struct text change = TEXT_LITERAL("change handed out = change in drawers + short");
    struct proof_told *told = &proof->told;
    told->holds = true;
    check_add(proof, (struct proof_check){.rule = charges,
                                          .left_fen = told->charged_fen,
                                          .right_fen = told->paid_fen + told->outstanding_fen +
                                                       told->waived_fen + told->void_fen});
    check_add(proof, (struct proof_check){.rule = money,
                                          .left_fen = told->paid_fen + told->suspense_fen,
                                          .right_fen = told->drawers_fen + told->transit_fen +
                                                       told->settled_fen + told->refunded_fen});
    check_add(proof, (struct proof_check){.rule = change,
                                          .left_fen = proof->float_issued_fen,
                                          .right_fen = told->floats_fen + told->over_short_fen});
    banks_check(proof);
    for (size_t i = 0; i < told->units.count; i++) {
        const struct proof_unit *unit = &told->units.items[i];
        check_add(proof, (struct proof_check){.rule = charges,
                                              .unit = unit->unit,
                                              .left_fen = unit->charged_fen,
                                              .right_fen = unit->paid_fen + unit->outstanding_fen +
                                                           unit->waived_fen + unit->void_fen});
    }
    for (size_t i = 0; i < told->ways.count; i++) {
        const struct proof_way *way = &told->ways.items[i];
        check_add(proof, (struct proof_check){.rule = money,
                                              .unit = way->unit,
                                              .way = way->way,
                                              .left_fen = way->paid_fen,
                                              .right_fen = way->drawers_fen + way->transit_fen +
                                                           way->settled_fen + way->refunded_fen});
    }
    proof_figures_end(proof);
}
