#include "transparency/merkle.h"

#include "base/check.h"

struct hash merkle_empty(struct hasher *hasher)
{
    return hash_of(hasher, bytes_of("", 0));
}

struct hash merkle_leaf(struct hasher *hasher, struct bytes entry)
{
    static const uint8_t prefix = 0;
    hash_begin(hasher);
    hash_add(hasher, bytes_of(&prefix, 1));
    hash_add(hasher, entry);
    return hash_end(hasher);
}

struct hash merkle_node(struct hasher *hasher, const struct hash *left, const struct hash *right)
{
    static const uint8_t prefix = 1;
    hash_begin(hasher);
    hash_add(hasher, bytes_of(&prefix, 1));
    hash_add(hasher, bytes_of(left->bytes, HASH_BYTES));
    hash_add(hasher, bytes_of(right->bytes, HASH_BYTES));
    return hash_end(hasher);
}

/* Pairs neighbours, level by level; an odd one at the end goes up as it is, which is the same as
 * splitting at the largest power of two. */
struct hash merkle_fold(struct hasher *hasher, struct hash *hashes, size_t count)
{
    CHECK(count > 0);
    while (count > 1) {
        size_t pairs = count / 2;
        for (size_t i = 0; i < pairs; i++) {
            hashes[i] = merkle_node(hasher, &hashes[2 * i], &hashes[2 * i + 1]);
        }
        if (count % 2 == 1) {
            hashes[pairs] = hashes[count - 1];
        }
        count = pairs + count % 2;
    }
    return hashes[0];
}

/* -- ranges of leaves ----------------------------------------------------------------------- */

/* The largest power of two below `count`, as an exponent; count > 1. */
static unsigned split_level(uint64_t count)
{
    return 63U - (unsigned)__builtin_clzll(count - 1);
}

/* The root over `count` leaves from `begin` on, which is where a subtree of at least that size
 * begins. */
static bool range_root(const struct merkle_source *source, uint64_t begin, uint64_t count,
                       struct hash *ret_root)
{
    struct hash right;
    if ((count & (count - 1)) == 0) {
        unsigned level = (unsigned)__builtin_ctzll(count);
        return source->hash(source->context, level, begin >> level, ret_root);
    }
    uint64_t split = UINT64_C(1) << split_level(count);
    if (!range_root(source, begin, split, ret_root) ||
        !range_root(source, begin + split, count - split, &right)) {
        return false;
    }
    *ret_root = merkle_node(source->hasher, ret_root, &right);
    return true;
}

bool merkle_root(const struct merkle_source *source, uint64_t size, struct hash *ret_root)
{
    if (size == 0) {
        *ret_root = merkle_empty(source->hasher);
        return true;
    }
    return range_root(source, 0, size, ret_root);
}

/* -- making proofs -------------------------------------------------------------------------- */

/* Proofs are found from the root downwards and told from below upwards. */
static void proof_reverse(struct merkle_proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        struct hash other = proof->hashes[proof->count - 1 - i];
        proof->hashes[proof->count - 1 - i] = proof->hashes[i];
        proof->hashes[i] = other;
    }
}

static bool proof_add(const struct merkle_source *source, uint64_t begin, uint64_t count,
                      struct merkle_proof *proof)
{
    CHECK(proof->count < MERKLE_PROOF_MAX);
    return range_root(source, begin, count, &proof->hashes[proof->count++]);
}

bool merkle_inclusion(const struct merkle_source *source, uint64_t index, uint64_t size,
                      struct merkle_proof *ret_proof)
{
    uint64_t begin = 0;
    CHECK(index < size);
    ret_proof->count = 0;
    while (size > 1) {
        uint64_t split = UINT64_C(1) << split_level(size);
        bool is_left = index - begin < split;
        uint64_t sibling = is_left ? begin + split : begin;
        if (!proof_add(source, sibling, is_left ? size - split : split, ret_proof)) {
            return false;
        }
        begin = is_left ? begin : begin + split;
        size = is_left ? split : size - split;
    }
    proof_reverse(ret_proof);
    return true;
}

