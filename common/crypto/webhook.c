#include "crypto/webhook.h"

#include "base/check.h"
#include "base/encoding.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

enum {
    MAC_BYTES = crypto_auth_hmacsha256_BYTES,
    SECRET_BYTES_MIN = 8,
    STANDARD_KEY_BYTES_MIN = 24,
    STANDARD_KEY_BYTES_MAX = 64,
    ID_BYTES_MAX = 256,
    TIMESTAMP_DIGITS_MAX = 12,
};

/* What a signature is made over: id and time as they were written, where the style has them. */
struct signed_parts {
    struct text id;
    struct text timestamp;
    struct bytes body;
};

/* -- keys ----------------------------------------------------------------------------------- */

static bool standard_key_read(struct text secret, struct webhook_key *ret_key)
{
    static const char prefix[] = "whsec_";
    struct webhook_key key = {0};
    if (!text_starts_with(secret, prefix)) {
        return false;
    }
    struct text digits = text_after(secret, sizeof prefix - 1);
    bool is_read = base64_read(digits, key.bytes, sizeof key.bytes, &key.size) &&
                   key.size >= STANDARD_KEY_BYTES_MIN && key.size <= STANDARD_KEY_BYTES_MAX;
    if (is_read) {
        *ret_key = key;
    }
    sodium_memzero(&key, sizeof key);
    return is_read;
}

bool webhook_key_read(enum webhook_style style, struct text secret, struct webhook_key *ret_key)
{
    if (style == WEBHOOK_STANDARD) {
        return standard_key_read(secret, ret_key);
    }
    if (secret.size < SECRET_BYTES_MIN || secret.size > WEBHOOK_KEY_BYTES_MAX) {
        return false;
    }
    *ret_key = (struct webhook_key){.size = secret.size};
    memcpy(ret_key->bytes, secret.data, secret.size);
    return true;
}

/* -- the MAC -------------------------------------------------------------------------------- */

static void mac_add(crypto_auth_hmacsha256_state *mac, const void *data, size_t size)
{
    if (size > 0) {
        crypto_auth_hmacsha256_update(mac, data, size);
    }
}

static void mac_of(enum webhook_style style, const struct webhook_key *key,
                   const struct signed_parts *parts, uint8_t ret_mac[MAC_BYTES])
{
    crypto_auth_hmacsha256_state mac;
    crypto_auth_hmacsha256_init(&mac, key->bytes, key->size);
    if (style == WEBHOOK_STANDARD) {
        mac_add(&mac, parts->id.data, parts->id.size);
        mac_add(&mac, ".", 1);
    }
    if (style != WEBHOOK_GITHUB) {
        mac_add(&mac, parts->timestamp.data, parts->timestamp.size);
        mac_add(&mac, ".", 1);
    }
    mac_add(&mac, parts->body.data, parts->body.size);
    crypto_auth_hmacsha256_final(&mac, ret_mac);
    sodium_memzero(&mac, sizeof mac);
}

/* The MACs that the header claims. */
struct claimed_macs {
    uint8_t bytes[WEBHOOK_SIGNATURES_MAX][MAC_BYTES];
    size_t count;
};

/* True when any claimed MAC is that of any key. Every pair is compared, whatever came before. */
static bool macs_fit(const struct webhook_trust *trust, const struct claimed_macs *claimed,
                     const struct signed_parts *parts)
{
    bool fits = false;
    for (size_t i = 0; i < trust->key_count; i++) {
        uint8_t mac[MAC_BYTES];
        mac_of(trust->style, &trust->keys[i], parts, mac);
        for (size_t k = 0; k < claimed->count; k++) {
            fits |= sodium_memcmp(mac, claimed->bytes[k], MAC_BYTES) == 0;
        }
        sodium_memzero(mac, sizeof mac);
    }
    return fits;
}

/* -- reading headers ------------------------------------------------------------------------ */

static void claim_hex(struct claimed_macs *claimed, struct text digits)
{
    if (claimed->count < WEBHOOK_SIGNATURES_MAX &&
        hex_decode(digits, claimed->bytes[claimed->count], MAC_BYTES)) {
        claimed->count++;
    }
}

