/* Procedures: how a kind of matter moves, as data.
 *
 * One YAML file a kind (deploy/catalogue/procedures/) says which states a case passes, who owns
 * each, who may do what, what it needs, what it does to the clocks, which event it leaves. The same
 * table is checked when it is loaded, enforced by the services, shown to citizens as `actions[]`,
 * and walked by the tests. This part knows no item and no case: it answers questions about tables.
 *
 * A loaded procedure is immutable and may be read by any thread; it lives in the arena it was
 * loaded into. */
#pragma once

#include "base/buffer.h"
#include "procedure/reading.h"
#include "wire/field.h"
#include "yaml/yaml.h"

enum {
    PROCEDURE_STATES_MAX = 64,
    PROCEDURE_CLOCKS_MAX = 64,
    PROCEDURE_TRANSITIONS_MAX = 512,
};

/* -- the vocabulary of conditions ----------------------------------------------------------- */

/* A fact is a named value that conditions (`if:`) compare: what C code knows about the item, the
 * case or the action. `values` are the texts it may take, ended by NULL. A fact named
 * `field.<name>` stands for a field of the action and needs no entry. */
struct procedure_fact {
    const char *name;
    const char *const *values;
    const char *refusal; /* told to the person when only this condition fails */
    bool of_person;      /* about who acts: where it fails, somebody else has to act */
    bool of_action;      /* known from the action's fields only, so not while actions are listed */
    const char *field;   /* of_action: the field that would have to be another */
};

/* A signal is what C code tells a case when something else has happened (`on:`). */
struct procedure_signal {
    const char *name;
    const char *doc;
};

/* What a procedure may refer to; given to the loader so that it can refuse unknown names. Without
 * `fields`, or without any `events`, those are not checked. */
struct procedure_vocabulary {
    const struct procedure_fact *facts;
    size_t fact_count;
    const struct procedure_signal *signals;
    size_t signal_count;
    const char *const *roles; /* roles and relations of the catalogue */
    size_t role_count;
    const struct wire_message *fields;           /* the fields that actions may carry */
    const struct wire_vocabulary *const *events; /* where event types are declared */
    size_t event_vocabulary_count;
};

/* -- the table ------------------------------------------------------------------------------ */

enum procedure_owner {
    OWNER_NONE,
    OWNER_INTAKE,
    OWNER_APPROVAL,
    OWNER_FEE,
    OWNER_NOTIFICATION,
    OWNER_AUDIT,
};

/* Where a clock's limit comes from. */
enum clock_source {
    CLOCK_FROM_STAGE,      /* the item's stage of that id */
    CLOCK_FROM_MAIN,       /* limits.statutory or limits.local, with limits.promised beside it */
    CLOCK_FROM_SUPPLEMENT, /* limits.supplement, or the period an officer names up to its max */
    CLOCK_FROM_PAYMENT,    /* limits.payment, likewise */
    CLOCK_FROM_DELIVER,    /* limits.deliver */
    CLOCK_FROM_LIMIT,      /* the procedure's own `limit` */
    CLOCK_FROM_FIELD,      /* until the end of the day that a field of the action names */
};

struct procedure_clock {
    struct text name;
    enum clock_source source;
    struct text stage; /* CLOCK_FROM_STAGE */
    struct text field; /* CLOCK_FROM_FIELD; for periods: the field with an officer's choice */
    struct stated_limit limit; /* CLOCK_FROM_LIMIT */
    struct text kind; /* whose time it measures (clock_kind); absent where the source tells */
    bool starts_day;  /* CLOCK_FROM_FIELD: until that day begins, not until it ends */
    struct text basis;
    int line;
};

/* Of which sub-cases a parallel state consists. */
enum units_kind {
    UNITS_OF_STAGES,   /* one for each stage of the state, carried out by the stage's department */
    UNITS_OF_PARTIES,  /* one for each of the `parties` that the action names */
    UNITS_OF_RELATION, /* one for each party of the case with that relation */
    UNITS_ONE,         /* one, of the department that has the case */
};

struct procedure_state {
    struct text name;
    struct names names; /* what people read; empty texts when the file gives none */
    enum procedure_owner owner;
    struct text department;  /* whose work it is here, whatever unit's matter it is; or absent */
    struct text_span stages; /* entering starts their clocks, leaving ends them */
    struct text_span clocks; /* other clocks that run here */
    struct text rests;       /* why no clock runs, where none does */
    bool withdrawable;       /* who filed may withdraw: the loader has added the transition */
    bool is_end;             /* may have no owner, when several owners' states lead to it */
    bool is_pause;           /* a transition leads back from here */
    struct text parallel;    /* procedure of the sub-cases that this state consists of, or absent */
    enum units_kind units;
    struct text units_relation; /* UNITS_OF_RELATION */
    int line;
};

