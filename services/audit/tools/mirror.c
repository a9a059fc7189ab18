/* glasshall-audit mirror: the log as a folder of files, as it is served (C2SP tlog-tiles).
 *
 *   1. The log's newest checkpoint is signed, and its tree begins with everything that this mirror
 *      has seen signed. Otherwise nothing is touched, both checkpoints are kept, and that is said:
 *      together they prove that the log was forked.
 *   2. What the mirror is on the way to is noted (checkpoint.next), so that a run which is
 *      interrupted has seen it, too.
 *   3. Tiles, then entries: each is proved before it is written, and written whole or not at all.
 *   4. When all is on the disk the checkpoint is replaced, and partial tiles that full ones
 *      replaced go.
 *
 * Entries below the checkpoint that stood there are not read again, unless --recheck is given. */
#include "log_head.h"
#include "mirror_folder.h"
#include "proved_tree.h"
#include "tools.h"

#include "base/encoding.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_MODE = 0644,
    FOLDER_MODE = 0755,
    BUNDLES_PER_MILESTONE = 40,
    SEEN_MAX = 2,
};

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

static const struct option_spec mirror_options[] = {
    {.name = "token",
     .type = OPTION_PATH,
     .doc = "a file with an auditor's session token: a hall shows its entries to auditors"},
    {.name = "vkey",
     .type = OPTION_TEXT,
     .doc = "the log's verifier key, or a file of such keys; without it the mirror's own, and for "
            "a new one what the log tells"},
    {.name = "recheck", .type = OPTION_FLAG, .doc = "look at every entry that is there again"},
    {.name = "json", .type = OPTION_FLAG, .doc = "print what was done as JSON"},
};

static const char *path_of(struct mirroring *mirroring, const char *name)
{
    return arena_print(&mirroring->arena, "%s/%s", mirroring->folder, name).data;
}

/* -- files ---------------------------------------------------------------------------------- */

/* Makes the folders between the mirror and the file. */
static void folders_make(const struct mirroring *mirroring, const char *path)
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
        path = path_of(mirroring, tile_path(&partial, &mirroring->piece).data);
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
    folders_make(mirroring, path);
    int descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
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

/* -- what was seen -------------------------------------------------------------------------- */

static enum err seen_read(struct mirroring *mirroring, const char *name, struct reason *reason)
{
    struct bytes bytes;
    struct seen *seen = &mirroring->seen[mirroring->seen_count];
    const char *path = path_of(mirroring, name);
    enum err err = file_read(path, NOTE_BYTES_MAX, &mirroring->arena, &bytes, reason);
    if (err != ERR_OK) {
        return err == ERR_NOT_FOUND ? ERR_OK : err;
    }
    *seen = (struct seen){.name = name, .note = bytes_text(bytes)};
    err = log_checkpoint_open(&mirroring->keys, seen->note, &mirroring->arena, &seen->checkpoint,
                              reason);
    if (err != ERR_OK) {
        reason_prefix(reason, "%s", path);
        return err;
    }
    mirroring->seen_count++;
    return ERR_OK;
}

/* The keys: those given, those of an earlier run, or what the log tells. */
static enum err keys_find(struct mirroring *mirroring, struct reason *reason)
{
    const char *given = options_text(mirroring->options, "vkey");
    const char *kept = path_of(mirroring, "vkey");
    if (given == NULL && access(kept, F_OK) == 0) {
        given = kept;
    }
    return given != NULL ? log_keys_given(given, &mirroring->arena, &mirroring->keys, reason)
                         : log_keys_fetch(mirroring->client, "mirror", &mirroring->arena,
                                          &mirroring->keys, reason);
}

/* -- forks ---------------------------------------------------------------------------------- */

/* Keeps a checkpoint as evidence; its file is named by its size and root. */
static enum err evidence_write(struct mirroring *mirroring, const struct checkpoint *checkpoint,
                               struct text note, struct reason *reason)
{
    struct text root = hex_text(&mirroring->arena, bytes_of(checkpoint->head.root.bytes, 4));
    const char *name = arena_print(&mirroring->arena, "fork/%" PRIu64 "-%.*s.checkpoint",
                                   checkpoint->head.size, TEXT_PRINT(root))
                           .data;
    const char *path = path_of(mirroring, name);
    folders_make(mirroring, path);
    return file_replace(path, text_bytes(note), FILE_MODE, reason);
}

