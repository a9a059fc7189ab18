/* A set of texts, 16 bytes each whatever their length, so that a day's hundred thousand references
 * fit into a few megabytes. Hashed under a key that no sender knows: nobody can make them collide,
 * and of 2^18 honest ones two do with a chance of 2^-92. */
#include "iso20022/internal.h"

#include "base/check.h"
#include "base/random.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SEEN_HASH_BYTES = crypto_shorthash_siphashx24_BYTES, SEEN_CAPACITY_FIRST = 256 };

_Static_assert(sizeof((struct seen){0}.key) == crypto_shorthash_siphashx24_KEYBYTES,
               "the key fits the hash");

void seen_init(struct seen *seen)
{
    struct random_source random;
    *seen = (struct seen){0};
    random_init(&random);
    random_fill(&random, seen->key, sizeof seen->key);
}

void seen_clear(struct seen *seen)
{
    free(seen->hashes);
    seen->hashes = NULL;
    seen->count = 0;
    seen->capacity = 0;
}

void seen_free(struct seen *seen)
{
    seen_clear(seen);
}

/* The slot of `hash`, or the free one where it belongs. */
static uint8_t *slot_of(const struct seen *seen, const uint8_t hash[SEEN_HASH_BYTES])
{
    static const uint8_t none[SEEN_HASH_BYTES];
    size_t at = (size_t)read_be64(hash) & (seen->capacity - 1);
    for (;;) {
        uint8_t *slot = seen->hashes + at * SEEN_HASH_BYTES;
        if (memcmp(slot, none, SEEN_HASH_BYTES) == 0 || memcmp(slot, hash, SEEN_HASH_BYTES) == 0) {
            return slot;
        }
        at = (at + 1) & (seen->capacity - 1);
    }
}

static void seen_grow(struct seen *seen)
{
    struct seen grown = *seen;
    grown.capacity = seen->capacity == 0 ? SEEN_CAPACITY_FIRST : 2 * seen->capacity;
    grown.hashes = calloc(grown.capacity, SEEN_HASH_BYTES);
    CHECK(grown.hashes != NULL);
    for (size_t i = 0; i < seen->capacity; i++) {
        const uint8_t *hash = seen->hashes + i * SEEN_HASH_BYTES;
        if ((hash[SEEN_HASH_BYTES - 1] & 1) != 0) {
            memcpy(slot_of(&grown, hash), hash, SEEN_HASH_BYTES);
        }
    }
    free(seen->hashes);
    *seen = grown;
}

bool seen_add(struct seen *seen, struct text text)
{
    uint8_t hash[SEEN_HASH_BYTES];
    if (2 * seen->count >= seen->capacity) {
        seen_grow(seen);
    }
    CHECK(crypto_shorthash_siphashx24(hash, (const uint8_t *)text.data, text.size, seen->key) == 0);
    hash[SEEN_HASH_BYTES - 1] |= 1; /* never the zeros of a free slot */
    uint8_t *slot = slot_of(seen, hash);
    if (memcmp(slot, hash, SEEN_HASH_BYTES) == 0) {
        return false;
    }
    memcpy(slot, hash, SEEN_HASH_BYTES);
    seen->count++;
    return true;
}