static void claim_base64(struct claimed_macs *claimed, struct text digits)
{
    uint8_t mac[MAC_BYTES];
    size_t size = 0;
    if (claimed->count < WEBHOOK_SIGNATURES_MAX && base64_read(digits, mac, sizeof mac, &size) &&
        size == MAC_BYTES) {
        memcpy(claimed->bytes[claimed->count++], mac, MAC_BYTES);
    }
}

/* "v1,<base64> v1,<base64> v1a,...": signatures of other versions are not ours to judge. */
static void standard_read(struct text header, struct claimed_macs *claimed)
{
    while (header.data != NULL) {
        struct text one = text_split(header, ' ', &header);
        if (text_starts_with(one, "v1,")) {
            claim_base64(claimed, text_after(one, 3));
        }
    }
}

/* "t=1700000000,v1=<hex>,v0=<hex>". False when it has no time, or two. */
static bool stripe_read(struct text header, struct claimed_macs *claimed, struct text *ret_time)
{
    size_t times = 0;
    while (header.data != NULL) {
        struct text one = text_split(header, ',', &header);
        if (text_starts_with(one, "t=")) {
            *ret_time = text_after(one, 2);
            times++;
        } else if (text_starts_with(one, "v1=")) {
            claim_hex(claimed, text_after(one, 3));
        }
    }
    return times == 1;
}

/* Decimal digits alone; false otherwise. */
static bool seconds_read(struct text digits, int64_t *ret_seconds)
{
    int64_t seconds = 0;
    if (digits.size == 0 || digits.size > TIMESTAMP_DIGITS_MAX) {
        return false;
    }
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9') {
            return false;
        }
        seconds = seconds * 10 + (digits.data[i] - '0');
    }
    *ret_seconds = seconds;
    return true;
}

static bool is_timely(struct text timestamp, int64_t now_s, int64_t tolerance_s)
{
    int64_t at_s = 0;
    return seconds_read(timestamp, &at_s) && at_s >= now_s - tolerance_s &&
           at_s <= now_s + tolerance_s;
}

/* A full stop parts what is signed: with one in the id the same bytes could be read in two ways. */
static bool id_is_sound(struct text id)
{
    return id.size > 0 && id.size <= ID_BYTES_MAX && memchr(id.data, '.', id.size) == NULL;
}

bool webhook_is_genuine(const struct webhook_trust *trust, const struct webhook_headers *headers,
                        struct bytes body, int64_t now_s)
{
    static const char github[] = "sha256=";
    struct signed_parts parts = {.id = headers->id, .timestamp = headers->timestamp, .body = body};
    struct claimed_macs claimed = {.count = 0};
    struct text header = headers->signature;
    if (text_is_empty(header) || header.size > WEBHOOK_HEADER_BYTES_MAX) {
        return false;
    }
    if (trust->style == WEBHOOK_GITHUB) {
        if (text_starts_with(header, github)) {
            claim_hex(&claimed, text_after(header, sizeof github - 1));
        }
        return macs_fit(trust, &claimed, &parts);
    }
    if (trust->style == WEBHOOK_STRIPE) {
        if (!stripe_read(header, &claimed, &parts.timestamp)) {
            return false;
        }
    } else if (id_is_sound(headers->id)) {
        standard_read(header, &claimed);
    }
    return is_timely(parts.timestamp, now_s, trust->tolerance_s) &&
           macs_fit(trust, &claimed, &parts);
}

/* -- making --------------------------------------------------------------------------------- */

struct text webhook_signature(enum webhook_style style, const struct webhook_key *key,
                              struct text id, int64_t at_s, struct bytes body, struct arena *arena)
{
    uint8_t mac[MAC_BYTES];
    struct signed_parts parts = {
        .id = id, .timestamp = arena_print(arena, "%" PRId64, at_s), .body = body};
    CHECK(style != WEBHOOK_STANDARD || id_is_sound(id));
    mac_of(style, key, &parts, mac);
    struct bytes bytes = bytes_of(mac, sizeof mac);
    switch (style) {
    case WEBHOOK_STANDARD:
        return arena_print(arena, "v1,%s", base64_text(arena, bytes).data);
    case WEBHOOK_STRIPE:
        return arena_print(arena, "t=%" PRId64 ",v1=%s", at_s, hex_text(arena, bytes).data);
    case WEBHOOK_GITHUB:
        break;
    }
    return arena_print(arena, "sha256=%s", hex_text(arena, bytes).data);
}
