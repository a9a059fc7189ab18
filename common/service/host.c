/* The host's life, and the writer: one batch after the other. */
#include "service/host_internal.h"

#include "base/check.h"
#include "service/tables.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    COMMANDS_PER_BATCH = 1024,
    RECORDS_PER_BATCH = 1024,
    TIMERS_PER_BATCH = 256,
    STREAM_MESSAGES_PER_BATCH = 64,
    STREAM_MESSAGE_BYTES_MAX = 2 << 20,
    REPLIES_PER_MESSAGE = 256,
    IDLE_WAIT_MS = 500,
    BLOCKED_WAIT_MS = 100,
    WANT_EVERY_MS = 1000,
    SILENT_AFTER_MS = 3500,
    DRAIN_MS_MAX = 5000,
    DRAIN_QUIET_MS = 200,
};

/* Codes a supervisor can tell apart: start again, or wait for a person. */
enum { EXIT_RESTART = 1, EXIT_NEEDS_A_PERSON = 3 };

const struct option_spec host_option_specs[] = {
    {.name = "map-size",
     .type = OPTION_BYTES,
     .default_value = "256g",
     .min = 1 << 20,
     .max = INT64_C(1) << 46,
     .doc = "the most a store may ever hold; address space, not disk"},
    {.name = "reserve",
     .type = OPTION_BYTES,
     .default_value = "32m",
     .min = 0,
     .max = INT64_C(1) << 40,
     .doc = "room that is kept free of map and disk; below it new work is refused"},
    {.name = "stream-window",
     .type = OPTION_NUMBER,
     .default_value = "4096",
     .min = 1,
     .max = 65536,
     .doc = "records of a stream that may be under way"},
    {.name = "workers",
     .type = OPTION_NUMBER,
     .default_value = "1",
     .min = 1,
     .max = WORKERS_MAX,
     .doc = "threads that do work outside, where the service has such work"},
    {.name = "clock",
     .type = OPTION_TEXT,
     .default_value = "system",
     .doc = "system, or virtual[:2026-02-12T09:00:00+08:00] for tests and demonstrations: a clock "
            "that stands until it is moved"},
    {.name = "log-level",
     .type = OPTION_CHOICE,
     .choices = "debug|info|warning|error",
     .default_value = "info",
     .doc = "the least level of log lines"},
};
const size_t host_option_count = sizeof host_option_specs / sizeof host_option_specs[0];

void host_ring(int event)
{
    uint64_t one = 1;
    ssize_t written = write(event, &one, sizeof one);
    (void)written; /* full means rung */
}

void host_hush(int event)
{
    uint64_t count = 0;
    ssize_t got = read(event, &count, sizeof count);
    (void)got; /* empty means silent */
}

struct engine *host_engine(const struct host *host)
{
    return host->engine;
}

struct link *host_link(const struct host *host)
{
    return host->link;
}

struct trusted_clock *host_clock(struct host *host)
{
    return &host->clock;
}

const char *host_folder(const struct host *host)
{
    return host->folder;
}

bool host_is_ready(const struct host *host)
{
    return atomic_load(&host->ready);
}

void host_stop(struct host *host)
{
    host_ring(host->stop_event);
}

/* -- opening
 * ------------------------------------------------------------------------------------------ */

static enum err clock_open(struct host *host, struct reason *reason)
{
    struct text start = {0};
    struct text kind = text_split(text_of(options_text(host->options, "clock")), ':', &start);
    int64_t start_ms = 0;
    if (text_equal_string(kind, "system") && start.data == NULL) {
        trusted_clock_init(&host->clock);
        return ERR_OK;
    }
    if (!text_equal_string(kind, "virtual") ||
        (start.data != NULL && !time_parse(start, &start_ms))) {
        return reason_set(reason, ERR_INVALID,
                          "clock must be system, virtual or virtual:2026-02-12T09:00:00+08:00");
    }
    if (start.data == NULL) {
        struct trusted_clock now;
        trusted_clock_init(&now);
        start_ms = trusted_clock_now(&now);
    }
    trusted_clock_init_virtual(&host->clock, start_ms);
    return ERR_OK;
}

