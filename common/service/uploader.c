/* The upload thread: takes files from many senders at once and hands them to the service's sink. */
#include "service/host_internal.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum {
    WAIT_MS = 1000,
    TIDY_EVERY_MS = 60000,
    IDLE_MS_MAX = 60000,
    CREDIT_BYTES = 1 << 20,
    CREDIT_STEP_BYTES = 1 << 18,
    PEER_BYTES_MAX = 64,
    MESSAGES_PER_ROUND = 256,
};

/* A file that is coming in. */
struct incoming {
    uint8_t peer[PEER_BYTES_MAX];
    size_t peer_size;
    int64_t id;
    bool is_taken;
    void *file; /* of the sink */
    int64_t size;
    int64_t size_max;
    int64_t credit;
    int64_t heard_ms;
};

struct uploading {
    struct host *host;
    const struct upload_sink *sink;
    void *memory;
    struct arena arena;
    struct wire_reader reader;
    struct buffer buffer;
    struct incoming incoming[UPLOADS_MAX];
    int64_t tidied_ms;     /* boot time; 0: not yet */
    int64_t tidied_now_ms; /* the hall's time then */
};

static void status_send(struct uploading *u, struct bytes peer, const struct upload_status *status)
{
    buffer_clear(&u->buffer);
    wire_pack(&u->buffer, WIRE_MAP, &upload_status_message, status);
    struct bytes frame = buffer_bytes(&u->buffer);
    (void)link_send(u->host->uploads, peer, &frame, 1);
}

static void problem_send(struct uploading *u, struct bytes peer, int64_t id, enum problem_type type,
                         const char *detail)
{
    struct upload_status status = {.id = id,
                                   .problem = problem_make(&u->arena, type, text_of(detail), NULL)};
    status_send(u, peer, &status);
}

static struct incoming *incoming_find(struct uploading *u, struct bytes peer, int64_t id)
{
    for (size_t i = 0; i < UPLOADS_MAX; i++) {
        struct incoming *incoming = &u->incoming[i];
        if (incoming->is_taken && incoming->id == id &&
            bytes_equal(bytes_of(incoming->peer, incoming->peer_size), peer)) {
            return incoming;
        }
    }
    return NULL;
}

static void incoming_drop(struct uploading *u, struct incoming *incoming)
{
    u->sink->drop(u->memory, incoming->file);
    *incoming = (struct incoming){0};
}

static struct incoming *incoming_free(struct uploading *u)
{
    for (size_t i = 0; i < UPLOADS_MAX; i++) {
        if (!u->incoming[i].is_taken) {
            return &u->incoming[i];
        }
    }
    return NULL;
}

static void take_begin(struct uploading *u, struct bytes peer, const struct upload_begin *begin)
{
    struct incoming *place = incoming_free(u);
    if (atomic_load(&u->host->draining)) {
        problem_send(u, peer, begin->id, PROBLEM_AWAY, "the service is shutting down; try again");
        return;
    }
    if (incoming_find(u, peer, begin->id) != NULL) {
        problem_send(u, peer, begin->id, PROBLEM_CONFLICT, "an upload of that number is under way");
        return;
    }
    if (place == NULL || peer.size > PEER_BYTES_MAX) {
        problem_send(u, peer, begin->id, PROBLEM_AWAY, "too many files are coming in; try again");
        return;
    }
    void *file = NULL;
    enum problem_type problem = u->sink->begin(u->memory, begin, &file);
    if (problem != PROBLEM_NONE) {
        problem_send(u, peer, begin->id, problem, "the file cannot be stored at present");
        return;
    }
    *place = (struct incoming){.peer_size = peer.size,
                               .id = begin->id,
                               .is_taken = true,
                               .file = file,
                               .size_max = begin->size_max,
                               .credit = CREDIT_BYTES,
                               .heard_ms = host_boot_ms(u->host)};
    memcpy(place->peer, peer.data, peer.size);
    status_send(u, peer, &(struct upload_status){.id = begin->id, .credit = place->credit});
}

static void incoming_end(struct uploading *u, struct incoming *incoming, struct bytes peer)
{
    struct upload_outcome outcome = {0};
    enum problem_type problem = u->sink->finish(u->memory, incoming->file, &outcome);
    int64_t id = incoming->id;
    *incoming = (struct incoming){0};
    if (problem != PROBLEM_NONE) {
        problem_send(u, peer, id, problem, "the file cannot be stored at present");
        return;
    }
    struct upload_status status = {
        .id = id, .upload_id = outcome.upload_id, .sha256 = outcome.sha256, .size = outcome.size};
    status_send(u, peer, &status);
    atomic_fetch_add(&u->host->uploads_taken, 1);
}

