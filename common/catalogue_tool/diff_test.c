/* Comparing catalogues: a copy of the shipped one with one thing changed, and exactly what is told
 * of it. */
#include "catalogue_tool/diff.h"

#include "catalogue_tool/test_kit.h"

static const char catalogue_file[] = "catalogue.yaml";
static const char permit_file[] = "procedures/permit.yaml";
static const char calendar_file[] = "calendar-cn.yaml";

/* From the shipped folder to the copy, or the other way round. */
static const char *difference(struct fixture *f, bool is_back, size_t expected_count)
{
    struct folder one = sound(f, shipped);
    struct folder other = sound(f, f->path);
    buffer_clear(&f->page);
    size_t count =
        diff_folders(is_back ? &other : &one, is_back ? &one : &other, &f->arena, &f->page);
    const char *page = written(f);
    if (count != expected_count) {
        fail_msg("%zu differences instead of %zu:\n%s", count, expected_count, page);
    }
    return page;
}

static void assert_told(struct fixture *f, size_t count, const char *expected)
{
    assert_string_equal(difference(f, false, count), expected);
}

#define ROAD_ITEM        "  UMB-P-001 Permit to excavate an urban road\n"
#define PERMIT_PROCEDURE "procedure permit (UMB-P-001, MSA-P-001)\n"
#define APPLICANTS       "For applicants and others with a case\n"

static void the_same_catalogue_has_no_differences(void **state)
{
    struct fixture *f = *state;
    assert_told(f, 0, "");
    /* Comments and the order of keys say nothing. */
    change(f, catalogue_file, "\ncurrency", "{code: CNY, minor_unit: fen}",
           "{minor_unit: fen, code: CNY} # yuan");
    assert_told(f, 0, "");
}

static void limits_are_shorter_or_longer(void **state)
{
    struct fixture *f = *state;
    change(f, catalogue_file, "UMB-P-001", "promised: {value: 12", "promised: {value: 13");
    change(f, catalogue_file, "UMB-P-001", "statutory: {value: 45, unit: workday",
           "statutory: {value: 20, unit: workday");
    change(f, catalogue_file, "UMB-P-001", "max: {value: 60", "max: {value: 50");
    change(f, catalogue_file, "UMB-P-001", "excluded: [hearing, ", "excluded: [");
    assert_told(f, 7,
                APPLICANTS ROAD_ITEM
                "    - the limit by law is shorter: 20 working days, was 45 working "
                "days\n"
                "    - the promised limit is longer: 13 working days, was 12 "
                "working days\n"
                "    - no longer stops the clock: Hearing\n"
                "\nFor payers\n" ROAD_ITEM
                "    - the time to pay at most is shorter: 50 working days, was 60 "
                "working days\n"
                "\nFor officers\n  Approver (chief window representative) "
                "(approver)\n  " ROAD_ITEM
                "      - the limit by law is shorter: 20 working days, was 45 "
                "working days\n"
                "      - the promised limit is longer: 13 working days, was 12 "
                "working days\n"
                "      - no longer stops the clock: Hearing\n");
}

/* 45 working days are more than 62 calendar days on some days only, and than 40 on all. */
static void limits_in_other_units_are_compared_day_by_day(void **state)
{
    static const struct {
        const char *limit;
        const char *words;
    } cases[] = {
        {"{value: 40, unit: calendar_day", "is shorter: 40 calendar days, was 45 working days\n"},
        {"{value: 200, unit: calendar_day", "is longer: 200 calendar days, was 45 working days\n"},
        {"{value: 64, unit: calendar_day",
         "is shorter or longer, as the days fall: 64 calendar days, was 45 working days\n"},
    };
    struct fixture *f = *state;
    const char *before = "{value: 45, unit: workday";
    for (size_t i = 0; i < COUNT(cases); i++) {
        change(f, catalogue_file, "      statutory: ", before, cases[i].limit);
        before = cases[i].limit;
        assert_non_null(strstr(difference(f, false, 2), cases[i].words));
    }
}

static void fees_are_higher_or_lower_for_payers(void **state)
{
    struct fixture *f = *state;
    change(f, catalogue_file, "FEE-ROAD-ASPHALT", "amount_fen: 25000", "amount_fen: 30050");
    change(f, catalogue_file, "FEE-ROAD-WALK", "amount_fen: 12000", "amount_fen: 9900");
    change(f, catalogue_file, "FEE-OGI-ITEM", "{up_to: 30, each_fen: 10000}",
           "{up_to: 30, each_fen: 8000}");
    assert_told(
        f, 3,
        "For payers\n" ROAD_ITEM
        "    - the fee \"Restoration fee, asphalt carriageway\" is higher: 300.50 yuan, was "
        "250.00 yuan\n"
        "    - the fee \"Restoration fee, pavement\" is lower: 99.00 yuan, was 120.00 yuan\n"
        "  GOO-D-001 Request for government information\n"
        "    - the fee \"Processing fee by request, step 2\" is lower: 80.00 yuan, was "
        "100.00 yuan\n");
}