static enum err sockets_open(struct host *host, struct reason *reason)
{
    enum err err = link_bind(host->link, ENDPOINT_COMMAND, &host->commands, reason);
    if (err == ERR_OK) {
        err = link_bind_inside(host->link, "reports", &host->reports, reason);
    }
    if (err == ERR_OK) {
        err = link_bind(host->link, ENDPOINT_QUERY, &host->queries, reason);
    }
    if (err == ERR_OK) {
        err = link_bind(host->link, ENDPOINT_STREAM, &host->stream_out, reason);
    }
    if (err == ERR_OK && host->service->uploads != NULL) {
        err = link_bind(host->link, ENDPOINT_UPLOAD, &host->uploads, reason);
    }
    for (size_t i = 0; err == ERR_OK && engine_consumer(host->engine, i) != NULL; i++) {
        err = link_connect(host->link, engine_consumer(host->engine, i)->source, ENDPOINT_STREAM,
                           &host->streams[i], reason);
    }
    return err;
}

static bool clock_set_by_command(void *context, const struct clock_set *set)
{
    struct host *host = context;
    if (set->now != 0 && !host->clock.is_virtual) {
        return false;
    }
    if (set->now != 0) {
        time_source_move(&host->clock.source, set->now);
    }
    if (set->confirm && trusted_clock_is_held(&host->clock)) {
        trusted_clock_confirm(&host->clock);
        LOG_WARNING(host->logger, "clock.confirmed",
                    log_number("now_ms", trusted_clock_peek(&host->clock)));
    }
    return true;
}

static enum err engine_start(struct host *host, struct reason *reason)
{
    struct engine_options options = {
        .service = host->service,
        .store = {.folder = host->folder,
                  .map_bytes = (size_t)options_number(host->options, "map-size"),
                  .reserve_bytes = (size_t)options_number(host->options, "reserve")},
        .options = host->options,
        .logger = host->logger,
        .stream_window = (size_t)options_number(host->options, "stream-window"),
        .set_clock = clock_set_by_command,
        .set_clock_context = host,
    };
    enum err err = engine_open(&options, &host->engine, reason);
    if (err == ERR_OK && host->clock.is_virtual) {
        time_source_move(&host->clock.source, engine_last_time(host->engine));
    }
    return err;
}

enum err host_open(const struct host_options *options, struct host **ret_host,
                   struct reason *reason)
{
    struct host *host = calloc(1, sizeof *host);
    CHECK(host != NULL);
    host->service = options->service;
    host->options = options->options;
    host->logger = options->logger;
    arena_init(&host->stream_arena);
    wire_reader_init(&host->stream_reader, &host->stream_arena);
    buffer_init(&host->buffer, BUS_MESSAGE_BYTES_MAX);
    pthread_mutex_init(&host->work_lock, NULL);
    host->stop_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    host->publisher_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    host->reader_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    host->worker_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    CHECK(host->stop_event >= 0 && host->publisher_event >= 0 && host->reader_event >= 0 &&
          host->worker_event >= 0);
    const char *data = options_text(host->options, "data");
    CHECK(asprintf(&host->folder, "%s/%s", data, host->service->name) > 0);
    enum err err = clock_open(host, reason);
    if (err == ERR_OK) {
        err = link_open(host->options, host->service->name, &host->link, reason);
    }
    if (err == ERR_OK) {
        err = engine_start(host, reason);
    }
    if (err == ERR_OK) {
        err = sockets_open(host, reason);
    }
    if (err != ERR_OK) {
        host_close(&host);
        return err;
    }
    *ret_host = host;
    return ERR_OK;
}

void host_close(struct host **host)
{
    struct host *closing = *host;
    *host = NULL;
    if (closing == NULL) {
        return;
    }
    link_socket_close(&closing->commands);
    link_socket_close(&closing->reports);
    link_socket_close(&closing->queries);
    link_socket_close(&closing->stream_out);
    link_socket_close(&closing->uploads);
    for (size_t i = 0; i < ENGINE_STREAMS_MAX; i++) {
        link_socket_close(&closing->streams[i]);
    }
    engine_close(&closing->engine);
    link_close(&closing->link);
    wire_reader_free(&closing->stream_reader);
    arena_free(&closing->stream_arena);
    buffer_free(&closing->buffer);
    pthread_mutex_destroy(&closing->work_lock);
    close(closing->stop_event);
    close(closing->publisher_event);
    close(closing->reader_event);
    close(closing->worker_event);
    free(closing->folder);
    free(closing);
}

