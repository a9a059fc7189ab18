/* The publisher: streams the log to its consumers, from the store. */
#include "service/host_internal.h"

#include "base/check.h"
#include "service/tables.h"

enum { WAIT_MS = 1000, WANTS_PER_ROUND = 256, CONSUMER_AWAY_MS = 5000 };

struct publishing {
    struct host *host;
    struct stream_producer producer;
    struct store_txn *txn;
    struct hasher hasher;
    struct arena arena;
    struct wire_reader reader;
    struct buffer buffer;
    bool corrupt_told[STREAM_CONSUMERS_MAX]; /* that its next record is spoilt stands in the log */
    int64_t heard_ms[STREAM_CONSUMERS_MAX];  /* boot time of its last want */
};

/* False when nobody is there or its queue is full. */
static bool send_frame(struct publishing *p, struct bytes peer, const char *kind,
                       const struct wire_message *message, const void *record)
{
    buffer_clear(&p->buffer);
    wire_pack(&p->buffer, WIRE_MAP, message, record);
    CHECK(!p->buffer.failed);
    struct bytes frames[] = {bytes_of(kind, 1), buffer_bytes(&p->buffer)};
    return link_send(p->host->stream_out, peer, frames, 2);
}

static bool want_allowed(struct publishing *p, const struct link_message *message,
                         const struct stream_want *want)
{
    struct text grant = arena_print(&p->arena, "consume:%s", p->host->service->name);
    bool is_itself = message->user == NULL || text_equal_string(want->consumer, message->user);
    return is_itself && link_may(p->host->link, message->user, grant.data);
}

/* Takes a fresh snapshot, free of what the last one failed with. */
static bool snapshot_renew(struct publishing *p)
{
    store_reset_read(p->txn);
    return store_renew_read(p->txn) == ERR_OK;
}

/* The archivist has records that are not here: whoever was served on the strength of them would be
 * contradicted. The service does not go on. */
static void archive_differs(struct publishing *p, const struct stream_refused *refused,
                            const struct stream_want *want)
{
    LOG_ERROR(p->host->logger, "archive.diverged", log_number("archived", want->done),
              log_number("end", refused->end), log_view("reason", refused->reason),
              log_string("what_to_do", "restore a newer backup of this service, or refill it from "
                                       "audit; it must not go on from here"));
    atomic_store(&p->host->must_end, ERR_DIVERGED);
    host_ring(p->host->stop_event);
}

static void refuse_want(struct publishing *p, const struct link_message *message,
                        const struct stream_want *want, const struct stream_refused *refused)
{
    LOG_ERROR(p->host->logger, "stream.diverged", log_view("consumer", want->consumer),
              log_number("consumed", want->done), log_number("received", want->next - 1),
              log_number("end", refused->end));
    (void)send_frame(p, message->sender, STREAM_FRAME_REFUSED, &stream_refused_message, refused);
    bool is_archivist =
        p->producer.archivist != NULL && text_equal_string(want->consumer, p->producer.archivist);
    if (is_archivist) {
        archive_differs(p, refused, want);
    }
}

/* The index of the consumer of that name, which is known. */
static size_t consumer_index(const struct publishing *p, struct text name)
{
    size_t index = 0;
    while (!text_equal(p->producer.consumers[index].name, name)) {
        index++;
    }
    return index;
}

/* Says that a record which a consumer needs is spoilt. */
static void corrupt_log(struct publishing *p, struct text consumer, uint64_t seq)
{
    atomic_store(&p->host->log_corrupt, true);
    LOG_ERROR(p->host->logger, "log.corrupt", log_view("consumer", consumer),
              log_number("seq", (int64_t)seq),
              log_string("what_to_do", "stop the service, run glasshall-audit verify, and restore "
                                       "or refill this service"));
}

