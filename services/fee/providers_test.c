/* How providers are connected: options, the file of secrets and its modes, signatures. */
#include "base/test_kit.h"
#include "memory.h"
#include "providers.h"

#include <sodium.h>

#define SECRET  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define ADDRESS "DEMOPAY=https://pay.example/v1"
#define LINES   "DEMOPAY key sk_1\nDEMOPAY callback " SECRET "\n"

struct fixture {
    struct test_folder folder;
    struct arena arena;
    struct providers *providers;
    struct reason reason;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    arena_init(&fixture->arena);
    folder_begin(&fixture->folder);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    providers_close(&fixture->providers);
    folder_end(&fixture->folder);
    arena_free(&fixture->arena);
    free(fixture);
    return 0;
}

/* Opens with that list of addresses and that file; NULL: without it. */
static enum err open_with(struct fixture *f, const char *addresses, const char *lines,
                          unsigned mode, bool loopback)
{
    struct options options;
    char *arguments[6];
    int count = 0;
    arguments[count++] = strdup("fee");
    providers_close(&f->providers);
    if (addresses != NULL) {
        arguments[count++] = strdup(arena_print(&f->arena, "--providers=%s", addresses).data);
    }
    if (lines != NULL) {
        const char *path = path_in(&f->folder, "secrets", &f->arena);
        file_make(path, text_bytes(text_of(lines)));
        assert_int_equal(0, chmod(path, mode));
        arguments[count++] = strdup(arena_print(&f->arena, "--provider-secrets=%s", path).data);
    }
    if (loopback) {
        arguments[count++] = strdup("--provider-loopback");
    }
    options_init(&options, "fee");
    options_add(&options, fee_options, FEE_OPTION_COUNT);
    assert_int_equal(ERR_OK, options_read(&options, count, arguments, &f->reason));
    enum err err = providers_open(&options, &f->providers, &f->reason);
    options_free(&options);
    for (int i = 0; i < count; i++) {
        free(arguments[i]);
    }
    return err;
}

static void assert_refused(struct fixture *f, const char *addresses, const char *lines,
                           const char *said)
{
    assert_int_equal(ERR_INVALID, open_with(f, addresses, lines, 0600, false));
    assert_non_null(strstr(f->reason.text, said));
    assert_null(strstr(f->reason.text, "sk_1"));
    assert_null(strstr(f->reason.text, SECRET));
    assert_null(f->providers);
}

static void without_options_nothing_is_connected(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, open_with(f, NULL, NULL, 0, false));
    assert_null(provider_find(f->providers, TEXT_LITERAL("DEMOPAY")));
}

static void addresses_and_secrets_are_read(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, open_with(f, " " ADDRESS "/ , OTHER=https://b.example:8443/x",
                                       "# remark\n\n" LINES "OTHER key k\nOTHER callback one-old\n"
                                       "  OTHER  callback two-new \r\nNOBODY callback passed-over",
                                       0600, false));
    const struct provider *pay = provider_find(f->providers, TEXT_LITERAL("DEMOPAY"));
    const struct provider *other = provider_find(f->providers, TEXT_LITERAL("OTHER"));
    assert_string_equal("https://pay.example/v1", pay->url);
    assert_int_equal(1, pay->secret_count);
    assert_memory_equal("sk_1", pay->key.bytes, pay->key.size);
    assert_int_equal(2, other->secret_count);
    assert_int_equal(7, other->secrets[1].size);
    assert_memory_equal("two-new", other->secrets[1].bytes, 7);
    assert_null(provider_find(f->providers, TEXT_LITERAL("NOBODY")));
    assert_int_equal(5000, f->providers->timeout_ms);
}

static void addresses_that_cannot_be_meant_are_refused(void **state)
{
    static const char *const wrong[] = {"DEMOPAY=http://pay.example",
                                        "DEMOPAY=https://u@pay.example",
                                        "DEMOPAY=https://u:p@pay.example",
                                        "DEMOPAY=https://pay.example?x=1",
                                        "DEMOPAY=https://pay.example#x",
                                        "DEMOPAY=ftp://pay.example",
                                        "DEMOPAY=https://",
                                        "DEMOPAY=file:///etc/passwd"};
    static const char *const unwritten[] = {"DEMOPAY", "DEMOPAY=", "=https://pay.example",
                                            "ACODETHATISMUCHTOOLONG=https://pay.example"};
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_refused(f, wrong[i], LINES, "the address of DEMOPAY must be https://");
    }
    for (size_t i = 0; i < COUNT(unwritten); i++) {
        assert_refused(f, unwritten[i], LINES, "write CODE=https://");
    }
    assert_refused(f, ADDRESS "," ADDRESS, LINES, "stands twice");
}

static void plain_http_needs_the_option_for_this_machine(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, open_with(f, "DEMOPAY=http://127.0.0.1:8080/v1", LINES, 0600, true));
    assert_true(f->providers->loopback);
}

