/* YAML trees with lines, and errors that name file, line and field. */
#include "yaml/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena arena;
    struct yaml_file file;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    yaml_file_init(&f->file, "demo.yaml", &f->arena);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->arena);
    free(f);
    return 0;
}

static void assert_errors(struct fixture *f, const char *expected)
{
    struct text text = yaml_errors_text(&f->file, &f->arena);
    assert_string_equal(text_is_empty(text) ? "" : text.data, expected);
}

static const struct yaml_node *parsed(struct fixture *f, const char *source)
{
    const struct yaml_node *root = NULL;
    assert_int_equal(ERR_OK, yaml_parse(&f->file, text_of(source), &root));
    return root;
}

static void values_are_read_by_key(void **state)
{
    struct fixture *f = *state;
    struct yaml_map map;
    yaml_map_open(&map, &f->file,
                  parsed(f, "name: 張\ncount: 12\nopen: true\nday: 2026-02-28\n"
                            "area: 1.5\nkind: b\ntags: [x, \"y\"]\nnothing: null\n"),
                  TEXT_LITERAL(""));
    assert_true(text_equal_string(yaml_text(&map, "name", YAML_REQUIRED, 1), "張"));
    assert_int_equal(12, yaml_int(&map, "count", YAML_REQUIRED, 0, 20, 0));
    assert_true(yaml_bool(&map, "open", YAML_REQUIRED, false));
    assert_int_equal(date_of(2026, 2, 28).days, yaml_date(&map, "day", YAML_REQUIRED).days);
    assert_int_equal(15000, yaml_decimal(&map, "area", YAML_REQUIRED).units);
    assert_int_equal(1, yaml_choice(&map, "kind", YAML_REQUIRED, (const char *[]){"a", "b"}, 2));
    assert_int_equal(2, yaml_texts(&map, "tags", YAML_REQUIRED, 4).count);
    assert_true(yaml_is_null(&map, "nothing"));
    yaml_map_close(&map);
    assert_errors(f, "");
}

static void everything_wrong_is_told_with_line_and_field(void **state)
{
    struct fixture *f = *state;
    struct yaml_map map;
    yaml_map_open(&map, &f->file,
                  parsed(f, "count: 1.5\nopen: yes\nday: 2026-02-30\nkind: z\nnmae: x\n"),
                  TEXT_LITERAL("items[0]"));
    (void)yaml_int(&map, "count", YAML_REQUIRED, 0, 20, 0);
    (void)yaml_bool(&map, "open", YAML_REQUIRED, false);
    (void)yaml_date(&map, "day", YAML_REQUIRED);
    (void)yaml_choice(&map, "kind", YAML_REQUIRED, (const char *[]){"a", "b"}, 2);
    (void)yaml_text(&map, "name", YAML_REQUIRED, 10);
    yaml_map_close(&map);
    assert_errors(f, "demo.yaml:1: items[0].count: must be a whole number between 0 and 20\n"
                     "demo.yaml:2: items[0].open: must be true or false\n"
                     "demo.yaml:3: items[0].day: must be a date such as 2026-02-28\n"
                     "demo.yaml:4: items[0].kind: must be one of a, b\n"
                     "demo.yaml:1: items[0].name: must be given\n"
                     "demo.yaml:5: items[0].nmae: is not known here; did you mean \"name\"?\n");
}

static void refused(struct fixture *f, const char *source, const char *expected)
{
    const struct yaml_node *root = NULL;
    assert_int_equal(ERR_INVALID, yaml_parse(&f->file, text_of(source), &root));
    assert_errors(f, expected);
}

static void a_key_that_stands_twice_is_refused(void **state)
{
    refused(*state, "a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n",
            "demo.yaml:3: a: stands twice (first on line 1): keep one of them\n"
            "demo.yaml:4: d: stands twice (first on line 4): keep one of them\n");
}

static void anchors_and_aliases_are_refused(void **state)
{
    refused(*state, "a: &x 1\nb: *x\n",
            "demo.yaml:1: anchors and tags are not used in these files\n");
}

