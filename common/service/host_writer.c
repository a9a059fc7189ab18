/* The writer: one batch after the other, from what arrived to what may be said. */
#include "service/host_internal.h"

#include "base/check.h"

#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    COMMANDS_PER_BATCH = 1024,
    RECORDS_PER_BATCH = 1024,
    TIMERS_PER_BATCH = 256,
    REPLIES_PER_MESSAGE = 256,
    IDLE_WAIT_MS = 500,
    BLOCKED_WAIT_MS = 100,
    DRAIN_MS_MAX = 5000,
    DRAIN_QUIET_MS = 100,
    GATHER_MS = 8,     /* so long news may gather for which nobody waits at once */
    BEHIND_MAX = 1024, /* own records that a consumer may lack before the background waits */
    BEHIND_WAIT_MS = 4,
};

/* The writer's sockets and descriptors, in the order of a wait. */
enum { SOCKET_COMMANDS, SOCKET_REPORTS, SOCKET_STREAMS };
enum { DESCRIPTOR_SIGNALS, DESCRIPTOR_STOP, DESCRIPTOR_COUNT };

/* What one round of the writer did, to tell whether it may rest. */
struct round {
    struct link_ready ready; /* what may be read; the rest is left alone */
    size_t commands;
    bool more; /* a bound was reached: go on at once */
};

static bool is_ready(const struct round *round, unsigned socket)
{
    return (round->ready.sockets >> socket & 1) != 0;
}

/* -- commands ---------------------------------------------------------------------------------- */

/* Identities are unique per socket, not over both: the engine's senders begin with which it was. */
enum { FROM_COMMANDS = 'c', FROM_REPORTS = 'r', SENDER_BYTES_MAX = 256 };

static void message_take(struct host *host, const struct link_message *message, uint8_t origin)
{
    uint8_t letters[SENDER_BYTES_MAX] = {origin};
    bool is_internal = origin == FROM_REPORTS;
    bool may_command = is_internal || link_may(host->link, message->user, "command");
    bool may_ask_vault = may_command || link_may(host->link, message->user, "vault");
    if (!may_ask_vault || message->sender.size >= sizeof letters) {
        link_count_rubbish(host->link);
        return;
    }
    memcpy(letters + 1, message->sender.data, message->sender.size);
    struct bytes sender = bytes_of(letters, 1 + message->sender.size);
    for (size_t i = 0; i < message->frame_count; i++) {
        if (may_command) {
            engine_command(host->engine, sender, message->frames[i], is_internal);
        } else {
            engine_vault_command(host->engine, sender, message->frames[i], text_of(message->user));
        }
    }
}

static void commands_receive(struct host *host, struct link_socket *socket, uint8_t origin,
                             struct round *round)
{
    struct link_message message;
    size_t taken = 0;
    while (taken < COMMANDS_PER_BATCH && link_receive(socket, BUS_MESSAGE_BYTES_MAX, &message)) {
        message_take(host, &message, origin);
        taken += message.frame_count; /* good or not */
    }
    round->commands += taken;
    round->more |= taken >= COMMANDS_PER_BATCH;
}

/* Sends the replies of a batch: those to one sender together, in order. */
static void replies_send(struct host *host)
{
    struct bytes frames[REPLIES_PER_MESSAGE];
    size_t count = 0;
    const struct engine_reply *replies = engine_replies(host->engine, &count);
    for (size_t i = 0; i < count;) {
        struct bytes sender = replies[i].sender;
        size_t run = 0;
        while (i + run < count && run < REPLIES_PER_MESSAGE &&
               bytes_equal(sender, replies[i + run].sender)) {
            frames[run] = replies[i + run].message;
            run++;
        }
        struct link_socket *socket =
            sender.data[0] == FROM_REPORTS ? host->reports : host->commands;
        run = link_frames_fitting(frames, run, BUS_MESSAGE_BYTES_MAX);
        (void)link_send(socket, bytes_of(sender.data + 1, sender.size - 1), frames, run);
        i += run;
    }
}

/* -- a batch ----------------------------------------------------------------------------------- */

/* The time to go by; says in the log when the clock jumps and when it is trusted again, and keeps
 * for the next start what is trusted. */
static int64_t time_now(struct host *host)
{
    struct reason reason = {""};
    int64_t now_ms = trusted_clock_now(&host->clock);
    bool held = trusted_clock_is_held(&host->clock);
    if (held != host->held_told) {
        host->held_told = held;
        if (held) {
            LOG_ERROR(host->logger, "clock.held", log_number("trusted_ms", now_ms),
                      log_number("wall_ms", host->clock.source.wall_ms(&host->clock.source)),
                      log_string("what_to_do", "set the machine's clock right, or confirm it"));
        } else {
            LOG_INFO(host->logger, "clock.trusted", log_number("now_ms", now_ms));
        }
    }
    if (trusted_clock_keep(&host->clock, &reason) != ERR_OK) {
        LOG_WARNING(host->logger, "clock.not_kept", log_string("reason", reason.text));
    }
    return now_ms;
}

