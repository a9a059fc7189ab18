/* glasshall-audit follow: the log as it grows, proved as it comes.
 *
 * Each checkpoint is signed and goes on where the one before ended; each entry told is in the tree
 * that it covers. Ends with 1 when that does not hold, and prints both checkpoints; with 0 on
 * SIGINT. A log that is away is waited for. */
#include "log_head.h"
#include "mirror_folder.h"
#include "proved_tree.h"
#include "told_event.h"
#include "tools.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_STEP_MS = 50 };

struct following {
    const struct options *options;
    struct log_client *client;
    struct log_keys keys;
    struct checkpoint last;
    char last_note[NOTE_BYTES_MAX + 1];
    struct proved_tree tree; /* of the checkpoint being looked at */
    struct arena arena;      /* of the whole run */
    struct arena round;      /* of one checkpoint */
    struct arena piece;      /* of one bundle */
    struct wire_reader reader;
    uint64_t told; /* entries that were looked at */
    bool is_away;  /* the log is, and that was said */
};

static const struct option_spec follow_options[] = {
    {.name = "token", .type = OPTION_PATH, .doc = "a file with an auditor's session token"},
    {.name = "vkey",
     .type = OPTION_TEXT,
     .doc = "the log's verifier key, or a file of such keys; without it what the log tells"},
    {.name = "after",
     .type = OPTION_NUMBER,
     .default_value = "-1",
     .min = -1,
     .max = INT64_MAX,
     .doc = "begin behind this entry, 0 with the first (-1: behind the last that is there)"},
    {.name = "every",
     .type = OPTION_MS,
     .default_value = "1s",
     .min = WAIT_STEP_MS,
     .max = INT32_MAX,
     .doc = "how often to look"},
    {.name = "json", .type = OPTION_FLAG, .doc = "print events as CloudEvents, a line each"},
};

static volatile sig_atomic_t is_stopped;

static void stop(int number)
{
    (void)number;
    is_stopped = 1;
}

/* -- telling -------------------------------------------------------------------------------- */

static void event_tell(struct following *following, const struct hall_event *event, uint64_t index)
{
    struct arena *arena = &following->piece;
    const struct event_envelope *envelope = &event->envelope;
    char time[TIME_TEXT_BYTES + 1];
    char case_id[UUID_TEXT_BYTES + 1] = "-";
    if (options_flag(following->options, "json")) {
        json_t *json = cloud_event(event, (int64_t)index, arena);
        (void)json_dumpf(json, stdout, JSON_COMPACT);
        printf("\n");
        json_decref(json);
        return;
    }
    time_format(envelope->time, time);
    if (!uuid_is_none(&envelope->case_id.uuid)) {
        uuid_format(&envelope->case_id.uuid, case_id);
    }
    printf("#%" PRIu64 " %s %.*s case %s by %.*s: %.*s\n", index, time,
           TEXT_PRINT(told_text(envelope->type, arena)), case_id,
           TEXT_PRINT(told_actor(&envelope->actor, arena)), TEXT_PRINT(told_title(event)));
}

/* Tells the entries of a bundle that were not told yet, each held against its hash. */
static enum err bundle_tell(struct following *following, uint64_t tile_index, struct reason *reason)
{
    struct bytes entries[TILE_HASHES];
    struct bytes hashes;
    struct bytes bundle;
    struct tile tile = {.is_entries = true,
                        .index = tile_index,
                        .width = tile_width(0, tile_index, following->tree.size)};
    arena_reset(&following->piece);
    enum err err = log_client_tile(following->client, &tile, &following->piece, &bundle, reason);
    if (err == ERR_OK) {
        err = proved_tree_tile(&following->tree, 0, tile_index, &hashes, reason);
    }
    if (err != ERR_OK) {
        return err;
    }
    if (!bundle_read(bundle, tile.width, entries)) {
        return reason_set(reason, ERR_CORRUPT, "the entries of bundle %" PRIu64 " are cut",
                          tile_index);
    }
    for (uint64_t place = following->told % TILE_HASHES; place < tile.width; place++) {
        struct hall_event event;
        struct hash leaf = merkle_leaf(&following->tree.hasher, entries[place]);
        uint64_t index = tile_index * TILE_HASHES + place + 1;
        if (memcmp(leaf.bytes, hashes.data + place * HASH_BYTES, HASH_BYTES) != 0) {
            return reason_set(reason, ERR_CORRUPT,
                              "entry %" PRIu64 " is not what the checkpoint covers", index);
        }
        if (hall_event_read(&following->reader, entries[place], &event)) {
            event_tell(following, &event, index);
        }
        following->told = index;
    }
    return ERR_OK;
}

/* -- looking -------------------------------------------------------------------------------- */

static bool is_first(const struct following *following)
{
    return following->last_note[0] == '\0';
}

