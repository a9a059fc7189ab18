/* The three ways in which a virtual host can be made wrong: what the checkers must find.
 *
 * Production code has no switch for any of them. What a wrong host would leave on its disk is
 * brought about from outside: by putting an older copy of the store back, or an older row. */
#include "host.h"

#include "base/check.h"
#include "base/file.h"
#include "service/tables.h"

#include <stdio.h>
#include <string.h>

enum { STORE_BYTES_MAX = 256 << 20 };

static void store_path(const struct sim_host *host, char path[256])
{
    (void)snprintf(path, 256, "%s/store.mdb", host->folder);
}

static void file_copy(const char *from, const char *to)
{
    struct arena arena;
    struct bytes bytes;
    arena_init(&arena);
    CHECK(file_read(from, STORE_BYTES_MAX, &arena, &bytes, NULL) == ERR_OK);
    CHECK(file_replace(to, bytes, 0600, NULL) == ERR_OK);
    arena_free(&arena);
}

static struct key cursor_key(const struct sim_host *host, size_t index)
{
    return key_of_text(text_of(engine_consumer(host->engine, index)->source));
}

/* The rows of the cursors as they are now. */
static void cursors_read(struct sim_host *host, struct damage *damage)
{
    struct store_txn *txn = NULL;
    CHECK(store_begin_read(engine_store(host->engine), &txn) == ERR_OK);
    for (size_t i = 0; engine_consumer(host->engine, i) != NULL; i++) {
        struct key key = cursor_key(host, i);
        struct bytes row;
        damage->has_row[i] = store_get(txn, TABLE_CURSORS, key_bytes(&key), &row);
        if (damage->has_row[i]) {
            CHECK(row.size == sizeof damage->rows[i]);
            memcpy(damage->rows[i], row.data, row.size);
        }
    }
    store_end_read(&txn);
}

void damage_prepare(struct world *world, struct sim_host *host, struct damage *damage)
{
    char path[256];
    if (world->broken == BROKEN_REPLY_FIRST && host->death == DEATH_BEFORE_COMMIT) {
        store_path(host, path);
        (void)snprintf(damage->before, sizeof damage->before, "%s/store.before", host->folder);
        file_copy(path, damage->before);
    }
    if (world->broken == BROKEN_MARK_APART && host->death == DEATH_AFTER_COMMIT) {
        cursors_read(host, damage);
    }
}

/* Speaks, and dies before what it said is durable. */
void damage_reply_first(struct world *world, struct sim_host *host, struct damage *damage)
{
    char path[256];
    size_t count = 0;
    enum err err = engine_commit(host->engine);
    CHECK(err == ERR_OK || err_is_passing(err));
    const struct engine_reply *replies = engine_replies(host->engine, &count);
    for (size_t i = 0; i < count; i++) {
        if (host_is_for_client(&replies[i])) {
            (void)bus_send(world, MESSAGE_REPLY, host->place, CLIENTS, replies[i].message);
        }
    }
    trace(world, host->service->name, "spoke %zu times before its commit", count);
    store_path(host, path);
    /* What was said is on its way already: only what comes later is lost with the connection. */
    struct message message;
    while (bus_take(world, host->place, 1 << MESSAGE_REQUEST, &message)) {
        message_free(&message);
    }
    engine_close(&host->engine);
    order_book_free(&host->orders);
    host->death = DEATH_NONE;
    host->back_ms = world->boot_ms + 50;
    CHECK(rename(damage->before, path) == 0);
}

/* The transaction that was to note the consumption did not come to pass any more. */
void damage_mark_apart(struct world *world, struct sim_host *host, const struct damage *damage)
{
    struct store_txn *txn = NULL;
    if (world->broken != BROKEN_MARK_APART) {
        return;
    }
    CHECK(store_begin_write(engine_store(host->engine), &txn) == ERR_OK);
    for (size_t i = 0; engine_consumer(host->engine, i) != NULL; i++) {
        struct key key = cursor_key(host, i);
        if (damage->has_row[i]) {
            store_put(txn, TABLE_CURSORS, key_bytes(&key),
                      bytes_of(damage->rows[i], sizeof damage->rows[i]));
        } else {
            (void)store_delete(txn, TABLE_CURSORS, key_bytes(&key));
        }
    }
    CHECK(store_commit(&txn) == ERR_OK);
    trace(world, host->service->name, "forgot what it had consumed");
}
