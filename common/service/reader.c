/* The reader: answers queries from snapshots, beside the writer. */
#include "service/host_internal.h"
#include "service/positions.h"
#include "service/tables.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum {
    MESSAGES_PER_ROUND = 256,
    IDLE_WAIT_MS = 1000,
    WAITING_LOOK_MS = 50,
    REPLIES_PER_MESSAGE = 64
};

/* A query that waits for a stream (I8). */
struct waiting_query {
    uint8_t *bytes; /* sender, then message */
    size_t sender_size;
    size_t message_size;
    int64_t give_up_ms;
};

struct answering {
    struct host *host;
    struct state state;
    struct arena arena;
    struct wire_reader request_reader;
    struct buffer buffer;
    struct waiting_query waiting[REQUESTS_WAITING_MAX];
    size_t waiting_count;
    size_t waiting_bytes;
    struct positions_known known; /* what the snapshot knows, of streams at the least */

    /* replies to one sender, sent together */
    struct bytes receiver;
    struct bytes frames[REPLIES_PER_MESSAGE];
    size_t frame_count;
};

static void replies_send(struct answering *a)
{
    for (size_t i = 0, sent = 0; i < a->frame_count; i += sent) {
        sent = link_frames_fitting(a->frames + i, a->frame_count - i, BUS_MESSAGE_BYTES_MAX);
        (void)link_send(a->host->queries, a->receiver, a->frames + i, sent);
    }
    a->frame_count = 0;
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

/* Takes a fresh snapshot; false when the store cannot be read. */
static bool snapshot_renew(struct answering *a)
{
    /* First the places, then the snapshot: it may know more than they say, never less. */
    for (size_t i = 0; i < ENGINE_STREAMS_MAX; i++) {
        a->known.streams[i] = atomic_load(&a->host->stream_seq[i]);
    }
    store_reset_read(a->state.txn);
    if (store_renew_read(a->state.txn) != ERR_OK) {
        return false;
    }
    a->known.own = log_end(a->state.txn, TABLE_LOG).seq;
    return true;
}

/* The place that an answer tells. Whoever was told it is kept waiting elsewhere until it is known
 * there, so it is that of the last event: marks behind it say what was consumed here, and nobody
 * who reads relies on that. */
static int64_t place_told(const struct answering *a)
{
    if (atomic_load(&a->host->own_seq) < a->known.own) {
        return (int64_t)a->known.own; /* the snapshot is ahead of what the writer announced */
    }
    uint64_t last_event = atomic_load(&a->host->own_event_seq);
    return (int64_t)(last_event < a->known.own ? last_event : a->known.own);
}

/* True when more was committed than the snapshot knows. */
static bool snapshot_is_old(const struct answering *a)
{
    bool is_old = atomic_load(&a->host->own_seq) > a->known.own;
    for (size_t i = 0; i < ENGINE_STREAMS_MAX; i++) {
        is_old |= atomic_load(&a->host->stream_seq[i]) > a->known.streams[i];
    }
    return is_old;
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
    /* A query that saw it says more about it. */
    if (store_error(a->state.txn) != ERR_OK && reading->problem_type != PROBLEM_DAMAGED) {
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
        .seq = place_told(a),
    };
    if (reading.problem_type != PROBLEM_NONE) {
        reply.problem =
            problem_make(&a->arena, reading.problem_type, reading.problem_detail, errors);
    } else {
        reply.answer = reading.answer;
    }
    reply_add(a, sender, &reply);
    atomic_fetch_add_explicit(&a->host->queries_answered, 1, memory_order_relaxed);
    if (store_error(a->state.txn) != ERR_OK) {
        (void)snapshot_renew(a); /* one that failed answers nothing any more */
    }
}

/* Answers without looking at the state. */
static void refuse_query(struct answering *a, struct bytes sender, const struct request *request,
                         enum problem_type type, const char *detail)
{
    struct reply reply = {
        .id = request->id,
        .source = text_of(a->host->service->name),
        .seq = place_told(a),
        .problem = problem_make(&a->arena, type, text_of(detail), NULL),
    };
    reply_add(a, sender, &reply);
}

/* A query as it came, or as it waited. */
struct query_arrival {
    struct bytes sender;
    struct bytes message;
    bool has_waited;
    int64_t give_up_ms; /* boot time; once it has waited */
};

/* Keeps a query until a stream has come; false when it may not wait any more. */
static bool query_park(struct answering *a, const struct query_arrival *arrival,
                       const struct request *request, int64_t boot_ms)
{
    int64_t wait_ms =
        request->deadline_ms < REQUEST_WAIT_MS_MAX ? request->deadline_ms : REQUEST_WAIT_MS_MAX;
    int64_t give_up_ms = arrival->has_waited ? arrival->give_up_ms : boot_ms + wait_ms;
    size_t sender_size = arrival->sender.size;
    size_t size = sender_size + arrival->message.size;
    if (give_up_ms <= boot_ms || a->waiting_count == REQUESTS_WAITING_MAX ||
        a->waiting_bytes + size > REQUESTS_WAITING_BYTES_MAX) {
        return false;
    }
    a->waiting_bytes += size;
    uint8_t *copy = malloc(size);
    CHECK(copy != NULL);
    memcpy(copy, arrival->sender.data, sender_size);
    memcpy(copy + sender_size, arrival->message.data, arrival->message.size);
    a->waiting[a->waiting_count++] = (struct waiting_query){.bytes = copy,
                                                            .sender_size = sender_size,
                                                            .message_size = arrival->message.size,
                                                            .give_up_ms = give_up_ms};
    return true;
}

static void query_take(struct answering *a, const struct query_arrival *arrival, int64_t boot_ms)
{
    struct request request;
    if (wire_unpack(&a->request_reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &request_message,
                    arrival->message, &request, NULL) != ERR_OK) {
        return;
    }
    if (request.principal.kind == PRINCIPAL_SYSTEM) {
        refuse_query(a, arrival->sender, &request, PROBLEM_FORBIDDEN,
                     "only the hall itself acts in its own name");
    } else if (positions_reach(&a->known, &request) == POSITIONS_REACHED) {
        query_answer(a, arrival->sender, &request);
    } else if (!query_park(a, arrival, &request, boot_ms)) {
        refuse_query(a, arrival->sender, &request, PROBLEM_BEHIND,
                     "what you rely on has not arrived here yet; try again");
    }
}

/* Tries the waiting queries again. */
static void waiting_retry(struct answering *a, int64_t boot_ms)
{
    size_t count = a->waiting_count;
    struct waiting_query *due = arena_take_array(&a->arena, count, sizeof *due);
    memcpy(due, a->waiting, count * sizeof *due);
    a->waiting_count = 0;
    a->waiting_bytes = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t *bytes = due[i].bytes;
        struct query_arrival arrival = {
            .sender = bytes_of(bytes, due[i].sender_size),
            .message = bytes_of(bytes + due[i].sender_size, due[i].message_size),
            .has_waited = true,
            .give_up_ms = due[i].give_up_ms};
        query_take(a, &arrival, boot_ms);
        replies_send(a);
        free(bytes);
    }
}

