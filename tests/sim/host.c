/* The writer of a virtual host. */
#include "host.h"

#include "base/check.h"
#include "base/options.h"
#include "checks.h"
#include "service/tables.h"
#include "service/uploads.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RECORDS_PER_BATCH = 64,
    COMMANDS_PER_BATCH = 32,
    TIMERS_PER_BATCH = 64,
    CLOCKS_APART_MS = 3000, /* no machine's clock is further off */
};

/* The engine's sender of what comes from this process's own workers, and of calls. */
static const char own_worker[] = "worker";
static const char own_call[] = "call";

/* -- making, starting, dying ------------------------------------------------------------------ */

static const struct option_spec common_options[] = {
    {.name = "config", .type = OPTION_PATH, .doc = "unused here"},
};

static void options_fill(struct world *world, struct sim_host *host)
{
    struct reason reason = {""};
    char *arguments[6] = {(char *)(uintptr_t)host->service->name};
    int count = 1;
    (void)snprintf(host->registers_argument, sizeof host->registers_argument,
                   "--registers=%s/registers", world->folder);
    (void)snprintf(host->mail_argument, sizeof host->mail_argument, "--mail=file:%s/mail",
                   world->folder);
    options_init(&host->options, host->service->name);
    options_add(&host->options, common_options, 1);
    options_add(&host->options, host->service->options, host->service->option_count);
    for (size_t i = 0; i < host->service->option_count; i++) {
        const char *name = host->service->options[i].name;
        if (strcmp(name, "registers") == 0) {
            arguments[count++] = host->registers_argument;
        } else if (strcmp(name, "mail") == 0) {
            arguments[count++] = host->mail_argument;
        }
    }
    if (options_read(&host->options, count, arguments, &reason) != ERR_OK) {
        world_fail(world, "start", "%s: %s", host->service->name, reason.text);
    }
}

struct sim_host *host_make(struct world *world, const struct service *service, size_t place)
{
    struct sim_host *host = calloc(1, sizeof *host);
    CHECK(host != NULL);
    host->service = service;
    host->place = place;
    (void)snprintf(host->folder, sizeof host->folder, "%s/%s", world->folder, service->name);
    logger_init(&host->logger, service->name, LOG_LEVEL_ERROR);
    options_fill(world, host);
    return host;
}

void host_free(struct sim_host **host)
{
    if (host_is_up(*host)) {
        engine_close(&(*host)->engine);
        order_book_free(&(*host)->orders);
    }
    free((void *)(uintptr_t)(*host)->report.request.data);
    options_free(&(*host)->options);
    free(*host);
    *host = NULL;
}

int64_t host_wall_ms(const struct world *world, const struct sim_host *host)
{
    return world->wall_ms + host->ahead_ms;
}

bool host_is_up(const struct sim_host *host)
{
    return host->engine != NULL;
}

struct sim_host *host_find(const struct world *world, const char *name)
{
    for (size_t i = 0; i < world->host_count; i++) {
        if (strcmp(world->hosts[i]->service->name, name) == 0) {
            return world->hosts[i];
        }
    }
    return NULL;
}

void host_uploads_tidy(struct world *world, struct sim_host *host)
{
    void *memory = host->service->upload_memory(engine_memory(host->engine));
    host->service->uploads->tidy(memory, world->wall_ms);
}

void host_start(struct world *world, struct sim_host *host)
{
    static const size_t windows[] = {3, 16, 256};
    struct reason reason = {""};
    host->window = windows[world->is_swift ? 2 : random_below(&world->random, 3)];
    bool is_apart = !world->is_swift && chance(world, 3);
    host->ahead_ms = is_apart ? between(world, -CLOCKS_APART_MS, CLOCKS_APART_MS) : 0;
    struct engine_options options = {
        .service = host->service,
        .store = {.folder = host->folder, .map_bytes = world->store_bytes, .without_sync = true},
        .options = &host->options,
        .logger = &host->logger,
        .random_seed = 1 + random_below(&world->random, UINT64_MAX - 1),
        .stream_window = host->window,
    };
    if (engine_open(&options, &host->engine, &reason) != ERR_OK) {
        world_fail(world, "start", "%s: %s", host->service->name, reason.text);
    }
    bool has_archivist = host->service->archive == NULL && world->broken != BROKEN_RELEASE_EARLY;
    stream_producer_init(&host->producer, host->service->name, has_archivist ? ARCHIVIST : NULL,
                         TABLE_LOG);
    order_book_init(&host->orders);
    if (host->service->uploads != NULL) {
        host_uploads_tidy(world, host);
    }
    host_streams_begin(world, host);
    trace(world, host->service->name, "starts, log ends at %" PRIu64, engine_end(host->engine).seq);
    checks_started(world, host);
}

