/* Streams of a virtual host: the consumer's ends, tended by the writer, and the publisher. The
 * times are those of common/service/host_streams.c. */
#include "host.h"

#include "base/check.h"
#include "service/tables.h"

#include <inttypes.h>
#include <string.h>

enum {
    PING_EVERY_MS = 1000,
    NEWS_AFTER_MS = 100,
    SILENT_AFTER_MS = 3500,
    STREAM_BYTES_MAX = STREAM_MESSAGE_BYTES_MAX,
};

void host_streams_begin(struct world *world, struct sim_host *host)
{
    for (size_t i = 0; engine_consumer(host->engine, i) != NULL; i++) {
        const struct sim_host *from = host_find(world, engine_consumer(host->engine, i)->source);
        host->streams[i] = (struct sim_stream){.from = from == NULL ? HOSTS_MAX : from->place};
    }
}

/* -- the consumer's end ----------------------------------------------------------------------- */

static size_t stream_from(const struct sim_host *host, size_t place)
{
    size_t index = 0;
    while (host->streams[index].from != place) {
        index++;
        CHECK(index < ENGINE_STREAMS_MAX);
    }
    return index;
}

static void records_take(struct world *world, struct sim_host *host, const struct message *message)
{
    struct stream_records records;
    struct arena arena;
    struct wire_reader reader;
    size_t index = stream_from(host, message->from);
    struct stream_consumer *consumer = engine_consumer(host->engine, index);
    arena_init(&arena);
    wire_reader_init(&reader, &arena);
    if (message->kind == MESSAGE_REFUSED) {
        world_fail(world, "I5", "%s refuses %s: its log is shorter or another one",
                   consumer->source, host->service->name);
    }
    CHECK(wire_unpack(&reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &stream_records_message, message->bytes,
                      &records, NULL) == ERR_OK);
    (void)stream_consumer_take_records(consumer, &records);
    host->streams[index].asked_ms = 0;
    wire_reader_free(&reader);
    arena_free(&arena);
}

void host_streams_receive(struct world *world, struct sim_host *host)
{
    struct message message;
    while (bus_take(world, host->place, 1 << MESSAGE_RECORDS | 1 << MESSAGE_REFUSED, &message)) {
        records_take(world, host, &message);
        message_free(&message);
    }
    for (size_t i = 0; engine_consumer(host->engine, i) != NULL; i++) {
        struct stream_consumer *consumer = engine_consumer(host->engine, i);
        const struct sim_stream *stream = &host->streams[i];
        if (consumer->health == STREAM_DIVERGED) {
            world_fail(world, "I5", "%s holds the log of %s for another one", host->service->name,
                       consumer->source);
        }
        if (consumer->health == STREAM_ALIVE && stream->asked_ms != 0 &&
            world->boot_ms - stream->asked_ms > SILENT_AFTER_MS) {
            trace(world, host->service->name, "hears nothing of %s", consumer->source);
            stream_consumer_lost(consumer);
        }
    }
}

static void want_send(struct world *world, struct sim_host *host, size_t index, bool ping)
{
    struct sim_stream *stream = &host->streams[index];
    struct stream_consumer *consumer = engine_consumer(host->engine, index);
    struct stream_want want = stream_consumer_want(consumer);
    struct buffer buffer;
    buffer_init(&buffer, STREAM_BYTES_MAX);
    want.ping = ping;
    wire_pack(&buffer, WIRE_MAP, &stream_want_message, &want);
    stream->want_lost =
        !bus_send(world, MESSAGE_WANT, host->place, stream->from, buffer_bytes(&buffer));
    stream->wanted_ms = world->boot_ms;
    if (stream->want_lost) {
        consumer->restart_wanted |= want.restart;
    }
    if (ping && stream->asked_ms == 0) {
        stream->asked_ms = stream->wanted_ms;
    }
    buffer_free(&buffer);
}

