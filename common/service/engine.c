/* Opening, beginning and committing: the frame around a batch. */
#include "service/engine_internal.h"

#include "base/check.h"
#include "base/time_source.h"

#include <stdlib.h>
#include <string.h>

enum {
    ENCODING_BYTES_MAX = RECORD_BYTES_MAX + 1024,
    REPLY_BYTES_MAX = BUS_MESSAGE_BYTES_MAX,
    ROOM_CHECK_EVERY_MS = 100,
    LOOK_BACK_RECORDS = 4096,
};

static int compare_events(const void *left, const void *right)
{
    const struct service_event *const *a = left;
    const struct service_event *const *b = right;
    return strcmp((*a)->message->name, (*b)->message->name);
}

static void events_sort(struct engine *engine)
{
    CHECK(engine->service->event_count <= EVENT_TYPES_MAX);
    engine->event_count = engine->service->event_count;
    for (size_t i = 0; i < engine->event_count; i++) {
        engine->events[i] = &engine->service->events[i];
    }
    qsort(engine->events, engine->event_count, sizeof engine->events[0], compare_events);
}

const struct service_event *engine_event_find(const struct engine *engine, struct text type)
{
    size_t low = 0;
    size_t high = engine->event_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(type, text_of(engine->events[middle]->message->name));
        if (order == 0) {
            return engine->events[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

int engine_stream_find(const struct engine *engine, struct text source)
{
    for (size_t i = 0; i < engine->stream_count; i++) {
        if (text_equal_string(source, engine->streams[i].consumer.source)) {
            return (int)i;
        }
    }
    return -1;
}

/* The engine's tables in front, the service's behind. */
static struct store_table *tables_join(const struct service *service)
{
    static const struct store_table engine_tables[ENGINE_TABLE_COUNT] = {
        [TABLE_LOG] = {"log", STORE_SEQUENCE},
        [TABLE_CURSORS] = {"cursors", 0},
        [TABLE_TIMERS] = {"timers", 0},
        [TABLE_WORK] = {"work", 0},
        [TABLE_REPEATS] = {"repeats0", STORE_UNDIGESTED},
        [TABLE_REPEATS + 1] = {"repeats1", STORE_UNDIGESTED},
        [TABLE_REPEATS + 2] = {"repeats2", STORE_UNDIGESTED},
        [TABLE_REPEATS + 3] = {"repeats3", STORE_UNDIGESTED},
        [TABLE_REPEATS + 4] = {"repeats4", STORE_UNDIGESTED},
        [TABLE_REPEATS + 5] = {"repeats5", STORE_UNDIGESTED},
        [TABLE_REPEATS + 6] = {"repeats6", STORE_UNDIGESTED},
        [TABLE_REPEATS + 7] = {"repeats7", STORE_UNDIGESTED},
    };
    struct store_table *tables = calloc(ENGINE_TABLE_COUNT + service->table_count, sizeof *tables);
    CHECK(tables != NULL);
    memcpy(tables, engine_tables, sizeof engine_tables);
    if (service->table_count > 0) {
        memcpy(tables + ENGINE_TABLE_COUNT, service->tables, service->table_count * sizeof *tables);
    }
    return tables;
}

/* A row of TABLE_CURSORS: sequence number and chain of the last event consumed. */
enum { CURSOR_BYTES = 8 + HASH_BYTES };

static void stream_open(struct engine *engine, struct store_txn *txn, const char *source,
                        size_t window)
{
    CHECK(engine->stream_count < ENGINE_STREAMS_MAX);
    struct engine_stream *stream = &engine->streams[engine->stream_count++];
    struct key key = key_of_text(text_of(source));
    struct bytes value;
    if (store_get(txn, TABLE_CURSORS, key_bytes(&key), &value)) {
        if (value.size != CURSOR_BYTES) {
            store_fail(txn, ERR_CORRUPT);
        } else {
            stream->committed.seq = stream->committed.event_seq = read_be64(value.data);
            memcpy(stream->committed.chain.bytes, value.data + 8, HASH_BYTES);
        }
    }
    stream->present = stream->committed;
    stream_consumer_init(&stream->consumer, source, engine->service->name, window,
                         stream->committed.seq, &stream->committed.chain);
}

/* The time of the last own event, so that time never goes back over a restart. */
static int64_t last_event_time(struct engine *engine, struct store_txn *txn)
{
    uint64_t end = engine->committed.seq;
    for (uint64_t seq = end; seq > 0 && end - seq < LOOK_BACK_RECORDS; seq--) {
        struct log_record record;
        struct event_envelope envelope;
        if (!log_read(txn, TABLE_LOG, seq, &record)) {
            break;
        }
        if (record_kind_of(record.bytes) == RECORD_EVENT &&
            record_read_event(&engine->event_reader, record.bytes, &envelope) == ERR_OK) {
            return envelope.time;
        }
    }
    return 0;
}

enum err engine_store_open(const struct service *service, const struct store_options *options,
                           struct store **ret_store, struct reason *reason)
{
    /* The store keeps a pointer to its tables: they go with the process, like the service. */
    struct store_table *tables = tables_join(service);
    enum err err =
        store_open(options, tables, ENGINE_TABLE_COUNT + service->table_count, ret_store, reason);
    if (err != ERR_OK) {
        free(tables);
    }
    return err;
}

static enum err positions_read(struct engine *engine, size_t window)
{
    struct store_txn *txn = NULL;
    enum err err = store_begin_read(engine->store, &txn);
    if (err != ERR_OK) {
        return err;
    }
    engine->committed = engine->present = log_end(txn, TABLE_LOG);
    const char *const *source = engine->service->streams;
    for (; source != NULL && *source != NULL; source++) {
        stream_open(engine, txn, *source, window);
    }
    engine->last_batch_ms = last_event_time(engine, txn);
    engine->ids.last_ms = engine->last_batch_ms + 1;
    err = store_error(txn);
    store_end_read(&txn);
    return err;
}

enum err engine_open(const struct engine_options *options, struct engine **ret_engine,
                     struct reason *reason)
{
    const struct service *service = options->service;
    struct engine *engine = calloc(1, sizeof *engine);
    CHECK(engine != NULL);
    engine->service = service;
    engine->logger = options->logger;
    engine->is_replay = options->is_replay;
    engine->set_clock = options->set_clock;
    engine->set_clock_context = options->set_clock_context;
    arena_init(&engine->arena);
    hasher_init(&engine->hasher);
    if (options->random_seed == 0) {
        random_init(&engine->random);
    } else {
        random_init_seeded(&engine->random, options->random_seed);
    }
    buffer_init(&engine->encoding, ENCODING_BYTES_MAX);
    buffer_init(&engine->reply_bytes, REPLY_BYTES_MAX);
    wire_reader_init(&engine->request_reader, &engine->arena);
    wire_reader_init(&engine->event_reader, &engine->arena);
    state_init(&engine->state, &engine->arena, NULL);
    events_sort(engine);
    engine->tables = tables_join(service);
    enum err err = store_open(&options->store, engine->tables,
                              ENGINE_TABLE_COUNT + service->table_count, &engine->store, reason);
    if (err == ERR_OK) {
        err = positions_read(engine, options->stream_window);
        if (err != ERR_OK) {
            (void)reason_set(reason, err, "cannot read the store in %s: %s", options->store.folder,
                             err_text(err));
        }
    }
    if (err == ERR_OK && service->open != NULL) {
        struct service_start start = {.options = options->options,
                                      .folder = options->store.folder,
                                      .store = engine->store,
                                      .is_replay = options->is_replay};
        err = service->open(&start, &engine->memory, reason);
    }
    if (err != ERR_OK) {
        engine_close(&engine);
        return err;
    }
    engine->state.memory = engine->memory;
    *ret_engine = engine;
    return ERR_OK;
}

static void fed_free(struct engine_stream *stream)
{
    for (size_t i = stream->fed_head; i < stream->fed_count; i++) {
        free(stream->fed[i].data);
    }
    free(stream->fed);
}

void engine_close(struct engine **engine)
{
    struct engine *closing = *engine;
    *engine = NULL;
    if (closing == NULL) {
        return;
    }
    store_abort(&closing->txn);
    if (closing->memory != NULL && closing->service->close != NULL) {
        closing->service->close(closing->memory);
    }
    for (size_t i = 0; i < closing->stream_count; i++) {
        stream_consumer_free(&closing->streams[i].consumer);
        fed_free(&closing->streams[i]);
    }
    for (size_t i = 0; i < closing->waiting_count; i++) {
        free(closing->waiting[i].bytes);
    }
    store_close(&closing->store);
    state_free(&closing->state);
    wire_reader_free(&closing->request_reader);
    wire_reader_free(&closing->event_reader);
    buffer_free(&closing->encoding);
    buffer_free(&closing->reply_bytes);
    free(closing->pending);
    free(closing->replies);
    free(closing->tables);
    hasher_free(&closing->hasher);
    arena_free(&closing->arena);
    free(closing);
}

const struct service *engine_service(const struct engine *engine)
{
    return engine->service;
}

struct store *engine_store(const struct engine *engine)
{
    return engine->store;
}

void *engine_memory(const struct engine *engine)
{
    return engine->memory;
}

struct log_position engine_end(const struct engine *engine)
{
    return engine->committed;
}

int64_t engine_last_time(const struct engine *engine)
{
    return engine->last_batch_ms;
}

struct stream_consumer *engine_consumer(struct engine *engine, size_t index)
{
    return index < engine->stream_count ? &engine->streams[index].consumer : NULL;
}

size_t engine_waiting(const struct engine *engine)
{
    return engine->waiting_count;
}

bool engine_can_write(const struct engine *engine)
{
    return engine->txn != NULL;
}

bool engine_held_back(const struct engine *engine)
{
    for (size_t i = 0; i < engine->stream_count; i++) {
        if (engine->streams[i].held_back) {
            return true;
        }
    }
    return false;
}

struct engine_counters engine_counters(const struct engine *engine)
{
    struct engine_counters copy;
#define X(name, doc) copy.name = __atomic_load_n(&engine->counters.name, __ATOMIC_RELAXED);
    ENGINE_COUNTERS(X)
#undef X
    return copy;
}

/* -- a batch
 * ---------------------------------------------------------------------------------------- */

/* Looks at map and disk now and then, and always while they were too full. */
static enum err room_check(struct engine *engine)
{
    bool is_time = engine->boot_ms - engine->room_checked_ms >= ROOM_CHECK_EVERY_MS;
    if (!is_time && engine->refusal == ERR_OK) {
        return ERR_OK;
    }
    if (!is_time) {
        return engine->refusal;
    }
    engine->room_checked_ms = engine->boot_ms;
    return store_room(engine->store);
}

static bool is_passing(enum err err)
{
    return err == ERR_FULL || err == ERR_READ_ONLY || err == ERR_DENIED;
}

enum err engine_begin(struct engine *engine, int64_t wall_ms, int64_t boot_ms)
{
    CHECK(engine->txn == NULL);
    arena_reset(&engine->arena);
    engine->pending_count = 0;
    engine->reply_count = 0;
    engine->dirty = false;
    engine->boot_ms = boot_ms;
    engine->now_ms = wall_ms > engine->last_batch_ms ? wall_ms : engine->last_batch_ms;
    engine->refusal = room_check(engine);
    if (engine->refusal == ERR_OK && engine->service->prepare != NULL) {
        engine->refusal = engine->service->prepare(engine->memory);
    }
    if (engine->refusal == ERR_OK) {
        engine->refusal = store_begin_write(engine->store, &engine->txn);
    }
    engine->state.txn = engine->txn;
    if (engine->refusal != ERR_OK && !is_passing(engine->refusal)) {
        return engine->refusal;
    }
    if (engine->txn != NULL && engine->waiting_count > 0) {
        engine_retry_waiting(engine);
    }
    return engine->refusal;
}

void engine_reply_queue(struct engine *engine, struct bytes sender, const struct reply *reply)
{
    if (engine->pending_count == engine->pending_capacity) {
        size_t capacity = engine->pending_capacity == 0 ? 256 : 2 * engine->pending_capacity;
        engine->pending = realloc(engine->pending, capacity * sizeof *engine->pending);
        engine->replies = realloc(engine->replies, capacity * sizeof *engine->replies);
        CHECK(engine->pending != NULL && engine->replies != NULL);
        engine->pending_capacity = capacity;
    }
    engine->pending[engine->pending_count++] =
        (struct pending_reply){.sender = sender, .reply = *reply};
}

static struct text refusal_text(enum err err)
{
    return err == ERR_FULL
               ? TEXT_LITERAL("there is no room left to store anything; try again later")
               : TEXT_LITERAL("the hall cannot store anything at present; try again later");
}

/* Encodes what may be said now. After a batch that was undone every request gets the same answer.
 */
static void replies_encode(struct engine *engine, enum err err)
{
    for (size_t i = 0; i < engine->pending_count; i++) {
        struct pending_reply *pending = &engine->pending[i];
        if (err != ERR_OK) {
            pending->reply = (struct reply){
                .id = pending->reply.id,
                .source = text_of(engine->service->name),
                .seq = (int64_t)engine->committed.seq,
                .problem =
                    problem_make(&engine->arena, PROBLEM_CANNOT_WRITE, refusal_text(err), NULL),
            };
        }
        buffer_clear(&engine->reply_bytes);
        wire_pack(&engine->reply_bytes, WIRE_MAP, &reply_message, &pending->reply);
        CHECK(!engine->reply_bytes.failed);
        engine->replies[i] = (struct engine_reply){
            .sender = pending->sender,
            .message = arena_copy_bytes(&engine->arena, buffer_bytes(&engine->reply_bytes)),
        };
    }
    engine->reply_count = engine->pending_count;
}

static void batch_keep(struct engine *engine)
{
    engine->committed = engine->present;
    engine->last_batch_ms = engine->now_ms;
    for (size_t i = 0; i < engine->stream_count; i++) {
        struct engine_stream *stream = &engine->streams[i];
        engine->stream_moved |= stream->present.seq > stream->committed.seq;
        stream->committed = stream->present;
        if (!engine->is_replay) {
            stream_consumer_done(&stream->consumer, stream->committed.seq);
        }
    }
}

static void batch_undo(struct engine *engine)
{
    engine->present = engine->committed;
    for (size_t i = 0; i < engine->stream_count; i++) {
        engine->streams[i].present = engine->streams[i].committed;
        engine->streams[i].unsaid = false;
    }
    if (engine->service->forget != NULL) {
        engine->service->forget(engine->memory);
    }
    COUNT(engine, failed_batches, 1);
}

static enum err batch_write(struct engine *engine)
{
    int64_t start_ns = monotonic_ns();
    enum err err = store_commit(&engine->txn);
    COUNT(engine, commit_ns, monotonic_ns() - start_ns);
    if (err != ERR_OK) {
        batch_undo(engine);
        return err;
    }
    batch_keep(engine);
    COUNT(engine, batches, 1);
    if (engine->service->committed != NULL) {
        engine->service->committed(engine->memory, engine->committed.seq);
    }
    return ERR_OK;
}

enum err engine_commit(struct engine *engine)
{
    enum err err = engine->refusal;
    if (engine->txn != NULL) {
        err = store_error(engine->txn);
        if (err != ERR_OK) {
            store_abort(&engine->txn);
            batch_undo(engine);
        } else if (engine->dirty) {
            err = batch_write(engine);
        } else {
            store_abort(&engine->txn);
            batch_keep(engine);
            COUNT(engine, empty_batches, 1);
        }
    }
    engine->state.txn = NULL;
    engine->refusal = err;
    replies_encode(engine, err);
    return err;
}

const struct engine_reply *engine_replies(const struct engine *engine, size_t *ret_count)
{
    *ret_count = engine->reply_count;
    return engine->replies;
}
