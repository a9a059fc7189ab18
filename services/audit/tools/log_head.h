/* The head of a log that is served elsewhere: its keys and its newest checkpoint. One thread. */
#pragma once

#include "log_client.h"
#include "log_keys.h"

/* The log's own keys (URL/vkey), for whoever was given none: says on standard error that they are
 * believed because the log says so. */
enum err log_keys_fetch(struct log_client *client, const char *command, struct arena *arena,
                        struct log_keys *ret_keys, struct reason *reason);

/* The newest checkpoint, signed; `ret_note` is the note byte for byte. Both live in `arena`. */
enum err log_checkpoint_fetch(struct log_client *client, const struct log_keys *keys,
                              struct arena *arena, struct checkpoint *ret_checkpoint,
                              struct text *ret_note, struct reason *reason);
