/* Sealing of personal values (DESIGN: personal data). Pure but for the random source; any thread.
 *
 * A sealed value begins with one byte that says how, then the number of the subject whose key opens
 * it, so that the vault needs nothing else to open it:
 *
 *   1  subject u64  nonce[24]  ciphertext + tag[16]     XChaCha20-Poly1305 with the subject's key
 *   2  subject u64  ephemeral public key[32]  tag[16] + ciphertext
 *                                     libsodium's sealed box (crypto_box_seal_open opens it) to the
 *                                     subject's public key: X25519 with a key pair made for this
 *                                     value alone, XSalsa20-Poly1305, nonce = BLAKE2b-24 of the
 *                                     ephemeral and the subject's public key
 *
 * The first form is intake's, which holds the keys; the second is for every other service, which
 * knows only the public key that an event announced. The header is authenticated in the first form;
 * in the second a changed subject number only leads to a key that does not fit. */
#pragma once

#include "base/arena.h"
#include "base/random.h"
#include "wire/field.h"

enum {
    SEAL_KEY_BYTES = 32,
    SEAL_PUBLIC_KEY_BYTES = 32,
    SEAL_HEADER_BYTES = 9,
    SEAL_EXTRA_BYTES_MAX = 64,
};

/* Seals `plain` with the subject's secret key. */
struct personal seal_with_key(const uint8_t key[SEAL_KEY_BYTES], uint64_t subject,
                              struct bytes plain, struct random_source *random,
                              struct arena *arena);

/* Seals `plain` to the subject's public key. */
struct personal seal_to_public_key(const uint8_t public_key[SEAL_PUBLIC_KEY_BYTES],
                                   uint64_t subject, struct bytes plain,
                                   struct random_source *random, struct arena *arena);

/* The subject whose key opens `sealed`; false when it is no sealed value. */
bool seal_subject(struct bytes sealed, uint64_t *ret_subject);

/* Opens either form. `box_seed` is the seed of the subject's key pair. False when the key does not
 * fit or the value was changed. */
bool seal_open(const uint8_t key[SEAL_KEY_BYTES], const uint8_t box_seed[SEAL_KEY_BYTES],
               struct bytes sealed, struct arena *arena, struct bytes *ret_plain);

/* The public key of a seed; costs a scalar multiplication. */
void seal_public_key(const uint8_t box_seed[SEAL_KEY_BYTES],
                     uint8_t public_key[SEAL_PUBLIC_KEY_BYTES]);

/* A keyed hash of 16 bytes (BLAKE2b): equal inputs are recognised, nothing can be read from it. */
enum { KEYED_HASH_BYTES = 16 };
void keyed_hash(const uint8_t key[SEAL_KEY_BYTES], const char *label, struct bytes bytes,
                uint8_t hash[KEYED_HASH_BYTES]);
