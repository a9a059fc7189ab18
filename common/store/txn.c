/* Transactions, values, cursors and digests. */
#include "store/internal.h"

#include "base/check.h"
#include "crypto/sha256.h"

#include <stdlib.h>
#include <string.h>

static enum err txn_begin(struct store *store, bool is_write, struct store_txn **ret_txn)
{
    struct store_txn *txn = calloc(1, sizeof *txn);
    CHECK(txn != NULL);
    txn->store = store;
    txn->is_write = is_write;
    int code = mdb_txn_begin(store->environment, NULL, is_write ? 0 : MDB_RDONLY, &txn->handle);
    if (code != 0) {
        free(txn);
        return store_translate(code);
    }
    *ret_txn = txn;
    return ERR_OK;
}

enum err store_begin_write(struct store *store, struct store_txn **ret_txn)
{
    return txn_begin(store, true, ret_txn);
}

enum err store_begin_read(struct store *store, struct store_txn **ret_txn)
{
    return txn_begin(store, false, ret_txn);
}

static void txn_free(struct store_txn **txn)
{
    free(*txn);
    *txn = NULL;
}

/* Whether LMDB goes on after a failed commit. When it could not write a meta page it refuses every
 * transaction from then on, whatever the commit itself said (a full disk, say). */
static bool goes_on(struct store *store)
{
    MDB_txn *probe = NULL;
    if (mdb_txn_begin(store->environment, NULL, 0, &probe) != 0) {
        return false;
    }
    mdb_txn_abort(probe);
    return true;
}

enum err store_commit(struct store_txn **txn)
{
    CHECK((*txn)->is_write);
    struct store *store = (*txn)->store;
    enum err err = (*txn)->err;
    if (err != ERR_OK) {
        mdb_txn_abort((*txn)->handle);
    } else {
        err = store_translate(mdb_txn_commit((*txn)->handle));
        if (err != ERR_OK && !goes_on(store)) {
            err = ERR_IO;
        }
    }
    txn_free(txn);
    return err;
}

void store_abort(struct store_txn **txn)
{
    if (*txn != NULL) {
        mdb_txn_abort((*txn)->handle);
        txn_free(txn);
    }
}

enum err store_renew_read(struct store_txn *txn)
{
    txn->err = store_translate(mdb_txn_renew(txn->handle));
    return txn->err;
}

void store_reset_read(struct store_txn *txn)
{
    mdb_txn_reset(txn->handle);
}

void store_end_read(struct store_txn **txn)
{
    store_abort(txn);
}

enum err store_error(const struct store_txn *txn)
{
    return txn->err;
}

void store_fail(struct store_txn *txn, enum err err)
{
    if (txn->err == ERR_OK) {
        txn->err = err;
    }
}

static MDB_val val_of(struct bytes bytes)
{
    return (MDB_val){.mv_size = bytes.size, .mv_data = (void *)(uintptr_t)bytes.data};
}

static struct bytes bytes_of_val(MDB_val val)
{
    return bytes_of(val.mv_data, val.mv_size);
}

/* Keeps the first error that is not an absence; true when the call succeeded. */
static bool succeeded(struct store_txn *txn, int code)
{
    if (code == MDB_SUCCESS) {
        return true;
    }
    if (code != MDB_NOTFOUND) {
        store_fail(txn, store_translate(code));
    }
    return false;
}

static MDB_dbi handle_of(const struct store_txn *txn, size_t table)
{
    CHECK(table < txn->store->table_count);
    return txn->store->handles[table];
}

bool store_get(struct store_txn *txn, size_t table, struct bytes key, struct bytes *ret_value)
{
    CHECK(key.size > 0 && key.size <= STORE_KEY_BYTES_MAX);
    MDB_val key_val = val_of(key);
    MDB_val value;
    if (txn->err != ERR_OK ||
        !succeeded(txn, mdb_get(txn->handle, handle_of(txn, table), &key_val, &value))) {
        return false;
    }
    *ret_value = bytes_of_val(value);
    return true;
}

bool store_has(struct store_txn *txn, size_t table, struct bytes key)
{
    struct bytes ignored;
    return store_get(txn, table, key, &ignored);
}

void store_put(struct store_txn *txn, size_t table, struct bytes key, struct bytes value)
{
    CHECK(txn->is_write && key.size > 0 && key.size <= STORE_KEY_BYTES_MAX);
    MDB_val key_val = val_of(key);
    MDB_val value_val = val_of(value);
    if (txn->err == ERR_OK) {
        (void)succeeded(txn, mdb_put(txn->handle, handle_of(txn, table), &key_val, &value_val, 0));
    }
}

bool store_delete(struct store_txn *txn, size_t table, struct bytes key)
{
    CHECK(txn->is_write && key.size > 0 && key.size <= STORE_KEY_BYTES_MAX);
    MDB_val key_val = val_of(key);
    return txn->err == ERR_OK &&
           succeeded(txn, mdb_del(txn->handle, handle_of(txn, table), &key_val, NULL));
}

