#include "service/state.h"

#include "base/check.h"

#include <string.h>

enum { ROW_BYTES_MAX = 256 * 1024 };

void state_init(struct state *state, struct arena *arena, void *memory)
{
    *state = (struct state){.arena = arena, .memory = memory};
    wire_reader_init(&state->reader, arena);
    buffer_init(&state->buffer, ROW_BYTES_MAX);
}

void state_free(struct state *state)
{
    wire_reader_free(&state->reader);
    buffer_free(&state->buffer);
}

bool state_row(struct state *state, struct bytes value, const struct wire_message *message,
               void *ret_row)
{
    struct bytes kept = arena_copy_bytes(state->arena, value);
    if (wire_unpack(&state->reader, WIRE_ROW, WIRE_SKIP_UNKNOWN, message, kept, ret_row, NULL) !=
        ERR_OK) {
        store_fail(state->txn, ERR_CORRUPT);
        return false;
    }
    return true;
}

bool state_get(struct state *state, size_t table, struct bytes key,
               const struct wire_message *message, void *ret_row)
{
    struct bytes value;
    return store_get(state->txn, table, key, &value) && state_row(state, value, message, ret_row);
}

void state_put(struct state *state, size_t table, struct bytes key,
               const struct wire_message *message, const void *row)
{
    CHECK(state->writable);
    buffer_clear(&state->buffer);
    wire_pack(&state->buffer, WIRE_ROW, message, row);
    CHECK(!state->buffer.failed);
    store_put(state->txn, table, key, buffer_bytes(&state->buffer));
}

void state_delete(struct state *state, size_t table, struct bytes key)
{
    CHECK(state->writable);
    (void)store_delete(state->txn, table, key);
}

struct key key_make(void)
{
    struct key key;
    key.size = 0;
    return key;
}

void key_add_bytes(struct key *key, struct bytes bytes)
{
    CHECK(bytes.size <= sizeof key->data - key->size);
    if (bytes.size > 0) {
        memcpy(key->data + key->size, bytes.data, bytes.size);
        key->size += bytes.size;
    }
}

void key_add_uuid(struct key *key, const struct uuid *uuid)
{
    key_add_bytes(key, bytes_of(uuid->bytes, sizeof uuid->bytes));
}

void key_add_u64(struct key *key, uint64_t value)
{
    uint8_t bytes[8];
    write_be64(bytes, value);
    key_add_bytes(key, bytes_of(bytes, sizeof bytes));
}

void key_add_byte(struct key *key, uint8_t value)
{
    key_add_bytes(key, bytes_of(&value, 1));
}

void key_add_text(struct key *key, struct text text)
{
    key_add_bytes(key, text_bytes(text));
    key_add_byte(key, 0);
}

struct key key_of_uuid(const struct uuid *uuid)
{
    struct key key = key_make();
    key_add_uuid(&key, uuid);
    return key;
}

struct key key_of_text(struct text text)
{
    struct key key = key_make();
    key_add_text(&key, text);
    return key;
}

struct bytes key_bytes(const struct key *key)
{
    return bytes_of(key->data, key->size);
}

bool key_has_prefix(struct bytes key, const struct key *prefix)
{
    return key.size >= prefix->size && memcmp(key.data, prefix->data, prefix->size) == 0;
}
