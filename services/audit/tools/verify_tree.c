#include "verify_tree.h"

#include "audit/tree.h"
#include "base/check.h"
#include "base/encoding.h"
#include "base/file.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { CHECKPOINTS_MAX = 32, GAP_MAX = 100000, TILES_TOLD_MAX = 10 };

const struct option_spec tree_check_options[TREE_CHECK_OPTIONS] = {
    {.name = "checkpoint",
     .type = OPTION_TEXT,
     .doc = "signed checkpoints that were kept from earlier: FILE, or FILE,FILE,...; the record "
            "must contain each"},
};

enum kept_outcome { NOT_REACHED, AGREES, DIFFERS };

/* A signed checkpoint, and how it compares with the record. */
struct kept {
    const char *path;
    struct merkle_head head;
    enum kept_outcome outcome;
};

/* The tile of a level that is growing. */
struct growing {
    struct hash hashes[TILE_HASHES];
    uint64_t index;
    unsigned count;
};

struct tree_check {
    struct tree_listener listener;
    struct arena arena;
    struct arena scratch; /* of one sentence */
    struct hasher hasher;
    struct log_keys keys;
    struct kept kept[CHECKPOINTS_MAX]; /* the shortest first */
    size_t kept_count;
    uint64_t size; /* entries so far */
    struct growing levels[TILE_LEVELS];
    uint64_t tiles; /* that were compared */
    uint64_t tiles_wrong;
    bool is_broken;        /* so much is missing that the tree cannot be built */
    const char *no_signed; /* why what was signed last was not looked at; NULL: it was */
    struct hash root;      /* at the end */
};

