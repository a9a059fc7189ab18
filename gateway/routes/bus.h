/* The gateway's end of the bus: requests to the services, replies to the visits that wait.
 *
 * Requests of one turn of the loop to one service travel together in one message; so do the
 * replies. A service that is away is waited for until the deadline, which is a setting. */
#pragma once

#include "bus/link.h"
#include "routes/visit.h"

struct bus;

enum { BUS_SOCKETS_MAX = 13 };

enum err bus_open(struct gateway *gateway, struct bus **ret_bus, struct reason *reason);
void bus_close(struct bus **bus);

/* Puts a request on its way; the reply comes to `visit` as its ask `index`. */
struct bus_request {
    struct visit *visit;
    size_t index;
    const char *service;
    const struct wire_message *message;
    const struct request *request;
};
void bus_send(struct bus *bus, const struct bus_request *asked);

/* Sends what was put on its way in this turn. */
void bus_flush(struct bus *bus);

/* Takes the replies that are here and gives up what waited too long; calls the visits that may go
 * on. */
void bus_receive(struct bus *bus);

/* The sockets to wait on, and for how long at most (-1: for ever). */
size_t bus_sockets(const struct bus *bus, struct link_socket *sockets[BUS_SOCKETS_MAX]);
long bus_wait_ms(const struct bus *bus);

/* Forgets a visit that is over. */
void bus_forget(struct bus *bus, const struct visit *visit);

/* The services a page may ask, as they are called; ends with NULL. */
extern const char *const bus_services[];
