/* The host: a service's engine over real sockets, threads and a real clock.
 *
 *   writer     gathers commands, stream records, timers and workers' reports; one batch after the
 *              other through the engine; replies after the commit
 *   publisher  streams the log to its consumers, from the store
 *   readers    answer queries from snapshots, beside the writer
 *   workers    do what the state says has to be done outside
 *   tenders    do now and then what belongs to no case (services that have such)
 *   uploads    takes files past the writer (services that take any)
 *
 * A program is main.c with one line: return service_main(&fee, argc, argv); */
#pragma once

#include "bus/link.h"
#include "service/engine.h"
#include "service/trusted_clock.h"

struct host;

/* Takes the place of `main`: options, help, health check, replay, or the service itself until it is
 * told to end. Returns the exit code. */
int service_main(const struct service *service, int argc, char **argv);

/* What service_main is made of, for a program that does more (the gateway). */
struct options;
void service_options_add(struct options *options, const struct service *service);
enum log_level service_log_level(const struct options *options);

/* Leaves SIGTERM and SIGINT to host_run; before any thread is started. */
void service_signals_block(void);

/* Does what needs no running service (--version, --replay, --digest, check); true when the program
 * is then over, with `ret_code`. */
bool service_offline_command(const struct service *service, const struct options *options,
                             const struct logger *logger, int *ret_code);

/* The service itself, for a program that runs more than a service (the gateway). */
struct host_options {
    const struct service *service;
    const struct options *options;
    const struct logger *logger;
};

enum err host_open(const struct host_options *options, struct host **ret_host,
                   struct reason *reason);

/* What a supervisor can tell apart: start again, or wait for a person. */
enum host_exit { HOST_EXIT_ENDED = 0, HOST_EXIT_RESTART = 1, HOST_EXIT_NEEDS_A_PERSON = 3 };

/* The exit code of a program that ends for `err`: a person is needed where starting again would
 * find the same. */
enum host_exit host_exit_code(enum err err);

/* Runs until SIGTERM or SIGINT, or until it must not go on. Returns the exit code. */
int host_run(struct host *host);
void host_close(struct host **host);

/* Tells a running host to end; from any thread. */
void host_stop(struct host *host);

struct engine *host_engine(const struct host *host);
struct link *host_link(const struct host *host);
struct trusted_clock *host_clock(struct host *host);

/* A socket for another thread of this process to give commands to the writer, internal ones too:
 * requests and replies as on the command endpoint. */
enum err host_connect_inside(const struct host *host, struct link_socket **ret_socket,
                             struct reason *reason);

/* The folder of this service's data. */
const char *host_folder(const struct host *host);

/* True once the host answers and until it drains. */
bool host_is_ready(const struct host *host);

/* The options that every service has. */
extern const struct option_spec host_option_specs[];
extern const size_t host_option_count;

/* -- for perform functions --------------------------------------------------------------------- */

enum { REPORTS_AHEAD_MAX = 32 };

/* An order that was performed and reported, until it is seen that it is gone. */
struct reported_order {
    struct uuid id;
    int64_t due_ms;
    int64_t attempts;
    unsigned kind;
    bool was_readable;
};

/* A worker thread as perform functions see it. The state may be read between worker_look and
 * worker_done only, and what slow work needs of it is copied first: a snapshot that is held while a
 * mail server thinks keeps the store from using its pages again. */
struct worker {
    struct host *host;
    struct arena *arena;        /* of the order, reset after it */
    struct state *state;        /* after worker_look: a snapshot as of then */
    struct store_txn *snapshot; /* of `state`; for worker_look and worker_done */
    const struct options *options;
    const struct logger *logger;
    void *memory; /* of the service */
    int64_t now_ms;
    struct link_socket *reports;
    int64_t next_request;
    int64_t first_request; /* of those whose answers are waited for */
    size_t answers_due;
    struct reported_order reported[REPORTS_AHEAD_MAX];
    size_t reported_count;
    struct key passed; /* orders up to here are in somebody's hands; empty: look from the first */
};

/* Takes a fresh snapshot for `worker->state` and renews `now_ms`; false when the store cannot be
 * read. */
bool worker_look(struct worker *worker);

/* Lets the snapshot go; does nothing without one. */
void worker_done(struct worker *worker);

/* True when the host was told to end: what waits for somebody outside gives up. */
bool worker_is_ending(const struct worker *worker);

/* Reports the outcome: gives an internal command to the writer, and lets the snapshot go. The
 * answer is not waited for: a report that is not taken leaves the order standing, and the order is
 * tried again, later each time. */
void worker_report(struct worker *worker, const struct wire_message *message, const void *command);

/* Waits until the reports so far are answered, some seconds at most: for work of many steps, whose
 * next step rests on what became of the last. Whether they were taken shows in a fresh snapshot. */
void worker_wait(struct worker *worker);
