/* Events: from what was emitted to what is stored and applied. */
#include "service/engine_internal.h"

#include "base/check.h"
#include "wire/personal.h"
#include "wire/validate.h"

#include <string.h>

void engine_decision_init(struct engine *engine, struct decision *decision)
{
    static const struct principal system = {.kind = PRINCIPAL_SYSTEM};
    *decision = (struct decision){
        .state = &engine->state,
        .arena = &engine->arena,
        .now_ms = engine->now_ms,
        .principal = &system,
        .actor = {.kind = ACTOR_SYSTEM},
        .random = &engine->random,
        .ids = &engine->ids,
    };
    wire_errors_init(&decision->errors, &engine->arena);
}

/* Fills the envelope of the `index`-th event of a decision. */
static struct event_envelope envelope_make(struct engine *engine, struct decision *decision,
                                           size_t index, const struct event_cause *cause,
                                           const struct request_idempotency *idempotency,
                                           struct text traceparent)
{
    const struct pending_event *pending = &decision->events[index];
    uint8_t *salt = arena_take(&engine->arena, SALT_BYTES);
    random_fill(&engine->random, salt, SALT_BYTES);
    struct event_envelope envelope = {
        .id = {.uuid = decision_new_id(decision)},
        .source = text_of(engine->service->name),
        .type = text_of(pending->message->name),
        .time = engine->now_ms,
        .effective_at = pending->effective_at,
        .case_id = pending->case_id,
        .actor = decision->actor,
        .traceparent = traceparent,
        .salt = bytes_of(salt, SALT_BYTES),
        .data = {.message = pending->message, .data = pending->data},
    };
    if (cause != NULL) {
        envelope.cause = *cause;
    }
    if (idempotency != NULL && index == 0) {
        envelope.idempotency = (struct event_idempotency){.key = idempotency->key,
                                                          .body = idempotency->body,
                                                          .events = (int64_t)decision->event_count};
    }
    return envelope;
}

/* Remembers a request that carried a key, from the first of its events. */
static void repeat_keep(struct engine *engine, const struct event_envelope *envelope, uint64_t seq)
{
    struct repeat repeat = {.seq = seq};
    if (envelope->idempotency.key.size != 16 || envelope->idempotency.body.size != 16) {
        return;
    }
    memcpy(repeat.body, envelope->idempotency.body.data, sizeof repeat.body);
    repeat_remember(&engine->state, envelope->idempotency.key, &repeat, envelope->time);
}

/* Gives an event to the service's apply function. */
static void apply_event(struct engine *engine, const struct service_event *entry,
                        const struct event *event)
{
    engine->state.writable = true;
    if (text_equal_string(event->source, engine->service->name)) {
        repeat_keep(engine, event->envelope, event->seq);
    }
    if (entry != NULL && entry->apply != NULL) {
        entry->apply(&engine->state, event);
    }
    engine->state.writable = false;
}

static void record_archive(struct engine *engine, struct text source, uint64_t seq,
                           struct bytes record)
{
    if (engine->service->archive != NULL) {
        engine->state.writable = true;
        engine->service->archive(&engine->state, source, seq, record);
        engine->state.writable = false;
    }
}

static void own_record_append(struct engine *engine, struct bytes record)
{
    log_append(engine->txn, TABLE_LOG, &engine->hasher, &engine->present, record);
    engine->dirty = true;
    record_archive(engine, text_of(engine->service->name), engine->present.seq, record);
}

bool engine_take_events(struct engine *engine, struct decision *decision,
                        const struct event_cause *cause,
                        const struct request_idempotency *idempotency, struct text traceparent)
{
    struct event_envelope envelopes[DECISION_EVENTS_MAX];
    for (size_t i = 0; i < decision->event_count; i++) {
        struct pending_event *pending = &decision->events[i];
        CHECK(wire_is_sealed(pending->message, pending->data));
        CHECK(wire_validate(pending->message, pending->data, NULL, NULL));
        envelopes[i] = envelope_make(engine, decision, i, cause, idempotency, traceparent);
        buffer_clear(&engine->encoding);
        wire_pack(&engine->encoding, WIRE_MAP, &event_envelope_message, &envelopes[i]);
        if (engine->encoding.failed || engine->encoding.size > RECORD_BYTES_MAX) {
            return false;
        }
        pending->encoded = arena_copy_bytes(&engine->arena, buffer_bytes(&engine->encoding));
    }
    for (size_t i = 0; i < decision->event_count; i++) {
        const struct pending_event *pending = &decision->events[i];
        own_record_append(engine, pending->encoded);
        struct event event = {
            .envelope = &envelopes[i],
            .message = pending->message,
            .data = pending->data,
            .source = text_of(engine->service->name),
            .seq = engine->present.seq,
        };
        apply_event(engine, engine_event_find(engine, envelopes[i].type), &event);
    }
    COUNT(engine, events, decision->event_count);
    return true;
}

void engine_mark(struct engine *engine, size_t index)
{
    struct engine_stream *stream = &engine->streams[index];
    struct log_mark mark = {.stream = text_of(stream->consumer.source),
                            .upto = (int64_t)stream->present.event_seq};
    stream->unsaid = false;
    if (engine->service->archive != NULL) {
        return; /* the archivist's record is the interleaving */
    }
    buffer_clear(&engine->encoding);
    wire_pack(&engine->encoding, WIRE_MAP, &log_mark_message, &mark);
    CHECK(!engine->encoding.failed);
    own_record_append(engine, buffer_bytes(&engine->encoding));
    COUNT(engine, marks, 1);
}

void engine_move_over(struct engine *engine, size_t index, const struct log_record *record,
                      bool is_event)
{
    struct engine_stream *stream = &engine->streams[index];
    stream->present.seq = record->seq;
    stream->present.chain = record->chain;
    COUNT(engine, consumed, 1);
    /* The archivist keeps marks too, so its place in a stream counts them. */
    if (!is_event && engine->service->archive == NULL) {
        return;
    }
    stream->present.event_seq = record->seq;
    uint8_t row[8 + HASH_BYTES];
    struct key key = key_of_text(text_of(stream->consumer.source));
    write_be64(row, record->seq);
    memcpy(row + 8, record->chain.bytes, HASH_BYTES);
    store_put(engine->txn, TABLE_CURSORS, key_bytes(&key), bytes_of(row, sizeof row));
    engine->dirty = true;
}

enum err engine_apply_record(struct engine *engine, struct text source, uint64_t seq,
                             struct bytes record, struct event *ret_event)
{
    struct event_envelope *envelope = arena_take(&engine->arena, sizeof *envelope);
    if (record_read_event(&engine->event_reader, record, envelope) != ERR_OK) {
        return ERR_CORRUPT;
    }
    if (envelope->time > engine->now_ms) {
        engine->now_ms = envelope->time; /* never earlier than what was consumed */
    }
    struct event event = {.envelope = envelope, .source = source, .seq = seq};
    const struct service_event *entry = engine_event_find(engine, envelope->type);
    if (entry != NULL) {
        void *data = arena_take(&engine->arena, entry->message->size);
        if (wire_unpack_any(&engine->event_reader, WIRE_SKIP_UNKNOWN, &envelope->data,
                            entry->message, data, NULL) != ERR_OK) {
            return ERR_CORRUPT;
        }
        event.message = entry->message;
        event.data = data;
    }
    apply_event(engine, entry, &event);
    if (ret_event != NULL) {
        *ret_event = event;
    }
    return entry == NULL ? ERR_NOT_FOUND : ERR_OK;
}
