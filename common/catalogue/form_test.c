/* Forms as people send them, against the fields of the shipped items. */
#include "catalogue/form.h"
#include "catalogue/test_kit.h"

#include "wire/declare.h"
#include "wire/json.h"

/* A filing with nothing but a form, so that forms come from JSON as they do in the hall. */
/* clang-format off */
#define TEST_FILING(F, S) F(S, form, FORM(64), OPTIONAL, "what was asked")
#define TEST_VOCABULARY(M) M(COMMAND, test_filing, TEST_FILING, "test.filing", "A filing.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(test_vocabulary, TEST_VOCABULARY)
WIRE_DEFINE_VOCABULARY(test_vocabulary, TEST_VOCABULARY)

static const char road_form[] =
    "{\"form\": {\"works\": \"埋管\", \"location\": \"中山路1號\", \"road_name\": \"中山路\","
    " \"purpose\": \"gas\", \"asphalt_m2\": 12.5, \"pavement_m2\": \"0.0001\","
    " \"from\": \"2026-03-02\", \"to\": \"2026-03-20\", \"closed_road\": false,"
    " \"emergency\": true, \"contact_name\": \"王芳\", \"contact_phone\": \"139\"}}";

struct outcome {
    bool good;
    struct form form;
    struct text errors; /* "pointer: detail" a line */
};

static const struct form_filer who_files = {.occasion = FORM_FILED};

static struct outcome checked(struct fixture *f, const char *code, const struct form_filer *filer,
                              const char *json_text)
{
    struct wire_errors errors;
    struct test_filing filing;
    json_t *json = NULL;
    wire_errors_init(&errors, &f->arena);
    assert_int_equal(ERR_OK, wire_parse_json(text_of(json_text), &json, &errors));
    assert_int_equal(ERR_OK,
                     wire_from_json(&test_filing_message, json, &f->arena, &filing, &errors));
    json_decref(json);
    const struct catalogue_item *item = catalogue_item(f->catalogue, text_of(code));
    const struct wire_path path = {.name = TEXT_LITERAL("form")};
    struct outcome outcome = {.errors = TEXT_LITERAL("")};
    outcome.good = catalogue_check_form(item, filer, &filing.form, &f->arena, &path, &errors);
    outcome.form = filing.form;
    for (size_t i = 0; i < errors.count; i++) {
        outcome.errors =
            arena_print(&f->arena, "%.*s%.*s: %.*s\n", TEXT_PRINT(outcome.errors),
                        TEXT_PRINT(errors.items[i].pointer), TEXT_PRINT(errors.items[i].detail));
    }
    return outcome;
}

/* The road form with `old` replaced by `new`, and the errors that come of it. */
static void assert_refused(struct fixture *f, const char *old, const char *new,
                           const char *expected)
{
    const char *place = strstr(road_form, old);
    assert_non_null(place);
    struct text json = arena_print(&f->arena, "%.*s%s%s", (int)(place - road_form), road_form, new,
                                   place + strlen(old));
    struct outcome outcome = checked(f, "UMB-P-001", &who_files, json.data);
    assert_string_equal(outcome.errors.data, expected);
    assert_false(outcome.good);
}

static void a_good_form_is_kept_in_the_order_of_the_fields(void **state)
{
    static const char *const names[] = {
        "location", "road_name",   "purpose",   "asphalt_m2", "pavement_m2",  "from",
        "to",       "closed_road", "emergency", "works",      "contact_name", "contact_phone",
    };
    struct outcome outcome = checked(*state, "UMB-P-001", &who_files, road_form);
    assert_string_equal(outcome.errors.data, "");
    assert_true(outcome.good);
    assert_int_equal(COUNT(names), outcome.form.count);
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_true(text_equal_string(outcome.form.items[i].name, names[i]));
    }
}

static void public_values_become_public_and_personal_ones_stay_personal(void **state)
{
    struct outcome outcome = checked(*state, "UMB-P-001", &who_files, road_form);
    const struct form_entry *items = outcome.form.items;
    assert_int_equal(FORM_TEXT, items[0].kind);
    assert_true(text_equal_string(items[0].text, "中山路1號"));
    assert_int_equal(FORM_TEXT, items[2].kind);
    assert_int_equal(FORM_DECIMAL, items[3].kind);
    assert_int_equal(125000, items[3].decimal.units);
    assert_int_equal(FORM_DECIMAL, items[4].kind);
    assert_int_equal(1, items[4].decimal.units);
    assert_int_equal(FORM_TEXT, items[5].kind);
    assert_int_equal(FORM_BOOL, items[8].kind);
    assert_true(items[8].boolean);
    assert_int_equal(FORM_PERSONAL, items[10].kind);
    assert_false(items[10].personal.sealed);
    assert_true(text_equal_string(personal_text(items[10].personal), "王芳"));
}

