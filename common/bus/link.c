#include "bus/internal.h"
#include "bus/messages.h"

#include "base/check.h"
#include "base/file.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

const struct option_spec link_options[] = {
    {.name = "data",
     .type = OPTION_PATH,
     .default_value = "./var",
     .doc = "folder that holds everything the hall keeps, a folder per service"},
    {.name = "run",
     .type = OPTION_PATH,
     .doc = "folder of the sockets between processes (default: run/ in the data folder)"},
    {.name = "bind",
     .type = OPTION_TEXT,
     .doc = "tcp://ADDRESS:PORT to be reached at from other machines, with CURVE; uses four ports "
            "from PORT on (default: ipc)"},
    {.name = "peers",
     .type = OPTION_TEXT,
     .doc = "where other services are reached by tcp: name=tcp://HOST:PORT,name=..."},
    {.name = "keys",
     .type = OPTION_PATH,
     .doc = "folder with this program's CURVE key (NAME.secret) and the list of known keys "
            "(known-keys); needed with tcp"},
};
const size_t link_option_count = sizeof link_options / sizeof link_options[0];

static const char *const endpoint_names[ENDPOINT_COUNT] = {"command", "query", "stream", "upload"};

enum {
    ADDRESS_BYTES_MAX = 512,
    HOST_BYTES_MAX = 400,
    LINGER_MS = 500,
    HANDSHAKE_MS = 5000,
    HEARTBEAT_MS = 2000,
    HEARTBEAT_TIMEOUT_MS = 6000,
    FRAME_SLACK_BYTES = 1024, /* what encryption and the transport add */
};

/* What a socket carries: the largest frame that may come in (0: any), before memory is taken for
 * it, and how many messages may wait per peer and direction. */
struct limits {
    int64_t frame_bytes_max;
    int queue_messages;
};

static const struct limits endpoint_limits[ENDPOINT_COUNT] = {
    [ENDPOINT_COMMAND] = {BUS_MESSAGE_BYTES_MAX + FRAME_SLACK_BYTES, 4096},
    [ENDPOINT_QUERY] = {BUS_MESSAGE_BYTES_MAX + FRAME_SLACK_BYTES, 4096},
    [ENDPOINT_STREAM] = {STREAM_MESSAGE_BYTES_MAX + FRAME_SLACK_BYTES, 256},
    [ENDPOINT_UPLOAD] = {UPLOAD_MESSAGE_BYTES_MAX + FRAME_SLACK_BYTES, 1024},
};
static const struct limits inside_limits = {0, 4096};

/* Where an endpoint is reached. Sockets are made by many threads: nothing here is shared. */
struct address {
    char text[ADDRESS_BYTES_MAX];
};

/* The address in the folder of sockets. */
static enum err address_make_ipc(const struct link *link, const char *service,
                                 enum endpoint endpoint, struct address *ret_address,
                                 struct reason *reason)
{
    struct sockaddr_un name;
    static const char scheme[] = "ipc://";
    int size = snprintf(ret_address->text, sizeof ret_address->text, "%s%s/%s.%s", scheme,
                        link->run_folder, service, endpoint_names[endpoint]);
    if (size < 0 || (size_t)size - strlen(scheme) >= sizeof name.sun_path) {
        return reason_set(reason, ERR_TOO_LARGE,
                          "the path of the sockets in %s is too long; name a shorter folder with "
                          "--run",
                          link->run_folder);
    }
    return ERR_OK;
}

/* The address behind `base`, tcp://HOST:PORT: a port per endpoint. */
static enum err address_make_tcp(struct text base, enum endpoint endpoint,
                                 struct address *ret_address, struct reason *reason)
{
    enum { SCHEME_BYTES = 6 };
    struct text digits = {0};
    struct text host = base;
    int64_t port = 0;
    for (size_t i = 0; i < base.size; i++) {
        if (base.data[i] == ':') {
            host.size = i;
            digits = text_after(base, i + 1);
        }
    }
    for (size_t i = 0; i < digits.size; i++) {
        bool is_digit = digits.data[i] >= '0' && digits.data[i] <= '9';
        port = is_digit && port < 65536 ? 10 * port + (digits.data[i] - '0') : 65536;
    }
    if (!text_starts_with(base, "tcp://") || host.size <= SCHEME_BYTES || port < 1 ||
        port + ENDPOINT_COUNT > 65536 || host.size > HOST_BYTES_MAX) {
        return reason_set(reason, ERR_INVALID, "\"%.*s\" is not an address tcp://HOST:PORT",
                          TEXT_PRINT(base));
    }
    (void)snprintf(ret_address->text, sizeof ret_address->text, "%.*s:%" PRId64, TEXT_PRINT(host),
                   port + (int64_t)endpoint);
    return ERR_OK;
}

