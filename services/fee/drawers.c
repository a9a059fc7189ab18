/* Drawers (4.4d): cash is taken into an open one, counted by two, and taken to the bank by two. */
#include "money.h"

#include "base/check.h"

#include <string.h>

enum { DRAWERS_MAX = 200, UNITS_MAX = 64 };

/* -- what is known -------------------------------------------------------------------------- */

/* The drawer that a cashier has: open, or counted and not empty yet. */
static bool drawer_of(struct state *state, struct text cashier, struct case_id *ret_id)
{
    struct key key = key_of_text(cashier);
    struct bytes value;
    if (text_is_empty(cashier) || !store_get(state->txn, TABLE_CASHIERS, key_bytes(&key), &value) ||
        value.size != UUID_BYTES) {
        return false;
    }
    memcpy(ret_id->uuid.bytes, value.data, UUID_BYTES);
    return true;
}

static bool drawer_load(struct state *state, const struct case_id *id, struct drawer_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    return state_get(state, TABLE_DRAWERS, key_bytes(&key), &drawer_row_message, ret_row);
}

static void drawer_put(struct state *state, const struct case_id *id, const struct drawer_row *row)
{
    struct key key = key_of_uuid(&id->uuid);
    state_put(state, TABLE_DRAWERS, key_bytes(&key), &drawer_row_message, row);
}

bool drawer_is_open(struct state *state, struct text cashier)
{
    struct case_id id;
    struct drawer_row row;
    return drawer_of(state, cashier, &id) && drawer_load(state, &id, &row) && row.counted == 0;
}

struct text drawer_point(struct state *state, struct text cashier)
{
    struct case_id id;
    struct drawer_row row;
    bool is_there = drawer_of(state, cashier, &id) && drawer_load(state, &id, &row);
    return is_there ? row.collection_point : (struct text){0};
}

bool deposit_find(struct state *state, struct text reference, struct deposit_row *ret_row)
{
    struct key key = key_of_text(reference);
    return state_get(state, TABLE_DEPOSITS, key_bytes(&key), &deposit_row_message, ret_row);
}

/* What a drawer holds beside its change, and whose that is. */
struct takings {
    struct unit_amount_list units;
    int64_t sum_fen;
};

static void takings_take(void *context, struct text unit, int64_t amount_fen)
{
    struct takings *takings = context;
    CHECK(takings->units.count < UNITS_MAX); /* one for each charging unit of the catalogue */
    takings->units.items[takings->units.count++] =
        (struct unit_amount){.unit = unit, .amount_fen = amount_fen};
    takings->sum_fen += amount_fen;
}

static struct takings takings_of(struct state *state, struct arena *arena, struct text cashier)
{
    struct takings takings = {.units.items =
                                  arena_take_array(arena, UNITS_MAX, sizeof *takings.units.items)};
    drawer_visit(state, arena, cashier, takings_take, &takings);
    return takings;
}

static int64_t float_of(struct state *state, struct arena *arena, struct text cashier)
{
    struct ledger_balance balance =
        ledger_balance_of(&fee_ledger, state, account_float(arena, cashier));
    return ledger_net(&balance);
}

/* Nothing is counted where nothing was found, not where the amount was forgotten. */
static enum verdict amount_check(const struct move *move)
{
    const struct action_fields *fields = move->fields;
    if (fields->amount_fen == 0 && !fields->empty) {
        return refuse_action_field(move->decision, TEXT_LITERAL("amount_fen"),
                                   "must be given; where there was nothing to count, say empty");
    }
    if (fields->amount_fen > 0 && fields->empty) {
        return refuse_action_field(move->decision, TEXT_LITERAL("empty"),
                                   "does not go with an amount");
    }
    return VERDICT_OK;
}

/* -- opening -------------------------------------------------------------------------------- */

/* Between what should be there and what is: named, and never adjusted away. */
static void difference_move(struct ledger_draft *draft, struct text cashier, int64_t difference_fen)
{
    struct text change = account_float(draft->arena, cashier);
    struct text named = account_over_short(draft->arena, cashier);
    if (difference_fen < 0) {
        ledger_move(draft, TRANSFER_DIFFERENCE, named, change, -difference_fen);
    } else {
        ledger_move(draft, TRANSFER_DIFFERENCE, change, named, difference_fen);
    }
}

