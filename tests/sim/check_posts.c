/* Posts, work and ownership as the events tell them: who is there, who is away and who is his B,
 * whose work a case is (AB角), who owns it since he was asked first (首問責任制). */
#include "check_state.h"

#include "events/intake.h"
#include "events/notification.h"
#include "events/officers.h"
#include "year.h"

#include <inttypes.h>
#include <string.h>

/* Whoever stays away longer than that is away for good: his B comes sooner. */
#define AWAY_FOR_GOOD_MS (21 * MS_PER_DAY)

static bool is_type(const struct event_envelope *envelope, const char *type)
{
    return text_equal_string(envelope->type, type);
}

/* -- posts -------------------------------------------------------------------------------------
 */

const struct model_post *model_post_find(const struct checks *checks, struct text officer)
{
    for (size_t i = 0; i < checks->post_count; i++) {
        const struct model_post *post = &checks->posts[i];
        if (post->officer_size == officer.size &&
            memcmp(post->officer, officer.data, officer.size) == 0) {
            return post;
        }
    }
    return NULL;
}

static struct model_post *post_of(struct checks *checks, struct text officer)
{
    const struct model_post *found = model_post_find(checks, officer);
    if (found != NULL) {
        return &checks->posts[found - checks->posts];
    }
    checks->posts = model_grow(checks->posts, checks->post_count, &checks->post_capacity,
                               sizeof *checks->posts);
    struct model_post *post = &checks->posts[checks->post_count++];
    model_text(post->officer, officer);
    post->officer_size = strlen(post->officer);
    return post;
}

static struct model_post *post_of_shift(struct world *world, const struct event_envelope *envelope)
{
    struct checks *checks = world->checks;
    for (size_t i = 0; i < checks->post_count; i++) {
        struct model_post *post = &checks->posts[i];
        if (post->has_shift &&
            memcmp(post->shift.bytes, envelope->case_id.uuid.bytes, UUID_BYTES) == 0) {
            return post;
        }
    }
    world_fail(world, "posts", "%.*s of a shift that is nobody's", TEXT_PRINT(envelope->type));
}

bool model_post_is_away(const struct model_post *post)
{
    return post != NULL && (post->is_absent || (post->has_shift && post->is_out));
}

bool model_post_is_manned(const struct model_post *post)
{
    return post != NULL && post->has_shift && !post->is_out && !post->is_absent;
}

struct text model_deputy(const struct model_post *post)
{
    return text_of(post->deputy[0] == '\0' ? post->standing : post->deputy);
}

static void follow_opened(struct world *world, const struct event_envelope *envelope,
                          const struct case_moved *moved)
{
    struct model_post *post = post_of(world->checks, envelope->actor.login);
    if (post->has_shift) {
        world_fail(world, "posts", "%s has two shifts", post->officer);
    }
    post->shift = envelope->case_id.uuid;
    post->has_shift = true;
    post->is_out = post->is_absent = false;
    model_text(post->role, envelope->actor.role);
    model_text(post->deputy, moved->fields.deputy);
    world->checks->shifts_opened++;
}

static void follow_shift(struct world *world, const struct event_envelope *envelope,
                         const struct case_moved *moved)
{
    if (is_type(envelope, "intake.shift_opened.v1")) {
        follow_opened(world, envelope, moved);
    } else if (is_type(envelope, "intake.shift_paused.v1")) {
        post_of_shift(world, envelope)->is_out = true;
        world->checks->shifts_left++;
    } else if (is_type(envelope, "intake.shift_resumed.v1")) {
        struct model_post *post = post_of_shift(world, envelope);
        post->is_out = post->is_absent = false;
    } else if (is_type(envelope, "intake.shift_closed.v1")) {
        struct model_post *post = post_of_shift(world, envelope);
        post->has_shift = post->is_out = false;
    } else if (is_type(envelope, "intake.post_uncovered.v1")) {
        struct model_post *post = post_of_shift(world, envelope);
        world->checks->posts_uncovered++;
        if (!model_post_is_away(post) ||
            model_post_is_manned(model_post_find(world->checks, model_deputy(post)))) {
            world_fail(world, "posts", "the post of %s is called uncovered, but is not",
                       post->officer);
        }
    }
}

void follow_deputy(struct world *world, const struct event_envelope *envelope)
{
    struct deputy_named named;
    model_data(world, envelope, &deputy_named_message, &named);
    struct model_post *post = post_of(world->checks, named.officer);
    if (!text_is_empty(named.deputy)) {
        model_text(post->standing, named.deputy);
    }
    if (named.absent && !post->is_absent) {
        post->absent_ms = envelope->time;
        world->checks->absences_told++;
    }
    post->is_absent = named.absent;
}

