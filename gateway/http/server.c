#include "http/server.h"

#include "base/check.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/random.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTION_BYTES = 32 * 1024, /* of headers, and of one piece of a body */
    FREE_EXCHANGES_MAX = 512,
    TLS_FILE_BYTES_MAX = 1 << 20,
    BACKLOG = 1024,
    UNREAD_BYTES_MAX = 32 << 20, /* of a body that was answered before its end */
};

struct server {
    struct server_handlers handlers;
    struct MHD_Daemon *daemon;
    struct arena arena;
    struct random_source random;
    int descriptor;
    unsigned port;
    bool trusts_proxy;
    bool is_secure; /* HTTPS */
    bool is_quiet;
    struct exchange *free_exchanges;
    size_t free_count;
    size_t busy;
    _Atomic uint64_t requests;
    _Atomic uint64_t answers[6];
};

const struct option_spec server_options[] = {
    {.name = "listen",
     .type = OPTION_TEXT,
     .default_value = "127.0.0.1",
     .doc = "address to listen on"},
    {.name = "port",
     .type = OPTION_NUMBER,
     .default_value = "8080",
     .min = 0,
     .max = 65535,
     .doc = "port to listen on; 0 takes any free one and tells it in the log"},
    {.name = "tls-certificate",
     .type = OPTION_PATH,
     .doc = "certificate chain (PEM): HTTPS instead of HTTP"},
    {.name = "tls-key", .type = OPTION_PATH, .doc = "private key of the certificate (PEM)"},
    {.name = "behind-proxy",
     .type = OPTION_FLAG,
     .doc = "a proxy stands in front: the last address of X-Forwarded-For is the client"},
    {.name = "connections",
     .type = OPTION_NUMBER,
     .default_value = "4096",
     .min = 1,
     .max = 100000,
     .doc = "connections that may be open at once"},
    {.name = "client-timeout",
     .type = OPTION_MS,
     .default_value = "30s",
     .min = 1000,
     .max = 600000,
     .doc = "how long a client may be silent before its connection is closed"},
};
const size_t server_option_count = sizeof server_options / sizeof server_options[0];

/* -- exchanges ------------------------------------------------------------------------------ */

static enum http_method method_of(const char *name)
{
    static const char *const names[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    for (int i = 0; i < HTTP_OTHER; i++) {
        if (strcmp(name, names[i]) == 0) {
            return (enum http_method)i;
        }
    }
    return strcmp(name, "HEAD") == 0 ? HTTP_GET : HTTP_OTHER;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum |= bytes[i];
    }
    return sum == 0;
}

/* True when hexadecimal digits are all small, as W3C Trace Context wants them. */
static bool is_small(struct text digits)
{
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] >= 'A' && digits.data[i] <= 'F') {
            return false;
        }
    }
    return true;
}

/* Takes the caller's trace context when it is well formed (W3C Trace Context), or makes one. */
static void trace_fill(struct server *server, struct exchange *exchange)
{
    struct text given = exchange_header(exchange, "traceparent");
    uint8_t ids[24];
    bool sound = given.size == TRACEPARENT_BYTES && given.data[2] == '-' && given.data[35] == '-' &&
                 given.data[52] == '-' && memcmp(given.data, "00", 2) == 0 &&
                 hex_decode((struct text){given.data + 3, 32}, ids, 16) &&
                 hex_decode((struct text){given.data + 36, 16}, ids + 16, 8) && is_small(given) &&
                 !is_zero(ids, 16) && !is_zero(ids + 16, 8);
    random_fill(&server->random, ids + 16, 8);
    if (!sound) {
        random_fill(&server->random, ids, 16);
    }
    memcpy(exchange->traceparent, "00-", 3);
    hex_encode(bytes_of(ids, 16), exchange->traceparent + 3);
    exchange->traceparent[35] = '-';
    hex_encode(bytes_of(ids + 16, 8), exchange->traceparent + 36);
    memcpy(exchange->traceparent + 52, "-01", 4);
    exchange->is_traced = true;
}

