#include "routes/visit.h"

#include "base/check.h"
#include "base/encoding.h"
#include "routes/bus.h"
#include "routes/positions.h"
#include "wire/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_S_MAX = 60, CURSOR_BYTES_MAX = 200 };

/* -- the request ---------------------------------------------------------------------------- */

void *visit_body(struct visit *visit)
{
    struct arena *arena = &visit->http->arena;
    struct wire_errors *errors = arena_take(arena, sizeof *errors);
    void *record = NULL;
    wire_errors_init(errors, arena);
    enum problem_type problem =
        route_read_body(visit->route, buffer_text(&visit->http->body), arena, &record, errors);
    if (problem == PROBLEM_MALFORMED) {
        struct problem told =
            problem_make(arena, PROBLEM_MALFORMED, TEXT_LITERAL("the body is not JSON"), errors);
        exchange_answer_problem(visit->http, &told);
    } else if (problem != PROBLEM_NONE) {
        exchange_refuse_fields(visit->http, errors);
    }
    return problem == PROBLEM_NONE ? record : NULL;
}

bool visit_id(struct visit *visit, size_t index, struct uuid *ret_id)
{
    if (!uuid_parse(visit->parameters[index], ret_id)) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "there is no such thing");
        return false;
    }
    return true;
}

int64_t number_read(struct text text)
{
    int64_t number = 0;
    if (text.size == 0 || text.size > 9) {
        return -1;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return -1;
        }
        number = number * 10 + (text.data[i] - '0');
    }
    return number;
}

bool visit_limit(struct visit *visit, int64_t usual, int64_t max, int64_t *ret_limit)
{
    struct text given = exchange_query(visit->http, "limit");
    int64_t limit = given.data == NULL ? usual : number_read(given);
    if (limit < 1 || limit > max) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "limit must be a number from 1 to %" PRId64,
                        max);
        return false;
    }
    *ret_limit = limit;
    return true;
}

bool visit_cursor(struct visit *visit, struct bytes *ret_cursor)
{
    struct text given = exchange_query(visit->http, "cursor");
    *ret_cursor = (struct bytes){0};
    if (given.data != NULL && (!base64_decode(&visit->http->arena, given, ret_cursor) ||
                               ret_cursor->size > CURSOR_BYTES_MAX)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "cursor is none that was told here");
        return false;
    }
    return true;
}

int64_t visit_wait_ms(const struct visit *visit)
{
    struct text prefer = exchange_header(visit->http, "Prefer");
    if (!text_starts_with(prefer, "wait=")) {
        return 0;
    }
    int64_t seconds = number_read(text_after(prefer, 5));
    return seconds < 0 ? 0 : (seconds > WAIT_S_MAX ? WAIT_S_MAX : seconds) * 1000;
}

/* -- asking --------------------------------------------------------------------------------- */

void visit_begin_asks(struct visit *visit, void (*then)(struct visit *visit))
{
    CHECK(visit->asks_pending == 0);
    visit->ask_count = 0;
    visit->then = then;
}

/* Services that follow no other's stream need no positions. */
static bool follows_others(const char *service)
{
    return strcmp(service, gateway_service.name) != 0;
}

static struct ask *send(struct visit *visit, const char *service,
                        const struct wire_message *message, const struct wire_message *wants,
                        const struct request *request)
{
    CHECK(visit->ask_count < VISIT_ASKS_MAX);
    size_t index = visit->ask_count++;
    struct bus_request asked = {
        .visit = visit, .index = index, .service = service, .message = message, .request = request};
    visit->asks[index] = (struct ask){
        .service = service,
        .wants = wants,
        .is_command = message->kind == WIRE_KIND_COMMAND,
    };
    bus_send(visit->gateway->bus, &asked);
    return &visit->asks[index];
}

static struct request request_make(struct visit *visit, const struct principal *principal,
                                   const char *service, const struct wire_message *message,
                                   const void *data)
{
    struct request request = {
        .principal = *principal,
        .body = {.message = message, .data = data},
    };
    if (follows_others(service)) {
        request.positions = visit->positions;
    }
    if (visit->http->is_traced) {
        request.traceparent = text_of(visit->http->traceparent);
    }
    return request;
}

