/* Derivations as a citizen reads them, word by word. */
#include "clock/test_kit.h"
#include "wire/validate.h"

static const struct text no_basis = {0};

static struct clock started(struct fixture *f, const char *start, int64_t value,
                            enum limit_unit unit, const char *basis)
{
    struct clock_rule rule = {.name = TEXT_LITERAL("main"),
                              .kind = CLOCK_KIND_STATUTORY,
                              .value = value,
                              .unit = unit,
                              .basis = text_of(basis)};
    struct clock clock = {0};
    assert_int_equal(ERR_OK, clock_start(&rule, at(f, start), &f->context, &f->arena, &clock));
    return clock;
}

static struct clock_derivation_list explained(struct fixture *f, const struct clock *clock,
                                              enum name_language language)
{
    struct clock_derivation_list list = {0};
    assert_int_equal(ERR_OK, clock_explain(clock, &f->context, language, &f->arena, &list));
    for (size_t i = 0; i < list.count; i++) {
        assert_true(wire_validate(&clock_derivation_message, &list.items[i], NULL, NULL));
    }
    return list;
}

/* The sentences, a line each. */
static void assert_explained(struct fixture *f, const struct clock *clock,
                             enum name_language language, const char *expected)
{
    struct clock_derivation_list list = explained(f, clock, language);
    struct text text = TEXT_LITERAL("");
    for (size_t i = 0; i < list.count; i++) {
        text =
            arena_print(&f->arena, "%.*s%.*s\n", TEXT_PRINT(text), TEXT_PRINT(list.items[i].text));
    }
    assert_string_equal(text.data, expected);
}

static void assert_step(const struct clock_derivation *step, enum derivation_kind kind,
                        const char *from, const char *to, int64_t days)
{
    char text[DATE_TEXT_BYTES + 1];
    assert_int_equal(step->kind, kind);
    date_format(step->from, text);
    assert_string_equal(text, from);
    date_format(step->to, text);
    assert_string_equal(text, to);
    assert_int_equal(step->days, days);
}

static void working_days_are_explained_in_three_languages(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-09-18", 20, LIMIT_WORKDAY, "行政许可法 42(1)");
    assert_explained(
        f, &clock, NAME_EN,
        "Started on 18 Sep 2026; that day is not counted. The limit is 20 working days "
        "(行政许可法 42(1)).\n"
        "20 Sep 2026 is a Sunday that works in exchange for a holiday: counted.\n"
        "Mid-Autumn Festival, 25 Sep 2026 to 27 Sep 2026: 1 weekday not counted.\n"
        "National Day, 1 Oct 2026 to 7 Oct 2026: 5 weekdays not counted.\n"
        "10 Oct 2026 is a Saturday that works in exchange for a holiday: counted.\n"
        "Counting 20 working days from the day after 18 Sep 2026, weekends and holidays left out, "
        "leads to 22 Oct 2026.\n"
        "The limit ends on 22 Oct 2026, 24:00.\n");
    assert_explained(f, &clock, NAME_ZH_HANS,
                     "2026年9月18日起算，当日不计入；期限为20个工作日（行政许可法 42(1)）。\n"
                     "2026年9月20日（星期日）调休上班，计入。\n"
                     "中秋节：2026年9月25日至2026年9月27日放假，除周末外1天不计入。\n"
                     "国庆节：2026年10月1日至2026年10月7日放假，除周末外5天不计入。\n"
                     "2026年10月10日（星期六）调休上班，计入。\n"
                     "自2026年9月18日次日起数20个工作日，至2026年10月22日；周末和节假日不计入。\n"
                     "期限于2026年10月22日24:00届满。\n");
    assert_explained(f, &clock, NAME_ZH_HANT,
                     "2026年9月18日起算，當日不計入；期限為20個工作日（行政许可法 42(1)）。\n"
                     "2026年9月20日（星期日）調休上班，計入。\n"
                     "中秋節：2026年9月25日至2026年9月27日放假，除週末外1天不計入。\n"
                     "國慶節：2026年10月1日至2026年10月7日放假，除週末外5天不計入。\n"
                     "2026年10月10日（星期六）調休上班，計入。\n"
                     "自2026年9月18日次日起數20個工作日，至2026年10月22日；週末和節假日不計入。\n"
                     "期限於2026年10月22日24:00屆滿。\n");
}

static void a_step_of_a_derivation_says_its_days(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-09-18", 20, LIMIT_WORKDAY, "L09");
    struct clock_derivation_list list = explained(f, &clock, NAME_EN);
    assert_int_equal(list.count, 7);
    assert_step(&list.items[0], DERIVED_START, "2026-09-18", "2026-09-18", 0);
    assert_true(text_equal_string(list.items[0].basis, "L09"));
    assert_step(&list.items[1], DERIVED_MAKE_UP, "2026-09-20", "2026-09-20", 1);
    assert_step(&list.items[2], DERIVED_HOLIDAY, "2026-09-25", "2026-09-27", 1);
    assert_step(&list.items[3], DERIVED_HOLIDAY, "2026-10-01", "2026-10-07", 5);
    assert_step(&list.items[4], DERIVED_MAKE_UP, "2026-10-10", "2026-10-10", 1);
    assert_step(&list.items[5], DERIVED_COUNT, "2026-09-18", "2026-10-22", 20);
    assert_step(&list.items[6], DERIVED_RESULT, "2026-10-22", "2026-10-22", 0);
}

