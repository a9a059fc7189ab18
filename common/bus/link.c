#include "bus/internal.h"
#include "bus/messages.h"

#include "base/check.h"
#include "base/file.h"

#include <errno.h>
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
    LINGER_MS = 500,
    HANDSHAKE_MS = 5000,
    HEARTBEAT_MS = 2000,
    HEARTBEAT_TIMEOUT_MS = 6000,
    FRAME_SLACK_BYTES = 1024, /* what encryption and the transport add */
    RUBBISH_PER_CALL = 64,
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
    [ENDPOINT_STREAM] = {STREAM_MESSAGE_BYTES_MAX, 1024},
    [ENDPOINT_UPLOAD] = {UPLOAD_MESSAGE_BYTES_MAX + FRAME_SLACK_BYTES, 1024},
};
static const struct limits inside_limits = {0, 4096};

/* The address of an endpoint of `service`; where tcp is used a port per endpoint. */
static enum err address_make(const struct link *link, const char *base, const char *service,
                             enum endpoint endpoint, struct text *ret_address,
                             struct reason *reason)
{
    struct arena *arena = (struct arena *)(uintptr_t)&link->arena;
    if (base == NULL) {
        struct sockaddr_un name;
        struct text path =
            arena_print(arena, "%s/%s.%s", link->run_folder, service, endpoint_names[endpoint]);
        if (path.size >= sizeof name.sun_path) {
            return reason_set(reason, ERR_TOO_LARGE,
                              "the socket path %s is too long; name a shorter folder with --run",
                              path.data);
        }
        *ret_address = arena_print(arena, "ipc://%s", path.data);
        return ERR_OK;
    }
    const char *colon = strrchr(base, ':');
    char *end = NULL;
    long port = colon == NULL ? 0 : strtol(colon + 1, &end, 10);
    if (strncmp(base, "tcp://", 6) != 0 || port < 1 || port + ENDPOINT_COUNT > 65536 ||
        *end != '\0') {
        return reason_set(reason, ERR_INVALID, "\"%s\" is not an address tcp://HOST:PORT", base);
    }
    *ret_address = arena_print(arena, "%.*s:%ld", (int)(colon - base), base, port + (long)endpoint);
    return ERR_OK;
}

/* The tcp base address of `service` in the list of peers, NULL when it is reached by ipc. */
static const char *peer_find(struct link *link, const char *service)
{
    struct text rest = text_of(link->peers);
    while (rest.data != NULL) {
        struct text address = {0};
        struct text name = text_split(text_split(rest, ',', &rest), '=', &address);
        if (text_equal_string(name, service)) {
            return arena_copy_text(&link->arena, address).data;
        }
    }
    return NULL;
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

/* -- sockets
 * --------------------------------------------------------------------------------------- */

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
    struct text address;
    enum err err = address_make(link, link->base, link->self, endpoint, &address, reason);
    if (err != ERR_OK) {
        return err;
    }
    struct link_socket *socket = socket_make(link, ZMQ_ROUTER, &endpoint_limits[endpoint]);
    if (link->base != NULL) {
        tcp_prepare(socket);
        curve_serve(link, socket);
    }
    return socket_finish(socket, zmq_bind(socket->handle, address.data), "listen on", address.data,
                         ret_socket, reason);
}

enum err link_connect(struct link *link, const char *service, enum endpoint endpoint,
                      struct link_socket **ret_socket, struct reason *reason)
{
    struct text address;
    const char *base = peer_find(link, service);
    enum err err = address_make(link, base, service, endpoint, &address, reason);
    if (err != ERR_OK) {
        return err;
    }
    struct link_socket *socket = socket_make(link, ZMQ_DEALER, &endpoint_limits[endpoint]);
    socket_set(socket, ZMQ_RECONNECT_IVL, 20);
    socket_set(socket, ZMQ_RECONNECT_IVL_MAX, 1000);
    /* Nothing is queued for a peer that is not there: its caller hears that it is away. */
    socket_set(socket, ZMQ_IMMEDIATE, 1);
    if (base != NULL) {
        tcp_prepare(socket);
        err = curve_call(link, socket, service, reason);
        if (err != ERR_OK) {
            link_socket_close(&socket);
            return err;
        }
    }
    return socket_finish(socket, zmq_connect(socket->handle, address.data), "connect to",
                         address.data, ret_socket, reason);
}

enum err link_bind_inside(struct link *link, const char *name, struct link_socket **ret_socket,
                          struct reason *reason)
{
    struct text address = arena_print(&link->arena, "inproc://%s", name);
    struct link_socket *socket = socket_make(link, ZMQ_ROUTER, &inside_limits);
    return socket_finish(socket, zmq_bind(socket->handle, address.data), "open", address.data,
                         ret_socket, reason);
}

