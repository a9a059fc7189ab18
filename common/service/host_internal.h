/* What the host's source files share; nobody else includes this. */
#pragma once

#include "service/builtin.h"
#include "service/host.h"
#include "service/uploads.h"

#include <pthread.h>
#include <stdatomic.h>

enum { WORKERS_MAX = 8 };

/* The first frame of a message on a stream or upload socket says what the second one is. */
#define FRAME_RECORDS "R"
#define FRAME_REFUSED "X"
#define FRAME_BEGIN   "B"
#define FRAME_CHUNK   "C"

struct host {
    const struct service *service;
    const struct options *options;
    const struct logger *logger;
    struct link *link;
    struct engine *engine;
    struct trusted_clock clock;
    char *folder;

    /* sockets of the writer */
    struct link_socket *commands;
    struct link_socket *reports; /* from workers and other threads of this process */
    struct link_socket *streams[ENGINE_STREAMS_MAX];
    int64_t heard_ms[ENGINE_STREAMS_MAX]; /* boot time of the last sign of life */
    int64_t wanted_ms[ENGINE_STREAMS_MAX];
    struct wire_reader stream_reader;
    struct arena stream_arena;
    struct buffer buffer;

    /* sockets of the other threads, made before they start */
    struct link_socket *queries;
    struct link_socket *stream_out;
    struct link_socket *uploads;

    pthread_t publisher;
    pthread_t reader;
    pthread_t uploader;
    pthread_t workers[WORKERS_MAX];
    size_t worker_count;
    bool publisher_runs;
    bool reader_runs;
    bool uploader_runs;

    /* told between threads */
    int stop_event;      /* the writer is to drain and end */
    int publisher_event; /* something was committed, or the end */
    int reader_event;
    int worker_event;
    _Atomic bool ending;      /* threads are to end */
    _Atomic bool ready;       /* commands are taken */
    _Atomic bool draining;    /* was told to end */
    _Atomic int refusal;      /* enum err: why nothing can be written, or ERR_OK */
    _Atomic bool log_corrupt; /* a stored record does not match its chain */
    _Atomic uint64_t own_seq;
    _Atomic uint64_t archived;
    _Atomic uint64_t stream_seq[ENGINE_STREAMS_MAX];
    _Atomic uint64_t stream_end[ENGINE_STREAMS_MAX];
    _Atomic bool stream_alive[ENGINE_STREAMS_MAX];
    _Atomic bool stream_diverged[ENGINE_STREAMS_MAX];
    _Atomic uint64_t queries_answered;
    _Atomic uint64_t uploads_taken;
    _Atomic uint64_t work_done;
    _Atomic uint64_t work_failed;
    _Atomic bool reader_waits; /* a query waits for a stream */

    pthread_mutex_t work_lock; /* orders that a worker has taken */
    struct uuid work_taken[WORKERS_MAX];
    size_t work_taken_count;
};

/* Rings a thread's bell. */
void host_ring(int event);

/* Silences it again. */
void host_hush(int event);

/* The threads; each ends when `ending` is set and its bell rings. */
void *publisher_run(void *host);
void *reader_run(void *host);
void *worker_run(void *host);
void *uploader_run(void *host);

/* How the service is and what it counts, from what the threads tell each other. */
struct health host_health(struct host *host, struct arena *arena, struct store_txn *txn);
struct metrics host_metrics(struct host *host, struct arena *arena, struct store_txn *txn);

/* Tells the service manager how things stand (sd_notify); does nothing without one. */
void notify_manager(const char *state);
