/* A and B of a post (AB角, S68): the work of an officer who is away goes to his B, within the same
 * breath; new work for an officer who has no shift too. B acts in his own name.
 *
 * Each service that owns states does this for the cases that it has, by the registers it keeps and
 * an index of who has which work (`flow.assigned`). What is not passed on at once is called for by
 * timers that are due at once (`flow.timer_pass`). */
#pragma once

#include "matter/flow.h"

/* Follows a case's row with the index of who has which work, and calls for it to be passed on when
 * that officer is not at his post: for the flow's `changed`. */
void work_follow(const struct flow *flow, struct state *state, const struct case_id *id,
                 const struct case_row *before, const struct case_row *after);

/* Calls for the work of those to be passed on who are away, after `event` moved or named a post.
 * Only in apply, behind registers_follow and the case's row. */
void work_follow_posts(const struct flow *flow, struct state *state, const struct event *event);

/* Passes on at once what an officer has who left his window, as `event` says: as much of it as one
 * reaction takes. Does nothing on any other event. */
void work_react(const struct flow *flow, struct decision *decision, const struct event *event);

/* Decides the timer of a case whose assignee is away: it goes to the post's B, or a note says that
 * it stays (`flow.work_kept`). */
enum verdict work_pass(const struct flow *flow, struct decision *decision,
                       const struct timer *timer);

/* The next such timer of a case: for service.next_due. */
bool work_next_due(const struct flow *flow, struct state *state, const struct uuid *id,
                   struct timer *ret_timer);

/* Applies the note that work stays where it is. */
void work_apply_kept(const struct flow *flow, struct state *state, const struct event *event);
