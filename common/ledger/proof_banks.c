/* The accounts at the banks in the proof of a day: what stands in transit against what the banks'
 * statements say, with what is under way named (L55). */
#include "ledger/proof.h"

#include "ledger/internal.h"

enum { ITEMS_MAX = 100 };

/* -- statements ----------------------------------------------------------------------------- */

void proof_statement(struct proof *proof, const struct statement_part *part)
{
    if (text_is_empty(part->bank)) {
        return;
    }
    const struct proof_bank *bank = proof_bank_of(proof, part->bank);
    struct proof_statements *known = &proof->statements[bank - proof->told.banks.items];
    if (!known->any || part->number < known->first_number) {
        known->first_number = part->number;
        known->before_fen = part->opening_fen;
    }
    known->any = true;
    bool is_over = part->last_day.days <= proof->told.date.days;
    if (is_over && (!known->has_last || part->number > known->last_number)) {
        known->has_last = true;
        known->last_number = part->number;
        known->last_day = part->last_day;
        known->closing_fen = part->closing_fen;
    }
    if (!is_over && (!known->has_next || part->number < known->next_number)) {
        known->has_next = true;
        known->next_number = part->number;
        known->next_begins = part->first_day;
    }
}

/* True when it is known what stood there at the end of the day: a statement ends with it, or the
 * next one, which follows without a gap, begins later. */
static bool is_told(const struct proof_statements *known, struct date day)
{
    return known->has_last && (known->last_day.days == day.days ||
                               (known->has_next && known->next_begins.days > day.days));
}

/* -- movements ------------------------------------------------------------------------------ */

/* The account, if it is in the proof; NULL when it is not. */
static struct proof_bank *bank_find(const struct proof *proof, struct text bank)
{
    const struct proof_bank_list *banks = &proof->told.banks;
    for (size_t i = 0; i < banks->count; i++) {
        if (text_equal(banks->items[i].bank, bank)) {
            return &banks->items[i];
        }
    }
    return NULL;
}

static void item_add(struct proof *proof, struct proof_bank *bank, const struct proof_item *item,
                     enum proof_place place)
{
    struct proof_item_list *items = &bank->items;
    if (items->items == NULL) {
        items->items = arena_take_array(proof->arena, ITEMS_MAX, sizeof *items->items);
    }
    if (items->count == ITEMS_MAX) {
        bank->more_items = true;
        return;
    }
    items->items[items->count] = *item;
    items->items[items->count++].place = place;
}

void proof_movement(struct proof *proof, struct text name, const struct proof_item *item)
{
    struct proof_bank *bank = bank_find(proof, name);
    if (bank == NULL) {
        return;
    }
    const struct proof_statements *known = &proof->statements[bank - proof->told.banks.items];
    bool in_books = item->day.days <= proof->told.date.days;
    bool at_bank = item->bank_day.days != 0 && item->bank_day.days <= known->last_day.days;
    if (!known->has_last || in_books == at_bank) {
        return;
    }
    if (in_books) {
        bank->under_way_fen += item->amount_fen;
        item_add(proof, bank, item, PLACE_UNDER_WAY);
    } else {
        bank->ahead_fen += item->amount_fen;
        item_add(proof, bank, item, PLACE_AHEAD);
    }
}

void proof_order(struct proof *proof, struct text name, const struct proof_item *item,
                 struct date resolved_on)
{
    struct proof_bank *bank = bank_find(proof, name);
    struct date day = proof->told.date;
    bool is_resolved = resolved_on.days != 0 && resolved_on.days <= day.days;
    if (bank != NULL && item->day.days <= day.days && !is_resolved) {
        bank->ordered_fen -= item->amount_fen;
        item_add(proof, bank, item, PLACE_ORDERED);
    }
}

/* -- how it stands -------------------------------------------------------------------------- */

void proof_banks_end(struct proof *proof)
{
    struct proof_bank_list *banks = &proof->told.banks;
    for (size_t i = 0; i < banks->count; i++) {
        struct proof_bank *bank = &banks->items[i];
        const struct proof_statements *known = &proof->statements[i];
        bank->standing = BANK_UNTOLD;
        if (!known->has_last) {
            continue;
        }
        bank->statement_day = known->last_day;
        bank->statement_fen = known->closing_fen;
        bank->before_fen = known->before_fen;
        bank->difference_fen = bank->transit_fen - (bank->statement_fen - bank->before_fen) -
                               bank->under_way_fen + bank->ahead_fen;
        if (is_told(known, proof->told.date)) {
            bank->standing = bank->difference_fen == 0 ? BANK_AGREES : BANK_DIFFERS;
        }
    }
}
