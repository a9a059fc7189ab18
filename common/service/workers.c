/* Workers: threads that do what the state says has to be done outside. */
#include "service/host_internal.h"

#include "base/check.h"
#include "service/tables.h"
#include "service/work.h"

enum { IDLE_WAIT_MS = 500, REPORT_WAIT_MS = 5000, REPORT_LOOK_MS = 100 };

bool worker_look(struct worker *worker)
{
    worker_done(worker);
    if (store_renew_read(worker->snapshot) != ERR_OK) {
        return false;
    }
    worker->state->txn = worker->snapshot;
    worker->now_ms = trusted_clock_peek(&worker->host->clock);
    return true;
}

void worker_done(struct worker *worker)
{
    if (worker->state->txn != NULL) {
        store_reset_read(worker->snapshot);
        worker->state->txn = NULL;
    }
}

/* Finds the first order that is due and that may be taken. */
static bool order_find(struct worker *worker, struct work_order *ret_order)
{
    struct store_cursor cursor;
    int64_t boot_ms = host_boot_ms(worker->host);
    bool found = false;
    store_cursor_open(&cursor, worker->state->txn, TABLE_WORK);
    for (bool more = store_first(&cursor); more && !found; more = store_next(&cursor)) {
        if (!work_read(worker->state, cursor.key, cursor.value, ret_order) ||
            ret_order->due_ms > worker->now_ms) {
            break;
        }
        found = order_book_take(&worker->host->orders, &ret_order->id, boot_ms);
    }
    store_cursor_close(&cursor);
    return found;
}

/* True when the order is still to be done, as a fresh snapshot knows. */
static bool order_stands(struct worker *worker, const struct work_order *order)
{
    bool stands =
        worker_look(worker) && work_stands(worker->state, order->due_ms, order->kind, &order->id);
    worker_done(worker);
    return stands;
}

/* Performs an order; false when nothing here can read it. */
static bool order_perform(struct worker *worker, const struct work_order *order)
{
    const struct service *service = worker->host->service;
    struct wire_reader reader;
    if (order->kind >= service->work_count) {
        return false;
    }
    const struct service_work *work = &service->works[order->kind];
    void *payload = arena_take(worker->arena, work->payload->size);
    wire_reader_init(&reader, worker->arena);
    bool readable = wire_unpack(&reader, WIRE_ROW, WIRE_SKIP_UNKNOWN, work->payload, order->payload,
                                payload, NULL) == ERR_OK;
    if (readable) {
        work->perform(worker, order, payload);
        worker_done(worker);
    }
    wire_reader_free(&reader);
    return readable;
}

static void order_failed(struct worker *worker, const struct work_order *order, bool readable)
{
    struct host *host = worker->host;
    char id[UUID_TEXT_BYTES + 1];
    atomic_fetch_add(&host->work_failed, 1);
    if (!order_book_failed(&host->orders, &order->id, host_boot_ms(host))) {
        return; /* said before */
    }
    uuid_format(&order->id, id);
    LOG_WARNING(host->logger, "work.failed", log_string("id", id), log_number("kind", order->kind),
                log_number("attempts", order->attempts),
                log_string("reason", readable ? "its outcome was not reported"
                                              : "nothing here can read the order"));
}

/* Does one order if there is one to be taken. No snapshot is held while it is performed. */
static bool worker_round(struct worker *worker)
{
    struct work_order order;
    struct host *host = worker->host;
    arena_reset(worker->arena);
    bool can_be_recorded = atomic_load(&host->refusal) == ERR_OK && !atomic_load(&host->draining);
    if (!can_be_recorded || !worker_look(worker)) {
        return false;
    }
    bool found = order_find(worker, &order);
    enum err err = store_error(worker->snapshot);
    worker_done(worker);
    if (err != ERR_OK && !atomic_exchange(&host->work_corrupt, true)) {
        LOG_ERROR(host->logger, "work.unreadable", log_string("reason", err_text(err)));
    }
    if (!found) {
        return false;
    }
    /* It was found in a snapshot from before it was taken: another worker may just have done it. */
    bool stood = order_stands(worker, &order);
    bool readable = stood && order_perform(worker, &order);
    if (readable && !order_stands(worker, &order)) {
        atomic_fetch_add(&host->work_done, 1);
        order_book_done(&host->orders, &order.id);
    } else if (stood) {
        order_failed(worker, &order, readable);
    } else {
        order_book_done(&host->orders, &order.id);
    }
    return true;
}

