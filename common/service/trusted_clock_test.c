/* The clock a service goes by, over a wall clock and a boot clock that are moved by hand. */
#include "service/trusted_clock.h"

#include "base/check.h"
#include "base/datetime.h"
#include "base/test_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char run_a[] = "aaaaaaaa-0000-4000-8000-000000000000";
static const char run_b[] = "bbbbbbbb-0000-4000-8000-000000000000";

/* The clocks of the machine; `start_ms` stands for some day. */
static int64_t wall_ms;
static int64_t boot_ms;
static const int64_t start_ms = INT64_C(1800000000000);

static int64_t fake_wall_ms(struct time_source *source)
{
    (void)source;
    return wall_ms;
}

static int64_t fake_boot_ms(struct time_source *source)
{
    (void)source;
    return boot_ms;
}

static void pass(int64_t passed_ms)
{
    wall_ms += passed_ms;
    boot_ms += passed_ms;
}

struct fixture {
    struct test_folder folder;
    char path[80];
    struct trusted_clock clock;
};

/* A process starts. */
static void start(struct fixture *f, const char *boot_id, int64_t last_event_ms)
{
    struct time_source source = {.wall_ms = fake_wall_ms, .boot_ms = fake_boot_ms};
    trusted_clock_init_source(&f->clock, &source);
    trusted_clock_resume(&f->clock, f->folder.path, boot_id, last_event_ms);
}

static void keep(struct fixture *f)
{
    struct reason reason = {""};
    assert_int_equal(ERR_OK, trusted_clock_keep(&f->clock, &reason));
}

static bool has_file(const struct fixture *f)
{
    struct stat status;
    return stat(f->path, &status) == 0;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    CHECK(f != NULL);
    folder_begin(&f->folder);
    (void)snprintf(f->path, sizeof f->path, "%s/clock", f->folder.path);
    wall_ms = start_ms;
    boot_ms = 5000;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    (void)unlink(f->path);
    folder_end(&f->folder);
    free(f);
    return 0;
}

static void a_jump_holds_until_it_is_confirmed_or_comes_back(void **state)
{
    struct fixture *f = *state;
    start(f, run_a, 0);
    wall_ms += 60000;
    assert_int_equal(trusted_clock_now(&f->clock), start_ms + 60000);
    assert_false(trusted_clock_is_held(&f->clock));
    wall_ms += 60001;
    assert_int_equal(trusted_clock_now(&f->clock), start_ms + 60000);
    assert_true(trusted_clock_is_held(&f->clock));
    wall_ms -= 60001;
    pass(10);
    assert_int_equal(trusted_clock_now(&f->clock), start_ms + 60010);
    assert_false(trusted_clock_is_held(&f->clock));
    wall_ms -= MS_PER_HOUR;
    (void)trusted_clock_now(&f->clock);
    assert_true(trusted_clock_is_held(&f->clock));
    trusted_clock_confirm(&f->clock);
    assert_false(trusted_clock_is_held(&f->clock));
    assert_int_equal(trusted_clock_now(&f->clock), start_ms + 60010 - MS_PER_HOUR);
}

static void a_jump_made_while_the_service_was_down_holds(void **state)
{
    struct fixture *f = *state;
    start(f, run_a, 0);
    keep(f);
    pass(10000);
    wall_ms += MS_PER_DAY;
    start(f, run_a, start_ms);
    assert_true(trusted_clock_is_held(&f->clock));
    assert_int_equal(trusted_clock_now(&f->clock), start_ms + 10000);
    trusted_clock_confirm(&f->clock);
    keep(f);
    start(f, run_a, start_ms);
    assert_false(trusted_clock_is_held(&f->clock));
    assert_int_equal(trusted_clock_now(&f->clock), start_ms + 10000 + MS_PER_DAY);
}

static void after_another_boot_the_latest_event_is_what_there_is_to_go_by(void **state)
{
    struct fixture *f = *state;
    start(f, run_a, 0);
    keep(f);
    wall_ms += MS_PER_DAY; /* off for a day */
    boot_ms = 1000;
    start(f, run_b, start_ms);
    assert_false(trusted_clock_is_held(&f->clock));
    assert_int_equal(trusted_clock_now(&f->clock), start_ms + MS_PER_DAY);
    wall_ms = start_ms - 60000;
    start(f, run_b, start_ms);
    assert_false(trusted_clock_is_held(&f->clock));
    wall_ms = start_ms - 60001;
    start(f, run_b, start_ms);
    assert_true(trusted_clock_is_held(&f->clock));
    pass(500);
    assert_int_equal(trusted_clock_now(&f->clock), start_ms + 500);
}

static void a_broken_file_counts_as_none(void **state)
{
    struct fixture *f = *state;
    static const char *const contents[] = {
        "",
        "aaaaaaaa-0000-4000-8000-000000000000",
        "aaaaaaaa-0000-4000-8000-000000000000 ",
        "aaaaaaaa-0000-4000-8000-000000000000 12",
        "aaaaaaaa-0000-4000-8000-000000000000 12x\n",
        "aaaaaaaa-0000-4000-8000-000000000000 -12\n",
        "aaaaaaaa-0000-4000-8000-000000000000 12\n\n",
    };
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        FILE *file = fopen(f->path, "w");
        assert_non_null(file);
        assert_true(fputs(contents[i], file) >= 0);
        assert_int_equal(fclose(file), 0);
        start(f, run_a, start_ms);
        assert_false(trusted_clock_is_held(&f->clock));
    }
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    assert_true(fputs("aaaaaaaa-0000-4000-8000-000000000000 12\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    start(f, run_a, start_ms);
    assert_true(trusted_clock_is_held(&f->clock));
}

static void it_is_written_down_at_the_start_and_seldom_after(void **state)
{
    struct fixture *f = *state;
    start(f, run_a, 0);
    keep(f);
    assert_true(has_file(f));
    assert_int_equal(unlink(f->path), 0);
    pass(120000);
    wall_ms += 1000;
    (void)trusted_clock_now(&f->clock);
    keep(f);
    assert_false(has_file(f)); /* moved by a second, no more */
    wall_ms += 1;
    (void)trusted_clock_now(&f->clock);
    keep(f);
    assert_true(has_file(f));
    assert_int_equal(unlink(f->path), 0);
    wall_ms += 5000;
    pass(59000);
    (void)trusted_clock_now(&f->clock);
    keep(f);
    assert_false(has_file(f)); /* less than a minute ago */
    pass(1000);
    keep(f);
    assert_true(has_file(f));
}

static void a_held_clock_is_not_written_down(void **state)
{
    struct fixture *f = *state;
    start(f, run_a, start_ms + MS_PER_HOUR);
    assert_true(trusted_clock_is_held(&f->clock));
    keep(f);
    assert_false(has_file(f));
    trusted_clock_confirm(&f->clock);
    keep(f);
    assert_true(has_file(f));
}

static void the_machine_names_its_run(void **state)
{
    char boot_id[BOOT_ID_BYTES + 1];
    (void)state;
    boot_id_read(boot_id);
    assert_int_equal(strlen(boot_id), BOOT_ID_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_jump_holds_until_it_is_confirmed_or_comes_back),
        CASE(a_jump_made_while_the_service_was_down_holds),
        CASE(after_another_boot_the_latest_event_is_what_there_is_to_go_by),
        CASE(a_broken_file_counts_as_none),
        CASE(it_is_written_down_at_the_start_and_seldom_after),
        CASE(a_held_clock_is_not_written_down),
        CASE(the_machine_names_its_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
