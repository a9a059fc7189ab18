/* Events: from what was emitted to what is stored and applied. */
#include "service/engine_internal.h"

#include "base/check.h"
#include "wire/personal.h"
#include "wire/validate.h"

#include <string.h>

/* What the events of one request may come to, so that its reply, and a repeated one, can be sent.
 */
enum {
    REPLY_ROOM_BYTES = 64 * 1024,
    REPLY_EVENTS_BYTES_MAX = BUS_MESSAGE_BYTES_MAX - REPLY_ROOM_BYTES
};

/* A consumed time this far ahead is no matter of slow clocks. */
enum { AHEAD_MS = 60000 };

struct decision *engine_decision_make(struct engine *engine)
{
    static const struct principal system = {.kind = PRINCIPAL_SYSTEM};
    struct decision *decision = arena_take(&engine->arena, sizeof *decision);
    decision->state = &engine->state;
    decision->arena = &engine->arena;
    decision->now_ms = engine->now_ms;
    decision->principal = &system;
    decision->actor.kind = ACTOR_SYSTEM;
    decision->random = &engine->random;
    decision->ids = &engine->ids;
    wire_errors_init(&decision->errors, &engine->arena);
    return decision;
}

/* Fills the envelope of the `index`-th event of a decision. */
static void envelope_fill(struct engine *engine, struct decision *decision, size_t index,
                          const struct event_origin *origin, struct event_envelope *envelope)
{
    const struct pending_event *pending = &decision->events[index];
    uint8_t *salt = arena_take(&engine->arena, SALT_BYTES);
    random_fill(&engine->random, salt, SALT_BYTES);
    *envelope = (struct event_envelope){
        .id = {.uuid = decision_new_id(decision)},
        .source = text_of(engine->service->name),
        .type = text_of(pending->message->name),
        .time = engine->now_ms,
        .effective_at = pending->effective_at,
        .case_id = pending->case_id,
        .cause = origin->cause,
        .actor = pending->is_halls ? (struct event_actor){.kind = ACTOR_SYSTEM} : decision->actor,
        .traceparent = origin->traceparent,
        .salt = bytes_of(salt, SALT_BYTES),
        .data = {.message = pending->message, .data = pending->data},
    };
    if (origin->idempotency != NULL && index == 0) {
        envelope->idempotency =
            (struct event_idempotency){.key = origin->idempotency->key,
                                       .body = origin->idempotency->body,
                                       .events = (int64_t)decision->event_count};
    }
}

/* Remembers a request that carried a key, from the first of its events. */
static void repeat_keep(struct engine *engine, const struct event_envelope *envelope, uint64_t seq)
{
    struct repeat repeat = {.seq = seq};
    if (envelope->idempotency.key.size != 16 || envelope->idempotency.body.size != 16) {
        return;
    }
    memcpy(repeat.body, envelope->idempotency.body.data, sizeof repeat.body);
    repeat_remember(&engine->state, &engine->repeat_days, envelope->idempotency.key, &repeat,
                    envelope->time);
}