static void personal_values_that_are_no_text_become_text_to_be_sealed(void **state)
{
    struct outcome waiver = checked(*state, "FIN-W-001", &who_files,
                                    "{\"form\": {\"bill_number\": \"B1\", \"class\": \"WV-RURAL\","
                                    " \"household_size\": 4, \"statement\": \"x\"}}");
    assert_string_equal(waiver.errors.data, "");
    assert_int_equal(FORM_PERSONAL, waiver.form.items[1].kind);
    assert_true(text_equal_string(personal_text(waiver.form.items[1].personal), "WV-RURAL"));
    assert_int_equal(FORM_PERSONAL, waiver.form.items[2].kind);
    assert_true(text_equal_string(personal_text(waiver.form.items[2].personal), "4"));
    struct outcome tip_off = checked(*state, "SUP-J-001", &who_files,
                                     "{\"form\": {\"class\": \"bypass\", \"subject\": \"s\","
                                     " \"happened_on\": \"2026-02-28\", \"facts\": \"f\","
                                     " \"wants_feedback\": true}}");
    assert_string_equal(tip_off.errors.data, "");
    assert_int_equal(FORM_PERSONAL, tip_off.form.items[2].kind);
}

static void every_wrong_field_is_told_at_once_without_its_value(void **state)
{
    struct outcome outcome =
        checked(*state, "UMB-P-001", &who_files,
                "{\"form\": {\"location\": 5, \"purpose\": \"steam\", \"asphalt_m2\": 10001,"
                " \"from\": \"2026-02-30\", \"closed_road\": \"no\", \"colour\": \"red\"}}");
    assert_false(outcome.good);
    assert_string_equal(
        outcome.errors.data,
        "/form/colour: is not a field of this item's form\n"
        "/form/location: must be text\n"
        "/form/road_name: must be given\n"
        "/form/purpose: must be one of water, gas, power, telecom, heating, drainage, other\n"
        "/form/asphalt_m2: must be between 0 and 10000\n"
        "/form/pavement_m2: must be given\n"
        "/form/from: must be a date such as 2026-02-28\n"
        "/form/to: must be given\n"
        "/form/closed_road: must be true or false\n"
        "/form/emergency: must be given\n"
        "/form/works: must be given\n"
        "/form/contact_name: must be given\n"
        "/form/contact_phone: must be given\n");
    /* What was filed is still as it came. */
    assert_int_equal(6, outcome.form.count);
}

static void each_type_has_its_own_refusal(void **state)
{
    assert_refused(*state, "\"asphalt_m2\": 12.5", "\"asphalt_m2\": \"much\"",
                   "/form/asphalt_m2: must be a number of at most four places\n");
    assert_refused(*state, "\"asphalt_m2\": 12.5", "\"asphalt_m2\": true",
                   "/form/asphalt_m2: must be a number of at most four places\n");
    assert_refused(*state, "\"asphalt_m2\": 12.5", "\"asphalt_m2\": -0.0001",
                   "/form/asphalt_m2: must be between 0 and 10000\n");
    assert_refused(*state, "\"contact_phone\": \"139\"",
                   "\"contact_phone\": \"123456789012345678901\"",
                   "/form/contact_phone: must have at most 20 characters\n");
    assert_refused(*state, "\"contact_phone\": \"139\"", "\"contact_phone\": \"\"",
                   "/form/contact_phone: must be given\n");
    assert_refused(*state, "\"emergency\": true", "\"emergency\": 1",
                   "/form/emergency: must be true or false\n");
    assert_refused(*state, "\"purpose\": \"gas\"", "\"purpose\": true",
                   "/form/purpose: must be one of water, gas, power, telecom, heating, drainage, "
                   "other\n");
}

static void a_number_of_people_is_whole_and_within_its_bounds(void **state)
{
    static const struct {
        const char *people;
        const char *errors;
    } cases[] = {
        {"1", ""},
        {"5", ""},
        {"6", "/form/people: must be between 1 and 5\n"},
        {"0", "/form/people: must be between 1 and 5\n"},
        {"1.5", "/form/people: must be a whole number\n"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct text json = arena_print(&f->arena,
                                       "{\"form\": {\"date\": \"2026-05-01\", \"session\": "
                                       "\"morning\", \"people\": %s, \"phone\": \"1\"}}",
                                       cases[i].people);
        assert_string_equal(checked(f, "HALL-O-001", &who_files, json.data).errors.data,
                            cases[i].errors);
    }
}

static void a_budget_may_reach_its_bound_and_not_pass_it(void **state)
{
    static const struct {
        const char *json;
        const char *errors;
    } cases[] = {
        {"{\"form\": {\"budget_fen\": 100000000000}}", ""},
        {"{\"form\": {\"budget_fen\": \"100000000000.0001\"}}",
         "/form/budget_fen: must be a whole number\n"},
        {"{\"form\": {\"budget_fen\": -1}}",
         "/form/budget_fen: must be between 0 and 100000000000\n"},
    };
    const struct form_filer later = {.occasion = FORM_AMENDED};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct outcome outcome = checked(*state, "GOO-B-002", &later, cases[i].json);
        assert_string_equal(outcome.errors.data, cases[i].errors);
    }
}