enum err link_connect_inside(struct link *link, const char *name, struct link_socket **ret_socket,
                             struct reason *reason)
{
    char address[100];
    (void)snprintf(address, sizeof address, "inproc://%s", name);
    struct link_socket *socket = socket_make(link, ZMQ_DEALER, &inside_limits);
    return socket_finish(socket, zmq_connect(socket->handle, address), "open", address, ret_socket,
                         reason);
}

static void message_drop(struct link_socket *socket)
{
    for (size_t i = 0; i < socket->part_count; i++) {
        zmq_msg_close(&socket->parts[i]);
    }
    socket->part_count = 0;
}

void link_socket_close(struct link_socket **socket)
{
    struct link_socket *closing = *socket;
    *socket = NULL;
    if (closing != NULL) {
        message_drop(closing);
        CHECK(zmq_close(closing->handle) == 0);
        free(closing);
    }
}

/* -- messages
 * -------------------------------------------------------------------------------------- */

static void rubbish_count(struct link *link)
{
    atomic_fetch_add_explicit(&link->rubbish, 1, memory_order_relaxed);
}

/* Reads the rest of a message that has too many or too large parts. */
static void rest_skip(struct link_socket *socket)
{
    zmq_msg_t part;
    bool more = true;
    while (more) {
        zmq_msg_init(&part);
        more = zmq_msg_recv(&part, socket->handle, ZMQ_DONTWAIT) >= 0 && zmq_msg_more(&part);
        zmq_msg_close(&part);
    }
}

enum receipt { RECEIPT_NOTHING, RECEIPT_MESSAGE, RECEIPT_RUBBISH };

/* Reads all parts of the next message. */
static enum receipt parts_receive(struct link_socket *socket, size_t frame_bytes_max)
{
    bool more = true;
    socket->is_idle = false;
    while (more) {
        zmq_msg_t *part = &socket->parts[socket->part_count];
        zmq_msg_init(part);
        if (zmq_msg_recv(part, socket->handle, ZMQ_DONTWAIT) < 0) {
            /* ZeroMQ has just looked at its mail: the descriptor rings for what comes now. */
            socket->is_idle = zmq_errno() == EAGAIN;
            zmq_msg_close(part);
            return RECEIPT_NOTHING;
        }
        socket->part_count++;
        more = zmq_msg_more(part) != 0;
        bool too_many = more && socket->part_count == LINK_FRAMES_MAX + 1;
        if (too_many || zmq_msg_size(part) > frame_bytes_max) {
            if (more) {
                rest_skip(socket);
            }
            return RECEIPT_RUBBISH;
        }
    }
    return socket->part_count > (socket->is_router ? 1 : 0) ? RECEIPT_MESSAGE : RECEIPT_RUBBISH;
}

static struct bytes part_bytes(zmq_msg_t *part)
{
    return bytes_of(zmq_msg_data(part), zmq_msg_size(part));
}

bool link_receive(struct link_socket *socket, size_t frame_bytes_max,
                  struct link_message *ret_message)
{
    enum receipt receipt = RECEIPT_RUBBISH;
    size_t first = socket->is_router ? 1 : 0;
    for (int i = 0; i < RUBBISH_PER_CALL && receipt == RECEIPT_RUBBISH; i++) {
        message_drop(socket);
        receipt = parts_receive(socket, frame_bytes_max);
        if (receipt == RECEIPT_RUBBISH) {
            rubbish_count(socket->link);
        }
    }
    if (receipt != RECEIPT_MESSAGE) {
        return false;
    }

    *ret_message = (struct link_message){.frames = socket->frames,
                                         .frame_count = socket->part_count - first,
                                         .user = zmq_msg_gets(&socket->parts[first], "User-Id")};
    if (first == 1) {
        ret_message->sender = part_bytes(&socket->parts[0]);
    }
    for (size_t i = first; i < socket->part_count; i++) {
        socket->frames[i - first] = part_bytes(&socket->parts[i]);
    }
    return true;
}

bool link_send(struct link_socket *socket, struct bytes receiver, const struct bytes *frames,
               size_t frame_count)
{
    CHECK(frame_count > 0);
    socket->is_idle = false; /* sending may take the mail that says that something came */
    if (socket->is_router &&
        zmq_send(socket->handle, receiver.data, receiver.size, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
        return false;
    }
    for (size_t i = 0; i < frame_count; i++) {
        int flags = ZMQ_DONTWAIT | (i + 1 < frame_count ? ZMQ_SNDMORE : 0);
        if (zmq_send(socket->handle, frames[i].data, frames[i].size, flags) < 0) {
            return false; /* only the first part can be refused: a message goes whole or not */
        }
    }
    return true;
}

uint64_t link_rubbish(const struct link *link)
{
    return atomic_load_explicit(&link->rubbish, memory_order_relaxed);
}
