/* Replay: the state rebuilt from a record, in the archivist's order. */
#include "service/engine_internal.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Keeps a foreign record until an own mark or cause calls for it. */
static void feed(struct engine_stream *stream, const struct log_record *record)
{
    if (stream->fed_count == stream->fed_capacity) {
        stream->fed_capacity = stream->fed_capacity == 0 ? 64 : 2 * stream->fed_capacity;
        stream->fed = realloc(stream->fed, stream->fed_capacity * sizeof *stream->fed);
        CHECK(stream->fed != NULL);
    }
    struct stream_queue_item *item = &stream->fed[stream->fed_count++];
    item->data = malloc(record->bytes.size);
    CHECK(item->data != NULL);
    memcpy(item->data, record->bytes.data, record->bytes.size);
    item->size = record->bytes.size;
    item->chain = record->chain;
}

/* Takes the first record that waits; its memory is the caller's. False when none does. */
static bool fed_take(struct engine_stream *stream, struct stream_queue_item *ret_item)
{
    if (stream->fed_head == stream->fed_count) {
        return false;
    }
    *ret_item = stream->fed[stream->fed_head++];
    if (stream->fed_head > stream->fed_count / 2) {
        size_t left = stream->fed_count - stream->fed_head;
        memmove(stream->fed, stream->fed + stream->fed_head, left * sizeof *stream->fed);
        stream->fed_head = 0;
        stream->fed_count = left;
    }
    return true;
}

/* A record that is taken where it stands: archived first, and applied when it is an event. */
static enum err record_take(struct engine *engine, struct text source,
                            const struct log_record *record, struct reason *reason)
{
    struct event event;
    if (record_kind_of(record->bytes) == RECORD_MARK) {
        engine_archive(engine, source, record->seq, record->bytes, NULL);
        return ERR_OK;
    }
    if (engine_event_read(engine, source, record->seq, record->bytes, &event) != ERR_OK) {
        return reason_set(reason, ERR_CORRUPT, "event %" PRIu64 " of %.*s cannot be read",
                          record->seq, TEXT_PRINT(source));
    }
    engine_archive(engine, source, record->seq, record->bytes, event.envelope);
    engine_event_apply(engine, &event);
    return ERR_OK;
}

/* Consumes the records fed of stream `index` up to `seq`. */
static enum err consume_to(struct engine *engine, size_t index, uint64_t seq, struct reason *reason)
{
    struct engine_stream *stream = &engine->streams[index];
    struct text source = text_of(stream->consumer.source);
    while (stream->present.seq < seq) {
        struct stream_queue_item item;
        if (!fed_take(stream, &item)) {
            return reason_set(
                reason, ERR_DIVERGED,
                "%s had consumed %s up to %" PRIu64 ", but the record has it only up to %" PRIu64,
                engine->service->name, stream->consumer.source, seq, stream->present.seq);
        }
        struct bytes kept = arena_copy_bytes(&engine->arena, bytes_of(item.data, item.size));
        free(item.data);
        struct log_record record = {
            .seq = stream->present.seq + 1, .chain = item.chain, .bytes = kept};
        engine_move_over(engine, index, &record, record_kind_of(kept) == RECORD_EVENT);
        enum err err = record_take(engine, source, &record, reason);
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
}

/* Consumes what an own record says was known before it. */
static enum err known_before(struct engine *engine, struct bytes record, struct reason *reason)
{
    struct text source = {0};
    uint64_t seq = 0;
    if (record_kind_of(record) == RECORD_MARK) {
        struct log_mark mark;
        if (record_read_mark(&engine->event_reader, record, &mark) != ERR_OK) {
            return reason_set(reason, ERR_CORRUPT, "a mark of %s cannot be read",
                              engine->service->name);
        }
        source = mark.stream;
        seq = (uint64_t)mark.upto;
    } else {
        struct event_envelope envelope;
        if (record_read_event(&engine->event_reader, record, &envelope) != ERR_OK) {
            return reason_set(reason, ERR_CORRUPT, "an event of %s cannot be read",
                              engine->service->name);
        }
        source = envelope.cause.source;
        seq = (uint64_t)envelope.cause.seq;
    }
    int index = seq == 0 ? -1 : engine_stream_find(engine, source);
    return index < 0 ? ERR_OK : consume_to(engine, (size_t)index, seq, reason);
}

static enum err replay_own(struct engine *engine, uint64_t seq, struct bytes record,
                           struct reason *reason)
{
    if (seq != engine->present.seq + 1) {
        return reason_set(reason, ERR_DIVERGED,
                          "the record has %s %" PRIu64 " where %" PRIu64 " should follow",
                          engine->service->name, seq, engine->present.seq + 1);
    }
    enum err err = known_before(engine, record, reason);
    if (err != ERR_OK) {
        return err;
    }
    log_append(engine->txn, TABLE_LOG, &engine->hasher, &engine->present, record);
    engine->dirty = true;
    struct log_record own = {.seq = seq, .chain = engine->present.chain, .bytes = record};
    return record_take(engine, text_of(engine->service->name), &own, reason);
}

static enum err replay_foreign(struct engine *engine, size_t index, uint64_t seq,
                               struct bytes bytes, struct reason *reason)
{
    struct engine_stream *stream = &engine->streams[index];
    uint64_t expected = stream->replayed.seq + 1;
    if (seq != expected) {
        return reason_set(reason, ERR_DIVERGED,
                          "the record has %s %" PRIu64 " where %" PRIu64 " should follow",
                          stream->consumer.source, seq, expected);
    }
    struct log_record record = {
        .seq = seq,
        .chain = hash_chain(&engine->hasher, &stream->replayed.chain, bytes),
        .bytes = bytes,
    };
    stream->replayed = (struct log_position){.seq = seq, .chain = record.chain};
    if (engine->service->archive == NULL) {
        feed(stream, &record);
        return ERR_OK;
    }
    /* The archivist consumed every record where it stands. */
    engine_move_over(engine, index, &record, record_kind_of(bytes) == RECORD_EVENT);
    return record_take(engine, text_of(stream->consumer.source), &record, reason);
}

enum err engine_replay(struct engine *engine, struct text source, uint64_t seq, struct bytes record,
                       struct reason *reason)
{
    CHECK(engine->is_replay && engine->txn != NULL);
    struct bytes kept = arena_copy_bytes(&engine->arena, record);
    if (record_kind_of(kept) == RECORD_BAD) {
        return reason_set(reason, ERR_CORRUPT,
                          "record %" PRIu64 " of %.*s is neither event nor mark", seq,
                          TEXT_PRINT(source));
    }
    if (text_equal_string(source, engine->service->name)) {
        return replay_own(engine, seq, kept, reason);
    }
    int index = engine_stream_find(engine, source);
    return index < 0 ? ERR_OK : replay_foreign(engine, (size_t)index, seq, kept, reason);
}
