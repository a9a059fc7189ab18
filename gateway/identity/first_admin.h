/* The first administrator: who makes all other accounts. Made from a file when there is no account
 * yet; before the host runs, by the thread that opened it. */
#pragma once

#include "service/host.h"

/* Reads {"login", "badge", "password"} from the file that --first-admin names, and makes the
 * account unless there is one already. */
enum err first_admin_make(struct host *host, const struct options *options, struct reason *reason);
