/* The shipped catalogue: it loads, and what it says is found. */
#include "catalogue/test_kit.h"

static const struct catalogue_item *item_of(struct fixture *f, const char *code)
{
    const struct catalogue_item *item = catalogue_item(f->catalogue, text_of(code));
    assert_non_null(item);
    return item;
}

static void assert_text(struct text text, const char *expected)
{
    assert_non_null(text.data);
    assert_int_equal(strlen(expected), text.size);
    assert_memory_equal(text.data, expected, text.size);
}

static void the_shipped_catalogue_is_consistent(void **state)
{
    struct fixture *f = *state;
    const struct catalogue_head *head = &f->catalogue->head;
    assert_int_equal(20, f->catalogue->item_count);
    assert_int_equal(11, head->unit_count);
    assert_int_equal(40, head->role_count);
    assert_int_equal(13, head->charging_unit_count);
    assert_int_equal(2, head->collection_point_count);
    assert_int_equal(5, head->window_count);
    assert_int_equal(1, head->version);
    assert_int_equal(10, head->retention.years);
    assert_int_equal(10, f->catalogue->items[0].retention.years);
    assert_int_equal(date_of(2026, 1, 1).days, head->effective_from.days);
    assert_int_equal(2, head->hours.opening_count);
    assert_int_equal(8 * 60 + 30, head->hours.openings[0].from_minute);
    assert_int_equal(17 * 60 + 30, head->hours.openings[1].to_minute);
    assert_int_equal(19, f->catalogue->procedure_count);
    assert_int_equal(10, f->catalogue->hall_item_count);
}

static void an_item_is_open_when_its_procedure_is_there(void **state)
{
    struct fixture *f = *state;
    const struct catalogue_item *road = item_of(f, "UMB-P-001");
    assert_true(road->open);
    assert_ptr_equal(catalogue_procedure(f->catalogue, TEXT_LITERAL("permit")), road->procedure);
    const struct catalogue_item *motion = item_of(f, "GOO-N-001");
    assert_false(motion->open);
    assert_null(motion->procedure);
    /* A procedure of the hall itself has an item that nobody files. */
    const struct catalogue_item *shift = catalogue_item(f->catalogue, TEXT_LITERAL("shift"));
    assert_false(shift->open);
    assert_text(shift->department->code, "HALL");
    assert_null(catalogue_item(f->catalogue, TEXT_LITERAL("UMB-P-999")));
}

static void the_road_permit_is_read_whole(void **state)
{
    struct fixture *f = *state;
    const struct catalogue_item *road = item_of(f, "UMB-P-001");
    assert_text(road->names.zh_hant, "挖掘城市道路許可");
    assert_text(road->kind, "permit");
    assert_text(road->department->code, "UMB");
    assert_int_equal(1, road->co_departments.count);
    assert_true(road->authority.delegated_to_window);
    assert_text(road->authority.decides->code, "UMB");
    assert_int_equal(2, road->law_count);
    assert_int_equal(5, road->laws[0].articles.count);
    assert_int_equal(3, road->condition_count);
    assert_int_equal(1, road->special_count);
    assert_int_equal(45, road->limits.statutory.limit.value);
    assert_text(road->limits.extension.approver, "government_head");
    assert_int_equal(60, road->limits.payment.max.value);
    assert_int_equal(3, road->limits.excluded.count);
    assert_text(road->contact.window->code, "W01");
    assert_text(road->contact.phone, "(000) 0000-0201");
    assert_text(road->publicity.decision, "true");
    assert_int_equal(7, road->publicity.within.value);
    assert_int_equal(5, road->evaluation.scale);
}

