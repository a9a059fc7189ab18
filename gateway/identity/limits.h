/* Limits per client: how often somebody may guess or begin something, so that nobody else is locked
 * out (API: 429).
 *
 * A bucket per client address and kind: each try takes one token, tokens come back with time. The
 * table is bounded; when it is full the oldest bucket goes. In memory only. One thread. */
#pragma once

#include "base/bytes.h"

enum limit_kind {
    LIMIT_GUESSES,  /* wrong passwords and codes */
    LIMIT_SESSIONS, /* sessions for filing only */
    LIMIT_KINDS,
};

struct limits;

struct limits *limits_open(void);
void limits_close(struct limits **limits);

/* Milliseconds until `client` may try again; 0 when it may now. `boot_ms` is time that never
 * jumps. */
int64_t limits_wait_ms(struct limits *limits, enum limit_kind kind, const char *client,
                       int64_t boot_ms);

/* Takes a token: a wrong guess, a session. */
void limits_take(struct limits *limits, enum limit_kind kind, const char *client, int64_t boot_ms);
