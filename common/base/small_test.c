/* The small parts: errors and reasons, hashes, names, time sources. */
#include "base/hash.h"
#include "base/names.h"
#include "base/test_kit.h"
#include "base/time_source.h"

#include <errno.h>
#include <time.h>

static void every_error_has_a_sentence(void **state)
{
    (void)state;
    assert_string_equal(err_text(ERR_OK), "no error");
    assert_string_equal(err_text(ERR_FULL), "there is no room left");
    assert_string_equal(err_text(ERR_CLOSED), "it has been shut down");
    assert_string_equal(err_text((enum err)(ERR_CLOSED + 1)), "unknown error");
}

static void the_systems_errors_become_ours(void **state)
{
    (void)state;
    static const struct {
        int error_number;
        enum err err;
    } cases[] = {
        {0, ERR_OK},
        {ENOENT, ERR_NOT_FOUND},
        {EEXIST, ERR_EXISTS},
        {EACCES, ERR_DENIED},
        {EPERM, ERR_DENIED},
        {EROFS, ERR_READ_ONLY},
        {EBUSY, ERR_BUSY},
        {EAGAIN, ERR_BUSY},
        {ENOSPC, ERR_FULL},
        {EDQUOT, ERR_FULL},
        {EINVAL, ERR_INVALID},
        {EFBIG, ERR_TOO_LARGE},
        {E2BIG, ERR_TOO_LARGE},
        {ETIMEDOUT, ERR_TIMEOUT},
        {EIO, ERR_IO},
        {EBADF, ERR_IO},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(cases[i].err, err_from_errno(cases[i].error_number));
    }
}

static void a_reason_is_built_from_the_inside_out(void **state)
{
    (void)state;
    struct reason reason = {""};
    assert_int_equal(ERR_INVALID, reason_set(&reason, ERR_INVALID, "port %d is out of range", 0));
    reason_prefix(&reason, "%s line %d", "hall.conf", 7);
    assert_string_equal(reason.text, "hall.conf line 7: port 0 is out of range");
    assert_int_equal(ERR_IO, reason_set(NULL, ERR_IO, "nobody asks"));
    reason_prefix(NULL, "nobody asks");
}

static void a_reason_too_long_is_cut(void **state)
{
    (void)state;
    struct reason reason = {""};
    (void)reason_set(&reason, ERR_INVALID, "%0600d", 1);
    assert_int_equal(sizeof reason.text - 1, strlen(reason.text));
    reason_prefix(&reason, "first");
    assert_int_equal(sizeof reason.text - 1, strlen(reason.text));
    assert_memory_equal(reason.text, "first: 000", 10);
}

static void a_hash_of_zeros_is_none(void **state)
{
    (void)state;
    struct hash hash = {0};
    assert_true(hash_is_none(&hash));
    hash.bytes[31] = 1;
    assert_false(hash_is_none(&hash));
    assert_true(hash_equal(&hash, &hash));
    assert_false(hash_equal(&hash, &(struct hash){0}));
}

static void a_name_is_told_in_the_language_asked_for(void **state)
{
    (void)state;
    struct names names = {TEXT_LITERAL("许可"), TEXT_LITERAL("許可"), TEXT_LITERAL("permit")};
    assert_text(names_in(&names, NAME_ZH_HANS), "许可");
    assert_text(names_in(&names, NAME_ZH_HANT), "許可");
    assert_text(names_in(&names, NAME_EN), "permit");
    /* As messages number them. */
    assert_text(names_in(&names, (enum name_language)1), "许可");
    assert_text(names_in(&names, (enum name_language)NAME_LANGUAGES), "permit");
    assert_check_fails((void)names_in(&names, (enum name_language)0));
}

static void a_virtual_clock_moves_forward_only(void **state)
{
    (void)state;
    struct time_source source;
    time_source_init_virtual(&source, 1000);
    assert_int_equal(1000, source.wall_ms(&source));
    time_source_move(&source, 5000);
    assert_int_equal(5000, source.wall_ms(&source));
    time_source_move(&source, 4000);
    assert_int_equal(5000, source.wall_ms(&source));
}

static void the_systems_clocks_are_read_in_milliseconds(void **state)
{
    (void)state;
    struct time_source source;
    time_source_init_system(&source);
    int64_t before_ms = (int64_t)time(NULL) * 1000;
    assert_true(source.wall_ms(&source) >= before_ms);
    assert_true(source.wall_ms(&source) < before_ms + 3600000);
    int64_t boot_ms = source.boot_ms(&source);
    assert_true(source.boot_ms(&source) >= boot_ms);
    int64_t ns = monotonic_ns();
    assert_true(monotonic_ns() >= ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_a_sentence),
        cmocka_unit_test(the_systems_errors_become_ours),
        cmocka_unit_test(a_reason_is_built_from_the_inside_out),
        cmocka_unit_test(a_reason_too_long_is_cut),
        cmocka_unit_test(a_hash_of_zeros_is_none),
        cmocka_unit_test(a_name_is_told_in_the_language_asked_for),
        cmocka_unit_test(a_virtual_clock_moves_forward_only),
        cmocka_unit_test(the_systems_clocks_are_read_in_milliseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
