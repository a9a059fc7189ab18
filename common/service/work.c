#include "service/work.h"

#include "base/check.h"
#include "wire/declare.h"

#include <string.h>

enum { PAYLOAD_BYTES_MAX = 64 * 1024, KEY_BYTES = 8 + 1 + UUID_BYTES };

/* clang-format off */
#define WORK_ROW(F, S)                                                                             \
    F(S, attempts, INT(0, 1000000),          REQUIRED, "how often it was tried")                   \
    F(S, payload,  BYTES(PAYLOAD_BYTES_MAX), OPTIONAL, "what there is to do")
#define WORK_VOCABULARY(M) M(ROW, work_row, WORK_ROW, "work.row", "An order in the table of work.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(work_vocabulary, WORK_VOCABULARY)
WIRE_DEFINE_VOCABULARY(work_vocabulary, WORK_VOCABULARY)

static struct key work_key(int64_t due_ms, unsigned kind, const struct uuid *id)
{
    CHECK(due_ms >= 0 && kind <= UINT8_MAX);
    struct key key = key_make();
    key_add_u64(&key, (uint64_t)due_ms);
    key_add_byte(&key, (uint8_t)kind);
    key_add_uuid(&key, id);
    return key;
}

void work_add(struct state *state, const struct work_order *order,
              const struct wire_message *message, const void *payload)
{
    struct buffer packed;
    buffer_init(&packed, PAYLOAD_BYTES_MAX);
    wire_pack(&packed, WIRE_ROW, message, payload);
    CHECK(!packed.failed);
    struct work_row row = {.attempts = order->attempts, .payload = buffer_bytes(&packed)};
    struct key key = work_key(order->due_ms, order->kind, &order->id);
    state_put(state, TABLE_WORK, key_bytes(&key), &work_row_message, &row);
    buffer_free(&packed);
}

bool work_remove(struct state *state, int64_t due_ms, unsigned kind, const struct uuid *id)
{
    struct key key = work_key(due_ms, kind, id);
    CHECK(state->writable);
    return store_delete(state->txn, TABLE_WORK, key_bytes(&key));
}

bool work_put_off(struct state *state, int64_t due_ms, unsigned kind, const struct uuid *id,
                  int64_t again_ms)
{
    struct work_row row;
    struct key before = work_key(due_ms, kind, id);
    struct key after = work_key(again_ms, kind, id);
    if (!state_get(state, TABLE_WORK, key_bytes(&before), &work_row_message, &row)) {
        return false;
    }
    row.attempts++;
    state_delete(state, TABLE_WORK, key_bytes(&before));
    state_put(state, TABLE_WORK, key_bytes(&after), &work_row_message, &row);
    return true;
}

bool work_stands(struct state *state, int64_t due_ms, unsigned kind, const struct uuid *id)
{
    struct key key = work_key(due_ms, kind, id);
    return store_has(state->txn, TABLE_WORK, key_bytes(&key));
}

bool work_read(struct state *state, struct bytes key, struct bytes value,
               struct work_order *ret_order)
{
    struct work_row row;
    if (key.size != KEY_BYTES || !state_row(state, value, &work_row_message, &row)) {
        return false;
    }
    *ret_order = (struct work_order){
        .due_ms = (int64_t)read_be64(key.data),
        .kind = key.data[8],
        .attempts = row.attempts,
        .payload = row.payload,
    };
    memcpy(ret_order->id.bytes, key.data + 9, UUID_BYTES);
    return true;
}
