#include "service/asking.h"

#include "bus/messages.h"

enum { CONNECT_WAIT_MS = 10, CONNECT_TRIES = 100 };

/* Sends the request, waiting a moment for the connection. */
static enum err request_send(struct link_socket *socket, struct bytes frame)
{
    for (int tries = 0; tries < CONNECT_TRIES; tries++) {
        if (link_send(socket, (struct bytes){0}, &frame, 1)) {
            return ERR_OK;
        }
        (void)link_wait(NULL, 0, NULL, 0, CONNECT_WAIT_MS, NULL);
    }
    return ERR_UNAVAILABLE;
}

/* Reads the reply; what it points to is copied before the socket goes. */
static enum err reply_read(struct worker *worker, struct bytes frame,
                           const struct wire_message *answer, void *ret_answer)
{
    struct wire_reader reader;
    struct reply reply;
    struct bytes kept = arena_copy_bytes(worker->arena, frame);
    wire_reader_init(&reader, worker->arena);
    enum err err =
        wire_unpack(&reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &reply_message, kept, &reply, NULL);
    if (err == ERR_OK && !text_is_empty(reply.problem.type)) {
        err = ERR_DENIED;
    }
    if (err == ERR_OK) {
        err = wire_unpack_any(&reader, WIRE_SKIP_UNKNOWN, &reply.answer, answer, ret_answer, NULL);
    }
    wire_reader_free(&reader);
    return err;
}

enum err worker_ask(struct worker *worker, const char *service, const struct principal *principal,
                    const struct wire_message *command, const void *data, long wait_ms,
                    const struct wire_message *answer, void *ret_answer)
{
    struct link_socket *socket = NULL;
    struct link_message message;
    struct buffer buffer;
    struct request request = {
        .id = 1,
        .name = text_of(command->name),
        .deadline_ms = wait_ms,
        .principal = *principal,
        .body = {.message = command, .data = data},
    };
    enum err err = link_connect(host_link(worker->host), service, ENDPOINT_COMMAND, &socket, NULL);
    if (err != ERR_OK) {
        return err;
    }
    buffer_init(&buffer, BUS_MESSAGE_BYTES_MAX);
    wire_pack(&buffer, WIRE_MAP, &request_message, &request);
    err = buffer.failed ? ERR_TOO_LARGE : request_send(socket, buffer_bytes(&buffer));
    if (err == ERR_OK && !link_wait(&socket, 1, NULL, 0, wait_ms, NULL)) {
        err = ERR_TIMEOUT;
    }
    if (err == ERR_OK) {
        err = link_receive(socket, BUS_MESSAGE_BYTES_MAX, &message)
                  ? reply_read(worker, message.frames[0], answer, ret_answer)
                  : ERR_TIMEOUT;
    }
    buffer_free(&buffer);
    link_socket_close(&socket);
    return err;
}
