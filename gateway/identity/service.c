/* The gateway's own state as a service's tables. */
#include "identity/identity.h"

#include "base/check.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

WIRE_DEFINE_VOCABULARY(identity_rows, IDENTITY_ROWS)

/* Reads the key beside the store, or makes it at the first start. */
static enum err key_load(const char *folder, uint8_t key[SEAL_KEY_BYTES], struct reason *reason)
{
    struct arena arena;
    struct bytes bytes;
    arena_init(&arena);
    const char *path = arena_print(&arena, "%s/gateway.key", folder).data;
    enum err err = ERR_OK;
    if (access(path, F_OK) != 0) {
        struct random_source random;
        random_init(&random);
        random_fill(&random, key, SEAL_KEY_BYTES);
        err = file_replace(path, bytes_of(key, SEAL_KEY_BYTES), 0600, reason);
    } else {
        err = file_read(path, SEAL_KEY_BYTES, &arena, &bytes, reason);
        if (err == ERR_OK && bytes.size != SEAL_KEY_BYTES) {
            err = reason_set(reason, ERR_CORRUPT, "%s is no key of the gateway", path);
        }
        if (err == ERR_OK) {
            memcpy(key, bytes.data, SEAL_KEY_BYTES);
        }
    }
    arena_free(&arena);
    return err;
}

static enum err identity_open(const struct service_start *start, void **ret_memory,
                              struct reason *reason)
{
    struct identity *identity = calloc(1, sizeof *identity);
    CHECK(identity != NULL);
    enum err err = start->is_replay ? ERR_OK : key_load(start->folder, identity->key, reason);
    if (err != ERR_OK) {
        free(identity);
        return err;
    }
    *ret_memory = identity;
    return ERR_OK;
}

static void identity_close(void *memory)
{
    free(memory);
}

static const struct service_command commands[] = {
    {&create_account_message, decide_create_account, COMMAND_INTERNAL, NULL},
    {&change_account_message, decide_change_account, COMMAND_INTERNAL, NULL},
    {&open_session_message, decide_open_session, COMMAND_INTERNAL, NULL},
    {&close_session_message, decide_close_session, COMMAND_INTERNAL, NULL},
};

static const struct service_event events[] = {
    {&account_created_message, apply_account_created, NULL},
    {&account_changed_message, apply_account_changed, NULL},
    {&session_opened_message, apply_session_opened, NULL},
    {&session_closed_message, apply_session_closed, NULL},
};

static const struct service_timer timers[] = {
    {"session is over", decide_session_over, false, false},
};

static const struct store_table tables[] = {{"accounts", 0}, {"logins", 0}, {"sessions", 0}};
_Static_assert(sizeof tables / sizeof tables[0] == GATEWAY_TABLE_END - ENGINE_TABLE_COUNT,
               "every table is named");

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

const struct service gateway_service = {
    .name = "gateway",
    .commands = commands,
    .command_count = COUNT_OF(commands),
    .events = events,
    .event_count = COUNT_OF(events),
    .timers = timers,
    .timer_count = COUNT_OF(timers),
    .tables = tables,
    .table_count = COUNT_OF(tables),
    .open = identity_open,
    .close = identity_close,
};
