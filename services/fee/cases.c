/* Cases: what fee keeps of every case, and the state in which it has one. */
#include "money.h"

#include "crypto/seal.h"
#include "memory.h"

/* To the public key that the acceptance announced: only the vault opens it. */
static struct personal move_seal(struct move *move, struct bytes plain)
{
    const struct case_row *row = &move->matter->row;
    if (row->public_key.size != SEAL_PUBLIC_KEY_BYTES) {
        return (struct personal){.sealed = true}; /* the subject was erased: nothing is kept */
    }
    return seal_to_public_key(row->public_key.data, (uint64_t)row->subject, plain,
                              move->decision->random, move->decision->arena);
}

static struct text move_fact(struct move *move, struct text name)
{
    if (text_equal_string(name, "waiver_class")) {
        return waiver_class(move);
    }
    if (text_equal_string(name, "books")) {
        return books_fact(move);
    }
    if (text_equal_string(name, "counter")) {
        return refund_at_counter(move);
    }
    if (text_equal_string(name, "bank")) {
        return refund_at_bank(move);
    }
    if (text_equal_string(name, "takings")) {
        return drawer_takings(move);
    }
    return text_equal_string(name, "waivable") ? waiver_possible(move) : (struct text){0};
}

static enum verdict move_complete(struct move *move, struct case_moved *moved)
{
    waiver_complete(move, moved);
    day_complete(move, moved);
    enum verdict verdict = unmatched_complete(move, moved);
    verdict = verdict == VERDICT_OK ? drawer_complete(move, moved) : verdict;
    return verdict == VERDICT_OK ? refund_complete(move, moved) : verdict;
}

/* Where a case ends at fee, what is unpaid is taken back in the same breath (4.4a). */
static void move_after(struct move *move, const struct case_moved *moved)
{
    const struct procedure *procedure = move->matter->procedure;
    int to = procedure_state_index(procedure, moved->step.to);
    bool lapsed = move_emits(move, "bill_lapsed");
    waiver_apply(move, moved);
    unmatched_after(move, moved);
    day_after(move, moved);
    refund_after(move, moved);
    if (to >= 0 && procedure->states[to].is_end) {
        bills_take_back(move->decision, &move->matter->id, lapsed ? "lapsed" : "case_ended");
    }
}

/* That money is to be paid back tells of a bill and how much of it. */
static bool move_add(struct decision *decision, const struct matter *matter,
                     const struct wire_message *message, struct case_moved *added)
{
    if (message != &fee_refund_requested_message) {
        return false;
    }
    refund_request_all(decision, &matter->id, added);
    return true;
}

static void case_changed(struct state *state, const struct case_id *id,
                         const struct case_row *before, const struct case_row *after)
{
    work_follow(&fee_flow, state, id, before, after);
}

const struct flow fee_flow = {
    .owner = OWNER_FEE,
    .cases = TABLE_CASES,
    .registers = TABLE_REGISTERS,
    .timer_warn = TIMER_WARN,
    .timer_due = TIMER_DUE,
    .timer_recount = TIMER_RECOUNT,
    .assigned = TABLE_ASSIGNED,
    .timer_pass = TIMER_PASS,
    .work_kept = &fee_work_kept_message,
    .hooks = {.check = waiver_check,
              .complete = move_complete,
              .seal = move_seal,
              .fact = move_fact,
              .after = move_after,
              .add = move_add},
    .shelf = fee_shelf,
    .changed = case_changed,
};

/* -- what is known of a case ---------------------------------------------------------------- */

void apply_submitted(struct state *state, const struct event *event)
{
    const struct case_submitted *submitted = event->data;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    struct filed_row row = {
        .number = submitted->number,
        .item = submitted->item,
        .catalogue_version = submitted->catalogue_version,
        .subject = submitted->subject,
        .session = submitted->session,
        .received = event->envelope->time,
        .applicant_kind = submitted->applicant.kind,
        .represented = submitted->applicant.represented,
        .payer = submitted->applicant.name,
        .form = submitted->form,
    };
    state_put(state, TABLE_FILED, key_bytes(&key), &filed_row_message, &row);
}

bool fee_filed_load(struct state *state, const struct case_id *id, struct filed_row *ret_filed)
{
    struct key key = key_of_uuid(&id->uuid);
    return state_get(state, TABLE_FILED, key_bytes(&key), &filed_row_message, ret_filed);
}

/* What a move tells of the case that its bills will need: the key, what an officer filled in. */
static void filed_follow(struct state *state, const struct case_id *id,
                         const struct case_moved *moved)
{
    struct key key = key_of_uuid(&id->uuid);
    struct filed_row filed;
    bool tells = moved->public_key.size > 0 || moved->fields.form.count > 0;
    if (!tells || !fee_filed_load(state, id, &filed)) {
        return;
    }
    if (moved->public_key.size > 0) {
        filed.public_key = moved->public_key;
    }
    filed.form = form_with(&filed.form, &moved->fields.form, state->arena);
    state_put(state, TABLE_FILED, key_bytes(&key), &filed_row_message, &filed);
}

