#include "crypto/seal.h"

#include "base/check.h"

#include <sodium.h>
#include <string.h>

enum {
    FORM_KEY = 1,
    FORM_BOX = 2,
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

static uint8_t *sealed_begin(struct arena *arena, uint8_t form, uint64_t subject, size_t size)
{
    uint8_t *sealed = arena_take(arena, size);
    sealed[0] = form;
    write_be64(sealed + 1, subject);
    return sealed;
}

struct personal seal_with_key(const uint8_t key[SEAL_KEY_BYTES], uint64_t subject,
                              struct bytes plain, struct random_source *random, struct arena *arena)
{
    size_t size = SEAL_HEADER_BYTES + NONCE_BYTES + plain.size + TAG_BYTES;
    uint8_t *sealed = sealed_begin(arena, FORM_KEY, subject, size);
    uint8_t *nonce = sealed + SEAL_HEADER_BYTES;
    random_fill(random, nonce, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE_BYTES, NULL, plain.data, plain.size,
                                               sealed, SEAL_HEADER_BYTES, NULL, nonce, key);
    return (struct personal){.value = bytes_of(sealed, size), .sealed = true};
}

/* The nonce of a sealed box: both sides know what it is made of, and no key pair is used twice. */
static void box_nonce(const uint8_t ephemeral[SEAL_PUBLIC_KEY_BYTES],
                      const uint8_t public_key[SEAL_PUBLIC_KEY_BYTES],
                      uint8_t nonce[crypto_box_NONCEBYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, crypto_box_NONCEBYTES);
    crypto_generichash_update(&state, ephemeral, SEAL_PUBLIC_KEY_BYTES);
    crypto_generichash_update(&state, public_key, SEAL_PUBLIC_KEY_BYTES);
    crypto_generichash_final(&state, nonce, crypto_box_NONCEBYTES);
}

/* crypto_box_seal does the same, but draws its key pair from global randomness. */
struct personal seal_to_public_key(const uint8_t public_key[SEAL_PUBLIC_KEY_BYTES],
                                   uint64_t subject, struct bytes plain,
                                   struct random_source *random, struct arena *arena)
{
    size_t size = SEAL_HEADER_BYTES + crypto_box_SEALBYTES + plain.size;
    uint8_t *sealed = sealed_begin(arena, FORM_BOX, subject, size);
    uint8_t *ephemeral = sealed + SEAL_HEADER_BYTES;
    uint8_t secret[crypto_box_SECRETKEYBYTES];
    uint8_t nonce[crypto_box_NONCEBYTES];
    random_fill(random, secret, sizeof secret);
    CHECK(crypto_scalarmult_base(ephemeral, secret) == 0);
    box_nonce(ephemeral, public_key, nonce);
    /* Fails only for a public key of low order, which our own announcements never are. */
    CHECK(crypto_box_easy(ephemeral + crypto_box_PUBLICKEYBYTES, plain.data, plain.size, nonce,
                          public_key, secret) == 0);
    sodium_memzero(secret, sizeof secret);
    return (struct personal){.value = bytes_of(sealed, size), .sealed = true};
}

bool seal_subject(struct bytes sealed, uint64_t *ret_subject)
{
    if (sealed.size < SEAL_HEADER_BYTES ||
        (sealed.data[0] != FORM_KEY && sealed.data[0] != FORM_BOX)) {
        return false;
    }
    *ret_subject = read_be64(sealed.data + 1);
    return true;
}

static bool open_with_key(const uint8_t key[SEAL_KEY_BYTES], struct bytes sealed,
                          struct arena *arena, struct bytes *ret_plain)
{
    if (sealed.size < SEAL_HEADER_BYTES + NONCE_BYTES + TAG_BYTES) {
        return false;
    }
    const uint8_t *nonce = sealed.data + SEAL_HEADER_BYTES;
    size_t cipher_size = sealed.size - SEAL_HEADER_BYTES - NONCE_BYTES;
    uint8_t *plain = arena_take(arena, cipher_size - TAG_BYTES + 1);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, nonce + NONCE_BYTES,
                                                   cipher_size, sealed.data, SEAL_HEADER_BYTES,
                                                   nonce, key) != 0) {
        return false;
    }
    *ret_plain = bytes_of(plain, cipher_size - TAG_BYTES);
    return true;
}

static bool open_box(const uint8_t box_seed[SEAL_KEY_BYTES], struct bytes sealed,
                     struct arena *arena, struct bytes *ret_plain)
{
    if (sealed.size < SEAL_HEADER_BYTES + crypto_box_SEALBYTES) {
        return false;
    }
    uint8_t public_key[crypto_box_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_box_SECRETKEYBYTES];
    CHECK(crypto_box_seed_keypair(public_key, secret_key, box_seed) == 0);
    size_t cipher_size = sealed.size - SEAL_HEADER_BYTES;
    uint8_t *plain = arena_take(arena, cipher_size - crypto_box_SEALBYTES + 1);
    int failed = crypto_box_seal_open(plain, sealed.data + SEAL_HEADER_BYTES, cipher_size,
                                      public_key, secret_key);
    sodium_memzero(secret_key, sizeof secret_key);
    if (failed != 0) {
        return false;
    }
    *ret_plain = bytes_of(plain, cipher_size - crypto_box_SEALBYTES);
    return true;
}

bool seal_open(const uint8_t key[SEAL_KEY_BYTES], const uint8_t box_seed[SEAL_KEY_BYTES],
               struct bytes sealed, struct arena *arena, struct bytes *ret_plain)
{
    uint64_t subject = 0;
    if (!seal_subject(sealed, &subject)) {
        return false;
    }
    return sealed.data[0] == FORM_KEY ? open_with_key(key, sealed, arena, ret_plain)
                                      : open_box(box_seed, sealed, arena, ret_plain);
}

void seal_public_key(const uint8_t box_seed[SEAL_KEY_BYTES],
                     uint8_t public_key[SEAL_PUBLIC_KEY_BYTES])
{
    uint8_t secret_key[crypto_box_SECRETKEYBYTES];
    CHECK(crypto_box_seed_keypair(public_key, secret_key, box_seed) == 0);
    sodium_memzero(secret_key, sizeof secret_key);
}

void keyed_hash(const uint8_t key[SEAL_KEY_BYTES], const char *label, struct bytes bytes,
                uint8_t hash[KEYED_HASH_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, key, SEAL_KEY_BYTES, KEYED_HASH_BYTES);
    /* The label's zero byte keeps label and content apart. */
    crypto_generichash_update(&state, (const uint8_t *)label, strlen(label) + 1);
    if (bytes.size > 0) {
        crypto_generichash_update(&state, bytes.data, bytes.size);
    }
    crypto_generichash_final(&state, hash, KEYED_HASH_BYTES);
}
