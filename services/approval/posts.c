/* A and B of a post (AB角, S68): the work of an officer who is away goes to his B, within the same
 * breath; new work for an officer who has no shift too. B acts in his own name. */
#include "approval.h"

#include <string.h>

/* The moment at which such timers are due: long ago, so that they are worked at once. */
enum { AT_ONCE_MS = 1, PASSED_AT_ONCE_MAX = 32 };

static struct timer timer_of(const struct uuid *id)
{
    return (struct timer){
        .due_ms = AT_ONCE_MS, .kind = TIMER_PASS, .subject = *id, .tag = TEXT_LITERAL("pass")};
}

static struct key work_key(struct text assignee, const struct case_id *id)
{
    struct key key = key_of_text(assignee);
    key_add_uuid(&key, &id->uuid);
    return key;
}

/* Somebody's work that is not at its end. */
static bool is_open_work(struct state *state, const struct case_row *row)
{
    struct matter matter;
    if (row == NULL || text_is_empty(row->assignee) ||
        !matter_rules(&approval_flow, state, row->catalogue_version, row->item, &matter) ||
        matter.procedure == NULL) {
        return false;
    }
    int index = procedure_state_index(matter.procedure, row->state);
    return index >= 0 && !matter.procedure->states[index].is_end;
}

/* The B to whom the work of `officer` goes now; absent while he has it himself, or while nobody
 * stands in. Work that he has already stays his when he merely went home (`is_new`). */
static struct text stands_in(struct state *state, struct text officer, bool is_new)
{
    struct post_row post;
    if (!post_find(&approval_flow, state, officer, &post)) {
        return (struct text){0};
    }
    bool is_gone = post_is_away(&post) || (is_new && post.status == POST_OFF);
    struct text deputy = post_deputy(&post);
    return is_gone && post_is_manned(&approval_flow, state, deputy) ? deputy : (struct text){0};
}

static bool is_approvals(const struct case_row *row)
{
    return row != NULL && text_equal_string(row->owner, "approval");
}

/* Work is new to somebody when it was given to him, or came back from another service. */
static bool is_new_work(const struct case_row *before, const struct case_row *after)
{
    return !is_approvals(before) || !text_equal(before->assignee, after->assignee);
}

void work_follow(struct state *state, const struct case_id *id, const struct case_row *before,
                 const struct case_row *after)
{
    struct timer timer = timer_of(&id->uuid);
    bool was_open = is_open_work(state, before);
    bool is_open = is_open_work(state, after);
    if (was_open && !(is_open && text_equal(before->assignee, after->assignee))) {
        struct key key = work_key(before->assignee, id);
        state_delete(state, TABLE_ASSIGNED, key_bytes(&key));
        timer_remove(state, &timer);
    }
    if (!is_open) {
        return;
    }
    struct key key = work_key(after->assignee, id);
    store_put(state->txn, TABLE_ASSIGNED, key_bytes(&key), bytes_of("", 0));
    if (is_approvals(after) &&
        !text_is_empty(stands_in(state, after->assignee, is_new_work(before, after)))) {
        timer_set(state, &timer);
    }
}

/* What somebody takes up himself is his, wherever he is. */
static void own_choice_note(struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    if (text_equal_string(moved->step.action, "take") && !moved->step.beside) {
        struct timer timer = timer_of(&event->envelope->case_id.uuid);
        timer_remove(state, &timer);
    }
}

/* -- posts that moved ----------------------------------------------------------------------- */

