/* A year of the hall: thousands of cases, holidays, staff who are late or away, bills nobody pays.
 *
 * The people of a year know no kind of matter. What may be filed they read in the catalogue, what
 * may be done they ask the service that has the case (`actions[]`), and what an action carries they
 * fill in by the dictionary of fields. Time goes from one thing to the next: somebody's visit to a
 * case, a timer, an order of work. Between them nothing happens, so nothing is played.
 *
 *   year.c     the plan of visits and the way through time
 *   level.c    everybody is brought to know what the others did
 *   filing.c   people file
 *   desk.c     somebody looks at a case and does one of the things he may do
 *   fields.c   what an action carries
 *   staff.c    officers, who is away, who is slow; office hours
 *   powers.c   the heads delegate who may decide
 *   posts.c    shifts, and who leaves his post or stays away
 *   hand_overs.c  matters are offered to colleagues
 *   offers.c   what was offered, and whether it could be done
 *   summary.c  what a year came to */
#pragma once

#include "bus/messages.h"
#include "events/fee.h"
#include "host.h"
#include "index.h"
#include "load.h"

#include "matter/rules.h"

/* How a year is to be. */
struct year_plan {
    uint64_t cases;
    bool with_faults; /* now and then a host dies, a connection breaks, a disk is full */
};

/* A case as its people know it. */
struct year_case {
    struct case_id id;                 /* none until the filing was answered */
    const struct catalogue_item *item; /* NULL: a matter of the hall, of a catalogue before those */
    const struct procedure *begun_by;  /* the hall begins it by this procedure; NULL: it is filed */
    enum channel channel;
    uint8_t session[KEY_BYTES];
    int64_t known[HOSTS_MAX];
    bool is_silent; /* who filed it does nothing more */
    bool is_unpaid; /* nobody ever pays for it */
    bool is_over; /* nobody has to look at it any more, or it was never filed for want of a bill */
    unsigned tries; /* filings that were refused */
    unsigned acts;  /* what was done with it */
};

/* Somebody looks at a case. */
struct visit {
    int64_t at_ms;
    size_t index;
};

/* An action that was offered to a role in a state, and what came of it. */
struct offer_line {
    char procedure[40];
    char state[40];
    char action[40];
    char role[40];
    uint64_t chosen; /* visits */
    uint64_t done;
    uint64_t given_up; /* visits on which no values helped */
    uint64_t in_vain;  /* of these, where it was never for the values */
    bool is_read;      /* the service told no actions: read in the procedure, facts left aside */
    uint64_t tries;
    char refusal[200]; /* the last one */
};

/* An officer's place, as his name has it. */
struct staff_place {
    char role[40];
    char department[24];
    unsigned which;
};

enum absence_stage {
    ABSENCE_BEGINS,  /* A is about to come, with or without his B */
    ABSENCE_LEAVES,  /* A is about to leave */
    ABSENCE_COVERED, /* B is about to come, to leave or to stay */
    ABSENCE_OVER,    /* A is about to come back, that day or another */
};

/* Somebody's leaving his post, until he is back; his B is the next of the same place. */
struct absence {
    struct staff_place place;
    enum absence_stage stage;
    int64_t next_ms;  /* INT64_MAX: it is over */
    int64_t until_ms; /* of who was found absent; INT64_MAX: for good; 0: he left by himself */
};

/* A matter that was offered to somebody who is going to answer. */
struct hand {
    struct case_id case_id;
    struct staff_place to;
    int64_t next_ms;
    bool accepts;
};

enum { ABSENCES_MAX = 256, HANDS_MAX = 64 };

struct year {
    struct year_plan plan;
    struct year_case *cases; /* as many as planned, then those that other cases began */
    size_t case_count;
    struct index case_ids;
    struct visit *visits; /* a heap: the earliest first; at most one a case */
    size_t visit_count;
    struct arena arena; /* of one visit */
    int64_t powers_kept_ms;
    int64_t drawer_seen_ms;
    int64_t treasury_seen_ms;
    struct settlement_id treasury_after; /* the last settlement that was answered whole */
    struct absence absences[ABSENCES_MAX];
    size_t absence_count;
    struct hand hands[HANDS_MAX];
    size_t hand_count;
    int32_t planned_day; /* whose absences and hand-overs are planned */
    int64_t filing_ends_ms;
    int64_t ends_ms;
    bool is_grace;                 /* nothing new is filed, everybody is prompt */
    bool is_quiet;                 /* only what waits for nothing else is taken on */
    uint64_t published[HOSTS_MAX]; /* where each log ended when it was published last */
    int64_t last_id;

