/* What the texts of a statement mean: each function takes one into what is being gathered. */
#include "iso20022/internal.h"

#include "iso20022/amount.h"
#include "iso20022/reference.h"

#include <string.h>

/* -- kinds of text ---------------------------------------------------------------------------- */

static bool refuse(struct reader *reader, const char *trouble)
{
    return fault_at(reader, reader->leaf_line, "%s %s", reader->leaf->name, trouble);
}

/* "Z" or "+08:00" behind a day. */
static bool is_zone(struct text text)
{
    if (text.size == 0 || text_equal_string(text, "Z")) {
        return true;
    }
    int64_t moment_ms;
    char moment[] = "2000-01-01T12:00:00+00:00";
    if (text.size != 6) {
        return false;
    }
    memcpy(moment + 19, text.data, text.size);
    return time_parse(text_of(moment), &moment_ms);
}

/* A moment, whose zone may be missing: then it is the bank's. */
static bool is_moment(struct text text)
{
    char moment[48];
    int64_t moment_ms;
    if (time_parse(text, &moment_ms)) {
        return true;
    }
    if (text.size + 2 > sizeof moment) {
        return false;
    }
    memcpy(moment, text.data, text.size);
    moment[text.size] = 'Z';
    moment[text.size + 1] = '\0';
    return time_parse(text_of(moment), &moment_ms);
}

/* The day of a date or of a moment, as it is written: it is the bank's own day. */
static bool day_read(struct reader *reader, struct text text, struct date *ret_day)
{
    struct text day = {text.data, text.size < DATE_TEXT_BYTES ? text.size : DATE_TEXT_BYTES};
    struct text rest = text_after(text, day.size);
    bool is_good = text_starts_with(rest, "T") ? is_moment(text) : is_zone(rest);
    struct date date;
    if (!date_parse(day, &date) || !is_good) {
        return refuse(reader, "is no date");
    }
    *ret_day = date;
    return true;
}

static bool number_read(struct reader *reader, struct text text, int64_t *ret_number)
{
    int64_t number = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return refuse(reader, "is no number");
        }
        number = number * 10 + (text.data[i] - '0'); /* 18 digits at most */
    }
    *ret_number = number;
    return true;
}

static bool direction_read(struct reader *reader, struct text text, bool *ret_is_credit)
{
    bool is_credit = text_equal_string(text, "CRDT");
    if (!is_credit && !text_equal_string(text, "DBIT")) {
        return refuse(reader, "is neither CRDT nor DBIT");
    }
    *ret_is_credit = is_credit;
    return true;
}

static bool fen_read(struct reader *reader, struct text text, int64_t *ret_fen)
{
    const char *trouble = amount_read(text, ret_fen);
    return trouble == NULL || refuse(reader, trouble);
}

/* The first currency of a statement is the one of all its amounts. */
static bool currency_agree(struct reader *reader, struct text currency)
{
    if (text_is_empty(reader->head.currency)) {
        reader->head.currency = arena_copy_text(&reader->statement_arena, currency);
    }
    return text_equal(reader->head.currency, currency) ||
           refuse(reader, "is in another currency than the statement");
}

static bool money_read(struct reader *reader, struct text text, int64_t *ret_fen)
{
    return fen_read(reader, text, ret_fen) &&
           currency_agree(reader, (struct text){reader->currency, CURRENCY_SIZE});
}

/* -- the message and the statement ------------------------------------------------------------ */

bool take_message_id(struct reader *reader, struct text text)
{
    reader->message_id = arena_copy_text(&reader->message_arena, text);
    return true;
}

bool take_moment(struct reader *reader, struct text text)
{
    return is_moment(text) || refuse(reader, "is no moment");
}

bool statement_opens(struct reader *reader)
{
    arena_reset(&reader->statement_arena);
    seen_clear(&reader->entry_references);
    seen_clear(&reader->bank_references);
    reader->head = (struct statement_head){
        .line = line_of(reader), .message_id = reader->message_id, .sequence_number = -1};
    reader->totals = (struct statement_totals){0};
    reader->summary = (struct summary){.line = 0};
    reader->credits = (struct told){0};
    reader->debits = (struct told){0};
    reader->has_begun = false;
    reader->has_opening = false;
    reader->has_previous = false;
    reader->has_closing = false;
    reader->has_period = false;
    return true;
}

