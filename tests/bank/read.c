/* Reads a bank statement from standard input, twice, as the hall does, and prints what it says: for
 * holding the banks of this folder against common/iso20022.
 *
 *   statement 1 of 6222000100010001 from 100000 to 463500
 *   entry + 360500 ICBK2026030200000001 RF18539007547034 E2E-1
 *   total 4 entries, 360500 in, 500 out
 *
 * A file with a fault prints `line N: why` and nothing else; the exit status is then 1. */
#include "iso20022/statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct input {
    FILE *file;
    uint8_t chunk[64 * 1024];
};

static enum err input_read(void *memory, struct bytes *ret_chunk)
{
    struct input *input = memory;
    size_t size = fread(input->chunk, 1, sizeof input->chunk, input->file);
    *ret_chunk = bytes_of(input->chunk, size);
    return ferror(input->file) ? ERR_IO : ERR_OK;
}

static enum err print_head(void *memory, const struct statement_head *head)
{
    (void)memory;
    printf("statement %" PRId64 " of %.*s from %" PRId64 " to %" PRId64 "\n", head->sequence_number,
           TEXT_PRINT(head->account), head->opening.fen, head->closing.fen);
    return ERR_OK;
}

static struct text or_dash(struct text text)
{
    return text_is_empty(text) ? TEXT_LITERAL("-") : text;
}

static enum err print_entries(void *memory, const struct statement_entry *entries, size_t count)
{
    (void)memory;
    for (size_t i = 0; i < count; i++) {
        const struct statement_entry *entry = &entries[i];
        printf("%s %s %" PRId64 " %.*s %.*s %.*s\n",
               entry->status == STATEMENT_BOOKED ? "entry" : "announced",
               entry->is_credit ? "+" : "-", entry->amount_fen,
               TEXT_PRINT(or_dash(entry->bank_reference)),
               TEXT_PRINT(or_dash(entry->creditor_reference)),
               TEXT_PRINT(or_dash(entry->end_to_end_id)));
    }
    return ERR_OK;
}

static enum err print_totals(void *memory, const struct statement_totals *totals)
{
    (void)memory;
    printf("total %" PRId64 " entries, %" PRId64 " in, %" PRId64 " out\n", totals->entry_count,
           totals->booked_credit_fen, totals->booked_debit_fen);
    return ERR_OK;
}

int main(void)
{
    static struct input input;
    struct statement_fault fault;
    struct statement_source source = {.read = input_read, .memory = &input};
    struct statement_calls none = {0};
    struct statement_calls calls = {
        .begins = print_head, .entries = print_entries, .ends = print_totals};
    input.file = stdin;
    enum err err = statement_read(&source, &none, &fault);
    if (err == ERR_OK) {
        rewind(stdin);
        err = statement_read(&source, &calls, &fault);
    }
    if (err == ERR_INVALID) {
        printf("line %" PRId64 ": %s\n", fault.line, fault.reason.text);
    } else if (err != ERR_OK) {
        fprintf(stderr, "read: %s\n", err_text(err));
    }
    return err == ERR_OK ? 0 : 1;
}
