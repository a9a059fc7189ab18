/* Keys between machines: who gets in, and what each key may do. */
#include "bus/internal.h"

#include "base/check.h"
#include "base/test_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { LONG_MS = 10000, SHORT_MS = 300, PORT_FIRST = 20000, PORT_SPAN = 10000 };

/* Three key pairs of the hall, and one of nobody. */
enum { FEE, GATEWAY, NOTIFICATION, STRANGER, KEY_COUNT };

static const char *const names[KEY_COUNT] = {"fee", "gateway", "notification", "stranger"};

struct fixture {
    struct test_folder folder;
    char bind[40];
    char peers[60];
    char public_keys[KEY_COUNT][KEY_TEXT_BYTES + 1];
    struct options service_options;
    struct options caller_options;
    struct link *service;
    struct link *caller;
    struct link_socket *bound;
    struct link_socket *connected;
};

static void file_write(const struct fixture *f, const char *name, const char *content)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", f->folder.path, name);
    file_make(path, text_bytes(text_of(content)));
}

static void known_keys_write(const struct fixture *f, const char *more)
{
    char lines[1024];
    (void)snprintf(lines, sizeof lines,
                   "# who        key   what for\n"
                   "gateway      %s command query\n"
                   "notification %s consume:fee vault\n%s",
                   f->public_keys[GATEWAY], f->public_keys[NOTIFICATION], more);
    file_write(f, "known-keys", lines);
}

static void options_make(struct options *options, char **arguments, int count)
{
    struct reason reason = {""};
    options_init(options, "test");
    options_add(options, link_options, link_option_count);
    assert_int_equal(ERR_OK, options_read(options, count, arguments, &reason));
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    CHECK(f != NULL);
    folder_begin(&f->folder);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        char secret[KEY_TEXT_BYTES + 1];
        char name[40];
        assert_int_equal(zmq_curve_keypair(f->public_keys[i], secret), 0);
        (void)snprintf(name, sizeof name, "%s.secret", names[i]);
        file_write(f, name, secret);
    }
    known_keys_write(f, "");
    int port = PORT_FIRST + (int)getpid() % PORT_SPAN;
    (void)snprintf(f->bind, sizeof f->bind, "tcp://127.0.0.1:%d", port);
    (void)snprintf(f->peers, sizeof f->peers, "fee=%s", f->bind);
    char texts[][8] = {"test", "--data", "--keys", "--bind", "--peers"};
    char *service[] = {texts[0],       texts[1], f->folder.path, texts[2],
                       f->folder.path, texts[3], f->bind};
    char *caller[] = {texts[0],       texts[1], f->folder.path, texts[2],
                      f->folder.path, texts[4], f->peers};
    options_make(&f->service_options, service, 7);
    options_make(&f->caller_options, caller, 7);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    link_socket_close(&f->bound);
    link_socket_close(&f->connected);
    link_close(&f->caller);
    link_close(&f->service);
    options_free(&f->service_options);
    options_free(&f->caller_options);
    folder_end(&f->folder);
    free(f);
    return 0;
}

static void service_open(struct fixture *f)
{
    struct reason reason = {""};
    if (link_open(&f->service_options, "fee", &f->service, &reason) != ERR_OK ||
        link_bind(f->service, ENDPOINT_COMMAND, &f->bound, &reason) != ERR_OK) {
        fail_msg("%s", reason.text);
    }
}

/* Connects to the service as `name`, which knows the service's key. */
static void caller_open(struct fixture *f, const char *name)
{
    struct reason reason = {""};
    char line[80];
    (void)snprintf(line, sizeof line, "fee %s\n", f->public_keys[FEE]);
    known_keys_write(f, line);
    if (link_open(&f->caller_options, name, &f->caller, &reason) != ERR_OK ||
        link_connect(f->caller, "fee", ENDPOINT_COMMAND, &f->connected, &reason) != ERR_OK) {
        fail_msg("%s", reason.text);
    }
}

static bool said(struct link_socket *socket, int tries)
{
    struct bytes frame = bytes_of("hello", 5);
    bool sent = link_send(socket, (struct bytes){0}, &frame, 1);
    for (int i = 0; i < tries && !sent; i++) {
        (void)link_wait(NULL, 0, NULL, 0, 1, NULL);
        sent = link_send(socket, (struct bytes){0}, &frame, 1);
    }
    return sent;
}

