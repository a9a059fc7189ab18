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

/* Feeds one character to a remainder by 97: letters count as 10 to 35. */
static int mod97_add(int remainder, char letter)
{
    if (letter >= '0' && letter <= '9') {
        return (remainder * 10 + (letter - '0')) % 97;
    }
    return (remainder * 100 + (letter - 'A' + 10)) % 97;
}

struct text creditor_reference(struct arena *arena, struct text reference)
{
    static const char tail[] = "RF00";
    int remainder = 0;
    for (size_t i = 0; i < reference.size; i++) {
        remainder = mod97_add(remainder, reference.data[i]);
    }
    for (size_t i = 0; i < sizeof tail - 1; i++) {
        remainder = mod97_add(remainder, tail[i]);
    }
    return arena_print(arena, "RF%02d%.*s", 98 - remainder, TEXT_PRINT(reference));
}
