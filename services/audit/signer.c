#include "signer.h"

#include "base/check.h"
#include "base/file.h"
#include "base/logline.h"
#include "base/time_source.h"

#include <inttypes.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    KEYS_MAX = 4,
    KEY_FILE_BYTES_MAX = 2048,
    KEY_FILE_MODE = 0600,
    PUBLIC_MODE = 0644,
    COSIGNED_FRESH_MS = 10000
};

/* A signed checkpoint as it is shown. */
struct shown {
    char note[NOTE_BYTES_MAX];
    size_t bytes;
    uint64_t size; /* of the log */
};

struct signer {
    char *key_folder;
    char *key_path;
    char *last_path;
    char *public_path;
    struct note_signer keys[KEYS_MAX];
    size_t key_count;
    struct hasher hasher;    /* of the tender */
    struct merkle_head head; /* that was signed last; of the tender */
    bool failure_told;       /* that the last checkpoint could not be written stands in the log */

    _Atomic bool waits;                /* the witnesses are to be asked first */
    _Atomic int64_t cosigned_until_ms; /* then it is too old to be shown */

    pthread_mutex_t lock; /* of what follows */
    struct shown newest;
    struct shown cosigned;
};

/* -- keys ----------------------------------------------------------------------------------- */

static enum err mode_check(const char *path, struct reason *reason)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return ERR_NOT_FOUND;
    }
    if ((status.st_mode & 077) != 0) {
        return reason_set(reason, ERR_DENIED,
                          "%s can be read by others; whoever has it can sign for the hall: chmod "
                          "600 it, and make a new key if it was read",
                          path);
    }
    return ERR_OK;
}

static enum err key_line_read(struct signer *signer, struct text line, struct reason *reason)
{
    if (signer->key_count == KEYS_MAX) {
        return reason_set(reason, ERR_TOO_LARGE, "%s has more than %d keys", signer->key_path,
                          KEYS_MAX);
    }
    struct note_signer *key = &signer->keys[signer->key_count];
    enum err err = note_signer_read(line, key, reason);
    if (err != ERR_OK) {
        reason_prefix(reason, "%s line %zu", signer->key_path, signer->key_count + 1);
        return err;
    }
    signer->key_count++;
    if (key->verifier.type != NOTE_KEY_LOG ||
        strcmp(key->verifier.name, signer->keys[0].verifier.name) != 0) {
        return reason_set(reason, ERR_INVALID, "%s: all keys are of one log and sign with type 1",
                          signer->key_path);
    }
    return ERR_OK;
}

static enum err keys_read(struct signer *signer, struct arena *arena, struct reason *reason)
{
    struct bytes bytes;
    enum err err = mode_check(signer->key_path, reason);
    if (err == ERR_OK) {
        err = file_read(signer->key_path, KEY_FILE_BYTES_MAX, arena, &bytes, reason);
    }
    struct text rest = err == ERR_OK ? bytes_text(bytes) : (struct text){0};
    while (err == ERR_OK && rest.size > 0) {
        err = key_line_read(signer, text_split(rest, '\n', &rest), reason);
    }
    if (err == ERR_OK && signer->key_count == 0) {
        err = reason_set(reason, ERR_INVALID, "%s has no key", signer->key_path);
    }
    return err;
}

static enum err key_make_first(struct signer *signer, struct text origin, struct arena *arena,
                               struct reason *reason)
{
    uint8_t seed[NOTE_SEED_BYTES];
    randombytes_buf(seed, sizeof seed);
    note_signer_make(origin, NOTE_KEY_LOG, seed, &signer->keys[0]);
    sodium_memzero(seed, sizeof seed);
    signer->key_count = 1;
    struct text line =
        arena_print(arena, "%.*s\n", TEXT_PRINT(note_signer_text(&signer->keys[0], arena)));
    enum err err = folder_make(signer->key_folder, reason);
    return err != ERR_OK ? err
                         : file_replace(signer->key_path, text_bytes(line), KEY_FILE_MODE, reason);
}

