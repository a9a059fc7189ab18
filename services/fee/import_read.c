/* Reading a file of bank statements, as work: once to judge it whole, then again to hand its
 * entries to the writer, some at a time. A crash in between goes on behind what was booked. */
#include "imports.h"

#include "base/check.h"
#include "iso20022/reference.h"
#include "iso20022/statement.h"
#include "memory.h"
#include "provider_words.h"
#include "providers.h"
#include "service/work.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW_MAX = 128, QUIET_MAX = IMPORT_BATCH_MAX };

/* A file being read. */
struct job {
    struct worker *worker;
    struct fee_memory *fee;
    struct statement_id id;
    struct import_row row; /* as it stands; its texts live in `arena` */
    struct upload_claim claim;
    struct arena arena;       /* the row's */
    struct arena chunk_arena; /* one chunk of the file */
    uint64_t chunk;           /* the next one */

    struct statement_part parts[IMPORT_PARTS_MAX]; /* judging */
    size_t part_count;
    struct arena part_arena;

    struct bank_entry window[WINDOW_MAX]; /* booking */
    size_t window_count;
    struct arena window_arena;
    int64_t seen; /* entries of the file that stand before the window's end */
};

/* -- the file ------------------------------------------------------------------------------- */

static enum err chunk_read(void *memory, struct bytes *ret_chunk)
{
    struct job *job = memory;
    arena_reset(&job->chunk_arena);
    enum err err = blob_read(job->fee->files.folder, &job->claim.facts.sealed, job->claim.key,
                             job->chunk++, &job->chunk_arena, ret_chunk);
    if (err == ERR_NOT_FOUND && job->chunk > 1) {
        *ret_chunk = (struct bytes){0};
        return ERR_OK;
    }
    return err;
}

static enum err file_read_whole(struct job *job, const struct statement_calls *calls,
                                struct statement_fault *fault)
{
    struct statement_source source = {.read = chunk_read, .memory = job};
    job->chunk = 0;
    return statement_read(&source, calls, fault);
}

/* Takes a copy of how the import stands; false when it cannot be known or is over. */
static bool row_renew(struct job *job)
{
    struct import_row row;
    if (!worker_look(job->worker) || !import_load(job->worker->state, &job->id, &row)) {
        worker_done(job->worker);
        return false;
    }
    arena_reset(&job->arena);
    job->row = row;
    job->row.session = arena_copy_bytes(&job->arena, row.session);
    job->row.why = (struct text){0};
    struct statement_part *parts = arena_take_array(&job->arena, row.parts.count, sizeof *parts);
    for (size_t i = 0; i < row.parts.count; i++) {
        parts[i] = row.parts.items[i];
        parts[i].bank = arena_copy_text(&job->arena, parts[i].bank);
        parts[i].account = (struct text){0};
        parts[i].currency = (struct text){0};
    }
    job->row.parts.items = parts;
    worker_done(job->worker);
    return true;
}

static void wrong_report(struct job *job, int64_t line, const char *why)
{
    struct report_statement_wrong report = {
        .statement_id = job->id, .line = line, .why = text_of(why)};
    worker_report(job->worker, &report_statement_wrong_message, &report);
    worker_wait(job->worker);
}

/* -- judging -------------------------------------------------------------------------------- */

static enum err part_begins(void *memory, const struct statement_head *head)
{
    struct job *job = memory;
    if (job->part_count == IMPORT_PARTS_MAX) {
        return ERR_TOO_LARGE;
    }
    job->parts[job->part_count++] = (struct statement_part){
        .account = arena_copy_text(&job->part_arena, head->account),
        .currency = arena_copy_text(&job->part_arena, head->currency),
        .number = head->sequence_number,
        .first_day = head->first_day,
        .last_day = head->last_day,
        .opening_fen = head->opening.fen,
        .closing_fen = head->closing.fen,
        .line = head->line,
    };
    return ERR_OK;
}

static enum err entries_judge(void *memory, const struct statement_entry *entries, size_t count)
{
    struct job *job = memory;
    for (size_t i = 0; i < count; i++) {
        if (entries[i].amount_fen > FEN_MAX) {
            job->parts[0].line = entries[i].line;
            return ERR_FULL;
        }
    }
    return ERR_OK;
}

