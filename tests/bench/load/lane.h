/* A lane: one keep-alive connection to the gateway, and the round that is under way on it.
 *
 * HTTP/1.1 as far as the gateway answers it: a head, and a body of Content-Length bytes. A client
 * of our own, because the client's share of two cores decides what is measured: libcurl's multi
 * interface costs several times as much per request. */
#pragma once

#include "plan.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    REQUEST_BYTES_MAX = 16 * 1024,
    RESPONSE_BYTES_MAX = 64 * 1024,
    KEPT_BYTES_MAX = 64,
    POSITION_BYTES_MAX = 256,
};

struct lane {
    const struct plan *plan;
    size_t number;
    int socket;
    size_t round; /* of the plan */
    size_t step;
    unsigned tries; /* of this step */
    int64_t round_began_ns;
    int64_t wake_ns; /* when to try again; 0: an answer is awaited */
    char kept[KEPT_BYTES_MAX];
    char position[POSITION_BYTES_MAX]; /* Hall-Position, as the last answer told it */
    char request[REQUEST_BYTES_MAX];
    char response[RESPONSE_BYTES_MAX];
    size_t response_size;
};

/* What became of an answer. */
enum lane_news {
    LANE_WAITS,   /* it is not all there */
    LANE_GOES_ON, /* success */
    LANE_REFUSED, /* 409 or 503: what the step rests on is still on its way; try again */
    LANE_FAILED,  /* any other refusal, told on standard error */
    LANE_LOST,    /* the connection is gone */
};

/* Connects; false when nobody listens. */
bool lane_open(struct lane *lane, const struct plan *plan, size_t number);
void lane_close(struct lane *lane);

/* Begins `round` at its first step; words of `plan` from `round` on are its own. */
void lane_begin(struct lane *lane, size_t round);

/* Sends the present step. */
bool lane_send(struct lane *lane);

/* Reads what has come. */
enum lane_news lane_receive(struct lane *lane);
