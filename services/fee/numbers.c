/* Numbers without gaps: of bills (ISO 11649) and receipts. */
#include "fee.h"

#include <inttypes.h>
#include <string.h>

int64_t year_of(const struct hall_rules *rules, int64_t now_ms)
{
    return date_civil(zone_date(calendar_zone(rules->calendar), now_ms)).year;
}

int64_t number_next(struct decision *decision, const char *kind, int64_t year)
{
    struct key key = key_of_text(text_of(kind));
    struct bytes value;
    if (store_get(decision->state->txn, TABLE_COUNTERS, key_bytes(&key), &value) &&
        value.size == 16 && (int64_t)read_be64(value.data) == year) {
        return (int64_t)read_be64(value.data + 8) + 1;
    }
    return 1;
}

void number_note(struct state *state, const char *kind, int64_t year, int64_t number)
{
    struct key key = key_of_text(text_of(kind));
    uint8_t value[16];
    write_be64(value, (uint64_t)year);
    write_be64(value + 8, (uint64_t)number);
    store_put(state->txn, TABLE_COUNTERS, key_bytes(&key), bytes_of(value, sizeof value));
}
