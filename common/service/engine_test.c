/* The engine, driven by hand with two toy services: a counter, and a mirror that follows it and
 * answers every even amount with an event of its own. */
#include "service/engine.h"
#include "service/repeats.h"
#include "service/tables.h"
#include "service/timers.h"

#include "base/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* clang-format off */
#define ADD(F, S)                                                                                  \
    F(S, case_id, ID(case_id),  REQUIRED, "which counter")                                         \
    F(S, amount,  INT(0, 1000), REQUIRED, "how much")                                              \
    F(S, remind,  TIME,         OPTIONAL, "when to add one more")
#define TOTAL_ROW(F, S) F(S, total, INT(0, INT64_MAX), REQUIRED, "the sum")
#define TOY_VOCABULARY(M)                                                                          \
    M(COMMAND, toy_add,      ADD,       "toy.add",               "Add to a counter.")              \
    M(EVENT,   toy_added,    ADD,       "counter.added.v1",      "It was added.")                  \
    M(EVENT,   toy_reminded, ADD,       "counter.reminded.v1",   "One more was added by a timer.") \
    M(EVENT,   toy_evened,   ADD,       "mirror.evened.v1",      "An even amount was seen.")       \
    M(ROW,     toy_total,    TOTAL_ROW, "toy.total",             "A counter's sum.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(toy_vocabulary, TOY_VOCABULARY)
WIRE_DEFINE_VOCABULARY(toy_vocabulary, TOY_VOCABULARY)

enum { TABLE_TOTALS = ENGINE_TABLE_COUNT };

static int64_t total_of(struct state *state, const struct uuid *id)
{
    struct toy_total row = {0};
    struct key key = key_of_uuid(id);
    (void)state_get(state, TABLE_TOTALS, key_bytes(&key), &toy_total_message, &row);
    return row.total;
}

static void total_add(struct state *state, const struct uuid *id, int64_t amount)
{
    struct toy_total row = {.total = total_of(state, id) + amount};
    struct key key = key_of_uuid(id);
    state_put(state, TABLE_TOTALS, key_bytes(&key), &toy_total_message, &row);
}

static enum verdict decide_add(struct decision *decision, const void *command)
{
    const struct toy_add *add = command;
    if (add->amount == 13) {
        return refuse(decision, PROBLEM_NOT_ALLOWED_NOW, "thirteen is not added");
    }
    struct toy_added added = {
        .case_id = add->case_id, .amount = add->amount, .remind = add->remind};
    emit(decision, &add->case_id, &toy_added_message, &added);
    return VERDICT_OK;
}

static struct timer reminder(const struct toy_added *added)
{
    return (struct timer){
        .due_ms = added->remind, .subject = added->case_id.uuid, .tag = TEXT_LITERAL("remind")};
}

static void apply_added(struct state *state, const struct event *event)
{
    const struct toy_added *added = event->data;
    total_add(state, &added->case_id.uuid, added->amount);
    if (added->remind != 0) {
        struct timer timer = reminder(added);
        timer_set(state, &timer);
    }
}

static void apply_reminded(struct state *state, const struct event *event)
{
    const struct toy_added *added = event->data;
    struct timer timer = reminder(added);
    total_add(state, &added->case_id.uuid, 1);
    timer_remove(state, &timer);
}

static enum verdict decide_reminder(struct decision *decision, const struct timer *timer)
{
    struct toy_reminded reminded = {
        .case_id = {timer->subject}, .amount = 1, .remind = timer->due_ms};
    emit(decision, &reminded.case_id, &toy_reminded_message, &reminded);
    return VERDICT_OK;
}

static bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
                     struct timer *ret_timer)
{
    struct store_cursor cursor;
    bool found = false;
    store_cursor_open(&cursor, state->txn, TABLE_TIMERS);
    for (bool more = store_first(&cursor); more && !found; more = store_next(&cursor)) {
        found = timer_read(cursor.key, ret_timer) && ret_timer->due_ms <= now_ms &&
                uuid_equal(&ret_timer->subject, subject);
    }
    store_cursor_close(&cursor);
    ret_timer->tag = TEXT_LITERAL("remind");
    return found;
}

