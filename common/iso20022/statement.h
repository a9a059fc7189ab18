/* Bank statements: camt.053.001.02 and camt.053.001.08, read in one pass in bounded memory.
 *
 * The file comes in chunks from a source, and goes out as calls: a statement begins, its entries in
 * batches, it ends; one file may hold several. Whatever is wrong ends the reading with the line and
 * the reason. Whether the sums of a statement agree shows at its end only, so read a file twice:
 * first without calls, and book in the second pass what the first one found good.
 *
 * No document type, entity, or other file is ever looked at; size, depth, texts and the number of
 * entries are bounded. The names of payers are not read. It blocks on its source only; any number
 * of threads, each reading its own file. */
#pragma once

#include "base/bytes.h"
#include "base/datetime.h"
#include "base/err.h"

#define STATEMENT_BYTES_MAX (INT64_C(256) << 20)

enum {
    STATEMENT_DEPTH_MAX = 24,
    STATEMENT_ENTRIES_MAX = 1 << 18, /* of one statement */
    STATEMENT_BATCH_MAX = 64,
    STATEMENT_REFERENCE_CHARACTERS_MAX = 35,
    STATEMENT_REMITTANCE_BYTES_MAX = 560, /* longer free text is cut */
};

/* Where the bytes come from: the next ones, none at the end. They stay until the next call. */
struct statement_source {
    enum err (*read)(void *memory, struct bytes *ret_chunk);
    void *memory;
};

/* What the bank holds for its customer on a day; below zero when the account is overdrawn. */
struct statement_balance {
    int64_t fen;
    struct date day;
    int64_t line;
};

/* What stands above the entries of a statement. Texts are valid during the call. */
struct statement_head {
    int64_t line;
    struct text message_id;
    struct text statement_id;
    int64_t sequence_number;          /* electronic sequence number; -1 when there is none */
    struct text account;              /* IBAN, or the bank's own number */
    bool is_iban;                     /* then its check digits are right */
    struct text currency;             /* three capitals; all amounts are of this one */
    struct date first_day;            /* the opening balance's day when no period is told */
    struct date last_day;             /* the closing balance's day when no period is told */
    struct statement_balance opening; /* OPBD, or PRCD where the bank sends that */
    struct statement_balance closing; /* CLBD */
};

/* Only booked entries change a balance. */
enum statement_status {
    STATEMENT_BOOKED = 1,
    STATEMENT_PENDING,
    STATEMENT_INFORMATION,
    STATEMENT_FUTURE
};

/* One movement on the account. Texts are absent where the bank gives none, and valid during the
 * call. An entry that bundles several transactions has their number and no references of theirs,
 * for they are not the entry's. */
struct statement_entry {
    int64_t line;
    struct text entry_reference; /* NtryRef: no other entry of the statement has it */
    struct text bank_reference;  /* AcctSvcrRef: likewise */
    int64_t amount_fen;          /* never negative */
    bool is_credit;              /* which way the money went, also where it takes one back */
    bool is_reversal;            /* takes back an earlier entry of the other direction */
    enum statement_status status;
    struct date booking_day;        /* the statement's last day when the bank names none */
    struct date value_day;          /* the booking day when the bank names none */
    int64_t transaction_count;      /* 0 when the bank gives no details */
    struct text end_to_end_id;      /* what the payer's, or our own, order was called */
    struct text creditor_reference; /* the structured one; absent when several differ */
    struct text remittance;         /* free text: personal, for people write what they like */
};

/* How many entries there were, whatever their status, and what the booked ones come to. */
struct statement_totals {
    int64_t entry_count;
    int64_t booked_count;
    int64_t booked_credit_fen;
    int64_t booked_debit_fen;
};

/* What is done with a statement; any may be NULL. An error (not ERR_INVALID) ends the reading. */
struct statement_calls {
    enum err (*begins)(void *memory, const struct statement_head *head);
    enum err (*entries)(void *memory, const struct statement_entry *entries, size_t count);
    enum err (*ends)(void *memory, const struct statement_totals *totals);
    void *memory;
};

/* Where a file is wrong, from line 1, and why: one sentence that quotes no text of the file. */
struct statement_fault {
    int64_t line;
    struct reason reason;
};

/* Reads a file to its end. ERR_INVALID with `ret_fault`, or the error of the source or of a call.
 */
enum err statement_read(const struct statement_source *source, const struct statement_calls *calls,
                        struct statement_fault *ret_fault);
