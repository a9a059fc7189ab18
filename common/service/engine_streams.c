/* Streams: consuming other services' records in causal order. */
#include "service/engine_internal.h"

#include "base/check.h"

/* True when everything that stood before this point of the producer's log is known here too (I6): a
 * cause in a stream that is not consumed here is not waited for. */
static bool cause_has_come(const struct engine *engine, struct text source, uint64_t seq,
                           bool *ret_diverged)
{
    *ret_diverged = false;
    if (text_equal_string(source, engine->service->name)) {
        /* They have seen an own record that is not in our log: it was lost here. */
        *ret_diverged = seq > engine->present.seq;
        return !*ret_diverged;
    }
    int index = engine_stream_find(engine, source);
    return index < 0 || engine->streams[index].present.seq >= seq;
}

struct stream_step {
    enum { STEP_TAKEN, STEP_HELD_BACK, STEP_FAILED } outcome;
    bool is_event;
};

static void own_log_lost(struct engine *engine, struct text source)
{
    LOG_ERROR(engine->logger, "engine.own_log_shorter", log_view("seen_by", source),
              log_number("end", (int64_t)engine->present.seq),
              log_string("what_to_do", "restore a newer backup or refill this service from audit"));
    store_fail(engine->txn, ERR_DIVERGED);
}

static struct stream_step take_mark(struct engine *engine, struct text source,
                                    const struct log_record *record)
{
    struct log_mark mark;
    bool diverged = false;
    if (record_read_mark(&engine->event_reader, record->bytes, &mark) != ERR_OK) {
        store_fail(engine->txn, ERR_CORRUPT);
        return (struct stream_step){.outcome = STEP_FAILED};
    }
    if (!cause_has_come(engine, mark.stream, (uint64_t)mark.upto, &diverged)) {
        if (diverged) {
            own_log_lost(engine, source);
        }
        return (struct stream_step){.outcome = diverged ? STEP_FAILED : STEP_HELD_BACK};
    }
    if (engine->service->archive != NULL) {
        engine->state.writable = true;
        engine->service->archive(&engine->state, source, record->seq, record->bytes);
        engine->state.writable = false;
    }
    return (struct stream_step){.outcome = STEP_TAKEN};
}

/* The cause of an event, read before it is applied. */
static bool event_may_come(struct engine *engine, struct text source,
                           const struct log_record *record, struct stream_step *ret_step)
{
    struct event_envelope envelope;
    bool diverged = false;
    *ret_step = (struct stream_step){.outcome = STEP_FAILED, .is_event = true};
    if (record_read_event(&engine->event_reader, record->bytes, &envelope) != ERR_OK) {
        store_fail(engine->txn, ERR_CORRUPT);
        return false;
    }
    if (envelope.cause.seq == 0 ||
        cause_has_come(engine, envelope.cause.source, (uint64_t)envelope.cause.seq, &diverged)) {
        return true;
    }
    if (diverged) {
        own_log_lost(engine, source);
    } else {
        ret_step->outcome = STEP_HELD_BACK;
    }
    return false;
}

/* Lets the service answer the event with its own events. */
static void react(struct engine *engine, struct engine_stream *stream, const struct event *event)
{
    const struct service_event *entry = engine_event_find(engine, event->envelope->type);
    if (entry == NULL || entry->react == NULL) {
        return;
    }
    struct decision *decision = arena_take(&engine->arena, sizeof *decision);
    engine_decision_init(engine, decision);
    entry->react(decision, event);
    if (decision->event_count == 0) {
        return;
    }
    struct event_cause cause = {.source = event->source, .seq = (int64_t)event->seq};
    /* A reaction's events are built from bounded parts of one event; they fit. */
    CHECK(engine_take_events(engine, decision, &cause, NULL, event->envelope->traceparent));
    stream->unsaid = false;
}

static struct stream_step take_event(struct engine *engine, size_t index, struct text source,
                                     const struct log_record *record)
{
    struct engine_stream *stream = &engine->streams[index];
    struct stream_step step;
    struct event event;
    if (!event_may_come(engine, source, record, &step)) {
        return step;
    }
    if (engine->service->archive != NULL) {
        engine->state.writable = true;
        engine->service->archive(&engine->state, source, record->seq, record->bytes);
        engine->state.writable = false;
    }
    engine_move_over(engine, index, record, true);
    stream->unsaid = true;
    enum err err = engine_apply_record(engine, source, record->seq, record->bytes, &event);
    if (err == ERR_CORRUPT) {
        store_fail(engine->txn, ERR_CORRUPT);
        return step;
    }
    if (err == ERR_OK) {
        react(engine, stream, &event);
    }
    step.outcome = STEP_TAKEN;
    return step;
}

size_t engine_stream(struct engine *engine, size_t index, size_t limit)
{
    struct engine_stream *stream = &engine->streams[index];
    struct text source = text_of(stream->consumer.source);
    struct log_record record;
    size_t taken = 0;
    stream->held_back = false;
    while (engine->txn != NULL && store_error(engine->txn) == ERR_OK && taken < limit &&
           stream_consumer_peek(&stream->consumer, stream->present.seq + 1, &record)) {
        enum record_kind kind = record_kind_of(record.bytes);
        struct stream_step step = {.outcome = STEP_FAILED};
        if (kind == RECORD_EVENT) {
            step = take_event(engine, index, source, &record);
        } else if (kind == RECORD_MARK) {
            step = take_mark(engine, source, &record);
        } else {
            store_fail(engine->txn, ERR_CORRUPT);
        }
        if (step.outcome != STEP_TAKEN) {
            stream->held_back = step.outcome == STEP_HELD_BACK;
            break;
        }
        if (kind == RECORD_MARK) {
            engine_move_over(engine, index, &record, false);
        }
        taken++;
    }
    if (stream->unsaid) {
        engine_mark(engine, index);
    }
    return taken;
}
