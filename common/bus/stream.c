#include "bus/stream.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

/* -- the producer's end -------------------------------------------------------------------------
 */

void stream_producer_init(struct stream_producer *producer, const char *source,
                          const char *archivist, size_t log_table)
{
    *producer =
        (struct stream_producer){.source = source, .archivist = archivist, .table = log_table};
}

static struct stream_consumer_state *consumer_find(struct stream_producer *producer,
                                                   struct text name)
{
    for (size_t i = 0; i < producer->consumer_count; i++) {
        if (text_equal(producer->consumers[i].name, name)) {
            return &producer->consumers[i];
        }
    }
    return NULL;
}

static struct stream_consumer_state *consumer_add(struct stream_producer *producer,
                                                  struct text name)
{
    if (producer->consumer_count == STREAM_CONSUMERS_MAX ||
        name.size > sizeof producer->consumers[0].name_letters) {
        return NULL;
    }
    struct stream_consumer_state *consumer = &producer->consumers[producer->consumer_count++];
    *consumer = (struct stream_consumer_state){.next = 1};
    memcpy(consumer->name_letters, name.data, name.size);
    consumer->name = (struct text){consumer->name_letters, name.size};
    return consumer;
}

static bool is_archivist(const struct stream_producer *producer, struct text name)
{
    return producer->archivist != NULL && text_equal_string(name, producer->archivist);
}

/* Holds what the consumer has consumed against this log. NULL when it is this log. */
static const char *divergence(const struct stream_producer *producer,
                              const struct stream_want *want, struct store_txn *txn, uint64_t end)
{
    uint64_t done = (uint64_t)want->done;
    struct log_record record;
    if (done > end) {
        return "the log here is shorter than what was consumed of it; restore it or refill it from "
               "audit";
    }
    if (done > 0 && (!log_read(txn, producer->table, done, &record) ||
                     !hash_equal(&record.chain, &want->chain))) {
        return "the log here is not the one that was consumed; restore it or refill it from audit";
    }
    return NULL;
}

enum err stream_producer_take_want(struct stream_producer *producer, struct bytes peer,
                                   const struct stream_want *want, struct store_txn *txn,
                                   struct stream_refused *ret_refused)
{
    struct log_position end = log_end(txn, producer->table);
    const char *why = divergence(producer, want, txn, end.seq);
    if (store_error(txn) != ERR_OK) {
        return store_error(txn);
    }
    if (why != NULL) {
        *ret_refused = (struct stream_refused){
            .source = text_of(producer->source), .end = (int64_t)end.seq, .reason = text_of(why)};
        return ERR_DIVERGED;
    }
    struct stream_consumer_state *consumer = consumer_find(producer, want->consumer);
    if (consumer == NULL) {
        consumer = consumer_add(producer, want->consumer);
    }
    if (consumer == NULL || peer.size > sizeof consumer->peer) {
        return ERR_TOO_LARGE;
    }
    bool moved = !bytes_equal(peer, bytes_of(consumer->peer, consumer->peer_size));
    memcpy(consumer->peer, peer.data, peer.size);
    consumer->peer_size = peer.size;
    consumer->done = (uint64_t)want->done;
    consumer->credit = (uint64_t)want->credit;
    /* What is under way to the same peer need not be sent again unless it asks. */
    if (want->restart || moved || consumer->next < (uint64_t)want->next) {
        consumer->next = (uint64_t)want->next;
    }
    if (is_archivist(producer, want->consumer) && consumer->done > producer->archived) {
        producer->archived = consumer->done;
    }
    return ERR_OK;
}

/* The last record that this consumer may have, whatever its credit. */
static uint64_t released_to(const struct stream_producer *producer,
                            const struct stream_consumer_state *consumer, uint64_t end)
{
    if (producer->archivist == NULL || is_archivist(producer, consumer->name)) {
        return end;
    }
    return producer->archived < end ? producer->archived : end;
}

bool stream_producer_next(struct stream_producer *producer, size_t index, struct store_txn *txn,
                          struct hasher *hasher, struct arena *arena,
                          struct stream_records *ret_records)
{
    struct stream_consumer_state *consumer = &producer->consumers[index];
    uint64_t released = released_to(producer, consumer, log_end(txn, producer->table).seq);
    uint64_t last = released < consumer->credit ? released : consumer->credit;
    if (consumer->next > last) {
        return false;
    }
    struct stream_records batch = {.source = text_of(producer->source),
                                   .first = (int64_t)consumer->next,
                                   .end = (int64_t)released};
    batch.records.items =
        arena_take_array(arena, STREAM_BATCH_RECORDS_MAX, sizeof *batch.records.items);
    struct hash chain = {0};
    struct log_record record = {0};
    if (consumer->next > 1 && !log_read(txn, producer->table, consumer->next - 1, &record)) {
        store_fail(txn, ERR_CORRUPT);
        return false;
    }
    chain = record.chain;
    size_t size = 0;
    for (uint64_t seq = consumer->next; seq <= last; seq++) {
        bool found = log_read(txn, producer->table, seq, &record);
        if (!found || !log_follows(hasher, &chain, &record)) {
            store_fail(txn, ERR_CORRUPT);
            return false;
        }
        size += record.bytes.size;
        if (batch.records.count > 0 && size > STREAM_BATCH_BYTES_MAX) {
            break;
        }
        batch.records.items[batch.records.count++] = record.bytes;
        chain = record.chain;
        if (batch.records.count == STREAM_BATCH_RECORDS_MAX) {
            break;
        }
    }
    batch.chain = chain;
    consumer->next += batch.records.count;
    *ret_records = batch;
    return true;
}

