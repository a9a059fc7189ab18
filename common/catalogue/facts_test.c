/* Materials and fees of the shipped items, for cases as they come. */
#include "catalogue/fees.h"
#include "catalogue/materials.h"
#include "catalogue/test_kit.h"

static struct form_entry choice(const char *name, const char *value)
{
    return (struct form_entry){.name = text_of(name), .kind = FORM_TEXT, .text = text_of(value)};
}

static struct form_entry personal_choice(const char *name, const char *value)
{
    return (struct form_entry){
        .name = text_of(name), .kind = FORM_PERSONAL, .personal = personal_of(text_of(value))};
}

static struct form_entry truth(const char *name, bool value)
{
    return (struct form_entry){.name = text_of(name), .kind = FORM_BOOL, .boolean = value};
}

static struct form_entry number(const char *name, const char *value)
{
    struct form_entry entry = {.name = text_of(name), .kind = FORM_DECIMAL};
    assert_true(decimal_parse(text_of(value), &entry.decimal));
    return entry;
}

#define FORM_OF(...)                                                                               \
    ((struct form){.items = (struct form_entry[]){__VA_ARGS__},                                    \
                   .count = COUNT(((struct form_entry[]){__VA_ARGS__}))})

/* -- materials ------------------------------------------------------------------------------ */

/* The codes of a list, each with `*` when a register is asked for it. */
static struct text codes_of(struct fixture *f, struct catalogue_material_list list)
{
    struct text codes = TEXT_LITERAL("");
    for (size_t i = 0; i < list.count; i++) {
        const struct catalogue_material *material = list.items[i]->material;
        codes = arena_print(&f->arena, "%.*s%.*s%s ", TEXT_PRINT(codes), TEXT_PRINT(material->code),
                            material->from_register == NULL ? "" : "*");
    }
    return codes;
}

static void assert_required(struct fixture *f, const char *code, struct catalogue_facts facts,
                            const char *stage, const char *expected)
{
    const struct catalogue_item *item = catalogue_item(f->catalogue, text_of(code));
    struct text codes =
        codes_of(f, catalogue_required_materials(item, &facts, text_of(stage), &f->arena));
    assert_string_equal(codes.data, expected);
}

static void materials_depend_on_who_applies_and_what_was_filled_in(void **state)
{
    struct form open_road = FORM_OF(truth("closed_road", false));
    struct form closed_road = FORM_OF(truth("closed_road", true));
    assert_required(*state, "UMB-P-001",
                    (struct catalogue_facts){TEXT_LITERAL("natural_person"), false, &open_road},
                    NULL, "M-FORM M-ID* M-PLAN* M-DESIGN M-TRAFFIC M-RESTORE ");
    assert_required(*state, "UMB-P-001",
                    (struct catalogue_facts){TEXT_LITERAL("legal_person"), true, &closed_road},
                    NULL, "M-FORM M-USCC* M-POA M-PLAN* M-GOVOK* M-DESIGN M-TRAFFIC M-RESTORE ");
}

static void a_choice_that_is_personal_is_asked_while_it_is_plain(void **state)
{
    struct form plain = FORM_OF(personal_choice("class", "WV-DIBAO"));
    struct form other = FORM_OF(personal_choice("class", "WV-OTHER"));
    struct catalogue_facts facts = {TEXT_LITERAL("natural_person"), false, &plain};
    assert_required(*state, "FIN-W-001", facts, NULL, "M-FORM M-DIBAO* ");
    facts.form = &other;
    assert_required(*state, "FIN-W-001", facts, NULL, "M-FORM M-HARD ");
    plain.items[0].personal.sealed = true;
    facts.form = &plain;
    assert_required(*state, "FIN-W-001", facts, NULL, "M-FORM ");
}

static void a_material_of_a_later_stage_is_not_asked_on_filing(void **state)
{
    struct form form = {0};
    struct catalogue_facts facts = {TEXT_LITERAL("department"), false, &form};
    assert_required(*state, "GOO-B-002", facts, NULL, "M-TENDER ");
    assert_required(*state, "GOO-B-002", facts, "notice", "M-EVAL ");
    assert_required(*state, "GOO-B-002", facts, "result", "");
}

