/* A service's log: records in the order in which they took effect, chained by SHA-256.
 *
 *   table `log`   seq u64, gapless from 1  ->  chain[32] record bytes
 *   chain of seq  = SHA-256(chain of seq - 1, record bytes); the chain of 0 is all zeros
 *
 * The writer appends within the transaction that applies the record. Readers read under their own
 * snapshot and may verify what they read: LMDB has no checksums, the chain is what notices. */
#pragma once

#include "crypto/sha256.h"
#include "log/record.h"
#include "store/store.h"

/* Where a log ends: the last sequence number (0: empty) and its chain. */
struct log_position {
    uint64_t seq;
    struct hash chain;
};

struct log_record {
    uint64_t seq;
    struct hash chain;
    struct bytes bytes; /* valid as values of the store are */
};

/* The end of the log in `table` as `txn` sees it. */
struct log_position log_end(struct store_txn *txn, size_t table);

/* The longest value a log keeps: a record, and what the archivist notes of where it came from. */
enum { LOG_VALUE_BYTES_MAX = RECORD_BYTES_MAX + 64 };

/* Appends `record` behind `end` and moves `end` on. Errors are the transaction's. */
void log_append(struct store_txn *txn, size_t table, struct hasher *hasher,
                struct log_position *end, struct bytes record);

/* The record of `seq`; false when there is none. ERR_CORRUPT in the transaction when the stored
 * value is too short to be one. */
bool log_read(struct store_txn *txn, size_t table, uint64_t seq, struct log_record *ret_record);

/* True when `record` follows `before`: its chain is the hash of both. */
bool log_follows(struct hasher *hasher, const struct hash *before, const struct log_record *record);

/* Reads `seq` and proves it against its predecessor; ERR_CORRUPT in the transaction when the chain
 * does not hold: such a record is never served. */
bool log_read_proved(struct store_txn *txn, size_t table, struct hasher *hasher, uint64_t seq,
                     struct log_record *ret_record);
