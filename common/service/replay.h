/* Replay and digests: a service's state rebuilt from a record, and what it is compared by.
 *
 * Both print one JSON object on standard output: the service, the end of its log, and the SHA-256
 * of every table that is a function of the logs. Equal digests mean equal state, key by key. */
#pragma once

#include "base/logline.h"
#include "service/service.h"

/* Rebuilds the state of `service` from the record named by --replay into the empty folder --data
 * and prints its digests. Returns the exit code. */
int replay_run(const struct service *service, const struct options *options,
               const struct logger *logger);

/* Prints the digests of the tables in --data; the service may run meanwhile. */
int digest_run(const struct service *service, const struct options *options);
