/* Messages: what a socket receives and sends, whole or not at all. */
#include "bus/internal.h"

#include "base/check.h"

#include <errno.h>

enum { RUBBISH_PER_CALL = 64, SEND_TRIES = 100 };

void link_message_drop(struct link_socket *socket)
{
    for (size_t i = 0; i < socket->part_count; i++) {
        zmq_msg_close(&socket->parts[i]);
    }
    socket->part_count = 0;
}

void link_count_rubbish(struct link *link)
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
    size_t limit = LINK_FRAMES_MAX + (socket->is_router ? 1 : 0);
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
        bool too_many = socket->part_count > limit || (more && socket->part_count == limit);
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
        link_message_drop(socket);
        receipt = parts_receive(socket, frame_bytes_max);
        if (receipt == RECEIPT_RUBBISH) {
            link_count_rubbish(socket->link);
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

/* Sends one part without waiting. */
static bool part_send(struct link_socket *socket, struct bytes part, int flags)
{
    int code = -1;
    for (int tries = 0; tries < SEND_TRIES && code < 0; tries++) {
        code = zmq_send(socket->handle, part.data, part.size, flags | ZMQ_DONTWAIT);
        if (code < 0 && zmq_errno() != EINTR) {
            return false;
        }
    }
    return code >= 0;
}

bool link_send(struct link_socket *socket, struct bytes receiver, const struct bytes *frames,
               size_t frame_count)
{
    CHECK(frame_count > 0);
    socket->is_idle = false; /* sending may take the mail that says that something came */
    if (socket->is_router && !part_send(socket, receiver, ZMQ_SNDMORE)) {
        return false;
    }
    for (size_t i = 0; i < frame_count; i++) {
        if (!part_send(socket, frames[i], i + 1 < frame_count ? ZMQ_SNDMORE : 0)) {
            return false; /* only the first part can be refused: a message goes whole or not */
        }
    }
    return true;
}

uint64_t link_rubbish(const struct link *link)
{
    return atomic_load_explicit(&link->rubbish, memory_order_relaxed);
}
