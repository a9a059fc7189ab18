/* Where the present moment comes from.
 *
 * Business code never asks a clock: a batch is stamped once and carries its time. The loop asks a
 * time source, which is the machine's clock, or a virtual one that stands still until it is moved
 * (demonstrations, tests, the simulator). Any thread. */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

struct time_source {
    /* Milliseconds since 1970 as the world counts them; may jump. */
    int64_t (*wall_ms)(struct time_source *source);
    /* Milliseconds since the machine started, sleep included; never jumps. */
    int64_t (*boot_ms)(struct time_source *source);
    _Atomic int64_t virtual_ms; /* for a virtual source: what wall_ms answers */
};

/* The machine's clocks. */
void time_source_init_system(struct time_source *source);

/* A clock that stands at `start_ms` until time_source_move. Its boot_ms is the machine's. */
void time_source_init_virtual(struct time_source *source, int64_t start_ms);

/* Moves a virtual clock forward to `now_ms`; an earlier moment is ignored. */
void time_source_move(struct time_source *source, int64_t now_ms);

/* A clock for measuring how long something took; nanoseconds, never jumps. */
int64_t monotonic_ns(void);
