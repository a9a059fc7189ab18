#include "run.h"

#include "bus.h"
#include "checks.h"
#include "faults.h"
#include "hall.h"
#include "host.h"
#include "load.h"

#include <inttypes.h>
#include <stdio.h>

enum { REST_ROUNDS_MAX = 4000, REST_QUIET_ROUNDS = 60, REST_STEP_MS = 60 };

/* -- steps ------------------------------------------------------------------------------------ */

static void host_step(struct world *world, struct sim_host *host)
{
    if (!host_is_up(host)) {
        if (host->back_ms <= world->boot_ms) {
            host_start(world, host);
        }
        return;
    }
    switch (random_below(&world->random, 4)) {
    case 0:
        host_publish(world, host);
        break;
    case 1:
        host_work(world, host);
        break;
    default:
        host_round(world, host);
        break;
    }
}

static void step(struct world *world)
{
    world->step++;
    time_pass(world, between(world, 0, 30));
    faults_step(world);
    load_step(world);
    for (size_t i = 0; i < world->host_count; i++) {
        host_step(world, world->hosts[random_below(&world->random, world->host_count)]);
    }
    checks_tables(world);
    if (world->step == world->steps / 2) {
        checks_replay(world, world->hosts[random_below(&world->random, world->host_count)]);
    }
}

/* -- coming to rest --------------------------------------------------------------------------- */

/* Grows with everything that is done: records that were made, records that were consumed. */
static uint64_t progress(const struct world *world)
{
    uint64_t done = 0;
    for (size_t i = 0; i < world->host_count; i++) {
        struct engine *engine = world->hosts[i]->engine;
        done += engine_end(engine).seq;
        for (size_t k = 0; engine_consumer(engine, k) != NULL; k++) {
            done += engine_consumer(engine, k)->passed;
        }
    }
    return done;
}

static void calm_round(struct world *world)
{
    time_pass(world, REST_STEP_MS);
    load_step(world);
    for (size_t i = 0; i < world->host_count; i++) {
        struct sim_host *host = world->hosts[i];
        if (!host_is_up(host)) {
            host_start(world, host);
        }
        host_publish(world, host);
        host_work(world, host);
        host_round(world, host);
    }
    checks_tables(world);
}

/* Without faults and new load everything that was begun comes to its end. */
static void rest(struct world *world)
{
    int quiet = 0;
    uint64_t done = 0;
    faults_end(world);
    hall_register_open(world, "planning_approvals"); /* it was away until now */
    world->is_calm = true;
    trace(world, "run", "comes to rest");
    for (int round = 0; quiet < REST_QUIET_ROUNDS; round++) {
        if (round == REST_ROUNDS_MAX) {
            world_fail(world, "rest", "the hall does not come to rest");
        }
        calm_round(world);
        bool busy = load_is_busy(world) || progress(world) != done;
        done = progress(world);
        for (size_t i = 0; i < world->host_count; i++) {
            busy = busy || host_has_order(world, world->hosts[i]);
        }
        quiet = busy ? 0 : quiet + 1;
    }
}

void run_play(struct world *world, char *told, size_t told_size)
{
    hall_open(world);
    while (world->step < world->steps) {
        step(world);
    }
    rest(world);
    checks_rest(world);
    (void)snprintf(told, told_size,
                   "%zu cases, %" PRIu64 " answers, %" PRIu64 " refusals, %" PRIu64 " steps done",
                   world->load->case_count, world->load->answered, world->load->refused,
                   progress(world));
    hall_close(world);
}
