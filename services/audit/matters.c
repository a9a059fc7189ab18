/* Cases that supervision has: what was ordered is checked by it (4.8 `correcting`). */
#include "audit.h"

#include "crypto/seal.h"
#include "events/moves.h"

static struct rules_shelf *shelf_of(void *memory)
{
    return ((struct audit *)memory)->shelf;
}

/* To the public key that came with the case: only the vault opens it. */
static struct personal move_seal(struct move *move, struct bytes plain)
{
    const struct case_row *row = &move->matter->row;
    if (row->public_key.size != SEAL_PUBLIC_KEY_BYTES) {
        return (struct personal){.sealed = true}; /* the subject was erased: nothing is kept */
    }
    return seal_to_public_key(row->public_key.data, (uint64_t)row->subject, plain,
                              move->decision->random, move->decision->arena);
}

const struct flow audit_flow = {
    .owner = OWNER_AUDIT,
    .cases = TABLE_MATTERS,
    .timer_warn = TIMER_WARN,
    .timer_due = TIMER_DUE,
    .timer_recount = TIMER_RECOUNT,
    .hooks = {.seal = move_seal},
    .shelf = shelf_of,
};

enum verdict decide_act(struct decision *decision, const void *command)
{
    return flow_act(&audit_flow, decision, command);
}

/* The event of a decision that says what came of a limit; a limit that was only counted again is
 * none. */
static bool limit_told(const struct decision *decision, size_t *ret_place)
{
    size_t i = 0;
    while (i < decision->event_count &&
           decision->events[i].message == &audit_clocks_recounted_message) {
        i++;
    }
    *ret_place = i;
    return i < decision->event_count;
}

/* Supervision's own limits are nobody else's to find: its event is among the next of its log. */
enum verdict decide_timer(struct decision *decision, const struct timer *timer)
{
    uint64_t last = 0;
    size_t place = 0;
    enum verdict verdict = flow_timer(&audit_flow, decision, timer);
    (void)store_last_sequence(decision->state->txn, TABLE_LOG, &last);
    if (verdict == VERDICT_OK && limit_told(decision, &place)) {
        struct finding_raised finding = {
            .rule = text_of(timer->kind == TIMER_WARN ? "yellow_card" : "red_card"),
            .clock = timer->tag,
            .source = TEXT_LITERAL("audit"),
            .seq = (int64_t)(last + 1 + place),
        };
        struct case_id id = {timer->subject};
        emit(decision, &id, &finding_raised_message, &finding);
    }
    return verdict;
}

bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
              struct timer *ret_timer)
{
    return flow_next_due(&audit_flow, state, subject, now_ms, ret_timer);
}

void apply_moved(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    if (!text_is_empty(moved->head.number)) {
        audited_note(state, &event->envelope->case_id, moved);
    }
    parties_note(state, event);
    flow_apply_moved(&audit_flow, state, event);
}

/* What may be done in a case that audit has. */
enum verdict query_case(struct reading *reading, const void *question)
{
    const struct ask_audited *asked = question;
    struct matter matter;
    struct case_audited_part *part = arena_take(reading->arena, sizeof *part);
    if (!matter_load(&audit_flow, reading->state, &asked->case_id, &matter)) {
        return reading_answer(reading, &case_audited_part_message, part);
    }
    enum standing standing = matter_standing(&matter, reading->principal);
    if (standing == STANDING_NONE || standing == STANDING_UNCONCERNED) {
        return reading_refuse(reading, PROBLEM_NOT_FOUND, "there is no such case");
    }
    struct onlooker onlooker = {
        .principal = reading->principal, .state = reading->state, .now_ms = reading->now_ms};
    part->owner = text_equal_string(matter.row.owner, "audit");
    if (part->owner) {
        part->state = matter.row.state;
        part->clocks = matter_clocks(&matter.row, reading->arena);
        part->actions = matter_actions(&audit_flow, &matter, &onlooker, reading->arena);
    }
    return reading_answer(reading, &case_audited_part_message, part);
}

/* -- calendars ------------------------------------------------------------------------------ */

void apply_catalogue_activated(struct state *state, const struct event *event)
{
    recount_apply_activated(&audit_flow, state, event);
}

void react_to_move(struct decision *decision, const struct event *event)
{
    recount_react(&audit_flow, decision, event);
    react_to_step(decision, event);
}

enum verdict decide_recount(struct decision *decision, const struct timer *timer)
{
    return recount_timer(&audit_flow, decision, timer);
}

void apply_recount(struct state *state, const struct event *event)
{
    recount_apply_step(&audit_flow, state, event);
}

enum verdict query_recount(struct reading *reading, const void *question)
{
    return recount_query(&audit_flow, reading, question);
}