static void what_is_missing_is_what_the_applicant_owes(void **state)
{
    struct fixture *f = *state;
    struct form form = FORM_OF(truth("closed_road", true));
    struct catalogue_facts facts = {TEXT_LITERAL("legal_person"), true, &form};
    struct text given[] = {TEXT_LITERAL("M-FORM"), TEXT_LITERAL("M-DESIGN"), TEXT_LITERAL("M-ID")};
    struct text_span provided = {given, COUNT(given)};
    const struct catalogue_item *road = catalogue_item(f->catalogue, TEXT_LITERAL("UMB-P-001"));
    struct catalogue_material_list missing =
        catalogue_missing_materials(road, &facts, (struct text){0}, &provided, &f->arena);
    assert_string_equal(codes_of(f, missing).data, "M-POA M-TRAFFIC M-RESTORE ");
}

static void a_material_that_is_welcome_is_never_missing(void **state)
{
    struct form form = {0};
    assert_required(*state, "HALL-T-001",
                    (struct catalogue_facts){TEXT_LITERAL("natural_person"), false, &form}, NULL,
                    "M-FACT ");
}

/* -- fees ----------------------------------------------------------------------------------- */

struct charged {
    enum err err;
    struct catalogue_fee_lines lines;
    struct wire_errors errors;
};

static struct charged charge(struct fixture *f, const struct catalogue_item *item,
                             enum fee_bill_at bill_at, struct form form)
{
    struct charged charged = {0};
    const struct wire_path path = {.name = TEXT_LITERAL("form")};
    struct catalogue_facts facts = {TEXT_LITERAL("natural_person"), false, &form};
    wire_errors_init(&charged.errors, &f->arena);
    charged.err = catalogue_fee_lines(item, bill_at, &facts, &f->arena, &path, &charged.errors,
                                      &charged.lines);
    return charged;
}

static const struct catalogue_item *item_of(struct fixture *f, const char *code)
{
    return catalogue_item(f->catalogue, text_of(code));
}

static void a_road_is_charged_by_the_square_metre(void **state)
{
    struct fixture *f = *state;
    struct charged charged =
        charge(f, item_of(f, "UMB-P-001"), BILL_GRANTED,
               FORM_OF(number("asphalt_m2", "12.5"), number("pavement_m2", "0.3333")));
    assert_int_equal(ERR_OK, charged.err);
    assert_int_equal(2, charged.lines.count);
    const struct catalogue_fee_line *asphalt = &charged.lines.items[0];
    assert_true(text_equal_string(asphalt->fee->code, "FEE-ROAD-ASPHALT"));
    assert_true(text_equal_string(asphalt->fee->payee->code, "CU01"));
    assert_int_equal(125000, asphalt->quantity.units);
    assert_int_equal(25000, asphalt->each_fen);
    assert_int_equal(312500, asphalt->amount_fen);
    assert_int_equal(0, asphalt->part_count);
    /* 0.3333 square metres of 120 yuan: 39.996 yuan, half up to 40.00. */
    assert_int_equal(4000, charged.lines.items[1].amount_fen);
    assert_int_equal(316500, charged.lines.sum_fen);
}

static void a_bill_has_only_the_fees_of_its_moment(void **state)
{
    struct fixture *f = *state;
    struct charged charged = charge(f, item_of(f, "UMB-P-001"), BILL_ACCEPTED, (struct form){0});
    assert_int_equal(ERR_OK, charged.err);
    assert_int_equal(0, charged.lines.count);
    assert_int_equal(0, charged.lines.sum_fen);
}

static void a_fee_of_zero_is_stated(void **state)
{
    struct fixture *f = *state;
    struct charged charged = charge(f, item_of(f, "MSA-P-001"), BILL_GRANTED, (struct form){0});
    assert_int_equal(ERR_OK, charged.err);
    assert_int_equal(1, charged.lines.count);
    assert_int_equal(0, charged.lines.items[0].amount_fen);
    assert_int_equal(DECIMAL_SCALE, charged.lines.items[0].quantity.units);
    assert_null(charged.lines.items[0].fee->payee);
}

