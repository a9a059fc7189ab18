/* Days of hearings: the notice before them, the time in which they are held. */
#include "matter/hearing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct date day(int month, int day)
{
    return date_of(2026, month, day);
}

static void a_hearing_is_told_seven_days_ahead(void **state)
{
    (void)state;
    struct date today = day(3, 2);
    struct date last = day(3, 30);
    assert_int_equal(HEARING_DAY_TOO_SOON, hearing_day_judge(today, day(3, 1), last));
    assert_int_equal(HEARING_DAY_TOO_SOON, hearing_day_judge(today, day(3, 2), last));
    assert_int_equal(HEARING_DAY_TOO_SOON, hearing_day_judge(today, day(3, 8), last));
    assert_int_equal(HEARING_DAY_SOUND, hearing_day_judge(today, day(3, 9), last));
}

static void a_hearing_is_held_in_its_time(void **state)
{
    (void)state;
    struct date today = day(3, 2);
    assert_int_equal(HEARING_DAY_SOUND, hearing_day_judge(today, day(3, 30), day(3, 30)));
    assert_int_equal(HEARING_DAY_TOO_LATE, hearing_day_judge(today, day(3, 31), day(3, 30)));
    assert_int_equal(HEARING_DAY_SOUND, hearing_day_judge(today, day(3, 9), day(3, 9)));
}

/* It must still be possible to hold it. */
static void a_hearing_that_is_late_anyhow_is_held_to_the_notice_alone(void **state)
{
    (void)state;
    struct date last = day(3, 30);
    assert_int_equal(HEARING_DAY_SOUND, hearing_day_judge(day(3, 23), day(3, 30), last));
    assert_int_equal(HEARING_DAY_TOO_LATE, hearing_day_judge(day(3, 23), day(3, 31), last));
    assert_int_equal(HEARING_DAY_TOO_SOON, hearing_day_judge(day(3, 24), day(3, 30), last));
    assert_int_equal(HEARING_DAY_SOUND, hearing_day_judge(day(3, 24), day(3, 31), last));
    assert_int_equal(HEARING_DAY_SOUND, hearing_day_judge(day(4, 20), day(5, 6), last));
}

static void a_record_names_a_day_from_the_one_told_to_today(void **state)
{
    (void)state;
    assert_false(hearing_was_held(day(3, 16), day(3, 15), day(3, 17)));
    assert_true(hearing_was_held(day(3, 16), day(3, 16), day(3, 17)));
    assert_true(hearing_was_held(day(3, 16), day(3, 17), day(3, 17)));
    assert_false(hearing_was_held(day(3, 16), day(3, 18), day(3, 17)));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hearing_is_told_seven_days_ahead),
        cmocka_unit_test(a_hearing_is_held_in_its_time),
        cmocka_unit_test(a_hearing_that_is_late_anyhow_is_held_to_the_notice_alone),
        cmocka_unit_test(a_record_names_a_day_from_the_one_told_to_today),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
