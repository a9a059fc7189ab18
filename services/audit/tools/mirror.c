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
#include "mirroring.h"
#include "tools.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

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

/* -- the end -------------------------------------------------------------------------------- */

static enum err mirror_finish(struct mirroring *mirroring, struct reason *reason)
{
    if (syncfs(mirroring->lock) != 0) {
        return reason_set(reason, err_from_errno(errno), "cannot sync %s: %s", mirroring->folder,
                          strerror(errno));
    }
    enum err err = file_replace(mirror_path(mirroring, "vkey"),
                                text_bytes(log_keys_text(&mirroring->keys, &mirroring->arena)),
                                MIRROR_FILE_MODE, reason);
    if (err == ERR_OK) {
        err = file_replace(mirror_path(mirroring, "checkpoint"), text_bytes(mirroring->note),
                           MIRROR_FILE_MODE, reason);
    }
    if (err != ERR_OK) {
        return err;
    }
    (void)unlink(mirror_path(mirroring, "checkpoint.next"));
    for (size_t i = 0; i < mirroring->seen_count; i++) {
        mirror_edge_remove(mirroring, mirroring->seen[i].checkpoint.head.size);
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

static enum err tree_bring(struct mirroring *mirroring, struct reason *reason)
{
    enum err err = mirror_continues(mirroring, reason);
    if (err == ERR_OK) {
        err = file_replace(mirror_path(mirroring, "checkpoint.next"), text_bytes(mirroring->note),
                           MIRROR_FILE_MODE, reason);
    }
    if (err == ERR_OK) {
        err = mirror_tiles_bring(mirroring, reason);
    }
    if (err == ERR_OK) {
        err = mirror_entries_bring(mirroring, reason);
    }
    if (err == ERR_OK) {
        err = mirror_finish(mirroring, reason);
    }
    return err;
}

static enum err mirror_bring(struct mirroring *mirroring, struct reason *reason)
{
    enum err err = mirror_heads_read(mirroring, reason);
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
