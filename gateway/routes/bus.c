#include "routes/bus.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum {
    SLOTS_MAX = 16384, /* requests under way */
    SLOT_BITS = 14,    /* of a request's id; the rest counts how often the slot was used */
    FRAMES_MAX = 256,  /* of one message */
    FRAMES_AHEAD = 16, /* so many go without waiting for the turn's end: the service works on them
                          while the rest of a burst is still being read */
    OUTGOING_BYTES_MAX = BUS_MESSAGE_BYTES_MAX,
    RETRY_MS = 20, /* while nobody is at the other end */
};

const char *const bus_services[] = {"intake", "approval", "fee", "notification", "audit", NULL};
enum { SERVICES = 5, OWN_COMMANDS = 2 * SERVICES, OWN_QUERIES, CHANNELS };
_Static_assert((int)CHANNELS <= (int)BUS_SOCKETS_MAX, "every channel has its place");

/* A request under way. */
struct slot {
    struct visit *visit; /* NULL: free, or its visit is over */
    size_t index;        /* of the ask */
    int64_t id;          /* of the request; 0: free */
    int64_t give_up_ms;
    size_t next_free;
};

/* A request that was not yet sent. */
struct outgoing {
    int64_t id;
    size_t at; /* in the channel's bytes */
    size_t size;
};

/* One socket of one service. */
struct bus_channel {
    const char *service;
    bool is_command;
    struct link_socket *socket;
    struct buffer bytes;
    struct outgoing frames[FRAMES_MAX];
    size_t frame_count;
};

struct bus {
    struct gateway *gateway;
    struct bus_channel channels[CHANNELS];
    struct slot slots[SLOTS_MAX];
    size_t first_free;
    size_t under_way[SLOTS_MAX]; /* slots in the order of their deadlines: a ring */
    int64_t under_way_ids[SLOTS_MAX];
    size_t oldest;
    size_t waiting;
    int64_t deadline_ms;
    uint64_t uses;
};

/* -- opening -------------------------------------------------------------------------------- */

static enum err channel_open(struct bus *bus, size_t index, const char *service, bool is_command,
                             struct reason *reason)
{
    struct link *link = host_link(bus->gateway->host);
    struct bus_channel *channel = &bus->channels[index];
    channel->service = service;
    channel->is_command = is_command;
    buffer_init(&channel->bytes, OUTGOING_BYTES_MAX);
    if (index == OWN_COMMANDS) {
        return host_connect_inside(bus->gateway->host, &channel->socket, reason);
    }
    return link_connect(link, service, is_command ? ENDPOINT_COMMAND : ENDPOINT_QUERY,
                        &channel->socket, reason);
}

enum err bus_open(struct gateway *gateway, struct bus **ret_bus, struct reason *reason)
{
    struct bus *bus = calloc(1, sizeof *bus);
    enum err err = ERR_OK;
    CHECK(bus != NULL);
    bus->gateway = gateway;
    bus->deadline_ms = options_number(gateway->options, "deadline");
    for (size_t i = 0; i < SLOTS_MAX; i++) {
        bus->slots[i].next_free = i + 1;
    }
    for (size_t i = 0; err == ERR_OK && i < SERVICES; i++) {
        err = channel_open(bus, 2 * i, bus_services[i], true, reason);
        if (err == ERR_OK) {
            err = channel_open(bus, 2 * i + 1, bus_services[i], false, reason);
        }
    }
    if (err == ERR_OK) {
        err = channel_open(bus, OWN_COMMANDS, gateway_service.name, true, reason);
    }
    if (err == ERR_OK) {
        err = channel_open(bus, OWN_QUERIES, gateway_service.name, false, reason);
    }
    if (err != ERR_OK) {
        bus_close(&bus);
        return err;
    }
    *ret_bus = bus;
    return ERR_OK;
}

void bus_close(struct bus **bus)
{
    struct bus *closing = *bus;
    *bus = NULL;
    if (closing == NULL) {
        return;
    }
    for (size_t i = 0; i < CHANNELS; i++) {
        link_socket_close(&closing->channels[i].socket);
        buffer_free(&closing->channels[i].bytes);
    }
    free(closing);
}

/* -- slots ---------------------------------------------------------------------------------- */

