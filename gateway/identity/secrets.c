/* Tokens, verifiers and keyed hashes: everything that rests on the gateway's key. */
#include "identity/identity.h"

#include "base/encoding.h"

#include <string.h>

static const char token_prefix[] = "gs_";

struct bytes token_hash(const struct identity *identity, struct text token, struct arena *arena)
{
    uint8_t *hash = arena_take(arena, SESSION_HASH_BYTES);
    keyed_hash(identity->key, "session", text_bytes(token), hash);
    return bytes_of(hash, SESSION_HASH_BYTES);
}

struct text token_make(const struct identity *identity, struct random_source *random,
                       struct arena *arena, struct bytes *ret_hash)
{
    uint8_t secret[TOKEN_BYTES];
    random_fill(random, secret, sizeof secret);
    struct text token = arena_print(arena, "%s%.*s", token_prefix,
                                    TEXT_PRINT(hex_text(arena, bytes_of(secret, sizeof secret))));
    *ret_hash = token_hash(identity, token, arena);
    return token;
}

struct personal verifier_seal(const struct identity *identity, struct text verifier,
                              struct random_source *random, struct arena *arena)
{
    return seal_with_key(identity->key, 0, text_bytes(verifier), random, arena);
}

struct text verifier_open(const struct identity *identity, struct personal sealed,
                          struct arena *arena)
{
    static const uint8_t no_seed[SEAL_KEY_BYTES];
    struct bytes plain;
    if (!sealed.sealed || !seal_open(identity->key, no_seed, sealed.value, arena, &plain)) {
        return (struct text){0};
    }
    return arena_copy_text(arena, bytes_text(plain));
}

struct request_idempotency idempotency_make(const struct identity *identity, struct bytes asked,
                                            struct bytes body, struct arena *arena)
{
    uint8_t *hashes = arena_take(arena, 2 * (size_t)KEYED_HASH_BYTES);
    keyed_hash(identity->key, "repeat.key", asked, hashes);
    keyed_hash(identity->key, "repeat.body", body, hashes + KEYED_HASH_BYTES);
    return (struct request_idempotency){
        .key = bytes_of(hashes, KEYED_HASH_BYTES),
        .body = bytes_of(hashes + KEYED_HASH_BYTES, KEYED_HASH_BYTES),
    };
}