/* The tcp base address of `service`: in the list of peers, or our own. Empty when it is reached by
 * ipc. */
static struct text peer_find(const struct link *link, const char *service)
{
    struct text rest = text_of(link->peers);
    while (rest.data != NULL) {
        struct text address = {0};
        struct text name = text_split(text_split(rest, ',', &rest), '=', &address);
        if (text_equal_string(name, service)) {
            return address;
        }
    }
    return strcmp(service, link->self) == 0 ? text_of(link->base) : (struct text){0};
}

static enum err address_make(const struct link *link, struct text base, const char *service,
                             enum endpoint endpoint, struct address *ret_address,
                             struct reason *reason)
{
    return text_is_empty(base) ? address_make_ipc(link, service, endpoint, ret_address, reason)
                               : address_make_tcp(base, endpoint, ret_address, reason);
}

/* Who may enter the folder of the sockets may command: it must be ours alone. */
static enum err run_folder_check(const char *path, struct reason *reason)
{
    struct stat status;
    enum err err = folder_make(path, reason);
    if (err != ERR_OK) {
        return err;
    }
    if (stat(path, &status) != 0) {
        return reason_set(reason, err_from_errno(errno), "cannot look at %s: %s", path,
                          strerror(errno));
    }
    if (status.st_uid != geteuid() || (status.st_mode & 077) != 0) {
        return reason_set(reason, ERR_DENIED,
                          "the folder %s of the sockets must belong to the user who runs the hall "
                          "and be closed to others (chmod 0700)",
                          path);
    }
    return ERR_OK;
}

enum err link_open(const struct options *options, const char *self, struct link **ret_link,
                   struct reason *reason)
{
    struct link *link = calloc(1, sizeof *link);
    CHECK(link != NULL);
    arena_init(&link->arena);
    link->self = self;
    link->base = options_text(options, "bind");
    link->peers = options_text(options, "peers");
    link->run_folder = options_text(options, "run");
    if (link->run_folder == NULL) {
        link->run_folder = arena_print(&link->arena, "%s/run", options_text(options, "data")).data;
    }
    link->context = zmq_ctx_new();
    CHECK(link->context != NULL);
    enum err err = run_folder_check(link->run_folder, reason);
    bool uses_tcp = link->base != NULL || link->peers != NULL;
    if (err == ERR_OK && uses_tcp) {
        err = curve_open(link, options_text(options, "keys"), reason);
    }
    if (err != ERR_OK) {
        link_close(&link);
        return err;
    }
    *ret_link = link;
    return ERR_OK;
}

void link_close(struct link **link)
{
    struct link *closing = *link;
    *link = NULL;
    if (closing == NULL) {
        return;
    }
    curve_close(closing);
    zmq_ctx_term(closing->context);
    arena_free(&closing->arena);
    free(closing);
}

/* -- sockets ----------------------------------------------------------------------------------- */

static void socket_set(struct link_socket *socket, int option, int value)
{
    CHECK(zmq_setsockopt(socket->handle, option, &value, sizeof value) == 0);
}

static struct link_socket *socket_make(struct link *link, int type, const struct limits *limits)
{
    struct link_socket *socket = calloc(1, sizeof *socket);
    CHECK(socket != NULL);
    socket->link = link;
    socket->is_router = type == ZMQ_ROUTER;
    socket->handle = zmq_socket(link->context, type);
    CHECK(socket->handle != NULL);
    socket_set(socket, ZMQ_LINGER, LINGER_MS);
    socket_set(socket, ZMQ_SNDHWM, limits->queue_messages);
    socket_set(socket, ZMQ_RCVHWM, limits->queue_messages);
    socket_set(socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS);
    int64_t bytes_max = limits->frame_bytes_max == 0 ? -1 : limits->frame_bytes_max;
    CHECK(zmq_setsockopt(socket->handle, ZMQ_MAXMSGSIZE, &bytes_max, sizeof bytes_max) == 0);
    size_t size = sizeof socket->descriptor;
    CHECK(zmq_getsockopt(socket->handle, ZMQ_FD, &socket->descriptor, &size) == 0);
    if (socket->is_router) {
        socket_set(socket, ZMQ_ROUTER_MANDATORY, 1);
    }
    return socket;
}

