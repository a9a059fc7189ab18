#include "transparency/witness.h"

#include "base/encoding.h"

#include <inttypes.h>
#include <string.h>

static const char text_media[] = "text/plain; charset=utf-8";
static const char size_media[] = "text/x.tlog.size";

enum { PROOF_LINES_MAX = 63 };

/* -- requests ------------------------------------------------------------------------------- */

struct text witness_request_text(const struct witness_request *request, struct arena *arena)
{
    struct text text = arena_print(arena, "old %" PRIu64 "\n", request->old_size);
    for (size_t i = 0; i < request->proof.count; i++) {
        struct text hash = hash_text(&request->proof.hashes[i], arena);
        text = arena_print(arena, "%.*s%.*s\n", TEXT_PRINT(text), TEXT_PRINT(hash));
    }
    return arena_print(arena, "%.*s\n%.*s", TEXT_PRINT(text), TEXT_PRINT(request->checkpoint));
}

bool witness_request_read(struct text text, struct arena *arena,
                          struct witness_request *ret_request)
{
    struct text rest;
    struct text line = text_split(text, '\n', &rest);
    *ret_request = (struct witness_request){.old_size = 0};
    if (!text_starts_with(line, "old ") ||
        !decimal_decode(text_after(line, strlen("old ")), &ret_request->old_size)) {
        return false;
    }
    while (rest.size > 0) {
        struct merkle_proof *proof = &ret_request->proof;
        line = text_split(rest, '\n', &rest);
        if (line.size == 0) {
            ret_request->checkpoint = arena_copy_text(arena, rest);
            return rest.size > 0;
        }
        if (proof->count == PROOF_LINES_MAX || !hash_read(line, &proof->hashes[proof->count])) {
            return false;
        }
        proof->count++;
    }
    return false;
}

struct text witness_known_path(struct text origin, struct arena *arena)
{
    struct hasher hasher;
    hasher_init(&hasher);
    struct hash hash = hash_of(&hasher, text_bytes(origin));
    hasher_free(&hasher);
    struct text digits = hex_text(arena, bytes_of(hash.bytes, HASH_BYTES));
    return arena_print(arena, "%.*s/checkpoint", TEXT_PRINT(digits));
}

/* -- being a witness ------------------------------------------------------------------------ */

static struct witness_answer refused(int status, const char *why)
{
    return (struct witness_answer){.status = status, .media = text_media, .body = text_of(why)};
}

/* What is known of a log; size 0 for one that was never seen. False when what is kept cannot be
 * read: then nothing is signed. */
static bool known_read(const struct witness *witness, struct text origin, struct arena *arena,
                       struct merkle_head *ret_head)
{
    struct text kept;
    struct checkpoint checkpoint;
    struct note *note = arena_take(arena, sizeof *note);
    *ret_head = (struct merkle_head){.size = 0};
    if (!witness->known(witness->context, origin, arena, &kept)) {
        return false;
    }
    if (text_is_empty(kept)) {
        struct hasher hasher;
        hasher_init(&hasher);
        ret_head->root = merkle_empty(&hasher);
        hasher_free(&hasher);
        return true;
    }
    if (!note_read(kept, arena, note) || !checkpoint_read(note->text, arena, &checkpoint)) {
        return false;
    }
    *ret_head = checkpoint.head;
    return true;
}

static struct witness_answer grown_sign(const struct witness *witness,
                                        const struct witness_request *request,
                                        const struct checkpoint *checkpoint,
                                        const struct merkle_head *known, uint64_t now_s,
                                        struct arena *arena)
{
    struct hasher hasher;
    struct text text = checkpoint_text(checkpoint, arena);
    hasher_init(&hasher);
    bool grew = merkle_grew(&hasher, known, &checkpoint->head, &request->proof);
    hasher_free(&hasher);
    if (!grew) {
        return refused(422, "the proof does not lead from what is known here to this checkpoint\n");
    }
    struct text signature = note_signature(witness->signer, text, now_s, arena);
    return (struct witness_answer){
        .status = 200,
        .media = text_media,
        .body = signature,
        .origin = checkpoint->origin,
        .checkpoint =
            arena_print(arena, "%.*s%.*s", TEXT_PRINT(request->checkpoint), TEXT_PRINT(signature)),
    };
}

struct witness_answer witness_decide(const struct witness *witness, struct text request,
                                     uint64_t now_s, struct arena *arena)
{
    struct witness_request asked;
    struct checkpoint checkpoint;
    struct merkle_head known;
    struct note *note = arena_take(arena, sizeof *note);
    if (!witness_request_read(request, arena, &asked) ||
        !note_read(asked.checkpoint, arena, note) ||
        !checkpoint_read(note->text, arena, &checkpoint) ||
        !text_equal(checkpoint_text(&checkpoint, arena), note->text)) {
        return refused(400, "this is no request of the tlog-witness protocol\n");
    }
    const struct note_verifier *verifier = policy_log(witness->policy, checkpoint.origin);
    if (verifier == NULL) {
        return refused(404, "this log is not known here\n");
    }
    if (note_verify(note, verifier, NULL) != NOTE_SIGNED) {
        return refused(403, "the log has not signed this checkpoint\n");
    }
    if (asked.old_size > checkpoint.head.size) {
        return refused(400, "the old size is larger than that of the checkpoint\n");
    }
    if (!known_read(witness, checkpoint.origin, arena, &known)) {
        return refused(500, "what is known of this log cannot be read\n");
    }
    if (asked.old_size != known.size) {
        return (struct witness_answer){.status = 409,
                                       .media = size_media,
                                       .body = arena_print(arena, "%" PRIu64 "\n", known.size)};
    }
    return grown_sign(witness, &asked, &checkpoint, &known, now_s, arena);
}