/* -- work --------------------------------------------------------------------------------------
 */

static void follow_work(struct world *world, const struct event_envelope *envelope,
                        const struct case_moved *moved, struct model_case *c)
{
    bool takes = text_equal_string(moved->step.action, "take");
    struct text officer = moved->fields.assignee;
    if (text_is_empty(officer) && takes) {
        officer = envelope->actor.login;
    }
    bool is_passed =
        envelope->actor.kind == ACTOR_SYSTEM &&
        memmem(envelope->type.data, envelope->type.size, "task_reassigned", 15) != NULL;
    if (is_passed && !text_equal_string(moved->assignee_before, c->assignee)) {
        world_fail(world, "posts", "%s goes from %.*s to a B, but is the work of \"%s\"", c->number,
                   TEXT_PRINT(moved->assignee_before), c->assignee);
    }
    if (is_passed && text_equal(officer, moved->assignee_before)) {
        world_fail(world, "posts", "%s goes from %.*s to himself", c->number, TEXT_PRINT(officer));
    }
    world->checks->work_passed += is_passed ? 1 : 0;
    if (!text_is_empty(officer)) {
        const struct model_post *post = model_post_find(world->checks, officer);
        model_text(c->assignee, officer);
        c->assigned_ms = envelope->time;
        c->is_own_choice = takes && model_post_is_away(post);
    }
}

/* True where the auditor has it: what he asks of somebody is not passed on. */
static bool is_audited(const struct model_case *c)
{
    int state = c->procedure == NULL ? -1 : procedure_state_index(c->procedure, text_of(c->state));
    return state >= 0 && c->procedure->states[state].owner == OWNER_AUDIT;
}

/* Somebody is away, his B is there, and the work is still his. */
static void work_check(struct world *world, const struct model_case *c)
{
    const struct checks *checks = world->checks;
    const struct model_post *post = model_post_find(checks, text_of(c->assignee));
    if (!model_post_is_away(post)) {
        return;
    }
    const struct model_post *deputy = model_post_find(checks, model_deputy(post));
    if (model_post_is_manned(deputy) && !c->is_own_choice && is_kept_as_work(world, c)) {
        world_fail(world, "posts", "%s is the work of %s, who is away while %s is there", c->number,
                   post->officer, deputy->officer);
    }
    int64_t since_ms = post->absent_ms > c->assigned_ms ? post->absent_ms : c->assigned_ms;
    if (post->is_absent && since_ms < world->wall_ms - AWAY_FOR_GOOD_MS &&
        is_kept_as_work(world, c)) {
        world_fail(world, "posts", "%s waits for %s, who is away for good", c->number,
                   post->officer);
    }
}

void checks_posts(struct world *world)
{
    const struct checks *checks = world->checks;
    for (size_t i = 0; i < checks->case_count; i++) {
        const struct model_case *c = &checks->cases[i];
        if (c->owner.lapses_untold > 0) {
            world_fail(world, "owners", "%s: nobody higher is told that an offer lapsed",
                       c->number);
        }
        if (c->assignee[0] != '\0' && !model_has_ended(c) && !is_audited(c)) {
            work_check(world, c);
        }
    }
}

/* -- owners ------------------------------------------------------------------------------------
 */

/* The clerk who filed it, or the first contact on duty: of several the first by name. */
void follow_asked_first(struct world *world, const struct event_envelope *envelope,
                        struct model_case *c)
{
    const struct checks *checks = world->checks;
    bool is_filed_here = envelope->actor.kind == ACTOR_STAFF;
    struct text first = is_filed_here ? envelope->actor.login : (struct text){0};
    for (size_t i = 0; i < checks->post_count && !is_filed_here; i++) {
        const struct model_post *post = &checks->posts[i];
        if (model_post_is_manned(post) && strcmp(post->role, "first_contact") == 0 &&
            (text_is_empty(first) || strcmp(post->officer, first.data) < 0)) {
            first = text_of(post->officer);
        }
    }
    model_text(c->owner.asked_first, first);
    model_text(c->owner.officer, first);
}

static void owner_is(struct world *world, const struct model_case *c, struct text said)
{
    if (!text_equal_string(said, c->owner.officer)) {
        world_fail(world, "owners", "%s belongs to \"%s\", but is said to belong to \"%.*s\"",
                   c->number, c->owner.officer, TEXT_PRINT(said));
    }
}

/* An offer is answered, or its time is over: each once, and only while it stands. */
static void offer_end(struct world *world, const struct event_envelope *envelope,
                      struct model_case *c)
{
    if (c->owner.offered_to[0] == '\0') {
        world_fail(world, "owners", "%s: %.*s, but it is offered to nobody", c->number,
                   TEXT_PRINT(envelope->type));
    }
    c->owner.offered_to[0] = '\0';
}

