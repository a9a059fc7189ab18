#include "service/timers.h"

#include "base/check.h"

#include <string.h>

enum {
    DUE_AT = 1,
    KIND_AT = DUE_AT + 8,
    SUBJECT_AT = KIND_AT + 1,
    TAG_AT = SUBJECT_AT + UUID_BYTES
};

enum timer_class timer_class_of(const struct service_timer *entry)
{
    if (entry->is_background) {
        return TIMER_BACKGROUND;
    }
    return entry->is_legal ? TIMER_LEGAL : TIMER_PLAIN;
}

static enum timer_class class_of(const struct state *state, const struct timer *timer)
{
    CHECK(state->service != NULL && timer->kind < state->service->timer_count);
    return timer_class_of(&state->service->timers[timer->kind]);
}

static struct key timer_key(const struct state *state, const struct timer *timer)
{
    CHECK(timer->due_ms >= 0 && timer->kind <= UINT8_MAX && timer->tag.size <= TIMER_TAG_BYTES_MAX);
    struct key key = key_make();
    key_add_byte(&key, (uint8_t)class_of(state, timer));
    key_add_u64(&key, (uint64_t)timer->due_ms);
    key_add_byte(&key, (uint8_t)timer->kind);
    key_add_uuid(&key, &timer->subject);
    key_add_bytes(&key, text_bytes(timer->tag));
    return key;
}

void timer_set(struct state *state, const struct timer *timer)
{
    CHECK(state->writable);
    struct key key = timer_key(state, timer);
    store_put(state->txn, TABLE_TIMERS, key_bytes(&key), bytes_of("", 0));
}

void timer_remove(struct state *state, const struct timer *timer)
{
    struct key key = timer_key(state, timer);
    state_delete(state, TABLE_TIMERS, key_bytes(&key));
}

bool timer_is_set(struct state *state, const struct timer *timer)
{
    struct key key = timer_key(state, timer);
    return store_has(state->txn, TABLE_TIMERS, key_bytes(&key));
}

bool timer_read(struct bytes key, struct timer *ret_timer)
{
    if (key.size < TAG_AT || key.size > TAG_AT + TIMER_TAG_BYTES_MAX ||
        key.data[0] >= TIMER_CLASSES || read_be64(key.data + DUE_AT) > INT64_MAX) {
        return false;
    }
    *ret_timer = (struct timer){
        .due_ms = (int64_t)read_be64(key.data + DUE_AT),
        .kind = key.data[KIND_AT],
        .tag = bytes_text(bytes_of(key.data + TAG_AT, key.size - TAG_AT)),
    };
    memcpy(ret_timer->subject.bytes, key.data + SUBJECT_AT, UUID_BYTES);
    return true;
}

void timer_walk_open(struct timer_walk *walk, struct store_txn *txn, enum timer_class class)
{
    *walk = (struct timer_walk){.class = class};
    store_cursor_open(&walk->cursor, txn, TABLE_TIMERS);
}

bool timer_walk_next(struct timer_walk *walk)
{
    uint8_t first = (uint8_t)walk->class;
    bool found = walk->begun ? store_next(&walk->cursor)
                             : store_seek(&walk->cursor, bytes_of(&first, sizeof first));
    walk->begun = true;
    if (!found || walk->cursor.key.data[0] != first) {
        return false;
    }
    if (!timer_read(walk->cursor.key, &walk->timer)) {
        store_fail(walk->cursor.txn, ERR_CORRUPT);
        return false;
    }
    return true;
}

void timer_walk_close(struct timer_walk *walk)
{
    store_cursor_close(&walk->cursor);
}

int64_t timer_first_due(struct store_txn *txn, enum timer_class class)
{
    struct timer_walk walk;
    timer_walk_open(&walk, txn, class);
    int64_t due_ms = timer_walk_next(&walk) ? walk.timer.due_ms : INT64_MAX;
    timer_walk_close(&walk);
    return due_ms;
}
