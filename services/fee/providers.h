/* Payment providers as the operator connects them: address, key and secrets of each.
 *
 * The catalogue says which providers there are and how they sign; this says how this process
 * reaches them. Read once at start; any thread may ask. Secrets live in
 * locked memory, are wiped at the end, and stand in no event, answer or log line. */
#pragma once

#include "base/err.h"
#include "base/options.h"
#include "crypto/webhook.h"

enum {
    PROVIDERS_MAX = 16,
    PROVIDER_CODE_BYTES = 20,
    PROVIDER_URL_BYTES = 300,
    PROVIDER_SECRETS_MAX = 4, /* of one provider, while one takes the place of another */
};

struct provider_secret {
    char bytes[WEBHOOK_KEY_BYTES_MAX];
    size_t size;
};

struct provider {
    char code[PROVIDER_CODE_BYTES + 1];
    char url[PROVIDER_URL_BYTES + 1]; /* without a slash at the end */
    struct provider_secret key;       /* what we show it: Authorization: Bearer */
    struct provider_secret secrets[PROVIDER_SECRETS_MAX]; /* what it signs with, any of them */
    size_t secret_count;
    _Atomic int64_t silent_until_ms; /* the one thing that changes */
};

struct providers {
    struct provider items[PROVIDERS_MAX];
    size_t count;
    bool loopback;           /* addresses of this machine may be called: demonstrations, tests */
    int64_t timeout_ms;      /* of one call */
    const char *authorities; /* file of certificates, of the options; NULL: the system's */
};

/* Reads the options and the file of secrets. ERR_INVALID for what cannot be meant; ERR_DENIED when
 * others may read the file. None at all is well: nothing is connected then. */
enum err providers_open(const struct options *options, struct providers **ret_providers,
                        struct reason *reason);
void providers_close(struct providers **providers);

/* NULL when that provider is not connected here. */
const struct provider *provider_find(struct providers *providers, struct text code);

/* A provider that did not answer is not called again for some seconds, so that those who pay at
 * others do not wait for it too. */
bool provider_is_silent(const struct provider *provider, int64_t now_ms);
void provider_note_silence(struct providers *providers, const struct provider *provider,
                           int64_t now_ms);
void provider_note_answer(struct providers *providers, const struct provider *provider);

/* True when the provider signed exactly this. `style` as the catalogue names it. */
bool provider_has_signed(const struct provider *provider, enum webhook_style style,
                         const struct webhook_headers *headers, struct bytes body, int64_t now_ms);

/* standard_webhooks, stripe or github. */
enum webhook_style provider_style(struct text signature);
