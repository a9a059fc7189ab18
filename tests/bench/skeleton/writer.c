/* Gather, commit, reply; beside it the publisher, which streams the log from the store. */
#include "skeleton.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

enum {
    REQUESTS_PER_BATCH = 1024,
    ROW_BYTES = 200,
    IDENTITY_BYTES_MAX = 256,
    QUEUE_MESSAGES = 4096,
    STREAM_QUEUE_MESSAGES = 256,
    RECORD_HEAD_BYTES = sizeof(uint32_t),
};

struct writer {
    struct bare_store store;
    void *commands;
    void *stream;
    int publisher_event;
    uint64_t seq;
    MDB_txn *txn;                     /* of this batch */
    uint8_t peer[IDENTITY_BYTES_MAX]; /* the gateway */
    size_t peer_size;
    uint64_t ids[REQUESTS_PER_BATCH + FRAMES_MAX];
    size_t id_count;
};

/* -- the writer -------------------------------------------------------------------------------- */

static void request_store(struct writer *writer, const uint8_t *frame, size_t size)
{
    uint8_t row[ROW_BYTES] = {0};
    uint64_t seq = ++writer->seq;
    uint8_t key_bytes[16] = {0};
    MDB_val key = {.mv_size = sizeof key_bytes, .mv_data = key_bytes};
    MDB_val value = {.mv_size = sizeof row, .mv_data = row};
    NEED(size > ID_BYTES);
    for (size_t i = 0; i < sizeof seq; i++) {
        key_bytes[i] = (uint8_t)(seq >> (56 - 8 * i)); /* keys grow, as a UUIDv7 does */
    }
    memcpy(row, frame + ID_BYTES, size - ID_BYTES < ROW_BYTES ? size - ID_BYTES : ROW_BYTES);
    NEED(mdb_put(writer->txn, writer->store.rows, &key, &value, 0) == 0);
    bare_store_append(&writer->store, writer->txn, seq, frame + ID_BYTES, size - ID_BYTES);
    memcpy(&writer->ids[writer->id_count++], frame, ID_BYTES);
}

/* Takes the next message, all its frames; false when there is none. */
static bool message_take(struct writer *writer)
{
    bool more = true;
    int size = zmq_recv(writer->commands, writer->peer, sizeof writer->peer, ZMQ_DONTWAIT);
    if (size < 0) {
        return false;
    }
    writer->peer_size = (size_t)size;
    if (writer->txn == NULL) {
        NEED(mdb_txn_begin(writer->store.environment, NULL, 0, &writer->txn) == 0);
    }
    while (more) {
        zmq_msg_t part;
        zmq_msg_init(&part);
        NEED(zmq_msg_recv(&part, writer->commands, 0) >= 0);
        request_store(writer, zmq_msg_data(&part), zmq_msg_size(&part));
        more = zmq_msg_more(&part) != 0;
        zmq_msg_close(&part);
    }
    return true;
}

static void replies_send(struct writer *writer)
{
    for (size_t i = 0; i < writer->id_count; i++) {
        bool is_last = i + 1 == writer->id_count || (i + 1) % FRAMES_MAX == 0;
        if (i % FRAMES_MAX == 0) {
            NEED(zmq_send(writer->commands, writer->peer, writer->peer_size, ZMQ_SNDMORE) >= 0);
        }
        NEED(zmq_send(writer->commands, &writer->ids[i], ID_BYTES, is_last ? 0 : ZMQ_SNDMORE) >= 0);
    }
    writer->id_count = 0;
}

static void batch_run(struct writer *writer)
{
    uint64_t one = 1;
    while (writer->id_count < REQUESTS_PER_BATCH && message_take(writer)) {
    }
    if (writer->txn == NULL) {
        return;
    }
    NEED(mdb_txn_commit(writer->txn) == 0);
    writer->txn = NULL;
    replies_send(writer);
    NEED(write(writer->publisher_event, &one, sizeof one) == sizeof one);
}

/* -- the publisher ----------------------------------------------------------------------------- */

