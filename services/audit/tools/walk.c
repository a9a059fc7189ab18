#include "walk.h"

#include "audit/audit_service.h"

#include "service/engine.h"

#include <string.h>

enum { ENTRIES_PER_MILESTONE = 500000 };

const struct option_spec walk_options[] = {
    {.name = "data",
     .type = OPTION_PATH,
     .default_value = "./var",
     .doc = "the hall's data folder; services may run meanwhile"},
    {.name = "map-size",
     .type = OPTION_BYTES,
     .default_value = "256g",
     .min = 1 << 20,
     .max = INT64_C(1) << 46,
     .doc = "address space for a store, as the services have it"},
};
const size_t walk_option_count = sizeof walk_options / sizeof walk_options[0];

enum err walk_open(struct walk *walk, const struct options *options, struct reason *reason)
{
    struct arena arena;
    *walk = (struct walk){.store = NULL};
    arena_init(&arena);
    struct store_options store_options = {
        .folder = arena_print(&arena, "%s/%s", options_text(options, "data"), ARCHIVIST).data,
        .map_bytes = (size_t)options_number(options, "map-size"),
        .read_only = true,
    };
    enum err err = engine_store_open(&audit_service, &store_options, &walk->store, reason);
    arena_free(&arena);
    if (err != ERR_OK) {
        return err;
    }
    err = store_begin_read(walk->store, &walk->txn);
    if (err != ERR_OK) {
        store_close(&walk->store);
        return reason_set(reason, err, "cannot read audit's store: %s", err_text(err));
    }
    hasher_init(&walk->hasher);
    store_cursor_open(&walk->cursor, walk->txn, TABLE_RECORD);
    walk->end = log_end(walk->txn, TABLE_RECORD).seq;
    return ERR_OK;
}

void walk_close(struct walk *walk)
{
    if (walk->store == NULL) {
        return;
    }
    store_cursor_close(&walk->cursor);
    store_end_read(&walk->txn);
    store_close(&walk->store);
    hasher_free(&walk->hasher);
}

bool walk_next(struct walk *walk)
{
    struct log_record before = walk->stored;
    bool found = before.seq == 0 ? store_first(&walk->cursor) : store_next(&walk->cursor);
    if (!found) {
        return false;
    }
    struct bytes value = walk->cursor.value;
    walk->stored = (struct log_record){.seq = store_cursor_sequence(&walk->cursor)};
    walk->is_proved = false;
    walk->is_readable = false;
    if (value.size > HASH_BYTES) {
        memcpy(walk->stored.chain.bytes, value.data, HASH_BYTES);
        walk->stored.bytes = bytes_of(value.data + HASH_BYTES, value.size - HASH_BYTES);
        walk->is_proved = walk->stored.seq == before.seq + 1 &&
                          log_follows(&walk->hasher, &before.chain, &walk->stored);
        walk->is_readable = entry_read(walk->stored.bytes, &walk->entry);
    }
    return true;
}

bool walk_is_milestone(const struct walk *walk)
{
    return walk->stored.seq % ENTRIES_PER_MILESTONE == 0;
}
