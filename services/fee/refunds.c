/* Refunds (4.4c): asked for here, for each charging unit a matter of its own; and how they stand.
 * refund_steps.c checks, approves and pays them. */
#include "money.h"

#include "base/check.h"

#include <string.h>

enum { REFUNDS_MAX = 200 };

/* -- what is known -------------------------------------------------------------------------- */

bool refund_load(struct state *state, const struct case_id *id, struct refund_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    return state_get(state, TABLE_REFUNDS, key_bytes(&key), &refund_row_message, ret_row);
}

static void refund_put(struct state *state, const struct case_id *id, const struct refund_row *row)
{
    struct key key = key_of_uuid(&id->uuid);
    state_put(state, TABLE_REFUNDS, key_bytes(&key), &refund_row_message, row);
}

/* What was paid by a line and is not asked back yet. */
static int64_t line_left(const struct bill_line *line)
{
    return line_due(line) - line->refund_fen;
}

/* The same for a unit; for all of them where it is absent. */
static int64_t unit_left(const struct bill_row *bill, struct text unit)
{
    int64_t sum_fen = 0;
    for (size_t i = 0; i < bill->lines.count; i++) {
        bool is_meant = text_is_empty(unit) || text_equal(bill->lines.items[i].payee, unit);
        sum_fen += is_meant ? line_left(&bill->lines.items[i]) : 0;
    }
    return bill->state == BILL_PAID ? sum_fen : 0;
}

/* -- asking for it -------------------------------------------------------------------------- */

/* Money that is asked back. */
struct asking_back {
    struct decision *decision;
    const struct case_id *id; /* the case of the bill */
    const struct bill_id *bill_id;
    const struct bill_row *bill;
    const struct case_moved *added; /* the step that calls for it */
    const char *signal;
    struct personal reasons;
};

/* The matter of one unit: its texts are sealed to the payer. */
static void matter_open_for(const struct asking_back *asking, struct text unit, int64_t amount_fen)
{
    struct decision *decision = asking->decision;
    const struct hall_rules *rules = money_rules(decision->state);
    const struct catalogue_charging_unit *charging =
        catalogue_charging_unit(rules->catalogue, unit);
    struct filed_row filed;
    struct case_id matter;
    struct flow_beginning beginning = {
        .rules = rules,
        .procedure = TEXT_LITERAL("refund"),
        .signal = asking->signal,
        .fields = {.amount_fen = amount_fen,
                   .unit = unit,
                   .bill_number = asking->bill->number,
                   .payment = asking->bill->payment,
                   .cause = asking->added->step.action,
                   .reasons = asking->reasons},
        .subject = asking->bill->subject,
        .department = charging == NULL ? (struct text){0} : charging->department->code,
        .parent = *asking->id,
    };
    if (fee_filed_load(decision->state, asking->id, &filed)) {
        beginning.public_key = filed.public_key;
    }
    (void)flow_open_on(&fee_flow, decision, &beginning, &matter);
}

/* Told in the case of the bill too, for the payer: it stands beside whatever step called for it. */
static void case_tell(const struct asking_back *asking, int64_t amount_fen)
{
    struct decision *decision = asking->decision;
    struct case_moved moved = *asking->added;
    struct matter *matter = arena_take(decision->arena, sizeof *matter);
    if (text_is_empty(moved.step.to) && fee_matter_load(decision->state, asking->id, matter)) {
        moved.step.from = matter->row.state;
        moved.step.to = matter->row.state;
        moved.step.version = matter->row.version;
    }
    moved.bill = *asking->bill_id;
    moved.fields.amount_fen = amount_fen;
    emit(decision, asking->id, &fee_refund_requested_message, &moved);
}

/* Asks for so much of the lines of `unit` (absent: of any), in their order, and opens a matter for
 * each unit of which something is asked back. */
