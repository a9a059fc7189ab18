/* Handling: review, site check, decision, delivery. The procedure says who, when and where to; here
 * stands what only approval knows. */
#include "approval.h"

#include "crypto/seal.h"

#include <inttypes.h>

/* -- hooks of the flow ---------------------------------------------------------------------- */

/* Officers named in an action must be accounts that the gateway knows. */
static void officers_check(struct move *move)
{
    const struct action_fields *fields = move->fields;
    for (size_t i = 0; i < fields->officers.count; i++) {
        if (request_witness(move->decision->request, fields->officers.items[i]) == NULL) {
            field_error(move->decision, TEXT_LITERAL("officers"),
                        "names somebody who has no account here");
            return;
        }
    }
}

/* Conditions go with a grant or a conditional opinion alone. */
static void conditions_check(struct move *move)
{
    const struct action_fields *fields = move->fields;
    bool conditional = fields->opinion == OPINION_CONDITIONS;
    if (conditional && fields->conditions.value.size == 0) {
        field_error(move->decision, TEXT_LITERAL("conditions"), "must be given with this opinion");
    }
    struct zone zone = calendar_zone(move->matter->rules->calendar);
    if (fields->valid_until.days != 0 &&
        fields->valid_until.days < zone_date(zone, move->decision->now_ms).days) {
        field_error(move->decision, TEXT_LITERAL("valid_until"), "must not lie in the past");
    }
}

static enum verdict move_check(struct move *move)
{
    officers_check(move);
    conditions_check(move);
    return move->decision->errors.count == 0 ? VERDICT_OK : refuse_fields(move->decision);
}

static const char document_key[] = "document";

struct document_counter {
    uint64_t year;
    uint64_t number;
};

static struct document_counter counter_read(struct state *state)
{
    struct bytes value;
    struct document_counter counter = {0};
    if (store_get(state->txn, TABLE_COUNTERS, bytes_of(document_key, sizeof document_key),
                  &value) &&
        value.size == 16) {
        counter.year = read_be64(value.data);
        counter.number = read_be64(value.data + 8);
    }
    return counter;
}

static uint64_t year_of(const struct hall_rules *rules, int64_t now_ms)
{
    return (uint64_t)date_civil(zone_date(calendar_zone(rules->calendar), now_ms)).year;
}

/* "UMB-2026-000017": the documents of a year are numbered without a gap. */
static void document_number_fill(struct decision *decision, const struct matter *matter,
                                 struct case_moved *moved)
{
    struct document_counter counter = counter_read(decision->state);
    uint64_t year = year_of(matter->rules, decision->now_ms);
    uint64_t number = counter.year == year ? counter.number + 1 : 1;
    moved->number = arena_print(decision->arena, "%.*s-%" PRIu64 "-%06" PRIu64,
                                TEXT_PRINT(matter->item->department->code), year, number);
}

static enum verdict move_complete(struct move *move, struct case_moved *moved)
{
    if (move_emits(move, "result_issued")) {
        document_number_fill(move->decision, move->matter, moved);
    }
    return VERDICT_OK;
}

/* A filing has its number from the moment it is entered. */
static bool move_add(struct decision *decision, const struct matter *matter,
                     const struct wire_message *message, struct case_moved *added)
{
    if (message == &approval_filing_recorded_message) {
        document_number_fill(decision, matter, added);
    }
    return false;
}

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

static void case_changed(struct state *state, const struct case_id *id,
                         const struct case_row *before, const struct case_row *after)
{
    tasks_follow(state, id, before, after);
    work_follow(&approval_flow, state, id, before, after);
}

const struct flow approval_flow = {
    .owner = OWNER_APPROVAL,
    .cases = TABLE_CASES,
    .registers = TABLE_REGISTERS,
    .timer_warn = TIMER_WARN,
    .timer_due = TIMER_DUE,
    .timer_recount = TIMER_RECOUNT,
    .assigned = TABLE_ASSIGNED,
    .timer_pass = TIMER_PASS,
    .work_kept = &approval_work_kept_message,
    .hooks = {.check = move_check,
              .complete = move_complete,
              .seal = move_seal,
              .after = disclosure_after,
              .add = move_add},
    .shelf = rules_memory_shelf,
    .changed = case_changed,
};

/* -- deciding ------------------------------------------------------------------------------- */

enum verdict decide_act(struct decision *decision, const void *command)
{
    return flow_act(&approval_flow, decision, command);
}

enum verdict decide_open(struct decision *decision, const void *command)
{
    return flow_open(&approval_flow, decision, command);
}

enum verdict decide_timer(struct decision *decision, const struct timer *timer)
{
    return flow_timer(&approval_flow, decision, timer);
}

bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
              struct timer *ret_timer)
{
    return flow_next_due(&approval_flow, state, subject, now_ms, ret_timer) ||
           work_next_due(&approval_flow, state, subject, ret_timer);
}

/* -- applying ------------------------------------------------------------------------------- */

