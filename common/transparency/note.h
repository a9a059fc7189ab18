/* Signed notes (C2SP signed-note, tlog-cosignature): a text with the signatures of those who stand
 * for it, readable by people and by the tools of others.
 *
 *   note            text, an empty line, 1 or more signature lines; the text ends in a line feed
 *   signature line  "— name base64(key id[4], signature)"
 *   key id          the first bytes of SHA-256(name, line feed, type, public key)
 *   verifier key    name+key id as 8 hexadecimal digits+base64(type, public key)
 *   signer key      PRIVATE+KEY+name+key id+base64(type, seed): keep it secret
 *
 * Type 0x01 signs the text with Ed25519. Type 0x04 is a witness's: it signs the text with a time.
 * Any thread; sodium_init must have been called. */
#pragma once

#include "base/arena.h"
#include "base/err.h"

enum {
    NOTE_NAME_BYTES_MAX = 128,
    NOTE_BYTES_MAX = 16 * 1024,
    NOTE_SIGNATURES_MAX = 64,
    NOTE_KEY_ID_BYTES = 4,
    NOTE_PUBLIC_KEY_BYTES = 32,
    NOTE_SEED_BYTES = 32,
};

enum note_key_type { NOTE_KEY_LOG = 0x01, NOTE_KEY_WITNESS = 0x04 };

struct note_verifier {
    char name[NOTE_NAME_BYTES_MAX + 1];
    enum note_key_type type;
    uint8_t id[NOTE_KEY_ID_BYTES];
    uint8_t public_key[NOTE_PUBLIC_KEY_BYTES];
};

struct note_signer {
    struct note_verifier verifier;
    uint8_t seed[NOTE_SEED_BYTES];
};

/* True for a name that a key may have: not empty, no blank, no plus sign. */
bool note_name_fits(struct text name);

/* The key of `name` that `seed` makes; the name must fit. */
void note_signer_make(struct text name, enum note_key_type type,
                      const uint8_t seed[NOTE_SEED_BYTES], struct note_signer *ret_signer);

/* Keys as text. Reading is strict; the reason says what is wrong and quotes no secret. */
enum err note_verifier_read(struct text key, struct note_verifier *ret_verifier,
                            struct reason *reason);
struct text note_verifier_text(const struct note_verifier *verifier, struct arena *arena);
enum err note_signer_read(struct text key, struct note_signer *ret_signer, struct reason *reason);
struct text note_signer_text(const struct note_signer *signer, struct arena *arena);

/* A signature line, its line feed included. `text` ends in a line feed. `time_s` (Unix seconds)
 * counts for a witness's key alone. */
struct text note_signature(const struct note_signer *signer, struct text text, uint64_t time_s,
                           struct arena *arena);

/* A signature as it stands in a note. */
struct note_signature {
    struct text name;
    uint8_t id[NOTE_KEY_ID_BYTES];
    struct bytes value; /* what follows the id */
};

struct note {
    struct text text; /* its line feed at the end included */
    size_t signature_count;
    struct note_signature signatures[NOTE_SIGNATURES_MAX];
};

/* Takes a note apart; the values live in `arena`. False when it is none. */
bool note_read(struct text bytes, struct arena *arena, struct note *ret_note);

enum note_verdict {
    NOTE_UNKNOWN, /* no signature of that key */
    NOTE_SIGNED,
    NOTE_FORGED, /* it claims the key and the signature is not of it */
};

/* Whether `verifier` signed the note; for a witness's key `ret_time_s` (may be NULL) is when. */
enum note_verdict note_verify(const struct note *note, const struct note_verifier *verifier,
                              uint64_t *ret_time_s);
