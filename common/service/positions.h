/* How far logs are known here, held against what a request rests on (DESIGN I8). Any thread, each
 * with what it knows. */
#pragma once

#include "service/engine.h"

struct positions_known {
    const struct service *service;
    uint64_t own;                         /* end of the own log */
    uint64_t streams[ENGINE_STREAMS_MAX]; /* consumed up to; in the order of service->streams */
};

enum positions_reach {
    POSITIONS_REACHED,
    POSITIONS_BEHIND,     /* a stream has not come so far */
    POSITIONS_OWN_BEHIND, /* the own log does not reach so far */
};

/* Positions in logs that are not consumed here are not asked for. */
enum positions_reach positions_reach(const struct positions_known *known,
                                     const struct request *request);
