/* The loop of the HTTP side: connections, replies of services, passwords, one thread. */
#include "routes/gateway.h"

#include "base/check.h"
#include "routes/accounts.h"
#include "routes/actions.h"
#include "routes/bus.h"
#include "routes/handlers.h"
#include "routes/online.h"
#include "routes/positions.h"
#include "routes/rules.h"
#include "routes/uploads.h"

#include <stdlib.h>
#include <string.h>

enum {
    BODY_BYTES_MAX = 256 * 1024,
    CATALOGUE_BYTES_MAX = 4 << 20,
    WAIT_MS_MAX = 500,
    DRAIN_MS_MAX = 4000,
};

const struct option_spec gateway_options[] = {
    {.name = "deadline",
     .type = OPTION_MS,
     .default_value = "2s",
     .min = 50,
     .max = 60000,
     .doc = "how long a service may take to answer before the client is told 503"},
    {.name = "first-admin",
     .type = OPTION_PATH,
     .doc = "file with {\"login\", \"badge\", \"password\"} of the administrator to be made when "
            "there is no account yet"},
    {.name = "staff-session",
     .type = OPTION_MS,
     .default_value = "12h",
     .min = 60000,
     .max = INT64_C(31) * 86400000,
     .doc = "how long an officer stays signed in"},
};
const size_t gateway_option_count = sizeof gateway_options / sizeof gateway_options[0];

const struct identity *gateway_identity(const struct gateway *gateway)
{
    return engine_memory(host_engine(gateway->host));
}

int64_t gateway_now_ms(const struct gateway *gateway)
{
    return trusted_clock_peek(host_clock(gateway->host));
}

/* -- requests ------------------------------------------------------------------------------- */

/* Reads the tables of this turn with memory of this visit. */
static struct state *state_for(struct gateway *gateway, struct exchange *http)
{
    gateway->state.arena = &http->arena;
    gateway->state.reader.arena = &http->arena;
    return &gateway->state;
}

static enum language language_of(const struct exchange *http)
{
    struct text wanted = exchange_header(http, "Accept-Language");
    if (text_starts_with(wanted, "en")) {
        return LANGUAGE_EN;
    }
    bool is_traditional = text_starts_with(wanted, "zh-Hant") ||
                          text_starts_with(wanted, "zh-TW") || text_starts_with(wanted, "zh-HK");
    return is_traditional ? LANGUAGE_ZH_HANT : LANGUAGE_ZH_HANS;
}

/* Who is asking; false when a token was given that opens nothing, and that was answered. */
static bool principal_find(struct visit *visit)
{
    struct gateway *gateway = visit->gateway;
    struct text header = exchange_header(visit->http, "Authorization");
    visit->principal = (struct principal){.kind = PRINCIPAL_NOBODY};
    if (header.data == NULL) {
        return true;
    }
    if (text_starts_with(header, "Bearer ") &&
        identity_recognise(state_for(gateway, visit->http), text_after(header, 7),
                           gateway_now_ms(gateway), &visit->principal)) {
        return true;
    }
    exchange_add_header(visit->http, "WWW-Authenticate", "Bearer");
    exchange_refuse(visit->http, PROBLEM_UNAUTHENTICATED,
                    "this session is over or was never opened; sign in again");
    return false;
}

/* "i3.a7.f2" in quotes, or "i3.a7.f2.m4", each number as the ETag of the case had it. */
static bool tag_parse(struct text tag, struct case_versions *ret_versions)
{
    int64_t *const places[] = {&ret_versions->intake, &ret_versions->approval, &ret_versions->fee,
                               &ret_versions->matters};
    static const char letters[] = "iafm";
    if (tag.size < 2 || tag.data[0] != '"' || tag.data[tag.size - 1] != '"') {
        return false;
    }
    struct text rest = {.data = tag.data + 1, .size = tag.size - 2};
    for (size_t i = 0; i < 3 || (i == 3 && rest.data != NULL); i++) {
        struct text part = text_split(rest, '.', &rest);
        if (part.size < 2 || part.size > 17 || part.data[0] != letters[i]) {
            return false;
        }
        for (size_t k = 1; k < part.size; k++) {
            if (part.data[k] < '0' || part.data[k] > '9') {
                return false;
            }
            *places[i] = *places[i] * 10 + (part.data[k] - '0');
        }
    }
    return rest.data == NULL;
}

