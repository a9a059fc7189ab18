#include "mirror_folder.h"

#include "base/file.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool mirror_is_at(const char *folder)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/checkpoint", folder);
    return access(path, F_OK) == 0;
}

enum err mirror_file_read(const char *folder, const struct tile *tile, struct arena *arena,
                          struct bytes *ret_bytes, struct reason *reason)
{
    struct tile full = *tile;
    size_t size_max = tile->is_entries ? BUNDLE_BYTES_MAX : TILE_BYTES;
    full.width = TILE_HASHES;
    const char *path =
        arena_print(arena, "%s/%.*s", folder, TEXT_PRINT(tile_path(tile, arena))).data;
    enum err err = file_read(path, size_max, arena, ret_bytes, reason);
    if (err == ERR_NOT_FOUND && tile->width < TILE_HASHES) {
        path = arena_print(arena, "%s/%.*s", folder, TEXT_PRINT(tile_path(&full, arena))).data;
        if (file_read(path, size_max, arena, ret_bytes, NULL) == ERR_OK) {
            return ERR_OK;
        }
    }
    return err;
}

bool bundle_read(struct bytes bundle, unsigned width, struct bytes *ret_entries)
{
    for (unsigned i = 0; i < width; i++) {
        if (bundle.size < 2 || bundle.size < 2U + read_be16(bundle.data)) {
            return false;
        }
        ret_entries[i] = bytes_of(bundle.data + 2, read_be16(bundle.data));
        bundle = bytes_of(ret_entries[i].data + ret_entries[i].size,
                          bundle.size - 2 - ret_entries[i].size);
    }
    return true;
}

/* -- hashes --------------------------------------------------------------------------------- */

static bool tile_read(void *context, unsigned level, uint64_t index, unsigned width,
                      struct bytes *ret_hashes)
{
    struct mirror *mirror = context;
    struct tile tile = {.level = level, .index = index, .width = width};
    arena_reset(&mirror->tile_arena);
    if (mirror_file_read(mirror->folder, &tile, &mirror->tile_arena, ret_hashes, NULL) != ERR_OK ||
        ret_hashes->size < (size_t)width * HASH_BYTES) {
        return false;
    }
    ret_hashes->size = (size_t)width * HASH_BYTES;
    return true;
}

/* What is wrong with a tile, told with its path. */
static enum err tile_refuse(struct mirror *mirror, const struct tile *tile, const char *what,
                            struct reason *reason)
{
    return reason_set(reason, ERR_CORRUPT, "%s: %.*s %s", mirror->folder,
                      TEXT_PRINT(tile_path(tile, &mirror->arena)), what);
}

/* Every full tile is what the level above says of it; the rest the root has covered. */
static enum err level_check(struct mirror *mirror, unsigned level, struct reason *reason)
{
    uint64_t size = mirror->checkpoint.head.size;
    struct tile tile = {.level = level, .width = TILE_HASHES};
    struct bytes hashes;
    for (; tile_width(level, tile.index, size) == TILE_HASHES; tile.index++) {
        uint64_t above = tile.index / TILE_HASHES;
        if (!tile_read(mirror, level, tile.index, TILE_HASHES, &hashes)) {
            return tile_refuse(mirror, &tile, "is missing, or too short", reason);
        }
        struct hash fold = tile_fold(&mirror->hasher, hashes);
        size_t place = (size_t)(tile.index % TILE_HASHES) * HASH_BYTES;
        if (!tile_read(mirror, level + 1, above, tile_width(level + 1, above, size), &hashes) ||
            memcmp(fold.bytes, hashes.data + place, HASH_BYTES) != 0) {
            return tile_refuse(mirror, &tile, "is not what was signed", reason);
        }
    }
    return ERR_OK;
}

static enum err tree_check(struct mirror *mirror, struct reason *reason)
{
    struct hash root;
    enum err err = ERR_OK;
    mirror->tiles = (struct tile_source){.read = tile_read,
                                         .context = mirror,
                                         .hasher = &mirror->hasher,
                                         .size = mirror->checkpoint.head.size};
    mirror->subtrees = tile_subtrees(&mirror->tiles);
    if (!merkle_root(&mirror->subtrees, mirror->checkpoint.head.size, &root)) {
        return reason_set(reason, ERR_CORRUPT, "%s: tiles at the end are missing, or too short",
                          mirror->folder);
    }
    if (!hash_equal(&root, &mirror->checkpoint.head.root)) {
        return reason_set(reason, ERR_CORRUPT, "%s: its tiles do not give the root that was signed",
                          mirror->folder);
    }
    for (unsigned level = TILE_LEVELS - 1; err == ERR_OK && level-- > 0;) {
        err = level_check(mirror, level, reason);
    }
    return err;
}

/* -- opening -------------------------------------------------------------------------------- */

enum err mirror_open(struct mirror *mirror, const char *folder, const char *keys,
                     struct reason *reason)
{
    struct bytes note;
    *mirror = (struct mirror){.folder = folder};
    hasher_init(&mirror->hasher);
    arena_init(&mirror->arena);
    arena_init(&mirror->tile_arena);
    if (keys == NULL) {
        keys = arena_print(&mirror->arena, "%s/vkey", folder).data;
    }
    enum err err = log_keys_given(keys, &mirror->arena, &mirror->keys, reason);
    if (err == ERR_OK) {
        err = file_read(arena_print(&mirror->arena, "%s/checkpoint", folder).data, NOTE_BYTES_MAX,
                        &mirror->arena, &note, reason);
    }
    if (err == ERR_OK) {
        err = log_checkpoint_open(&mirror->keys, bytes_text(note), &mirror->arena,
                                  &mirror->checkpoint, reason);
    }
    if (err == ERR_OK) {
        err = tree_check(mirror, reason);
    }
    if (err != ERR_OK) {
        mirror_close(mirror);
    }
    return err;
}

void mirror_close(struct mirror *mirror)
{
    hasher_free(&mirror->hasher);
    arena_free(&mirror->arena);
    arena_free(&mirror->tile_arena);
}

enum err mirror_entries(struct mirror *mirror, uint64_t index, struct arena *arena,
                        struct bytes *ret_entries, bool *ret_proved, unsigned *ret_width,
                        struct reason *reason)
{
    unsigned width = tile_width(0, index, mirror->checkpoint.head.size);
    struct tile tile = {.is_entries = true, .index = index, .width = width};
    struct bytes bundle;
    struct bytes hashes;
    enum err err = mirror_file_read(mirror->folder, &tile, arena, &bundle, reason);
    if (err != ERR_OK) {
        return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
    }
    if (!bundle_read(bundle, width, ret_entries)) {
        return tile_refuse(mirror, &tile, "is cut, or holds fewer entries", reason);
    }
    if (!tile_read(mirror, 0, index, width, &hashes)) {
        return tile_refuse(mirror, &tile, "has no hashes", reason);
    }
    for (unsigned i = 0; i < width; i++) {
        struct hash leaf = merkle_leaf(&mirror->hasher, ret_entries[i]);
        ret_proved[i] = memcmp(leaf.bytes, hashes.data + (size_t)i * HASH_BYTES, HASH_BYTES) == 0;
    }
    *ret_width = width;
    return ERR_OK;
}
