/* Cases: what fee keeps of every case, and the state in which it has one. */
#include "fee.h"

#include "crypto/seal.h"

/* Nobody types anything at fee that a case would keep. */
static struct personal move_seal(struct move *move, struct bytes plain)
{
    (void)move;
    (void)plain;
    return (struct personal){.sealed = true};
}

/* The time to pay is over: what is unpaid is taken back, in the same breath (4.4a). */
static void move_after(struct move *move, const struct case_moved *moved)
{
    (void)moved;
    if (text_equal_string(move->transition->emits, "bill_lapsed")) {
        bills_take_back(move->decision, &move->matter->id, "lapsed");
    }
}

const struct flow fee_flow = {
    .owner = OWNER_FEE,
    .cases = TABLE_CASES,
    .timer_warn = TIMER_WARN,
    .timer_due = TIMER_DUE,
    .timer_recount = TIMER_RECOUNT,
    .hooks = {.seal = move_seal, .after = move_after},
    .shelf = rules_memory_shelf,
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

/* A row for a case that comes to fee, as it stood when it left its last owner. */
static bool row_of_filed(struct state *state, const struct case_id *id, struct text at,
                         struct text owner, struct case_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    struct filed_row filed;
    if (!state_get(state, TABLE_FILED, key_bytes(&key), &filed_row_message, &filed)) {
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

void apply_moved(struct state *state, const struct event *event)
{
    flow_apply_moved(&fee_flow, state, event);
}

enum verdict decide_act(struct decision *decision, const void *command)
{
    return flow_act(&fee_flow, decision, command);
}

enum verdict decide_timer(struct decision *decision, const struct timer *timer)
{
    return flow_timer(&fee_flow, decision, timer);
}

bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
              struct timer *ret_timer)
{
    return flow_next_due(&fee_flow, state, subject, now_ms, ret_timer);
}

void apply_part_registered(struct state *state, const struct event *event)
{
    rules_apply_part(rules_memory_shelf(state->memory), state, event);
}

void apply_catalogue_activated(struct state *state, const struct event *event)
{
    recount_apply_activated(&fee_flow, state, event);
}

/* -- calendars ------------------------------------------------------------------------------ */

/* The bill tells the same last day to pay as the clock. */
void apply_recounted(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    flow_apply_moved(&fee_flow, state, event);
    for (size_t i = 0; i < moved->step.clocks.count; i++) {
        const struct clock *clock = &moved->step.clocks.items[i];
        if (text_equal_string(clock->name, payment_clock)) {
            bills_move_due(state, &event->envelope->case_id, clock->due_day);
        }
    }
}

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
