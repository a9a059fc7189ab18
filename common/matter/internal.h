/* What the source files of this part share; nobody else includes this. */
#pragma once

#include "matter/flow.h"

/* The value of a fact about a move (procedure/vocabulary.c lists them); absent when it has none. */
struct text move_fact(struct move *move, struct text name);

/* The situation a procedure is asked in. `move` must outlive it. */
struct procedure_situation move_situation(struct move *move);

/* The department that carries out the state of a case, or of its unit. */
struct text matter_department(const struct matter *matter, int unit);

/* The department for which the principal acts in `role`: that of the party he belongs to, or the
 * one that carries out the state. */
struct text matter_place(const struct matter *matter, const struct principal *principal,
                         struct text role, int unit);

/* The stage of the item that the state (or the unit) carries out; NULL when it carries out none. */
const struct catalogue_stage *matter_stage(const struct matter *matter, int unit);

/* True when a second person among the request's witnesses holds one of `roles` here. */
bool move_has_second(const struct move *move, const struct text_span *roles);

/* Whom and what the fields name must be there: officers, items, powers, windows, departments.
 * Otherwise an error is added. `transition` says who may be the second person. */
void move_values_check(const struct move *move, const struct procedure_transition *transition);

/* The officer whose interest in the case keeps this from being done (S14): who wants to take,
 * review or decide it, or who is to be given the work; absent when there is none. */
struct text move_recused(const struct move *move, struct text action);

/* Says that it was tried, and moves nothing. */
void recusal_note(const struct move *move, struct text action, struct text officer);

/* What a move does to the clocks: fills `step->clocks`. PROBLEM_NONE, or why it cannot be done; the
 * sentence is then in the decision. */
enum verdict move_clocks(struct move *move, int to_state, struct case_step *step);

/* Makes the units of a parallel review, all of them asked anew, with their clocks. */
enum verdict units_ask(struct move *move, int to_state, struct case_step *step);

/* Starts the clocks again of those units that have not given their opinion. */
enum verdict units_resume(struct move *move, struct case_step *step);

/* True when the unit goes by `procedure`: those of earlier sub-cases stay to be read. */
bool unit_goes_by(const struct case_unit *unit, const struct procedure *procedure);

/* The units of the state that a move enters; does nothing when it enters none with units. */
enum verdict units_change(struct move *move, int to, struct case_step *step);

/* The departments that meet in the state that a move enters, by the action or by their units. */
struct text_list units_members(const struct move *move);

/* The units after the one that `move` is about moved. */
void unit_moved(struct move *move, struct case_step *step);

/* Makes the transition that `signal` triggers in the state of the move's case, at the move's time;
 * false when there is none. */
bool signal_take(struct move *move, const char *signal);

/* Lets the case go on after one of its units moved, where the unit's procedure says so. */
void unit_tell(struct move *move);

/* Does one operation of a transition to the clocks of the case, or of the move's unit. */
enum verdict clock_operate(struct move *move, const struct procedure_clock_step *operation,
                           struct case_step *step);

/* Begins the matter of the hall that a transition opens, with this case as its parent: one, or one
 * for each of the points that a meeting resolved, as the matter of the unit that has to do it.
 * `moved` is the event of the case. */
void child_open(struct move *move, const struct case_moved *moved);

/* Emits what else the service itself says beside the event of a move (`then`). */
void more_emit(struct move *move, const struct case_moved *moved);

/* What a transition needs must be there, what it does not know must not. */
enum verdict fields_check(struct move *move, const struct procedure_transition *transition);

/* What an officer fills into the form must be left to his role, and sound. From then on the move
 * carries it as it may be kept. */
enum verdict move_form_check(struct move *move);

/* Says why no transition answers. */
enum verdict mismatch_refuse(struct move *move, const struct procedure_match *match);

/* Puts into the decision's actor the role and department in which the caller acts. */
void actor_complete(struct move *move);

/* The event type of the move's transition, as declared. */
const struct wire_message *event_of(const struct move *move);

/* True when the case stands in a state of this service; false where there is no row. */
bool flow_owns(const struct flow *flow, const struct case_row *row);

/* Adds a clock to a step, or replaces the one of that name. */
void step_clock_set(struct case_step *step, const struct clock *clock, struct arena *arena);

/* Sets and removes the timers that `before` and `after` (either may be NULL) stand for. */
void timers_follow(const struct flow *flow, struct state *state, const struct case_id *id,
                   const struct case_row *before, const struct case_row *after);

/* The next thing that a clock will do; false when there is nothing. */
bool clock_next(const struct clock *clock, const struct flow *flow, const struct uuid *subject,
                struct timer *ret_timer);

/* Makes a move whose transition is known: events, units, signals that follow. */
enum verdict move_make(struct move *move, struct text trigger);

/* A move of the case itself, now, with no fields and no transition yet. */
struct move move_of(const struct flow *flow, struct decision *decision, struct matter *matter);
