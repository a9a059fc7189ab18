/* What providers say: only what is known here is taken, and only where it is in bounds. */
#include "base/test_kit.h"
#include "provider_words.h"

#define INTENT "0192f0c1-2f7a-7c3e-9b1d-6a5b4c3d2e1f"
#define GOOD                                                                                       \
    "{\"intent\":\"" INTENT "\",\"id\":\"pi_1\",\"status\":\"open\",\"amount\":360500,"            \
    "\"currency\":\"CNY\",\"redirect\":\"https://pay.example/p?i=1&x=%2F\"}"

struct fixture {
    struct arena arena;
    struct intent_id intent;
    struct provider_word word;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    arena_init(&fixture->arena);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_free(&fixture->arena);
    free(fixture);
    return 0;
}

static bool word_read(struct fixture *fixture, const char *json)
{
    return provider_word_read(text_of(json), false, &fixture->arena, &fixture->intent,
                              &fixture->word);
}

/* The good word with one piece replaced. */
static bool read_with(struct fixture *fixture, const char *from, const char *to)
{
    const char *at = strstr(GOOD, from);
    assert_non_null(at);
    struct text json =
        arena_print(&fixture->arena, "%.*s%s%s", (int)(at - GOOD), GOOD, to, at + strlen(from));
    return word_read(fixture, json.data);
}

static void a_word_is_read(void **state)
{
    struct fixture *f = *state;
    char id[UUID_TEXT_BYTES + 1];
    assert_true(word_read(f, GOOD));
    uuid_format(&f->intent.uuid, id);
    assert_string_equal(INTENT, id);
    assert_text(f->word.id, "pi_1");
    assert_int_equal(PROVIDER_OPEN, f->word.status);
    assert_int_equal(360500, f->word.amount_fen);
    assert_text(f->word.currency, "CNY");
    assert_text(f->word.redirect, "https://pay.example/p?i=1&x=%2F");
}

static void members_that_are_not_known_are_passed_over(void **state)
{
    struct fixture *f = *state;
    assert_true(read_with(f, "{", "{\"payer\":{\"name\":\"x\"},\"fees\":[1,2.5,null],"));
    assert_int_equal(360500, f->word.amount_fen);
}

static void every_status_has_its_name(void **state)
{
    struct fixture *f = *state;
    assert_true(read_with(f, "\"open\"", "\"paid\""));
    assert_int_equal(PROVIDER_PAID, f->word.status);
    assert_true(read_with(f, "\"open\"", "\"failed\""));
    assert_int_equal(PROVIDER_FAILED, f->word.status);
    assert_true(read_with(f, "\"open\"", "\"expired\""));
    assert_int_equal(PROVIDER_EXPIRED, f->word.status);
    assert_false(read_with(f, "\"open\"", "\"succeeded\""));
    assert_false(read_with(f, "\"open\"", "\"Paid\""));
    assert_false(read_with(f, "\"open\"", "3"));
}

static void amounts_are_whole_numbers_in_bounds(void **state)
{
    static const char *const wrong[] = {"0",        "-1",  "360500.0",         "\"360500\"", "null",
                                        "[360500]", "1e3", "1000000000000001", "true"};
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_true(read_with(f, "360500", wrong[i]));
        assert_int_equal(0, f->word.amount_fen);
    }
    assert_true(read_with(f, "360500", "1000000000000000"));
    assert_int_equal(FEN_MAX, f->word.amount_fen);
    assert_false(read_with(f, "360500", "99999999999999999999")); /* no number of ours at all */
}

static void currencies_are_three_capitals(void **state)
{
    static const char *const wrong[] = {"\"cny\"", "\"CN\"", "\"CNYY\"", "156", "\"\"", "null"};
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_true(read_with(f, "\"CNY\"", wrong[i]));
        assert_true(text_is_empty(f->word.currency));
    }
    assert_true(read_with(f, "\"CNY\"", "\"USD\""));
    assert_text(f->word.currency, "USD");
}