/* The keys there are; a record that has entries was signed with one that is gone. */
static enum err keys_open(struct signer *signer, const struct options *options, bool is_empty,
                          struct arena *arena, struct reason *reason)
{
    struct text origin = text_of(options_text(options, "origin"));
    if (origin.size > 0 && !note_name_fits(origin)) {
        return reason_set(reason, ERR_INVALID,
                          "origin must be a name of at most %d bytes without blanks and +, such "
                          "as hall.example/v1/log",
                          NOTE_NAME_BYTES_MAX);
    }
    enum err err = keys_read(signer, arena, reason);
    if (err == ERR_NOT_FOUND && !is_empty) {
        return reason_set(reason, ERR_DENIED,
                          "the key of the log is not at %s, and the record has entries: put it "
                          "back; where it is lost the record must go on under a new origin",
                          signer->key_path);
    }
    if (err == ERR_NOT_FOUND) {
        return key_make_first(signer, origin.size > 0 ? origin : TEXT_LITERAL(ORIGIN_USUAL), arena,
                              reason);
    }
    if (err == ERR_OK && origin.size > 0 &&
        !text_equal_string(origin, signer->keys[0].verifier.name)) {
        return reason_set(reason, ERR_INVALID,
                          "origin is %.*s, but the key at %s is of %s: a log never changes its "
                          "name",
                          TEXT_PRINT(origin), signer->key_path, signer->keys[0].verifier.name);
    }
    return err;
}

struct text signer_keys(struct signer *signer, struct arena *arena)
{
    struct text text = {.data = "", .size = 0};
    for (size_t i = 0; i < signer->key_count; i++) {
        text = arena_print(arena, "%.*s%.*s\n", TEXT_PRINT(text),
                           TEXT_PRINT(note_verifier_text(&signer->keys[i].verifier, arena)));
    }
    return text;
}

/* -- signing -------------------------------------------------------------------------------- */

static void show(struct signer *signer, struct shown *shown, struct text note, uint64_t size)
{
    (void)pthread_mutex_lock(&signer->lock);
    memcpy(shown->note, note.data, note.size);
    shown->bytes = note.size;
    shown->size = size;
    (void)pthread_mutex_unlock(&signer->lock);
}

/* Makes a signed checkpoint durable, then shows it. */
static enum err checkpoint_sign(struct signer *signer, const struct merkle_head *head,
                                struct arena *arena, struct reason *reason)
{
    struct checkpoint checkpoint = {.origin = text_of(signer->keys[0].verifier.name),
                                    .head = *head};
    struct text text = checkpoint_text(&checkpoint, arena);
    struct text note = arena_print(arena, "%.*s\n", TEXT_PRINT(text));
    for (size_t i = 0; i < signer->key_count; i++) {
        note = arena_print(arena, "%.*s%.*s", TEXT_PRINT(note),
                           TEXT_PRINT(note_signature(&signer->keys[i], text, 0, arena)));
    }
    CHECK(note.size <= NOTE_BYTES_MAX);
    enum err err = file_replace(signer->last_path, text_bytes(note), KEY_FILE_MODE, reason);
    if (err != ERR_OK) {
        return err;
    }
    signer->head = *head;
    show(signer, &signer->newest, note, head->size);
    return ERR_OK;
}

/* True when the tree of the snapshot begins with what was signed last. */
static bool contains_last(struct signer *signer, struct tree *tree)
{
    struct hash root;
    tree_open(tree, tree->txn, &signer->hasher, signer->head.size);
    return merkle_root(&tree->subtrees, signer->head.size, &root) &&
           hash_equal(&root, &signer->head.root);
}

/* -- opening -------------------------------------------------------------------------------- */

