/* Rows of cases: what follows from a decision, an appeal against it, its being set aside. */
#include "matter/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct fixture {
    struct arena arena;
    struct procedure procedure;
    struct case_row row;
};

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof *f);
    arena_init(&f->arena);
    f->row = (struct case_row){.state = TEXT_LITERAL("decision_due"), .version = 1};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->arena);
    test_free(f);
    return 0;
}

/* The row after a step from the present state. */
static void step(struct fixture *f, const char *action, const char *to, bool decides)
{
    struct event_envelope envelope = {.type = TEXT_LITERAL("approval.case_moved.v1")};
    struct case_moved moved = {.step = {.action = text_of(action),
                                        .from = f->row.state,
                                        .to = text_of(to),
                                        .decision = decides}};
    if (text_equal_string(text_of(action), "issue")) {
        moved.number = TEXT_LITERAL("MSA-2026-000001");
    }
    f->row = row_advance(&f->row, &f->procedure, &envelope, &moved, "approval", &f->arena);
}

static void grant(struct fixture *f)
{
    step(f, "decide", "issuing", true);
    step(f, "issue", "issuing", false);
    step(f, "deliver", "in_force", false);
}

static void assert_text(struct text text, const char *expected)
{
    assert_true(text_equal_string(text, expected));
}

static void an_appeal_is_against_the_decision_taken_last(void **state)
{
    struct fixture *f = *state;
    step(f, "review", "decision_due", false);
    assert_true(text_is_empty(f->row.decided));
    grant(f);
    assert_text(f->row.decided, "decision_due");
    assert_true(text_is_empty(f->row.appealed));
    step(f, "appeal", "in_force", false);
    assert_text(f->row.appealed, "decision_due");
    /* What is decided meanwhile does not change what the appeal is against. */
    step(f, "request_change", "change_review", false);
    step(f, "decide", "in_force", true);
    assert_text(f->row.decided, "change_review");
    assert_text(f->row.appealed, "decision_due");
}

static void the_document_falls_with_the_decision_it_rests_on(void **state)
{
    struct fixture *f = *state;
    grant(f);
    assert_text(f->row.document, "MSA-2026-000001");
    step(f, "appeal", "in_force", false);
    step(f, "set_aside", "decision_due", false);
    assert_true(text_is_empty(f->row.document));
    assert_true(text_is_empty(f->row.appealed));
    /* Another ruling needs another appeal, against what is decided then. */
    step(f, "decide", "refused", true);
    assert_true(text_is_empty(f->row.appealed));
}

static void the_document_stays_when_only_a_change_is_set_aside(void **state)
{
    struct fixture *f = *state;
    grant(f);
    step(f, "request_change", "change_review", false);
    step(f, "decide", "in_force", true);
    step(f, "appeal", "in_force", false);
    step(f, "set_aside", "change_review", false);
    assert_text(f->row.document, "MSA-2026-000001");
    assert_true(text_is_empty(f->row.appealed));
}

static void what_nobody_decided_cannot_be_appealed_against(void **state)
{
    struct fixture *f = *state;
    step(f, "submit", "submitted", false);
    step(f, "appeal", "submitted", false);
    assert_true(text_is_empty(f->row.appealed));
}

/* Tells of a clock of the present state, alone. */
static void notice(struct fixture *f, const char *type, const char *clock)
{
    struct event_envelope envelope = {.type = text_of(type)};
    struct case_moved moved = {.step = {.from = f->row.state, .to = f->row.state},
                               .clock = text_of(clock)};
    f->row = row_advance(&f->row, &f->procedure, &envelope, &moved, "approval", &f->arena);
}

static void a_window_closes_anew_in_the_state_that_is_entered(void **state)
{
    struct fixture *f = *state;
    struct clock clocks[] = {
        {.name = TEXT_LITERAL("expiry"), .kind = CLOCK_KIND_WINDOW, .phase = CLOCK_RUNNING},
        {.name = TEXT_LITERAL("main"), .kind = CLOCK_KIND_STATUTORY, .phase = CLOCK_RUNNING},
    };
    f->row.clocks = (struct clock_list){.items = clocks, .count = 2};
    notice(f, "approval.clock_overdue.v1", "expiry");
    notice(f, "approval.clock_overdue.v1", "main");
    assert_true(row_clock(&f->row, TEXT_LITERAL("expiry"))->overdue);
    step(f, "note", "decision_due", false); /* the same state: told once */
    assert_true(row_clock(&f->row, TEXT_LITERAL("expiry"))->overdue);
    step(f, "issue", "in_force", false);
    assert_false(row_clock(&f->row, TEXT_LITERAL("expiry"))->overdue);
    assert_true(row_clock(&f->row, TEXT_LITERAL("main"))->overdue);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        CASE(an_appeal_is_against_the_decision_taken_last),
        CASE(the_document_falls_with_the_decision_it_rests_on),
        CASE(the_document_stays_when_only_a_change_is_set_aside),
        CASE(a_window_closes_anew_in_the_state_that_is_entered),
        CASE(what_nobody_decided_cannot_be_appealed_against),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
