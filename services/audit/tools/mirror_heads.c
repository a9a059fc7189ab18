/* What a mirror has seen signed, and whether the log goes on from there. */
#include "mirroring.h"

#include "base/encoding.h"
#include "base/file.h"

#include <inttypes.h>
#include <unistd.h>

/* -- what was seen -------------------------------------------------------------------------- */

static enum err seen_read(struct mirroring *mirroring, const char *name, struct reason *reason)
{
    struct bytes bytes;
    struct seen *seen = &mirroring->seen[mirroring->seen_count];
    const char *path = mirror_path(mirroring, name);
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
    const char *kept = mirror_path(mirroring, "vkey");
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
    const char *path = mirror_path(mirroring, name);
    mirror_folders_make(mirroring, path);
    return file_replace(path, text_bytes(note), MIRROR_FILE_MODE, reason);
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

enum err mirror_continues(struct mirroring *mirroring, struct reason *reason)
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

/* -- the whole ------------------------------------------------------------------------------ */

enum err mirror_heads_read(struct mirroring *mirroring, struct reason *reason)
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