struct ask *visit_ask(struct visit *visit, const char *service, const struct wire_message *message,
                      const void *data, const struct wire_message *wants)
{
    return visit_ask_as(visit, &visit->principal, service, message, data, wants);
}

struct ask *visit_ask_as(struct visit *visit, const struct principal *principal,
                         const char *service, const struct wire_message *message, const void *data,
                         const struct wire_message *wants)
{
    struct request request = request_make(visit, principal, service, message, data);
    return send(visit, service, message, wants, &request);
}

/* The Idempotency-Key, quoted or bare (draft-ietf-httpapi-idempotency-key-header-07); absent when
 * there is none. */
static struct text repeat_key(const struct visit *visit)
{
    struct text key = exchange_header(visit->http, "Idempotency-Key");
    if (key.size >= 2 && key.data[0] == '"' && key.data[key.size - 1] == '"') {
        key = (struct text){.data = key.data + 1, .size = key.size - 2};
    }
    return key;
}

/* Who asks for what under which key: nobody else can make the same. */
static struct bytes repeat_scope(struct visit *visit, struct text key)
{
    char account[UUID_TEXT_BYTES + 1] = "";
    struct bytes session = visit->principal.session;
    bool has_account = !uuid_is_none(&visit->principal.account_id.uuid);
    struct text who = text_of(visit->http->client);
    if (has_account) {
        uuid_format(&visit->principal.account_id.uuid, account);
        who = text_of(account);
    } else if (session.size > 0) {
        who = bytes_text(session);
    }
    return text_bytes(arena_print(
        &visit->http->arena, "%d\n%.*s\n%s %.*s\n%.*s", (int)visit->principal.kind, TEXT_PRINT(who),
        http_method_name(visit->http->method), TEXT_PRINT(visit->http->path), TEXT_PRINT(key)));
}

struct ask *visit_command(struct visit *visit, const char *service,
                          const struct wire_message *message, const void *data,
                          const struct wire_message *wants, int64_t if_match,
                          const struct principal_list *witnesses)
{
    struct request request = request_make(visit, &visit->principal, service, message, data);
    struct text key = repeat_key(visit);
    request.if_match = if_match;
    if (witnesses != NULL) {
        request.witnesses = *witnesses;
    }
    if (!text_is_empty(key)) {
        request.idempotency =
            idempotency_make(gateway_identity(visit->gateway), repeat_scope(visit, key),
                             buffer_bytes(&visit->http->body), &visit->http->arena);
    }
    return send(visit, service, message, wants, &request);
}

void visit_continue(struct visit *visit)
{
    while (visit->http->phase != EXCHANGE_ANSWERED && visit->asks_pending == 0 &&
           visit->then != NULL) {
        void (*then)(struct visit * visit) = visit->then;
        visit->then = NULL;
        then(visit);
    }
}

void visit_sleep(struct visit *visit, int64_t wait_ms, void (*wake)(struct visit *visit))
{
    struct gateway *gateway = visit->gateway;
    CHECK(visit->wake == NULL);
    visit->wake = wake;
    visit->wake_ms = gateway->boot_ms + wait_ms;
    visit->next_sleeper = gateway->sleepers;
    gateway->sleepers = visit;
}

void visit_note_position(struct visit *visit, struct text source, int64_t seq)
{
    for (size_t i = 0; i < visit->positions.count; i++) {
        struct log_position_seen *seen = &visit->positions.items[i];
        if (text_equal(seen->source, source)) {
            seen->seq = seq > seen->seq ? seq : seen->seq;
            return;
        }
    }
    if (seq > 0 && visit->positions.count < POSITIONS_MAX) {
        visit->positions.items[visit->positions.count++] =
            (struct log_position_seen){.source = source, .seq = seq};
    }
}

void *ask_event(struct visit *visit, const struct ask *ask, const struct wire_message *message,
                struct event_envelope *ret_envelope)
{
    struct wire_reader *reader = &visit->gateway->reader;
    struct event_envelope envelope;
    reader->arena = &visit->http->arena;
    for (size_t i = 0; i < ask->reply.events.count; i++) {
        void *data = arena_take(reader->arena, message->size);
        if (record_read_event(reader, ask->reply.events.items[i], &envelope) == ERR_OK &&
            text_equal_string(envelope.type, message->name) &&
            wire_unpack_any(reader, WIRE_SKIP_UNKNOWN, &envelope.data, message, data, NULL) ==
                ERR_OK) {
            if (ret_envelope != NULL) {
                *ret_envelope = envelope;
            }
            return data;
        }
    }
    return NULL;
}

