/* Checking a folder: every fault of every file at once, and warnings about what is sound. */
#include "catalogue_tool/check.h"

#include "catalogue_tool/test_kit.h"

#include <unistd.h>

static const char catalogue_file[] = "catalogue.yaml";
static const char permit_file[] = "procedures/permit.yaml";

/* The folder is refused with exactly these lines. */
static void assert_refused(struct fixture *f, struct text expected)
{
    struct folder folder;
    struct reason reason;
    assert_int_equal(ERR_INVALID, folder_load(f->path, &f->arena, &folder, &reason));
    assert_string_equal(folder.errors.data, expected.data);
}

static void every_file_is_checked_whatever_the_others_are_like(void **state)
{
    struct fixture *f = *state;
    change(f, "calendar-cn.yaml", "2026:", "workday_count: 248", "workday_count: 249");
    change(f, permit_file, "transitions:", "do: accept, by: [window_clerk]",
           "do: accept, by: [window_clark]");
    change(f, permit_file, "transitions:", "emits: case_accepted", "emits: case_acepted");
    change(f, permit_file, "transitions:", "needs: [missing]", "needs: [mising]");
    change(f, catalogue_file, "UMB-P-001", "department: UMB", "department: UMP");
    change(f, "templates/messages.yaml", "name: accepted", "intake.case_accepted.v1",
           "intake.case_granted.v1");
    int accept = line_of(f, permit_file, "transitions:", "do: accept");
    assert_refused(
        f,
        arena_print(
            &f->arena,
            "calendar-cn.yaml:%d: years.2026.workday_count: is 249, but the days above give 248\n"
            "procedures/permit.yaml:%d: transitions[1].by[0]: \"window_clark\" is not a role or "
            "relation of the catalogue; did you mean \"window_clerk\"?\n"
            "procedures/permit.yaml:%d: transitions[1].emits: \"intake.case_acepted.v1\" is not "
            "a declared event; did you mean \"intake.case_accepted.v1\"?\n"
            "procedures/permit.yaml:%d: transitions[2].needs[0]: \"mising\" is not a field of an "
            "action; did you mean \"missing\"?\n"
            "catalogue.yaml:%d: items[0].department: \"UMP\" is not a department; did you mean "
            "\"UMB\"?\n"
            "templates/messages.yaml:%d: messages[3].event: the hall has no such event\n",
            line_of(f, "calendar-cn.yaml", "2026:", "workday_count"), accept, accept, accept + 1,
            line_of(f, catalogue_file, "UMB-P-001", "department: UMB"),
            line_of(f, "templates/messages.yaml", "name: accepted", "event:")));
}

static void a_promise_is_held_against_the_law_day_by_day(void **state)
{
    struct fixture *f = *state;
    change(f, catalogue_file, "UMB-P-001", "statutory: {value: 45, unit: workday",
           "statutory: {value: 15, unit: calendar_day");
    assert_refused(
        f, arena_print(&f->arena,
                       "catalogue.yaml:%d: items[0].limits.promised: is longer than statutory: 12 "
                       "workday against 15 calendar_day; promise at most 5 workday\n",
                       line_of(f, catalogue_file, "UMB-P-001", "promised:")));
}

static void hours_must_fit_the_calendar_and_are_told_once(void **state)
{
    struct fixture *f = *state;
    int line = line_of(f, catalogue_file, "\nhours", "hours: {time_zone");
    change(f, "calendar-cn.yaml", "schema", "Asia/Shanghai", "UTC");
    assert_refused(f, arena_print(&f->arena,
                                  "catalogue.yaml:%d: hours.time_zone: must be the zone of the "
                                  "calendar\n",
                                  line));
    change(f, "calendar-cn.yaml", "schema", "UTC", "Asia/Shanghai");
    change(f, catalogue_file, "\nhours", "\"17:30\"", "\"17:00\"");
    assert_refused(f, arena_print(&f->arena,
                                  "catalogue.yaml:%d: hours.work_hours_per_day: must be the sum of "
                                  "the opening hours, which is 450 minutes\n",
                                  line));
}

static void a_catalogue_needs_a_calendar(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(0, unlink(arena_print(&f->arena, "%s/calendar-cn.yaml", f->path).data));
    assert_refused(
        f, TEXT_LITERAL("calendar.yaml:1: is missing: limits are counted in its working days\n"));
}

static void a_folder_without_catalogue_cannot_be_read(void **state)
{
    struct fixture *f = *state;
    struct folder folder;
    struct reason reason;
    assert_int_equal(0, unlink(arena_print(&f->arena, "%s/catalogue.yaml", f->path).data));
    assert_int_equal(ERR_NOT_FOUND, folder_load(f->path, &f->arena, &folder, &reason));
    assert_non_null(strstr(reason.text, "has no catalogue.yaml"));
}

