/* The bare path of a filing, with the hall's libraries and settings and none of its logic: what the
 * machine could do at most.
 *
 *   gateway   POST -> one frame to the writer; its reply -> 201    (gateway/http/server.c,
 * routes/bus.c) writer    drain, one LMDB transaction: a row and an event a request; commit; reply
 *             (common/service/host_writer.c), and a publisher thread that streams the log from the
 *             store (common/service/publisher.c)
 *   archive   consumes the stream and makes every event durable again (services/audit)
 *
 * Each is a process of its own. Nothing is parsed, hashed, sealed, checked or authorised. Whatever
 * goes wrong ends the process: this is an instrument, not a service. */
#pragma once

#include <lmdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ends the process when `condition` is false. */
#define NEED(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            need_failed(#condition, __FILE__, __LINE__);                                           \
        }                                                                                          \
    } while (false)
_Noreturn void need_failed(const char *condition, const char *file, int line);

int gateway_main(const char *folder, unsigned port);
int writer_main(const char *folder);
int archive_main(const char *folder);

/* -- sockets: the settings of common/bus/link.c ------------------------------------------------ */

enum { FRAMES_MAX = 256, MESSAGE_BYTES_MAX = 1 << 20 };

/* `queue_messages` may wait per peer and direction. */
void *socket_bind(void *context, const char *folder, const char *name, int queue_messages);
void *socket_connect(void *context, const char *folder, const char *name, int queue_messages);

/* -- store: the settings of common/store ------------------------------------------------------- */

struct bare_store {
    MDB_env *environment;
    MDB_dbi log;     /* sequence number -> event */
    MDB_dbi rows;    /* growing key -> row */
    MDB_dbi cursors; /* "done" -> sequence number */
};

/* Opens or makes `folder`/`name`.mdb. */
void bare_store_open(struct bare_store *store, const char *folder, const char *name);

/* Appends an event behind all others. */
void bare_store_append(const struct bare_store *store, MDB_txn *txn, uint64_t seq,
                       const void *event, size_t size);

/* The sequence number of the last event; 0 when there is none. */
uint64_t bare_store_end(const struct bare_store *store, MDB_txn *txn);

/* -- what goes over the wire ------------------------------------------------------------------- */

/* Gateway and writer: a frame is the request's id and, towards the writer, the body. */
enum { ID_BYTES = sizeof(uint64_t) };

/* Archive to writer: how far it has come, and how far it may be sent. */
struct want {
    uint64_t done;
    uint64_t credit;
};

/* Writer to archive: a frame is the number of the first event, then each as u32 size and bytes. */
enum { STREAM_WINDOW = 4096, STREAM_RECORDS_MAX = 512, STREAM_BYTES_MAX = 256 * 1024 };