static void a_broken_document_is_told_with_its_line(void **state)
{
    refused(*state, "a: 1\nb: [1, 2\nc: 3\n",
            "demo.yaml:3: is not valid YAML: did not find expected ',' or ']', "
            "while parsing a flow sequence\n");
}

static void an_empty_and_a_second_document_are_refused(void **state)
{
    refused(*state, "", "demo.yaml:1: is empty\n");
}

static void two_documents_are_refused(void **state)
{
    refused(*state, "a: 1\n---\nb: 2\n", "demo.yaml:2: must be one document\n");
}

static void files_that_share_a_list_of_errors_keep_their_names(void **state)
{
    struct fixture *f = *state;
    yaml_error(&f->file, 1, TEXT_LITERAL("a"), "must be given");
    f->file.name = "other.yaml";
    yaml_error(&f->file, 2, TEXT_LITERAL("b"), "must be given");
    assert_errors(f, "demo.yaml:1: a: must be given\nother.yaml:2: b: must be given\n");
}

static void nesting_is_bounded(void **state)
{
    struct fixture *f = *state;
    char deep[100];
    memset(deep, '[', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    refused(f, deep, "demo.yaml:1: is nested too deep\n");
}

/* What these files do not need is refused, wherever it stands. */
static void what_yaml_offers_beyond_maps_lists_and_words_is_refused(void **state)
{
    static const char *const anchors[] = {"a: &x [1]\n", "a: &x {b: 1}\n", "a: !!str 1\n",
                                          "a: !t [1]\n", "a: !t {b: 1}\n"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof anchors / sizeof anchors[0]; i++) {
        f->file.error_count = 0;
        refused(f, anchors[i], "demo.yaml:1: anchors and tags are not used in these files\n");
    }
    f->file.error_count = 0;
    refused(f, "a: *x\n", "demo.yaml:1: aliases are not used in these files\n");
    f->file.error_count = 0;
    refused(f, "a: 1\n? [b]\n: 2\n", "demo.yaml:1: the key of a map must be a word\n");
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *root = NULL;
    static const struct text sources[] = {
        TEXT_LITERAL("a: \xFF\n"), TEXT_LITERAL("a: \xE7\x8E\n"), TEXT_LITERAL("a: \"\\0\"\n"),
        TEXT_LITERAL("a: \x01\n"), TEXT_LITERAL("a: b\0c\n"),
    };
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        f->file.error_count = 0;
        assert_int_equal(ERR_INVALID, yaml_parse(&f->file, sources[i], &root));
        assert_true(f->file.error_count > 0);
        assert_null(root);
    }
}

static void a_source_too_large_is_refused_unread(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *root = NULL;
    struct text source = {arena_take(&f->arena, YAML_SOURCE_BYTES_MAX + 1),
                          YAML_SOURCE_BYTES_MAX + 1};
    assert_int_equal(ERR_INVALID, yaml_parse(&f->file, source, &root));
    assert_errors(f, "demo.yaml:1: is too large\n");
}

static void more_errors_than_are_kept_are_counted(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < YAML_ERRORS_MAX + 3; i++) {
        yaml_error(&f->file, i, TEXT_LITERAL("a"), "is wrong");
    }
    struct text text = yaml_errors_text(&f->file, &f->arena);
    assert_int_equal(YAML_ERRORS_MAX + 3, f->file.error_count);
    assert_non_null(strstr(text.data, "demo.yaml:199: a: is wrong\ndemo.yaml: and 3 more\n"));
    assert_null(strstr(text.data, "demo.yaml:200:"));
}

static void what_stands_in_quotes_is_text(void **state)
{
    struct fixture *f = *state;
    struct yaml_map map;
    yaml_map_open(&map, &f->file,
                  parsed(f, "count: \"1\"\nopen: \"true\"\nname: \"null\"\nnone: ~\nblank:\n"),
                  TEXT_LITERAL(""));
    assert_int_equal(7, yaml_int(&map, "count", YAML_REQUIRED, 0, 20, 7));
    assert_true(yaml_bool(&map, "open", YAML_REQUIRED, true));
    assert_true(text_equal_string(yaml_text(&map, "name", YAML_REQUIRED, 10), "null"));
    assert_null(yaml_text(&map, "none", YAML_OPTIONAL, 10).data);
    assert_null(yaml_text(&map, "blank", YAML_OPTIONAL, 10).data);
    yaml_map_close(&map);
    assert_errors(f, "demo.yaml:1: count: must be a whole number between 0 and 20\n"
                     "demo.yaml:2: open: must be true or false\n");
}