/* What the headers say about versions; false when that was answered. */
static bool versions_read(struct visit *visit)
{
    struct text tag = exchange_header(visit->http, "If-Match");
    if (tag.data == NULL && (visit->route->flags & ROUTE_IF_MATCH) != 0) {
        exchange_refuse(visit->http, PROBLEM_PRECONDITION_MISSING,
                        "send If-Match with the ETag you read");
        return false;
    }
    if (tag.data == NULL || text_equal_string(tag, "*")) {
        return true;
    }
    visit->has_if_match = true;
    if (!tag_parse(tag, &visit->if_match)) {
        /* A tag of another making cannot be the present one. */
        exchange_refuse(visit->http, PROBLEM_STALE, "If-Match is no ETag of this thing");
        return false;
    }
    return true;
}

static bool access_check(struct visit *visit)
{
    enum principal_kind kind = visit->principal.kind;
    bool may = visit->route->access == ROUTE_OPEN ||
               (visit->route->access == ROUTE_CALLER && kind != PRINCIPAL_NOBODY) ||
               (visit->route->access == ROUTE_STAFF && kind == PRINCIPAL_STAFF);
    if (may) {
        return true;
    }
    if (kind == PRINCIPAL_NOBODY) {
        exchange_add_header(visit->http, "WWW-Authenticate", "Bearer");
        exchange_refuse(visit->http, PROBLEM_UNAUTHENTICATED, "sign in first");
    } else {
        exchange_refuse(visit->http, PROBLEM_FORBIDDEN, "this is for officers of the hall");
    }
    return false;
}

static void route_missing(struct exchange *http, const char *methods)
{
    if (methods == NULL) {
        exchange_refuse(http, PROBLEM_NOT_FOUND, "there is nothing at this address");
        return;
    }
    exchange_add_header(http, "Allow", methods);
    exchange_refuse(http, PROBLEM_METHOD_NOT_ALLOWED, "this address knows %s only", methods);
}

/* A key that cannot be kept is refused: whoever sends one relies on it. */
static bool key_check(struct visit *visit)
{
    if (exchange_header(visit->http, "Idempotency-Key").size <= IDEMPOTENCY_KEY_BYTES_MAX) {
        return true;
    }
    exchange_refuse(visit->http, PROBLEM_MALFORMED, "an Idempotency-Key has at most %d characters",
                    IDEMPOTENCY_KEY_BYTES_MAX);
    return false;
}

/* A JSON body must say that it is one. */
static bool media_type_check(struct visit *visit)
{
    struct text type = exchange_header(visit->http, "Content-Type");
    struct text rest;
    bool is_json = text_equal_string(text_split(type, ';', &rest), "application/json");
    if (visit->route->body == NULL || type.data == NULL || is_json) {
        return true;
    }
    exchange_refuse(visit->http, PROBLEM_UNSUPPORTED_MEDIA, "send application/json");
    return false;
}

static size_t body_bytes_max(const struct route *route)
{
    if (route->run == post_catalogue) {
        return CATALOGUE_BYTES_MAX;
    }
    return route->run == post_callback ? CALLBACK_BYTES_MAX : BODY_BYTES_MAX;
}

