/* Waivers: a bill is lowered because the law says so, or because Finance allows it (L55: no unit
 * waives on its own). The form of a waiver names the bill; whether the payer belongs to a class
 * that the law exempts is personal, so fee does not read it: it follows what registers found. */
#include "money.h"

#include "base/check.h"

#include <inttypes.h>
#include <string.h>

/* A waiver with the bill that it is about. */
struct waiver {
    struct bill_id bill_id;
    struct bill_row bill;
    struct text proved;   /* the class that a register proved; absent: none */
    int64_t waivable_fen; /* what may still be waived of the bill */
};

/* -- what is proved ------------------------------------------------------------------------- */

static struct key proof_key(const struct case_id *id, struct text material)
{
    struct key key = key_of_uuid(&id->uuid);
    key_add_text(&key, material);
    return key;
}

/* The class of an exemption by law for which `material` is asked of a register; absent when it is
 * asked for something else. */
static struct text class_proved_by(const struct catalogue *catalogue,
                                   const struct catalogue_item_material *material)
{
    for (size_t i = 0; i < material->when.count; i++) {
        const struct text_span *values = &material->when.conditions[i].values;
        const struct catalogue_waiver *waiver =
            values->count == 1 ? catalogue_waiver(catalogue, values->items[0]) : NULL;
        if (waiver != NULL && waiver->effect == WAIVER_EXEMPT) {
            return waiver->code;
        }
    }
    return (struct text){0};
}

static struct text class_proved(struct state *state, const struct matter *matter)
{
    const struct catalogue_item *item = matter->item;
    for (size_t i = 0; i < item->material_count; i++) {
        struct key key = proof_key(&matter->id, item->materials[i].material->code);
        struct text class = class_proved_by(matter->rules->catalogue, &item->materials[i]);
        if (!text_is_empty(class) && store_has(state->txn, TABLE_PROOFS, key_bytes(&key))) {
            return class;
        }
    }
    return (struct text){0};
}

struct text waiver_class(struct move *move)
{
    struct text class = class_proved(move->decision->state, move->matter);
    return text_is_empty(class) ? TEXT_LITERAL("unproved") : TEXT_LITERAL("proved");
}

/* -- the bill ------------------------------------------------------------------------------- */

static const struct catalogue_fee *fee_named(const struct catalogue_item *item, struct text code)
{
    for (size_t i = 0; i < item->fee_count; i++) {
        if (text_equal(item->fees[i].code, code)) {
            return &item->fees[i];
        }
    }
    return NULL;
}

/* What is still asked for by a line, if its fee may be waived for `class` (absent: for any). */
static int64_t line_waivable(const struct catalogue_item *item, const struct bill_line *line,
                             struct text class)
{
    const struct catalogue_fee *fee = fee_named(item, line->fee);
    bool listed = fee != NULL && (text_is_empty(class) ? fee->waivers.count > 0
                                                       : text_span_contains(&fee->waivers, class));
    return listed ? line_due(line) : 0;
}

/* What may still be waived of the bill: of one that was paid, what is not asked back already. */
static int64_t bill_waivable(const struct catalogue_item *item, const struct bill_row *bill,
                             struct text class)
{
    int64_t sum_fen = 0;
    for (size_t i = 0; i < bill->lines.count; i++) {
        sum_fen += line_waivable(item, &bill->lines.items[i], class);
    }
    bool is_open = bill->state == BILL_ISSUED || bill->state == BILL_PAID;
    return is_open && sum_fen > bill->refund_fen ? sum_fen - bill->refund_fen : 0;
}

/* The bill that the form names; false when there is none that this item may lower. */
static bool bill_named(struct state *state, const struct matter *matter, struct waiver *waiver,
                       struct matter *ret_charged)
{
    struct filed_row filed;
    struct bytes value;
    if (!fee_filed_load(state, &matter->id, &filed)) {
        return false;
    }
    const struct form_entry *number = form_find(&filed.form, TEXT_LITERAL("bill_number"));
    if (number == NULL || number->kind != FORM_TEXT) {
        return false;
    }
    struct key key = key_of_text(number->text);
    if (!store_get(state->txn, TABLE_NUMBERS, key_bytes(&key), &value) ||
        value.size != UUID_BYTES) {
        return false;
    }
    memcpy(waiver->bill_id.uuid.bytes, value.data, UUID_BYTES);
    return bill_load(state, &waiver->bill_id, &waiver->bill) &&
           fee_matter_load(state, &waiver->bill.case_id, ret_charged) &&
           text_span_contains(&matter->item->particulars.applies_to, ret_charged->item->code);
}

static bool waiver_read(struct state *state, const struct matter *matter, struct waiver *waiver)
{
    struct matter *charged = arena_take(state->arena, sizeof *charged);
    *waiver = (struct waiver){.proved = class_proved(state, matter)};
    if (!bill_named(state, matter, waiver, charged)) {
        return false;
    }
    waiver->waivable_fen = bill_waivable(charged->item, &waiver->bill, waiver->proved);
    return true;
}

