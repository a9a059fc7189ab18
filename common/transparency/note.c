#include "transparency/note.h"

#include "base/check.h"
#include "base/encoding.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

_Static_assert(NOTE_PUBLIC_KEY_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519");
_Static_assert(NOTE_SEED_BYTES == crypto_sign_SEEDBYTES, "Ed25519");

/* An em dash and a blank. */
static const char signature_prefix[] = "\xe2\x80\x94 ";
static const char signer_prefix[] = "PRIVATE+KEY+";

enum { TIME_BYTES = 8 };

/* -- keys ----------------------------------------------------------------------------------- */

/* The blanks of Unicode, as UTF-8: what Go's unicode.IsSpace knows. */
static bool has_space(struct text name)
{
    static const char *const spaces[] = {
        "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
        "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
        "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
        "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
        if (memmem(name.data, name.size, spaces[i], strlen(spaces[i])) != NULL) {
            return true;
        }
    }
    return false;
}

bool note_name_fits(struct text name)
{
    size_t characters;
    if (name.size == 0 || name.size > NOTE_NAME_BYTES_MAX || !utf8_count(name, &characters)) {
        return false;
    }
    for (size_t i = 0; i < name.size; i++) {
        unsigned char character = (unsigned char)name.data[i];
        if (character <= ' ' || character == 0x7f || character == '+') {
            return false;
        }
    }
    return !has_space(name);
}

static void key_id_make(struct note_verifier *verifier)
{
    crypto_hash_sha256_state hash;
    uint8_t type = (uint8_t)verifier->type;
    uint8_t digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&hash);
    crypto_hash_sha256_update(&hash, (const uint8_t *)verifier->name, strlen(verifier->name));
    crypto_hash_sha256_update(&hash, (const uint8_t *)"\n", 1);
    crypto_hash_sha256_update(&hash, &type, 1);
    crypto_hash_sha256_update(&hash, verifier->public_key, sizeof verifier->public_key);
    crypto_hash_sha256_final(&hash, digest);
    memcpy(verifier->id, digest, sizeof verifier->id);
}

void note_signer_make(struct text name, enum note_key_type type,
                      const uint8_t seed[NOTE_SEED_BYTES], struct note_signer *ret_signer)
{
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    CHECK(note_name_fits(name));
    *ret_signer = (struct note_signer){.verifier = {.type = type}};
    memcpy(ret_signer->verifier.name, name.data, name.size);
    memcpy(ret_signer->seed, seed, NOTE_SEED_BYTES);
    crypto_sign_seed_keypair(ret_signer->verifier.public_key, secret_key, seed);
    sodium_memzero(secret_key, sizeof secret_key);
    key_id_make(&ret_signer->verifier);
}

/* A key's text taken apart: its name, the id it claims, its type and 32 bytes. */
struct key_parts {
    struct text name;
    uint8_t id[NOTE_KEY_ID_BYTES];
    uint8_t typed[1 + NOTE_PUBLIC_KEY_BYTES];
};

static enum err key_read(struct text key, struct key_parts *ret_parts, struct reason *reason)
{
    struct text rest;
    struct text encoded;
    size_t size = 0;
    ret_parts->name = text_split(key, '+', &rest);
    struct text id = text_split(rest, '+', &encoded);
    if (!note_name_fits(ret_parts->name)) {
        return reason_set(reason, ERR_INVALID, "a key begins with its name, without blanks");
    }
    if (id.size != 2 * sizeof ret_parts->id ||
        !hex_decode(id, ret_parts->id, sizeof ret_parts->id)) {
        return reason_set(reason, ERR_INVALID,
                          "behind the name of a key stand + and 8 hexadecimal digits");
    }
    if (!base64_read(encoded, ret_parts->typed, sizeof ret_parts->typed, &size) ||
        size != sizeof ret_parts->typed) {
        return reason_set(reason, ERR_INVALID, "a key ends with + and base64 of 33 bytes");
    }
    if (ret_parts->typed[0] != NOTE_KEY_LOG && ret_parts->typed[0] != NOTE_KEY_WITNESS) {
        return reason_set(reason, ERR_INVALID, "keys of type %u are not known here",
                          ret_parts->typed[0]);
    }
    return ERR_OK;
}