static void take_want(struct publishing *p, const struct link_message *message)
{
    struct stream_want want;
    struct stream_refused refused;
    if (message->frame_count != 1 ||
        wire_unpack(&p->reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &stream_want_message,
                    message->frames[0], &want, NULL) != ERR_OK ||
        !want_allowed(p, message, &want)) {
        link_count_rubbish(p->host->link);
        return;
    }
    enum err err =
        stream_producer_take_want(&p->producer, message->sender, &want, p->txn, &refused);
    if (err == ERR_DIVERGED) {
        refuse_want(p, message, &want, &refused);
    }
    if (err == ERR_CORRUPT && !atomic_load(&p->host->log_corrupt)) {
        corrupt_log(p, want.consumer, (uint64_t)want.done);
    }
    if (err != ERR_OK) {
        return;
    }
    size_t index = consumer_index(p, want.consumer);
    p->heard_ms[index] = host_boot_ms(p->host);
    if (want.ping) {
        struct stream_records alive = stream_producer_alive(&p->producer, index, p->txn);
        (void)send_frame(p, message->sender, STREAM_FRAME_RECORDS, &stream_records_message, &alive);
    }
}

/* Sends every consumer what it may have. A spoilt record stops those that have come to it, and is
 * told once for each; others, who are further on, are served. */
static void publish(struct publishing *p)
{
    for (size_t i = 0; i < p->producer.consumer_count; i++) {
        const struct stream_consumer_state *consumer = &p->producer.consumers[i];
        struct stream_records records;
        while (stream_producer_next(&p->producer, i, p->txn, &p->hasher, &p->arena, &records)) {
            if (!send_frame(p, bytes_of(consumer->peer, consumer->peer_size), STREAM_FRAME_RECORDS,
                            &stream_records_message, &records)) {
                stream_producer_unsent(&p->producer, i, (uint64_t)records.first);
            }
            arena_reset(&p->arena);
        }
        if (store_error(p->txn) == ERR_OK) {
            continue;
        }
        if (store_error(p->txn) == ERR_CORRUPT && !p->corrupt_told[i]) {
            p->corrupt_told[i] = true;
            corrupt_log(p, consumer->name, consumer->next);
        }
        if (!snapshot_renew(p)) {
            return;
        }
    }
}

/* Up to where all have the log who are there; the archivist counts whether he is there or not, for
 * without him nobody gets anything. */
static uint64_t slowest_of(const struct publishing *p)
{
    uint64_t slowest = p->producer.archivist == NULL ? UINT64_MAX : p->producer.archived;
    int64_t since_ms = host_boot_ms(p->host) - CONSUMER_AWAY_MS;
    for (size_t i = 0; i < p->producer.consumer_count; i++) {
        uint64_t done = p->producer.consumers[i].done;
        if (p->heard_ms[i] >= since_ms && done < slowest) {
            slowest = done;
        }
    }
    return slowest;
}

static void publisher_round(struct publishing *p, bool has_wants)
{
    struct link_message message;
    arena_reset(&p->arena);
    if (store_renew_read(p->txn) != ERR_OK) {
        return;
    }
    for (int i = 0; has_wants && i < WANTS_PER_ROUND &&
                    link_receive(p->host->stream_out, STREAM_MESSAGE_BYTES_MAX, &message);
         i++) {
        take_want(p, &message);
        if (store_error(p->txn) != ERR_OK && !snapshot_renew(p)) {
            break;
        }
    }
    publish(p);
    atomic_store_explicit(&p->host->archived, p->producer.archived, memory_order_relaxed);
    atomic_store_explicit(&p->host->slowest, slowest_of(p), memory_order_relaxed);
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
    buffer_init(&p.buffer, STREAM_MESSAGE_BYTES_MAX);
    CHECK(store_begin_read(engine_store(host->engine), &p.txn) == ERR_OK);
    store_reset_read(p.txn);
    while (!atomic_load(&host->ending)) {
        struct link_ready ready;
        (void)link_wait(&host->stream_out, 1, &host->publisher_event, 1, WAIT_MS, &ready);
        if (ready.descriptors != 0) {
            host_hush(host->publisher_event);
        }
        publisher_round(&p, ready.sockets != 0);
    }
    store_end_read(&p.txn);
    buffer_free(&p.buffer);
    wire_reader_free(&p.reader);
    arena_free(&p.arena);
    hasher_free(&p.hasher);
    return NULL;
}