static void a_field_of_the_staff_is_refused_from_who_files_and_taken_from_the_role(void **state)
{
    static const char form[] =
        "{\"form\": {\"reason\": \"expiry\", \"temporary_card\": false,"
        " \"registered_address\": \"a\", \"remote_area\": true, \"contact_phone\": \"1\"}}";
    struct outcome outcome = checked(*state, "PSB-C-001", &who_files, form);
    assert_string_equal(outcome.errors.data,
                        "/form/remote_area: is filled in by the role window_clerk: leave it out\n");
    const struct form_filer clerk = {.role = TEXT_LITERAL("window_clerk")};
    outcome = checked(*state, "PSB-C-001", &clerk, form);
    assert_true(outcome.good);
    assert_int_equal(5, outcome.form.count);
    assert_int_equal(FORM_BOOL, outcome.form.items[3].kind);
}

static void what_is_filled_in_later_comes_alone(void **state)
{
    const struct form_filer officer = {FORM_AMENDED, TEXT_LITERAL("disclosure_officer")};
    struct outcome outcome = checked(*state, "GOO-D-001", &officer,
                                     "{\"form\": {\"charge_by\": \"by_page\", \"pages\": 31}}");
    assert_string_equal(outcome.errors.data, "");
    assert_int_equal(2, outcome.form.count);
    assert_true(text_equal_string(outcome.form.items[0].text, "by_page"));
}

static void an_optional_empty_text_is_as_if_left_out(void **state)
{
    struct outcome outcome =
        checked(*state, "MSA-R-001", &who_files,
                "{\"form\": {\"premises_name\": \"n\", \"premises_address\": \"a\","
                " \"sales_mode\": \"shop\", \"website\": \"\", \"contact_name\": \"c\","
                " \"contact_phone\": \"1\"}}");
    assert_true(outcome.good);
    assert_int_equal(5, outcome.form.count);
    assert_null(form_find(&outcome.form, TEXT_LITERAL("website")));
}

/* Entries that JSON cannot bring, as part of a consultation. */
static void assert_entries_refused(struct fixture *f, struct form form, const char *detail)
{
    struct wire_errors errors;
    const struct form_filer later = {.occasion = FORM_AMENDED};
    wire_errors_init(&errors, &f->arena);
    assert_false(catalogue_check_form(catalogue_item(f->catalogue, TEXT_LITERAL("HALL-Q-001")),
                                      &later, &form, &f->arena, NULL, &errors));
    assert_int_equal(1, errors.count);
    assert_string_equal(errors.items[0].pointer.data, "/item_code");
    assert_string_equal(errors.items[0].detail.data, detail);
}

static void a_name_that_stands_twice_is_refused(void **state)
{
    struct form_entry entries[] = {
        {.name = TEXT_LITERAL("item_code"), .kind = FORM_PERSONAL},
        {.name = TEXT_LITERAL("item_code"), .kind = FORM_PERSONAL},
    };
    assert_entries_refused(*state, (struct form){.items = entries, .count = 2}, "stands twice");
}

static void a_sealed_value_is_no_answer(void **state)
{
    struct form_entry entry = {.name = TEXT_LITERAL("item_code"), .kind = FORM_PERSONAL};
    entry.personal = (struct personal){bytes_of("sealed", 6), true};
    assert_entries_refused(*state, (struct form){.items = &entry, .count = 1}, "must be text");
}

static void a_zero_byte_is_no_text(void **state)
{
    struct form_entry entry = {.name = TEXT_LITERAL("item_code"), .kind = FORM_PERSONAL};
    entry.personal = personal_of((struct text){"1\0"
                                               "9",
                                               3});
    assert_entries_refused(*state, (struct form){.items = &entry, .count = 1},
                           "must be valid UTF-8 text without zero bytes");
}

static void only_listed_kinds_of_applicants_may_file(void **state)
{
    struct fixture *f = *state;
    const struct catalogue_item *road = catalogue_item(f->catalogue, TEXT_LITERAL("UMB-P-001"));
    assert_true(catalogue_applicant_allowed(road, TEXT_LITERAL("natural_person")));
    assert_false(catalogue_applicant_allowed(road, TEXT_LITERAL("sole_trader")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_good_form_is_kept_in_the_order_of_the_fields),
        CASE(public_values_become_public_and_personal_ones_stay_personal),
        CASE(personal_values_that_are_no_text_become_text_to_be_sealed),
        CASE(every_wrong_field_is_told_at_once_without_its_value),
        CASE(each_type_has_its_own_refusal),
        CASE(a_number_of_people_is_whole_and_within_its_bounds),
        CASE(a_budget_may_reach_its_bound_and_not_pass_it),
        CASE(a_field_of_the_staff_is_refused_from_who_files_and_taken_from_the_role),
        CASE(what_is_filled_in_later_comes_alone),
        CASE(an_optional_empty_text_is_as_if_left_out),
        CASE(a_name_that_stands_twice_is_refused),
        CASE(a_sealed_value_is_no_answer),
        CASE(a_zero_byte_is_no_text),
        CASE(only_listed_kinds_of_applicants_may_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
