/* Stored clocks, timers and lights, held against the clocks that the events tell of. */
#include "check_state.h"

#include "base/check.h"
#include "events/approval.h"
#include "matter/row.h"
#include "service/timers.h"

#include <inttypes.h>
#include <string.h>

/* Services that keep rows of cases, and the tables they keep them in. */
static const struct {
    const char *service;
    const char *table;
} keepers[] = {{"intake", "cases"}, {"approval", "cases"}, {"fee", "cases"}, {"audit", "matters"}};

/* One service's tables while they are looked at. */
struct looking {
    struct world *world;
    struct sim_host *host;
    struct state state;
    size_t cases;    /* the table */
    uint64_t timers; /* that should be set */
};

bool model_has_ended(const struct model_case *c)
{
    int state = c->procedure == NULL ? -1 : procedure_state_index(c->procedure, text_of(c->state));
    return state >= 0 && c->procedure->states[state].is_end;
}

/* -- timers ---------------------------------------------------------------------------------------
 */

/* The kind of a service's timer, by its name. */
static unsigned timer_kind(const struct looking *looking, bool warns)
{
    const struct service *service = looking->host->service;
    const char *name = warns ? "clock is yellow" : "clock is over";
    for (unsigned i = 0; i < service->timer_count; i++) {
        if (strcmp(service->timers[i].name, name) == 0) {
            return i;
        }
    }
    world_fail(looking->world, "timers", "%s has no timer \"%s\"", service->name, name);
}

/* What a running clock does next: it turns yellow, then it is over; then nothing more. A window
 * that closes makes nobody late, so it is not warned of. */
static bool next_timer(const struct looking *looking, const struct model_case *c,
                       const struct model_clock *clock, struct timer *ret_timer)
{
    if (clock->phase != CLOCK_RUNNING || clock->overdue) {
        return false;
    }
    bool warns =
        !clock->warned && clock->warn_ms < clock->due_ms && clock->kind != CLOCK_KIND_WINDOW;
    *ret_timer = (struct timer){.due_ms = warns ? clock->warn_ms : clock->due_ms,
                                .kind = timer_kind(looking, warns),
                                .subject = c->id,
                                .tag = text_of(clock->name)};
    return true;
}

static void timers_check(struct looking *looking, const struct model_case *c)
{
    for (size_t i = 0; i < c->clock_count; i++) {
        struct timer timer;
        if (!next_timer(looking, c, &c->clocks[i], &timer)) {
            continue;
        }
        looking->timers++;
        if (!timer_is_set(&looking->state, &timer)) {
            world_fail(looking->world, "timers", "%s: %s has no timer for %s at %" PRId64,
                       c->number, looking->host->service->name, c->clocks[i].name, timer.due_ms);
        }
        if (timer.due_ms <= looking->world->wall_ms - MS_PER_HOUR) {
            world_fail(looking->world, "liveness", "%s: the timer of %s is not worked", c->number,
                       c->clocks[i].name);
        }
    }
}

/* Timers of cases, counted: none is set beside those that should be. */
static void timers_count(struct looking *looking)
{
    uint64_t set = 0;
    for (int legal = 0; legal < 2; legal++) {
        struct timer_walk walk;
        timer_walk_open(&walk, looking->state.txn, legal == 1);
        while (timer_walk_next(&walk)) {
            set += model_case_find(looking->world->checks, &walk.timer.subject) != NULL ? 1 : 0;
        }
        timer_walk_close(&walk);
    }
    if (set != looking->timers) {
        world_fail(looking->world, "timers",
                   "%s has %" PRIu64 " timers of cases, its clocks call for %" PRIu64,
                   looking->host->service->name, set, looking->timers);
    }
}

/* -- rows -----------------------------------------------------------------------------------------
 */

static const struct model_clock *clock_of(const struct model_case *c, struct text name)
{
    for (size_t i = 0; i < c->clock_count; i++) {
        if (text_equal_string(name, c->clocks[i].name)) {
            return &c->clocks[i];
        }
    }
    return NULL;
}

/* Each stored clock is what its steps make it; the one who has the case has them as last told. */
static void row_check(struct looking *looking, const struct model_case *c,
                      const struct case_row *row, bool is_owner)
{
    size_t running = 0;
    size_t told = 0;
    for (size_t i = 0; i < row->clocks.count; i++) {
        const struct clock *clock = &row->clocks.items[i];
        const struct model_clock *known = clock_of(c, clock->name);
        clock_prove(looking->world, c, clock);
        if (is_owner) {
            clock_prove_newest(looking->world, c, clock);
        }
        running += clock->phase != CLOCK_ENDED ? 1 : 0;
        if (is_owner && (known == NULL || known->phase != clock->phase ||
                         known->due_ms != clock->due || known->warn_ms != clock->warn ||
                         known->warned != clock->warned || known->overdue != clock->overdue)) {
            world_fail(looking->world, "clocks", "%s: %s keeps %.*s otherwise than it was told",
                       c->number, looking->host->service->name, TEXT_PRINT(clock->name));
        }
    }
    for (size_t i = 0; i < c->clock_count; i++) {
        told += c->clocks[i].phase != CLOCK_ENDED ? 1 : 0;
    }
    if (is_owner && running != told) {
        world_fail(looking->world, "clocks", "%s: %s keeps %zu clocks that run, %zu were told",
                   c->number, looking->host->service->name, running, told);
    }
}

/* Whose work it is stands in the row of the service that has the case. One that has heard of the
 * case only since then does not know it. */