/* Who has one address of IPv6 has the whole /64: a client is the network. */
static const char *client_of_ipv6(struct exchange *exchange, struct in6_addr address)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (!IN6_IS_ADDR_V4MAPPED(&address)) {
        memset(address.s6_addr + 8, 0, 8);
    }
    (void)inet_ntop(AF_INET6, &address, text, sizeof text);
    return arena_copy_text(&exchange->arena, text_of(text)).data;
}

/* The address that a proxy saw: the last one it wrote down. */
static const char *client_forwarded(struct exchange *exchange, struct text seen)
{
    struct text rest = seen;
    struct text last = seen;
    struct in6_addr address;
    while (rest.data != NULL) {
        last = text_split(rest, ',', &rest);
    }
    while (text_starts_with(last, " ")) {
        last = text_after(last, 1);
    }
    const char *name = arena_copy_text(&exchange->arena, last).data;
    return inet_pton(AF_INET6, name, &address) == 1 ? client_of_ipv6(exchange, address) : name;
}

/* The client's address; behind a proxy the one that the proxy saw. */
static const char *client_of(struct server *server, struct exchange *exchange)
{
    char text[INET_ADDRSTRLEN] = "";
    struct text seen = exchange_header(exchange, "X-Forwarded-For");
    if (server->trusts_proxy && !text_is_empty(seen)) {
        return client_forwarded(exchange, seen);
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info != NULL && info->client_addr->sa_family == AF_INET) {
        const struct sockaddr_in *address = (const void *)info->client_addr;
        (void)inet_ntop(AF_INET, &address->sin_addr, text, sizeof text);
    } else if (info != NULL && info->client_addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *address = (const void *)info->client_addr;
        return client_of_ipv6(exchange, address->sin6_addr);
    }
    return arena_copy_text(&exchange->arena, text_of(text)).data;
}

static struct exchange *exchange_open(struct server *server, struct MHD_Connection *connection,
                                      const char *method, const char *path)
{
    struct exchange *exchange = server->free_exchanges;
    struct arena arena;
    if (exchange != NULL) {
        server->free_exchanges = exchange->next_free;
        server->free_count--;
        arena = exchange->arena;
    } else {
        exchange = malloc(sizeof *exchange);
        CHECK(exchange != NULL);
        arena_init(&arena);
    }
    *exchange = (struct exchange){
        .server = server,
        .connection = connection,
        .arena = arena,
        .method = method_of(method),
    };
    exchange->path = arena_copy_text(&exchange->arena, text_of(path));
    exchange->client = client_of(server, exchange);
    trace_fill(server, exchange);
    server->busy++;
    atomic_fetch_add_explicit(&server->requests, 1, memory_order_relaxed);
    return exchange;
}

static void exchange_close(struct server *server, struct exchange *exchange)
{
    exchange->is_gone = true;
    server->handlers.forget(server->handlers.context, exchange);
    buffer_free(&exchange->body);
    server->busy--;
    if (server->free_count == FREE_EXCHANGES_MAX) {
        arena_free(&exchange->arena);
        free(exchange);
        return;
    }
    arena_reset(&exchange->arena);
    exchange->next_free = server->free_exchanges;
    server->free_exchanges = exchange;
    server->free_count++;
}

/* -- libmicrohttpd's calls ------------------------------------------------------------------ */

/* What every answer carries: nothing of it is kept (unless it says so itself), framed, guessed at
 * or run (OWASP REST Security Cheat Sheet, "Security Headers"). */
static const struct http_header safe_headers[] = {
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
};

