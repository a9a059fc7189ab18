/* The engine, driven by hand: what it refuses, and how it goes on. */
#include "service/test_kit.h"

/* -- positions and waiting --------------------------------------------------------------------- */

static void a_position_beyond_the_own_log_is_answered_at_once(void **state)
{
    struct fixture *f = *state;
    struct reply reply = done(f, (struct sent){.amount = 1, .seen = 1});
    assert_true(text_equal_string(reply.problem.type, "behind"));
    assert_int_equal(engine_waiting(f->counter), 0);
    assert_int_equal(engine_end(f->counter).seq, 0);
    (void)done(f, (struct sent){.amount = 1});
    assert_true(text_is_empty(done(f, (struct sent){.amount = 1, .seen = 1}).problem.type));
}

static size_t replies_of(struct engine *engine)
{
    size_t count = 0;
    (void)engine_replies(engine, &count);
    return count;
}

static void a_request_is_tried_again_but_not_given_more_time(void **state)
{
    struct fixture *f = *state;
    begin(f, f->mirror);
    command(f, f->mirror, (struct sent){.amount = 1, .seen = 9});
    assert_int_equal(ERR_OK, engine_commit(f->mirror));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(replies_of(f->mirror), 0);
        f->boot_ms += 400; /* it said that it waits for 1000 */
        (void)done(f, (struct sent){.amount = 1});
        mirror_follow(f);
    }
    assert_true(text_equal_string(the_reply(f, f->mirror).problem.type, "behind"));
    assert_int_equal(engine_waiting(f->mirror), 0);
}

static void a_request_is_decided_in_the_batch_that_brings_what_it_waits_for(void **state)
{
    struct fixture *f = *state;
    (void)done(f, (struct sent){.amount = 1});
    mirror_receive(f);
    begin(f, f->mirror);
    command(f, f->mirror, (struct sent){.amount = 1, .seen = 1});
    assert_int_equal(engine_stream(f->mirror, 0, 10), 1);
    assert_int_equal(ERR_OK, engine_commit(f->mirror));
    assert_true(text_equal_string(the_reply(f, f->mirror).problem.type, "forbidden"));
}

static void what_waits_is_bounded_in_bytes_too(void **state)
{
    struct fixture *f = *state;
    enum { SENT = 300 };
    size_t replies = 0;
    begin(f, f->mirror);
    for (int i = 0; i < SENT; i++) {
        command(f, f->mirror, (struct sent){.amount = 2, .note_size = 59000, .seen = 1});
    }
    assert_int_equal(ERR_OK, engine_commit(f->mirror));
    (void)engine_replies(f->mirror, &replies);
    assert_in_range(engine_waiting(f->mirror), 280, 284); /* 16 MiB of them */
    assert_int_equal(replies, SENT - engine_waiting(f->mirror));
    f->boot_ms += 5000;
    begin(f, f->mirror);
    assert_int_equal(ERR_OK, engine_commit(f->mirror));
    assert_int_equal(engine_waiting(f->mirror), 0);
    begin(f, f->mirror);
    command(f, f->mirror, (struct sent){.amount = 2, .seen = 1});
    assert_int_equal(ERR_OK, engine_commit(f->mirror));
    assert_int_equal(engine_waiting(f->mirror), 1);
}

static void who_waits_is_answered_in_time_though_nothing_can_be_written(void **state)
{
    struct fixture *f = *state;
    begin(f, f->mirror);
    command(f, f->mirror, (struct sent){.amount = 1, .seen = 1});
    assert_int_equal(ERR_OK, engine_commit(f->mirror));
    toy_seen.prepare = ERR_FULL;
    assert_int_equal(ERR_FULL, engine_begin(f->mirror, f->now_ms, f->boot_ms));
    assert_int_equal(ERR_FULL, engine_commit(f->mirror));
    assert_int_equal(replies_of(f->mirror), 0);
    f->boot_ms += 1000;
    assert_int_equal(ERR_FULL, engine_begin(f->mirror, f->now_ms, f->boot_ms));
    assert_int_equal(ERR_FULL, engine_commit(f->mirror));
    assert_true(text_equal_string(the_reply(f, f->mirror).problem.type, "behind"));
}

static void who_waits_when_the_service_ends_is_answered(void **state)
{
    struct fixture *f = *state;
    begin(f, f->mirror);
    command(f, f->mirror, (struct sent){.amount = 1, .seen = 1});
    assert_int_equal(ERR_OK, engine_commit(f->mirror));
    begin(f, f->mirror);
    engine_waiting_end(f->mirror);
    assert_int_equal(ERR_OK, engine_commit(f->mirror));
    assert_true(text_equal_string(the_reply(f, f->mirror).problem.type, "behind"));
}

