/* The reader: answers queries from snapshots, beside the writer. */
#include "service/host_internal.h"
#include "service/tables.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum {
    MESSAGES_PER_ROUND = 256,
    WAITING_MAX = 1024,
    WAIT_MS_MAX = 1500,
    IDLE_WAIT_MS = 1000,
    REPLIES_PER_MESSAGE = 64
};

/* A query that waits for a stream (I8). */
struct waiting_query {
    struct bytes sender; /* both in one allocation that begins at sender.data */
    struct bytes message;
    int64_t give_up_ms;
};

struct answering {
    struct host *host;
    struct state state;
    struct arena arena;
    struct wire_reader request_reader;
    struct buffer buffer;
    struct waiting_query waiting[WAITING_MAX];
    size_t waiting_count;
    uint64_t places[ENGINE_STREAMS_MAX]; /* what the snapshot has consumed, at the least */

    /* replies to one sender, sent together */
    struct bytes receiver;
    struct bytes frames[REPLIES_PER_MESSAGE];
    size_t frame_count;
};

static void replies_send(struct answering *a)
{
    if (a->frame_count > 0) {
        (void)link_send(a->host->queries, a->receiver, a->frames, a->frame_count);
        a->frame_count = 0;
    }
}

static void reply_add(struct answering *a, struct bytes sender, const struct reply *reply)
{
    if (a->frame_count == REPLIES_PER_MESSAGE ||
        (a->frame_count > 0 && !bytes_equal(a->receiver, sender))) {
        replies_send(a);
    }
    buffer_clear(&a->buffer);
    wire_pack(&a->buffer, WIRE_MAP, &reply_message, reply);
    if (a->buffer.failed) {
        struct reply too_large = {
            .id = reply->id,
            .source = reply->source,
            .seq = reply->seq,
            .problem = problem_make(&a->arena, PROBLEM_TOO_LARGE,
                                    TEXT_LITERAL("the answer is too large; ask for less"), NULL),
        };
        buffer_clear(&a->buffer);
        wire_pack(&a->buffer, WIRE_MAP, &reply_message, &too_large);
    }
    a->receiver = arena_copy_bytes(&a->arena, sender);
    a->frames[a->frame_count++] = arena_copy_bytes(&a->arena, buffer_bytes(&a->buffer));
}

/* Answers the questions that every service answers; false when it is none of them. */
static bool builtin_answer(struct answering *a, const struct request *request,
                           struct reading *reading)
{
    if (text_equal_string(request->name, health_ask_message.name)) {
        struct health *health = arena_take(&a->arena, sizeof *health);
        *health = host_health(a->host, &a->arena, a->state.txn);
        return reading_answer(reading, &health_message, health) == VERDICT_OK;
    }
    if (text_equal_string(request->name, metrics_ask_message.name)) {
        struct metrics *metrics = arena_take(&a->arena, sizeof *metrics);
        *metrics = host_metrics(a->host, &a->arena, a->state.txn);
        return reading_answer(reading, &metrics_message, metrics) == VERDICT_OK;
    }
    return false;
}

static const struct service_query *query_find(const struct service *service, struct text name)
{
    for (size_t i = 0; i < service->query_count; i++) {
        if (text_equal_string(name, service->queries[i].message->name)) {
            return &service->queries[i];
        }
    }
    return NULL;
}

static void query_run(struct answering *a, const struct request *request, struct reading *reading,
                      struct wire_errors *errors)
{
    const struct service_query *query = query_find(a->host->service, request->name);
    if (query == NULL) {
        if (!builtin_answer(a, request, reading)) {
            (void)reading_refuse(reading, PROBLEM_NOT_FOUND, "this service has no such query");
        }
        return;
    }
    void *question = arena_take(&a->arena, query->message->size);
    if (wire_unpack_any(&a->request_reader, WIRE_REFUSE_UNKNOWN, &request->body, query->message,
                        question, errors) != ERR_OK) {
        (void)reading_refuse(reading, PROBLEM_INVALID_FIELDS, "correct the fields named in errors");
        return;
    }
    if (query->query(reading, question) != VERDICT_OK) {
        CHECK(reading->problem_type != PROBLEM_NONE);
    }
    if (store_error(a->state.txn) != ERR_OK) {
        (void)reading_refuse(reading, PROBLEM_INTERNAL,
                             "the stored data cannot be read; operations have been told");
    }
}

static void query_answer(struct answering *a, struct bytes sender, const struct request *request)
{
    struct wire_errors *errors = arena_take(&a->arena, sizeof *errors);
    wire_errors_init(errors, &a->arena);
    struct reading reading = {
        .state = &a->state,
        .arena = &a->arena,
        .request = request,
        .principal = &request->principal,
        .now_ms = trusted_clock_peek(&a->host->clock),
    };
    query_run(a, request, &reading, errors);
    struct reply reply = {
        .id = request->id,
        .source = text_of(a->host->service->name),
        .seq = (int64_t)log_end(a->state.txn, TABLE_LOG).seq,
    };
    if (reading.problem_type != PROBLEM_NONE) {
        reply.problem =
            problem_make(&a->arena, reading.problem_type, reading.problem_detail, errors);
    } else {
        reply.answer = reading.answer;
    }
    reply_add(a, sender, &reply);
    atomic_fetch_add_explicit(&a->host->queries_answered, 1, memory_order_relaxed);
}

static int stream_index(const struct host *host, struct text source)
{
    const char *const *name = host->service->streams;
    for (int i = 0; name != NULL && name[i] != NULL; i++) {
        if (text_equal_string(source, name[i])) {
            return i;
        }
    }
    return -1;
}