static enum err part_ends(void *memory, const struct statement_totals *totals)
{
    struct job *job = memory;
    job->parts[job->part_count - 1].entries = totals->entry_count;
    return ERR_OK;
}

/* Reads the file whole and reports whether it is right in itself. */
static void file_judge(struct job *job)
{
    struct statement_fault fault = {0};
    struct statement_calls calls = {
        .begins = part_begins, .entries = entries_judge, .ends = part_ends, .memory = job};
    enum err err = file_read_whole(job, &calls, &fault);
    if (err == ERR_INVALID) {
        wrong_report(job, fault.line, fault.reason.text);
    } else if (err == ERR_TOO_LARGE) {
        wrong_report(job, 0, "the file holds more than 32 statements: cut it");
    } else if (err == ERR_FULL) {
        wrong_report(job, job->parts[0].line, "an entry is larger than the ledger can book");
    } else if (err == ERR_NOT_FOUND || err == ERR_CORRUPT) {
        wrong_report(job, 0, "the file was lost before it was read: upload it again");
    } else if (err == ERR_OK) {
        struct report_statement_right report = {
            .statement_id = job->id, .parts = {.items = job->parts, .count = job->part_count}};
        worker_report(job->worker, &report_statement_right_message, &report);
        worker_wait(job->worker);
    }
}

/* -- booking -------------------------------------------------------------------------------- */

/* The reference that the payer quoted, in its field or in free text. */
static struct text named_of(const struct statement_entry *entry, struct arena *arena)
{
    char found[CREDITOR_REFERENCE_MAX + 1];
    if (creditor_reference_is_valid(entry->creditor_reference)) {
        return arena_copy_text(arena, entry->creditor_reference);
    }
    return creditor_reference_find(entry->remittance, found)
               ? arena_copy_text(arena, text_of(found))
               : (struct text){0};
}

/* True for a number that the hall gives: of a paying-in slip, CD and digits, or of money that the
 * treasury sends back, T-FSR and digits. What payers write stays out of the events. */
static bool is_own_number(struct text id)
{
    struct text digits = text_starts_with(id, "CD")      ? text_after(id, strlen("CD"))
                         : text_starts_with(id, "T-FSR") ? text_after(id, strlen("T-FSR"))
                                                         : (struct text){0};
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9') {
            return false;
        }
    }
    return digits.size > 4;
}

/* True for what a provider passes on: its code, a colon and its own id of the payment. */
static bool is_of_provider(const struct job *job, struct text id)
{
    struct text own = {0};
    struct text code = text_split(id, ':', &own);
    return provider_find(job->fee->providers, code) != NULL &&
           provider_id_is_sound(own, IMPORT_ORDER_MAX);
}

static void window_add(struct job *job, const struct statement_entry *entry, size_t part)
{
    struct arena *arena = &job->window_arena;
    bool is_ours = !entry->is_credit || entry->is_reversal || is_own_number(entry->end_to_end_id) ||
                   is_of_provider(job, entry->end_to_end_id);
    job->window[job->window_count++] = (struct bank_entry){
        .part = (int64_t)part,
        .reference =
            text_is_empty(entry->bank_reference)
                ? arena_print(arena, "%lld/%lld", (long long)job->row.parts.items[part].number,
                              (long long)job->seen)
                : arena_copy_text(arena, entry->bank_reference),
        .amount_fen = entry->amount_fen,
        .is_credit = entry->is_credit,
        .is_booked = entry->status == STATEMENT_BOOKED,
        .is_return = entry->is_reversal,
        .day = entry->booking_day,
        .named = named_of(entry, arena),
        .order = is_ours ? arena_copy_text(arena, entry->end_to_end_id) : (struct text){0},
    };
}

/* How many entries of the window from `at` make one report: one that is news, or several that are
 * not. The snapshot is held. */
static size_t report_size(struct job *job, size_t at)
{
    size_t count = 0;
    while (at + count < job->window_count && count < QUIET_MAX) {
        const struct bank_entry *entry = &job->window[at + count];
        struct text bank = job->row.parts.items[entry->part].bank;
        if (movement_is_new(job->worker->state, bank, entry)) {
            return count == 0 ? 1 : count;
        }
        count++;
    }
    return count;
}