/* -- threads
 * ------------------------------------------------------------------------------------------ */

static void threads_start(struct host *host)
{
    CHECK(pthread_create(&host->publisher, NULL, publisher_run, host) == 0);
    host->publisher_runs = true;
    CHECK(pthread_create(&host->reader, NULL, reader_run, host) == 0);
    host->reader_runs = true;
    if (host->uploads != NULL) {
        CHECK(pthread_create(&host->uploader, NULL, uploader_run, host) == 0);
        host->uploader_runs = true;
    }
    size_t wanted =
        host->service->work_count == 0 ? 0 : (size_t)options_number(host->options, "workers");
    for (; host->worker_count < wanted; host->worker_count++) {
        CHECK(pthread_create(&host->workers[host->worker_count], NULL, worker_run, host) == 0);
    }
}

static void threads_end(struct host *host)
{
    atomic_store(&host->ending, true);
    host_ring(host->publisher_event);
    host_ring(host->reader_event);
    for (size_t i = 0; i < host->worker_count; i++) {
        host_ring(host->worker_event);
        (void)pthread_join(host->workers[i], NULL);
    }
    if (host->publisher_runs) {
        (void)pthread_join(host->publisher, NULL);
    }
    if (host->reader_runs) {
        (void)pthread_join(host->reader, NULL);
    }
    if (host->uploader_runs) {
        (void)pthread_join(host->uploader, NULL);
    }
}

/* -- the writer
 * ----------------------------------------------------------------------------------------- */

/* What one round of the writer did, to tell whether it may rest. */
struct round {
    size_t commands;
    size_t stream_messages;
    bool more; /* a bound was reached: go on at once */
};

static void stream_message(struct host *host, size_t index, const struct link_message *message)
{
    struct stream_consumer *consumer = engine_consumer(host->engine, index);
    arena_reset(&host->stream_arena);
    if (message->frame_count != 2 || message->frames[0].size != 1) {
        return;
    }
    host->heard_ms[index] = host->clock.source.boot_ms(&host->clock.source);
    if (message->frames[0].data[0] == FRAME_REFUSED[0]) {
        struct stream_refused refused;
        if (wire_unpack(&host->stream_reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &stream_refused_message,
                        message->frames[1], &refused, NULL) == ERR_OK &&
            consumer->health != STREAM_DIVERGED) {
            LOG_ERROR(host->logger, "stream.refused", log_string("stream", consumer->source),
                      log_number("consumed", (int64_t)consumer->done),
                      log_number("end", refused.end), log_view("reason", refused.reason));
            stream_consumer_take_refusal(consumer);
        }
        return;
    }
    struct stream_records records;
    if (wire_unpack(&host->stream_reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &stream_records_message,
                    message->frames[1], &records, NULL) == ERR_OK) {
        (void)stream_consumer_take_records(consumer, &records);
    }
}

static void streams_receive(struct host *host, struct round *round)
{
    struct link_message message;
    for (size_t i = 0; host->streams[i] != NULL; i++) {
        for (int n = 0; n < STREAM_MESSAGES_PER_BATCH &&
                        link_receive(host->streams[i], STREAM_MESSAGE_BYTES_MAX, &message);
             n++) {
            stream_message(host, i, &message);
            round->stream_messages++;
        }
    }
}

static void want_send(struct host *host, size_t index, bool ping)
{
    struct stream_consumer *consumer = engine_consumer(host->engine, index);
    struct stream_want want = stream_consumer_want(consumer);
    want.ping = ping;
    buffer_clear(&host->buffer);
    wire_pack(&host->buffer, WIRE_MAP, &stream_want_message, &want);
    struct bytes frame = buffer_bytes(&host->buffer);
    if (!link_send(host->streams[index], (struct bytes){0}, &frame, 1) && want.restart) {
        consumer->restart_wanted = true; /* nobody is there: say it again */
    }
    host->wanted_ms[index] = host->clock.source.boot_ms(&host->clock.source);
}