static void fees_come_and_go(void **state)
{
    struct fixture *f = *state;
    change(f, catalogue_file, "FEE-ROAD-WALK", "FEE-ROAD-WALK", "FEE-ROAD-STONE");
    assert_told(f, 2,
                "For payers\n" ROAD_ITEM
                "    - no longer charged: Restoration fee, pavement, was 120.00 yuan for each unit "
                "of \"Pavement (square metres)\"\n"
                "    - new fee: Restoration fee, pavement, 120.00 yuan for each unit of \"Pavement "
                "(square metres)\" (城市道路管理条例 37; the standard is set by the province)\n");
}

static void forms_and_materials_concern_applicants(void **state)
{
    struct fixture *f = *state;
    change(f, catalogue_file, "UMB-P-001", "{id: works, type: text, required: true",
           "{id: works, type: text, required: false");
    change(f, catalogue_file, "UMB-P-001", "choices: [water, gas", "choices: [gas");
    change(f, catalogue_file, "UMB-P-001", "max_length: 100,", "max_length: 90,");
    change(f, catalogue_file, "UMB-P-001",
           "{id: M-TRAFFIC, form: electronic, copies: 1, required: true}",
           "{id: M-EVID, form: original, copies: 1, required: false}");
    change(f, catalogue_file, "UMB-P-001", "{id: M-FORM, form: electronic, copies: 1",
           "{id: M-FORM, form: electronic, copies: 2");
    change(f, catalogue_file, "UMB-P-001", "channels: [window, online, post]",
           "channels: [window, kiosk, online]");
    assert_told(f, 8,
                APPLICANTS ROAD_ITEM
                "    - new way to apply: kiosk\n"
                "    - no longer a way to apply: post\n"
                "    - form: road_name.max_length is now 90, was 100\n"
                "    - form: \"Purpose\": choice gone: Water\n"
                "    - form: \"Description of the works\" may be left out now\n"
                "    - material: Application form.copies is now 2, was 1\n"
                "    - no longer asked for: Traffic management plan\n"
                "    - new material: Evidence (original, not required)\n");
}

static void a_field_that_an_officer_fills_in_concerns_that_officer(void **state)
{
    struct fixture *f = *state;
    change(f, catalogue_file, "id: charge_by", "filled_by: disclosure_officer",
           "filled_by: disclosure_head");
    assert_told(f, 1,
                "For officers\n  Head of the disclosure office (disclosure_head)\n"
                "    GOO-D-001 Request for government information\n"
                "      - form: charge_by.filled_by is now disclosure_head, was "
                "disclosure_officer\n");
}

static void stages_concern_those_who_carry_them_out(void **state)
{
    struct fixture *f = *state;
    change(f, catalogue_file, "id: site, names", "roles: [field_checker], limit: {value: 3",
           "roles: [reviewer], limit: {value: 2");
    assert_told(f, 4,
                "For officers\n"
                "  Field checker (field_checker)\n  " ROAD_ITEM
                "      - the limit of the stage \"Site check by two or more officers\" is shorter: "
                "2 working days, was 3 working days\n"
                "      - the stage \"Site check by two or more officers\" is no longer yours\n"
                "  Reviewer (reviewer)\n  " ROAD_ITEM
                "      - the limit of the stage \"Site check by two or more officers\" is shorter: "
                "2 working days, was 3 working days\n"
                "      - the stage \"Site check by two or more officers\" is now yours\n");
}

static void a_stage_more_concerns_applicants_too(void **state)
{
    struct fixture *f = *state;
    change(f, catalogue_file, "      - {id: expert, names", "      - {id: expert, names",
           "      - {id: survey, names: {zh-Hans: 测, zh-Hant: 測, en: Survey}, roles: "
           "[field_checker], limit: {value: 1, unit: workday}, clock: stage, optional: true}\n"
           "      - {id: expert, names");
    assert_told(f, 2,
                APPLICANTS ROAD_ITEM "    - new stage: \"Survey\"\n"
                                     "\nFor officers\n  Field checker (field_checker)\n  " ROAD_ITEM
                                     "      - new stage: \"Survey\"\n");
    assert_string_equal(difference(f, true, 2), APPLICANTS ROAD_ITEM
                        "    - the stage is gone: \"Survey\"\n"
                        "\nFor officers\n  Field checker (field_checker)\n  " ROAD_ITEM
                        "      - the stage is gone: \"Survey\"\n");
}

