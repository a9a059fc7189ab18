#include "web/web.h"

#include "base/buffer.h"
#include "base/check.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define CONNECT_MS_MAX INT64_C(3000)

void web_start(void)
{
    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

void web_end(void)
{
    curl_global_cleanup();
}

/* -- where a call leads --------------------------------------------------------------------- */

/* The IPv4 address that it is, or is written as IPv6; false when it is neither. */
static bool ipv4_of(const struct sockaddr *address, uint32_t *ret_number)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;
        *ret_number = ntohl(in->sin_addr.s_addr);
        return true;
    }
    const struct sockaddr_in6 *in6 = (const void *)address;
    *ret_number = read_be32(in6->sin6_addr.s6_addr + 12);
    return IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr);
}

static bool is_loopback(const struct sockaddr *address)
{
    uint32_t number = 0;
    const struct sockaddr_in6 *in6 = (const void *)address;
    return ipv4_of(address, &number) ? (number >> 24) == 127
                                     : IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

/* Nobody's address, or one that has a meaning on this link alone. */
static bool is_nobodys(const struct sockaddr *address)
{
    uint32_t number = 0;
    const struct sockaddr_in6 *in6 = (const void *)address;
    if (ipv4_of(address, &number)) {
        return (number >> 24) == 0 || (number >> 16) == 0xA9FE || (number >> 28) >= 0xE;
    }
    return IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr) || IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr) ||
           IN6_IS_ADDR_MULTICAST(&in6->sin6_addr);
}

/* Of a network behind a gate (RFC 1918, RFC 6598, RFC 4193). */
static bool is_private(const struct sockaddr *address)
{
    uint32_t number = 0;
    const struct sockaddr_in6 *in6 = (const void *)address;
    if (ipv4_of(address, &number)) {
        return (number >> 24) == 10 || (number >> 20) == 0xAC1 || (number >> 16) == 0xC0A8 ||
               (number >> 22) == 0x191;
    }
    return (in6->sin6_addr.s6_addr[0] & 0xFE) == 0xFC;
}

/* Looks at the very address that is connected to: a name that is resolved again cannot lead
 * elsewhere. */
static curl_socket_t socket_make(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    const struct web_call *call = context;
    bool is_known = address->family == AF_INET || address->family == AF_INET6;
    if (purpose != CURLSOCKTYPE_IPCXN || !is_known || is_nobodys(&address->addr) ||
        (is_loopback(&address->addr) && (call->flags & WEB_LOOPBACK) == 0) ||
        (is_private(&address->addr) && (call->flags & WEB_STRANGER) != 0)) {
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* -- the call ------------------------------------------------------------------------------- */

static size_t answer_take(char *data, size_t size, size_t count, void *context)
{
    struct buffer *answer = context;
    buffer_append(answer, data, size * count);
    return answer->failed ? 0 : size * count;
}

static int go_on(void *context, curl_off_t wanted, curl_off_t got, curl_off_t to_send,
                 curl_off_t sent)
{
    const struct web_call *call = context;
    (void)wanted;
    (void)got;
    (void)to_send;
    (void)sent;
    return call->is_ending != NULL && call->is_ending(call->context) ? 1 : 0;
}

static void call_set(const struct web_call *call, CURL *curl, struct buffer *answer)
{
    int64_t connect_ms = call->timeout_ms < CONNECT_MS_MAX ? call->timeout_ms : CONNECT_MS_MAX;
    bool is_open = (call->flags & WEB_LOOPBACK) != 0;
    curl_easy_setopt(curl, CURLOPT_URL, call->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, is_open ? "http,https" : "https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, answer_take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, socket_make);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, call);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, go_on);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, call);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    if (call->authorities != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, call->authorities);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    if (call->body.data != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)call->body.size);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.data);
    }
}

static struct curl_slist *headers_make(const struct web_call *call)
{
    struct curl_slist *headers = NULL;
    for (size_t i = 0; i < WEB_HEADERS_MAX && call->headers[i] != NULL; i++) {
        headers = curl_slist_append(headers, call->headers[i]);
        CHECK(headers != NULL);
    }
    return headers;
}

static struct web_answer answer_read(CURL *curl, const struct buffer *bytes, struct arena *arena)
{
    struct web_answer answer = {.body = arena_copy_text(arena, buffer_text(bytes))};
    long status = 0;
    char *media = NULL;
    curl_off_t wait_s = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &media);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait_s);
    answer.status = (int)status;
    answer.wait_s = wait_s > 0 ? (int64_t)wait_s : 0;
    if (media != NULL) {
        answer.media = arena_copy_text(arena, text_of(media));
    }
    return answer;
}

struct web_answer web_fetch(const struct web_call *call, struct arena *arena)
{
    struct web_answer answer = {.status = 0};
    struct buffer bytes;
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = headers_make(call);
    CHECK(curl != NULL);
    buffer_init(&bytes, call->answer_bytes_max);
    call_set(call, curl, &bytes);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) {
        answer = answer_read(curl, &bytes, arena);
    } else {
        answer.why = bytes.failed ? "the answer is too large" : curl_easy_strerror(code);
    }
    buffer_free(&bytes);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return answer;
}