/* Writes the next bytes of a file; `ret_why` is static. */
static enum problem_type chunk_write(struct uploading *u, struct incoming *incoming,
                                     struct bytes data, const char **ret_why)
{
    incoming->size += (int64_t)data.size;
    if (incoming->size > incoming->size_max) {
        *ret_why = "the file is too large";
        return PROBLEM_TOO_LARGE;
    }
    if (incoming->size > incoming->credit) {
        *ret_why = "more was sent than was asked for";
        return PROBLEM_MALFORMED;
    }
    *ret_why = "the file cannot be stored at present";
    return u->sink->write(u->memory, incoming->file, data);
}

static void take_chunk(struct uploading *u, struct bytes peer, const struct upload_chunk *chunk)
{
    struct incoming *incoming = incoming_find(u, peer, chunk->id);
    if (incoming == NULL) {
        if (!chunk->drop) {
            problem_send(u, peer, chunk->id, PROBLEM_NOT_FOUND, "the upload is not known any more");
        }
        return;
    }
    incoming->heard_ms = host_boot_ms(u->host);
    if (chunk->drop) {
        incoming_drop(u, incoming);
        return;
    }
    const char *why = NULL;
    enum problem_type problem = chunk_write(u, incoming, chunk->data, &why);
    if (problem != PROBLEM_NONE) {
        incoming_drop(u, incoming);
        problem_send(u, peer, chunk->id, problem, why);
        return;
    }
    if (chunk->last) {
        incoming_end(u, incoming, peer);
    }
}

/* Gives credit for what was written, once all that had come was taken: who sent more than was asked
 * for has been noticed by then. */
static void credit_give(struct uploading *u)
{
    for (size_t i = 0; i < UPLOADS_MAX; i++) {
        struct incoming *incoming = &u->incoming[i];
        if (incoming->is_taken &&
            incoming->size + CREDIT_BYTES - incoming->credit >= CREDIT_STEP_BYTES) {
            incoming->credit = incoming->size + CREDIT_BYTES;
            status_send(u, bytes_of(incoming->peer, incoming->peer_size),
                        &(struct upload_status){.id = incoming->id, .credit = incoming->credit});
        }
    }
}

static void take_message(struct uploading *u, const struct link_message *message)
{
    struct upload_begin begin;
    struct upload_chunk chunk;
    if (message->frame_count != 2 || message->frames[0].size != 1 ||
        !link_may(u->host->link, message->user, "upload")) {
        link_count_rubbish(u->host->link);
        return;
    }
    if (message->frames[0].data[0] == UPLOAD_FRAME_BEGIN[0] &&
        wire_unpack(&u->reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &upload_begin_message,
                    message->frames[1], &begin, NULL) == ERR_OK) {
        take_begin(u, message->sender, &begin);
    } else if (message->frames[0].data[0] == UPLOAD_FRAME_CHUNK[0] &&
               wire_unpack(&u->reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &upload_chunk_message,
                           message->frames[1], &chunk, NULL) == ERR_OK) {
        take_chunk(u, message->sender, &chunk);
    }
}

/* Forgets senders that vanished, and lets the sink remove what nobody claimed. */
static void tidy(struct uploading *u)
{
    int64_t boot_ms = host_boot_ms(u->host);
    int64_t now_ms = trusted_clock_peek(&u->host->clock);
    if (u->tidied_ms != 0 && boot_ms - u->tidied_ms < TIDY_EVERY_MS &&
        now_ms - u->tidied_now_ms < TIDY_EVERY_MS) {
        return;
    }
    u->tidied_ms = boot_ms;
    u->tidied_now_ms = now_ms;
    for (size_t i = 0; i < UPLOADS_MAX; i++) {
        if (u->incoming[i].is_taken && boot_ms - u->incoming[i].heard_ms > IDLE_MS_MAX) {
            incoming_drop(u, &u->incoming[i]);
        }
    }
    u->sink->tidy(u->memory, now_ms);
}

void *uploader_run(void *context)
{
    struct host *host = context;
    struct uploading *u = calloc(1, sizeof *u);
    CHECK(u != NULL);
    u->host = host;
    u->sink = host->service->uploads;
    u->memory = host->service->upload_memory(engine_memory(host->engine));
    arena_init(&u->arena);
    wire_reader_init(&u->reader, &u->arena);
    buffer_init(&u->buffer, BUS_MESSAGE_BYTES_MAX);
    while (!atomic_load(&host->ending)) {
        struct link_message message;
        (void)link_wait(&host->uploads, 1, &host->uploader_event, 1, WAIT_MS, NULL);
        tidy(u); /* first of all: the sink learns from it what time it is */
        for (int i = 0; i < MESSAGES_PER_ROUND &&
                        link_receive(host->uploads, UPLOAD_MESSAGE_BYTES_MAX, &message);
             i++) {
            arena_reset(&u->arena);
            take_message(u, &message);
        }
        credit_give(u);
    }
    for (size_t i = 0; i < UPLOADS_MAX; i++) {
        if (u->incoming[i].is_taken) {
            incoming_drop(u, &u->incoming[i]);
        }
    }
    wire_reader_free(&u->reader);
    buffer_free(&u->buffer);
    arena_free(&u->arena);
    free(u);
    return NULL;
}