static void addresses_that_a_browser_should_not_follow_are_none(void **state)
{
    static const char *const wrong[] = {"http://pay.example/",
                                        "javascript:alert(1)",
                                        "//pay.example",
                                        "https://",
                                        "https://pay.example/a b",
                                        "https://pay.example/\\n",
                                        "https://pay.example/\\\"x",
                                        "https://pay.example/<x>",
                                        "https://pay.example/\\u7f51",
                                        "https://pay.example/\\u0000x",
                                        "HTTPS://pay.example",
                                        "data:text/html,x",
                                        " https://pay.example/"};
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_true(read_with(f, "https://pay.example/p?i=1&x=%2F", wrong[i]));
        assert_true(text_is_empty(f->word.redirect));
    }
    char long_path[1100];
    memset(long_path, 'a', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    assert_true(read_with(f, "p?i=1", long_path));
    assert_true(text_is_empty(f->word.redirect));
}

static void on_this_machine_an_address_may_be_plain(void **state)
{
    struct fixture *f = *state;
    static const char json[] = "{\"id\":\"pi_1\",\"status\":\"open\","
                               "\"redirect\":\"http://127.0.0.1:8080/p\"}";
    assert_true(provider_word_read(text_of(json), true, &f->arena, &f->intent, &f->word));
    assert_text(f->word.redirect, "http://127.0.0.1:8080/p");
}

static void an_intent_that_is_none_is_zeros(void **state)
{
    static const char *const wrong[] = {"\"\"", "\"0192f0c1\"", "7", "null"};
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_true(read_with(f, "\"" INTENT "\"", wrong[i]));
        assert_true(uuid_is_none(&f->intent.uuid));
    }
}

static void without_a_sound_id_it_is_no_word(void **state)
{
    static const char *const wrong[] = {
        "\"\"",          "\"a b\"",    "7",      "null",
        "\"pi\\u0000\"", "\"pi\\n1\"", "\"号\"", "\"1234567890123456789012345678901234567890\""};
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_false(read_with(f, "\"pi_1\"", wrong[i]));
    }
}

static void what_is_no_object_is_no_word(void **state)
{
    static const char *const wrong[] = {"", "[]", "7", "{", "\"x\"", "{\"id\":\"a\",\"id\":\"b\"}"};
    struct fixture *f = *state;
    struct provider_notice notice;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_false(word_read(f, wrong[i]));
        assert_false(provider_notice_read(text_of(wrong[i]), false, &f->arena, &notice));
    }
}

static void a_notice_has_an_id_and_a_word(void **state)
{
    struct fixture *f = *state;
    struct provider_notice notice;
    struct text json =
        arena_print(&f->arena, "{\"id\":\"evt_1\",\"type\":\"x\",\"data\":%s}", GOOD);
    assert_true(provider_notice_read(json, false, &f->arena, &notice));
    assert_true(notice.is_word);
    assert_text(notice.id, "evt_1");
    assert_text(notice.word.id, "pi_1");
    assert_true(
        provider_notice_read(TEXT_LITERAL("{\"id\":7,\"data\":[]}"), false, &f->arena, &notice));
    assert_false(notice.is_word);
    assert_true(text_is_empty(notice.id));
    assert_true(provider_notice_read(TEXT_LITERAL("{}"), false, &f->arena, &notice));
    assert_false(notice.is_word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_word_is_read),
        CASE(members_that_are_not_known_are_passed_over),
        CASE(every_status_has_its_name),
        CASE(amounts_are_whole_numbers_in_bounds),
        CASE(currencies_are_three_capitals),
        CASE(addresses_that_a_browser_should_not_follow_are_none),
        CASE(on_this_machine_an_address_may_be_plain),
        CASE(an_intent_that_is_none_is_zeros),
        CASE(without_a_sound_id_it_is_no_word),
        CASE(what_is_no_object_is_no_word),
        CASE(a_notice_has_an_id_and_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