static const struct store_table toy_tables[] = {{"totals", 0}};
static const struct service_command counter_commands[] = {{&toy_add_message, decide_add, 0, NULL}};
static const struct service_event counter_events[] = {
    {&toy_added_message, apply_added, NULL}, {&toy_reminded_message, apply_reminded, NULL}};
static const struct service_timer counter_timers[] = {{"remind", decide_reminder, true}};

static const struct service counter = {
    .name = "counter",
    .commands = counter_commands,
    .command_count = 1,
    .events = counter_events,
    .event_count = 2,
    .timers = counter_timers,
    .timer_count = 1,
    .tables = toy_tables,
    .table_count = 1,
    .next_due = next_due,
};

static void mirror_added(struct state *state, const struct event *event)
{
    const struct toy_added *added = event->data;
    total_add(state, &added->case_id.uuid, added->amount);
}

static void mirror_react(struct decision *decision, const struct event *event)
{
    const struct toy_added *added = event->data;
    if (added->amount % 2 == 0) {
        struct toy_evened evened = {.case_id = added->case_id, .amount = added->amount};
        emit(decision, &added->case_id, &toy_evened_message, &evened);
    }
}

static enum verdict mirror_decide(struct decision *decision, const void *command)
{
    (void)command;
    return refuse(decision, PROBLEM_FORBIDDEN, "the mirror only looks");
}

static const char *const mirror_streams[] = {"counter", NULL};
static const struct service_command mirror_commands[] = {
    {&toy_add_message, mirror_decide, 0, NULL}};
static const struct service_event mirror_events[] = {
    {&toy_added_message, mirror_added, mirror_react}, {&toy_evened_message, NULL, NULL}};

static const struct service mirror = {
    .name = "mirror",
    .streams = mirror_streams,
    .commands = mirror_commands,
    .command_count = 1,
    .events = mirror_events,
    .event_count = 2,
    .tables = toy_tables,
    .table_count = 1,
};

/* -- driving ------------------------------------------------------------------------------------
 */

struct fixture {
    char folder[64];
    struct logger logger;
    struct engine *counter;
    struct engine *mirror;
    struct stream_producer producer; /* of the counter's log; nobody archives here */
    struct arena arena;
    struct wire_reader reader;
    struct buffer buffer;
    int64_t now_ms;
    int64_t boot_ms;
};

