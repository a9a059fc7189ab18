/* Commands: one request decided, answered after the commit. */
#include "service/engine_internal.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum { WAIT_MS_MAX = 1500 };

/* A request on its way through the engine. */
struct handling {
    struct engine *engine;
    struct bytes sender;
    struct request request;
    const struct service_command *command; /* NULL until it is known */
    struct decision *decision;
};

static const struct service_command *command_find(const struct service *service, struct text name)
{
    for (size_t i = 0; i < service->command_count; i++) {
        if (text_equal_string(name, service->commands[i].message->name)) {
            return &service->commands[i];
        }
    }
    return NULL;
}

static struct reply reply_make(const struct handling *handling)
{
    return (struct reply){.id = handling->request.id,
                          .source = text_of(handling->engine->service->name),
                          .seq = (int64_t)handling->engine->present.seq};
}

/* Answers with the problem of the decision. */
static void answer_problem(const struct handling *handling)
{
    struct engine *engine = handling->engine;
    const struct decision *decision = handling->decision;
    struct reply reply = reply_make(handling);
    reply.problem = problem_make(&engine->arena, decision->problem_type, decision->problem_detail,
                                 &decision->errors);
    reply.problem.allowed_actions.items =
        arena_take_array(&engine->arena, decision->allowed_action_count, sizeof(struct text));
    reply.problem.allowed_actions.count = decision->allowed_action_count;
    for (size_t i = 0; i < decision->allowed_action_count; i++) {
        reply.problem.allowed_actions.items[i] = decision->allowed_actions[i];
    }
    engine_reply_queue(engine, handling->sender, &reply);
    COUNT(engine, problems, 1);
}

/* Answers with the events that the decision made, and what is told besides them. */
static void answer_success(const struct handling *handling)
{
    struct engine *engine = handling->engine;
    struct decision *decision = handling->decision;
    struct reply reply = reply_make(handling);
    reply.events.items =
        arena_take_array(&engine->arena, decision->event_count, sizeof(struct bytes));
    reply.events.count = decision->event_count;
    for (size_t i = 0; i < decision->event_count; i++) {
        reply.events.items[i] = decision->events[i].encoded;
    }
    reply.answer = decision->answer;
    engine_reply_queue(engine, handling->sender, &reply);
}

/* Lets the command add to the reply what it derives from its first event. */
static enum err tell(const struct handling *handling, uint64_t seq, struct bytes record)
{
    struct engine *engine = handling->engine;
    struct event_envelope envelope;
    if (handling->command->tell == NULL) {
        return ERR_OK;
    }
    if (record_read_event(&engine->event_reader, record, &envelope) != ERR_OK) {
        return ERR_CORRUPT;
    }
    const struct service_event *entry = engine_event_find(engine, envelope.type);
    if (entry == NULL) {
        return ERR_OK;
    }
    void *data = arena_take(&engine->arena, entry->message->size);
    if (wire_unpack_any(&engine->event_reader, WIRE_SKIP_UNKNOWN, &envelope.data, entry->message,
                        data, NULL) != ERR_OK) {
        return ERR_CORRUPT;
    }
    struct event event = {.envelope = &envelope,
                          .message = entry->message,
                          .data = data,
                          .source = text_of(engine->service->name),
                          .seq = seq};
    handling->command->tell(handling->decision, &event);
    return ERR_OK;
}

/* Tells an earlier success again, from the events it made. */
static enum err repeat_tell(const struct handling *handling, uint64_t first_seq)
{
    struct engine *engine = handling->engine;
    struct log_record record;
    struct event_envelope envelope;
    if (!log_read(engine->txn, TABLE_LOG, first_seq, &record) ||
        record_read_event(&engine->event_reader, record.bytes, &envelope) != ERR_OK) {
        return ERR_CORRUPT;
    }
    struct bytes first = arena_copy_bytes(&engine->arena, record.bytes);
    size_t count = (size_t)envelope.idempotency.events;
    struct reply reply = reply_make(handling);
    reply.repeated = true;
    reply.events.items = arena_take_array(&engine->arena, count, sizeof(struct bytes));
    for (; reply.events.count < count; reply.events.count++) {
        if (!log_read(engine->txn, TABLE_LOG, first_seq + reply.events.count, &record)) {
            return ERR_CORRUPT;
        }
        reply.events.items[reply.events.count] = arena_copy_bytes(&engine->arena, record.bytes);
    }
    enum err err = tell(handling, first_seq, first);
    reply.answer = handling->decision->answer;
    engine_reply_queue(engine, handling->sender, &reply);
    COUNT(engine, repeated, 1);
    return err;
}