static void ask_back(const struct asking_back *asking, struct text unit, int64_t amount_fen)
{
    const struct bill_line_list *lines = &asking->bill->lines;
    int64_t left_fen = amount_fen;
    for (size_t i = 0; i < lines->count && left_fen > 0; i++) {
        struct text payee = lines->items[i].payee;
        bool was_met = false;
        for (size_t k = 0; k < i; k++) {
            was_met |= text_equal(lines->items[k].payee, payee);
        }
        int64_t of_unit_fen = was_met || (!text_is_empty(unit) && !text_equal(unit, payee))
                                  ? 0
                                  : unit_left(asking->bill, payee);
        of_unit_fen = of_unit_fen < left_fen ? of_unit_fen : left_fen;
        if (of_unit_fen > 0) {
            matter_open_for(asking, payee, of_unit_fen);
            left_fen -= of_unit_fen;
        }
    }
    case_tell(asking, amount_fen - left_fen);
}

void refund_request(struct decision *decision, const struct case_id *id,
                    const struct bill_id *bill_id, int64_t amount_fen,
                    const struct case_moved *added)
{
    struct bill_row *bill = arena_take(decision->arena, sizeof *bill);
    struct asking_back asking = {.decision = decision,
                                 .id = id,
                                 .bill_id = bill_id,
                                 .bill = bill,
                                 .added = added,
                                 .signal = "refund_owed"};
    if (bill_load(decision->state, bill_id, bill)) {
        ask_back(&asking, (struct text){0}, amount_fen);
    }
}

struct asking_all {
    struct decision *decision;
    const struct case_id *id;
    const struct case_moved *added;
};

static bool bill_ask_back(void *context, const struct bill_id *bill_id, const struct bill_row *row)
{
    const struct asking_all *all = context;
    int64_t left_fen = unit_left(row, (struct text){0});
    if (left_fen > 0) {
        refund_request(all->decision, all->id, bill_id, left_fen, all->added);
    }
    return true;
}

void refund_request_all(struct decision *decision, const struct case_id *id,
                        const struct case_moved *added)
{
    struct asking_all all = {.decision = decision, .id = id, .added = added};
    bills_visit(decision->state, id, bill_ask_back, &all);
}

/* -- somebody asks -------------------------------------------------------------------------- */

/* The bill that is meant: the one that was named, or the only one of the payment. */
static bool bill_meant(const struct payment_row *payment, const struct request_refund *command,
                       struct bill_id *ret_bill_id)
{
    size_t found = 0;
    bool is_named = !uuid_is_none(&command->bill_id.uuid);
    for (size_t i = 0; i < payment->parts.count; i++) {
        const struct bill_id *bill_id = &payment->parts.items[i].bill_id;
        bool is_bill = !uuid_is_none(&bill_id->uuid);
        if (is_bill && (!is_named || uuid_equal(&bill_id->uuid, &command->bill_id.uuid))) {
            *ret_bill_id = *bill_id;
            found++;
        }
    }
    return found == 1;
}

/* The charging unit that is meant: the one that was named, or the only one of the bill. */
static bool unit_meant(const struct bill_row *bill, struct text named, struct text *ret_unit)
{
    *ret_unit = named;
    for (size_t i = 0; i < bill->lines.count; i++) {
        struct text payee = bill->lines.items[i].payee;
        if (!text_is_empty(named) && text_equal(payee, named)) {
            return true;
        }
        if (text_is_empty(named) && !text_is_empty(payee)) {
            if (!text_is_empty(*ret_unit) && !text_equal(*ret_unit, payee)) {
                return false;
            }
            *ret_unit = payee;
        }
    }
    return text_is_empty(named) && !text_is_empty(*ret_unit);
}

/* Who may ask: who filed the case; a finance officer of the unit, for it found the error itself;
 * who handles the case, as where works were shortened (L58). The beginning, or NULL. */
static const char *asker_signal(struct decision *decision, const struct matter *matter,
                                struct text department)
{
    static const char *const officers[] = {"handler", "reviewer", "window_clerk", "cashier"};
    const struct principal *principal = decision->principal;
    if (matter_standing(matter, principal) == STANDING_FILER) {
        return "refund_asked";
    }
    if (principal_holds(principal, TEXT_LITERAL("finance_officer"), department)) {
        decision->actor.role = TEXT_LITERAL("finance_officer");
        decision->actor.department = department;
        return "refund_found";
    }
    for (size_t i = 0; i < sizeof officers / sizeof officers[0]; i++) {
        if (matter_holds(matter, principal, text_of(officers[i]), -1)) {
            decision->actor.role = text_of(officers[i]);
            decision->actor.department = matter->item->department->code;
            return "refund_asked";
        }
    }
    return NULL;
}

