/* The books of a day against what the banks' statements say (L55): what stands in transit is what
 * the accounts at the banks hold, but for what is under way, item by item. What is left is a
 * difference. */
#include "imports.h"

#include <string.h>

enum { ITEMS_SHOWN_MAX = 100, BANKS_MAX = 64 };

/* What the statements say of an account up to the end of a day. */
struct account_told {
    struct text bank;
    struct date day;             /* of the books */
    struct statement_part first; /* the first statement there ever was: what stood there before */
    struct statement_part last;  /* the last one until the day; no number: there is none */
    bool any;
};

static void part_look(struct account_told *told, const struct statement_part *part)
{
    if (!text_equal(part->bank, told->bank)) {
        return;
    }
    if (!told->any || part->number < told->first.number) {
        told->first = *part;
    }
    if (part->last_day.days <= told->day.days && part->last_day.days >= told->last.last_day.days) {
        told->last = *part;
    }
    told->any = true;
}

static void statements_look(struct state *state, struct account_told *told)
{
    struct store_cursor cursor;
    store_cursor_open(&cursor, state->txn, TABLE_IMPORTS);
    for (bool more = store_first(&cursor); more; more = store_next(&cursor)) {
        struct import_row row;
        if (!state_row(state, cursor.value, &import_row_message, &row)) {
            break;
        }
        for (size_t i = 0; row.state == IMPORT_BOOKED && i < row.parts.count; i++) {
            part_look(told, &row.parts.items[i]);
        }
    }
    store_cursor_close(&cursor);
}

/* An account being held against its statement. */
struct holding {
    struct reconciled_bank *bank;
    struct date day;      /* of the books */
    struct date told_day; /* up to which the bank told */
};

/* Under way: in the books, and not at the bank. Ahead: at the bank, and not in the books yet. */
static bool item_hold(void *context, const struct bank_item_row *row)
{
    struct holding *holding = context;
    struct reconciled_bank *bank = holding->bank;
    bool in_books = row->day.days <= holding->day.days;
    bool at_bank = row->bank_day.days != 0 && row->bank_day.days <= holding->told_day.days;
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

static void bank_reconcile(struct state *state, struct date day, struct reconciled_bank *bank)
{
    struct account_told told = {.bank = bank->bank, .day = day};
    statements_look(state, &told);
    if (told.last.last_day.days == 0) {
        return; /* the bank told nothing yet */
    }
    struct holding holding = {bank, day, told.last.last_day};
    bank->items.items = arena_take_array(state->arena, ITEMS_SHOWN_MAX, sizeof *bank->items.items);
    bank->statement_day = told.last.last_day;
    bank->statement_fen = told.last.closing_fen;
    bank->before_fen = told.first.opening_fen;
    bank_items_visit_crossing(state, bank->bank, item_hold, &holding);
    bank->difference_fen = bank->transit_fen - (bank->statement_fen - bank->before_fen) -
                           bank->under_way_fen + bank->ahead_fen;
}

struct reconciled_bank_list banks_reconcile(struct state *state, struct date day,
                                            const struct proof_bank_list *transit)
{
    const struct hall_rules *rules = money_rules(state);
    struct reconciled_bank_list banks = {
        .items = arena_take_array(state->arena, BANKS_MAX, sizeof *banks.items)};
    const struct catalogue_transit_account *accounts =
        rules == NULL ? NULL : &rules->catalogue->head.transit_account;
    for (size_t i = 0;
         accounts != NULL && i < accounts->bank_account_count && banks.count < BANKS_MAX; i++) {
        struct reconciled_bank *bank = &banks.items[banks.count++];
        *bank = (struct reconciled_bank){.bank = accounts->bank_accounts[i].code};
        for (size_t k = 0; k < transit->count; k++) {
            if (text_equal(transit->items[k].bank, bank->bank)) {
                bank->transit_fen = transit->items[k].transit_fen;
            }
        }
        bank_reconcile(state, day, bank);
    }
    return banks;
}
