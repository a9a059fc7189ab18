/* Who owns a matter (首問責任制, S66): whoever was asked first, until somebody else accepts it.
 * Each open matter has exactly one owner: who accepted it last; else the officer who filed it, or
 * the first contact on duty when it came; else the department's post. Nothing is recorded before a
 * matter is offered. */
#include "intake.h"

enum { ANSWER_WORK_HOURS = 4 };

static const char hand_over_clock[] = "hand_over";

static bool owner_get(struct state *state, const struct case_id *id, struct owner_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    *ret_row = (struct owner_row){0};
    return state_get(state, TABLE_OWNERS, key_bytes(&key), &owner_row_message, ret_row);
}

/* The owner as it stands, from what was recorded or, before that, from the case itself. */
static struct owner_row owner_of(struct state *state, const struct matter *matter)
{
    struct owner_row row;
    if (!owner_get(state, &matter->id, &row)) {
        row.officer = matter->procedure->of_hall ? matter->row.opened_by : matter->row.asked_first;
    }
    return row;
}

bool matter_has_ended(const struct matter *matter)
{
    return matter->row.over || matter->procedure->states[matter->state].is_end;
}

static struct text department_of(const struct matter *matter)
{
    return text_is_empty(matter->row.department) ? matter->item->department->code
                                                 : matter->row.department;
}

struct ownership ownership_of(struct state *state, const struct matter *matter)
{
    if (matter_has_ended(matter)) {
        return (struct ownership){0};
    }
    struct owner_row row = owner_of(state, matter);
    return (struct ownership){
        .officer = row.officer,
        .department = department_of(matter),
        .offered_to = row.offered_to,
        .answer_by = text_is_empty(row.offered_to) ? 0 : row.clock.due,
    };
}

/* -- deciding ------------------------------------------------------------------------------- */

/* One step of a hand-over being decided. */
struct hand {
    struct decision *decision;
    const struct hand_over *command;
    struct matter *matter;
    struct owner_row owner;
};

/* Emits an event about the owner; it moves nothing else. `officer` is who owns it, or is asked. */
static void owner_emit(struct hand *hand, const struct wire_message *message, struct text action,
                       struct text officer)
{
    const struct case_row *row = &hand->matter->row;
    struct case_moved moved = {
        .step = {.action = action,
                 .from = row->state,
                 .to = row->state,
                 .version = row->version,
                 .beside = true},
        .fields = {.officer = officer},
        .assignee_before = hand->owner.officer,
    };
    struct move move = {.flow = &intake_flow, .decision = hand->decision, .matter = hand->matter};
    if (hand->command != NULL) {
        moved.fields.reasons = hand->command->reasons;
    }
    if (!text_is_empty(hand->owner.clock.name)) {
        struct clock *clock = arena_take(hand->decision->arena, sizeof *clock);
        *clock = hand->owner.clock; /* the event is packed when the hand is gone */
        moved.clock = clock->name;
        moved.step.clocks = (struct clock_list){clock, 1};
    }
    flow_seal(&move, &case_moved_message, &moved);
    emit(hand->decision, &hand->matter->id, message, &moved);
}

static enum verdict clock_end(struct hand *hand)
{
    struct clock stopped;
    enum err err = clock_stop(&hand->owner.clock, hand->decision->now_ms, (struct text){0},
                              &hand->matter->clocks, hand->decision->arena, &stopped);
    if (err != ERR_OK) {
        return refuse(hand->decision, PROBLEM_CONFLICT, "the clock does not allow this: %s",
                      err_text(err));
    }
    hand->owner.clock = stopped;
    return VERDICT_OK;
}

/* The owner himself; where the department's post owns it, whoever works there, or the manager. */
static bool may_offer(const struct hand *hand)
{
    const struct principal *caller = hand->decision->principal;
    if (!text_is_empty(hand->owner.officer)) {
        return text_equal(hand->owner.officer, caller->login);
    }
    return principal_works_in(caller, department_of(hand->matter)) ||
           principal_holds(caller, TEXT_LITERAL("hall_manager"), TEXT_LITERAL("HALL"));
}

static void receiver_check(struct hand *hand)
{
    struct text officer = hand->command->officer;
    if (text_is_empty(officer)) {
        field_wrong(hand->decision, "officer", "must be given");
    } else if (request_witness(hand->decision->request, officer) == NULL) {
        field_wrong(hand->decision, "officer", "names somebody who has no account here");
    } else if (text_equal(officer, hand->owner.officer)) {
        field_wrong(hand->decision, "officer", "owns it already");
    } else if (interest_stands(&intake_flow, hand->decision->state, officer, &hand->matter->id,
                               hand->matter->row.item)) {
        field_wrong(hand->decision, "officer", "has declared an interest in it");
    }
}

static enum verdict offer_decide(struct hand *hand)
{
    const struct clock_rule rule = {
        .name = text_of(hand_over_clock),
        .kind = CLOCK_KIND_CLAIM,
        .value = ANSWER_WORK_HOURS,
        .unit = LIMIT_WORK_HOUR,
        .basis = TEXT_LITERAL("hall rule on the first person asked"),
    };
    if (!may_offer(hand)) {
        return refuse(hand->decision, PROBLEM_FORBIDDEN, "only its owner offers a matter");
    }
    if (!text_is_empty(hand->owner.offered_to)) {
        return refuse(hand->decision, PROBLEM_NOT_ALLOWED_NOW,
                      "it is offered to somebody already; wait for the answer");
    }
    receiver_check(hand);
    if (hand->decision->errors.count > 0) {
        return refuse_fields(hand->decision);
    }
    enum err err = clock_start(&rule, hand->decision->now_ms, &hand->matter->clocks,
                               hand->decision->arena, &hand->owner.clock);
    if (err != ERR_OK) {
        return refuse(hand->decision, PROBLEM_CONFLICT, "the clock does not allow this: %s",
                      err_text(err));
    }
    owner_emit(hand, &intake_owner_offered_message, TEXT_LITERAL("hand_over"),
               hand->command->officer);
    return VERDICT_OK;
}