static enum verdict asker_check(struct asking_back *asking, struct text unit)
{
    struct decision *decision = asking->decision;
    struct matter *matter = arena_take(decision->arena, sizeof *matter);
    const struct catalogue_charging_unit *charging =
        catalogue_charging_unit(money_rules(decision->state)->catalogue, unit);
    if (!fee_matter_load(decision->state, asking->id, matter) ||
        matter_standing(matter, decision->principal) == STANDING_NONE) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such payment");
    }
    asking->signal =
        charging == NULL ? NULL : asker_signal(decision, matter, charging->department->code);
    if (asking->signal == NULL) {
        return refuse(decision, PROBLEM_FORBIDDEN,
                      "money is asked back by who paid it, who handles the case, or the finance "
                      "officer of the unit that charged it");
    }
    return VERDICT_OK;
}

static enum verdict amount_check(const struct asking_back *asking, struct text unit,
                                 int64_t amount_fen)
{
    int64_t left_fen = unit_left(asking->bill, unit);
    if (left_fen == 0) {
        return refuse(asking->decision, PROBLEM_NOT_ALLOWED_NOW,
                      "nothing of this is left to be paid back: it was not paid, or is asked back "
                      "already");
    }
    if (amount_fen > left_fen) {
        return refuse_field(asking->decision, "amount_fen",
                            "is more than was paid and is not asked back yet");
    }
    return VERDICT_OK;
}

enum verdict decide_request_refund(struct decision *decision, const void *command)
{
    const struct request_refund *asked = command;
    struct bill_id bill_id;
    struct payment_row payment;
    struct bill_row *bill = arena_take(decision->arena, sizeof *bill);
    struct text unit = {0};
    struct case_moved added = {.step = {.action = TEXT_LITERAL("request_refund"), .beside = true}};
    if (!payment_load(decision->state, &asked->payment_id, &payment)) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such payment");
    }
    if (!bill_meant(&payment, asked, &bill_id) || !bill_load(decision->state, &bill_id, bill)) {
        return refuse_field(decision, "bill",
                            "must name the one bill of this payment that is meant");
    }
    struct asking_back asking = {.decision = decision,
                                 .id = &bill->case_id,
                                 .bill_id = &bill_id,
                                 .bill = bill,
                                 .added = &added,
                                 .reasons = asked->reasons};
    bool one_unit = unit_meant(bill, asked->unit, &unit);
    enum verdict verdict = asker_check(&asking, unit);
    if (verdict == VERDICT_OK && !one_unit) {
        verdict =
            refuse_field(decision, "unit", "must name the one unit of the bill that is meant");
    }
    if (verdict == VERDICT_OK) {
        verdict = amount_check(&asking, unit, asked->amount_fen);
    }
    if (verdict == VERDICT_OK) {
        ask_back(&asking, unit, asked->amount_fen == 0 ? unit_left(bill, unit) : asked->amount_fen);
    }
    return verdict;
}

/* -- applying ------------------------------------------------------------------------------- */

/* What is asked back of a unit's lines changes, in their order. */
static void lines_change(struct bill_row *bill, struct text unit, int64_t amount_fen)
{
    int64_t left_fen = amount_fen;
    for (size_t i = 0; i < bill->lines.count; i++) {
        struct bill_line *line = &bill->lines.items[i];
        int64_t most_fen = left_fen > 0 ? line_left(line) : line->refund_fen;
        int64_t size_fen = left_fen > 0 ? left_fen : -left_fen;
        if (!text_equal(line->payee, unit)) {
            continue;
        }
        int64_t part_fen = size_fen < most_fen ? size_fen : most_fen;
        line->refund_fen += left_fen > 0 ? part_fen : -part_fen;
        left_fen += left_fen > 0 ? -part_fen : part_fen;
    }
    bill->refund_fen += amount_fen - left_fen;
}

