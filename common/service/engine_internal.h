/* What the engine's source files share; nobody else includes this. */
#pragma once

#include "service/engine.h"
#include "service/repeats.h"
#include "service/tables.h"
#include "service/timers.h"

#include <stdatomic.h>

enum { EVENT_TYPES_MAX = 256, OWN_SOURCE = -1 };

/* How far a stream was consumed within the present batch. `event_*` is what the store keeps: the
 * last event; marks behind it are only moved over. */
struct stream_place {
    uint64_t seq;
    struct hash chain;
    uint64_t event_seq;
    struct hash event_chain;
};

struct engine_stream {
    struct stream_consumer consumer;
    struct stream_place committed;
    struct stream_place present;
    bool unsaid; /* an event was consumed that no own record names yet */
    bool held_back;
    bool ahead_told; /* that its times are ahead of the clock stands in the log */
    /* replay only: how far the stream was fed, and what was fed and not yet called for */
    struct log_position replayed;
    struct stream_queue_item *fed; /* fed_head .. fed_count are waiting */
    size_t fed_head;
    size_t fed_count;
    size_t fed_capacity;
};

/* A reply of the present batch, encoded after the commit. */
struct pending_reply {
    struct bytes sender;
    struct reply reply;
    bool stands; /* it rests on nothing in the batch: true even when the batch is undone */
};

/* A request that waits for a stream. */
struct waiting_request {
    uint8_t *bytes; /* sender, then message */
    size_t sender_size;
    size_t message_size;
    int64_t give_up_ms; /* boot time */
    bool is_internal;
};

/* When the first timer of each class is due. */
struct next_timers {
    int64_t due_ms[TIMER_CLASSES];
};

struct engine {
    const struct service *service;
    const struct logger *logger;
    struct store *store;
    struct hasher hasher;
    struct random_source random;
    struct uuid_generator ids;
    void *memory;
    bool is_replay;
    bool (*set_clock)(void *context, const struct clock_set *set);
    void *set_clock_context;

    struct engine_stream streams[ENGINE_STREAMS_MAX];
    size_t stream_count;
    const struct service_event *events[EVENT_TYPES_MAX]; /* sorted by type */
    size_t event_count;

    struct log_position committed; /* end of the own log */
    struct log_position present;
    int64_t last_batch_ms;
    int64_t committed_event_ms; /* the latest time of an event that was applied */
    int64_t present_event_ms;
    uint64_t committed_event; /* the last own event since the engine was opened */
    uint64_t present_event;
    struct next_timers next_timers; /* as committed */
    struct repeat_days repeat_days;

    /* the present batch */
    struct store_txn *txn; /* NULL between batches and while nothing may be written */
    enum err refusal;      /* why nothing may be written */
    bool dirty;            /* something was written */
    bool hold_legal;       /* the clock is not trusted: no legal timer is worked */
    bool hold_background;  /* consumers are behind: no timer in the background is worked */
    int64_t now_ms;        /* stamps events */
    int64_t trusted_ms;    /* judges what is due */
    int64_t boot_ms;
    int64_t room_checked_ms;     /* boot time of the last look at map and disk */
    size_t room_unchecked_bytes; /* of records that were written or consumed since */
    struct arena arena;
    struct state state;
    struct wire_reader request_reader;
    struct wire_reader event_reader;
    struct buffer encoding;
    struct pending_reply *pending;
    size_t pending_count;
    size_t pending_capacity;
    struct engine_reply *replies;
    size_t reply_count;
    struct buffer reply_bytes;

    struct waiting_request waiting[REQUESTS_WAITING_MAX];
    size_t waiting_count;
    size_t waiting_bytes;

    struct engine_counters counters;
};

/* Adds to a counter that other threads read. */
#define COUNT(engine, counter, amount)                                                             \
    __atomic_fetch_add(&(engine)->counters.counter, (uint64_t)(amount), __ATOMIC_RELAXED)

/* The service's entry for an event type, NULL when it does not care about it. */
const struct service_event *engine_event_find(const struct engine *engine, struct text type);

/* The index of the stream of that name, -1 when it is not consumed here. */
int engine_stream_find(const struct engine *engine, struct text source);

/* A decision at the batch's time, on behalf of the hall itself; in the batch's arena. */
struct decision *engine_decision_make(struct engine *engine);

/* Where a decision's events come from. */
struct event_origin {
    struct event_cause cause;                      /* zero: no other service's event */
    const struct request_idempotency *idempotency; /* may be NULL */
    struct text traceparent;
    bool is_answered; /* the events go into a reply, which bounds them */
};

/* Encodes what was emitted, appends it to the log and applies it. PROBLEM_NONE, or why not: nothing
 * was then written. An event that its own table refuses is PROBLEM_INTERNAL, and is logged. */
enum problem_type engine_take_events(struct engine *engine, struct decision *decision,
                                     const struct event_origin *origin);

/* The same for what nobody asked for and nobody can change: what does not fit is logged as the
 * doing of `what` and fails the transaction. */
void engine_take_or_fail(struct engine *engine, struct decision *decision,
                         const struct event_origin *origin, const char *what);

/* Decodes an event of `source` at `seq` into the batch's arena; without its data, and `message` is
 * NULL, when the service does not care about its type. ERR_CORRUPT when it cannot be read. */
enum err engine_event_read(struct engine *engine, struct text source, uint64_t seq,
                           struct bytes record, struct event *ret_event);

/* Lifts the batch's time to that of the event and gives it to the service's apply function. */
void engine_event_apply(struct engine *engine, const struct event *event);

/* Gives a record to the archivist's function, where there is one. */
void engine_archive(struct engine *engine, struct text source, uint64_t seq, struct bytes record,
                    const struct event_envelope *envelope);

/* Appends a mark for stream `index` up to its present event. */
void engine_mark(struct engine *engine, size_t index);

/* Moves stream `index` over a record that was consumed. */
void engine_move_over(struct engine *engine, size_t index, const struct log_record *record,
                      bool is_event);

/* Works the timers of `subject` that are due: before any command on it. PROBLEM_NONE, or why the
 * command may not be decided: PROBLEM_CLOCK_HELD when one has legal effect and the clock is not
 * trusted, PROBLEM_BEHIND when there are too many at once. */
enum problem_type engine_settle(struct engine *engine, const struct uuid *subject);

/* The key of the latest time in TABLE_CURSORS. */
struct key engine_event_time_key(void);

/* Looks up when the first timers are due. */
struct next_timers engine_timers_look(const struct engine *engine, struct store_txn *txn);

/* Tries the waiting requests again whose streams moved in this batch, answers those whose time is
 * over. */
void engine_retry_waiting(struct engine *engine);

/* Queues a reply for after the commit. */
void engine_reply_queue(struct engine *engine, const struct pending_reply *reply);
