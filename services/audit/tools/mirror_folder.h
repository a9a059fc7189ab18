/* A mirror of the log in a folder, laid out as it is served (C2SP tlog-tiles).
 *
 *   vkey                          the keys that check the checkpoint
 *   checkpoint                    how far the mirror is
 *   tile/L/N[.p/W]                hashes
 *   tile/entries/N[.p/W]          entries
 *   checkpoint.next               what a run that was interrupted was on the way to
 *
 * Nothing in it is believed: the checkpoint is held against a key, hashes against the checkpoint,
 * entries against hashes. One thread. */
#pragma once

#include "log_keys.h"

#include "transparency/tile.h"

enum { BUNDLE_BYTES_MAX = TILE_HASHES * (UINT16_MAX + 2) };

/* True when a mirror stands there. */
bool mirror_is_at(const char *folder);

/* Reads a file of hashes or entries. Where the partial tile is gone and the full one is there, that
 * is read: the caller cuts it. ERR_NOT_FOUND when there is neither. */
enum err mirror_file_read(const char *folder, const struct tile *tile, struct arena *arena,
                          struct bytes *ret_bytes, struct reason *reason);

/* Takes a bundle apart into its first `width` entries; false when it holds fewer, or is cut. */
bool bundle_read(struct bytes bundle, unsigned width, struct bytes *ret_entries);

/* A mirror that was opened: its checkpoint is signed and all its hashes lead to it. */
struct mirror {
    const char *folder;
    struct log_keys keys;
    struct checkpoint checkpoint;
    struct hasher hasher;
    struct arena arena;      /* of what lives as long as the mirror */
    struct arena tile_arena; /* of the tile read last */
    struct tile_source tiles;
    struct merkle_source subtrees;
};

/* `keys` is what --vkey gave; NULL: the keys that stand in the mirror. ERR_CORRUPT, with the place,
 * when it is not what was signed. */
enum err mirror_open(struct mirror *mirror, const char *folder, const char *keys,
                     struct reason *reason);
void mirror_close(struct mirror *mirror);

/* The entries below tile `index` of level 0, read into `arena`; `ret_proved` says of each whether
 * it is what was signed. ERR_CORRUPT when the file is missing or cut. */
enum err mirror_entries(struct mirror *mirror, uint64_t index, struct arena *arena,
                        struct bytes *ret_entries, bool *ret_proved, unsigned *ret_width,
                        struct reason *reason);
