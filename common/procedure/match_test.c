/* Finding the transition that answers, on the permit as it is shipped. */
#include "procedure/test_kit.h"

/* A person and a case, as lists of names: the roles held, and `fact=value`; `over=clock`: the limit
 * of that clock is over. */
struct fake {
    const char *const *roles;
    const char *const *facts;
    const char *made_before; /* an action */
};

/* Nobody in these tests did anything before. */
static bool fake_did(void *context, struct text action)
{
    (void)context;
    (void)action;
    return false;
}

static bool fake_holds(void *context, struct text role)
{
    const struct fake *fake = context;
    for (size_t i = 0; fake->roles[i] != NULL; i++) {
        if (text_equal_string(role, fake->roles[i])) {
            return true;
        }
    }
    return false;
}

static struct text fake_fact(void *context, struct text name)
{
    const struct fake *fake = context;
    for (size_t i = 0; fake->facts[i] != NULL; i++) {
        struct text value = {0};
        struct text known = text_split(text_of(fake->facts[i]), '=', &value);
        if (text_equal(known, name)) {
            return value;
        }
    }
    return (struct text){0};
}

static bool fake_made_before(void *context, const struct procedure_transition *transition)
{
    const struct fake *fake = context;
    return fake->made_before != NULL &&
           text_equal_string(transition->trigger_name, fake->made_before);
}

