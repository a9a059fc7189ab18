/* The virtual host: what common/service/host.c is to a service in production, on the virtual bus
 * and in virtual time. The engine, the stream machines, the order book and the services are the
 * real ones; only sockets, threads and clocks are not.
 *
 *   host_round    the writer: what has come, one batch, its replies, its wants
 *   host_publish  the publisher: wants taken, records sent
 *   host_work     a worker: one order that is due
 *
 * Each is one step of the run, so that they interleave as threads would. A host can be told to die
 * within its next round or work; what had not been committed is then gone. */
#pragma once

#include "bus.h"

#include "service/engine.h"
#include "service/host.h"
#include "service/order_book.h"

/* Where within a round a host dies. */
enum death {
    DEATH_NONE,
    DEATH_BEFORE_COMMIT,   /* decided and applied, nothing durable */
    DEATH_AFTER_COMMIT,    /* durable, nothing said */
    DEATH_BETWEEN_REPLIES, /* some told, some not */
    DEATH_AFTER_REPLIES,   /* all told, consumption not acknowledged */
    DEATH_KINDS
};

/* A stream as the host tends it. */
struct sim_stream {
    size_t from;       /* the producer's place; HOSTS_MAX when that service is not simulated */
    int64_t asked_ms;  /* the first ping without an answer; 0: none */
    int64_t wanted_ms; /* the last want */
    bool want_lost;
};

/* A worker's report on its way to the writer. */
struct sim_report {
    struct bytes request; /* owned */
    struct uuid order;
    int64_t due_ms;
    unsigned kind;
};

struct sim_host {
    const struct service *service;
    size_t place;
    char folder[192];
    struct logger logger;
    struct options options; /* its texts point to the two arguments */
    char registers_argument[192];
    char mail_argument[192];
    struct engine *engine; /* NULL: it is down */
    int64_t back_ms;       /* boot time from which it may start again */

    struct stream_producer producer;
    struct sim_stream streams[ENGINE_STREAMS_MAX];
    struct order_book orders;
    struct sim_report report; /* `request` empty: none is under way */

    enum death death;      /* waits for it in its next round */
    bool dies_in_work;     /* after the next order was performed, before it is reported */
    bool disk_is_full;     /* nothing can be written */
    int64_t full_since_ms; /* boot time */
    bool commit_fails;     /* the next commit finds no room */
    bool clock_is_held;    /* no legal timer is worked */
    size_t window;         /* of its streams */
    int64_t ahead_ms;      /* its clock before the world's */
};

struct sim_host *host_make(struct world *world, const struct service *service, size_t place);
void host_free(struct sim_host **host);

bool host_is_up(const struct sim_host *host);

/* The time its machine tells. */
int64_t host_wall_ms(const struct world *world, const struct sim_host *host);
void host_start(struct world *world, struct sim_host *host);

/* What was uploaded there a day ago and not claimed goes. */
void host_uploads_tidy(struct world *world, struct sim_host *host);

/* Ends it on the spot: the batch under way is undone, connections end. */
void host_die(struct world *world, struct sim_host *host);

void host_round(struct world *world, struct sim_host *host);
void host_publish(struct world *world, struct sim_host *host);
void host_work(struct world *world, struct sim_host *host);

/* True when a round, a look at the publisher's socket, or an order waits for it. */
bool host_has_round(struct world *world, struct sim_host *host);
bool host_has_order(struct world *world, struct sim_host *host);

/* When its next order is due, by its own clock; INT64_MAX when there is none. */
int64_t host_next_order(struct world *world, struct sim_host *host);

/* The host of that name; NULL when it is not simulated. */
struct sim_host *host_find(const struct world *world, const char *name);

/* A request that does not come over the bus. */
struct call {
    struct bytes request;
    bool is_internal; /* from a thread of the same process */
};

/* Puts a call before the writer at once and waits for its reply, as a worker of another process
 * does. False when none came. The reply's bytes live in `arena`. */
bool host_call(struct world *world, struct sim_host *host, const struct call *call,
               struct arena *arena, struct bytes *ret_reply);

/* Asks a query of the host's present snapshot, as its reader thread would. False when the host is
 * down or refuses; the answer lives in `arena`. */
bool host_ask(struct sim_host *host, const struct principal *principal,
              const struct wire_message *question, const void *data, struct arena *arena,
              const void **ret_answer);

/* The same where the message of the answer is wanted too. */
bool host_ask_any(struct sim_host *host, const struct principal *principal,
                  const struct wire_message *question, const void *data, struct arena *arena,
                  struct wire_any *ret_answer);

/* -- between the host's own files ----------------------------------------------------------- */

/* Streams, around a batch: what has come, who fell silent, what to tell. */
void host_streams_receive(struct world *world, struct sim_host *host);
void host_streams_tend(struct world *world, struct sim_host *host);
void host_streams_begin(struct world *world, struct sim_host *host);

/* True for a reply that goes over the bus, to a client. */
bool host_is_for_client(const struct engine_reply *reply);

/* The writer told what became of a report. */
void host_report_over(struct world *world, struct sim_host *host);

/* What a host does wrong on purpose (world.broken). */
struct damage {
    char before[256]; /* copy of the store before the batch; empty: none */
    uint8_t rows[ENGINE_STREAMS_MAX][8 + HASH_BYTES];
    bool has_row[ENGINE_STREAMS_MAX];
};
void damage_prepare(struct world *world, struct sim_host *host, struct damage *damage);
void damage_reply_first(struct world *world, struct sim_host *host, struct damage *damage);
void damage_mark_apart(struct world *world, struct sim_host *host, const struct damage *damage);