/* Reads what was signed last; ERR_NOT_FOUND when there is nothing. */
static enum err last_read(struct signer *signer, struct arena *arena, struct reason *reason)
{
    struct bytes bytes;
    struct checkpoint checkpoint;
    enum err err = file_read(signer->last_path, NOTE_BYTES_MAX, arena, &bytes, reason);
    if (err != ERR_OK) {
        return err;
    }
    if (!signer_opens(signer, bytes_text(bytes), arena, &checkpoint)) {
        return reason_set(reason, ERR_DENIED,
                          "%s is no checkpoint that a key of %s signed: put the newest one there",
                          signer->last_path, signer->key_path);
    }
    signer->head = checkpoint.head;
    show(signer, &signer->newest, bytes_text(bytes), checkpoint.head.size);
    return ERR_OK;
}

static enum err last_check(struct signer *signer, struct tree *tree, uint64_t size,
                           struct arena *arena, struct reason *reason)
{
    enum err err = last_read(signer, arena, reason);
    if (err == ERR_NOT_FOUND && size > 0) {
        return reason_set(reason, ERR_DENIED,
                          "%s is missing, and the record has entries: without it nobody can tell "
                          "whether this store is older than what was signed; put the newest "
                          "checkpoint there that a witness or a mirror has",
                          signer->last_path);
    }
    if (err == ERR_NOT_FOUND) {
        struct merkle_head empty = {.size = 0, .root = merkle_empty(&signer->hasher)};
        return checkpoint_sign(signer, &empty, arena, reason);
    }
    if (err == ERR_OK && signer->head.size > size) {
        return reason_set(reason, ERR_DIVERGED,
                          "the record has %" PRIu64 " entries, but a checkpoint over %" PRIu64
                          " was signed: this store is older; restore a newer one or recover it "
                          "from a mirror",
                          size, signer->head.size);
    }
    if (err == ERR_OK && !contains_last(signer, tree)) {
        return reason_set(reason, ERR_DIVERGED,
                          "the record is not the one that was signed at %" PRIu64
                          " entries; glasshall-audit verify names the place",
                          signer->head.size);
    }
    return err;
}

static enum err tree_and_keys_open(struct signer *signer, const struct options *options,
                                   struct store *store, struct arena *arena, struct reason *reason)
{
    struct tree *tree = arena_take(arena, sizeof *tree);
    enum err err = store_begin_read(store, &tree->txn);
    if (err != ERR_OK) {
        return reason_set(reason, err, "cannot read the record");
    }
    uint64_t size = log_end(tree->txn, TABLE_RECORD).seq;
    err = keys_open(signer, options, size == 0, arena, reason);
    if (err == ERR_OK) {
        err = last_check(signer, tree, size, arena, reason);
    }
    if (err == ERR_OK) {
        err = file_replace(signer->public_path, text_bytes(signer_keys(signer, arena)), PUBLIC_MODE,
                           reason);
    }
    store_end_read(&tree->txn);
    return err;
}

static void paths_make(struct signer *signer, const struct options *options, const char *folder)
{
    const char *key_folder = options_text(options, "log-keys");
    CHECK((key_folder != NULL ? asprintf(&signer->key_folder, "%s", key_folder)
                              : asprintf(&signer->key_folder, "%s.keys", folder)) > 0);
    CHECK(asprintf(&signer->key_path, "%s/log", signer->key_folder) > 0);
    CHECK(asprintf(&signer->last_path, "%s/last", signer->key_folder) > 0);
    CHECK(asprintf(&signer->public_path, "%s.vkey", folder) > 0);
}

enum err signer_open(const struct options *options, const char *folder, struct store *store,
                     struct signer **ret_signer, struct reason *reason)
{
    struct arena arena;
    struct signer *signer = calloc(1, sizeof *signer);
    CHECK(signer != NULL && pthread_mutex_init(&signer->lock, NULL) == 0);
    hasher_init(&signer->hasher);
    paths_make(signer, options, folder);
    arena_init(&arena);
    enum err err = tree_and_keys_open(signer, options, store, &arena, reason);
    arena_free(&arena);
    if (err != ERR_OK) {
        signer_close(&signer);
        return err;
    }
    *ret_signer = signer;
    return ERR_OK;
}

