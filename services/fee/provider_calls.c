/* Calls to payment providers (libcurl). A provider is asked how an intent stands before anything is
 * given to it, always: whoever was cut short, by a time-out there or a crash here, never knows what
 * the other side has. The intent's id is the Idempotency-Key besides. */
#include "intents.h"
#include "memory.h"
#include "provider_words.h"
#include "providers.h"

#include "base/logline.h"
#include "service/host.h"
#include "wire/json.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_BYTES_MAX = 64 * 1024, CONNECT_MS_MAX = 3000 };

/* One call and what came of it. */
struct call {
    struct worker *worker;
    const struct provider *provider;
    const struct providers *providers;
    struct text path;
    struct text body; /* absent: a GET */
    const char *key;  /* Idempotency-Key */
    struct buffer answer;
    long status; /* of HTTP; 0: no answer */
};

/* How far a provider was reached, and what it said. */
struct finding {
    enum intent_reach reach;
    const char *why;
    struct provider_word word;
};

static struct finding away(const char *why)
{
    return (struct finding){.reach = REACH_AWAY, .why = why};
}

/* -- one call ------------------------------------------------------------------------------- */

static size_t answer_take(char *data, size_t size, size_t count, void *context)
{
    struct call *call = context;
    buffer_append(&call->answer, data, size * count);
    return call->answer.failed ? 0 : size * count;
}

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

/* Looks at the very address that is connected to: a name that is resolved again cannot lead
 * elsewhere. */
