/* What the host's source files share; nobody else includes this. */
#pragma once

#include "service/builtin.h"
#include "service/host.h"
#include "service/order_book.h"
#include "service/uploads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { WORKERS_MAX = ORDERS_TAKEN_MAX / REPORTS_AHEAD_MAX };

enum { TENDERS_MAX = 4 };

/* A thread that tends something (service.h). */
struct host_tender {
    struct host *host;
    tend_function *tend;
    pthread_t thread;
    int event; /* its bell: the end */
};

/* The service manager's socket. */
struct notifier {
    int descriptor; /* -1: there is no manager */
    struct sockaddr_un address;
    socklen_t address_size;
    int64_t alive_ms; /* boot time of the last sign of life */
};

/* One stream, as the writer tends it. */
struct host_stream {
    struct link_socket *socket;
    int64_t asked_ms;  /* boot time of the first ping that was not answered; 0: none */
    int64_t wanted_ms; /* boot time of the last want */
    bool want_lost;    /* nobody was there to take it */
    bool misdirected_told;
    enum stream_health told_health; /* what the log last said of it */
};

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
    struct host_stream streams[ENGINE_STREAMS_MAX];
    size_t stream_count;
    struct notifier notifier;
    bool held_told; /* that the clock is held stands in the log */
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
    struct host_tender tenders[TENDERS_MAX];
    size_t tender_count;
    pthread_t workers[WORKERS_MAX];
    size_t worker_count;
    bool publisher_runs;
    bool reader_runs;
    bool uploader_runs;

    /* told between threads */
    int stop_event;      /* the writer is to drain and end, or to look at must_end */
    int publisher_event; /* something was committed, or the end */
    int reader_event;
    int worker_event;
    int uploader_event;
    _Atomic bool ending;       /* threads are to end */
    _Atomic bool ready;        /* commands are taken */
    _Atomic bool draining;     /* was told to end */
    _Atomic int must_end;      /* enum err: why the process may not go on, or ERR_OK */
    _Atomic int refusal;       /* enum err: why nothing can be written, or ERR_OK */
    _Atomic bool log_corrupt;  /* a stored record does not match its chain */
    _Atomic bool work_corrupt; /* an order cannot be read */
    _Atomic uint64_t own_seq;
    _Atomic uint64_t own_event_seq; /* the last event: marks stand behind. Set before own_seq */
    _Atomic uint64_t archived;
    _Atomic uint64_t slowest; /* up to where every consumer that is there has the log */
    _Atomic uint64_t stream_seq[ENGINE_STREAMS_MAX];
    _Atomic uint64_t stream_end[ENGINE_STREAMS_MAX];
    _Atomic bool stream_alive[ENGINE_STREAMS_MAX];
    _Atomic bool stream_diverged[ENGINE_STREAMS_MAX];
    _Atomic uint64_t queries_answered;
    _Atomic uint64_t uploads_taken;
    _Atomic uint64_t work_done;
    _Atomic uint64_t work_failed;
    _Atomic bool reader_waits; /* a query waits for a stream */

    struct order_book orders;
};

/* Rings a thread's bell. */
void host_ring(int event);

/* Silences it again. */
void host_hush(int event);

/* A tender, given its struct host_tender; ends as the others do. */
void *tender_run(void *context);

/* The threads, each given the host; each ends when `ending` is set and its bell rings. */
void *publisher_run(void *context);
void *reader_run(void *context);
void *worker_run(void *context);
void *uploader_run(void *context);

/* The writer: one batch after the other until the service is told to end or must. `signals` is a
 * signalfd. */
enum err writer_run(struct host *host, int signals);

/* Streams, by the writer. `streams_receive` takes what came on the sockets whose bits are set in
 * `ready`; false when it stopped at its bound. `streams_judge`, right after it, notices who fell
 * silent. `streams_tend`, after the commit, acknowledges what was consumed, asks for what is
 * missing and tells the other threads. `streams_rest_ms`: how long they may be left alone. */
bool streams_receive(struct host *host, uint32_t ready);
void streams_judge(struct host *host);
void streams_tend(struct host *host);
long streams_rest_ms(struct host *host);

int64_t host_boot_ms(struct host *host);

/* How the service is and what it counts, from what the threads tell each other. */
struct health host_health(struct host *host, struct arena *arena, struct store_txn *txn);
struct metrics host_metrics(struct host *host, struct arena *arena, struct store_txn *txn);

/* Tells the service manager how things stand (sd_notify); does nothing without one. `notify_alive`
 * feeds its watchdog, at most once a second. */
void notify_open(struct notifier *notifier);
void notify_close(struct notifier *notifier);
void notify_manager(const struct notifier *notifier, const char *state);
void notify_alive(struct notifier *notifier, int64_t boot_ms);