void signer_close(struct signer **signer)
{
    struct signer *closing = *signer;
    *signer = NULL;
    if (closing == NULL) {
        return;
    }
    hasher_free(&closing->hasher);
    (void)pthread_mutex_destroy(&closing->lock);
    free(closing->key_folder);
    free(closing->key_path);
    free(closing->last_path);
    free(closing->public_path);
    sodium_memzero(closing, sizeof *closing);
    free(closing);
}

/* -- looking -------------------------------------------------------------------------------- */

static void failure_tell(struct signer *signer, const struct logger *logger,
                         const struct reason *reason)
{
    if (!signer->failure_told) {
        LOG_ERROR(logger, "log.not_signed", log_string("reason", reason->text));
    }
    signer->failure_told = true;
}

enum err signer_look(struct signer *signer, struct store_txn *txn, struct arena *arena,
                     const struct logger *logger)
{
    struct reason reason = {""};
    struct tree *tree = arena_take(arena, sizeof *tree);
    struct merkle_head head = {.size = log_end(txn, TABLE_RECORD).seq};
    if (head.size == signer->head.size || atomic_load(&signer->waits)) {
        return ERR_OK;
    }
    tree->txn = txn;
    bool fits = head.size > signer->head.size && contains_last(signer, tree);
    if (fits) {
        tree_open(tree, txn, &signer->hasher, head.size);
        fits = merkle_root(&tree->subtrees, head.size, &head.root);
    }
    if (!fits) {
        LOG_ERROR(logger, "log.tree_differs", log_number("signed_size", (int64_t)signer->head.size),
                  log_number("size", (int64_t)head.size));
        return ERR_CORRUPT;
    }
    if (checkpoint_sign(signer, &head, arena, &reason) != ERR_OK) {
        failure_tell(signer, logger, &reason);
    } else {
        signer->failure_told = false;
    }
    return ERR_OK;
}

/* -- showing -------------------------------------------------------------------------------- */

static int64_t boot_ms(void)
{
    return monotonic_ns() / 1000000;
}

static struct text shown_copy(const struct shown *shown, struct arena *arena, uint64_t *ret_size)
{
    *ret_size = shown->size;
    return arena_copy_text(arena, (struct text){.data = shown->note, .size = shown->bytes});
}

struct text signer_checkpoint(struct signer *signer, struct arena *arena, uint64_t *ret_size)
{
    (void)pthread_mutex_lock(&signer->lock);
    bool keeps_up =
        signer->cosigned.bytes > 0 && (signer->cosigned.size == signer->newest.size ||
                                       boot_ms() < atomic_load(&signer->cosigned_until_ms));
    struct text text = shown_copy(keeps_up ? &signer->cosigned : &signer->newest, arena, ret_size);
    (void)pthread_mutex_unlock(&signer->lock);
    return text;
}

struct text signer_newest(struct signer *signer, struct arena *arena, uint64_t *ret_size)
{
    (void)pthread_mutex_lock(&signer->lock);
    struct text text = shown_copy(&signer->newest, arena, ret_size);
    (void)pthread_mutex_unlock(&signer->lock);
    return text;
}

void signer_show_cosigned(struct signer *signer, struct text note, uint64_t size)
{
    if (note.size > NOTE_BYTES_MAX) {
        return;
    }
    show(signer, &signer->cosigned, note, size);
    atomic_store(&signer->cosigned_until_ms, boot_ms() + COSIGNED_FRESH_MS);
}

void signer_wait_for_witnesses(struct signer *signer)
{
    atomic_store(&signer->waits, true);
}

void signer_go_on(struct signer *signer)
{
    atomic_store(&signer->waits, false);
}

struct text signer_origin(const struct signer *signer)
{
    return text_of(signer->keys[0].verifier.name);
}

bool signer_opens(const struct signer *signer, struct text note, struct arena *arena,
                  struct checkpoint *ret_checkpoint)
{
    for (size_t i = 0; i < signer->key_count; i++) {
        if (checkpoint_open(note, &signer->keys[i].verifier, arena, ret_checkpoint, NULL) ==
            ERR_OK) {
            return true;
        }
    }
    return false;
}