enum trigger_kind { TRIGGER_ACTION, TRIGGER_CLOCK_OVER, TRIGGER_SIGNAL };

enum clock_operation {
    CLOCK_OP_START,
    CLOCK_OP_STOP,
    CLOCK_OP_PAUSE,
    CLOCK_OP_RESUME,
    CLOCK_OP_RESTART,
    CLOCK_OP_EXTEND,
    CLOCK_OP_POSTPONE, /* to the day in the field `until` */
    CLOCK_OP_REOPEN,   /* until the day that it had, after it was ended */
};

struct procedure_clock_step {
    enum clock_operation operation;
    struct text clock; /* a clock of the procedure, or "all" for CLOCK_OP_STOP */
    bool from_receipt; /* a main clock that counts from the day the papers were received */
};

/* `fact` is the name of a fact; `field.<name>`: a field of the action; `form.<name>`: what the form
 * says; `clock.<name>`: whether that clock runs (none, running, paused, ended); `done.<action>`:
 * whether somebody did that action on this case before ("true", "false"); `appealed`: the state in
 * which the decision was taken against which a remedy was sought ("none"). */
struct procedure_condition {
    struct text fact;
    struct text_span values; /* any of them */
    bool of_action;          /* about the action's own fields */
    bool of_person;          /* about who acts */
    int line;
};

/* Where a transition leads. Back is the last state that was not a pause. */
enum target_kind { TARGET_STATE, TARGET_SAME, TARGET_BACK };

struct procedure_transition {
    int from; /* index of the state, -1 before the first event */
    enum trigger_kind trigger;
    struct text trigger_name; /* action, clock or signal */
    struct text_span by;      /* any of these roles and relations */
    struct text_span with;    /* a second person of one of these roles must be named */
    struct text_span unlike;  /* not the person who did one of these actions on this case last */
    struct text_span needs;   /* fields that must be given */
    struct text_span may;     /* fields that may be given besides */
    const struct procedure_condition *conditions; /* all must hold */
    size_t condition_count;
    enum target_kind target;
    int to; /* index of the state for TARGET_STATE */
    const struct procedure_clock_step *clock_steps;
    size_t clock_step_count;
    struct text emits;     /* the owner's event, without the owner's name and version */
    struct text_span then; /* events that other services add, for readers and tests */
    struct text tells;     /* a signal that the parent of a sub-case gets */
    struct text opens;     /* a matter of the hall that begins with it, a child of this case */
    bool once;             /* may be done once in the life of a case */
    bool is_decision;      /* an appeal that follows is against what is decided here */
    struct text ground;    /* code of the ground that silence stands for */
    bool is_common;        /* common to all matters: added by the loader, not written in the file */
    struct text basis;
    int line;
};

/* A relation that a case has from its form: the field names a department, whose staff hold it. */
struct procedure_party {
    struct text relation;
    struct text form_field;
    int line;
};

struct procedure {
    struct text name;
    int64_t version;
    struct names names;     /* title for people */
    bool is_sub_case;       /* may run inside a state of another procedure */
    bool of_hall;           /* has no item and nobody who files: the hall begins it itself */
    struct text department; /* of_hall: the body that has it, where nothing else says so */
    struct text all_ended;  /* sub-case: the signal that the parent gets when all units ended */
    const struct procedure_party *parties;
    size_t party_count;
    struct text_span conceals; /* who holds such a relation never sees who filed */
    struct text_span shows; /* personal fields, of form or actions, that he may read all the same */
    const struct procedure_clock *clocks;
    size_t clock_count;
    const struct procedure_state *states;
    size_t state_count;
    const struct procedure_transition *transitions;
    size_t transition_count;
};

/* Reads and checks one procedure, and adds what is common to all matters: `withdraw` where a state
 * says so, and, but for sub-cases, `assign` in every state that has an owner and is no end.
 * ERR_INVALID when the file is not sound; the errors in `file` name
 * line and field and say what would be right. Checked: every state is reachable, an end is
 * reachable from every state, every state that is no end has an owner and a clock or `rests`, a
 * clock runs only where the state names it, is stopped before the end, and is never stopped,
 * paused, resumed or over where it cannot be, every name (state, clock, role, relation, fact,
 * signal, field, event) exists, and no two transitions answer the same action with conditions that
 * can both hold. */