struct text waiver_possible(struct move *move)
{
    struct waiver waiver;
    bool is_possible =
        waiver_read(move->decision->state, move->matter, &waiver) && waiver.waivable_fen > 0;
    return is_possible ? TEXT_LITERAL("yes") : TEXT_LITERAL("no");
}

/* -- checks --------------------------------------------------------------------------------- */

/* The bill stands in the way: what can be done instead is to refuse. */
static enum verdict bill_refuse(struct move *move, const char *why)
{
    struct decision *decision = move->decision;
    struct onlooker onlooker = {
        .principal = decision->principal, .state = decision->state, .now_ms = decision->now_ms};
    struct action_offered_list actions =
        matter_actions(&fee_flow, move->matter, &onlooker, decision->arena);
    for (size_t i = 0; i < actions.count; i++) {
        decision_allow(decision, actions.items[i].action);
    }
    return refuse(decision, PROBLEM_NOT_ALLOWED_NOW, "%s: propose to refuse it, or refuse it", why);
}

static enum verdict bill_check(struct move *move, struct waiver *waiver)
{
    if (!waiver_read(move->decision->state, move->matter, waiver)) {
        return bill_refuse(move, "the form names no bill that can be waived here");
    }
    switch (waiver->bill.state) {
    case BILL_VOID:
        return bill_refuse(move, "the bill was taken back, so nothing is due on it");
    case BILL_LAPSED:
        return bill_refuse(move, "the time to pay the bill is over, so nothing is due on it");
    case BILL_CLEARED:
        return bill_refuse(move, "nothing is due on the bill");
    default:
        break;
    }
    return waiver->waivable_fen > 0
               ? VERDICT_OK
               : bill_refuse(move, "no fee on the bill lists this waiver, or it was waived before");
}

/* An exemption by law is of the whole; of a reduction the officer says how much. */
static void amount_check(struct move *move, const struct waiver *waiver)
{
    int64_t amount_fen = move->fields->amount_fen;
    bool is_by_law = move_emits(move, "waiver_confirmed") &&
                     !text_span_contains(&move->transition->needs, TEXT_LITERAL("amount_fen"));
    if (is_by_law) {
        if (amount_fen != 0 && amount_fen != waiver->waivable_fen) {
            field_error(move->decision, TEXT_LITERAL("amount_fen"),
                        "is the whole where the law exempts: leave it out");
        }
        return;
    }
    if (amount_fen < 1 || amount_fen > waiver->waivable_fen) {
        field_error(move->decision, TEXT_LITERAL("amount_fen"),
                    arena_print(move->decision->arena,
                                "must be between 1 and %" PRId64
                                ", which is what may be waived of the bill",
                                waiver->waivable_fen)
                        .data);
    }
}

static bool is_refusal(const struct move *move)
{
    const struct catalogue_ground *ground = catalogue_ground(
        move->matter->rules->catalogue, move->matter->item->kind, move->fields->ground);
    return ground != NULL && text_equal_string(ground->use, "refusal");
}

/* Who proposes to refuse cites the ground; who proposes a reduction says how much. */
static void proposal_check(struct move *move)
{
    bool refuses = move->fields->opinion == OPINION_OBJECT;
    if (refuses && !is_refusal(move)) {
        field_error(move->decision, TEXT_LITERAL("ground"),
                    "must be one that the catalogue lists for a refusal");
    }
    if (refuses && move->fields->amount_fen != 0) {
        field_error(move->decision, TEXT_LITERAL("amount_fen"),
                    "does not go with a proposal to refuse");
    }
    if (!refuses && !text_is_empty(move->fields->ground)) {
        field_error(move->decision, TEXT_LITERAL("ground"), "goes with a proposal to refuse alone");
    }
}

enum verdict waiver_check(struct move *move)
{
    struct waiver *waiver = arena_take(move->decision->arena, sizeof *waiver);
    bool proposes = move_emits(move, "waiver_proposed");
    enum verdict verdict = VERDICT_OK;
    if (!proposes && !move_emits(move, "waiver_confirmed")) {
        return VERDICT_OK;
    }
    if (!proposes || move->fields->opinion != OPINION_OBJECT) {
        verdict = bill_check(move, waiver);
        if (verdict != VERDICT_OK) {
            return verdict; /* whatever the fields say */
        }
        amount_check(move, waiver);
    }
    if (proposes) {
        proposal_check(move);
    }
    return move->decision->errors.count == 0 ? VERDICT_OK : refuse_fields(move->decision);
}

/* -- events --------------------------------------------------------------------------------- */

/* What a waiver that was confirmed takes. */
static int64_t confirmed_fen(struct state *state, const struct case_id *id)
{
    struct key key = key_of_uuid(&id->uuid);
    struct bytes value;
    bool known = store_get(state->txn, TABLE_WAIVERS, key_bytes(&key), &value) && value.size == 8;
    return known ? (int64_t)read_be64(value.data) : 0;
}

