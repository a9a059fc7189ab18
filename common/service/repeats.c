#include "service/repeats.h"

#include "base/check.h"

#include <string.h>

enum { KEY_BYTES = 16, VALUE_BYTES = 16 + 8 };

/* Which day a table holds stands in it under a key shorter than any request's. */
static const uint8_t day_key[] = {0};

static uint64_t day_of(int64_t now_ms)
{
    return (uint64_t)(now_ms / MS_PER_DAY);
}

static size_t table_of(uint64_t day)
{
    return TABLE_REPEATS + (size_t)(day % REPEAT_DAYS);
}

static bool table_holds(struct state *state, struct repeat_days *days, uint64_t day)
{
    struct bytes value;
    uint64_t *behind = &days->behind[day % REPEAT_DAYS];
    if (*behind == 0) {
        bool holds_one =
            store_get(state->txn, table_of(day), bytes_of(day_key, sizeof day_key), &value) &&
            value.size == 8;
        *behind = holds_one ? read_be64(value.data) + 1 : UINT64_MAX;
    }
    return *behind == day + 1;
}

void repeat_days_forget(struct repeat_days *days)
{
    *days = (struct repeat_days){0};
}

bool repeat_find(struct state *state, struct repeat_days *days, struct bytes key, int64_t now_ms,
                 struct repeat *ret_repeat)
{
    uint64_t today = day_of(now_ms);
    CHECK(key.size == KEY_BYTES);
    for (uint64_t back = 0; back < REPEAT_DAYS && back <= today; back++) {
        struct bytes value;
        if (!table_holds(state, days, today - back) ||
            !store_get(state->txn, table_of(today - back), key, &value)) {
            continue;
        }
        if (value.size != VALUE_BYTES) {
            store_fail(state->txn, ERR_CORRUPT);
            return false;
        }
        memcpy(ret_repeat->body, value.data, sizeof ret_repeat->body);
        ret_repeat->seq = read_be64(value.data + sizeof ret_repeat->body);
        return true;
    }
    return false;
}

void repeat_remember(struct state *state, struct repeat_days *days, struct bytes key,
                     const struct repeat *repeat, int64_t now_ms)
{
    uint64_t today = day_of(now_ms);
    uint8_t value[VALUE_BYTES];
    CHECK(state->writable && key.size == KEY_BYTES);
    if (!table_holds(state, days, today)) {
        uint8_t day[8];
        write_be64(day, today);
        store_clear(state->txn, table_of(today));
        store_put(state->txn, table_of(today), bytes_of(day_key, sizeof day_key),
                  bytes_of(day, sizeof day));
        days->behind[today % REPEAT_DAYS] = today + 1;
    }
    memcpy(value, repeat->body, sizeof repeat->body);
    write_be64(value + sizeof repeat->body, repeat->seq);
    store_put(state->txn, table_of(today), key, bytes_of(value, sizeof value));
}
