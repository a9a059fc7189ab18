/* The accounts as they stand: moved by events, kept with every balance they ever had. */
#include "ledger/internal.h"

#include "base/check.h"

#include <string.h>

WIRE_DEFINE_VOCABULARY(ledger_rows, LEDGER_ROWS)

enum {
    BALANCE_BYTES = 32,
    ENTRY_TAIL_BYTES = 17, /* time, seq, place */
    ENTRY_BYTES = UUID_BYTES + BALANCE_BYTES,
    DAY_BYTES = 4,
};

int64_t ledger_net(const struct ledger_balance *balance)
{
    return balance->debits_posted_fen - balance->credits_posted_fen;
}

bool ledger_resolves(const struct transfer *transfer)
{
    return transfer->step == TRANSFER_POST || transfer->step == TRANSFER_RELEASE;
}

bool ledger_side_move(struct ledger_balance *balance, const struct transfer *transfer,
                      bool is_debit, int64_t held_fen)
{
    int64_t *posted = is_debit ? &balance->debits_posted_fen : &balance->credits_posted_fen;
    int64_t *held = is_debit ? &balance->debits_held_fen : &balance->credits_held_fen;
    if (transfer->step == TRANSFER_HOLD) {
        return !__builtin_add_overflow(*held, transfer->amount_fen, held);
    }
    *held -= held_fen;
    return transfer->step == TRANSFER_RELEASE ||
           !__builtin_add_overflow(*posted, transfer->amount_fen, posted);
}

/* -- bytes ---------------------------------------------------------------------------------- */

static void balance_write(uint8_t bytes[BALANCE_BYTES], const struct ledger_balance *balance)
{
    write_be64(bytes, (uint64_t)balance->debits_posted_fen);
    write_be64(bytes + 8, (uint64_t)balance->debits_held_fen);
    write_be64(bytes + 16, (uint64_t)balance->credits_posted_fen);
    write_be64(bytes + 24, (uint64_t)balance->credits_held_fen);
}

static struct ledger_balance balance_read(const uint8_t *bytes)
{
    return (struct ledger_balance){
        .debits_posted_fen = (int64_t)read_be64(bytes),
        .debits_held_fen = (int64_t)read_be64(bytes + 8),
        .credits_posted_fen = (int64_t)read_be64(bytes + 16),
        .credits_held_fen = (int64_t)read_be64(bytes + 24),
    };
}

static struct key entry_key(struct text name, int64_t time, uint64_t seq, uint8_t place)
{
    struct key key = key_of_text(name);
    key_add_u64(&key, (uint64_t)time);
    key_add_u64(&key, seq);
    key_add_byte(&key, place);
    return key;
}

/* Fills `ret_entry` from where a cursor stands; false when that is no entry of `prefix`. Its
 * account is valid as keys of the store are. */
static bool entry_read(const struct store_cursor *cursor, const struct key *prefix,
                       struct ledger_entry *ret_entry)
{
    if (!key_has_prefix(cursor->key, prefix) || cursor->key.size <= ENTRY_TAIL_BYTES + 1 ||
        cursor->value.size != ENTRY_BYTES) {
        return false;
    }
    size_t name_size = cursor->key.size - ENTRY_TAIL_BYTES;
    const uint8_t *tail = cursor->key.data + name_size;
    *ret_entry = (struct ledger_entry){
        .account = bytes_text(bytes_of(cursor->key.data, name_size - 1)),
        .time = (int64_t)read_be64(tail),
        .seq = read_be64(tail + 8),
        .place = tail[16],
        .is_debit = tail[16] % 2 == 0,
        .after = balance_read(cursor->value.data + UUID_BYTES),
    };
    memcpy(ret_entry->id.uuid.bytes, cursor->value.data, UUID_BYTES);
    return true;
}

/* -- applying ------------------------------------------------------------------------------- */

static void side_apply(const struct ledger *ledger, struct state *state, const struct event *event,
                       const struct transfer *transfer, uint8_t place, int64_t held_fen)
{
    bool is_debit = place % 2 == 0;
    struct text name = is_debit ? transfer->debit : transfer->credit;
    struct key account = key_of_text(name);
    struct key entry = entry_key(name, event->envelope->time, event->seq, place);
    uint8_t value[ENTRY_BYTES];
    struct ledger_balance balance = ledger_balance_of(ledger, state, name);
    bool is_in_range = ledger_side_move(&balance, transfer, is_debit, held_fen);
    CHECK(is_in_range || store_error(state->txn) != ERR_OK);
    memcpy(value, transfer->id.uuid.bytes, UUID_BYTES);
    balance_write(value + UUID_BYTES, &balance);
    store_put(state->txn, ledger->accounts, key_bytes(&account),
              bytes_of(value + UUID_BYTES, BALANCE_BYTES));
    store_put(state->txn, ledger->entries, key_bytes(&entry), bytes_of(value, sizeof value));
}

