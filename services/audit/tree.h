/* The Merkle tree over the record (RFC 6962), kept in tiles as they are served (C2SP tlog-tiles).
 *
 * A leaf is a record's own bytes; leaf 0 is entry 1 of the record. Kept are the full tiles of the
 * lowest level and, above, all that follows from them: they change once in 256 entries. The hashes
 * of the entries behind the last full tile are found again from the record, where each is proved
 * against its chain before it is hashed: what was altered on the disk never enters the tree. */
#pragma once

#include "audit.h"

#include "transparency/tile.h"

/* Writes what follows from entry `size` having been appended. */
void tree_grow(struct state *state, struct hasher *hasher, uint64_t size);

/* A tree of some size, as one snapshot has it. */
struct tree {
    struct store_txn *txn;
    struct hasher *hasher;
    struct hash hashes[TILE_HASHES]; /* of the tile read last, where it is not kept */
    struct tile_source tiles;
    struct merkle_source subtrees;
};

/* The first `size` entries of the record; `hasher` must live as long. */
void tree_open(struct tree *tree, struct store_txn *txn, struct hasher *hasher, uint64_t size);

/* The first `width` hashes of a tile, valid until the next call; false when it is not there, or the
 * store is damaged (store_error). */
bool tree_tile(struct tree *tree, unsigned level, uint64_t index, unsigned width,
               struct bytes *ret_hashes);

/* What the store has of a tile, whatever that is; false when it is not kept. For who holds it
 * against the record. */
bool tree_kept_tile(struct store_txn *txn, unsigned level, uint64_t index,
                    struct bytes *ret_hashes);
