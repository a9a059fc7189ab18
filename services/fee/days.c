/* The days of the books (4.4e): each begins with the first money that moves in it and is a matter
 * of Finance until it is closed. What the bills say was paid is held against what the accounts took
 * in, for every unit and way (S42); a difference is named, never adjusted away. */
#include "memory.h"
#include "money.h"

#include "base/check.h"
#include "ledger/proof.h"

#include <string.h>

enum { SUMS_MAX = 400 };

/* -- keys ----------------------------------------------------------------------------------- */

static struct key closed_key(void)
{
    return key_of_text(TEXT_LITERAL("closed"));
}

static struct key day_key(struct date day)
{
    struct key key = key_of_text(TEXT_LITERAL("day"));
    key_add_u64(&key, (uint64_t)day.days);
    return key;
}

static struct key takings_prefix(struct date day)
{
    struct key key = key_of_text(TEXT_LITERAL("taken"));
    key_add_u64(&key, (uint64_t)day.days);
    return key;
}

struct date days_closed(struct state *state)
{
    struct key key = closed_key();
    struct bytes value;
    bool known = store_get(state->txn, TABLE_DAYS, key_bytes(&key), &value) && value.size == 8;
    return (struct date){known ? (int32_t)read_be64(value.data) : 0};
}

bool day_load(struct state *state, struct date day, struct day_row *ret_row)
{
    struct key key = day_key(day);
    return state_get(state, TABLE_DAYS, key_bytes(&key), &day_row_message, ret_row);
}

static void day_put(struct state *state, const struct day_row *row)
{
    struct key key = day_key(row->day);
    state_put(state, TABLE_DAYS, key_bytes(&key), &day_row_message, row);
}

/* -- beginning ------------------------------------------------------------------------------ */

/* A day has no id before its matter does: the timer is known by the day itself. */
static struct timer beginning_of(struct date day, int64_t time)
{
    struct timer timer = {.due_ms = time, .kind = TIMER_BOOKS};
    write_be32(timer.subject.bytes, (uint32_t)day.days);
    timer.tag = TEXT_LITERAL("books");
    return timer;
}

/* The first money of a day begins its books; rules from before there were such days have none. */
static void day_begin(struct state *state, struct date day, int64_t time)
{
    struct day_row row;
    if (day_load(state, day, &row) ||
        catalogue_item(money_rules(state)->catalogue, TEXT_LITERAL("fee_day")) == NULL) {
        return;
    }
    struct timer timer = beginning_of(day, time);
    day_put(state, &(struct day_row){.day = day, .begun = time});
    timer_set(state, &timer);
}

void money_apply(struct state *state, const struct event *event,
                 const struct transfer_list *transfers)
{
    if (transfers->count > 0) {
        day_begin(state, transfers->items[0].day, event->envelope->time);
        ledger_apply(&fee_ledger, state, event, transfers);
        bank_items_note(state, event, transfers);
    }
}

enum verdict decide_books(struct decision *decision, const struct timer *timer)
{
    struct date day = {(int32_t)read_be32(timer->subject.bytes)};
    struct flow_beginning beginning = {
        .rules = money_rules(decision->state),
        .procedure = TEXT_LITERAL("fee_day"),
        .signal = "books_opened",
        .fields = {.books_day = day},
    };
    struct case_id id;
    rules_hall_subject(fee_shelf(decision->state->memory), decision->state, decision->arena,
                       &beginning.subject, &beginning.public_key);
    CHECK(flow_open_on(&fee_flow, decision, &beginning, &id));
    return VERDICT_OK;
}

void apply_day_opened(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct day_row row;
    if (!day_load(state, moved->fields.books_day, &row)) {
        CHECK(store_error(state->txn) != ERR_OK);
        return;
    }
    struct timer timer = beginning_of(row.day, row.begun);
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    uint8_t bytes[4];
    timer_remove(state, &timer);
    row.case_id = event->envelope->case_id;
    day_put(state, &row);
    write_be32(bytes, (uint32_t)row.day.days);
    store_put(state->txn, TABLE_DAY_MATTERS, key_bytes(&key), bytes_of(bytes, sizeof bytes));
}