/* After a batch: notes whether anything can be written and tells the other threads, the reader
 * last, for all that it compares stands by then. */
static void batch_announce(struct host *host, enum err err)
{
    uint64_t end = engine_end(host->engine).seq;
    bool changed = atomic_exchange(&host->refusal, (int)err) != (int)err;
    if (changed && err != ERR_OK) {
        LOG_ERROR(host->logger, "store.cannot_write", log_string("reason", err_text(err)));
    } else if (changed) {
        LOG_INFO(host->logger, "store.writes_again", log_number("seq", (int64_t)end));
    }
    uint64_t last_event = engine_last_event(host->engine);
    bool is_first = atomic_load(&host->own_event_seq) == 0; /* since it was opened: no later one */
    if (last_event > 0 || is_first) {
        atomic_store(&host->own_event_seq, last_event > 0 ? last_event : end);
    }
    bool grown = atomic_exchange(&host->own_seq, end) != end;
    if (grown) {
        host_ring(host->publisher_event);
    }
    if ((grown || changed) && host->worker_count > 0) {
        host_ring(host->worker_event);
    }
    if (atomic_load(&host->reader_waits)) {
        host_ring(host->reader_event);
    }
}

/* Consumes what waits of each stream. */
static void streams_consume(struct host *host, struct round *round)
{
    size_t consumed = 0;
    for (size_t i = 0; i < host->stream_count; i++) {
        size_t taken = engine_stream(host->engine, i, RECORDS_PER_BATCH);
        round->more |= taken >= RECORDS_PER_BATCH;
        consumed += taken;
    }
    /* What was held back may have its cause by now. */
    round->more |= consumed > 0 && engine_held_back(host->engine);
}

/* Long work in the background goes on only as fast as all who follow it: what people bring would
 * otherwise stand behind it in the streams. */
static void background_pace(struct host *host)
{
    uint64_t slowest = atomic_load_explicit(&host->slowest, memory_order_relaxed);
    uint64_t last = engine_last_event(host->engine);
    engine_hold_background(host->engine, last > BEHIND_MAX && last - BEHIND_MAX > slowest);
}

/* One batch: what has arrived and what is due, decided, made durable, answered. `is_last`: who
 * waits is answered too. */
static enum err batch_run(struct host *host, struct round *round, bool is_last)
{
    int64_t now_ms = time_now(host);
    bool held = trusted_clock_is_held(&host->clock);
    enum err err = engine_begin(host->engine, now_ms, host_boot_ms(host));
    if (err != ERR_OK && !err_is_passing(err)) {
        return err;
    }
    streams_consume(host, round);
    background_pace(host);
    round->more |= engine_timers(host->engine, TIMERS_PER_BATCH, held) >= TIMERS_PER_BATCH;
    if (is_ready(round, SOCKET_COMMANDS)) {
        commands_receive(host, host->commands, FROM_COMMANDS, round);
    }
    if (is_ready(round, SOCKET_REPORTS)) {
        commands_receive(host, host->reports, FROM_REPORTS, round);
    }
    if (is_last) {
        engine_waiting_end(host->engine);
    }
    err = engine_commit(host->engine);
    if (err != ERR_OK && !err_is_passing(err)) {
        return err;
    }
    replies_send(host);
    streams_tend(host);
    batch_announce(host, err);
    round->more &= err == ERR_OK;
    return ERR_OK;
}

/* -- resting and ending ------------------------------------------------------------------------ */

