/* For the tests of the engine: a counter and a mirror, driven by hand. */
#pragma once

#include "service/test_toys.h"

#include "base/test_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct test_folder folder;
    struct logger logger;
    struct engine *counter;
    struct engine *mirror;
    struct stream_producer producer; /* of the counter's log; nobody archives here */
    struct arena arena;
    struct wire_reader reader;
    struct buffer buffer;
    int64_t now_ms;
    int64_t boot_ms;
};

static inline struct engine *opened(struct fixture *f, const struct service *service,
                                    const char *name, bool is_replay)
{
    char folder[128];
    struct engine *engine = NULL;
    struct reason reason = {""};
    (void)snprintf(folder, sizeof folder, "%s/%s", f->folder.path, name);
    struct engine_options options = {
        .service = service,
        .store = {.folder = folder, .map_bytes = 64 << 20, .without_sync = true},
        .logger = &f->logger,
        .random_seed = 1,
        .stream_window = 100,
        .is_replay = is_replay,
    };
    if (engine_open(&options, &engine, &reason) != ERR_OK) {
        fail_msg("%s", reason.text);
    }
    return engine;
}

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    CHECK(f != NULL);
    toy_seen = (struct toy_seen){0};
    folder_begin(&f->folder);
    logger_init(&f->logger, "test", LOG_LEVEL_WARNING);
    f->logger.descriptor = memfd_create("log", MFD_CLOEXEC);
    assert_true(f->logger.descriptor >= 0);
    arena_init(&f->arena);
    wire_reader_init(&f->reader, &f->arena);
    buffer_init(&f->buffer, 1 << 20);
    f->now_ms = INT64_C(1800000000000);
    f->boot_ms = 1000;
    f->counter = opened(f, &counter, "counter", false);
    f->mirror = opened(f, &mirror, "mirror", false);
    stream_producer_init(&f->producer, "counter", NULL, TABLE_LOG);
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    engine_close(&f->counter);
    engine_close(&f->mirror);
    wire_reader_free(&f->reader);
    buffer_free(&f->buffer);
    arena_free(&f->arena);
    folder_end(&f->folder);
    close(f->logger.descriptor);
    free(f);
    return 0;
}

struct sent {
    int64_t amount;
    int64_t remind;
    int64_t nudge;
    int64_t chore;
    int64_t times;
    size_t note_size; /* letters of its note */
    uint8_t case_id;  /* 0 stands for 1 */
    const char *key;  /* 16 characters, or NULL */
    const char *body; /* likewise */
    int64_t seen;     /* how far the counter's log is known to the caller */
};

/* The command, made of `sent`, in the fixture's arena. */
static inline struct toy_add add_of(struct fixture *f, struct sent sent)
{
    char *note = sent.note_size == 0 ? NULL : arena_take(&f->arena, sent.note_size);
    if (note != NULL) {
        memset(note, 'n', sent.note_size);
    }
    return (struct toy_add){
        .case_id = {{{sent.case_id == 0 ? 1 : sent.case_id}}},
        .amount = sent.amount,
        .remind = sent.remind,
        .nudge = sent.nudge,
        .chore = sent.chore,
        .times = sent.times,
        .note = {note, sent.note_size},
    };
}

static inline struct request request_of(const struct toy_add *add)
{
    return (struct request){
        .id = 7,
        .name = text_of(toy_add_message.name),
        .deadline_ms = 1000,
        .principal = {.kind = PRINCIPAL_STAFF},
        .body = {.message = &toy_add_message, .data = add},
    };
}

static inline struct bytes packed(struct fixture *f, const struct wire_message *message,
                                  const void *record)
{
    buffer_clear(&f->buffer);
    wire_pack(&f->buffer, WIRE_MAP, message, record);
    return arena_copy_bytes(&f->arena, buffer_bytes(&f->buffer));
}

static inline struct bytes request_bytes(struct fixture *f, struct sent sent)
{
    struct toy_add add = add_of(f, sent);
    struct request request = request_of(&add);
    struct log_position_seen seen = {.source = TEXT_LITERAL("counter"), .seq = sent.seen};
    if (sent.seen != 0) {
        request.positions = (struct log_position_seen_list){&seen, 1};
    }
    if (sent.key != NULL) {
        request.idempotency.key = bytes_of(sent.key, 16);
        request.idempotency.body = bytes_of(sent.body, 16);
    }
    return packed(f, &request_message, &request);
}

static inline void begin(struct fixture *f, struct engine *engine)
{
    assert_int_equal(ERR_OK, engine_begin(engine, f->now_ms, f->boot_ms));
}

static inline struct reply the_reply(struct fixture *f, struct engine *engine)
{
    size_t count = 0;
    struct reply reply;
    const struct engine_reply *replies = engine_replies(engine, &count);
    assert_int_equal(count, 1);
    struct bytes kept = arena_copy_bytes(&f->arena, replies[0].message);
    assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN, &reply_message,
                                         kept, &reply, NULL));
    return reply;
}

static inline void command(struct fixture *f, struct engine *engine, struct sent sent)
{
    engine_command(engine, bytes_of("me", 2), request_bytes(f, sent), false);
}

static inline struct reply done(struct fixture *f, struct sent sent)
{
    begin(f, f->counter);
    engine_timers(f->counter, 10, false);
    command(f, f->counter, sent);
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    return the_reply(f, f->counter);
}

static inline int64_t total(struct engine *engine)
{
    struct arena arena;
    struct state state;
    struct uuid id = {{1}};
    arena_init(&arena);
    state_init(&state, &arena, NULL);
    assert_int_equal(ERR_OK, store_begin_read(engine_store(engine), &state.txn));
    int64_t value = total_of(&state, &id);
    store_end_read(&state.txn);
    state_free(&state);
    arena_free(&arena);
    return value;
}

/* How many lines of the log have `text`. */
static inline int lines_with(struct fixture *f, const char *text)
{
    int count = 0;
    off_t size = lseek(f->logger.descriptor, 0, SEEK_END);
    char *lines = arena_take(&f->arena, (size_t)size + 1);
    assert_int_equal(pread(f->logger.descriptor, lines, (size_t)size, 0), size);
    for (const char *at = lines; (at = strstr(at, text)) != NULL; at++) {
        count++;
    }
    return count;
}

/* Carries what the counter has to the mirror's queue. */
static inline void mirror_receive(struct fixture *f)
{
    struct stream_consumer *consumer = engine_consumer(f->mirror, 0);
    struct stream_want want = stream_consumer_want(consumer);
    struct store_txn *txn = NULL;
    struct stream_refused refused;
    struct stream_records records;
    struct hasher hasher;
    hasher_init(&hasher);
    assert_int_equal(ERR_OK, store_begin_read(engine_store(f->counter), &txn));
    assert_int_equal(
        ERR_OK, stream_producer_take_want(&f->producer, bytes_of("m", 1), &want, txn, &refused));
    while (stream_producer_next(&f->producer, 0, txn, &hasher, &f->arena, &records)) {
        assert_true(stream_consumer_take_records(consumer, &records));
    }
    store_end_read(&txn);
    hasher_free(&hasher);
}

/* Carries what the counter has to the mirror, and lets it consume it in one batch. */
static inline enum err mirror_follows(struct fixture *f)
{
    mirror_receive(f);
    begin(f, f->mirror);
    (void)engine_stream(f->mirror, 0, 100);
    return engine_commit(f->mirror);
}

static inline void mirror_follow(struct fixture *f)
{
    assert_int_equal(ERR_OK, mirror_follows(f));
}