static struct engine *opened(struct fixture *f, const struct service *service, const char *name,
                             bool is_replay)
{
    char folder[128];
    struct engine *engine = NULL;
    struct reason reason = {""};
    (void)snprintf(folder, sizeof folder, "%s/%s", f->folder, name);
    struct engine_options options = {
        .service = service,
        .store = {.folder = folder, .map_bytes = 64 << 20, .without_sync = true},
        .logger = &f->logger,
        .random_seed = 1,
        .stream_window = 100,
        .is_replay = is_replay,
    };
    if (engine_open(&options, &engine, &reason) != ERR_OK) {
        fail_msg("%s", reason.text);
    }
    return engine;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    strcpy(f->folder, "/tmp/glasshall-engine-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    logger_init(&f->logger, "test", LOG_LEVEL_ERROR);
    arena_init(&f->arena);
    wire_reader_init(&f->reader, &f->arena);
    buffer_init(&f->buffer, 1 << 20);
    f->now_ms = INT64_C(1800000000000);
    f->boot_ms = 1000;
    f->counter = opened(f, &counter, "counter", false);
    f->mirror = opened(f, &mirror, "mirror", false);
    stream_producer_init(&f->producer, "counter", NULL, TABLE_LOG);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char command[128];
    engine_close(&f->counter);
    engine_close(&f->mirror);
    wire_reader_free(&f->reader);
    buffer_free(&f->buffer);
    arena_free(&f->arena);
    (void)snprintf(command, sizeof command, "rm -rf %s", f->folder);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

struct sent {
    int64_t amount;
    int64_t remind;
    const char *key;  /* 16 characters, or NULL */
    const char *body; /* likewise */
    int64_t seen;     /* how far the counter's log is known to the caller */
};

static struct bytes request_bytes(struct fixture *f, struct sent sent)
{
    struct toy_add add = {.case_id = {{{1}}}, .amount = sent.amount, .remind = sent.remind};
    struct request request = {
        .id = 7,
        .name = text_of(toy_add_message.name),
        .deadline_ms = 1000,
        .principal = {.kind = PRINCIPAL_STAFF},
        .body = {.message = &toy_add_message, .data = &add},
    };
    struct log_position_seen seen = {.source = TEXT_LITERAL("counter"), .seq = sent.seen};
    if (sent.seen != 0) {
        request.positions = (struct log_position_seen_list){&seen, 1};
    }
    if (sent.key != NULL) {
        request.idempotency.key = bytes_of(sent.key, 16);
        request.idempotency.body = bytes_of(sent.body, 16);
    }
    buffer_clear(&f->buffer);
    wire_pack(&f->buffer, WIRE_MAP, &request_message, &request);
    return arena_copy_bytes(&f->arena, buffer_bytes(&f->buffer));
}

static void begin(struct fixture *f, struct engine *engine)
{
    assert_int_equal(ERR_OK, engine_begin(engine, f->now_ms, f->boot_ms));
}

static struct reply the_reply(struct fixture *f, struct engine *engine)
{
    size_t count = 0;
    struct reply reply;
    const struct engine_reply *replies = engine_replies(engine, &count);
    assert_int_equal(count, 1);
    struct bytes kept = arena_copy_bytes(&f->arena, replies[0].message);
    assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN, &reply_message,
                                         kept, &reply, NULL));
    return reply;
}

static struct reply done(struct fixture *f, struct sent sent)
{
    begin(f, f->counter);
    engine_timers(f->counter, 10, false);
    engine_command(f->counter, bytes_of("me", 2), request_bytes(f, sent), false);
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    return the_reply(f, f->counter);
}

static int64_t total(struct engine *engine)
{
    struct arena arena;
    struct state state;
    struct uuid id = {{1}};
    arena_init(&arena);
    state_init(&state, &arena, NULL);
    assert_int_equal(ERR_OK, store_begin_read(engine_store(engine), &state.txn));
    int64_t value = total_of(&state, &id);
    store_end_read(&state.txn);
    state_free(&state);
    arena_free(&arena);
    return value;
}

/* Carries what the counter has to the mirror, and lets it consume it in one batch. */
static void mirror_follow(struct fixture *f)
{
    struct stream_consumer *consumer = engine_consumer(f->mirror, 0);
    struct stream_want want = stream_consumer_want(consumer);
    struct store_txn *txn = NULL;
    struct stream_refused refused;
    struct stream_records records;
    struct hasher hasher;
    hasher_init(&hasher);
    assert_int_equal(ERR_OK, store_begin_read(engine_store(f->counter), &txn));
    assert_int_equal(
        ERR_OK, stream_producer_take_want(&f->producer, bytes_of("m", 1), &want, txn, &refused));
    while (stream_producer_next(&f->producer, 0, txn, &hasher, &f->arena, &records)) {
        assert_true(stream_consumer_take_records(consumer, &records));
    }
    store_end_read(&txn);
    hasher_free(&hasher);
    begin(f, f->mirror);
    (void)engine_stream(f->mirror, 0, 100);
    assert_int_equal(ERR_OK, engine_commit(f->mirror));
}

/* -- tests ----------------------------------------------------------------------------------------
 */

