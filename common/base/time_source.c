#include "base/time_source.h"

#include "base/check.h"

#include <stddef.h>
#include <time.h>

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    CHECK(clock_gettime(clock, &now) == 0);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t system_wall_ms(struct time_source *source)
{
    (void)source;
    return clock_ns(CLOCK_REALTIME) / 1000000;
}

static int64_t system_boot_ms(struct time_source *source)
{
    (void)source;
    return clock_ns(CLOCK_BOOTTIME) / 1000000;
}

static int64_t virtual_wall_ms(struct time_source *source)
{
    return atomic_load_explicit(&source->virtual_ms, memory_order_acquire);
}

void time_source_init_system(struct time_source *source)
{
    source->wall_ms = system_wall_ms;
    source->boot_ms = system_boot_ms;
    atomic_init(&source->virtual_ms, 0);
}

void time_source_init_virtual(struct time_source *source, int64_t start_ms)
{
    source->wall_ms = virtual_wall_ms;
    source->boot_ms = system_boot_ms;
    atomic_init(&source->virtual_ms, start_ms);
}

void time_source_move(struct time_source *source, int64_t now_ms)
{
    if (now_ms > virtual_wall_ms(source)) {
        atomic_store_explicit(&source->virtual_ms, now_ms, memory_order_release);
    }
}

int64_t monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}
