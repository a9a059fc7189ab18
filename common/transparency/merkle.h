/* The Merkle tree of a transparency log (RFC 6962 section 2.1).
 *
 *   empty tree  SHA-256 of nothing
 *   leaf        SHA-256(0x00, entry)
 *   node        SHA-256(0x01, left, right)
 *   n > 1       split at the largest power of two below n; odd leaves are never doubled
 *
 * A tree grows at its right edge only: a *complete subtree* of 2^level leaves that begins at a
 * multiple of its size never changes once it is full. Whoever keeps those (in tiles, tile.h) can
 * tell every root and every proof of every size that the tree had. Proofs are checked by the
 * iterations of RFC 9162, 2.1.3.2 and 2.1.4.2. Any thread. */
#pragma once

#include "crypto/sha256.h"

struct hash merkle_empty(struct hasher *hasher);
struct hash merkle_leaf(struct hasher *hasher, struct bytes entry);
struct hash merkle_node(struct hasher *hasher, const struct hash *left, const struct hash *right);

/* The root of up to 2^32 hashes that stand side by side on one level, `count` of them at least 1;
 * `hashes` is used up. */
struct hash merkle_fold(struct hasher *hasher, struct hash *hashes, size_t count);

/* Where the hashes of complete subtrees come from: subtree `index` of those with 2^level leaves.
 * False when it is not there; the functions below then give false as well. */
struct merkle_source {
    bool (*hash)(void *context, unsigned level, uint64_t index, struct hash *ret_hash);
    void *context;
    struct hasher *hasher;
};

/* Hashes from below upwards, as RFC 6962 orders them. */
enum { MERKLE_PROOF_MAX = 65 };
struct merkle_proof {
    size_t count;
    struct hash hashes[MERKLE_PROOF_MAX];
};

/* The root of the first `size` leaves. */
bool merkle_root(const struct merkle_source *source, uint64_t size, struct hash *ret_root);

/* That leaf `index` (from 0) is in the tree of `size` leaves; index < size. */
bool merkle_inclusion(const struct merkle_source *source, uint64_t index, uint64_t size,
                      struct merkle_proof *ret_proof);

/* That the tree of `size` leaves begins with that of `old_size`; old_size <= size. Empty where
 * there is nothing to show: from 0, or from the same size. */
bool merkle_consistency(const struct merkle_source *source, uint64_t old_size, uint64_t size,
                        struct merkle_proof *ret_proof);

/* True when the proof leads from the leaf's hash to the root. */
bool merkle_includes(struct hasher *hasher, const struct hash *leaf, uint64_t index, uint64_t size,
                     const struct merkle_proof *proof, const struct hash *root);

/* A tree as it was seen at some time. */
struct merkle_head {
    uint64_t size;
    struct hash root;
};

/* True when the proof shows that `head` grew from `old`. */
bool merkle_grew(struct hasher *hasher, const struct merkle_head *old,
                 const struct merkle_head *head, const struct merkle_proof *proof);
