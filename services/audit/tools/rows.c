#include "rows.h"

#include "log/event_log.h"

#include <string.h>

/* A table that is open for reading, beside the log it belongs to. */
struct rows {
    struct store *store;
    struct store_txn *txn;
    size_t table;
};

static enum err rows_open(struct rows *rows, const struct rows_place *place, struct reason *reason)
{
    bool is_log = strcmp(place->table, "log") == 0;
    const struct store_table tables[] = {{"log", STORE_SEQUENCE}, {place->table, 0}};
    struct store_options options = {
        .folder = place->folder, .map_bytes = place->map_bytes, .read_only = true};
    *rows = (struct rows){.table = is_log ? 0 : 1};
    enum err err = store_open(&options, tables, is_log ? 1 : 2, &rows->store, reason);
    if (err != ERR_OK) {
        return err;
    }
    err = store_begin_read(rows->store, &rows->txn);
    if (err != ERR_OK) {
        store_close(&rows->store);
        return reason_set(reason, err, "cannot read %s: %s", place->folder, err_text(err));
    }
    return ERR_OK;
}

static void rows_close(struct rows *rows)
{
    store_end_read(&rows->txn);
    store_close(&rows->store);
}

static void row_take(struct rows *rows, struct bytes key, struct arena *arena, bool *ret_is_here,
                     struct bytes *ret_value)
{
    struct bytes value;
    *ret_value = (struct bytes){0};
    *ret_is_here = store_get(rows->txn, rows->table, key, &value);
    if (*ret_is_here) {
        *ret_value = arena_copy_bytes(arena, value);
    }
}

/* The first key of the one table at which the other has another row, or none. */
static bool difference_find(struct rows *one, struct rows *other, struct bytes *ret_key,
                            struct arena *arena)
{
    struct store_cursor cursor;
    struct bytes value;
    bool differs = false;
    store_cursor_open(&cursor, one->txn, one->table);
    for (bool found = store_first(&cursor); found && !differs;
         found = !differs && store_next(&cursor)) {
        differs = !store_get(other->txn, other->table, cursor.key, &value) ||
                  !bytes_equal(value, cursor.value);
        if (differs) {
            *ret_key = arena_copy_bytes(arena, cursor.key);
        }
    }
    store_cursor_close(&cursor);
    return differs;
}

enum err rows_compare(const struct rows_place *left, const struct rows_place *right,
                      struct arena *arena, struct rows_difference *ret_difference,
                      uint64_t *ret_end, struct reason *reason)
{
    struct rows rows[2];
    struct rows_difference *difference = ret_difference;
    enum err err = rows_open(&rows[0], left, reason);
    if (err != ERR_OK) {
        return err;
    }
    err = rows_open(&rows[1], right, reason);
    if (err != ERR_OK) {
        rows_close(&rows[0]);
        return err;
    }
    if (ret_end != NULL) {
        *ret_end = log_end(rows[0].txn, 0).seq;
    }
    bool differs = difference_find(&rows[0], &rows[1], &difference->key, arena) ||
                   difference_find(&rows[1], &rows[0], &difference->key, arena);
    for (size_t i = 0; differs && i < 2; i++) {
        row_take(&rows[i], difference->key, arena, &difference->is_here[i], &difference->values[i]);
    }
    rows_close(&rows[0]);
    rows_close(&rows[1]);
    return differs ? ERR_OK : ERR_NOT_FOUND;
}

enum err rows_read(const struct rows_place *place, struct bytes key, struct arena *arena,
                   bool *ret_is_here, struct bytes *ret_value, struct reason *reason)
{
    struct rows rows;
    enum err err = rows_open(&rows, place, reason);
    if (err == ERR_OK) {
        row_take(&rows, key, arena, ret_is_here, ret_value);
        rows_close(&rows);
    }
    return err;
}
