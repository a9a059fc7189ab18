/* Work of a virtual host: the services' own perform functions, with the part of service/host.h and
 * service/asking.h that they call implemented here instead of on threads and sockets. */
#include "host.h"

#include "base/check.h"
#include "service/asking.h"
#include "service/tables.h"
#include "service/work.h"

#include <stdlib.h>
#include <string.h>

/* What perform functions get; `worker` is the first member, so that they lead back to it. */
struct sim_worker {
    struct worker worker;
    struct world *world;
    struct sim_host *host;
    const struct work_order *order;
};

static struct sim_worker *sim_of(struct worker *worker)
{
    return (struct sim_worker *)worker;
}

/* -- what perform functions call -------------------------------------------------------------- */

bool worker_look(struct worker *worker)
{
    worker_done(worker);
    if (store_renew_read(worker->snapshot) != ERR_OK) {
        return false;
    }
    worker->state->txn = worker->snapshot;
    worker->now_ms = host_wall_ms(sim_of(worker)->world, sim_of(worker)->host);
    return true;
}

void worker_done(struct worker *worker)
{
    if (worker->state->txn != NULL) {
        store_reset_read(worker->snapshot);
        worker->state->txn = NULL;
    }
}

bool worker_is_ending(const struct worker *worker)
{
    (void)worker;
    return false; /* virtual hosts end between two orders */
}

static struct bytes request_pack(const struct request *request)
{
    struct buffer buffer;
    buffer_init(&buffer, BUS_MESSAGE_BYTES_MAX);
    wire_pack(&buffer, WIRE_MAP, &request_message, request);
    CHECK(!buffer.failed);
    return buffer_bytes(&buffer); /* its memory goes to the caller */
}

void worker_report(struct worker *worker, const struct wire_message *message, const void *command)
{
    struct sim_worker *sim = sim_of(worker);
    struct request request = {
        .id = ++worker->next_request,
        .name = text_of(message->name),
        .deadline_ms = 5000,
        .principal = {.kind = PRINCIPAL_SYSTEM},
        .body = {.message = message, .data = command},
    };
    worker_done(worker);
    if (sim->host->dies_in_work) {
        return; /* done outside, told to nobody */
    }
    CHECK(sim->host->report.request.size == 0);
    sim->host->report = (struct sim_report){.request = request_pack(&request),
                                            .order = sim->order->id,
                                            .due_ms = sim->order->due_ms,
                                            .kind = sim->order->kind};
}

/* What was reported is taken in a later turn: work of many steps goes on when it is tried again. */
void worker_wait(struct worker *worker)
{
    worker_done(worker);
}

/* The answer in a reply; ERR_DENIED when it is a problem. */
static enum err answer_read(struct arena *arena, struct bytes bytes,
                            const struct wire_message *answer, void *ret_answer)
{
    struct reply reply;
    struct wire_reader reader;
    wire_reader_init(&reader, arena);
    enum err err =
        wire_unpack(&reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &reply_message, bytes, &reply, NULL);
    if (err == ERR_OK && !text_is_empty(reply.problem.type)) {
        err = ERR_DENIED;
    }
    if (err == ERR_OK) {
        err = wire_unpack_any(&reader, WIRE_SKIP_UNKNOWN, &reply.answer, answer, ret_answer, NULL);
    }
    wire_reader_free(&reader);
    return err;
}

enum err worker_ask(struct worker *worker, const char *service, const struct principal *principal,
                    const struct wire_message *command, const void *data, long wait_ms,
                    const struct wire_message *answer, void *ret_answer)
{
    struct sim_worker *sim = sim_of(worker);
    struct sim_host *asked = host_find(sim->world, service);
    struct bytes answered;
    struct request request = {
        .id = 1,
        .name = text_of(command->name),
        .deadline_ms = wait_ms,
        .principal = *principal,
        .body = {.message = command, .data = data},
    };
    if (asked == NULL || (!sim->world->is_calm && chance(sim->world, 10))) {
        return ERR_TIMEOUT;
    }
    struct call call = {.request = request_pack(&request)};
    bool told = host_call(sim->world, asked, &call, worker->arena, &answered);
    free((void *)(uintptr_t)call.request.data);
    return told ? answer_read(worker->arena, answered, answer, ret_answer) : ERR_TIMEOUT;
}

/* -- orders ----------------------------------------------------------------------------------- */