/* True when the snapshot knows all that the request has been told of elsewhere. */
static bool positions_reached(const struct answering *a, const struct request *request)
{
    for (size_t i = 0; i < request->positions.count; i++) {
        const struct log_position_seen *position = &request->positions.items[i];
        int index = stream_index(a->host, position->source);
        if (index >= 0 && a->places[index] < (uint64_t)position->seq) {
            return false;
        }
    }
    return true;
}

static void query_park(struct answering *a, struct bytes sender, struct bytes message,
                       const struct request *request, int64_t boot_ms)
{
    if (a->waiting_count == WAITING_MAX) {
        return; /* its caller hears of the time-out */
    }
    int64_t wait_ms = request->deadline_ms < WAIT_MS_MAX ? request->deadline_ms : WAIT_MS_MAX;
    uint8_t *copy = malloc(sender.size + message.size);
    CHECK(copy != NULL);
    memcpy(copy, sender.data, sender.size);
    memcpy(copy + sender.size, message.data, message.size);
    a->waiting[a->waiting_count++] =
        (struct waiting_query){.sender = bytes_of(copy, sender.size),
                               .message = bytes_of(copy + sender.size, message.size),
                               .give_up_ms = boot_ms + wait_ms};
}

static void refuse_behind(struct answering *a, struct bytes sender, const struct request *request)
{
    struct reply reply = {
        .id = request->id,
        .source = text_of(a->host->service->name),
        .problem = problem_make(&a->arena, PROBLEM_BEHIND,
                                arena_print(&a->arena,
                                            "what you rely on has not arrived at %s yet; try again",
                                            a->host->service->name),
                                NULL),
    };
    reply_add(a, sender, &reply);
}

static void query_take(struct answering *a, struct bytes sender, struct bytes message,
                       int64_t boot_ms, int64_t give_up_ms)
{
    struct request request;
    if (wire_unpack(&a->request_reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN, &request_message, message,
                    &request, NULL) != ERR_OK) {
        return;
    }
    if (positions_reached(a, &request)) {
        query_answer(a, sender, &request);
    } else if (give_up_ms == 0) {
        query_park(a, sender, message, &request, boot_ms);
    } else if (give_up_ms <= boot_ms) {
        refuse_behind(a, sender, &request);
    } else {
        query_park(a, sender, message, &request, boot_ms);
        a->waiting[a->waiting_count - 1].give_up_ms = give_up_ms;
    }
}

/* Tries the waiting queries again. */
static void waiting_retry(struct answering *a, int64_t boot_ms)
{
    size_t count = a->waiting_count;
    struct waiting_query *due = arena_take_array(&a->arena, count, sizeof *due);
    memcpy(due, a->waiting, count * sizeof *due);
    a->waiting_count = 0;
    for (size_t i = 0; i < count; i++) {
        query_take(a, due[i].sender, due[i].message, boot_ms, due[i].give_up_ms);
        replies_send(a);
        free((void *)(uintptr_t)due[i].sender.data);
    }
    atomic_store(&a->host->reader_waits, a->waiting_count > 0);
}

static bool query_allowed(const struct host *host, const struct link_message *message)
{
    return link_may(host->link, message->user, "query");
}

static void reader_round(struct answering *a)
{
    struct link_message message;
    int64_t boot_ms = a->host->clock.source.boot_ms(&a->host->clock.source);
    arena_reset(&a->arena);
    /* First the places, then the snapshot: it may know more than they say, never less. */
    for (size_t i = 0; i < ENGINE_STREAMS_MAX; i++) {
        a->places[i] = atomic_load(&a->host->stream_seq[i]);
    }
    if (store_renew_read(a->state.txn) != ERR_OK) {
        return;
    }
    if (a->waiting_count > 0) {
        waiting_retry(a, boot_ms);
    }
    for (int i = 0;
         i < MESSAGES_PER_ROUND && link_receive(a->host->queries, BUS_MESSAGE_BYTES_MAX, &message);
         i++) {
        for (size_t frame = 0; query_allowed(a->host, &message) && frame < message.frame_count;
             frame++) {
            query_take(a, message.sender, message.frames[frame], boot_ms, 0);
        }
    }
    replies_send(a);
    store_reset_read(a->state.txn);
    atomic_store(&a->host->reader_waits, a->waiting_count > 0);
}

void *reader_run(void *context)
{
    struct host *host = context;
    struct answering *a = calloc(1, sizeof *a);
    CHECK(a != NULL);
    a->host = host;
    arena_init(&a->arena);
    state_init(&a->state, &a->arena, engine_memory(host->engine));
    wire_reader_init(&a->request_reader, &a->arena);
    buffer_init(&a->buffer, BUS_MESSAGE_BYTES_MAX);
    CHECK(store_begin_read(engine_store(host->engine), &a->state.txn) == ERR_OK);
    store_reset_read(a->state.txn);
    while (!atomic_load(&host->ending)) {
        (void)link_wait(&host->queries, 1, &host->reader_event, 1,
                        a->waiting_count > 0 ? 50 : IDLE_WAIT_MS);
        host_hush(host->reader_event);
        reader_round(a);
    }
    for (size_t i = 0; i < a->waiting_count; i++) {
        free((void *)(uintptr_t)a->waiting[i].sender.data);
    }
    store_end_read(&a->state.txn);
    state_free(&a->state);
    wire_reader_free(&a->request_reader);
    buffer_free(&a->buffer);
    arena_free(&a->arena);
    free(a);
    return NULL;
}