static enum MHD_Result answer_send(struct server *server, struct exchange *exchange)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        exchange->content.size, (void *)(uintptr_t)exchange->content.data, MHD_RESPMEM_PERSISTENT);
    if (response == NULL) {
        return MHD_NO;
    }
    for (size_t i = exchange->is_kept ? 1 : 0; i < sizeof safe_headers / sizeof safe_headers[0];
         i++) {
        (void)MHD_add_response_header(response, safe_headers[i].name, safe_headers[i].value);
    }
    if (server->is_secure) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_STRICT_TRANSPORT_SECURITY,
                                      "max-age=31536000");
    }
    for (size_t i = 0; i < exchange->header_count; i++) {
        (void)MHD_add_response_header(response, exchange->headers[i].name,
                                      exchange->headers[i].value);
    }
    enum MHD_Result result =
        MHD_queue_response(exchange->connection, (unsigned)exchange->status, response);
    MHD_destroy_response(response);
    atomic_fetch_add_explicit(&server->answers[exchange->status / 100 % 6], 1,
                              memory_order_relaxed);
    return result;
}

/* Puts the connection aside until server_resume. */
static enum MHD_Result wait(struct exchange *exchange)
{
    exchange->is_suspended = true;
    MHD_suspend_connection(exchange->connection);
    return MHD_YES;
}

/* The length the client announced is known to be too much before it sends anything. */
static bool announced_too_much(const struct exchange *exchange)
{
    struct text length = exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return !text_is_empty(length) &&
           strtoull(length.data, NULL, 10) > (unsigned long long)exchange->body_bytes_max;
}

/* A body of bearable size is on its way already: were the connection closed now, the client would
 * see a broken connection instead of the answer. One that waits for leave to send is told at once.
 */
static bool reads_to_the_end(const struct exchange *exchange)
{
    struct text length = exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_LENGTH);
    struct text coding = exchange_header(exchange, MHD_HTTP_HEADER_TRANSFER_ENCODING);
    bool asks_first = exchange_header(exchange, MHD_HTTP_HEADER_EXPECT).data != NULL;
    bool is_bearable = text_is_empty(length) ? !text_is_empty(coding)
                                             : strtoull(length.data, NULL, 10) <= UNREAD_BYTES_MAX;
    return !asks_first && is_bearable;
}

static enum MHD_Result first_call(struct server *server, struct MHD_Connection *connection,
                                  const char *path, const char *method, void **work)
{
    struct exchange *exchange = exchange_open(server, connection, method, path);
    *work = exchange;
    server->handlers.begin(server->handlers.context, exchange);
    if (exchange->phase == EXCHANGE_READING && announced_too_much(exchange)) {
        exchange_refuse(exchange, PROBLEM_TOO_LARGE, "at most %zu bytes are taken here",
                        exchange->body_bytes_max);
    }
    buffer_init(&exchange->body, exchange->streams ? 0 : exchange->body_bytes_max);
    bool is_over = exchange->phase == EXCHANGE_ANSWERED && !reads_to_the_end(exchange);
    return is_over ? answer_send(server, exchange) : MHD_YES;
}

/* Takes a piece of the body; what is not taken comes again. */
static enum MHD_Result body_take(struct server *server, struct exchange *exchange, const char *data,
                                 size_t *size)
{
    if (exchange->phase != EXCHANGE_READING) {
        exchange->unread_bytes += *size; /* answered already: a little more is only read */
        *size = 0;
        return exchange->unread_bytes <= UNREAD_BYTES_MAX ? MHD_YES : MHD_NO;
    }
    if (!exchange->streams) {
        buffer_append(&exchange->body, data, *size);
        exchange->body_is_too_large |= exchange->body.failed;
        *size = 0;
        return MHD_YES;
    }
    size_t taken = server->handlers.data(server->handlers.context, exchange, bytes_of(data, *size));
    CHECK(taken <= *size);
    *size -= taken;
    bool must_wait = *size > 0 && exchange->phase == EXCHANGE_READING;
    if (exchange->phase == EXCHANGE_ANSWERED) {
        *size = 0;
    }
    return must_wait ? wait(exchange) : MHD_YES;
}