/* Reports what of the window is not booked, without waiting in between. */
static bool window_report(struct job *job, size_t from)
{
    size_t sizes[WINDOW_MAX];
    size_t reports = 0;
    if (!worker_look(job->worker)) {
        return false;
    }
    for (size_t at = from; at < job->window_count; at += sizes[reports++]) {
        sizes[reports] = report_size(job, at);
    }
    worker_done(job->worker);
    size_t at = from;
    for (size_t i = 0; i < reports; i++) {
        struct report_statement_entries report = {
            .statement_id = job->id,
            .first = job->seen - (int64_t)(job->window_count - at),
            .entries = {.items = &job->window[at], .count = sizes[i]}};
        worker_report(job->worker, &report_statement_entries_message, &report);
        at += sizes[i];
    }
    worker_wait(job->worker);
    return true;
}

/* Books the window; ERR_CLOSED when it does not get on: the order is tried again later. */
static enum err window_book(struct job *job)
{
    int64_t first = job->seen - (int64_t)job->window_count;
    while (job->window_count > 0 && job->row.read < job->seen) {
        int64_t before = job->row.read;
        if (!window_report(job, (size_t)(before - first)) || !row_renew(job) ||
            job->row.read == before) {
            return ERR_CLOSED;
        }
    }
    job->window_count = 0;
    arena_reset(&job->window_arena);
    return ERR_OK;
}

static enum err part_begins_again(void *memory, const struct statement_head *head)
{
    struct job *job = memory;
    (void)head;
    job->part_count++;
    return ERR_OK;
}

static enum err entries_book(void *memory, const struct statement_entry *entries, size_t count)
{
    struct job *job = memory;
    for (size_t i = 0; i < count; i++) {
        job->seen++;
        if (job->seen > job->row.read) {
            window_add(job, &entries[i], job->part_count - 1);
        }
        enum err err = job->window_count == WINDOW_MAX ? window_book(job) : ERR_OK;
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
}

/* Reads the file again, behind what is booked already. */
static void file_book(struct job *job)
{
    struct statement_fault fault = {0};
    struct statement_calls calls = {
        .begins = part_begins_again, .entries = entries_book, .memory = job};
    job->part_count = 0;
    enum err err = file_read_whole(job, &calls, &fault);
    if (err == ERR_OK) {
        err = window_book(job);
    }
    if (err != ERR_OK && err != ERR_CLOSED) {
        LOG_WARNING(job->worker->logger, "statement.unreadable",
                    log_string("reason", err_text(err)));
    }
}

/* -- the order ------------------------------------------------------------------------------ */

/* What a file says of payers is kept no longer than it is needed. */
static void file_forget(struct job *job)
{
    if (job->row.state == IMPORT_BOOKED || job->row.state == IMPORT_REFUSED) {
        (void)blob_remove(job->fee->files.folder, &job->claim.facts.sealed);
        claims_remove(job->fee->files.claims, &job->row.upload.uuid);
    }
}

static void job_run(struct job *job)
{
    if (!row_renew(job)) {
        return;
    }
    if (!waiting_files_find(&job->fee->files, &job->row.upload, job->row.session, &job->claim)) {
        if (job->row.state == IMPORT_RECEIVED) {
            wrong_report(job, 0, "the file was lost before it was read: upload it again");
        }
        return;
    }
    if (job->row.state == IMPORT_RECEIVED) {
        file_judge(job);
        if (!row_renew(job)) {
            return;
        }
    }
    if (job->row.state == IMPORT_BOOKING) {
        file_book(job);
    }
    if (row_renew(job)) {
        file_forget(job);
    }
}

void perform_read_statement(struct worker *worker, const struct work_order *order,
                            const void *payload)
{
    const struct statement_order *asked = payload;
    struct job *job = calloc(1, sizeof *job);
    (void)order;
    CHECK(job != NULL);
    job->worker = worker;
    job->fee = worker->memory;
    job->id = asked->statement_id;
    arena_init(&job->arena);
    arena_init(&job->chunk_arena);
    arena_init(&job->part_arena);
    arena_init(&job->window_arena);
    job_run(job);
    arena_free(&job->arena);
    arena_free(&job->chunk_arena);
    arena_free(&job->part_arena);
    arena_free(&job->window_arena);
    free(job);
}
