/* For the tests of the host: hosts over real sockets, threads and stores, in one process, and a
 * caller beside them; the archivist is a toy too. */
#pragma once

#include "service/host.h"
#include "service/test_toys.h"

#include "base/check.h"
#include "base/test_kit.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { HOSTS_MAX = 3, PATIENCE_MS = 20000 };

static inline void archive_nothing(struct state *state, struct text source, uint64_t seq,
                                   struct bytes record, const struct event_envelope *envelope)
{
    (void)envelope;
    (void)state;
    (void)source;
    (void)seq;
    (void)record;
}

static const char *const archivist_streams[] = {"counter", NULL};
static const struct service archivist = {
    .name = ARCHIVIST,
    .streams = archivist_streams,
    .archive = archive_nothing,
};

/* -- driving ----------------------------------------------------------------------------------- */

struct running {
    struct host *host;
    struct options options;
    pthread_t thread;
    int code;
};

struct fixture {
    struct test_folder folder;
    const char *chosen[4];  /* options and their values */
    struct options options; /* of the caller */
    struct logger logger;
    struct running running[HOSTS_MAX];
    size_t running_count;
    struct link *link;
    struct link_socket *socket; /* of the caller */
    struct arena arena;
    struct wire_reader reader;
    struct buffer buffer;
    int64_t next_id;
};

/* Reads the options of a program: the fixture's, and what was chosen besides. */
static inline void options_make(const struct fixture *f, struct options *options)
{
    struct reason reason = {""};
    const char *texts[] = {"test",       "--data",     f->folder.path, "--map-size",
                           "64m",        "--reserve",  "1m",           f->chosen[0],
                           f->chosen[1], f->chosen[2], f->chosen[3]};
    enum { COUNT = sizeof texts / sizeof texts[0] };
    char *arguments[COUNT];
    for (int i = 0; i < COUNT; i++) {
        arguments[i] = (char *)(uintptr_t)texts[i];
    }
    options_init(options, "test");
    options_add(options, link_options, link_option_count);
    options_add(options, host_option_specs, host_option_count);
    if (options_read(options, COUNT, arguments, &reason) != ERR_OK) {
        fail_msg("%s", reason.text);
    }
}

/* Chooses two options for the hosts that are opened from now on. */
static inline void options_use_both(struct fixture *f, const char *first, const char *first_value,
                                    const char *second, const char *second_value)
{
    f->chosen[0] = first;
    f->chosen[1] = first_value;
    f->chosen[2] = second;
    f->chosen[3] = second_value;
}

static inline void options_use(struct fixture *f, const char *name, const char *value)
{
    options_use_both(f, name, value, "--log-level", "info");
}

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct reason reason = {""};
    CHECK(f != NULL);
    toy_seen = (struct toy_seen){0};
    folder_begin(&f->folder);
    options_use(f, "--workers", "1");
    options_make(f, &f->options);
    logger_init(&f->logger, "test", LOG_LEVEL_INFO);
    f->logger.descriptor = memfd_create("log", MFD_CLOEXEC);
    arena_init(&f->arena);
    wire_reader_init(&f->reader, &f->arena);
    buffer_init(&f->buffer, BUS_MESSAGE_BYTES_MAX);
    assert_int_equal(ERR_OK, link_open(&f->options, "test", &f->link, &reason));
    *state = f;
    return 0;
}

static inline void *run(void *context)
{
    struct running *running = context;
    running->code = host_run(running->host);
    return NULL;
}

/* Opens a host that does not run yet. */
static inline struct host *opened(struct fixture *f, const struct service *service)
{
    struct reason reason = {""};
    struct running *running = &f->running[f->running_count];
    struct host_options options = {
        .service = service, .options = &running->options, .logger = &f->logger};
    options_make(f, &running->options);
    if (host_open(&options, &running->host, &reason) != ERR_OK) {
        fail_msg("%s", reason.text);
    }
    f->running_count++;
    return running->host;
}

/* Lets the host that was opened last run. */
static inline void running(struct fixture *f)
{
    struct running *last = &f->running[f->running_count - 1];
    assert_int_equal(pthread_create(&last->thread, NULL, run, last), 0);
}

static inline struct host *started(struct fixture *f, const struct service *service)
{
    struct host *host = opened(f, service);
    running(f);
    return host;
}

/* Waits for the last host that was started to end by itself, or after being told to. */
static inline int ended(struct fixture *f)
{
    struct running *running = &f->running[--f->running_count];
    assert_int_equal(pthread_join(running->thread, NULL), 0);
    host_close(&running->host);
    options_free(&running->options);
    return running->code;
}

/* Ends the last host that was started. */
static inline void stopped(struct fixture *f)
{
    host_stop(f->running[f->running_count - 1].host);
    assert_int_equal(ended(f), HOST_EXIT_ENDED);
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->running_count; i++) {
        host_stop(f->running[i].host); /* all at once: each takes a moment */
    }
    while (f->running_count > 0) {
        assert_int_equal(ended(f), HOST_EXIT_ENDED);
    }
    link_socket_close(&f->socket);
    link_close(&f->link);
    wire_reader_free(&f->reader);
    buffer_free(&f->buffer);
    arena_free(&f->arena);
    options_free(&f->options);
    close(f->logger.descriptor);
    folder_end(&f->folder);
    free(f);
    return 0;
}

