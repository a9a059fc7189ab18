/* The host's life: opening, threads, ending. */
#include "service/host_internal.h"

#include "base/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

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

enum err host_connect_inside(const struct host *host, struct link_socket **ret_socket,
                             struct reason *reason)
{
    return link_connect_inside(host->link, "reports", ret_socket, reason);
}

const char *host_folder(const struct host *host)
{
    return host->folder;
}

bool host_is_ready(const struct host *host)
{
    return atomic_load(&host->ready);
}

int64_t host_boot_ms(struct host *host)
{
    return host->clock.source.boot_ms(&host->clock.source);
}

void host_stop(struct host *host)
{
    host_ring(host->stop_event);
}

/* -- opening ----------------------------------------------------------------------------------- */

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
                           &host->streams[i].socket, reason);
        host->stream_count += err == ERR_OK;
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
    if (err != ERR_OK) {
        return err;
    }
    int64_t last_ms = engine_last_time(host->engine);
    if (host->clock.is_virtual) {
        time_source_move(&host->clock.source, last_ms);
    } else {
        char boot_id[BOOT_ID_BYTES + 1];
        boot_id_read(boot_id);
        trusted_clock_resume(&host->clock, host->folder, boot_id, last_ms);
    }
    return ERR_OK;
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
    order_book_init(&host->orders);
    notify_open(&host->notifier);
    host->stop_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    host->publisher_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    host->reader_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    host->worker_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    host->uploader_event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    CHECK(host->stop_event >= 0 && host->publisher_event >= 0 && host->reader_event >= 0 &&
          host->worker_event >= 0 && host->uploader_event >= 0);
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
    for (size_t i = 0; i < closing->stream_count; i++) {
        link_socket_close(&closing->streams[i].socket);
    }
    engine_close(&closing->engine);
    link_close(&closing->link);
    wire_reader_free(&closing->stream_reader);
    arena_free(&closing->stream_arena);
    buffer_free(&closing->buffer);
    order_book_free(&closing->orders);
    notify_close(&closing->notifier);
    close(closing->stop_event);
    close(closing->publisher_event);
    close(closing->reader_event);
    close(closing->worker_event);
    close(closing->uploader_event);
    free(closing->folder);
    free(closing);
}

/* -- threads ----------------------------------------------------------------------------------- */

static void tenders_start(struct host *host)
{
    tend_function *const *tend = host->service->tenders;
    for (; tend != NULL && tend[host->tender_count] != NULL; host->tender_count++) {
        CHECK(host->tender_count < TENDERS_MAX);
        struct host_tender *tender = &host->tenders[host->tender_count];
        *tender = (struct host_tender){.host = host,
                                       .tend = tend[host->tender_count],
                                       .event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
        CHECK(tender->event >= 0);
        CHECK(pthread_create(&tender->thread, NULL, tender_run, tender) == 0);
    }
}

static void tenders_end(struct host *host)
{
    for (size_t i = 0; i < host->tender_count; i++) {
        host_ring(host->tenders[i].event);
        (void)pthread_join(host->tenders[i].thread, NULL);
        close(host->tenders[i].event);
    }
}

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
    tenders_start(host);
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
    host_ring(host->uploader_event);
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
    tenders_end(host);
}

/* -- running ----------------------------------------------------------------------------------- */

enum host_exit host_exit_code(enum err err)
{
    switch (err) {
    case ERR_OK:
        return HOST_EXIT_ENDED;
    case ERR_INVALID:
    case ERR_TOO_LARGE:
    case ERR_DENIED:
    case ERR_CORRUPT:
    case ERR_VERSION:
    case ERR_DIVERGED:
        return HOST_EXIT_NEEDS_A_PERSON;
    default:
        return HOST_EXIT_RESTART;
    }
}

static enum host_exit ended(struct host *host, enum err err)
{
    int64_t seq = (int64_t)engine_end(host->engine).seq;
    if (err == ERR_OK) {
        LOG_INFO(host->logger, "host.ended", log_number("seq", seq));
    } else {
        LOG_ERROR(host->logger, "host.must_end", log_string("reason", err_text(err)),
                  log_number("seq", seq));
    }
    return host_exit_code(err);
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
    notify_manager(&host->notifier, "READY=1");
    LOG_INFO(host->logger, "host.ready", log_string("data", host->folder),
             log_string("version", GLASSHALL_VERSION),
             log_number("seq", (int64_t)engine_end(host->engine).seq));
    enum err err = writer_run(host, signals);
    threads_end(host);
    close(signals);
    return (int)ended(host, err);
}
