/* Consumes the stream: what has come, one transaction, then the word that it is durable. */
#include "skeleton.h"

#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { QUEUE_MESSAGES = 256, MESSAGES_PER_BATCH = 64 };

struct archive {
    struct bare_store store;
    void *stream;
    MDB_txn *txn; /* of this batch */
    uint64_t done;
};

static void records_store(struct archive *archive, const uint8_t *frame, size_t size)
{
    uint64_t seq = 0;
    memcpy(&seq, frame, ID_BYTES);
    NEED(seq == archive->done + 1);
    for (size_t at = ID_BYTES; at < size; seq++) {
        uint32_t record_size = 0;
        memcpy(&record_size, frame + at, sizeof record_size);
        at += sizeof record_size;
        bare_store_append(&archive->store, archive->txn, seq, frame + at, record_size);
        at += record_size;
        archive->done = seq;
    }
}

/* Takes what waits; true when there was anything. */
static bool messages_take(struct archive *archive)
{
    for (int i = 0; i < MESSAGES_PER_BATCH; i++) {
        zmq_msg_t message;
        zmq_msg_init(&message);
        bool is_there = zmq_msg_recv(&message, archive->stream, ZMQ_DONTWAIT) >= 0;
        if (is_there && archive->txn == NULL) {
            NEED(mdb_txn_begin(archive->store.environment, NULL, 0, &archive->txn) == 0);
        }
        if (is_there) {
            records_store(archive, zmq_msg_data(&message), zmq_msg_size(&message));
        }
        zmq_msg_close(&message);
        if (!is_there) {
            break;
        }
    }
    return archive->txn != NULL;
}

static void batch_commit(struct archive *archive)
{
    MDB_val key = {.mv_size = 4, .mv_data = (char[]){"done"}};
    MDB_val value = {.mv_size = sizeof archive->done, .mv_data = &archive->done};
    NEED(mdb_put(archive->txn, archive->store.cursors, &key, &value, 0) == 0);
    NEED(mdb_txn_commit(archive->txn) == 0);
    archive->txn = NULL;
}

static void want_send(const struct archive *archive)
{
    struct want want = {.done = archive->done, .credit = archive->done + STREAM_WINDOW};
    NEED(zmq_send(archive->stream, &want, sizeof want, 0) == sizeof want);
}

int archive_main(const char *folder)
{
    struct archive *archive = calloc(1, sizeof *archive);
    void *context = zmq_ctx_new();
    NEED(archive != NULL && context != NULL);
    bare_store_open(&archive->store, folder, "archive");
    archive->stream = socket_connect(context, folder, "stream", QUEUE_MESSAGES);
    NEED(mdb_txn_begin(archive->store.environment, NULL, MDB_RDONLY, &archive->txn) == 0);
    archive->done = bare_store_end(&archive->store, archive->txn);
    mdb_txn_abort(archive->txn);
    archive->txn = NULL;
    want_send(archive);
    for (;;) {
        zmq_pollitem_t item = {.socket = archive->stream, .events = ZMQ_POLLIN};
        NEED(zmq_poll(&item, 1, -1) >= 0);
        if (messages_take(archive)) {
            batch_commit(archive);
            want_send(archive);
        }
    }
}
