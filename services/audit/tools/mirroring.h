/* A mirror at work (mirror.c): what its parts share. One thread. */
#pragma once

#include "log_head.h"
#include "mirror_folder.h"
#include "proved_tree.h"

#include "base/options.h"

enum { MIRROR_FILE_MODE = 0644, SEEN_MAX = 2 };

/* A checkpoint that this mirror has seen. */
struct seen {
    const char *name; /* of the file */
    struct checkpoint checkpoint;
    struct text note;
};

struct mirroring {
    const struct options *options;
    const char *folder;
    int lock; /* descriptor of the folder, locked */
    struct log_client *client;
    struct log_keys keys;
    struct checkpoint checkpoint; /* to be reached */
    struct text note;
    struct seen seen[SEEN_MAX];
    size_t seen_count;
    struct merkle_head here; /* what the mirror holds whole */
    struct proved_tree tree;
    struct arena arena; /* of the whole run */
    struct arena piece; /* of a tile or a bundle */
    uint64_t files;     /* of tiles, that were written */
    uint64_t entries;   /* that were fetched */
};

/* -- mirror_heads.c ------------------------------------------------------------------------- */

/* Finds the keys, reads what was seen and fetches the log's newest checkpoint. */
enum err mirror_heads_read(struct mirroring *mirroring, struct reason *reason);

/* Whether the log goes on from all that was seen; ERR_DIVERGED, and both checkpoints are kept, when
 * it does not. */
enum err mirror_continues(struct mirroring *mirroring, struct reason *reason);

/* -- mirror_pieces.c ------------------------------------------------------------------------ */

/* A path in the mirror, for the whole run. */
const char *mirror_path(struct mirroring *mirroring, const char *name);

/* Makes the folders between the mirror and the file. */
void mirror_folders_make(const struct mirroring *mirroring, const char *path);

/* Brings the tree, and then the entries, each proved before it is written. */
enum err mirror_tiles_bring(struct mirroring *mirroring, struct reason *reason);
enum err mirror_entries_bring(struct mirroring *mirroring, struct reason *reason);

/* Removes the partial tiles of a tree of that size, which others replaced. */
void mirror_edge_remove(struct mirroring *mirroring, uint64_t size);