/* Fills where the drawer stands: at the point that is named, else where the cashier works. The
 * cashiers of a point are its drawers' cashiers, as those of the hall are everywhere. */
static enum verdict place_complete(struct move *move, struct case_moved *moved)
{
    struct decision *decision = move->decision;
    struct text point = move->fields->collection_point;
    if (text_is_empty(point) && !point_of_cashier(decision->state, decision->principal, &point)) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      "cash is taken at the fee window of the hall or at a collection point: hold "
                      "your role there");
    }
    if (text_is_empty(point)) {
        return VERDICT_OK;
    }
    const struct catalogue_collection_point *place = point_find(decision->state, point);
    if (place == NULL || !text_span_contains(&place->methods, TEXT_LITERAL("cash"))) {
        return refuse_action_field(decision, TEXT_LITERAL("collection_point"),
                                   "is no collection point of the hall that takes cash");
    }
    if (!point_has_cashier(decision->principal, point)) {
        return refuse(decision, PROBLEM_FORBIDDEN, "you are no cashier of this collection point");
    }
    struct party *cashiers = arena_take(decision->arena, sizeof *cashiers);
    *cashiers = (struct party){.relation = TEXT_LITERAL("cashier"), .department = point};
    moved->fields.collection_point = point;
    moved->fields.parties = (struct party_list){.items = cashiers, .count = 1};
    return VERDICT_OK;
}

/* A cashier's first change is handed out to him; later he begins with what he had. */
static enum verdict open_complete(struct move *move, struct case_moved *moved)
{
    struct decision *decision = move->decision;
    struct text cashier = decision->principal->login;
    struct text change = account_float(decision->arena, cashier);
    int64_t counted_fen = move->fields->amount_fen;
    int64_t should_be_fen = float_of(decision->state, decision->arena, cashier);
    struct ledger_draft draft;
    struct case_id other;
    enum verdict verdict = amount_check(move);
    if (verdict == VERDICT_OK) {
        verdict = place_complete(move, moved);
    }
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (drawer_of(decision->state, cashier, &other)) {
        return refuse(decision, PROBLEM_CONFLICT,
                      "you have a drawer already; it is counted and its cash taken to the bank "
                      "before you open another");
    }
    money_draft(&draft, decision);
    if (should_be_fen == 0) {
        ledger_move(&draft, TRANSFER_FLOAT, change, account_float_issued(), counted_fen);
    } else {
        difference_move(&draft, cashier, counted_fen - should_be_fen);
    }
    CHECK(draft.result == LEDGER_OK);
    moved->transfers = draft.list;
    return VERDICT_OK;
}

/* -- counting ------------------------------------------------------------------------------- */

/* Whose drawer the move is about. */
static struct text cashier_of(const struct move *move)
{
    struct drawer_row row;
    bool known = drawer_load(move->decision->state, &move->matter->id, &row);
    return known ? row.cashier : (struct text){0};
}

struct text drawer_takings(struct move *move)
{
    struct text cashier = cashier_of(move);
    if (text_is_empty(cashier)) {
        return (struct text){0};
    }
    struct takings takings = takings_of(move->decision->state, move->decision->arena, cashier);
    return takings.sum_fen > 0 ? TEXT_LITERAL("some") : TEXT_LITERAL("none");
}

/* What the units have taken stays exact: what is missing is missing of the change, and where that
 * is not enough the hall puts the rest in first. */
