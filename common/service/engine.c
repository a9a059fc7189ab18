/* Opening and closing. */
#include "service/engine_internal.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum {
    ENCODING_BYTES_MAX = RECORD_BYTES_MAX + 1024,
    REPLIES_BYTES_MAX = 1 << 30, /* of a batch; each reply is bounded by itself */
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
            stream->committed.event_chain = stream->committed.chain;
        }
    }
    stream->present = stream->committed;
    stream_consumer_init(&stream->consumer, source, engine->service->name, window,
                         stream->committed.seq, &stream->committed.chain);
}

/* Reads the latest time of an event that was applied, so that time never goes back over a restart.
 */
static int64_t event_time_read(struct store_txn *txn)
{
    struct key key = engine_event_time_key();
    struct bytes value;
    if (!store_get(txn, TABLE_CURSORS, key_bytes(&key), &value)) {
        return 0;
    }
    if (value.size != 8 || read_be64(value.data) > (uint64_t)TIME_MS_MAX) {
        store_fail(txn, ERR_CORRUPT);
        return 0;
    }
    return (int64_t)read_be64(value.data);
}

enum err engine_store_open(const struct service *service, const struct store_options *options,
                           struct store **ret_store, struct reason *reason)
{
    struct store_table *tables = tables_join(service);
    enum err err =
        store_open(options, tables, ENGINE_TABLE_COUNT + service->table_count, ret_store, reason);
    free(tables);
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
    if (engine->committed.seq > 0) {
        /* What follows would rest on a chain that nobody can follow. */
        struct log_record last;
        (void)log_read_proved(txn, TABLE_LOG, &engine->hasher, engine->committed.seq, &last);
    }
    const char *const *source = engine->service->streams;
    for (; source != NULL && *source != NULL; source++) {
        stream_open(engine, txn, *source, window);
    }
    engine->committed_event_ms = engine->present_event_ms = event_time_read(txn);
    engine->last_batch_ms = engine->committed_event_ms;
    engine->ids.last_ms = engine->last_batch_ms + 1;
    engine->next_timers = engine_timers_look(engine, txn);
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
    buffer_init(&engine->reply_bytes, REPLIES_BYTES_MAX);
    wire_reader_init(&engine->request_reader, &engine->arena);
    wire_reader_init(&engine->event_reader, &engine->arena);
    state_init(&engine->state, &engine->arena, NULL);
    engine->state.service = service;
    events_sort(engine);
    enum err err = engine_store_open(service, &options->store, &engine->store, reason);
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

uint64_t engine_last_event(const struct engine *engine)
{
    return engine->committed_event;
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
