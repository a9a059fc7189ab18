#include "skeleton.h"

#include <stdio.h>
#include <zmq.h>

enum { ADDRESS_BYTES_MAX = 256, LINGER_MS = 500, HANDSHAKE_MS = 5000, FRAME_SLACK_BYTES = 1024 };

static void socket_set(void *socket, int option, int value)
{
    NEED(zmq_setsockopt(socket, option, &value, sizeof value) == 0);
}

static void *socket_make(void *context, int type, int queue_messages)
{
    void *socket = zmq_socket(context, type);
    int64_t bytes_max = MESSAGE_BYTES_MAX + FRAME_SLACK_BYTES;
    NEED(socket != NULL);
    socket_set(socket, ZMQ_LINGER, LINGER_MS);
    socket_set(socket, ZMQ_SNDHWM, queue_messages);
    socket_set(socket, ZMQ_RCVHWM, queue_messages);
    socket_set(socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS);
    NEED(zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &bytes_max, sizeof bytes_max) == 0);
    return socket;
}

static void address_make(const char *folder, const char *name, char address[ADDRESS_BYTES_MAX])
{
    int size = snprintf(address, ADDRESS_BYTES_MAX, "ipc://%s/%s", folder, name);
    NEED(size > 0 && size < ADDRESS_BYTES_MAX);
}

void *socket_bind(void *context, const char *folder, const char *name, int queue_messages)
{
    char address[ADDRESS_BYTES_MAX];
    void *socket = socket_make(context, ZMQ_ROUTER, queue_messages);
    address_make(folder, name, address);
    socket_set(socket, ZMQ_ROUTER_MANDATORY, 1);
    NEED(zmq_bind(socket, address) == 0);
    return socket;
}

void *socket_connect(void *context, const char *folder, const char *name, int queue_messages)
{
    char address[ADDRESS_BYTES_MAX];
    void *socket = socket_make(context, ZMQ_DEALER, queue_messages);
    address_make(folder, name, address);
    socket_set(socket, ZMQ_RECONNECT_IVL, 20);
    socket_set(socket, ZMQ_RECONNECT_IVL_MAX, 1000);
    socket_set(socket, ZMQ_IMMEDIATE, 1);
    NEED(zmq_connect(socket, address) == 0);
    return socket;
}
