/* Webhooks: messages over HTTP whose sender is known by a MAC over the raw body.
 *
 * Three conventions, each HMAC-SHA256 under a secret that both sides have:
 *
 *   Standard Webhooks   webhook-id, webhook-timestamp, webhook-signature: v1,<base64> ...
 *                       over id "." timestamp "." body; the key is what whsec_<base64> holds
 *   Stripe              Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]
 *                       over t "." body; the key is the whole secret as it is written
 *   GitHub              X-Hub-Signature-256: sha256=<hex>
 *                       over the body alone: it says nothing of the time
 *
 * A secret is changed without a gap by knowing the old and the new one for a while: any of several
 * keys may fit, and a header may carry several signatures. What arrives from outside is only
 * compared: it never ends the process, and whoever is refused is not told why. Any thread. */
#pragma once

#include "base/arena.h"
#include "base/bytes.h"

enum webhook_style { WEBHOOK_STANDARD, WEBHOOK_STRIPE, WEBHOOK_GITHUB };

enum {
    WEBHOOK_KEY_BYTES_MAX = 128,
    WEBHOOK_HEADER_BYTES_MAX = 2048,
    WEBHOOK_SIGNATURES_MAX = 16, /* in one header; what follows is not looked at */
    WEBHOOK_TOLERANCE_S = 300,
};

struct webhook_key {
    uint8_t bytes[WEBHOOK_KEY_BYTES_MAX];
    size_t size;
};

/* The headers that came with a body, as they were written; absent where there were none. Standard
 * Webhooks has all three, the others the signature alone. */
struct webhook_headers {
    struct text id;
    struct text timestamp;
    struct text signature;
};

/* Who may have signed, and how far from now. */
struct webhook_trust {
    enum webhook_style style;
    const struct webhook_key *keys;
    size_t key_count;
    int64_t tolerance_s; /* into the past and into the future; GitHub's style has no time */
};

/* Reads a secret as its style writes it: whsec_ and base64 of 24 to 64 bytes, or any text of 8 to
 * WEBHOOK_KEY_BYTES_MAX bytes. False when it is none. */
bool webhook_key_read(enum webhook_style style, struct text secret, struct webhook_key *ret_key);

/* True when one of the signatures was made over exactly this body, and this id and time where the
 * style has them, with one of the keys, within the tolerance of `now_s` (Unix seconds). Signatures
 * are compared in constant time. */
bool webhook_is_genuine(const struct webhook_trust *trust, const struct webhook_headers *headers,
                        struct bytes body, int64_t now_s);

/* The value of the style's signature header, in `arena`. `id` counts for Standard Webhooks alone,
 * `at_s` not for GitHub's style. */
struct text webhook_signature(enum webhook_style style, const struct webhook_key *key,
                              struct text id, int64_t at_s, struct bytes body, struct arena *arena);