static inline bool was_logged(struct fixture *f, const char *text)
{
    off_t size = lseek(f->logger.descriptor, 0, SEEK_END);
    char *lines = arena_take(&f->arena, (size_t)size + 1);
    assert_int_equal(pread(f->logger.descriptor, lines, (size_t)size, 0), size);
    return strstr(lines, text) != NULL;
}

static inline void call(struct fixture *f, const char *service, enum endpoint endpoint)
{
    struct reason reason = {""};
    link_socket_close(&f->socket);
    assert_int_equal(ERR_OK, link_connect(f->link, service, endpoint, &f->socket, &reason));
}

/* Sends, once the connection stands. */
static inline void say(struct fixture *f, const struct bytes *frames, size_t count)
{
    for (int i = 0; i < PATIENCE_MS; i++) {
        if (link_send(f->socket, (struct bytes){0}, frames, count)) {
            return;
        }
        (void)link_wait(NULL, 0, NULL, 0, 1, NULL);
    }
    fail_msg("nobody took the message");
}

static inline struct link_message heard(struct fixture *f)
{
    struct link_message message = {0};
    if (!link_wait(&f->socket, 1, NULL, 0, PATIENCE_MS, NULL) ||
        !link_receive(f->socket, BUS_MESSAGE_BYTES_MAX, &message)) {
        fail_msg("nobody answered");
    }
    return message;
}

static inline struct bytes packed(struct fixture *f, const struct wire_message *message,
                                  const void *record)
{
    buffer_clear(&f->buffer);
    wire_pack(&f->buffer, WIRE_MAP, message, record);
    return arena_copy_bytes(&f->arena, buffer_bytes(&f->buffer));
}

/* What is asked: a command or a query of the toys. */
struct asked {
    const struct wire_message *message;
    int64_t amount;
    int64_t remind;
    size_t note_size;   /* letters of its note */
    const char *source; /* whose log is known up to `seen` */
    int64_t seen;
    int64_t deadline_ms;
    enum principal_kind kind; /* 0 stands for staff */
};

static inline struct bytes request_of(struct fixture *f, struct asked asked)
{
    char *note = asked.note_size == 0 ? NULL : arena_take(&f->arena, asked.note_size);
    struct toy_add add = {.case_id = {{{1}}},
                          .amount = asked.amount,
                          .remind = asked.remind,
                          .note = {note, asked.note_size}};
    if (note != NULL) {
        memset(note, 'n', asked.note_size);
    }
    struct log_position_seen seen = {.source = text_of(asked.source), .seq = asked.seen};
    struct request request = {
        .id = ++f->next_id,
        .name = text_of(asked.message->name),
        .deadline_ms = asked.deadline_ms == 0 ? 1000 : asked.deadline_ms,
        .principal = {.kind = asked.kind == 0 ? PRINCIPAL_STAFF : asked.kind},
        .positions = {&seen, asked.source == NULL ? 0 : 1},
        .body = {.message = asked.message, .data = &add},
    };
    struct health_ask health_ask = {.verbose = true};
    if (asked.message == &health_ask_message) {
        request.body.data = &health_ask;
    }
    return packed(f, &request_message, &request);
}

static inline struct reply reply_of(struct fixture *f, struct bytes frame)
{
    struct reply reply;
    struct bytes kept = arena_copy_bytes(&f->arena, frame);
    assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN, &reply_message,
                                         kept, &reply, NULL));
    return reply;
}

static inline struct reply answered(struct fixture *f, struct asked asked)
{
    struct bytes frame = request_of(f, asked);
    say(f, &frame, 1);
    return reply_of(f, heard(f).frames[0]);
}

static inline int64_t total_told(struct fixture *f, const struct reply *reply)
{
    struct toy_total total;
    assert_true(text_is_empty(reply->problem.type));
    assert_int_equal(ERR_OK, wire_unpack_any(&f->reader, WIRE_REFUSE_UNKNOWN, &reply->answer,
                                             &toy_total_message, &total, NULL));
    return total.total;
}

/* How the service that was called says that it is; call its queries first. */
static inline struct health health_told(struct fixture *f)
{
    struct health health;
    struct reply reply = answered(f, (struct asked){.message = &health_ask_message});
    assert_true(text_is_empty(reply.problem.type));
    assert_int_equal(ERR_OK, wire_unpack_any(&f->reader, WIRE_REFUSE_UNKNOWN, &reply.answer,
                                             &health_message, &health, NULL));
    return health;
}

static inline bool has_reason(const struct health *health, const char *reason)
{
    for (size_t i = 0; i < health->reasons.count; i++) {
        if (text_starts_with(health->reasons.items[i], reason)) {
            return true;
        }
    }
    return false;
}

/* Asks until the service is ready or not, for that reason. */
static inline void wait_for_health(struct fixture *f, bool is_ready, const char *reason)
{
    for (int i = 0; i < PATIENCE_MS / 10; i++) {
        struct health health = health_told(f);
        if (health.ready == is_ready && (reason == NULL || has_reason(&health, reason))) {
            return;
        }
        (void)link_wait(NULL, 0, NULL, 0, 10, NULL);
    }
    fail_msg("its health never came to that");
}

/* Asks until the sum is `expected`. */
static inline void wait_for_total(struct fixture *f, int64_t expected)
{
    for (int i = 0; i < PATIENCE_MS / 10; i++) {
        struct reply reply = answered(f, (struct asked){.message = &toy_ask_message});
        if (total_told(f, &reply) == expected) {
            return;
        }
        (void)link_wait(NULL, 0, NULL, 0, 10, NULL);
    }
    fail_msg("the sum never came to %d", (int)expected);
}
