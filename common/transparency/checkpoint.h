/* Checkpoints (C2SP tlog-checkpoint) and proofs that people can keep (C2SP tlog-proof).
 *
 * A checkpoint is the text of a signed note (note.h): whose log it is, how long it was, its root.
 * A proof is a file with a checkpoint and the hashes that lead from one entry to its root: whoever
 * has the entry, the file and the log's verifier key needs nobody to see that the entry is in the
 * log. Any thread. */
#pragma once

#include "transparency/merkle.h"
#include "transparency/note.h"

enum { PROOF_FILE_BYTES_MAX = 32 * 1024 };

/* A hash as these formats write it: base64. */
struct text hash_text(const struct hash *hash, struct arena *arena);
bool hash_read(struct text text, struct hash *ret_hash);

struct checkpoint {
    struct text origin;
    struct merkle_head head;
};

/* The text that is signed. */
struct text checkpoint_text(const struct checkpoint *checkpoint, struct arena *arena);

/* Reads the text of a note; lines behind the third are allowed and not looked at. */
bool checkpoint_read(struct text text, struct arena *arena, struct checkpoint *ret_checkpoint);

/* Reads a signed checkpoint and says no, with the reason, unless `verifier` signed it and it is of
 * the log of the verifier's name. */
enum err checkpoint_open(struct text bytes, const struct note_verifier *verifier,
                         struct arena *arena, struct checkpoint *ret_checkpoint,
                         struct reason *reason);

/* A proof as a file. */
struct proof_file {
    uint64_t index; /* of the entry, from 0 */
    struct merkle_proof proof;
    struct text checkpoint; /* the signed note, byte for byte */
    struct bytes extra;     /* proved by nothing; may be empty */
};

struct text proof_file_text(const struct proof_file *file, struct arena *arena);

/* ERR_INVALID, with the reason, for what is no such file. */
enum err proof_file_read(struct text bytes, struct arena *arena, struct proof_file *ret_file,
                         struct reason *reason);

/* Holds `entry` against the file: the checkpoint is signed by `verifier`, and the hashes lead from
 * the entry to its root. ERR_OK, or what is wrong. */
enum err proof_file_check(const struct proof_file *file, struct bytes entry,
                          const struct note_verifier *verifier, struct arena *arena,
                          struct checkpoint *ret_checkpoint, struct reason *reason);
