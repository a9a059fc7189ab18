/* The books of a day against what the banks' statements say (L55): what stands in transit is what
 * the accounts at the banks hold, but for what is under way, item by item. What is left is a
 * difference. */
#include "imports.h"

#include <string.h>

enum { ITEMS_SHOWN_MAX = 100, BANKS_MAX = 64 };

/* An account at a bank being held against its statements. */
struct holding {
    struct reconciled_bank *bank;
    struct date day;             /* of the books */
    struct statement_part first; /* the first statement there ever was: what stood there before */
    struct statement_part last;  /* the last one until the day; no last day: there is none */
    bool any;
};

struct holdings {
    struct holding *items;
    size_t count;
};

static void part_look(struct holding *holding, const struct statement_part *part)
{
    if (!holding->any || part->number < holding->first.number) {
        holding->first = *part;
    }
    if (part->last_day.days <= holding->day.days &&
        part->last_day.days >= holding->last.last_day.days) {
        holding->last = *part;
    }
    holding->any = true;
}

static void parts_look(struct holdings *holdings, const struct statement_part_list *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        for (size_t k = 0; k < holdings->count; k++) {
            if (text_equal(parts->items[i].bank, holdings->items[k].bank->bank)) {
                part_look(&holdings->items[k], &parts->items[i]);
            }
        }
    }
}

static void statements_look(struct state *state, struct holdings *holdings)
{
    struct store_cursor cursor;
    store_cursor_open(&cursor, state->txn, TABLE_IMPORTS);
    for (bool more = store_first(&cursor); more; more = store_next(&cursor)) {
        struct import_row row;
        if (!state_row(state, cursor.value, &import_row_message, &row)) {
            break;
        }
        if (row.state == IMPORT_BOOKED) {
            parts_look(holdings, &row.parts);
        }
    }
    store_cursor_close(&cursor);
}

/* Under way: in the books, and not at the bank. Ahead: at the bank, and not in the books yet. */
static bool item_hold(void *context, const struct bank_item_row *row)
{
    struct holding *holding = context;
    struct reconciled_bank *bank = holding->bank;
    bool in_books = row->day.days <= holding->day.days;
    bool at_bank = row->bank_day.days != 0 && row->bank_day.days <= holding->last.last_day.days;
    if (in_books == at_bank) {
        return true;
    }
    if (in_books) {
        bank->under_way_fen += row->amount_fen;
    } else {
        bank->ahead_fen += row->amount_fen;
    }
    if (bank->items.count < ITEMS_SHOWN_MAX) {
        bank->items.items[bank->items.count++] = (struct reconciled_item){
            .reference = row->reference,
            .amount_fen = row->amount_fen,
            .day = row->day,
            .bank_day = row->bank_day,
        };
    }
    return true;
}

static void bank_reconcile(struct state *state, struct holding *holding)
{
    struct reconciled_bank *bank = holding->bank;
    if (holding->last.last_day.days == 0) {
        return; /* the bank told nothing yet */
    }
    bank->items.items = arena_take_array(state->arena, ITEMS_SHOWN_MAX, sizeof *bank->items.items);
    bank->statement_day = holding->last.last_day;
    bank->statement_fen = holding->last.closing_fen;
    bank->before_fen = holding->first.opening_fen;
    bank_items_visit_crossing(state, bank->bank, item_hold, holding);
    bank->difference_fen = bank->transit_fen - (bank->statement_fen - bank->before_fen) -
                           bank->under_way_fen + bank->ahead_fen;
}

static int64_t transit_of(const struct proof_bank_list *transit, struct text bank)
{
    for (size_t i = 0; i < transit->count; i++) {
        if (text_equal(transit->items[i].bank, bank)) {
            return transit->items[i].transit_fen;
        }
    }
    return 0;
}

struct reconciled_bank_list banks_reconcile(struct state *state, struct date day,
                                            const struct proof_bank_list *transit)
{
    const struct hall_rules *rules = money_rules(state);
    struct reconciled_bank_list banks = {
        .items = arena_take_array(state->arena, BANKS_MAX, sizeof *banks.items)};
    struct holdings holdings = {
        .items = arena_take_array(state->arena, BANKS_MAX, sizeof *holdings.items)};
    if (rules == NULL) {
        return banks;
    }
    const struct catalogue_transit_account *accounts = &rules->catalogue->head.transit_account;
    for (size_t i = 0; i < accounts->bank_account_count && i < BANKS_MAX; i++) {
        struct reconciled_bank *bank = &banks.items[banks.count++];
        *bank = (struct reconciled_bank){.bank = accounts->bank_accounts[i].code};
        bank->transit_fen = transit_of(transit, bank->bank);
        holdings.items[holdings.count++] = (struct holding){.bank = bank, .day = day};
    }
    statements_look(state, &holdings);
    for (size_t i = 0; i < holdings.count; i++) {
        bank_reconcile(state, &holdings.items[i]);
    }
    return banks;
}
