/* The tlog-witness protocol (C2SP): somebody else who has seen how far a log was, and signs only
 * what grew from it.
 *
 *   POST <witness>/add-checkpoint
 *   old <size>
 *   <consistency proof, a hash in base64 a line>
 *
 *   <the log's signed checkpoint>
 *
 * 200 carries the witness's signature lines; 409 the size that it knows; 403, 404, 400 and 422 say
 * that it does not trust the log, does not know it, cannot read this, or finds that the log did
 * not grow from what it knows. Any thread. */
#pragma once

#include "transparency/checkpoint.h"
#include "transparency/policy.h"

enum { WITNESS_REQUEST_BYTES_MAX = NOTE_BYTES_MAX + 8 * 1024 };

struct witness_request {
    uint64_t old_size;
    struct merkle_proof proof;
    struct text checkpoint;
};

struct text witness_request_text(const struct witness_request *request, struct arena *arena);
bool witness_request_read(struct text text, struct arena *arena,
                          struct witness_request *ret_request);

/* The path, below a witness's address, of the checkpoint that it knows of a log. */
struct text witness_known_path(struct text origin, struct arena *arena);

/* -- being a witness ------------------------------------------------------------------------ */

/* What a witness answers. */
struct witness_answer {
    int status;
    const char *media;      /* its Content-Type */
    struct text body;       /* in the arena */
    struct text origin;     /* of the log; with 200 */
    struct text checkpoint; /* with 200: what is known of the log from now on; to be made durable
                               before the answer goes out */
};

/* What the witness knows of a log: the checkpoint it signed last, absent for one it never saw. */
typedef bool witness_memory(void *context, struct text origin, struct arena *arena,
                            struct text *ret_checkpoint);

struct witness {
    const struct policy *policy; /* the logs that it stands for */
    const struct note_signer *signer;
    witness_memory *known;
    void *context;
};

/* Decides about a request; `now_s` stands in the signature. */
struct witness_answer witness_decide(const struct witness *witness, struct text request,
                                     uint64_t now_s, struct arena *arena);
