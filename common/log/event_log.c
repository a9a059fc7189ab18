#include "log/event_log.h"

#include "base/check.h"

#include <string.h>

static bool record_split(struct store_txn *txn, uint64_t seq, struct bytes value,
                         struct log_record *ret_record)
{
    if (value.size <= HASH_BYTES) {
        store_fail(txn, ERR_CORRUPT);
        return false;
    }
    ret_record->seq = seq;
    memcpy(ret_record->chain.bytes, value.data, HASH_BYTES);
    ret_record->bytes = bytes_of(value.data + HASH_BYTES, value.size - HASH_BYTES);
    return true;
}

struct log_position log_end(struct store_txn *txn, size_t table)
{
    struct log_position end = {0};
    struct store_cursor cursor;
    store_cursor_open(&cursor, txn, table);
    if (store_last(&cursor)) {
        struct log_record record;
        end.seq = store_cursor_sequence(&cursor);
        if (record_split(txn, end.seq, cursor.value, &record)) {
            end.chain = record.chain;
        }
    }
    store_cursor_close(&cursor);
    return end;
}

void log_append(struct store_txn *txn, size_t table, struct hasher *hasher,
                struct log_position *end, struct bytes record)
{
    CHECK(record.size > 0 && record.size <= LOG_VALUE_BYTES_MAX);
    uint8_t *value = store_append(txn, table, end->seq + 1, HASH_BYTES + record.size);
    if (value == NULL) {
        return;
    }
    end->chain = hash_chain(hasher, &end->chain, record);
    end->seq++;
    memcpy(value, end->chain.bytes, HASH_BYTES);
    memcpy(value + HASH_BYTES, record.data, record.size);
}

bool log_read(struct store_txn *txn, size_t table, uint64_t seq, struct log_record *ret_record)
{
    struct bytes value;
    return store_get_sequence(txn, table, seq, &value) && record_split(txn, seq, value, ret_record);
}

bool log_follows(struct hasher *hasher, const struct hash *before, const struct log_record *record)
{
    struct hash chain = hash_chain(hasher, before, record->bytes);
    return hash_equal(&chain, &record->chain);
}

bool log_read_proved(struct store_txn *txn, size_t table, struct hasher *hasher, uint64_t seq,
                     struct log_record *ret_record)
{
    struct log_record before = {0};
    if (seq > 1 && !log_read(txn, table, seq - 1, &before)) {
        return false;
    }
    if (!log_read(txn, table, seq, ret_record)) {
        return false;
    }
    if (!log_follows(hasher, &before.chain, ret_record)) {
        store_fail(txn, ERR_CORRUPT);
        return false;
    }
    return true;
}