static enum verdict count_complete(struct move *move, struct case_moved *moved)
{
    struct decision *decision = move->decision;
    struct text cashier = cashier_of(move);
    const struct action_fields *fields = move->fields;
    struct takings takings = takings_of(decision->state, decision->arena, cashier);
    struct text change = account_float(decision->arena, cashier);
    int64_t change_fen = float_of(decision->state, decision->arena, cashier);
    int64_t difference_fen = fields->amount_fen - change_fen - takings.sum_fen;
    int64_t lacks_fen = difference_fen + change_fen < 0 ? -(difference_fen + change_fen) : 0;
    struct ledger_draft draft;
    enum verdict verdict = amount_check(move);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    money_draft(&draft, decision);
    ledger_move(&draft, TRANSFER_FLOAT, change, account_float_issued(), lacks_fen);
    difference_move(&draft, cashier, difference_fen);
    ledger_move(&draft, TRANSFER_FLOAT, change, account_float_issued(), fields->handed_out_fen);
    ledger_move(&draft, TRANSFER_FLOAT, account_float_issued(), change, fields->taken_back_fen);
    if (draft.result == LEDGER_EXCEEDED) {
        return refuse_action_field(
            decision, TEXT_LITERAL("taken_back_fen"),
            "is more change than there is in the drawer, or than was handed out");
    }
    CHECK(draft.result == LEDGER_OK);
    moved->transfers = draft.list;
    return VERDICT_OK;
}

/* -- the bank ------------------------------------------------------------------------------- */

/* Finance's account to which the cash of a drawer is taken: that of its point, else of the hall. */
static struct text bank_of_drawer(struct state *state, struct text cashier)
{
    const struct catalogue_collection_point *point =
        point_find(state, drawer_point(state, cashier));
    return point != NULL ? point->deposits_to->code
                         : money_rules(state)->catalogue->head.transit_account.cash_to->code;
}

static enum verdict deposit_complete(struct move *move, struct case_moved *moved)
{
    struct decision *decision = move->decision;
    struct text cashier = cashier_of(move);
    struct takings takings = takings_of(decision->state, decision->arena, cashier);
    struct text bank = bank_of_drawer(decision->state, cashier);
    struct ledger_draft draft;
    money_draft(&draft, decision);
    for (size_t i = 0; i < takings.units.count; i++) {
        const struct unit_amount *of_unit = &takings.units.items[i];
        ledger_move(&draft, TRANSFER_DEPOSIT,
                    account_transit(draft.arena, bank, of_unit->unit, WAY_CASH),
                    account_drawer(draft.arena, cashier, of_unit->unit), of_unit->amount_fen);
    }
    CHECK(draft.result == LEDGER_OK);
    moved->number = number_make(decision, "deposit", "CD", 0);
    moved->fields.bank = bank;
    moved->fields.amount_fen = takings.sum_fen;
    moved->transfers = draft.list;
    return VERDICT_OK;
}

enum verdict drawer_complete(struct move *move, struct case_moved *moved)
{
    static const struct {
        const char *event;
        enum verdict (*complete)(struct move *move, struct case_moved *moved);
    } steps[] = {
        {"drawer_opened", open_complete},
        {"drawer_counted", count_complete},
        {"cash_deposited", deposit_complete},
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (move_emits(move, steps[i].event)) {
            return steps[i].complete(move, moved);
        }
    }
    return VERDICT_OK;
}

/* -- applying ------------------------------------------------------------------------------- */

static void opened_apply(struct state *state, const struct event *event)
{
    const struct event_envelope *envelope = event->envelope;
    struct key key = key_of_text(envelope->actor.login);
    const struct case_moved *moved = event->data;
    struct drawer_row row = {.cashier = envelope->actor.login,
                             .opened = envelope->time,
                             .collection_point = moved->fields.collection_point};
    drawer_put(state, &envelope->case_id, &row);
    store_put(state->txn, TABLE_CASHIERS, key_bytes(&key),
              bytes_of(envelope->case_id.uuid.bytes, UUID_BYTES));
}

/* The drawer is its cashier's no more. */
static void cashier_forget(struct state *state, struct text cashier)
{
    struct key key = key_of_text(cashier);
    state_delete(state, TABLE_CASHIERS, key_bytes(&key));
}

/* By how much the count was more than it should have been: what went to the account of differences.
 */
static int64_t difference_of(const struct transfer_list *transfers)
{
    for (size_t i = 0; i < transfers->count; i++) {
        const struct transfer *transfer = &transfers->items[i];
        if (transfer->code == TRANSFER_DIFFERENCE) {
            bool is_short = text_starts_with(transfer->debit, "over_short:");
            return is_short ? -transfer->amount_fen : transfer->amount_fen;
        }
    }
    return 0;
}

