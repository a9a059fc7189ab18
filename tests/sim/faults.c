#include "faults.h"

#include "bus.h"
#include "host.h"

#define NEVER UINT64_MAX

/* One in so many steps. The style of a run is its seed's. */
struct style {
    uint64_t deaths;
    uint64_t drops;
    uint64_t cuts;
    uint64_t full_disks;
    uint64_t held_clocks;
    uint64_t pauses;
};

static const struct style styles[] = {
    {.deaths = 25, .drops = 40, .cuts = 200, .full_disks = 60, .held_clocks = 400, .pauses = 60},
    {.deaths = 12, .drops = 15, .cuts = 100, .full_disks = 80, .held_clocks = 400, .pauses = 150},
    {.deaths = 80, .drops = 80, .cuts = 90, .full_disks = 30, .held_clocks = 120, .pauses = 25},
    {.deaths = 40, .drops = 200, .cuts = 400, .full_disks = 200, .held_clocks = 900, .pauses = 12},
};

static const struct style *style_of(const struct world *world)
{
    return &styles[world->seed % (sizeof styles / sizeof styles[0])];
}

static struct sim_host *any_host(struct world *world)
{
    return world->hosts[random_below(&world->random, world->host_count)];
}

static void death_plan(struct world *world)
{
    struct sim_host *host = any_host(world);
    if (!host_is_up(host)) {
        return;
    }
    switch (random_below(&world->random, 6)) {
    case 0:
        host_die(world, host); /* between two rounds: what was published may be on its way */
        break;
    case 1:
        host->dies_in_work = host->service->work_count > 0;
        break;
    default:
        host->death = (enum death)between(world, DEATH_BEFORE_COMMIT, DEATH_KINDS - 1);
        break;
    }
}

static void connection_drop(struct world *world)
{
    size_t left = (size_t)random_below(&world->random, world->host_count);
    size_t right =
        chance(world, 3) ? CLIENTS : (size_t)random_below(&world->random, world->host_count);
    if (left != right) {
        bus_drop(world, left, right);
    }
}

/* Cuts one connection, or everything from one host: the archivist is away, say. */
static void network_cut(struct world *world)
{
    size_t left = (size_t)random_below(&world->random, world->host_count);
    int64_t until_ms = world->boot_ms + between(world, 500, 8000);
    bool is_whole = chance(world, 2);
    trace(world, "network", "%s is cut off%s", world->hosts[left]->service->name,
          is_whole ? "" : " from one");
    size_t only = (size_t)random_below(&world->random, world->host_count);
    for (size_t right = 0; right < PLACES; right++) {
        if (right != left && (is_whole || right == only)) {
            bus_cut(world, left, right, until_ms);
        }
    }
}

/* The calendar ends with 2026: no run goes beyond its November. */
#define END_MS INT64_C(1793491200000)

/* An hour, a night, a week in which nothing is sent. */
static void pause(struct world *world)
{
    if (world->wall_ms > END_MS) {
        return;
    }
    static const int64_t lengths_ms[] = {MS_PER_HOUR, 4 * MS_PER_HOUR, MS_PER_DAY, 3 * MS_PER_DAY,
                                         8 * MS_PER_DAY};
    int64_t length_ms = lengths_ms[random_below(&world->random, 5)];
    trace(world, "time", "%d hours pass", (int)(length_ms / MS_PER_HOUR));
    time_pass(world, length_ms);
}

static void disk_turn(struct world *world)
{
    struct sim_host *host = any_host(world);
    host->commit_fails = true;
    host->disk_is_full = !host->disk_is_full && chance(world, 3);
    host->full_since_ms = world->boot_ms;
    trace(world, host->service->name, "disk is %s", host->disk_is_full ? "full" : "free again");
}

static void clock_turn(struct world *world)
{
    struct sim_host *host = any_host(world);
    host->clock_is_held = !host->clock_is_held;
    trace(world, host->service->name, "clock is %s", host->clock_is_held ? "held" : "trusted");
}

static void style_step(struct world *world, const struct style *style)
{
    if (chance(world, style->deaths)) {
        death_plan(world);
    }
    if (chance(world, style->drops)) {
        connection_drop(world);
    }
    if (chance(world, style->cuts)) {
        network_cut(world);
    }
    if (chance(world, style->full_disks)) {
        disk_turn(world);
    }
    if (chance(world, style->held_clocks)) {
        clock_turn(world);
    }
    if (chance(world, style->pauses)) {
        pause(world);
    }
    for (size_t i = 0; i < world->host_count; i++) {
        /* Nothing stays wrong for the whole run. */
        world->hosts[i]->disk_is_full &= !chance(world, 60);
        world->hosts[i]->clock_is_held &= !chance(world, 60);
    }
}

void faults_step(struct world *world)
{
    style_step(world, style_of(world));
}

void faults_step_mildly(struct world *world)
{
    static const struct style mild = {.deaths = 300,
                                      .drops = 300,
                                      .cuts = 1500,
                                      .full_disks = 1500,
                                      .held_clocks = NEVER,
                                      .pauses = NEVER};
    style_step(world, &mild);
}

void faults_end(struct world *world)
{
    for (size_t i = 0; i < world->host_count; i++) {
        struct sim_host *host = world->hosts[i];
        host->disk_is_full = false;
        host->commit_fails = false;
        host->clock_is_held = false;
        host->death = DEATH_NONE;
        host->dies_in_work = false;
        host->back_ms = 0;
        for (size_t k = 0; k < PLACES; k++) {
            bus_cut(world, i, k, 0);
        }
    }
}
