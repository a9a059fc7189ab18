/* Collection points (S36): branches that take money outside the hall and post to the same ledger.
 * What each took is counted by the day; one that was open on a working day and took nothing is a
 * matter of Finance when the day is over. */
#include "memory.h"
#include "money.h"

#include "base/check.h"
#include "catalogue/points.h"

#include <string.h>

enum { SUMS_MAX = 400 };

static const char cashier_role[] = "cashier";
static const char hall_body[] = "HALL";

/* -- keys ----------------------------------------------------------------------------------- */

/* The day whose end is waited for. */
static struct key next_key(void)
{
    return key_of_text(TEXT_LITERAL("next"));
}

/* That a point took money on a day of the calendar. */
static struct key posted_key(struct date day, struct text point)
{
    struct key key = key_of_text(TEXT_LITERAL("posted"));
    key_add_u64(&key, (uint64_t)day.days);
    key_add_text(&key, point);
    return key;
}

/* What points took in the books of a day. */
static struct key taken_prefix(struct date day)
{
    struct key key = key_of_text(TEXT_LITERAL("taken"));
    key_add_u64(&key, (uint64_t)day.days);
    return key;
}

static struct key taken_key(struct date day, struct text point, enum money_way way)
{
    struct key key = taken_prefix(day);
    key_add_text(&key, point);
    key_add_byte(&key, (uint8_t)way);
    return key;
}

/* -- who works there ------------------------------------------------------------------------ */

const struct catalogue_collection_point *point_find(struct state *state, struct text code)
{
    const struct hall_rules *rules = money_rules(state);
    return rules == NULL || text_is_empty(code)
               ? NULL
               : catalogue_collection_point(rules->catalogue, code);
}

bool point_has_cashier(const struct principal *principal, struct text point)
{
    const struct text role = text_of(cashier_role);
    return principal_holds(principal, role, text_of(hall_body)) ||
           (!text_is_empty(point) && principal_holds(principal, role, point));
}

bool point_of_cashier(struct state *state, const struct principal *principal,
                      struct text *ret_point)
{
    *ret_point = (struct text){0};
    if (point_has_cashier(principal, *ret_point)) {
        return true;
    }
    for (size_t i = 0; i < principal->grants.count; i++) {
        const struct role_grant *grant = &principal->grants.items[i];
        if (text_equal_string(grant->role, cashier_role) &&
            point_find(state, grant->department) != NULL) {
            *ret_point = grant->department;
            return true;
        }
    }
    return false;
}

/* -- the end of a day ----------------------------------------------------------------------- */

/* A day has no id: the timer is known by the day itself. */
static struct timer end_of(struct zone zone, struct date day)
{
    struct timer timer = {.due_ms = zone_time(zone, date_add_days(day, 1), 0),
                          .kind = TIMER_POINTS};
    write_be32(timer.subject.bytes, (uint32_t)day.days);
    timer.tag = TEXT_LITERAL("points");
    return timer;
}

static bool next_load(struct state *state, struct date *ret_day)
{
    struct key key = next_key();
    struct bytes value;
    if (!store_get(state->txn, TABLE_POINTS, key_bytes(&key), &value) || value.size != 8) {
        return false;
    }
    ret_day->days = (int32_t)read_be64(value.data);
    return true;
}

/* Waits for the end of the first working day that is `from` or later, where there are points. */
static void next_plan(struct state *state, struct date from)
{
    const struct hall_rules *rules = money_rules(state);
    struct key key = next_key();
    struct date day;
    uint8_t bytes[8];
    if (rules == NULL || rules->catalogue->head.collection_point_count == 0 ||
        catalogue_item(rules->catalogue, TEXT_LITERAL("silent_point")) == NULL ||
        calendar_next_workday(rules->calendar, from, &day) != ERR_OK) {
        state_delete(state, TABLE_POINTS, key_bytes(&key));
        return;
    }
    struct timer timer = end_of(calendar_zone(rules->calendar), day);
    write_be64(bytes, (uint64_t)day.days);
    store_put(state->txn, TABLE_POINTS, key_bytes(&key), bytes_of(bytes, sizeof bytes));
    timer_set(state, &timer);
}

/* True when a day's end was waited for: it is no more. */
static bool next_forget(struct state *state, struct date *ret_day)
{
    if (!next_load(state, ret_day) || money_rules(state) == NULL) {
        return false;
    }
    struct timer timer = end_of(calendar_zone(money_rules(state)->calendar), *ret_day);
    timer_remove(state, &timer);
    return true;
}

/* A day that is over and was not looked at yet is not passed over. */
void apply_points_planned(struct state *state, const struct event *event)
{
    struct date waited;
    if (money_rules(state) == NULL) {
        return;
    }
    struct date today = money_day(state, event->envelope->time);
    bool is_waited = next_forget(state, &waited);
    next_plan(state, is_waited && waited.days < today.days ? waited : today);
}