/* Two checkpoints are signed and do not fit together: both are kept. */
static enum err fork_tell(struct mirroring *mirroring, const struct seen *seen,
                          struct reason *reason)
{
    enum err err = evidence_write(mirroring, &seen->checkpoint, seen->note, reason);
    if (err == ERR_OK) {
        err = evidence_write(mirroring, &mirroring->checkpoint, mirroring->note, reason);
    }
    if (err != ERR_OK) {
        return err;
    }
    return reason_set(reason, ERR_DIVERGED,
                      "FORK: %s signed %" PRIu64 " entries, now it signs %" PRIu64
                      " that are not the same log; both checkpoints are kept in %s/fork: together "
                      "they prove it. The mirror was left as it is",
                      seen->checkpoint.origin.data, seen->checkpoint.head.size,
                      mirroring->checkpoint.head.size, mirroring->folder);
}

/* Whether the tree that stands here whole begins with what the log shows now. */
static enum err begins_with_it(struct mirroring *mirroring, bool *ret_fits, struct reason *reason)
{
    struct mirror mirror;
    struct hash root;
    enum err err =
        mirror_open(&mirror, mirroring->folder, options_text(mirroring->options, "vkey"), reason);
    if (err != ERR_OK) {
        return err;
    }
    *ret_fits = merkle_root(&mirror.subtrees, mirroring->checkpoint.head.size, &root) &&
                hash_equal(&root, &mirroring->checkpoint.head.root);
    mirror_close(&mirror);
    return ERR_OK;
}

/* The log shows fewer entries than were seen: an old copy, or not the same log. */
static enum err shorter_tell(struct mirroring *mirroring, const struct seen *seen,
                             struct reason *reason)
{
    bool fits = true; /* of what was never here whole nobody can say more */
    bool is_here = mirroring->here.size == seen->checkpoint.head.size;
    enum err err = is_here ? begins_with_it(mirroring, &fits, reason) : ERR_OK;
    if (err != ERR_OK) {
        return err;
    }
    if (!fits) {
        return fork_tell(mirroring, seen, reason);
    }
    return reason_set(reason, ERR_DIVERGED,
                      "%s shows %" PRIu64 " entries, but %" PRIu64
                      " were signed already: it is an old copy, or entries were lost",
                      log_client_url(mirroring->client), mirroring->checkpoint.head.size,
                      seen->checkpoint.head.size);
}

static enum err continues_check(struct mirroring *mirroring, struct reason *reason)
{
    for (size_t i = 0; i < mirroring->seen_count; i++) {
        const struct seen *seen = &mirroring->seen[i];
        if (seen->checkpoint.head.size > mirroring->checkpoint.head.size) {
            return shorter_tell(mirroring, seen, reason);
        }
        enum err err = proved_tree_continues(&mirroring->tree, &seen->checkpoint.head, reason);
        if (err == ERR_DIVERGED) {
            return fork_tell(mirroring, seen, reason);
        }
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
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
static enum err tiles_bring(struct mirroring *mirroring, struct reason *reason)
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

static enum err entries_bring(struct mirroring *mirroring, struct reason *reason)
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

/* -- the end -------------------------------------------------------------------------------- */

/* The partial tiles of a tree that was here before: replaced by wider or full ones. */
static void edge_remove(struct mirroring *mirroring, uint64_t size)
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
                (void)unlink(path_of(mirroring, tile_path(&tile, &mirroring->piece).data));
            }
        }
    }
}

static enum err mirror_finish(struct mirroring *mirroring, struct reason *reason)
{
    if (syncfs(mirroring->lock) != 0) {
        return reason_set(reason, err_from_errno(errno), "cannot sync %s: %s", mirroring->folder,
                          strerror(errno));
    }
    enum err err = file_replace(path_of(mirroring, "vkey"),
                                text_bytes(log_keys_text(&mirroring->keys, &mirroring->arena)),
                                FILE_MODE, reason);
    if (err == ERR_OK) {
        err = file_replace(path_of(mirroring, "checkpoint"), text_bytes(mirroring->note), FILE_MODE,
                           reason);
    }
    if (err != ERR_OK) {
        return err;
    }
    (void)unlink(path_of(mirroring, "checkpoint.next"));
    for (size_t i = 0; i < mirroring->seen_count; i++) {
        edge_remove(mirroring, mirroring->seen[i].checkpoint.head.size);
    }
    return ERR_OK;
}

/* -- the whole ------------------------------------------------------------------------------ */