void host_die(struct world *world, struct sim_host *host)
{
    trace(world, host->service->name, "dies");
    engine_close(&host->engine);
    order_book_free(&host->orders);
    free((void *)(uintptr_t)host->report.request.data);
    host->report = (struct sim_report){0};
    host->death = DEATH_NONE;
    host->dies_in_work = false;
    for (size_t i = 0; i < PLACES; i++) {
        bus_drop(world, host->place, i);
    }
    host->back_ms = world->boot_ms + (chance(world, 5) ? between(world, 0, 20000) : 50);
}

/* -- a round ---------------------------------------------------------------------------------- */

static void streams_consume(struct world *world, struct sim_host *host)
{
    for (size_t i = 0; engine_consumer(host->engine, i) != NULL; i++) {
        /* Now and then one record alone, so that batches end everywhere. */
        size_t limit = !world->is_swift && chance(world, 4) ? 1 : RECORDS_PER_BATCH;
        (void)engine_stream(host->engine, i, limit);
    }
}

static void commands_take(struct world *world, struct sim_host *host)
{
    struct message message;
    for (int i = 0;
         i < COMMANDS_PER_BATCH && bus_take(world, host->place, 1 << MESSAGE_REQUEST, &message);
         i++) {
        engine_command(host->engine, bytes_of("client", 6), message.bytes, false);
        message_free(&message);
    }
    if (host->report.request.size > 0) {
        engine_command(host->engine, bytes_of(own_worker, sizeof own_worker), host->report.request,
                       true);
    }
}

bool host_is_for_client(const struct engine_reply *reply)
{
    return !bytes_equal(reply->sender, bytes_of(own_worker, sizeof own_worker)) &&
           !bytes_equal(reply->sender, bytes_of(own_call, sizeof own_call));
}

/* Says what may be said; true when the host died meanwhile. */
static bool replies_send(struct world *world, struct sim_host *host)
{
    size_t count = 0;
    const struct engine_reply *replies = engine_replies(host->engine, &count);
    size_t told = host->death == DEATH_BETWEEN_REPLIES && count > 0
                      ? (size_t)random_below(&world->random, count)
                      : count;
    for (size_t i = 0; i < told; i++) {
        if (bytes_equal(replies[i].sender, bytes_of(own_worker, sizeof own_worker))) {
            host_report_over(world, host);
        } else if (host_is_for_client(&replies[i])) {
            (void)bus_send(world, MESSAGE_REPLY, host->place, CLIENTS, replies[i].message);
        }
    }
    if (host->death == DEATH_BETWEEN_REPLIES || host->death == DEATH_AFTER_REPLIES) {
        host_die(world, host);
        return true;
    }
    return false;
}

/* The engine's word that the process must not go on. */
static void must_go_on(struct world *world, const struct sim_host *host, enum err err)
{
    if (err != ERR_OK && !err_is_passing(err)) {
        world_fail(world, "going on", "%s would end: %s", host->service->name, err_text(err));
    }
}

/* Gathers and decides; what comes of it is not durable yet. */
static void batch_gather(struct world *world, struct sim_host *host, const struct call *call)
{
    host_streams_receive(world, host);
    enum err err = engine_begin(host->engine, host_wall_ms(world, host), world->boot_ms);
    must_go_on(world, host, err);
    streams_consume(world, host);
    (void)engine_timers(host->engine, TIMERS_PER_BATCH, host->clock_is_held);
    commands_take(world, host);
    if (call != NULL) {
        engine_command(host->engine, bytes_of(own_call, sizeof own_call), call->request,
                       call->is_internal);
    }
}

/* Notes a batch that did something. */
static void batch_trace(struct world *world, const struct sim_host *host, uint64_t before,
                        enum err err)
{
    size_t replies = 0;
    uint64_t end = engine_end(host->engine).seq;
    (void)engine_replies(host->engine, &replies);
    if (end != before || replies > 0) {
        trace(world, host->service->name, "commits %" PRIu64 "..%" PRIu64 ", %zu replies%s", before,
              end, replies, err == ERR_OK ? "" : ": cannot write");
    }
}

