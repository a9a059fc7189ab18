/* What each type of value takes and refuses in JSON, a line a case; and how errors are told. */
#include "wire/test_kit.h"

struct json_case {
    const char *member;
    const char *told;
};

static void json_case_run(struct fixture *f, const struct json_case *c)
{
    struct test_values values;
    json_t *json = NULL;
    f->errors.count = 0;
    struct text text = arena_print(&f->arena, "{%s}", c->member);
    enum err err = wire_parse_json(text, &json, &f->errors);
    if (err == ERR_OK) {
        err = wire_from_json(&test_values_message, json, &f->arena, &values, &f->errors);
        json_decref(json);
    }
    assert_told(f, c->member, err, c->told);
}

static void values_are_held_against_the_table(void **state)
{
    static const struct json_case cases[] = {
        {"\"text\": \"王王王王\"", NULL},
        {"\"text\": \"abcde\"", "/text: must have at most 4 characters"},
        {"\"text\": \"a\\u0000\"", "/text: must be valid UTF-8 text without zero bytes"},
        {"\"text\": null", "/text: must be text"},
        {"\"text\": 7", "/text: must be text"},
        {"\"text\": \"\\ud800\"", NOT_JSON},
        {"\"person\": [\"a\"]", "/person: must be text"},
        {"\"bytes\": \"AAECAw==\"", NULL},
        {"\"bytes\": \"AAECAwQ=\"", "/bytes: must have at most 4 bytes"},
        {"\"bytes\": \"AAECAw\"", "/bytes: must be bytes in base64"},
        {"\"flag\": true", NULL},
        {"\"flag\": 1", "/flag: must be true or false"},
        {"\"flag\": \"true\"", "/flag: must be true or false"},
        {"\"number\": 300", NULL},
        {"\"number\": 301", "/number: must be between -5 and 300"},
        {"\"number\": 7.0", "/number: must be an integer"},
        {"\"number\": 1e2", "/number: must be an integer"},
        {"\"number\": \"7\"", "/number: must be an integer"},
        {"\"number\": 9223372036854775808", NOT_JSON},
        {"\"amount\": 9.9999", NULL},
        {"\"amount\": \"-10\"", NULL},
        {"\"amount\": 10.0001", "/amount: must be between -10 and 10"},
        {"\"amount\": 1.00001",
         "/amount: must be a number of at most four places, as a number or a string"},
        {"\"amount\": 9223372036854775807",
         "/amount: must be a number of at most four places, as a number or a string"},
        {"\"at\": \"9999-12-31T23:59:59-00:01\"",
         "/at: must be a time such as 2026-02-28T08:00:00Z"},
        {"\"at\": 0", "/at: must be a time such as 2026-02-28T08:00:00Z"},
        {"\"day\": \"2026-02-29\"", "/day: must be a date such as 2026-02-28"},
        {"\"colour\": \"green\"", NULL},
        {"\"colour\": \"blue\"", "/colour: must be one of red, green"},
        {"\"colour\": 1", "/colour: must be one of red, green"},
        {"\"id\": \"017f22e279b07cc398c4dc0c0c07398f\"", "/id: must be an id (UUID)"},
        {"\"hash\": \"00\"", "/hash: must be a SHA-256 hash in 64 hexadecimal digits"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_case_run(*state, &cases[i]);
    }
}

static void what_contains_others_is_checked_to_the_bottom(void **state)
{
    static const struct json_case cases[] = {
        {"\"part\": {}", "/part/code: must be given"},
        {"\"part\": []", "/part: must be an object"},
        {"\"parts\": [{\"code\": \"A\"}, {}]", "/parts/1/code: must be given"},
        {"\"parts\": [1, 2, 3]", "/parts: must have at most 2 entries"},
        {"\"parts\": {}", "/parts: must be a list"},
        {"\"tags\": [\"a\", \"\"]", "/tags/1: must not be empty"},
        {"\"tags\": [1]", "/tags/0: must be text"},
        {"\"blobs\": [\"AAECAw==\"]", "/blobs/0: must have at most 3 bytes"},
        {"\"blobs\": [\"*\"]", "/blobs/0: must be bytes in base64"},
        {"\"form\": {\"a\": \"x\", \"b\": 1.5}", NULL},
        {"\"form\": {\"a\": 1, \"b\": 2, \"c\": 3}", "/form: must have 0 to 2 entries"},
        {"\"form\": {\"a\": null}",
         "/form/a: must be text, true or false, or a number of at most four places"},
        {"\"form\": {\"\": 1}", "/form: the name of an entry must have 1 to 64 characters"},
        {"\"form\": []", "/form: must be an object"},
        {"\"other\": 1", "/other: is not a field of this request"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_case_run(*state, &cases[i]);
    }
}

static void what_is_no_json_is_refused(void **state)
{
    static const struct json_case cases[] = {
        {"\"text\": \"a\", \"text\": \"b\"", NOT_JSON},
        {"\"text\": \"a\",", NOT_JSON},
        {"\"text\": 'a'", NOT_JSON},
        {"\"number\": 07", NOT_JSON},
        {"\"number\": NaN", NOT_JSON},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_case_run(*state, &cases[i]);
    }
}

/* -- pointers ---------------------------------------------------------------------------------- */

static void a_pointer_is_escaped_and_cut_between_characters(void **state)
{
    struct fixture *f = *state;
    struct wire_path member = {.name = TEXT_LITERAL("a/b~c")};
    struct wire_path element = {.parent = &member, .index = 7};
    assert_text(wire_pointer(&f->arena, NULL), "");
    assert_text(wire_pointer(&f->arena, &element), "/a~1b~0c/7");
    struct buffer name;
    buffer_init(&name, 10000);
    buffer_append_byte(&name, 'a');
    for (int i = 0; i < 1000; i++) {
        buffer_append_string(&name, "王");
    }
    member.name = buffer_text(&name);
    struct text pointer = wire_pointer(&f->arena, &element);
    size_t characters = 0;
    assert_int_equal(2 + 3 * 340, pointer.size); /* of 1024 bytes the last whole character */
    assert_true(utf8_count(pointer, &characters));
    buffer_free(&name);
}

static void no_more_errors_are_kept_than_there_is_room_for(void **state)
{
    struct fixture *f = *state;
    struct wire_path path = {.name = TEXT_LITERAL("x")};
    for (int i = 0; i < 2 * WIRE_ERRORS_MAX; i++) {
        wire_errors_add(&f->errors, &path, "error %d", i);
    }
    wire_errors_add(NULL, &path, "nobody asks");
    assert_int_equal(WIRE_ERRORS_MAX, f->errors.count);
    assert_text(f->errors.items[WIRE_ERRORS_MAX - 1].detail, "error 99");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(values_are_held_against_the_table),
        CASE(what_contains_others_is_checked_to_the_bottom),
        CASE(what_is_no_json_is_refused),
        CASE(a_pointer_is_escaped_and_cut_between_characters),
        CASE(no_more_errors_are_kept_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
