/* The virtual bus: messages under way between hosts and clients.
 *
 * As ZeroMQ does, a channel (from, to, kind) keeps its order while its connection lasts; what is
 * under way when a connection ends is lost, and what is sent while there is none is refused. Beyond
 * ZeroMQ, what belongs to streams may also come twice or out of order, for the stream machines
 * claim to bear it. A message that has come waits, as in a socket, until its receiver looks. */
#pragma once

#include "base/bytes.h"
#include "world.h"

/* The place of those who are no host. */
enum { CLIENTS = HOSTS_MAX, PLACES };

enum message_kind {
    MESSAGE_WANT,    /* consumer to producer */
    MESSAGE_RECORDS, /* producer to consumer */
    MESSAGE_REFUSED, /* producer to consumer */
    MESSAGE_REQUEST, /* client to host */
    MESSAGE_REPLY,   /* host to client */
    MESSAGE_KINDS
};

struct message {
    enum message_kind kind;
    size_t from;
    size_t to;
    int64_t at_ms;
    uint64_t number;
    struct bytes bytes; /* owned by the bus, by the taker once taken */
};

struct bus *bus_open(void);
void bus_close(struct bus **bus);

/* Sends a copy of `bytes`; false when there is no connection. */
bool bus_send(struct world *world, enum message_kind kind, size_t from, size_t to,
              struct bytes bytes);

/* Takes the first message of those kinds (bits) that has come to `to`; free with message_free. */
bool bus_take(struct world *world, size_t to, unsigned kinds, struct message *ret_message);
void message_free(struct message *message);

/* True when one of those kinds has come. */
bool bus_has(const struct world *world, size_t to, unsigned kinds);

/* Ends the connection between two places: what is under way is lost, the next message makes a new
 * connection. */
void bus_drop(struct world *world, size_t left, size_t right);

/* The number of the present connection between two places: another one, another peer. */
uint64_t bus_connection(const struct world *world, size_t left, size_t right);

/* Nothing passes between the two until `until_ms` (boot time). */
void bus_cut(struct world *world, size_t left, size_t right, int64_t until_ms);

/* How many messages are under way. */
size_t bus_under_way(const struct world *world);