static void secrets_that_cannot_be_meant_are_refused(void **state)
{
    struct fixture *f = *state;
    char long_line[400];
    assert_refused(f, ADDRESS, NULL, "DEMOPAY needs a line");
    assert_refused(f, ADDRESS, "DEMOPAY key sk_1\n", "DEMOPAY needs a line");
    assert_refused(f, ADDRESS, "DEMOPAY callback " SECRET "\n", "DEMOPAY needs a line");
    assert_refused(f, ADDRESS, LINES "DEMOPAY key sk_1\n", "line 3");
    assert_refused(f, ADDRESS, LINES "DEMOPAY secret x\n", "line 3");
    assert_refused(f, ADDRESS, LINES "DEMOPAY callback\n", "line 3");
    assert_refused(f, ADDRESS, LINES "NOBODY callback\n", "line 3");
    assert_refused(f, ADDRESS,
                   LINES "DEMOPAY callback b\nDEMOPAY callback c\nDEMOPAY callback d\n"
                         "DEMOPAY callback e\n",
                   "line 6");
    (void)snprintf(long_line, sizeof long_line, "DEMOPAY key %0200d\n", 7);
    assert_refused(f, ADDRESS, long_line, "line 1");
}

static void a_file_that_others_may_read_is_refused(void **state)
{
    static const unsigned modes[] = {0640, 0604, 0660, 0666, 0610, 0601};
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(modes); i++) {
        assert_int_equal(ERR_DENIED, open_with(f, ADDRESS, LINES, modes[i], false));
        assert_non_null(strstr(f->reason.text, "must be a file of this user alone"));
    }
    assert_int_equal(ERR_OK, open_with(f, ADDRESS, LINES, 0400, false));
}

static void a_link_or_a_folder_is_no_file_of_secrets(void **state)
{
    struct fixture *f = *state;
    const char *path = path_in(&f->folder, "secrets", &f->arena);
    assert_int_equal(ERR_OK, open_with(f, ADDRESS, LINES, 0600, false));
    assert_int_equal(0, rename(path, path_in(&f->folder, "real", &f->arena)));
    assert_int_equal(0, symlink("real", path));
    struct options options;
    char option[100];
    (void)snprintf(option, sizeof option, "--provider-secrets=%s", path);
    char program[] = "fee";
    char *arguments[] = {program, option};
    struct providers *providers = NULL;
    options_init(&options, "fee");
    options_add(&options, fee_options, FEE_OPTION_COUNT);
    assert_int_equal(ERR_OK, options_read(&options, 2, arguments, &f->reason));
    assert_int_not_equal(ERR_OK, providers_open(&options, &providers, &f->reason));
    assert_int_equal(0, unlink(path));
    assert_int_equal(0, mkdir(path, 0700));
    assert_int_equal(ERR_DENIED, providers_open(&options, &providers, &f->reason));
    options_free(&options);
}

static void who_did_not_answer_is_left_alone_for_a_while(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ERR_OK, open_with(f, ADDRESS ",OTHER=https://b.example",
                                       LINES "OTHER key k\nOTHER callback c\n", 0600, false));
    const struct provider *pay = provider_find(f->providers, TEXT_LITERAL("DEMOPAY"));
    const struct provider *other = provider_find(f->providers, TEXT_LITERAL("OTHER"));
    assert_false(provider_is_silent(other, 1700000000000));
    provider_note_silence(f->providers, other, 1700000000000);
    assert_true(provider_is_silent(other, 1700000004999));
    assert_false(provider_is_silent(other, 1700000005000));
    assert_false(provider_is_silent(pay, 1700000000000));
    provider_note_answer(f->providers, other);
    assert_false(provider_is_silent(other, 1700000004999));
}

static void any_of_its_secrets_signs_for_a_provider(void **state)
{
    struct fixture *f = *state;
    struct webhook_key key;
    const struct bytes body = text_bytes(TEXT_LITERAL("{}"));
    assert_int_equal(ERR_OK,
                     open_with(f, ADDRESS,
                               LINES "DEMOPAY callback whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX\n",
                               0600, false));
    const struct provider *pay = provider_find(f->providers, TEXT_LITERAL("DEMOPAY"));
    static const char *const secrets[] = {SECRET, "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"};
    struct webhook_headers headers = {.id = TEXT_LITERAL("evt_1"),
                                      .timestamp = TEXT_LITERAL("1700000000")};
    for (size_t i = 0; i < COUNT(secrets); i++) {
        assert_true(webhook_key_read(WEBHOOK_STANDARD, text_of(secrets[i]), &key));
        headers.signature =
            webhook_signature(WEBHOOK_STANDARD, &key, headers.id, 1700000000, body, &f->arena);
        assert_true(provider_has_signed(pay, WEBHOOK_STANDARD, &headers, body, 1700000300999));
        assert_false(provider_has_signed(pay, WEBHOOK_STANDARD, &headers, body, 1700000301000));
        assert_false(provider_has_signed(pay, WEBHOOK_GITHUB, &headers, body, 1700000000000));
    }
    key.bytes[0] ^= 1;
    headers.signature =
        webhook_signature(WEBHOOK_STANDARD, &key, headers.id, 1700000000, body, &f->arena);
    assert_false(provider_has_signed(pay, WEBHOOK_STANDARD, &headers, body, 1700000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(without_options_nothing_is_connected),
        CASE(addresses_and_secrets_are_read),
        CASE(addresses_that_cannot_be_meant_are_refused),
        CASE(plain_http_needs_the_option_for_this_machine),
        CASE(secrets_that_cannot_be_meant_are_refused),
        CASE(a_file_that_others_may_read_is_refused),
        CASE(a_link_or_a_folder_is_no_file_of_secrets),
        CASE(who_did_not_answer_is_left_alone_for_a_while),
        CASE(any_of_its_secrets_signs_for_a_provider),
    };
    assert_true(sodium_init() >= 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