static void follow_offered(struct world *world, const struct case_moved *moved,
                           struct model_case *c)
{
    if (c->owner.offered_to[0] != '\0') {
        world_fail(world, "owners", "%s is offered to two officers at once", c->number);
    }
    owner_is(world, c, moved->assignee_before);
    model_text(c->owner.offered_to, moved->fields.officer);
    c->owner.answer_by_ms = moved->step.clocks.items[0].due;
    world->checks->hands_offered++;
}

static void follow_returned(struct world *world, const struct event_envelope *envelope,
                            const struct case_moved *moved, struct model_case *c)
{
    bool has_lapsed = text_equal_string(moved->step.action, "hand_over over");
    offer_end(world, envelope, c);
    owner_is(world, c, moved->fields.officer);
    if (has_lapsed && envelope->time < c->owner.answer_by_ms) {
        world_fail(world, "owners", "%s: an offer lapses before its time", c->number);
    }
    c->owner.lapses_untold += has_lapsed ? 1 : 0;
    world->checks->hands_lapsed += has_lapsed ? 1 : 0;
    world->checks->hands_refused += has_lapsed ? 0 : 1;
}

static void follow_owner(struct world *world, const struct event_envelope *envelope,
                         const struct case_moved *moved, struct model_case *c)
{
    if (is_type(envelope, "intake.owner_offered.v1")) {
        follow_offered(world, moved, c);
    } else if (is_type(envelope, "intake.owner_changed.v1")) {
        if (!text_equal_string(moved->fields.officer, c->owner.offered_to)) {
            world_fail(world, "owners", "%s goes to somebody to whom it was not offered",
                       c->number);
        }
        offer_end(world, envelope, c);
        model_text(c->owner.officer, moved->fields.officer);
        world->checks->hands_accepted++;
    } else if (is_type(envelope, "intake.owner_returned.v1")) {
        follow_returned(world, envelope, moved, c);
    } else if (is_type(envelope, "intake.owner_released.v1")) {
        c->owner.offered_to[0] = '\0';
        model_text(c->owner.officer, text_of(c->owner.asked_first)); /* should it be opened again */
    }
}

void follow_escalated(struct world *world, const struct event_envelope *envelope)
{
    struct escalation_sent sent;
    struct model_case *c = model_case_find(world->checks, &envelope->case_id.uuid);
    model_data(world, envelope, &escalation_sent_message, &sent);
    if (c != NULL && text_equal_string(sent.clock, "hand_over") && c->owner.lapses_untold > 0) {
        c->owner.lapses_untold--;
    }
}

static void owner_check(struct world *world, const struct model_case *c)
{
    struct principal everybody = {.kind = PRINCIPAL_SYSTEM};
    struct ask_case question = {.case_id = {c->id}};
    const void *answer = NULL;
    if (!host_ask(host_find(world, "intake"), &everybody, &ask_case_message, &question,
                  &world->checks->arena, &answer)) {
        return; /* not a case that intake has a part of */
    }
    const struct ownership *told = &((const struct case_filed_part *)answer)->ownership;
    if (model_has_ended(c)) {
        if (!text_is_empty(told->department) || !text_is_empty(told->officer) ||
            c->owner.offered_to[0] != '\0') {
            world_fail(world, "owners", "%s has ended, but has an owner", c->number);
        }
        return;
    }
    owner_is(world, c, told->officer);
    if (text_is_empty(told->department) ||
        !text_equal_string(told->offered_to, c->owner.offered_to)) {
        world_fail(world, "owners", "%s is offered to \"%s\", but told to be offered to \"%.*s\"",
                   c->number, c->owner.offered_to, TEXT_PRINT(told->offered_to));
    }
}

void checks_owners(struct world *world, int64_t since_ms)
{
    struct checks *checks = world->checks;
    for (size_t i = 0; i < checks->case_count; i++) {
        const struct model_case *c = &checks->cases[i];
        if (!model_has_ended(c) || c->moved_ms >= since_ms) {
            arena_reset(&checks->arena);
            owner_check(world, c);
        }
    }
}

/* -- following ---------------------------------------------------------------------------------
 */

void follow_posts(struct world *world, const struct event_envelope *envelope,
                  const struct case_moved *moved, struct model_case *c)
{
    follow_shift(world, envelope, moved);
    if (c == NULL) {
        return; /* it begins with this event */
    }
    if (moved->step.beside) {
        follow_owner(world, envelope, moved, c);
    } else {
        follow_work(world, envelope, moved, c);
    }
}
