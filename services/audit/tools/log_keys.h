/* The public keys of a log: what a checkpoint is believed by. Any thread; sodium_init must have
 * been called. */
#pragma once

#include "transparency/checkpoint.h"

enum { LOG_KEYS_MAX = 8, LOG_KEY_BYTES_MAX = 4096 };

struct log_keys {
    struct note_verifier items[LOG_KEYS_MAX];
    size_t count;
};

/* Reads verifier keys, one a line. */
enum err log_keys_read(struct text lines, struct log_keys *ret_keys, struct reason *reason);

/* What --vkey gives: a key, or a file of keys. */
enum err log_keys_given(const char *key_or_file, struct arena *arena, struct log_keys *ret_keys,
                        struct reason *reason);

/* The keys as a file. */
struct text log_keys_text(const struct log_keys *keys, struct arena *arena);

/* Reads a signed checkpoint; ERR_CORRUPT, with the reason, unless one of the keys signed it. */
enum err log_checkpoint_open(const struct log_keys *keys, struct text note, struct arena *arena,
                             struct checkpoint *ret_checkpoint, struct reason *reason);
