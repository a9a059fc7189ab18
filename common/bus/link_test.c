/* Sockets between two processes' links, in a folder of their own. */
#include "bus/internal.h"
#include "bus/messages.h"

#include "base/check.h"
#include "base/test_kit.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { LONG_MS = 10000, RUBBISH = 200 };

struct fixture {
    struct test_folder folder;
    struct options options;
    struct link *service;
    struct link *caller;
    struct link_socket *commands; /* of the service */
    struct link_socket *queries;
    struct link_socket *caller_commands;
    struct link_socket *caller_queries;
};

static struct link *opened(struct fixture *f, const char *name)
{
    struct link *link = NULL;
    struct reason reason = {""};
    if (link_open(&f->options, name, &link, &reason) != ERR_OK) {
        fail_msg("%s", reason.text);
    }
    return link;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct reason reason = {""};
    CHECK(f != NULL);
    folder_begin(&f->folder);
    char program[] = "test";
    char option[] = "--data";
    char *arguments[] = {program, option, f->folder.path};
    options_init(&f->options, "test");
    options_add(&f->options, link_options, link_option_count);
    assert_int_equal(ERR_OK, options_read(&f->options, 3, arguments, &reason));
    f->service = opened(f, "fee");
    f->caller = opened(f, "gateway");
    assert_int_equal(ERR_OK, link_bind(f->service, ENDPOINT_COMMAND, &f->commands, &reason));
    assert_int_equal(ERR_OK, link_bind(f->service, ENDPOINT_QUERY, &f->queries, &reason));
    assert_int_equal(
        ERR_OK, link_connect(f->caller, "fee", ENDPOINT_COMMAND, &f->caller_commands, &reason));
    assert_int_equal(ERR_OK,
                     link_connect(f->caller, "fee", ENDPOINT_QUERY, &f->caller_queries, &reason));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    link_socket_close(&f->commands);
    link_socket_close(&f->queries);
    link_socket_close(&f->caller_commands);
    link_socket_close(&f->caller_queries);
    link_close(&f->service);
    link_close(&f->caller);
    options_free(&f->options);
    folder_end(&f->folder);
    free(f);
    return 0;
}

/* Sends `size` bytes, once the connection stands. */
static void say(struct link_socket *socket, size_t size)
{
    uint8_t *bytes = calloc(1, size);
    CHECK(bytes != NULL);
    struct bytes frame = bytes_of(bytes, size);
    while (!link_send(socket, (struct bytes){0}, &frame, 1)) {
        (void)link_wait(NULL, 0, NULL, 0, 1, NULL);
    }
    free(bytes);
}

static void a_run_folder_open_to_others_is_refused(void **state)
{
    struct fixture *f = *state;
    char path[100];
    struct link *link = NULL;
    struct reason reason = {""};
    (void)snprintf(path, sizeof path, "%s/run", f->folder.path);
    assert_int_equal(chmod(path, 0750), 0);
    assert_int_equal(ERR_DENIED, link_open(&f->options, "fee", &link, &reason));
    assert_non_null(strstr(reason.text, "closed to others"));
    assert_int_equal(chmod(path, 0700), 0);
}

static void a_wait_tells_what_can_be_read(void **state)
{
    struct fixture *f = *state;
    struct link_socket *sockets[] = {f->commands, NULL, f->queries};
    struct link_ready ready;
    struct link_message message;
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    say(f->caller_queries, 5);
    assert_true(link_wait(sockets, 3, pipes, 1, LONG_MS, &ready));
    assert_int_equal(ready.sockets, 4);
    assert_int_equal(ready.descriptors, 0);
    assert_true(link_receive(f->queries, 100, &message));
    assert_int_equal(message.frames[0].size, 5);
    assert_false(link_receive(f->queries, 100, &message));
    assert_int_equal(write(pipes[1], "!", 1), 1);
    assert_true(link_wait(sockets, 3, pipes, 1, LONG_MS, &ready));
    assert_int_equal(ready.sockets, 0);
    assert_int_equal(ready.descriptors, 1);
    close(pipes[0]);
    close(pipes[1]);
}

static void what_was_left_unread_is_noticed_by_the_next_wait(void **state)
{
    struct fixture *f = *state;
    struct link_message message;
    struct link_ready ready;
    for (int i = 0; i < 3; i++) {
        say(f->caller_commands, 5);
    }
    for (int i = 0; i < 3; i++) {
        assert_true(link_wait(&f->commands, 1, NULL, 0, LONG_MS, &ready));
        assert_int_equal(ready.sockets, 1);
        assert_true(link_receive(f->commands, 100, &message));
    }
    assert_false(link_wait(&f->commands, 1, NULL, 0, 0, &ready));
    assert_int_equal(ready.sockets, 0);
}

static void mail_taken_by_a_send_is_not_slept_through(void **state)
{
    struct fixture *f = *state;
    struct link_message message;
    struct pollfd item = {.fd = link_descriptor(f->commands), .events = POLLIN};
    say(f->caller_commands, 5);
    assert_true(link_wait(&f->commands, 1, NULL, 0, LONG_MS, NULL));
    assert_true(link_receive(f->commands, 100, &message));
    uint8_t sender[16];
    struct bytes receiver = bytes_of(sender, message.sender.size);
    assert_true(message.sender.size <= sizeof sender);
    memcpy(sender, message.sender.data, message.sender.size);
    assert_false(link_receive(f->commands, 100, &message));
    assert_true(link_may_sleep(f->commands));
    say(f->caller_commands, 6);
    assert_int_equal(poll(&item, 1, LONG_MS), 1);
    /* Sends look at ZeroMQ's mail now and then: some of these take the mail of what just came. */
    for (int i = 0; i < 50; i++) {
        struct bytes frame = bytes_of("reply", 5);
        assert_true(link_send(f->commands, receiver, &frame, 1));
        usleep(1000);
    }
    assert_true(link_wait(&f->commands, 1, NULL, 0, LONG_MS, NULL));
    assert_false(link_may_sleep(f->commands));
    assert_true(link_receive(f->commands, 100, &message));
    assert_int_equal(message.frames[0].size, 6);
}

