/* The engine: one batch after the other through a service's functions (DESIGN: the loop; I1 to I6).
 *
 *   engine_begin      stamps the batch
 *   engine_timers     works what is due
 *   engine_stream     consumes waiting records of a stream: apply, react, mark
 *   engine_command    decides a request
 *   engine_commit     one transaction for all of it, durable when it returns
 *   engine_replies    what may be said now
 *
 * No sockets, no threads, no clock of its own: host.h drives it over ZeroMQ, the simulator drives
 * the same engine over a simulated bus, a replay drives it from a record. Before the commit nothing
 * is said (I1); state, own events, consumption, repeats and timers change together or not at all
 * (I2). One thread. */
#pragma once

#include "base/logline.h"
#include "bus/stream.h"
#include "service/builtin.h"
#include "service/service.h"

enum { ENGINE_STREAMS_MAX = 8 };

/* The longest that a request waits for a stream, whatever its deadline, and how many of them may,
 * at the writer and at the reader. */
enum {
    REQUEST_WAIT_MS_MAX = 1500,
    REQUESTS_WAITING_MAX = 1024,
    REQUESTS_WAITING_BYTES_MAX = 16 * 1024 * 1024,
};

/* True for what may pass by itself, no room and no right to write: the batch is refused and the
 * process goes on. */
bool err_is_passing(enum err err);

struct engine;

struct engine_options {
    const struct service *service;
    struct store_options store;
    const struct options *options; /* of the program; may be NULL in tests */
    const struct logger *logger;
    uint64_t random_seed; /* 0: from the kernel; else repeatable, for the simulator */
    size_t stream_window; /* records under way per stream */
    bool is_replay;

    /* Does what `hall.clock` asks (builtin.h): true, or false when this clock cannot be moved.
     * NULL: the command is not known. */
    bool (*set_clock)(void *context, const struct clock_set *set);
    void *set_clock_context;
};

/* Opens a service's store alone, with the engine's tables and its own: to look at it from outside.
 */
enum err engine_store_open(const struct service *service, const struct store_options *options,
                           struct store **ret_store, struct reason *reason);

/* Opens the store and the service's memory. */
enum err engine_open(const struct engine_options *options, struct engine **ret_engine,
                     struct reason *reason);
void engine_close(struct engine **engine);

const struct service *engine_service(const struct engine *engine);
struct store *engine_store(const struct engine *engine);
void *engine_memory(const struct engine *engine);

/* The end of the own log, as last committed. */
struct log_position engine_end(const struct engine *engine);

/* The time of the last batch; after opening, of the latest event that was applied, own or consumed;
 * 0 when there was none. Time never goes back behind it. */
int64_t engine_last_time(const struct engine *engine);

/* The consumer of the `index`-th stream, NULL behind the last. The host feeds it and sends its
 * wants; the engine takes records from it and tells it what was durably consumed. */
struct stream_consumer *engine_consumer(struct engine *engine, size_t index);

/* -- a batch ----------------------------------------------------------------------------------- */

/* Begins a batch stamped with the later of `wall_ms` and the last batch. What is due is judged by
 * `wall_ms` alone, the trusted time: events from a service whose clock runs ahead lift the stamps,
 * not what silence causes. `boot_ms` measures how long requests wait. ERR_FULL or ERR_READ_ONLY
 * when there is no room to write: requests are then answered with a problem (engine_command does
 * so), streams and timers wait. Other errors mean that the process must end. */
enum err engine_begin(struct engine *engine, int64_t wall_ms, int64_t boot_ms);

/* True when the present batch may write. */
bool engine_can_write(const struct engine *engine);

/* Works up to `limit` due timers, at most one of them in the background. With `hold_legal` those
 * with legal effect wait (the clock is not trusted), and commands on their cases are refused.
 * Returns how many were worked. */
size_t engine_timers(struct engine *engine, size_t limit, bool hold_legal);