static struct key turnover_prefix(const struct transfer *transfer)
{
    struct key key = key_of_text(transfer->debit);
    key_add_text(&key, transfer->credit);
    key_add_byte(&key, (uint8_t)transfer->code);
    return key;
}

static struct key turnover_key(const struct key *prefix, uint32_t day)
{
    struct key key = *prefix;
    uint8_t bytes[DAY_BYTES];
    write_be32(bytes, day);
    key_add_bytes(&key, bytes_of(bytes, sizeof bytes));
    return key;
}

/* The last row of `prefix` not behind `day`: its day and sum, both 0 when there is none. */
static int64_t turnover_until(const struct ledger *ledger, struct state *state,
                              const struct key *prefix, uint32_t day, uint32_t *ret_day)
{
    struct key behind = turnover_key(prefix, day + 1);
    struct store_cursor cursor;
    int64_t sum_fen = 0;
    *ret_day = 0;
    store_cursor_open(&cursor, state->txn, ledger->turnovers);
    bool found =
        store_seek(&cursor, key_bytes(&behind)) ? store_previous(&cursor) : store_last(&cursor);
    if (found && key_has_prefix(cursor.key, prefix) && cursor.value.size == 8) {
        *ret_day = read_be32(cursor.key.data + prefix->size);
        sum_fen = (int64_t)read_be64(cursor.value.data);
    }
    store_cursor_close(&cursor);
    return sum_fen;
}

static void turnover_apply(const struct ledger *ledger, struct state *state,
                           const struct transfer *transfer)
{
    struct key prefix = turnover_prefix(transfer);
    uint32_t last_day = 0;
    int64_t sum_fen = turnover_until(ledger, state, &prefix, UINT32_MAX - 1, &last_day);
    uint32_t day = (uint32_t)transfer->day.days;
    struct key key = turnover_key(&prefix, day > last_day ? day : last_day);
    uint8_t value[8];
    CHECK(!__builtin_add_overflow(sum_fen, transfer->amount_fen, &sum_fen));
    write_be64(value, (uint64_t)sum_fen);
    store_put(state->txn, ledger->turnovers, key_bytes(&key), bytes_of(value, sizeof value));
}

/* Notes that what was held is not any more; returns how much it was. */
static int64_t held_resolve(const struct ledger *ledger, struct state *state,
                            const struct transfer_id *id)
{
    struct ledger_transfer_row row;
    struct key key = key_of_uuid(&id->uuid);
    if (!ledger_transfer_load(ledger, state, id, &row)) {
        CHECK(store_error(state->txn) != ERR_OK);
        return 0;
    }
    row.is_resolved = true;
    state_put(state, ledger->transfers, key_bytes(&key), &ledger_transfer_row_message, &row);
    return row.transfer.amount_fen;
}

static void transfer_apply(const struct ledger *ledger, struct state *state,
                           const struct event *event, const struct transfer *transfer, size_t place)
{
    struct key key = key_of_uuid(&transfer->id.uuid);
    struct ledger_transfer_row row = {
        .transfer = *transfer,
        .event_id = event->envelope->id,
        .time = event->envelope->time,
        .seq = (int64_t)event->seq,
    };
    int64_t held_fen = 0;
    if (store_has(state->txn, ledger->transfers, key_bytes(&key))) {
        return;
    }
    if (ledger_resolves(transfer)) {
        held_fen = held_resolve(ledger, state, &transfer->held);
    }
    state_put(state, ledger->transfers, key_bytes(&key), &ledger_transfer_row_message, &row);
    side_apply(ledger, state, event, transfer, (uint8_t)(place * 2), held_fen);
    side_apply(ledger, state, event, transfer, (uint8_t)(place * 2 + 1), held_fen);
    if (transfer->step == transfer_step_absent || transfer->step == TRANSFER_POST) {
        turnover_apply(ledger, state, transfer);
    }
}

void ledger_apply(const struct ledger *ledger, struct state *state, const struct event *event,
                  const struct transfer_list *transfers)
{
    CHECK(transfers->count <= LEDGER_TRANSFERS_MAX);
    for (size_t i = 0; i < transfers->count; i++) {
        transfer_apply(ledger, state, event, &transfers->items[i], i);
    }
}

/* -- looking -------------------------------------------------------------------------------- */

struct ledger_balance ledger_balance_of(const struct ledger *ledger, struct state *state,
                                        struct text name)
{
    struct key key = key_of_text(name);
    struct bytes value;
    bool known = store_get(state->txn, ledger->accounts, key_bytes(&key), &value) &&
                 value.size == BALANCE_BYTES;
    return known ? balance_read(value.data) : (struct ledger_balance){0};
}