/* Calls `visit` for each open case of an officer that approval has, until it returns false. */
static void work_visit(struct state *state, struct text officer,
                       bool (*visit)(void *context, struct matter *matter), void *context)
{
    struct store_cursor cursor;
    struct key prefix = key_of_text(officer);
    store_cursor_open(&cursor, state->txn, TABLE_ASSIGNED);
    bool more = store_seek(&cursor, key_bytes(&prefix));
    while (more && key_has_prefix(cursor.key, &prefix)) {
        struct matter *matter = arena_take(state->arena, sizeof *matter);
        struct case_id id;
        memcpy(id.uuid.bytes, cursor.key.data + prefix.size, UUID_BYTES);
        if (matter_load(&approval_flow, state, &id, matter) && is_approvals(&matter->row) &&
            !visit(context, matter)) {
            break;
        }
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
}

static bool pass_later(void *context, struct matter *matter)
{
    struct timer timer = timer_of(&matter->id.uuid);
    timer_set(context, &timer);
    return true;
}

/* Calls for all that an officer has to be passed on, where somebody stands in for him. */
static void all_pass(struct state *state, struct text officer)
{
    if (!text_is_empty(stands_in(state, officer, false))) {
        work_visit(state, officer, pass_later, state);
    }
}

struct passing {
    struct decision *decision;
    struct text deputy;
    size_t count;
};

static bool pass_now(void *context, struct matter *matter)
{
    struct passing *passing = context;
    if (!interest_stands(&approval_flow, passing->decision->state, passing->deputy, &matter->id,
                         matter->row.item)) {
        flow_reassign(&approval_flow, passing->decision, matter, passing->deputy);
        passing->count++;
    }
    return passing->count < PASSED_AT_ONCE_MAX;
}

void react_to_pause(struct decision *decision, const struct event *event)
{
    struct state *state = decision->state;
    struct text officer = post_of_shift(&approval_flow, state, &event->envelope->case_id);
    struct passing passing = {.decision = decision, .deputy = stands_in(state, officer, false)};
    if (!text_is_empty(passing.deputy)) {
        work_visit(state, officer, pass_now, &passing);
    }
}

struct deputy_search {
    struct state *state;
    struct text deputy;
};

static bool pass_to(void *context, struct text officer, const struct post_row *row)
{
    const struct deputy_search *search = context;
    if (post_is_away(row) && text_equal(post_deputy(row), search->deputy)) {
        all_pass(search->state, officer);
    }
    return true;
}

static bool is_type(const struct event *event, const struct wire_message *message)
{
    return text_equal_string(event->envelope->type, message->name);
}

void posts_follow(struct state *state, const struct event *event)
{
    const struct case_id *id = &event->envelope->case_id;
    own_choice_note(state, event);
    if (is_type(event, &intake_shift_paused_message)) {
        all_pass(state, post_of_shift(&approval_flow, state, id));
    } else if (is_type(event, &intake_shift_opened_message) ||
               is_type(event, &intake_shift_resumed_message)) {
        struct deputy_search search = {state, post_of_shift(&approval_flow, state, id)};
        posts_visit(&approval_flow, state, pass_to, &search);
    }
}

void apply_registers(struct state *state, const struct event *event)
{
    registers_follow(&approval_flow, state, event);
    if (is_type(event, &deputy_named_message)) {
        all_pass(state, ((const struct deputy_named *)event->data)->officer);
    }
}

/* -- passing on ----------------------------------------------------------------------------- */

bool pass_is_due(struct state *state, const struct uuid *id, struct timer *ret_timer)
{
    *ret_timer = timer_of(id);
    return timer_is_set(state, ret_timer);
}

enum verdict decide_pass(struct decision *decision, const struct timer *timer)
{
    struct state *state = decision->state;
    struct case_id id = {timer->subject};
    struct matter matter = {.id = id};
    struct text deputy = {0};
    if (matter_load(&approval_flow, state, &id, &matter) && is_approvals(&matter.row)) {
        deputy = stands_in(state, matter.row.assignee, true);
    }
    if (text_is_empty(deputy) ||
        interest_stands(&approval_flow, state, deputy, &id, matter.row.item)) {
        struct work_kept kept = {.officer = matter.row.assignee};
        emit(decision, &id, &work_kept_message, &kept);
        return VERDICT_OK;
    }
    flow_reassign(&approval_flow, decision, &matter, deputy);
    return VERDICT_OK;
}

void apply_work_kept(struct state *state, const struct event *event)
{
    struct timer timer = timer_of(&event->envelope->case_id.uuid);
    timer_remove(state, &timer);
}
