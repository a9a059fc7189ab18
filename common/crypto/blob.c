#include "crypto/blob.h"

#include "base/check.h"
#include "base/encoding.h"
#include "base/file.h"
#include "crypto/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAGIC_BYTES = 8,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    SEALED_CHUNK_BYTES = BLOB_CHUNK_BYTES + TAG_BYTES,
};

static const char magic[MAGIC_BYTES + 1] = "GHBLOB1\n";

struct blob_writer {
    char folder[PATH_MAX / 2];
    char path[PATH_MAX];
    int descriptor;
    uint8_t key[SEAL_KEY_BYTES];
    uint64_t index;
    uint64_t size;
    struct hasher plain;
    struct hasher sealed;
    size_t filled;
    uint8_t chunk[BLOB_CHUNK_BYTES];
    uint8_t out[SEALED_CHUNK_BYTES];
};

enum err blob_folders_make(const char *folder, struct reason *reason)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/new", folder);
    enum err err = folder_make(path, reason);
    for (unsigned i = 0; err == ERR_OK && i < 256; i++) {
        (void)snprintf(path, sizeof path, "%s/%02x", folder, i);
        err = folder_make(path, reason);
    }
    return err == ERR_OK ? folder_sync(folder, reason) : err;
}

/* The folder and the file of a blob. */
static bool blob_path(const char *folder, const struct hash *sealed, char path[PATH_MAX])
{
    char digits[2 * HASH_BYTES + 1] = "";
    hex_encode(bytes_of(sealed->bytes, sizeof sealed->bytes), digits);
    int size = snprintf(path, PATH_MAX, "%s/%.2s/%s", folder, digits, digits);
    return size > 0 && size < PATH_MAX;
}