void store_clear(struct store_txn *txn, size_t table)
{
    CHECK(txn->is_write);
    if (txn->err == ERR_OK) {
        (void)succeeded(txn, mdb_drop(txn->handle, handle_of(txn, table), 0));
    }
}

uint64_t store_count(struct store_txn *txn, size_t table)
{
    MDB_stat status = {0};
    if (txn->err == ERR_OK) {
        (void)succeeded(txn, mdb_stat(txn->handle, handle_of(txn, table), &status));
    }
    return status.ms_entries;
}

uint8_t *store_append(struct store_txn *txn, size_t table, uint64_t key, size_t size)
{
    CHECK(txn->is_write && (txn->store->tables[table].flags & STORE_SEQUENCE) != 0);
    MDB_val key_val = {.mv_size = sizeof key, .mv_data = &key};
    MDB_val value = {.mv_size = size};
    if (txn->err != ERR_OK) {
        return NULL;
    }
    int code =
        mdb_put(txn->handle, handle_of(txn, table), &key_val, &value, MDB_APPEND | MDB_RESERVE);
    CHECK(code != MDB_KEYEXIST);
    return succeeded(txn, code) ? value.mv_data : NULL;
}

bool store_get_sequence(struct store_txn *txn, size_t table, uint64_t key, struct bytes *ret_value)
{
    CHECK((txn->store->tables[table].flags & STORE_SEQUENCE) != 0);
    return store_get(txn, table, bytes_of(&key, sizeof key), ret_value);
}

bool store_last_sequence(struct store_txn *txn, size_t table, uint64_t *ret_key)
{
    struct store_cursor cursor;
    store_cursor_open(&cursor, txn, table);
    bool found = store_last(&cursor);
    if (found) {
        *ret_key = store_cursor_sequence(&cursor);
    }
    store_cursor_close(&cursor);
    return found;
}

void store_cursor_open(struct store_cursor *cursor, struct store_txn *txn, size_t table)
{
    *cursor = (struct store_cursor){.txn = txn, .table = table};
    MDB_cursor *handle = NULL;
    if (txn->err == ERR_OK &&
        succeeded(txn, mdb_cursor_open(txn->handle, handle_of(txn, table), &handle))) {
        cursor->handle = handle;
    }
}

void store_cursor_close(struct store_cursor *cursor)
{
    if (cursor->handle != NULL) {
        mdb_cursor_close(cursor->handle);
        cursor->handle = NULL;
    }
}

static bool cursor_move(struct store_cursor *cursor, MDB_val key, MDB_cursor_op operation)
{
    MDB_val value;
    if (cursor->handle == NULL || cursor->txn->err != ERR_OK ||
        !succeeded(cursor->txn, mdb_cursor_get(cursor->handle, &key, &value, operation))) {
        return false;
    }
    cursor->key = bytes_of_val(key);
    cursor->value = bytes_of_val(value);
    return true;
}

bool store_seek(struct store_cursor *cursor, struct bytes key)
{
    CHECK(key.size > 0 && key.size <= STORE_KEY_BYTES_MAX);
    return cursor_move(cursor, val_of(key), MDB_SET_RANGE);
}

bool store_seek_sequence(struct store_cursor *cursor, uint64_t key)
{
    return cursor_move(cursor, val_of(bytes_of(&key, sizeof key)), MDB_SET_RANGE);
}

bool store_first(struct store_cursor *cursor)
{
    return cursor_move(cursor, (MDB_val){0}, MDB_FIRST);
}

bool store_last(struct store_cursor *cursor)
{
    return cursor_move(cursor, (MDB_val){0}, MDB_LAST);
}

bool store_next(struct store_cursor *cursor)
{
    return cursor_move(cursor, (MDB_val){0}, MDB_NEXT);
}

bool store_previous(struct store_cursor *cursor)
{
    return cursor_move(cursor, (MDB_val){0}, MDB_PREV);
}

uint64_t store_cursor_sequence(const struct store_cursor *cursor)
{
    uint64_t key = 0;
    CHECK(cursor->key.size == sizeof key);
    memcpy(&key, cursor->key.data, sizeof key);
    return key;
}

struct hash store_digest(struct store_txn *txn, size_t table, struct hasher *hasher)
{
    struct store_cursor cursor;
    store_cursor_open(&cursor, txn, table);
    hash_begin(hasher);
    for (bool more = store_first(&cursor); more; more = store_next(&cursor)) {
        uint8_t sizes[16];
        write_be64(sizes, cursor.key.size);
        write_be64(sizes + 8, cursor.value.size);
        hash_add(hasher, bytes_of(sizes, sizeof sizes));
        hash_add(hasher, cursor.key);
        hash_add(hasher, cursor.value);
    }
    store_cursor_close(&cursor);
    return hash_end(hasher);
}