/* The day that a matter is about; false when it is about none. */
static bool day_of_matter(struct state *state, const struct case_id *id, struct date *ret_day)
{
    struct key key = key_of_uuid(&id->uuid);
    struct bytes value;
    if (!store_get(state->txn, TABLE_DAY_MATTERS, key_bytes(&key), &value) || value.size != 4) {
        return false;
    }
    ret_day->days = (int32_t)read_be32(value.data);
    return true;
}

/* -- what the bills say --------------------------------------------------------------------- */

static struct key takings_key(struct date day, struct text unit, enum money_way way)
{
    struct key key = takings_prefix(day);
    key_add_text(&key, unit);
    key_add_byte(&key, (uint8_t)way);
    return key;
}

void takings_add(struct state *state, struct date day, enum money_way way,
                 const struct bill_row *bill)
{
    for (size_t i = 0; i < bill->lines.count; i++) {
        const struct bill_line *line = &bill->lines.items[i];
        struct key key = takings_key(day, line->payee, way);
        struct bytes value;
        uint8_t stored[8];
        int64_t fen = line_due(line);
        if (fen == 0) {
            continue;
        }
        if (store_get(state->txn, TABLE_DAYS, key_bytes(&key), &value) && value.size == 8) {
            fen += (int64_t)read_be64(value.data);
        }
        write_be64(stored, (uint64_t)fen);
        store_put(state->txn, TABLE_DAYS, key_bytes(&key), bytes_of(stored, sizeof stored));
    }
}

/* -- holding both sides against each other -------------------------------------------------- */

/* The sums of a day being gathered. */
struct gathering {
    struct proof proof;
    struct reconciliation_told *told;
};

static bool turnover_gather(void *context, const struct ledger_turnover *turnover)
{
    struct gathering *gathering = context;
    if (turnover->code == TRANSFER_DIFFERENCE) {
        bool is_short = text_starts_with(turnover->debit, "over_short:");
        int64_t fen = turnover->upto_fen - turnover->before_fen;
        gathering->told->counted_short_fen += is_short ? fen : 0;
        gathering->told->counted_over_fen += is_short ? 0 : fen;
    }
    return proof_add(&gathering->proof, turnover);
}

static struct reconciled_way *way_find(struct reconciliation_told *told, struct text unit,
                                       struct text way)
{
    for (size_t i = 0; i < told->ways.count; i++) {
        if (text_equal(told->ways.items[i].unit, unit) &&
            text_equal(told->ways.items[i].way, way)) {
            return &told->ways.items[i];
        }
    }
    CHECK(told->ways.count < SUMS_MAX);
    struct reconciled_way *added = &told->ways.items[told->ways.count++];
    *added = (struct reconciled_way){.unit = unit, .way = way};
    return added;
}

