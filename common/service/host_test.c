/* A running host: queries, its clock, room to write, its end. */
#include "service/host_kit.h"

#include <fcntl.h>
#include <sys/statvfs.h>

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
    (void)snprintf(path, sizeof path, "%s/counter/clock", f->folder.path);
    assert_int_equal(stat(path, &status), 0);
}

static void a_second_process_is_refused_and_the_first_goes_on(void **state)
{
    struct fixture *f = *state;
    struct host *second = NULL;
    struct reason reason = {""};
    struct host_options options = {
        .service = &counter, .options = &f->options, .logger = &f->logger};
    (void)started(f, &counter);
    assert_int_equal(ERR_BUSY, host_open(&options, &second, &reason));
    assert_null(second);
    call(f, "counter", ENDPOINT_COMMAND); /* the sockets are still those of the first */
    assert_int_equal(answered(f, (struct asked){.message = &toy_add_message, .amount = 3}).seq, 1);
}

/* -- room -------------------------------------------------------------------------------------- */

/* Adds until the answer is, or is no more, that nothing can be written. */
static void wait_for_writing(struct fixture *f, bool can_write)
{
    for (int i = 0; i < PATIENCE_MS / 10; i++) {
        struct reply reply = answered(f, (struct asked){.message = &toy_add_message});
        bool is_refused = text_equal_string(reply.problem.type, "cannot-write");
        assert_true(is_refused || text_is_empty(reply.problem.type));
        if (is_refused != can_write) {
            return;
        }
        (void)link_wait(NULL, 0, NULL, 0, 10, NULL);
    }
    fail_msg("it never came to that");
}

static void a_full_disk_refuses_until_there_is_room_again(void **state)
{
    struct fixture *f = *state;
    struct statvfs disk;
    char reserve[40];
    char map_size[40];
    char path[100];
    const int64_t slack = INT64_C(512) << 20;
    assert_int_equal(statvfs(f->folder.path, &disk), 0);
    int64_t free_bytes = (int64_t)(disk.f_bavail * disk.f_frsize);
    if (free_bytes < 3 * slack) {
        skip(); /* others may take what this test counts on */
    }
    (void)snprintf(reserve, sizeof reserve, "%lld", (long long)(free_bytes - slack));
    (void)snprintf(map_size, sizeof map_size, "%lld", (long long)free_bytes);
    options_use_both(f, "--map-size", map_size, "--reserve", reserve);
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_COMMAND);
    assert_int_equal(answered(f, (struct asked){.message = &toy_add_message, .amount = 3}).seq, 1);
    (void)snprintf(path, sizeof path, "%s/filler", f->folder.path);
    int filler = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(posix_fallocate(filler, 0, 2 * slack), 0);
    wait_for_writing(f, false);
    call(f, "counter", ENDPOINT_QUERY);
    wait_for_health(f, false, "it cannot write");
    wait_for_total(f, 3); /* reading goes on */
    assert_int_equal(ftruncate(filler, 0), 0);
    assert_int_equal(close(filler), 0);
    call(f, "counter", ENDPOINT_COMMAND);
    wait_for_writing(f, true);
    call(f, "counter", ENDPOINT_QUERY);
    wait_for_health(f, true, NULL);
    assert_true(was_logged(f, "\"event\":\"store.cannot_write\""));
    assert_true(was_logged(f, "\"event\":\"store.writes_again\""));
}

static void a_full_map_refuses_until_it_is_larger(void **state)
{
    struct fixture *f = *state;
    options_use_both(f, "--map-size", "4m", "--reserve", "2m");
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_COMMAND);
    int64_t sum = 0;
    for (; sum < 200; sum++) {
        struct asked add = {.message = &toy_add_message, .amount = 1, .note_size = 50000};
        struct reply reply = answered(f, add);
        if (text_equal_string(reply.problem.type, "cannot-write")) {
            break;
        }
        assert_true(text_is_empty(reply.problem.type));
    }
    /* Of 4 MiB half is kept; a record takes 13 pages, and the look for room comes some later. */
    assert_in_range(sum, 30, 50);
    call(f, "counter", ENDPOINT_QUERY);
    wait_for_health(f, false, "it cannot write");
    wait_for_total(f, sum);
    stopped(f);
    options_use(f, "--map-size", "64m");
    (void)started(f, &counter);
    call(f, "counter", ENDPOINT_COMMAND);
    struct reply reply = answered(f, (struct asked){.message = &toy_add_message, .amount = 1});
    assert_int_equal(reply.seq, sum + 1);
}

