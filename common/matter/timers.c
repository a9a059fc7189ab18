/* Timers and applying: the row moves by events, and its timers with it. */
#include "matter/internal.h"
#include "matter/registers.h"

#include "base/check.h"
#include "matter/recount.h"
#include "wire/personal.h"

#include <string.h>

/* -- what falls due ------------------------------------------------------------------------- */

bool clock_next(const struct clock *clock, const struct flow *flow, const struct uuid *subject,
                struct timer *ret_timer)
{
    if (clock->phase != CLOCK_RUNNING || clock->overdue) {
        return false;
    }
    /* A window that closes makes nobody late: there is nothing to warn of. */
    bool warns = !clock->warned && clock->warn < clock->due && clock->kind != CLOCK_KIND_WINDOW;
    *ret_timer = (struct timer){
        .due_ms = warns ? clock->warn : clock->due,
        .kind = warns ? flow->timer_warn : flow->timer_due,
        .subject = *subject,
        .tag = clock->name,
    };
    return true;
}

static bool timer_equal(const struct timer *left, const struct timer *right)
{
    return left->due_ms == right->due_ms && left->kind == right->kind &&
           text_equal(left->tag, right->tag);
}

/* True when `row` stands for `timer`. */
static bool row_has_timer(const struct flow *flow, const struct case_row *row,
                          const struct timer *timer)
{
    struct timer other;
    for (size_t i = 0; flow_owns(flow, row) && i < row->clocks.count; i++) {
        if (clock_next(&row->clocks.items[i], flow, &timer->subject, &other) &&
            timer_equal(timer, &other)) {
            return true;
        }
    }
    return false;
}

void timers_follow(const struct flow *flow, struct state *state, const struct case_id *id,
                   const struct case_row *before, const struct case_row *after)
{
    struct timer timer;
    for (size_t i = 0; flow_owns(flow, before) && i < before->clocks.count; i++) {
        if (clock_next(&before->clocks.items[i], flow, &id->uuid, &timer) &&
            !row_has_timer(flow, after, &timer)) {
            timer_remove(state, &timer);
        }
    }
    for (size_t i = 0; flow_owns(flow, after) && i < after->clocks.count; i++) {
        if (clock_next(&after->clocks.items[i], flow, &id->uuid, &timer) &&
            !row_has_timer(flow, before, &timer)) {
            timer_set(state, &timer);
        }
    }
}

bool flow_next_due(const struct flow *flow, struct state *state, const struct uuid *subject,
                   int64_t now_ms, struct timer *ret_timer)
{
    struct key key = key_of_uuid(subject);
    struct case_row row;
    bool found = false;
    if (!state_get(state, flow->cases, key_bytes(&key), &case_row_message, &row) ||
        !flow_owns(flow, &row)) {
        return false;
    }
    for (size_t i = 0; i < row.clocks.count; i++) {
        struct timer timer;
        if (clock_next(&row.clocks.items[i], flow, subject, &timer) && timer.due_ms <= now_ms &&
            (!found || timer.due_ms < ret_timer->due_ms)) {
            *ret_timer = timer;
            found = true;
        }
    }
    return found;
}

/* -- deciding timers ------------------------------------------------------------------------ */

/* Splits "opinion:review-road" into the clock of the sub-procedure and the unit it belongs to. */
static int unit_of_clock(const struct matter *matter, struct text name, struct text *ret_clock)
{
    struct text stage = {0};
    *ret_clock = text_split(name, ':', &stage);
    for (size_t i = 0; stage.data != NULL && i < matter->row.units.count; i++) {
        const struct case_unit *unit = &matter->row.units.items[i];
        struct text parallel = matter->procedure->states[matter->state].parallel;
        if (text_equal(unit->stage, stage) && text_equal(unit->procedure, parallel)) {
            return (int)i;
        }
    }
    return -1;
}

/* Says that a clock is yellow or red, where nothing else happens. */
static enum verdict notice_emit(struct move *move, struct text clock, const char *kind)
{
    struct matter *matter = move->matter;
    struct text type = arena_print(move->decision->arena, "%s.%s.v1",
                                   procedure_owner_name(move->flow->owner), kind);
    struct case_moved moved = {
        .step = {.action = arena_print(move->decision->arena, "%.*s %s", TEXT_PRINT(clock),
                                       kind + strlen("clock_")),
                 .from = matter->row.state,
                 .to = matter->row.state,
                 .version = matter->row.version + 1},
        .clock = clock,
    };
    const struct wire_message *message = wire_find(&moves_vocabulary, type);
    CHECK(message != NULL);
    emit(move->decision, &matter->id, message, &moved);
    return VERDICT_OK;
}

/* What the procedure makes of the end of a clock; NULL when it makes nothing of it. */
static const struct procedure_transition *transition_of_end(struct move *move, struct text clock)
{
    struct procedure_situation situation = move_situation(move);
    return procedure_match_clock(move->procedure, clock, &situation);
}

