/* The record: every record of every service, in the order in which audit took them, chained.
 *
 *   index u64  ->  chain[32], length of the source u8, source, seq u64, the record's own bytes
 *
 * Audit takes a record only after everything that stood before it is here (I6): the order is a
 * linear extension of causality. */
#include "tree.h"

#include "base/check.h"

#include <string.h>

enum { ENTRY_HEAD_BYTES = 1 + SOURCE_CHARACTERS + 8 };

bool entry_read(struct bytes bytes, struct entry *ret_entry)
{
    if (bytes.size == 0 || bytes.size < 1U + bytes.data[0] + 8U) {
        return false;
    }
    size_t source_size = bytes.data[0];
    const uint8_t *place = bytes.data + 1 + source_size;
    *ret_entry = (struct entry){
        .source = bytes_text(bytes_of(bytes.data + 1, source_size)),
        .seq = read_be64(place),
        .record = bytes_of(place + 8, bytes.size - 1 - source_size - 8),
    };
    return true;
}

static struct bytes entry_write(struct audit *audit, struct text source, uint64_t seq,
                                struct bytes record)
{
    uint8_t head[ENTRY_HEAD_BYTES];
    CHECK(source.size <= SOURCE_CHARACTERS);
    head[0] = (uint8_t)source.size;
    memcpy(head + 1, source.data, source.size);
    write_be64(head + 1 + source.size, seq);
    buffer_clear(&audit->entry);
    buffer_append(&audit->entry, head, 1 + source.size + 8);
    buffer_append(&audit->entry, record.data, record.size);
    CHECK(!audit->entry.failed);
    return buffer_bytes(&audit->entry);
}

void archive(struct state *state, struct text source, uint64_t seq, struct bytes record,
             const struct event_envelope *envelope)
{
    struct audit *audit = state->memory;
    if (!audit->end_is_known) {
        audit->end = log_end(state->txn, TABLE_RECORD);
        audit->end_is_known = true;
    }
    log_append(state->txn, TABLE_RECORD, &audit->hasher, &audit->end,
               entry_write(audit, source, seq, record));
    tree_grow(state, &audit->hasher, audit->end.seq);
    if (envelope != NULL && !uuid_is_none(&envelope->case_id.uuid)) {
        struct key key = key_of_uuid(&envelope->case_id.uuid);
        key_add_u64(&key, audit->end.seq);
        store_put(state->txn, TABLE_CASE_EVENTS, key_bytes(&key), bytes_of("", 0));
    }
    if (envelope != NULL) {
        webhooks_note(state, envelope, audit->end.seq);
    }
}