/* -- a clock that is set ----------------------------------------------------------------------- */

/* What the machine's wall clock is off by. */
static _Atomic int64_t wall_off_ms;

static int64_t wall_that_is_off(struct time_source *source)
{
    struct timespec now;
    (void)source;
    CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + atomic_load(&wall_off_ms);
}

static struct host *started_with_that_clock(struct fixture *f, int64_t off_ms)
{
    atomic_store(&wall_off_ms, off_ms);
    struct host *host = opened(f, &counter);
    host_clock(host)->source.wall_ms = wall_that_is_off;
    running(f);
    return host;
}

/* Confirms the clock, as an operator does. */
static void clock_confirm(struct fixture *f)
{
    struct clock_set set = {.confirm = true};
    struct role_grant grant = {.role = TEXT_LITERAL("operator"), .department = TEXT_LITERAL("*")};
    struct request request = {
        .id = ++f->next_id,
        .name = text_of(clock_set_message.name),
        .deadline_ms = 1000,
        .principal = {.kind = PRINCIPAL_STAFF, .grants = {&grant, 1}},
        .body = {.message = &clock_set_message, .data = &set},
    };
    struct bytes frame = packed(f, &request_message, &request);
    call(f, "counter", ENDPOINT_COMMAND);
    say(f, &frame, 1);
    assert_true(text_is_empty(reply_of(f, heard(f).frames[0]).problem.type));
}

static void a_clock_set_forward_makes_nothing_due_until_it_is_confirmed(void **state)
{
    struct fixture *f = *state;
    struct host *host = started_with_that_clock(f, 0);
    int64_t due_ms = trusted_clock_peek(host_clock(host)) + MS_PER_HOUR;
    struct asked add = {.message = &toy_add_message, .amount = 3, .remind = due_ms};
    call(f, "counter", ENDPOINT_COMMAND);
    (void)answered(f, add);
    atomic_store(&wall_off_ms, 2 * MS_PER_HOUR);
    call(f, "counter", ENDPOINT_QUERY);
    wait_for_health(f, true, "the clock jumped");
    assert_true(health_told(f).now < due_ms);
    wait_for_total(f, 3);
    clock_confirm(f);
    call(f, "counter", ENDPOINT_QUERY);
    wait_for_total(f, 4);
    struct health health = health_told(f);
    assert_int_equal(health.reasons.count, 0);
    assert_true(health.now > due_ms);
}

static void after_a_clock_was_set_back_time_does_not(void **state)
{
    struct fixture *f = *state;
    (void)started_with_that_clock(f, 0);
    call(f, "counter", ENDPOINT_COMMAND);
    (void)answered(f, (struct asked){.message = &toy_add_message, .amount = 3});
    call(f, "counter", ENDPOINT_QUERY);
    int64_t before_ms = health_told(f).now;
    atomic_store(&wall_off_ms, -MS_PER_HOUR);
    wait_for_health(f, true, "the clock jumped");
    assert_true(health_told(f).now >= before_ms);
    clock_confirm(f);
    struct reply reply = answered(f, (struct asked){.message = &toy_add_message, .amount = 3});
    struct event_envelope envelope;
    struct bytes record = arena_copy_bytes(&f->arena, reply.events.items[0]);
    assert_int_equal(ERR_OK, record_read_event(&f->reader, record, &envelope));
    assert_true(envelope.time >= before_ms);
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
        CASE(a_second_process_is_refused_and_the_first_goes_on),
        CASE(a_full_disk_refuses_until_there_is_room_again),
        CASE(a_full_map_refuses_until_it_is_larger),
        CASE(a_clock_set_forward_makes_nothing_due_until_it_is_confirmed),
        CASE(after_a_clock_was_set_back_time_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