/* L57: renewal 20, loss or damage 40, temporary 10 yuan. */
static void an_identity_card_costs_by_reason(void **state)
{
    static const struct {
        const char *reason;
        bool temporary;
        int64_t sum_fen;
    } cases[] = {
        {"expiry", false, 2000},
        {"name_change", true, 3000},
        {"lost", false, 4000},
        {"damaged", true, 5000},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct charged charged = charge(f, item_of(f, "PSB-C-001"), BILL_ACCEPTED,
                                        FORM_OF(choice("reason", cases[i].reason),
                                                truth("temporary_card", cases[i].temporary)));
        assert_int_equal(ERR_OK, charged.err);
        assert_int_equal(cases[i].sum_fen, charged.lines.sum_fen);
    }
}

static int64_t charge_request(struct fixture *f, int ordinal)
{
    struct text text = arena_print(&f->arena, "%d", ordinal);
    struct charged charged = charge(
        f, item_of(f, "GOO-D-001"), BILL_REQUESTED,
        FORM_OF(choice("charge_by", "by_request"), number("requests_this_month", text.data)));
    assert_int_equal(ERR_OK, charged.err);
    assert_int_equal(1, charged.lines.count);
    assert_int_equal(charged.lines.sum_fen, charged.lines.items[0].each_fen);
    return charged.lines.sum_fen;
}

/* L39, by request: what all requests of a month cost together. Each is charged when it comes. */
static void requests_of_a_month_add_up_as_the_notice_says(void **state)
{
    static const struct {
        int requests;
        int64_t yuan;
    } cases[] = {{10, 0}, {11, 100}, {30, 2000}, {31, 2200}, {40, 4000}, {41, 4300}};
    int64_t sum_fen = 0;
    int requests = 0;
    for (size_t i = 0; i < COUNT(cases); i++) {
        while (requests < cases[i].requests) {
            sum_fen += charge_request(*state, ++requests);
        }
        assert_int_equal(cases[i].yuan * 100, sum_fen);
    }
}

/* L39, by page. */
static void pages_of_a_request_add_up_as_the_notice_says(void **state)
{
    static const struct {
        const char *pages;
        int64_t yuan;
        size_t parts;
    } cases[] = {{"30", 0, 1},    {"31", 10, 2},    {"100", 700, 2},
                 {"101", 720, 3}, {"200", 2700, 3}, {"201", 2740, 4}};
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct charged charged =
            charge(f, item_of(f, "GOO-D-001"), BILL_REQUESTED,
                   FORM_OF(choice("charge_by", "by_page"), number("pages", cases[i].pages)));
        assert_int_equal(ERR_OK, charged.err);
        assert_int_equal(1, charged.lines.count);
        assert_int_equal(cases[i].yuan * 100, charged.lines.sum_fen);
        assert_int_equal(cases[i].parts, charged.lines.items[0].part_count);
    }
}

static void steps_are_explained(void **state)
{
    struct fixture *f = *state;
    struct charged charged =
        charge(f, item_of(f, "GOO-D-001"), BILL_REQUESTED,
               FORM_OF(choice("charge_by", "by_page"), number("pages", "120")));
    const struct catalogue_fee_part *last = &charged.lines.items[0].parts[2];
    assert_int_equal(101, last->from_unit);
    assert_int_equal(120, last->to_unit);
    assert_int_equal(2000, last->each_fen);
    assert_int_equal(40000, last->amount_fen);
}

static void neither_scale_applies_when_none_was_chosen(void **state)
{
    struct fixture *f = *state;
    struct charged charged =
        charge(f, item_of(f, "GOO-D-001"), BILL_REQUESTED, FORM_OF(choice("charge_by", "none")));
    assert_int_equal(ERR_OK, charged.err);
    assert_int_equal(0, charged.lines.count);
}

static void a_quantity_that_is_missing_is_told(void **state)
{
    struct fixture *f = *state;
    struct charged charged =
        charge(f, item_of(f, "GOO-D-001"), BILL_REQUESTED, FORM_OF(choice("charge_by", "by_page")));
    assert_int_equal(ERR_INVALID, charged.err);
    assert_int_equal(1, charged.errors.count);
    assert_string_equal(charged.errors.items[0].pointer.data, "/form/pages");
    assert_string_equal(charged.errors.items[0].detail.data,
                        "must be given: the fee FEE-OGI-PAGE is counted by it");
    charged = charge(f, item_of(f, "GOO-D-001"), BILL_REQUESTED,
                     FORM_OF(choice("charge_by", "by_page"), number("pages", "1.5")));
    assert_int_equal(ERR_INVALID, charged.err);
    assert_string_equal(charged.errors.items[0].detail.data,
                        "must be a whole number of 0 or more: the fee FEE-OGI-PAGE is counted by "
                        "it");
}

