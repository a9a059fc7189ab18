#include "matter/deputies.h"

#include "matter/internal.h"
#include "matter/registers.h"

#include <string.h>

/* The moment at which such timers are due: long ago, so that they are worked at once. */
enum { AT_ONCE_MS = 1, PASSED_AT_ONCE_MAX = 32 };

static bool is_type(const struct event *event, const struct wire_message *message)
{
    return text_equal_string(event->envelope->type, message->name);
}

static struct timer timer_of(const struct flow *flow, const struct uuid *id)
{
    return (struct timer){.due_ms = AT_ONCE_MS,
                          .kind = flow->timer_pass,
                          .subject = *id,
                          .tag = TEXT_LITERAL("pass")};
}

static struct key work_key(struct text assignee, const struct case_id *id)
{
    struct key key = key_of_text(assignee);
    key_add_uuid(&key, &id->uuid);
    return key;
}

/* Somebody's work here that is not at its end. */
static bool is_open_work(const struct flow *flow, struct state *state, const struct case_row *row)
{
    struct matter matter;
    if (!flow_owns(flow, row) || text_is_empty(row->assignee) ||
        !matter_rules(flow, state, row->catalogue_version, row->item, &matter) ||
        matter.procedure == NULL) {
        return false;
    }
    int index = procedure_state_index(matter.procedure, row->state);
    return index >= 0 && !matter.procedure->states[index].is_end;
}

/* The B to whom the work of `officer` goes now; absent while he has it himself, or while nobody
 * stands in. Work that he has already stays his when he merely went home (`is_new`). */
static struct text stands_in(const struct flow *flow, struct state *state, struct text officer,
                             bool is_new)
{
    struct post_row post;
    if (!post_find(flow, state, officer, &post)) {
        return (struct text){0};
    }
    bool is_gone = post_is_away(&post) || (is_new && post.status == POST_OFF);
    struct text deputy = post_deputy(&post);
    return is_gone && post_is_manned(flow, state, deputy) ? deputy : (struct text){0};
}

/* Work is new to somebody when it was given to him, or came back from another service. */
static bool is_new_work(const struct flow *flow, const struct case_row *before,
                        const struct case_row *after)
{
    return !flow_owns(flow, before) || !text_equal(before->assignee, after->assignee);
}

void work_follow(const struct flow *flow, struct state *state, const struct case_id *id,
                 const struct case_row *before, const struct case_row *after)
{
    struct timer timer = timer_of(flow, &id->uuid);
    bool was_open = is_open_work(flow, state, before);
    bool is_open = is_open_work(flow, state, after);
    if (was_open && !(is_open && text_equal(before->assignee, after->assignee))) {
        struct key key = work_key(before->assignee, id);
        state_delete(state, flow->assigned, key_bytes(&key));
        timer_remove(state, &timer);
    }
    if (!is_open) {
        return;
    }
    struct key key = work_key(after->assignee, id);
    store_put(state->txn, flow->assigned, key_bytes(&key), bytes_of("", 0));
    if (!text_is_empty(stands_in(flow, state, after->assignee, is_new_work(flow, before, after)))) {
        timer_set(state, &timer);
    }
}

/* What somebody takes up himself is his, wherever he is. */
static void own_choice_note(const struct flow *flow, struct state *state, const struct event *event)
{
    const struct case_moved *moved = event->data;
    if (text_equal_string(moved->step.action, "take") && !moved->step.beside) {
        struct timer timer = timer_of(flow, &event->envelope->case_id.uuid);
        timer_remove(state, &timer);
    }
}

/* -- posts that moved ----------------------------------------------------------------------- */

/* Calls `visit` for each open case of an officer here, until it returns false. */
static void work_visit(const struct flow *flow, struct state *state, struct text officer,
                       bool (*visit)(void *context, struct matter *matter), void *context)
{
    struct store_cursor cursor;
    struct key prefix = key_of_text(officer);
    store_cursor_open(&cursor, state->txn, flow->assigned);
    bool more = store_seek(&cursor, key_bytes(&prefix));
    while (more && key_has_prefix(cursor.key, &prefix)) {
        struct matter *matter = arena_take(state->arena, sizeof *matter);
        struct case_id id;
        memcpy(id.uuid.bytes, cursor.key.data + prefix.size, UUID_BYTES);
        if (matter_load(flow, state, &id, matter) && flow_owns(flow, &matter->row) &&
            !visit(context, matter)) {
            break;
        }
        more = store_next(&cursor);
    }
    store_cursor_close(&cursor);
}

