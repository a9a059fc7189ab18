/* Letters: what is refused, and which letter an event causes. */
#include "catalogue/letters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
    struct arena arena;
    struct yaml_file file;
    struct letter_templates letters;
};

static bool hall_says(struct text type)
{
    return text_equal_string(type, "intake.case_accepted.v1") ||
           text_equal_string(type, "approval.decision_made.v1");
}

static bool hall_writes(struct text kind)
{
    return text_equal_string(kind, "acceptance") || text_equal_string(kind, "decision");
}

static const struct letter_vocabulary vocabulary = {hall_says, hall_writes};

static int open_fixture(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){.letters = {.count = 0}};
    arena_init(&fixture.arena);
    yaml_file_init(&fixture.file, "letters.yaml", &fixture.arena);
    *state = &fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    arena_free(&fixture->arena);
    return 0;
}

static enum err load(struct fixture *fixture, const char *source)
{
    return letters_load(&fixture->file, text_of(source), &vocabulary, &fixture->letters);
}

static void refused_with(struct fixture *fixture, const char *source, const char *errors)
{
    assert_int_equal(ERR_INVALID, load(fixture, source));
    assert_string_equal(yaml_errors_text(&fixture->file, &fixture->arena).data, errors);
}

#define LETTER(name, kind, event)                                                                  \
    "  - name: " name "\n"                                                                         \
    "    kind: " kind "\n"                                                                         \
    "    events: [" event "]\n"                                                                    \
    "    title: 通知书\n"                                                                       \
    "    signer: \"{department}\"\n"

static void a_letter_has_all_its_parts(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(
        ERR_OK,
        load(fixture,
             "letters:\n" LETTER(
                 "a", "acceptance",
                 "intake.case_accepted.v1") "    lead: \"{name}：\"\n"
                                            "    facts: [{label: 事项, value: \"{item}\"}]\n"
                                            "    lines: true\n"
                                            "    sums: [{label: 合计, value: \"{amount}\"}]\n"
                                            "    text: [一, 二]\n"
                                            "    notes: [三]\n"));
    const struct letter_template *letter = letter_named(&fixture->letters, TEXT_LITERAL("a"));
    assert_non_null(letter);
    assert_true(text_equal_string(letter->title, "通知书"));
    assert_true(text_equal_string(letter->lead, "{name}："));
    assert_true(text_equal_string(letter->facts.items[0].value, "{item}"));
    assert_true(letter->has_lines);
    assert_true(text_equal_string(letter->sums.items[0].label, "合计"));
    assert_int_equal(2, letter->paragraphs.count);
    assert_int_equal(1, letter->notes.count);
}

static void what_the_hall_does_not_have_is_refused(void **state)
{
    refused_with(
        *state,
        "letters:\n" LETTER("a", "poem", "intake.case_dreamt.v1") "    text: [\"dear {friend}\"]\n",
        "letters.yaml:3: letters[0].kind: the hall has no such kind of letter\n"
        "letters.yaml:4: letters[0].events: the hall has no such event\n"
        "letters.yaml:7: letters[0].text: \"{friend}\" is no parameter of letters\n");
}

static void a_name_that_stands_twice_is_refused(void **state)
{
    refused_with(*state,
                 "letters:\n" LETTER("a", "acceptance", "intake.case_accepted.v1")
                     LETTER("a", "decision", "approval.decision_made.v1"),
                 "letters.yaml:7: letters[1].name: another letter has this name\n");
}

static void kind_of_matter_and_outcome_decide_which_letter_it_is(void **state)
{
    struct fixture *fixture = *state;
    const struct text type = TEXT_LITERAL("approval.decision_made.v1");
    const struct text permit = TEXT_LITERAL("permit");
    assert_int_equal(
        ERR_OK,
        load(fixture,
             "letters:\n" LETTER(
                 "grant", "decision",
                 "approval.decision_made.v1") "    outcome: grant\n"
                                              "    for_kinds: [permit]\n" LETTER(
                                                  "any", "decision",
                                                  "approval.decision_made.v1") "    for_kinds: "
                                                                               "[permit, "
                                                                               "certificate]\n"));
    static const struct {
        const char *kind;
        const char *outcome;
        const char *letter;
    } cases[] = {{"permit", "grant", "grant"},
                 {"permit", "refuse", "any"},
                 {"certificate", "grant", "any"},
                 {"complaint", "grant", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct letter_template *letter = letter_for_event(
            &fixture->letters, type, text_of(cases[i].kind), text_of(cases[i].outcome));
        assert_true(cases[i].letter == NULL ? letter == NULL
                                            : text_equal_string(letter->name, cases[i].letter));
    }
    assert_null(letter_for_event(&fixture->letters, TEXT_LITERAL("intake.case_accepted.v1"), permit,
                                 TEXT_LITERAL("grant")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        TEST(a_letter_has_all_its_parts),
        TEST(what_the_hall_does_not_have_is_refused),
        TEST(a_name_that_stands_twice_is_refused),
        TEST(kind_of_matter_and_outcome_decide_which_letter_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
