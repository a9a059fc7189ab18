/* The pieces of a mirror: files of hashes and entries, proved before they are written. */
#include "mirroring.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_MODE = 0755, BUNDLES_PER_MILESTONE = 40 };

const char *mirror_path(struct mirroring *mirroring, const char *name)
{
    return arena_print(&mirroring->arena, "%s/%s", mirroring->folder, name).data;
}

/* -- files ---------------------------------------------------------------------------------- */

void mirror_folders_make(const struct mirroring *mirroring, const char *path)
{
    char folder[PATH_MAX];
    (void)snprintf(folder, sizeof folder, "%s", path);
    for (char *slash = folder + strlen(mirroring->folder) + 1; (slash = strchr(slash, '/')) != NULL;
         slash++) {
        *slash = '\0';
        (void)mkdir(folder, FOLDER_MODE); /* what cannot be made shows when the file is written */
        *slash = '/';
    }
}

/* Removes the partial tiles that this full one replaces. */
static void partials_remove(struct mirroring *mirroring, const struct tile *full)
{
    struct tile partial = *full;
    const char *path = NULL;
    for (partial.width = 1; partial.width < TILE_HASHES; partial.width++) {
        path = mirror_path(mirroring, tile_path(&partial, &mirroring->piece).data);
        (void)unlink(path);
    }
    char folder[PATH_MAX];
    (void)snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    (void)rmdir(folder);
}

/* Writes a file of the tree. It is synced with all others before the checkpoint names it: what a
 * crash leaves is proved again by the next run. */
static enum err tile_write(struct mirroring *mirroring, const struct tile *tile, struct bytes bytes,
                           struct reason *reason)
{
    const char *path = arena_print(&mirroring->piece, "%s/%s", mirroring->folder,
                                   tile_path(tile, &mirroring->piece).data)
                           .data;
    const char *fresh = arena_print(&mirroring->piece, "%s.new", path).data;
    mirror_folders_make(mirroring, path);
    int descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, MIRROR_FILE_MODE);
    enum err err = descriptor < 0 ? err_from_errno(errno) : write_all(descriptor, bytes);
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    if (err == ERR_OK && rename(fresh, path) != 0) {
        err = err_from_errno(errno);
    }
    if (err != ERR_OK) {
        (void)unlink(fresh);
        return reason_set(reason, err, "cannot write %s: %s", path, err_text(err));
    }
    mirroring->files++;
    return ERR_OK;
}

static bool file_is_there(struct mirroring *mirroring, const struct tile *tile)
{
    struct stat status;
    const char *path = arena_print(&mirroring->piece, "%s/%s", mirroring->folder,
                                   tile_path(tile, &mirroring->piece).data)
                           .data;
    return stat(path, &status) == 0 && status.st_size > 0;
}

/* -- tiles ---------------------------------------------------------------------------------- */

/* True when the file holds just these bytes. */
static bool file_holds(struct mirroring *mirroring, const struct tile *tile, struct bytes bytes)
{
    struct bytes there;
    const char *path = arena_print(&mirroring->piece, "%s/%s", mirroring->folder,
                                   tile_path(tile, &mirroring->piece).data)
                           .data;
    return file_read(path, TILE_BYTES, &mirroring->piece, &there, NULL) == ERR_OK &&
           bytes_equal(there, bytes);
}

static enum err tile_bring(struct mirroring *mirroring, unsigned level, uint64_t index,
                           struct reason *reason)
{
    struct tile tile = {
        .level = level, .index = index, .width = tile_width(level, index, mirroring->tree.size)};
    struct bytes hashes;
    arena_reset(&mirroring->piece);
    enum err err = proved_tree_tile(&mirroring->tree, level, index, &hashes, reason);
    if (err != ERR_OK || file_holds(mirroring, &tile, hashes)) {
        return err;
    }
    return tile_write(mirroring, &tile, hashes, reason);
}

/* From above downwards: what proves a tile is there before it. */
enum err mirror_tiles_bring(struct mirroring *mirroring, struct reason *reason)
{
    enum err err = ERR_OK;
    for (unsigned level = TILE_LEVELS; err == ERR_OK && level-- > 0;) {
        for (uint64_t index = 0;
             err == ERR_OK && tile_width(level, index, mirroring->tree.size) > 0; index++) {
            err = tile_bring(mirroring, level, index, reason);
        }
    }
    return err;
}