static void on_begin(void *context, struct exchange *http)
{
    struct gateway *gateway = context;
    struct text parameters[ROUTE_PARAMETERS_MAX] = {{0}};
    const char *methods = NULL;
    const struct route *route =
        route_find(http->method, http->path, &http->arena, parameters, &methods);
    if (route == NULL) {
        route_missing(http, methods);
        return;
    }
    struct visit *visit = arena_take(&http->arena, sizeof *visit);
    visit->gateway = gateway;
    visit->http = http;
    visit->route = route;
    visit->language = language_of(http);
    memcpy(visit->parameters, parameters, sizeof parameters);
    http->work = visit;
    http->body_bytes_max = body_bytes_max(route);
    if (gateway->is_ending) {
        exchange_refuse(http, PROBLEM_AWAY, "the gateway is being restarted; try again");
    } else if (principal_find(visit) && access_check(visit) && versions_read(visit) &&
               key_check(visit) && media_type_check(visit)) {
        positions_recall(visit);
        if (route->takes != NULL) {
            uploads_begin(visit);
        }
    }
}

static size_t on_data(void *context, struct exchange *http, struct bytes bytes)
{
    (void)context;
    return uploads_data(http->work, bytes);
}

static void on_run(void *context, struct exchange *http)
{
    struct visit *visit = http->work;
    (void)context;
    visit->route->run(visit);
    visit_continue(visit);
}

/* What was refused can be found by the trace id that its problem told. */
static void refusal_log(const struct gateway *gateway, const struct visit *visit)
{
    const struct exchange *http = visit->http;
    enum log_level level = http->status >= 500 ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG;
    if (http->status >= 400) {
        log_write(gateway->logger, level, "gateway.request_refused",
                  LOG_FIELDS(log_view("trace_id", (struct text){http->traceparent + 3, 32}),
                             log_string("operation", visit->route->name),
                             log_number("status", http->status)));
    }
}

static void on_forget(void *context, struct exchange *http)
{
    struct gateway *gateway = context;
    struct visit *visit = http->work;
    if (visit == NULL) {
        return;
    }
    refusal_log(gateway, visit);
    visit->is_over = true;
    bus_forget(gateway->bus, visit);
    uploads_forget(visit);
    for (struct visit **link = &gateway->sleepers; *link != NULL; link = &(*link)->next_sleeper) {
        if (*link == visit) {
            *link = visit->next_sleeper;
            break;
        }
    }
}

/* -- the loop ------------------------------------------------------------------------------- */

/* Wakes the visits whose time has come; when the next one's comes. */
static long sleepers_wake(struct gateway *gateway)
{
    int64_t next_ms = INT64_MAX;
    struct visit *due = NULL;
    for (struct visit **link = &gateway->sleepers; *link != NULL;) {
        struct visit *visit = *link;
        if (visit->wake_ms <= gateway->boot_ms || gateway->is_ending) {
            *link = visit->next_sleeper;
            visit->next_sleeper = due;
            due = visit;
        } else {
            next_ms = visit->wake_ms < next_ms ? visit->wake_ms : next_ms;
            link = &visit->next_sleeper;
        }
    }
    while (due != NULL) {
        struct visit *visit = due;
        void (*wake)(struct visit * visit) = visit->wake;
        due = visit->next_sleeper;
        visit->wake = NULL;
        wake(visit);
        visit_continue(visit);
    }
    return next_ms == INT64_MAX ? -1 : (long)(next_ms - gateway->boot_ms);
}

static void passwords_finish(struct gateway *gateway)
{
    struct password_outcome outcome;
    while (passwords_take(gateway->passwords, &outcome)) {
        password_known(outcome.work, &outcome);
    }
}

static long least(long left, long right)
{
    if (left < 0 || right < 0) {
        return left < 0 ? right : left;
    }
    return left < right ? left : right;
}

/* Everything that is there, once; returns how long to wait for more. */
static long turn(struct gateway *gateway)
{
    gateway->boot_ms = gateway->clock.boot_ms(&gateway->clock);
    CHECK(store_renew_read(gateway->snapshot) == ERR_OK);
    bus_receive(gateway->bus);
    uploads_receive(gateway);
    passwords_finish(gateway);
    long wait_ms = least(sleepers_wake(gateway), WAIT_MS_MAX);
    server_run(gateway->server);
    bus_flush(gateway->bus);
    store_reset_read(gateway->snapshot);
    arena_reset(&gateway->scratch);
    wait_ms = least(wait_ms, bus_wait_ms(gateway->bus));
    wait_ms = least(wait_ms, uploads_wait_ms(gateway));
    return least(wait_ms, server_wait_ms(gateway->server));
}