enum verdict flow_timer(const struct flow *flow, struct decision *decision,
                        const struct timer *timer)
{
    struct case_id id = {timer->subject};
    struct matter *matter = arena_take(decision->arena, sizeof *matter);
    if (!matter_load(flow, decision->state, &id, matter)) {
        store_fail(decision->state->txn, ERR_CORRUPT); /* a timer of a case that is not there */
        return VERDICT_OK;
    }
    if (recount_matter(flow, decision, matter) && !row_has_timer(flow, &matter->row, timer)) {
        return VERDICT_OK; /* by the newest calendar it is not due yet, or due for something else */
    }
    const struct clock *clock = row_clock(&matter->row, timer->tag);
    CHECK(clock != NULL);
    struct text name;
    int unit = unit_of_clock(matter, timer->tag, &name);
    struct move move = move_of(flow, decision, matter);
    move.unit = unit;
    move.at_ms = clock_last_moment(clock);
    if (unit >= 0) {
        move.procedure = catalogue_procedure(matter->rules->catalogue,
                                             matter->procedure->states[matter->state].parallel);
        CHECK(move.procedure != NULL); /* leaving the state stopped the clocks of its units */
    }
    if (timer->kind == flow->timer_warn) {
        return notice_emit(&move, timer->tag, "clock_warned");
    }
    move.transition = transition_of_end(&move, name);
    if (move.transition == NULL) {
        return notice_emit(&move, timer->tag, "clock_overdue");
    }
    return move_make(&move, arena_print(decision->arena, "%.*s over", TEXT_PRINT(timer->tag)));
}

/* -- applying ------------------------------------------------------------------------------- */

static void row_put(const struct flow *flow, struct state *state, const struct case_id *id,
                    const struct case_row *before, const struct case_row *after)
{
    struct key key = key_of_uuid(&id->uuid);
    state_put(state, flow->cases, key_bytes(&key), &case_row_message, after);
    timers_follow(flow, state, id, before, after);
    if (flow->changed != NULL) {
        flow->changed(state, id, before, after);
    }
}

/* Who was asked first and owns the matter (首問責任制): the clerk who filed it, or the first
 * contact on duty; absent: the department's post. */
static struct text asked_first(const struct flow *flow, struct state *state,
                               const struct event *event)
{
    const struct event_actor *actor = &event->envelope->actor;
    if (actor->kind == ACTOR_STAFF) {
        return actor->login;
    }
    return flow->registers == 0 ? (struct text){0} : post_first_contact(flow, state);
}

void flow_apply_submitted(const struct flow *flow, struct state *state, const struct event *event)
{
    const struct case_submitted *submitted = event->data;
    struct matter matter = {0};
    const char *owner = "intake";
    if (matter_rules(flow, state, submitted->catalogue_version, submitted->item, &matter) &&
        matter.procedure != NULL) {
        owner = matter_owner(matter.procedure, submitted->step.to, owner);
    }
    struct case_row row = row_of_submitted(submitted, event->envelope->time, owner, state->arena);
    if (flow->owner == OWNER_INTAKE) {
        row.asked_first = asked_first(flow, state, event);
    }
    if (matter.procedure != NULL) {
        row_read_form(&row, matter.procedure, &submitted->form, state->arena);
    }
    row_put(flow, state, &event->envelope->case_id, NULL, &row);
}

/* A case that this service learns of with this event, which says what it is: one of its own. */
static bool matter_begin(const struct flow *flow, struct state *state, const struct event *event,
                         struct matter *matter)
{
    const struct case_moved *moved = event->data;
    *matter = (struct matter){.id = event->envelope->case_id};
    if (text_is_empty(moved->head.number) ||
        !matter_rules(flow, state, moved->head.catalogue_version, moved->head.item, matter) ||
        matter->procedure == NULL) {
        return false;
    }
    const char *own = procedure_owner_name(flow->owner);
    matter->row = row_of_head(&moved->head, own);
    return strcmp(matter_owner(matter->procedure, moved->step.to, ""), own) == 0;
}

/* What stands beside a step moves nothing, but may tell the number of what was made. */
static void beside_take(const struct flow *flow, struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct matter matter;
    if (text_is_empty(moved->number) || !matter_load(flow, state, id, &matter)) {
        return;
    }
    struct case_row next = matter.row;
    next.document = moved->number;
    row_put(flow, state, id, &matter.row, &next);
}

void flow_apply_moved(const struct flow *flow, struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    const struct case_id *id = &event->envelope->case_id;
    struct matter matter;
    if (moved->step.beside) {
        beside_take(flow, state, event);
        return;
    }
    bool known = matter_load(flow, state, id, &matter);
    if (!known && !matter_begin(flow, state, event, &matter)) {
        return;
    }
    struct text speaker = event->envelope->source;
    char otherwise[SOURCE_CHARACTERS * 4 + 1] = "";
    memcpy(otherwise, speaker.data, speaker.size < sizeof otherwise ? speaker.size : 0);
    const char *owner = matter_owner(matter.procedure, moved->step.to, otherwise);
    struct case_row next =
        row_advance(&matter.row, matter.procedure, event->envelope, moved, owner, state->arena);
    row_put(flow, state, id, known ? &matter.row : NULL, &next);
}

void flow_apply_parties(const struct flow *flow, struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    struct matter matter;
    if (moved->step.beside || !matter_load(flow, state, &event->envelope->case_id, &matter)) {
        return;
    }
    struct case_row next = matter.row;
    row_take_parties(&next, &moved->fields, state->arena);
    if (next.parties.count > matter.row.parties.count) {
        row_put(flow, state, &matter.id, &matter.row, &next);
    }
}
