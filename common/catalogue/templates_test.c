/* Templates: what is refused, and how parameters are filled in. */
#include "catalogue/templates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

struct fixture {
    struct arena arena;
    struct yaml_file file;
    struct message_templates templates;
};

static bool hall_knows(struct text type)
{
    return text_equal_string(type, "intake.case_accepted.v1") ||
           text_equal_string(type, "approval.decision_made.v1");
}

static int open_fixture(void **state)
{
    static struct fixture fixture;
    arena_init(&fixture.arena);
    yaml_file_init(&fixture.file, "messages.yaml", &fixture.arena);
    *state = &fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    arena_free(&fixture->arena);
    return 0;
}

static void refused_with(struct fixture *fixture, const char *source, const char *errors)
{
    assert_int_equal(
        templates_load(&fixture->file, text_of(source), hall_knows, &fixture->templates),
        ERR_INVALID);
    assert_string_equal(yaml_errors_text(&fixture->file, &fixture->arena).data, errors);
}

#define THREE(text) "{zh-Hans: '" text "', zh-Hant: '" text "', en: '" text "'}"

static void an_unknown_parameter_is_refused(void **state)
{
    refused_with(
        *state,
        "messages:\n"
        "  - name: accepted\n"
        "    event: intake.case_accepted.v1\n"
        "    title: " THREE(
            "yours") "\n"
                     "    text: {zh-Hans: 'a', zh-Hant: 'a', en: 'dear {applicant}'}\n",
        "messages.yaml:5: messages[0].text: \"{applicant}\" is no parameter of messages\n");
}

static void a_brace_that_stays_open_is_refused(void **state)
{
    refused_with(*state,
                 "messages:\n"
                 "  - name: accepted\n"
                 "    event: intake.case_accepted.v1\n"
                 "    title: {zh-Hans: '{number', zh-Hant: 'a', en: 'a'}\n"
                 "    text: " THREE("a") "\n",
                 "messages.yaml:4: messages[0].title: \"{number}\" is no parameter of messages\n");
}

static void an_event_that_the_hall_does_not_have_is_refused(void **state)
{
    refused_with(*state,
                 "messages:\n"
                 "  - name: accepted\n"
                 "    event: intake.case_dreamt.v1\n"
                 "    title: " THREE("a") "\n"
                                          "    text: " THREE("a") "\n",
                 "messages.yaml:3: messages[0].event: the hall has no such event\n");
}

static void one_message_may_tell_of_several_events(void **state)
{
    struct fixture *fixture = *state;
    struct text source = TEXT_LITERAL(
        "messages:\n"
        "  - {name: a, events: [intake.case_accepted.v1, approval.decision_made.v1], title: " THREE(
            "a") ", text: " THREE("{limits}") "}\n");
    assert_int_equal(templates_load(&fixture->file, source, hall_knows, &fixture->templates),
                     ERR_OK);
    const char *const types[] = {"intake.case_accepted.v1", "approval.decision_made.v1"};
    for (size_t i = 0; i < 2; i++) {
        const struct message_template *template = template_for_event(
            &fixture->templates, text_of(types[i]), (struct text){0}, (struct text){0}, false);
        assert_non_null(template);
        assert_true(text_equal_string(template->name, "a"));
    }
    assert_null(template_for_event(&fixture->templates, TEXT_LITERAL("intake.case_submitted.v1"),
                                   (struct text){0}, (struct text){0}, false));
}

static void each_of_several_events_must_be_one_of_the_hall(void **state)
{
    refused_with(*state,
                 "messages:\n"
                 "  - name: accepted\n"
                 "    events: [intake.case_accepted.v1, intake.case_dreamt.v1]\n"
                 "    title: " THREE("a") "\n"
                                          "    text: " THREE("a") "\n",
                 "messages.yaml:3: messages[0].events: the hall has no such event\n");
}

static void a_name_that_stands_twice_is_refused(void **state)
{
    refused_with(
        *state,
        "messages:\n"
        "  - {name: a, event: intake.case_accepted.v1, title: " THREE("a") ", text: " THREE(
            "a") "}\n"
                 "  - {name: a, event: intake.case_accepted.v1, title: " THREE(
                     "a") ", text: " THREE("a") "}\n",
        "messages.yaml:3: messages[1].name: another message has this name\n");
}

static void the_outcome_decides_between_two_templates(void **state)
{
    struct fixture *fixture = *state;
    struct text source = TEXT_LITERAL(
        "messages:\n"
        "  - {name: yes, event: approval.decision_made.v1, outcome: grant, title: " THREE(
            "a") ", text: " THREE("a") "}\n"
                                       "  - {name: no, event: approval.decision_made.v1, outcome: "
                                       "refuse, title: " THREE("b") ", text: " THREE("b") "}\n");
    assert_int_equal(templates_load(&fixture->file, source, hall_knows, &fixture->templates),
                     ERR_OK);
    struct text type = TEXT_LITERAL("approval.decision_made.v1");
    const struct message_template *refused = template_for_event(
        &fixture->templates, type, (struct text){0}, TEXT_LITERAL("refuse"), false);
    assert_non_null(refused);
    assert_true(text_equal_string(refused->name, "no"));
    assert_null(
        template_for_event(&fixture->templates, type, (struct text){0}, (struct text){0}, false));
    assert_null(template_for_event(&fixture->templates, TEXT_LITERAL("intake.case_accepted.v1"),
                                   (struct text){0}, (struct text){0}, false));
}

