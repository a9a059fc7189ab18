/* Bank statements (iso20022/statement.h). Input: a file.
 *
 * A statement that is read keeps what was promised: opening and closing balance are as far apart as
 * its booked entries say, calls come in their order, batches keep their bound, texts theirs. A
 * refusal has a line and a reason. In other chunks the file means the same. */
#include "fuzz.h"

#include "base/check.h"
#include "iso20022/statement.h"

#include <string.h>

enum { LINES_MAX = 1 << 20, SMALL_CHUNK_BYTES = 7 };

struct input {
    struct text rest;
    size_t chunk_size;
};

static enum err input_read(void *memory, struct bytes *ret_chunk)
{
    struct input *input = memory;
    size_t size = input->rest.size < input->chunk_size ? input->rest.size : input->chunk_size;
    *ret_chunk = bytes_of(input->rest.data, size);
    input->rest = text_after(input->rest, size);
    return ERR_OK;
}

/* What was handed out of a file. */
struct outcome {
    bool is_open; /* a statement has begun and not ended */
    int64_t statements;
    int64_t entries;
    int64_t credit_fen;
    int64_t debit_fen;
    struct statement_balance opening;
    struct statement_balance closing;
    struct statement_totals counted;
};

static void check_text(struct text text, size_t characters_max)
{
    size_t characters = 0;
    CHECK(text.size == 0 || utf8_count(text, &characters));
    CHECK(characters <= characters_max);
}

static enum err check_begins(void *memory, const struct statement_head *head)
{
    struct outcome *outcome = memory;
    CHECK(!outcome->is_open && head->line > 0 && head->line < LINES_MAX);
    CHECK(head->currency.size == 3 && !text_is_empty(head->account));
    CHECK(head->sequence_number >= -1 && head->first_day.days <= head->last_day.days);
    check_text(head->message_id, STATEMENT_REFERENCE_CHARACTERS_MAX);
    check_text(head->statement_id, STATEMENT_REFERENCE_CHARACTERS_MAX);
    outcome->is_open = true;
    outcome->opening = head->opening;
    outcome->closing = head->closing;
    outcome->counted = (struct statement_totals){0};
    return ERR_OK;
}

static void check_entry(struct outcome *outcome, const struct statement_entry *entry)
{
    CHECK(entry->amount_fen >= 0 && entry->line > 0 && entry->line < LINES_MAX);
    CHECK(entry->transaction_count == 1 || text_is_empty(entry->end_to_end_id));
    check_text(entry->entry_reference, STATEMENT_REFERENCE_CHARACTERS_MAX);
    check_text(entry->bank_reference, STATEMENT_REFERENCE_CHARACTERS_MAX);
    check_text(entry->end_to_end_id, STATEMENT_REFERENCE_CHARACTERS_MAX);
    check_text(entry->creditor_reference, STATEMENT_REFERENCE_CHARACTERS_MAX);
    check_text(entry->remittance, STATEMENT_REMITTANCE_BYTES_MAX);
    outcome->entries++;
    outcome->counted.entry_count++;
    if (entry->status == STATEMENT_BOOKED) {
        outcome->counted.booked_count++;
        *(entry->is_credit ? &outcome->counted.booked_credit_fen
                           : &outcome->counted.booked_debit_fen) += entry->amount_fen;
    }
}

static enum err check_entries(void *memory, const struct statement_entry *entries, size_t count)
{
    struct outcome *outcome = memory;
    CHECK(outcome->is_open && count > 0 && count <= STATEMENT_BATCH_MAX);
    for (size_t i = 0; i < count; i++) {
        check_entry(outcome, &entries[i]);
    }
    return ERR_OK;
}

static enum err check_ends(void *memory, const struct statement_totals *totals)
{
    struct outcome *outcome = memory;
    CHECK(outcome->is_open);
    CHECK(totals->entry_count == outcome->counted.entry_count);
    CHECK(totals->booked_count == outcome->counted.booked_count);
    CHECK(totals->booked_credit_fen == outcome->counted.booked_credit_fen);
    CHECK(totals->booked_debit_fen == outcome->counted.booked_debit_fen);
    CHECK(outcome->closing.fen - outcome->opening.fen ==
          totals->booked_credit_fen - totals->booked_debit_fen);
    outcome->is_open = false;
    outcome->statements++;
    outcome->credit_fen = totals->booked_credit_fen;
    outcome->debit_fen = totals->booked_debit_fen;
    return ERR_OK;
}

static enum err read_in_chunks(struct text text, size_t chunk_size, struct outcome *outcome,
                               struct statement_fault *fault)
{
    struct input input = {.rest = text, .chunk_size = chunk_size};
    struct statement_source source = {.read = input_read, .memory = &input};
    struct statement_calls calls = {
        .begins = check_begins, .entries = check_entries, .ends = check_ends, .memory = outcome};
    enum err err = statement_read(&source, &calls, fault);
    CHECK(err == ERR_OK || err == ERR_INVALID);
    CHECK(err == ERR_OK ? !outcome->is_open && outcome->statements > 0
                        : fault->line > 0 && fault->reason.text[0] != '\0');
    check_text(text_of(fault->reason.text), sizeof fault->reason.text);
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct outcome whole = {0};
    struct outcome small = {0};
    struct statement_fault whole_fault = {0};
    struct statement_fault small_fault = {0};
    struct text text = {(const char *)data, size};
    enum err err = read_in_chunks(text, size == 0 ? 1 : size, &whole, &whole_fault);
    CHECK(read_in_chunks(text, SMALL_CHUNK_BYTES, &small, &small_fault) == err);
    if (err == ERR_OK) {
        CHECK(whole.statements == small.statements && whole.entries == small.entries);
        CHECK(whole.credit_fen == small.credit_fen && whole.debit_fen == small.debit_fen);
    }
    return 0;
}
