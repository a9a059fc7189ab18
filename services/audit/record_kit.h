/* For audit's tests: a store with a record in it, entry after entry as the service appends them.
 *
 * Entry n of a record is {"of":"<name>","n":<n>}, so that two records with other names differ. */
#pragma once

#include "audit_service.h"
#include "tree.h"

#include "base/test_kit.h"
#include "service/engine.h"

enum { RECORD_KIT_MAP_BYTES = 256 << 20, RECORD_KIT_BATCH = 5000 };

struct record_kit {
    struct test_folder folder;
    struct arena arena;
    struct hasher hasher;
    struct store *store;
    const char *store_path;
};

static inline struct store *kit_store_open(const char *path)
{
    struct store *store = NULL;
    struct reason reason = {""};
    struct store_options options = {
        .folder = path, .map_bytes = RECORD_KIT_MAP_BYTES, .without_sync = true};
    assert_int_equal(ERR_OK, engine_store_open(&audit_service, &options, &store, &reason));
    return store;
}

static inline void kit_open(struct record_kit *kit)
{
    folder_begin(&kit->folder);
    arena_init(&kit->arena);
    hasher_init(&kit->hasher);
    kit->store_path = path_in(&kit->folder, "audit", &kit->arena);
    kit->store = kit_store_open(kit->store_path);
}

static inline void kit_close(struct record_kit *kit)
{
    store_close(&kit->store);
    hasher_free(&kit->hasher);
    arena_free(&kit->arena);
    folder_end(&kit->folder);
}

/* The own bytes of an entry, until the next call for the same arena's reset. */
static inline struct bytes kit_entry(struct arena *arena, const char *name, uint64_t n)
{
    return text_bytes(
        arena_print(arena, "{\"of\":\"%s\",\"n\":%llu}", name, (unsigned long long)n));
}

/* Appends entries `from` to `to` in one transaction. */
static inline void kit_append_batch(struct store *store, const char *name, uint64_t from,
                                    uint64_t to)
{
    struct audit audit = {.end_is_known = false};
    struct state state = {.memory = &audit};
    struct arena arena;
    arena_init(&arena);
    hasher_init(&audit.hasher);
    buffer_init(&audit.entry, LOG_VALUE_BYTES_MAX);
    assert_int_equal(ERR_OK, store_begin_write(store, &state.txn));
    for (uint64_t n = from; n <= to; n++) {
        archive(&state, TEXT_LITERAL("intake"), n, kit_entry(&arena, name, n), NULL);
    }
    assert_int_equal(ERR_OK, store_commit(&state.txn));
    buffer_free(&audit.entry);
    hasher_free(&audit.hasher);
    arena_free(&arena);
}

/* Appends entries until the record has `size` of them. */
static inline void kit_append(struct store *store, const char *name, uint64_t size)
{
    struct store_txn *txn = NULL;
    assert_int_equal(ERR_OK, store_begin_read(store, &txn));
    uint64_t from = log_end(txn, TABLE_RECORD).seq + 1;
    store_end_read(&txn);
    for (; from <= size; from += RECORD_KIT_BATCH) {
        uint64_t last = from + RECORD_KIT_BATCH - 1;
        kit_append_batch(store, name, from, last < size ? last : size);
    }
}
