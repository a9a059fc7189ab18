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

enum { SUMS = 4, SUM_DEBITS = 0, SUM_DEBITS_HELD, SUM_CREDITS, SUM_CREDITS_HELD };

/* The four sums of an account as fee keeps them (common/ledger): none is less than nothing. */
static bool sums_read(struct world *world, struct bytes value, int64_t sums[SUMS])
{
    for (size_t i = 0; i < SUMS; i++) {
        sums[i] = value.size == SUMS * 8 ? (int64_t)read_be64(value.data + i * 8) : -1;
        if (sums[i] < 0) {
            world_fail(world, "ledger", "an account holds a sum of %" PRId64 " fen", sums[i]);
        }
    }
    return true;
}

/* Debits less credits of an account in fee's own table; the key ends in a zero byte. */
static bool account_read(struct world *world, struct store_txn *txn, size_t table, const char *name,
                         int64_t *ret_fen)
{
    struct bytes value;
    struct key key = key_make();
    int64_t sums[SUMS];
    key_add_text(&key, text_of(name));
    if (!store_get(txn, table, key_bytes(&key), &value) || !sums_read(world, value, sums)) {
        return false;
    }
    *ret_fen = sums[SUM_DEBITS] - sums[SUM_CREDITS];
    return true;
}

/* Over all accounts debits are credits, posted and held alike. */
static void sums_check(struct world *world, struct store_txn *txn, size_t table)
{
    struct store_cursor cursor;
    int64_t all[SUMS] = {0};
    store_cursor_open(&cursor, txn, table);
    for (bool more = store_first(&cursor); more; more = store_next(&cursor)) {
        int64_t sums[SUMS];
        (void)sums_read(world, cursor.value, sums);
        for (size_t i = 0; i < SUMS; i++) {
            all[i] += sums[i];
        }
    }
    store_cursor_close(&cursor);
    if (all[SUM_DEBITS] != all[SUM_CREDITS] || all[SUM_DEBITS_HELD] != all[SUM_CREDITS_HELD]) {
        world_fail(world, "ledger",
                   "debits of %" PRId64 " fen and %" PRId64 " held, credits of %" PRId64
                   " and %" PRId64,
                   all[SUM_DEBITS], all[SUM_DEBITS_HELD], all[SUM_CREDITS], all[SUM_CREDITS_HELD]);
    }
}

/* The sums agree, and are what the events that audit has say, when it has them all. */
static void ledger_check(struct world *world, struct sim_host *fee, struct store_txn *txn)
{
    struct checks *checks = world->checks;
    size_t table = table_of(fee, "accounts");
    sums_check(world, txn, table);
    const struct seen_log *log = &checks->logs[fee->place];
    for (size_t i = 0; log->recorded == log->seq && i < checks->account_count; i++) {
        int64_t balance_fen = 0;
        const struct model_account *account = &checks->accounts[i];
        if (!account_read(world, txn, table, account->name, &balance_fen) ||
            balance_fen != account->balance_fen) {
            world_fail(world, "ledger", "%s holds %" PRId64 " fen, its events say %" PRId64,
                       account->name, balance_fen, account->balance_fen);
        }
    }
}

void checks_tables(struct world *world)
{
    enum { EVERY_STEPS = 50 };
    if (world->step % EVERY_STEPS == 0 && host_is_up(host_find(world, "fee"))) {
        checks_tables_now(world);
    }
}

void checks_tables_now(struct world *world)
{
    struct sim_host *fee = host_find(world, "fee");
    struct store_txn *txn = NULL;
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

/* The hall's index says of each case what its events say. It has all that were filed; of those that
 * the hall began itself it has its own. */
static void index_check(struct world *world)
{
    struct checks *checks = world->checks;
    struct sim_host *approval = host_find(world, "approval");
    struct state state;
    uint64_t found = 0;
    arena_reset(&checks->arena);
    state_init(&state, &checks->arena, NULL);
    CHECK(store_begin_read(engine_store(approval->engine), &state.txn) == ERR_OK);
    size_t table = table_of(approval, "cases");
    for (size_t i = 0; i < checks->case_count; i++) {
        const struct model_case *c = &checks->cases[i];
        struct key key = key_of_uuid(&c->id);
        struct case_row row = {0};
        bool is_there = state_get(&state, table, key_bytes(&key), &case_row_message, &row);
        found += is_there ? 1 : 0;
        if (is_there ? !text_equal_string(row.state, c->state) : c->is_filed) {
            world_fail(world, "case", "%s is in %s, the index says \"%.*s\"", c->number, c->state,
                       TEXT_PRINT(row.state));
        }
    }
    if (store_count(state.txn, table) != found) {
        world_fail(world, "case", "the index has a case that nobody filed or began");
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
    checks_tables_now(world);
    checks_clocks(world, 0);
    for (size_t i = 0; i < world->host_count; i++) {
        checks_replay(world, world->hosts[i]);
    }
}
