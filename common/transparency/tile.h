/* Tiles: how the tree is kept and served (C2SP tlog-tiles).
 *
 *   tile/<L>/<N>[.p/<W>]        256 hashes of level 8 L (W of them while it grows), 32 bytes each
 *   tile/entries/<N>[.p/<W>]    the 256 entries below tile/0/<N>, each with its length as u16
 *
 * N is written in groups of three digits, all but the last with an x: 1234067 is x001/x234/067. A
 * full tile never changes. Level L + 1 has one hash for each full tile of level L. Any thread. */
#pragma once

#include "base/arena.h"
#include "transparency/merkle.h"

enum { TILE_HASHES = 256, TILE_BYTES = TILE_HASHES * HASH_BYTES, TILE_LEVELS = 8 };

struct tile {
    bool is_entries; /* entries, not hashes; its level is then 0 */
    unsigned level;
    uint64_t index;
    unsigned width; /* 1 to TILE_HASHES; all of them: full */
};

/* How many hashes the tile has in a tree of `size` leaves; 0: there is none. */
unsigned tile_width(unsigned level, uint64_t index, uint64_t size);

/* The path, without anything before "tile". */
struct text tile_path(const struct tile *tile, struct arena *arena);

/* Reads a path from behind "tile/" on; false for what is none, or is not written as tile_path
 * writes it. */
bool tile_parse(struct text path, struct tile *ret_tile);

/* Where hashes are read from tile by tile: the first `width` hashes of a tile, false when it is not
 * there. What is given is valid until the next call. */
struct tile_source {
    bool (*read)(void *context, unsigned level, uint64_t index, unsigned width,
                 struct bytes *ret_hashes);
    void *context;
    struct hasher *hasher;
    uint64_t size; /* leaves of the tree */
};

/* A source of subtrees (merkle.h) that reads tiles; `tiles` must live as long. */
struct merkle_source tile_subtrees(struct tile_source *tiles);

/* The hash that a full tile has on the level above. */
struct hash tile_fold(struct hasher *hasher, struct bytes hashes);