static struct slot *slot_take(struct bus *bus, struct visit *visit, size_t index)
{
    if (bus->first_free >= SLOTS_MAX || bus->waiting == SLOTS_MAX) {
        return NULL;
    }
    size_t place = bus->first_free;
    struct slot *slot = &bus->slots[place];
    bus->first_free = slot->next_free;
    *slot = (struct slot){
        .visit = visit,
        .index = index,
        .id = (int64_t)(++bus->uses << SLOT_BITS | place),
        .give_up_ms = bus->gateway->boot_ms + bus->deadline_ms,
    };
    size_t last = (bus->oldest + bus->waiting++) % SLOTS_MAX;
    bus->under_way[last] = place;
    bus->under_way_ids[last] = slot->id;
    return slot;
}

static struct slot *slot_find(struct bus *bus, int64_t id)
{
    size_t place = (size_t)id & (SLOTS_MAX - 1);
    return id > 0 && bus->slots[place].id == id ? &bus->slots[place] : NULL;
}

static void slot_free(struct bus *bus, struct slot *slot)
{
    slot->id = 0;
    slot->visit = NULL;
    slot->next_free = bus->first_free;
    bus->first_free = (size_t)(slot - bus->slots);
}

/* Lets the ring forget what is no longer under way at its front. */
static void ring_trim(struct bus *bus)
{
    while (bus->waiting > 0 &&
           bus->slots[bus->under_way[bus->oldest]].id != bus->under_way_ids[bus->oldest]) {
        bus->oldest = (bus->oldest + 1) % SLOTS_MAX;
        bus->waiting--;
    }
}

void bus_forget(struct bus *bus, const struct visit *visit)
{
    for (size_t i = 0; visit->asks_pending > 0 && i < SLOTS_MAX; i++) {
        if (bus->slots[i].visit == visit) {
            bus->slots[i].visit = NULL;
        }
    }
}

/* -- sending -------------------------------------------------------------------------------- */

static struct bus_channel *channel_find(struct bus *bus, const char *service, bool is_command)
{
    for (size_t i = 0; i < CHANNELS; i++) {
        struct bus_channel *channel = &bus->channels[i];
        if (channel->is_command == is_command && strcmp(channel->service, service) == 0) {
            return channel;
        }
    }
    CHECK(false); /* no service that the gateway knows */
    return NULL;
}

/* Sends what waits in a channel; false when nobody is there, and it waits on. */
static bool channel_flush(struct bus *bus, struct bus_channel *channel)
{
    struct bytes frames[FRAMES_MAX];
    size_t count = 0;
    struct bytes bytes = buffer_bytes(&channel->bytes);
    for (size_t i = 0; i < channel->frame_count; i++) {
        const struct outgoing *frame = &channel->frames[i];
        if (slot_find(bus, frame->id) != NULL) {
            frames[count++] = bytes_of(bytes.data + frame->at, frame->size);
        }
    }
    if (count > 0 && !link_send(channel->socket, (struct bytes){0}, frames, count)) {
        return false;
    }
    for (size_t i = 0; i < channel->frame_count; i++) {
        struct slot *slot = slot_find(bus, channel->frames[i].id);
        if (slot != NULL && slot->visit != NULL) {
            slot->visit->asks[slot->index].is_sent = true;
        }
    }
    channel->frame_count = 0;
    buffer_clear(&channel->bytes);
    return true;
}

void bus_flush(struct bus *bus)
{
    for (size_t i = 0; i < CHANNELS; i++) {
        if (bus->channels[i].frame_count > 0) {
            (void)channel_flush(bus, &bus->channels[i]);
        }
    }
}

/* The ask fails at once: it cannot even wait. */
static void ask_fail(struct ask *ask, enum problem_type type)
{
    ask->problem = type;
    ask->is_here = true;
}

void bus_send(struct bus *bus, const struct bus_request *asked)
{
    struct bus_channel *channel =
        channel_find(bus, asked->service, asked->message->kind == WIRE_KIND_COMMAND);
    struct ask *ask = &asked->visit->asks[asked->index];
    struct slot *slot = NULL;
    bool has_room = channel->frame_count < FRAMES_MAX || channel_flush(bus, channel);
    if (has_room) {
        slot = slot_take(bus, asked->visit, asked->index);
    }
    if (slot == NULL) {
        ask_fail(ask, PROBLEM_AWAY);
        return;
    }
    struct request request = *asked->request;
    size_t at = channel->bytes.size;
    request.id = slot->id;
    request.name = text_of(asked->message->name);
    /* What the service says when it cannot wait any longer is to be here before the deadline. */
    request.deadline_ms = bus->deadline_ms * 3 / 4;
    wire_pack(&channel->bytes, WIRE_MAP, &request_message, &request);
    if (channel->bytes.failed) {
        channel->bytes.failed = false;
        channel->bytes.size = at;
        slot_free(bus, slot);
        ask_fail(ask, at > 0 ? PROBLEM_AWAY : PROBLEM_TOO_LARGE);
        return;
    }
    channel->frames[channel->frame_count++] =
        (struct outgoing){.id = slot->id, .at = at, .size = channel->bytes.size - at};
    asked->visit->asks_pending++;
    if (channel->frame_count % FRAMES_AHEAD == 0) {
        (void)channel_flush(bus, channel);
    }
}

