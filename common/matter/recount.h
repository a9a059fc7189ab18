/* Counting limits again when a new calendar is published: a late holiday, the next year's notice.
 *
 * Each service that has cases walks its own, a bounded step a batch, by a timer of its own, so that
 * commands and legal timers get through in between. A case of which a limit moves gets an event of
 * the shape `case_moved`, <owner>.clocks_recounted, with the clocks as they are now; its timers
 * follow. Each step ends with an event that says how far the walk is: the progress is state, a
 * crash resumes where the last commit stood, and a replay gives the same.
 *
 * The walk takes its time, the law does not wait for it: whenever a case is touched before the walk
 * comes to it (a limit of it falls due, somebody acts on it, it is handed over here), its limits
 * are counted again first. So nothing falls due by a calendar that no longer counts. */
#pragma once

#include "events/recount.h"
#include "matter/flow.h"

/* Brings the clocks of a case that this service has to the newest calendar, before something is
 * decided about it; the matter is then as it will be. True when one moved. */
bool recount_matter(const struct flow *flow, struct decision *decision, struct matter *matter);

/* Reacts to an event by which this service may have got a case: its former owner may not have known
 * the newest calendar yet. */
void recount_react(const struct flow *flow, struct decision *decision, const struct event *event);

/* Decides the walk's timer, `flow.timer_recount`: the next step. */
enum verdict recount_timer(const struct flow *flow, struct decision *decision,
                           const struct timer *timer);

/* Applies intake's event that a catalogue became active: the rules, and the beginning of a walk
 * when the calendar is a new one. In the place of rules_apply_activated. */
void recount_apply_activated(const struct flow *flow, struct state *state,
                             const struct event *event);

/* Applies <owner>.recount_advanced and .recount_finished. */
void recount_apply_step(const struct flow *flow, struct state *state, const struct event *event);

/* Answers `recount.ask`. */
enum verdict recount_query(const struct flow *flow, struct reading *reading, const void *question);
