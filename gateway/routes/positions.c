#include "routes/positions.h"

#include "base/check.h"
#include "routes/bus.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SESSIONS_MAX = 8192, PROBES = 8, SOURCES = 6 };

/* What one session was told. */
struct told {
    uint8_t session[SESSION_HASH_BYTES];
    uint64_t used; /* when; 0: the place is free */
    int64_t seq[SOURCES];
};

struct positions {
    struct told told[SESSIONS_MAX];
    uint64_t uses;
};

/* A source's place in the table, -1 when it is none of the hall's services. */
static int source_index(struct text source)
{
    for (int i = 0; bus_services[i] != NULL; i++) {
        if (text_equal_string(source, bus_services[i])) {
            return i;
        }
    }
    return text_equal_string(source, gateway_service.name) ? SOURCES - 1 : -1;
}

static const char *source_name(int index)
{
    return index == SOURCES - 1 ? gateway_service.name : bus_services[index];
}

struct positions *positions_open(void)
{
    struct positions *positions = calloc(1, sizeof *positions);
    CHECK(positions != NULL);
    return positions;
}

void positions_close(struct positions **positions)
{
    free(*positions);
    *positions = NULL;
}

/* The session's place, or the least used one near it when `makes`; NULL when there is none. */
static struct told *told_find(struct positions *positions, struct bytes session, bool makes)
{
    if (session.size != SESSION_HASH_BYTES) {
        return NULL;
    }
    size_t place = (size_t)(read_be64(session.data) % SESSIONS_MAX);
    struct told *oldest = &positions->told[place];
    for (size_t i = 0; i < PROBES; i++) {
        struct told *told = &positions->told[(place + i) % SESSIONS_MAX];
        if (told->used != 0 && memcmp(told->session, session.data, SESSION_HASH_BYTES) == 0) {
            return told;
        }
        oldest = told->used < oldest->used ? told : oldest;
    }
    if (!makes) {
        return NULL;
    }
    *oldest = (struct told){.used = 1};
    memcpy(oldest->session, session.data, SESSION_HASH_BYTES);
    return oldest;
}

/* "intake=17;approval=4": whatever is not understood is left out. */
static void header_read(struct visit *visit, struct text header)
{
    struct text rest = header;
    while (rest.data != NULL) {
        struct text digits = {0};
        struct text source = text_split(text_split(rest, ';', &rest), '=', &digits);
        int index = source_index(source);
        int64_t seq = 0;
        for (size_t i = 0; i < digits.size && i < 18; i++) {
            bool is_digit = digits.data[i] >= '0' && digits.data[i] <= '9';
            seq = is_digit ? seq * 10 + (digits.data[i] - '0') : 0;
        }
        if (index >= 0) {
            visit_note_position(visit, text_of(source_name(index)), seq);
        }
    }
}

void positions_recall(struct visit *visit)
{
    struct told *told = told_find(visit->gateway->positions, visit->principal.session, false);
    struct text header = exchange_header(visit->http, "Hall-Position");
    visit->positions.items =
        arena_take_array(&visit->http->arena, POSITIONS_MAX, sizeof *visit->positions.items);
    for (int i = 0; told != NULL && i < SOURCES; i++) {
        visit_note_position(visit, text_of(source_name(i)), told->seq[i]);
    }
    if (!text_is_empty(header)) {
        header_read(visit, header);
    }
}

void positions_tell(struct visit *visit)
{
    struct positions *positions = visit->gateway->positions;
    struct told *told = told_find(positions, visit->principal.session, true);
    struct text header = {0};
    for (size_t i = 0; i < visit->positions.count; i++) {
        const struct log_position_seen *seen = &visit->positions.items[i];
        int index = source_index(seen->source);
        header = arena_print(&visit->http->arena, "%.*s%s%.*s=%" PRId64, TEXT_PRINT(header),
                             i == 0 ? "" : ";", TEXT_PRINT(seen->source), seen->seq);
        if (told != NULL && index >= 0 && seen->seq > told->seq[index]) {
            told->seq[index] = seen->seq;
        }
    }
    if (told != NULL) {
        told->used = ++positions->uses + 1;
    }
    if (!text_is_empty(header)) {
        exchange_add_header(visit->http, "Hall-Position", header.data);
    }
}
