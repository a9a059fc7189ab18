#include "service/timers.h"

#include "base/check.h"

#include <string.h>

enum { FIXED_BYTES = 8 + 1 + UUID_BYTES };

static struct key timer_key(const struct timer *timer)
{
    CHECK(timer->due_ms >= 0 && timer->kind <= UINT8_MAX && timer->tag.size <= TIMER_TAG_BYTES_MAX);
    struct key key = key_make();
    key_add_u64(&key, (uint64_t)timer->due_ms);
    key_add_byte(&key, (uint8_t)timer->kind);
    key_add_uuid(&key, &timer->subject);
    key_add_bytes(&key, text_bytes(timer->tag));
    return key;
}

void timer_set(struct state *state, const struct timer *timer)
{
    CHECK(state->writable);
    struct key key = timer_key(timer);
    store_put(state->txn, TABLE_TIMERS, key_bytes(&key), bytes_of("", 0));
}

void timer_remove(struct state *state, const struct timer *timer)
{
    struct key key = timer_key(timer);
    state_delete(state, TABLE_TIMERS, key_bytes(&key));
}

bool timer_read(struct bytes key, struct timer *ret_timer)
{
    if (key.size < FIXED_BYTES || key.size > FIXED_BYTES + TIMER_TAG_BYTES_MAX) {
        return false;
    }
    *ret_timer = (struct timer){
        .due_ms = (int64_t)read_be64(key.data),
        .kind = key.data[8],
        .tag = bytes_text(bytes_of(key.data + FIXED_BYTES, key.size - FIXED_BYTES)),
    };
    memcpy(ret_timer->subject.bytes, key.data + 9, UUID_BYTES);
    return true;
}