    struct offer_line *offers;
    size_t offer_count;
    size_t offer_capacity;

    uint64_t acts;
    uint64_t refusals;
    uint64_t given_up; /* visits on which nothing could be done with any values */
    uint64_t checks;
    uint64_t offers_unasked; /* read in the procedure, where no service answers */
    uint64_t levels;
    uint64_t unfiled;    /* for want of a bill */
    uint64_t stood_in;   /* somebody was on leave, and another of the same role was asked */
    uint64_t all_away;   /* all of that role were */
    uint64_t left_lying; /* by who is slow */
    int64_t holidays;    /* that were announced late */
    int64_t holiday_tried_ms;
};

/* A case began that nobody here filed or began: somebody has to look at it too. */
void year_adopt(struct world *world, const struct uuid *id, const struct procedure *procedure);

/* Plays a year and says what it came to; ends the process when something does not hold. */
void year_play(struct world *world, struct year_plan plan);

/* -- level.c -------------------------------------------------------------------------------- */

/* Lets everybody follow until all know all; with faults, until that has been tried for a while. */
void hall_level(struct world *world);

/* The same with all faults over. */
void hall_level_calmly(struct world *world);

/* When the next timer or order of work is due. */
int64_t hall_next_due(struct world *world);

/* -- filing.c ------------------------------------------------------------------------------- */

/* Draws what is filed, and how. */
void filing_draw(struct world *world, struct year_case *c);

/* True when what its form must name is there: of an item about bills, a bill that is unpaid. */
bool filing_is_possible(struct world *world, const struct year_case *c);

/* Files it; false when it was refused. */
bool filing_make(struct world *world, struct year_case *c);

/* An entry of a form as somebody fills it in, of a field that stands for itself. */
struct form_entry form_entry_draw(struct world *world, const struct catalogue_field *field);

/* -- opening.c ------------------------------------------------------------------------------ */

/* How many procedures the hall begins matters by itself. */
size_t openings_count(const struct world *world);

/* Draws which matter begins; an officer begins it. False when it was refused. */
void opening_draw(struct world *world, struct year_case *c);
bool opening_make(struct world *world, struct year_case *c);

/* -- desk.c --------------------------------------------------------------------------------- */

/* What came of a visit. */
enum visit_end {
    VISIT_DONE,      /* something was done */
    VISIT_REFUSED,   /* something was tried and could not be done */
    VISIT_NOT_TODAY, /* whoever would do something is away, or in no hurry */
    VISIT_NOTHING,   /* nobody here can do anything now */
    VISIT_RESTING,   /* the case may stay where it is for a while */
    VISIT_OVER,      /* the case is at an end */
};
enum visit_end desk_visit(struct world *world, struct year_case *c);

/* A command with its reply; a host that dies is asked again, with the same bytes. */
struct commission {
    const struct principal *principal;
    const struct principal_list *witnesses; /* NULL: none */
    struct sim_host *to;
    const struct wire_message *message;
    const void *body;
};
bool commission_do(struct world *world, struct year_case *c, const struct commission *commission,
                   struct reply *ret_reply);

/* -- looking.c ------------------------------------------------------------------------------ */

/* How a case stands. */
struct standing_now {
    struct sim_host *owner; /* NULL: nobody knows the case */
    struct text state_name;
    const struct procedure *procedure;
    const struct procedure *units; /* of the sub-cases that the state consists of; NULL: none */
    const struct procedure_state *state;
    int state_index;
    bool is_waiting;             /* a clock of it runs, or it rests */
    bool is_arrived;             /* where a case may stay: a permit in force, say */
    struct text departments[16]; /* that take part now, the one in charge first, the hall last */
    size_t department_count;
    bool tells_actions; /* the owner's answer has a place for them */
};
bool case_look(struct world *world, const struct year_case *c, struct standing_now *ret_now);

