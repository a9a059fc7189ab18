#include "skeleton.h"

#include <stdio.h>
#include <string.h>

enum { PATH_BYTES_MAX = 512, TABLES_MAX = 49, READERS_MAX = 64 };
static const size_t MAP_BYTES = (size_t)64 << 30;

void bare_store_open(struct bare_store *store, const char *folder, const char *name)
{
    char path[PATH_BYTES_MAX];
    MDB_txn *txn = NULL;
    int size = snprintf(path, sizeof path, "%s/%s.mdb", folder, name);
    NEED(size > 0 && (size_t)size < sizeof path);
    NEED(mdb_env_create(&store->environment) == 0);
    NEED(mdb_env_set_maxdbs(store->environment, TABLES_MAX) == 0);
    NEED(mdb_env_set_maxreaders(store->environment, READERS_MAX) == 0);
    NEED(mdb_env_set_mapsize(store->environment, MAP_BYTES) == 0);
    NEED(mdb_env_open(store->environment, path, MDB_NOSUBDIR | MDB_NOTLS, 0600) == 0);
    NEED(mdb_txn_begin(store->environment, NULL, 0, &txn) == 0);
    NEED(mdb_dbi_open(txn, "log", MDB_CREATE | MDB_INTEGERKEY, &store->log) == 0);
    NEED(mdb_dbi_open(txn, "rows", MDB_CREATE, &store->rows) == 0);
    NEED(mdb_dbi_open(txn, "cursors", MDB_CREATE, &store->cursors) == 0);
    NEED(mdb_txn_commit(txn) == 0);
}

void bare_store_append(const struct bare_store *store, MDB_txn *txn, uint64_t seq,
                       const void *event, size_t size)
{
    MDB_val key = {.mv_size = sizeof seq, .mv_data = &seq};
    MDB_val value = {.mv_size = size};
    NEED(mdb_put(txn, store->log, &key, &value, MDB_APPEND | MDB_RESERVE) == 0);
    memcpy(value.mv_data, event, size);
}

uint64_t bare_store_end(const struct bare_store *store, MDB_txn *txn)
{
    MDB_cursor *cursor = NULL;
    MDB_val key;
    MDB_val value;
    uint64_t seq = 0;
    NEED(mdb_cursor_open(txn, store->log, &cursor) == 0);
    if (mdb_cursor_get(cursor, &key, &value, MDB_LAST) == 0) {
        memcpy(&seq, key.mv_data, sizeof seq);
    }
    mdb_cursor_close(cursor);
    return seq;
}
