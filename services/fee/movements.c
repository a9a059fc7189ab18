/* The entries of bank statements: each is matched and booked, or is what was booked before (S37,
 * S42). What the bank says of an account is kept by its reference, for the close of the day. */
#include "imports.h"

#include <inttypes.h>

static const struct case_id no_case = {0};

/* -- what is known -------------------------------------------------------------------------- */

static struct key movement_key(struct text bank, struct text reference)
{
    struct key key = key_of_text(bank);
    key_add_text(&key, reference);
    return key;
}

/* True when an earlier statement entry of this account had the reference. */
static bool movement_is_known(struct state *state, struct text bank, struct text reference)
{
    struct key key = movement_key(bank, reference);
    struct store_cursor cursor;
    store_cursor_open(&cursor, state->txn, TABLE_MOVEMENTS);
    bool is_known = store_seek(&cursor, key_bytes(&key)) && key_has_prefix(cursor.key, &key);
    store_cursor_close(&cursor);
    return is_known;
}

/* Money that somebody sent: neither a movement of the hall's own nor one that is not booked. */
static bool is_money_in(const struct bank_entry *entry)
{
    return entry->is_booked && entry->is_credit && !entry->is_return && entry->amount_fen > 0;
}

/* What the hall itself may have ordered: the bank shows it under the id of the order. */
static bool is_order(const struct bank_entry *entry)
{
    return entry->is_booked && !entry->is_credit && !entry->is_return && entry->amount_fen > 0 &&
           !text_is_empty(entry->order);
}

/* True when the bank is to show a movement under the entry's end-to-end id, and did not yet. */
static bool is_due(struct state *state, struct text bank, const struct bank_entry *entry,
                   struct bank_item_row *ret_item)
{
    return bank_item_find(state, bank, entry->order, ret_item) && ret_item->bank_day.days == 0;
}

bool movement_is_new(struct state *state, struct text bank, const struct bank_entry *entry)
{
    struct bank_item_row item;
    struct payment_id payment_id;
    return is_order(entry) || (is_money_in(entry) &&
                               (is_due(state, bank, entry, &item) ||
                                !payment_of_reference(state, bank, entry->reference, &payment_id)));
}

/* -- booking -------------------------------------------------------------------------------- */

/* What was told under this reference before: the same money, or something else. */
static enum entry_outcome told_before(struct state *state, struct text bank,
                                      const struct bank_entry *entry)
{
    struct payment_row payment;
    bool is_same = payment_load(state, &entry->payment_id, &payment) &&
                   payment.amount_fen == entry->amount_fen &&
                   !movement_is_known(state, bank, entry->reference);
    return is_same ? ENTRY_CONFIRMED : ENTRY_DIFFERING;
}

/* What the books know money in by: the bank's reference; or the id under which a provider passes it
 * on, where the provider did not tell of it yet and will. */
static struct text money_reference(struct state *state, struct text bank,
                                   const struct bank_entry *entry)
{
    struct text own = {0};
    struct payment_id payment_id;
    (void)text_split(entry->order, ':', &own);
    return text_is_empty(own) || payment_of_reference(state, bank, entry->order, &payment_id)
               ? entry->reference
               : entry->order;
}

static enum verdict money_book(struct decision *decision, struct text bank,
                               struct bank_entry *entry)
{
    struct bill_id bill_id;
    struct bill_row bill;
    bool is_found = bill_find(decision->state, entry->named, &bill_id) &&
                    bill_load(decision->state, &bill_id, &bill);
    struct money_in in = {
        .method = METHOD_TRANSFER,
        .bank = bank,
        .reference = money_reference(decision->state, bank, entry),
        .amount_fen = entry->amount_fen,
        .remittance = entry->named,
        .bills = &bill_id,
        .bill_count = is_found ? 1 : 0,
    };
    bool pays = is_found && bill.state == BILL_ISSUED && bill.amount_fen <= entry->amount_fen;
    entry->outcome = pays ? ENTRY_MATCHED : ENTRY_SUSPENDED;
    return money_receive(decision, &in, &entry->payment_id);
}

/* What was due at the bank is there, or another sum in its place: then that alone differs. */
static enum entry_outcome due_meet(const struct bank_item_row *item, const struct bank_entry *entry)
{
    int64_t fen = entry->is_credit ? entry->amount_fen : -entry->amount_fen;
    return item->amount_fen == fen ? ENTRY_CARRIED_OUT : ENTRY_DIFFERING;
}

/* Money that left by an order of the hall: a settlement, or what was sent back. */
static enum entry_outcome order_book(struct decision *decision, struct text bank,
                                     const struct bank_entry *entry)
{
    struct bank_item_row item;
    if (settlement_confirm(decision, bank, entry->order, entry->amount_fen, entry->day)) {
        return ENTRY_CARRIED_OUT;
    }
    return is_due(decision->state, bank, entry, &item) ? due_meet(&item, entry) : ENTRY_DIFFERING;
}

