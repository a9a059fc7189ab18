/* The clock a service goes by (DESIGN 8): the machine's wall clock, as long as it does not jump.
 *
 * The wall clock is held against the time since boot. When the two part by more than a minute at
 * once, the wall clock jumped: until an operator confirms it, or it comes back, time goes on as it
 * went before, and timers with legal effect are held, for legal silence cannot be taken back. A
 * virtual clock is always trusted. One thread keeps it; the others may look at it. */
#pragma once

#include "base/time_source.h"

#include <stdbool.h>

enum { CLOCK_JUMP_MS = 60000 };

struct trusted_clock {
    struct time_source source;
    bool is_virtual;
    _Atomic int64_t offset_ms; /* trusted wall time minus boot time */
    _Atomic bool held;
};

/* Goes by the machine's clock. */
void trusted_clock_init(struct trusted_clock *clock);

/* Goes by a virtual clock that stands at `start_ms` until it is moved. */
void trusted_clock_init_virtual(struct trusted_clock *clock, int64_t start_ms);

/* The time to go by now; looks for jumps. */
int64_t trusted_clock_now(struct trusted_clock *clock);

/* The same for other threads: looks for nothing. */
int64_t trusted_clock_peek(struct trusted_clock *clock);

/* True while the clock jumped and nobody confirmed it. */
bool trusted_clock_is_held(const struct trusted_clock *clock);

/* The operator's word: the wall clock is right. */
void trusted_clock_confirm(struct trusted_clock *clock);