static void pauses_and_extensions_say_what_they_add(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-03-02", 20, LIMIT_WORKDAY, NULL);
    struct clock_extension extension = {10, LIMIT_WORKDAY, TEXT_LITERAL("head of the agency")};
    assert_int_equal(ERR_OK, clock_pause(&clock, at(f, "2026-03-09"), TEXT_LITERAL("L13"),
                                         &f->context, &f->arena, &clock));
    assert_explained(
        f, &clock, NAME_EN,
        "Started on 2 Mar 2026; that day is not counted. The limit is 20 working "
        "days.\n"
        "Paused since 9 Mar 2026 (L13): the days after it are added when the clock "
        "resumes.\n"
        "Counting 20 working days from the day after 2 Mar 2026, weekends and holidays "
        "left out, leads to 30 Mar 2026.\n"
        "While it is paused it is not due; without this pause it would end on 30 Mar "
        "2026, 24:00.\n");
    assert_int_equal(ERR_OK, clock_resume(&clock, at(f, "2026-03-20"), no_basis, &f->context,
                                          &f->arena, &clock));
    assert_int_equal(ERR_OK, clock_extend(&clock, at(f, "2026-04-01"), &extension, &f->context,
                                          &f->arena, &clock));
    assert_int_equal(
        ERR_OK, clock_stop(&clock, at(f, "2026-04-02"), no_basis, &f->context, &f->arena, &clock));
    assert_explained(
        f, &clock, NAME_EN,
        "Started on 2 Mar 2026; that day is not counted. The limit is 20 working "
        "days.\n"
        "Paused from 9 Mar 2026 to 20 Mar 2026 (L13), which adds 9 working days.\n"
        "Extended on 1 Apr 2026 by 10 working days (head of the agency): 30 working "
        "days in all.\n"
        "Qingming Festival, 4 Apr 2026 to 6 Apr 2026: 1 weekday not counted.\n"
        "Counting 39 working days from the day after 2 Mar 2026, weekends and holidays "
        "left out, leads to 27 Apr 2026.\n"
        "Stopped on 2 Apr 2026.\n"
        "The limit ends on 27 Apr 2026, 24:00.\n");
}

static void a_restart_says_that_nothing_before_counts(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-09-18", 20, LIMIT_WORKDAY, "OGI 33");
    assert_int_equal(
        ERR_OK, clock_pause(&clock, at(f, "2026-09-24"), no_basis, &f->context, &f->arena, &clock));
    assert_int_equal(ERR_OK, clock_restart(&clock, at(f, "2026-10-12"), TEXT_LITERAL("OGI 30"),
                                           &f->context, &f->arena, &clock));
    assert_explained(
        f, &clock, NAME_EN,
        "Started on 18 Sep 2026; that day is not counted. The limit is 20 working days "
        "(OGI 33).\n"
        "Restarted on 12 Oct 2026 (OGI 30): nothing before it counts, and the whole "
        "limit of 20 working days runs again.\n"
        "Counting 20 working days from the day after 12 Oct 2026, weekends and "
        "holidays left out, leads to 9 Nov 2026.\n"
        "The limit ends on 9 Nov 2026, 24:00.\n");
}

static void a_move_off_a_day_of_rest_names_it(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2025-12-20", 60, LIMIT_CALENDAR_DAY, NULL);
    assert_explained(f, &clock, NAME_EN,
                     "Started on 20 Dec 2025; that day is not counted. The limit is 60 calendar "
                     "days.\n"
                     "Counting 60 calendar days from the day after 20 Dec 2025 leads to 18 Feb "
                     "2026.\n"
                     "18 Feb 2026 is no working day (Spring Festival); the limit ends on the next "
                     "one, 24 Feb 2026.\n"
                     "The limit ends on 24 Feb 2026, 24:00.\n");
    struct clock_derivation_list list = explained(f, &clock, NAME_EN);
    assert_step(&list.items[2], DERIVED_MOVED, "2026-02-18", "2026-02-24", 6);
}

static void an_extension_in_another_unit_is_explained_from_the_due_day(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-03-02", 1, LIMIT_MONTH, NULL);
    struct clock_extension extension = {.value = 1, .unit = LIMIT_WORKDAY};
    assert_int_equal(
        ERR_OK, clock_pause(&clock, at(f, "2026-03-03"), no_basis, &f->context, &f->arena, &clock));
    assert_int_equal(ERR_OK, clock_resume(&clock, at(f, "2026-03-04"), no_basis, &f->context,
                                          &f->arena, &clock));
    assert_int_equal(ERR_OK, clock_extend(&clock, at(f, "2026-03-05"), &extension, &f->context,
                                          &f->arena, &clock));
    assert_explained(f, &clock, NAME_EN,
                     "Started on 2 Mar 2026; that day is not counted. The limit is 1 month.\n"
                     "Paused from 3 Mar 2026 to 4 Mar 2026, which adds 1 calendar day.\n"
                     "Counting 1 month and 1 calendar day from the day after 2 Mar 2026 leads to 3 "
                     "Apr 2026.\n"
                     "Extended by 1 working day, counted on from 3 Apr 2026, when it was due "
                     "before.\n"
                     "Qingming Festival, 4 Apr 2026 to 6 Apr 2026: 1 weekday not counted.\n"
                     "Counting 1 working day from the day after 3 Apr 2026, weekends and holidays "
                     "left out, leads to 7 Apr 2026.\n"
                     "The limit ends on 7 Apr 2026, 24:00.\n");
}

