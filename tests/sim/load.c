/* Errands: requests, their replies, and sending again. */
#include "load.h"

#include "base/check.h"
#include "checks.h"
#include "service/problem.h"
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 2500, DEADLINE_MS = 1000, VERSIONS_MAX = 3 };

/* Nobody repeats a request after so long: uploads wait for a day, keys are known for seven. */
#define GIVE_UP_MS (20 * MS_PER_HOUR)
#define REPEAT_MS  (6 * MS_PER_DAY)

struct load *load_open(struct world *world)
{
    struct load *load = calloc(1, sizeof *load);
    CHECK(load != NULL);
    arena_init(&load->arena);
    load->case_limit = (size_t)between(world, 4, CASES_MAX);
    return load;
}

void load_close(struct load **load)
{
    for (size_t i = 0; i < ERRANDS_MAX; i++) {
        const struct errand *errand = &(*load)->errands[i];
        if (errand->request.data != (*load)->cases[errand->case_index].filing.data) {
            free((void *)(uintptr_t)errand->request.data);
        }
    }
    for (size_t i = 0; i < CASES_MAX; i++) {
        free((void *)(uintptr_t)(*load)->cases[i].filing.data);
    }
    arena_free(&(*load)->arena);
    free(*load);
    *load = NULL;
}

bool load_is_busy(const struct world *world)
{
    for (size_t i = 0; i < ERRANDS_MAX; i++) {
        if (world->load->errands[i].is_used) {
            return true;
        }
    }
    return false;
}

/* -- people ----------------------------------------------------------------------------------- */

struct principal officer(struct arena *arena, const char *role, const char *department, int which)
{
    struct role_grant *grant = arena_take(arena, sizeof *grant);
    *grant = (struct role_grant){.role = text_of(role), .department = text_of(department)};
    struct text login = arena_print(arena, "%s.%s.%d", role, department, which);
    return (struct principal){
        .kind = PRINCIPAL_STAFF, .login = login, .badge = login, .grants = {grant, 1}};
}

struct principal filer(const struct sim_case *c)
{
    return (struct principal){
        .kind = PRINCIPAL_FILER, .session = bytes_of(c->session, KEY_BYTES), .case_id = c->id};
}

/* -- sending ---------------------------------------------------------------------------------- */

static struct errand *errand_free_one(struct load *load)
{
    for (size_t i = 0; i < ERRANDS_MAX; i++) {
        if (!load->errands[i].is_used) {
            return &load->errands[i];
        }
    }
    return NULL;
}

/* What the caller was told of, as the gateway keeps it for a session (I8). */
static struct log_position_seen_list positions_of(struct world *world, const struct sim_case *c)
{
    struct log_position_seen_list list = {
        .items = arena_take_array(&world->load->arena, HOSTS_MAX, sizeof *list.items)};
    for (size_t i = 0; i < world->host_count; i++) {
        if (c->known[i] > 0) {
            list.items[list.count++] = (struct log_position_seen){
                .source = text_of(world->hosts[i]->service->name), .seq = c->known[i]};
        }
    }
    return list;
}

static void send(struct world *world, struct errand *errand)
{
    errand->sent_ms = world->boot_ms;
    errand->times++;
    (void)bus_send(world, MESSAGE_REQUEST, CLIENTS, errand->to, errand->request);
}

void errand_begin(struct world *world, size_t case_index, const struct asking *asking)
{
    struct load *load = world->load;
    struct errand *errand = errand_free_one(load);
    uint8_t hashes[2][KEY_BYTES];
    struct buffer buffer;
    if (errand == NULL) {
        return;
    }
    random_fill(&world->random, hashes, sizeof hashes);
    if (asking->key != NULL) {
        memcpy(hashes[0], asking->key, KEY_BYTES);
    }
    struct request request = {
        .id = ++load->last_id,
        .name = text_of(asking->message->name),
        .deadline_ms = DEADLINE_MS,
        .principal = asking->principal,
        .witnesses = {.items = (struct principal *)(uintptr_t)asking->witnesses,
                      .count = asking->witness_count},
        .positions = positions_of(world, &load->cases[case_index]),
        .idempotency = {.key = bytes_of(hashes[0], KEY_BYTES),
                        .body = bytes_of(hashes[1], KEY_BYTES)},
        .body = {.message = asking->message, .data = asking->body},
    };
    buffer_init(&buffer, BUS_MESSAGE_BYTES_MAX);
    wire_pack(&buffer, WIRE_MAP, &request_message, &request);
    CHECK(!buffer.failed);
    *errand = (struct errand){.is_used = true,
                              .id = request.id,
                              .case_index = case_index,
                              .what = asking->what,
                              .to = host_find(world, asking->to)->place,
                              .begun_ms = world->wall_ms,
                              .request = buffer_bytes(&buffer),
                              .is_filing = asking->is_filing,
                              .is_legal = asking->is_legal};
    trace(world, "people", "case %zu: %s to %s", case_index, asking->what, asking->to);
    send(world, errand);
    if (!world->is_calm && chance(world, 15)) {
        send(world, errand); /* an impatient finger */
    }
}

void filing_repeat(struct world *world, size_t case_index)
{
    struct sim_case *c = &world->load->cases[case_index];
    struct errand *errand = errand_free_one(world->load);
    if (errand == NULL || c->filing.size == 0 || world->wall_ms - c->filed_ms > REPEAT_MS) {
        return;
    }
    *errand = (struct errand){.is_used = true,
                              .id = c->filing_id,
                              .case_index = case_index,
                              .what = "file_case once more",
                              .to = host_find(world, "intake")->place,
                              .request = c->filing,
                              .is_filing = true,
                              .begun_ms = world->wall_ms};
    trace(world, "people", "case %zu: file_case once more", case_index);
    c->is_busy = true;
    send(world, errand);
}