/* True when the request is a repeat, which is then answered. */
static bool repeat_answered(const struct handling *handling)
{
    struct engine *engine = handling->engine;
    const struct request_idempotency *idempotency = &handling->request.idempotency;
    struct repeat repeat;
    if (idempotency->key.size != 16 || idempotency->body.size != 16 ||
        !repeat_find(&engine->state, idempotency->key, engine->now_ms, &repeat)) {
        return false;
    }
    if (memcmp(repeat.body, idempotency->body.data, sizeof repeat.body) != 0) {
        (void)refuse(
            handling->decision, PROBLEM_KEY_REUSED,
            "this Idempotency-Key was used for a request with another body; use a new key");
        answer_problem(handling);
        return true;
    }
    enum err err = repeat_tell(handling, repeat.seq);
    if (err != ERR_OK) {
        store_fail(engine->txn, err);
    }
    return true;
}

/* The case that a command names in its field `case_id`, NULL when it has none. */
static const struct uuid *subject_of(const struct wire_message *message, const void *command)
{
    size_t index = 0;
    const struct wire_field *field = wire_field_find(message, TEXT_LITERAL("case_id"), 0, &index);
    return field == NULL || field->type != WIRE_ID ? NULL : wire_value(field, command);
}

static void decide(struct handling *handling, const void *body)
{
    struct engine *engine = handling->engine;
    struct decision *decision = handling->decision;
    if (handling->command->decide(decision, body) != VERDICT_OK) {
        CHECK(decision->problem_type != PROBLEM_NONE);
        answer_problem(handling);
        return;
    }
    const struct request_idempotency *idempotency =
        handling->request.idempotency.key.size == 16 ? &handling->request.idempotency : NULL;
    if (!engine_take_events(engine, decision, NULL, idempotency, handling->request.traceparent)) {
        (void)refuse(decision, PROBLEM_TOO_LARGE,
                     "the request is too large to be recorded; shorten its texts");
        answer_problem(handling);
        return;
    }
    if (decision->event_count > 0) {
        enum err err = tell(handling, engine->present.seq - decision->event_count + 1,
                            decision->events[0].encoded);
        CHECK(err == ERR_OK);
    }
    answer_success(handling);
}

/* Fills how the decision's events will name who acted. */
static void actor_fill(struct decision *decision, const struct principal *principal)
{
    static const enum actor_kind kinds[] = {
        [PRINCIPAL_NOBODY] = ACTOR_PERSON, [PRINCIPAL_FILER] = ACTOR_PERSON,
        [PRINCIPAL_PERSON] = ACTOR_PERSON, [PRINCIPAL_STAFF] = ACTOR_STAFF,
        [PRINCIPAL_SYSTEM] = ACTOR_SYSTEM,
    };
    decision->principal = principal;
    decision->actor = (struct event_actor){.kind = kinds[principal->kind],
                                           .account_id = principal->account_id,
                                           .login = principal->login,
                                           .badge = principal->badge};
}

static void handle(struct handling *handling)
{
    struct engine *engine = handling->engine;
    const struct wire_message *message = handling->command->message;
    void *body = arena_take(&engine->arena, message->size);
    if (wire_unpack_any(&engine->request_reader, WIRE_REFUSE_UNKNOWN, &handling->request.body,
                        message, body, &handling->decision->errors) != ERR_OK) {
        (void)refuse_fields(handling->decision);
        answer_problem(handling);
        return;
    }
    if (repeat_answered(handling)) {
        return;
    }
    const struct uuid *subject = subject_of(message, body);
    if (subject != NULL) {
        engine_settle(engine, subject);
        handling->decision->now_ms = engine->now_ms;
    }
    decide(handling, body);
}

/* True when this service's streams have come as far as the request has been told of elsewhere. */
static bool positions_reached(const struct engine *engine, const struct request *request)
{
    for (size_t i = 0; i < request->positions.count; i++) {
        const struct log_position_seen *position = &request->positions.items[i];
        int index = engine_stream_find(engine, position->source);
        if (index >= 0 && engine->streams[index].present.seq < (uint64_t)position->seq) {
            return false;
        }
    }
    return true;
}

