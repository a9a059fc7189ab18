#include "log_keys.h"

#include "base/file.h"

enum err log_keys_read(struct text lines, struct log_keys *ret_keys, struct reason *reason)
{
    *ret_keys = (struct log_keys){.count = 0};
    while (!text_is_empty(lines)) {
        struct text line = text_split(lines, '\n', &lines);
        if (text_is_empty(line)) {
            continue;
        }
        if (ret_keys->count == LOG_KEYS_MAX) {
            return reason_set(reason, ERR_TOO_LARGE, "there are more than %d keys", LOG_KEYS_MAX);
        }
        enum err err = note_verifier_read(line, &ret_keys->items[ret_keys->count++], reason);
        if (err != ERR_OK) {
            return err;
        }
    }
    return ret_keys->count > 0 ? ERR_OK : reason_set(reason, ERR_INVALID, "there is no key");
}

enum err log_keys_given(const char *key_or_file, struct arena *arena, struct log_keys *ret_keys,
                        struct reason *reason)
{
    struct bytes bytes;
    if (log_keys_read(text_of(key_or_file), ret_keys, NULL) == ERR_OK) {
        return ERR_OK;
    }
    enum err err = file_read(key_or_file, LOG_KEY_BYTES_MAX, arena, &bytes, reason);
    if (err != ERR_OK) {
        reason_prefix(reason, "--vkey is neither a verifier key nor a file of them");
        return err;
    }
    err = log_keys_read(bytes_text(bytes), ret_keys, reason);
    if (err != ERR_OK) {
        reason_prefix(reason, "%s", key_or_file);
    }
    return err;
}

struct text log_keys_text(const struct log_keys *keys, struct arena *arena)
{
    struct text text = {.data = "", .size = 0};
    for (size_t i = 0; i < keys->count; i++) {
        text = arena_print(arena, "%.*s%.*s\n", TEXT_PRINT(text),
                           TEXT_PRINT(note_verifier_text(&keys->items[i], arena)));
    }
    return text;
}

enum err log_checkpoint_open(const struct log_keys *keys, struct text note, struct arena *arena,
                             struct checkpoint *ret_checkpoint, struct reason *reason)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (checkpoint_open(note, &keys->items[i], arena, ret_checkpoint, reason) == ERR_OK) {
            return ERR_OK;
        }
    }
    return ERR_CORRUPT;
}
