/* How a case moves: the procedure of its item, enforced (DESIGN: a matter kind is a table).
 *
 * A service that owns states hands its commands, timers and events here. This part finds the
 * transition that the procedure has for an action, the end of a clock or a signal; checks who may,
 * what it needs and which conditions hold; works out the clocks; and leaves one event of the shape
 * `case_moved`. What only the service knows it adds through hooks.
 *
 * The same event, applied, moves the case's row and its timers, in the service that said it and in
 * those that follow. Timers are a function of the row: the next thing each running clock will do.
 */
#pragma once

#include "events/moves.h"
#include "matter/row.h"
#include "service/timers.h"

struct flow;

/* A case with all that is known of it during a decision or a query. */
struct matter {
    struct case_id id;
    struct case_row row;
    const struct hall_rules *rules;
    const struct catalogue_item *item;
    const struct procedure *procedure;
    struct clock_context clocks; /* what its clocks are counted with: the newest calendar */
    int state;                   /* index in the procedure */
};

/* A transition being made. */
struct move {
    const struct flow *flow;
    struct decision *decision;
    struct matter *matter;
    const struct procedure *procedure; /* of the case, or of the unit's sub-case */
    const struct procedure_transition *transition;
    const struct action_fields *fields; /* as the action carried them, still plain */
    int unit;                           /* index of the unit, -1: the case itself */
    int64_t at_ms;                      /* when it takes effect */
};

/* What a service adds. Each may be NULL. */
struct flow_hooks {
    /* Looks at what only the service can check before the move is made. */
    enum verdict (*check)(struct move *move);

    /* Fills what only the service knows into the event: materials, keys, numbers. */
    enum verdict (*complete)(struct move *move, struct case_moved *moved);

    /* Seals one personal value to the subject of the case. */
    struct personal (*seal)(struct move *move, struct bytes plain);

    /* The value of a fact that only the service knows; absent when it has none. */
    struct text (*fact)(struct move *move, struct text name);

    /* Emits further events that belong to the move. */
    void (*after)(struct move *move, const struct case_moved *moved);

    /* Says `message`, an event of this service that a procedure adds to a step (`then`), where it
     * tells more than the step: `added` holds that, to be filled and emitted as often as there is
     * something to tell. False: it tells the step alone, and is emitted so. */
    bool (*add)(struct decision *decision, const struct matter *matter,
                const struct wire_message *message, struct case_moved *added);
};

struct flow {
    enum procedure_owner owner;
    size_t cases;        /* table of rows: case id -> case_row */
    size_t registers;    /* table of the registers of officers (registers.h); 0: none is kept */
    unsigned timer_warn; /* kinds of the service's timers */
    unsigned timer_due;
    unsigned timer_recount;
    size_t assigned; /* table: assignee, case id -> nothing: the open work here (deputies.h) */
    unsigned timer_pass;
    const struct wire_message *work_kept; /* this service's note that work stays (deputies.h) */
    struct flow_hooks hooks;

    /* The shelf in the service's memory. */
    struct rules_shelf *(*shelf)(void *memory);

    /* Called after a row was changed by an event: for indexes that derive from it. `before` is NULL
     * for a new one. May be NULL. */
    void (*changed)(struct state *state, const struct case_id *id, const struct case_row *before,
                    const struct case_row *after);
};

/* Loads a case; false when this service does not know it, or not the rules it goes by. */
bool matter_load(const struct flow *flow, struct state *state, const struct case_id *id,
                 struct matter *ret_matter);

/* The same as the case will be once the events are applied that `decision` has emitted so far. */
bool matter_load_ahead(const struct flow *flow, struct decision *decision, const struct case_id *id,
                       struct matter *ret_matter);

/* The rules for a case that is being filed. */
bool matter_rules(const struct flow *flow, struct state *state, int64_t version, struct text item,
                  struct matter *ret_matter);

/* -- deciding ------------------------------------------------------------------------------- */

/* Decides `command`: an action of somebody on a case. */
enum verdict flow_act(const struct flow *flow, struct decision *decision,
                      const struct case_act *command);

/* Decides a timer of this flow. */
enum verdict flow_timer(const struct flow *flow, struct decision *decision,
                        const struct timer *timer);

/* Decides `command`: a matter of the hall itself begins. Told in the reply: its id and number. */
enum verdict flow_open(const struct flow *flow, struct decision *decision,
                       const struct matter_open *command);

/* Gives the work on a case to `officer`, both named, on behalf of the hall (4.6a: A to B). */
void flow_reassign(const struct flow *flow, struct decision *decision, const struct matter *matter,
                   struct text officer);

