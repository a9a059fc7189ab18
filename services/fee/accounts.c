/* The accounts of the hall (domain.md 4.4) and the books they stand in. */
#include "money.h"

#include "memory.h"

/* What is owed to the hall or stands in its name is never overdrawn; nor is what it owes. A count
 * may find more or less than there should be. */
static const struct ledger_kind kinds[] = {
    {"receivable", LEDGER_NEVER_CREDIT},  /* unit: charged and not paid yet */
    {"income_due", LEDGER_NEVER_DEBIT},   /* unit: what the unit is entitled to */
    {"drawer", LEDGER_NEVER_CREDIT},      /* cashier, unit: cash taken */
    {"float", LEDGER_NEVER_CREDIT},       /* cashier: change in the drawer */
    {"float_issued", LEDGER_NEVER_DEBIT}, /* what the hall handed out as change */
    {"over_short", LEDGER_FREE},          /* cashier: what counts found, short is a debit */
    {"transit", LEDGER_NEVER_CREDIT},     /* bank, unit, way: in Finance's account there */
    {"suspense", LEDGER_NEVER_DEBIT},     /* bank: in transit, without a bill */
    {"treasury", LEDGER_NEVER_CREDIT},    /* unit: settled to the treasury */
    {"special", LEDGER_NEVER_CREDIT},     /* unit: settled to the fiscal special account */
    {"refund_due", LEDGER_NEVER_DEBIT},   /* unit: approved to be paid back */
};

const struct ledger fee_ledger = {
    .accounts = TABLE_ACCOUNTS,
    .transfers = TABLE_TRANSFERS,
    .entries = TABLE_ENTRIES,
    .turnovers = TABLE_TURNOVERS,
    .kinds = kinds,
    .kind_count = sizeof kinds / sizeof kinds[0],
};

enum money_way way_of(enum payment_method method)
{
    return method == METHOD_CASH ? WAY_CASH : WAY_TRANSFER;
}

struct text account_receivable(struct arena *arena, struct text unit)
{
    return ledger_name(arena, "receivable", unit);
}

struct text account_income_due(struct arena *arena, struct text unit)
{
    return ledger_name(arena, "income_due", unit);
}

struct text account_drawer(struct arena *arena, struct text cashier, struct text unit)
{
    return arena_print(arena, "drawer:%.*s:%.*s", TEXT_PRINT(cashier), TEXT_PRINT(unit));
}

struct text account_transit(struct arena *arena, struct text bank, struct text unit,
                            enum money_way way)
{
    struct text whose = text_is_empty(unit) ? TEXT_LITERAL("-") : unit;
    return arena_print(arena, "transit:%.*s:%.*s:%s", TEXT_PRINT(bank), TEXT_PRINT(whose),
                       way == WAY_CASH ? "cash" : "transfer");
}

struct text account_suspense(struct arena *arena, struct text bank)
{
    return ledger_name(arena, "suspense", bank);
}

/* -- the books ------------------------------------------------------------------------------ */

const struct hall_rules *money_rules(struct state *state)
{
    return rules_active(fee_shelf(state->memory), state);
}

struct date money_day(struct state *state, int64_t time)
{
    return zone_date(calendar_zone(money_rules(state)->calendar), time);
}

struct date books_day(struct decision *decision)
{
    struct date today = money_day(decision->state, decision->now_ms);
    struct date closed = days_closed(decision->state);
    return today.days > closed.days ? today : (struct date){closed.days + 1};
}

void money_draft(struct ledger_draft *draft, struct decision *decision)
{
    ledger_draft_begin(draft, &fee_ledger, decision, books_day(decision));
}