static enum err key_id_check(const struct key_parts *parts, const struct note_verifier *verifier,
                             struct reason *reason)
{
    if (memcmp(parts->id, verifier->id, sizeof parts->id) != 0) {
        return reason_set(reason, ERR_INVALID, "the id of the key %s is not that of its bytes",
                          verifier->name);
    }
    return ERR_OK;
}

enum err note_verifier_read(struct text key, struct note_verifier *ret_verifier,
                            struct reason *reason)
{
    struct key_parts parts;
    enum err err = key_read(key, &parts, reason);
    if (err != ERR_OK) {
        return err;
    }
    *ret_verifier = (struct note_verifier){.type = (enum note_key_type)parts.typed[0]};
    memcpy(ret_verifier->name, parts.name.data, parts.name.size);
    memcpy(ret_verifier->public_key, parts.typed + 1, NOTE_PUBLIC_KEY_BYTES);
    key_id_make(ret_verifier);
    return key_id_check(&parts, ret_verifier, reason);
}

enum err note_signer_read(struct text key, struct note_signer *ret_signer, struct reason *reason)
{
    struct key_parts parts;
    if (!text_starts_with(key, signer_prefix)) {
        return reason_set(reason, ERR_INVALID, "a signing key begins with %s", signer_prefix);
    }
    enum err err = key_read(text_after(key, sizeof signer_prefix - 1), &parts, reason);
    if (err == ERR_OK) {
        note_signer_make(parts.name, (enum note_key_type)parts.typed[0], parts.typed + 1,
                         ret_signer);
        err = key_id_check(&parts, &ret_signer->verifier, reason);
    }
    sodium_memzero(&parts, sizeof parts);
    return err;
}

static struct text key_text(const char *prefix, const struct note_verifier *verifier,
                            const uint8_t secret[NOTE_PUBLIC_KEY_BYTES], struct arena *arena)
{
    uint8_t typed[1 + NOTE_PUBLIC_KEY_BYTES];
    typed[0] = (uint8_t)verifier->type;
    memcpy(typed + 1, secret, NOTE_PUBLIC_KEY_BYTES);
    struct text encoded = base64_text(arena, bytes_of(typed, sizeof typed));
    struct text id = hex_text(arena, bytes_of(verifier->id, sizeof verifier->id));
    sodium_memzero(typed, sizeof typed);
    return arena_print(arena, "%s%s+%.*s+%.*s", prefix, verifier->name, TEXT_PRINT(id),
                       TEXT_PRINT(encoded));
}

struct text note_verifier_text(const struct note_verifier *verifier, struct arena *arena)
{
    return key_text("", verifier, verifier->public_key, arena);
}

struct text note_signer_text(const struct note_signer *signer, struct arena *arena)
{
    return key_text(signer_prefix, &signer->verifier, signer->seed, arena);
}

/* -- signing -------------------------------------------------------------------------------- */

/* What is signed: the text, and for a witness the time before it. */
static struct text signed_text(enum note_key_type type, struct text text, uint64_t time_s,
                               struct arena *arena)
{
    if (type == NOTE_KEY_LOG) {
        return text;
    }
    return arena_print(arena, "cosignature/v1\ntime %" PRIu64 "\n%.*s", time_s, TEXT_PRINT(text));
}

struct text note_signature(const struct note_signer *signer, struct text text, uint64_t time_s,
                           struct arena *arena)
{
    const struct note_verifier *verifier = &signer->verifier;
    uint8_t line[NOTE_KEY_ID_BYTES + TIME_BYTES + crypto_sign_BYTES];
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    size_t size = NOTE_KEY_ID_BYTES;
    struct text message = signed_text(verifier->type, text, time_s, arena);
    CHECK(text.size > 0 && text.data[text.size - 1] == '\n');
    memcpy(line, verifier->id, NOTE_KEY_ID_BYTES);
    if (verifier->type == NOTE_KEY_WITNESS) {
        write_be64(line + size, time_s);
        size += TIME_BYTES;
    }
    crypto_sign_seed_keypair(public_key, secret_key, signer->seed);
    crypto_sign_detached(line + size, NULL, (const uint8_t *)message.data, message.size,
                         secret_key);
    sodium_memzero(secret_key, sizeof secret_key);
    struct text encoded = base64_text(arena, bytes_of(line, size + crypto_sign_BYTES));
    return arena_print(arena, "%s%s %.*s\n", signature_prefix, verifier->name, TEXT_PRINT(encoded));
}

