/* Checkers: what must hold at every moment of a run, and of the whole when it has come to rest.
 *
 * They read what the hosts have made durable: logs, tables, the archivist's record. They know the
 * events' vocabulary, and of the services nothing else. A fact that does not hold ends the run
 * (world_fail). */
#pragma once

#include "host.h"

struct checks *checks_open(void);
void checks_close(struct checks **checks);

/* A host came up: all that was seen of its log before is still there. */
void checks_host_started(struct world *world, struct sim_host *host);

/* A reply came: what it says is durable where it came from. */
void checks_reply(struct world *world, const struct reply *reply);

/* After each step: the logs' new records, what each host knows, what the archivist took. */
void checks_step(struct world *world);

/* When the hall has come to rest: everything is level, everything adds up, everything replays. */
void checks_rest(struct world *world);