static void a_kind_of_its_own_comes_before_what_is_for_all(void **state)
{
    struct fixture *fixture = *state;
    struct text source = TEXT_LITERAL(
        "messages:\n"
        "  - {name: all, event: intake.case_accepted.v1, title: " THREE("a") ", text: " THREE(
            "a") "}\n"
                 "  - {name: card, event: intake.case_accepted.v1, for_kind: certificate, "
                 "title: " THREE("b") ", text: " THREE("b") "}\n"
                                                            "  - {name: filing, event: "
                                                            "approval.decision_made.v1, for_kind: "
                                                            "filing, title: " THREE(
                                                                "c") ", text: " THREE("c") "}\n");
    assert_int_equal(templates_load(&fixture->file, source, hall_knows, &fixture->templates),
                     ERR_OK);
    static const struct {
        const char *type;
        const char *kind;
        const char *template_name;
    } cases[] = {
        {"intake.case_accepted.v1", "certificate", "card"},
        {"intake.case_accepted.v1", "filing", "all"},
        {"approval.decision_made.v1", "filing", "filing"},
        {"approval.decision_made.v1", "certificate", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct message_template *found =
            template_for_event(&fixture->templates, text_of(cases[i].type), text_of(cases[i].kind),
                               (struct text){0}, false);
        assert_int_equal(cases[i].template_name == NULL, found == NULL);
        assert_true(found == NULL || text_equal_string(found->name, cases[i].template_name));
    }
}

static void parties_and_who_filed_have_messages_of_their_own(void **state)
{
    struct fixture *fixture = *state;
    struct text source = TEXT_LITERAL(
        "messages:\n"
        "  - {name: to_all, to: parties, event: intake.case_accepted.v1, title: " THREE(
            "a") ", text: " THREE("a") "}\n"
                                       "  - {name: to_one, event: intake.case_accepted.v1, "
                                       "title: " THREE("b") ", text: " THREE("b") "}\n");
    struct text type = TEXT_LITERAL("intake.case_accepted.v1");
    assert_int_equal(templates_load(&fixture->file, source, hall_knows, &fixture->templates),
                     ERR_OK);
    const struct message_template *found =
        template_for_event(&fixture->templates, type, (struct text){0}, (struct text){0}, true);
    assert_true(text_equal_string(found->name, "to_all"));
    found =
        template_for_event(&fixture->templates, type, (struct text){0}, (struct text){0}, false);
    assert_true(text_equal_string(found->name, "to_one"));
}

static void nobody_else_is_written_to(void **state)
{
    refused_with(
        *state,
        "messages:\n"
        "  - name: accepted\n"
        "    to: everybody\n"
        "    event: intake.case_accepted.v1\n"
        "    title: " THREE("a") "\n"
                                 "    text: " THREE("a") "\n",
        "messages.yaml:3: messages[0].to: must be parties, or be left out: to who filed\n");
}

static void a_kind_that_no_item_is_of_is_refused(void **state)
{
    struct fixture *fixture = *state;
    static const struct catalogue_item items[] = {{.kind = TEXT_LITERAL("filing")}};
    static const struct catalogue catalogue = {.items = items, .item_count = 1};
    struct text source = TEXT_LITERAL(
        "messages:\n"
        "  - name: a\n"
        "    event: intake.case_accepted.v1\n"
        "    for_kind: filing\n"
        "    title: " THREE("a") "\n"
                                 "    text: " THREE("a") "\n"
                                                         "  - name: b\n"
                                                         "    event: intake.case_accepted.v1\n"
                                                         "    for_kind: filling\n"
                                                         "    title: " THREE(
                                                             "b") "\n"
                                                                  "    text: " THREE("b") "\n");
    assert_int_equal(ERR_OK,
                     templates_load(&fixture->file, source, hall_knows, &fixture->templates));
    assert_int_equal(ERR_INVALID,
                     templates_kinds_check(&fixture->file, &fixture->templates, &catalogue));
    assert_string_equal(yaml_errors_text(&fixture->file, &fixture->arena).data,
                        "messages.yaml:9: messages[1].for_kind: no item of the catalogue is of "
                        "this kind\n");
}

static struct text only_the_number(const void *context, struct text parameter)
{
    return text_equal_string(parameter, "number") ? text_of(context) : (struct text){0};
}

static void parameters_are_filled_in_and_missing_ones_leave_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct text filled = template_fill(TEXT_LITERAL("case {number}: {ground}{number}."),
                                       only_the_number, "17", &fixture->arena);
    assert_true(text_equal_string(filled, "case 17: 17."));
    filled = template_fill(TEXT_LITERAL("nothing here"), only_the_number, "17", &fixture->arena);
    assert_true(text_equal_string(filled, "nothing here"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_unknown_parameter_is_refused, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(a_brace_that_stays_open_is_refused, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(an_event_that_the_hall_does_not_have_is_refused,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(one_message_may_tell_of_several_events, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(each_of_several_events_must_be_one_of_the_hall,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(a_name_that_stands_twice_is_refused, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(the_outcome_decides_between_two_templates, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(a_kind_of_its_own_comes_before_what_is_for_all,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(parties_and_who_filed_have_messages_of_their_own,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(nobody_else_is_written_to, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(a_kind_that_no_item_is_of_is_refused, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(parameters_are_filled_in_and_missing_ones_leave_nothing,
                                        open_fixture, close_fixture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