/* From now on timers in the background wait, or no longer do. */
void engine_hold_background(struct engine *engine, bool hold);

/* Consumes up to `limit` waiting records of stream `index`, in order, as far as causality allows.
 * Returns how many. */
size_t engine_stream(struct engine *engine, size_t index, size_t limit);

/* Decides one request. `sender` is given back with the reply. Rubbish (no request at all) is
 * counted and dropped; anything else gets exactly one reply, after the commit. `is_internal`: it
 * came from this process's own workers. */
void engine_command(struct engine *engine, struct bytes sender, struct bytes message,
                    bool is_internal);

/* The same for who comes by a key, named `key`, that may do nothing but ask the vault (bus/link.h):
 * commands with COMMAND_FOR_VAULT, in the key's own name. Anything else is refused. */
void engine_vault_command(struct engine *engine, struct bytes sender, struct bytes message,
                          struct text key);

/* Decides the waiting requests whose streams came in this batch, answers those whose time is over,
 * and makes the batch durable. When what went wrong may pass (err_is_passing) it was undone and
 * every request that rested on it is answered "cannot write"; other errors mean that the process
 * must end. */
enum err engine_commit(struct engine *engine);

/* A reply that may be sent now. */
struct engine_reply {
    struct bytes sender;
    struct bytes message;
};

/* The replies of the batch that was committed; valid until the next engine_begin. */
const struct engine_reply *engine_replies(const struct engine *engine, size_t *ret_count);

/* When the next timer is due, INT64_MAX when none is. Legal timers are left aside with
 * `hold_legal`, those in the background while they are held. */
int64_t engine_next_timer(struct engine *engine, bool hold_legal);

/* When the next timer in the background is due, held or not; INT64_MAX when none is. */
int64_t engine_next_background(const struct engine *engine);

/* The last own event since the engine was opened, 0 when there was none: marks behind it are
 * nothing that a consumer has to consume. */
uint64_t engine_last_event(const struct engine *engine);

/* Requests that wait for a stream to catch up (I8); they are tried again in the batch in which a
 * stream moves and answered "behind" when their time is over. */
size_t engine_waiting(const struct engine *engine);

/* Ends their time: the commit of this batch answers them all. Before a service ends. */
void engine_waiting_end(struct engine *engine);

/* True when a record that is waiting cannot be consumed yet, because its cause has not come. */
bool engine_held_back(const struct engine *engine);

/* -- what is counted --------------------------------------------------------------------------- */

#define ENGINE_COUNTERS(X)                                                                         \
    X(batches, "batches that were committed")                                                      \
    X(empty_batches, "batches that had nothing to write")                                          \
    X(failed_batches, "batches that could not be written and were undone")                         \
    X(commands, "requests that were decided")                                                      \
    X(problems, "requests that were answered with a problem")                                      \
    X(repeated, "requests that were told an earlier success again")                                \
    X(rubbish, "messages that were no request")                                                    \
    X(events, "own events")                                                                        \
    X(marks, "own marks")                                                                          \
    X(consumed, "records of other services that were consumed")                                    \
    X(timers, "timers that were worked")                                                           \
    X(times_ahead, "consumed events whose time was more than a minute ahead of the clock")         \
    X(commit_ns, "nanoseconds spent in commits")

struct engine_counters {
#define X(name, doc) uint64_t name;
    ENGINE_COUNTERS(X)
#undef X
};

/* Read by other threads: a copy taken with relaxed atomics, each number right by itself. */
struct engine_counters engine_counters(const struct engine *engine);

/* -- replay ------------------------------------------------------------------------------------ */

/* Feeds one record in the order of the archivist. Own records are appended and applied, after the
 * others' events up to the marks that stand before them. ERR_DIVERGED when the record does not fit
 * what came before (`reason` says where). Call inside engine_begin / engine_commit. */
enum err engine_replay(struct engine *engine, struct text source, uint64_t seq, struct bytes record,
                       struct reason *reason);
