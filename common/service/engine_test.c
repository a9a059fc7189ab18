/* The engine, driven by hand with two toy services: what it does when all is well. */
#include "service/test_kit.h"

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
    (void)snprintf(folder, sizeof folder, "%s/counter", f->folder.path);
    struct store_options options = {.folder = folder, .map_bytes = 64 << 20};
    assert_int_equal(ERR_BUSY, store_open(&options, toy_tables, 1, &store, &reason));
    assert_non_null(strstr(reason.text, "another process is using the data in"));
}

/* Changes the last byte of the counter's record `seq`, as a disk may. */
static void record_spoil(struct fixture *f, uint64_t seq)
{
    struct store_txn *txn = NULL;
    struct bytes value;
    assert_int_equal(ERR_OK, store_begin_write(engine_store(f->counter), &txn));
    assert_true(store_get_sequence(txn, TABLE_LOG, seq, &value));
    uint8_t *spoilt = arena_take(&f->arena, value.size);
    memcpy(spoilt, value.data, value.size);
    spoilt[value.size - 1] ^= 1;
    store_put(txn, TABLE_LOG, bytes_of(&seq, sizeof seq), bytes_of(spoilt, value.size));
    assert_int_equal(ERR_OK, store_commit(&txn));
}

static void a_spoilt_record_is_not_told_again(void **state)
{
    struct fixture *f = *state;
    struct sent first = {.amount = 3, .key = "0123456789abcdef", .body = "0123456789abcdef"};
    struct sent second = {.amount = 4, .key = "another key 16 b", .body = "0123456789abcdef"};
    (void)done(f, first);
    (void)done(f, second);
    record_spoil(f, 1);
    struct reply reply = done(f, first);
    assert_true(text_equal_string(reply.problem.type, "damaged"));
    assert_int_equal(reply.events.count, 0);
    assert_true(done(f, second).repeated); /* what is sound is told, and the service goes on */
    assert_int_equal(done(f, (struct sent){.amount = 5}).seq, 3);
}

static void a_log_whose_end_is_spoilt_is_not_opened(void **state)
{
    struct fixture *f = *state;
    char folder[128];
    struct reason reason = {""};
    (void)done(f, (struct sent){.amount = 3});
    (void)done(f, (struct sent){.amount = 4});
    record_spoil(f, 2);
    engine_close(&f->counter);
    (void)snprintf(folder, sizeof folder, "%s/counter", f->folder.path);
    struct engine_options options = {
        .service = &counter,
        .store = {.folder = folder, .map_bytes = 64 << 20, .without_sync = true},
        .logger = &f->logger,
        .stream_window = 1,
    };
    assert_int_equal(ERR_CORRUPT, engine_open(&options, &f->counter, &reason));
    assert_non_null(strstr(reason.text, "cannot read the store"));
}

static void a_batch_that_does_not_fit_is_undone(void **state)
{
    struct fixture *f = *state;
    char folder[128];
    struct engine *small = NULL;
    struct reason reason = {""};
    (void)snprintf(folder, sizeof folder, "%s/small", f->folder.path);
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
        CASE(a_spoilt_record_is_not_told_again),
        CASE(a_log_whose_end_is_spoilt_is_not_opened),
        CASE(a_batch_that_does_not_fit_is_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