static enum MHD_Result body_end(struct server *server, struct exchange *exchange)
{
    if (exchange->phase == EXCHANGE_READING && exchange->body_is_too_large) {
        exchange_refuse(exchange, PROBLEM_TOO_LARGE, "at most %zu bytes are taken here",
                        exchange->body_bytes_max);
    } else if (exchange->phase == EXCHANGE_READING) {
        exchange->phase = EXCHANGE_RUNNING;
        server->handlers.run(server->handlers.context, exchange);
    }
    return exchange->phase == EXCHANGE_ANSWERED ? answer_send(server, exchange) : wait(exchange);
}

static enum MHD_Result on_access(void *context, struct MHD_Connection *connection, const char *path,
                                 const char *method, const char *version, const char *data,
                                 size_t *size, void **work)
{
    struct server *server = context;
    (void)version;
    if (*work == NULL) {
        return first_call(server, connection, path, method, work);
    }
    return *size > 0 ? body_take(server, *work, data, size) : body_end(server, *work);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **work,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection;
    (void)code;
    if (*work != NULL) {
        exchange_close(context, *work);
        *work = NULL;
    }
}

/* -- opening -------------------------------------------------------------------------------- */

/* The listening socket, made here so that a port that is taken is told in words. */
static enum err listen_open(const struct options *options, int *ret_socket, unsigned *ret_port,
                            struct reason *reason)
{
    const char *address = options_text(options, "listen");
    uint16_t port = (uint16_t)options_number(options, "port");
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    bool is_four = inet_pton(AF_INET, address, &four.sin_addr) == 1;
    const int on = 1;
    if (!is_four && inet_pton(AF_INET6, address, &six.sin6_addr) != 1) {
        return reason_set(reason, ERR_INVALID, "--listen: \"%s\" is no address", address);
    }
    const struct sockaddr *where = is_four ? (const void *)&four : (const void *)&six;
    socklen_t size = is_four ? sizeof four : sizeof six;
    int socket_made =
        socket(is_four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_made < 0 || setsockopt(socket_made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(socket_made, where, size) != 0 || listen(socket_made, BACKLOG) != 0) {
        int code = errno;
        if (socket_made >= 0) {
            close(socket_made);
        }
        return reason_set(reason, err_from_errno(code), "cannot listen on %s port %u: %s", address,
                          port, strerror(code));
    }
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } bound = {.six = {0}};
    socklen_t bound_size = sizeof bound;
    CHECK(getsockname(socket_made, &bound.any, &bound_size) == 0);
    *ret_port = ntohs(is_four ? bound.four.sin_port : bound.six.sin6_port);
    *ret_socket = socket_made;
    return ERR_OK;
}

/* Reads certificate and key; both or none. */
static enum err tls_read(struct server *server, const struct options *options,
                         const char **ret_certificate, const char **ret_key, struct reason *reason)
{
    const char *certificate = options_text(options, "tls-certificate");
    const char *key = options_text(options, "tls-key");
    struct bytes bytes;
    if ((certificate == NULL) != (key == NULL)) {
        return reason_set(reason, ERR_INVALID, "--tls-certificate and --tls-key go together");
    }
    if (certificate == NULL) {
        return ERR_OK;
    }
    enum err err = file_read(certificate, TLS_FILE_BYTES_MAX, &server->arena, &bytes, reason);
    if (err == ERR_OK) {
        *ret_certificate = arena_copy_text(&server->arena, bytes_text(bytes)).data;
        err = file_read(key, TLS_FILE_BYTES_MAX, &server->arena, &bytes, reason);
    }
    if (err == ERR_OK) {
        *ret_key = arena_copy_text(&server->arena, bytes_text(bytes)).data;
    }
    return err;
}

