/* Streams, as the writer tends them: what comes in, what is acknowledged, who fell silent. */
#include "service/host_internal.h"

enum {
    MESSAGES_PER_ROUND = 64,
    PING_EVERY_MS = 1000,
    NEWS_AFTER_MS = 100, /* acknowledgements of several batches go together */
    SILENT_AFTER_MS = 3500,
    ASK_AGAIN_EVERY_MS = 60000,
};

static struct stream_consumer *consumer_of(struct host *host, size_t index)
{
    return engine_consumer(host->engine, index);
}

/* -- what comes in ----------------------------------------------------------------------------- */

static void take_refusal(struct host *host, struct stream_consumer *consumer, struct bytes frame)
{
    struct stream_refused refused;
    if (wire_unpack(&host->stream_reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &stream_refused_message,
                    frame, &refused, NULL) != ERR_OK) {
        return;
    }
    if (!text_equal_string(refused.source, consumer->source)) {
        consumer->misdirected++;
        return;
    }
    if (consumer->health != STREAM_DIVERGED) {
        LOG_ERROR(host->logger, "stream.refused", log_string("stream", consumer->source),
                  log_number("consumed", (int64_t)consumer->done), log_number("end", refused.end),
                  log_view("reason", refused.reason));
    }
    stream_consumer_take_refusal(consumer);
}

static void take_records(struct host *host, struct stream_consumer *consumer, struct bytes frame)
{
    struct stream_records records;
    if (wire_unpack(&host->stream_reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &stream_records_message,
                    frame, &records, NULL) == ERR_OK) {
        (void)stream_consumer_take_records(consumer, &records);
    }
}

static void take_message(struct host *host, size_t index, const struct link_message *message)
{
    struct host_stream *stream = &host->streams[index];
    struct stream_consumer *consumer = consumer_of(host, index);
    uint64_t misdirected = consumer->misdirected;
    arena_reset(&host->stream_arena);
    if (message->frame_count != 2 || message->frames[0].size != 1) {
        return;
    }
    if (message->frames[0].data[0] == STREAM_FRAME_REFUSED[0]) {
        take_refusal(host, consumer, message->frames[1]);
    } else {
        take_records(host, consumer, message->frames[1]);
    }
    if (consumer->misdirected == misdirected) {
        stream->asked_ms = 0;
    } else if (!stream->misdirected_told) {
        stream->misdirected_told = true;
        LOG_ERROR(host->logger, "stream.misdirected", log_string("stream", consumer->source),
                  log_string("what_to_do", "another service answers at its address"));
    }
}

bool streams_receive(struct host *host, uint32_t ready)
{
    bool emptied = true;
    for (size_t i = 0; i < host->stream_count; i++) {
        struct link_message message;
        int taken = 0;
        while ((ready >> i & 1) != 0 && taken < MESSAGES_PER_ROUND &&
               link_receive(host->streams[i].socket, STREAM_MESSAGE_BYTES_MAX, &message)) {
            take_message(host, i, &message);
            taken++;
        }
        emptied &= taken < MESSAGES_PER_ROUND;
    }
    return emptied;
}

/* Says in the log what became of a stream. */
static void health_note(struct host *host, size_t index)
{
    struct host_stream *stream = &host->streams[index];
    const struct stream_consumer *consumer = consumer_of(host, index);
    if (consumer->health == stream->told_health) {
        return;
    }
    if (consumer->health == STREAM_DIVERGED) {
        LOG_ERROR(host->logger, "stream.stopped", log_string("stream", consumer->source),
                  log_number("consumed", (int64_t)consumer->done),
                  log_string("reason", "its log is not the one that was consumed"));
    } else if (consumer->health == STREAM_SILENT) {
        LOG_WARNING(host->logger, "stream.silent", log_string("stream", consumer->source));
    } else {
        LOG_INFO(host->logger, "stream.alive", log_string("stream", consumer->source));
    }
    stream->told_health = consumer->health;
}