static int64_t least(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

/* How long the writer may rest. */
static long rest_ms(struct host *host, const struct round *round)
{
    if (round->more) {
        return 0;
    }
    bool is_blocked = atomic_load(&host->refusal) != ERR_OK || engine_waiting(host->engine) > 0;
    int64_t wait_ms = is_blocked ? BLOCKED_WAIT_MS : IDLE_WAIT_MS;
    wait_ms = least(wait_ms, streams_rest_ms(host));
    if (atomic_load(&host->refusal) == ERR_OK) {
        int64_t now_ms = trusted_clock_peek(&host->clock);
        int64_t due_ms = engine_next_timer(host->engine, trusted_clock_is_held(&host->clock));
        bool is_paced = engine_next_background(host->engine) <= now_ms;
        wait_ms = least(wait_ms, due_ms - now_ms);
        wait_ms = is_paced ? least(wait_ms, BEHIND_WAIT_MS) : wait_ms;
    }
    return wait_ms < 0 ? 0 : (long)wait_ms;
}

/* True when a signal or another thread told the service to end; `descriptors` is what can be read.
 */
static bool told_to_end(struct host *host, int signals, uint32_t descriptors)
{
    bool told = false;
    if ((descriptors >> DESCRIPTOR_SIGNALS & 1) != 0) {
        struct signalfd_siginfo info;
        told = read(signals, &info, sizeof info) == (ssize_t)sizeof info;
    }
    if ((descriptors >> DESCRIPTOR_STOP & 1) != 0) {
        host_hush(host->stop_event);
        told = true;
    }
    return told;
}

/* Takes no news for a while before it ends: what was sent before is still answered. */
struct drain {
    int64_t since_ms; /* 0: not draining */
    int64_t busy_ms;
};

static bool drained(struct host *host, struct drain *drain, const struct round *round)
{
    int64_t boot_ms = host_boot_ms(host);
    if (drain->since_ms == 0) {
        return false;
    }
    drain->busy_ms = round->commands > 0 || round->more ? boot_ms : drain->busy_ms;
    return boot_ms - drain->busy_ms > DRAIN_QUIET_MS || boot_ms - drain->since_ms > DRAIN_MS_MAX;
}

static void drain_begin(struct host *host, struct drain *drain)
{
    if (drain->since_ms != 0) {
        return;
    }
    drain->since_ms = drain->busy_ms = host_boot_ms(host);
    atomic_store(&host->draining, true);
    atomic_store(&host->ready, false);
    notify_manager(&host->notifier, "STOPPING=1");
    LOG_INFO(host->logger, "host.draining",
             log_number("seq", (int64_t)engine_end(host->engine).seq));
}

static size_t writer_sockets(struct host *host, struct link_socket **sockets)
{
    sockets[SOCKET_COMMANDS] = host->commands;
    sockets[SOCKET_REPORTS] = host->reports;
    for (size_t i = 0; i < host->stream_count; i++) {
        sockets[SOCKET_STREAMS + i] = host->streams[i].socket;
    }
    return SOCKET_STREAMS + host->stream_count;
}

/* Nobody waits at once for what a stream or a worker brings: while one batch follows on the other,
 * such news gathers for a moment, so that a commit is shared by many. A command or the end cuts
 * that short; the first news after a rest is taken at once. */
static void news_gather(struct host *host, struct link_socket *const *sockets,
                        const int *descriptors, int64_t batch_ms, struct link_ready *ready)
{
    struct link_ready others = {0};
    bool has_command = (ready->sockets >> SOCKET_COMMANDS & 1) != 0;
    int64_t wait_ms = batch_ms + GATHER_MS - host_boot_ms(host);
    if (ready->sockets != 0 && !has_command && ready->descriptors == 0 && wait_ms > 0) {
        (void)link_wait(&sockets[SOCKET_COMMANDS], 1, descriptors, DESCRIPTOR_COUNT, (long)wait_ms,
                        &others);
        ready->sockets |= others.sockets;
        ready->descriptors |= others.descriptors;
    }
}

enum err writer_run(struct host *host, int signals)
{
    struct link_socket *sockets[SOCKET_STREAMS + ENGINE_STREAMS_MAX];
    size_t socket_count = writer_sockets(host, sockets);
    const int descriptors[DESCRIPTOR_COUNT] = {
        [DESCRIPTOR_SIGNALS] = signals, [DESCRIPTOR_STOP] = host->stop_event};
    struct drain drain = {0};
    struct link_ready ready = {0};
    for (;;) {
        struct round round = {.ready = ready};
        enum err err = (enum err)atomic_load(&host->must_end);
        if (err != ERR_OK) {
            return err;
        }
        if (told_to_end(host, signals, ready.descriptors)) {
            drain_begin(host, &drain);
        }
        round.more = !streams_receive(host, ready.sockets >> SOCKET_STREAMS);
        streams_judge(host);
        int64_t batch_ms = host_boot_ms(host);
        err = batch_run(host, &round, false);
        if (err != ERR_OK) {
            return err;
        }
        if (drained(host, &drain, &round)) {
            return batch_run(host, &round, true);
        }
        long wait_ms = rest_ms(host, &round);
        wait_ms = drain.since_ms != 0 && wait_ms > DRAIN_QUIET_MS ? DRAIN_QUIET_MS : wait_ms;
        (void)link_wait(sockets, socket_count, descriptors, DESCRIPTOR_COUNT, wait_ms, &ready);
        news_gather(host, sockets, descriptors, batch_ms, &ready);
        notify_alive(&host->notifier, host_boot_ms(host));
    }
}
