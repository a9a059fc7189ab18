#include "crypto/vault.h"

#include "base/check.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER_BYTES = 4096, BLOCK_SLOTS = 4096, VERSION = 1, CODE_BITS = 60 };

/* Address space for slots, far more than a hall will ever have; the file stays as it is. */
#define MAPPED_BYTES ((size_t)1 << 35)

struct vault_header {
    char magic[8];
    uint32_t version;
    uint32_t slot_bytes;
    uint8_t search_key[SEAL_KEY_BYTES];
    uint8_t code_key[SEAL_KEY_BYTES];
    _Atomic uint64_t noted_to;
};

/* A quarter of a disk sector, so that overwriting one cannot tear another. */
struct vault_slot {
    uint8_t key[SEAL_KEY_BYTES];
    uint8_t box_seed[SEAL_KEY_BYTES];
    uint8_t id_number[KEYED_HASH_BYTES];
    uint8_t phone[KEYED_HASH_BYTES];
    uint8_t spare[32];
};

_Static_assert(sizeof(struct vault_slot) == 128, "a slot is a quarter of a sector");
_Static_assert(sizeof(struct vault_header) <= HEADER_BYTES, "the header is one page");

static const char magic[8] = "GHVAULT";

struct vault {
    int descriptor;
    uint8_t *map;
    _Atomic uint64_t slot_count;
};

static struct vault_header *header_of(const struct vault *vault)
{
    return (struct vault_header *)vault->map;
}

static struct vault_slot *slot_of(const struct vault *vault, uint64_t subject)
{
    return (struct vault_slot *)(vault->map + HEADER_BYTES) + (subject - 1);
}

static bool is_zero(const void *bytes, size_t size)
{
    return sodium_is_zero(bytes, size) == 1;
}

/* Writes the first page of a new vault. */
static enum err header_write(struct vault *vault, struct random_source *random)
{
    uint8_t page[HEADER_BYTES] = {0};
    struct vault_header header = {.version = VERSION, .slot_bytes = sizeof(struct vault_slot)};
    memcpy(header.magic, magic, sizeof magic);
    random_fill(random, header.search_key, sizeof header.search_key);
    random_fill(random, header.code_key, sizeof header.code_key);
    memcpy(page, &header, sizeof header);
    bool written = pwrite(vault->descriptor, page, sizeof page, 0) == (ssize_t)sizeof page &&
                   fsync(vault->descriptor) == 0;
    sodium_memzero(page, sizeof page);
    sodium_memzero(&header, sizeof header);
    return written ? ERR_OK : err_from_errno(errno);
}

static enum err header_check(const struct vault *vault, const char *path, struct reason *reason)
{
    const struct vault_header *header = header_of(vault);
    if (memcmp(header->magic, magic, sizeof magic) != 0) {
        return reason_set(reason, ERR_CORRUPT, "%s is not a vault", path);
    }
    if (header->version != VERSION) {
        return reason_set(reason, ERR_VERSION, "%s has version %u, this program reads %d", path,
                          header->version, VERSION);
    }
    if (header->slot_bytes != sizeof(struct vault_slot)) {
        return reason_set(reason, ERR_VERSION, "%s has slots of %u bytes, this program reads %zu",
                          path, header->slot_bytes, sizeof(struct vault_slot));
    }
    return ERR_OK;
}

/* Refuses a vault that others may read. */
static enum err modes_check(int descriptor, const char *path, off_t *ret_size,
                            struct reason *reason)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return reason_set(reason, err_from_errno(errno), "cannot look at %s", path);
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return reason_set(reason, ERR_DENIED, "%s can be read by others; make its mode 0600", path);
    }
    *ret_size = status.st_size;
    return ERR_OK;
}

static enum err vault_map(struct vault *vault, const char *path, off_t size, struct reason *reason)
{
    vault->map = mmap(NULL, MAPPED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
                      vault->descriptor, 0);
    if (vault->map == MAP_FAILED) {
        vault->map = NULL;
        return reason_set(reason, err_from_errno(errno), "cannot map %s: %s", path,
                          strerror(errno));
    }
    if (size > HEADER_BYTES) {
        vault->slot_count =
            ((uint64_t)size - HEADER_BYTES) / sizeof(struct vault_slot) / BLOCK_SLOTS * BLOCK_SLOTS;
    }
    return header_check(vault, path, reason);
}