/* Acknowledges what was consumed, asks for what is missing, and notices who fell silent. */
static void streams_tend(struct host *host)
{
    int64_t boot_ms = host->clock.source.boot_ms(&host->clock.source);
    for (size_t i = 0; host->streams[i] != NULL; i++) {
        struct stream_consumer *consumer = engine_consumer(host->engine, i);
        bool is_time = boot_ms - host->wanted_ms[i] >= WANT_EVERY_MS;
        bool moved = consumer->done != atomic_load(&host->stream_seq[i]);
        if (boot_ms - host->heard_ms[i] > SILENT_AFTER_MS && consumer->health == STREAM_ALIVE) {
            LOG_WARNING(host->logger, "stream.silent", log_string("stream", consumer->source));
            stream_consumer_lost(consumer);
        }
        if (consumer->health != STREAM_DIVERGED && (moved || is_time || consumer->restart_wanted)) {
            want_send(host, i, is_time);
        }
        atomic_store(&host->stream_seq[i], consumer->done);
        atomic_store(&host->stream_end[i], consumer->end);
        atomic_store(&host->stream_alive[i], consumer->health == STREAM_ALIVE);
        atomic_store(&host->stream_diverged[i], consumer->health == STREAM_DIVERGED);
    }
}

/* Identities are unique per socket, not over both: the engine's senders begin with which it was. */
enum { FROM_COMMANDS = 'c', FROM_REPORTS = 'r', SENDER_BYTES_MAX = 256 };

static void commands_receive(struct host *host, struct link_socket *socket, uint8_t origin,
                             struct round *round)
{
    struct link_message message;
    uint8_t sender[SENDER_BYTES_MAX] = {origin};
    size_t taken = 0;
    while (taken < COMMANDS_PER_BATCH && link_receive(socket, BUS_MESSAGE_BYTES_MAX, &message)) {
        bool allowed = origin == FROM_REPORTS || link_may(host->link, message.user, "command");
        if (!allowed || message.sender.size >= sizeof sender) {
            continue;
        }
        memcpy(sender + 1, message.sender.data, message.sender.size);
        for (size_t i = 0; i < message.frame_count; i++) {
            engine_command(host->engine, bytes_of(sender, 1 + message.sender.size),
                           message.frames[i], origin == FROM_REPORTS);
        }
        taken += message.frame_count;
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
        (void)link_send(socket, bytes_of(sender.data + 1, sender.size - 1), frames, run);
        i += run;
    }
}

/* After a batch: tells the other threads, and notes whether anything can be written. */
static void batch_announce(struct host *host, enum err err)
{
    uint64_t end = engine_end(host->engine).seq;
    if (atomic_exchange(&host->refusal, (int)err) != (int)err) {
        if (err != ERR_OK) {
            LOG_ERROR(host->logger, "store.cannot_write", log_string("reason", err_text(err)));
        } else {
            LOG_INFO(host->logger, "store.writes_again", log_number("seq", (int64_t)end));
        }
    }
    if (atomic_exchange(&host->own_seq, end) != end) {
        host_ring(host->publisher_event);
        if (host->worker_count > 0) {
            host_ring(host->worker_event);
        }
    }
    if (atomic_load(&host->reader_waits)) {
        host_ring(host->reader_event);
    }
}

static bool is_passing(enum err err)
{
    return err == ERR_OK || err == ERR_FULL || err == ERR_READ_ONLY || err == ERR_DENIED;
}

/* One batch: what has arrived and what is due, decided, made durable, answered. */
static enum err batch_run(struct host *host, struct round *round)
{
    int64_t now_ms = trusted_clock_now(&host->clock);
    bool held = trusted_clock_is_held(&host->clock);
    enum err err =
        engine_begin(host->engine, now_ms, host->clock.source.boot_ms(&host->clock.source));
    if (!is_passing(err)) {
        return err;
    }
    for (size_t i = 0; host->streams[i] != NULL; i++) {
        round->more |= engine_stream(host->engine, i, RECORDS_PER_BATCH) >= RECORDS_PER_BATCH;
    }
    round->more |= engine_timers(host->engine, TIMERS_PER_BATCH, held) >= TIMERS_PER_BATCH;
    commands_receive(host, host->commands, FROM_COMMANDS, round);
    commands_receive(host, host->reports, FROM_REPORTS, round);
    err = engine_commit(host->engine);
    if (!is_passing(err)) {
        return err;
    }
    replies_send(host);
    batch_announce(host, err);
    round->more &= err == ERR_OK;
    return ERR_OK;
}