/* So much more, or less, of the bill is asked back; so much more was paid. */
static void bill_change(struct state *state, const struct refund_row *row, int64_t asked_fen,
                        int64_t paid_fen)
{
    struct bill_row bill;
    if (bill_load(state, &row->bill_id, &bill)) {
        lines_change(&bill, row->unit, asked_fen);
        bill.refunded_fen += paid_fen;
        bill_put(state, &row->bill_id, &bill);
    }
}

static void opened_apply(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct refund_row row = {
        .case_id = moved->head.parent,
        .bill_id = moved->bill,
        .unit = moved->fields.unit,
        .amount_fen = moved->fields.amount_fen,
        .why = moved->fields.cause,
        .requested = event->envelope->time,
        .state = moved->step.to,
    };
    refund_put(state, &event->envelope->case_id, &row);
    bill_change(state, &row, row.amount_fen, 0);
}

void apply_refund(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct refund_row row;
    if (event->message == &fee_refund_opened_message) {
        opened_apply(state, event);
        return;
    }
    if (moved->step.beside || !refund_load(state, id, &row)) {
        return;
    }
    row.state = moved->step.to;
    if (event->message == &fee_refund_approved_message) {
        bill_change(state, &row, moved->fields.amount_fen - row.amount_fen, 0);
        row.amount_fen = moved->fields.amount_fen;
    } else if (event->message == &fee_refund_refused_message) {
        bill_change(state, &row, -row.amount_fen, 0);
    } else if (event->message == &fee_refund_paid_message) {
        bill_change(state, &row, 0, row.amount_fen);
        row.receipt = moved->number;
    }
    refund_put(state, id, &row);
}

void apply_refund_receipt(struct state *state, const struct event *event)
{
    const struct fee_refund_receipt_issued *receipt = event->data;
    number_follow(state, "red_receipt", receipt->number, strlen("FSR"));
}

/* -- looking -------------------------------------------------------------------------------- */

static struct refund_shown refund_show(struct state *state, struct bytes key,
                                       const struct refund_row *row)
{
    struct refund_shown shown = {
        .case_id = row->case_id,
        .bill_id = row->bill_id,
        .unit = row->unit,
        .amount_fen = row->amount_fen,
        .why = row->why,
        .requested_at = row->requested,
        .status = row->state,
        .receipt = row->receipt,
    };
    struct bill_row bill;
    memcpy(shown.id.uuid.bytes, key.data, UUID_BYTES);
    if (bill_load(state, &row->bill_id, &bill)) {
        shown.bill_number = bill.number;
    }
    return shown;
}

/* True when the cursor stands on an entry, behind `after`. */
static bool refunds_begin(struct store_cursor *cursor, const struct case_id *after)
{
    if (uuid_is_none(&after->uuid)) {
        return store_first(cursor);
    }
    struct key key = key_of_uuid(&after->uuid);
    bool more = store_seek(cursor, key_bytes(&key));
    return more && key_has_prefix(cursor->key, &key) ? store_next(cursor) : more;
}

enum verdict query_refunds(struct reading *reading, const void *question)
{
    const struct ask_refunds *asked = question;
    struct refunds_told *told = arena_take(reading->arena, sizeof *told);
    struct store_cursor cursor;
    enum verdict verdict = money_readers_check(reading);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    told->items.items = arena_take_array(reading->arena, REFUNDS_MAX, sizeof *told->items.items);
    store_cursor_open(&cursor, reading->state->txn, TABLE_REFUNDS);
    for (bool more = refunds_begin(&cursor, &asked->after); more; more = store_next(&cursor)) {
        struct refund_row row;
        if (!state_row(reading->state, cursor.value, &refund_row_message, &row)) {
            break;
        }
        if (told->items.count == (size_t)asked->limit) {
            told->more = true;
            break;
        }
        told->items.items[told->items.count++] = refund_show(reading->state, cursor.key, &row);
    }
    store_cursor_close(&cursor);
    return reading_answer(reading, &refunds_told_message, told);
}