enum err vault_open(const char *folder, struct random_source *random, struct vault **ret_vault,
                    struct reason *reason)
{
    char path[PATH_MAX];
    off_t size = 0;
    struct vault *vault = calloc(1, sizeof *vault);
    CHECK(vault != NULL);
    (void)snprintf(path, sizeof path, "%s/vault.keys", folder);
    vault->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    enum err err = vault->descriptor < 0 ? reason_set(reason, err_from_errno(errno),
                                                      "cannot open %s: %s", path, strerror(errno))
                                         : modes_check(vault->descriptor, path, &size, reason);
    if (err == ERR_OK && size != 0 && size < HEADER_BYTES) {
        err = reason_set(reason, ERR_CORRUPT, "%s is cut short", path);
    }
    if (err == ERR_OK && size == 0) {
        err = header_write(vault, random);
        if (err == ERR_OK) {
            err = folder_sync(folder, reason);
        }
    }
    if (err == ERR_OK) {
        err = vault_map(vault, path, size, reason);
    }
    if (err != ERR_OK) {
        vault_close(&vault);
        return err;
    }
    *ret_vault = vault;
    return ERR_OK;
}

void vault_close(struct vault **vault)
{
    struct vault *closing = *vault;
    *vault = NULL;
    if (closing == NULL) {
        return;
    }
    if (closing->map != NULL) {
        munmap(closing->map, MAPPED_BYTES);
    }
    if (closing->descriptor >= 0) {
        close(closing->descriptor);
    }
    free(closing);
}

/* Fills one more block with random keys and makes it durable before any of it is used. */
static enum err block_fill(struct vault *vault, struct random_source *random)
{
    struct vault_slot *block = calloc(BLOCK_SLOTS, sizeof *block);
    CHECK(block != NULL);
    for (size_t i = 0; i < BLOCK_SLOTS; i++) {
        random_fill(random, block[i].key, sizeof block[i].key);
        random_fill(random, block[i].box_seed, sizeof block[i].box_seed);
    }
    size_t size = BLOCK_SLOTS * sizeof *block;
    off_t offset = (off_t)(HEADER_BYTES + vault->slot_count * sizeof *block);
    enum err err = ERR_OK;
    if (pwrite(vault->descriptor, block, size, offset) != (ssize_t)size) {
        err = errno == 0 ? ERR_FULL : err_from_errno(errno);
    } else if (fdatasync(vault->descriptor) != 0) {
        err = ERR_IO;
    } else {
        atomic_fetch_add(&vault->slot_count, BLOCK_SLOTS);
    }
    sodium_memzero(block, size);
    free(block);
    return err;
}

enum err vault_reserve(struct vault *vault, struct random_source *random, uint64_t subject)
{
    enum err err = ERR_OK;
    while (err == ERR_OK && atomic_load(&vault->slot_count) < subject) {
        err = block_fill(vault, random);
    }
    return err;
}

bool vault_keys(const struct vault *vault, uint64_t subject, struct vault_keys *ret_keys)
{
    if (subject == 0 || subject > atomic_load(&vault->slot_count)) {
        return false;
    }
    const struct vault_slot *slot = slot_of(vault, subject);
    memcpy(ret_keys->key, slot->key, sizeof ret_keys->key);
    memcpy(ret_keys->box_seed, slot->box_seed, sizeof ret_keys->box_seed);
    return !is_zero(ret_keys->key, sizeof ret_keys->key);
}

bool vault_unseal(const struct vault *vault, struct bytes sealed, struct arena *arena,
                  struct bytes *ret_plain)
{
    uint64_t subject = 0;
    struct vault_keys keys;
    if (!seal_subject(sealed, &subject) || !vault_keys(vault, subject, &keys)) {
        return false;
    }
    bool opened = seal_open(keys.key, keys.box_seed, sealed, arena, ret_plain);
    sodium_memzero(&keys, sizeof keys);
    return opened;
}

enum err vault_erase(struct vault *vault, uint64_t subject)
{
    static const struct vault_slot zeros;
    if (subject == 0 || subject > atomic_load(&vault->slot_count)) {
        return ERR_NOT_FOUND;
    }
    off_t offset = (off_t)(HEADER_BYTES + (subject - 1) * sizeof zeros);
    if (pwrite(vault->descriptor, &zeros, sizeof zeros, offset) != (ssize_t)sizeof zeros ||
        fsync(vault->descriptor) != 0) {
        return ERR_IO;
    }
    return ERR_OK;
}