static void wait_for_more(struct gateway *gateway, long wait_ms)
{
    struct link_socket *sockets[LINK_POLL_MAX];
    int descriptors[2] = {server_descriptor(gateway->server),
                          passwords_descriptor(gateway->passwords)};
    size_t count = bus_sockets(gateway->bus, sockets);
    for (size_t i = 0; i < UPLOAD_TARGETS; i++) {
        sockets[count++] = uploads_sockets(gateway)[i];
    }
    (void)link_wait(sockets, count, descriptors, 2, wait_ms, NULL);
}

/* Ends what is under way before the host's writer goes: suspended connections must not be left. */
static void drain(struct gateway *gateway)
{
    int64_t give_up_ms = gateway->clock.boot_ms(&gateway->clock) + DRAIN_MS_MAX;
    gateway->is_ending = true;
    server_quiesce(gateway->server);
    while (server_busy(gateway->server) > 0 &&
           gateway->clock.boot_ms(&gateway->clock) < give_up_ms) {
        wait_for_more(gateway, least(turn(gateway), 50));
    }
}

void *front_run(void *context)
{
    struct gateway *gateway = context;
    bool was_ready = false;
    LOG_INFO(gateway->logger, "gateway.listening",
             log_number("port", (int64_t)server_port(gateway->server)));
    while (!atomic_load(&gateway->host_is_over) && (!was_ready || host_is_ready(gateway->host))) {
        was_ready |= host_is_ready(gateway->host);
        wait_for_more(gateway, turn(gateway));
    }
    drain(gateway);
    return NULL;
}

/* -- opening -------------------------------------------------------------------------------- */

enum err gateway_open(const struct options *options, const struct logger *logger, struct host *host,
                      struct gateway **ret_gateway, struct reason *reason)
{
    struct gateway *gateway = calloc(1, sizeof *gateway);
    CHECK(gateway != NULL);
    gateway->options = options;
    gateway->logger = logger;
    gateway->host = host;
    const struct server_handlers handlers = {
        .context = gateway, .begin = on_begin, .data = on_data, .run = on_run, .forget = on_forget};
    arena_init(&gateway->scratch);
    random_init(&gateway->random);
    time_source_init_system(&gateway->clock);
    wire_reader_init(&gateway->reader, &gateway->scratch);
    state_init(&gateway->state, &gateway->scratch, engine_memory(host_engine(host)));
    gateway->limits = limits_open();
    gateway->positions = positions_open();
    gateway->passwords = passwords_open();
    gateway->rules = rules_cache_open();
    gateway->hints = hints_open();
    enum err err = store_begin_read(engine_store(host_engine(host)), &gateway->snapshot);
    if (err == ERR_OK) {
        store_reset_read(gateway->snapshot);
        gateway->state.txn = gateway->snapshot;
        err = bus_open(gateway, &gateway->bus, reason);
    }
    if (err == ERR_OK) {
        err = uploads_open(gateway, reason);
    }
    if (err == ERR_OK) {
        err = server_open(options, &handlers, &gateway->server, reason);
    }
    if (err != ERR_OK) {
        gateway_close(&gateway);
        return err;
    }
    *ret_gateway = gateway;
    return ERR_OK;
}

void gateway_close(struct gateway **gateway)
{
    struct gateway *closing = *gateway;
    *gateway = NULL;
    if (closing == NULL) {
        return;
    }
    server_close(&closing->server);
    uploads_close(closing);
    bus_close(&closing->bus);
    if (closing->snapshot != NULL) {
        store_end_read(&closing->snapshot);
    }
    hints_close(&closing->hints);
    rules_cache_close(&closing->rules);
    passwords_close(&closing->passwords);
    positions_close(&closing->positions);
    limits_close(&closing->limits);
    state_free(&closing->state);
    wire_reader_free(&closing->reader);
    arena_free(&closing->scratch);
    free(closing);
}
