#include "service/trusted_clock.h"

static int64_t offset_now(struct trusted_clock *clock)
{
    return clock->source.wall_ms(&clock->source) - clock->source.boot_ms(&clock->source);
}

void trusted_clock_init(struct trusted_clock *clock)
{
    *clock = (struct trusted_clock){0};
    time_source_init_system(&clock->source);
    clock->offset_ms = offset_now(clock);
}

void trusted_clock_init_virtual(struct trusted_clock *clock, int64_t start_ms)
{
    *clock = (struct trusted_clock){.is_virtual = true};
    time_source_init_virtual(&clock->source, start_ms);
}

int64_t trusted_clock_now(struct trusted_clock *clock)
{
    if (clock->is_virtual) {
        return clock->source.wall_ms(&clock->source);
    }
    int64_t offset_ms = offset_now(clock);
    int64_t moved_ms = offset_ms - clock->offset_ms;
    bool jumped = moved_ms > CLOCK_JUMP_MS || moved_ms < -CLOCK_JUMP_MS;
    if (!jumped) {
        clock->offset_ms = offset_ms;
    }
    atomic_store_explicit(&clock->held, jumped, memory_order_relaxed);
    return clock->source.boot_ms(&clock->source) + clock->offset_ms;
}

int64_t trusted_clock_peek(struct trusted_clock *clock)
{
    return clock->is_virtual ? clock->source.wall_ms(&clock->source)
                             : clock->source.boot_ms(&clock->source) + clock->offset_ms;
}

bool trusted_clock_is_held(const struct trusted_clock *clock)
{
    return atomic_load_explicit(&clock->held, memory_order_relaxed);
}

void trusted_clock_confirm(struct trusted_clock *clock)
{
    clock->offset_ms = offset_now(clock);
    atomic_store_explicit(&clock->held, false, memory_order_relaxed);
}