/* -- replies ---------------------------------------------------------------------------------- */

static void errand_end(struct load *load, struct errand *errand)
{
    struct sim_case *c = &load->cases[errand->case_index];
    c->is_busy = false;
    if (errand->is_filing && !uuid_is_none(&c->id.uuid) && c->filing.size == 0) {
        c->filing = errand->request; /* kept, to be sent once more some day */
        c->filing_id = errand->id;
        c->filed_ms = errand->begun_ms;
    } else if (errand->request.data != c->filing.data) {
        free((void *)(uintptr_t)errand->request.data);
    }
    *errand = (struct errand){0};
}

static struct errand *errand_find(struct load *load, int64_t id)
{
    for (size_t i = 0; i < ERRANDS_MAX; i++) {
        if (load->errands[i].is_used && load->errands[i].id == id) {
            return &load->errands[i];
        }
    }
    return NULL;
}

/* A refusal: some pass by themselves and the errand goes again, the others end it. */
static void refused(struct world *world, struct errand *errand, const struct reply *reply)
{
    struct load *load = world->load;
    enum problem_type type = problem_type_of(reply->problem.type);
    int status = problem_kind(type)->status;
    trace(world, "people", "case %zu: %s: %.*s %.*s", errand->case_index, errand->what,
          TEXT_PRINT(reply->problem.type), TEXT_PRINT(reply->problem.detail));
    for (size_t i = 0; i < reply->problem.errors.count; i++) {
        trace(world, "people", "  %.*s %.*s", TEXT_PRINT(reply->problem.errors.items[i].pointer),
              TEXT_PRINT(reply->problem.errors.items[i].detail));
    }
    if (type == PROBLEM_INTERNAL || type == PROBLEM_DAMAGED || type == PROBLEM_MALFORMED) {
        world_fail(world, "reply", "%s answers %.*s: %.*s", errand->what,
                   TEXT_PRINT(reply->problem.type), TEXT_PRINT(reply->problem.detail));
    }
    if (type == PROBLEM_NOT_FOUND) {
        world_fail(world, "I8", "%s does not find a case that was told to exist (%s)",
                   world->hosts[errand->to]->service->name, errand->what);
    }
    if (errand->is_filing && status != 503) {
        world_fail(world, "load", "a good filing is refused: %.*s",
                   TEXT_PRINT(reply->problem.detail));
    }
    load->refused++;
    tally_add(world->tally, reply->problem.type);
    if (status != 503 || type == PROBLEM_ELSEWHERE || errand->times > 200) {
        errand_end(load, errand);
    }
}

static void reply_take(struct world *world, const struct reply *reply)
{
    struct load *load = world->load;
    struct errand *errand = errand_find(load, reply->id);
    checks_reply(world, reply);
    if (errand == NULL) {
        return; /* answered before */
    }
    const struct sim_host *from =
        host_find(world, arena_copy_text(&load->arena, reply->source).data);
    int64_t *known = &load->cases[errand->case_index].known[from->place];
    *known = reply->seq > *known ? reply->seq : *known;
    if (!text_is_empty(reply->problem.type)) {
        refused(world, errand, reply);
        return;
    }
    load->answered++;
    if (reply->repeated) {
        tally_add(world->tally, TEXT_LITERAL("told again"));
    }
    case_told(world, errand, reply);
    errand_end(load, errand);
}

void load_replies(struct world *world)
{
    struct message message;
    struct wire_reader reader;
    arena_reset(&world->load->arena);
    wire_reader_init(&reader, &world->load->arena);
    while (bus_take(world, CLIENTS, 1 << MESSAGE_REPLY, &message)) {
        struct reply reply;
        CHECK(wire_unpack(&reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &reply_message, message.bytes,
                          &reply, NULL) == ERR_OK);
        reply_take(world, &reply);
        message_free(&message);
    }
    wire_reader_free(&reader);
}

/* -- a step ----------------------------------------------------------------------------------- */

static void errands_send_again(struct world *world)
{
    for (size_t i = 0; i < ERRANDS_MAX; i++) {
        struct errand *errand = &world->load->errands[i];
        if (errand->is_used && world->wall_ms - errand->begun_ms > GIVE_UP_MS) {
            trace(world, "people", "case %zu: %s is given up", errand->case_index, errand->what);
            world->load->cases[errand->case_index].is_over |= errand->is_filing;
            errand_end(world->load, errand);
        } else if (errand->is_used && world->boot_ms - errand->sent_ms > PATIENCE_MS) {
            trace(world, "people", "case %zu: %s again", errand->case_index, errand->what);
            send(world, errand);
        }
    }
}

void load_step(struct world *world)
{
    struct load *load = world->load;
    load_replies(world);
    errands_send_again(world);
    if (world->is_calm) {
        return;
    }
    powers_delegate(world);
    if (load->case_count < load->case_limit && chance(world, 8)) {
        case_file(world, load->case_count++);
    }
    if (load->catalogue_version < VERSIONS_MAX && chance(world, 300) &&
        host_is_up(host_find(world, "intake"))) {
        (void)load_catalogue(world);
    }
    if (load->case_count == 0) {
        return;
    }
    size_t index = (size_t)random_below(&world->random, load->case_count);
    struct sim_case *c = &load->cases[index];
    if (uuid_is_none(&c->id.uuid) || c->is_over || c->rest_ms > world->wall_ms) {
        return;
    }
    if (!c->is_busy || chance(world, 6)) {
        case_act_somehow(world, index);
    }
}
