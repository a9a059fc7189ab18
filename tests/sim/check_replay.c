/* I4: state is a function of logs. Every service is rebuilt into an empty store from the record
 * alone, in the archivist's order, and compared with the live one, table by table. */
#include "check_state.h"

#include "base/check.h"
#include "service/tables.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct replay {
    struct world *world;
    struct sim_host *live;
    struct engine *rebuilt;
    char folder[256];
};

static void engine_make(struct replay *replay)
{
    struct reason reason = {""};
    (void)snprintf(replay->folder, sizeof replay->folder, "%s/rebuilt-%s", replay->world->folder,
                   replay->live->service->name);
    struct engine_options options = {
        .service = replay->live->service,
        .store = {.folder = replay->folder,
                  .map_bytes = replay->world->store_bytes,
                  .without_sync = true},
        .options = &replay->live->options,
        .logger = &replay->live->logger,
        .random_seed = 1,
        .stream_window = 1,
        .is_replay = true,
    };
    if (engine_open(&options, &replay->rebuilt, &reason) != ERR_OK) {
        world_fail(replay->world, "I4", "%s", reason.text);
    }
}

/* Feeds entry after entry of audit's record: length of the source, source, seq, bytes. */
static void record_feed(struct replay *replay, struct sim_host *audit)
{
    struct store_txn *txn = NULL;
    struct reason reason = {""};
    size_t table = table_of(audit, "record");
    CHECK(store_begin_read(engine_store(audit->engine), &txn) == ERR_OK);
    uint64_t end = log_end(txn, table).seq;
    CHECK(engine_begin(replay->rebuilt, 0, 0) == ERR_OK);
    for (uint64_t index = 1; index <= end; index++) {
        struct log_record entry;
        CHECK(log_read(txn, table, index, &entry));
        size_t source_size = entry.bytes.data[0];
        struct text source = bytes_text(bytes_of(entry.bytes.data + 1, source_size));
        const uint8_t *place = entry.bytes.data + 1 + source_size;
        struct bytes record = bytes_of(place + 8, entry.bytes.size - 9 - source_size);
        if (engine_replay(replay->rebuilt, source, read_be64(place), record, &reason) != ERR_OK) {
            world_fail(replay->world, "I4", "%s: %s", replay->live->service->name, reason.text);
        }
    }
    if (engine_commit(replay->rebuilt) != ERR_OK) {
        world_fail(replay->world, "I4", "%s: the replay cannot be written",
                   replay->live->service->name);
    }
    store_end_read(&txn);
}

static void tables_compare(struct replay *replay)
{
    struct hasher *hasher = &replay->world->checks->hasher;
    struct store *stores[2] = {engine_store(replay->live->engine), engine_store(replay->rebuilt)};
    struct store_txn *txns[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        CHECK(store_begin_read(stores[i], &txns[i]) == ERR_OK);
    }
    for (size_t table = 0; table < store_table_count(stores[0]); table++) {
        const struct store_table *named = store_table_at(stores[0], table);
        if ((named->flags & STORE_UNDIGESTED) != 0) {
            continue;
        }
        struct hash live = store_digest(txns[0], table, hasher);
        struct hash rebuilt = store_digest(txns[1], table, hasher);
        if (!hash_equal(&live, &rebuilt)) {
            world_fail(replay->world, "I4",
                       "%s: table %s has %" PRIu64 " rows, rebuilt %" PRIu64 ", and another digest",
                       replay->live->service->name, named->name, store_count(txns[0], table),
                       store_count(txns[1], table));
        }
    }
    store_end_read(&txns[0]);
    store_end_read(&txns[1]);
}

void checks_replay(struct world *world, struct sim_host *host)
{
    struct replay replay = {.world = world, .live = host};
    struct sim_host *audit = host_find(world, ARCHIVIST);
    const struct seen_log *log = &world->checks->logs[host->place];
    if (!host_is_up(host) || !host_is_up(audit) || log->recorded != log->seq) {
        return;
    }
    engine_make(&replay);
    record_feed(&replay, audit);
    tables_compare(&replay);
    engine_close(&replay.rebuilt);
    folder_remove(replay.folder);
}
