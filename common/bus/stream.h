/* Streams: how the records of one service's log reach its consumers, exactly once and in order,
 * over a wire that may lose, double, delay and reorder (DESIGN: logs and streams; I3, I5, I6).
 *
 * Both ends are state machines without sockets, clocks or threads: the same code runs over ZeroMQ
 * and in the simulator.
 *
 * The consumer says what it wants: `done` (all up to there is durably consumed), `next` (the first
 * record it has not received) and `credit` (the last record that may be sent). The producer answers
 * from its store, live or far back alike, never past the credit, and to others than audit never
 * past what audit has durably consumed (evidence before effect). A record that does not continue
 * what the consumer has, by number or by chain, is dropped and asked for again. */
#pragma once

#include "bus/messages.h"
#include "log/event_log.h"

/* -- the producer's end ------------------------------------------------------------------------ */

enum { STREAM_CONSUMERS_MAX = 8, STREAM_PEER_BYTES_MAX = 64, STREAM_BATCH_RECORDS_MAX = 512 };

#define STREAM_BATCH_BYTES_MAX ((size_t)256 * 1024)

/* One consumer, as the producer knows it. */
struct stream_consumer_state {
    struct text name; /* in `name_letters` */
    char name_letters[SOURCE_CHARACTERS * 4];
    uint8_t peer[STREAM_PEER_BYTES_MAX]; /* where it can be reached at present */
    size_t peer_size;
    uint64_t done;
    uint64_t next;
    uint64_t credit;
};

struct stream_producer {
    const char *source;
    const char *archivist; /* the consumer that must have a record before others: "audit"; NULL on
                              the archivist's own log */
    size_t table;          /* of the log */
    uint64_t proved_first; /* records that were held against the chain here: the next consumer need
                              not do it again */
    uint64_t proved_last;
    uint64_t archived; /* the archivist has durably consumed all up to here, as it says */
    struct stream_consumer_state consumers[STREAM_CONSUMERS_MAX];
    size_t consumer_count;
};

void stream_producer_init(struct stream_producer *producer, const char *source,
                          const char *archivist, size_t log_table);

/* Takes a consumer's want. When the log is shorter than what the consumer has received, or another
 * log, ERR_DIVERGED and `ret_refused` is filled (its texts are static). ERR_TOO_LARGE when there
 * are too many consumers; ERR_CORRUPT when the log cannot be read. The archivist's word counts
 * downwards too: a restored one lacks evidence that it had, and what lacks it is not released. */
enum err stream_producer_take_want(struct stream_producer *producer, struct bytes peer,
                                   const struct stream_want *want, struct store_txn *txn,
                                   struct stream_refused *ret_refused);

/* Gathers the next records for consumer `index` into `ret_records` (in `arena`); each is proved
 * against the chain first. False when there is nothing it may have now. ERR_CORRUPT in `txn` when
 * the next record does not match its chain: it is not sent, what stands before it was. */
bool stream_producer_next(struct stream_producer *producer, size_t index, struct store_txn *txn,
                          struct hasher *hasher, struct arena *arena,
                          struct stream_records *ret_records);

/* What stream_producer_next gave from `first` on could not be sent: nobody is there, or too much
 * waits for it already. It is given again once the consumer has spoken. */
void stream_producer_unsent(struct stream_producer *producer, size_t index, uint64_t first);

/* A sign of life for consumer `index`: no records, only where the log may be read to. */
struct stream_records stream_producer_alive(const struct stream_producer *producer, size_t index,
                                            struct store_txn *txn);

/* How many records the slowest consumer has still to consume. */
uint64_t stream_producer_lag(const struct stream_producer *producer, uint64_t end);

/* -- the consumer's end ------------------------------------------------------------------------ */

enum stream_health {
    STREAM_SILENT, /* nothing heard yet, or not for long */
    STREAM_ALIVE,
    STREAM_DIVERGED, /* the producer's log is not the one that was consumed: a person must look */
};

struct stream_queue_item {
    uint8_t *data; /* a copy of the record, owned by the queue */
    size_t size;
    struct hash chain; /* behind this record */
};

struct stream_consumer {
    const char *source;   /* whose log */
    const char *consumer; /* who consumes */
    size_t window;        /* how many records may be under way or waiting */
    uint64_t done;        /* durably consumed: what a restart begins behind */
    struct hash done_chain;
    uint64_t passed; /* consumed and gone from the queue; behind `done` only marks may follow */
    struct hash passed_chain;
    uint64_t next;                   /* the next one to receive */
    struct hash next_chain;          /* chain before `next` */
    struct stream_queue_item *queue; /* ring of `window`: records passed + 1 .. next - 1 */
    size_t queued_bytes;
    uint64_t end; /* how far the producer says its log may be read */
    bool restart_wanted;
    bool asks_again;      /* it was refused, and asked once more */
    unsigned mismatches;  /* messages in a row that did not continue what was consumed */
    uint64_t misdirected; /* messages that named another source */
    uint64_t done_told;   /* what the last want said */
    uint64_t credit_told;
    enum stream_health health;
    struct hasher hasher;
};

/* What may wait of one stream, however small its records are counted; a record more may come. */
#define STREAM_QUEUE_BYTES_MAX ((size_t)16 * 1024 * 1024)

/* Begins behind `done`, whose chain is `chain` (both from the consumer's own store). */
void stream_consumer_init(struct stream_consumer *consumer, const char *source, const char *name,
                          size_t window, uint64_t done, const struct hash *chain);
void stream_consumer_free(struct stream_consumer *consumer);

/* Takes what the producer sent: records that continue the queue are copied into it, others are
 * dropped; a message of another source is counted and dropped. True when something new is waiting.
 * Records that again and again do not continue what was consumed come from another log:
 * STREAM_DIVERGED. */
bool stream_consumer_take_records(struct stream_consumer *consumer,
                                  const struct stream_records *records);
void stream_consumer_take_refusal(struct stream_consumer *consumer);

/* Asks a producer that refused once more: the next want starts over, and any answer but another
 * refusal makes the stream alive. */
void stream_consumer_ask_again(struct stream_consumer *consumer);

/* Forgets a producer that fell silent: the next want asks for everything again. */
void stream_consumer_lost(struct stream_consumer *consumer);

/* The waiting record `seq` (passed < seq < next); false when it has not come. */
bool stream_consumer_peek(const struct stream_consumer *consumer, uint64_t seq,
                          struct log_record *ret_record);

/* After the commit that consumed all up to `passed`: drops them from the queue. `done` is what the
 * store remembers of it, the last event: only that is acknowledged. */
void stream_consumer_done(struct stream_consumer *consumer, uint64_t passed, uint64_t done);

/* True when the producer should hear of this end soon: there is something to acknowledge. */
bool stream_consumer_has_news(const struct stream_consumer *consumer);

/* True when it should at once: it has to start over, or a quarter of the window is free again. */
bool stream_consumer_is_urgent(const struct stream_consumer *consumer);

/* What to tell the producer now. */
struct stream_want stream_consumer_want(struct stream_consumer *consumer);