enum err blob_begin(const char *folder, const uint8_t key[SEAL_KEY_BYTES],
                    struct random_source *random, struct blob_writer **ret_writer)
{
    uint8_t name[16];
    char digits[2 * sizeof name + 1] = "";
    struct blob_writer *writer = calloc(1, sizeof *writer);
    CHECK(writer != NULL && strlen(folder) < sizeof writer->folder);
    random_fill(random, name, sizeof name);
    hex_encode(bytes_of(name, sizeof name), digits);
    (void)snprintf(writer->folder, sizeof writer->folder, "%s", folder);
    (void)snprintf(writer->path, sizeof writer->path, "%s/new/%s", folder, digits);
    memcpy(writer->key, key, sizeof writer->key);
    hasher_init(&writer->plain);
    hasher_init(&writer->sealed);
    hash_begin(&writer->plain);
    hash_begin(&writer->sealed);
    writer->descriptor = open(writer->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum err err = writer->descriptor < 0 ? err_from_errno(errno) : ERR_OK;
    if (err == ERR_OK) {
        struct bytes head = bytes_of(magic, MAGIC_BYTES);
        hash_add(&writer->sealed, head);
        err = write_all(writer->descriptor, head);
    }
    if (err != ERR_OK) {
        blob_drop(&writer);
        return err;
    }
    *ret_writer = writer;
    return ERR_OK;
}

static void nonce_make(uint64_t index, uint8_t nonce[NONCE_BYTES])
{
    memset(nonce, 0, NONCE_BYTES);
    write_be64(nonce + NONCE_BYTES - 8, index);
}

/* Seals and writes the chunk that was gathered. */
static enum err chunk_write(struct blob_writer *writer, bool is_last)
{
    uint8_t nonce[NONCE_BYTES];
    uint8_t last = is_last ? 1 : 0;
    unsigned long long size = 0;
    nonce_make(writer->index++, nonce);
    crypto_aead_xchacha20poly1305_ietf_encrypt(writer->out, &size, writer->chunk, writer->filled,
                                               &last, 1, NULL, nonce, writer->key);
    writer->filled = 0;
    struct bytes sealed = bytes_of(writer->out, (size_t)size);
    hash_add(&writer->sealed, sealed);
    return write_all(writer->descriptor, sealed);
}

enum err blob_write(struct blob_writer *writer, struct bytes bytes)
{
    enum err err = ERR_OK;
    hash_add(&writer->plain, bytes);
    writer->size += bytes.size;
    while (err == ERR_OK && bytes.size > 0) {
        if (writer->filled == BLOB_CHUNK_BYTES) {
            err = chunk_write(writer, false);
        }
        size_t room = BLOB_CHUNK_BYTES - writer->filled;
        size_t taken = bytes.size < room ? bytes.size : room;
        memcpy(writer->chunk + writer->filled, bytes.data, taken);
        writer->filled += taken;
        bytes = bytes_of(bytes.data + taken, bytes.size - taken);
    }
    return err;
}

static void writer_free(struct blob_writer **writer)
{
    struct blob_writer *closing = *writer;
    *writer = NULL;
    if (closing->descriptor >= 0) {
        close(closing->descriptor);
    }
    hasher_free(&closing->plain);
    hasher_free(&closing->sealed);
    sodium_memzero(closing, sizeof *closing);
    free(closing);
}

enum err blob_finish(struct blob_writer **writer, struct blob_facts *ret_facts)
{
    struct blob_writer *w = *writer;
    char path[PATH_MAX];
    enum err err = chunk_write(w, true);
    if (err == ERR_OK && fdatasync(w->descriptor) != 0) {
        err = ERR_IO;
    }
    struct blob_facts facts = {
        .sealed = hash_end(&w->sealed), .plain = hash_end(&w->plain), .size = w->size};
    if (err == ERR_OK &&
        (!blob_path(w->folder, &facts.sealed, path) || rename(w->path, path) != 0)) {
        err = err_from_errno(errno);
    }
    if (err != ERR_OK) {
        blob_drop(writer);
        return err;
    }
    *strrchr(path, '/') = '\0';
    err = folder_sync(path, NULL);
    writer_free(writer);
    *ret_facts = facts;
    return err;
}

void blob_drop(struct blob_writer **writer)
{
    if (*writer != NULL) {
        (void)unlink((*writer)->path);
        writer_free(writer);
    }
}

enum err blob_remove(const char *folder, const struct hash *sealed)
{
    char path[PATH_MAX];
    if (!blob_path(folder, sealed, path)) {
        return ERR_TOO_LARGE;
    }
    return unlink(path) == 0 ? ERR_OK : err_from_errno(errno);
}

static bool magic_stands(int descriptor)
{
    uint8_t start[MAGIC_BYTES];
    return pread(descriptor, start, sizeof start, 0) == (ssize_t)sizeof start &&
           memcmp(start, magic, sizeof start) == 0;
}

/* Reads the sealed chunk `index` and whether it is the last one. */
static enum err sealed_chunk_read(int descriptor, uint64_t index, uint8_t *chunk, size_t *ret_size,
                                  bool *ret_is_last)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return err_from_errno(errno);
    }
    uint64_t offset = MAGIC_BYTES + index * SEALED_CHUNK_BYTES;
    uint64_t end = (uint64_t)status.st_size;
    if (!magic_stands(descriptor) || end == MAGIC_BYTES) {
        return ERR_CORRUPT;
    }
    if (index > (UINT64_MAX >> 20) || offset >= end) {
        return ERR_NOT_FOUND;
    }
    size_t size = end - offset > SEALED_CHUNK_BYTES ? SEALED_CHUNK_BYTES : (size_t)(end - offset);
    ssize_t got = pread(descriptor, chunk, size, (off_t)offset);
    if (got != (ssize_t)size) {
        return ERR_IO;
    }
    *ret_size = size;
    *ret_is_last = offset + size == end;
    return size < TAG_BYTES ? ERR_CORRUPT : ERR_OK;
}

enum err blob_read(const char *folder, const struct hash *sealed, const uint8_t key[SEAL_KEY_BYTES],
                   uint64_t index, struct arena *arena, struct bytes *ret_bytes)
{
    char path[PATH_MAX];
    size_t size = 0;
    bool is_last = false;
    if (!blob_path(folder, sealed, path)) {
        return ERR_TOO_LARGE;
    }
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return err_from_errno(errno);
    }
    uint8_t *chunk = arena_take(arena, SEALED_CHUNK_BYTES);
    enum err err = sealed_chunk_read(descriptor, index, chunk, &size, &is_last);
    close(descriptor);
    if (err != ERR_OK) {
        return err;
    }
    uint8_t nonce[NONCE_BYTES];
    uint8_t last = is_last ? 1 : 0;
    nonce_make(index, nonce);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(chunk, NULL, NULL, chunk, size, &last, 1, nonce,
                                                   key) != 0) {
        return ERR_CORRUPT;
    }
    *ret_bytes = bytes_of(chunk, size - TAG_BYTES);
    return ERR_OK;
}
