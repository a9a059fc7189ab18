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
    refused(*state, "a: 1\nb: 2\na: 3\n", "demo.yaml:3: a: stands twice (first on line 1)\n");
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
