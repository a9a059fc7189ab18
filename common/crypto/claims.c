#include "crypto/claims.h"

#include "base/check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOT_COUNT = 16384, SLOT_BYTES = 512 };

struct claim_slot {
    struct upload_claim claim;
    uint8_t spare[SLOT_BYTES - sizeof(struct upload_claim)];
};
_Static_assert(sizeof(struct claim_slot) == SLOT_BYTES, "a slot is a sector");
_Static_assert(sizeof(struct upload_claim) == 208, "the file is read by programs built later");

struct claims {
    int descriptor;
    struct claim_slot *slots;
    size_t next; /* where to look for a free slot first */
    pthread_mutex_t lock;
};

enum err claims_open(const char *folder, struct claims **ret_claims, struct reason *reason)
{
    char path[PATH_MAX];
    size_t size = (size_t)SLOT_COUNT * SLOT_BYTES;
    struct claims *claims = calloc(1, sizeof *claims);
    CHECK(claims != NULL);
    (void)snprintf(path, sizeof path, "%s/uploads.keys", folder);
    pthread_mutex_init(&claims->lock, NULL);
    claims->slots = MAP_FAILED;
    claims->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int code = claims->descriptor < 0 ? errno : posix_fallocate(claims->descriptor, 0, (off_t)size);
    if (code == 0) {
        claims->slots = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, claims->descriptor, 0);
        code = claims->slots == MAP_FAILED || fsync(claims->descriptor) != 0 ? errno : 0;
    }
    if (code != 0) {
        claims_close(&claims);
        return reason_set(reason, err_from_errno(code), "cannot open %s: %s", path, strerror(code));
    }
    *ret_claims = claims;
    return ERR_OK;
}

void claims_close(struct claims **claims)
{
    struct claims *closing = *claims;
    *claims = NULL;
    if (closing == NULL) {
        return;
    }
    if (closing->slots != MAP_FAILED) {
        munmap(closing->slots, (size_t)SLOT_COUNT * SLOT_BYTES);
    }
    if (closing->descriptor >= 0) {
        close(closing->descriptor);
    }
    pthread_mutex_destroy(&closing->lock);
    free(closing);
}

/* The last three bytes of an id are its slot's number. */
static size_t slot_number(const struct uuid *upload_id)
{
    const uint8_t *tail = upload_id->bytes + UUID_BYTES - 3;
    return (size_t)tail[0] << 16 | (size_t)tail[1] << 8 | tail[2];
}

static void slot_name(struct uuid *upload_id, size_t slot)
{
    uint8_t *tail = upload_id->bytes + UUID_BYTES - 3;
    tail[0] = (uint8_t)(slot >> 16);
    tail[1] = (uint8_t)(slot >> 8 & 0xFF);
    tail[2] = (uint8_t)(slot & 0xFF);
}

static bool free_slot_find(struct claims *claims, size_t *ret_slot)
{
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        size_t slot = (claims->next + i) % SLOT_COUNT;
        if (uuid_is_none(&claims->slots[slot].claim.upload_id)) {
            claims->next = slot + 1;
            *ret_slot = slot;
            return true;
        }
    }
    return false;
}

enum err claims_add(struct claims *claims, struct random_source *random, struct upload_claim *claim)
{
    size_t slot = 0;
    struct uuid_generator generator = {.last_ms = claim->made_ms - 1};
    enum err err = ERR_OK;
    pthread_mutex_lock(&claims->lock);
    if (!free_slot_find(claims, &slot)) {
        err = ERR_FULL;
    } else {
        claim->upload_id = uuid_next(&generator, claim->made_ms, random);
        slot_name(&claim->upload_id, slot);
        claims->slots[slot].claim = *claim;
        err = fdatasync(claims->descriptor) == 0 ? ERR_OK : ERR_IO;
    }
    pthread_mutex_unlock(&claims->lock);
    return err;
}

bool claims_find(struct claims *claims, const struct uuid *upload_id,
                 const uint8_t session[CLAIM_SESSION_BYTES], struct upload_claim *ret_claim)
{
    size_t slot = slot_number(upload_id);
    if (slot >= SLOT_COUNT || uuid_is_none(upload_id)) {
        return false;
    }
    pthread_mutex_lock(&claims->lock);
    const struct upload_claim *claim = &claims->slots[slot].claim;
    bool is_theirs = uuid_equal(&claim->upload_id, upload_id) &&
                     memcmp(claim->session, session, CLAIM_SESSION_BYTES) == 0;
    if (is_theirs) {
        *ret_claim = *claim;
    }
    pthread_mutex_unlock(&claims->lock);
    return is_theirs;
}

static void slot_clear(struct claim_slot *slot)
{
    sodium_memzero(slot, sizeof *slot);
}

void claims_remove(struct claims *claims, const struct uuid *upload_id)
{
    size_t slot = slot_number(upload_id);
    pthread_mutex_lock(&claims->lock);
    if (slot < SLOT_COUNT && uuid_equal(&claims->slots[slot].claim.upload_id, upload_id)) {
        slot_clear(&claims->slots[slot]);
    }
    pthread_mutex_unlock(&claims->lock);
}

void claims_expire(struct claims *claims, int64_t before_ms,
                   bool (*visit)(void *context, const struct upload_claim *claim), void *context)
{
    for (size_t slot = 0; slot < SLOT_COUNT; slot++) {
        pthread_mutex_lock(&claims->lock);
        struct upload_claim claim = claims->slots[slot].claim;
        pthread_mutex_unlock(&claims->lock);
        if (!uuid_is_none(&claim.upload_id) && claim.made_ms < before_ms &&
            visit(context, &claim)) {
            claims_remove(claims, &claim.upload_id);
        }
    }
}
