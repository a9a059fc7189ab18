#include "bus/stream.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

/* -- the producer's end ------------------------------------------------------------------------ */

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
    if (done > end || (uint64_t)want->next - 1 > end) {
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
    if (is_archivist(producer, want->consumer)) {
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

/* The chain before record `seq`. */
static bool chain_before(const struct stream_producer *producer, struct store_txn *txn,
                         uint64_t seq, struct hash *ret_chain)
{
    struct log_record record = {0};
    if (seq > 1 && !log_read(txn, producer->table, seq - 1, &record)) {
        store_fail(txn, ERR_CORRUPT);
        return false;
    }
    *ret_chain = record.chain;
    return true;
}

/* Reads and proves record `seq`, which follows `chain`. */
static bool record_proved(struct stream_producer *producer, struct store_txn *txn,
                          struct hasher *hasher, uint64_t seq, const struct hash *chain,
                          struct log_record *ret_record)
{
    if (!log_read(txn, producer->table, seq, ret_record)) {
        return false;
    }
    if (seq >= producer->proved_first && seq <= producer->proved_last) {
        return true;
    }
    if (!log_follows(hasher, chain, ret_record)) {
        return false;
    }
    producer->proved_first = seq == producer->proved_last + 1 ? producer->proved_first : seq;
    producer->proved_last = seq;
    return true;
}

bool stream_producer_next(struct stream_producer *producer, size_t index, struct store_txn *txn,
                          struct hasher *hasher, struct arena *arena,
                          struct stream_records *ret_records)
{
    struct stream_consumer_state *consumer = &producer->consumers[index];
    uint64_t released = released_to(producer, consumer, log_end(txn, producer->table).seq);
    uint64_t last = released < consumer->credit ? released : consumer->credit;
    struct hash chain;
    if (consumer->next > last || !chain_before(producer, txn, consumer->next, &chain)) {
        return false;
    }
    struct stream_records batch = {.source = text_of(producer->source),
                                   .first = (int64_t)consumer->next,
                                   .end = (int64_t)released};
    struct bytes_list *records = &batch.records;
    records->items = arena_take_array(arena, STREAM_BATCH_RECORDS_MAX, sizeof *records->items);
    size_t size = 0;
    for (uint64_t seq = consumer->next; seq <= last; seq++) {
        struct log_record record;
        if (!record_proved(producer, txn, hasher, seq, &chain, &record)) {
            if (records->count == 0) {
                store_fail(txn, ERR_CORRUPT);
                return false;
            }
            break; /* what stands before it is good; the next call says that this is not */
        }
        size += record.bytes.size;
        if (records->count > 0 && size > STREAM_BATCH_BYTES_MAX) {
            break;
        }
        records->items[records->count++] = record.bytes;
        chain = record.chain;
        if (records->count == STREAM_BATCH_RECORDS_MAX) {
            break;
        }
    }
    batch.chain = chain;
    consumer->next += records->count;
    *ret_records = batch;
    return true;
}

void stream_producer_unsent(struct stream_producer *producer, size_t index, uint64_t first)
{
    struct stream_consumer_state *consumer = &producer->consumers[index];
    CHECK(first > 0 && first <= consumer->next);
    consumer->next = first;
    consumer->credit = first - 1;
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

/* -- the consumer's end ------------------------------------------------------------------------ */

/* After so many messages in a row that do not continue what was consumed, the log is another one.
 */
enum { MISMATCHES_MAX = 3 };

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
        .passed = done,
        .passed_chain = *chain,
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
    consumer->queued_bytes -= item->size;
    free(item->data);
    *item = (struct stream_queue_item){0};
}

void stream_consumer_free(struct stream_consumer *consumer)
{
    for (uint64_t seq = consumer->passed + 1; seq < consumer->next; seq++) {
        queue_drop(consumer, seq);
    }
    free(consumer->queue);
    hasher_free(&consumer->hasher);
    *consumer = (struct stream_consumer){0};
}

static bool queue_has_room(const struct stream_consumer *consumer)
{
    return consumer->next - consumer->passed <= consumer->window &&
           consumer->queued_bytes < STREAM_QUEUE_BYTES_MAX;
}

/* Queues the next record, behind which the chain is `chain`. */
static void queue_push(struct stream_consumer *consumer, struct bytes record,
                       const struct hash *chain)
{
    struct stream_queue_item *item = queue_item(consumer, consumer->next);
    CHECK(item->data == NULL);
    item->data = malloc(record.size);
    CHECK(item->data != NULL);
    memcpy(item->data, record.data, record.size);
    item->size = record.size;
    item->chain = *chain;
    consumer->next_chain = *chain;
    consumer->next++;
    consumer->queued_bytes += record.size;
}

/* Forgets what waits unconsumed, so that it is asked for again. */
static void queue_clear(struct stream_consumer *consumer)
{
    while (consumer->next > consumer->passed + 1) {
        consumer->next--;
        queue_drop(consumer, consumer->next);
    }
    consumer->next_chain = consumer->passed_chain;
    consumer->restart_wanted = true;
}

/* What came does not lead to the chain that the producer names. */
static void mismatch(struct stream_consumer *consumer)
{
    queue_clear(consumer);
    consumer->mismatches++;
    if (consumer->mismatches >= MISMATCHES_MAX) {
        stream_consumer_take_refusal(consumer);
    }
}

/* Queues what continues, as far as there is room; true when something did. */
static bool records_queue(struct stream_consumer *consumer, const struct stream_records *records)
{
    uint64_t first = (uint64_t)records->first;
    uint64_t before = consumer->next;
    struct hash chain = consumer->next_chain;
    bool has_room = true;
    if (first + records->records.count <= before) {
        return false; /* all of it came before */
    }
    for (size_t i = (size_t)(before - first); i < records->records.count; i++) {
        chain = hash_chain(&consumer->hasher, &chain, records->records.items[i]);
        has_room = has_room && queue_has_room(consumer);
        if (has_room) {
            queue_push(consumer, records->records.items[i], &chain);
        }
    }
    if (!hash_equal(&chain, &records->chain)) {
        mismatch(consumer);
        return false;
    }
    consumer->mismatches = 0;
    consumer->restart_wanted |= !has_room;
    return consumer->next > before;
}

bool stream_consumer_take_records(struct stream_consumer *consumer,
                                  const struct stream_records *records)
{
    if (!text_equal_string(records->source, consumer->source)) {
        consumer->misdirected++;
        return false;
    }
    if (consumer->health == STREAM_DIVERGED && !consumer->asks_again) {
        return false;
    }
    consumer->health = STREAM_ALIVE;
    consumer->asks_again = false;
    consumer->end = (uint64_t)records->end;
    if ((uint64_t)records->first > consumer->next) {
        /* The producer believes it sent more than has come. */
        consumer->restart_wanted = true;
        return false;
    }
    return records->records.count > 0 && records_queue(consumer, records);
}

void stream_consumer_take_refusal(struct stream_consumer *consumer)
{
    consumer->health = STREAM_DIVERGED;
    consumer->asks_again = false;
    consumer->mismatches = 0;
}

void stream_consumer_ask_again(struct stream_consumer *consumer)
{
    queue_clear(consumer);
    consumer->asks_again = true;
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
    if (seq <= consumer->passed || seq >= consumer->next) {
        return false;
    }
    const struct stream_queue_item *item = queue_item(consumer, seq);
    *ret_record = (struct log_record){
        .seq = seq, .chain = item->chain, .bytes = bytes_of(item->data, item->size)};
    return true;
}

void stream_consumer_done(struct stream_consumer *consumer, uint64_t passed, uint64_t done)
{
    CHECK(passed >= consumer->passed && passed < consumer->next);
    CHECK(done >= consumer->done && done <= passed);
    while (consumer->passed < passed) {
        consumer->passed++;
        consumer->passed_chain = queue_item(consumer, consumer->passed)->chain;
        queue_drop(consumer, consumer->passed);
        if (consumer->passed == done) {
            consumer->done = done;
            consumer->done_chain = consumer->passed_chain;
        }
    }
    CHECK(consumer->done == done);
}

/* The last record that may be sent. */
static uint64_t credit_now(const struct stream_consumer *consumer)
{
    return consumer->queued_bytes < STREAM_QUEUE_BYTES_MAX ? consumer->passed + consumer->window
                                                           : consumer->next - 1;
}

bool stream_consumer_has_news(const struct stream_consumer *consumer)
{
    return consumer->done != consumer->done_told || credit_now(consumer) != consumer->credit_told;
}

bool stream_consumer_is_urgent(const struct stream_consumer *consumer)
{
    uint64_t credit = credit_now(consumer);
    uint64_t step = consumer->window < 4 ? 1 : consumer->window / 4;
    return consumer->restart_wanted ||
           (credit > consumer->credit_told && credit - consumer->credit_told >= step);
}

struct stream_want stream_consumer_want(struct stream_consumer *consumer)
{
    struct stream_want want = {
        .consumer = text_of(consumer->consumer),
        .done = (int64_t)consumer->done,
        .chain = consumer->done_chain,
        .next = (int64_t)consumer->next,
        .credit = (int64_t)credit_now(consumer),
        .restart = consumer->restart_wanted,
    };
    consumer->restart_wanted = false;
    consumer->done_told = consumer->done;
    consumer->credit_told = (uint64_t)want.credit;
    return want;
}
