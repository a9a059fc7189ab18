/* Questions about the books: accounts, entries, the daily proof. */
#include "money.h"

#include "ledger/proof.h"
#include "log/event_log.h"

#include <inttypes.h>

enum { ACCOUNTS_MAX = 500, ENTRIES_MAX = 500, ENTRIES_LOOKED_AT_MAX = 5000 };

/* A page of accounts being filled. */
struct page {
    struct reading *reading;
    const struct ask_ledger *asked;
    struct ledger_told *told;
};

static bool account_add(void *context, struct text name, const struct ledger_balance *present)
{
    struct page *page = context;
    struct ledger_told *told = page->told;
    struct ledger_balance balance = *present;
    if (page->asked->at != 0) {
        balance = ledger_balance_at(&fee_ledger, page->reading->state, name, page->asked->at);
    }
    told->sum_fen += ledger_net(&balance);
    if (text_compare(name, page->asked->after) <= 0) {
        return true;
    }
    told->more = told->items.count == ACCOUNTS_MAX;
    if (!told->more) {
        told->items.items[told->items.count++] = (struct account_balance){
            .account = name,
            .balance_fen = ledger_net(&balance),
            .debits_posted_fen = balance.debits_posted_fen,
            .credits_posted_fen = balance.credits_posted_fen,
            .debits_held_fen = balance.debits_held_fen,
            .credits_held_fen = balance.credits_held_fen,
        };
    }
    return true;
}

enum verdict query_ledger(struct reading *reading, const void *question)
{
    struct ledger_told *told = arena_take(reading->arena, sizeof *told);
    struct page page = {.reading = reading, .asked = question, .told = told};
    enum verdict verdict = money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    told->items.items = arena_take_array(reading->arena, ACCOUNTS_MAX, sizeof *told->items.items);
    ledger_visit_accounts(&fee_ledger, reading->state, (struct text){0}, account_add, &page);
    return reading_answer(reading, &ledger_told_message, told);
}

/* A page of entries being filled. */
struct entries_page {
    struct reading *reading;
    const struct ask_entries *asked;
    struct entries_told *told;
    size_t looked_at;
};

/* True when the transfer is one of those that were asked for. */
static bool is_wanted(const struct ask_entries *asked, const struct transfer *transfer)
{
    struct text code = wire_enum_name(&transfer_code_enum, (int)transfer->code);
    bool moves = transfer->step == transfer_step_absent || transfer->step == TRANSFER_POST;
    bool code_fits = asked->codes.count == 0;
    for (size_t i = 0; i < asked->codes.count; i++) {
        code_fits |= text_equal(asked->codes.items[i], code);
    }
    return code_fits && (moves || !asked->moved) &&
           (asked->until.days == 0 || transfer->day.days <= asked->until.days);
}

/* The page ends here: what was looked at last is where the next one begins. */
static void page_end(struct entries_page *page, const struct ledger_entry *entry)
{
    struct entries_told *told = page->told;
    told->more = true;
    told->next = arena_print(page->reading->arena, "%" PRId64 ".%" PRIu64 ".%u.%.*s", entry->time,
                             entry->seq, (unsigned)entry->place, TEXT_PRINT(entry->account));
}

static void entry_show(struct entries_page *page, const struct ledger_entry *entry,
                       const struct ledger_transfer_row *row)
{
    struct arena *arena = page->reading->arena;
    struct entries_told *told = page->told;
    told->items.items[told->items.count++] = (struct entry_shown){
        .account = arena_copy_text(arena, entry->account),
        .transfer = entry->id,
        .time = entry->time,
        .day = row->transfer.day,
        .side = entry->is_debit ? TEXT_LITERAL("debit") : TEXT_LITERAL("credit"),
        .other = entry->is_debit ? row->transfer.credit : row->transfer.debit,
        .amount_fen = row->transfer.amount_fen,
        .code = row->transfer.code,
        .step = row->transfer.step,
        .held = row->transfer.held,
        .balance_fen = ledger_net(&entry->after),
        .event = row->event_id,
        .seq = (int64_t)entry->seq,
        .record = arena_print(arena, "/v1/audit/events?source=fee&seq=%" PRIu64, entry->seq),
        .place = entry->place,
    };
}

static bool entry_add(void *context, const struct ledger_entry *entry)
{
    struct entries_page *page = context;
    struct ledger_transfer_row row;
    if (ledger_transfer_load(&fee_ledger, page->reading->state, &entry->id, &row) &&
        is_wanted(page->asked, &row.transfer)) {
        entry_show(page, entry, &row);
    }
    if (page->told->items.count == (size_t)page->asked->limit ||
        ++page->looked_at == ENTRIES_LOOKED_AT_MAX) {
        page_end(page, entry);
        return false;
    }
    return true;
}

enum verdict query_entries(struct reading *reading, const void *question)
{
    const struct ask_entries *asked = question;
    struct entries_told *told = arena_take(reading->arena, sizeof *told);
    struct entries_page page = {.reading = reading, .asked = asked, .told = told};
    struct ledger_entry after = {.account = asked->after_account,
                                 .time = asked->after_time,
                                 .seq = (uint64_t)asked->after_seq,
                                 .place = (uint8_t)asked->after_place};
    enum verdict verdict = money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    told->items.items = arena_take_array(reading->arena, ENTRIES_MAX, sizeof *told->items.items);
    ledger_visit_entries(&fee_ledger, reading->state, asked->account,
                         asked->after_seq == 0 ? NULL : &after, entry_add, &page);
    return reading_answer(reading, &entries_told_message, told);
}

const struct proof_told *proof_make(struct state *state, struct date day)
{
    struct proof *proof = arena_take(state->arena, sizeof *proof);
    struct log_position end = log_end(state->txn, TABLE_LOG);
    proof_begin(proof, state->arena, day);
    ledger_visit_turnovers(&fee_ledger, state, day, proof_add, proof);
    banks_prove(state, proof);
    proof_end(proof);
    proof->told.upto_seq = (int64_t)end.seq;
    proof->told.upto_chain = end.chain;
    return &proof->told;
}

enum verdict query_proof(struct reading *reading, const void *question)
{
    const struct ask_proof *asked = question;
    enum verdict verdict = money_readers_check(reading);
    return verdict != VERDICT_OK ? verdict
                                 : reading_answer(reading, &proof_told_message,
                                                  proof_make(reading->state, asked->date));
}