static void a_message_carries_the_name_of_its_key(void **state)
{
    struct fixture *f = *state;
    struct link_message message;
    service_open(f);
    caller_open(f, "gateway");
    assert_true(said(f->connected, LONG_MS));
    assert_true(link_wait(&f->bound, 1, NULL, 0, LONG_MS, NULL));
    assert_true(link_receive(f->bound, 100, &message));
    assert_string_equal(message.user, "gateway");
}

static void a_stranger_gets_nowhere_and_is_counted(void **state)
{
    struct fixture *f = *state;
    service_open(f);
    caller_open(f, "stranger");
    assert_false(said(f->connected, SHORT_MS));
    assert_true(link_rubbish(f->service) > 0);
}

static void a_key_may_do_what_its_line_says(void **state)
{
    struct fixture *f = *state;
    service_open(f);
    assert_true(link_may(f->service, "gateway", "command"));
    assert_true(link_may(f->service, "gateway", "query"));
    assert_false(link_may(f->service, "gateway", "vault"));
    assert_true(link_may(f->service, "notification", "vault"));
    assert_true(link_may(f->service, "notification", "consume:fee"));
    assert_false(link_may(f->service, "notification", "consume:intake"));
    assert_false(link_may(f->service, "notification", "command"));
    assert_false(link_may(f->service, "stranger", "command"));
    assert_false(link_may(f->service, NULL, "command"));
}

static void the_own_key_may_ask_how_things_are_and_no_more(void **state)
{
    struct fixture *f = *state;
    struct link_message message;
    struct reason reason = {""};
    service_open(f);
    assert_int_equal(ERR_OK, link_open(&f->service_options, "fee", &f->caller, &reason));
    assert_int_equal(ERR_OK,
                     link_connect(f->caller, "fee", ENDPOINT_COMMAND, &f->connected, &reason));
    assert_true(said(f->connected, LONG_MS));
    assert_true(link_wait(&f->bound, 1, NULL, 0, LONG_MS, NULL));
    assert_true(link_receive(f->bound, 100, &message));
    assert_string_equal(message.user, "fee");
    assert_true(link_may(f->service, "fee", "query"));
    assert_false(link_may(f->service, "fee", "command"));
}

static void refused(struct fixture *f, const char *line, const char *why)
{
    struct reason reason = {""};
    known_keys_write(f, line);
    assert_int_equal(ERR_INVALID, link_open(&f->service_options, "fee", &f->service, &reason));
    assert_non_null(strstr(reason.text, why));
}

static void a_list_of_keys_that_is_not_clear_is_refused(void **state)
{
    struct fixture *f = *state;
    char line[100];
    (void)snprintf(line, sizeof line, "gateway %s query\n", f->public_keys[STRANGER]);
    refused(f, line, "line 4: the name or the key stands there twice");
    (void)snprintf(line, sizeof line, "portal %s query\n", f->public_keys[GATEWAY]);
    refused(f, line, "line 4: the name or the key stands there twice");
    refused(f, "portal abc query\n", "line 4 must be a name, a public key of 40 characters");
}

static void tcp_without_keys_is_refused(void **state)
{
    struct fixture *f = *state;
    struct reason reason = {""};
    struct options options;
    char texts[][8] = {"test", "--data", "--bind"};
    char *arguments[] = {texts[0], texts[1], f->folder.path, texts[2], f->bind};
    options_make(&options, arguments, 5);
    assert_int_equal(ERR_INVALID, link_open(&options, "fee", &f->service, &reason));
    options_free(&options);
}

static void an_address_that_is_none_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[] = {
        "tcp://127.0.0.1",       "tcp://127.0.0.1:", "tcp://:5000",      "127.0.0.1:5000",
        "tcp://127.0.0.1:65533", "tcp://h:0",        "tcp://h:99999999", "tcp://h:5x"};
    struct reason reason = {""};
    assert_int_equal(ERR_OK, link_open(&f->service_options, "fee", &f->service, &reason));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        f->service->base = bad[i];
        assert_int_equal(ERR_INVALID, link_bind(f->service, ENDPOINT_COMMAND, &f->bound, &reason));
        assert_null(f->bound);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_message_carries_the_name_of_its_key),
        CASE(a_stranger_gets_nowhere_and_is_counted),
        CASE(a_key_may_do_what_its_line_says),
        CASE(the_own_key_may_ask_how_things_are_and_no_more),
        CASE(a_list_of_keys_that_is_not_clear_is_refused),
        CASE(tcp_without_keys_is_refused),
        CASE(an_address_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