static void who_decides_is_told_to_all_concerned(void **state)
{
    struct fixture *f = *state;
    change(f, catalogue_file, "UMB-P-001", "authority: {decides: UMB", "authority: {decides: PSB");
    change(f, catalogue_file, "UMB-P-001", "delegated_to_window: true",
           "delegated_to_window: false");
    assert_told(f, 4,
                APPLICANTS ROAD_ITEM
                "    - is now decided by Public Security Bureau, was by Urban "
                "Management Bureau\n"
                "    - the decision is no longer delegated to the window\n"
                "\nFor officers\n  Approver (chief window representative) "
                "(approver)\n  " ROAD_ITEM
                "      - is now decided by Public Security Bureau, was by Urban "
                "Management Bureau\n"
                "      - the decision is no longer delegated to the window\n");
}

static void items_come_and_go(void **state)
{
    struct fixture *f = *state;
    change(f, catalogue_file, "code: MSA-P-001", "code: MSA-P-001", "code: MSA-P-009");
    const char *page = difference(f, false, 12);
    assert_non_null(strstr(page, APPLICANTS "  MSA-P-001 Food business permit\n    - is retired\n"
                                            "  MSA-P-009 Food business permit\n    - is a new "
                                            "item\n"));
    assert_non_null(strstr(page, "  Window clerk (window_clerk)\n"
                                 "    MSA-P-001 Food business permit\n"
                                 "      - is retired with your stage \"Acceptance\"\n"));
    change(f, catalogue_file, "code: MSA-P-009", "code: MSA-P-009", "code: MSA-P-001");
    change(f, catalogue_file, "code: MSA-P-001", "machine: permit", "machine: other_permit");
    page = difference(f, false, 2);
    assert_non_null(strstr(page, "    - is no longer open: its procedure is gone\n"
                                 "    - machine is now other_permit, was permit\n"));
}

static void procedures_are_compared_state_by_state_and_line_by_line(void **state)
{
    struct fixture *f = *state;
    change(f, permit_file, "claim:", "{limit: {value: 4,", "{limit: {value: 8,");
    change(f, permit_file, "transitions:", "do: accept, by: [window_clerk]",
           "do: accept, by: [reviewer]");
    change(f, permit_file, "transitions:", "needs: [ground, reasons], may: [right_agency]",
           "needs: [ground, reasons, right_agency]");
    change(f, permit_file, "  - {from: accepted, when: claim", "  - {from: accepted, when: claim",
           "  - {from: accepted, do: review, by: [approver], to: decision_due, clocks: {stop: "
           "claim}, emits: opinion_given}\n  - {from: accepted, when: claim");
    assert_told(f, 6,
                "For officers\n  Window clerk (window_clerk)\n    " PERMIT_PROCEDURE
                "      - in submitted: accept: window_clerk may no longer do it\n"
                "      - in submitted: refuse_acceptance: must now be given: right_agency\n"
                "      - in submitted: refuse_acceptance: may no longer be given: right_agency\n"
                "  Reviewer (reviewer)\n    " PERMIT_PROCEDURE
                "      - in submitted: accept: reviewer may do it now\n"
                "  Approver (chief window representative) (approver)\n    " PERMIT_PROCEDURE
                "      - in accepted: review is new and leads to decision_due\n"
                "\nFor everybody\n  " PERMIT_PROCEDURE
                "    - the limit of the clock claim is longer: 8 work hours, was 4 work hours\n");
}

static void states_and_clocks_come_and_go(void **state)
{
    struct fixture *f = *state;
    change(f, permit_file, "  in_force:", "  in_force:",
           "  shelved: {names: {zh-Hans: 搁, zh-Hant: 擱, en: Shelved}, owner: approval, end: "
           "true}\n  in_force:");
    change(f, permit_file, "  - {from: accepted, when: claim",
           "to: same, clocks: {stop: claim}, emits: clock_overdue",
           "to: shelved, clocks: {stop: all}, emits: clock_overdue");
    assert_told(f, 3,
                "For everybody\n  " PERMIT_PROCEDURE "    - new state shelved: Shelved\n"
                "    - in accepted: claim over: now leads to shelved, led to same\n"
                "    - in accepted: claim over: clocks.stop is now all, was claim\n");
}