/* Says what becomes of an entry, and lets its money in. */
static enum verdict entry_book(struct decision *decision, struct text bank,
                               struct bank_entry *entry)
{
    struct state *state = decision->state;
    bool is_known = movement_is_known(state, bank, entry->reference);
    struct bank_item_row item;
    if (!entry->is_booked || entry->amount_fen == 0) {
        entry->outcome = ENTRY_ANNOUNCED;
    } else if (!is_money_in(entry)) {
        entry->outcome = is_known          ? ENTRY_DIFFERING
                         : is_order(entry) ? order_book(decision, bank, entry)
                                           : ENTRY_OTHER;
    } else if (is_due(state, bank, entry, &item)) {
        entry->outcome = due_meet(&item, entry);
    } else if (payment_of_reference(state, bank, entry->reference, &entry->payment_id)) {
        entry->outcome = told_before(state, bank, entry);
    } else {
        return money_book(decision, bank, entry);
    }
    return VERDICT_OK;
}

/* The part of an import that an entry belongs to; NULL when there is none. */
static const struct statement_part *part_of(const struct import_row *row,
                                            const struct bank_entry *entry)
{
    return entry->part >= 0 && (size_t)entry->part < row->parts.count
               ? &row->parts.items[entry->part]
               : NULL;
}

/* Takes entries up to the first that is news: numbers are given by decision, and what one decides
 * the next one sees only when it is applied. The worker sends the rest again. */
enum verdict decide_statement_entries(struct decision *decision, const void *command)
{
    const struct report_statement_entries *report = command;
    struct import_row row;
    struct fee_statement_entries_read read = {.statement_id = report->statement_id,
                                              .first = report->first};
    struct bank_entry *entries =
        arena_take_array(decision->arena, report->entries.count, sizeof *entries);
    bool has_news = false;
    if (!import_load(decision->state, &report->statement_id, &row) || row.state != IMPORT_BOOKING ||
        row.read != report->first) {
        return refuse(decision, PROBLEM_CONFLICT, "these entries are not the next ones");
    }
    for (size_t i = 0; i < report->entries.count && !has_news; i++) {
        entries[i] = report->entries.items[i];
        const struct statement_part *part = part_of(&row, &entries[i]);
        if (part == NULL) {
            return refuse(decision, PROBLEM_CONFLICT, "the entry belongs to no statement");
        }
        has_news = movement_is_new(decision->state, part->bank, &entries[i]);
        enum verdict verdict = entry_book(decision, part->bank, &entries[i]);
        if (verdict != VERDICT_OK) {
            return verdict;
        }
        read.entries.count++;
    }
    read.entries.items = entries;
    emit(decision, &no_case, &fee_statement_entries_read_message, &read);
    if (row.read + (int64_t)read.entries.count == row.entries) {
        struct fee_statement_booked booked = {.statement_id = report->statement_id};
        emit(decision, &no_case, &fee_statement_booked_message, &booked);
    }
    return VERDICT_OK;
}

/* -- applying ------------------------------------------------------------------------------- */

static void outcome_count(struct import_row *row, enum entry_outcome outcome)
{
    int64_t *const counters[] = {
        [ENTRY_MATCHED] = &row->matched,     [ENTRY_CONFIRMED] = &row->matched,
        [ENTRY_SUSPENDED] = &row->suspended, [ENTRY_DIFFERING] = &row->differing,
        [ENTRY_CARRIED_OUT] = &row->carried, [ENTRY_OTHER] = &row->other,
        [ENTRY_ANNOUNCED] = &row->announced,
    };
    if (outcome > 0 && (size_t)outcome < sizeof counters / sizeof counters[0]) {
        ++*counters[outcome];
    }
}

void apply_statement_entries_read(struct state *state, const struct event *event)
{
    const struct fee_statement_entries_read *read = event->data;
    struct import_row row;
    if (!import_load(state, &read->statement_id, &row)) {
        return;
    }
    for (size_t i = 0; i < read->entries.count; i++) {
        const struct bank_entry *entry = &read->entries.items[i];
        const struct statement_part *part = part_of(&row, entry);
        outcome_count(&row, entry->outcome);
        if (part == NULL || entry->outcome == ENTRY_ANNOUNCED) {
            continue;
        }
        bank_item_seen(state, part->bank, entry->reference, entry->day);
        bank_item_seen(state, part->bank, entry->order, entry->day);
        struct key key = movement_key(part->bank, entry->reference);
        key_add_uuid(&key, &read->statement_id.uuid);
        key_add_u64(&key, (uint64_t)read->first + i);
        state_put(state, TABLE_MOVEMENTS, key_bytes(&key), &bank_entry_message, entry);
    }
    row.read += (int64_t)read->entries.count;
    import_put(state, &read->statement_id, &row);
}
