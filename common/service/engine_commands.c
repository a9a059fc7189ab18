/* Commands: one request decided, answered after the commit. */
#include "service/engine_internal.h"
#include "service/positions.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

/* A request as it came, or as it waited. */
struct arrival {
    struct bytes sender;
    struct bytes message;
    bool is_internal;
    bool has_waited;
    struct text vault_key; /* by which it came, when it may only ask the vault; not after waiting */
    int64_t give_up_ms;    /* boot time; when it has waited, or must */
};

/* A request on its way through the engine. */
struct handling {
    struct engine *engine;
    struct bytes sender;
    bool is_internal;
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

static void reply_queue(const struct handling *handling, const struct reply *reply, bool stands)
{
    engine_reply_queue(
        handling->engine,
        &(struct pending_reply){.sender = handling->sender, .reply = *reply, .stands = stands});
}

/* Answers with what the commit makes of it: nothing can be written, or the batch has failed. */
static void answer_unwritten(const struct handling *handling)
{
    struct reply reply = reply_make(handling);
    reply_queue(handling, &reply, false);
}

/* Answers with the problem of the decision. It stands when it rests on nothing in the batch. */
static void answer_problem(const struct handling *handling, bool stands)
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
    reply_queue(handling, &reply, stands);
    COUNT(engine, problems, 1);
}

/* Says no to a request that was not looked at further. */
static void refuse_outright(const struct handling *handling, enum problem_type type,
                            const char *detail)
{
    (void)refuse(handling->decision, type, "%s", detail);
    answer_problem(handling, true);
}

/* Answers with the events that the decision made, and what is told besides them. */
static void answer_success(const struct handling *handling, bool stands)
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
    reply_queue(handling, &reply, stands);
}

/* Lets the command add to the reply what it derives from its first event. */
static void tell(const struct handling *handling, const struct event *first)
{
    if (handling->command->tell != NULL && first->message != NULL) {
        handling->command->tell(handling->decision, first);
    }
}

/* The same from the record of that event. */
static enum err tell_again(const struct handling *handling, uint64_t seq, struct bytes record)
{
    struct engine *engine = handling->engine;
    struct event event;
    enum err err = engine_event_read(engine, text_of(engine->service->name), seq, record, &event);
    if (err == ERR_OK) {
        tell(handling, &event);
    }
    return err;
}

/* Reads own record `seq`, when it matches its chain. */
static bool record_proved(struct engine *engine, uint64_t seq, struct log_record *ret_record)
{
    struct log_record before = {0};
    return (seq <= 1 || log_read(engine->txn, TABLE_LOG, seq - 1, &before)) &&
           log_read(engine->txn, TABLE_LOG, seq, ret_record) &&
           log_follows(&engine->hasher, &before.chain, ret_record);
}

/* Tells an earlier success again, from the events it made; false when they are spoilt. */
static bool repeat_tell(const struct handling *handling, uint64_t first_seq)
{
    struct engine *engine = handling->engine;
    struct log_record record;
    struct event_envelope envelope;
    if (!record_proved(engine, first_seq, &record) ||
        record_read_event(&engine->event_reader, record.bytes, &envelope) != ERR_OK) {
        return false;
    }
    size_t count = (size_t)envelope.idempotency.events;
    struct reply reply = reply_make(handling);
    reply.repeated = true;
    reply.events.items = arena_take_array(&engine->arena, count, sizeof(struct bytes));
    for (; reply.events.count < count; reply.events.count++) {
        if (!record_proved(engine, first_seq + reply.events.count, &record)) {
            return false;
        }
        reply.events.items[reply.events.count] = arena_copy_bytes(&engine->arena, record.bytes);
    }
    if (count == 0 || tell_again(handling, first_seq, reply.events.items[0]) != ERR_OK) {
        return false;
    }
    reply.answer = handling->decision->answer;
    reply_queue(handling, &reply, false);
    COUNT(engine, repeated, 1);
    return true;
}

