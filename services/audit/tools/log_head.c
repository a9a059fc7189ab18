#include "log_head.h"

#include <stdio.h>

enum err log_keys_fetch(struct log_client *client, const char *command, struct arena *arena,
                        struct log_keys *ret_keys, struct reason *reason)
{
    struct bytes bytes;
    enum err err = log_client_get(client, "vkey", LOG_KEY_BYTES_MAX, arena, &bytes, reason);
    if (err == ERR_OK) {
        err = log_keys_read(bytes_text(bytes), ret_keys, reason);
    }
    if (err != ERR_OK) {
        reason_prefix(reason, "the log's keys; give them with --vkey");
        return err;
    }
    fprintf(stderr,
            "%s: no --vkey was given: the key is the one that the log itself tells; compare it "
            "with what the hall published elsewhere\n%s: %.*s",
            command, command, TEXT_PRINT(log_keys_text(ret_keys, arena)));
    return ERR_OK;
}

enum err log_checkpoint_fetch(struct log_client *client, const struct log_keys *keys,
                              struct arena *arena, struct checkpoint *ret_checkpoint,
                              struct text *ret_note, struct reason *reason)
{
    struct bytes bytes;
    enum err err = log_client_get(client, "checkpoint", NOTE_BYTES_MAX, arena, &bytes, reason);
    if (err != ERR_OK) {
        return err;
    }
    *ret_note = bytes_text(bytes);
    err = log_checkpoint_open(keys, *ret_note, arena, ret_checkpoint, reason);
    if (err != ERR_OK) {
        reason_prefix(reason, "%s/checkpoint", log_client_url(client));
    }
    return err;
}