/* A row for a case that comes to fee, as it stood when it left its last owner. */
static bool row_of_filed(struct state *state, const struct case_id *id, struct text at,
                         struct text owner, struct case_row *ret_row)
{
    struct filed_row filed;
    if (!fee_filed_load(state, id, &filed)) {
        return false;
    }
    *ret_row = (struct case_row){
        .number = filed.number,
        .item = filed.item,
        .catalogue_version = filed.catalogue_version,
        .owner = owner,
        .state = at,
        .version = 1,
        .subject = filed.subject,
        .session = filed.session,
        .received = filed.received,
        .applicant_kind = filed.applicant_kind,
        .represented = filed.represented,
        .public_key = filed.public_key,
    };
    return true;
}

bool fee_matter_load(struct state *state, const struct case_id *id, struct matter *ret_matter)
{
    if (matter_load(&fee_flow, state, id, ret_matter)) {
        return true;
    }
    *ret_matter = (struct matter){.id = *id};
    return row_of_filed(state, id, TEXT_LITERAL("elsewhere"), TEXT_LITERAL("elsewhere"),
                        &ret_matter->row) &&
           matter_rules(&fee_flow, state, ret_matter->row.catalogue_version, ret_matter->row.item,
                        ret_matter);
}

/* A move that may lead to a state of fee: from then on fee keeps a row of the case. */
void apply_taken_over(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct key key = key_of_uuid(&id->uuid);
    struct matter matter = {.id = *id};
    if (moved->step.beside) {
        return;
    }
    registers_follow(&fee_flow, state, event);
    work_follow_posts(&fee_flow, state, event);
    filed_follow(state, id, moved);
    if (store_has(state->txn, TABLE_CASES, key_bytes(&key))) {
        flow_apply_moved(&fee_flow, state, event);
        return;
    }
    if (!row_of_filed(state, id, moved->step.from, event->envelope->source, &matter.row) ||
        !matter_rules(&fee_flow, state, matter.row.catalogue_version, matter.row.item, &matter) ||
        matter.procedure == NULL) {
        return;
    }
    const char *owner = matter_owner(matter.procedure, moved->step.to, "");
    if (text_equal_string(text_of(owner), "fee")) {
        state_put(state, TABLE_CASES, key_bytes(&key), &case_row_message, &matter.row);
        flow_apply_moved(&fee_flow, state, event);
    }
}

/* The bill tells the same last day to pay as the clock. */
static void bills_follow_clock(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    for (size_t i = 0; i < moved->step.clocks.count; i++) {
        const struct clock *clock = &moved->step.clocks.items[i];
        if (text_equal_string(clock->name, payment_clock)) {
            bills_move_due(state, &event->envelope->case_id, clock->due_day);
        }
    }
}

void apply_moved(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    flow_apply_moved(&fee_flow, state, event);
    money_apply(state, event, &moved->transfers);
    if (event->message == &fee_waiver_confirmed_message) {
        apply_waiver_confirmed(state, event);
    } else if (event->message == &fee_day_opened_message) {
        apply_day_opened(state, event);
    } else if (event->message == &fee_day_balanced_message ||
               event->message == &fee_day_differed_message) {
        apply_day_closed(state, event);
    } else if (event->message == &fee_payment_matched_message) {
        apply_payment_matched(state, event);
    } else if (event->message == &fee_payment_unmatched_message) {
        apply_payment_unmatched(state, event);
    } else if (event->message == &fee_drawer_opened_message ||
               event->message == &fee_drawer_counted_message ||
               event->message == &fee_cash_deposited_message) {
        apply_drawer(state, event);
    } else if (event->message == &fee_clocks_recounted_message) {
        bills_follow_clock(state, event);
    }
    apply_refund(state, event);
}

/* What other services' registers say of officers: a waiver is decided by who holds the power. */
void apply_registers(struct state *state, const struct event *event)
{
    registers_follow(&fee_flow, state, event);
    work_follow_posts(&fee_flow, state, event);
}

enum verdict decide_act(struct decision *decision, const void *command)
{
    return flow_act(&fee_flow, decision, command);
}

enum verdict decide_open(struct decision *decision, const void *command)
{
    return flow_open(&fee_flow, decision, command);
}

enum verdict decide_timer(struct decision *decision, const struct timer *timer)
{
    return flow_timer(&fee_flow, decision, timer);
}

bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
              struct timer *ret_timer)
{
    return flow_next_due(&fee_flow, state, subject, now_ms, ret_timer) ||
           work_next_due(&fee_flow, state, subject, ret_timer);
}

enum verdict decide_pass(struct decision *decision, const struct timer *timer)
{
    return work_pass(&fee_flow, decision, timer);
}

void apply_work_kept(struct state *state, const struct event *event)
{
    work_apply_kept(&fee_flow, state, event);
}

void apply_part_registered(struct state *state, const struct event *event)
{
    rules_apply_part(fee_shelf(state->memory), state, event);
}

void apply_catalogue_activated(struct state *state, const struct event *event)
{
    recount_apply_activated(&fee_flow, state, event);
    apply_points_planned(state, event);
}

/* -- calendars ------------------------------------------------------------------------------ */

enum verdict decide_recount(struct decision *decision, const struct timer *timer)
{
    return recount_timer(&fee_flow, decision, timer);
}

void apply_recount(struct state *state, const struct event *event)
{
    recount_apply_step(&fee_flow, state, event);
}

enum verdict query_recount(struct reading *reading, const void *question)
{
    return recount_query(&fee_flow, reading, question);
}
