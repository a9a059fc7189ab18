/* SHA-256 by libcrypto, with a context that is reused: the processor's SHA instructions are used
 * and nothing is allocated per hash. One thread per hasher. */
#pragma once

#include "base/bytes.h"
#include "base/hash.h"

struct hasher {
    void *context; /* EVP_MD_CTX */
    void *digest;  /* EVP_MD */
};

void hasher_init(struct hasher *hasher);
void hasher_free(struct hasher *hasher);

/* Piece by piece. */
void hash_begin(struct hasher *hasher);
void hash_add(struct hasher *hasher, struct bytes bytes);
struct hash hash_end(struct hasher *hasher);

/* At once. */
struct hash hash_of(struct hasher *hasher, struct bytes bytes);

/* The hash of `before` followed by `bytes`: a link of a chain. */
struct hash hash_chain(struct hasher *hasher, const struct hash *before, struct bytes bytes);