/* -- entries -------------------------------------------------------------------------------- */

/* True when the bundle holds the entries that the tile has the hashes of. `ret_size` is how much of
 * it they are. */
static bool bundle_proves(struct mirroring *mirroring, struct bytes bundle, struct bytes hashes,
                          size_t *ret_size)
{
    struct bytes entries[TILE_HASHES];
    unsigned width = (unsigned)(hashes.size / HASH_BYTES);
    if (!bundle_read(bundle, width, entries)) {
        return false;
    }
    for (unsigned i = 0; i < width; i++) {
        struct hash leaf = merkle_leaf(&mirroring->tree.hasher, entries[i]);
        if (memcmp(leaf.bytes, hashes.data + (size_t)i * HASH_BYTES, HASH_BYTES) != 0) {
            return false;
        }
    }
    *ret_size = (size_t)(entries[width - 1].data + entries[width - 1].size - bundle.data);
    return true;
}

static bool bundle_is_there(struct mirroring *mirroring, const struct tile *tile,
                            struct bytes hashes)
{
    struct bytes bundle;
    size_t size = 0;
    bool was_proved = (tile->index + 1) * TILE_HASHES <= mirroring->here.size &&
                      !options_flag(mirroring->options, "recheck");
    if (was_proved) {
        return file_is_there(mirroring, tile);
    }
    const char *path = arena_print(&mirroring->piece, "%s/%s", mirroring->folder,
                                   tile_path(tile, &mirroring->piece).data)
                           .data;
    return file_read(path, BUNDLE_BYTES_MAX, &mirroring->piece, &bundle, NULL) == ERR_OK &&
           bundle_proves(mirroring, bundle, hashes, &size) && size == bundle.size;
}

static enum err bundle_bring(struct mirroring *mirroring, uint64_t index, struct reason *reason)
{
    struct tile tile = {
        .is_entries = true, .index = index, .width = tile_width(0, index, mirroring->tree.size)};
    struct bytes hashes;
    struct bytes bundle;
    size_t size = 0;
    arena_reset(&mirroring->piece);
    enum err err = proved_tree_tile(&mirroring->tree, 0, index, &hashes, reason);
    if (err != ERR_OK || bundle_is_there(mirroring, &tile, hashes)) {
        return err;
    }
    err = log_client_tile(mirroring->client, &tile, &mirroring->piece, &bundle, reason);
    if (err != ERR_OK) {
        return err;
    }
    if (!bundle_proves(mirroring, bundle, hashes, &size)) {
        return reason_set(
            reason, ERR_CORRUPT, "%s/%s does not hold the entries that the checkpoint covers",
            log_client_url(mirroring->client), tile_path(&tile, &mirroring->piece).data);
    }
    mirroring->entries += tile.width;
    return tile_write(mirroring, &tile, bytes_of(bundle.data, size), reason);
}

enum err mirror_entries_bring(struct mirroring *mirroring, struct reason *reason)
{
    enum err err = ERR_OK;
    uint64_t size = mirroring->tree.size;
    for (uint64_t index = 0; err == ERR_OK && tile_width(0, index, size) > 0; index++) {
        err = bundle_bring(mirroring, index, reason);
        if ((index + 1) % BUNDLES_PER_MILESTONE == 0) {
            fprintf(stderr, "mirror: %" PRIu64 " of %" PRIu64 " entries\n",
                    (index + 1) * TILE_HASHES, size);
        }
    }
    return err;
}

/* -- what is replaced ----------------------------------------------------------------------- */

/* The partial tiles of a tree that was here before: replaced by wider or full ones. */
void mirror_edge_remove(struct mirroring *mirroring, uint64_t size)
{
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        uint64_t index = level + 1 < TILE_LEVELS ? size >> (8 * (level + 1)) : 0;
        struct tile tile = {
            .level = level, .index = index, .width = tile_width(level, index, size)};
        unsigned now = tile_width(level, index, mirroring->tree.size);
        if (tile.width == 0 || tile.width == now) {
            continue;
        }
        for (int is_entries = 0; is_entries <= (level == 0 ? 1 : 0); is_entries++) {
            tile.is_entries = is_entries == 1;
            if (now == TILE_HASHES) {
                partials_remove(mirroring, &tile);
            } else {
                (void)unlink(mirror_path(mirroring, tile_path(&tile, &mirroring->piece).data));
            }
        }
    }
}