static void a_command_becomes_an_event_and_a_reply(void **state)
{
    struct fixture *f = *state;
    struct reply reply = done(f, (struct sent){.amount = 5});
    assert_int_equal(reply.id, 7);
    assert_int_equal(reply.seq, 1);
    assert_int_equal(reply.events.count, 1);
    struct event_envelope envelope;
    assert_int_equal(ERR_OK, record_read_event(&f->reader, reply.events.items[0], &envelope));
    assert_true(text_equal_string(envelope.type, "counter.added.v1"));
    assert_int_equal(envelope.time, f->now_ms);
    assert_int_equal(engine_end(f->counter).seq, 1);
    assert_int_equal(total(f->counter), 5);
}

static void a_problem_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct reply reply = done(f, (struct sent){.amount = 13});
    assert_true(text_equal_string(reply.problem.type, "not-allowed-now"));
    assert_int_equal(engine_end(f->counter).seq, 0);
    assert_int_equal(engine_counters(f->counter).empty_batches, 1);
}

static void nothing_is_said_before_the_commit(void **state)
{
    struct fixture *f = *state;
    size_t count = 0;
    begin(f, f->counter);
    engine_command(f->counter, bytes_of("me", 2), request_bytes(f, (struct sent){.amount = 1}),
                   false);
    (void)engine_replies(f->counter, &count);
    assert_int_equal(count, 0);
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    (void)engine_replies(f->counter, &count);
    assert_int_equal(count, 1);
}

static void a_repeated_request_is_told_the_first_success(void **state)
{
    struct fixture *f = *state;
    struct sent sent = {.amount = 5, .key = "0123456789abcdef", .body = "bodybodybodybody"};
    struct reply first = done(f, sent);
    engine_close(&f->counter);
    f->counter = opened(f, &counter, "counter", false);
    struct reply second = done(f, sent);
    assert_true(second.repeated);
    assert_true(bytes_equal(first.events.items[0], second.events.items[0]));
    assert_int_equal(total(f->counter), 5);
    sent.body = "otherotherother!";
    struct reply third = done(f, sent);
    assert_true(text_equal_string(third.problem.type, "idempotency-key-reused"));
    f->now_ms += 9 * MS_PER_DAY;
    assert_false(done(f, sent).repeated);
    assert_int_equal(total(f->counter), 10);
}

static void rubbish_is_counted_and_gets_no_reply(void **state)
{
    struct fixture *f = *state;
    size_t count = 0;
    begin(f, f->counter);
    engine_command(f->counter, bytes_of("me", 2), bytes_of("\x01\x02\x03", 3), false);
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    (void)engine_replies(f->counter, &count);
    assert_int_equal(count, 0);
    assert_int_equal(engine_counters(f->counter).rubbish, 1);
}

static void time_never_goes_back(void **state)
{
    struct fixture *f = *state;
    struct event_envelope envelope;
    int64_t first_ms = f->now_ms;
    (void)done(f, (struct sent){.amount = 1});
    f->now_ms -= MS_PER_DAY;
    struct reply reply = done(f, (struct sent){.amount = 1});
    assert_int_equal(ERR_OK, record_read_event(&f->reader, reply.events.items[0], &envelope));
    assert_int_equal(envelope.time, first_ms);
    engine_close(&f->counter);
    f->counter = opened(f, &counter, "counter", false);
    reply = done(f, (struct sent){.amount = 1});
    assert_int_equal(ERR_OK, record_read_event(&f->reader, reply.events.items[0], &envelope));
    assert_int_equal(envelope.time, first_ms);
}

static void a_due_timer_is_worked_once(void **state)
{
    struct fixture *f = *state;
    (void)done(f, (struct sent){.amount = 5, .remind = f->now_ms + 1000});
    assert_int_equal(engine_next_timer(f->counter, false), f->now_ms + 1000);
    assert_int_equal(engine_next_timer(f->counter, true), INT64_MAX);
    f->now_ms += 1000;
    begin(f, f->counter);
    assert_int_equal(engine_timers(f->counter, 10, true), 0);
    assert_int_equal(engine_timers(f->counter, 10, false), 1);
    assert_int_equal(engine_timers(f->counter, 10, false), 0);
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    assert_int_equal(total(f->counter), 6);
}

