/* A decision: one command, timer or foreign event being answered with events or a problem.
 *
 * The functions of a service get it, look at the state through it, and say what shall happen with
 * `emit`. Nothing takes effect before they return VERDICT_OK; a problem discards what was emitted.
 * One thread, one batch. */
#pragma once

#include "service/problem.h"
#include "service/state.h"

#include "base/random.h"

enum verdict { VERDICT_OK, VERDICT_PROBLEM };

enum { DECISION_EVENTS_MAX = 64, DECISION_ACTIONS_MAX = 64 };

/* An event that was emitted and not yet applied. */
struct pending_event {
    const struct wire_message *message;
    const void *data;
    struct case_id case_id;
    int64_t effective_at;                  /* 0: as of now */
    bool is_halls;                         /* the hall's own doing, whoever asked */
    struct bytes encoded;                  /* once it is taken */
    const struct event_envelope *envelope; /* the same */
};

struct decision {
    struct state *state; /* to be looked at only */
    struct arena *arena;
    int64_t now_ms;
    const struct request *request;     /* NULL for timers and foreign events */
    const struct principal *principal; /* who asks; the system for timers and foreign events */
    struct event_actor actor; /* how events name who acted; decide may set role and place */
    struct random_source *random;
    struct uuid_generator *ids;

    struct pending_event *events;
    size_t event_count;
    bool overflowed;        /* more was emitted than DECISION_EVENTS_MAX: it will be refused */
    struct wire_any answer; /* told besides the events, never stored */

    enum problem_type problem_type;
    struct text problem_detail;
    struct wire_errors errors;
    struct text *allowed_actions;
    size_t allowed_action_count;
};

/* A fresh id, later than all before it. */
struct uuid decision_new_id(struct decision *decision);

/* Says that something happened. `data` is copied (what it points to must live in the batch's arena,
 * the request or static memory). Every personal value must be sealed by now (CHECK). What does not
 * fit, more than DECISION_EVENTS_MAX events or one that its table refuses, makes the whole decision
 * fail: a command is refused; a timer or a reaction, which nobody can change, stops the service. */
void emit(struct decision *decision, const struct case_id *case_id,
          const struct wire_message *message, const void *data);

/* The same with a date back to `effective_at`. */
void emit_effective(struct decision *decision, const struct case_id *case_id, int64_t effective_at,
                    const struct wire_message *message, const void *data);

/* The same for what the hall does by itself on the occasion of somebody's request: its actor is the
 * hall. */
void emit_by_hall(struct decision *decision, const struct case_id *case_id,
                  const struct wire_message *message, const void *data);

/* Adds to the reply what stands in no event; `data` as for emit. */
void decision_answer(struct decision *decision, const struct wire_message *message,
                     const void *data);

/* Says no. Each returns VERDICT_PROBLEM. */
enum verdict refuse(struct decision *decision, enum problem_type type, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Says no with the fields collected in decision->errors. */
enum verdict refuse_fields(struct decision *decision);

/* Says what is wrong with a field of the command, among others that may be; or refuses for it. */
void field_wrong(struct decision *decision, const char *name, const char *detail);
enum verdict refuse_field(struct decision *decision, const char *name, const char *detail);

/* Adds an action to what may be done instead. */
void decision_allow(struct decision *decision, struct text action);

/* Somebody whom the request's fields name, as the gateway knows him; NULL when it knows nobody of
 * that sign-in name, or there is no request. */
const struct principal *request_witness(const struct request *request, struct text login);

/* True when the principal holds `role` for `department`, or for the whole hall. */
bool principal_holds(const struct principal *principal, struct text role, struct text department);

/* True when the principal holds any role for this very department. */
bool principal_works_in(const struct principal *principal, struct text department);