static void wait_for_streams(struct handling *handling, struct bytes message)
{
    struct engine *engine = handling->engine;
    int64_t wait_ms =
        handling->request.deadline_ms < WAIT_MS_MAX ? handling->request.deadline_ms : WAIT_MS_MAX;
    if (engine->waiting_count == ENGINE_WAITING_MAX) {
        (void)refuse(handling->decision, PROBLEM_BEHIND, "too many requests wait; try again");
        answer_problem(handling);
        return;
    }
    struct waiting_request *waiting = &engine->waiting[engine->waiting_count++];
    *waiting = (struct waiting_request){.sender_size = handling->sender.size,
                                        .message_size = message.size,
                                        .give_up_ms = engine->boot_ms + wait_ms};
    waiting->bytes = malloc(handling->sender.size + message.size);
    CHECK(waiting->bytes != NULL);
    memcpy(waiting->bytes, handling->sender.data, handling->sender.size);
    memcpy(waiting->bytes + handling->sender.size, message.data, message.size);
}

/* Moves or confirms the clock: the one command that is the same everywhere. */
static void clock_handle(struct handling *handling)
{
    struct engine *engine = handling->engine;
    struct clock_set set;
    if (wire_unpack_any(&engine->request_reader, WIRE_REFUSE_UNKNOWN, &handling->request.body,
                        &clock_set_message, &set, &handling->decision->errors) != ERR_OK) {
        (void)refuse_fields(handling->decision);
        answer_problem(handling);
    } else if (!engine->set_clock(engine->set_clock_context, &set)) {
        (void)refuse(handling->decision, PROBLEM_NOT_ALLOWED_NOW,
                     "only a virtual clock can be moved");
        answer_problem(handling);
    } else {
        answer_success(handling);
    }
}

/* What `command_run` may do about a request whose streams have not come. */
enum patience { MAY_WAIT, MUST_ANSWER };

static void command_run(struct engine *engine, struct bytes sender, struct bytes message,
                        bool is_internal, enum patience patience)
{
    struct handling handling = {.engine = engine,
                                .sender = arena_copy_bytes(&engine->arena, sender)};
    struct bytes kept = arena_copy_bytes(&engine->arena, message);
    if (wire_unpack(&engine->request_reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN, &request_message, kept,
                    &handling.request, NULL) != ERR_OK) {
        COUNT(engine, rubbish, 1);
        return;
    }
    handling.decision = arena_take(&engine->arena, sizeof *handling.decision);
    engine_decision_init(engine, handling.decision);
    handling.decision->request = &handling.request;
    actor_fill(handling.decision, &handling.request.principal);
    handling.command = command_find(engine->service, handling.request.name);
    COUNT(engine, commands, 1);
    bool forbidden = handling.command != NULL &&
                     (handling.command->flags & COMMAND_INTERNAL) != 0 && !is_internal;
    if (engine->set_clock != NULL &&
        text_equal_string(handling.request.name, clock_set_message.name)) {
        clock_handle(&handling);
    } else if (handling.command == NULL || forbidden) {
        (void)refuse(handling.decision, PROBLEM_NOT_FOUND, "this service has no such command");
        answer_problem(&handling);
    } else if (engine->txn == NULL) {
        struct reply reply = reply_make(&handling); /* the commit makes the problem of it */
        engine_reply_queue(engine, handling.sender, &reply);
    } else if (positions_reached(engine, &handling.request)) {
        handle(&handling);
    } else if (patience == MAY_WAIT) {
        wait_for_streams(&handling, kept);
    } else {
        (void)refuse(handling.decision, PROBLEM_BEHIND,
                     "what you rely on has not arrived at %s yet; try again",
                     engine->service->name);
        answer_problem(&handling);
    }
}

void engine_command(struct engine *engine, struct bytes sender, struct bytes message,
                    bool is_internal)
{
    command_run(engine, sender, message, is_internal, MAY_WAIT);
}

void engine_retry_waiting(struct engine *engine)
{
    size_t count = engine->waiting_count;
    struct waiting_request *due = arena_take_array(&engine->arena, count, sizeof *due);
    size_t due_count = 0;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct waiting_request *waiting = &engine->waiting[i];
        if (engine->stream_moved || waiting->give_up_ms <= engine->boot_ms) {
            due[due_count++] = *waiting;
        } else {
            engine->waiting[kept++] = *waiting;
        }
    }
    engine->waiting_count = kept;
    engine->stream_moved = false;
    for (size_t i = 0; i < due_count; i++) {
        enum patience patience = due[i].give_up_ms <= engine->boot_ms ? MUST_ANSWER : MAY_WAIT;
        command_run(engine, bytes_of(due[i].bytes, due[i].sender_size),
                    bytes_of(due[i].bytes + due[i].sender_size, due[i].message_size), false,
                    patience);
        free(due[i].bytes);
    }
}