/* True when the request is a repeat, which is then answered. */
static bool repeat_answered(const struct handling *handling)
{
    struct engine *engine = handling->engine;
    const struct request_idempotency *idempotency = &handling->request.idempotency;
    struct repeat repeat;
    if (idempotency->key.size != 16 || idempotency->body.size != 16 ||
        !repeat_find(&engine->state, &engine->repeat_days, idempotency->key, engine->now_ms,
                     &repeat)) {
        return false;
    }
    if (memcmp(repeat.body, idempotency->body.data, sizeof repeat.body) != 0) {
        (void)refuse(
            handling->decision, PROBLEM_KEY_REUSED,
            "this Idempotency-Key was used for a request with another body; use a new key");
        answer_problem(handling, false);
        return true;
    }
    if (!repeat_tell(handling, repeat.seq)) {
        LOG_ERROR(engine->logger, "engine.record_spoilt", log_number("seq", (int64_t)repeat.seq));
        (void)refuse(handling->decision, PROBLEM_DAMAGED,
                     "it was done, but what is stored about it is damaged; operations were told");
        answer_problem(handling, false);
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

/* Says why the events of a decision cannot be recorded. */
static void answer_misfit(const struct handling *handling, enum problem_type problem)
{
    (void)refuse(handling->decision, problem, "%s",
                 problem == PROBLEM_TOO_LARGE
                     ? "the request is too large to be recorded; shorten its texts"
                     : "the request cannot be recorded; operations have been told");
    answer_problem(handling, false);
}

static void decide(struct handling *handling, const void *body)
{
    struct engine *engine = handling->engine;
    struct decision *decision = handling->decision;
    enum verdict verdict = handling->command->decide(decision, body);
    if (store_error(engine->txn) != ERR_OK) {
        answer_unwritten(handling);
        return;
    }
    if (verdict != VERDICT_OK) {
        CHECK(decision->problem_type != PROBLEM_NONE);
        answer_problem(handling, false);
        return;
    }
    struct event_origin origin = {.traceparent = handling->request.traceparent,
                                  .is_answered = true};
    if (handling->request.idempotency.key.size == 16) {
        origin.idempotency = &handling->request.idempotency;
    }
    enum problem_type problem = engine_take_events(engine, decision, &origin);
    if (problem != PROBLEM_NONE) {
        answer_misfit(handling, problem);
        return;
    }
    if (decision->event_count > 0 && store_error(engine->txn) == ERR_OK) {
        const struct pending_event *first = &decision->events[0];
        const struct event event = {
            .envelope = first->envelope,
            .message = first->message,
            .data = first->data,
            .source = text_of(engine->service->name),
            .seq = engine->present.seq - decision->event_count + 1,
        };
        tell(handling, &event);
    }
    answer_success(handling, false);
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

/* Works what is due on the command's case; false when the command may not be decided now, which is
 * then answered. */
static bool settled(struct handling *handling, const struct uuid *subject)
{
    enum problem_type problem =
        subject == NULL ? PROBLEM_NONE : engine_settle(handling->engine, subject);
    if (store_error(handling->engine->txn) != ERR_OK) {
        answer_unwritten(handling);
        return false;
    }
    if (problem != PROBLEM_NONE) {
        (void)refuse(handling->decision, problem, "%s",
                     problem == PROBLEM_CLOCK_HELD
                         ? "a deadline of this case may be over, but the clock jumped and nobody "
                           "has confirmed it yet; try again later"
                         : "too much falls due on this case at once; try again");
        answer_problem(handling, false);
        return false;
    }
    return true;
}

static void handle(struct handling *handling)
{
    struct engine *engine = handling->engine;
    const struct wire_message *message = handling->command->message;
    void *body = arena_take(&engine->arena, message->size);
    if (wire_unpack_any(&engine->request_reader, WIRE_REFUSE_UNKNOWN, &handling->request.body,
                        message, body, &handling->decision->errors) != ERR_OK) {
        (void)refuse_fields(handling->decision);
        answer_problem(handling, true);
        return;
    }
    if (!repeat_answered(handling) && settled(handling, subject_of(message, body))) {
        decide(handling, body);
    }
}

/* How far this service has come, as the present batch knows. */
static enum positions_reach reach(const struct handling *handling)
{
    const struct engine *engine = handling->engine;
    struct positions_known known = {.service = engine->service, .own = engine->present.seq};
    for (size_t i = 0; i < engine->stream_count; i++) {
        known.streams[i] = engine->streams[i].present.seq;
    }
    return positions_reach(&known, &handling->request);
}

/* True when the request may wait for a stream. While nothing can be written no stream moves: then
 * only who waits already goes on, until its time is over. */
static bool may_wait(const struct engine *engine, const struct arrival *arrival)
{
    if (arrival->has_waited) {
        return arrival->give_up_ms > engine->boot_ms;
    }
    size_t size = arrival->sender.size + arrival->message.size;
    return engine->txn != NULL && engine->waiting_count < REQUESTS_WAITING_MAX &&
           engine->waiting_bytes + size <= REQUESTS_WAITING_BYTES_MAX;
}

/* True when the caller may move and confirm clocks. */
static bool may_set_clock(const struct handling *handling)
{
    const struct principal *principal = &handling->request.principal;
    struct text everywhere = TEXT_LITERAL("*");
    return handling->is_internal || principal_holds(principal, TEXT_LITERAL("admin"), everywhere) ||
           principal_holds(principal, TEXT_LITERAL("operator"), everywhere);
}

/* Moves or confirms the clock: the one command that is the same everywhere. It rests on no state,
 * so it is answered even when nothing can be written. */
static void clock_handle(struct handling *handling)
{
    struct engine *engine = handling->engine;
    struct clock_set set;
    if (!may_set_clock(handling)) {
        refuse_outright(handling, PROBLEM_FORBIDDEN, "only operations may set the clock");
    } else if (wire_unpack_any(&engine->request_reader, WIRE_REFUSE_UNKNOWN,
                               &handling->request.body, &clock_set_message, &set,
                               &handling->decision->errors) != ERR_OK) {
        (void)refuse_fields(handling->decision);
        answer_problem(handling, true);
    } else if (!engine->set_clock(engine->set_clock_context, &set)) {
        refuse_outright(handling, PROBLEM_NOT_ALLOWED_NOW, "only a virtual clock can be moved");
    } else {
        answer_success(handling, true);
    }
}

/* Decides a request whose sender may give it, or says why not; false when it must wait. */
static bool request_run(struct handling *handling, struct arrival *arrival)
{
    struct engine *engine = handling->engine;
    enum positions_reach reached = reach(handling);
    if (reached == POSITIONS_BEHIND && may_wait(engine, arrival)) {
        int64_t wait_ms = handling->request.deadline_ms < REQUEST_WAIT_MS_MAX
                              ? handling->request.deadline_ms
                              : REQUEST_WAIT_MS_MAX;
        arrival->give_up_ms = arrival->has_waited ? arrival->give_up_ms : engine->boot_ms + wait_ms;
        return false;
    }
    bool is_behind = reached == POSITIONS_OWN_BEHIND ||
                     (reached == POSITIONS_BEHIND && (arrival->has_waited || engine->txn != NULL));
    if (is_behind) {
        (void)refuse(handling->decision, PROBLEM_BEHIND,
                     "what you rely on has not arrived at %s yet; try again",
                     engine->service->name);
        answer_problem(handling, true);
    } else if (engine->txn == NULL || store_error(engine->txn) != ERR_OK) {
        answer_unwritten(handling);
    } else {
        handle(handling);
    }
    return true;
}

/* True when the request came by a key that may only ask the vault, and asks for more than that or
 * in another name. */
static bool exceeds_key(const struct handling *handling, struct text vault_key)
{
    const struct service_command *command = handling->command;
    return vault_key.data != NULL &&
           (command == NULL || (command->flags & COMMAND_FOR_VAULT) == 0 ||
            !text_equal(handling->request.principal.login, vault_key));
}

/* Takes one request; false when it must wait for a stream. */
static bool arrival_take(struct engine *engine, struct arrival *arrival)
{
    struct bytes kept = arena_copy_bytes(&engine->arena, arrival->message);
    struct handling handling = {.engine = engine,
                                .sender = arena_copy_bytes(&engine->arena, arrival->sender),
                                .is_internal = arrival->is_internal};
    const struct request *request = &handling.request;
    if (wire_unpack(&engine->request_reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &request_message, kept,
                    &handling.request, NULL) != ERR_OK) {
        COUNT(engine, rubbish, 1);
        return true;
    }
    handling.decision = engine_decision_make(engine);
    handling.decision->request = request;
    actor_fill(handling.decision, &request->principal);
    handling.command = command_find(engine->service, request->name);
    bool is_hidden = handling.command == NULL ||
                     ((handling.command->flags & COMMAND_INTERNAL) != 0 && !arrival->is_internal);
    if (request->principal.kind == PRINCIPAL_SYSTEM && !arrival->is_internal) {
        refuse_outright(&handling, PROBLEM_FORBIDDEN, "only the hall itself acts in its own name");
    } else if (exceeds_key(&handling, arrival->vault_key)) {
        refuse_outright(&handling, PROBLEM_FORBIDDEN,
                        "this key may only ask the vault, and in its own name");
    } else if (engine->set_clock != NULL &&
               text_equal_string(request->name, clock_set_message.name)) {
        clock_handle(&handling);
    } else if (is_hidden) {
        refuse_outright(&handling, PROBLEM_NOT_FOUND, "this service has no such command");
    } else if (!request_run(&handling, arrival)) {
        return false;
    }
    COUNT(engine, commands, 1);
    return true;
}

/* -- coming and waiting ------------------------------------------------------------------------ */

static void waiting_add(struct engine *engine, const struct arrival *arrival)
{
    struct waiting_request *waiting = &engine->waiting[engine->waiting_count++];
    *waiting = (struct waiting_request){.sender_size = arrival->sender.size,
                                        .message_size = arrival->message.size,
                                        .give_up_ms = arrival->give_up_ms,
                                        .is_internal = arrival->is_internal};
    waiting->bytes = malloc(arrival->sender.size + arrival->message.size);
    engine->waiting_bytes += arrival->sender.size + arrival->message.size;
    CHECK(waiting->bytes != NULL);
    memcpy(waiting->bytes, arrival->sender.data, arrival->sender.size);
    memcpy(waiting->bytes + arrival->sender.size, arrival->message.data, arrival->message.size);
}

static void arrival_come(struct engine *engine, struct arrival *arrival)
{
    if (!arrival_take(engine, arrival)) {
        waiting_add(engine, arrival);
    }
}

void engine_command(struct engine *engine, struct bytes sender, struct bytes message,
                    bool is_internal)
{
    struct arrival arrival = {.sender = sender, .message = message, .is_internal = is_internal};
    arrival_come(engine, &arrival);
}

void engine_vault_command(struct engine *engine, struct bytes sender, struct bytes message,
                          struct text key)
{
    struct arrival arrival = {.sender = sender, .message = message, .vault_key = key};
    CHECK(!text_is_empty(key));
    arrival_come(engine, &arrival);
}

/* True when a stream was consumed in this batch. */
static bool stream_moved(const struct engine *engine)
{
    for (size_t i = 0; i < engine->stream_count; i++) {
        if (engine->streams[i].present.seq > engine->streams[i].committed.seq) {
            return true;
        }
    }
    return false;
}

void engine_retry_waiting(struct engine *engine)
{
    bool moved = stream_moved(engine);
    size_t kept = 0;
    for (size_t i = 0; i < engine->waiting_count; i++) {
        struct waiting_request waiting = engine->waiting[i];
        struct arrival arrival = {
            .sender = bytes_of(waiting.bytes, waiting.sender_size),
            .message = bytes_of(waiting.bytes + waiting.sender_size, waiting.message_size),
            .is_internal = waiting.is_internal,
            .has_waited = true,
            .give_up_ms = waiting.give_up_ms,
        };
        bool is_due = moved || waiting.give_up_ms <= engine->boot_ms;
        if (is_due && arrival_take(engine, &arrival)) {
            free(waiting.bytes);
            engine->waiting_bytes -= waiting.sender_size + waiting.message_size;
        } else {
            engine->waiting[kept++] = waiting;
        }
    }
    engine->waiting_count = kept;
}

void engine_waiting_end(struct engine *engine)
{
    for (size_t i = 0; i < engine->waiting_count; i++) {
        engine->waiting[i].give_up_ms = engine->boot_ms;
    }
}
