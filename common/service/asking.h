/* Asking another service from a worker: the one question that services put to each other is to
 * intake's vault (DESIGN: commands and queries). */
#pragma once

#include "service/host.h"

/* Gives `command` to the writer of `service` on behalf of `principal` and waits for the answer, at
 * most `wait_ms`. What `ret_answer`, a struct of `answer`, points to lives in the worker's arena.
 * ERR_UNAVAILABLE when the service is away or says that it cannot now, ERR_TIMEOUT when it does not
 * answer, ERR_DENIED when it says no. The caller's key may do no more than its grants there: by the
 * grant `vault`, commands with COMMAND_FOR_VAULT in the name (login) of the key. */
enum err worker_ask(struct worker *worker, const char *service, const struct principal *principal,
                    const struct wire_message *command, const void *data, long wait_ms,
                    const struct wire_message *answer, void *ret_answer);
