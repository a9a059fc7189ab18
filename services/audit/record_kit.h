/* For audit's tests: a store with a record in it, entry after entry as the service appends them.
 *
 * Entry n is event n of intake, of a type that the test names: records of two types are two
 * histories. */
#pragma once

#include "audit/audit_service.h"
#include "audit/signer.h"

#include "base/logline.h"
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

/* The own bytes of entry `n`: an event of that type, whose data says its number. */
static inline struct bytes kit_entry(struct arena *arena, const char *type, uint64_t n)
{
    static const uint8_t salt[SALT_BYTES] = {1, 2, 3};
    struct log_mark data = {.stream = TEXT_LITERAL("fee"), .upto = (int64_t)n};
    struct event_envelope event = {
        .id = {{{1}}},
        .source = TEXT_LITERAL("intake"),
        .type = text_of(type),
        .time = (int64_t)n,
        .actor = {.kind = ACTOR_SYSTEM},
        .salt = bytes_of(salt, sizeof salt),
        .data = {.message = &log_mark_message, .data = &data},
    };
    struct buffer buffer;
    buffer_init(&buffer, RECORD_BYTES_MAX);
    wire_pack(&buffer, WIRE_MAP, &event_envelope_message, &event);
    assert_false(buffer.failed);
    struct bytes bytes = arena_copy_bytes(arena, buffer_bytes(&buffer));
    buffer_free(&buffer);
    return bytes;
}

/* Appends entries `from` to `to` in one transaction. */
static inline void kit_append_batch(struct store *store, const char *type, uint64_t from,
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
        archive(&state, TEXT_LITERAL("intake"), n, kit_entry(&arena, type, n), NULL);
    }
    assert_int_equal(ERR_OK, store_commit(&state.txn));
    buffer_free(&audit.entry);
    hasher_free(&audit.hasher);
    arena_free(&arena);
}

/* Appends entries until the record has `size` of them. */
static inline void kit_append(struct store *store, const char *type, uint64_t size)
{
    struct store_txn *txn = NULL;
    assert_int_equal(ERR_OK, store_begin_read(store, &txn));
    uint64_t from = log_end(txn, TABLE_RECORD).seq + 1;
    store_end_read(&txn);
    for (; from <= size; from += RECORD_KIT_BATCH) {
        uint64_t last = from + RECORD_KIT_BATCH - 1;
        kit_append_batch(store, type, from, last < size ? last : size);
    }
}

/* Signs the record as it stands; the keys are made while it is empty. */
static inline void kit_sign(const char *store_path, struct store *store)
{
    struct options options;
    struct arena arena;
    struct logger silent = {.service = "audit", .level = LOG_LEVEL_ERROR, .descriptor = -1};
    struct signer *signer = NULL;
    struct store_txn *txn = NULL;
    struct reason reason = {""};
    char program[] = "audit";
    char *arguments[] = {program, NULL};
    arena_init(&arena);
    options_init(&options, "audit");
    options_add(&options, audit_service.options, audit_service.option_count);
    assert_int_equal(ERR_OK, options_read(&options, 1, arguments, &reason));
    assert_int_equal(ERR_OK, signer_open(&options, store_path, store, &signer, &reason));
    assert_int_equal(ERR_OK, store_begin_read(store, &txn));
    assert_int_equal(ERR_OK, signer_look(signer, txn, &arena, &silent));
    store_end_read(&txn);
    signer_close(&signer);
    options_free(&options);
    arena_free(&arena);
}