bool take_statement_id(struct reader *reader, struct text text)
{
    reader->head.statement_id = arena_copy_text(&reader->statement_arena, text);
    return true;
}

bool take_sequence_number(struct reader *reader, struct text text)
{
    return number_read(reader, text, &reader->head.sequence_number);
}

bool take_first_day(struct reader *reader, struct text text)
{
    reader->has_period = true;
    return day_read(reader, text, &reader->head.first_day);
}

bool take_last_day(struct reader *reader, struct text text)
{
    if (!day_read(reader, text, &reader->head.last_day)) {
        return false;
    }
    return reader->head.first_day.days <= reader->head.last_day.days ||
           refuse(reader, "is before the period's first day");
}

bool take_iban(struct reader *reader, struct text text)
{
    reader->head.account = arena_copy_text(&reader->statement_arena, text);
    reader->head.is_iban = true;
    return iban_is_valid(text) ||
           refuse(reader, "is no account number: its check digits are wrong");
}

bool take_account(struct reader *reader, struct text text)
{
    reader->head.account = arena_copy_text(&reader->statement_arena, text);
    return true;
}

bool take_currency(struct reader *reader, struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.size != CURRENCY_SIZE || text.data[i] < 'A' || text.data[i] > 'Z') {
            return refuse(reader, "is no currency");
        }
    }
    return currency_agree(reader, text);
}

/* -- balances and the summary ----------------------------------------------------------------- */

bool balance_opens(struct reader *reader)
{
    reader->balance = (struct balance){.value.line = line_of(reader)};
    return true;
}

bool take_balance_code(struct reader *reader, struct text text)
{
    static const struct {
        const char *code;
        enum balance_kind kind;
    } kinds[] = {{"OPBD", BALANCE_OPENING}, {"PRCD", BALANCE_PREVIOUS}, {"CLBD", BALANCE_CLOSING}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (text_equal_string(text, kinds[i].code)) {
            reader->balance.kind = kinds[i].kind;
        }
    }
    return true;
}

bool take_balance_amount(struct reader *reader, struct text text)
{
    return money_read(reader, text, &reader->balance.value.fen);
}

bool take_balance_direction(struct reader *reader, struct text text)
{
    return direction_read(reader, text, &reader->balance.is_credit);
}

bool take_balance_day(struct reader *reader, struct text text)
{
    return day_read(reader, text, &reader->balance.value.day);
}

bool summary_opens(struct reader *reader)
{
    static const struct told nothing = {.count = -1, .fen = -1};
    reader->summary = (struct summary){.all = nothing,
                                       .credits = nothing,
                                       .debits = nothing,
                                       .net_fen = -1,
                                       .line = line_of(reader)};
    return true;
}

bool all_told_opens(struct reader *reader)
{
    reader->told = &reader->summary.all;
    return true;
}

bool credits_told_opens(struct reader *reader)
{
    reader->told = &reader->summary.credits;
    return true;
}

bool debits_told_opens(struct reader *reader)
{
    reader->told = &reader->summary.debits;
    return true;
}

bool take_told_count(struct reader *reader, struct text text)
{
    return number_read(reader, text, &reader->told->count);
}

bool take_told_sum(struct reader *reader, struct text text)
{
    return fen_read(reader, text, &reader->told->fen);
}

bool take_net(struct reader *reader, struct text text)
{
    return fen_read(reader, text, &reader->summary.net_fen);
}

bool take_net_direction(struct reader *reader, struct text text)
{
    reader->summary.has_net_direction = true;
    return direction_read(reader, text, &reader->summary.net_is_credit);
}

/* -- entries ---------------------------------------------------------------------------------- */

bool entry_opens(struct reader *reader)
{
    if (!statement_begin(reader)) {
        return false;
    }
    reader->entry = &reader->entries[reader->entry_count];
    *reader->entry = (struct statement_entry){.line = line_of(reader)};
    reader->has_booking_day = false;
    reader->has_value_day = false;
    reader->references_differ = false;
    return true;
}