static void wrong(struct tree_check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void wrong(struct tree_check *check, const char *format, ...)
{
    char sentence[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    check->listener.wrong(check->listener.context, sentence);
}

/* -- keys and checkpoints ------------------------------------------------------------------- */

/* Where the record is walked from, and what a file is called there: a mirror has its own names. */
static const char *path_of(struct tree_check *check, const struct options *options,
                           const char *in_mirror, const char *in_data)
{
    const char *from = options_text(options, "from");
    const char *folder = from != NULL ? from : walk_data(options);
    return arena_print(&check->arena, "%s/%s", folder, mirror_is_at(folder) ? in_mirror : in_data)
        .data;
}

static enum err keys_open(struct tree_check *check, const struct options *options,
                          struct reason *reason)
{
    const char *given = options_text(options, "vkey");
    const char *own = path_of(check, options, "vkey", ARCHIVIST ".vkey");
    enum err err = log_keys_given(given != NULL ? given : own, &check->arena, &check->keys, reason);
    if (err != ERR_OK && given == NULL && options_text(options, "checkpoint") == NULL) {
        check->keys.count = 0; /* a hall that never signed */
        return ERR_OK;
    }
    return err;
}

/* Adds a checkpoint where its size belongs. */
static void kept_add(struct tree_check *check, const char *path, const struct merkle_head *head)
{
    size_t place = check->kept_count++;
    for (; place > 0 && check->kept[place - 1].head.size > head->size; place--) {
        check->kept[place] = check->kept[place - 1];
    }
    check->kept[place] = (struct kept){.path = path, .head = *head};
}

static enum err checkpoint_read_file(struct tree_check *check, const char *path,
                                     struct reason *reason)
{
    struct bytes bytes;
    struct checkpoint checkpoint;
    enum err err = file_read(path, NOTE_BYTES_MAX, &check->arena, &bytes, reason);
    if (err != ERR_OK) {
        return err;
    }
    if (check->kept_count == CHECKPOINTS_MAX) {
        return reason_set(reason, ERR_TOO_LARGE, "there are more than %d checkpoints",
                          CHECKPOINTS_MAX);
    }
    if (log_checkpoint_open(&check->keys, bytes_text(bytes), &check->arena, &checkpoint, reason) !=
        ERR_OK) {
        wrong(check, "%s: %s", path, reason->text);
        return ERR_OK;
    }
    kept_add(check, path, &checkpoint.head);
    return ERR_OK;
}

/* What was signed last may stand elsewhere (--log-keys of audit), or be closed to the auditor. */
static void last_read(struct tree_check *check, const struct options *options)
{
    struct reason reason = {""};
    const char *path = path_of(check, options, "checkpoint", ARCHIVIST ".keys/last");
    if (check->keys.count == 0) {
        check->no_signed = "there is no verifier key";
    } else if (checkpoint_read_file(check, path, &reason) != ERR_OK) {
        check->no_signed = arena_print(&check->arena, "%s", reason.text).data;
    }
}

static enum err given_read(struct tree_check *check, const struct options *options,
                           struct reason *reason)
{
    struct text rest = text_of(options_text(options, "checkpoint"));
    enum err err = ERR_OK;
    while (err == ERR_OK && !text_is_empty(rest)) {
        struct text path = text_split(rest, ',', &rest);
        err = checkpoint_read_file(check, arena_copy_text(&check->arena, path).data, reason);
    }
    return err;
}

enum err tree_check_open(const struct options *options, struct tree_listener listener,
                         struct tree_check **ret_check, struct reason *reason)
{
    struct tree_check *check = calloc(1, sizeof *check);
    CHECK(check != NULL);
    check->listener = listener;
    arena_init(&check->arena);
    arena_init(&check->scratch);
    hasher_init(&check->hasher);
    enum err err = keys_open(check, options, reason);
    if (err == ERR_OK) {
        last_read(check, options);
        err = given_read(check, options, reason);
    }
    if (err != ERR_OK) {
        tree_check_close(&check);
        return err;
    }
    *ret_check = check;
    return ERR_OK;
}

void tree_check_close(struct tree_check **check)
{
    struct tree_check *closing = *check;
    *check = NULL;
    if (closing != NULL) {
        hasher_free(&closing->hasher);
        arena_free(&closing->scratch);
        arena_free(&closing->arena);
        free(closing);
    }
}

/* -- tiles ---------------------------------------------------------------------------------- */

static const char *tile_name(struct tree_check *check, unsigned level, const struct growing *tile)
{
    struct tile named = {.level = level, .index = tile->index, .width = tile->count};
    return tile_path(&named, &check->scratch).data;
}

/* Says which hash of the tile is another one than its entry, or the tile below it, gives. */
static void hash_differs(struct tree_check *check, unsigned level, const struct growing *tile,
                         unsigned place)
{
    uint64_t index = tile->index * TILE_HASHES + place;
    const char *name = tile_name(check, level, tile);
    if (level == 0) {
        wrong(check, "%s keeps another hash of entry %" PRIu64 " than its bytes give", name,
              index + 1);
        return;
    }
    struct growing below = {.index = index, .count = TILE_HASHES};
    wrong(check, "%s keeps another hash of %s than the entries give", name,
          tile_name(check, level - 1, &below));
}

/* Holds a tile against what is kept of it; says what is wrong when it `tells`. True when it is as
 * the entries give it. */
static bool tile_fits(struct tree_check *check, unsigned level, struct bytes stored, bool tells)
{
    const struct growing *tile = &check->levels[level];
    if (stored.size != (size_t)tile->count * HASH_BYTES) {
        if (tells) {
            wrong(check, "%s is kept with %zu hashes", tile_name(check, level, tile),
                  stored.size / HASH_BYTES);
        }
        return false;
    }
    for (size_t i = 0; i < tile->count; i++) {
        if (memcmp(stored.data + i * HASH_BYTES, tile->hashes[i].bytes, HASH_BYTES) != 0) {
            if (tells) {
                hash_differs(check, level, tile, (unsigned)i);
            }
            return false;
        }
    }
    return true;
}

static void tile_compare(struct tree_check *check, const struct walk *walk, unsigned level)
{
    const struct growing *tile = &check->levels[level];
    bool tells = check->tiles_wrong < TILES_TOLD_MAX;
    struct bytes stored;
    if (walk->is_mirror) {
        return; /* proved hash by hash when it was opened */
    }
    if (!tree_kept_tile(walk->txn, level, tile->index, &stored)) {
        check->tiles_wrong++;
        if (tells) {
            wrong(check, "%s is not kept", tile_name(check, level, tile));
        }
        return;
    }
    check->tiles++;
    check->tiles_wrong += tile_fits(check, level, stored, tells) ? 0 : 1;
    arena_reset(&check->scratch);
}

/* Adds a hash to the lowest level, and above it what full tiles give. */
static void leaf_add(struct tree_check *check, const struct walk *walk, struct hash hash)
{
    check->size++;
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        struct growing *tile = &check->levels[level];
        tile->hashes[tile->count++] = hash;
        if (tile->count < TILE_HASHES) {
            return;
        }
        tile_compare(check, walk, level);
        hash = tile_fold(&check->hasher, bytes_of(tile->hashes, TILE_BYTES));
        tile->count = 0;
        tile->index++;
    }
}

/* -- checkpoints ---------------------------------------------------------------------------- */

/* The root of all entries so far: of each growing tile, with what is still incomplete below it as
 * its last hash. */
static struct hash root_now(struct tree_check *check)
{
    struct hash hashes[TILE_HASHES + 1];
    struct hash root;
    bool has_root = false;
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        const struct growing *tile = &check->levels[level];
        size_t count = tile->count;
        memcpy(hashes, tile->hashes, count * sizeof hashes[0]);
        if (has_root) {
            hashes[count++] = root;
        }
        if (count > 0) {
            root = merkle_fold(&check->hasher, hashes, count);
            has_root = true;
        }
    }
    return has_root ? root : merkle_empty(&check->hasher);
}