/* The first order that is due and may be taken; looks only when `takes` is false. */
static bool order_find(struct sim_worker *sim, bool takes, struct work_order *ret_order)
{
    struct store_cursor cursor;
    bool found = false;
    store_cursor_open(&cursor, sim->worker.state->txn, TABLE_WORK);
    for (bool more = store_first(&cursor); more && !found; more = store_next(&cursor)) {
        CHECK(work_read(sim->worker.state, cursor.key, cursor.value, ret_order));
        if (ret_order->due_ms > host_wall_ms(sim->world, sim->host)) {
            break;
        }
        found = !takes || order_book_take(&sim->host->orders, &ret_order->id, sim->world->boot_ms);
    }
    store_cursor_close(&cursor);
    return found;
}

static void order_perform(struct sim_worker *sim, const struct work_order *order)
{
    const struct service_work *work = &sim->host->service->works[order->kind];
    struct wire_reader reader;
    void *payload = arena_take(sim->worker.arena, work->payload->size);
    wire_reader_init(&reader, sim->worker.arena);
    CHECK(wire_unpack(&reader, WIRE_ROW, WIRE_SKIP_UNKNOWN, work->payload, order->payload, payload,
                      NULL) == ERR_OK);
    sim->order = order;
    work->perform(&sim->worker, order, payload);
    worker_done(&sim->worker);
    wire_reader_free(&reader);
}

/* Opens a worker on the host's store. */
static void worker_open(struct sim_worker *sim, struct world *world, struct sim_host *host,
                        struct arena *arena, struct state *state)
{
    *sim = (struct sim_worker){
        .worker = {.arena = arena,
                   .state = state,
                   .options = &host->options,
                   .logger = &host->logger,
                   .memory = engine_memory(host->engine)},
        .world = world,
        .host = host,
    };
    arena_init(arena);
    state_init(state, arena, sim->worker.memory);
    CHECK(store_begin_read(engine_store(host->engine), &sim->worker.snapshot) == ERR_OK);
    store_reset_read(sim->worker.snapshot);
    CHECK(worker_look(&sim->worker));
}

static void worker_close(struct sim_worker *sim)
{
    store_end_read(&sim->worker.snapshot);
    state_free(sim->worker.state);
    arena_free(sim->worker.arena);
}

bool host_has_order(struct world *world, struct sim_host *host)
{
    struct sim_worker sim;
    struct arena arena;
    struct state state;
    struct work_order order;
    if (host->service->work_count == 0 || host->report.request.size > 0) {
        return false;
    }
    worker_open(&sim, world, host, &arena, &state);
    bool found = order_find(&sim, false, &order);
    worker_done(&sim.worker);
    worker_close(&sim);
    return found;
}

int64_t host_next_order(struct world *world, struct sim_host *host)
{
    struct sim_worker sim;
    struct arena arena;
    struct state state;
    struct store_cursor cursor;
    struct work_order order = {.due_ms = INT64_MAX};
    if (host->service->work_count == 0) {
        return INT64_MAX;
    }
    worker_open(&sim, world, host, &arena, &state);
    store_cursor_open(&cursor, state.txn, TABLE_WORK);
    if (store_first(&cursor)) {
        CHECK(work_read(&state, cursor.key, cursor.value, &order));
    }
    store_cursor_close(&cursor);
    worker_done(&sim.worker);
    worker_close(&sim);
    return order.due_ms;
}

void host_work(struct world *world, struct sim_host *host)
{
    struct sim_worker sim;
    struct arena arena;
    struct state state;
    struct work_order order;
    if (host->service->work_count == 0 || host->report.request.size > 0 || host->disk_is_full) {
        return;
    }
    worker_open(&sim, world, host, &arena, &state);
    bool found = order_find(&sim, true, &order);
    worker_done(&sim.worker);
    if (found) {
        trace(world, host->service->name, "performs \"%s\"", host->service->works[order.kind].name);
        order_perform(&sim, &order);
    }
    if (found && host->report.request.size == 0) {
        (void)order_book_failed(&host->orders, &order.id, world->boot_ms);
    }
    worker_close(&sim);
    if (host->dies_in_work && found) {
        trace(world, host->service->name, "dies after the deed, before the report");
        host_die(world, host);
    }
}

/* The writer answered: the order is over, or stands and comes round again. */
void host_report_over(struct world *world, struct sim_host *host)
{
    struct arena arena;
    struct state state;
    struct sim_report *report = &host->report;
    arena_init(&arena);
    state_init(&state, &arena, NULL);
    CHECK(store_begin_read(engine_store(host->engine), &state.txn) == ERR_OK);
    if (work_stands(&state, report->due_ms, report->kind, &report->order)) {
        (void)order_book_failed(&host->orders, &report->order, world->boot_ms);
    } else {
        order_book_done(&host->orders, &report->order);
    }
    store_end_read(&state.txn);
    state_free(&state);
    arena_free(&arena);
    free((void *)(uintptr_t)report->request.data);
    *report = (struct sim_report){0};
}