/* How long the writer may rest. */
static long rest_ms(struct host *host, const struct round *round)
{
    if (round->more) {
        return 0;
    }
    if (atomic_load(&host->refusal) != ERR_OK || engine_waiting(host->engine) > 0) {
        return BLOCKED_WAIT_MS;
    }
    int64_t due_ms = engine_next_timer(host->engine, trusted_clock_is_held(&host->clock));
    int64_t wait_ms = due_ms - trusted_clock_peek(&host->clock);
    return wait_ms <= 0 ? 0 : wait_ms < IDLE_WAIT_MS ? (long)wait_ms : IDLE_WAIT_MS;
}

static bool told_to_end(struct host *host, int signals)
{
    struct signalfd_siginfo info;
    uint64_t count = 0;
    bool by_signal = read(signals, &info, sizeof info) == (ssize_t)sizeof info;
    bool by_thread = read(host->stop_event, &count, sizeof count) == (ssize_t)sizeof count;
    return by_signal || by_thread;
}

/* Takes no news for a while before it ends: what was sent before is still answered. */
struct drain {
    int64_t since_ms; /* 0: not draining */
    int64_t busy_ms;
};

static bool drained(struct host *host, struct drain *drain, const struct round *round)
{
    int64_t boot_ms = host->clock.source.boot_ms(&host->clock.source);
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
    drain->since_ms = drain->busy_ms = host->clock.source.boot_ms(&host->clock.source);
    atomic_store(&host->draining, true);
    atomic_store(&host->ready, false);
    notify_manager("STOPPING=1");
    LOG_INFO(host->logger, "host.draining",
             log_number("seq", (int64_t)engine_end(host->engine).seq));
}

static size_t writer_sockets(struct host *host, struct link_socket **sockets)
{
    size_t count = 0;
    sockets[count++] = host->commands;
    sockets[count++] = host->reports;
    for (size_t i = 0; host->streams[i] != NULL; i++) {
        sockets[count++] = host->streams[i];
    }
    return count;
}

static enum err writer_run(struct host *host, int signals)
{
    struct link_socket *sockets[2 + ENGINE_STREAMS_MAX];
    size_t socket_count = writer_sockets(host, sockets);
    int descriptors[] = {signals, host->stop_event};
    struct drain drain = {0};
    for (;;) {
        struct round round = {0};
        streams_receive(host, &round);
        enum err err = batch_run(host, &round);
        if (err != ERR_OK) {
            return err;
        }
        streams_tend(host);
        if (told_to_end(host, signals)) {
            drain_begin(host, &drain);
        }
        if (drained(host, &drain, &round)) {
            return ERR_OK;
        }
        long wait_ms = rest_ms(host, &round);
        wait_ms = drain.since_ms != 0 && wait_ms > DRAIN_QUIET_MS ? DRAIN_QUIET_MS : wait_ms;
        (void)link_wait(sockets, socket_count, descriptors, 2, wait_ms);
        notify_manager("WATCHDOG=1");
    }
}

int host_run(struct host *host)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    int signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    CHECK(signals >= 0);
    threads_start(host);
    atomic_store(&host->ready, true);
    notify_manager("READY=1");
    LOG_INFO(host->logger, "host.ready", log_string("data", host->folder),
             log_string("version", GLASSHALL_VERSION),
             log_number("seq", (int64_t)engine_end(host->engine).seq));
    enum err err = writer_run(host, signals);
    threads_end(host);
    close(signals);
    if (err != ERR_OK) {
        LOG_ERROR(host->logger, "host.must_end", log_string("reason", err_text(err)));
        return err == ERR_CORRUPT || err == ERR_DIVERGED ? EXIT_NEEDS_A_PERSON : EXIT_RESTART;
    }
    LOG_INFO(host->logger, "host.ended", log_number("seq", (int64_t)engine_end(host->engine).seq));
    return EXIT_SUCCESS;
}
