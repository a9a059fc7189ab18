/* The publisher: streams the log to its consumers, from the store. */
#include "service/host_internal.h"

#include "base/check.h"
#include "service/tables.h"

enum { WAIT_MS = 1000, MESSAGE_BYTES_MAX = 2 << 20 };

struct publishing {
    struct host *host;
    struct stream_producer producer;
    struct store_txn *txn;
    struct hasher hasher;
    struct arena arena;
    struct wire_reader reader;
    struct buffer buffer;
};

static void send_frame(struct publishing *p, struct bytes peer, const char *kind,
                       const struct wire_message *message, const void *record)
{
    buffer_clear(&p->buffer);
    wire_pack(&p->buffer, WIRE_MAP, message, record);
    CHECK(!p->buffer.failed);
    struct bytes frames[] = {bytes_of(kind, 1), buffer_bytes(&p->buffer)};
    /* A peer that went away asks again when it is back. */
    (void)link_send(p->host->stream_out, peer, frames, 2);
}

static bool want_allowed(struct publishing *p, const struct link_message *message,
                         const struct stream_want *want)
{
    struct text grant = arena_print(&p->arena, "consume:%s", p->host->service->name);
    bool is_itself = message->user == NULL || text_equal_string(want->consumer, message->user);
    return is_itself && link_may(p->host->link, message->user, grant.data);
}

static void take_want(struct publishing *p, const struct link_message *message)
{
    struct stream_want want;
    struct stream_refused refused;
    if (message->frame_count != 1 ||
        wire_unpack(&p->reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &stream_want_message,
                    message->frames[0], &want, NULL) != ERR_OK ||
        !want_allowed(p, message, &want)) {
        return;
    }
    enum err err =
        stream_producer_take_want(&p->producer, message->sender, &want, p->txn, &refused);
    if (err == ERR_DIVERGED) {
        LOG_ERROR(p->host->logger, "stream.diverged", log_view("consumer", want.consumer),
                  log_number("consumed", want.done), log_number("end", refused.end));
        send_frame(p, message->sender, FRAME_REFUSED, &stream_refused_message, &refused);
        return;
    }
    if (err == ERR_OK && want.ping) {
        for (size_t i = 0; i < p->producer.consumer_count; i++) {
            if (text_equal(p->producer.consumers[i].name, want.consumer)) {
                struct stream_records alive = stream_producer_alive(&p->producer, i, p->txn);
                send_frame(p, message->sender, FRAME_RECORDS, &stream_records_message, &alive);
            }
        }
    }
}

/* Sends every consumer what it may have. */
static void publish(struct publishing *p)
{
    for (size_t i = 0; i < p->producer.consumer_count; i++) {
        const struct stream_consumer_state *consumer = &p->producer.consumers[i];
        struct stream_records records;
        while (stream_producer_next(&p->producer, i, p->txn, &p->hasher, &p->arena, &records)) {
            send_frame(p, bytes_of(consumer->peer, consumer->peer_size), FRAME_RECORDS,
                       &stream_records_message, &records);
            arena_reset(&p->arena);
        }
    }
}

static void publisher_round(struct publishing *p)
{
    struct link_message message;
    arena_reset(&p->arena);
    if (store_renew_read(p->txn) != ERR_OK) {
        return;
    }
    while (link_receive(p->host->stream_out, MESSAGE_BYTES_MAX, &message)) {
        take_want(p, &message);
    }
    publish(p);
    bool is_corrupt = store_error(p->txn) == ERR_CORRUPT;
    if (is_corrupt && !atomic_exchange(&p->host->log_corrupt, true)) {
        LOG_ERROR(p->host->logger, "log.corrupt",
                  log_string("what_to_do", "stop the service, run glasshall-audit verify, and "
                                           "restore or refill this service"));
    }
    atomic_store_explicit(&p->host->archived, p->producer.archived, memory_order_relaxed);
    store_reset_read(p->txn);
}

void *publisher_run(void *context)
{
    struct host *host = context;
    struct publishing p = {.host = host};
    bool is_archivist = host->service->archive != NULL;
    stream_producer_init(&p.producer, host->service->name, is_archivist ? NULL : ARCHIVIST,
                         TABLE_LOG);
    hasher_init(&p.hasher);
    arena_init(&p.arena);
    wire_reader_init(&p.reader, &p.arena);
    buffer_init(&p.buffer, MESSAGE_BYTES_MAX);
    CHECK(store_begin_read(engine_store(host->engine), &p.txn) == ERR_OK);
    store_reset_read(p.txn);
    while (!atomic_load(&host->ending)) {
        (void)link_wait(&host->stream_out, 1, &host->publisher_event, 1, WAIT_MS);
        host_hush(host->publisher_event);
        publisher_round(&p);
    }
    store_end_read(&p.txn);
    buffer_free(&p.buffer);
    wire_reader_free(&p.reader);
    arena_free(&p.arena);
    hasher_free(&p.hasher);
    return NULL;
}