/* Compares the checkpoints of this size. */
static void checkpoints_compare(struct tree_check *check)
{
    for (size_t i = 0; i < check->kept_count; i++) {
        struct kept *kept = &check->kept[i];
        if (kept->head.size != check->size || kept->outcome != NOT_REACHED) {
            continue;
        }
        struct hash root = root_now(check);
        kept->outcome = hash_equal(&root, &kept->head.root) ? AGREES : DIFFERS;
        if (kept->outcome == DIFFERS) {
            wrong(check,
                  "the first %" PRIu64 " entries do not give the root that was signed over them "
                  "(%s): an entry up to there was altered, or this is another history",
                  kept->head.size, kept->path);
        }
    }
}

/* Two signed checkpoints that cannot both be of one log. */
static void fork_look(struct tree_check *check, const struct kept *older, const struct kept *newer)
{
    bool same_size = older->head.size == newer->head.size;
    if (same_size && !hash_equal(&older->head.root, &newer->head.root)) {
        wrong(check,
              "%s and %s are both signed over %" PRIu64 " entries with different roots: the log "
              "was forked",
              older->path, newer->path, older->head.size);
    } else if (!same_size && older->outcome == DIFFERS && newer->outcome == AGREES) {
        wrong(check,
              "%s is signed over %" PRIu64 " entries and does not contain what %s signed over "
              "%" PRIu64 ": the log was forked",
              newer->path, newer->head.size, older->path, older->head.size);
    }
}

static void checkpoints_end(struct tree_check *check)
{
    for (size_t i = 0; i < check->kept_count; i++) {
        const struct kept *kept = &check->kept[i];
        if (kept->head.size > check->size) {
            wrong(check,
                  "the record ends at %" PRIu64 " entries, but %" PRIu64 " were signed (%s): this "
                  "store is older than what was signed; restore a newer one or recover it from "
                  "a mirror",
                  check->size, kept->head.size, kept->path);
        }
        for (size_t j = i + 1; j < check->kept_count; j++) {
            fork_look(check, kept, &check->kept[j]);
        }
    }
}

/* -- the walk ------------------------------------------------------------------------------- */

void tree_check_entry(struct tree_check *check, const struct walk *walk)
{
    if (check->size == 0) {
        checkpoints_compare(check);
    }
    if (check->is_broken || walk->stored.seq <= check->size ||
        walk->stored.seq - check->size > GAP_MAX) {
        check->is_broken = true;
        return;
    }
    while (check->size + 1 < walk->stored.seq) {
        leaf_add(check, walk, (struct hash){{0}}); /* of an entry that is missing */
        checkpoints_compare(check);
    }
    struct bytes record = walk->is_readable ? walk->entry.record : walk->stored.bytes;
    leaf_add(check, walk, merkle_leaf(&check->hasher, record));
    checkpoints_compare(check);
}

void tree_check_end(struct tree_check *check, const struct walk *walk)
{
    if (check->is_broken) {
        wrong(check, "the tree cannot be built behind entry %" PRIu64, check->size);
        return;
    }
    if (check->size == 0) {
        checkpoints_compare(check);
    }
    for (unsigned level = 1; level < TILE_LEVELS; level++) {
        if (check->levels[level].count > 0) {
            tile_compare(check, walk, level);
        }
    }
    uint64_t stored = walk->is_mirror ? check->tiles : store_count(walk->txn, TABLE_TILES);
    if (stored > check->tiles) {
        wrong(check, "%" PRIu64 " tiles are kept that this record does not have",
              stored - check->tiles);
    }
    if (check->tiles_wrong > TILES_TOLD_MAX) {
        wrong(check, "%" PRIu64 " further tiles are not as the entries give them",
              check->tiles_wrong - TILES_TOLD_MAX);
    }
    check->root = root_now(check);
    checkpoints_end(check);
}

void tree_check_print(const struct tree_check *check)
{
    static const char *const outcomes[] = {
        [NOT_REACHED] = "NOT REACHED", [AGREES] = "agrees", [DIFFERS] = "DIFFERS"};
    char root[2 * HASH_BYTES + 1] = "";
    hex_encode(bytes_of(check->root.bytes, HASH_BYTES), root);
    if (!check->is_broken) {
        printf("tree      %" PRIu64 " entries, root %s, %" PRIu64 " tiles looked at\n", check->size,
               root, check->tiles);
    }
    for (size_t i = 0; i < check->keys.count; i++) {
        const struct note_verifier *key = &check->keys.items[i];
        char id[2 * NOTE_KEY_ID_BYTES + 1] = "";
        hex_encode(bytes_of(key->id, sizeof key->id), id);
        printf("key       %s+%s\n", key->name, id);
    }
    for (size_t i = 0; i < check->kept_count; i++) {
        const struct kept *kept = &check->kept[i];
        printf("signed    %" PRIu64 " entries (%s), %s\n", kept->head.size, kept->path,
               outcomes[kept->outcome]);
    }
    if (check->no_signed != NULL) {
        printf("signed    what was signed last is not at hand: %s\n", check->no_signed);
    }
}