void waiver_complete(struct move *move, struct case_moved *moved)
{
    struct state *state = move->decision->state;
    struct waiver *waiver = arena_take(move->decision->arena, sizeof *waiver);
    bool takes_effect = move_emits(move, "bill_adjusted");
    bool is_of_bill =
        takes_effect || move_emits(move, "waiver_confirmed") || move_emits(move, "waiver_proposed");
    if (!is_of_bill || !waiver_read(state, move->matter, waiver)) {
        return;
    }
    moved->bill = waiver->bill_id;
    if (takes_effect) {
        /* The bill may have gone meanwhile, or another waiver come first. */
        int64_t wanted_fen = confirmed_fen(state, &move->matter->id);
        moved->fields.amount_fen =
            wanted_fen < waiver->waivable_fen ? wanted_fen : waiver->waivable_fen;
    } else if (move_emits(move, "waiver_confirmed") && moved->fields.amount_fen == 0) {
        moved->fields.amount_fen = waiver->waivable_fen;
    }
}

/* Takes `amount_fen` from the lines that may be waived, the first ones first. */
static struct bill_line_list lines_lower(const struct catalogue_item *item,
                                         const struct waiver *waiver, int64_t amount_fen,
                                         struct ledger_draft *draft)
{
    const struct bill_line_list *before = &waiver->bill.lines;
    struct bill_line_list after = {
        .items = arena_take_array(draft->arena, before->count, sizeof *after.items),
        .count = before->count};
    for (size_t i = 0; i < before->count; i++) {
        struct bill_line *line = &after.items[i];
        *line = before->items[i];
        int64_t most_fen = line_waivable(item, line, waiver->proved);
        int64_t taken_fen = amount_fen < most_fen ? amount_fen : most_fen;
        if (taken_fen > 0) {
            line->waived_fen += taken_fen;
            ledger_move(draft, TRANSFER_WAIVER, account_income_due(draft->arena, line->payee),
                        account_receivable(draft->arena, line->payee), taken_fen);
            amount_fen -= taken_fen;
        }
    }
    CHECK(amount_fen == 0 && draft->result == LEDGER_OK);
    return after;
}

/* A bill that is still to be paid: less is asked for; nothing left, its case goes on. */
static void bill_lower(struct move *move, const struct waiver *waiver, int64_t amount_fen)
{
    struct decision *decision = move->decision;
    struct matter *charged = arena_take(decision->arena, sizeof *charged);
    struct ledger_draft draft;
    money_draft(&draft, decision);
    CHECK(fee_matter_load(decision->state, &waiver->bill.case_id, charged));
    struct fee_bill_lowered lowered = {
        .bill_id = waiver->bill_id,
        .waiver = move->matter->id,
        .amount_fen = amount_fen,
        .due_fen = waiver->bill.amount_fen - amount_fen,
        .lines = lines_lower(charged->item, waiver, amount_fen, &draft),
        .transfers = draft.list,
    };
    emit(decision, &waiver->bill.case_id, &fee_bill_lowered_message, &lowered);
    if (lowered.due_fen == 0) {
        bills_go_on(decision, &waiver->bill.case_id, &waiver->bill_id, 1);
    }
}

void waiver_apply(struct move *move, const struct case_moved *moved)
{
    struct waiver *waiver = arena_take(move->decision->arena, sizeof *waiver);
    int64_t amount_fen = moved->fields.amount_fen;
    if (!move_emits(move, "bill_adjusted") || amount_fen == 0 ||
        !waiver_read(move->decision->state, move->matter, waiver)) {
        return;
    }
    if (waiver->bill.state == BILL_PAID) {
        struct case_moved added = {
            .step = {.action = moved->step.action, .basis = moved->step.basis, .beside = true}};
        refund_request(move->decision, &waiver->bill.case_id, &waiver->bill_id, amount_fen, &added);
    } else {
        bill_lower(move, waiver, amount_fen);
    }
}

/* -- applying ------------------------------------------------------------------------------- */

void apply_material_fetched(struct state *state, const struct event *event)
{
    const struct material_fetched *fetched = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct key key = proof_key(id, fetched->code);
    struct matter matter;
    if (fetched->found && fee_matter_load(state, id, &matter) &&
        matter.item->particulars.applies_to.count > 0) {
        store_put(state->txn, TABLE_PROOFS, key_bytes(&key), bytes_of("", 0));
    }
}

void apply_waiver_confirmed(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    uint8_t value[8];
    write_be64(value, (uint64_t)moved->fields.amount_fen);
    store_put(state->txn, TABLE_WAIVERS, key_bytes(&key), bytes_of(value, sizeof value));
}

void apply_bill_lowered(struct state *state, const struct event *event)
{
    const struct fee_bill_lowered *lowered = event->data;
    struct bill_row row;
    if (bill_load(state, &lowered->bill_id, &row)) {
        row.lines = lowered->lines;
        row.amount_fen = lowered->due_fen;
        row.state = lowered->due_fen == 0 ? BILL_CLEARED : row.state;
        bill_put(state, &lowered->bill_id, &row);
    }
    money_apply(state, event, &lowered->transfers);
}