/* Each line of `expected` is a warning about the copy; the shipped catalogue may have others. */
static void assert_warned(struct fixture *f, struct text expected)
{
    struct folder folder = sound(f, f->path);
    assert_true(check_warn(&folder, &f->arena, &f->page) > 0);
    const char *warnings = written(f);
    struct text rest = expected;
    while (!text_is_empty(rest)) {
        struct text line = text_split(rest, '\n', &rest);
        const char *wanted = arena_print(&f->arena, "%.*s\n", TEXT_PRINT(line)).data;
        if (strstr(warnings, wanted) == NULL) {
            fail_msg("no warning %s in\n%s", wanted, warnings);
        }
    }
}

static void an_item_without_procedure_is_a_warning(void **state)
{
    struct fixture *f = *state;
    change(f, catalogue_file, "code: MSA-P-001", "machine: permit", "machine: other_permit");
    assert_warned(f, arena_print(&f->arena,
                                 "catalogue.yaml:%d: items[1].machine: warning: "
                                 "procedures/other_permit.yaml is not there yet: MSA-P-001 is "
                                 "shown, but not open\n",
                                 line_of(f, catalogue_file, "code: MSA-P-001", "machine:")));
}

static void what_nobody_uses_or_hears_of_is_a_warning(void **state)
{
    struct fixture *f = *state;
    change(f, catalogue_file, "schema", "2026-01-01", "2030-01-01");
    change(f, catalogue_file, "UMB-P-001",
           "      - {id: M-DESIGN, form: electronic, copies: 1, required: true}\n", "");
    change(f, permit_file, "states:", "stages: [site]", "stages: [site, survey]");
    change(f, "templates/messages.yaml", "name: accepted", "event: intake.case_accepted.v1",
           "event: approval.case_resumed.v1");
    kit_add(f, "calendar-aa.yaml", TEXT_LITERAL("nothing"));
    kit_add(f, "procedures/permit.yml", TEXT_LITERAL("nothing"));
    struct text expected = arena_print(
        &f->arena,
        "calendar-aa.yaml:1: warning: is read by nobody: a catalogue is catalogue.yaml, one "
        "calendar*.yaml, procedures/NAME.yaml and templates/messages.yaml\n"
        "procedures/permit.yml:1: warning: is read by nobody: a catalogue is catalogue.yaml, one "
        "calendar*.yaml, procedures/NAME.yaml and templates/messages.yaml\n"
        "catalogue.yaml:%d: effective_from: warning: lies outside the days of calendar-cn.yaml: "
        "every limit would be provisional\n"
        "catalogue.yaml:%d: materials[5]: warning: no item asks for M-DESIGN\n"
        "procedures/permit.yaml:%d: states.site_check.stages[1]: warning: no item with this "
        "procedure has a stage \"survey\"\n"
        "procedures/permit.yaml:%d: transitions[1].then: warning: templates/messages.yaml has no "
        "message for intake.case_accepted.v1: nobody is told\n",
        line_of(f, catalogue_file, "schema", "effective_from"),
        line_of(f, catalogue_file, "\nmaterials", "{id: M-DESIGN"),
        line_of(f, permit_file, "states:", "site_check:"),
        line_of(f, permit_file, "transitions:", "do: accept"));
    assert_warned(f, expected);
}

/* What is as it should be is not warned of. */
static void what_is_in_order_is_no_warning(void **state)
{
    struct fixture *f = *state;
    struct folder folder = sound(f, f->path);
    (void)check_warn(&folder, &f->arena, &f->page);
    const char *warnings = written(f);
    assert_null(strstr(warnings, "is read by nobody"));
    assert_null(strstr(warnings, "effective_from"));
    assert_null(strstr(warnings, "UMB-P-001"));
    assert_null(strstr(warnings, "no item asks for"));
    assert_null(strstr(warnings, "intake.case_accepted.v1"));
}

static void the_shipped_catalogue_is_sound_and_tells_what_it_offers(void **state)
{
    struct fixture *f = *state;
    struct folder folder = sound(f, shipped);
    check_summary(&folder, &f->page);
    assert_non_null(strstr(written(f), "UMB-P-001    open     12 fields, 9 materials, 8 stages, 2 "
                                       "fees: Permit to excavate an urban road\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(every_file_is_checked_whatever_the_others_are_like),
        CASE(a_promise_is_held_against_the_law_day_by_day),
        CASE(hours_must_fit_the_calendar_and_are_told_once),
        CASE(a_catalogue_needs_a_calendar),
        CASE(a_folder_without_catalogue_cannot_be_read),
        CASE(an_item_without_procedure_is_a_warning),
        CASE(what_nobody_uses_or_hears_of_is_a_warning),
        CASE(what_is_in_order_is_no_warning),
        CASE(the_shipped_catalogue_is_sound_and_tells_what_it_offers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