struct publisher {
    struct writer *writer;
    MDB_txn *txn;
    uint8_t peer[IDENTITY_BYTES_MAX]; /* the archive */
    size_t peer_size;
    uint64_t next;
    uint64_t credit;
    uint8_t frame[ID_BYTES + STREAM_BYTES_MAX + MESSAGE_BYTES_MAX / 2];
};

static void wants_take(struct publisher *publisher)
{
    struct want want;
    void *socket = publisher->writer->stream;
    int size = 0;
    while ((size = zmq_recv(socket, publisher->peer, sizeof publisher->peer, ZMQ_DONTWAIT)) >= 0) {
        NEED(zmq_recv(socket, &want, sizeof want, 0) == sizeof want);
        publisher->peer_size = (size_t)size;
        publisher->credit = want.credit;
        publisher->next = publisher->next == 0 ? want.done + 1 : publisher->next;
    }
}

/* Puts the next events into the frame; its size, 0 when there are none that may be sent. */
static size_t frame_fill(struct publisher *publisher)
{
    size_t size = ID_BYTES;
    memcpy(publisher->frame, &publisher->next, ID_BYTES);
    for (int i = 0; i < STREAM_RECORDS_MAX && size < STREAM_BYTES_MAX; i++) {
        uint64_t seq = publisher->next;
        MDB_val key = {.mv_size = sizeof seq, .mv_data = &seq};
        MDB_val value;
        if (seq > publisher->credit ||
            mdb_get(publisher->txn, publisher->writer->store.log, &key, &value) != 0) {
            break;
        }
        uint32_t record_size = (uint32_t)value.mv_size;
        memcpy(publisher->frame + size, &record_size, RECORD_HEAD_BYTES);
        memcpy(publisher->frame + size + RECORD_HEAD_BYTES, value.mv_data, value.mv_size);
        size += RECORD_HEAD_BYTES + value.mv_size;
        publisher->next++;
    }
    return size == ID_BYTES ? 0 : size;
}

static void publish(struct publisher *publisher)
{
    void *socket = publisher->writer->stream;
    size_t size = 0;
    NEED(mdb_txn_renew(publisher->txn) == 0);
    while (publisher->next > 0 && (size = frame_fill(publisher)) > 0) {
        NEED(zmq_send(socket, publisher->peer, publisher->peer_size, ZMQ_SNDMORE) >= 0);
        NEED(zmq_send(socket, publisher->frame, size, 0) >= 0);
    }
    mdb_txn_reset(publisher->txn);
}

static void *publisher_run(void *context)
{
    struct publisher *publisher = calloc(1, sizeof *publisher);
    NEED(publisher != NULL);
    publisher->writer = context;
    MDB_env *environment = publisher->writer->store.environment;
    NEED(mdb_txn_begin(environment, NULL, MDB_RDONLY, &publisher->txn) == 0);
    mdb_txn_reset(publisher->txn);
    for (;;) {
        uint64_t count = 0;
        zmq_pollitem_t items[] = {{.socket = publisher->writer->stream, .events = ZMQ_POLLIN},
                                  {.fd = publisher->writer->publisher_event, .events = ZMQ_POLLIN}};
        NEED(zmq_poll(items, 2, -1) >= 0);
        if (items[1].revents != 0) {
            NEED(read(publisher->writer->publisher_event, &count, sizeof count) == sizeof count);
        }
        wants_take(publisher);
        publish(publisher);
    }
    return NULL;
}

int writer_main(const char *folder)
{
    struct writer *writer = calloc(1, sizeof *writer);
    void *context = zmq_ctx_new();
    pthread_t publisher;
    NEED(writer != NULL && context != NULL);
    bare_store_open(&writer->store, folder, "writer");
    writer->commands = socket_bind(context, folder, "command", QUEUE_MESSAGES);
    writer->stream = socket_bind(context, folder, "stream", STREAM_QUEUE_MESSAGES);
    writer->publisher_event = eventfd(0, EFD_CLOEXEC);
    NEED(writer->publisher_event >= 0);
    NEED(pthread_create(&publisher, NULL, publisher_run, writer) == 0);
    for (;;) {
        zmq_pollitem_t item = {.socket = writer->commands, .events = ZMQ_POLLIN};
        batch_run(writer);
        NEED(zmq_poll(&item, 1, -1) >= 0);
    }
}