struct stream_records stream_producer_alive(const struct stream_producer *producer, size_t index,
                                            struct store_txn *txn)
{
    const struct stream_consumer_state *consumer = &producer->consumers[index];
    uint64_t end = log_end(txn, producer->table).seq;
    return (struct stream_records){.source = text_of(producer->source),
                                   .first = (int64_t)consumer->next,
                                   .end = (int64_t)released_to(producer, consumer, end)};
}

uint64_t stream_producer_lag(const struct stream_producer *producer, uint64_t end)
{
    uint64_t lag = 0;
    for (size_t i = 0; i < producer->consumer_count; i++) {
        uint64_t behind = end - producer->consumers[i].done;
        lag = producer->consumers[i].done <= end && behind > lag ? behind : lag;
    }
    return lag;
}

/* -- the consumer's end --------------------------------------------------------------------------
 */

void stream_consumer_init(struct stream_consumer *consumer, const char *source, const char *name,
                          size_t window, uint64_t done, const struct hash *chain)
{
    CHECK(window > 0);
    *consumer = (struct stream_consumer){
        .source = source,
        .consumer = name,
        .window = window,
        .done = done,
        .done_chain = *chain,
        .next = done + 1,
        .next_chain = *chain,
        .restart_wanted = true,
    };
    consumer->queue = calloc(window, sizeof *consumer->queue);
    CHECK(consumer->queue != NULL);
    hasher_init(&consumer->hasher);
}

static struct stream_queue_item *queue_item(const struct stream_consumer *consumer, uint64_t seq)
{
    return &consumer->queue[seq % consumer->window];
}

static void queue_drop(struct stream_consumer *consumer, uint64_t seq)
{
    struct stream_queue_item *item = queue_item(consumer, seq);
    free(item->data);
    *item = (struct stream_queue_item){0};
}

void stream_consumer_free(struct stream_consumer *consumer)
{
    for (uint64_t seq = consumer->done + 1; seq < consumer->next; seq++) {
        queue_drop(consumer, seq);
    }
    free(consumer->queue);
    hasher_free(&consumer->hasher);
    *consumer = (struct stream_consumer){0};
}

static void queue_push(struct stream_consumer *consumer, struct bytes record)
{
    struct stream_queue_item *item = queue_item(consumer, consumer->next);
    CHECK(item->data == NULL);
    item->data = malloc(record.size);
    CHECK(item->data != NULL);
    memcpy(item->data, record.data, record.size);
    item->size = record.size;
    item->chain = hash_chain(&consumer->hasher, &consumer->next_chain, record);
    consumer->next_chain = item->chain;
    consumer->next++;
}

/* Forgets what waits unconsumed, so that it is asked for again. */
static void queue_clear(struct stream_consumer *consumer)
{
    while (consumer->next > consumer->done + 1) {
        consumer->next--;
        queue_drop(consumer, consumer->next);
    }
    consumer->next_chain = consumer->done_chain;
    consumer->restart_wanted = true;
}

bool stream_consumer_take_records(struct stream_consumer *consumer,
                                  const struct stream_records *records)
{
    if (consumer->health == STREAM_DIVERGED) {
        return false;
    }
    consumer->health = STREAM_ALIVE;
    consumer->end = (uint64_t)records->end;
    uint64_t first = (uint64_t)records->first;
    if (records->records.count == 0) {
        /* The producer believes it sent more than has come. */
        consumer->restart_wanted |= first > consumer->next;
        return false;
    }
    if (first > consumer->next) {
        consumer->restart_wanted = true;
        return false;
    }
    uint64_t before = consumer->next;
    for (size_t i = 0; i < records->records.count; i++) {
        bool is_next = first + i == consumer->next;
        bool has_room = consumer->next - consumer->done <= consumer->window;
        if (is_next && has_room) {
            queue_push(consumer, records->records.items[i]);
        }
    }
    bool complete = consumer->next == first + records->records.count;
    if (complete && consumer->next > before &&
        !hash_equal(&consumer->next_chain, &records->chain)) {
        queue_clear(consumer);
        return false;
    }
    return consumer->next > before;
}

void stream_consumer_take_refusal(struct stream_consumer *consumer)
{
    consumer->health = STREAM_DIVERGED;
}

void stream_consumer_lost(struct stream_consumer *consumer)
{
    if (consumer->health == STREAM_ALIVE) {
        consumer->health = STREAM_SILENT;
    }
    queue_clear(consumer);
}

bool stream_consumer_peek(const struct stream_consumer *consumer, uint64_t seq,
                          struct log_record *ret_record)
{
    if (seq <= consumer->done || seq >= consumer->next) {
        return false;
    }
    const struct stream_queue_item *item = queue_item(consumer, seq);
    *ret_record = (struct log_record){
        .seq = seq, .chain = item->chain, .bytes = bytes_of(item->data, item->size)};
    return true;
}

void stream_consumer_done(struct stream_consumer *consumer, uint64_t seq)
{
    CHECK(seq >= consumer->done && seq < consumer->next);
    while (consumer->done < seq) {
        consumer->done++;
        consumer->done_chain = queue_item(consumer, consumer->done)->chain;
        queue_drop(consumer, consumer->done);
    }
}

struct stream_want stream_consumer_want(struct stream_consumer *consumer)
{
    struct stream_want want = {
        .consumer = text_of(consumer->consumer),
        .done = (int64_t)consumer->done,
        .chain = consumer->done_chain,
        .next = (int64_t)consumer->next,
        .credit = (int64_t)(consumer->done + consumer->window),
        .restart = consumer->restart_wanted,
    };
    consumer->restart_wanted = false;
    return want;
}