static enum verdict answer_decide(struct hand *hand)
{
    bool accepts = hand->command->step == HAND_OVER_ACCEPT;
    if (text_is_empty(hand->owner.offered_to)) {
        return refuse(hand->decision, PROBLEM_NOT_ALLOWED_NOW, "it is not offered to anybody");
    }
    if (!text_equal(hand->owner.offered_to, hand->decision->principal->login)) {
        return refuse(hand->decision, PROBLEM_FORBIDDEN, "it is offered to somebody else");
    }
    if (!accepts && hand->command->reasons.value.size == 0) {
        field_wrong(hand->decision, "reasons", "must be given");
        return refuse_fields(hand->decision);
    }
    enum verdict verdict = clock_end(hand);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    owner_emit(hand, accepts ? &intake_owner_changed_message : &intake_owner_returned_message,
               accepts ? TEXT_LITERAL("accept") : TEXT_LITERAL("return"),
               accepts ? hand->owner.offered_to : hand->owner.officer);
    return VERDICT_OK;
}

enum verdict decide_hand_over(struct decision *decision, const void *command)
{
    struct matter *matter = arena_take(decision->arena, sizeof *matter);
    struct hand hand = {.decision = decision, .command = command, .matter = matter};
    if (!matter_load(&intake_flow, decision->state, &hand.command->case_id, matter) ||
        matter_standing(matter, decision->principal) == STANDING_NONE) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such case");
    }
    if (matter_standing(matter, decision->principal) == STANDING_FILER) {
        return refuse(decision, PROBLEM_FORBIDDEN, "officers hand matters over");
    }
    if (matter_has_ended(matter)) {
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW, "the matter has ended");
    }
    hand.owner = owner_of(decision->state, matter);
    return hand.command->step == HAND_OVER_OFFER ? offer_decide(&hand) : answer_decide(&hand);
}

/* Nobody answered: it stays with who had it, and somebody higher is told. */
enum verdict decide_offer_over(struct decision *decision, const struct timer *timer)
{
    struct matter *matter = arena_take(decision->arena, sizeof *matter);
    struct hand hand = {.decision = decision, .matter = matter};
    struct case_id id = {timer->subject};
    if (!matter_load(&intake_flow, decision->state, &id, matter) ||
        !owner_get(decision->state, &id, &hand.owner)) {
        store_fail(decision->state->txn, ERR_CORRUPT); /* a timer of an offer that is not there */
        return VERDICT_OK;
    }
    owner_emit(&hand, &intake_owner_returned_message, TEXT_LITERAL("hand_over over"),
               hand.owner.officer);
    return VERDICT_OK;
}

void owner_release(struct decision *decision, const struct case_id *id, struct text to)
{
    struct matter *matter = arena_take(decision->arena, sizeof *matter);
    struct hand hand = {.decision = decision, .matter = matter};
    if (!owner_get(decision->state, id, &hand.owner) ||
        !matter_load(&intake_flow, decision->state, id, matter)) {
        return;
    }
    int state = procedure_state_index(matter->procedure, to);
    if (state >= 0 && matter->procedure->states[state].is_end) {
        hand.owner.clock = (struct clock){0};
        owner_emit(&hand, &intake_owner_released_message, TEXT_LITERAL("ended"), (struct text){0});
    }
}

void owners_settle(struct decision *decision)
{
    size_t count = decision->event_count;
    for (size_t i = 0; i < count; i++) {
        const struct pending_event *pending = &decision->events[i];
        if (pending->message->fields == case_moved_message.fields) {
            owner_release(decision, &pending->case_id,
                          ((const struct case_moved *)pending->data)->step.to);
        }
    }
}

/* -- applying ------------------------------------------------------------------------------- */

static struct timer timer_of(const struct case_id *id, int64_t due_ms)
{
    return (struct timer){.due_ms = due_ms,
                          .kind = TIMER_OFFER,
                          .subject = id->uuid,
                          .tag = text_of(hand_over_clock)};
}

bool offer_next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
                    struct timer *ret_timer)
{
    struct case_id id = {*subject};
    struct owner_row row;
    if (!owner_get(state, &id, &row) || text_is_empty(row.offered_to) || row.clock.due > now_ms) {
        return false;
    }
    *ret_timer = timer_of(&id, row.clock.due);
    return true;
}

void owners_follow(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct text type = event->envelope->type;
    struct key key = key_of_uuid(&id->uuid);
    struct owner_row before;
    if (!text_starts_with(type, "intake.owner_")) {
        return;
    }
    if (owner_get(state, id, &before) && !text_is_empty(before.offered_to)) {
        struct timer timer = timer_of(id, before.clock.due);
        timer_remove(state, &timer);
    }
    struct owner_row row = {.officer = moved->fields.officer};
    if (text_equal_string(type, intake_owner_released_message.name)) {
        state_delete(state, TABLE_OWNERS, key_bytes(&key));
        return;
    }
    if (text_equal_string(type, intake_owner_offered_message.name)) {
        row = (struct owner_row){.officer = moved->assignee_before,
                                 .offered_to = moved->fields.officer,
                                 .clock = moved->step.clocks.items[0]};
        struct timer timer = timer_of(id, row.clock.due);
        timer_set(state, &timer);
    }
    state_put(state, TABLE_OWNERS, key_bytes(&key), &owner_row_message, &row);
}