static void tcp_prepare(struct link_socket *socket)
{
    socket_set(socket, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS);
    socket_set(socket, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS);
    socket_set(socket, ZMQ_TCP_KEEPALIVE, 1);
}

static enum err socket_finish(struct link_socket *socket, int code, const char *what,
                              const char *address, struct link_socket **ret_socket,
                              struct reason *reason)
{
    if (code != 0) {
        int error_number = zmq_errno();
        link_socket_close(&socket);
        return reason_set(reason, ERR_UNAVAILABLE, "cannot %s %s: %s", what, address,
                          zmq_strerror(error_number));
    }
    *ret_socket = socket;
    return ERR_OK;
}

enum err link_bind(struct link *link, enum endpoint endpoint, struct link_socket **ret_socket,
                   struct reason *reason)
{
    struct address address;
    enum err err = address_make(link, text_of(link->base), link->self, endpoint, &address, reason);
    if (err != ERR_OK) {
        return err;
    }
    struct link_socket *socket = socket_make(link, ZMQ_ROUTER, &endpoint_limits[endpoint]);
    if (link->base != NULL) {
        tcp_prepare(socket);
        curve_serve(link, socket);
    }
    return socket_finish(socket, zmq_bind(socket->handle, address.text), "listen on", address.text,
                         ret_socket, reason);
}

enum err link_connect(struct link *link, const char *service, enum endpoint endpoint,
                      struct link_socket **ret_socket, struct reason *reason)
{
    struct address address;
    struct text base = peer_find(link, service);
    enum err err = address_make(link, base, service, endpoint, &address, reason);
    if (err != ERR_OK) {
        return err;
    }
    struct link_socket *socket = socket_make(link, ZMQ_DEALER, &endpoint_limits[endpoint]);
    socket_set(socket, ZMQ_RECONNECT_IVL, 20);
    socket_set(socket, ZMQ_RECONNECT_IVL_MAX, 1000);
    /* Nothing is queued for a peer that is not there: its caller hears that it is away. */
    socket_set(socket, ZMQ_IMMEDIATE, 1);
    if (!text_is_empty(base)) {
        tcp_prepare(socket);
        err = curve_call(link, socket, service, reason);
        if (err != ERR_OK) {
            link_socket_close(&socket);
            return err;
        }
    }
    return socket_finish(socket, zmq_connect(socket->handle, address.text), "connect to",
                         address.text, ret_socket, reason);
}

enum err link_bind_inside(struct link *link, const char *name, struct link_socket **ret_socket,
                          struct reason *reason)
{
    struct address address;
    (void)snprintf(address.text, sizeof address.text, "inproc://%s", name);
    struct link_socket *socket = socket_make(link, ZMQ_ROUTER, &inside_limits);
    return socket_finish(socket, zmq_bind(socket->handle, address.text), "open", address.text,
                         ret_socket, reason);
}

enum err link_connect_inside(struct link *link, const char *name, struct link_socket **ret_socket,
                             struct reason *reason)
{
    struct address address;
    (void)snprintf(address.text, sizeof address.text, "inproc://%s", name);
    struct link_socket *socket = socket_make(link, ZMQ_DEALER, &inside_limits);
    return socket_finish(socket, zmq_connect(socket->handle, address.text), "open", address.text,
                         ret_socket, reason);
}

void link_socket_close(struct link_socket **socket)
{
    struct link_socket *closing = *socket;
    *socket = NULL;
    if (closing != NULL) {
        link_message_drop(closing);
        CHECK(zmq_close(closing->handle) == 0);
        free(closing);
    }
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) && !defined(__SANITIZE_THREAD__)
#define __SANITIZE_THREAD__ 1
#endif
#endif
#ifdef __SANITIZE_THREAD__
/* Debian's libzmq, and libsodium which works for it under CURVE, are not instrumented:
 * ThreadSanitizer sees what their threads touch by way of the C library, but not the atomics by
 * which they agree on it. Our own accesses are judged. So it is with pango and what it stands on,
 * which set letters (common/letter): they start threads of their own to look for fonts. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "called_from_lib:libzmq.so\n"
           "called_from_lib:libsodium.so\n"
           "called_from_lib:libpango-1.0.so\n"
           "called_from_lib:libpangoft2-1.0.so\n"
           "called_from_lib:libpangocairo-1.0.so\n"
           "called_from_lib:libfontconfig.so\n"
           "called_from_lib:libglib-2.0.so\n"
           "called_from_lib:libgobject-2.0.so\n";
}
#endif
