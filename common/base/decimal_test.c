/* Quantities with four places, and what they cost. */
#include "base/decimal.h"
#include "base/test_kit.h"

static void quantities_are_read_exactly_and_written_shortest(void **state)
{
    (void)state;
    static const struct {
        const char *read;
        int64_t units;
        const char *written;
    } vectors[] = {
        {"0", 0, "0"},
        {"-0", 0, "0"},
        {"1", 10000, "1"},
        {"12.5", 125000, "12.5"},
        {"0.0001", 1, "0.0001"},
        {"-0.0001", -1, "-0.0001"},
        {"-12.3400", -123400, "-12.34"},
        {"007.50", 75000, "7.5"},
        {"100000000000", DECIMAL_MAX, "100000000000"},
        {"-100000000000.0000", -DECIMAL_MAX, "-100000000000"},
        {"99999999999.9999", DECIMAL_MAX - 1, "99999999999.9999"},
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct decimal decimal = {.units = 99};
        char text[DECIMAL_TEXT_BYTES];
        assert_true(decimal_parse(text_of(vectors[i].read), &decimal));
        assert_true(decimal.units == vectors[i].units);
        decimal_format(decimal, text);
        assert_string_equal(text, vectors[i].written);
    }
    assert_true(decimal_equal(decimal_of(-3), (struct decimal){-30000}));
    assert_false(decimal_equal(decimal_of(3), (struct decimal){30001}));
}

static void anything_else_is_refused(void **state)
{
    (void)state;
    static const struct text bad[] = {
        TEXT_LITERAL(""),
        TEXT_LITERAL("-"),
        TEXT_LITERAL("+1"),
        TEXT_LITERAL(".5"),
        TEXT_LITERAL("1."),
        TEXT_LITERAL("1.00001"),
        TEXT_LITERAL("1.2.3"),
        TEXT_LITERAL("1e3"),
        TEXT_LITERAL(" 1"),
        TEXT_LITERAL("1 "),
        TEXT_LITERAL("1,5"),
        TEXT_LITERAL("--1"),
        TEXT_LITERAL("0x10"),
        TEXT_LITERAL("1\0"),
        TEXT_LITERAL("NaN"),
        TEXT_LITERAL("100000000000.0001"),
        TEXT_LITERAL("100000000001"),
        TEXT_LITERAL("0000000000001"),
        TEXT_LITERAL("99999999999999999999"),
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct decimal decimal = {.units = 99};
        if (decimal_parse(bad[i], &decimal) || decimal.units != 99) {
            fail_msg("%s", bad[i].data);
        }
    }
}

static void a_price_is_rounded_once_half_a_fen_up(void **state)
{
    (void)state;
    static const struct {
        int64_t units;
        int64_t each_fen;
        int64_t fen;
    } vectors[] = {
        {125000, 25000, 312500}, /* 12.5 m2 at 250.00 */
        {5000, 1, 1},            /* half a fen */
        {4999, 1, 0},            /* less */
        {15000, 3, 5},           /* 4.5 */
        {1, 5000, 1},            /* 0.0001 at 50.00: half a fen */
        {1, 4999, 0},
        {3333, 3, 1}, /* 0.9999 */
        {0, 25000, 0},
        {125000, 0, 0},
        {-5000, 1, -1}, /* what is given back is rounded like what was taken */
        {-4999, 1, 0},
        {5000, -1, -1},
        {-15000, -3, 5},
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        int64_t fen = 99;
        assert_true(
            decimal_times_fen((struct decimal){vectors[i].units}, vectors[i].each_fen, &fen));
        assert_true(fen == vectors[i].fen);
    }
}

static void a_price_that_does_not_fit_is_told(void **state)
{
    (void)state;
    int64_t fen = 99;
    struct decimal most = {.units = DECIMAL_MAX};
    assert_true(decimal_times_fen(most, 92233720, &fen));
    assert_true(fen == INT64_C(9223372000000000000));
    fen = 99;
    assert_false(decimal_times_fen(most, 92233721, &fen));
    assert_false(decimal_times_fen(most, -92233721, &fen));
    assert_false(decimal_times_fen(most, INT64_MIN, &fen));
    assert_true(fen == 99);
    assert_true(decimal_times_fen((struct decimal){DECIMAL_SCALE}, INT64_MAX, &fen));
    assert_true(fen == INT64_MAX);
    assert_true(decimal_times_fen((struct decimal){DECIMAL_SCALE}, INT64_MIN, &fen));
    assert_true(fen == INT64_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantities_are_read_exactly_and_written_shortest),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(a_price_is_rounded_once_half_a_fen_up),
        cmocka_unit_test(a_price_that_does_not_fit_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
