#include "log_client.h"

#include "mirror_folder.h"

#include "base/buffer.h"
#include "base/check.h"
#include "base/file.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TRIES = 4,
    TOKEN_BYTES_MAX = 4096,
    CONNECT_S = 10,
    STALLED_S = 30,  /* without a byte */
    BUSY_S_MAX = 60, /* the longest Retry-After that is heeded */
    STEP_MS = 100,
    MS_PER_S = 1000,
};

struct log_client {
    CURL *curl;
    struct curl_slist *headers;
    const char *url;
    struct buffer body;
    const volatile sig_atomic_t *stop;
    struct arena arena; /* of what lives as long as the client */
};

/* -- what curl calls ------------------------------------------------------------------------ */

static size_t body_write(char *data, size_t size, size_t count, void *context)
{
    struct buffer *body = context;
    buffer_append(body, data, size * count);
    return body->failed ? 0 : size * count;
}

static bool is_stopped(const struct log_client *client)
{
    return client->stop != NULL && *client->stop != 0;
}

static int progress_look(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total,
                         curl_off_t up_now)
{
    (void)total, (void)now, (void)up_total, (void)up_now;
    return is_stopped(context) ? 1 : 0;
}

/* -- opening -------------------------------------------------------------------------------- */

static bool host_is_here(const char *url)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost", "[::1]"};
    const char *host = url + strlen("http://");
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        size_t size = strlen(hosts[i]);
        if (strncmp(host, hosts[i], size) == 0 &&
            (host[size] == ':' || host[size] == '/' || host[size] == '\0')) {
            return true;
        }
    }
    return false;
}

static enum err url_take(struct log_client *client, const char *url, struct reason *reason)
{
    struct text text = text_of(url);
    bool is_open = text_starts_with(text, "http://");
    if (!is_open && !text_starts_with(text, "https://")) {
        return reason_set(reason, ERR_INVALID,
                          "\"%s\" is not the address of a log, such as "
                          "https://hall.example/v1/log",
                          url);
    }
    if (is_open && !host_is_here(url)) {
        return reason_set(reason, ERR_INVALID,
                          "http is for this machine alone (127.0.0.1): use https");
    }
    while (text.size > 0 && text.data[text.size - 1] == '/') {
        text.size--;
    }
    client->url = arena_copy_text(&client->arena, text).data;
    return ERR_OK;
}

static enum err token_take(struct log_client *client, const char *path, struct reason *reason)
{
    struct bytes bytes;
    if (path == NULL) {
        return ERR_OK;
    }
    enum err err = file_read(path, TOKEN_BYTES_MAX, &client->arena, &bytes, reason);
    if (err != ERR_OK) {
        return err;
    }
    struct text token = text_split(bytes_text(bytes), '\n', &(struct text){0});
    client->headers = curl_slist_append(
        NULL, arena_print(&client->arena, "Authorization: Bearer %.*s", TEXT_PRINT(token)).data);
    CHECK(client->headers != NULL);
    return ERR_OK;
}

enum err log_client_open(const char *url, const char *token_file, const volatile sig_atomic_t *stop,
                         struct log_client **ret_client, struct reason *reason)
{
    struct log_client *client = calloc(1, sizeof *client);
    CHECK(client != NULL);
    arena_init(&client->arena);
    client->stop = stop;
    enum err err = url_take(client, url, reason);
    if (err == ERR_OK) {
        err = token_take(client, token_file, reason);
    }
    if (err != ERR_OK) {
        log_client_close(&client);
        return err;
    }
    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    client->curl = curl_easy_init();
    CHECK(client->curl != NULL);
    curl_easy_setopt(client->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, client->headers);
    curl_easy_setopt(client->curl, CURLOPT_USERAGENT, "glasshall-audit/" GLASSHALL_VERSION);
    curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(client->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(client->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(client->curl, CURLOPT_LOW_SPEED_TIME, (long)STALLED_S);
    curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, body_write);
    curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, &client->body);
    curl_easy_setopt(client->curl, CURLOPT_XFERINFOFUNCTION, progress_look);
    curl_easy_setopt(client->curl, CURLOPT_XFERINFODATA, client);
    curl_easy_setopt(client->curl, CURLOPT_NOPROGRESS, 0L);
    *ret_client = client;
    return ERR_OK;
}