static enum err daemon_start(struct server *server, const struct options *options, int listening,
                             struct reason *reason)
{
    const char *certificate = NULL;
    const char *key = NULL;
    enum err err = tls_read(server, options, &certificate, &key, reason);
    if (err != ERR_OK) {
        return err;
    }
    struct MHD_OptionItem items[] = {
        {MHD_OPTION_LISTEN_SOCKET, listening, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)options_number(options, "connections"), NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT,
         (intptr_t)(options_number(options, "client-timeout") / 1000), NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, server},
        {certificate == NULL ? MHD_OPTION_END : MHD_OPTION_HTTPS_MEM_CERT, 0,
         (void *)(uintptr_t)certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key},
        {MHD_OPTION_END, 0, NULL},
    };
    server->is_secure = certificate != NULL;
    unsigned flags = MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME |
                     (certificate == NULL ? 0 : MHD_USE_TLS);
    server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_access, server, MHD_OPTION_ARRAY,
                                      items, MHD_OPTION_END);
    if (server->daemon == NULL) {
        return reason_set(reason, ERR_INVALID, "the HTTP server does not start%s",
                          certificate == NULL ? "" : ": are certificate and key right?");
    }
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    CHECK(info != NULL);
    server->descriptor = info->epoll_fd;
    return ERR_OK;
}

enum err server_open(const struct options *options, const struct server_handlers *handlers,
                     struct server **ret_server, struct reason *reason)
{
    struct server *server = calloc(1, sizeof *server);
    int listening = -1;
    CHECK(server != NULL);
    server->handlers = *handlers;
    server->trusts_proxy = options_flag(options, "behind-proxy");
    arena_init(&server->arena);
    random_init(&server->random);
    enum err err = listen_open(options, &listening, &server->port, reason);
    if (err == ERR_OK) {
        err = daemon_start(server, options, listening, reason);
        if (err != ERR_OK) {
            close(listening);
        }
    }
    if (err != ERR_OK) {
        server_close(&server);
        return err;
    }
    *ret_server = server;
    return ERR_OK;
}

void server_close(struct server **server)
{
    struct server *closing = *server;
    *server = NULL;
    if (closing == NULL) {
        return;
    }
    if (closing->daemon != NULL) {
        MHD_stop_daemon(closing->daemon);
    }
    while (closing->free_exchanges != NULL) {
        struct exchange *exchange = closing->free_exchanges;
        closing->free_exchanges = exchange->next_free;
        arena_free(&exchange->arena);
        free(exchange);
    }
    arena_free(&closing->arena);
    free(closing);
}

void server_quiesce(struct server *server)
{
    if (!server->is_quiet) {
        server->is_quiet = true;
        MHD_socket listening = MHD_quiesce_daemon(server->daemon);
        if (listening != MHD_INVALID_SOCKET) {
            close(listening);
        }
    }
}

/* -- the loop ------------------------------------------------------------------------------- */

unsigned server_port(const struct server *server)
{
    return server->port;
}

int server_descriptor(const struct server *server)
{
    return server->descriptor;
}

long server_wait_ms(const struct server *server)
{
    MHD_UNSIGNED_LONG_LONG wait_ms = 0;
    if (MHD_get_timeout(server->daemon, &wait_ms) != MHD_YES) {
        return -1;
    }
    return wait_ms > 1000 ? 1000 : (long)wait_ms;
}

void server_run(struct server *server)
{
    CHECK(MHD_run(server->daemon) == MHD_YES);
}

void server_resume(struct exchange *exchange)
{
    if (exchange->is_suspended) {
        exchange->is_suspended = false;
        MHD_resume_connection(exchange->connection);
    }
}

size_t server_busy(const struct server *server)
{
    return server->busy;
}

size_t server_connections(const struct server *server)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    return info == NULL ? 0 : info->num_connections;
}

struct server_counters server_counters(const struct server *server)
{
    struct server_counters counters = {.requests = atomic_load(&server->requests)};
    for (size_t i = 0; i < sizeof counters.answers / sizeof counters.answers[0]; i++) {
        counters.answers[i] = atomic_load(&server->answers[i]);
    }
    return counters;
}
