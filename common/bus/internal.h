/* What the sockets' source files share; nobody else includes this. */
#pragma once

#include "bus/link.h"

#include <pthread.h>
#include <stdatomic.h>
#include <zmq.h>

enum { KEY_TEXT_BYTES = 40, KNOWN_KEYS_MAX = 64, GRANTS_MAX = 16, KEY_NAME_BYTES_MAX = 32 };

/* A public key that is known, and what it may do. */
struct known_key {
    char name[KEY_NAME_BYTES_MAX + 1];
    uint8_t public_key[32];
    char public_text[KEY_TEXT_BYTES + 1]; /* Z85 */
    struct text grants[GRANTS_MAX];
    size_t grant_count;
};

struct link {
    void *context;
    const char *self;
    const char *base; /* tcp address to bind, NULL with ipc */
    const char *peers;
    const char *run_folder;
    struct arena arena;
    _Atomic uint64_t rubbish;

    bool has_keys;
    char public_text[KEY_TEXT_BYTES + 1];
    char secret_text[KEY_TEXT_BYTES + 1];
    struct known_key known[KNOWN_KEYS_MAX];
    size_t known_count;
    void *gate; /* where ZeroMQ asks whether a key is known */
    pthread_t gate_thread;
    bool gate_runs;
};

struct link_socket {
    struct link *link;
    void *handle;
    int descriptor; /* ZMQ_FD: readable when ZeroMQ has inner mail, not when there is a message */
    bool is_router;
    bool is_idle; /* nothing was there, and no call since can have taken the mail that says more */
    zmq_msg_t parts[2]; /* of the message received last: its sender on a bound socket, its frames */
    size_t part_count;
    struct bytes frames[LINK_FRAMES_MAX];
    size_t frame_count;
};

/* Lets go of the message that was received last. */
void link_message_drop(struct link_socket *socket);

/* Reads the keys in `folder` and starts answering ZeroMQ's questions about them. */
enum err curve_open(struct link *link, const char *folder, struct reason *reason);
void curve_close(struct link *link);

/* Makes a socket demand, or offer, CURVE. */
void curve_serve(struct link *link, struct link_socket *socket);
enum err curve_call(struct link *link, struct link_socket *socket, const char *service,
                    struct reason *reason);