/* -- reading -------------------------------------------------------------------------------- */

static bool is_clean(struct text text)
{
    size_t characters;
    for (size_t i = 0; i < text.size; i++) {
        if ((unsigned char)text.data[i] < 0x20 && text.data[i] != '\n') {
            return false;
        }
    }
    return utf8_count(text, &characters);
}

static bool signature_read(struct text line, struct arena *arena,
                           struct note_signature *ret_signature)
{
    struct text encoded;
    struct bytes bytes;
    if (!text_starts_with(line, signature_prefix)) {
        return false;
    }
    struct text name = text_split(text_after(line, sizeof signature_prefix - 1), ' ', &encoded);
    if (!note_name_fits(name) || !base64_decode(arena, encoded, &bytes) ||
        bytes.size <= NOTE_KEY_ID_BYTES) {
        return false;
    }
    *ret_signature = (struct note_signature){
        .name = name,
        .value = bytes_of(bytes.data + NOTE_KEY_ID_BYTES, bytes.size - NOTE_KEY_ID_BYTES)};
    memcpy(ret_signature->id, bytes.data, NOTE_KEY_ID_BYTES);
    return true;
}

/* Where the signatures begin: behind the last empty line; 0 when there is none. */
static size_t signatures_begin(struct text bytes)
{
    for (size_t i = bytes.size; i >= 2; i--) {
        if (bytes.data[i - 1] == '\n' && bytes.data[i - 2] == '\n') {
            return i;
        }
    }
    return 0;
}

bool note_read(struct text bytes, struct arena *arena, struct note *ret_note)
{
    *ret_note = (struct note){.signature_count = 0};
    size_t begin = signatures_begin(bytes);
    if (bytes.size > NOTE_BYTES_MAX || begin < 2 || bytes.data[bytes.size - 1] != '\n' ||
        !is_clean(bytes)) {
        return false;
    }
    ret_note->text = (struct text){.data = bytes.data, .size = begin - 1};
    struct text rest = text_after(bytes, begin);
    while (rest.size > 0) {
        struct text line = text_split(rest, '\n', &rest);
        if (ret_note->signature_count == NOTE_SIGNATURES_MAX ||
            !signature_read(line, arena, &ret_note->signatures[ret_note->signature_count])) {
            return false;
        }
        ret_note->signature_count++;
    }
    return ret_note->signature_count > 0;
}

static bool signature_holds(const struct note_signature *signature, struct text text,
                            const struct note_verifier *verifier, uint64_t *ret_time_s)
{
    struct arena arena;
    struct bytes value = signature->value;
    uint64_t time_s = 0;
    size_t time_bytes = verifier->type == NOTE_KEY_WITNESS ? TIME_BYTES : 0;
    if (value.size != time_bytes + crypto_sign_BYTES) {
        return false;
    }
    if (time_bytes > 0) {
        time_s = read_be64(value.data);
    }
    arena_init(&arena);
    struct text message = signed_text(verifier->type, text, time_s, &arena);
    bool holds = crypto_sign_verify_detached(value.data + time_bytes, (const uint8_t *)message.data,
                                             message.size, verifier->public_key) == 0;
    arena_free(&arena);
    if (holds && ret_time_s != NULL) {
        *ret_time_s = time_s;
    }
    return holds;
}

enum note_verdict note_verify(const struct note *note, const struct note_verifier *verifier,
                              uint64_t *ret_time_s)
{
    for (size_t i = 0; i < note->signature_count; i++) {
        const struct note_signature *signature = &note->signatures[i];
        if (text_equal_string(signature->name, verifier->name) &&
            memcmp(signature->id, verifier->id, sizeof verifier->id) == 0) {
            return signature_holds(signature, note->text, verifier, ret_time_s) ? NOTE_SIGNED
                                                                                : NOTE_FORGED;
        }
    }
    return NOTE_UNKNOWN;
}