static void rubbish_is_dropped_a_bounded_number_at_a_time(void **state)
{
    struct fixture *f = *state;
    struct link_message message;
    int calls = 0;
    for (int i = 0; i < RUBBISH; i++) {
        say(f->caller_commands, 101);
    }
    say(f->caller_commands, 7);
    while (link_wait(&f->commands, 1, NULL, 0, LONG_MS, NULL)) {
        calls++;
        if (link_receive(f->commands, 100, &message)) {
            break;
        }
    }
    assert_int_equal(message.frames[0].size, 7);
    assert_int_equal(link_rubbish(f->service), RUBBISH);
    assert_true(calls >= 4);
}

static void a_frame_beyond_the_endpoints_bound_never_gets_in(void **state)
{
    struct fixture *f = *state;
    struct link_message message;
    say(f->caller_commands, 3 << 20);
    say(f->caller_commands, 8); /* on the same connection or, after that one was cut, on the next */
    for (int i = 0; i < 100; i++) {
        if (link_wait(&f->commands, 1, NULL, 0, 100, NULL)) {
            break;
        }
        if (i % 10 == 9) {
            say(f->caller_commands, 8); /* what was queued on the cut connection is gone */
        }
    }
    assert_true(link_receive(f->commands, BUS_MESSAGE_BYTES_MAX, &message));
    assert_int_equal(message.frames[0].size, 8);
    assert_int_equal(link_rubbish(f->service), 0);
}

/* Waits for the next message that is no rubbish. */
static struct link_message heard(struct link_socket *socket)
{
    struct link_message message;
    do {
        assert_true(link_wait(&socket, 1, NULL, 0, LONG_MS, NULL));
    } while (!link_receive(socket, 100, &message));
    return message;
}

/* Lets the service answer the caller with `count` frames. */
static void answer(struct fixture *f, size_t count)
{
    struct bytes frames[LINK_FRAMES_MAX + 1];
    for (size_t i = 0; i < count; i++) {
        frames[i] = bytes_of("x", 1);
    }
    say(f->caller_commands, 5);
    assert_true(link_send(f->commands, heard(f->commands).sender, frames, count));
}

static void as_many_frames_as_fit_are_taken_in_both_directions(void **state)
{
    struct fixture *f = *state;
    answer(f, LINK_FRAMES_MAX + 1);
    answer(f, LINK_FRAMES_MAX);
    assert_int_equal(heard(f->caller_commands).frame_count, LINK_FRAMES_MAX);
    assert_int_equal(link_rubbish(f->caller), 1);
    struct bytes frames[LINK_FRAMES_MAX + 1];
    for (size_t i = 0; i <= LINK_FRAMES_MAX; i++) {
        frames[i] = bytes_of("x", 1);
    }
    assert_true(link_send(f->caller_commands, (struct bytes){0}, frames, LINK_FRAMES_MAX + 1));
    assert_true(link_send(f->caller_commands, (struct bytes){0}, frames, LINK_FRAMES_MAX));
    assert_int_equal(heard(f->commands).frame_count, LINK_FRAMES_MAX);
    assert_int_equal(link_rubbish(f->service), 1);
}

static void *connect_often(void *context)
{
    struct fixture *f = context;
    uintptr_t connected = 0;
    for (int i = 0; i < 100; i++) {
        struct link_socket *socket = NULL;
        connected += link_connect(f->caller, "fee", ENDPOINT_QUERY, &socket, NULL) == ERR_OK;
        link_socket_close(&socket);
    }
    return (void *)connected;
}

static void threads_connect_sockets_of_their_own(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, connect_often, f), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        void *connected = NULL;
        assert_int_equal(pthread_join(threads[i], &connected), 0);
        assert_int_equal((uintptr_t)connected, 100);
    }
}

static void endpoints_have_bounds_of_their_own(void **state)
{
    struct fixture *f = *state;
    int messages = 0;
    size_t size = sizeof messages;
    int64_t bytes_max = 0;
    size_t bytes_size = sizeof bytes_max;
    assert_int_equal(zmq_getsockopt(f->commands->handle, ZMQ_RCVHWM, &messages, &size), 0);
    assert_int_equal(messages, 4096);
    assert_int_equal(zmq_getsockopt(f->commands->handle, ZMQ_MAXMSGSIZE, &bytes_max, &bytes_size),
                     0);
    assert_int_equal(bytes_max, (1 << 20) + 1024);
    assert_int_equal(zmq_getsockopt(f->queries->handle, ZMQ_HANDSHAKE_IVL, &messages, &size), 0);
    assert_int_equal(messages, 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_run_folder_open_to_others_is_refused),
        CASE(a_wait_tells_what_can_be_read),
        CASE(what_was_left_unread_is_noticed_by_the_next_wait),
        CASE(mail_taken_by_a_send_is_not_slept_through),
        CASE(rubbish_is_dropped_a_bounded_number_at_a_time),
        CASE(a_frame_beyond_the_endpoints_bound_never_gets_in),
        CASE(as_many_frames_as_fit_are_taken_in_both_directions),
        CASE(threads_connect_sockets_of_their_own),
        CASE(endpoints_have_bounds_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
