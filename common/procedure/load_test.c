/* Loading procedures: what is read, and every way in which a table can be wrong. */
#include "procedure/test_kit.h"

/* A small sound table; each test breaks one place of it. */
/* clang-format off */
static const char demo[] =
    "procedure: demo\n"
    "version: 1\n"
    "names: {zh-Hans: 示范, zh-Hant: 示範, en: Demo}\n"
    "clocks:\n"
    "  main: {limits: main}\n"
    "  told: {field: until, basis: art. 45}\n"
    "states:\n"
    "  filed: {owner: intake, clocks: [main], withdraw: true}\n"
    "  waiting: {owner: approval, clocks: [told]}\n"
    "  done: {owner: approval, end: true}\n"
    "  withdrawn: {end: true}\n"
    "transitions:\n"
    "  - {from: none, do: submit, by: [applicant], to: filed, clocks: {start: main}, "
    "emits: case_submitted}\n"
    "  - {from: filed, do: suspend, by: [reviewer], needs: [until], to: waiting, "
    "clocks: {pause: main, start: told}, emits: case_accepted, then: [fee.bill_issued]}\n"
    "  - {from: waiting, do: resume, by: [reviewer], to: back, clocks: {stop: told, "
    "resume: main}, emits: case_resumed}\n"
    "  - {from: filed, do: decide, by: [approver], needs: [outcome], "
    "if: {field.outcome: grant}, to: done, clocks: {stop: all}, emits: case_accepted}\n"
    "  - {from: filed, do: decide, by: [approver], needs: [outcome], "
    "if: {field.outcome: refuse}, to: done, clocks: {stop: all}, emits: case_accepted}\n"
    "  - {from: waiting, when: told over, to: same, clocks: {stop: told}, emits: clock_overdue}\n";
/* clang-format on */

/* The demo with the first `old` replaced by `new`. */
static struct text changed(struct fixture *f, const char *old, const char *new)
{
    const char *place = strstr(demo, old);
    assert_non_null(place);
    return arena_print(&f->arena, "%.*s%s%s", (int)(place - demo), demo, new, place + strlen(old));
}

static void assert_refused(struct fixture *f, struct text source, const char *expected)
{
    const struct procedure *procedure = NULL;
    f->file.error_count = 0;
    enum err err = procedure_load(&f->file, source, &f->vocabulary, &procedure);
    struct text errors = yaml_errors_text(&f->file, &f->arena);
    assert_string_equal(errors.data, expected);
    assert_int_equal(ERR_INVALID, err);
    assert_null(procedure);
}

static void the_demo_is_sound(void **state)
{
    struct fixture *f = *state;
    const struct procedure *p = NULL;
    assert_int_equal(ERR_OK, procedure_load(&f->file, text_of(demo), &f->vocabulary, &p));
    assert_int_equal(0, f->file.error_count);
    assert_true(text_equal_string(p->names.zh_hant, "示範"));
    assert_int_equal(2, p->clock_count);
    assert_int_equal(CLOCK_FROM_FIELD, p->clocks[1].source);
    assert_true(text_equal_string(p->clocks[1].field, "until"));
    assert_true(p->states[1].is_pause);
    assert_false(p->states[0].is_pause);
    /* Six lines, the withdrawal that the mark of `filed` stands for, and in each of the two states
     * that wait what may be done everywhere: it is given to somebody else, put first, corrected. */
    assert_int_equal(13, p->transition_count);
    const struct procedure_transition *withdrawal = &p->transitions[6];
    assert_int_equal(0, withdrawal->from);
    assert_int_equal(3, withdrawal->to);
    assert_int_equal(3, withdrawal->by.count);
    assert_true(text_equal_string(withdrawal->by.items[2], "asker"));
    assert_true(text_equal_string(procedure_event_type(p, withdrawal, &f->arena),
                                  "intake.case_withdrawn.v1"));
    /* Back from waiting leads to the one state from which one waits. */
    assert_int_equal(1, procedure_targets(p, &p->transitions[2]));
}