static void counted_apply(struct state *state, const struct event *event, struct drawer_row *row)
{
    const struct case_moved *moved = event->data;
    row->counted = event->envelope->time;
    row->counted_by = event->envelope->actor.login;
    row->counted_with = moved->fields.officer;
    row->counted_fen = moved->fields.amount_fen;
    row->difference_fen = difference_of(&moved->transfers);
    drawer_put(state, &event->envelope->case_id, row);
    if (text_equal_string(moved->step.to, "closed")) {
        cashier_forget(state, row->cashier);
    }
}

static void deposited_apply(struct state *state, const struct event *event,
                            const struct drawer_row *row)
{
    const struct case_moved *moved = event->data;
    struct key key = key_of_text(moved->number);
    struct deposit_row deposit = {.drawer = event->envelope->case_id,
                                  .bank = moved->fields.bank,
                                  .amount_fen = moved->fields.amount_fen,
                                  .deposited = event->envelope->time};
    state_put(state, TABLE_DEPOSITS, key_bytes(&key), &deposit_row_message, &deposit);
    number_follow(state, "deposit", moved->number, strlen("CD"));
    cashier_forget(state, row->cashier);
}

void apply_drawer(struct state *state, const struct event *event)
{
    struct drawer_row row;
    if (event->message == &fee_drawer_opened_message) {
        opened_apply(state, event);
    } else if (!drawer_load(state, &event->envelope->case_id, &row)) {
        return;
    } else if (event->message == &fee_drawer_counted_message) {
        counted_apply(state, event, &row);
    } else {
        deposited_apply(state, event, &row);
    }
}

/* -- looking -------------------------------------------------------------------------------- */

static struct drawer_shown drawer_show(struct reading *reading, const struct case_id *id,
                                       const struct drawer_row *row)
{
    struct takings takings = takings_of(reading->state, reading->arena, row->cashier);
    return (struct drawer_shown){
        .id = *id,
        .cashier = row->cashier,
        .status = row->counted == 0 ? TEXT_LITERAL("open") : TEXT_LITERAL("counted"),
        .opened_at = row->opened,
        .float_fen = float_of(reading->state, reading->arena, row->cashier),
        .takings_fen = takings.sum_fen,
        .takings = takings.units,
        .counted_at = row->counted,
        .counted_by = row->counted_by,
        .counted_with = row->counted_with,
        .counted_fen = row->counted_fen,
        .difference_fen = row->difference_fen,
        .collection_point = row->collection_point,
    };
}

/* True when the cursor stands on an entry, behind `after`. */
static bool cashiers_begin(struct store_cursor *cursor, struct text after)
{
    struct key key = key_of_text(after);
    if (text_is_empty(after)) {
        return store_first(cursor);
    }
    bool more = store_seek(cursor, key_bytes(&key));
    return more && bytes_equal(cursor->key, key_bytes(&key)) ? store_next(cursor) : more;
}

/* A cashier sees the own drawer, Finance and auditors every one. */
enum verdict query_drawers(struct reading *reading, const void *question)
{
    const struct ask_drawers *asked = question;
    struct drawers_told *told = arena_take(reading->arena, sizeof *told);
    struct store_cursor cursor;
    struct text point;
    bool own = point_of_cashier(reading->state, reading->principal, &point);
    enum verdict verdict = own ? VERDICT_OK : money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    told->items.items = arena_take_array(reading->arena, DRAWERS_MAX, sizeof *told->items.items);
    store_cursor_open(&cursor, reading->state->txn, TABLE_CASHIERS);
    for (bool more = cashiers_begin(&cursor, asked->after); more; more = store_next(&cursor)) {
        struct case_id id;
        struct drawer_row row;
        CHECK(cursor.value.size == UUID_BYTES);
        memcpy(id.uuid.bytes, cursor.value.data, UUID_BYTES);
        if (!drawer_load(reading->state, &id, &row) ||
            (own && !text_equal(row.cashier, reading->principal->login))) {
            continue;
        }
        if (told->items.count == (size_t)asked->limit) {
            told->more = true;
            break;
        }
        told->items.items[told->items.count++] = drawer_show(reading, &id, &row);
    }
    store_cursor_close(&cursor);
    return reading_answer(reading, &drawers_told_message, told);
}
