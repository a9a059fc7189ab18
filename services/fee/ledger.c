/* The ledger: double entry in whole fen; every entry sums to zero (L54). */
#include "fee.h"

#include "base/check.h"

#include <inttypes.h>
#include <string.h>

enum { POSTINGS_MAX = 64 };

void postings_init(struct posting_set *set, struct arena *arena)
{
    *set = (struct posting_set){.arena = arena};
    set->list.items = arena_take_array(arena, POSTINGS_MAX, sizeof *set->list.items);
}

void postings_add(struct posting_set *set, const char *kind, struct text detail, int64_t amount_fen)
{
    struct text account = arena_print(set->arena, "%s:%.*s", kind, TEXT_PRINT(detail));
    for (size_t i = 0; i < set->list.count; i++) {
        if (text_equal(set->list.items[i].account, account)) {
            CHECK(!__builtin_add_overflow(set->list.items[i].amount_fen, amount_fen,
                                          &set->list.items[i].amount_fen));
            return;
        }
    }
    CHECK(set->list.count < POSTINGS_MAX);
    set->list.items[set->list.count++] =
        (struct posting){.account = account, .amount_fen = amount_fen};
}

bool postings_balance(const struct posting_list *postings)
{
    int64_t sum = 0;
    for (size_t i = 0; i < postings->count; i++) {
        if (__builtin_add_overflow(sum, postings->items[i].amount_fen, &sum)) {
            return false;
        }
    }
    return sum == 0;
}

void postings_apply(struct state *state, const struct posting_list *postings)
{
    for (size_t i = 0; i < postings->count; i++) {
        const struct posting *posting = &postings->items[i];
        struct key key = key_of_text(posting->account);
        struct bytes value;
        int64_t balance = 0;
        uint8_t stored[8];
        if (store_get(state->txn, TABLE_ACCOUNTS, key_bytes(&key), &value) && value.size == 8) {
            balance = (int64_t)read_be64(value.data);
        }
        /* FEN_MAX bounds every posting: it would take 9000 of the largest to come near. */
        CHECK(!__builtin_add_overflow(balance, posting->amount_fen, &balance));
        write_be64(stored, (uint64_t)balance);
        store_put(state->txn, TABLE_ACCOUNTS, key_bytes(&key), bytes_of(stored, sizeof stored));
    }
}

/* -- numbers -------------------------------------------------------------------------------- */

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
