/* A batch: its beginning, its commit, its replies. */
#include "service/engine_internal.h"

#include "base/check.h"
#include "base/time_source.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_CHECK_EVERY_MS = 100, ROOM_CHECK_EVERY_BYTES = 256 * 1024 };

bool err_is_passing(enum err err)
{
    return err == ERR_FULL || err == ERR_READ_ONLY || err == ERR_DENIED;
}

/* Looks at map and disk now and then: often enough that what is written in between cannot use up
 * the reserve. Until then it is as it was. */
static enum err room_check(struct engine *engine)
{
    if (engine->boot_ms - engine->room_checked_ms < ROOM_CHECK_EVERY_MS &&
        engine->room_unchecked_bytes < ROOM_CHECK_EVERY_BYTES) {
        return engine->refusal;
    }
    engine->room_checked_ms = engine->boot_ms;
    engine->room_unchecked_bytes = 0;
    return store_room(engine->store);
}

enum err engine_begin(struct engine *engine, int64_t wall_ms, int64_t boot_ms)
{
    CHECK(engine->txn == NULL);
    arena_reset(&engine->arena);
    engine->pending_count = 0;
    engine->reply_count = 0;
    engine->dirty = false;
    engine->boot_ms = boot_ms;
    engine->trusted_ms = wall_ms;
    engine->now_ms = wall_ms > engine->last_batch_ms ? wall_ms : engine->last_batch_ms;
    engine->refusal = room_check(engine);
    if (engine->refusal == ERR_OK && engine->service->prepare != NULL && !engine->is_replay) {
        engine->refusal = engine->service->prepare(engine->memory);
    }
    if (engine->refusal == ERR_OK) {
        engine->refusal = store_begin_write(engine->store, &engine->txn);
    }
    engine->state.txn = engine->txn;
    return engine->refusal;
}

void engine_reply_queue(struct engine *engine, const struct pending_reply *reply)
{
    if (engine->pending_count == engine->pending_capacity) {
        size_t capacity = engine->pending_capacity == 0 ? 256 : 2 * engine->pending_capacity;
        engine->pending = realloc(engine->pending, capacity * sizeof *engine->pending);
        engine->replies = realloc(engine->replies, capacity * sizeof *engine->replies);
        CHECK(engine->pending != NULL && engine->replies != NULL);
        engine->pending_capacity = capacity;
    }
    engine->pending[engine->pending_count++] = *reply;
}

static struct text refusal_text(enum err err)
{
    return err == ERR_FULL
               ? TEXT_LITERAL("there is no room left to store anything; try again later")
               : TEXT_LITERAL("the hall cannot store anything at present; try again later");
}

/* The same request answered with a problem only. */
static struct reply problem_reply(struct engine *engine, const struct reply *reply,
                                  enum problem_type type, struct text detail)
{
    return (struct reply){
        .id = reply->id,
        .source = text_of(engine->service->name),
        .seq = (int64_t)engine->committed.seq,
        .problem = problem_make(&engine->arena, type, detail, NULL),
    };
}

/* Encodes a reply behind those before it; false, and nothing is added, when it is too large. */
static bool reply_encode(struct buffer *buffer, const struct reply *reply)
{
    size_t start = buffer->size;
    wire_pack(buffer, WIRE_MAP, &reply_message, reply);
    if (!buffer->failed && buffer->size - start <= BUS_MESSAGE_BYTES_MAX) {
        return true;
    }
    buffer->size = start;
    buffer->failed = false;
    return false;
}

/* Encodes what may be said now. After a batch that was undone every request that rested on it gets
 * the same answer. */
