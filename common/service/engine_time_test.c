/* The engine, driven by hand: timers, and the time it goes by. */
#include "service/test_kit.h"

/* The types of the counter's events, in order, a letter each: a(dded), r(eminded), n(udged),
 * c(hore). */
static struct text story(struct fixture *f)
{
    struct store_txn *txn = NULL;
    struct log_record record;
    char *letters = arena_take(&f->arena, 200);
    size_t count = 0;
    assert_int_equal(ERR_OK, store_begin_read(engine_store(f->counter), &txn));
    for (uint64_t seq = 1; log_read(txn, TABLE_LOG, seq, &record); seq++) {
        struct event_envelope envelope;
        struct toy_added added;
        assert_int_equal(ERR_OK, record_read_event(&f->reader, record.bytes, &envelope));
        assert_int_equal(ERR_OK, wire_unpack_any(&f->reader, WIRE_SKIP_UNKNOWN, &envelope.data,
                                                 &toy_added_message, &added, NULL));
        bool is_added = text_equal_string(envelope.type, toy_added_message.name);
        letters[count++] = is_added ? 'a' : added.remind != 0 ? 'r' : added.nudge != 0 ? 'n' : 'c';
    }
    store_end_read(&txn);
    return (struct text){letters, count};
}

static void timers_of_both_kinds_are_worked_in_due_order(void **state)
{
    struct fixture *f = *state;
    int64_t now_ms = f->now_ms;
    (void)done(f, (struct sent){.amount = 1, .remind = now_ms + 30, .nudge = now_ms + 20});
    (void)done(
        f, (struct sent){.amount = 1, .remind = now_ms + 10, .nudge = now_ms + 40, .case_id = 2});
    assert_int_equal(engine_next_timer(f->counter, false), now_ms + 10);
    assert_int_equal(engine_next_timer(f->counter, true), now_ms + 20);
    f->now_ms += 50;
    begin(f, f->counter);
    assert_int_equal(engine_timers(f->counter, 3, false), 3);
    assert_int_equal(engine_timers(f->counter, 3, false), 1);
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    assert_true(text_equal_string(story(f), "aarnrn"));
    assert_int_equal(engine_next_timer(f->counter, false), INT64_MAX);
}

static void the_background_does_one_step_a_batch_behind_all_else(void **state)
{
    struct fixture *f = *state;
    int64_t now_ms = f->now_ms;
    for (uint8_t i = 1; i <= 2; i++) {
        (void)done(f, (struct sent){.amount = 1, .chore = now_ms + 10, .case_id = i});
    }
    (void)done(f, (struct sent){.amount = 1, .remind = now_ms + 20, .nudge = now_ms + 30});
    f->now_ms += 50;
    begin(f, f->counter);
    assert_int_equal(engine_timers(f->counter, 2, false), 2); /* the bound is used up */
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    assert_true(text_equal_string(story(f), "aaarn"));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(engine_next_timer(f->counter, true), now_ms + 10);
        begin(f, f->counter);
        assert_int_equal(engine_timers(f->counter, 10, true), 1);
        assert_int_equal(ERR_OK, engine_commit(f->counter));
    }
    assert_true(text_equal_string(story(f), "aaarncc"));
    assert_int_equal(engine_next_timer(f->counter, false), INT64_MAX);
}

static void the_background_waits_while_it_is_held(void **state)
{
    struct fixture *f = *state;
    (void)done(f, (struct sent){.amount = 1, .chore = f->now_ms + 10, .nudge = f->now_ms + 20});
    f->now_ms += 50;
    engine_hold_background(f->counter, true);
    assert_int_equal(engine_next_timer(f->counter, false), f->now_ms - 30);
    assert_int_equal(engine_next_background(f->counter), f->now_ms - 40);
    begin(f, f->counter);
    assert_int_equal(engine_timers(f->counter, 10, false), 1);
    assert_int_equal(engine_timers(f->counter, 10, false), 0);
    engine_hold_background(f->counter, false);
    assert_int_equal(engine_timers(f->counter, 10, false), 1);
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    assert_true(text_equal_string(story(f), "anc"));
    assert_int_equal(engine_next_background(f->counter), INT64_MAX);
}