/* -- answering ------------------------------------------------------------------------------ */

void visit_refuse_ask(struct visit *visit, const struct ask *ask)
{
    bool is_local = text_is_empty(ask->reply.problem.type);
    if (ask->problem == PROBLEM_AWAY && is_local) {
        exchange_refuse(visit->http, PROBLEM_AWAY, "%s does not answer; %s", ask->service,
                        ask->is_sent && ask->is_command
                            ? "it may have been done all the same: look before repeating "
                              "it, or repeat it with the same Idempotency-Key"
                            : "nothing was done; try again");
    } else if (is_local) {
        exchange_refuse(visit->http, ask->problem, "the answer of %s cannot be used", ask->service);
    } else {
        exchange_answer_problem(visit->http, &ask->reply.problem);
    }
}

bool visit_refused(struct visit *visit)
{
    for (size_t i = 0; i < visit->ask_count; i++) {
        if (visit->asks[i].problem != PROBLEM_NONE) {
            visit_refuse_ask(visit, &visit->asks[i]);
            return true;
        }
    }
    return false;
}

void visit_answer(struct visit *visit, int status, const struct wire_message *message,
                  const void *data)
{
    positions_tell(visit);
    exchange_answer_json(visit->http, status, wire_to_json(message, data, NULL));
}

struct text visit_tag_text(struct visit *visit, const struct case_versions *versions)
{
    struct arena *arena = &visit->http->arena;
    struct text parts = arena_print(arena, "i%" PRId64 ".a%" PRId64 ".f%" PRId64, versions->intake,
                                    versions->approval, versions->fee);
    return versions->matters == 0
               ? arena_print(arena, "\"%.*s\"", TEXT_PRINT(parts))
               : arena_print(arena, "\"%.*s.m%" PRId64 "\"", TEXT_PRINT(parts), versions->matters);
}

void visit_tag(struct visit *visit, const struct case_versions *versions)
{
    exchange_add_header(visit->http, "ETag", visit_tag_text(visit, versions).data);
}

/* What is collected of a query string. */
struct query_copy {
    struct arena *arena;
    struct text text;
};

/* Escapes what may not stand in a query (RFC 3986). */
static struct text query_escape(struct arena *arena, struct text value)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:";
    struct text escaped = TEXT_LITERAL("");
    for (size_t i = 0; i < value.size; i++) {
        bool is_plain = value.data[i] != '\0' && strchr(plain, value.data[i]) != NULL;
        escaped = arena_print(arena, is_plain ? "%.*s%c" : "%.*s%%%02X", TEXT_PRINT(escaped),
                              is_plain ? value.data[i] : (unsigned char)value.data[i]);
    }
    return escaped;
}

static bool query_copy_one(void *context, struct text name, struct text value)
{
    struct query_copy *copy = context;
    if (!text_equal_string(name, "cursor") && !text_equal_string(name, "from")) {
        copy->text = arena_print(copy->arena, "%.*s%.*s=%.*s&", TEXT_PRINT(copy->text),
                                 TEXT_PRINT(query_escape(copy->arena, name)),
                                 TEXT_PRINT(query_escape(copy->arena, value)));
    }
    return true;
}

void visit_link_next(struct visit *visit, struct text cursor)
{
    struct arena *arena = &visit->http->arena;
    struct query_copy copy = {.arena = arena, .text = TEXT_LITERAL("")};
    exchange_query_visit(visit->http, query_copy_one, &copy);
    struct text link =
        arena_print(arena, "<%.*s?%.*scursor=%.*s>; rel=\"next\"", TEXT_PRINT(visit->http->path),
                    TEXT_PRINT(copy.text), TEXT_PRINT(query_escape(arena, cursor)));
    exchange_add_header(visit->http, "Link", link.data);
}

void visit_link_after(struct visit *visit, struct bytes place)
{
    if (place.size > 0) {
        visit_link_next(visit, base64_text(&visit->http->arena, place));
    }
}

void visit_tell_repeated(struct visit *visit, const struct ask *ask)
{
    if (ask->reply.repeated) {
        exchange_add_header(visit->http, "Idempotent-Replayed", "true");
    }
}