void host_streams_tend(struct world *world, struct sim_host *host)
{
    for (size_t i = 0; engine_consumer(host->engine, i) != NULL; i++) {
        const struct stream_consumer *consumer = engine_consumer(host->engine, i);
        const struct sim_stream *stream = &host->streams[i];
        if (stream->from == HOSTS_MAX) {
            continue;
        }
        int64_t quiet_ms = world->boot_ms - stream->wanted_ms;
        bool has_news = stream_consumer_has_news(consumer);
        bool is_archivist = host->service->archive != NULL;
        bool is_urgent = !stream->want_lost &&
                         (stream_consumer_is_urgent(consumer) || (is_archivist && has_news));
        bool is_late = quiet_ms >= NEWS_AFTER_MS && (consumer->restart_wanted || has_news);
        bool is_time = quiet_ms >= PING_EVERY_MS;
        if (is_time || is_late || is_urgent) {
            want_send(world, host, i, is_time);
        }
    }
}

/* -- the publisher ---------------------------------------------------------------------------- */

struct publishing {
    struct world *world;
    struct sim_host *host;
    struct store_txn *txn;
    struct arena arena;
    struct wire_reader reader;
    struct hasher hasher;
    struct buffer buffer;
};

static void message_send(struct publishing *p, enum message_kind kind, size_t to,
                         const struct wire_message *message, const void *record)
{
    buffer_clear(&p->buffer);
    wire_pack(&p->buffer, WIRE_MAP, message, record);
    CHECK(!p->buffer.failed);
    (void)bus_send(p->world, kind, p->host->place, to, buffer_bytes(&p->buffer));
}

/* A peer as a socket knows it: who, and over which connection. */
static struct bytes peer_of(struct publishing *p, size_t place)
{
    uint8_t *peer = arena_take(&p->arena, 16);
    write_be64(peer, place);
    write_be64(peer + 8, bus_connection(p->world, p->host->place, place));
    return bytes_of(peer, 16);
}

static void want_take(struct publishing *p, const struct message *message)
{
    struct stream_want want;
    struct stream_refused refused;
    struct stream_producer *producer = &p->host->producer;
    CHECK(wire_unpack(&p->reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &stream_want_message, message->bytes,
                      &want, NULL) == ERR_OK);
    enum err err =
        stream_producer_take_want(producer, peer_of(p, message->from), &want, p->txn, &refused);
    if (err == ERR_DIVERGED) {
        world_fail(
            p->world, "I1",
            "%.*s consumed %s up to %" PRId64 " (received %" PRId64 "), whose log ends at %" PRId64,
            TEXT_PRINT(want.consumer), producer->source, want.done, want.next - 1, refused.end);
    }
    CHECK(err == ERR_OK);
    for (size_t i = 0; want.ping && i < producer->consumer_count; i++) {
        if (text_equal(producer->consumers[i].name, want.consumer)) {
            struct stream_records alive = stream_producer_alive(producer, i, p->txn);
            message_send(p, MESSAGE_RECORDS, message->from, &stream_records_message, &alive);
        }
    }
}

static void records_send(struct publishing *p)
{
    struct stream_producer *producer = &p->host->producer;
    for (size_t i = 0; i < producer->consumer_count; i++) {
        struct stream_records records;
        size_t place = (size_t)read_be64(producer->consumers[i].peer);
        while (stream_producer_next(producer, i, p->txn, &p->hasher, &p->arena, &records)) {
            message_send(p, MESSAGE_RECORDS, place, &stream_records_message, &records);
        }
        if (store_error(p->txn) != ERR_OK) {
            world_fail(p->world, "log", "%s cannot read its own log: %s", producer->source,
                       err_text(store_error(p->txn)));
        }
    }
}

void host_publish(struct world *world, struct sim_host *host)
{
    struct publishing p = {.world = world, .host = host};
    struct message message;
    arena_init(&p.arena);
    wire_reader_init(&p.reader, &p.arena);
    hasher_init(&p.hasher);
    buffer_init(&p.buffer, STREAM_BYTES_MAX);
    CHECK(store_begin_read(engine_store(host->engine), &p.txn) == ERR_OK);
    while (bus_take(world, host->place, 1 << MESSAGE_WANT, &message)) {
        want_take(&p, &message);
        message_free(&message);
    }
    records_send(&p);
    store_end_read(&p.txn);
    buffer_free(&p.buffer);
    hasher_free(&p.hasher);
    wire_reader_free(&p.reader);
    arena_free(&p.arena);
}