/* Marks are nothing that a consumer has to consume: they do not count as the end of the log. */
static void the_last_event_is_not_the_last_record(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(engine_last_event(f->mirror), 0);
    (void)done(f, (struct sent){.amount = 2});
    (void)done(f, (struct sent){.amount = 1});
    mirror_follow(f);
    assert_int_equal(engine_last_event(f->counter), 2);
    assert_int_equal(engine_last_event(f->mirror), 1);
    assert_int_equal(engine_end(f->mirror).seq, 2);
}

static void the_next_timer_is_known_after_opening(void **state)
{
    struct fixture *f = *state;
    (void)done(f, (struct sent){.amount = 1, .remind = f->now_ms + 30});
    engine_close(&f->counter);
    f->counter = opened(f, &counter, "counter", false);
    assert_int_equal(engine_next_timer(f->counter, false), f->now_ms + 30);
    assert_int_equal(engine_next_timer(f->counter, true), INT64_MAX);
}

static void a_batch_that_was_undone_sets_no_timer(void **state)
{
    struct fixture *f = *state;
    begin(f, f->counter);
    command(f, f->counter, (struct sent){.amount = 1, .remind = f->now_ms + 30});
    command(f, f->counter, (struct sent){.amount = AMOUNT_FAILS});
    assert_int_equal(ERR_FULL, engine_commit(f->counter));
    assert_int_equal(engine_next_timer(f->counter, false), INT64_MAX);
}

static void while_the_clock_is_held_other_timers_come_before_a_command(void **state)
{
    struct fixture *f = *state;
    (void)done(f, (struct sent){.amount = 5, .nudge = f->now_ms + 10});
    f->now_ms += 10;
    begin(f, f->counter);
    assert_int_equal(engine_timers(f->counter, 0, true), 0);
    command(f, f->counter, (struct sent){.amount = AMOUNT_REFUSED});
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    assert_true(text_equal_string(the_reply(f, f->counter).problem.type, "not-allowed-now"));
    assert_int_equal(total(f->counter), 6);
}

static void while_the_clock_is_held_a_case_with_a_deadline_over_waits(void **state)
{
    struct fixture *f = *state;
    (void)done(f, (struct sent){.amount = 5, .remind = f->now_ms + 10});
    f->now_ms += 10;
    begin(f, f->counter);
    assert_int_equal(engine_timers(f->counter, 10, true), 0);
    command(f, f->counter, (struct sent){.amount = 1});
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    assert_true(text_equal_string(the_reply(f, f->counter).problem.type, "clock-held"));
    assert_int_equal(total(f->counter), 5);
    begin(f, f->counter);
    assert_int_equal(engine_timers(f->counter, 10, true), 0);
    command(f, f->counter, (struct sent){.amount = 1, .case_id = 2});
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    assert_int_equal(the_reply(f, f->counter).events.count, 1);
}

static void too_much_due_on_one_case_refuses_the_command_not_the_timers(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 40; i++) {
        (void)done(f, (struct sent){.amount = 1, .nudge = f->now_ms + 1000 + i});
    }
    f->now_ms += 2000;
    begin(f, f->counter);
    assert_int_equal(engine_timers(f->counter, 0, false), 0);
    command(f, f->counter, (struct sent){.amount = 1});
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    assert_true(text_equal_string(the_reply(f, f->counter).problem.type, "behind"));
    assert_int_equal(total(f->counter), 40 + 32);
    begin(f, f->counter);
    command(f, f->counter, (struct sent){.amount = 1});
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    assert_int_equal(the_reply(f, f->counter).events.count, 1);
    assert_int_equal(total(f->counter), 40 + 40 + 1);
}

/* -- the time it goes by ----------------------------------------------------------------------- */

/* A counter that follows another one's log under the name of the mirror's stream: a service with
 * timers of its own. */
