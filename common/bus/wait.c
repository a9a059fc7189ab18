/* Waiting for sockets and descriptors with one poll(2).
 *
 * A ZeroMQ socket's descriptor tells of inner mail, not of messages: it rings once for many of
 * them, and any call on the socket may take the mail (zmq_getsockopt(3), ZMQ_FD and ZMQ_EVENTS). So
 * a socket is only slept on when it is known to be idle: ZeroMQ looked at its mail, found no
 * message, and was not called since. */
#include "bus/internal.h"

#include "base/check.h"
#include "base/time_source.h"

#include <errno.h>
#include <poll.h>

/* Lets ZeroMQ look at its mail; true when a message is there. */
static bool has_message(struct link_socket *socket)
{
    int events = 0;
    size_t size = sizeof events;
    int code = 0;
    do {
        code = zmq_getsockopt(socket->handle, ZMQ_EVENTS, &events, &size);
    } while (code != 0 && zmq_errno() == EINTR);
    bool found = code == 0 && (events & ZMQ_POLLIN) != 0;
    socket->is_idle = !found;
    return found;
}

/* The sockets that have a message, of those whose descriptors may not tell. */
static uint32_t busy_sockets(struct link_socket *const *sockets, size_t count)
{
    uint32_t busy = 0;
    for (size_t i = 0; i < count; i++) {
        if (sockets[i] != NULL && !sockets[i]->is_idle && has_message(sockets[i])) {
            busy |= UINT32_C(1) << i;
        }
    }
    return busy;
}

/* Adds what poll found. */
static void items_read(struct link_socket *const *sockets, size_t socket_count,
                       const struct pollfd *items, size_t item_count, struct link_ready *ready)
{
    for (size_t i = 0; i < item_count; i++) {
        if (items[i].revents == 0) {
            continue;
        }
        if (i >= socket_count) {
            ready->descriptors |= UINT32_C(1) << (i - socket_count);
        } else if (has_message(sockets[i])) {
            ready->sockets |= UINT32_C(1) << i;
        }
    }
}

/* What is left of `timeout_ms`, for poll. */
static int left_ms(long timeout_ms, int64_t since_ns)
{
    if (timeout_ms <= 0) {
        return (int)timeout_ms;
    }
    int64_t left = timeout_ms - (monotonic_ns() - since_ns) / 1000000;
    return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
}

bool link_wait(struct link_socket *const *sockets, size_t socket_count, const int *descriptors,
               size_t descriptor_count, long timeout_ms, struct link_ready *ret_ready)
{
    struct pollfd items[LINK_POLL_MAX];
    size_t count = socket_count + descriptor_count;
    CHECK(count <= LINK_POLL_MAX && timeout_ms >= -1);
    for (size_t i = 0; i < count; i++) {
        int descriptor = i >= socket_count    ? descriptors[i - socket_count]
                         : sockets[i] != NULL ? sockets[i]->descriptor
                                              : -1;
        items[i] = (struct pollfd){.fd = descriptor, .events = POLLIN};
    }
    int64_t since_ns = timeout_ms > 0 ? monotonic_ns() : 0;
    struct link_ready ready = {0};
    int wait_ms = 0;
    int found = 0;
    do {
        ready.sockets = busy_sockets(sockets, socket_count);
        wait_ms = ready.sockets != 0 ? 0 : left_ms(timeout_ms, since_ns);
        found = poll(items, (nfds_t)count, wait_ms);
        if (found > 0) {
            items_read(sockets, socket_count, items, count, &ready);
        }
        /* Mail without a message: a peer came or went. Sleep on. */
    } while (found > 0 && ready.sockets == 0 && ready.descriptors == 0);
    if (ret_ready != NULL) {
        *ret_ready = ready;
    }
    return ready.sockets != 0 || ready.descriptors != 0;
}

int link_descriptor(const struct link_socket *socket)
{
    return socket->descriptor;
}

bool link_may_sleep(struct link_socket *socket)
{
    return !has_message(socket);
}