bool take_entry_reference(struct reader *reader, struct text text)
{
    reader->entry->entry_reference = arena_copy_text(&reader->batch_arena, text);
    return seen_add(&reader->entry_references, text) ||
           refuse(reader, "is the reference of an entry before it");
}

bool take_bank_reference(struct reader *reader, struct text text)
{
    reader->entry->bank_reference = arena_copy_text(&reader->batch_arena, text);
    return seen_add(&reader->bank_references, text) ||
           refuse(reader, "is the reference of an entry before it");
}

bool take_entry_amount(struct reader *reader, struct text text)
{
    return money_read(reader, text, &reader->entry->amount_fen);
}

bool take_entry_direction(struct reader *reader, struct text text)
{
    return direction_read(reader, text, &reader->entry->is_credit);
}

bool take_reversal(struct reader *reader, struct text text)
{
    reader->entry->is_reversal = text_equal_string(text, "true") || text_equal_string(text, "1");
    return reader->entry->is_reversal || text_equal_string(text, "false") ||
           text_equal_string(text, "0") || refuse(reader, "is neither true nor false");
}

bool take_status(struct reader *reader, struct text text)
{
    static const struct {
        const char *code;
        enum statement_status status;
    } codes[] = {{"BOOK", STATEMENT_BOOKED},
                 {"PDNG", STATEMENT_PENDING},
                 {"INFO", STATEMENT_INFORMATION},
                 {"FUTR", STATEMENT_FUTURE}};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (text_equal_string(text, codes[i].code)) {
            reader->entry->status = codes[i].status;
            return true;
        }
    }
    return refuse(reader, "is none of BOOK, PDNG, INFO, FUTR");
}

bool take_booking_day(struct reader *reader, struct text text)
{
    reader->has_booking_day = true;
    return day_read(reader, text, &reader->entry->booking_day);
}

bool take_value_day(struct reader *reader, struct text text)
{
    reader->has_value_day = true;
    return day_read(reader, text, &reader->entry->value_day);
}

/* -- what stands behind an entry -------------------------------------------------------------- */

/* The references of several transactions are not those of their entry: none is kept. */
bool transaction_opens(struct reader *reader)
{
    struct statement_entry *entry = reader->entry;
    entry->transaction_count++;
    if (entry->transaction_count > 1) {
        entry->end_to_end_id = (struct text){0};
        entry->creditor_reference = (struct text){0};
        entry->remittance = (struct text){0};
    }
    return true;
}

/* The amount of a transaction may be in another currency: it was exchanged on its way. */
bool take_transaction_amount(struct reader *reader, struct text text)
{
    int64_t fen;
    return fen_read(reader, text, &fen);
}

bool take_direction(struct reader *reader, struct text text)
{
    bool is_credit;
    return direction_read(reader, text, &is_credit);
}

bool take_end_to_end_id(struct reader *reader, struct text text)
{
    if (reader->entry->transaction_count == 1 && !text_equal_string(text, "NOTPROVIDED")) {
        reader->entry->end_to_end_id = arena_copy_text(&reader->batch_arena, text);
    }
    return true;
}

bool take_creditor_reference(struct reader *reader, struct text text)
{
    struct statement_entry *entry = reader->entry;
    if (entry->transaction_count > 1) {
        return true;
    }
    reader->references_differ |=
        !text_is_empty(entry->creditor_reference) && !text_equal(entry->creditor_reference, text);
    entry->creditor_reference =
        reader->references_differ ? (struct text){0} : arena_copy_text(&reader->batch_arena, text);
    return true;
}

/* Several lines of free text are joined by a blank. */
bool take_remittance(struct reader *reader, struct text text)
{
    struct statement_entry *entry = reader->entry;
    if (entry->transaction_count > 1 || entry->remittance.size >= STATEMENT_REMITTANCE_BYTES_MAX) {
        return true;
    }
    struct text joined = text_is_empty(entry->remittance)
                             ? arena_copy_text(&reader->batch_arena, text)
                             : arena_print(&reader->batch_arena, "%.*s %.*s",
                                           TEXT_PRINT(entry->remittance), TEXT_PRINT(text));
    entry->remittance = utf8_cut(joined, STATEMENT_REMITTANCE_BYTES_MAX);
    return true;
}
