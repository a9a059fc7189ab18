#include "service/asking.h"

#include "service/host_internal.h"

#include "bus/messages.h"

enum { CONNECT_WAIT_MS = 10, CONNECT_TRIES = 100, ANSWER_LOOK_MS = 100, STATUS_AWAY = 503 };

/* Sends the request, waiting a moment for the connection. */
static enum err request_send(struct host *host, struct link_socket *socket, struct bytes frame)
{
    for (int tries = 0; tries < CONNECT_TRIES && !atomic_load(&host->ending); tries++) {
        if (link_send(socket, (struct bytes){0}, &frame, 1)) {
            return ERR_OK;
        }
        (void)link_wait(NULL, 0, NULL, 0, CONNECT_WAIT_MS, NULL);
    }
    return ERR_UNAVAILABLE;
}

/* Waits for the reply, at most `wait_ms`; a service that is told to end does not wait for others.
 */
static enum err reply_wait(struct host *host, struct link_socket *socket, long wait_ms,
                           struct link_message *ret_message)
{
    int64_t until_ms = host_boot_ms(host) + wait_ms;
    int64_t left_ms = wait_ms;
    while (left_ms > 0 && !atomic_load(&host->ending)) {
        long look_ms = left_ms < ANSWER_LOOK_MS ? (long)left_ms : ANSWER_LOOK_MS;
        (void)link_wait(&socket, 1, NULL, 0, look_ms, NULL);
        if (link_receive(socket, BUS_MESSAGE_BYTES_MAX, ret_message)) {
            return ERR_OK;
        }
        left_ms = until_ms - host_boot_ms(host);
    }
    return ERR_TIMEOUT;
}

/* What a problem means to who asked: it may pass, or it is a no. */
static enum err problem_err(struct text type)
{
    return problem_kind(problem_type_of(type))->status == STATUS_AWAY ? ERR_UNAVAILABLE
                                                                      : ERR_DENIED;
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
        err = problem_err(reply.problem.type);
    } else if (err == ERR_OK) {
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
    err = buffer.failed ? ERR_TOO_LARGE : request_send(worker->host, socket, buffer_bytes(&buffer));
    if (err == ERR_OK) {
        err = reply_wait(worker->host, socket, wait_ms, &message);
    }
    if (err == ERR_OK) {
        err = reply_read(worker, message.frames[0], answer, ret_answer);
    }
    buffer_free(&buffer);
    link_socket_close(&socket);
    return err;
}
