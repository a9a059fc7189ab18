#include "proved_tree.h"

#include "mirror_folder.h"

#include <inttypes.h>
#include <string.h>

/* -- reading -------------------------------------------------------------------------------- */

static enum err fail(struct proved_tree *tree, enum err err, const struct reason *reason)
{
    if (tree->err == ERR_OK) {
        tree->err = err;
        tree->reason = *reason;
    }
    return err;
}

/* Fetches a tile as it is served, cut to its width. */
static enum err tile_fetch(struct proved_tree *tree, const struct tile *tile,
                           struct bytes *ret_hashes)
{
    struct reason reason = {""};
    size_t size = (size_t)tile->width * HASH_BYTES;
    enum err err = log_client_tile(tree->client, tile, &tree->arena, ret_hashes, &reason);
    if (err == ERR_OK && ret_hashes->size < size) {
        err = reason_set(&reason, ERR_CORRUPT, "%s has too few hashes",
                         tile_path(tile, &tree->arena).data);
    }
    if (err != ERR_OK) {
        return fail(tree, err, &reason);
    }
    ret_hashes->size = size;
    tree->fetched++;
    return ERR_OK;
}

/* A tile of the folder, cut to its width; false when it has none. */
static bool tile_of_folder(struct proved_tree *tree, const struct tile *tile,
                           struct bytes *ret_hashes)
{
    size_t size = (size_t)tile->width * HASH_BYTES;
    if (tree->folder == NULL ||
        mirror_file_read(tree->folder, tile, &tree->arena, ret_hashes, NULL) != ERR_OK ||
        ret_hashes->size < size) {
        return false;
    }
    ret_hashes->size = size;
    return true;
}

static void tile_keep(struct proved_tile *kept, const struct tile *tile, struct bytes hashes)
{
    kept->level = tile->level;
    kept->index = tile->index;
    kept->width = tile->width;
    memcpy(kept->hashes, hashes.data, hashes.size);
}

static const struct proved_tile *tile_kept(const struct proved_tree *tree, unsigned level,
                                           uint64_t index)
{
    for (size_t i = 0; i < PROVED_TILES_KEPT; i++) {
        const struct proved_tile *kept = &tree->kept[i];
        if (kept->width > 0 && kept->level == level && kept->index == index) {
            return kept;
        }
    }
    return NULL;
}

static const struct proved_tile *tile_get(struct proved_tree *tree, unsigned level, uint64_t index);

/* A full tile, held against the hash of it that stands one level up. */
static const struct proved_tile *full_tile_prove(struct proved_tree *tree, unsigned level,
                                                 uint64_t index)
{
    const struct tile tile = {.level = level, .index = index, .width = TILE_HASHES};
    struct reason reason = {""};
    struct hash wanted;
    struct bytes hashes;
    const struct proved_tile *above = tile_get(tree, level + 1, index / TILE_HASHES);
    if (above == NULL) {
        return NULL;
    }
    memcpy(wanted.bytes, above->hashes + (size_t)(index % TILE_HASHES) * HASH_BYTES, HASH_BYTES);
    arena_reset(&tree->arena);
    bool is_proved = false;
    if (tile_of_folder(tree, &tile, &hashes)) {
        struct hash fold = tile_fold(&tree->hasher, hashes);
        is_proved = hash_equal(&fold, &wanted);
    }
    if (!is_proved) {
        if (tile_fetch(tree, &tile, &hashes) != ERR_OK) {
            return NULL;
        }
        struct hash fold = tile_fold(&tree->hasher, hashes);
        is_proved = hash_equal(&fold, &wanted);
    }
    if (!is_proved) {
        (void)reason_set(&reason, ERR_CORRUPT,
                         "%s/%s is not what the checkpoint over %" PRIu64 " entries covers",
                         log_client_url(tree->client), tile_path(&tile, &tree->arena).data,
                         tree->size);
        (void)fail(tree, ERR_CORRUPT, &reason);
        return NULL;
    }
    struct proved_tile *kept = &tree->kept[tree->next];
    tree->next = (tree->next + 1) % PROVED_TILES_KEPT;
    tile_keep(kept, &tile, hashes);
    return kept;
}

