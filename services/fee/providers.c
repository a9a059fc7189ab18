#include "providers.h"

#include "base/check.h"
#include "base/options.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRETS_FILE_BYTES_MAX = 16384, MS_PER_S = 1000, SILENCE_MS = 5000 };

static struct provider *provider_at(struct providers *providers, struct text code)
{
    for (size_t i = 0; i < providers->count; i++) {
        if (text_equal_string(code, providers->items[i].code)) {
            return &providers->items[i];
        }
    }
    return NULL;
}

const struct provider *provider_find(struct providers *providers, struct text code)
{
    return providers == NULL ? NULL : provider_at(providers, code);
}

/* -- addresses ------------------------------------------------------------------------------ */

static bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\r';
}

static struct text trimmed(struct text text)
{
    while (text.size > 0 && is_blank(text.data[0])) {
        text = (struct text){.data = text.data + 1, .size = text.size - 1};
    }
    while (text.size > 0 && is_blank(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

/* An address with a host, without user, query or fragment: paths are added to it. */
static bool url_is_sound(const char *url, bool loopback)
{
    static const CURLUPart unwanted[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY,
                                         CURLUPART_FRAGMENT};
    CURLU *parts = curl_url();
    char *piece = NULL;
    bool has_scheme = strncmp(url, "https://", strlen("https://")) == 0 ||
                      (loopback && strncmp(url, "http://", strlen("http://")) == 0);
    bool is_sound =
        parts != NULL && has_scheme && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK;
    for (size_t i = 0; is_sound && i < sizeof unwanted / sizeof unwanted[0]; i++) {
        if (curl_url_get(parts, unwanted[i], &piece, 0) == CURLUE_OK) {
            curl_free(piece);
            is_sound = false;
        }
    }
    curl_url_cleanup(parts);
    return is_sound;
}

/* "DEMOPAY=https://pay.example/v1". */
static enum err provider_add(struct providers *providers, struct text entry, struct reason *reason)
{
    struct text url;
    struct text code = trimmed(text_split(entry, '=', &url));
    url = trimmed(url);
    while (url.size > 0 && url.data[url.size - 1] == '/') {
        url.size--;
    }
    if (text_is_empty(code) || code.size > PROVIDER_CODE_BYTES || text_is_empty(url) ||
        url.size > PROVIDER_URL_BYTES) {
        return reason_set(reason, ERR_INVALID, "--providers: write CODE=https://...");
    }
    if (providers->count == PROVIDERS_MAX || provider_at(providers, code) != NULL) {
        return reason_set(reason, ERR_INVALID,
                          "--providers: %.*s stands twice, or there are more "
                          "than %d",
                          TEXT_PRINT(code), PROVIDERS_MAX);
    }
    struct provider *provider = &providers->items[providers->count];
    memcpy(provider->code, code.data, code.size);
    memcpy(provider->url, url.data, url.size);
    if (!url_is_sound(provider->url, providers->loopback)) {
        return reason_set(reason, ERR_INVALID,
                          "--providers: the address of %s must be https://, without user, query or "
                          "fragment (http:// with --provider-loopback alone)",
                          provider->code);
    }
    providers->count++;
    return ERR_OK;
}

static enum err addresses_read(struct providers *providers, const char *list, struct reason *reason)
{
    struct text rest = text_of(list);
    enum err err = ERR_OK;
    while (err == ERR_OK && rest.data != NULL) {
        struct text entry = trimmed(text_split(rest, ',', &rest));
        err = text_is_empty(entry) ? ERR_OK : provider_add(providers, entry, reason);
    }
    return err;
}

/* -- secrets -------------------------------------------------------------------------------- */

static bool secret_keep(struct provider_secret *place, struct text secret)
{
    if (text_is_empty(secret) || secret.size > sizeof place->bytes) {
        return false;
    }
    memcpy(place->bytes, secret.data, secret.size);
    place->size = secret.size;
    return true;
}

/* Takes a line; false when it cannot be meant. Secrets of providers that are not connected are
 * passed over. */
static bool secret_line(struct providers *providers, struct text line)
{
    struct text rest;
    struct text code = text_split(trimmed(line), ' ', &rest);
    struct text kind = text_split(trimmed(rest), ' ', &rest);
    struct text secret = trimmed(rest);
    bool is_key = text_equal_string(kind, "key");
    if (!is_key && !text_equal_string(kind, "callback")) {
        return false;
    }
    struct provider *provider = provider_at(providers, code);
    if (provider == NULL) {
        return !text_is_empty(secret);
    }
    if (is_key) {
        return provider->key.size == 0 && secret_keep(&provider->key, secret);
    }
    return provider->secret_count < PROVIDER_SECRETS_MAX &&
           secret_keep(&provider->secrets[provider->secret_count++], secret);
}

static enum err secrets_take(struct providers *providers, const char *path, struct text text,
                             struct reason *reason)
{
    for (int line = 1; text.data != NULL; line++) {
        struct text one = trimmed(text_split(text, '\n', &text));
        bool is_remark = text_is_empty(one) || one.data[0] == '#';
        if (!is_remark && !secret_line(providers, one)) {
            return reason_set(reason, ERR_INVALID,
                              "%s, line %d: write CODE key SECRET (once) or CODE callback SECRET "
                              "(at most %d), a secret at most %d bytes",
                              path, line, PROVIDER_SECRETS_MAX, WEBHOOK_KEY_BYTES_MAX);
        }
    }
    return ERR_OK;
}

/* The file is the operator's alone, or it is not read. */
static enum err modes_check(int descriptor, const char *path, struct reason *reason)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return reason_set(reason, err_from_errno(errno), "cannot look at %s", path);
    }
    if (!S_ISREG(status.st_mode) || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0 ||
        (status.st_uid != geteuid() && status.st_uid != 0)) {
        return reason_set(reason, ERR_DENIED,
                          "%s must be a file of this user alone; make its mode 0600", path);
    }
    return ERR_OK;
}

/* Reads at most `size` bytes; the count, or -1. */
static ssize_t bytes_read(int descriptor, char *bytes, size_t size)
{
    size_t filled = 0;
    while (filled < size) {
        ssize_t got = read(descriptor, bytes + filled, size - filled);
        if (got < 0 && errno != EINTR) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        filled += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)filled;
}

static enum err secrets_read(struct providers *providers, const char *path, struct reason *reason)
{
    char *bytes = sodium_malloc(SECRETS_FILE_BYTES_MAX + 1);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    CHECK(bytes != NULL);
    enum err err = descriptor < 0 ? reason_set(reason, err_from_errno(errno), "cannot open %s: %s",
                                               path, strerror(errno))
                                  : modes_check(descriptor, path, reason);
    if (err == ERR_OK) {
        ssize_t size = bytes_read(descriptor, bytes, SECRETS_FILE_BYTES_MAX + 1);
        err = size < 0 || size > SECRETS_FILE_BYTES_MAX
                  ? reason_set(reason, ERR_IO, "cannot read %s, or it is too large", path)
                  : secrets_take(providers, path,
                                 (struct text){.data = bytes, .size = (size_t)size}, reason);
    }
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    sodium_free(bytes);
    return err;
}

/* A provider whose callbacks nobody could believe is not connected by mistake. */
static enum err secrets_check(const struct providers *providers, struct reason *reason)
{
    for (size_t i = 0; i < providers->count; i++) {
        const struct provider *provider = &providers->items[i];
        if (provider->key.size == 0 || provider->secret_count == 0) {
            return reason_set(reason, ERR_INVALID,
                              "--provider-secrets: %s needs a line `%s key ...` and a line `%s "
                              "callback ...`",
                              provider->code, provider->code, provider->code);
        }
    }
    return ERR_OK;
}

/* -- open and close ------------------------------------------------------------------------- */

enum err providers_open(const struct options *options, struct providers **ret_providers,
                        struct reason *reason)
{
    struct providers *providers = sodium_malloc(sizeof *providers);
    CHECK(providers != NULL);
    memset(providers, 0, sizeof *providers);
    providers->loopback = options_flag(options, "provider-loopback");
    providers->timeout_ms = options_number(options, "provider-timeout");
    providers->authorities = options_text(options, "provider-ca");
    const char *list = options_text(options, "providers");
    const char *path = options_text(options, "provider-secrets");
    enum err err = list == NULL ? ERR_OK : addresses_read(providers, list, reason);
    if (err == ERR_OK && path != NULL) {
        err = secrets_read(providers, path, reason);
    }
    if (err == ERR_OK) {
        err = secrets_check(providers, reason);
    }
    if (err != ERR_OK) {
        sodium_free(providers);
        return err;
    }
    *ret_providers = providers;
    return ERR_OK;
}

void providers_close(struct providers **providers)
{
    sodium_free(*providers);
    *providers = NULL;
}

/* -- silence -------------------------------------------------------------------------------- */

bool provider_is_silent(const struct provider *provider, int64_t now_ms)
{
    return now_ms < atomic_load(&provider->silent_until_ms);
}

void provider_note_silence(struct providers *providers, const struct provider *provider,
                           int64_t now_ms)
{
    atomic_store(&providers->items[provider - providers->items].silent_until_ms,
                 now_ms + SILENCE_MS);
}

void provider_note_answer(struct providers *providers, const struct provider *provider)
{
    atomic_store(&providers->items[provider - providers->items].silent_until_ms, 0);
}

/* -- signatures ----------------------------------------------------------------------------- */

enum webhook_style provider_style(struct text signature)
{
    if (text_equal_string(signature, "stripe")) {
        return WEBHOOK_STRIPE;
    }
    return text_equal_string(signature, "github") ? WEBHOOK_GITHUB : WEBHOOK_STANDARD;
}

bool provider_has_signed(const struct provider *provider, enum webhook_style style,
                         const struct webhook_headers *headers, struct bytes body, int64_t now_ms)
{
    struct webhook_key keys[PROVIDER_SECRETS_MAX];
    struct webhook_trust trust = {.style = style, .keys = keys, .tolerance_s = WEBHOOK_TOLERANCE_S};
    for (size_t i = 0; i < provider->secret_count; i++) {
        const struct provider_secret *secret = &provider->secrets[i];
        struct text text = {.data = secret->bytes, .size = secret->size};
        trust.key_count += webhook_key_read(style, text, &keys[trust.key_count]) ? 1 : 0;
    }
    bool has_signed = webhook_is_genuine(&trust, headers, body, now_ms / MS_PER_S);
    sodium_memzero(keys, sizeof keys);
    return has_signed;
}