struct ledger_balance ledger_balance_at(const struct ledger *ledger, struct state *state,
                                        struct text name, int64_t time)
{
    struct key prefix = key_of_text(name);
    struct key behind = entry_key(name, time + 1, 0, 0);
    struct store_cursor cursor;
    struct ledger_entry entry = {0};
    store_cursor_open(&cursor, state->txn, ledger->entries);
    bool found =
        store_seek(&cursor, key_bytes(&behind)) ? store_previous(&cursor) : store_last(&cursor);
    if (!found || !entry_read(&cursor, &prefix, &entry)) {
        entry = (struct ledger_entry){0};
    }
    store_cursor_close(&cursor);
    return entry.after;
}

bool ledger_transfer_load(const struct ledger *ledger, struct state *state,
                          const struct transfer_id *id, struct ledger_transfer_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    return state_get(state, ledger->transfers, key_bytes(&key), &ledger_transfer_row_message,
                     ret_row);
}

void ledger_visit_accounts(const struct ledger *ledger, struct state *state, struct text after,
                           bool (*visit)(void *context, struct text name,
                                         const struct ledger_balance *balance),
                           void *context)
{
    struct store_cursor cursor;
    struct key key = key_of_text(after);
    store_cursor_open(&cursor, state->txn, ledger->accounts);
    bool more = after.size == 0 ? store_first(&cursor) : store_seek(&cursor, key_bytes(&key));
    for (bool go_on = true; go_on && more; more = store_next(&cursor)) {
        struct text name = arena_copy_text(
            state->arena, bytes_text(bytes_of(cursor.key.data, cursor.key.size - 1)));
        if (!text_equal(name, after) && cursor.value.size == BALANCE_BYTES) {
            struct ledger_balance balance = balance_read(cursor.value.data);
            go_on = visit(context, name, &balance);
        }
    }
    store_cursor_close(&cursor);
}

void ledger_visit_entries(const struct ledger *ledger, struct state *state, struct text name,
                          const struct ledger_entry *after,
                          bool (*visit)(void *context, const struct ledger_entry *entry),
                          void *context)
{
    bool is_many = name.size > 0 && name.data[name.size - 1] == '*';
    struct key prefix = key_make();
    if (is_many) {
        key_add_bytes(&prefix, bytes_of((const uint8_t *)name.data, name.size - 1));
    } else {
        key_add_text(&prefix, name);
    }
    struct key from = after == NULL ? prefix
                                    : entry_key(after->account, after->time, after->seq,
                                                (uint8_t)(after->place + 1));
    struct store_cursor cursor;
    struct ledger_entry entry;
    store_cursor_open(&cursor, state->txn, ledger->entries);
    bool more = store_seek(&cursor, key_bytes(&from));
    while (more && entry_read(&cursor, &prefix, &entry) && visit(context, &entry)) {
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
}

/* Reads the names and the reason out of a key; false when it is none. */
static bool turnover_read(struct bytes key, struct arena *arena, struct ledger_turnover *turnover)
{
    const uint8_t *end = memchr(key.data, 0, key.size);
    size_t debit_size = end == NULL ? 0 : (size_t)(end - key.data);
    const uint8_t *credit = end == NULL ? NULL : end + 1;
    const uint8_t *behind = credit == NULL ? NULL : memchr(credit, 0, key.size - debit_size - 1);
    if (behind == NULL || key.size != (size_t)(behind - key.data) + 2 + DAY_BYTES) {
        return false;
    }
    turnover->debit = arena_copy_text(arena, bytes_text(bytes_of(key.data, debit_size)));
    turnover->credit =
        arena_copy_text(arena, bytes_text(bytes_of(credit, (size_t)(behind - credit))));
    turnover->code = behind[1];
    return true;
}

void ledger_visit_turnovers(const struct ledger *ledger, struct state *state, struct date day,
                            bool (*visit)(void *context, const struct ledger_turnover *turnover),
                            void *context)
{
    struct store_cursor cursor;
    uint32_t last_day;
    store_cursor_open(&cursor, state->txn, ledger->turnovers);
    bool more = store_first(&cursor);
    for (bool go_on = true; go_on && more;) {
        struct ledger_turnover turnover = {0};
        if (!turnover_read(cursor.key, state->arena, &turnover)) {
            store_fail(state->txn, ERR_CORRUPT);
            break;
        }
        struct transfer of = {
            .debit = turnover.debit, .credit = turnover.credit, .code = turnover.code};
        struct key prefix = turnover_prefix(&of);
        struct key behind = turnover_key(&prefix, UINT32_MAX);
        uint32_t upto = (uint32_t)day.days;
        turnover.upto_fen = turnover_until(ledger, state, &prefix, upto, &last_day);
        turnover.before_fen = turnover_until(ledger, state, &prefix, upto - 1, &last_day);
        go_on = turnover.upto_fen == 0 || visit(context, &turnover);
        more = store_seek(&cursor, key_bytes(&behind));
    }
    store_cursor_close(&cursor);
}