/* -- what does not fit ------------------------------------------------------------------------- */

static void a_reply_that_could_not_be_sent_is_refused_before_anything_is_written(void **state)
{
    struct fixture *f = *state;
    struct reply reply = done(f, (struct sent){.amount = 1, .times = 30, .note_size = 50000});
    assert_true(text_equal_string(reply.problem.type, "too-large"));
    assert_int_equal(engine_end(f->counter).seq, 0);
    assert_int_equal(done(f, (struct sent){.amount = 1, .times = 15, .note_size = 50000}).seq, 15);
}

static void an_answer_too_large_to_be_told_does_not_undo_what_was_done(void **state)
{
    struct fixture *f = *state;
    struct reply reply = done(f, (struct sent){.amount = AMOUNT_LONG_ANSWER});
    assert_true(text_equal_string(reply.problem.type, "internal"));
    assert_int_equal(reply.seq, 1);
    assert_int_equal(total(f->counter), AMOUNT_LONG_ANSWER);
}

static void more_events_than_a_decision_holds_are_refused(void **state)
{
    struct fixture *f = *state;
    struct reply reply = done(f, (struct sent){.amount = 1, .times = 65});
    assert_true(text_equal_string(reply.problem.type, "too-large"));
    assert_int_equal(engine_end(f->counter).seq, 0);
    assert_int_equal(done(f, (struct sent){.amount = 1, .times = 64}).events.count, 64);
}

static void an_envelope_that_does_not_fit_refuses_the_command(void **state)
{
    struct fixture *f = *state;
    struct reply reply = done(f, (struct sent){.amount = AMOUNT_LONG_ROLE});
    assert_true(text_equal_string(reply.problem.type, "internal"));
    assert_int_equal(engine_end(f->counter).seq, 0);
    assert_int_equal(lines_with(f, "\"pointer\":\"/actor/role\""), 1);
}

static void a_reaction_that_does_not_fit_stops_the_service_by_name(void **state)
{
    struct fixture *f = *state;
    (void)done(f, (struct sent){.amount = 1});
    (void)done(f, (struct sent){.amount = 2, .note_size = 11});
    assert_int_equal(ERR_INVALID, mirror_follows(f));
    assert_int_equal(engine_end(f->mirror).seq, 0);
    assert_int_equal(total(f->mirror), 0);
    assert_int_equal(lines_with(f, "\"what\":\"reaction\",\"type\":\"mirror.evened.v1\","
                                   "\"cause_source\":\"counter\",\"cause_seq\":2"),
                     1);
}

static void a_timer_that_does_not_fit_stops_the_service_by_name(void **state)
{
    struct fixture *f = *state;
    (void)done(f, (struct sent){.amount = AMOUNT_SPOILT_TIMER, .nudge = f->now_ms});
    begin(f, f->counter);
    (void)engine_timers(f->counter, 10, false);
    assert_int_equal(ERR_INVALID, engine_commit(f->counter));
    assert_int_equal(lines_with(f, "\"what\":\"nudge\",\"type\":\"counter.reminded.v1\""), 1);
}

static void nothing_is_decided_after_the_transaction_failed(void **state)
{
    struct fixture *f = *state;
    size_t count = 0;
    begin(f, f->counter);
    command(f, f->counter, (struct sent){.amount = 1, .times = 2});
    command(f, f->counter, (struct sent){.amount = AMOUNT_FAILS});
    command(f, f->counter, (struct sent){.amount = 3});
    assert_int_equal(toy_seen.decided, 2);
    assert_int_equal(toy_seen.applied, 2);
    assert_int_equal(ERR_FULL, engine_commit(f->counter));
    const struct engine_reply *replies = engine_replies(f->counter, &count);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        struct reply reply;
        assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN,
                                             &reply_message, replies[i].message, &reply, NULL));
        assert_true(text_equal_string(reply.problem.type, "cannot-write"));
    }
    assert_int_equal(total(f->counter), 0);
}

