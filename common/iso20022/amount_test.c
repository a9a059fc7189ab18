/* Amounts: every bound of the standard and of the count in fen. */
#include "base/test_kit.h"
#include "iso20022/amount.h"

static void amounts_are_read_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t fen;
    } vectors[] = {
        {"0", 0},
        {"0.00", 0},
        {"1", 100},
        {"1.5", 150},
        {"1.50", 150},
        {"1.50000", 150},
        {"0.01", 1},
        {"007.50", 750},
        {"9999999999999999.99", 999999999999999999},
        {"92233720368547758.0", 9223372036854775800},
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        int64_t fen = -1;
        const char *trouble = amount_read(text_of(vectors[i].text), &fen);
        if (trouble != NULL || fen != vectors[i].fen) {
            fail_msg("%s: %s", vectors[i].text, trouble == NULL ? "wrong" : trouble);
        }
    }
}

static void anything_else_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *trouble;
    } vectors[] = {
        {"", "is no amount: digits, perhaps a point and more digits"},
        {".", "is no amount: digits, perhaps a point and more digits"},
        {".5", "is no amount: digits, perhaps a point and more digits"},
        {"5.", "is no amount: digits, perhaps a point and more digits"},
        {"1.2.3", "is no amount: digits, perhaps a point and more digits"},
        {"1,50", "is no amount: digits, perhaps a point and more digits"},
        {"1e3", "is no amount: digits, perhaps a point and more digits"},
        {"NaN", "is no amount: digits, perhaps a point and more digits"},
        {"1 000", "is no amount: digits, perhaps a point and more digits"},
        {"-1.00", "carries a sign: credit or debit is told beside it"},
        {"+1.00", "carries a sign: credit or debit is told beside it"},
        {"-0", "carries a sign: credit or debit is told beside it"},
        {"1.001", "has a part of a fen"},
        {"0.00001", "has a part of a fen"},
        {"1.000000", "has more than 5 decimals"},
        {"1234567890123456789", "has more than 18 digits"},
        {"1234567890123456.789", "has more than 18 digits"},
        {"92233720368547758.07", "has more than 18 digits"},
        {"92233720368547759", "is larger than can be counted in fen"},
        {"999999999999999999", "is larger than can be counted in fen"},
        {"99999999999999999999999999999999999999", "has more than 18 digits"},
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        int64_t fen = -1;
        const char *trouble = amount_read(text_of(vectors[i].text), &fen);
        assert_non_null(trouble);
        assert_string_equal(trouble, vectors[i].trouble);
        assert_true(fen == -1);
    }
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    static const int64_t amounts[] = {0, 1, 9, 10, 99, 100, 12345, 999999999999999999};
    for (size_t i = 0; i < COUNT(amounts); i++) {
        char text[AMOUNT_TEXT_BYTES];
        int64_t fen = -1;
        amount_format(amounts[i], text);
        assert_null(amount_read(text_of(text), &fen));
        assert_true(fen == amounts[i]);
    }
    char text[AMOUNT_TEXT_BYTES];
    amount_format(5, text);
    assert_string_equal(text, "0.05");
    assert_check_fails(amount_format(-1, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_read_exactly),
        cmocka_unit_test(anything_else_is_refused_with_its_reason),
        cmocka_unit_test(what_is_written_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
