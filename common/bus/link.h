/* Sockets: where the processes of a hall find each other, and who may say what (DESIGN: transport).
 *
 * Every service has four endpoints: commands (to its writer), queries (to its readers), its stream,
 * and uploads. On one machine they are `ipc://` sockets in a folder that only the hall's user may
 * enter: the folder stands for the key, and is refused when it is open to others. Between machines
 * they are `tcp://` with CURVE: a list of known public keys says what each may do, a stranger gets
 * nowhere, and a message is believed only as far as its key's grants go.
 *
 * Nothing else knows ZeroMQ's calls. A link may be used by all threads, a socket belongs to one. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/options.h"

enum endpoint {
    ENDPOINT_COMMAND,
    ENDPOINT_QUERY,
    ENDPOINT_STREAM,
    ENDPOINT_UPLOAD,
    ENDPOINT_COUNT
};

struct link; /* one per process: the context, its addresses, its keys */
struct link_socket;

/* The options a program needs to find the others; part of every program's table. */
extern const struct option_spec link_options[];
extern const size_t link_option_count;

/* Reads addresses and keys; starts the key check when CURVE is used. `self` is this process's name.
 */
enum err link_open(const struct options *options, const char *self, struct link **ret_link,
                   struct reason *reason);
void link_close(struct link **link);

/* Binds an endpoint of this process; many peers, addressed by the identity that comes with each
 * message. */
enum err link_bind(struct link *link, enum endpoint endpoint, struct link_socket **ret_socket,
                   struct reason *reason);

/* Connects to an endpoint of `service`; connects again by itself. Any thread may connect a socket
 * of its own. */
enum err link_connect(struct link *link, const char *service, enum endpoint endpoint,
                      struct link_socket **ret_socket, struct reason *reason);

/* A pair of ends inside this process: `name` is bound once and connected to by other threads. */
enum err link_bind_inside(struct link *link, const char *name, struct link_socket **ret_socket,
                          struct reason *reason);
enum err link_connect_inside(struct link *link, const char *name, struct link_socket **ret_socket,
                             struct reason *reason);
void link_socket_close(struct link_socket **socket);

/* -- messages ---------------------------------------------------------------------------------- */

enum { LINK_FRAMES_MAX = 512 };

/* A message that was received: the frames behind the sender's identity. Valid until the next
 * receive on the same socket. */
struct link_message {
    struct bytes sender; /* empty on a connected socket */
    const char *user;    /* name of the key that sent it; NULL on ipc and inside */
    const struct bytes *frames;
    size_t frame_count;
};

/* Receives one message without waiting; false when there is none, or when too much rubbish stood
 * before it (link_wait then returns at once). Messages with more than LINK_FRAMES_MAX frames or one
 * of more than `frame_bytes_max` are rubbish: dropped and counted. */
bool link_receive(struct link_socket *socket, size_t frame_bytes_max,
                  struct link_message *ret_message);

/* Sends frames to `receiver` (bound sockets) or to the other end (connected ones; `receiver`
 * empty). False when nobody is there or its queue is full: the message is then dropped whole. */
bool link_send(struct link_socket *socket, struct bytes receiver, const struct bytes *frames,
               size_t frame_count);

/* How many of `frames` one message of about `bytes_max` can carry; at least one. */
size_t link_frames_fitting(const struct bytes *frames, size_t frame_count, size_t bytes_max);

/* -- waiting ----------------------------------------------------------------------------------- */

enum { LINK_POLL_MAX = 16 };

/* What a wait found: a bit per socket and per descriptor, in the order of the arrays. */
struct link_ready {
    uint32_t sockets;
    uint32_t descriptors;
};

/* Waits until one of the sockets or descriptors can be read, at most `timeout_ms` (-1: for ever).
 * NULL sockets and negative descriptors are left out. True when something can be read; `ret_ready`
 * (may be NULL) says what. A socket need not be read until it is empty: the next wait notices what
 * is left. */
bool link_wait(struct link_socket *const *sockets, size_t socket_count, const int *descriptors,
               size_t descriptor_count, long timeout_ms, struct link_ready *ret_ready);

/* For a program with a loop of its own: a descriptor that becomes readable when the socket may have
 * something, and whether one may sleep on it. It may ring for nothing, and what was there before,
 * or came during a call on the socket, rings for nobody: so link_may_sleep is asked after every use
 * of the socket and before each wait. */
int link_descriptor(const struct link_socket *socket);
bool link_may_sleep(struct link_socket *socket);

/* True when the key named `user` has `grant`: "command", "query", "upload", "vault",
 * "consume:intake". Without keys (ipc) everybody who reaches the socket may. */
bool link_may(const struct link *link, const char *user, const char *grant);

/* Messages that were dropped as rubbish since the start, and one more, by who finds that a message
 * says nothing or that its sender may not say it; any thread. */
uint64_t link_rubbish(const struct link *link);
void link_count_rubbish(struct link *link);
