/* Tables while the hall runs, and everything once it rests. */
#include "check_state.h"

#include "base/check.h"
#include "matter/row.h"
#include "service/tables.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* -- the ledger ------------------------------------------------------------------------------- */

/* What fee's own table has of an account; the key ends in a zero byte. */
static bool account_read(struct store_txn *txn, size_t table, const char *name, int64_t *ret_fen)
{
    struct bytes value;
    struct key key = key_make();
    key_add_text(&key, text_of(name));
    if (!store_get(txn, table, key_bytes(&key), &value) || value.size != 8) {
        return false;
    }
    *ret_fen = (int64_t)read_be64(value.data);
    return true;
}

/* The accounts sum to zero, and are what the events that audit has say, when it has them all. */
static void ledger_check(struct world *world, struct sim_host *fee, struct store_txn *txn)
{
    struct checks *checks = world->checks;
    struct store_cursor cursor;
    size_t table = table_of(fee, "accounts");
    int64_t sum_fen = 0;
    store_cursor_open(&cursor, txn, table);
    for (bool more = store_first(&cursor); more; more = store_next(&cursor)) {
        sum_fen += (int64_t)read_be64(cursor.value.data);
    }
    store_cursor_close(&cursor);
    if (sum_fen != 0) {
        world_fail(world, "ledger", "the accounts sum to %" PRId64 " fen", sum_fen);
    }
    const struct seen_log *log = &checks->logs[fee->place];
    for (size_t i = 0; log->recorded == log->seq && i < checks->account_count; i++) {
        int64_t balance_fen = 0;
        const struct model_account *account = &checks->accounts[i];
        if (!account_read(txn, table, account->name, &balance_fen) ||
            balance_fen != account->balance_fen) {
            world_fail(world, "ledger", "%s holds %" PRId64 " fen, its events say %" PRId64,
                       account->name, balance_fen, account->balance_fen);
        }
    }
}

void checks_tables(struct world *world)
{
    enum { EVERY_STEPS = 50 };
    struct sim_host *fee = host_find(world, "fee");
    struct store_txn *txn = NULL;
    if (world->step % EVERY_STEPS != 0 || !host_is_up(fee)) {
        return;
    }
    CHECK(store_begin_read(engine_store(fee->engine), &txn) == ERR_OK);
    ledger_check(world, fee, txn);
    store_end_read(&txn);
}

/* -- at rest ---------------------------------------------------------------------------------- */

/* Nobody waits for anybody: the rules of streams have no deadlock and no echo. */
static void level_check(struct world *world)
{
    for (size_t i = 0; i < world->host_count; i++) {
        struct sim_host *host = world->hosts[i];
        const struct seen_log *log = &world->checks->logs[i];
        if (log->recorded != log->seq) {
            world_fail(world, "rest", "audit has %s up to %" PRIu64 " of %" PRIu64,
                       host->service->name, log->recorded, log->seq);
        }
        for (size_t k = 0; engine_consumer(host->engine, k) != NULL; k++) {
            const struct stream_consumer *consumer = engine_consumer(host->engine, k);
            size_t from = host->streams[k].from;
            if (from != HOSTS_MAX && consumer->passed != world->checks->logs[from].seq) {
                world_fail(world, "rest", "%s has %s up to %" PRIu64 " of %" PRIu64,
                           host->service->name, consumer->source, consumer->passed,
                           world->checks->logs[from].seq);
            }
        }
        if (engine_next_timer(host->engine, false) <= world->wall_ms) {
            world_fail(world, "rest", "%s leaves a timer that is due", host->service->name);
        }
    }
}

/* Limits that run are those of the newest calendar, in the service that has the case; what was over
 * before is as it was, for the calendars of a run differ in days that were ahead. Time of people is
 * not cut short, and no calendar of a run would. Work hours are left out: opening hours are rules
 * of the item. */
