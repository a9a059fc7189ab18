/* Where random bytes come from: the kernel, or a seed when a run must be repeatable.
 *
 * Salts, nonces, ids and keys are drawn from a source that is passed in, never from a global one,
 * so that the simulator can run the very same code from a seed. One thread at a time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { RANDOM_SEED_BYTES = 32 };

struct random_source {
    uint8_t pool[4096];
    size_t used; /* bytes of `pool` that were handed out */
    uint8_t seed[RANDOM_SEED_BYTES];
    uint64_t refills;
    int seeded;
};

/* A source fed by the kernel, a whole pool with each system call. */
void random_init(struct random_source *source);

/* A source that always gives the same bytes for the same `seed`. Never for keys that protect
 * somebody: for tests and simulations. */
void random_init_seeded(struct random_source *source, uint64_t seed);

/* Fills `data` with random bytes; the bytes are wiped from the pool as they leave it. */
void random_fill(struct random_source *source, void *data, size_t size);

/* A number below `bound` (at least 1), each as likely as the others. */
uint64_t random_below(struct random_source *source, uint64_t bound);