void log_client_close(struct log_client **client)
{
    struct log_client *closing = *client;
    *client = NULL;
    if (closing == NULL) {
        return;
    }
    if (closing->curl != NULL) {
        curl_easy_cleanup(closing->curl);
        curl_global_cleanup();
    }
    curl_slist_free_all(closing->headers);
    buffer_free(&closing->body);
    arena_free(&closing->arena);
    free(closing);
}

const char *log_client_url(const struct log_client *client)
{
    return client->url;
}

/* -- asking --------------------------------------------------------------------------------- */

/* What came of one request. */
struct outcome {
    CURLcode code;
    long status;
    long wait_s; /* that the other side asks for */
};

static struct outcome once_ask(struct log_client *client, const char *url)
{
    struct outcome outcome = {.status = 0};
    curl_off_t wait_s = 0;
    buffer_clear(&client->body);
    curl_easy_setopt(client->curl, CURLOPT_URL, url);
    outcome.code = curl_easy_perform(client->curl);
    if (outcome.code == CURLE_OK) {
        curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &outcome.status);
        curl_easy_getinfo(client->curl, CURLINFO_RETRY_AFTER, &wait_s);
        outcome.wait_s = wait_s > BUSY_S_MAX ? BUSY_S_MAX : (long)wait_s;
    }
    return outcome;
}

/* True for what may be well another time. */
static bool is_passing(const struct log_client *client, const struct outcome *outcome)
{
    if (outcome->code != CURLE_OK) {
        return !client->body.failed && !is_stopped(client);
    }
    return outcome->status == 429 || outcome->status >= 500;
}

static void wait_before_next(const struct log_client *client, const struct outcome *outcome,
                             int tries)
{
    long wait_ms = outcome->wait_s > 0 ? outcome->wait_s * MS_PER_S : (long)STEP_MS << (2 * tries);
    for (; wait_ms > 0 && !is_stopped(client); wait_ms -= STEP_MS) {
        (void)usleep(STEP_MS * 1000);
    }
}

static enum err outcome_judge(struct log_client *client, const struct outcome *outcome,
                              const char *url, struct reason *reason)
{
    if (is_stopped(client)) {
        return reason_set(reason, ERR_CLOSED, "it was stopped");
    }
    if (client->body.failed) {
        return reason_set(reason, ERR_TOO_LARGE, "%s has more than %zu bytes", url,
                          client->body.size_max);
    }
    if (outcome->code != CURLE_OK) {
        return reason_set(reason, ERR_UNAVAILABLE, "%s cannot be reached: %s", url,
                          curl_easy_strerror(outcome->code));
    }
    switch (outcome->status) {
    case 200:
        return ERR_OK;
    case 404:
        return reason_set(reason, ERR_NOT_FOUND, "there is no %s", url);
    case 401:
    case 403:
        return reason_set(reason, ERR_DENIED,
                          "%s is not open to us (%ld): --token must hold an auditor's token", url,
                          outcome->status);
    default:
        return reason_set(reason, ERR_UNAVAILABLE, "%s answers with %ld", url, outcome->status);
    }
}

enum err log_client_get(struct log_client *client, const char *path, size_t size_max,
                        struct arena *arena, struct bytes *ret_bytes, struct reason *reason)
{
    const char *url = arena_print(arena, "%s/%s", client->url, path).data;
    client->body.size_max = size_max;
    struct outcome outcome = once_ask(client, url);
    for (int tries = 1; tries < TRIES && is_passing(client, &outcome); tries++) {
        wait_before_next(client, &outcome, tries - 1);
        outcome = once_ask(client, url);
    }
    enum err err = outcome_judge(client, &outcome, url, reason);
    if (err == ERR_OK) {
        *ret_bytes = arena_copy_bytes(arena, buffer_bytes(&client->body));
    }
    return err;
}

enum err log_client_tile(struct log_client *client, const struct tile *tile, struct arena *arena,
                         struct bytes *ret_bytes, struct reason *reason)
{
    size_t size_max = tile->is_entries ? BUNDLE_BYTES_MAX : TILE_BYTES;
    struct tile full = *tile;
    full.width = TILE_HASHES;
    enum err err =
        log_client_get(client, tile_path(tile, arena).data, size_max, arena, ret_bytes, reason);
    if (err == ERR_NOT_FOUND && tile->width < TILE_HASHES) {
        err = log_client_get(client, tile_path(&full, arena).data, size_max, arena, ret_bytes,
                             reason);
    }
    return err;
}