/* Opens the folder and takes it for this run alone. */
static enum err folder_take(struct mirroring *mirroring, struct reason *reason)
{
    enum err err = folder_make(mirroring->folder, reason);
    if (err != ERR_OK) {
        return err;
    }
    mirroring->lock = open(mirroring->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (mirroring->lock < 0) {
        return reason_set(reason, err_from_errno(errno), "cannot open %s: %s", mirroring->folder,
                          strerror(errno));
    }
    if (flock(mirroring->lock, LOCK_EX | LOCK_NB) != 0) {
        return reason_set(reason, ERR_BUSY, "%s: another mirror is at work there",
                          mirroring->folder);
    }
    return ERR_OK;
}

static enum err heads_read(struct mirroring *mirroring, struct reason *reason)
{
    enum err err = keys_find(mirroring, reason);
    if (err == ERR_OK) {
        err = seen_read(mirroring, "checkpoint", reason);
    }
    if (err == ERR_OK && mirroring->seen_count > 0) {
        mirroring->here = mirroring->seen[0].checkpoint.head;
    }
    if (err == ERR_OK) {
        err = seen_read(mirroring, "checkpoint.next", reason);
    }
    if (err == ERR_OK) {
        err = log_checkpoint_fetch(mirroring->client, &mirroring->keys, &mirroring->arena,
                                   &mirroring->checkpoint, &mirroring->note, reason);
    }
    return err;
}

static enum err tree_bring(struct mirroring *mirroring, struct reason *reason)
{
    enum err err = continues_check(mirroring, reason);
    if (err == ERR_OK) {
        err = file_replace(path_of(mirroring, "checkpoint.next"), text_bytes(mirroring->note),
                           FILE_MODE, reason);
    }
    if (err == ERR_OK) {
        err = tiles_bring(mirroring, reason);
    }
    if (err == ERR_OK) {
        err = entries_bring(mirroring, reason);
    }
    if (err == ERR_OK) {
        err = mirror_finish(mirroring, reason);
    }
    return err;
}

static enum err mirror_bring(struct mirroring *mirroring, struct reason *reason)
{
    enum err err = heads_read(mirroring, reason);
    if (err == ERR_OK) {
        err = proved_tree_open(&mirroring->tree, mirroring->client, mirroring->folder,
                               &mirroring->checkpoint.head, reason);
    }
    if (err == ERR_OK) {
        err = tree_bring(mirroring, reason);
        proved_tree_close(&mirroring->tree);
    }
    return err;
}

static void mirror_tell(const struct mirroring *mirroring)
{
    if (!options_flag(mirroring->options, "json")) {
        printf("%s holds %" PRIu64 " entries (before: %" PRIu64 "); %" PRIu64
               " files were written, %" PRIu64 " entries fetched\n",
               mirroring->folder, mirroring->checkpoint.head.size, mirroring->here.size,
               mirroring->files, mirroring->entries);
        return;
    }
    json_t *json =
        json_pack("{s:s, s:I, s:I, s:I, s:I}", "folder", mirroring->folder, "size",
                  (json_int_t)mirroring->checkpoint.head.size, "before",
                  (json_int_t)mirroring->here.size, "files_written", (json_int_t)mirroring->files,
                  "entries_fetched", (json_int_t)mirroring->entries);
    tool_print_json(json);
}

static int mirror_run(const struct options *options)
{
    struct mirroring mirroring = {.options = options, .folder = options->words[1], .lock = -1};
    struct reason reason = {""};
    arena_init(&mirroring.arena);
    arena_init(&mirroring.piece);
    enum err err = log_client_open(options->words[0], options_text(options, "token"), NULL,
                                   &mirroring.client, &reason);
    if (err == ERR_OK) {
        err = folder_take(&mirroring, &reason);
    }
    if (err == ERR_OK) {
        err = mirror_bring(&mirroring, &reason);
    }
    if (err == ERR_OK) {
        mirror_tell(&mirroring);
    }
    if (mirroring.lock >= 0) {
        (void)close(mirroring.lock);
    }
    log_client_close(&mirroring.client);
    arena_free(&mirroring.piece);
    arena_free(&mirroring.arena);
    return err == ERR_OK ? TOOL_OK : tool_refuse("mirror", err, &reason);
}

int mirror_main(int argc, char **argv)
{
    static const struct tool tool = {
        .name = "mirror",
        .usage = "URL DIR [options]",
        .options = mirror_options,
        .option_count = sizeof mirror_options / sizeof mirror_options[0],
        .word_count = 2,
        .run = mirror_run,
    };
    return tool_main(&tool, argc, argv);
}
