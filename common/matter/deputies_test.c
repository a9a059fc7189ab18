/* A and B of a post: whose work goes over, when, and what stays where it is. */
#include "matter/test_kit.h"

enum { SHIFT_OF_A = 1001, SHIFT_OF_B = 1002 };

/* -- what happens --------------------------------------------------------------------------- */

/* A step of a case, from and to these states. */
static void moves(struct fixture *f, int number, const char *login,
                  const struct wire_message *message, const struct case_moved *moved)
{
    struct case_id id = id_of(number);
    say_as(f, login, &id, message, moved);
}

static void assign(struct fixture *f, int number, const char *login)
{
    struct case_moved moved = {.step = {.action = TEXT_LITERAL("assign"),
                                        .from = TEXT_LITERAL("in_review"),
                                        .to = TEXT_LITERAL("in_review"),
                                        .version = 2},
                               .fields = {.assignee = text_of(login)}};
    moves(f, number, "manager", &approval_task_reassigned_message, &moved);
}

static void take(struct fixture *f, int number, const char *login)
{
    struct case_moved moved = {.step = {.action = TEXT_LITERAL("take"),
                                        .from = TEXT_LITERAL("accepted"),
                                        .to = TEXT_LITERAL("in_review"),
                                        .version = 2}};
    moves(f, number, login, &approval_task_claimed_message, &moved);
}

static void shift(struct fixture *f, const char *login, int number,
                  const struct wire_message *message)
{
    struct case_moved moved = {
        .step = {.action = TEXT_LITERAL("open"), .to = TEXT_LITERAL("on_duty"), .version = 1}};
    moves(f, number, login, message, &moved);
}

static void b_comes(struct fixture *f)
{
    shift(f, "b", SHIFT_OF_B, &intake_shift_opened_message);
}

/* B stands in for A, who is absent or is not. */
static void a_is(struct fixture *f, bool absent)
{
    struct deputy_named named = {
        .officer = TEXT_LITERAL("a"), .deputy = TEXT_LITERAL("b"), .absent = absent};
    say(f, NULL, &deputy_named_message, &named);
}

static void assert_has(struct fixture *f, int number, const char *login)
{
    struct case_row row = row_of(f, number);
    assert_true(text_equal_string(row.assignee, login));
}

/* Works what is due; what came of it. */
static const char *passed(struct fixture *f)
{
    (void)happened(f);
    work(f);
    return happened(f);
}

/* -- tests ---------------------------------------------------------------------------------- */

static void the_work_of_who_is_absent_goes_to_b(void **state)
{
    struct fixture *f = *state;
    for (int i = 1; i <= 3; i++) {
        file(f, i);
        assign(f, i, i == 3 ? "c" : "a");
    }
    b_comes(f);
    assert_string_equal("", passed(f));
    a_is(f, true);
    assert_string_equal("task_reassigned*2", passed(f));
    assert_has(f, 1, "b");
    assert_has(f, 2, "b");
    assert_has(f, 3, "c");
    a_is(f, false); /* nothing is handed back */
    assert_string_equal("", passed(f));
}

static void it_waits_for_b_who_is_not_there(void **state)
{
    struct fixture *f = *state;
    file(f, 1);
    assign(f, 1, "a");
    a_is(f, true);
    assert_string_equal("", passed(f));
    assert_has(f, 1, "a");
    b_comes(f);
    assert_string_equal("task_reassigned", passed(f));
    assert_has(f, 1, "b");
}

static void who_went_home_keeps_what_he_has_and_gets_nothing_new(void **state)
{
    struct fixture *f = *state;
    a_is(f, false);
    b_comes(f);
    shift(f, "a", SHIFT_OF_A, &intake_shift_opened_message);
    file(f, 1);
    file(f, 2);
    assign(f, 1, "a");
    shift(f, "a", SHIFT_OF_A, &intake_shift_closed_message);
    a_is(f, false);
    assert_string_equal("", passed(f));
    assign(f, 2, "a");
    assert_string_equal("task_reassigned", passed(f));
    assert_has(f, 1, "a");
    assert_has(f, 2, "b");
}

static void what_somebody_takes_up_himself_is_his(void **state)
{
    struct fixture *f = *state;
    a_is(f, false);
    b_comes(f);
    file(f, 1);
    take(f, 1, "a");
    assert_string_equal("", passed(f));
    assert_has(f, 1, "a");
}

static void b_with_an_interest_does_not_get_it_and_that_is_noted_once(void **state)
{
    struct fixture *f = *state;
    struct case_id id = id_of(1);
    struct interest_declared declared = {.officer = TEXT_LITERAL("b")};
    file(f, 1);
    assign(f, 1, "a");
    b_comes(f);
    say(f, &id, &interest_declared_message, &declared);
    a_is(f, true);
    assert_string_equal("work_kept", passed(f));
    assert_string_equal("", passed(f));
    assert_has(f, 1, "a");
}

static void what_another_service_has_is_its_own_to_pass_on(void **state)
{
    struct fixture *f = *state;
    struct case_moved leaves = {.step = {.action = TEXT_LITERAL("decide"),
                                         .from = TEXT_LITERAL("decision_due"),
                                         .to = TEXT_LITERAL("fee_due"),
                                         .version = 3}};
    struct case_moved returns = {.step = {.action = TEXT_LITERAL("bills_cleared"),
                                          .from = TEXT_LITERAL("fee_due"),
                                          .to = TEXT_LITERAL("issuing"),
                                          .version = 4}};
    file(f, 1);
    assign(f, 1, "a");
    moves(f, 1, "approver", &approval_decision_made_message, &leaves);
    b_comes(f);
    a_is(f, true);
    assert_string_equal("", passed(f));
    moves(f, 1, "", &fee_case_cleared_message, &returns);
    assert_string_equal("task_reassigned", passed(f));
    assert_has(f, 1, "b");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        CASE(the_work_of_who_is_absent_goes_to_b),
        CASE(it_waits_for_b_who_is_not_there),
        CASE(who_went_home_keeps_what_he_has_and_gets_nothing_new),
        CASE(what_somebody_takes_up_himself_is_his),
        CASE(b_with_an_interest_does_not_get_it_and_that_is_noted_once),
        CASE(what_another_service_has_is_its_own_to_pass_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
