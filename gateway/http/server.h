/* The HTTP server: libmicrohttpd in the caller's loop, one thread for all connections.
 *
 * Requests come to the handlers; a request that cannot be answered at once is suspended and waits
 * without a thread. TLS when a certificate is given, otherwise plain HTTP for a declared proxy or
 * this machine. */
#pragma once

#include "base/options.h"
#include "http/exchange.h"

struct server;

/* Who handles requests. `context` is given to each. */
struct server_handlers {
    void *context;

    /* The headers are here: sets `body_bytes_max` and `streams`, or answers at once. */
    void (*begin)(void *context, struct exchange *exchange);

    /* A piece of a streaming body: returns how many bytes were taken. With fewer than all the
     * exchange waits until server_resume. */
    size_t (*data)(void *context, struct exchange *exchange, struct bytes bytes);

    /* The whole request is here: answers now or later. */
    void (*run)(void *context, struct exchange *exchange);

    /* The exchange is over, answered or not; `work` is to be given back. */
    void (*forget)(void *context, struct exchange *exchange);
};

extern const struct option_spec server_options[];
extern const size_t server_option_count;

enum err server_open(const struct options *options, const struct server_handlers *handlers,
                     struct server **ret_server, struct reason *reason);

/* Closes at once; every exchange must have been answered (server_busy). */
void server_close(struct server **server);

/* Takes no new connections; those that are open go on. */
void server_quiesce(struct server *server);

/* The port it listens on. */
unsigned server_port(const struct server *server);

/* A descriptor that becomes readable when server_run has something to do, and how long the loop may
 * wait for it at most, in milliseconds (-1: for ever). */
int server_descriptor(const struct server *server);
long server_wait_ms(const struct server *server);
void server_run(struct server *server);

/* Lets a suspended exchange go on: its answer is there, or it may send more of its body. */
void server_resume(struct exchange *exchange);

/* Exchanges that are under way, and connections that are open. */
size_t server_busy(const struct server *server);
size_t server_connections(const struct server *server);

/* What is counted; read by any thread. */
struct server_counters {
    uint64_t requests;
    uint64_t answers[6]; /* by the first digit of the status */
};
struct server_counters server_counters(const struct server *server);