/* Somebody who may have something to do with a case. */
struct candidate {
    struct text role; /* empty: who filed */
    struct text department;
    unsigned weight;
};
enum { CANDIDATES_MAX = 96 };
size_t candidates_find(struct world *world, const struct year_case *c,
                       const struct standing_now *now, struct candidate candidates[CANDIDATES_MAX]);

/* What the service that has the case offers to somebody. */
struct action_offered_list offers_ask(struct world *world, const struct year_case *c,
                                      struct standing_now *now, const struct candidate *candidate,
                                      unsigned which);

/* How likely somebody who may do `action` does it, 0 when the state's own transitions do not know
 * it: what leads on, mostly. */
unsigned action_weight(const struct standing_now *now, struct text action);

/* True when the state, or its units, have transitions of their own for the action: not only those
 * that all matters have. */
bool action_is_own(const struct standing_now *now, struct text action);

/* The officer, or who filed. */
struct principal person_of(struct world *world, const struct year_case *c,
                           const struct candidate *candidate, unsigned which);

/* -- fields.c ------------------------------------------------------------------------------- */

enum { WITNESSES_MAX = 8 };

/* What an officer or a filer knows while filling something in. */
struct filling {
    struct world *world;
    const struct year_case *c;
    const struct standing_now *now;
    const struct principal *principal;
    struct text role;
    struct text department;
    struct principal_list *witnesses; /* grows by the officers that are named */
};
void field_clear(const struct wire_field *field, void *record);
void field_fill(struct filling *f, const struct wire_field *field, void *record);

/* -- staff.c -------------------------------------------------------------------------------- */

enum { OFFICERS_EACH = 3 };

/* One of the officers with that role there. */
struct principal staff_officer(struct world *world, struct text role, struct text department,
                               unsigned which);

/* One who is not away today; false when all are. */
bool staff_present(struct world *world, struct text role, struct text department,
                   unsigned *ret_which);
bool staff_is_slow(const struct world *world, struct text role, struct text department,
                   unsigned which);

/* True while he is away from his post, or somebody said that he is absent. */
bool staff_is_away(const struct world *world, struct text login);

/* A moment in office hours `workdays` after `from_ms`: on that day still, when it is 0 and the
 * hall is open. */
int64_t office_moment(struct world *world, int64_t from_ms, int64_t workdays);
bool office_is_open(const struct world *world);

/* -- powers.c ------------------------------------------------------------------------------- */

/* Once a day: whoever is to decide has a delegation to do so. */
void powers_keep(struct world *world);

/* -- drawers.c ------------------------------------------------------------------------------ */

/* Now and then: the cashier's drawer is opened, counted, its cash taken to the bank. */
void drawer_keep(struct world *world);

/* The treasury answers what was ordered out to it. */
void treasury_keep(struct world *world);

/* -- posts.c -------------------------------------------------------------------------------- */

/* Whose name that is; false for any other name. */
bool staff_named(struct text login, struct staff_place *ret_place);

/* The officer of that place with that number, counted on from the last to the first. */
struct principal staff_at(struct world *world, const struct staff_place *place, unsigned which);

/* Once a day: some who have work will leave their post. */
void posts_plan(struct world *world);

/* When somebody comes or goes next; and lets them. */
int64_t posts_next(const struct year *year);
void posts_go(struct world *world);

/* -- hand_overs.c --------------------------------------------------------------------------- */

/* Once a day: some matters are offered. */
void hands_plan(struct world *world);

/* When somebody answers next; and lets them. */
int64_t hands_next(const struct year *year);
void hands_go(struct world *world);

/* -- offers.c ------------------------------------------------------------------------------- */

struct offer_line *offer_note(struct world *world, const struct standing_now *now,
                              struct text action, struct text role);

/* Nothing that is offered may be impossible. */
void offers_check(struct world *world);
_Noreturn void offer_fail(struct world *world, const struct offer_line *line);

/* -- damage_year.c -------------------------------------------------------------------------- */

/* Does to approval what the run has as its fault, in the middle of the year. */
void damage_year(struct world *world);

/* -- summary.c ------------------------------------------------------------------------------ */
void year_tell(struct world *world);

/* In a year that is long enough all of it happened: shifts, absences, hand-overs. */
void year_judge(struct world *world);