static void values_of_another_kind_are_told(void **state)
{
    struct fixture *f = *state;
    struct yaml_map map;
    struct yaml_map inner;
    yaml_map_open(&map, &f->file,
                  parsed(f, "name: [a]\ncount: 21\nlarge: 9223372036854775808\narea: 1.00001\n"
                            "tags: {a: b}\nwords:\n  - good\n  - far too long\n  - [a]\n"
                            "part: word\nopen: {}\n"),
                  TEXT_LITERAL("item"));
    (void)yaml_text(&map, "name", YAML_REQUIRED, 10);
    (void)yaml_int(&map, "count", YAML_REQUIRED, 0, 20, 0);
    (void)yaml_int(&map, "large", YAML_REQUIRED, 0, INT64_MAX, 0);
    (void)yaml_decimal(&map, "area", YAML_REQUIRED);
    assert_null(yaml_list(&map, "tags", YAML_REQUIRED));
    struct text_span words = yaml_texts(&map, "words", YAML_REQUIRED, 6);
    assert_int_equal(1, words.count);
    assert_true(text_equal_string(words.items[0], "good"));
    yaml_map_open(&inner, &f->file, yaml_get(&map, "part", YAML_REQUIRED),
                  yaml_field(&map, "part"));
    assert_null(yaml_get(&inner, "anything", YAML_REQUIRED)); /* told once, not once more a key */
    yaml_map_close(&inner);
    (void)yaml_bool(&map, "open", YAML_REQUIRED, false);
    yaml_map_close(&map);
    assert_errors(f, "demo.yaml:1: item.name: must be text of at most 10 characters\n"
                     "demo.yaml:2: item.count: must be a whole number between 0 and 20\n"
                     "demo.yaml:3: item.large: must be a whole number between 0 and "
                     "9223372036854775807\n"
                     "demo.yaml:4: item.area: must be a number of at most four places\n"
                     "demo.yaml:5: item.tags: must be a list\n"
                     "demo.yaml:8: item.words[1]: must be text of at most 6 characters\n"
                     "demo.yaml:9: item.words[2]: must be text of at most 6 characters\n"
                     "demo.yaml:10: item.part: must be a map of keys and values\n"
                     "demo.yaml:11: item.open: must be true or false\n");
}

static void the_nearest_name_is_offered_only_when_it_is_near(void **state)
{
    (void)state;
    static const char *const names[] = {"applicant", "reviewer", "approver"};
    assert_string_equal("reviewer", yaml_nearest(TEXT_LITERAL("reviwer"), names, 3));
    assert_string_equal("approver", yaml_nearest(TEXT_LITERAL("aprovr"), names, 3));
    assert_null(yaml_nearest(TEXT_LITERAL("auditor"), names, 3));
    assert_null(yaml_nearest(TEXT_LITERAL(""), names, 3));
    assert_null(yaml_nearest(TEXT_LITERAL("reviewer"), names, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(values_are_read_by_key),
        CASE(everything_wrong_is_told_with_line_and_field),
        CASE(a_key_that_stands_twice_is_refused),
        CASE(anchors_and_aliases_are_refused),
        CASE(a_broken_document_is_told_with_its_line),
        CASE(an_empty_and_a_second_document_are_refused),
        CASE(two_documents_are_refused),
        CASE(files_that_share_a_list_of_errors_keep_their_names),
        CASE(nesting_is_bounded),
        CASE(what_yaml_offers_beyond_maps_lists_and_words_is_refused),
        CASE(bytes_that_are_no_text_are_refused),
        CASE(a_source_too_large_is_refused_unread),
        CASE(more_errors_than_are_kept_are_counted),
        CASE(what_stands_in_quotes_is_text),
        CASE(values_of_another_kind_are_told),
        CASE(the_nearest_name_is_offered_only_when_it_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