static void replies_encode(struct engine *engine, enum err err)
{
    struct buffer *buffer = &engine->reply_bytes;
    buffer_clear(buffer);
    for (size_t i = 0; i < engine->pending_count; i++) {
        struct pending_reply *pending = &engine->pending[i];
        if (err != ERR_OK && !pending->stands) {
            pending->reply =
                problem_reply(engine, &pending->reply, PROBLEM_CANNOT_WRITE, refusal_text(err));
        } else if (err != ERR_OK) {
            pending->reply.seq = (int64_t)engine->committed.seq; /* what it looked at is undone */
        }
        size_t start = buffer->size;
        if (!reply_encode(buffer, &pending->reply)) {
            struct reply told = problem_reply(
                engine, &pending->reply, PROBLEM_INTERNAL,
                TEXT_LITERAL("it was done, but the answer is too large to be told; look it up"));
            (void)reply_encode(buffer, &told);
        }
        engine->replies[i] = (struct engine_reply){.sender = pending->sender,
                                                   .message = {.size = buffer->size - start}};
    }
    /* The buffer moves as it grows: only now do the replies stay where they are. */
    const uint8_t *next = buffer->data;
    for (size_t i = 0; i < engine->pending_count; i++) {
        engine->replies[i].message.data = next;
        next += engine->replies[i].message.size;
    }
    engine->reply_count = engine->pending_count;
}

static void batch_keep(struct engine *engine)
{
    engine->committed = engine->present;
    engine->committed_event_ms = engine->present_event_ms;
    engine->committed_event = engine->present_event;
    engine->last_batch_ms = engine->now_ms;
    for (size_t i = 0; i < engine->stream_count; i++) {
        struct engine_stream *stream = &engine->streams[i];
        stream->committed = stream->present;
        if (!engine->is_replay) {
            stream_consumer_done(&stream->consumer, stream->committed.seq,
                                 stream->committed.event_seq);
        }
    }
}

static void batch_undo(struct engine *engine)
{
    engine->present = engine->committed;
    engine->present_event_ms = engine->committed_event_ms;
    engine->present_event = engine->committed_event;
    repeat_days_forget(&engine->repeat_days);
    for (size_t i = 0; i < engine->stream_count; i++) {
        engine->streams[i].present = engine->streams[i].committed;
        engine->streams[i].unsaid = false;
    }
    if (engine->service->forget != NULL) {
        engine->service->forget(engine->memory);
    }
    COUNT(engine, failed_batches, 1);
}

struct key engine_event_time_key(void)
{
    return key_of_text((struct text){0}); /* no stream has the empty name */
}

/* What the batch leaves besides its records: how late the latest event is. */
static void event_time_write(struct engine *engine)
{
    uint8_t value[8];
    struct key key = engine_event_time_key();
    if (engine->present_event_ms != engine->committed_event_ms) {
        write_be64(value, (uint64_t)engine->present_event_ms);
        store_put(engine->txn, TABLE_CURSORS, key_bytes(&key), bytes_of(value, sizeof value));
    }
}

/* How far each stream was consumed. */
static void places_write(struct engine *engine)
{
    uint8_t row[8 + HASH_BYTES];
    for (size_t i = 0; i < engine->stream_count; i++) {
        const struct engine_stream *stream = &engine->streams[i];
        struct key key = key_of_text(text_of(stream->consumer.source));
        if (stream->present.event_seq != stream->committed.event_seq) {
            write_be64(row, stream->present.event_seq);
            memcpy(row + 8, stream->present.event_chain.bytes, HASH_BYTES);
            store_put(engine->txn, TABLE_CURSORS, key_bytes(&key), bytes_of(row, sizeof row));
        }
    }
}

static enum err batch_write(struct engine *engine)
{
    event_time_write(engine);
    places_write(engine);
    struct next_timers next_timers = engine_timers_look(engine, engine->txn);
    int64_t start_ns = monotonic_ns();
    enum err err = store_commit(&engine->txn);
    COUNT(engine, commit_ns, monotonic_ns() - start_ns);
    if (err != ERR_OK) {
        batch_undo(engine);
        return err;
    }
    batch_keep(engine);
    engine->next_timers = next_timers;
    COUNT(engine, batches, 1);
    if (engine->service->committed != NULL && !engine->is_replay) {
        engine->service->committed(engine->memory, engine->committed.seq);
    }
    return ERR_OK;
}

enum err engine_commit(struct engine *engine)
{
    engine_retry_waiting(engine);
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