struct calling {
    const struct flow *flow;
    struct state *state;
};

static bool pass_later(void *context, struct matter *matter)
{
    struct calling *calling = context;
    struct timer timer = timer_of(calling->flow, &matter->id.uuid);
    timer_set(calling->state, &timer);
    return true;
}

/* Calls for all that an officer has to be passed on, where somebody stands in for him. */
static void all_pass(const struct flow *flow, struct state *state, struct text officer)
{
    struct calling calling = {flow, state};
    if (!text_is_empty(stands_in(flow, state, officer, false))) {
        work_visit(flow, state, officer, pass_later, &calling);
    }
}

struct passing {
    const struct flow *flow;
    struct decision *decision;
    struct text deputy;
    size_t count;
};

static bool pass_now(void *context, struct matter *matter)
{
    struct passing *passing = context;
    if (!interest_stands(passing->flow, passing->decision->state, passing->deputy, &matter->id,
                         matter->row.item)) {
        flow_reassign(passing->flow, passing->decision, matter, passing->deputy);
        passing->count++;
    }
    return passing->count < PASSED_AT_ONCE_MAX;
}

void work_react(const struct flow *flow, struct decision *decision, const struct event *event)
{
    struct state *state = decision->state;
    if (!is_type(event, &intake_shift_paused_message)) {
        return;
    }
    struct text officer = post_of_shift(flow, state, &event->envelope->case_id);
    struct passing passing = {
        .flow = flow, .decision = decision, .deputy = stands_in(flow, state, officer, false)};
    if (!text_is_empty(passing.deputy)) {
        work_visit(flow, state, officer, pass_now, &passing);
    }
}

struct deputy_search {
    const struct flow *flow;
    struct state *state;
    struct text deputy;
};

static bool pass_to(void *context, struct text officer, const struct post_row *row)
{
    const struct deputy_search *search = context;
    if (post_is_away(row) && text_equal(post_deputy(row), search->deputy)) {
        all_pass(search->flow, search->state, officer);
    }
    return true;
}

void work_follow_posts(const struct flow *flow, struct state *state, const struct event *event)
{
    const struct case_id *id = &event->envelope->case_id;
    if (is_type(event, &deputy_named_message)) {
        all_pass(flow, state, ((const struct deputy_named *)event->data)->officer);
        return;
    }
    if (event->message->fields != case_moved_message.fields) {
        return;
    }
    own_choice_note(flow, state, event);
    if (is_type(event, &intake_shift_paused_message)) {
        all_pass(flow, state, post_of_shift(flow, state, id));
    } else if (is_type(event, &intake_shift_opened_message) ||
               is_type(event, &intake_shift_resumed_message)) {
        struct deputy_search search = {flow, state, post_of_shift(flow, state, id)};
        posts_visit(flow, state, pass_to, &search);
    }
}

/* -- passing on ----------------------------------------------------------------------------- */

bool work_next_due(const struct flow *flow, struct state *state, const struct uuid *id,
                   struct timer *ret_timer)
{
    *ret_timer = timer_of(flow, id);
    return timer_is_set(state, ret_timer);
}

enum verdict work_pass(const struct flow *flow, struct decision *decision,
                       const struct timer *timer)
{
    struct state *state = decision->state;
    struct case_id id = {timer->subject};
    struct matter matter = {.id = id};
    struct text deputy = {0};
    if (matter_load(flow, state, &id, &matter) && flow_owns(flow, &matter.row)) {
        deputy = stands_in(flow, state, matter.row.assignee, true);
    }
    if (text_is_empty(deputy) || interest_stands(flow, state, deputy, &id, matter.row.item)) {
        struct work_kept kept = {.officer = matter.row.assignee};
        emit(decision, &id, flow->work_kept, &kept);
        return VERDICT_OK;
    }
    flow_reassign(flow, decision, &matter, deputy);
    return VERDICT_OK;
}

void work_apply_kept(const struct flow *flow, struct state *state, const struct event *event)
{
    struct timer timer = timer_of(flow, &event->envelope->case_id.uuid);
    timer_remove(state, &timer);
}
