#include "store/internal.h"

#include "base/check.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { FORMAT_VERSION = 1, READERS_MAX = 64 };

enum err store_translate(int code)
{
    switch (code) {
    case MDB_SUCCESS:
        return ERR_OK;
    case MDB_NOTFOUND:
    case ENOENT:
        return ERR_NOT_FOUND;
    case MDB_KEYEXIST:
        return ERR_EXISTS;
    case MDB_MAP_FULL:
    case MDB_TXN_FULL:
    case ENOSPC:
    case EDQUOT:
        return ERR_FULL;
    case EROFS:
    case EACCES:
    case EPERM:
        return ERR_READ_ONLY;
    case MDB_VERSION_MISMATCH:
    case MDB_INCOMPATIBLE:
        return ERR_VERSION;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_BAD_TXN:
        return ERR_CORRUPT;
    default: /* MDB_PANIC too: a write failed where LMDB cannot go on */
        return ERR_IO;
    }
}

/* One process at a time: the lock goes with the descriptor, so a killed process leaves none. */
static enum err lock_take(struct store *store, struct reason *reason)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/lock", store->options.folder);
    store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (store->lock < 0) {
        return reason_set(reason, err_from_errno(errno), "cannot open %s: %s", path,
                          strerror(errno));
    }
    if (flock(store->lock, LOCK_EX | LOCK_NB) != 0) {
        return reason_set(reason, ERR_BUSY, "another process is using the data in %s",
                          store->options.folder);
    }
    return ERR_OK;
}

static enum err environment_open(struct store *store, struct reason *reason)
{
    char path[PATH_MAX];
    unsigned flags = MDB_NOSUBDIR | MDB_NOTLS;
    flags |= store->options.without_sync ? MDB_NOSYNC : 0;
    flags |= store->options.read_only ? MDB_RDONLY : 0;
    (void)snprintf(path, sizeof path, "%s/store.mdb", store->options.folder);
    int code = mdb_env_create(&store->environment);
    if (code == 0) {
        code = mdb_env_set_maxdbs(store->environment, STORE_TABLES_MAX + 1);
    }
    if (code == 0) {
        code = mdb_env_set_maxreaders(store->environment, READERS_MAX);
    }
    if (code == 0) {
        code = mdb_env_set_mapsize(store->environment, store->options.map_bytes);
    }
    if (code == 0) {
        code = mdb_env_open(store->environment, path, flags, 0600);
    }
    if (code == 0) {
        code = mdb_reader_check(store->environment, NULL); /* slots of processes that died */
    }
    if (code != 0) {
        return reason_set(reason, store_translate(code), "cannot open %s: %s", path,
                          mdb_strerror(code));
    }
    return ERR_OK;
}

/* Holds the stored format version against this program's, writing it into a new store. */
static enum err version_check(struct store *store, MDB_txn *txn, MDB_dbi meta,
                              struct reason *reason)
{
    MDB_val key = {.mv_size = 7, .mv_data = (void *)(uintptr_t) "version"};
    MDB_val value;
    uint8_t version[4];
    int code = mdb_get(txn, meta, &key, &value);
    if (code == MDB_NOTFOUND && !store->options.read_only) {
        write_be32(version, FORMAT_VERSION);
        value = (MDB_val){.mv_size = sizeof version, .mv_data = version};
        code = mdb_put(txn, meta, &key, &value, 0);
        return store_translate(code);
    }
    if (code != 0 || value.mv_size != sizeof version) {
        return reason_set(reason, ERR_CORRUPT, "the store in %s has no version",
                          store->options.folder);
    }
    if (read_be32(value.mv_data) != FORMAT_VERSION) {
        return reason_set(reason, ERR_VERSION,
                          "the store in %s has format %u, this program reads format %d",
                          store->options.folder, read_be32(value.mv_data), FORMAT_VERSION);
    }
    return ERR_OK;
}

static enum err tables_open(struct store *store, struct reason *reason)
{
    MDB_txn *txn = NULL;
    MDB_dbi meta = 0;
    unsigned create = store->options.read_only ? 0 : MDB_CREATE;
    unsigned begin_flags = store->options.read_only ? MDB_RDONLY : 0;
    int code = mdb_txn_begin(store->environment, NULL, begin_flags, &txn);
    if (code != 0) {
        return reason_set(reason, store_translate(code), "cannot read the store in %s: %s",
                          store->options.folder, mdb_strerror(code));
    }
    code = mdb_dbi_open(txn, "meta", create, &meta);
    for (size_t i = 0; code == 0 && i < store->table_count; i++) {
        unsigned flags = create;
        flags |= (store->tables[i].flags & STORE_SEQUENCE) != 0 ? MDB_INTEGERKEY : 0;
        code = mdb_dbi_open(txn, store->tables[i].name, flags, &store->handles[i]);
    }
    if (code != 0) {
        mdb_txn_abort(txn);
        return reason_set(reason, store_translate(code), "cannot open the tables in %s: %s",
                          store->options.folder, mdb_strerror(code));
    }
    enum err err = version_check(store, txn, meta, reason);
    if (err != ERR_OK) {
        mdb_txn_abort(txn);
        return err;
    }
    code = mdb_txn_commit(txn);
    return code == 0 ? ERR_OK
                     : reason_set(reason, store_translate(code), "cannot write to %s: %s",
                                  store->options.folder, mdb_strerror(code));
}

