/* Workers: threads that do what the state says has to be done outside. */
#include "service/host_internal.h"

#include "base/check.h"
#include "service/tables.h"
#include "service/work.h"

#include <string.h>

enum { IDLE_WAIT_MS = 500, REPORT_WAIT_MS = 5000, FAILED_WAIT_MS = 200 };

/* Takes an order for this worker, unless another has it. */
static bool order_take(struct host *host, const struct uuid *id)
{
    bool is_free = true;
    pthread_mutex_lock(&host->work_lock);
    for (size_t i = 0; i < host->work_taken_count && is_free; i++) {
        is_free = !uuid_equal(&host->work_taken[i], id);
    }
    if (is_free) {
        CHECK(host->work_taken_count < WORKERS_MAX);
        host->work_taken[host->work_taken_count++] = *id;
    }
    pthread_mutex_unlock(&host->work_lock);
    return is_free;
}

static void order_give_back(struct host *host, const struct uuid *id)
{
    pthread_mutex_lock(&host->work_lock);
    for (size_t i = 0; i < host->work_taken_count; i++) {
        if (uuid_equal(&host->work_taken[i], id)) {
            host->work_taken[i] = host->work_taken[--host->work_taken_count];
            break;
        }
    }
    pthread_mutex_unlock(&host->work_lock);
}

/* Finds the first order that is due and that nobody has taken. */
static bool order_find(struct worker *worker, struct work_order *ret_order)
{
    struct store_cursor cursor;
    bool found = false;
    store_cursor_open(&cursor, worker->state->txn, TABLE_WORK);
    for (bool more = store_first(&cursor); more && !found; more = store_next(&cursor)) {
        struct work_order order;
        if (!work_read(worker->state, cursor.key, cursor.value, &order) ||
            order.due_ms > worker->now_ms) {
            break;
        }
        found =
            order.kind < worker->host->service->work_count && order_take(worker->host, &order.id);
        *ret_order = order;
    }
    store_cursor_close(&cursor);
    return found;
}

static bool order_stands(struct worker *worker, const struct work_order *order)
{
    bool stands = store_renew_read(worker->state->txn) == ERR_OK &&
                  work_stands(worker->state, order->due_ms, order->kind, &order->id);
    store_reset_read(worker->state->txn);
    return stands;
}

/* Does one order if there is one; true when something was done. The snapshot is not held while the
 * order is performed: that may take long. */
static bool worker_round(struct worker *worker)
{
    struct work_order order;
    struct host *host = worker->host;
    arena_reset(worker->arena);
    worker->now_ms = trusted_clock_peek(&host->clock);
    if (store_renew_read(worker->state->txn) != ERR_OK) {
        return false;
    }
    bool found = order_find(worker, &order);
    store_reset_read(worker->state->txn);
    if (!found) {
        return false;
    }
    const struct service_work *work = &host->service->works[order.kind];
    void *payload = arena_take(worker->arena, work->payload->size);
    struct wire_reader reader;
    wire_reader_init(&reader, worker->arena);
    bool readable = wire_unpack(&reader, WIRE_ROW, WIRE_SKIP_UNKNOWN, work->payload, order.payload,
                                payload, NULL) == ERR_OK;
    if (readable) {
        work->perform(worker, &order, payload);
    }
    wire_reader_free(&reader);
    bool is_done = readable && !order_stands(worker, &order);
    order_give_back(host, &order.id);
    atomic_fetch_add(is_done ? &host->work_done : &host->work_failed, 1);
    return is_done;
}

enum err worker_report(struct worker *worker, const struct wire_message *message,
                       const void *command)
{
    struct buffer buffer;
    struct reply reply;
    struct wire_reader reader;
    struct request request = {
        .id = ++worker->next_request,
        .name = text_of(message->name),
        .deadline_ms = REPORT_WAIT_MS,
        .principal = {.kind = PRINCIPAL_SYSTEM},
        .body = {.message = message, .data = command},
    };
    buffer_init(&buffer, BUS_MESSAGE_BYTES_MAX);
    wire_pack(&buffer, WIRE_MAP, &request_message, &request);
    struct bytes frame = buffer_bytes(&buffer);
    bool sent = !buffer.failed && link_send(worker->reports, (struct bytes){0}, &frame, 1);
    buffer_free(&buffer);
    struct link_message answer;
    wire_reader_init(&reader, worker->arena);
    enum err err = sent ? ERR_TIMEOUT : ERR_UNAVAILABLE;
    while (err == ERR_TIMEOUT && link_wait(&worker->reports, 1, NULL, 0, REPORT_WAIT_MS)) {
        if (!link_receive(worker->reports, BUS_MESSAGE_BYTES_MAX, &answer) ||
            wire_unpack(&reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &reply_message, answer.frames[0],
                        &reply, NULL) != ERR_OK ||
            reply.id != request.id) {
            continue; /* the late answer to an earlier report */
        }
        err = text_is_empty(reply.problem.type) ? ERR_OK : ERR_DENIED;
    }
    wire_reader_free(&reader);
    return err;
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
    CHECK(store_begin_read(engine_store(host->engine), &state.txn) == ERR_OK);
    store_reset_read(state.txn);
    uint64_t failed_before = 0;
    while (!atomic_load(&host->ending)) {
        if (worker_round(&worker)) {
            continue;
        }
        uint64_t failed = atomic_load(&host->work_failed);
        long wait_ms = failed == failed_before ? IDLE_WAIT_MS : FAILED_WAIT_MS;
        failed_before = failed;
        (void)link_wait(NULL, 0, &host->worker_event, 1, wait_ms);
        host_hush(host->worker_event);
    }
    link_socket_close(&worker.reports);
    store_end_read(&state.txn);
    state_free(&state);
    arena_free(&arena);
    return NULL;
}