static void stages_know_their_clock_unit_and_staff(void **state)
{
    struct fixture *f = *state;
    const struct catalogue_item *road = item_of(f, "UMB-P-001");
    const struct catalogue_stage *traffic = catalogue_stage(road, TEXT_LITERAL("review-traffic"));
    assert_text(traffic->department->code, "PSB");
    assert_text(traffic->parallel_group, "G1");
    assert_true(traffic->clock->counts);
    assert_int_equal(2, catalogue_stage(road, TEXT_LITERAL("site"))->min_staff);
    assert_int_equal(1, traffic->min_staff);
    assert_text(catalogue_stage(road, TEXT_LITERAL("pay"))->blocks, "issue");
    assert_true(catalogue_stage(road, TEXT_LITERAL("expert"))->optional);
    const struct catalogue_stage *apply =
        catalogue_stage(item_of(f, "FIN-W-001"), TEXT_LITERAL("apply"));
    assert_null(apply->limit.unit.data);
    assert_text(apply->why, "done at once by the system when the waiver is confirmed");
    assert_null(catalogue_stage(road, TEXT_LITERAL("review")));
}

static void fields_know_their_type_and_bounds(void **state)
{
    struct fixture *f = *state;
    const struct catalogue_item *road = item_of(f, "UMB-P-001");
    const struct catalogue_field *area = catalogue_field(road, TEXT_LITERAL("asphalt_m2"));
    assert_int_equal(FORM_FIELD_DECIMAL, area->type);
    assert_int_equal(10000 * DECIMAL_SCALE, area->max.units);
    assert_false(area->personal);
    const struct catalogue_field *name = catalogue_field(road, TEXT_LITERAL("contact_name"));
    assert_true(name->personal);
    assert_int_equal(50, name->max_characters);
    const struct catalogue_field *place = catalogue_field(road, TEXT_LITERAL("location"));
    assert_int_equal(FORM_FIELD_ADDRESS, place->type);
    assert_int_equal(200, place->max_characters);
    const struct catalogue_field *pages =
        catalogue_field(item_of(f, "GOO-D-001"), TEXT_LITERAL("pages"));
    assert_text(pages->filled_by, "disclosure_officer");
}

static void what_only_one_kind_has_is_read(void **state)
{
    struct fixture *f = *state;
    const struct catalogue_particulars *tip_off = &item_of(f, "SUP-J-001")->particulars;
    assert_int_equal(128, tip_off->privacy.anonymous_code_bits);
    assert_int_equal(24, tip_off->privacy.retention.value);
    assert_text(tip_off->privacy.visible_to.items[0], "supervisor");
    assert_int_equal(15, item_of(f, "SUP-J-001")->limits.acknowledge.limit.value);
    assert_int_equal(30, item_of(f, "HALL-A-001")->particulars.slots.length_minutes);
    assert_int_equal(40, item_of(f, "HALL-O-001")->particulars.places.per_session);
    assert_int_equal(14 * 60 + 30, item_of(f, "HALL-Q-001")->particulars.daily_checks[2]);
    assert_int_equal(12, item_of(f, "GOO-D-001")->particulars.reply_kinds.count);
    assert_int_equal(90, item_of(f, "MSA-P-001")->particulars.renewal.apply_from.value);
    assert_true(item_of(f, "HOT-H-001")->particulars.always_open);
    assert_text(item_of(f, "HOT-H-001")->particulars.duty_roster.role, "duty_leader");
    assert_int_equal(35, item_of(f, "EVA-E-001")->particulars.award_cap_percent);
    assert_int_equal(12, item_of(f, "EVA-E-001")->particulars.classes[0].count);
    assert_int_equal(5, item_of(f, "EVA-E-001")->particulars.phase_count);
    assert_int_equal(8, item_of(f, "GOO-B-001")->particulars.subtypes.count);
    assert_int_equal(3, item_of(f, "HALL-V-001")->particulars.session.record_published.value);
    assert_text(item_of(f, "FIN-W-001")->particulars.applies_to.items[0], "PSB-C-001");
    assert_null(item_of(f, "FIN-W-001")->authority.decides);
}

