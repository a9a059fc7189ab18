/* What a year's checkers are there to find, done to approval from outside. Production code has no
 * switch for any of it. */
#include "year.h"

#include "base/check.h"
#include "check_state.h"
#include "matter/row.h"
#include "service/tables.h"
#include "service/timers.h"

#define DAYS_AHEAD_MS (3 * MS_PER_DAY)

/* Takes the first timer away that is not due for a day. */
static void timer_lose(struct world *world, struct store_txn *txn)
{
    struct store_cursor cursor;
    store_cursor_open(&cursor, txn, TABLE_TIMERS);
    for (bool more = store_first(&cursor); more; more = store_next(&cursor)) {
        struct timer timer;
        CHECK(timer_read(cursor.key, &timer));
        if (timer.due_ms > world->wall_ms + MS_PER_DAY) {
            struct key key = key_make();
            key_add_bytes(&key, cursor.key);
            store_cursor_close(&cursor);
            (void)store_delete(txn, TABLE_TIMERS, key_bytes(&key));
            trace(world, "damage", "a timer is lost");
            return;
        }
    }
    store_cursor_close(&cursor);
}

/* Moves the due day of a clock that runs. */
static bool due_move(struct state *state, size_t table, const struct model_case *c)
{
    struct key key = key_of_uuid(&c->id);
    struct case_row row = {0};
    bool found = false;
    if (!state_get(state, table, key_bytes(&key), &case_row_message, &row)) {
        return false;
    }
    for (size_t i = 0; i < row.clocks.count && !found; i++) {
        found = row.clocks.items[i].phase == CLOCK_RUNNING;
        row.clocks.items[i].due += found ? MS_PER_DAY : 0;
    }
    if (found) {
        state_put(state, table, key_bytes(&key), &case_row_message, &row);
    }
    return found;
}

static void row_damage(struct world *world, struct sim_host *host, struct store_txn *txn)
{
    struct checks *checks = world->checks;
    struct state state;
    bool done = false;
    arena_reset(&checks->arena);
    state_init(&state, &checks->arena, NULL);
    state.txn = txn;
    state.writable = true;
    for (size_t i = checks->case_count; i > 0 && !done; i--) {
        done = due_move(&state, table_of(host, "cases"), &checks->cases[i - 1]);
    }
    state_free(&state);
    trace(world, "damage", "a due day is %s", done ? "moved" : "not found");
}

void damage_year(struct world *world)
{
    struct sim_host *approval = host_find(world, "approval");
    struct store_txn *txn = NULL;
    if (world->broken == BROKEN_CLOCK_AHEAD) {
        approval->ahead_ms = DAYS_AHEAD_MS;
    }
    approval->clock_is_held = world->broken == BROKEN_TIMERS_HELD;
    if (world->broken != BROKEN_TIMER_LOST && world->broken != BROKEN_DUE_MOVED) {
        return;
    }
    CHECK(store_begin_write(engine_store(approval->engine), &txn) == ERR_OK);
    if (world->broken == BROKEN_TIMER_LOST) {
        timer_lose(world, txn);
    } else {
        row_damage(world, approval, txn);
    }
    CHECK(store_commit(&txn) == ERR_OK);
}
