/* Whether a statement agrees with itself, and handing out what does so far. */
#include "iso20022/internal.h"

#include "iso20022/amount.h"

#include <inttypes.h>

static bool add(struct reader *reader, int64_t *sum, int64_t fen)
{
    int64_t more;
    if (__builtin_add_overflow(*sum, fen, &more)) {
        return fault_at(reader, line_of(reader), "the entries come to more than can be counted");
    }
    *sum = more;
    return true;
}

/* -- above the entries ------------------------------------------------------------------------ */

bool balance_closes(struct reader *reader)
{
    struct balance *balance = &reader->balance;
    struct {
        bool *has;
        struct statement_balance *value;
        const char *code;
    } kept[] = {[BALANCE_OPENING] = {&reader->has_opening, &reader->opening, "OPBD"},
                [BALANCE_PREVIOUS] = {&reader->has_previous, &reader->previous, "PRCD"},
                [BALANCE_CLOSING] = {&reader->has_closing, &reader->head.closing, "CLBD"}};
    if (balance->kind == BALANCE_OTHER) {
        return true;
    }
    if (*kept[balance->kind].has) {
        return fault_at(reader, balance->value.line, "the balance %s stands twice",
                        kept[balance->kind].code);
    }
    if (!balance->is_credit) {
        balance->value.fen = -balance->value.fen;
    }
    *kept[balance->kind].has = true;
    *kept[balance->kind].value = balance->value;
    return true;
}

static bool balances_agree(struct reader *reader)
{
    if (!reader->has_opening && !reader->has_previous) {
        return fault_at(reader, reader->head.line, "the opening balance (OPBD or PRCD) is missing");
    }
    if (!reader->has_closing) {
        return fault_at(reader, reader->head.line, "the closing balance (CLBD) is missing");
    }
    if (reader->has_opening && reader->has_previous &&
        reader->opening.fen != reader->previous.fen) {
        return fault_at(reader, reader->opening.line,
                        "the opening balance (OPBD) is not what was closed with (PRCD)");
    }
    reader->head.opening = reader->has_opening ? reader->opening : reader->previous;
    return true;
}

bool statement_begin(struct reader *reader)
{
    const struct statement_calls *calls = reader->calls;
    if (reader->has_begun) {
        return true;
    }
    if (!balances_agree(reader)) {
        return false;
    }
    if (!reader->has_period) {
        reader->head.first_day = reader->head.closing.day;
        reader->head.last_day = reader->head.closing.day;
    }
    reader->has_begun = true;
    reader->err = calls->begins == NULL ? ERR_OK : calls->begins(calls->memory, &reader->head);
    return reader->err == ERR_OK;
}

/* -- entries ---------------------------------------------------------------------------------- */

static bool entries_hand_out(struct reader *reader)
{
    const struct statement_calls *calls = reader->calls;
    if (calls->entries != NULL && reader->entry_count > 0) {
        reader->err = calls->entries(calls->memory, reader->entries, reader->entry_count);
    }
    reader->entry_count = 0;
    arena_reset(&reader->batch_arena);
    return reader->err == ERR_OK;
}

static bool entry_count(struct reader *reader, const struct statement_entry *entry)
{
    struct statement_totals *totals = &reader->totals;
    struct told *counted = entry->is_credit ? &reader->credits : &reader->debits;
    int64_t *booked = entry->is_credit ? &totals->booked_credit_fen : &totals->booked_debit_fen;
    if (totals->entry_count == STATEMENT_ENTRIES_MAX) {
        return fault_at(reader, entry->line, "the statement has more entries than can be taken");
    }
    totals->entry_count++;
    counted->count++;
    if (!add(reader, &counted->fen, entry->amount_fen)) {
        return false;
    }
    if (entry->status != STATEMENT_BOOKED) {
        return true;
    }
    totals->booked_count++;
    return add(reader, booked, entry->amount_fen);
}

bool entry_closes(struct reader *reader)
{
    struct statement_entry *entry = reader->entry;
    if (!reader->has_booking_day) {
        entry->booking_day = reader->head.last_day;
    }
    if (!reader->has_value_day) {
        entry->value_day = entry->booking_day;
    }
    if (!entry_count(reader, entry)) {
        return false;
    }
    reader->entry_count++;
    return reader->entry_count < STATEMENT_BATCH_MAX || entries_hand_out(reader);
}

/* -- at the end ------------------------------------------------------------------------------- */

static bool balance_reached(struct reader *reader)
{
    int64_t closing = reader->head.opening.fen;
    char text[AMOUNT_TEXT_BYTES];
    int64_t difference;
    if (__builtin_add_overflow(closing, reader->totals.booked_credit_fen, &closing) ||
        __builtin_sub_overflow(closing, reader->totals.booked_debit_fen, &closing) ||
        __builtin_sub_overflow(closing, reader->head.closing.fen, &difference) ||
        difference == INT64_MIN) {
        return fault_at(reader, reader->head.closing.line,
                        "the balances and entries come to more than can be counted");
    }
    if (difference == 0) {
        return true;
    }
    amount_format(difference < 0 ? -difference : difference, text);
    return fault_at(reader, reader->head.closing.line,
                    "the closing balance is not the opening balance with all that was booked: it "
                    "is %s too %s",
                    text, difference > 0 ? "small" : "large");
}

static bool told_agrees(struct reader *reader, const struct told *told, const struct told *counted,
                        const char *name)
{
    if (told->count >= 0 && told->count != counted->count) {
        return fault_at(reader, reader->summary.line,
                        "the summary (TxsSummry) counts %" PRId64 " %s, there are %" PRId64,
                        told->count, name, counted->count);
    }
    if (told->fen >= 0 && told->fen != counted->fen) {
        return fault_at(reader, reader->summary.line,
                        "the summary (TxsSummry) tells another sum of %s than they come to", name);
    }
    return true;
}

/* The net sum says its direction beside it, or not at all in the older version. */
static bool net_agrees(struct reader *reader)
{
    const struct summary *summary = &reader->summary;
    int64_t net = reader->credits.fen - reader->debits.fen; /* neither is below zero */
    bool is_credit = summary->has_net_direction ? summary->net_is_credit : net >= 0;
    return summary->net_fen < 0 || net == (is_credit ? summary->net_fen : -summary->net_fen) ||
           fault_at(reader, summary->line,
                    "the summary (TxsSummry) tells another net sum than the entries come to");
}

/* What the bank summed up counts all entries, whatever their status. */
static bool summary_agrees(struct reader *reader)
{
    const struct summary *summary = &reader->summary;
    struct told all = {.count = reader->credits.count + reader->debits.count,
                       .fen = reader->credits.fen};
    return summary->line == 0 ||
           (add(reader, &all.fen, reader->debits.fen) &&
            told_agrees(reader, &summary->all, &all, "entries") &&
            told_agrees(reader, &summary->credits, &reader->credits, "credits") &&
            told_agrees(reader, &summary->debits, &reader->debits, "debits") && net_agrees(reader));
}

bool statement_closes(struct reader *reader)
{
    const struct statement_calls *calls = reader->calls;
    if (!statement_begin(reader) || !entries_hand_out(reader) || !balance_reached(reader) ||
        !summary_agrees(reader)) {
        return false;
    }
    if (calls->ends != NULL) {
        reader->err = calls->ends(calls->memory, &reader->totals);
    }
    return reader->err == ERR_OK;
}