static void work_may_be_given_to_somebody_else_wherever_a_case_waits(void **state)
{
    struct fixture *f = *state;
    const struct procedure *p = NULL;
    assert_int_equal(ERR_OK, procedure_load(&f->file, text_of(demo), &f->vocabulary, &p));
    static const char *const types[] = {"intake.task_reassigned.v1", "approval.task_reassigned.v1"};
    for (int i = 0; i < 2; i++) {
        const struct procedure_transition *t = &p->transitions[7 + i];
        assert_int_equal(i, t->from);
        assert_true(t->is_common);
        assert_int_equal(TRIGGER_ACTION, t->trigger);
        assert_true(text_equal_string(t->trigger_name, "assign"));
        assert_int_equal(2, t->by.count);
        assert_true(text_equal_string(t->by.items[0], "hall_manager"));
        assert_true(text_equal_string(t->by.items[1], "agency_head"));
        assert_int_equal(1, t->needs.count);
        assert_true(text_equal_string(t->needs.items[0], "assignee"));
        assert_int_equal(TARGET_SAME, t->target);
        assert_int_equal(0, t->clock_step_count);
        assert_true(text_equal_string(procedure_event_type(p, t, &f->arena), types[i]));
    }
}

static void a_sub_case_is_reassigned_with_the_case_it_belongs_to(void **state)
{
    const struct procedure *review = shipped(*state, "joint_review");
    assert_int_equal(5, review->transition_count);
    for (size_t i = 0; i < review->transition_count; i++) {
        assert_false(review->transitions[i].is_common);
    }
}

struct broken {
    const char *old;
    const char *new;
    const char *expected;
};

static void every_break_is_told(struct fixture *f, const struct broken *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_refused(f, changed(f, cases[i].old, cases[i].new), cases[i].expected);
    }
}