enum err store_open(const struct store_options *options, const struct store_table *tables,
                    size_t table_count, struct store **ret_store, struct reason *reason)
{
    CHECK(table_count <= STORE_TABLES_MAX);
    struct store *store = calloc(1, sizeof *store);
    CHECK(store != NULL);
    store->options = *options;
    store->options.folder = strdup(options->folder);
    CHECK(store->options.folder != NULL);
    memcpy(store->tables, tables, table_count * sizeof *tables);
    store->table_count = table_count;
    store->lock = -1;
    enum err err = ERR_OK;
    if (!options->read_only) {
        err = folder_make(options->folder, reason);
        if (err == ERR_OK) {
            err = lock_take(store, reason);
        }
    }
    if (err == ERR_OK) {
        err = environment_open(store, reason);
    }
    if (err == ERR_OK) {
        err = tables_open(store, reason);
    }
    if (err == ERR_OK && !options->read_only && !options->without_sync) {
        err = folder_sync(options->folder, reason);
    }
    if (err != ERR_OK) {
        store_close(&store);
        return err;
    }
    *ret_store = store;
    return ERR_OK;
}

void store_close(struct store **store)
{
    struct store *closing = *store;
    *store = NULL;
    if (closing == NULL) {
        return;
    }
    if (closing->environment != NULL) {
        mdb_env_close(closing->environment);
    }
    if (closing->lock >= 0) {
        close(closing->lock);
    }
    free((void *)(uintptr_t)closing->options.folder);
    free(closing);
}

size_t store_table_count(const struct store *store)
{
    return store->table_count;
}

const struct store_table *store_table_at(const struct store *store, size_t table)
{
    CHECK(table < store->table_count);
    return &store->tables[table];
}

struct store_usage store_usage(const struct store *store)
{
    MDB_envinfo info;
    MDB_stat status;
    struct store_usage usage = {0};
    CHECK(mdb_env_info(store->environment, &info) == 0);
    CHECK(mdb_env_stat(store->environment, &status) == 0);
    usage.map_bytes = info.me_mapsize;
    usage.used_bytes = (info.me_last_pgno + 1) * status.ms_psize;
    (void)disk_free_bytes(store->options.folder, &usage.disk_free_bytes);
    return usage;
}

/* Adds up the pages in LMDB's own table of free pages (handle 0, which may be read but has no
 * name): each value is a list that begins with how many there are. */
static int free_pages_count(MDB_txn *txn, uint64_t *ret_pages)
{
    MDB_cursor *cursor = NULL;
    MDB_val key;
    MDB_val list;
    uint64_t pages = 0;
    int code = mdb_cursor_open(txn, 0, &cursor);
    if (code != 0) {
        return code;
    }
    while ((code = mdb_cursor_get(cursor, &key, &list, MDB_NEXT)) == 0) {
        size_t count = 0;
        if (list.mv_size >= sizeof count) {
            memcpy(&count, list.mv_data, sizeof count);
        }
        pages += count;
    }
    mdb_cursor_close(cursor);
    *ret_pages = pages;
    return code == MDB_NOTFOUND ? 0 : code;
}

/* How much of what lies before the last page in use is free again. */
static enum err free_bytes(const struct store *store, uint64_t *ret_bytes)
{
    MDB_txn *txn = NULL;
    MDB_stat status;
    uint64_t pages = 0;
    CHECK(mdb_env_stat(store->environment, &status) == 0);
    int code = mdb_txn_begin(store->environment, NULL, MDB_RDONLY, &txn);
    if (code == 0) {
        code = free_pages_count(txn, &pages);
        mdb_txn_abort(txn);
    }
    *ret_bytes = pages * status.ms_psize;
    return store_translate(code);
}

/* The room left in the map. The end of the file answers at once while the map is far from full;
 * only near its end is it worth reading which pages before the end are free again. */
static enum err map_room(const struct store *store, const struct store_usage *usage)
{
    uint64_t behind = usage->map_bytes - usage->used_bytes;
    uint64_t before = 0;
    if (behind >= store->options.reserve_bytes) {
        return ERR_OK;
    }
    enum err err = free_bytes(store, &before);
    if (err != ERR_OK) {
        return err;
    }
    return behind + before >= store->options.reserve_bytes ? ERR_OK : ERR_FULL;
}

enum err store_room(const struct store *store)
{
    struct store_usage usage = store_usage(store);
    if (usage.disk_free_bytes < store->options.reserve_bytes) {
        return ERR_FULL;
    }
    enum err err = map_room(store, &usage);
    if (err != ERR_OK) {
        return err;
    }
    return access(store->options.folder, W_OK) == 0 ? ERR_OK : err_from_errno(errno);
}
