#include "tree.h"

#include "base/check.h"

#include <string.h>

/* -- entries -------------------------------------------------------------------------------- */

/* The chain that entry `index` has; that of 0 is none. */
static bool chain_at(struct store_txn *txn, uint64_t index, struct hash *ret_chain)
{
    struct log_record record;
    *ret_chain = (struct hash){{0}};
    if (index > 0 && !log_read(txn, TABLE_RECORD, index, &record)) {
        return false;
    }
    if (index > 0) {
        *ret_chain = record.chain;
    }
    return true;
}

/* Hashes `count` entries behind entry `index` as leaves, each proved against the one before it. */
static bool leaves_hash(struct store_txn *txn, struct hasher *hasher, uint64_t index,
                        unsigned count, struct hash *hashes)
{
    struct hash before;
    if (!chain_at(txn, index, &before)) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        struct log_record record;
        struct entry entry;
        if (!log_read(txn, TABLE_RECORD, index + 1 + i, &record)) {
            return false;
        }
        if (!log_follows(hasher, &before, &record) || !entry_read(record.bytes, &entry)) {
            store_fail(txn, ERR_CORRUPT);
            return false;
        }
        hashes[i] = merkle_leaf(hasher, entry.record);
        before = record.chain;
    }
    return true;
}

/* -- tiles ---------------------------------------------------------------------------------- */

static struct key tile_key(unsigned level, uint64_t index)
{
    struct key key = key_make();
    key_add_byte(&key, (uint8_t)level);
    key_add_u64(&key, index);
    return key;
}

/* Adds a hash to the tile it belongs to; true, with the tile's own hash, when that is full now. */
static bool hash_put(struct store_txn *txn, struct hasher *hasher, unsigned level, uint64_t index,
                     struct hash *hash)
{
    uint8_t hashes[TILE_BYTES];
    struct key key = tile_key(level, index / TILE_HASHES);
    size_t kept = (size_t)(index % TILE_HASHES) * HASH_BYTES;
    struct bytes before = {0};
    if (kept > 0 &&
        (!store_get(txn, TABLE_TILES, key_bytes(&key), &before) || before.size != kept)) {
        store_fail(txn, ERR_CORRUPT);
        return false;
    }
    if (kept > 0) {
        memcpy(hashes, before.data, kept);
    }
    memcpy(hashes + kept, hash->bytes, HASH_BYTES);
    store_put(txn, TABLE_TILES, key_bytes(&key), bytes_of(hashes, kept + HASH_BYTES));
    if (kept + HASH_BYTES < TILE_BYTES) {
        return false;
    }
    *hash = tile_fold(hasher, bytes_of(hashes, TILE_BYTES));
    return true;
}

void tree_grow(struct state *state, struct hasher *hasher, uint64_t size)
{
    struct hash hashes[TILE_HASHES];
    if (size % TILE_HASHES != 0) {
        return;
    }
    uint64_t index = size / TILE_HASHES - 1;
    struct key key = tile_key(0, index);
    if (!leaves_hash(state->txn, hasher, size - TILE_HASHES, TILE_HASHES, hashes)) {
        return; /* the transaction has failed */
    }
    store_put(state->txn, TABLE_TILES, key_bytes(&key), bytes_of(hashes, sizeof hashes));
    struct hash above = tile_fold(hasher, bytes_of(hashes, sizeof hashes));
    for (unsigned level = 1;
         level < TILE_LEVELS && hash_put(state->txn, hasher, level, index, &above); level++) {
        index /= TILE_HASHES;
    }
}

bool tree_kept_tile(struct store_txn *txn, unsigned level, uint64_t index, struct bytes *ret_hashes)
{
    struct key key = tile_key(level, index);
    return store_get(txn, TABLE_TILES, key_bytes(&key), ret_hashes);
}

/* -- a tree of some size -------------------------------------------------------------------- */

bool tree_tile(struct tree *tree, unsigned level, uint64_t index, unsigned width,
               struct bytes *ret_hashes)
{
    struct key key = tile_key(level, index);
    size_t size = (size_t)width * HASH_BYTES;
    if (width == 0 || width > tile_width(level, index, tree->tiles.size)) {
        return false;
    }
    if (store_get(tree->txn, TABLE_TILES, key_bytes(&key), ret_hashes) &&
        ret_hashes->size >= size) {
        ret_hashes->size = size;
        return true;
    }
    if (level > 0) {
        store_fail(tree->txn, ERR_CORRUPT);
        return false;
    }
    if (!leaves_hash(tree->txn, tree->hasher, index * TILE_HASHES, width, tree->hashes)) {
        return false;
    }
    *ret_hashes = bytes_of(tree->hashes, size);
    return true;
}

static bool tile_read(void *context, unsigned level, uint64_t index, unsigned width,
                      struct bytes *ret_hashes)
{
    return tree_tile(context, level, index, width, ret_hashes);
}

void tree_open(struct tree *tree, struct store_txn *txn, struct hasher *hasher, uint64_t size)
{
    tree->txn = txn;
    tree->hasher = hasher;
    tree->tiles =
        (struct tile_source){.read = tile_read, .context = tree, .hasher = hasher, .size = size};
    tree->subtrees = tile_subtrees(&tree->tiles);
}