static const struct proved_tile *tile_get(struct proved_tree *tree, unsigned level, uint64_t index)
{
    unsigned width = tile_width(level, index, tree->size);
    if (width == 0) {
        return NULL;
    }
    if (width < TILE_HASHES) {
        return &tree->edge[level];
    }
    const struct proved_tile *kept = tile_kept(tree, level, index);
    return kept != NULL ? kept : full_tile_prove(tree, level, index);
}

static bool tile_read(void *context, unsigned level, uint64_t index, unsigned width,
                      struct bytes *ret_hashes)
{
    const struct proved_tile *tile = tile_get(context, level, index);
    if (tile == NULL || tile->width < width) {
        return false;
    }
    *ret_hashes = bytes_of(tile->hashes, (size_t)width * HASH_BYTES);
    return true;
}

/* -- opening -------------------------------------------------------------------------------- */

/* Takes the partial tiles at the right edge; they together are what the root is made of. */
static enum err edge_fetch(struct proved_tree *tree)
{
    struct bytes hashes;
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        uint64_t index = level + 1 < TILE_LEVELS ? tree->size >> (8 * (level + 1)) : 0;
        struct tile tile = {
            .level = level, .index = index, .width = tile_width(level, index, tree->size)};
        if (tile.width == 0 || tile.width == TILE_HASHES) {
            continue;
        }
        arena_reset(&tree->arena);
        enum err err = tile_fetch(tree, &tile, &hashes);
        if (err != ERR_OK) {
            return err;
        }
        tile_keep(&tree->edge[level], &tile, hashes);
    }
    return ERR_OK;
}

enum err proved_tree_open(struct proved_tree *tree, struct log_client *client, const char *folder,
                          const struct merkle_head *head, struct reason *reason)
{
    struct hash root;
    *tree = (struct proved_tree){.client = client, .folder = folder, .size = head->size};
    hasher_init(&tree->hasher);
    arena_init(&tree->arena);
    tree->tiles = (struct tile_source){
        .read = tile_read, .context = tree, .hasher = &tree->hasher, .size = head->size};
    tree->subtrees = tile_subtrees(&tree->tiles);
    enum err err = edge_fetch(tree);
    if (err == ERR_OK &&
        (!merkle_root(&tree->subtrees, head->size, &root) || !hash_equal(&root, &head->root))) {
        err = reason_set(&tree->reason, ERR_CORRUPT,
                         "the tiles at %s do not give the root of its checkpoint over %" PRIu64
                         " entries",
                         log_client_url(client), head->size);
    }
    if (err != ERR_OK) {
        *reason = tree->reason;
        proved_tree_close(tree);
    }
    return err;
}

void proved_tree_close(struct proved_tree *tree)
{
    hasher_free(&tree->hasher);
    arena_free(&tree->arena);
}

enum err proved_tree_tile(struct proved_tree *tree, unsigned level, uint64_t index,
                          struct bytes *ret_hashes, struct reason *reason)
{
    const struct proved_tile *tile = tile_get(tree, level, index);
    if (tile == NULL) {
        *reason = tree->reason;
        return tree->err == ERR_OK ? reason_set(reason, ERR_NOT_FOUND, "there is no such tile")
                                   : tree->err;
    }
    *ret_hashes = bytes_of(tile->hashes, (size_t)tile->width * HASH_BYTES);
    return ERR_OK;
}

enum err proved_tree_continues(struct proved_tree *tree, const struct merkle_head *old,
                               struct reason *reason)
{
    struct hash root;
    if (!merkle_root(&tree->subtrees, old->size, &root)) {
        *reason = tree->reason;
        return tree->err == ERR_OK ? reason_set(reason, ERR_CORRUPT, "the tree is not whole")
                                   : tree->err;
    }
    if (!hash_equal(&root, &old->root)) {
        return reason_set(reason, ERR_DIVERGED,
                          "the log over %" PRIu64 " entries does not begin with the one that was "
                          "signed over %" PRIu64,
                          tree->size, old->size);
    }
    return ERR_OK;
}