void apply_submitted(struct state *state, const struct event *event)
{
    const struct case_submitted *submitted = event->data;
    const struct uuid *id = &event->envelope->case_id.uuid;
    struct key number = key_of_text(submitted->number);
    struct key subject = key_make();
    key_add_u64(&subject, (uint64_t)submitted->subject);
    key_add_uuid(&subject, id);
    flow_apply_submitted(&approval_flow, state, event);
    disclosure_submitted(state, event);
    store_put(state->txn, TABLE_NUMBERS, key_bytes(&number), bytes_of(id->bytes, UUID_BYTES));
    store_put(state->txn, TABLE_SUBJECTS, key_bytes(&subject), bytes_of("", 0));
}

/* What was decided last stands on the page of the case. */
static void decision_note(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    struct decision_row row = {
        .outcome = moved->fields.outcome,
        .at = event->envelope->time,
        .ground = moved->fields.ground,
        .reasons = moved->fields.reasons,
        .conditions = moved->fields.conditions,
        .valid_until = moved->fields.valid_until,
        .decider = event->envelope->actor.badge,
        .state = moved->step.from,
    };
    state_put(state, TABLE_DECISIONS, key_bytes(&key), &decision_row_message, &row);
}

/* A decision that was set aside stays on the page, with the document that fell with it, until
 * another takes its place. `document` is what the case had before. */
static void set_aside_note(struct state *state, const struct event *event, struct text document)
{
    const struct case_moved *moved = event->data;
    struct key key = key_of_uuid(&event->envelope->case_id.uuid);
    struct decision_row row;
    if (state_get(state, TABLE_DECISIONS, key_bytes(&key), &decision_row_message, &row) &&
        text_equal(row.state, moved->step.to)) {
        row.set_aside = event->envelope->time;
        row.number = document;
        state_put(state, TABLE_DECISIONS, key_bytes(&key), &decision_row_message, &row);
    }
}

/* The number of the document that a case has. */
static struct text document_of(struct state *state, const struct case_id *id)
{
    struct matter matter;
    return matter_load(&approval_flow, state, id, &matter) ? matter.row.document : (struct text){0};
}

/* "UMB-2026-000017": the number itself says what the counter has come to. */
static void document_note(struct state *state, struct text number)
{
    struct text rest;
    uint8_t value[16];
    uint64_t numbers[2] = {0, 0};
    (void)text_split(number, '-', &rest);
    for (int i = 0; i < 2; i++) {
        struct text digits = text_split(rest, '-', &rest);
        for (size_t k = 0; k < digits.size; k++) {
            numbers[i] = numbers[i] * 10 + (uint64_t)(digits.data[k] - '0');
        }
        write_be64(value + (ptrdiff_t)8 * i, numbers[i]);
    }
    store_put(state->txn, TABLE_COUNTERS, bytes_of(document_key, sizeof document_key),
              bytes_of(value, sizeof value));
}

void apply_moved(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    if (event->message == &approval_decision_set_aside_message) {
        set_aside_note(state, event, document_of(state, &event->envelope->case_id));
    }
    flow_apply_moved(&approval_flow, state, event);
    registers_follow(&approval_flow, state, event);
    work_follow_posts(&approval_flow, state, event);
    expedited_note(state, event);
    words_note(state, event);
    disclosure_note(state, event);
    promises_note(state, event);
    matters_note(state, event);
    if (text_equal_string(event->envelope->type, approval_decision_made_message.name)) {
        decision_note(state, event);
    }
    if (text_equal_string(event->envelope->type, approval_result_issued_message.name) ||
        text_equal_string(event->envelope->type, approval_filing_recorded_message.name)) {
        document_note(state, moved->number);
    }
}

void react_to_move(struct decision *decision, const struct event *event)
{
    recount_react(&approval_flow, decision, event);
    flow_react(&approval_flow, decision, event);
    work_react(&approval_flow, decision, event);
}

void apply_registers(struct state *state, const struct event *event)
{
    registers_follow(&approval_flow, state, event);
    work_follow_posts(&approval_flow, state, event);
}

enum verdict decide_pass(struct decision *decision, const struct timer *timer)
{
    return work_pass(&approval_flow, decision, timer);
}

void apply_work_kept(struct state *state, const struct event *event)
{
    work_apply_kept(&approval_flow, state, event);
}

void apply_part_registered(struct state *state, const struct event *event)
{
    rules_apply_part(rules_memory_shelf(state->memory), state, event);
}

void apply_catalogue_activated(struct state *state, const struct event *event)
{
    recount_apply_activated(&approval_flow, state, event);
}

/* -- calendars ------------------------------------------------------------------------------ */

enum verdict decide_recount(struct decision *decision, const struct timer *timer)
{
    return recount_timer(&approval_flow, decision, timer);
}

void apply_recount(struct state *state, const struct event *event)
{
    recount_apply_step(&approval_flow, state, event);
}

enum verdict query_recount(struct reading *reading, const void *question)
{
    return recount_query(&approval_flow, reading, question);
}
