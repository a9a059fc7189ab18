/* What a service is: its tables (DESIGN: a service is a log, a state derived from it, and a table
 * of small functions around the two).
 *
 *   decide   own state, a command or a due timer  -> events, or a problem
 *   react    own state, another service's event   -> own events, often none
 *   apply    own state, an event                  -> own state
 *   query    own state, a question                -> an answer
 *   perform  due work recorded in own state       -> a command that reports the outcome
 *
 * decide and react only look; what they want to happen they say in events, and time, ids and random
 * bytes come from the decision. apply is total and deterministic: no clock, no randomness, no
 * outside; what it needs stands in the event. Queries run on reader threads. Work runs on its own
 * threads, at least once, and is the only place where the outside world is touched.
 *
 * Once a transaction has failed (store_error) its reads find nothing and its writes do nothing: no
 * further event of it is applied and no further command decided. Within one function that may
 * happen between two calls, so apply may state facts (CHECK) only about what a healthy transaction
 * gave: first store_error, then the fact.
 *
 * Threads: `memory`, which open makes, is shared. decide, react, apply, timers, archive, next_due,
 * prepare, committed and forget run on the writer; queries on the readers; perform on the workers;
 * each tender on its own; the upload sink on the uploader. Each may run beside the others: what
 * more than one of them touches needs its own lock or atomics. */
#pragma once

#include "service/decision.h"
#include "service/state.h"

/* An event with its data, as apply and react get it. */
struct event {
    const struct event_envelope *envelope;
    const struct wire_message *message;
    const void *data;   /* the struct of `message` */
    struct text source; /* whose log */
    uint64_t seq;       /* its place there */
};

typedef enum verdict decide_function(struct decision *decision, const void *command);
typedef void react_function(struct decision *decision, const struct event *event);
typedef void apply_function(struct state *state, const struct event *event);

enum command_flags {
    COMMAND_INTERNAL = 1,  /* only from this process's own workers */
    COMMAND_FOR_VAULT = 2, /* also from a key that may do nothing but ask the vault */
};

struct event;

struct service_command {
    const struct wire_message *message;
    decide_function *decide;
    unsigned flags;

    /* Adds what the reply tells besides its events (decision_answer), again when the request is
     * repeated: derived from the first event, for it is stored nowhere. May be NULL. */
    void (*tell)(struct decision *decision, const struct event *first);
};

/* An event type this service cares about, its own or another's. Either function may be NULL. */
struct service_event {
    const struct wire_message *message;
    apply_function *apply;
    react_function *react; /* for others' events only */
};

/* Something that falls due: kept by timer_set (timers.h). */
struct timer {
    int64_t due_ms;
    unsigned kind; /* index into the service's timers */
    struct uuid subject;
    struct text tag;
};

typedef enum verdict timer_function(struct decision *decision, const struct timer *timer);

struct service_timer {
    const char *name;
    timer_function *decide; /* must emit at least one event, whose apply removes the timer: a
                               service that cannot decide what is due stops */
    bool is_legal;          /* held while the clock is not trusted */
    bool is_background;     /* never legal: long work in steps, one a batch and behind all else; it
                               waits for consumers that are behind */
};

struct reading;
typedef enum verdict query_function(struct reading *reading, const void *question);

struct service_query {
    const struct wire_message *message;
    query_function *query;
};

/* Work for the service's workers: kept by work_add (work.h). */
struct work_order {
    int64_t due_ms;
    unsigned kind; /* index into the service's works */
    struct uuid id;
    int64_t attempts;     /* made so far */
    struct bytes payload; /* the row form of the work's message */
};

struct worker;
typedef void perform_function(struct worker *worker, const struct work_order *order,
                              const void *payload);

typedef enum err tend_function(struct worker *worker);

struct service_work {
    const char *name;
    const struct wire_message *payload;
    perform_function *perform;
};

struct service_start;
struct upload_sink;

struct service {
    const char *name;
    const char *const *streams; /* services whose events it consumes; ends with NULL */
    const struct service_command *commands;
    size_t command_count;
    const struct service_event *events;
    size_t event_count;
    const struct service_timer *timers;
    size_t timer_count;
    const struct service_query *queries;
    size_t query_count;
    const struct service_work *works;
    size_t work_count;
    const struct store_table *tables;
    size_t table_count;
    const struct option_spec *options;
    size_t option_count;

    /* Opens what the service keeps besides its tables. NULL: nothing. */
    enum err (*open)(const struct service_start *start, void **ret_memory, struct reason *reason);
    void (*close)(void *memory);

    /* A batch was undone: whatever `memory` derived from it must be derived again. */
    void (*forget)(void *memory);

    /* Called before a batch is gathered, outside any transaction: what must be durable beforehand,
     * such as keys. An error refuses the batch. Not in a replay. */
    enum err (*prepare)(void *memory);

    /* Called after each durable commit with the log's new end. Not in a replay. */
    void (*committed)(void *memory, uint64_t seq);

    /* Fills the earliest timer of `subject` that is due at `now_ms`; false when there is none.
     * Worked before any command on that subject. NULL: commands do not settle timers. */
    bool (*next_due)(struct state *state, const struct uuid *subject, int64_t now_ms,
                     struct timer *ret_timer);

    /* What belongs to no case and leaves no event. Each is called about twice a second on a thread
     * of its own, beside everything else, and looks as workers do (worker_look, host.h). An error
     * ends the process, as one of the store does. Not in a replay. Ends with NULL; NULL: there is
     * nothing to tend. */
    tend_function *const *tenders;

    /* Takes uploads (uploads.h); NULL: this service takes no files. */
    const struct upload_sink *uploads;

    /* What the functions of `uploads` work on: in `memory`, or `memory` itself. */
    void *(*upload_memory)(void *memory);

    /* Set by the archivist (audit) alone: called for every record that is consumed, event or mark,
     * and for every own one, before it is applied. `envelope` is the event's, NULL for a mark. */
    void (*archive)(struct state *state, struct text source, uint64_t seq, struct bytes record,
                    const struct event_envelope *envelope);
};

/* What `open` gets. */
struct options;
struct service_start {
    const struct options *options;
    const char *folder; /* the service's own */
    struct store *store;
    bool is_replay; /* the state is rebuilt from a record: no keys, no outside world */
};

/* The name of the archivist. */
#define ARCHIVIST "audit"

/* A question being answered by a reader thread, from one snapshot. */
struct reading {
    struct state *state;
    struct arena *arena;
    const struct request *request;
    const struct principal *principal;
    int64_t now_ms;
    struct wire_any answer;
    enum problem_type problem_type;
    struct text problem_detail;
};

/* Sets the answer; `data` must live in the reading's arena or be static. Returns VERDICT_OK. */
enum verdict reading_answer(struct reading *reading, const struct wire_message *message,
                            const void *data);
enum verdict reading_refuse(struct reading *reading, enum problem_type type, const char *format,
                            ...) __attribute__((format(printf, 3, 4)));