static void a_request_of_an_undone_batch_is_no_repeat(void **state)
{
    struct fixture *f = *state;
    struct sent sent = {.amount = 5, .key = "0123456789abcdef", .body = "bodybodybodybody"};
    begin(f, f->counter);
    command(f, f->counter, sent);
    command(f, f->counter, (struct sent){.amount = AMOUNT_FAILS});
    assert_int_equal(ERR_FULL, engine_commit(f->counter));
    f->boot_ms += 1000; /* it looks for room again */
    assert_false(done(f, sent).repeated);
    engine_close(&f->counter);
    f->counter = opened(f, &counter, "counter", false);
    assert_true(done(f, sent).repeated);
    assert_int_equal(total(f->counter), 5);
}

static void a_long_detail_is_cut_between_two_characters(void **state)
{
    struct fixture *f = *state;
    struct reply reply = done(f, (struct sent){.amount = AMOUNT_LONG_DETAIL});
    /* "no: " and as many characters of three bytes as fit into 500 bytes */
    assert_int_equal(reply.problem.detail.size, 4 + 165 * 3);
}

/* -- who may ask, and how ---------------------------------------------------------------------- */

static struct reply given(struct fixture *f, const struct request *request, bool is_internal)
{
    (void)engine_begin(f->counter, f->now_ms, f->boot_ms);
    engine_command(f->counter, bytes_of("me", 2), packed(f, &request_message, request),
                   is_internal);
    (void)engine_commit(f->counter);
    return the_reply(f, f->counter);
}

static void nobody_outside_speaks_for_the_hall(void **state)
{
    struct fixture *f = *state;
    struct toy_add add = add_of(f, (struct sent){.amount = 1});
    struct request request = request_of(&add);
    request.principal.kind = PRINCIPAL_SYSTEM;
    assert_true(text_equal_string(given(f, &request, false).problem.type, "forbidden"));
    request.name = text_of(toy_report_message.name);
    request.body.message = &toy_report_message;
    assert_true(text_is_empty(given(f, &request, true).problem.type));
    request.principal.kind = PRINCIPAL_STAFF;
    assert_true(text_equal_string(given(f, &request, false).problem.type, "not-found"));
}

/* Gives the request by the key "notification", which may only ask the vault. */
static struct reply given_by_key(struct fixture *f, const struct request *request)
{
    begin(f, f->counter);
    engine_vault_command(f->counter, bytes_of("me", 2), packed(f, &request_message, request),
                         TEXT_LITERAL("notification"));
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    return the_reply(f, f->counter);
}

static void a_key_for_the_vault_asks_it_in_its_own_name_and_nothing_else(void **state)
{
    struct fixture *f = *state;
    struct toy_add add = add_of(f, (struct sent){.amount = 1});
    struct request request = request_of(&add);
    request.name = text_of(toy_open_message.name);
    request.body.message = &toy_open_message;
    request.principal.login = TEXT_LITERAL("notification");
    assert_int_equal(given_by_key(f, &request).events.count, 1);
    request.principal.login = TEXT_LITERAL("chen");
    assert_true(text_equal_string(given_by_key(f, &request).problem.type, "forbidden"));
    assert_true(text_is_empty(given(f, &request, false).problem.type)); /* who may command may */
    struct request other = request_of(&add);
    other.principal.login = TEXT_LITERAL("notification");
    assert_true(text_equal_string(given_by_key(f, &other).problem.type, "forbidden"));
    other.name = TEXT_LITERAL("toy.unknown");
    assert_true(text_equal_string(given_by_key(f, &other).problem.type, "forbidden"));
    assert_int_equal(total(f->counter), 2);
}

/* clang-format off */
#define NEWER_REQUEST(F, S)                                                                        \
    REQUEST(F, S)                                                                                  \
    F(S, newer, INT(0, 9), REQUIRED, "what a newer gateway adds")
#define NEWER_ADD(F, S)                                                                            \
    TOY_ADD(F, S)                                                                                  \
    F(S, newer, INT(0, 9), REQUIRED, "what this service does not know")
