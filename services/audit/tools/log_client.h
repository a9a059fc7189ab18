/* A log as it is served over HTTP: checkpoint, keys, tiles, entries (C2SP tlog-tiles).
 *
 * https, or http on this machine. What is slow, busy or away is tried again for a while; nothing
 * that comes is believed here. One thread. */
#pragma once

#include "transparency/tile.h"

#include "base/err.h"

#include <signal.h>

struct log_client;

/* `url` is the log's address (https://hall.example/v1/log); `token_file` (may be NULL) holds a
 * session's token, which the entries of a hall want. Where `stop` is not NULL, a call ends with
 * ERR_CLOSED soon after it is set. */
enum err log_client_open(const char *url, const char *token_file, const volatile sig_atomic_t *stop,
                         struct log_client **ret_client, struct reason *reason);
void log_client_close(struct log_client **client);
const char *log_client_url(const struct log_client *client);

/* What is served at `path` below the address, such as "checkpoint"; lives in `arena`.
 * ERR_NOT_FOUND, ERR_DENIED, ERR_TOO_LARGE, ERR_UNAVAILABLE, each with the reason. */
enum err log_client_get(struct log_client *client, const char *path, size_t size_max,
                        struct arena *arena, struct bytes *ret_bytes, struct reason *reason);

/* A file of hashes or entries; the full one where the partial one is no longer served. */
enum err log_client_tile(struct log_client *client, const struct tile *tile, struct arena *arena,
                         struct bytes *ret_bytes, struct reason *reason);
