#include "transparency/checkpoint.h"

#include "base/encoding.h"

#include <inttypes.h>
#include <string.h>

static const char proof_head[] = "c2sp.org/tlog-proof@v1";

/* -- hashes in lines ------------------------------------------------------------ */

bool hash_read(struct text text, struct hash *ret_hash)
{
    size_t size = 0;
    return base64_read(text, ret_hash->bytes, HASH_BYTES, &size) && size == HASH_BYTES;
}

struct text hash_text(const struct hash *hash, struct arena *arena)
{
    return base64_text(arena, bytes_of(hash->bytes, HASH_BYTES));
}

/* -- checkpoints ---------------------------------------------------------------------------- */

struct text checkpoint_text(const struct checkpoint *checkpoint, struct arena *arena)
{
    struct text root = hash_text(&checkpoint->head.root, arena);
    return arena_print(arena, "%.*s\n%" PRIu64 "\n%.*s\n", TEXT_PRINT(checkpoint->origin),
                       checkpoint->head.size, TEXT_PRINT(root));
}

bool checkpoint_read(struct text text, struct arena *arena, struct checkpoint *ret_checkpoint)
{
    struct text rest;
    struct text origin = text_split(text, '\n', &rest);
    struct text size = text_split(rest, '\n', &rest);
    struct text root = text_split(rest, '\n', &rest);
    *ret_checkpoint = (struct checkpoint){.origin = arena_copy_text(arena, origin)};
    return origin.size > 0 && rest.data != NULL &&
           decimal_decode(size, &ret_checkpoint->head.size) &&
           hash_read(root, &ret_checkpoint->head.root);
}

enum err checkpoint_open(struct text bytes, const struct note_verifier *verifier,
                         struct arena *arena, struct checkpoint *ret_checkpoint,
                         struct reason *reason)
{
    struct note *note = arena_take(arena, sizeof *note);
    if (!note_read(bytes, arena, note)) {
        return reason_set(reason, ERR_INVALID, "the checkpoint is no signed note");
    }
    switch (note_verify(note, verifier, NULL)) {
    case NOTE_UNKNOWN:
        return reason_set(reason, ERR_DENIED, "the checkpoint is not signed by %s", verifier->name);
    case NOTE_FORGED:
        return reason_set(reason, ERR_DENIED, "the signature of %s on the checkpoint is false",
                          verifier->name);
    case NOTE_SIGNED:
        break;
    }
    if (!checkpoint_read(note->text, arena, ret_checkpoint)) {
        return reason_set(reason, ERR_INVALID, "the signed text is no checkpoint");
    }
    if (!text_equal_string(ret_checkpoint->origin, verifier->name)) {
        return reason_set(reason, ERR_DENIED, "the checkpoint is of another log than %s",
                          verifier->name);
    }
    return ERR_OK;
}

/* -- proofs --------------------------------------------------------------------------------- */

struct text proof_file_text(const struct proof_file *file, struct arena *arena)
{
    struct text text = {.data = "", .size = 0};
    if (file->extra.size > 0) {
        text = arena_print(arena, "extra %.*s\n", TEXT_PRINT(base64_text(arena, file->extra)));
    }
    text = arena_print(arena, "%s\n%.*sindex %" PRIu64 "\n", proof_head, TEXT_PRINT(text),
                       file->index);
    for (size_t i = 0; i < file->proof.count; i++) {
        text = arena_print(arena, "%.*s%.*s\n", TEXT_PRINT(text),
                           TEXT_PRINT(hash_text(&file->proof.hashes[i], arena)));
    }
    return arena_print(arena, "%.*s\n%.*s", TEXT_PRINT(text), TEXT_PRINT(file->checkpoint));
}

/* The text behind `word` and a blank, for a line that begins with them. */
static bool line_value(struct text line, const char *word, struct text *ret_value)
{
    size_t size = strlen(word);
    if (!text_starts_with(line, word) || line.size <= size || line.data[size] != ' ') {
        return false;
    }
    *ret_value = text_after(line, size + 1);
    return true;
}

static bool proof_hashes_read(struct text *rest, struct merkle_proof *ret_proof)
{
    ret_proof->count = 0;
    while (rest->size > 0) {
        struct text line = text_split(*rest, '\n', rest);
        if (line.size == 0) {
            return true;
        }
        if (ret_proof->count == MERKLE_PROOF_MAX ||
            !hash_read(line, &ret_proof->hashes[ret_proof->count])) {
            return false;
        }
        ret_proof->count++;
    }
    return false;
}

enum err proof_file_read(struct text bytes, struct arena *arena, struct proof_file *ret_file,
                         struct reason *reason)
{
    struct text value;
    struct text rest;
    struct text line = text_split(bytes, '\n', &rest);
    *ret_file = (struct proof_file){.index = 0};
    if (bytes.size > PROOF_FILE_BYTES_MAX || !text_equal_string(line, proof_head)) {
        return reason_set(reason, ERR_INVALID, "a proof begins with the line %s", proof_head);
    }
    line = text_split(rest, '\n', &rest);
    if (line_value(line, "extra", &value)) {
        if (!base64_decode(arena, value, &ret_file->extra)) {
            return reason_set(reason, ERR_INVALID, "behind extra stands base64");
        }
        line = text_split(rest, '\n', &rest);
    }
    if (!line_value(line, "index", &value) || !decimal_decode(value, &ret_file->index)) {
        return reason_set(reason, ERR_INVALID, "the index of the entry is missing");
    }
    if (!proof_hashes_read(&rest, &ret_file->proof)) {
        return reason_set(reason, ERR_INVALID,
                          "hashes in base64, an empty line and a checkpoint must follow");
    }
    ret_file->checkpoint = rest;
    return ERR_OK;
}

enum err proof_file_check(const struct proof_file *file, struct bytes entry,
                          const struct note_verifier *verifier, struct arena *arena,
                          struct checkpoint *ret_checkpoint, struct reason *reason)
{
    struct hasher hasher;
    enum err err = checkpoint_open(file->checkpoint, verifier, arena, ret_checkpoint, reason);
    if (err != ERR_OK) {
        return err;
    }
    hasher_init(&hasher);
    struct hash leaf = merkle_leaf(&hasher, entry);
    bool holds = merkle_includes(&hasher, &leaf, file->index, ret_checkpoint->head.size,
                                 &file->proof, &ret_checkpoint->head.root);
    hasher_free(&hasher);
    if (!holds) {
        return reason_set(reason, ERR_CORRUPT,
                          "the entry is not number %" PRIu64 " of the log at size %" PRIu64,
                          file->index, ret_checkpoint->head.size);
    }
    return ERR_OK;
}
