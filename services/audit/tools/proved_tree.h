/* The tree of a log that is served elsewhere, every tile of it proved against a checkpoint.
 *
 * The tiles at the right edge give the root; every other tile is what the tile above it says. Tiles
 * come from a folder where it has them, otherwise from the log. One thread. */
#pragma once

#include "log_client.h"
#include "transparency/checkpoint.h"

enum { PROVED_TILES_KEPT = 32 };

struct proved_tile {
    unsigned level;
    uint64_t index;
    unsigned width; /* 0: nothing is kept here */
    uint8_t hashes[TILE_BYTES];
};

struct proved_tree {
    struct log_client *client;
    const char *folder; /* a mirror's, looked at first; may be NULL */
    struct hasher hasher;
    struct arena arena; /* of one tile */
    uint64_t size;
    struct tile_source tiles;
    struct merkle_source subtrees;
    struct proved_tile edge[TILE_LEVELS]; /* the partial tile of each level */
    struct proved_tile kept[PROVED_TILES_KEPT];
    size_t next;      /* of `kept`, to be given up */
    uint64_t fetched; /* tiles that came from the log */
    enum err err;     /* the first, sticky */
    struct reason reason;
};

/* Fetches the edge and holds it against the head; ERR_CORRUPT when it does not give the root. */
enum err proved_tree_open(struct proved_tree *tree, struct log_client *client, const char *folder,
                          const struct merkle_head *head, struct reason *reason);
void proved_tree_close(struct proved_tree *tree);

/* A tile, proved, as wide as the tree has it; valid until the next call. */
enum err proved_tree_tile(struct proved_tree *tree, unsigned level, uint64_t index,
                          struct bytes *ret_hashes, struct reason *reason);

/* ERR_DIVERGED when the tree does not begin with the one that had the head `old`. */
enum err proved_tree_continues(struct proved_tree *tree, const struct merkle_head *old,
                               struct reason *reason);
