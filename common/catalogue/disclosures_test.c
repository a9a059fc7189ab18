/* Goal: an item that lacks one of the eight disclosures is told so, whichever it is. */
#include "catalogue/disclosures.h"
#include "catalogue/test_kit.h"

static void every_item_of_the_shipped_catalogue_is_complete(void **state)
{
    const struct fixture *f = *state;
    assert_true(f->catalogue->item_count > 0);
    for (size_t i = 0; i < f->catalogue->item_count; i++) {
        const struct catalogue_item *item = &f->catalogue->items[i];
        const char *lacks = catalogue_undisclosed(item);
        if (lacks != NULL) {
            fail_msg("%.*s lacks %s", TEXT_PRINT(item->code), lacks);
        }
    }
}

static struct catalogue_item item_of(const struct fixture *f)
{
    struct catalogue_item item = *catalogue_item(f->catalogue, TEXT_LITERAL("UMB-P-001"));
    assert_null(catalogue_undisclosed(&item));
    return item;
}

static void each_of_the_eight_is_missed(void **state)
{
    const struct fixture *f = *state;
    struct catalogue_item item = item_of(f);
    item.law_count = 0;
    assert_string_equal("rules with their legal basis", catalogue_undisclosed(&item));
    item = item_of(f);
    item.names.zh_hant = TEXT_LITERAL("");
    assert_string_equal("names", catalogue_undisclosed(&item));
    item = item_of(f);
    item.authority.rule = (struct names){0};
    assert_string_equal("authority", catalogue_undisclosed(&item));
    item = item_of(f);
    item.stage_count = 0;
    assert_string_equal("stages", catalogue_undisclosed(&item));
    item = item_of(f);
    item.material_count = 0;
    item.field_count = 0;
    assert_string_equal("materials", catalogue_undisclosed(&item));
    item = item_of(f);
    item.limits.promised.basis = TEXT_LITERAL("");
    assert_string_equal("limits", catalogue_undisclosed(&item));
    item = item_of(f);
    item.fee_count = 0;
    assert_string_equal("fees with their basis", catalogue_undisclosed(&item));
    item = item_of(f);
    item.contact.complaints_phone = TEXT_LITERAL("ask inside");
    assert_string_equal("contact", catalogue_undisclosed(&item));
}

static void what_is_free_is_stated_with_its_basis(void **state)
{
    const struct fixture *f = *state;
    struct catalogue_fee fee = {.code = TEXT_LITERAL("F-1")};
    struct catalogue_item item = item_of(f);
    item.fees = &fee;
    item.fee_count = 1;
    assert_string_equal("fees with their basis", catalogue_undisclosed(&item));
    fee.basis = TEXT_LITERAL("free by law");
    assert_null(catalogue_undisclosed(&item));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_item_of_the_shipped_catalogue_is_complete, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(each_of_the_eight_is_missed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_free_is_stated_with_its_basis, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