/* Says what is wrong with a field of the action, among others that may be; or refuses for it. */
void field_error(struct decision *decision, struct text name, const char *what);
enum verdict refuse_action_field(struct decision *decision, struct text name, const char *what);

/* True when the transition being made leaves the event of that name. */
bool move_emits(const struct move *move, const char *event);

/* How a matter of the hall begins by itself, on a signal. The subject is whom its texts are sealed
 * to; the department is whose matter it is, the procedure's own where it is absent; the parent is
 * the case that it belongs to. */
struct flow_beginning {
    const struct hall_rules *rules;
    struct text procedure;
    const char *signal;
    struct action_fields fields;
    int64_t subject;
    struct bytes public_key;
    struct text department;
    struct case_id parent;
};

/* Begins it; false when these rules have no such procedure or beginning. */
bool flow_open_on(const struct flow *flow, struct decision *decision,
                  const struct flow_beginning *beginning, struct case_id *ret_id);

/* Adds to another service's event what the procedure says this one adds (`then`), where that has
 * the shape of a move. For the reactions of services that keep rows. */
void flow_react(const struct flow *flow, struct decision *decision, const struct event *event);

/* Makes the transition that `signal` triggers in the case's state; false when there is none. */
bool flow_signal(const struct flow *flow, struct decision *decision, struct matter *matter,
                 const char *signal);

/* The clocks that start when a case is filed, by the procedure's first transition; and its state.
 */
enum verdict flow_begin(const struct flow *flow, struct decision *decision, struct matter *matter,
                        struct case_step *ret_step);

/* Seals every personal value of a record with the service's hook. */
void flow_seal(struct move *move, const struct wire_message *message, void *record);

/* -- applying ------------------------------------------------------------------------------- */

/* Puts the row of a case that was filed. */
void flow_apply_submitted(const struct flow *flow, struct state *state, const struct event *event);

/* Moves the row of a case. Does nothing for a case this service does not know. */
void flow_apply_moved(const struct flow *flow, struct state *state, const struct event *event);

/* Notes the parties that another service's event names, for a service that keeps a row of the case
 * without following its moves: who takes part may look at it here too. */
void flow_apply_parties(const struct flow *flow, struct state *state, const struct event *event);

/* The next due timer of a case: service.next_due of a service that has one flow. */
bool flow_next_due(const struct flow *flow, struct state *state, const struct uuid *subject,
                   int64_t now_ms, struct timer *ret_timer);

/* -- looking -------------------------------------------------------------------------------- */

/* What somebody is to a case. */
enum standing {
    STANDING_NONE,        /* may not know that it exists */
    STANDING_FILER,       /* who filed, or acts for who filed */
    STANDING_CONCERNED,   /* staff of a department or body that takes part */
    STANDING_PARTY,       /* staff from whom the procedure conceals who filed */
    STANDING_UNCONCERNED, /* staff of another one */
};
enum standing matter_standing(const struct matter *matter, const struct principal *principal);

/* The same for a service that does not follow the case: of `row` it needs only who filed. */
enum standing matter_standing_of(const struct hall_rules *rules, struct text item,
                                 const struct case_id *id, const struct case_row *row,
                                 const struct principal *principal);

/* True when the principal holds `role` where the case, or its unit (-1: none), is at present. */
bool matter_holds(const struct matter *matter, const struct principal *principal, struct text role,
                  int unit);

/* What the catalogue lists against a decision that cites `ground`, or is a reply of `reply_kind`
 * (either may be absent): nothing, unless it is a refusal or not accepting. From the day one learns
 * of it (行政复议法 20, 行政诉讼法 46). */
struct remedy_list matter_remedies(const struct matter *matter, struct text ground,
                                   struct text reply_kind, struct arena *arena);

/* Who looks at a case, when, and at which state of the service. */
struct onlooker {
    const struct principal *principal;
    struct state *state;
    int64_t now_ms;
};

/* What the onlooker may do now, in `arena`. */
struct action_offered_list matter_actions(const struct flow *flow, const struct matter *matter,
                                          const struct onlooker *onlooker, struct arena *arena);

/* The service that owns the state of that name in a procedure. */
const char *matter_owner(const struct procedure *procedure, struct text state,
                         const char *otherwise);

/* The transition that an event's step tells of, in the case's procedure or in that of its unit;
 * NULL when it tells of none (that a clock is yellow, say). */
const struct procedure_transition *matter_transition(const struct hall_rules *rules,
                                                     const struct procedure *procedure,
                                                     const struct case_step *step);

/* The clocks of a row as a list of clocks. */
struct clock_list matter_clocks(const struct case_row *row, struct arena *arena);