static curl_socket_t socket_make(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    const struct call *call = context;
    bool is_known = address->family == AF_INET || address->family == AF_INET6;
    if (purpose != CURLSOCKTYPE_IPCXN || !is_known || is_nobodys(&address->addr) ||
        (is_loopback(&address->addr) && !call->providers->loopback)) {
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* A hall that ends does not wait for providers. */
static int call_go_on(void *context, curl_off_t wanted, curl_off_t got, curl_off_t to_send,
                      curl_off_t sent)
{
    const struct call *call = context;
    (void)wanted;
    (void)got;
    (void)to_send;
    (void)sent;
    return worker_is_ending(call->worker) ? 1 : 0;
}

static struct curl_slist *headers_make(const struct call *call)
{
    const struct provider_secret *key = &call->provider->key;
    char line[sizeof key->bytes + 32];
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
    (void)snprintf(line, sizeof line, "Authorization: Bearer %.*s", (int)key->size, key->bytes);
    headers = curl_slist_append(headers, line);
    sodium_memzero(line, sizeof line);
    if (call->body.data != NULL) {
        headers = curl_slist_append(headers, "Content-Type: application/json");
        headers = curl_slist_append(
            headers, arena_print(call->worker->arena, "Idempotency-Key: \"%s\"", call->key).data);
    }
    return headers;
}

static void call_set(struct call *call, CURL *curl, const char *url)
{
    long timeout_ms = (long)call->providers->timeout_ms;
    long connect_ms = timeout_ms < CONNECT_MS_MAX ? timeout_ms : CONNECT_MS_MAX;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
                     call->providers->loopback ? "http,https" : "https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, answer_take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, socket_make);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, call);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, call_go_on);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, call);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    if (call->providers->authorities != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, call->providers->authorities);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    if (call->body.data != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)call->body.size);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.data);
    }
}

/* Makes the call; `status` is 0 when no whole answer came. */
static void call_make(struct call *call)
{
    CURL *curl = curl_easy_init();
    const char *url =
        arena_print(call->worker->arena, "%s%.*s", call->provider->url, TEXT_PRINT(call->path))
            .data;
    struct curl_slist *headers = headers_make(call);
    if (curl != NULL && headers != NULL) {
        call_set(call, curl, url);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        if (curl_easy_perform(curl) == CURLE_OK) {
            curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &call->status);
        }
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
}

/* -- what the provider answers -------------------------------------------------------------- */

/* An answer that cannot be read, or speaks of something else, is none. */
static struct finding answer_read(const struct call *call, const struct intent *intent)
{
    struct finding found = {.reach = REACH_HEARD};
    struct intent_id told;
    if (!provider_word_read(buffer_text(&call->answer), call->providers->loopback,
                            call->worker->arena, &told, &found.word) ||
        !uuid_equal(&told.uuid, &intent->id.uuid)) {
        return away("the provider's answer cannot be read");
    }
    return found;
}

static struct finding finding_of(const struct call *call, const struct intent *intent)
{
    bool is_post = call->body.data != NULL;
    if (call->status == 0) {
        return away("the provider did not answer");
    }
    if (call->status == 200 || call->status == 201) {
        return answer_read(call, intent);
    }
    if (call->status == 404 && !is_post) {
        return (struct finding){.reach = REACH_UNKNOWN, .why = "the provider does not know it"};
    }
    if (call->status == 401 || call->status == 403) {
        return away("the provider does not accept our key");
    }
    if (is_post && (call->status == 400 || call->status == 422)) {
        return (struct finding){.reach = REACH_REFUSED};
    }
    return away("the provider cannot answer now");
}

/* -- asking and giving ---------------------------------------------------------------------- */

static struct finding intent_call(struct worker *worker, const struct provider *provider,
                                  const struct intent *intent, struct text body)
{
    struct fee_memory *fee = worker->memory;
    char id[UUID_TEXT_BYTES + 1];
    uuid_format(&intent->id.uuid, id);
    struct call call = {
        .worker = worker,
        .provider = provider,
        .providers = fee->providers,
        .path = body.data != NULL ? TEXT_LITERAL("/intents")
                                  : arena_print(worker->arena, "/intents/%s", id),
        .body = body,
        .key = id,
    };
    buffer_init(&call.answer, ANSWER_BYTES_MAX);
    call_make(&call);
    if (call.status != 0) {
        provider_note_answer(fee->providers, provider);
    } else if (!worker_is_ending(worker)) {
        provider_note_silence(fee->providers, provider, worker->now_ms);
    }
    struct finding found = finding_of(&call, intent);
    buffer_free(&call.answer);
    return found;
}

/* What is to be paid. The bill's number and no name: who pays is the provider's own to ask. */
static struct text body_of(struct worker *worker, const struct intent *intent,
                           struct text bill_number)
{
    char id[UUID_TEXT_BYTES + 1];
    uuid_format(&intent->id.uuid, id);
    json_t *body = json_pack("{s:s,s:I,s:s,s:s%,s:o}", "intent", id, "amount",
                             (json_int_t)intent->row.amount_fen, "currency", hall_currency,
                             "reference", bill_number.data, bill_number.size, "expires",
                             wire_json_time(intent->row.expires));
    char *printed = json_dumps(body, JSON_COMPACT);
    struct text text = arena_copy_text(worker->arena, text_of(printed));
    free(printed);
    json_decref(body);
    return text;
}

/* Asks; gives what the provider does not know and still should; asks again where giving it was not
 * answered. */
static struct finding intent_settle(struct worker *worker, const struct provider *provider,
                                    const struct intent *intent, struct text bill_number)
{
    struct text nothing = {0};
    struct finding found = intent_call(worker, provider, intent, nothing);
    bool is_wanted = intent->row.status == INTENT_OPENED && worker->now_ms < intent->row.expires;
    if (found.reach != REACH_UNKNOWN || !is_wanted) {
        return found;
    }
    struct text body = body_of(worker, intent, bill_number);
    found = intent_call(worker, provider, intent, body);
    return found.reach == REACH_AWAY ? intent_call(worker, provider, intent, nothing) : found;
}

/* Reads what the order is about; false when it is gone. */
static bool intent_find(struct worker *worker, const struct intent_id *id,
                        struct intent *ret_intent, struct text *ret_number)
{
    struct bill_row bill;
    if (!worker_look(worker)) {
        return false;
    }
    bool is_there = intent_load(worker->state, id, ret_intent) &&
                    bill_load(worker->state, &ret_intent->row.bill_id, &bill);
    if (is_there) {
        *ret_number = bill.number;
    }
    worker_done(worker);
    return is_there;
}

/* An operator sees that a provider is away; of what it says nothing is told. */
static void away_log(const struct worker *worker, const struct intent *intent,
                     const struct finding *found)
{
    if (found->reach == REACH_AWAY && !worker_is_ending(worker)) {
        LOG_WARNING(worker->logger, "provider.away", log_view("provider", intent->row.provider),
                    log_string("reason", found->why));
    }
}

static struct finding finding_make(struct worker *worker, const struct intent *intent,
                                   struct text bill_number)
{
    struct fee_memory *fee = worker->memory;
    const struct provider *provider = provider_find(fee->providers, intent->row.provider);
    if (provider == NULL) {
        return away("the provider is not connected");
    }
    if (provider_is_silent(provider, worker->now_ms)) {
        return away("the provider did not answer a moment ago");
    }
    return intent_settle(worker, provider, intent, bill_number);
}

void perform_intent(struct worker *worker, const struct work_order *order, const void *payload)
{
    const struct intent_order *asked = payload;
    struct intent intent;
    struct text bill_number;
    if (!intent_find(worker, &asked->intent_id, &intent, &bill_number)) {
        return;
    }
    struct finding found = finding_make(worker, &intent, bill_number);
    away_log(worker, &intent, &found);
    struct report_intent report = {
        .intent_id = asked->intent_id,
        .order_due = order->due_ms,
        .reach = found.reach,
        .why = text_of(found.why),
    };
    if (found.reach == REACH_HEARD) {
        report.word = (struct provider_word_list){.items = &found.word, .count = 1};
    }
    /* A report that is not taken leaves the order standing: the provider is asked again. */
    worker_report(worker, &report_intent_message, &report);
}