/* Cashiers of the point may say why, as Finance may. */
static void silence_open(struct decision *decision, const struct catalogue_collection_point *point,
                         struct date day)
{
    struct party *cashiers = arena_take(decision->arena, sizeof *cashiers);
    *cashiers = (struct party){.relation = text_of(cashier_role), .department = point->code};
    struct flow_beginning beginning = {
        .rules = money_rules(decision->state),
        .procedure = TEXT_LITERAL("silent_point"),
        .signal = "point_silent",
        .fields = {.collection_point = point->code,
                   .books_day = day,
                   .parties = {.items = cashiers, .count = 1}},
    };
    struct case_id id;
    rules_hall_subject(fee_shelf(decision->state->memory), decision->state, decision->arena,
                       &beginning.subject, &beginning.public_key);
    CHECK(flow_open_on(&fee_flow, decision, &beginning, &id));
}

enum verdict decide_points(struct decision *decision, const struct timer *timer)
{
    const struct catalogue_head *head = &money_rules(decision->state)->catalogue->head;
    struct fee_points_checked checked = {
        .day = {(int32_t)read_be32(timer->subject.bytes)},
    };
    for (size_t i = 0; i < head->collection_point_count; i++) {
        const struct catalogue_collection_point *point = &head->collection_points[i];
        struct key key = posted_key(checked.day, point->code);
        if (!catalogue_point_is_open(point, checked.day)) {
            continue;
        }
        checked.open++;
        if (!store_has(decision->state->txn, TABLE_POINTS, key_bytes(&key))) {
            checked.silent++;
            silence_open(decision, point, checked.day);
        }
    }
    emit(decision, NULL, &fee_points_checked_message, &checked);
    return VERDICT_OK;
}

void apply_points_checked(struct state *state, const struct event *event)
{
    const struct fee_points_checked *checked = event->data;
    const struct hall_rules *rules = money_rules(state);
    struct date waited;
    for (size_t i = 0; rules != NULL && i < rules->catalogue->head.collection_point_count; i++) {
        struct text point = rules->catalogue->head.collection_points[i].code;
        struct key key = posted_key(checked->day, point);
        state_delete(state, TABLE_POINTS, key_bytes(&key));
    }
    (void)next_forget(state, &waited);
    next_plan(state, date_add_days(checked->day, 1));
}

/* -- what was taken ------------------------------------------------------------------------- */

void point_note(struct state *state, const struct event *event)
{
    const struct fee_payment_recorded *recorded = event->data;
    struct text point = recorded->collection_point;
    if (text_is_empty(point)) {
        return;
    }
    struct key posted = posted_key(money_day(state, event->envelope->time), point);
    struct key taken = taken_key(recorded->transfers.items[0].day, point, way_of(recorded->method));
    int64_t fen = recorded->amount_fen;
    struct bytes value;
    uint8_t stored[8];
    if (store_get(state->txn, TABLE_POINTS, key_bytes(&taken), &value) && value.size == 8) {
        fen += (int64_t)read_be64(value.data);
    }
    write_be64(stored, (uint64_t)fen);
    store_put(state->txn, TABLE_POINTS, key_bytes(&taken), bytes_of(stored, sizeof stored));
    store_put(state->txn, TABLE_POINTS, key_bytes(&posted), bytes_of("", 0));
}

static struct reconciled_point *way_of_point(struct reconciled_point_list *list, struct text point,
                                             struct text way)
{
    for (size_t i = 0; i < list->count; i++) {
        if (text_equal(list->items[i].collection_point, point) &&
            text_equal(list->items[i].way, way)) {
            return &list->items[i];
        }
    }
    CHECK(list->count < SUMS_MAX);
    struct reconciled_point *added = &list->items[list->count++];
    *added = (struct reconciled_point){.collection_point = point, .way = way};
    return added;
}

/* Every point of the catalogue stands there in each of its ways, with zeros where nothing came. */
static void points_gather(struct state *state, struct reconciled_point_list *list)
{
    const struct hall_rules *rules = money_rules(state);
    for (size_t i = 0; rules != NULL && i < rules->catalogue->head.collection_point_count; i++) {
        const struct catalogue_collection_point *point =
            &rules->catalogue->head.collection_points[i];
        for (size_t k = 0; k < point->methods.count; k++) {
            (void)way_of_point(list, point->code, point->methods.items[k]);
        }
    }
}

struct reconciled_point_list points_reconcile(struct state *state, struct date day)
{
    struct reconciled_point_list list = {
        .items = arena_take_array(state->arena, SUMS_MAX, sizeof *list.items)};
    struct key prefix = taken_prefix(day);
    struct store_cursor cursor;
    points_gather(state, &list);
    store_cursor_open(&cursor, state->txn, TABLE_POINTS);
    bool more = store_seek(&cursor, key_bytes(&prefix));
    while (more && key_has_prefix(cursor.key, &prefix) && cursor.value.size == 8) {
        size_t size = cursor.key.size - prefix.size - 2; /* a zero byte, and the way */
        struct text point = arena_copy_text(
            state->arena, bytes_text(bytes_of(cursor.key.data + prefix.size, size)));
        bool is_cash = cursor.key.data[cursor.key.size - 1] == WAY_CASH;
        way_of_point(&list, point, is_cash ? TEXT_LITERAL("cash") : TEXT_LITERAL("transfer"))
            ->taken_fen = (int64_t)read_be64(cursor.value.data);
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
    return list;
}
