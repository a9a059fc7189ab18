#include "service/replay.h"

#include "base/encoding.h"
#include "base/options.h"
#include "log/record_file.h"
#include "service/engine.h"
#include "service/tables.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { RECORDS_PER_BATCH = 5000 };

/* Prints what `store` holds, as one snapshot. */
static enum err digests_print(const struct service *service, struct store *store)
{
    struct store_txn *txn = NULL;
    struct hasher hasher;
    enum err err = store_begin_read(store, &txn);
    if (err != ERR_OK) {
        return err;
    }
    hasher_init(&hasher);
    printf("{\"service\":\"%s\",\"seq\":%" PRIu64 ",\"tables\":{", service->name,
           log_end(txn, TABLE_LOG).seq);
    const char *separator = "";
    for (size_t i = 0; i < store_table_count(store); i++) {
        const struct store_table *table = store_table_at(store, i);
        if ((table->flags & STORE_UNDIGESTED) != 0) {
            continue;
        }
        char digits[2 * HASH_BYTES + 1] = "";
        struct hash digest = store_digest(txn, i, &hasher);
        hex_encode(bytes_of(digest.bytes, sizeof digest.bytes), digits);
        printf("%s\"%s\":{\"rows\":%" PRIu64 ",\"sha256\":\"%s\"}", separator, table->name,
               store_count(txn, i), digits);
        separator = ",";
    }
    puts("}}");
    err = store_error(txn);
    store_end_read(&txn);
    hasher_free(&hasher);
    return err;
}

/* Feeds the whole record, batch by batch. */
static enum err record_feed(struct engine *engine, struct record_file *file, uint64_t until,
                            struct reason *reason)
{
    struct record_file_entry entry;
    enum err err = ERR_OK;
    bool ended = false;
    while (err == ERR_OK && !ended) {
        err = engine_begin(engine, 0, 0);
        for (int i = 0; err == ERR_OK && !ended && i < RECORDS_PER_BATCH; i++) {
            err = record_file_read(file, &entry, reason);
            ended = err == ERR_NOT_FOUND;
            bool is_own = !ended && text_equal_string(entry.source, engine_service(engine)->name);
            if (is_own && until != 0 && entry.seq > until) {
                ended = true;
            }
            err = ended ? ERR_OK : err;
            if (err == ERR_OK && !ended) {
                err = engine_replay(engine, entry.source, entry.seq, entry.bytes, reason);
            }
        }
        if (err == ERR_OK) {
            err = engine_commit(engine);
            if (err != ERR_OK) {
                (void)reason_set(reason, err, "cannot write: %s", err_text(err));
            }
        }
    }
    return err;
}

int replay_run(const struct service *service, const struct options *options,
               const struct logger *logger)
{
    struct engine *engine = NULL;
    struct record_file file = {0};
    struct reason reason = {""};
    struct engine_options engine_options = {
        .service = service,
        .store = {.folder = options_text(options, "data"),
                  .map_bytes = (size_t)options_number(options, "map-size"),
                  .without_sync = true},
        .options = options,
        .logger = logger,
        .stream_window = 1,
        .is_replay = true,
    };
    enum err err = record_file_open(&file, options_text(options, "replay"), &reason);
    if (err == ERR_OK) {
        err = engine_open(&engine_options, &engine, &reason);
    }
    if (err == ERR_OK && engine_end(engine).seq != 0) {
        err = reason_set(&reason, ERR_EXISTS, "%s is not empty", options_text(options, "data"));
    }
    if (err == ERR_OK) {
        err = record_feed(engine, &file, (uint64_t)options_number(options, "until"), &reason);
    }
    if (err == ERR_OK) {
        err = digests_print(service, engine_store(engine));
    }
    if (err != ERR_OK) {
        fprintf(stderr, "%s: replay failed: %s\n", service->name, reason.text);
    }
    engine_close(&engine);
    (void)record_file_close(&file, NULL);
    return err == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int digest_run(const struct service *service, const struct options *options)
{
    struct store *store = NULL;
    struct reason reason = {""};
    struct arena arena;
    arena_init(&arena);
    struct store_options store_options = {
        .folder = arena_print(&arena, "%s/%s", options_text(options, "data"), service->name).data,
        .map_bytes = (size_t)options_number(options, "map-size"),
        .read_only = true,
    };
    enum err err = engine_store_open(service, &store_options, &store, &reason);
    if (err == ERR_OK) {
        err = digests_print(service, store);
        store_close(&store);
    } else {
        fprintf(stderr, "%s: %s\n", service->name, reason.text);
    }
    arena_free(&arena);
    return err == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
