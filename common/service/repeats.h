/* Requests that may come again: the same Idempotency-Key within seven days gets the first success
 * again (draft-ietf-httpapi-idempotency-key-header-07).
 *
 * What is kept is where the first request's events stand in the log; its reply is those events, so
 * no reply is stored. The records are rebuilt from the events' envelopes when the log is replayed,
 * stand in a table a day, and are dropped a table at a time. They are in no digest. Which day a
 * table holds is also kept in memory, for every request with a key asks for eight of them. */
#pragma once

#include "service/state.h"
#include "service/tables.h"

struct repeat {
    uint8_t body[16]; /* keyed hash of the body of the first request */
    uint64_t seq;     /* its first event */
};

/* The day each table holds, as far as it is known. All zero: nothing is known. */
struct repeat_days {
    uint64_t behind[REPEAT_DAYS]; /* the day after the one it holds; 0: look it up; UINT64_MAX: it
                                     holds none */
};

/* Forgets what is known: a batch was undone. */
void repeat_days_forget(struct repeat_days *days);

/* Finds a request with the same key made within seven days before `now_ms`. */
bool repeat_find(struct state *state, struct repeat_days *days, struct bytes key, int64_t now_ms,
                 struct repeat *ret_repeat);

/* Remembers a request made at `now_ms`; drops the day's table if it still holds an older day. */
void repeat_remember(struct state *state, struct repeat_days *days, struct bytes key,
                     const struct repeat *repeat, int64_t now_ms);