static bool fake_is_over(void *context, struct text clock)
{
    return text_equal(fake_fact(context, TEXT_LITERAL("over")), clock);
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NOTHING   ((const char *const[]){NULL})

static struct procedure_situation in_state(const struct procedure *permit, const char *state,
                                           struct fake *fake)
{
    return (struct procedure_situation){
        .state = state == NULL ? -1 : procedure_state_index(permit, text_of(state)),
        .holds = fake_holds,
        .fact = fake_fact,
        .did = fake_did,
        .made_before = fake_made_before,
        .is_over = fake_is_over,
        .context = fake,
    };
}

static struct procedure_match matched(struct fixture *f, const struct procedure *permit,
                                      const char *state, const char *action, struct fake fake)
{
    struct procedure_situation situation = in_state(permit, state, &fake);
    return procedure_match_action(permit, &f->vocabulary, text_of(action), &situation);
}

static void assert_found(struct fixture *f, const struct procedure *permit,
                         struct procedure_match match, const char *to, const char *event)
{
    assert_int_equal(MATCH_FOUND, match.outcome);
    assert_int_equal(procedure_state_index(permit, text_of(to)), match.transition->to);
    struct text type = procedure_event_type(permit, match.transition, &f->arena);
    assert_string_equal(type.data, event);
}

static void a_complete_filing_is_accepted_by_the_window(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake clerk = {LIST("window_clerk"), LIST("materials=complete"), NULL};
    assert_found(f, permit, matched(f, permit, "submitted", "accept", clerk), "accepted",
                 "intake.case_accepted.v1");
    struct fake filer = {LIST("applicant"), NOTHING, NULL};
    assert_found(f, permit, matched(f, permit, NULL, "submit", filer), "submitted",
                 "intake.case_submitted.v1");
}

static void an_action_the_state_does_not_have_is_told_apart_from_one_of_somebody_else(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake filer = {LIST("applicant"), LIST("materials=complete"), NULL};
    assert_int_equal(MATCH_NO_ACTION, matched(f, permit, "submitted", "decide", filer).outcome);
    assert_int_equal(MATCH_NOT_YOURS, matched(f, permit, "submitted", "accept", filer).outcome);
    assert_int_equal(MATCH_NO_ACTION, matched(f, permit, "in_force", "withdraw", filer).outcome);
}

static void a_condition_that_fails_is_told_in_its_own_words(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake clerk = {LIST("window_clerk"), LIST("materials=missing"), NULL};
    struct procedure_match match = matched(f, permit, "submitted", "accept", clerk);
    assert_int_equal(MATCH_CONDITION, match.outcome);
    assert_null(match.transition);
    assert_string_equal(match.refusal, "required materials are missing: ask for all of them at "
                                       "once, or take them in");
}

static void the_outcome_given_chooses_between_grant_and_refusal(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake granting = {LIST("approver"), LIST("field.outcome=grant", "authority=delegated"),
                            NULL};
    assert_found(f, permit, matched(f, permit, "decision_due", "decide", granting), "fee_due",
                 "approval.decision_made.v1");
    struct fake refusing = {LIST("approver"),
                            LIST("field.outcome=refuse", "authority=delegated", "ground=refusal"),
                            NULL};
    assert_found(f, permit, matched(f, permit, "decision_due", "decide", refusing), "refused",
                 "approval.decision_made.v1");
}

static void the_refusal_is_about_the_outcome_that_was_meant(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake without_ground = {
        LIST("approver"), LIST("field.outcome=refuse", "authority=delegated", "ground=none"), NULL};
    struct procedure_match match = matched(f, permit, "decision_due", "decide", without_ground);
    assert_int_equal(MATCH_CONDITION, match.outcome);
    assert_string_equal(match.refusal, "give a ground that the catalogue lists for this kind of "
                                       "matter and this decision");
    struct fake nonsense = {LIST("approver"), LIST("field.outcome=later", "authority=delegated"),
                            NULL};
    match = matched(f, permit, "decision_due", "decide", nonsense);
    assert_int_equal(MATCH_CONDITION, match.outcome);
    assert_string_equal(match.refusal, "the fields given do not fit what can be done here; "
                                       "correct them and try again");
}

static void what_the_state_does_not_allow_is_told_before_what_the_fields_lack(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake fake = {LIST("approver"),
                        LIST("field.outcome=refuse", "authority=not_delegated", "ground=none"),
                        NULL};
    struct procedure_match match = matched(f, permit, "decision_due", "decide", fake);
    assert_int_equal(MATCH_NOT_YOURS, match.outcome);
    assert_true(text_equal_string(match.failed->fact, "authority"));
    assert_false(match.failed->of_action);
    fake.facts = LIST("field.outcome=refuse", "authority=delegated", "ground=none");
    match = matched(f, permit, "decision_due", "decide", fake);
    assert_true(text_equal_string(match.failed->fact, "ground"));
    assert_true(match.failed->of_action);
    assert_true(text_span_contains(&match.meant->needs, TEXT_LITERAL("reasons")));
    fake.facts = LIST("authority=delegated", "ground=none");
    match = matched(f, permit, "decision_due", "decide", fake);
    assert_true(text_equal_string(match.failed->fact, "field.outcome"));
    assert_false(text_span_contains(&match.meant->needs, TEXT_LITERAL("reasons")));
}

static void what_may_be_done_once_is_refused_the_second_time(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake head = {LIST("agency_head"), LIST("extension_head=yes"), NULL};
    struct procedure_match match = matched(f, permit, "in_review", "extend", head);
    assert_int_equal(MATCH_FOUND, match.outcome);
    assert_int_equal(TARGET_SAME, match.transition->target);
    head.made_before = "extend";
    match = matched(f, permit, "in_review", "extend", head);
    assert_int_equal(MATCH_CONDITION, match.outcome);
    assert_string_equal(match.refusal, "this can be done once for a case and has been done");
}

static void clocks_and_signals_find_their_transition_without_a_person(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake nobody = {NOTHING, NOTHING, NULL};
    struct procedure_situation situation = in_state(permit, "submitted", &nobody);
    const struct procedure_transition *deemed =
        procedure_match_clock(permit, TEXT_LITERAL("notice"), &situation);
    assert_non_null(deemed);
    assert_true(text_equal_string(deemed->emits, "case_deemed_accepted"));
    assert_null(procedure_match_clock(permit, TEXT_LITERAL("main"), &situation));
    situation = in_state(permit, "fee_due", &nobody);
    const struct procedure_transition *cleared =
        procedure_match_signal(permit, TEXT_LITERAL("bills_cleared"), &situation);
    assert_non_null(cleared);
    assert_int_equal(procedure_state_index(permit, TEXT_LITERAL("issuing")), cleared->to);
    assert_int_equal(OWNER_FEE, procedure_decider(permit, cleared));
    assert_null(procedure_match_signal(permit, TEXT_LITERAL("reviews_agreed"), &situation));
    const struct procedure_transition *lapsed =
        procedure_match_clock(permit, TEXT_LITERAL("payment_period"), &situation);
    assert_non_null(lapsed);
    assert_int_equal(procedure_state_index(permit, TEXT_LITERAL("lapsed")), lapsed->to);
}

static void a_return_goes_where_the_item_sends_it(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake checker = {LIST("field_checker"), LIST("joint=yes"), NULL};
    assert_found(f, permit, matched(f, permit, "site_check", "return", checker), "joint_review",
                 "approval.case_returned.v1");
    checker.facts = LIST("joint=no");
    assert_found(f, permit, matched(f, permit, "site_check", "return", checker), "in_review",
                 "approval.case_returned.v1");
}

/* The actions visited, as one text. */
static void note_action(void *context, const struct procedure_transition *transition)
{
    struct buffer *actions = context;
    buffer_print(actions, "%.*s ", TEXT_PRINT(transition->trigger_name));
}

static void assert_actions(const struct procedure *permit, const char *state, struct fake fake,
                           const char *expected)
{
    struct buffer actions;
    buffer_init(&actions, 1000);
    struct procedure_situation situation = in_state(permit, state, &fake);
    procedure_visit_actions(permit, &situation, note_action, &actions);
    buffer_append_byte(&actions, 0);
    assert_string_equal((const char *)actions.data, expected);
    buffer_free(&actions);
}

static void the_actions_of_a_person_are_those_the_facts_allow(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    /* The ground of a refusal is known only once it is given: the action is listed. */
    struct fake clerk = {LIST("window_clerk"), LIST("materials=missing", "list=allowed"), NULL};
    assert_actions(permit, "submitted", clerk, "request_materials refuse_acceptance correct ");
    clerk.facts = LIST("materials=complete", "list=used_up");
    assert_actions(permit, "submitted", clerk, "accept refuse_acceptance correct ");
    struct fake filer = {LIST("applicant"), NOTHING, NULL};
    assert_actions(permit, "submitted", filer, "withdraw correct ");
    assert_actions(permit, "supplement", filer, "supply_materials withdraw correct ");
    assert_actions(permit, "issuing", filer, "correct ");
    struct fake approver = {LIST("approver"), LIST("authority=delegated", "joint=no"), NULL};
    assert_actions(permit, "decision_due", approver, "decide decide return suspend ");
    approver.facts = LIST("authority=not_delegated", "joint=no");
    assert_actions(permit, "decision_due", approver, "return suspend ");
    struct fake head = {LIST("government_head"), LIST("extension_head=yes"), "extend"};
    assert_actions(permit, "decision_due", head, "");
}

static void a_limit_that_is_over_is_not_extended(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake head = {LIST("government_head"), LIST("extension_head=yes", "over=promise"), NULL};
    assert_actions(permit, "decision_due", head, "extend ");
    head.facts = LIST("extension_head=yes", "over=main");
    assert_actions(permit, "decision_due", head, "");
    struct procedure_match match = matched(f, permit, "decision_due", "extend", head);
    assert_int_equal(MATCH_CONDITION, match.outcome);
    assert_null(match.failed);
    assert_true(text_starts_with(text_of(match.refusal), "the time allowed is over"));
}

static void an_assignment_to_units_is_not_one_to_an_officer(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake reviewer = {LIST("reviewer"), LIST("joint=yes"), NULL};
    assert_found(f, permit, matched(f, permit, "accepted", "assign", reviewer), "joint_review",
                 "approval.review_group_opened.v1");
    struct fake manager = {LIST("hall_manager"), LIST("joint=yes"), NULL};
    struct procedure_match match = matched(f, permit, "accepted", "assign", manager);
    assert_int_equal(MATCH_FOUND, match.outcome);
    assert_int_equal(TARGET_SAME, match.transition->target);
    assert_true(text_equal_string(match.transition->emits, "task_reassigned"));
    assert_actions(permit, "fee_due", manager, "assign expedite ");
    assert_actions(permit, "lapsed", manager, "");
}

static void back_leads_to_every_state_that_may_be_paused(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake reviewer = {LIST("reviewer"), NOTHING, NULL};
    struct procedure_match match = matched(f, permit, "excluded", "resume", reviewer);
    assert_int_equal(MATCH_FOUND, match.outcome);
    uint64_t expected = 0;
    static const char *const paused[] = {"in_review", "joint_review", "site_check", "decision_due"};
    for (size_t i = 0; i < COUNT(paused); i++) {
        expected |= UINT64_C(1) << procedure_state_index(permit, text_of(paused[i]));
    }
    assert_int_equal(expected, procedure_targets(permit, match.transition));
}

static void a_decision_is_set_aside_where_it_was_taken_after_an_appeal(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    struct fake none = {LIST("legal_counsel"), LIST("appealed=none"), NULL};
    struct procedure_match match = matched(f, permit, "refused", "set_aside", none);
    assert_int_equal(MATCH_CONDITION, match.outcome);
    assert_string_equal(match.refusal, "a decision is set aside where a remedy was sought against "
                                       "it: register the appeal first");
    struct fake counsel = {LIST("legal_counsel"), LIST("appealed=decision_due"), NULL};
    assert_found(f, permit, matched(f, permit, "refused", "set_aside", counsel), "decision_due",
                 "approval.decision_set_aside.v1");
    struct fake of_change = {LIST("legal_counsel"), LIST("appealed=change_review"), NULL};
    assert_found(f, permit, matched(f, permit, "in_force", "set_aside", of_change), "change_review",
                 "approval.decision_set_aside.v1");
    struct fake of_clerk = {LIST("legal_counsel"), LIST("appealed=supplement"), NULL};
    assert_found(f, permit, matched(f, permit, "not_accepted", "set_aside", of_clerk), "supplement",
                 "intake.decision_set_aside.v1");
    struct fake approver = {LIST("approver"), LIST("appealed=decision_due"), NULL};
    assert_int_equal(MATCH_NOT_YOURS, matched(f, permit, "refused", "set_aside", approver).outcome);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_complete_filing_is_accepted_by_the_window),
        CASE(an_action_the_state_does_not_have_is_told_apart_from_one_of_somebody_else),
        CASE(a_condition_that_fails_is_told_in_its_own_words),
        CASE(the_outcome_given_chooses_between_grant_and_refusal),
        CASE(the_refusal_is_about_the_outcome_that_was_meant),
        CASE(what_the_state_does_not_allow_is_told_before_what_the_fields_lack),
        CASE(what_may_be_done_once_is_refused_the_second_time),
        CASE(clocks_and_signals_find_their_transition_without_a_person),
        CASE(a_return_goes_where_the_item_sends_it),
        CASE(the_actions_of_a_person_are_those_the_facts_allow),
        CASE(a_limit_that_is_over_is_not_extended),
        CASE(an_assignment_to_units_is_not_one_to_an_officer),
        CASE(back_leads_to_every_state_that_may_be_paused),
        CASE(a_decision_is_set_aside_where_it_was_taken_after_an_appeal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
