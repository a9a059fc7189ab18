/* Messages: what a socket receives and sends, whole or not at all. */
#include "bus/internal.h"

#include "base/check.h"

#include <errno.h>
#include <string.h>

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

/* -- frames ------------------------------------------------------------------------------------ */

/* All frames travel in one part, each behind its size (u32, big-endian). As parts of their own they
 * could break: when the other end dies while a message is read part by part, libzmq 4.3 takes the
 * rest away and ends the process ("Assertion failed: !_more (src/fq.cpp)"). */
enum { SIZE_BYTES = 4 };

size_t link_frames_fitting(const struct bytes *frames, size_t frame_count, size_t bytes_max)
{
    size_t bytes = 0;
    size_t fitting = 0;
    while (fitting < frame_count) {
        bytes += SIZE_BYTES + frames[fitting].size;
        if (fitting > 0 && bytes > bytes_max) {
            break;
        }
        fitting++;
    }
    return fitting;
}

/* Puts the frames into one part, which the caller sends or closes. */
static void frames_join(zmq_msg_t *part, const struct bytes *frames, size_t frame_count)
{
    size_t size = 0;
    for (size_t i = 0; i < frame_count; i++) {
        CHECK(frames[i].size <= UINT32_MAX);
        size += SIZE_BYTES + frames[i].size;
    }
    CHECK(zmq_msg_init_size(part, size) == 0);
    uint8_t *at = zmq_msg_data(part);
    for (size_t i = 0; i < frame_count; i++) {
        write_be32(at, (uint32_t)frames[i].size);
        if (frames[i].size > 0) {
            memcpy(at + SIZE_BYTES, frames[i].data, frames[i].size);
        }
        at += SIZE_BYTES + frames[i].size;
    }
}

/* Finds the frames in a part; false when they are too many, too large, or none. */
static bool frames_split(struct link_socket *socket, struct bytes part, size_t frame_bytes_max)
{
    socket->frame_count = 0;
    while (part.size > 0) {
        if (socket->frame_count == LINK_FRAMES_MAX || part.size < SIZE_BYTES) {
            return false;
        }
        size_t size = read_be32(part.data);
        if (size > frame_bytes_max || size > part.size - SIZE_BYTES) {
            return false;
        }
        socket->frames[socket->frame_count++] = bytes_of(part.data + SIZE_BYTES, size);
        part = bytes_of(part.data + SIZE_BYTES + size, part.size - SIZE_BYTES - size);
    }
    return socket->frame_count > 0;
}

/* -- receiving --------------------------------------------------------------------------------- */

/* Reads the rest of a message that has too many parts. */
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

static struct bytes part_bytes(zmq_msg_t *part)
{
    return bytes_of(zmq_msg_data(part), zmq_msg_size(part));
}

enum receipt { RECEIPT_NOTHING, RECEIPT_MESSAGE, RECEIPT_RUBBISH };

/* Reads the next message: on a bound socket its sender, then the part with the frames. */
static enum receipt parts_receive(struct link_socket *socket, size_t frame_bytes_max)
{
    size_t wanted = socket->is_router ? 2 : 1;
    bool more = true;
    socket->is_idle = false;
    while (more && socket->part_count < wanted) {
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
    }
    if (more) {
        rest_skip(socket);
    }
    bool is_whole = !more && socket->part_count == wanted &&
                    frames_split(socket, part_bytes(&socket->parts[wanted - 1]), frame_bytes_max);
    return is_whole ? RECEIPT_MESSAGE : RECEIPT_RUBBISH;
}

bool link_receive(struct link_socket *socket, size_t frame_bytes_max,
                  struct link_message *ret_message)
{
    enum receipt receipt = RECEIPT_RUBBISH;
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
    zmq_msg_t *part = &socket->parts[socket->part_count - 1];
    *ret_message = (struct link_message){.frames = socket->frames,
                                         .frame_count = socket->frame_count,
                                         .user = zmq_msg_gets(part, "User-Id")};
    if (socket->is_router) {
        ret_message->sender = part_bytes(&socket->parts[0]);
    }
    return true;
}

/* -- sending ----------------------------------------------------------------------------------- */

/* Sends one part without waiting; it is closed in any case. */
static bool part_send(struct link_socket *socket, zmq_msg_t *part, int flags)
{
    int code = -1;
    for (int tries = 0; tries < SEND_TRIES && code < 0; tries++) {
        code = zmq_msg_send(part, socket->handle, flags | ZMQ_DONTWAIT);
        if (code < 0 && zmq_errno() != EINTR) {
            break;
        }
    }
    if (code < 0) {
        zmq_msg_close(part);
    }
    return code >= 0;
}

bool link_send(struct link_socket *socket, struct bytes receiver, const struct bytes *frames,
               size_t frame_count)
{
    zmq_msg_t part;
    CHECK(frame_count > 0);
    socket->is_idle = false; /* sending may take the mail that says that something came */
    if (socket->is_router) {
        CHECK(zmq_msg_init_size(&part, receiver.size) == 0);
        memcpy(zmq_msg_data(&part), receiver.data, receiver.size);
        if (!part_send(socket, &part, ZMQ_SNDMORE)) {
            return false;
        }
    }
    frames_join(&part, frames, frame_count);
    return part_send(socket, &part, 0);
}

uint64_t link_rubbish(const struct link *link)
{
    return atomic_load_explicit(&link->rubbish, memory_order_relaxed);
}