static void takings_gather(struct state *state, struct reconciliation_told *told)
{
    struct key prefix = takings_prefix(told->date);
    struct store_cursor cursor;
    store_cursor_open(&cursor, state->txn, TABLE_DAYS);
    bool more = store_seek(&cursor, key_bytes(&prefix));
    while (more && key_has_prefix(cursor.key, &prefix) && cursor.value.size == 8) {
        size_t unit_size = cursor.key.size - prefix.size - 2;
        struct text unit = arena_copy_text(
            state->arena, bytes_text(bytes_of(cursor.key.data + prefix.size, unit_size)));
        bool is_cash = cursor.key.data[cursor.key.size - 1] == WAY_CASH;
        struct reconciled_way *way =
            way_find(told, unit, is_cash ? TEXT_LITERAL("cash") : TEXT_LITERAL("transfer"));
        way->receipts_fen = (int64_t)read_be64(cursor.value.data);
        told->receipts_fen += way->receipts_fen;
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
}

/* Every unit of the catalogue stands there in each of its ways, with zeros where nothing came. */
static void units_gather(struct state *state, struct reconciliation_told *told)
{
    const struct hall_rules *rules = money_rules(state);
    if (rules == NULL) {
        return;
    }
    const struct catalogue_head *head = &rules->catalogue->head;
    for (size_t i = 0; i < head->charging_unit_count; i++) {
        (void)way_find(told, head->charging_units[i].code, TEXT_LITERAL("cash"));
        (void)way_find(told, head->charging_units[i].code, TEXT_LITERAL("transfer"));
    }
}

/* What bills say that was paid on a day against what the accounts took in; without the banks. */
static struct gathering *day_reconcile(struct state *state, struct date day)
{
    struct reconciliation_told *told = arena_take(state->arena, sizeof *told);
    struct gathering *gathering = arena_take(state->arena, sizeof *gathering);
    told->date = day;
    told->ways.items = arena_take_array(state->arena, SUMS_MAX, sizeof *told->ways.items);
    gathering->told = told;
    proof_begin(&gathering->proof, state->arena, day);
    units_gather(state, told);
    takings_gather(state, told);
    ledger_visit_turnovers(&fee_ledger, state, day, turnover_gather, gathering);
    const struct proof_way_list *moved = &gathering->proof.told.ways;
    for (size_t i = 0; i < moved->count; i++) {
        way_find(told, moved->items[i].unit, moved->items[i].way)->moved_fen =
            moved->items[i].today_fen;
        told->moved_fen += moved->items[i].today_fen;
    }
    told->balanced = told->counted_short_fen == 0 && told->counted_over_fen == 0;
    for (size_t i = 0; i < told->ways.count; i++) {
        told->balanced &= told->ways.items[i].receipts_fen == told->ways.items[i].moved_fen;
    }
    return gathering;
}

/* -- closing -------------------------------------------------------------------------------- */

struct text books_fact(struct move *move)
{
    struct state *state = move->decision->state;
    struct date day;
    if (!day_of_matter(state, &move->matter->id, &day)) {
        return (struct text){0};
    }
    return day_reconcile(state, day)->told->balanced ? TEXT_LITERAL("balanced")
                                                     : TEXT_LITERAL("differing");
}

static bool closes(const struct move *move)
{
    return move_emits(move, "day_balanced") || move_emits(move, "day_differed");
}

void day_complete(struct move *move, struct case_moved *moved)
{
    struct date day;
    if (closes(move) && day_of_matter(move->decision->state, &move->matter->id, &day)) {
        moved->fields.books_day = day;
    }
}

void day_after(struct move *move, const struct case_moved *moved)
{
    (void)moved;
    if (closes(move)) {
        (void)settlements_order(move->decision); /* the daily sweep (L55) */
    }
}

/* Days may be closed late and in any order: what moves now stands behind the last closed one. */
void apply_day_closed(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct date day = moved->fields.books_day;
    struct key key = closed_key();
    struct day_row row;
    uint8_t bytes[8];
    if (day_load(state, day, &row)) {
        row.is_closed = true;
        day_put(state, &row);
    }
    if (day.days > days_closed(state).days) {
        write_be64(bytes, (uint64_t)day.days);
        store_put(state->txn, TABLE_DAYS, key_bytes(&key), bytes_of(bytes, sizeof bytes));
    }
}

/* -- looking -------------------------------------------------------------------------------- */

enum verdict query_reconciliation(struct reading *reading, const void *question)
{
    const struct ask_reconciliation *asked = question;
    struct day_row row;
    enum verdict verdict = money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    struct gathering *gathering = day_reconcile(reading->state, asked->date);
    struct reconciliation_told *told = gathering->told;
    banks_name(reading->state, &gathering->proof);
    banks_prove(reading->state, &gathering->proof);
    proof_end(&gathering->proof);
    told->banks = gathering->proof.told.banks;
    told->points = points_reconcile(reading->state, asked->date);
    if (day_load(reading->state, asked->date, &row)) {
        told->matter = row.case_id;
        told->closed = row.is_closed;
    }
    return reading_answer(reading, &reconciliation_told_message, told);
}