static void a_due_timer_comes_before_a_command_on_its_case(void **state)
{
    struct fixture *f = *state;
    (void)done(f, (struct sent){.amount = 5, .remind = f->now_ms + 1000});
    f->now_ms += 1000;
    begin(f, f->counter);
    assert_int_equal(engine_timers(f->counter, 0, false), 0); /* the bound left it over */
    engine_command(f->counter, bytes_of("me", 2), request_bytes(f, (struct sent){.amount = 13}),
                   false);
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    assert_int_equal(total(f->counter), 6);
}

static void another_service_follows_marks_and_reacts(void **state)
{
    struct fixture *f = *state;
    (void)done(f, (struct sent){.amount = 3});
    (void)done(f, (struct sent){.amount = 4});
    (void)done(f, (struct sent){.amount = 5});
    mirror_follow(f);
    assert_int_equal(total(f->mirror), 12);
    /* 3 unsaid, 4 said by its event, 5 said by the mark at the end */
    assert_int_equal(engine_end(f->mirror).seq, 2);
    assert_int_equal(engine_counters(f->mirror).marks, 1);
    engine_close(&f->mirror);
    f->mirror = opened(f, &mirror, "mirror", false);
    mirror_follow(f);
    assert_int_equal(total(f->mirror), 12);
    assert_int_equal(engine_end(f->mirror).seq, 2);
}

/* Asks the mirror something that rests on the counter's log up to 1. */
static size_t replies_of_the_mirror(struct fixture *f, bool ask)
{
    size_t count = 0;
    begin(f, f->mirror);
    if (ask) {
        engine_command(f->mirror, bytes_of("me", 2),
                       request_bytes(f, (struct sent){.amount = 1, .seen = 1}), false);
    }
    assert_int_equal(ERR_OK, engine_commit(f->mirror));
    (void)engine_replies(f->mirror, &count);
    return count;
}

static void a_request_waits_for_the_stream_it_relies_on(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(replies_of_the_mirror(f, true), 0);
    assert_int_equal(replies_of_the_mirror(f, false), 0);
    assert_int_equal(engine_waiting(f->mirror), 1);
    (void)done(f, (struct sent){.amount = 3});
    mirror_follow(f);
    assert_int_equal(replies_of_the_mirror(f, false), 1);
    assert_true(text_equal_string(the_reply(f, f->mirror).problem.type, "forbidden"));
    assert_int_equal(engine_waiting(f->mirror), 0);
}

static void a_request_that_waited_too_long_is_told_so(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(replies_of_the_mirror(f, true), 0);
    f->boot_ms += 1000;
    assert_int_equal(replies_of_the_mirror(f, false), 1);
    assert_true(text_equal_string(the_reply(f, f->mirror).problem.type, "behind"));
}

