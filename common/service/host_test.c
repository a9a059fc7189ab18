/* Requests to a running host: queries, its clock, its end. */
#include "service/host_kit.h"

static void a_query_waits_for_the_own_log_it_relies_on(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_QUERY);
    struct asked ask = {
        .message = &toy_ask_message, .source = "counter", .seen = 1, .deadline_ms = 50};
    assert_true(text_equal_string(answered(f, ask).problem.type, "behind"));
    call(f, "counter", ENDPOINT_COMMAND);
    (void)answered(f, (struct asked){.message = &toy_add_message, .amount = 3});
    call(f, "counter", ENDPOINT_QUERY);
    struct reply reply = answered(f, ask);
    assert_int_equal(total_told(f, &reply), 3);
    assert_int_equal(reply.seq, 1);
}

static void a_query_that_finds_the_store_spoilt_does_not_spoil_the_next(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_QUERY);
    struct bytes frames[] = {
        request_of(f, (struct asked){.message = &toy_ask_message, .amount = AMOUNT_FAILS}),
        request_of(f, (struct asked){.message = &toy_ask_message}),
    };
    say(f, frames, 2);
    struct link_message message = heard(f);
    assert_int_equal(message.frame_count, 2);
    struct reply first = reply_of(f, message.frames[0]);
    assert_true(text_equal_string(first.problem.type, "internal"));
    struct reply second = reply_of(f, message.frames[1]);
    assert_int_equal(total_told(f, &second), 0);
}

static void a_query_in_the_name_of_the_hall_is_refused(void **state)
{
    struct fixture *f = *state;
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_QUERY);
    struct asked ask = {.message = &toy_ask_message, .kind = PRINCIPAL_SYSTEM};
    assert_true(text_equal_string(answered(f, ask).problem.type, "forbidden"));
}

static void a_query_too_many_that_would_have_to_wait_is_refused(void **state)
{
    struct fixture *f = *state;
    enum { WAITING = 1024, FRAMES = 256 };
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_QUERY);
    struct asked ask = {
        .message = &toy_ask_message, .source = "counter", .seen = 1, .deadline_ms = 60000};
    struct bytes frames[FRAMES];
    for (int sent = 0; sent < WAITING; sent += FRAMES) {
        for (int i = 0; i < FRAMES; i++) {
            frames[i] = request_of(f, ask);
        }
        say(f, frames, FRAMES);
    }
    struct reply reply = answered(f, ask);
    assert_int_equal(reply.id, WAITING + 1);
    assert_true(text_equal_string(reply.problem.type, "behind"));
}

static void who_waits_for_a_stream_hears_when_the_service_ends(void **state)
{
    struct fixture *f = *state;
    struct host *host = started(f, &mirror);
    call(f, "mirror", ENDPOINT_COMMAND);
    struct bytes frames[] = {
        request_of(f, (struct asked){.message = &toy_add_message, .source = "counter", .seen = 1}),
        request_of(f, (struct asked){.message = &toy_add_message}),
    };
    say(f, frames, 2);
    assert_int_equal(reply_of(f, heard(f).frames[0]).id, 2); /* the first one waits */
    host_stop(host);
    struct reply reply = reply_of(f, heard(f).frames[0]);
    assert_int_equal(reply.id, 1);
    assert_true(text_equal_string(reply.problem.type, "behind"));
    assert_int_equal(ended(f), HOST_EXIT_ENDED);
}

static void what_the_clock_is_trusted_for_is_kept(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    char path[100];
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_COMMAND);
    (void)answered(f, (struct asked){.message = &toy_add_message, .amount = 3});
    (void)snprintf(path, sizeof path, "%s/counter/clock", f->folder);
    assert_int_equal(stat(path, &status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_query_waits_for_the_own_log_it_relies_on),
        CASE(a_query_that_finds_the_store_spoilt_does_not_spoil_the_next),
        CASE(a_query_in_the_name_of_the_hall_is_refused),
        CASE(a_query_too_many_that_would_have_to_wait_is_refused),
        CASE(who_waits_for_a_stream_hears_when_the_service_ends),
        CASE(what_the_clock_is_trusted_for_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