bool merkle_consistency(const struct merkle_source *source, uint64_t old_size, uint64_t size,
                        struct merkle_proof *ret_proof)
{
    uint64_t begin = 0;
    CHECK(old_size <= size);
    ret_proof->count = 0;
    if (old_size == 0 || old_size == size) {
        return true;
    }
    while (old_size != size) {
        uint64_t split = UINT64_C(1) << split_level(size);
        bool is_left = old_size <= split;
        uint64_t sibling = is_left ? begin + split : begin;
        if (!proof_add(source, sibling, is_left ? size - split : split, ret_proof)) {
            return false;
        }
        begin = is_left ? begin : begin + split;
        old_size = is_left ? old_size : old_size - split;
        size = is_left ? split : size - split;
    }
    /* Whoever knows the old root needs not be told it. */
    if (begin > 0 && !proof_add(source, begin, size, ret_proof)) {
        return false;
    }
    proof_reverse(ret_proof);
    return true;
}

/* -- checking proofs ------------------------------------------------------------------------ */

/* RFC 9162, 2.1.3.2. */
bool merkle_includes(struct hasher *hasher, const struct hash *leaf, uint64_t index, uint64_t size,
                     const struct merkle_proof *proof, const struct hash *root)
{
    uint64_t node = index;
    uint64_t last = size - 1;
    struct hash found = *leaf;
    if (index >= size) {
        return false;
    }
    for (size_t i = 0; i < proof->count; i++) {
        const struct hash *sibling = &proof->hashes[i];
        if (last == 0) {
            return false;
        }
        if ((node & 1) == 1 || node == last) {
            found = merkle_node(hasher, sibling, &found);
            while ((node & 1) == 0 && node != 0) {
                node >>= 1;
                last >>= 1;
            }
        } else {
            found = merkle_node(hasher, &found, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    return last == 0 && hash_equal(&found, root);
}

/* RFC 9162, 2.1.4.2, from its first hash on. */
static bool path_leads(struct hasher *hasher, const struct merkle_head *old,
                       const struct merkle_head *head, const struct hash *hashes, size_t count)
{
    uint64_t node = old->size - 1;
    uint64_t last = head->size - 1;
    struct hash old_found = hashes[0];
    struct hash found = hashes[0];
    while ((node & 1) == 1) {
        node >>= 1;
        last >>= 1;
    }
    for (size_t i = 1; i < count; i++) {
        if (last == 0) {
            return false;
        }
        if ((node & 1) == 1 || node == last) {
            old_found = merkle_node(hasher, &hashes[i], &old_found);
            found = merkle_node(hasher, &hashes[i], &found);
            while ((node & 1) == 0 && node != 0) {
                node >>= 1;
                last >>= 1;
            }
        } else {
            found = merkle_node(hasher, &found, &hashes[i]);
        }
        node >>= 1;
        last >>= 1;
    }
    return last == 0 && hash_equal(&old_found, &old->root) && hash_equal(&found, &head->root);
}

bool merkle_grew(struct hasher *hasher, const struct merkle_head *old,
                 const struct merkle_head *head, const struct merkle_proof *proof)
{
    struct hash hashes[MERKLE_PROOF_MAX + 1];
    size_t count = 0;
    if (old->size > head->size) {
        return false;
    }
    if (old->size == head->size) {
        return proof->count == 0 && hash_equal(&old->root, &head->root);
    }
    if (old->size == 0) {
        struct hash empty = merkle_empty(hasher);
        return proof->count == 0 && hash_equal(&old->root, &empty);
    }
    if ((old->size & (old->size - 1)) == 0) {
        hashes[count++] = old->root;
    }
    for (size_t i = 0; i < proof->count && i < MERKLE_PROOF_MAX; i++) {
        hashes[count++] = proof->hashes[i];
    }
    return count > 0 && path_leads(hasher, old, head, hashes, count);
}
