#include "bus.h"

#include "base/check.h"
#include "host.h"

#include <stdlib.h>
#include <string.h>

enum { UNDER_WAY_MAX = 8192, SLOW_MS_MAX = 400, QUICK_MS_MAX = 20 };

struct bus {
    struct message messages[UNDER_WAY_MAX];
    size_t count;
    uint64_t sent;
    int64_t last_ms[PLACES][PLACES][MESSAGE_KINDS]; /* when the latest of a channel comes */
    int64_t cut_until_ms[PLACES][PLACES];
    uint64_t connections[PLACES][PLACES];
};

struct bus *bus_open(void)
{
    struct bus *bus = calloc(1, sizeof *bus);
    CHECK(bus != NULL);
    return bus;
}

void message_free(struct message *message)
{
    free((void *)(uintptr_t)message->bytes.data);
    message->bytes = (struct bytes){0};
}

void bus_close(struct bus **bus)
{
    for (size_t i = 0; i < (*bus)->count; i++) {
        message_free(&(*bus)->messages[i]);
    }
    free(*bus);
    *bus = NULL;
}

static bool is_connected(const struct world *world, size_t left, size_t right)
{
    return world->bus->cut_until_ms[left][right] <= world->boot_ms &&
           (left == CLIENTS || host_is_up(world->hosts[left])) &&
           (right == CLIENTS || host_is_up(world->hosts[right]));
}

static bool belongs_to_stream(enum message_kind kind)
{
    return kind == MESSAGE_WANT || kind == MESSAGE_RECORDS || kind == MESSAGE_REFUSED;
}

static int64_t delay_ms(struct world *world)
{
    if (world->is_swift) {
        return 0;
    }
    return chance(world, 12) ? between(world, 0, SLOW_MS_MAX) : between(world, 0, QUICK_MS_MAX);
}

static void put(struct world *world, enum message_kind kind, size_t from, size_t to,
                struct bytes bytes)
{
    struct bus *bus = world->bus;
    int64_t *last_ms = &bus->last_ms[from][to][kind];
    bool overtakes = belongs_to_stream(kind) && !world->is_calm && chance(world, 40);
    int64_t at_ms = world->boot_ms + delay_ms(world);
    uint8_t *copy = malloc(bytes.size);
    CHECK(copy != NULL && bus->count < UNDER_WAY_MAX);
    memcpy(copy, bytes.data, bytes.size);
    if (!overtakes && at_ms < *last_ms) {
        at_ms = *last_ms;
    }
    *last_ms = at_ms > *last_ms ? at_ms : *last_ms;
    bus->messages[bus->count++] = (struct message){.kind = kind,
                                                   .from = from,
                                                   .to = to,
                                                   .at_ms = at_ms,
                                                   .number = ++bus->sent,
                                                   .bytes = bytes_of(copy, bytes.size)};
}

bool bus_send(struct world *world, enum message_kind kind, size_t from, size_t to,
              struct bytes bytes)
{
    if (!is_connected(world, from, to)) {
        return false;
    }
    put(world, kind, from, to, bytes);
    if (belongs_to_stream(kind) && !world->is_calm && chance(world, 60)) {
        put(world, kind, from, to, bytes);
    }
    return true;
}

/* The first that has come of those kinds, SIZE_MAX when none has. */
static size_t first_come(const struct world *world, size_t to, unsigned kinds)
{
    const struct bus *bus = world->bus;
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < bus->count; i++) {
        const struct message *message = &bus->messages[i];
        if (message->to != to || (kinds >> message->kind & 1) == 0 ||
            message->at_ms > world->boot_ms) {
            continue;
        }
        const struct message *best = first == SIZE_MAX ? NULL : &bus->messages[first];
        if (best == NULL || message->at_ms < best->at_ms ||
            (message->at_ms == best->at_ms && message->number < best->number)) {
            first = i;
        }
    }
    return first;
}

bool bus_take(struct world *world, size_t to, unsigned kinds, struct message *ret_message)
{
    struct bus *bus = world->bus;
    size_t index = first_come(world, to, kinds);
    if (index == SIZE_MAX) {
        return false;
    }
    *ret_message = bus->messages[index];
    bus->messages[index] = bus->messages[--bus->count];
    return true;
}

bool bus_has(const struct world *world, size_t to, unsigned kinds)
{
    return first_come(world, to, kinds) != SIZE_MAX;
}

void bus_drop(struct world *world, size_t left, size_t right)
{
    struct bus *bus = world->bus;
    size_t kept = 0;
    for (size_t i = 0; i < bus->count; i++) {
        struct message *message = &bus->messages[i];
        bool is_theirs = (message->from == left && message->to == right) ||
                         (message->from == right && message->to == left);
        if (is_theirs) {
            message_free(message);
        } else {
            bus->messages[kept++] = *message;
        }
    }
    bus->count = kept;
    bus->connections[left][right]++;
    bus->connections[right][left]++;
}

uint64_t bus_connection(const struct world *world, size_t left, size_t right)
{
    return world->bus->connections[left][right];
}

void bus_cut(struct world *world, size_t left, size_t right, int64_t until_ms)
{
    bus_drop(world, left, right);
    world->bus->cut_until_ms[left][right] = until_ms;
    world->bus->cut_until_ms[right][left] = until_ms;
}

size_t bus_under_way(const struct world *world)
{
    return world->bus->count;
}