#define NEWER_VOCABULARY(M)                                                                        \
    M(RECORD,  newer_request, NEWER_REQUEST, "bus.request", "A newer request.")                    \
    M(COMMAND, newer_add,     NEWER_ADD,     "toy.add",     "A newer command.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(newer_vocabulary, NEWER_VOCABULARY)
WIRE_DEFINE_VOCABULARY(newer_vocabulary, NEWER_VOCABULARY)

static void a_newer_envelope_is_read_and_a_newer_command_refused(void **state)
{
    struct fixture *f = *state;
    struct toy_add add = add_of(f, (struct sent){.amount = 1});
    struct newer_request request = {
        .id = 7,
        .name = text_of(toy_add_message.name),
        .principal = {.kind = PRINCIPAL_STAFF},
        .body = {.message = &toy_add_message, .data = &add},
    };
    begin(f, f->counter);
    engine_command(f->counter, bytes_of("me", 2), packed(f, &newer_request_message, &request),
                   false);
    assert_int_equal(ERR_OK, engine_commit(f->counter));
    assert_int_equal(the_reply(f, f->counter).events.count, 1);
    struct newer_add newer = {.case_id = add.case_id, .amount = 1, .newer = 1};
    struct request old = request_of(&add);
    old.body = (struct wire_any){.message = &newer_add_message, .data = &newer};
    assert_true(text_equal_string(given(f, &old, false).problem.type, "invalid-fields"));
}

static bool clock_moves(void *context, const struct clock_set *set)
{
    *(int64_t *)context = set->now;
    return true;
}

static struct reply clock_asked(struct fixture *f, enum principal_kind kind, const char *role,
                                const char *department, bool is_internal)
{
    struct clock_set set = {.now = f->now_ms + 1000};
    struct role_grant grant = {.role = text_of(role), .department = text_of(department)};
    struct request request = {
        .id = 7,
        .name = text_of(clock_set_message.name),
        .principal = {.kind = kind, .grants = {&grant, role == NULL ? 0 : 1}},
        .body = {.message = &clock_set_message, .data = &set},
    };
    return given(f, &request, is_internal);
}

static void only_operations_move_the_clock_even_when_nothing_can_be_written(void **state)
{
    struct fixture *f = *state;
    int64_t moved_to = 0;
    char folder[128];
    struct reason reason = {""};
    (void)snprintf(folder, sizeof folder, "%s/counter", f->folder.path);
    engine_close(&f->counter);
    struct engine_options options = {
        .service = &counter,
        .store = {.folder = folder, .map_bytes = 64 << 20, .without_sync = true},
        .logger = &f->logger,
        .set_clock = clock_moves,
        .set_clock_context = &moved_to,
    };
    assert_int_equal(ERR_OK, engine_open(&options, &f->counter, &reason));
    toy_seen.prepare = ERR_FULL;
    struct reply reply = clock_asked(f, PRINCIPAL_STAFF, "reviewer", "*", false);
    assert_true(text_equal_string(reply.problem.type, "forbidden"));
    reply = clock_asked(f, PRINCIPAL_STAFF, "operator", "housing", false);
    assert_true(text_equal_string(reply.problem.type, "forbidden"));
    assert_int_equal(moved_to, 0);
    assert_true(
        text_is_empty(clock_asked(f, PRINCIPAL_STAFF, "operator", "*", false).problem.type));
    assert_int_equal(moved_to, f->now_ms + 1000);
    moved_to = 0;
    assert_true(text_is_empty(clock_asked(f, PRINCIPAL_STAFF, "admin", "*", false).problem.type));
    assert_int_equal(moved_to, f->now_ms + 1000);
    moved_to = 0;
    assert_true(text_is_empty(clock_asked(f, PRINCIPAL_SYSTEM, NULL, NULL, true).problem.type));
    assert_int_equal(moved_to, f->now_ms + 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_position_beyond_the_own_log_is_answered_at_once),
        CASE(a_request_is_tried_again_but_not_given_more_time),
        CASE(a_request_is_decided_in_the_batch_that_brings_what_it_waits_for),
        CASE(what_waits_is_bounded_in_bytes_too),
        CASE(who_waits_is_answered_in_time_though_nothing_can_be_written),
        CASE(who_waits_when_the_service_ends_is_answered),
        CASE(a_reply_that_could_not_be_sent_is_refused_before_anything_is_written),
        CASE(an_answer_too_large_to_be_told_does_not_undo_what_was_done),
        CASE(more_events_than_a_decision_holds_are_refused),
        CASE(an_envelope_that_does_not_fit_refuses_the_command),
        CASE(a_reaction_that_does_not_fit_stops_the_service_by_name),
        CASE(a_timer_that_does_not_fit_stops_the_service_by_name),
        CASE(nothing_is_decided_after_the_transaction_failed),
        CASE(a_request_of_an_undone_batch_is_no_repeat),
        CASE(a_long_detail_is_cut_between_two_characters),
        CASE(nobody_outside_speaks_for_the_hall),
        CASE(a_key_for_the_vault_asks_it_in_its_own_name_and_nothing_else),
        CASE(a_newer_envelope_is_read_and_a_newer_command_refused),
        CASE(only_operations_move_the_clock_even_when_nothing_can_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
