/* Where a rebuilt store differs from the one it is held against: the first key, and the record that
 * gave it its value. One thread. */
#pragma once

#include "programs.h"

/* A service that was rebuilt into programs.work/service. */
struct differing {
    const struct programs *programs;
    const char *data; /* folder of the stores it is held against */
    const char *service;
    int64_t seq; /* end of both logs */
};

/* Prints the first key at which the table differs, and what gave it its value: that is found by
 * rebuilding the service as far as half of its log, a quarter, and so on. */
void difference_tell(const struct differing *of, struct text table);
