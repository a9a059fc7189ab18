/* Blobs: files sealed under a key of their own and named by the hash of their sealed bytes.
 *
 *   "GHBLOB1\n"
 *   chunks of 64 KiB (the last may be shorter, and is there even when it is empty), each followed
 *   by its tag: XChaCha20-Poly1305 under the blob's key, nonce = number of the chunk,
 *   authenticated with it whether it is the last
 *
 * Since nonces are numbers, a key seals one blob and nothing else. A blob is written once: to a
 * file of its own, synced, renamed to its hash, the folder synced. One thread per writer or reader.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/random.h"
#include "crypto/seal.h"

enum { BLOB_CHUNK_BYTES = 64 * 1024 };

struct blob_writer;

/* What a finished blob is known by. */
struct blob_facts {
    struct hash sealed; /* hash of the file, its name */
    struct hash plain;  /* hash of the content */
    uint64_t size;      /* of the content, in bytes */
};

/* Makes the folders blobs are kept in. */
enum err blob_folders_make(const char *folder, struct reason *reason);

/* Begins a blob in `folder`, sealed under `key`, which was made for it. */
enum err blob_begin(const char *folder, const uint8_t key[SEAL_KEY_BYTES],
                    struct random_source *random, struct blob_writer **ret_writer);

/* Adds bytes. */
enum err blob_write(struct blob_writer *writer, struct bytes bytes);

/* Makes the blob durable under its name. The writer is gone afterwards, whatever is returned. */
enum err blob_finish(struct blob_writer **writer, struct blob_facts *ret_facts);

/* Gives up: no trace remains. Accepts NULL. */
void blob_drop(struct blob_writer **writer);

/* Removes a blob; ERR_NOT_FOUND when there is none. */
enum err blob_remove(const char *folder, const struct hash *sealed);

/* Reads chunk `index` of a blob into `arena`; ERR_CORRUPT when it was changed, moved or cut off,
 * ERR_NOT_FOUND behind the last or when there is no such blob. */
enum err blob_read(const char *folder, const struct hash *sealed, const uint8_t key[SEAL_KEY_BYTES],
                   uint64_t index, struct arena *arena, struct bytes *ret_bytes);
