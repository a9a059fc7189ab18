/* Collection points of the shipped catalogue: what they take, and when they are open. */
#include "catalogue/points.h"

#include "catalogue/test_kit.h"

static const struct catalogue_collection_point *point_of(struct fixture *f, const char *code)
{
    const struct catalogue_collection_point *point =
        catalogue_collection_point(f->catalogue, text_of(code));
    assert_non_null(point);
    return point;
}

static bool is_open(const struct catalogue_collection_point *point, const char *day)
{
    struct date date;
    assert_true(date_parse(text_of(day), &date));
    return catalogue_point_is_open(point, date);
}

static void a_point_takes_for_its_units_and_items_alone(void **state)
{
    const struct catalogue_collection_point *police = point_of(*state, "CP01");
    const struct catalogue_collection_point *vehicles = point_of(*state, "CP02");
    assert_true(catalogue_point_takes(police, TEXT_LITERAL("CU02"), TEXT_LITERAL("cash")));
    assert_false(catalogue_point_takes(police, TEXT_LITERAL("CU02"), TEXT_LITERAL("transfer")));
    assert_false(catalogue_point_takes(police, TEXT_LITERAL("CU03"), TEXT_LITERAL("cash")));
    assert_true(catalogue_point_takes(vehicles, TEXT_LITERAL("CU03"), TEXT_LITERAL("transfer")));
    assert_true(catalogue_point_has_item(police, TEXT_LITERAL("PSB-C-001")));
    assert_false(catalogue_point_has_item(police, TEXT_LITERAL("UMB-P-001")));
    assert_true(catalogue_point_has_item(vehicles, TEXT_LITERAL("UMB-P-001")));
    assert_string_equal("B", police->deposits_to->code.data);
    assert_string_equal("CU03", vehicles->unit->code.data);
    assert_null(
        catalogue_collection_point(((struct fixture *)*state)->catalogue, TEXT_LITERAL("CP03")));
}

static void a_point_is_open_on_its_days_and_not_when_a_notice_closed_it(void **state)
{
    const struct catalogue_collection_point *police = point_of(*state, "CP01");
    const struct catalogue_collection_point *vehicles = point_of(*state, "CP02");
    assert_false(is_open(police, "2025-12-31")); /* not there yet */
    assert_true(is_open(police, "2026-01-01"));
    assert_true(is_open(police, "2026-03-02")); /* a Monday */
    assert_false(is_open(vehicles, "2026-03-02"));
    assert_true(is_open(vehicles, "2026-03-03"));  /* a Tuesday */
    assert_false(is_open(vehicles, "2026-03-05")); /* a Thursday, closed */
    assert_true(is_open(vehicles, "2026-03-12"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_point_takes_for_its_units_and_items_alone),
        TEST(a_point_is_open_on_its_days_and_not_when_a_notice_closed_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
