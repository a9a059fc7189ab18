/* HTTP in front, one socket behind, one thread: libmicrohttpd's own epoll descriptor and the
 * ZeroMQ socket in one poll. */
#include "skeleton.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <zmq.h>

enum {
    CONNECTION_BYTES = 32 * 1024,
    CONNECTIONS_MAX = 4096,
    CLIENT_TIMEOUT_S = 30,
    BACKLOG = 1024,
    BODY_BYTES_MAX = 16 * 1024,
    QUEUE_MESSAGES = 4096,
    WAIT_MS_MAX = 500,
};

/* A request under way. Its place in the table is its id. */
struct exchange {
    struct MHD_Connection *connection;
    uint8_t frame[ID_BYTES + BODY_BYTES_MAX];
    size_t size;
    bool is_answered;
    struct exchange *next_free;
};

struct gateway {
    void *socket;
    struct MHD_Daemon *daemon;
    struct exchange *exchanges[CONNECTIONS_MAX];
    size_t exchange_count;
    struct exchange *free;
    struct exchange *outgoing[FRAMES_MAX];
    size_t outgoing_count;
};

/* Sends what this turn gathered as one message. */
static void flush(struct gateway *gateway)
{
    for (size_t i = 0; i < gateway->outgoing_count; i++) {
        const struct exchange *exchange = gateway->outgoing[i];
        int more = i + 1 < gateway->outgoing_count ? ZMQ_SNDMORE : 0;
        NEED(zmq_send(gateway->socket, exchange->frame, exchange->size, more) >= 0);
    }
    gateway->outgoing_count = 0;
}

static struct exchange *exchange_open(struct gateway *gateway, struct MHD_Connection *connection)
{
    struct exchange *exchange = gateway->free;
    if (exchange != NULL) {
        gateway->free = exchange->next_free;
    } else {
        uint64_t id = gateway->exchange_count;
        NEED(gateway->exchange_count < CONNECTIONS_MAX);
        exchange = calloc(1, sizeof *exchange);
        NEED(exchange != NULL);
        memcpy(exchange->frame, &id, ID_BYTES);
        gateway->exchanges[gateway->exchange_count++] = exchange;
    }
    exchange->connection = connection;
    exchange->size = ID_BYTES;
    exchange->is_answered = false;
    return exchange;
}

static enum MHD_Result answer_send(struct MHD_Connection *connection)
{
    static char content[] = "{\"status\": \"submitted\"}";
    struct MHD_Response *response =
        MHD_create_response_from_buffer(sizeof content - 1, content, MHD_RESPMEM_PERSISTENT);
    NEED(response != NULL);
    (void)MHD_add_response_header(response, "Content-Type", "application/json");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_CREATED, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result on_access(void *context, struct MHD_Connection *connection, const char *path,
                                 const char *method, const char *version, const char *data,
                                 size_t *size, void **work)
{
    struct gateway *gateway = context;
    struct exchange *exchange = *work;
    (void)path;
    (void)method;
    (void)version;
    if (exchange == NULL) {
        *work = exchange_open(gateway, connection);
        return MHD_YES;
    }
    if (*size > 0) {
        NEED(exchange->size + *size <= sizeof exchange->frame);
        memcpy(exchange->frame + exchange->size, data, *size);
        exchange->size += *size;
        *size = 0;
        return MHD_YES;
    }
    if (exchange->is_answered) {
        return answer_send(connection);
    }
    if (gateway->outgoing_count == FRAMES_MAX) {
        flush(gateway);
    }
    gateway->outgoing[gateway->outgoing_count++] = exchange;
    MHD_suspend_connection(connection);
    return MHD_YES;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **work,
                         enum MHD_RequestTerminationCode code)
{
    struct gateway *gateway = context;
    struct exchange *exchange = *work;
    (void)connection;
    (void)code;
    if (exchange != NULL) {
        exchange->next_free = gateway->free;
        gateway->free = exchange;
        *work = NULL;
    }
}

static void replies_receive(struct gateway *gateway)
{
    uint64_t id = 0;
    while (zmq_recv(gateway->socket, &id, sizeof id, ZMQ_DONTWAIT) == sizeof id) {
        struct exchange *exchange = gateway->exchanges[id];
        exchange->is_answered = true;
        MHD_resume_connection(exchange->connection);
    }
}

static int listen_open(unsigned port)
{
    const int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    NEED(inet_pton(AF_INET, "127.0.0.1", &address.sin_addr) == 1);
    int made = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    NEED(made >= 0 && setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    NEED(bind(made, (const void *)&address, sizeof address) == 0 && listen(made, BACKLOG) == 0);
    return made;
}

static void daemon_start(struct gateway *gateway, unsigned port)
{
    gateway->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_access, gateway,
        MHD_OPTION_LISTEN_SOCKET, listen_open(port), MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CLIENT_TIMEOUT_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_STRICT_FOR_CLIENT,
        1, MHD_OPTION_NOTIFY_COMPLETED, on_completed, gateway, MHD_OPTION_END);
    NEED(gateway->daemon != NULL);
}

static long wait_ms(struct gateway *gateway)
{
    MHD_UNSIGNED_LONG_LONG wait = 0;
    bool is_bounded = MHD_get_timeout(gateway->daemon, &wait) == MHD_YES;
    return is_bounded && wait < WAIT_MS_MAX ? (long)wait : WAIT_MS_MAX;
}

int gateway_main(const char *folder, unsigned port)
{
    struct gateway *gateway = calloc(1, sizeof *gateway);
    void *context = zmq_ctx_new();
    NEED(gateway != NULL && context != NULL);
    gateway->socket = socket_connect(context, folder, "command", QUEUE_MESSAGES);
    daemon_start(gateway, port);
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(gateway->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    NEED(info != NULL);
    for (;;) {
        zmq_pollitem_t items[] = {{.socket = gateway->socket, .events = ZMQ_POLLIN},
                                  {.fd = info->epoll_fd, .events = ZMQ_POLLIN}};
        NEED(zmq_poll(items, 2, wait_ms(gateway)) >= 0);
        replies_receive(gateway);
        NEED(MHD_run(gateway->daemon) == MHD_YES);
        flush(gateway);
    }
}
