/* Trees: what is found in them, when two say the same, and where they do not. */
#include "catalogue_tool/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct fixture {
    struct arena arena;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
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

static const struct yaml_node *tree_of(struct fixture *f, const char *source)
{
    struct yaml_file file;
    const struct yaml_node *root = NULL;
    yaml_file_init(&file, "demo.yaml", &f->arena);
    assert_int_equal(ERR_OK, yaml_parse(&file, text_of(source), &root));
    return root;
}

static void entries_are_known_by_what_they_are_called(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *tree =
        tree_of(f, "list:\n  - {code: a, name: x}\n  - {id: b}\n  - {kind: c}\n  - {name: d}\n"
                   "mixed: [{id: a}, {other: b}]\ntwice: [{id: a}, {id: a}]\nempty: []\n");
    const struct yaml_node *list = tree_get(tree, "list");
    assert_true(tree_is_keyed(list));
    assert_int_equal(3, tree_element(list, text_of("b"))->line);
    assert_ptr_equal(list->items[0], tree_element(list, text_of("a")));
    assert_null(tree_element(list, text_of("x")));
    assert_false(tree_is_keyed(tree_get(tree, "mixed")));
    assert_false(tree_is_keyed(tree_get(tree, "twice")));
    assert_false(tree_is_keyed(tree_get(tree, "empty")));
    assert_null(tree_get(tree, "nothing"));
    assert_int_equal(6, tree_line(tree, "mixed"));
    assert_int_equal(1, tree_line(tree, "nothing"));
}

static void the_order_of_keys_says_nothing_that_of_a_list_does(void **state)
{
    static const struct {
        const char *left;
        const char *right;
        bool equal;
    } cases[] = {
        {"{a: 1, b: [2, 3]}", "{b: [2, 3], a: 1}", true},
        {"{a: 1}", "{a: 1, b: 2}", false},
        {"{a: 1, b: 2}", "{a: 1}", false},
        {"[1, 2]", "[2, 1]", false},
        {"[1]", "[1, 1]", false},
        {"{a: \"1\"}", "{a: 1}", true},
        {"{a: [1]}", "{a: 1}", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(cases[i].equal, tree_equal(tree_of(*state, cases[i].left),
                                                    tree_of(*state, cases[i].right)));
    }
    assert_true(tree_equal(NULL, NULL));
    assert_false(tree_equal(NULL, tree_of(*state, "{}")));
}

struct visited {
    struct arena *arena;
    struct text lines;
};

static void visit(void *context, struct text path, const struct yaml_node *before,
                  const struct yaml_node *after)
{
    struct visited *v = context;
    v->lines = arena_print(v->arena, "%.*s%.*s: %.*s > %.*s\n", TEXT_PRINT(v->lines),
                           TEXT_PRINT(path), TEXT_PRINT(tree_print(before, v->arena)),
                           TEXT_PRINT(tree_print(after, v->arena)));
}

static void what_differs_is_visited_part_by_part(void **state)
{
    struct fixture *f = *state;
    struct visited v = {.arena = &f->arena, .lines = TEXT_LITERAL("")};
    const struct yaml_node *before =
        tree_of(f, "same: 1\nnumber: 1\ngone: {x: 1}\nwords: [a, b]\n"
                   "entries: [{id: p, size: 1, deep: {far: 2}}, {id: q}, {id: r}]\n"
                   "order: [{id: p}, {id: q}]\n");
    const struct yaml_node *after =
        tree_of(f, "number: 2\nsame: 1\nwords: [a]\nnew: \"\"\n"
                   "entries: [{id: p, size: 1, deep: {far: 3}}, {id: s}, {id: r}]\n"
                   "order: [{id: q}, {id: p}]\n");
    tree_compare(before, after, TEXT_LITERAL(""), &f->arena, visit, &v);
    assert_string_equal(v.lines.data, "number: 1 > 2\n"
                                      "gone: {x: 1} > nothing\n"
                                      "words: [a, b] > [a]\n"
                                      "entries[p].deep.far: 2 > 3\n"
                                      "entries[q]: {id: q} > nothing\n"
                                      "entries[s]: nothing > {id: s}\n"
                                      "order: [{id: p}, {id: q}] > [{id: q}, {id: p}]\n"
                                      "new: nothing > \"\"\n");
    v.lines = TEXT_LITERAL("");
    tree_compare(before, before, TEXT_LITERAL(""), &f->arena, visit, &v);
    assert_string_equal(v.lines.data, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(entries_are_known_by_what_they_are_called),
        CASE(the_order_of_keys_says_nothing_that_of_a_list_does),
        CASE(what_differs_is_visited_part_by_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