void streams_judge(struct host *host)
{
    /* All that had come was just taken: who has not answered by now was silent, however long the
     * last commit took. */
    int64_t boot_ms = host_boot_ms(host);
    for (size_t i = 0; i < host->stream_count; i++) {
        struct host_stream *stream = &host->streams[i];
        struct stream_consumer *consumer = consumer_of(host, i);
        if (consumer->health == STREAM_ALIVE && stream->asked_ms != 0 &&
            boot_ms - stream->asked_ms > SILENT_AFTER_MS) {
            stream_consumer_lost(consumer);
        }
        health_note(host, i);
    }
}

/* -- what goes out ----------------------------------------------------------------------------- */

static void want_send(struct host *host, size_t index, bool ping)
{
    struct host_stream *stream = &host->streams[index];
    struct stream_consumer *consumer = consumer_of(host, index);
    struct stream_want want = stream_consumer_want(consumer);
    want.ping = ping;
    buffer_clear(&host->buffer);
    wire_pack(&host->buffer, WIRE_MAP, &stream_want_message, &want);
    struct bytes frame = buffer_bytes(&host->buffer);
    stream->want_lost = !link_send(stream->socket, (struct bytes){0}, &frame, 1);
    stream->wanted_ms = host_boot_ms(host);
    if (stream->want_lost) {
        consumer->restart_wanted |= want.restart; /* say it again */
    }
    if (ping && stream->asked_ms == 0) {
        stream->asked_ms = stream->wanted_ms;
    }
}

/* True when the producer is to hear at once: the archivist's word releases records elsewhere, a
 * free window lets more come. */
static bool is_urgent(struct host *host, size_t index)
{
    const struct stream_consumer *consumer = consumer_of(host, index);
    bool is_archivist = host->service->archive != NULL;
    return !host->streams[index].want_lost &&
           (stream_consumer_is_urgent(consumer) ||
            (is_archivist && stream_consumer_has_news(consumer)));
}

/* True when the producer is to hear before the next ping. */
static bool is_pending(struct host *host, size_t index)
{
    const struct stream_consumer *consumer = consumer_of(host, index);
    return consumer->health != STREAM_DIVERGED &&
           (consumer->restart_wanted || stream_consumer_has_news(consumer));
}

static void stream_tend(struct host *host, size_t index, int64_t boot_ms)
{
    struct stream_consumer *consumer = consumer_of(host, index);
    int64_t quiet_ms = boot_ms - host->streams[index].wanted_ms;
    if (consumer->health == STREAM_DIVERGED) {
        if (quiet_ms >= ASK_AGAIN_EVERY_MS) {
            stream_consumer_ask_again(consumer);
            want_send(host, index, true);
        }
        return;
    }
    bool is_time = quiet_ms >= PING_EVERY_MS;
    bool is_late = quiet_ms >= NEWS_AFTER_MS && is_pending(host, index);
    if (is_time || is_late || is_urgent(host, index)) {
        want_send(host, index, is_time);
    }
}

void streams_tend(struct host *host)
{
    int64_t boot_ms = host_boot_ms(host);
    for (size_t i = 0; i < host->stream_count; i++) {
        struct stream_consumer *consumer = consumer_of(host, i);
        stream_tend(host, i, boot_ms);
        atomic_store(&host->stream_seq[i], consumer->passed);
        atomic_store(&host->stream_end[i], consumer->end);
        atomic_store(&host->stream_alive[i], consumer->health == STREAM_ALIVE);
        atomic_store(&host->stream_diverged[i], consumer->health == STREAM_DIVERGED);
    }
}

long streams_rest_ms(struct host *host)
{
    for (size_t i = 0; i < host->stream_count; i++) {
        if (is_pending(host, i)) {
            return NEWS_AFTER_MS;
        }
    }
    return PING_EVERY_MS;
}