static void assignee_check(const struct looking *looking, const struct model_case *c,
                           const struct case_row *row)
{
    if (!text_is_empty(row->assignee) && !text_equal_string(row->assignee, c->assignee)) {
        world_fail(looking->world, "posts", "%s keeps %s as the work of \"%.*s\", told was \"%s\"",
                   looking->host->service->name, c->number, TEXT_PRINT(row->assignee), c->assignee);
    }
}

static void case_check(struct looking *looking, const struct model_case *c)
{
    struct key key = key_of_uuid(&c->id);
    struct case_row row = {0};
    bool is_offered = c->owner.offered_to[0] != '\0';
    looking->timers += is_offered && looking->host == host_find(looking->world, "intake") ? 1 : 0;
    if (!state_get(&looking->state, looking->cases, key_bytes(&key), &case_row_message, &row)) {
        return; /* a service keeps the cases that came to it */
    }
    bool is_owner =
        text_equal_string(row.owner, looking->host->service->name) && !model_has_ended(c);
    row_check(looking, c, &row, is_owner);
    if (is_owner) {
        timers_check(looking, c);
        assignee_check(looking, c, &row);
    }
}

/* -- lights ---------------------------------------------------------------------------------------
 */

/* As people would say it: red when a clock of the office is over, yellow when most of it has
 * passed. */
static enum light light_of(const struct model_case *c, int64_t now_ms, int64_t *ret_due_ms)
{
    enum light light = LIGHT_GREEN;
    *ret_due_ms = 0;
    for (size_t i = 0; i < c->clock_count; i++) {
        const struct model_clock *clock = &c->clocks[i];
        if (clock->phase != CLOCK_RUNNING || clock->kind == CLOCK_KIND_PERSON) {
            continue;
        }
        enum light own = clock->due_ms <= now_ms    ? LIGHT_RED
                         : clock->warn_ms <= now_ms ? LIGHT_YELLOW
                                                    : LIGHT_GREEN;
        light = own > light ? own : light;
        *ret_due_ms = *ret_due_ms == 0 || clock->due_ms < *ret_due_ms ? clock->due_ms : *ret_due_ms;
    }
    return light;
}

static void light_check(struct world *world, const struct model_case *c)
{
    struct sim_host *approval = host_find(world, "approval");
    struct search_cases question = {.number = text_of(c->number), .limit = 1};
    struct principal everybody = {.kind = PRINCIPAL_SYSTEM};
    const void *answer = NULL;
    int64_t due_ms = 0;
    enum light light = light_of(c, engine_last_time(approval->engine), &due_ms);
    if (!host_ask(approval, &everybody, &search_cases_message, &question, &world->checks->arena,
                  &answer)) {
        world_fail(world, "lights", "%s: the index does not answer", c->number);
    }
    const struct cases_found *found = answer;
    if (found->cases.count != 1 || found->cases.items[0].light != light ||
        found->cases.items[0].due_at != due_ms) {
        world_fail(world, "lights", "%s: the index shows another light or day than its clocks",
                   c->number);
    }
}

/* -- all together ---------------------------------------------------------------------------------
 */

/* True when the host's store has a table of that name. */
static bool has_table(const struct sim_host *host, const char *name)
{
    const struct store *store = engine_store(host->engine);
    for (size_t i = 0; i < store_table_count(store); i++) {
        if (strcmp(store_table_at(store, i)->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void looking_begin(struct looking *looking, const char *table)
{
    looking->cases = table_of(looking->host, table);
    state_init(&looking->state, &looking->world->checks->arena,
               engine_memory(looking->host->engine));
    looking->state.service = looking->host->service;
    CHECK(store_begin_read(engine_store(looking->host->engine), &looking->state.txn) == ERR_OK);
}

static void looking_end(struct looking *looking)
{
    CHECK(store_error(looking->state.txn) == ERR_OK);
    store_end_read(&looking->state.txn);
    state_free(&looking->state);
}

bool is_kept_as_work(struct world *world, const struct model_case *c)
{
    bool is_kept = false;
    struct key key = key_of_uuid(&c->id);
    for (size_t i = 0; i < sizeof keepers / sizeof keepers[0]; i++) {
        struct looking looking = {.world = world, .host = host_find(world, keepers[i].service)};
        struct case_row row = {0};
        looking_begin(&looking, keepers[i].table);
        if (state_get(&looking.state, looking.cases, key_bytes(&key), &case_row_message, &row) &&
            text_equal_string(row.owner, keepers[i].service)) {
            is_kept |= !text_is_empty(row.assignee);
        }
        looking_end(&looking);
    }
    return is_kept;
}

static void keeper_check(struct world *world, struct sim_host *host, const char *table,
                         int64_t since_ms)
{
    struct checks *checks = world->checks;
    struct looking looking = {.world = world, .host = host};
    looking_begin(&looking, table);
    for (size_t i = 0; i < checks->case_count; i++) {
        const struct model_case *c = &checks->cases[i];
        if (!model_has_ended(c) || c->moved_ms >= since_ms) {
            arena_reset(&checks->arena);
            case_check(&looking, c);
        }
    }
    timers_count(&looking);
    looking_end(&looking);
}

void checks_clocks(struct world *world, int64_t since_ms)
{
    struct checks *checks = world->checks;
    for (size_t i = 0; i < sizeof keepers / sizeof keepers[0]; i++) {
        struct sim_host *host = host_find(world, keepers[i].service);
        if (has_table(host, keepers[i].table)) {
            keeper_check(world, host, keepers[i].table, since_ms);
        }
    }
    for (size_t i = 0; i < checks->case_count; i++) {
        arena_reset(&checks->arena);
        if (checks->cases[i].is_filed && !model_has_ended(&checks->cases[i])) {
            light_check(world, &checks->cases[i]);
        }
    }
}