static void days_become_working_days_or_days_off(void **state)
{
    struct fixture *f = *state;
    change(f, calendar_file, "2026:", ", 2026-10-10]", "]");
    change(f, calendar_file, "2026:", "from: 2026-10-01, to: 2026-10-07",
           "from: 2026-10-01, to: 2026-10-06");
    change(f, calendar_file, "schema", "valid_through: 2026-12-31", "valid_through: 2027-12-31");
    struct text calendar = kit_read(f, f->path, calendar_file);
    kit_write(f, calendar_file,
              arena_print(&f->arena,
                          "%.*s  2027:\n    notice: n\n    notice_date: 2026-11-01\n    holidays: "
                          "[]\n    makeup_workdays: []\n    workday_count: 261\n",
                          TEXT_PRINT(calendar)));
    assert_told(f, 4,
                "For everybody\n  calendar\n"
                "    - the year 2027 is new, with 261 working days; until now it was provisional\n"
                "    - 2026-10-07 (Wednesday) becomes a working day: an ordinary working day, was "
                "National Day\n"
                "    - 2026-10-10 (Saturday) becomes a day off: a weekend day, was a weekend day "
                "that works\n"
                "    - valid_through is now 2027-12-31, was 2026-12-31\n");
    assert_non_null(strstr(difference(f, true, 4),
                           "    - the year 2027 is gone and provisional again; it had 261 working "
                           "days\n"
                           "    - 2026-10-07 (Wednesday) becomes a day off: National Day, was an "
                           "ordinary working day\n"));
}

/* What no sentence of its own is made for is told all the same. */
static void whatever_else_differs_is_told_by_its_key(void **state)
{
    static const struct {
        const char *file;
        const char *after;
        const char *old;
        const char *new;
        const char *told;
    } cases[] = {
        {catalogue_file, "UMB-P-001", "complaints_phone: (000) 0000-0900",
         "complaints_phone: (000) 0000-0901",
         "- contact.complaints_phone is now (000) 0000-0901, was (000) 0000-0900\n"},
        {catalogue_file, "UMB-P-001", "redact: [natural_person_id, phone, address]",
         "redact: [phone, address]",
         "- publicity.decision.redact is now [phone, address], was [natural_person_id, phone, "
         "address]\n"},
        {catalogue_file, "UMB-P-001", "articles: [\"30\", \"33\"", "articles: [\"33\"",
         "- legal basis: no longer: "},
        {catalogue_file, "UMB-P-001", "status: verified}\n      promised",
         "status: general}\n      promised",
         "- limits.statutory.status is now general, was verified\n"},
        {catalogue_file, "\nroles", "en: Window clerk", "en: Clerk at the window",
         "- roles[window_clerk].names.en is now Clerk at the window, was Window clerk\n"},
        {catalogue_file, "\nwindows", "serves: [fee]", "serves: [fee, HALL]",
         "- windows[W02].serves is now [fee, HALL], was [fee]\n"},
        {catalogue_file, "\nhours", "\"08:30\", \"12:00\"], [\"13:00\", \"17:30\"",
         "\"08:00\", \"12:00\"], [\"13:00\", \"17:00\"", "- hours.open is now "},
        {"templates/messages.yaml", "name: accepted", "Application accepted: {number}",
         "Accepted: {number}",
         "- messages[accepted].title.en is now Accepted: {number}, was Application accepted: "
         "{number}\n"},
        {permit_file, "procedure", "version: 1", "version: 2", "- version is now 2, was 1\n"},
        {calendar_file, "2026:", "notice_date: 2025-11-04", "notice_date: 2025-11-05",
         "- 2026.notice_date is now 2025-11-05, was 2025-11-04\n"},
        {calendar_file, "2026:", "en: Mid-Autumn Festival", "en: Moon Festival",
         "- 2026-09-25 (Friday) is still no working day: Moon Festival, was Mid-Autumn "
         "Festival\n"},
    };
    struct fixture *f = *state;
    struct folder before = sound(f, shipped);
    for (size_t i = 0; i < COUNT(cases); i++) {
        change(f, cases[i].file, cases[i].after, cases[i].old, cases[i].new);
        struct folder after = sound(f, f->path);
        buffer_clear(&f->page);
        assert_true(diff_folders(&before, &after, &f->arena, &f->page) > 0);
        const char *page = written(f);
        if (strstr(page, cases[i].told) == NULL) {
            fail_msg("\"%s\" is not told in\n%s", cases[i].told, page);
        }
        kit_write(f, cases[i].file, kit_read(f, shipped, cases[i].file));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(the_same_catalogue_has_no_differences),
        CASE(limits_are_shorter_or_longer),
        CASE(limits_in_other_units_are_compared_day_by_day),
        CASE(fees_are_higher_or_lower_for_payers),
        CASE(fees_come_and_go),
        CASE(forms_and_materials_concern_applicants),
        CASE(a_field_that_an_officer_fills_in_concerns_that_officer),
        CASE(stages_concern_those_who_carry_them_out),
        CASE(a_stage_more_concerns_applicants_too),
        CASE(who_decides_is_told_to_all_concerned),
        CASE(items_come_and_go),
        CASE(procedures_are_compared_state_by_state_and_line_by_line),
        CASE(states_and_clocks_come_and_go),
        CASE(days_become_working_days_or_days_off),
        CASE(whatever_else_differs_is_told_by_its_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