/* -- search ------------------------------------------------------------------------------------ */

static const char *const search_labels[] = {
    [VAULT_ID_NUMBER] = "id number", [VAULT_PHONE] = "phone"};

static void search_hash(const struct vault *vault, enum vault_search_kind kind, struct text value,
                        uint8_t hash[KEYED_HASH_BYTES])
{
    keyed_hash(header_of(vault)->search_key, search_labels[kind], text_bytes(value), hash);
}

void vault_note(struct vault *vault, uint64_t subject, struct text id_number, struct text phone)
{
    if (subject == 0 || subject > atomic_load(&vault->slot_count)) {
        return;
    }
    struct vault_slot *slot = slot_of(vault, subject);
    if (is_zero(slot->key, sizeof slot->key)) {
        return; /* erased: nobody is found by it any more */
    }
    if (!text_is_empty(id_number)) {
        search_hash(vault, VAULT_ID_NUMBER, id_number, slot->id_number);
    }
    if (!text_is_empty(phone)) {
        search_hash(vault, VAULT_PHONE, phone, slot->phone);
    }
}

enum err vault_sync(struct vault *vault, uint64_t log_seq)
{
    /* First the hashes, then the position that says they are there. */
    if (fdatasync(vault->descriptor) != 0) {
        return ERR_IO;
    }
    atomic_store(&header_of(vault)->noted_to, log_seq);
    return fdatasync(vault->descriptor) == 0 ? ERR_OK : ERR_IO;
}

uint64_t vault_noted_to(const struct vault *vault)
{
    return atomic_load(&header_of(vault)->noted_to);
}

static const uint8_t *slot_hash(const struct vault *vault, uint64_t subject,
                                enum vault_search_kind kind)
{
    const struct vault_slot *slot = slot_of(vault, subject);
    return kind == VAULT_ID_NUMBER ? slot->id_number : slot->phone;
}

size_t vault_alike(const struct vault *vault, uint64_t subject, uint64_t *ret_subjects,
                   size_t capacity)
{
    uint64_t slot_count = atomic_load(&vault->slot_count);
    size_t found = 0;
    if (subject == 0 || subject > slot_count || capacity == 0) {
        return 0;
    }
    const uint8_t *wanted = slot_hash(vault, subject, VAULT_ID_NUMBER);
    if (is_zero(wanted, KEYED_HASH_BYTES)) {
        ret_subjects[0] = subject;
        return 1;
    }
    for (uint64_t other = slot_count; other > 0 && found < capacity; other--) {
        if (memcmp(slot_hash(vault, other, VAULT_ID_NUMBER), wanted, KEYED_HASH_BYTES) == 0) {
            ret_subjects[found++] = other;
        }
    }
    return found;
}

bool vault_knows(const struct vault *vault, uint64_t subject, enum vault_search_kind kind,
                 struct text value)
{
    uint8_t wanted[KEYED_HASH_BYTES];
    if (subject == 0 || subject > atomic_load(&vault->slot_count) || text_is_empty(value)) {
        return false;
    }
    search_hash(vault, kind, value, wanted);
    return memcmp(slot_hash(vault, subject, kind), wanted, sizeof wanted) == 0;
}

size_t vault_search(const struct vault *vault, enum vault_search_kind kind, struct text value,
                    uint64_t *ret_subjects, size_t capacity)
{
    uint8_t wanted[KEYED_HASH_BYTES];
    size_t found = 0;
    search_hash(vault, kind, value, wanted);
    for (uint64_t subject = atomic_load(&vault->slot_count); subject > 0 && found < capacity;
         subject--) {
        if (memcmp(slot_hash(vault, subject, kind), wanted, sizeof wanted) == 0) {
            ret_subjects[found++] = subject;
        }
    }
    return found;
}

uint64_t vault_code(const struct vault *vault, const struct uuid *case_id)
{
    uint8_t hash[KEYED_HASH_BYTES];
    keyed_hash(header_of(vault)->code_key, "tracking code",
               bytes_of(case_id->bytes, sizeof case_id->bytes), hash);
    return read_be64(hash) >> (64 - CODE_BITS);
}