static void codes_are_looked_up_with_what_belongs_to_them(void **state)
{
    struct fixture *f = *state;
    const struct catalogue *c = f->catalogue;
    assert_true(catalogue_unit(c, TEXT_LITERAL("HALL"))->is_body);
    assert_false(catalogue_unit(c, TEXT_LITERAL("UMB"))->is_body);
    assert_text(catalogue_role(c, TEXT_LITERAL("agency_head"))->group, "approver");
    assert_text(catalogue_relation(c, TEXT_LITERAL("asker"))->names.en, "Asker");
    assert_text(catalogue_ground(c, TEXT_LITERAL("permit"), TEXT_LITERAL("RF-SITE"))->use,
                "refusal");
    assert_null(catalogue_ground(c, TEXT_LITERAL("filing"), TEXT_LITERAL("RF-SITE")));
    assert_text(catalogue_material(c, TEXT_LITERAL("M-PLAN"))->from_register->key, "location");
    assert_null(catalogue_material(c, TEXT_LITERAL("M-DESIGN"))->from_register);
    assert_text(catalogue_register(c, TEXT_LITERAL("allowances"))->keeper->code, "FIN");
    assert_text(catalogue_pause_cause(c, TEXT_LITERAL("hearing"))->article, "行政许可法 45");
    assert_text(catalogue_charging_unit(c, TEXT_LITERAL("CU06"))->department->code, "GOO");
    assert_text(catalogue_bank_account(c, TEXT_LITERAL("A"))->code, "A");
    assert_null(catalogue_bank_account(c, TEXT_LITERAL("")));
    assert_text(catalogue_payment_provider(c, TEXT_LITERAL("DEMOPAY"))->signature,
                "standard_webhooks");
    assert_text(catalogue_payment_provider(c, TEXT_LITERAL("DEMOPAY"))->bank_account->code, "A");
    assert_null(catalogue_payment_provider(c, TEXT_LITERAL("OTHERPAY")));
    assert_text(catalogue_window(c, TEXT_LITERAL("W02"))->serves.items[0], "fee");
    assert_int_equal(50, catalogue_waiver(c, TEXT_LITERAL("WV-OTHER"))->max_percent);
    assert_true(catalogue_reply_kind(c, TEXT_LITERAL("partial"))->counsel);
    assert_int_equal(7, catalogue_reply_kind(c, TEXT_LITERAL("partial"))->grounds.count);
}

static void a_choice_has_a_label_wherever_its_code_is_from(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *code;
        const char *label;
    } cases[] = {
        {"gas", "Gas"},
        {"WV-RURAL", "Rural resident in special hardship"},
        {"PSB", "Public Security Bureau"},
        {"W05", "Result delivery window"},
        {"WH-SECRET", "State secret"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct names *names = catalogue_choice_names(f->catalogue, text_of(cases[i].code));
        assert_non_null(names);
        assert_text(names->en, cases[i].label);
    }
    assert_null(catalogue_choice_names(f->catalogue, TEXT_LITERAL("steam")));
}

static void a_material_is_found_with_what_the_item_says_of_it(void **state)
{
    struct fixture *f = *state;
    const struct catalogue_item *card = item_of(f, "PSB-C-001");
    assert_true(catalogue_item_material(card, TEXT_LITERAL("M-PHOTO"))->sensitive);
    assert_null(catalogue_item_material(card, TEXT_LITERAL("M-DESIGN")));
    const struct catalogue_item *tender = item_of(f, "GOO-B-002");
    assert_text(catalogue_item_material(tender, TEXT_LITERAL("M-EVAL"))->stage, "notice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(the_shipped_catalogue_is_consistent),
        CASE(an_item_is_open_when_its_procedure_is_there),
        CASE(the_road_permit_is_read_whole),
        CASE(stages_know_their_clock_unit_and_staff),
        CASE(fields_know_their_type_and_bounds),
        CASE(what_only_one_kind_has_is_read),
        CASE(codes_are_looked_up_with_what_belongs_to_them),
        CASE(a_choice_has_a_label_wherever_its_code_is_from),
        CASE(a_material_is_found_with_what_the_item_says_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
