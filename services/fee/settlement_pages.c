/* Settlements as they are shown, and as the bank gets them. */
#include "money.h"

#include "iso20022/transfers.h"

#include <string.h>

enum { PAGE_MAX = 100, FILE_BYTES_MAX = 262144 };

static struct settlement_shown settlement_show(const struct settlement_id *id,
                                               const struct settlement_row *row)
{
    struct settlement_shown shown = {
        .id = *id,
        .number = row->number,
        .bank = row->bank,
        .day = row->day,
        .ordered_at = row->ordered,
        .orders = row->orders,
    };
    for (size_t i = 0; i < row->orders.count; i++) {
        shown.amount_fen += row->orders.items[i].amount_fen;
    }
    return shown;
}

static struct settlements_told *told_new(struct reading *reading)
{
    struct settlements_told *told = arena_take(reading->arena, sizeof *told);
    told->items.items = arena_take_array(reading->arena, PAGE_MAX, sizeof *told->items.items);
    return told;
}

/* Fills a page with what stands behind `after`. */
static void page_fill(struct reading *reading, const struct ask_settlements *asked,
                      struct settlements_told *told)
{
    struct store_cursor cursor;
    struct key after = key_of_uuid(&asked->after.uuid);
    store_cursor_open(&cursor, reading->state->txn, TABLE_SETTLEMENTS);
    bool more = store_seek(&cursor, key_bytes(&after));
    for (; more && !told->more; more = store_next(&cursor)) {
        struct settlement_id id;
        struct settlement_row row;
        memcpy(id.uuid.bytes, cursor.key.data, UUID_BYTES);
        if (uuid_equal(&id.uuid, &asked->after.uuid)) {
            continue;
        }
        told->more = told->items.count == (size_t)asked->limit;
        if (!told->more && state_row(reading->state, cursor.value, &settlement_row_message, &row)) {
            told->items.items[told->items.count++] = settlement_show(&id, &row);
        }
    }
    store_cursor_close(&cursor);
}

enum verdict query_settlements(struct reading *reading, const void *question)
{
    const struct ask_settlements *asked = question;
    struct settlements_told *told = told_new(reading);
    struct settlement_row row;
    enum verdict verdict = money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (uuid_is_none(&asked->id.uuid)) {
        page_fill(reading, asked, told);
        return reading_answer(reading, &settlements_told_message, told);
    }
    if (!settlement_load(reading->state, &asked->id, &row)) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such settlement");
    }
    told->items.items[told->items.count++] = settlement_show(&asked->id, &row);
    return reading_answer(reading, &settlements_told_message, told);
}

/* -- the file ------------------------------------------------------------------------------- */

/* What the bank is to pay: one transfer for each order that was not turned back. */
static size_t transfers_fill(const struct hall_rules *rules, const struct settlement_row *row,
                             struct credit_transfer *transfers)
{
    size_t count = 0;
    for (size_t i = 0; i < row->orders.count; i++) {
        const struct settlement_order *order = &row->orders.items[i];
        const struct catalogue_charging_unit *unit =
            catalogue_charging_unit(rules->catalogue, order->unit);
        if (order->status == SETTLEMENT_REJECTED) {
            continue;
        }
        transfers[count++] = (struct credit_transfer){
            .end_to_end_id = order->end_to_end,
            .amount_fen = order->amount_fen,
            .creditor = {.name = unit == NULL ? order->unit : names_in(&unit->names, NAME_ZH_HANS),
                         .account = order->to,
                         .agent = {.bic = order->to_bank, .other_id = order->to_bank}},
            .remittance = row->number,
        };
    }
    return count;
}

/* Writes the file for the bank; false with the reason when there is none. */
static bool file_write(struct reading *reading, const struct hall_rules *rules,
                       const struct settlement_row *row, struct settlement_file *file,
                       struct reason *reason)
{
    const struct catalogue_bank_account *bank = catalogue_bank_account(rules->catalogue, row->bank);
    struct credit_transfer *transfers =
        arena_take_array(reading->arena, row->orders.count, sizeof *transfers);
    size_t count = transfers_fill(rules, row, transfers);
    if (bank == NULL || count == 0) {
        reason_set(reason, ERR_NOT_FOUND, "all was turned back, or the account is none any more");
        return false;
    }
    struct credit_transfer_group group = {
        .group_id = row->number,
        .execution_day = row->day,
        .debtor = {.name = names_in(&bank->names, NAME_ZH_HANS),
                   .account = bank->number,
                   .agent = {.bic = bank->bank, .other_id = bank->bank}},
        .transfers = transfers,
        .count = count,
    };
    struct credit_transfer_message message = {
        .message_id = row->number,
        .created_ms = row->ordered,
        .initiator = names_in(&rules->catalogue->head.transit_account.names, NAME_ZH_HANS),
        .currency = "CNY",
        .groups = &group,
        .count = 1,
    };
    struct buffer buffer;
    buffer_init(&buffer, FILE_BYTES_MAX);
    enum err err = transfers_write(&message, &buffer, reason);
    if (err == ERR_OK) {
        file->number = row->number;
        file->xml = arena_copy_bytes(reading->arena, buffer_bytes(&buffer));
    }
    buffer_free(&buffer);
    return err == ERR_OK;
}

enum verdict query_settlement_file(struct reading *reading, const void *question)
{
    const struct ask_settlement_file *asked = question;
    const struct hall_rules *rules = money_rules(reading->state);
    struct settlement_row row;
    struct reason reason = {""};
    enum verdict verdict = money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (!settlement_load(reading->state, &asked->id, &row)) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such settlement");
    }
    struct settlement_file *file = arena_take(reading->arena, sizeof *file);
    if (!file_write(reading, rules, &row, file, &reason)) {
        return reading_refuse(reading, PROBLEM_NOT_ALLOWED_NOW, "there is no file to be had: %s",
                              reason.text);
    }
    return reading_answer(reading, &settlement_file_message, file);
}
