/* Workers: threads that do what the state says has to be done outside. */
#include "service/host_internal.h"

#include "base/check.h"
#include "service/tables.h"
#include "service/work.h"

enum { IDLE_WAIT_MS = 500, REPORT_WAIT_MS = 5000, REPORT_LOOK_MS = 100, TEND_EVERY_MS = 500 };

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

/* -- reports ------------------------------------------------------------------------------------
 */

/* Waits until every report is answered; a writer that has ended answers none. Late answers to
 * earlier reports are passed over. */
void worker_wait(struct worker *worker)
{
    struct host *host = worker->host;
    struct link_message message;
    int64_t until_ms = host_boot_ms(host) + REPORT_WAIT_MS;
    while (worker->answers_due > 0 && host_boot_ms(host) < until_ms &&
           !atomic_load(&host->ending)) {
        (void)link_wait(&worker->reports, 1, NULL, 0, REPORT_LOOK_MS, NULL);
        while (link_receive(worker->reports, BUS_MESSAGE_BYTES_MAX, &message)) {
            for (size_t i = 0; i < message.frame_count; i++) {
                int64_t id = 0;
                bool is_due = reply_peek_id(message.frames[i], &id) && id >= worker->first_request;
                worker->answers_due -= is_due && worker->answers_due > 0 ? 1 : 0;
            }
        }
    }
    worker->answers_due = 0;
    worker->first_request = worker->next_request + 1;
}

void worker_report(struct worker *worker, const struct wire_message *message, const void *command)
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
    bool is_sent = !buffer.failed && link_send(worker->reports, (struct bytes){0}, &frame, 1);
    worker->answers_due += is_sent ? 1 : 0;
    buffer_free(&buffer);
}

/* -- orders -------------------------------------------------------------------------------------
 */

/* Finds the first order that is due and that may be taken, behind those that were passed. */
static bool order_find(struct worker *worker, struct work_order *ret_order)
{
    struct store_cursor cursor;
    int64_t boot_ms = host_boot_ms(worker->host);
    bool found = false;
    store_cursor_open(&cursor, worker->state->txn, TABLE_WORK);
    bool more = worker->passed.size == 0 ? store_first(&cursor)
                                         : store_seek(&cursor, key_bytes(&worker->passed));
    for (; more && !found; more = !found && store_next(&cursor)) {
        if (!work_read(worker->state, cursor.key, cursor.value, ret_order) ||
            ret_order->due_ms > worker->now_ms) {
            break;
        }
        found = order_book_take(&worker->host->orders, &ret_order->id, boot_ms);
        if (found) {
            worker->passed = key_make();
            key_add_bytes(&worker->passed, cursor.key);
        }
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

/* Looks which of the reported orders are gone, once all answers are here or none comes any more. */
static void reports_settle(struct worker *worker)
{
    struct host *host = worker->host;
    worker_wait(worker);
    for (size_t i = 0; i < worker->reported_count; i++) {
        const struct reported_order *reported = &worker->reported[i];
        const struct work_order order = {.id = reported->id,
                                         .due_ms = reported->due_ms,
                                         .attempts = reported->attempts,
                                         .kind = reported->kind};
        if (order_stands(worker, &order)) {
            order_failed(worker, &order, reported->was_readable);
        } else {
            atomic_fetch_add(&host->work_done, 1);
            order_book_done(&host->orders, &order.id);
        }
    }
    worker->reported_count = 0;
    worker->passed = key_make();
}

/* Takes an order in hand, if there is one to be taken. */
static bool order_take(struct worker *worker, struct work_order *ret_order)
{
    struct host *host = worker->host;
    bool can_be_recorded = atomic_load(&host->refusal) == ERR_OK && !atomic_load(&host->draining);
    if (!can_be_recorded || !worker_look(worker)) {
        return false;
    }
    bool found = order_find(worker, ret_order);
    enum err err = store_error(worker->snapshot);
    worker_done(worker);
    if (err != ERR_OK && !atomic_exchange(&host->work_corrupt, true)) {
        LOG_ERROR(host->logger, "work.unreadable", log_string("reason", err_text(err)));
    }
    return found;
}

/* Does one order if there is one to be taken, and goes on to the next before its report is
 * answered. No snapshot is held while it is performed. */
static bool worker_round(struct worker *worker)
{
    struct work_order order;
    arena_reset(worker->arena);
    if (worker->reported_count == REPORTS_AHEAD_MAX) {
        reports_settle(worker);
    }
    if (!order_take(worker, &order)) {
        bool looks_again = worker->reported_count > 0 || worker->passed.size > 0;
        reports_settle(worker);
        return looks_again;
    }
    /* It was found in a snapshot from before it was taken: another worker may just have done it. */
    if (!order_stands(worker, &order)) {
        order_book_done(&worker->host->orders, &order.id);
        return true;
    }
    worker->reported[worker->reported_count++] =
        (struct reported_order){.id = order.id,
                                .due_ms = order.due_ms,
                                .attempts = order.attempts,
                                .kind = order.kind,
                                .was_readable = order_perform(worker, &order)};
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

bool worker_is_ending(const struct worker *worker)
{
    return atomic_load(&worker->host->draining);
}

/* -- threads -------------------------------------------------------------------------------- */

/* What a thread of the worker's kind needs. */
struct worker_place {
    struct arena arena;
    struct state state;
    struct worker worker;
};

static void place_open(struct worker_place *place, struct host *host)
{
    struct reason reason;
    *place = (struct worker_place){.worker = {.host = host,
                                              .arena = &place->arena,
                                              .state = &place->state,
                                              .options = host->options,
                                              .logger = host->logger,
                                              .memory = engine_memory(host->engine)}};
    arena_init(&place->arena);
    state_init(&place->state, &place->arena, place->worker.memory);
    CHECK(link_connect_inside(host->link, "reports", &place->worker.reports, &reason) == ERR_OK);
    CHECK(store_begin_read(engine_store(host->engine), &place->worker.snapshot) == ERR_OK);
    store_reset_read(place->worker.snapshot);
}

static void place_close(struct worker_place *place)
{
    link_socket_close(&place->worker.reports);
    store_end_read(&place->worker.snapshot);
    state_free(&place->state);
    arena_free(&place->arena);
}

void *worker_run(void *context)
{
    struct host *host = context;
    struct worker_place place;
    place_open(&place, host);
    while (!atomic_load(&host->ending)) {
        if (!worker_round(&place.worker)) {
            worker_rest(&place.worker);
        }
    }
    place_close(&place);
    return NULL;
}

void *tender_run(void *context)
{
    struct host_tender *tender = context;
    struct host *host = tender->host;
    struct link_ready ready;
    struct worker_place place;
    place_open(&place, host);
    while (!atomic_load(&host->ending)) {
        arena_reset(&place.arena);
        enum err err = tender->tend(&place.worker);
        worker_done(&place.worker);
        if (err != ERR_OK) {
            atomic_store(&host->must_end, (int)err);
            host_ring(host->stop_event);
            break;
        }
        (void)link_wait(NULL, 0, &tender->event, 1, TEND_EVERY_MS, &ready);
    }
    place_close(&place);
    return NULL;
}
