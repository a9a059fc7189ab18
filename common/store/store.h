/* One service's state: an LMDB environment with named tables.
 *
 * One process opens a store for writing (a lock refuses the second); one thread writes; any number
 * of threads read snapshots. A write transaction is all or nothing, and its commit is durable when
 * it returns (fsync), unless the store was opened without sync for the simulator.
 *
 * Errors are sticky: after the first failure in a transaction the later calls do nothing, and the
 * commit returns it. Reads that find nothing are no errors. LMDB's own codes stop here. Values
 * handed out point into the map: they are valid until the next write of the same transaction, or
 * its end. Keys have 1 to STORE_KEY_BYTES_MAX bytes.
 *
 * LMDB keeps no checksums: that stored bytes are what was written is proved by the log's chain and
 * by replay, not here. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "base/hash.h"

enum { STORE_KEY_BYTES_MAX = 480, STORE_TABLES_MAX = 64 };

enum store_table_flags {
    STORE_SEQUENCE = 1,   /* keys are u64 that only grow: store_append */
    STORE_UNDIGESTED = 2, /* no function of the logs: in no digest */
};

struct store_table {
    const char *name;
    unsigned flags;
};

struct store_options {
    const char *folder;   /* made when missing */
    size_t map_bytes;     /* the most the store may ever hold; address space, not disk */
    size_t reserve_bytes; /* room that is kept free, of the map and of the disk */
    bool without_sync;    /* for the simulator only: commits are not durable */
    bool read_only;       /* a look at another process's store: no lock, no write */
};

struct store;
struct store_txn;

/* Opens or makes the store. A table is called by its index in `tables`, which are copied but for
 * the names. ERR_BUSY when another process has it, ERR_VERSION when it was written by a newer
 * program. */
enum err store_open(const struct store_options *options, const struct store_table *tables,
                    size_t table_count, struct store **ret_store, struct reason *reason);

/* Closes; all transactions must have ended. Accepts NULL and nulls the pointer. */
void store_close(struct store **store);

size_t store_table_count(const struct store *store);
const struct store_table *store_table_at(const struct store *store, size_t table);

/* ERR_FULL when less than the reserve is left of the map or the disk, ERR_READ_ONLY when the folder
 * cannot be written: what makes a service refuse new work before a commit fails.
 *
 * Costs two system calls while a reserve is left behind the last page in use. From then on it also
 * counts, each time it is asked, the pages before that one which are free again: it reads LMDB's
 * free list under a snapshot of its own, a page for each past transaction whose pages were not
 * taken again, so microseconds in most stores and milliseconds after a mass deletion. The count is
 * an estimate: pages that an old snapshot or the latest transaction still holds back, and pages too
 * far apart for a value larger than a page, count as room. A commit that finds them unusable is
 * undone with ERR_FULL; smaller ones go on in what is left behind the last page. */
enum err store_room(const struct store *store);

struct store_usage {
    uint64_t map_bytes;
    uint64_t used_bytes; /* of the map, up to its last page in use */
    uint64_t disk_free_bytes;
};
struct store_usage store_usage(const struct store *store);

/* -- transactions ------------------------------------------------------------------------------ */

/* Begins the one write transaction. */
enum err store_begin_write(struct store *store, struct store_txn **ret_txn);

/* Ends it. On any error nothing was written. ERR_FULL may be tried again when there is room; ERR_IO
 * and ERR_CORRUPT mean that the process must end and start from what is durable. Whatever the
 * cause, it is ERR_IO when the environment begins no transaction any more. */
enum err store_commit(struct store_txn **txn);
void store_abort(struct store_txn **txn);

/* Begins a snapshot. A reader thread keeps the object and renews it for each use: cheap. */
enum err store_begin_read(struct store *store, struct store_txn **ret_txn);
enum err store_renew_read(struct store_txn *txn);
void store_reset_read(struct store_txn *txn);
void store_end_read(struct store_txn **txn);

/* The sticky error. A function that finds stored bytes wrong sets it too. */
enum err store_error(const struct store_txn *txn);
void store_fail(struct store_txn *txn, enum err err);

/* -- values ------------------------------------------------------------------------------------ */

/* True and the value when `key` is there. */
bool store_get(struct store_txn *txn, size_t table, struct bytes key, struct bytes *ret_value);
bool store_has(struct store_txn *txn, size_t table, struct bytes key);
void store_put(struct store_txn *txn, size_t table, struct bytes key, struct bytes value);

/* True when there was something to delete. */
bool store_delete(struct store_txn *txn, size_t table, struct bytes key);

/* Empties the table. */
void store_clear(struct store_txn *txn, size_t table);
uint64_t store_count(struct store_txn *txn, size_t table);

/* For STORE_SEQUENCE tables: room for `size` bytes behind the last key, to be filled by the caller
 * before the next call; NULL after an error. A key that does not grow is a bug (CHECK). */
uint8_t *store_append(struct store_txn *txn, size_t table, uint64_t key, size_t size);
bool store_get_sequence(struct store_txn *txn, size_t table, uint64_t key, struct bytes *ret_value);
bool store_last_sequence(struct store_txn *txn, size_t table, uint64_t *ret_key);

/* -- cursors ----------------------------------------------------------------------------------- */

struct store_cursor {
    struct store_txn *txn;
    void *handle;
    struct bytes key;
    struct bytes value;
    size_t table;
};

/* A cursor must be closed before its transaction ends: the end of a write transaction frees what
 * its cursors hold, and closing one afterwards would free it again. */
void store_cursor_open(struct store_cursor *cursor, struct store_txn *txn, size_t table);
void store_cursor_close(struct store_cursor *cursor);

/* Each moves the cursor and fills `key` and `value`; false at the end. Seek finds the first key
 * that is not less than `key`. */
bool store_seek(struct store_cursor *cursor, struct bytes key);
bool store_seek_sequence(struct store_cursor *cursor, uint64_t key);
bool store_first(struct store_cursor *cursor);
bool store_last(struct store_cursor *cursor);
bool store_next(struct store_cursor *cursor);
bool store_previous(struct store_cursor *cursor);

/* The u64 of the present key of a STORE_SEQUENCE table. */
uint64_t store_cursor_sequence(const struct store_cursor *cursor);

/* -- digests ----------------------------------------------------------------------------------- */

struct hasher;

/* SHA-256 over all keys and values of a table, in key order, each with its length. */
struct hash store_digest(struct store_txn *txn, size_t table, struct hasher *hasher);
