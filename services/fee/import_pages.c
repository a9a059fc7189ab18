/* Questions: files of bank statements, and how far they are. */
#include "imports.h"

#include <string.h>

enum { STATEMENTS_MAX = 200 };

static struct statement_shown statement_show(const struct statement_id *id,
                                             const struct import_row *row)
{
    return (struct statement_shown){
        .id = *id,
        .status = row->state,
        .received_at = row->received,
        .sha256 = row->sha256,
        .size = row->size,
        .line = row->line,
        .why = row->why,
        .statements = row->parts,
        .entries = row->entries,
        .entries_read = row->read,
        .matched = row->matched,
        .in_suspense = row->suspended,
        .differing = row->differing,
        .ordered = row->ordered,
        .announced = row->announced,
    };
}

enum verdict query_statement(struct reading *reading, const void *question)
{
    const struct ask_statement *asked = question;
    struct import_row row;
    enum verdict verdict = money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (!import_load(reading->state, &asked->statement_id, &row)) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such bank statement");
    }
    struct statement_shown *shown = arena_take(reading->arena, sizeof *shown);
    *shown = statement_show(&asked->statement_id, &row);
    return reading_answer(reading, &statement_shown_message, shown);
}

/* Goes to the newest file, or to the one before `before`. */
static bool statements_begin(struct store_cursor *cursor, const struct statement_id *before)
{
    struct key key = key_of_uuid(&before->uuid);
    if (uuid_is_none(&before->uuid) || !store_seek(cursor, key_bytes(&key))) {
        return store_last(cursor);
    }
    return store_previous(cursor);
}

enum verdict query_statements(struct reading *reading, const void *question)
{
    const struct ask_statements *asked = question;
    struct statements_told *told = arena_take(reading->arena, sizeof *told);
    struct store_cursor cursor;
    enum verdict verdict = money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    told->items.items = arena_take_array(reading->arena, STATEMENTS_MAX, sizeof *told->items.items);
    store_cursor_open(&cursor, reading->state->txn, TABLE_IMPORTS);
    for (bool more = statements_begin(&cursor, &asked->before); more;
         more = store_previous(&cursor)) {
        struct import_row row;
        struct statement_id id;
        if (cursor.key.size != UUID_BYTES ||
            !state_row(reading->state, cursor.value, &import_row_message, &row)) {
            break;
        }
        if (told->items.count == (size_t)asked->limit) {
            told->more = true;
            break;
        }
        memcpy(id.uuid.bytes, cursor.key.data, UUID_BYTES);
        told->items.items[told->items.count++] = statement_show(&id, &row);
    }
    store_cursor_close(&cursor);
    return reading_answer(reading, &statements_told_message, told);
}