/* One batch; false when the host died in it before it said anything. */
static bool batch_run(struct world *world, struct sim_host *host, const struct call *call)
{
    struct damage damage = {0};
    uint64_t before = engine_end(host->engine).seq;
    damage_prepare(world, host, &damage);
    batch_gather(world, host, call);
    if (host->death == DEATH_BEFORE_COMMIT && world->broken == BROKEN_REPLY_FIRST) {
        damage_reply_first(world, host, &damage);
        return false;
    }
    if (host->death == DEATH_BEFORE_COMMIT) {
        trace(world, host->service->name, "dies before its commit");
        host_die(world, host);
        return false;
    }
    world->commit_fails = host->commit_fails;
    enum err err = engine_commit(host->engine);
    world->commit_fails = host->commit_fails = false;
    must_go_on(world, host, err);
    batch_trace(world, host, before, err);
    checks_committed(world, host);
    if (host->death == DEATH_AFTER_COMMIT) {
        damage_mark_apart(world, host, &damage);
        trace(world, host->service->name, "dies after its commit");
        host_die(world, host);
        return false;
    }
    return true;
}

void host_round(struct world *world, struct sim_host *host)
{
    if (batch_run(world, host, NULL) && !replies_send(world, host)) {
        host_streams_tend(world, host);
    }
}

bool host_has_round(struct world *world, struct sim_host *host)
{
    return bus_has(world, host->place,
                   1 << MESSAGE_RECORDS | 1 << MESSAGE_REFUSED | 1 << MESSAGE_REQUEST) ||
           host->report.request.size > 0 || engine_waiting(host->engine) > 0 ||
           engine_held_back(host->engine) ||
           engine_next_timer(host->engine, host->clock_is_held) <= host_wall_ms(world, host);
}

/* -- calls and queries ------------------------------------------------------------------------ */

/* The reply to the call, copied into `arena`; false when there is none. */
static bool call_reply(const struct engine *engine, struct arena *arena, struct bytes *ret_reply)
{
    size_t count = 0;
    const struct engine_reply *replies = engine_replies(engine, &count);
    for (size_t i = 0; i < count; i++) {
        if (bytes_equal(replies[i].sender, bytes_of(own_call, sizeof own_call))) {
            *ret_reply = arena_copy_bytes(arena, replies[i].message);
            return true;
        }
    }
    return false;
}

bool host_call(struct world *world, struct sim_host *host, const struct call *call,
               struct arena *arena, struct bytes *ret_reply)
{
    if (!host_is_up(host) || !batch_run(world, host, call)) {
        return false;
    }
    bool told = call_reply(host->engine, arena, ret_reply);
    if (!replies_send(world, host)) {
        host_streams_tend(world, host);
    }
    return told;
}

static query_function *query_find(const struct service *service, const struct wire_message *message)
{
    for (size_t i = 0; i < service->query_count; i++) {
        if (service->queries[i].message == message) {
            return service->queries[i].query;
        }
    }
    return NULL;
}

bool host_ask_any(struct sim_host *host, const struct principal *principal,
                  const struct wire_message *question, const void *data, struct arena *arena,
                  struct wire_any *ret_answer)
{
    struct state state;
    struct request request = {.id = 1, .principal = *principal};
    query_function *query = query_find(host->service, question);
    CHECK(query != NULL);
    if (!host_is_up(host)) {
        return false;
    }
    state_init(&state, arena, engine_memory(host->engine));
    CHECK(store_begin_read(engine_store(host->engine), &state.txn) == ERR_OK);
    struct reading reading = {.state = &state,
                              .arena = arena,
                              .request = &request,
                              .principal = &request.principal,
                              .now_ms = engine_last_time(host->engine)};
    (void)query(&reading, data);
    bool told = reading.problem_type == PROBLEM_NONE && store_error(state.txn) == ERR_OK;
    *ret_answer = reading.answer;
    store_end_read(&state.txn);
    state_free(&state);
    return told;
}

bool host_ask(struct sim_host *host, const struct principal *principal,
              const struct wire_message *question, const void *data, struct arena *arena,
              const void **ret_answer)
{
    struct wire_any answer = {0};
    bool told = host_ask_any(host, principal, question, data, arena, &answer);
    *ret_answer = answer.data;
    return told;
}
