/* Numbers without gaps: of bills (ISO 11649), receipts, deposits and settlements. */
#include "money.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The year of the hall in which `now_ms` falls. */
static int64_t year_of(const struct hall_rules *rules, int64_t now_ms)
{
    return date_civil(zone_date(calendar_zone(rules->calendar), now_ms)).year;
}

/* One more than the last of its kind in that year. */
static int64_t number_next(struct decision *decision, const char *kind, int64_t year)
{
    struct key key = key_of_text(text_of(kind));
    struct bytes value;
    if (store_get(decision->state->txn, TABLE_COUNTERS, key_bytes(&key), &value) &&
        value.size == 16 && (int64_t)read_be64(value.data) == year) {
        return (int64_t)read_be64(value.data + 8) + 1;
    }
    return 1;
}

enum { NUMBER_DIGITS = 7, YEAR_DIGITS = 4 };

struct text number_make(struct decision *decision, const char *kind, const char *prefix,
                        int64_t before)
{
    int64_t year = year_of(money_rules(decision->state), decision->now_ms);
    int64_t number = number_next(decision, kind, year) + before;
    return arena_print(decision->arena, "%s%" PRId64 "%0*" PRId64, prefix, year, NUMBER_DIGITS,
                       number);
}

/* Notes that `number` of `kind` was given. */
static void number_note(struct state *state, const char *kind, int64_t year, int64_t number)
{
    struct key key = key_of_text(text_of(kind));
    uint8_t value[16];
    write_be64(value, (uint64_t)year);
    write_be64(value + 8, (uint64_t)number);
    store_put(state->txn, TABLE_COUNTERS, key_bytes(&key), bytes_of(value, sizeof value));
}

void number_follow(struct state *state, const char *kind, struct text text, size_t prefix_size)
{
    char year[YEAR_DIGITS + 1] = "";
    char number[24] = "";
    struct text digits = text_after(text, prefix_size);
    if (digits.size > YEAR_DIGITS && digits.size - YEAR_DIGITS < sizeof number) {
        memcpy(year, digits.data, YEAR_DIGITS);
        memcpy(number, digits.data + YEAR_DIGITS, digits.size - YEAR_DIGITS);
        number_note(state, kind, strtoll(year, NULL, 10), strtoll(number, NULL, 10));
    }
}
