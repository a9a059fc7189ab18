/* Bringing the hall level: rounds of all hosts until everybody knows what the others did. */
#include "year.h"

#include "checks.h"
#include "faults.h"

#include <stdlib.h>

enum { ROUND_MS = 100, ROUNDS_MAX = 2000, ROUNDS_WITH_FAULTS = 200, ORDERS_PER_ROUND = 64 };

static void orders_work(struct world *world, struct sim_host *host)
{
    for (int i = 0; i < ORDERS_PER_ROUND && host_is_up(host) && host_has_order(world, host); i++) {
        host_work(world, host);
        if (host_is_up(host) && host->report.request.size > 0) {
            host_round(world, host);
        }
    }
}

static void host_tend(struct world *world, struct sim_host *host)
{
    uint64_t *published = &world->year->published[host->place];
    if (!host_is_up(host)) {
        if (host->back_ms <= world->boot_ms) {
            host_start(world, host);
            *published = 0;
        }
        return;
    }
    uint64_t end = engine_end(host->engine).seq;
    if (end != *published || bus_has(world, host->place, 1 << MESSAGE_WANT)) {
        *published = end;
        host_publish(world, host);
    }
    orders_work(world, host);
    if (!host_is_up(host)) {
        return;
    }
    if (host_has_round(world, host)) {
        host_round(world, host);
    } else {
        host_streams_tend(world, host);
    }
}

/* True when nobody has anything to learn, to do or to report. */
static bool is_level(struct world *world)
{
    for (size_t i = 0; i < world->host_count; i++) {
        struct sim_host *host = world->hosts[i];
        if (!host_is_up(host) || host->report.request.size > 0 || host->disk_is_full) {
            return false;
        }
    }
    for (size_t i = 0; i < world->host_count; i++) {
        struct sim_host *host = world->hosts[i];
        for (size_t k = 0; engine_consumer(host->engine, k) != NULL; k++) {
            size_t from = host->streams[k].from;
            if (from != HOSTS_MAX && engine_consumer(host->engine, k)->passed !=
                                         engine_end(world->hosts[from]->engine).seq) {
                return false;
            }
        }
    }
    return hall_next_due(world) > world->wall_ms;
}

void hall_level(struct world *world)
{
    int rounds_max = world->is_calm ? ROUNDS_MAX : ROUNDS_WITH_FAULTS;
    int round = 0;
    do {
        world->step++;
        time_pass(world, ROUND_MS);
        if (!world->is_calm) {
            faults_step_mildly(world);
        }
        for (size_t i = 0; i < world->host_count; i++) {
            host_tend(world, world->hosts[i]);
        }
        round++;
    } while (round < rounds_max && !is_level(world));
    world->year->levels += (uint64_t)round;
    if (world->is_calm && round == rounds_max) {
        world_fail(world, "liveness", "the hall does not come level");
    }
}

void hall_level_calmly(struct world *world)
{
    bool was_calm = world->is_calm;
    if (!was_calm) {
        faults_end(world);
    }
    world->is_calm = true;
    hall_level(world);
    world->is_calm = was_calm;
}

int64_t hall_next_due(struct world *world)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < world->host_count; i++) {
        struct sim_host *host = world->hosts[i];
        if (!host_is_up(host)) {
            continue;
        }
        int64_t ahead_ms = host->ahead_ms;
        int64_t timer_ms = engine_next_timer(host->engine, false);
        int64_t order_ms = host_next_order(world, host);
        int64_t first_ms = timer_ms < order_ms ? timer_ms : order_ms;
        if (first_ms != INT64_MAX && first_ms - ahead_ms < next_ms) {
            next_ms = first_ms - ahead_ms;
        }
    }
    return next_ms;
}