static void names_that_do_not_exist_are_told_with_the_nearest(void **state)
{
    static const struct broken cases[] = {
        {"[approver]", "[aprover]",
         "demo.yaml:16: transitions[3].by[0]: \"aprover\" is not a role or relation of the "
         "catalogue; did you mean \"approver\"?\n"},
        {"by: [applicant]", "by: [aplicant]",
         "demo.yaml:13: transitions[0].by[0]: \"aplicant\" is not a role or relation of the "
         "catalogue; did you mean \"applicant\"?\n"},
        {"to: filed", "to: filled",
         "demo.yaml:13: transitions[0].to: \"filled\" is not a state of this procedure; did you "
         "mean \"filed\"?\n"},
        {"from: waiting, do", "from: wating, do",
         "demo.yaml:15: transitions[2].from: \"wating\" is not a state of this procedure; did you "
         "mean \"waiting\"?\n"},
        {"clocks: {start: main}", "clocks: {start: mian}",
         "demo.yaml:13: transitions[0].clocks.start: \"mian\" is not a clock of this procedure; "
         "did you mean \"main\"?\n"},
        {"clocks: [told]", "clocks: [tolds]",
         "demo.yaml:9: states.waiting.clocks[0]: \"tolds\" is not a clock of this procedure; did "
         "you mean \"told\"?\n"},
        {"when: told over", "when: tolld over",
         "demo.yaml:18: transitions[5].when: \"tolld\" is not a clock of this procedure; did you "
         "mean \"told\"?\n"},
        {"when: told over", "when: told",
         "demo.yaml:18: transitions[5].when: must be the name of a clock and the word over\n"},
        {"when: told over", "on: bill_cleared",
         "demo.yaml:18: transitions[5].on: \"bill_cleared\" is not a signal; did you mean "
         "\"bills_cleared\"?\n"},
        {"needs: [outcome], if: {field.outcome: grant}", "needs: [outcom]",
         "demo.yaml:16: transitions[3].needs[0]: \"outcom\" is not a field of an action; did you "
         "mean \"outcome\"?\n"},
        {"{field.outcome: grant}", "{join: \"yes\"}",
         "demo.yaml:16: transitions[3].if.join: \"join\" is not a fact; did you mean "
         "\"joint\"?\n"},
        {"{field.outcome: grant}", "{materials: completed}",
         "demo.yaml:16: transitions[3].if.materials: \"completed\" is not a value it can have; "
         "did you mean \"complete\"?\n"},
        {"{field.outcome: grant}", "{field.outcome: granted}",
         "demo.yaml:16: transitions[3].if.field.outcome: \"granted\" is not a value it can have; "
         "did you mean \"grant\"?\n"},
        {"{field.outcome: grant}", "{field.passed: true}",
         "demo.yaml:16: transitions[3].if.field.passed: is not among the fields in needs or "
         "may\n"},
        {"{field: until", "{field: untill",
         "demo.yaml:6: clocks.told.field: \"untill\" is not a field of an action; did you mean "
         "\"until\"?\n"
         "demo.yaml:14: transitions[1].clocks.start: \"told\" runs until the day in the field "
         "untill, which must be in needs or may\n"},
        {"emits: case_resumed", "emits: case_resume",
         "demo.yaml:15: transitions[2].emits: \"approval.case_resume.v1\" is not a declared "
         "event; did you mean \"approval.case_resumed.v1\"?\n"},
        {"fee.bill_issued", "fee.bill_isued",
         "demo.yaml:14: transitions[1].then[0]: \"fee.bill_isued.v1\" is not a declared event; "
         "did you mean \"fee.bill_issued.v1\"?\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void parts_that_are_missing_or_too_many_are_told(void **state)
{
    static const struct broken cases[] = {
        {"procedure: demo\n", "", "demo.yaml:1: procedure: must be given\n"},
        {"zh-Hant: 示範, ", "", "demo.yaml:3: names.zh-Hant: must be given\n"},
        {"zh-Hant: 示範", "zh-Hant: \"\"", "demo.yaml:3: names.zh-Hant: must say something\n"},
        {"emits: case_resumed", "emitts: case_resumed",
         "demo.yaml:15: transitions[2].emits: must be given\n"
         "demo.yaml:15: transitions[2].emitts: is not known here; did you mean \"emits\"?\n"},
        {"{limits: main}", "{basis: art. 42}",
         "demo.yaml:5: clocks.main: must say by one of stage, limits, limit or field where its "
         "limit comes from (field may stand beside limits: supplement or payment)\n"},
        {"{limits: main}", "{limits: main, field: until}",
         "demo.yaml:5: clocks.main: must say by one of stage, limits, limit or field where its "
         "limit comes from (field may stand beside limits: supplement or payment)\n"},
        {"{limits: main}", "{limit: {value: 5, unit: day}, basis: rule}",
         "demo.yaml:5: clocks.main.limit.unit: must be one of workday, calendar_day, month, hour, "
         "work_hour\n"},
        {"{limits: main}", "{limit: {value: 5, unit: workday}}",
         "demo.yaml:5: clocks.main.basis: must be given\n"},
        {"do: resume, ", "do: resume, on: bills_cleared, ",
         "demo.yaml:15: transitions[2]: must have one of do (an action), when (a clock over) or on "
         "(a signal)\n"},
        {"to: same", "to: same, by: [reviewer]",
         "demo.yaml:18: transitions[5].by: goes with do only: nobody acts here\n"},
        {"to: filed", "to: same",
         "demo.yaml:13: transitions[0].to: must be a state: nothing stands before the first "
         "one\n"},
        {"clocks: {start: main}", "clocks: {start: main, from: filing}",
         "demo.yaml:13: transitions[0].clocks.from: must be receipt: the day the papers were "
         "received\n"},
        {"clocks: {pause: main, start: told}", "clocks: {pause: main, start: told, from: receipt}",
         "demo.yaml:14: transitions[1].clocks.from: goes with the start of a clock with limits: "
         "main\n"},
        {"{owner: approval, clocks: [told]}", "{clocks: [told]}",
         "demo.yaml:9: states.waiting.owner: must be given\n"},
        {"owner: intake", "owner: intakes",
         "demo.yaml:8: states.filed.owner: must be one of intake, approval, fee, notification, "
         "audit\n"},
        {"  told: {", "  all: {",
         "demo.yaml:6: clocks: \"all\" cannot be a name here: take small letters, digits and _\n"},
    };
    struct fixture *f = *state;
    every_break_is_told(f, cases, COUNT(cases) - 1);
    /* The last one breaks every use of the clock as well; its first line tells why. */
    const struct procedure *procedure = NULL;
    f->file.error_count = 0;
    struct text source = changed(f, cases[COUNT(cases) - 1].old, cases[COUNT(cases) - 1].new);
    assert_int_equal(ERR_INVALID, procedure_load(&f->file, source, &f->vocabulary, &procedure));
    assert_int_equal(6, f->file.errors[0].line);
    assert_true(text_starts_with(f->file.errors[0].detail, "\"all\" cannot be a name here"));
}

static void states_out_of_reach_and_without_end_are_told(void **state)
{
    static const struct broken cases[] = {
        {"  withdrawn: {end: true}\n",
         "  withdrawn: {end: true}\n  lost: {owner: fee, end: true}\n",
         "demo.yaml:12: states.lost: is never reached: no transition leads here from the "
         "beginning; lead one here, or take the state out\n"},
        {"to: back, clocks: {stop: told, resume: main}", "to: same, clocks: {stop: told}",
         "demo.yaml:9: states.waiting: has no way to an end: a case would stay here for ever; "
         "lead a transition on to an end, or say end: true\n"},
        {"clocks: [told]", "rests: because",
         "demo.yaml:9: states.waiting: does not name \"told\", which may run here: name it in "
         "clocks, or stop it on line 14\n"
         "demo.yaml:6: clocks.told: runs in no state: name it in the clocks of one, or take it "
         "out\n"},
        {"  done: {owner: approval, end: true}", "  done: {owner: approval, end: true, rests: x}",
         "demo.yaml:10: states.done: is an end: no stage, clock, rest or withdrawal belongs to "
         "it\n"},
        {"clocks: [told]", "clocks: [told], rests: because",
         "demo.yaml:9: states.waiting: says that it rests, but names stages or clocks\n"},
        {"  withdrawn: {end: true}\n", "",
         "demo.yaml:8: states.filed.withdraw: leads to a state named withdrawn, which must be "
         "there, with end: true\n"},
        {"from: none, do: submit, by: [applicant], to: filed, clocks: {start: main}, emits: "
         "case_submitted",
         "from: waiting, do: submit, by: [applicant], to: filed, clocks: {stop: told}, emits: "
         "case_resumed",
         "demo.yaml:1: transitions: must have one from none, where a case begins\n"
         "demo.yaml:8: states.filed: is never reached: no transition leads here from the "
         "beginning; lead one here, or take the state out\n"
         "demo.yaml:9: states.waiting: is never reached: no transition leads here from the "
         "beginning; lead one here, or take the state out\n"
         "demo.yaml:10: states.done: is never reached: no transition leads here from the "
         "beginning; lead one here, or take the state out\n"
         "demo.yaml:11: states.withdrawn: is never reached: no transition leads here from the "
         "beginning; lead one here, or take the state out\n"},
        {"from: waiting, when: told over, to: same, clocks: {stop: told}",
         "from: done, do: accept, by: [approver], to: filed, clocks: {start: main}",
         "demo.yaml:18: transitions[5]: leaves done, which is an end: only what sets a decision "
         "aside (if: appealed) may do that\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

/* A state has one owner, who alone decides what leaves it. */
static void a_state_with_two_owners_is_told(void **state)
{
    static const struct broken cases[] = {
        {"filed: {owner: intake", "filed: {owner: [intake, approval]",
         "demo.yaml:8: states.filed.owner: must be one of intake, approval, fee, notification, "
         "audit, and one alone\n"},
        {"filed: {owner: intake", "filed: {owner: intake, owner: approval",
         "demo.yaml:8: owner: stands twice (first on line 8): keep one of them\n"},
        {"  withdrawn: {end: true}\n",
         "  withdrawn: {end: true}\n  filed: {owner: approval, clocks: [main]}\n"
         "  done: {owner: fee, end: true}\n",
         "demo.yaml:12: filed: stands twice (first on line 8): keep one of them\n"
         "demo.yaml:13: done: stands twice (first on line 10): keep one of them\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void a_state_that_waits_without_a_clock_is_told(void **state)
{
    static const struct broken cases[] = {
        {"  withdrawn: {end: true}\n", "  withdrawn: {end: true}\n  idle: {owner: fee}\n",
         "demo.yaml:12: states.idle: is never reached: no transition leads here from the "
         "beginning; lead one here, or take the state out\n"
         "demo.yaml:12: states.idle: has no way to an end: a case would stay here for ever; "
         "lead a transition on to an end, or say end: true\n"
         "demo.yaml:12: states.idle: waits without a clock: name stages or clocks, or say rests: "
         "why none runs\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void clocks_that_cannot_run_as_written_are_told(void **state)
{
    static const struct broken cases[] = {
        {"if: {field.outcome: grant}, to: done, clocks: {stop: all}",
         "if: {field.outcome: grant}, to: done",
         "demo.yaml:10: states.done: is an end where \"main\" may still run: stop it on line "
         "16\n"},
        {"{stop: told, resume: main}", "{resume: main}",
         "demo.yaml:8: states.filed: does not name \"told\", which may run here: name it in "
         "clocks, or stop it on line 15\n"},
        {"clocks: {pause: main, start: told}", "clocks: {stop: main, start: told}",
         "demo.yaml:15: transitions[2]: \"main\" is resumed but never paused in waiting\n"},
        {"clocks: {stop: told, resume: main}", "clocks: {stop: [told, main], extend: main}",
         "demo.yaml:15: transitions[2]: \"main\" is extended but never runs in waiting\n"},
        {"when: told over, to: same, clocks: {stop: told}", "when: main over, to: same",
         "demo.yaml:18: transitions[5]: waits for \"main\", which never runs in waiting\n"},
        {"to: same, clocks: {stop: told}", "to: same",
         "demo.yaml:18: transitions[5]: nothing ends \"told\" when it is over: stop, restart or "
         "extend it in clocks\n"},
        {"{stop: told, resume: main}", "{stop: told, resume: main, reopen: main}",
         "demo.yaml:15: transitions[2].clocks.reopen: \"main\" does not run until a day in a "
         "field: start it anew\n"},
        {"{stop: told, resume: main}", "{reopen: told, resume: main}",
         "demo.yaml:15: transitions[2]: \"told\" is reopened where it still runs in waiting\n"
         "demo.yaml:8: states.filed: does not name \"told\", which may run here: name it in "
         "clocks, or stop it on line 15\n"},
        {"  told: {field", "  spare: {limits: deliver}\n  told: {field",
         "demo.yaml:6: clocks.spare: runs in no state: name it in the clocks of one, or take it "
         "out\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

/* The demo, and a line that leads its end back to where it was decided. */
#define SET_ASIDE                                                                                  \
    "  - {from: done, do: set_aside, by: [legal_counsel], if: {appealed: filed}, to: filed, "      \
    "clocks: {start: main}, emits: decision_set_aside}\n  - {from: waiting, when"

static void an_end_is_left_by_what_sets_its_decision_aside(void **state)
{
    struct fixture *f = *state;
    const struct procedure *p = NULL;
    struct text unmarked = changed(f, "  - {from: waiting, when", SET_ASIDE);
    assert_refused(f, unmarked,
                   "demo.yaml:18: transitions[5]: asks for a decision that was taken in filed: "
                   "mark the line there that takes it with decision: true\n");
    const char *place = strstr(unmarked.data, "{from: filed, do: decide");
    struct text marked = arena_print(&f->arena, "%.*s{decision: true, %s",
                                     (int)(place - unmarked.data), unmarked.data, place + 1);
    f->file.error_count = 0;
    enum err err = procedure_load(&f->file, marked, &f->vocabulary, &p);
    assert_string_equal(yaml_errors_text(&f->file, &f->arena).data, "");
    assert_int_equal(ERR_OK, err);
    assert_true(p->transitions[3].is_decision);
    assert_false(p->transitions[4].is_decision);
    assert_true(procedure_sets_aside(&p->transitions[5]));
    assert_false(procedure_sets_aside(&p->transitions[4]));
}

static void what_is_set_aside_names_states(void **state)
{
    struct fixture *f = *state;
    struct text source = changed(f, "{field.outcome: refuse}", "{appealed: file}");
    assert_refused(f, source,
                   "demo.yaml:17: transitions[4].if.appealed: \"file\" is not a value it can have; "
                   "did you mean \"filed\"?\n");
}

static void two_answers_to_one_action_are_told(void **state)
{
    static const struct broken cases[] = {
        {"if: {field.outcome: refuse}, ", "",
         "demo.yaml:17: transitions[4]: may answer \"decide\" in filed as well as line 16: give "
         "both a fact with different values, or different persons\n"},
        {"{field.outcome: refuse}", "{field.outcome: [grant, refuse]}",
         "demo.yaml:17: transitions[4]: may answer \"decide\" in filed as well as line 16: give "
         "both a fact with different values, or different persons\n"},
        {"do: decide, by: [approver], needs: [outcome], if: {field.outcome: grant}",
         "do: withdraw, by: [applicant]",
         "demo.yaml:8: states.filed.withdraw: may answer \"withdraw\" in filed as well as line "
         "16: give both a fact with different values, or different persons\n"},
        {"do: decide, by: [approver], needs: [outcome], if: {field.outcome: grant}",
         "do: assign, by: [reviewer, agency_head]",
         "demo.yaml:8: states.filed.assign: may answer \"assign\" in filed as well as line 16: "
         "give both a fact with different values, or different persons\n"},
    };
    every_break_is_told(*state, cases, COUNT(cases));
}

static void two_answers_to_different_persons_are_sound(void **state)
{
    struct fixture *f = *state;
    const struct procedure *procedure = NULL;
    struct text source = changed(f,
                                 "do: decide, by: [approver], needs: [outcome], if: "
                                 "{field.outcome: grant}",
                                 "do: decide, by: [agency_head]");
    assert_int_equal(ERR_OK, procedure_load(&f->file, source, &f->vocabulary, &procedure));
    source = changed(f, "do: decide, by: [approver], needs: [outcome], if: {field.outcome: grant}",
                     "do: assign, by: [reviewer]");
    assert_int_equal(ERR_OK, procedure_load(&f->file, source, &f->vocabulary, &procedure));
}

static void what_is_common_to_all_matters_must_be_declared_too(void **state)
{
    struct fixture *f = *state;
    struct wire_message fields = kit_action;
    struct wire_field others[COUNT(kit_fields)];
    fields.field_count = 0;
    for (size_t i = 0; i < kit_action.field_count; i++) {
        if (strcmp(kit_fields[i].name, "assignee") != 0) {
            others[fields.field_count++] = kit_fields[i];
        }
    }
    fields.fields = others;
    f->vocabulary.fields = &fields;
    assert_refused(f, text_of(demo),
                   "demo.yaml:8: states.filed.assign: \"assignee\" is not a field of an action\n"
                   "demo.yaml:9: states.waiting.assign: \"assignee\" is not a field of an "
                   "action\n");
}

static void undeclared_events_and_fields_pass_while_nobody_declares_any(void **state)
{
    struct fixture *f = *state;
    const struct procedure *procedure = NULL;
    f->vocabulary.fields = NULL;
    f->vocabulary.event_vocabulary_count = 0;
    struct text source = changed(f, "emits: case_resumed", "emits: anything");
    assert_int_equal(ERR_OK, procedure_load(&f->file, source, &f->vocabulary, &procedure));
}

static void the_shipped_procedures_are_sound(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    assert_int_equal(23, permit->state_count);
    assert_int_equal(11, permit->clock_count);
    const struct procedure *review = shipped(f, "joint_review");
    assert_true(review->is_sub_case);
    assert_int_equal(2, review->state_count);
    assert_true(text_is_empty(procedure_event_type(review, &review->transitions[0], &f->arena)));
}

static void a_deemed_acceptance_counts_the_main_clock_alone_from_receipt(void **state)
{
    const struct procedure *permit = shipped(*state, "permit");
    for (size_t i = 0; i < permit->transition_count; i++) {
        const struct procedure_transition *t = &permit->transitions[i];
        if (!text_equal_string(t->emits, "case_deemed_accepted")) {
            continue;
        }
        assert_int_equal(3, t->clock_step_count);
        assert_int_equal(CLOCK_OP_STOP, t->clock_steps[0].operation);
        assert_true(text_equal_string(t->clock_steps[1].clock, "main"));
        assert_true(t->clock_steps[1].from_receipt);
        assert_true(text_equal_string(t->clock_steps[2].clock, "claim"));
        assert_false(t->clock_steps[2].from_receipt);
        return;
    }
    fail_msg("permit has no deemed acceptance");
}

static void the_time_to_pay_runs_from_the_grant_and_ends_in_lapse(void **state)
{
    struct fixture *f = *state;
    const struct procedure *permit = shipped(f, "permit");
    int fee_due = procedure_state_index(permit, TEXT_LITERAL("fee_due"));
    size_t found = 0;
    for (size_t i = 0; i < permit->transition_count; i++) {
        const struct procedure_transition *t = &permit->transitions[i];
        if (t->target == TARGET_STATE && t->to == fee_due) {
            assert_int_equal(4, t->clock_step_count);
            assert_int_equal(CLOCK_OP_START, t->clock_steps[2].operation);
            assert_true(text_equal_string(t->clock_steps[2].clock, "payment_period"));
            found++;
        }
        if (t->from == fee_due && t->trigger == TRIGGER_CLOCK_OVER) {
            assert_true(text_equal_string(t->trigger_name, "payment_period"));
            assert_int_equal(procedure_state_index(permit, TEXT_LITERAL("lapsed")), t->to);
            assert_true(text_equal_string(procedure_event_type(permit, t, &f->arena),
                                          "fee.bill_lapsed.v1"));
            found++;
        }
    }
    assert_int_equal(2, found);
}

static void a_drawing_shows_owners_ends_and_triggers(void **state)
{
    struct fixture *f = *state;
    const struct procedure *procedure = NULL;
    assert_int_equal(ERR_OK, procedure_load(&f->file, text_of(demo), &f->vocabulary, &procedure));
    struct buffer document;
    buffer_init(&document, 1 << 16);
    procedure_draw(procedure, &document);
    buffer_append_byte(&document, 0);
    const char *drawn = (const char *)document.data;
    assert_non_null(strstr(drawn, "\"filed\" [class=\"intake\", fillcolor=\"#d5e8d4\", "
                                  "label=\"filed\\nclock main\"];\n"));
    assert_non_null(strstr(drawn, "\"done\" [class=\"approval\", fillcolor=\"#dae8fc\", "
                                  "peripheries=2, label=\"done\"];\n"));
    assert_non_null(strstr(drawn, "\"none\" -> \"filed\" [label=\"submit\"];\n"));
    assert_non_null(strstr(drawn, "\"waiting\" -> \"filed\" [label=\"resume\"];\n"));
    assert_non_null(strstr(drawn, "\"waiting\" -> \"waiting\" [label=\"told over\"];\n"));
    assert_non_null(
        strstr(drawn, "\"filed\" -> \"done\" [label=\"decide\\nfield.outcome = grant\"];\n"));
    assert_non_null(strstr(
        drawn, "\"filed\" -> \"withdrawn\" [style=dashed, color=gray, label=\"withdraw\"];\n"));
    assert_null(strstr(drawn, "assign"));
    buffer_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(the_demo_is_sound),
        CASE(work_may_be_given_to_somebody_else_wherever_a_case_waits),
        CASE(a_sub_case_is_reassigned_with_the_case_it_belongs_to),
        CASE(names_that_do_not_exist_are_told_with_the_nearest),
        CASE(parts_that_are_missing_or_too_many_are_told),
        CASE(states_out_of_reach_and_without_end_are_told),
        CASE(a_state_with_two_owners_is_told),
        CASE(a_state_that_waits_without_a_clock_is_told),
        CASE(clocks_that_cannot_run_as_written_are_told),
        CASE(an_end_is_left_by_what_sets_its_decision_aside),
        CASE(what_is_set_aside_names_states),
        CASE(two_answers_to_one_action_are_told),
        CASE(two_answers_to_different_persons_are_sound),
        CASE(what_is_common_to_all_matters_must_be_declared_too),
        CASE(undeclared_events_and_fields_pass_while_nobody_declares_any),
        CASE(the_shipped_procedures_are_sound),
        CASE(a_deemed_acceptance_counts_the_main_clock_alone_from_receipt),
        CASE(the_time_to_pay_runs_from_the_grant_and_ends_in_lapse),
        CASE(a_drawing_shows_owners_ends_and_triggers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
