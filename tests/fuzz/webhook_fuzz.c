/* Signatures of webhooks (crypto/webhook.h). Input: a line with the style (standard, stripe or
 * github), lines with id, timestamp and signature, then the body.
 *
 * What is taken holds the MAC over exactly this body; what is made is taken. */
#include "fuzz.h"

#include "base/check.h"
#include "crypto/webhook.h"

#include <string.h>
#include <strings.h>

enum { NOW_S = 1700000000 };

static enum webhook_style style_of(struct text name)
{
    if (text_equal_string(name, "standard")) {
        return WEBHOOK_STANDARD;
    }
    return text_equal_string(name, "stripe") ? WEBHOOK_STRIPE : WEBHOOK_GITHUB;
}

/* The part of a signature that is the MAC: behind its last comma or equals sign. */
static struct text mac_of(enum webhook_style style, struct text signature)
{
    struct text rest = signature;
    struct text last = signature;
    char mark = style == WEBHOOK_STANDARD ? ',' : '=';
    while (rest.data != NULL) {
        last = text_split(rest, mark, &rest);
        if (style == WEBHOOK_STANDARD && rest.data != NULL) {
            return rest;
        }
    }
    return last;
}

/* The time that a genuine header must name; 0 for GitHub's style. */
static int64_t seconds_of(enum webhook_style style, const struct webhook_headers *headers)
{
    struct text rest = headers->signature;
    struct text time = style == WEBHOOK_STANDARD ? headers->timestamp : (struct text){0};
    int64_t seconds = 0;
    while (style == WEBHOOK_STRIPE && rest.data != NULL) {
        struct text one = text_split(rest, ',', &rest);
        time = text_starts_with(one, "t=") ? text_after(one, 2) : time;
    }
    for (size_t i = 0; i < time.size; i++) {
        CHECK(time.data[i] >= '0' && time.data[i] <= '9');
        seconds = seconds * 10 + (time.data[i] - '0');
    }
    return seconds;
}

/* Hexadecimal digits may be of either case; base64 may not. */
static bool holds_mac(enum webhook_style style, struct text header, struct text mac)
{
    for (size_t i = 0; i + mac.size <= header.size; i++) {
        int order = style == WEBHOOK_STANDARD ? memcmp(header.data + i, mac.data, mac.size)
                                              : strncasecmp(header.data + i, mac.data, mac.size);
        if (order == 0) {
            return true;
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct webhook_key key;
    struct webhook_headers headers;
    struct bytes body;
    arena_init(&arena);
    enum webhook_style style = style_of(fuzz_first_line(bytes_of(data, size), &body));
    headers.id = fuzz_first_line(body, &body);
    headers.timestamp = fuzz_first_line(body, &body);
    headers.signature = fuzz_first_line(body, &body);
    CHECK(webhook_key_read(style, TEXT_LITERAL("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &key));
    struct webhook_trust trust = {
        .style = style, .keys = &key, .key_count = 1, .tolerance_s = WEBHOOK_TOLERANCE_S};
    if (webhook_is_genuine(&trust, &headers, body, NOW_S)) {
        struct text made =
            webhook_signature(style, &key, headers.id, seconds_of(style, &headers), body, &arena);
        CHECK(holds_mac(style, headers.signature, mac_of(style, made)));
    }
    headers.id = TEXT_LITERAL("msg_1");
    headers.timestamp = TEXT_LITERAL("1700000000");
    headers.signature = webhook_signature(style, &key, headers.id, NOW_S, body, &arena);
    CHECK(webhook_is_genuine(&trust, &headers, body, NOW_S));
    arena_free(&arena);
    return 0;
}