static void a_replay_gives_the_same_tables(void **state)
{
    struct fixture *f = *state;
    struct reason reason = {""};
    for (int64_t amount = 1; amount < 8; amount++) {
        (void)done(f, (struct sent){.amount = amount, .remind = f->now_ms + amount});
        mirror_follow(f);
        f->now_ms += 3;
    }
    struct engine *copy = opened(f, &mirror, "copy", true);
    struct store_txn *own = NULL;
    struct store_txn *theirs = NULL;
    assert_int_equal(ERR_OK, store_begin_read(engine_store(f->mirror), &own));
    assert_int_equal(ERR_OK, store_begin_read(engine_store(f->counter), &theirs));
    begin(f, copy);
    struct log_record record;
    for (uint64_t seq = 1; log_read(theirs, TABLE_LOG, seq, &record); seq++) {
        assert_int_equal(ERR_OK,
                         engine_replay(copy, TEXT_LITERAL("counter"), seq, record.bytes, &reason));
    }
    for (uint64_t seq = 1; log_read(own, TABLE_LOG, seq, &record); seq++) {
        assert_int_equal(ERR_OK,
                         engine_replay(copy, TEXT_LITERAL("mirror"), seq, record.bytes, &reason));
    }
    assert_int_equal(ERR_DIVERGED,
                     engine_replay(copy, TEXT_LITERAL("mirror"), 99, record.bytes, &reason));
    assert_int_equal(ERR_OK, engine_commit(copy));
    struct hasher hasher;
    struct store_txn *replayed = NULL;
    hasher_init(&hasher);
    assert_int_equal(ERR_OK, store_begin_read(engine_store(copy), &replayed));
    for (size_t table = 0; table < store_table_count(engine_store(copy)); table++) {
        struct hash live = store_digest(own, table, &hasher);
        struct hash again = store_digest(replayed, table, &hasher);
        assert_true(hash_equal(&live, &again));
    }
    hasher_free(&hasher);
    store_end_read(&own);
    store_end_read(&theirs);
    store_end_read(&replayed);
    engine_close(&copy);
}

static void a_second_process_on_the_same_data_is_refused(void **state)
{
    struct fixture *f = *state;
    char folder[128];
    struct store *store = NULL;
    struct reason reason = {""};
    (void)snprintf(folder, sizeof folder, "%s/counter", f->folder);
    struct store_options options = {.folder = folder, .map_bytes = 64 << 20};
    assert_int_equal(ERR_BUSY, store_open(&options, toy_tables, 1, &store, &reason));
    assert_non_null(strstr(reason.text, "another process is using the data in"));
}

static void a_batch_that_does_not_fit_is_undone(void **state)
{
    struct fixture *f = *state;
    char folder[128];
    struct engine *small = NULL;
    struct reason reason = {""};
    (void)snprintf(folder, sizeof folder, "%s/small", f->folder);
    struct engine_options options = {
        .service = &counter,
        .store = {.folder = folder,
                  .map_bytes = 512 << 10,
                  .reserve_bytes = 64 << 10,
                  .without_sync = true},
        .logger = &f->logger,
        .random_seed = 1,
    };
    assert_int_equal(ERR_OK, engine_open(&options, &small, &reason));
    enum err err = ERR_OK;
    uint64_t before = 0;
    for (int i = 0; i < 20000 && err == ERR_OK; i++) {
        before = engine_end(small).seq;
        f->boot_ms += 1000;
        err = engine_begin(small, f->now_ms, f->boot_ms);
        engine_command(small, bytes_of("me", 2), request_bytes(f, (struct sent){.amount = 1}),
                       false);
        err = engine_commit(small);
        arena_reset(&f->arena);
    }
    assert_int_equal(err, ERR_FULL);
    assert_true(before > 100);
    assert_int_equal(engine_end(small).seq, before);
    assert_true(text_equal_string(the_reply(f, small).problem.type, "cannot-write"));
    assert_int_equal(total(small), (int64_t)before);
    engine_close(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_command_becomes_an_event_and_a_reply),
        CASE(a_problem_changes_nothing),
        CASE(nothing_is_said_before_the_commit),
        CASE(a_repeated_request_is_told_the_first_success),
        CASE(rubbish_is_counted_and_gets_no_reply),
        CASE(time_never_goes_back),
        CASE(a_due_timer_is_worked_once),
        CASE(a_due_timer_comes_before_a_command_on_its_case),
        CASE(another_service_follows_marks_and_reacts),
        CASE(a_request_waits_for_the_stream_it_relies_on),
        CASE(a_request_that_waited_too_long_is_told_so),
        CASE(a_replay_gives_the_same_tables),
        CASE(a_second_process_on_the_same_data_is_refused),
        CASE(a_batch_that_does_not_fit_is_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