/* Says that two checkpoints do not fit together, with both. */
static enum err fork_tell(const struct following *following, const struct checkpoint *checkpoint,
                          struct text note, struct reason *reason)
{
    printf("%s\n%.*s", following->last_note, TEXT_PRINT(note));
    if (checkpoint->head.size < following->last.head.size) {
        return reason_set(reason, ERR_DIVERGED,
                          "the log shows %" PRIu64 " entries, but %" PRIu64
                          " were signed already: an old copy, entries that were lost, or a fork; "
                          "both checkpoints stand above",
                          checkpoint->head.size, following->last.head.size);
    }
    return reason_set(reason, ERR_DIVERGED,
                      "FORK: the log does not go on where it ended; both checkpoints stand above, "
                      "each signed: together they prove it");
}

/* Takes a checkpoint as the last one, if the log goes on there where it ended. */
static enum err checkpoint_take(struct following *following, const struct checkpoint *checkpoint,
                                struct text note, struct reason *reason)
{
    int64_t after = options_number(following->options, "after");
    if (is_first(following)) {
        following->told = after < 0 ? checkpoint->head.size : (uint64_t)after;
    } else {
        enum err err = proved_tree_continues(&following->tree, &following->last.head, reason);
        if (err != ERR_OK) {
            return err == ERR_DIVERGED ? fork_tell(following, checkpoint, note, reason) : err;
        }
    }
    fprintf(stderr, "follow: %s%" PRIu64 " entries, signed\n",
            is_first(following) ? "begins at " : "", checkpoint->head.size);
    following->last.head = checkpoint->head;
    memcpy(following->last_note, note.data, note.size);
    following->last_note[note.size] = '\0';
    return ERR_OK;
}

/* Looks at the newest checkpoint and tells what is new. */
static enum err log_look(struct following *following, struct reason *reason)
{
    struct checkpoint checkpoint;
    struct text note;
    arena_reset(&following->round);
    enum err err = log_checkpoint_fetch(following->client, &following->keys, &following->round,
                                        &checkpoint, &note, reason);
    if (err != ERR_OK) {
        return err;
    }
    const struct merkle_head *last = &following->last.head;
    bool is_same = !is_first(following) && checkpoint.head.size == last->size &&
                   hash_equal(&checkpoint.head.root, &last->root);
    if (!is_first(following) && !is_same && checkpoint.head.size <= last->size) {
        return fork_tell(following, &checkpoint, note, reason);
    }
    if (is_same && following->told >= last->size) {
        return ERR_OK;
    }
    err = proved_tree_open(&following->tree, following->client, NULL, &checkpoint.head, reason);
    if (err != ERR_OK) {
        return err;
    }
    err = is_same ? ERR_OK : checkpoint_take(following, &checkpoint, note, reason);
    while (err == ERR_OK && following->told < checkpoint.head.size && is_stopped == 0) {
        err = bundle_tell(following, following->told / TILE_HASHES, reason);
    }
    proved_tree_close(&following->tree);
    return err;
}

static void wait_a_while(const struct following *following)
{
    int64_t left_ms = options_number(following->options, "every");
    for (; left_ms > 0 && is_stopped == 0; left_ms -= WAIT_STEP_MS) {
        (void)usleep(WAIT_STEP_MS * 1000);
    }
}

/* True when a log that answered before is away: it may come back. */
static bool is_passing(struct following *following, enum err err, const struct reason *reason)
{
    bool is_away = err == ERR_UNAVAILABLE && !is_first(following);
    if (is_away && !following->is_away) {
        fprintf(stderr, "follow: %s; waiting for it\n", reason->text);
    }
    following->is_away = is_away;
    return is_away;
}

static enum err log_follow(struct following *following, struct reason *reason)
{
    enum err err = options_text(following->options, "vkey") != NULL
                       ? log_keys_given(options_text(following->options, "vkey"), &following->arena,
                                        &following->keys, reason)
                       : log_keys_fetch(following->client, "follow", &following->arena,
                                        &following->keys, reason);
    while (err == ERR_OK && is_stopped == 0) {
        err = log_look(following, reason);
        if (is_passing(following, err, reason)) {
            err = ERR_OK;
        }
        if (err == ERR_OK) {
            wait_a_while(following);
        }
    }
    return is_stopped != 0 && err != ERR_DIVERGED && err != ERR_CORRUPT ? ERR_OK : err;
}

static int follow_run(const struct options *options)
{
    struct following following = {.options = options};
    struct reason reason = {""};
    struct sigaction action = {.sa_handler = stop};
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    arena_init(&following.arena);
    arena_init(&following.round);
    arena_init(&following.piece);
    wire_reader_init(&following.reader, &following.piece);
    enum err err = log_client_open(options->words[0], options_text(options, "token"), &is_stopped,
                                   &following.client, &reason);
    if (err == ERR_OK) {
        err = log_follow(&following, &reason);
    }
    log_client_close(&following.client);
    wire_reader_free(&following.reader);
    arena_free(&following.piece);
    arena_free(&following.round);
    arena_free(&following.arena);
    return err == ERR_OK ? TOOL_OK : tool_refuse("follow", err, &reason);
}

int follow_main(int argc, char **argv)
{
    static const struct tool tool = {
        .name = "follow",
        .usage = "URL [options]",
        .options = follow_options,
        .option_count = sizeof follow_options / sizeof follow_options[0],
        .word_count = 1,
        .run = follow_run,
    };
    return tool_main(&tool, argc, argv);
}