/* Waits for the bell, or for a failed order to come round again. */
static void worker_rest(struct worker *worker)
{
    struct host *host = worker->host;
    struct link_ready ready;
    int64_t next_ms = order_book_next(&host->orders) - host_boot_ms(host);
    long wait_ms = next_ms < 1 ? 1 : next_ms < IDLE_WAIT_MS ? (long)next_ms : IDLE_WAIT_MS;
    if (link_wait(NULL, 0, &host->worker_event, 1, wait_ms, &ready)) {
        host_hush(host->worker_event);
    }
}

/* Looks for the answer to request `id` among the frames of a message. */
static bool answer_find(struct worker *worker, const struct link_message *message, int64_t id,
                        enum err *ret_err)
{
    struct wire_reader reader;
    struct reply reply;
    bool found = false;
    wire_reader_init(&reader, worker->arena);
    for (size_t i = 0; i < message->frame_count && !found; i++) {
        found = wire_unpack(&reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &reply_message,
                            message->frames[i], &reply, NULL) == ERR_OK &&
                reply.id == id; /* else the late answer to an earlier report */
    }
    if (found) {
        *ret_err = text_is_empty(reply.problem.type) ? ERR_OK : ERR_DENIED;
    }
    wire_reader_free(&reader);
    return found;
}

/* Waits for the answer to request `id`; a writer that has ended gives none. */
static enum err answer_wait(struct worker *worker, int64_t id)
{
    struct host *host = worker->host;
    struct link_message message;
    enum err err = ERR_TIMEOUT;
    int64_t until_ms = host_boot_ms(host) + REPORT_WAIT_MS;
    while (host_boot_ms(host) < until_ms && !atomic_load(&host->ending)) {
        (void)link_wait(&worker->reports, 1, NULL, 0, REPORT_LOOK_MS, NULL);
        while (link_receive(worker->reports, BUS_MESSAGE_BYTES_MAX, &message)) {
            if (answer_find(worker, &message, id, &err)) {
                return err;
            }
        }
    }
    return err;
}

enum err worker_report(struct worker *worker, const struct wire_message *message,
                       const void *command)
{
    struct buffer buffer;
    struct request request = {
        .id = ++worker->next_request,
        .name = text_of(message->name),
        .deadline_ms = REPORT_WAIT_MS,
        .principal = {.kind = PRINCIPAL_SYSTEM},
        .body = {.message = message, .data = command},
    };
    worker_done(worker);
    buffer_init(&buffer, BUS_MESSAGE_BYTES_MAX);
    wire_pack(&buffer, WIRE_MAP, &request_message, &request);
    struct bytes frame = buffer_bytes(&buffer);
    enum err err = buffer.failed ? ERR_TOO_LARGE : ERR_OK;
    if (err == ERR_OK && !link_send(worker->reports, (struct bytes){0}, &frame, 1)) {
        err = ERR_UNAVAILABLE;
    }
    buffer_free(&buffer);
    return err == ERR_OK ? answer_wait(worker, request.id) : err;
}

void *worker_run(void *context)
{
    struct host *host = context;
    struct arena arena;
    struct state state;
    struct reason reason;
    struct worker worker = {.host = host,
                            .arena = &arena,
                            .state = &state,
                            .options = host->options,
                            .logger = host->logger,
                            .memory = engine_memory(host->engine)};
    arena_init(&arena);
    state_init(&state, &arena, worker.memory);
    CHECK(link_connect_inside(host->link, "reports", &worker.reports, &reason) == ERR_OK);
    CHECK(store_begin_read(engine_store(host->engine), &worker.snapshot) == ERR_OK);
    store_reset_read(worker.snapshot);
    while (!atomic_load(&host->ending)) {
        if (!worker_round(&worker)) {
            worker_rest(&worker);
        }
    }
    link_socket_close(&worker.reports);
    store_end_read(&worker.snapshot);
    state_free(&state);
    arena_free(&arena);
    return NULL;
}
