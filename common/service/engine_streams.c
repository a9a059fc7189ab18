/* Streams: consuming other services' records in causal order. */
#include "service/engine_internal.h"

#include "base/check.h"

enum step { STEP_TAKEN, STEP_HELD_BACK, STEP_FAILED };

/* Whether everything that stood before this point of the producer's log is known here too (I6): a
 * cause in a stream that is not consumed here is not waited for. */
static enum step cause_step(struct engine *engine, struct text seen_by, struct text source,
                            uint64_t seq)
{
    if (text_equal_string(source, engine->service->name)) {
        if (seq <= engine->present.seq) {
            return STEP_TAKEN;
        }
        /* They have seen an own record that is not in our log: it was lost here. */
        LOG_ERROR(
            engine->logger, "engine.own_log_shorter", log_view("seen_by", seen_by),
            log_number("seen", (int64_t)seq), log_number("end", (int64_t)engine->present.seq),
            log_string("what_to_do", "restore a newer backup or refill this service from audit"));
        store_fail(engine->txn, ERR_DIVERGED);
        return STEP_FAILED;
    }
    int index = engine_stream_find(engine, source);
    return index < 0 || engine->streams[index].present.seq >= seq ? STEP_TAKEN : STEP_HELD_BACK;
}

static enum step unreadable(struct engine *engine, struct text source, uint64_t seq)
{
    LOG_ERROR(engine->logger, "engine.record_unreadable", log_view("stream", source),
              log_number("seq", (int64_t)seq));
    store_fail(engine->txn, ERR_CORRUPT);
    return STEP_FAILED;
}

static enum step take_mark(struct engine *engine, size_t index, struct text source,
                           const struct log_record *record)
{
    struct log_mark mark;
    if (record_read_mark(&engine->event_reader, record->bytes, &mark) != ERR_OK) {
        return unreadable(engine, source, record->seq);
    }
    enum step step = cause_step(engine, source, mark.stream, (uint64_t)mark.upto);
    if (step == STEP_TAKEN) {
        engine_archive(engine, source, record->seq, record->bytes, NULL);
        engine_move_over(engine, index, record, false);
    }
    return step;
}

/* Lets the service answer the event with its own events. */
static void react(struct engine *engine, struct engine_stream *stream, const struct event *event)
{
    const struct service_event *entry = engine_event_find(engine, event->envelope->type);
    if (entry->react == NULL) {
        return;
    }
    struct decision *decision = engine_decision_make(engine);
    entry->react(decision, event);
    if (decision->event_count == 0 || store_error(engine->txn) != ERR_OK) {
        return;
    }
    struct event_origin origin = {.cause = {.source = event->source, .seq = (int64_t)event->seq},
                                  .traceparent = event->envelope->traceparent};
    engine_take_or_fail(engine, decision, &origin, "reaction");
    stream->unsaid = false;
}

static enum step take_event(struct engine *engine, size_t index, struct text source,
                            const struct log_record *record)
{
    struct engine_stream *stream = &engine->streams[index];
    struct event event;
    if (engine_event_read(engine, source, record->seq, record->bytes, &event) != ERR_OK) {
        return unreadable(engine, source, record->seq);
    }
    const struct event_cause *cause = &event.envelope->cause;
    if (cause->seq != 0) {
        enum step step = cause_step(engine, source, cause->source, (uint64_t)cause->seq);
        if (step != STEP_TAKEN) {
            return step;
        }
    }
    engine_archive(engine, source, record->seq, record->bytes, event.envelope);
    engine_move_over(engine, index, record, true);
    stream->unsaid = true;
    if (store_error(engine->txn) == ERR_OK) {
        engine_event_apply(engine, &event);
    }
    if (event.message != NULL && store_error(engine->txn) == ERR_OK) {
        react(engine, stream, &event);
    }
    return STEP_TAKEN;
}

static enum step take_record(struct engine *engine, size_t index, struct text source,
                             const struct log_record *record)
{
    switch (record_kind_of(record->bytes)) {
    case RECORD_EVENT:
        return take_event(engine, index, source, record);
    case RECORD_MARK:
        return take_mark(engine, index, source, record);
    case RECORD_BAD:
        return unreadable(engine, source, record->seq);
    }
    UNREACHABLE();
}

size_t engine_stream(struct engine *engine, size_t index, size_t limit)
{
    struct engine_stream *stream = &engine->streams[index];
    struct text source = text_of(stream->consumer.source);
    struct log_record record;
    enum step step = STEP_TAKEN;
    size_t taken = 0;
    if (engine->txn == NULL) {
        return 0;
    }
    while (step == STEP_TAKEN && store_error(engine->txn) == ERR_OK && taken < limit &&
           stream_consumer_peek(&stream->consumer, stream->present.seq + 1, &record)) {
        step = take_record(engine, index, source, &record);
        taken += step == STEP_TAKEN;
    }
    stream->held_back = step == STEP_HELD_BACK;
    if (stream->unsaid && store_error(engine->txn) == ERR_OK) {
        engine_mark(engine, index);
    }
    return taken;
}