/* -- receiving ------------------------------------------------------------------------------ */

/* Goes on with a visit whose last reply is here. */
static void visit_go_on(struct visit *visit)
{
    visit->asks_pending--;
    visit_continue(visit);
}

/* Decodes a reply into its ask. */
static void ask_fill(struct gateway *gateway, struct visit *visit, struct ask *ask,
                     struct bytes frame)
{
    struct wire_reader *reader = &gateway->reader;
    struct arena *arena = &visit->http->arena;
    struct bytes kept = arena_copy_bytes(arena, frame);
    reader->arena = arena;
    ask->is_here = true;
    if (wire_unpack(reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &reply_message, kept, &ask->reply, NULL) !=
        ERR_OK) {
        ask->problem = PROBLEM_INTERNAL;
        return;
    }
    if (!text_is_empty(ask->reply.problem.type)) {
        ask->problem = problem_type_of(ask->reply.problem.type);
    } else if (ask->wants != NULL && ask->reply.answer.encoded != NULL) {
        void *answer = arena_take(arena, ask->wants->size);
        bool is_sound = wire_unpack_any(reader, WIRE_SKIP_UNKNOWN, &ask->reply.answer, ask->wants,
                                        answer, NULL) == ERR_OK;
        ask->answer = is_sound ? answer : NULL;
        ask->problem = is_sound ? PROBLEM_NONE : PROBLEM_INTERNAL;
    }
    visit_note_position(visit, ask->reply.source, ask->reply.seq);
}

static void reply_take(struct bus *bus, struct bytes frame)
{
    int64_t id = 0;
    struct slot *slot = reply_peek_id(frame, &id) ? slot_find(bus, id) : NULL;
    if (slot == NULL) {
        return; /* too late: it was given up */
    }
    struct visit *visit = slot->visit;
    size_t index = slot->index;
    slot_free(bus, slot);
    if (visit != NULL) {
        ask_fill(bus->gateway, visit, &visit->asks[index], frame);
        visit_go_on(visit);
    }
}

/* Gives up what waited to its deadline. */
static void expired_take(struct bus *bus)
{
    ring_trim(bus);
    while (bus->waiting > 0) {
        struct slot *slot = &bus->slots[bus->under_way[bus->oldest]];
        if (slot->give_up_ms > bus->gateway->boot_ms) {
            return;
        }
        struct visit *visit = slot->visit;
        size_t index = slot->index;
        slot_free(bus, slot);
        if (visit != NULL) {
            ask_fail(&visit->asks[index], PROBLEM_AWAY);
            visit_go_on(visit);
        }
        ring_trim(bus);
    }
}

void bus_receive(struct bus *bus)
{
    struct link_message message;
    for (size_t i = 0; i < CHANNELS; i++) {
        while (link_receive(bus->channels[i].socket, BUS_MESSAGE_BYTES_MAX, &message)) {
            for (size_t k = 0; k < message.frame_count; k++) {
                reply_take(bus, message.frames[k]);
            }
        }
    }
    expired_take(bus);
}

size_t bus_sockets(const struct bus *bus, struct link_socket *sockets[BUS_SOCKETS_MAX])
{
    for (size_t i = 0; i < CHANNELS; i++) {
        sockets[i] = bus->channels[i].socket;
    }
    return CHANNELS;
}

long bus_wait_ms(const struct bus *bus)
{
    long wait_ms = -1;
    if (bus->waiting > 0) {
        const struct slot *slot = &bus->slots[bus->under_way[bus->oldest]];
        int64_t left = slot->give_up_ms - bus->gateway->boot_ms;
        wait_ms = slot->id == 0 || left < 0 ? 0 : (long)left;
    }
    for (size_t i = 0; i < CHANNELS; i++) {
        bool is_stuck = bus->channels[i].frame_count > 0;
        wait_ms = is_stuck && (wait_ms < 0 || wait_ms > RETRY_MS) ? RETRY_MS : wait_ms;
    }
    return wait_ms;
}
