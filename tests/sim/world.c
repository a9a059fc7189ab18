#include "world.h"

#include "base/check.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A Monday morning in the hall: 2026-03-02 09:00 in China. */
#define BEGIN_MS INT64_C(1772413200000)

enum { STORE_BYTES = 256 << 20 };

static int entry_remove(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void folder_remove(const char *path)
{
    (void)nftw(path, entry_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static void folder_begin(struct world *world, const char *kept)
{
    const char *top = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    world->is_kept = kept != NULL;
    if (world->is_kept) {
        int size = snprintf(world->folder, sizeof world->folder, "%s", kept);
        CHECK(size > 0 && (size_t)size < sizeof world->folder && mkdir(kept, 0700) == 0);
        return;
    }
    (void)snprintf(world->folder, sizeof world->folder, "%s/glasshall-sim-XXXXXX", top);
    CHECK(mkdtemp(world->folder) != NULL);
}

void world_open(struct world *world, const char *kept, uint64_t seed, uint64_t steps,
                enum broken broken, struct tally *tally)
{
    *world = (struct world){.seed = seed, .steps = steps, .broken = broken, .tally = tally};
    random_init_seeded(&world->random, seed);
    world->wall_ms = BEGIN_MS;
    world->boot_ms = 100000;
    world->store_bytes = STORE_BYTES;
    (void)snprintf(world->repeat, sizeof world->repeat, "--seed %" PRIu64 " --steps %" PRIu64, seed,
                   steps);
    folder_begin(world, kept);
}

void world_close(struct world *world)
{
    if (!world->is_kept) {
        folder_remove(world->folder);
    }
}

bool chance(struct world *world, uint64_t among)
{
    return random_below(&world->random, among) == 0;
}

int64_t between(struct world *world, int64_t low, int64_t high)
{
    return low + (int64_t)random_below(&world->random, (uint64_t)(high - low + 1));
}

void time_pass(struct world *world, int64_t ms)
{
    world->wall_ms += ms;
    world->boot_ms += ms;
}

static void line_write(struct world *world, const char *who, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

static void line_write(struct world *world, const char *who, const char *format, va_list arguments)
{
    char *line = world->trace[world->traced++ % TRACE_LINES];
    char moment[TIME_TEXT_BYTES + 1];
    time_format(world->wall_ms, moment);
    int size = snprintf(line, TRACE_LINE_BYTES, "seed %" PRIu64 " step %-5" PRIu64 " %.19s %-12s ",
                        world->seed, world->step, moment, who);
    (void)vsnprintf(line + size, TRACE_LINE_BYTES - (size_t)size, format, arguments);
    if (world->is_narrated) {
        puts(line);
    }
}

void trace(struct world *world, const char *who, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    line_write(world, who, format, arguments);
    va_end(arguments);
}

void world_tell(const struct world *world)
{
    uint64_t first = world->traced < TRACE_LINES ? 0 : world->traced - TRACE_LINES;
    for (uint64_t i = first; i < world->traced && !world->is_narrated; i++) {
        puts(world->trace[i % TRACE_LINES]);
    }
    printf("repeat with: tests/sim/run %s\n", world->repeat);
    (void)fflush(stdout);
}

void world_fail(struct world *world, const char *invariant, const char *format, ...)
{
    va_list arguments;
    trace(world, "check", "%s does not hold", invariant);
    va_start(arguments, format);
    line_write(world, "check", format, arguments);
    va_end(arguments);
    world_tell(world);
    world_close(world);
    _exit(EXIT_CAUGHT);
}