enum err procedure_load(struct yaml_file *file, struct text source,
                        const struct procedure_vocabulary *vocabulary,
                        const struct procedure **ret_procedure);

/* True when a condition or `unlike` of the procedure asks whether somebody did `action` before. */
bool procedure_remembers(const struct procedure *procedure, struct text action);

/* True when the transition sets a decision aside: it asks against which one a remedy was sought. */
bool procedure_sets_aside(const struct procedure_transition *transition);

/* True when a condition asks what the form says in `field`. */
bool procedure_reads_form(const struct procedure *procedure, struct text field);

/* Index of the state of that name, -1 when there is none. */
int procedure_state_index(const struct procedure *procedure, struct text name);

const struct procedure_clock *procedure_clock_find(const struct procedure *procedure,
                                                   struct text name);

/* The states, as bits, to which `transition` may lead. */
uint64_t procedure_targets(const struct procedure *procedure,
                           const struct procedure_transition *transition);

/* True when `names` contains `name`. */
bool text_span_contains(const struct text_span *names, struct text name);

/* `intake`, `approval` ... for an owner, NULL for none. */
const char *procedure_owner_name(enum procedure_owner owner);

/* Who decides a transition: the owner of the state it leaves, or of the first state. */
enum procedure_owner procedure_decider(const struct procedure *procedure,
                                       const struct procedure_transition *transition);

/* The event type of a transition (`intake.case_accepted.v1`) in `arena`; absent when it leaves no
 * event of its own, as the beginning of a sub-case. */
struct text procedure_event_type(const struct procedure *procedure,
                                 const struct procedure_transition *transition,
                                 struct arena *arena);

/* -- finding a transition ------------------------------------------------------------------- */

/* What the caller knows about the person and the case. */
struct procedure_situation {
    int state; /* index, -1 before the first event */
    /* True when the person holds that role or relation here. */
    bool (*holds)(void *context, struct text role);
    /* The value of a fact; absent when it has none. */
    struct text (*fact)(void *context, struct text name);
    /* True when this very person was the last to do that action on the case. */
    bool (*did)(void *context, struct text action);
    /* True when a transition marked `once` was made before. */
    bool (*made_before)(void *context, const struct procedure_transition *transition);
    /* True when the limit that the clock stands for is over: it is not extended any more. */
    bool (*is_over)(void *context, struct text clock);
    void *context;
};

enum match_outcome {
    MATCH_FOUND,
    MATCH_NO_ACTION, /* this state has no such action: 409 with the actions it has */
    MATCH_NOT_YOURS, /* somebody else may do it: 403, with `refusal` where there is one */
    MATCH_CONDITION, /* a condition does not hold: 409 with `refusal`, or 422 where `failed` is
                        about the action's own fields */
};

struct procedure_match {
    enum match_outcome outcome;
    const struct procedure_transition *transition; /* MATCH_FOUND */
    const char *refusal;                           /* MATCH_CONDITION */
    const struct procedure_transition *meant;      /* MATCH_CONDITION: the one that came nearest */
    const struct procedure_condition
        *failed; /* MATCH_CONDITION: what keeps it; NULL: done before */
};

/* The transition that answers `action` in this situation. */
struct procedure_match procedure_match_action(const struct procedure *procedure,
                                              const struct procedure_vocabulary *vocabulary,
                                              struct text action,
                                              const struct procedure_situation *situation);

/* The transition that a clock's end or a signal triggers, NULL when there is none here. Facts are
 * compared, persons are not asked. */
const struct procedure_transition *procedure_match_clock(
    const struct procedure *procedure, struct text clock,
    const struct procedure_situation *situation);
const struct procedure_transition *procedure_match_signal(
    const struct procedure *procedure, struct text signal,
    const struct procedure_situation *situation);

/* The actions somebody may do now: calls `visit` for each transition whose state, person and facts
 * match, those known only from the action left aside. One action may be visited several times:
 * what it needs then depends on its fields. */
void procedure_visit_actions(const struct procedure *procedure,
                             const struct procedure_situation *situation,
                             void (*visit)(void *context,
                                           const struct procedure_transition *transition),
                             void *visit_context);

/* -- for readers ---------------------------------------------------------------------------- */

/* The table as a GraphViz document: states in the colour of their owner, ends with a double line,
 * withdrawals dashed. What can be done in every state is left out. */
void procedure_draw(const struct procedure *procedure, struct buffer *document);