static const char *const follower_streams[] = {"counter", NULL};
static const struct service follower = {
    .name = "follower",
    .streams = follower_streams,
    .events = counter_events,
    .event_count = 2,
    .timers = counter_timers,
    .timer_count = 2,
    .tables = toy_tables,
    .table_count = 1,
};

static void a_service_whose_clock_runs_ahead_makes_nothing_due_elsewhere(void **state)
{
    struct fixture *f = *state;
    int64_t now_ms = f->now_ms;
    engine_close(&f->mirror);
    f->mirror = opened(f, &follower, "follower", false);
    f->now_ms = now_ms + MS_PER_DAY;
    begin(f, f->counter);
    command(f, f->counter, (struct sent){.amount = 1, .remind = now_ms + MS_PER_HOUR});
    command(f, f->counter, (struct sent){.amount = 1, .case_id = 2});
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    f->now_ms = now_ms;
    mirror_receive(f);
    begin(f, f->mirror);
    assert_int_equal(engine_stream(f->mirror, 0, 10), 2);
    assert_int_equal(engine_timers(f->mirror, 10, false), 0);
    assert_int_equal(ERR_OK, engine_commit(f->mirror));
    assert_int_equal(engine_counters(f->mirror).times_ahead, 2);
    assert_int_equal(lines_with(f, "engine.time_ahead"), 1);
    assert_int_equal(engine_last_time(f->mirror), now_ms + MS_PER_DAY);
    f->now_ms = now_ms + MS_PER_HOUR;
    begin(f, f->mirror);
    assert_int_equal(engine_timers(f->mirror, 10, false), 1);
    engine_close(&f->mirror); /* the counter's toys do not belong to the follower's log */
    f->mirror = opened(f, &mirror, "mirror", false);
}

static void what_was_consumed_keeps_time_from_going_back_over_a_restart(void **state)
{
    struct fixture *f = *state;
    int64_t first_ms = f->now_ms;
    (void)done(f, (struct sent){.amount = 1});
    mirror_follow(f); /* which says only a mark */
    engine_close(&f->mirror);
    f->mirror = opened(f, &mirror, "mirror", false);
    assert_int_equal(engine_last_time(f->mirror), first_ms);
}

static void a_service_that_is_rebuilt_is_not_told_to_prepare(void **state)
{
    struct fixture *f = *state;
    struct reason reason = {""};
    struct store_txn *txn = NULL;
    struct log_record record;
    (void)done(f, (struct sent){.amount = 1});
    assert_int_equal(toy_seen.prepared, 1);
    assert_int_equal(toy_seen.committed, 1);
    struct engine *copy = opened(f, &counter, "copy", true);
    begin(f, copy);
    assert_int_equal(ERR_OK, store_begin_read(engine_store(f->counter), &txn));
    assert_true(log_read(txn, TABLE_LOG, 1, &record));
    assert_int_equal(ERR_OK,
                     engine_replay(copy, TEXT_LITERAL("counter"), 1, record.bytes, &reason));
    store_end_read(&txn);
    assert_int_equal(ERR_OK, engine_commit(copy));
    assert_int_equal(total(copy), 1);
    assert_int_equal(toy_seen.prepared, 1);
    assert_int_equal(toy_seen.committed, 1);
    engine_close(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(timers_of_both_kinds_are_worked_in_due_order),
        CASE(the_background_does_one_step_a_batch_behind_all_else),
        CASE(the_background_waits_while_it_is_held),
        CASE(the_last_event_is_not_the_last_record),
        CASE(the_next_timer_is_known_after_opening),
        CASE(a_batch_that_was_undone_sets_no_timer),
        CASE(while_the_clock_is_held_other_timers_come_before_a_command),
        CASE(while_the_clock_is_held_a_case_with_a_deadline_over_waits),
        CASE(too_much_due_on_one_case_refuses_the_command_not_the_timers),
        CASE(a_service_whose_clock_runs_ahead_makes_nothing_due_elsewhere),
        CASE(what_was_consumed_keeps_time_from_going_back_over_a_restart),
        CASE(a_service_that_is_rebuilt_is_not_told_to_prepare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