/* Gives an event to the service's apply function. */
static void apply(struct engine *engine, const struct service_event *entry,
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

void engine_archive(struct engine *engine, struct text source, uint64_t seq, struct bytes record,
                    const struct event_envelope *envelope)
{
    if (engine->service->archive != NULL) {
        engine->state.writable = true;
        engine->service->archive(&engine->state, source, seq, record, envelope);
        engine->state.writable = false;
    }
}

static void own_record_append(struct engine *engine, struct bytes record,
                              const struct event_envelope *envelope)
{
    log_append(engine->txn, TABLE_LOG, &engine->hasher, &engine->present, record);
    engine->room_unchecked_bytes += record.size;
    engine->dirty = true;
    engine_archive(engine, text_of(engine->service->name), engine->present.seq, record, envelope);
}

/* -- taking events ----------------------------------------------------------------------------- */

/* Says for operations which event does not fit and where; its values never stand in a log line. */
static void misfit_log(const struct engine *engine, const struct event_envelope *envelope,
                       const struct wire_error *error)
{
    LOG_ERROR(engine->logger, "engine.event_does_not_fit", log_view("type", envelope->type),
              log_view("cause_source", envelope->cause.source),
              log_number("cause_seq", envelope->cause.seq),
              log_number("behind_seq", (int64_t)engine->present.seq),
              log_view("pointer", error->pointer), log_view("why", error->detail));
}

/* Holds an event and what it travels in against their tables. */
static bool event_fits(struct engine *engine, const struct pending_event *pending,
                       const struct event_envelope *envelope)
{
    CHECK(wire_is_sealed(pending->message, pending->data));
    if (wire_validate(pending->message, pending->data, NULL, NULL) &&
        wire_validate(&event_envelope_message, envelope, NULL, NULL)) {
        return true;
    }
    struct wire_errors *errors = arena_take(&engine->arena, sizeof *errors);
    wire_errors_init(errors, &engine->arena);
    (void)wire_validate(pending->message, pending->data, NULL, errors);
    (void)wire_validate(&event_envelope_message, envelope, NULL, errors);
    misfit_log(engine, envelope, &errors->items[0]);
    return false;
}

/* Encodes all events of a decision; nothing is written yet. */
static enum problem_type events_encode(struct engine *engine, struct decision *decision,
                                       const struct event_origin *origin,
                                       struct event_envelope *envelopes)
{
    size_t size = 0;
    for (size_t i = 0; i < decision->event_count; i++) {
        struct pending_event *pending = &decision->events[i];
        envelope_fill(engine, decision, i, origin, &envelopes[i]);
        if (!event_fits(engine, pending, &envelopes[i])) {
            return PROBLEM_INTERNAL;
        }
        buffer_clear(&engine->encoding);
        wire_pack(&engine->encoding, WIRE_MAP, &event_envelope_message, &envelopes[i]);
        size += engine->encoding.size;
        if (engine->encoding.failed || engine->encoding.size > RECORD_BYTES_MAX ||
            (origin->is_answered && size > REPLY_EVENTS_BYTES_MAX)) {
            return PROBLEM_TOO_LARGE;
        }
        pending->envelope = &envelopes[i];
        pending->encoded = arena_copy_bytes(&engine->arena, buffer_bytes(&engine->encoding));
    }
    return PROBLEM_NONE;
}

enum problem_type engine_take_events(struct engine *engine, struct decision *decision,
                                     const struct event_origin *origin)
{
    struct event_envelope *envelopes =
        arena_take_array(&engine->arena, decision->event_count, sizeof *envelopes);
    enum problem_type problem = decision->overflowed
                                    ? PROBLEM_TOO_LARGE
                                    : events_encode(engine, decision, origin, envelopes);
    if (problem != PROBLEM_NONE) {
        return problem;
    }
    for (size_t i = 0; i < decision->event_count && store_error(engine->txn) == ERR_OK; i++) {
        const struct pending_event *pending = &decision->events[i];
        own_record_append(engine, pending->encoded, &envelopes[i]);
        struct event event = {
            .envelope = &envelopes[i],
            .message = pending->message,
            .data = pending->data,
            .source = text_of(engine->service->name),
            .seq = engine->present.seq,
        };
        if (store_error(engine->txn) == ERR_OK) {
            apply(engine, engine_event_find(engine, envelopes[i].type), &event);
        }
    }
    if (decision->event_count > 0) {
        engine->present_event_ms = engine->now_ms; /* nothing applied is later than the batch */
        engine->present_event = engine->present.seq;
    }
    COUNT(engine, events, decision->event_count);
    return PROBLEM_NONE;
}

void engine_take_or_fail(struct engine *engine, struct decision *decision,
                         const struct event_origin *origin, const char *what)
{
    enum problem_type problem = engine_take_events(engine, decision, origin);
    if (problem == PROBLEM_NONE) {
        return;
    }
    LOG_ERROR(
        engine->logger, "engine.undecidable", log_string("what", what),
        log_view("type", decision->event_count == 0 ? (struct text){0}
                                                    : text_of(decision->events[0].message->name)),
        log_view("cause_source", origin->cause.source), log_number("cause_seq", origin->cause.seq),
        log_number("behind_seq", (int64_t)engine->present.seq),
        log_string("why", problem == PROBLEM_TOO_LARGE ? "its events are too large or too many"
                                                       : "an event does not fit its table"));
    store_fail(engine->txn, problem == PROBLEM_TOO_LARGE ? ERR_TOO_LARGE : ERR_INVALID);
}

/* -- consuming --------------------------------------------------------------------------------- */

void engine_mark(struct engine *engine, size_t index)
{
    struct engine_stream *stream = &engine->streams[index];
    struct log_mark mark = {.source = text_of(engine->service->name),
                            .stream = text_of(stream->consumer.source),
                            .upto = (int64_t)stream->present.event_seq};
    stream->unsaid = false;
    if (engine->service->archive != NULL) {
        return; /* the archivist's record is the interleaving */
    }
    buffer_clear(&engine->encoding);
    wire_pack(&engine->encoding, WIRE_MAP, &log_mark_message, &mark);
    CHECK(!engine->encoding.failed);
    own_record_append(engine, buffer_bytes(&engine->encoding), NULL);
    COUNT(engine, marks, 1);
}

void engine_move_over(struct engine *engine, size_t index, const struct log_record *record,
                      bool is_event)
{
    struct engine_stream *stream = &engine->streams[index];
    stream->present.seq = record->seq;
    stream->present.chain = record->chain;
    engine->room_unchecked_bytes += record->bytes.size;
    COUNT(engine, consumed, 1);
    /* The archivist keeps marks too, so its place in a stream counts them. */
    if (!is_event && engine->service->archive == NULL) {
        return;
    }
    stream->present.event_seq = record->seq;
    stream->present.event_chain = record->chain;
    engine->dirty = true; /* the place itself is written once a batch */
}

enum err engine_event_read(struct engine *engine, struct text source, uint64_t seq,
                           struct bytes record, struct event *ret_event)
{
    struct event_envelope *envelope = arena_take(&engine->arena, sizeof *envelope);
    if (record_read_event(&engine->event_reader, record, envelope) != ERR_OK) {
        return ERR_CORRUPT;
    }
    *ret_event = (struct event){.envelope = envelope, .source = source, .seq = seq};
    const struct service_event *entry = engine_event_find(engine, envelope->type);
    if (entry == NULL) {
        return ERR_OK;
    }
    void *data = arena_take(&engine->arena, entry->message->size);
    if (wire_unpack_any(&engine->event_reader, WIRE_SKIP_UNKNOWN, &envelope->data, entry->message,
                        data, NULL) != ERR_OK) {
        return ERR_CORRUPT;
    }
    ret_event->message = entry->message;
    ret_event->data = data;
    return ERR_OK;
}

/* Says once a stream that its service's clock is ahead of ours: what it says lifts the stamps of
 * this service too, though not what falls due. */
static void ahead_note(struct engine *engine, const struct event *event)
{
    int index = engine_stream_find(engine, event->source);
    if (engine->is_replay || index < 0 || event->envelope->time - engine->trusted_ms <= AHEAD_MS) {
        return;
    }
    COUNT(engine, times_ahead, 1);
    if (!engine->streams[index].ahead_told) {
        engine->streams[index].ahead_told = true;
        LOG_WARNING(engine->logger, "engine.time_ahead", log_view("stream", event->source),
                    log_number("seq", (int64_t)event->seq),
                    log_number("ahead_ms", event->envelope->time - engine->trusted_ms));
    }
}

void engine_event_apply(struct engine *engine, const struct event *event)
{
    int64_t time_ms = event->envelope->time;
    ahead_note(engine, event);
    engine->now_ms = time_ms > engine->now_ms ? time_ms : engine->now_ms;
    engine->present_event_ms =
        time_ms > engine->present_event_ms ? time_ms : engine->present_event_ms;
    const struct service_event *entry =
        event->message == NULL ? NULL : engine_event_find(engine, event->envelope->type);
    apply(engine, entry, event);
}