static bool query_allowed(const struct host *host, const struct link_message *message)
{
    return link_may(host->link, message->user, "query");
}

static void queries_receive(struct answering *a, int64_t boot_ms)
{
    struct link_message message;
    for (int i = 0;
         i < MESSAGES_PER_ROUND && link_receive(a->host->queries, BUS_MESSAGE_BYTES_MAX, &message);
         i++) {
        size_t count = query_allowed(a->host, &message) ? message.frame_count : 0;
        if (count == 0) {
            link_count_rubbish(a->host->link);
        }
        for (size_t frame = 0; frame < count; frame++) {
            struct query_arrival arrival = {.sender = message.sender,
                                            .message = message.frames[frame]};
            query_take(a, &arrival, boot_ms);
        }
    }
    replies_send(a);
}

/* True when there is something to try again at once. */
static bool reader_round(struct answering *a, bool has_queries)
{
    int64_t boot_ms = host_boot_ms(a->host);
    arena_reset(&a->arena);
    if (!snapshot_renew(a)) {
        return false;
    }
    if (a->waiting_count > 0) {
        waiting_retry(a, boot_ms);
    }
    if (has_queries) {
        queries_receive(a, boot_ms);
    }
    store_reset_read(a->state.txn);
    /* The writer rings when it sees that somebody waits. What it committed before it could see so
     * is looked for here, after saying so. */
    atomic_store(&a->host->reader_waits, a->waiting_count > 0);
    return a->waiting_count > 0 && snapshot_is_old(a);
}

void *reader_run(void *context)
{
    struct host *host = context;
    struct answering *a = calloc(1, sizeof *a);
    CHECK(a != NULL);
    a->host = host;
    a->known.service = host->service;
    arena_init(&a->arena);
    state_init(&a->state, &a->arena, engine_memory(host->engine));
    wire_reader_init(&a->request_reader, &a->arena);
    buffer_init(&a->buffer, BUS_MESSAGE_BYTES_MAX);
    CHECK(store_begin_read(engine_store(host->engine), &a->state.txn) == ERR_OK);
    store_reset_read(a->state.txn);
    bool again = false;
    while (!atomic_load(&host->ending)) {
        struct link_ready ready;
        long wait_ms = again ? 0 : a->waiting_count > 0 ? WAITING_LOOK_MS : IDLE_WAIT_MS;
        (void)link_wait(&host->queries, 1, &host->reader_event, 1, wait_ms, &ready);
        if (ready.descriptors != 0) {
            host_hush(host->reader_event);
        }
        again = reader_round(a, ready.sockets != 0);
    }
    for (size_t i = 0; i < a->waiting_count; i++) {
        free(a->waiting[i].bytes);
    }
    store_end_read(&a->state.txn);
    state_free(&a->state);
    wire_reader_free(&a->request_reader);
    buffer_free(&a->buffer);
    arena_free(&a->arena);
    free(a);
    return NULL;
}