static void clock_check(struct world *world, const struct sim_host *host,
                        const struct case_row *row, const struct case_clock *kept,
                        const struct calendar *calendar)
{
    const struct clock *clock = &kept->clock;
    struct clock_context context = {.calendar = calendar};
    struct clock again;
    if (clock->phase == CLOCK_ENDED || kept->overdue || clock->unit == LIMIT_WORK_HOUR ||
        !text_equal_string(row->owner, host->service->name)) {
        return;
    }
    if (clock_recompute(clock, &context, &again) != ERR_OK || !clock_agrees(clock, &again)) {
        world_fail(world, "calendar", "%s: %.*s of %.*s is not counted with the newest calendar",
                   host->service->name, TEXT_PRINT(clock->name), TEXT_PRINT(row->number));
    }
}

static void clocks_check(struct world *world, const char *service)
{
    struct sim_host *host = host_find(world, service);
    struct checks *checks = world->checks;
    struct store_txn *txn = NULL;
    struct store_cursor cursor;
    struct yaml_file file;
    const struct calendar *calendar = NULL;
    arena_reset(&checks->arena);
    yaml_file_init(&file, "calendar", &checks->arena);
    CHECK(calendar_load(&file, load_calendar(world, &checks->arena), world->load->catalogue_version,
                        &calendar) == ERR_OK);
    CHECK(store_begin_read(engine_store(host->engine), &txn) == ERR_OK);
    store_cursor_open(&cursor, txn, table_of(host, "cases"));
    for (bool more = store_first(&cursor); more; more = store_next(&cursor)) {
        struct case_row row;
        CHECK(wire_unpack(&checks->reader, WIRE_ROW, WIRE_SKIP_UNKNOWN, &case_row_message,
                          cursor.value, &row, NULL) == ERR_OK);
        for (size_t i = 0; i < row.clocks.count; i++) {
            clock_check(world, host, &row, &row.clocks.items[i], calendar);
        }
    }
    store_cursor_close(&cursor);
    store_end_read(&txn);
}

/* Every case that somebody was told of is there, as it was told. */
static void promises_check(struct world *world)
{
    const struct load *load = world->load;
    for (size_t i = 0; i < load->case_count; i++) {
        const struct sim_case *c = &load->cases[i];
        if (uuid_is_none(&c->id.uuid)) {
            continue;
        }
        const struct model_case *found = model_case_find(world->checks, &c->id.uuid);
        if (found == NULL || strcmp(found->number, c->number) != 0 ||
            memcmp(found->key, c->filing_key, KEY_BYTES) != 0) {
            world_fail(world, "I2", "case %zu was told the number %s, but no such case is there", i,
                       c->number);
        }
    }
    if (world->checks->deemed != world->checks->deemed_found) {
        world_fail(world, "silence", "%" PRIu64 " acceptances by silence, %" PRIu64 " findings",
                   world->checks->deemed, world->checks->deemed_found);
    }
}

/* The hall's index says of each case what its events say. */
static void index_check(struct world *world)
{
    struct checks *checks = world->checks;
    struct sim_host *approval = host_find(world, "approval");
    struct state state;
    arena_reset(&checks->arena);
    state_init(&state, &checks->arena, NULL);
    CHECK(store_begin_read(engine_store(approval->engine), &state.txn) == ERR_OK);
    size_t table = table_of(approval, "cases");
    for (size_t i = 0; i < checks->case_count; i++) {
        const struct model_case *c = &checks->cases[i];
        struct key key = key_of_uuid(&c->id);
        struct case_row row = {0};
        if (!state_get(&state, table, key_bytes(&key), &case_row_message, &row) ||
            !text_equal_string(row.state, c->state)) {
            world_fail(world, "case", "%s is in %s, the index says \"%.*s\"", c->number, c->state,
                       TEXT_PRINT(row.state));
        }
    }
    if (store_count(state.txn, table) != checks->case_count) {
        world_fail(world, "case", "the index has another number of cases than were filed");
    }
    store_end_read(&state.txn);
    state_free(&state);
}

void checks_rest(struct world *world)
{
    trace(world, "check", "the hall rests");
    level_check(world);
    promises_check(world);
    index_check(world);
    clocks_check(world, "intake");
    clocks_check(world, "approval");
    clocks_check(world, "fee");
    world->step -= world->step % 50;
    checks_tables(world);
    for (size_t i = 0; i < world->host_count; i++) {
        checks_replay(world, world->hosts[i]);
    }
}