static void hours_are_explained_with_the_opening_they_count_from(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-10-03 03:00", 4, LIMIT_WORK_HOUR, NULL);
    assert_explained(f, &clock, NAME_EN,
                     "Started on 3 Oct 2026, 03:00. The limit is 4 work hours, counted while the "
                     "hall is open on working days (08:30-12:00, 13:00-17:30).\n"
                     "The hall was closed then; time counts from the next opening, 8 Oct 2026, "
                     "08:30.\n"
                     "National Day, 3 Oct 2026 to 7 Oct 2026: 3 weekdays not counted.\n"
                     "The limit ends on 8 Oct 2026, 13:30.\n");
    clock = started(f, "2026-10-03 22:00", 1, LIMIT_HOUR, NULL);
    assert_int_equal(ERR_OK, clock_pause(&clock, at(f, "2026-10-03 22:10"), no_basis, &f->context,
                                         &f->arena, &clock));
    assert_int_equal(ERR_OK, clock_resume(&clock, at(f, "2026-10-03 23:10"), no_basis, &f->context,
                                          &f->arena, &clock));
    assert_explained(f, &clock, NAME_EN,
                     "Started on 3 Oct 2026, 22:00. The limit is 1 hour, counted day and night.\n"
                     "Paused from 3 Oct 2026, 22:10 to 3 Oct 2026, 23:10, which adds 1 hour.\n"
                     "The limit ends on 3 Oct 2026, 24:00.\n");
}

static void a_provisional_day_names_the_days_no_notice_covers(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2026-12-07", 20, LIMIT_WORKDAY, NULL);
    assert_explained(
        f, &clock, NAME_EN,
        "Started on 7 Dec 2026; that day is not counted. The limit is 20 working "
        "days.\n"
        "New Year's Day, 1 Jan 2027: not counted.\n"
        "Counting 20 working days from the day after 7 Dec 2026, weekends and holidays "
        "left out, leads to 5 Jan 2027.\n"
        "No holiday notice covers 1 Jan 2027 to 5 Jan 2027: only weekends and "
        "statutory days with a fixed date are left out, and the due day is "
        "provisional.\n"
        "The limit ends on 5 Jan 2027, 24:00.\n");
    clock = started(f, "2023-12-29", 1, LIMIT_WORKDAY, NULL);
    struct clock_derivation_list list = explained(f, &clock, NAME_EN);
    assert_step(&list.items[list.count - 2], DERIVED_PROVISIONAL, "2023-12-29", "2023-12-31", 0);
}

static void a_named_day_is_explained_as_named(void **state)
{
    struct fixture *f = *state;
    struct clock_rule rule = {
        .name = TEXT_LITERAL("told"), .kind = CLOCK_KIND_EXCLUDED, .basis = TEXT_LITERAL("L13")};
    struct clock clock = {0};
    assert_int_equal(ERR_OK, clock_start_until(&rule, at(f, "2026-09-18"), date_of(2026, 10, 4),
                                               &f->context, &f->arena, &clock));
    assert_explained(f, &clock, NAME_EN,
                     "Started on 18 Sep 2026. It runs until the end of a day that was named: 4 Oct "
                     "2026 (L13).\n"
                     "The limit ends on 4 Oct 2026, 24:00.\n");
}

static void a_derivation_of_many_years_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct clock clock = started(f, "2024-01-02", CLOCK_LIMIT_MAX, LIMIT_WORKDAY, NULL);
    struct clock_derivation_list list = explained(f, &clock, NAME_ZH_HANS);
    assert_int_equal(list.count, 1 + 120 + 1 + 3);
    assert_int_equal(list.items[121].kind, DERIVED_OMITTED);
    assert_true(list.count <= CLOCK_DERIVATIONS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(working_days_are_explained_in_three_languages),
        CASE(a_step_of_a_derivation_says_its_days),
        CASE(pauses_and_extensions_say_what_they_add),
        CASE(a_restart_says_that_nothing_before_counts),
        CASE(a_move_off_a_day_of_rest_names_it),
        CASE(an_extension_in_another_unit_is_explained_from_the_due_day),
        CASE(hours_are_explained_with_the_opening_they_count_from),
        CASE(a_provisional_day_names_the_days_no_notice_covers),
        CASE(a_named_day_is_explained_as_named),
        CASE(a_derivation_of_many_years_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