/* An item with one fee that is counted by `units`, for schedules that no shipped item has. */
static struct charged charge_made_up(struct fixture *f, struct catalogue_fee fee, const char *units)
{
    struct catalogue_field field = {.id = TEXT_LITERAL("units"), .type = FORM_FIELD_INTEGER};
    fee.code = TEXT_LITERAL("FEE-X");
    fee.quantity = &field;
    struct catalogue_item item = {.fees = &fee, .fee_count = 1};
    return charge(f, &item, BILL_ACCEPTED, FORM_OF(number("units", units)));
}

static void a_price_that_rises_within_a_step_is_summed_unit_by_unit(void **state)
{
    static const struct catalogue_fee_step steps[] = {
        {.up_to = 2, .each_fen = 5},
        {.up_to = INT64_MAX, .each_fen = 10, .every = 3, .add_fen = 4},
    };
    const struct catalogue_fee all = {.charge = FEE_ALL, .steps = steps, .step_count = 2};
    /* 2 of 5, then 3 of 10, 3 of 14, 1 of 18. */
    struct charged charged = charge_made_up(*state, all, "9");
    assert_int_equal(ERR_OK, charged.err);
    assert_int_equal(10 + 30 + 42 + 18, charged.lines.sum_fen);
    assert_int_equal(2, charged.lines.items[0].part_count);
    assert_int_equal(10, charged.lines.items[0].parts[1].each_fen);
    assert_int_equal(18, charged.lines.items[0].parts[1].last_each_fen);
    const struct catalogue_fee last = {.charge = FEE_LAST, .steps = steps, .step_count = 2};
    charged = charge_made_up(*state, last, "9");
    assert_int_equal(18, charged.lines.sum_fen);
    assert_int_equal(1, charged.lines.items[0].part_count);
    assert_int_equal(9, charged.lines.items[0].parts[0].from_unit);
    charged = charge_made_up(*state, last, "0");
    assert_int_equal(0, charged.lines.sum_fen);
    assert_int_equal(0, charged.lines.items[0].part_count);
}

static void sums_beyond_what_the_hall_handles_are_refused(void **state)
{
    static const struct catalogue_fee_step steep[] = {
        {.up_to = INT64_MAX, .each_fen = INT64_C(1000000000000000), .every = 1, .add_fen = 1}};
    const struct catalogue_fee each = {.amount_fen = INT64_C(1000000000000000)};
    const struct catalogue_fee all = {.charge = FEE_ALL, .steps = steep, .step_count = 1};
    assert_int_equal(ERR_OK, charge_made_up(*state, each, "1").err);
    assert_int_equal(ERR_TOO_LARGE, charge_made_up(*state, each, "2").err);
    assert_int_equal(ERR_TOO_LARGE, charge_made_up(*state, each, "100000000000").err);
    assert_int_equal(ERR_OK, charge_made_up(*state, all, "1").err);
    assert_int_equal(ERR_TOO_LARGE, charge_made_up(*state, all, "100000000000").err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(materials_depend_on_who_applies_and_what_was_filled_in),
        CASE(a_choice_that_is_personal_is_asked_while_it_is_plain),
        CASE(a_material_of_a_later_stage_is_not_asked_on_filing),
        CASE(what_is_missing_is_what_the_applicant_owes),
        CASE(a_material_that_is_welcome_is_never_missing),
        CASE(a_road_is_charged_by_the_square_metre),
        CASE(a_bill_has_only_the_fees_of_its_moment),
        CASE(a_fee_of_zero_is_stated),
        CASE(an_identity_card_costs_by_reason),
        CASE(requests_of_a_month_add_up_as_the_notice_says),
        CASE(pages_of_a_request_add_up_as_the_notice_says),
        CASE(steps_are_explained),
        CASE(neither_scale_applies_when_none_was_chosen),
        CASE(a_quantity_that_is_missing_is_told),
        CASE(a_price_that_rises_within_a_step_is_summed_unit_by_unit),
        CASE(sums_beyond_what_the_hall_handles_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
