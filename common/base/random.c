#include "base/random.h"

#include "base/check.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/random.h>

void random_init(struct random_source *source)
{
    *source = (struct random_source){.used = sizeof source->pool};
}

void random_init_seeded(struct random_source *source, uint64_t seed)
{
    random_init(source);
    source->seeded = 1;
    memcpy(source->seed, &seed, sizeof seed);
}

/* Fills the pool from the kernel with one call; a signal may cut the call short. */
static void pool_fill(struct random_source *source)
{
    size_t filled = 0;
    while (filled < sizeof source->pool) {
        ssize_t got = getrandom(source->pool + filled, sizeof source->pool - filled, 0);
        CHECK(got >= 0 || errno == EINTR);
        filled += got < 0 ? 0 : (size_t)got;
    }
}

static void random_refill(struct random_source *source)
{
    if (source->seeded) {
        source->refills++;
        memcpy(source->seed + sizeof(uint64_t), &source->refills, sizeof source->refills);
        randombytes_buf_deterministic(source->pool, sizeof source->pool, source->seed);
    } else {
        pool_fill(source);
    }
    source->used = 0;
}

void random_fill(struct random_source *source, void *data, size_t size)
{
    uint8_t *target = data;
    while (size > 0) {
        if (source->used == sizeof source->pool) {
            random_refill(source);
        }
        size_t available = sizeof source->pool - source->used;
        size_t taken = size < available ? size : available;
        memcpy(target, source->pool + source->used, taken);
        memset(source->pool + source->used, 0, taken);
        source->used += taken;
        target += taken;
        size -= taken;
    }
}

uint64_t random_below(struct random_source *source, uint64_t bound)
{
    CHECK(bound > 0);
    uint64_t reject_from = UINT64_MAX - UINT64_MAX % bound;
    uint64_t value = 0;
    do {
        random_fill(source, &value, sizeof value);
    } while (value >= reject_from);
    return value % bound;
}
