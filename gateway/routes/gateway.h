/* The gateway as a whole: the HTTP server, the bus to the services, identity, the rules, all driven
 * by one loop (front.c). Everything here belongs to that loop's thread. */
#pragma once

#include "base/logline.h"
#include "base/options.h"
#include "http/server.h"
#include "identity/identity.h"
#include "identity/limits.h"
#include "identity/passwords.h"
#include "service/host.h"

#include <stdatomic.h>

struct bus;
struct rules_cache;
struct positions;
struct uploads;
struct hints;
struct visit;

struct gateway {
    const struct options *options;
    const struct logger *logger;
    struct host *host; /* of the gateway's own small state; its threads are not this one */
    struct server *server;
    struct bus *bus;
    struct rules_cache *rules;
    struct positions *positions;
    struct uploads *uploads;
    struct hints *hints;
    struct passwords *passwords;
    struct limits *limits;
    struct random_source random;
    struct time_source clock; /* for what never jumps */
    struct arena scratch;     /* of one turn of the loop */
    struct wire_reader reader;
    struct state state; /* the gateway's own tables, as of this turn of the loop */
    struct store_txn *snapshot;
    struct visit *sleepers; /* visits that wait for a while and then look again */
    int64_t boot_ms;        /* of this turn */
    bool is_ending;
    _Atomic bool host_is_over; /* told by the thread that runs the host */
};

/* Runs the HTTP side beside the host until the host drains. The thread of the loop. */
void *front_run(void *context);

enum err gateway_open(const struct options *options, const struct logger *logger, struct host *host,
                      struct gateway **ret_gateway, struct reason *reason);
void gateway_close(struct gateway **gateway);

extern const struct option_spec gateway_options[];
extern const size_t gateway_option_count;

/* The key and the rest of the gateway's memory as a service. */
const struct identity *gateway_identity(const struct gateway *gateway);

/* The hall's time now. */
int64_t gateway_now_ms(const struct gateway *gateway);
