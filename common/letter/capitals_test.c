#include "letter/capitals.h"

#include "base/test_kit.h"

static const struct {
    int64_t fen;
    const char *words;
} sums[] = {
    {0, "零元整"},
    {1, "壹分"},
    {10, "壹角整"},
    {11, "壹角壹分"},
    {100, "壹元整"},
    {101, "壹元零壹分"},
    {110, "壹元壹角整"},
    {123, "壹元贰角叁分"},
    {1000, "壹拾元整"},
    {1005, "壹拾元零伍分"},
    {10500, "壹佰零伍元整"},
    {11000, "壹佰壹拾元整"},
    {100100, "壹仟零壹元整"},
    {101000, "壹仟零壹拾元整"},
    {360500, "叁仟陆佰零伍元整"},
    {1000000, "壹万元整"},
    {1000100, "壹万零壹元整"},
    {1010000, "壹万零壹佰元整"},
    {1100000, "壹万壹仟元整"},
    {10100000, "壹拾万零壹仟元整"},
    {10500050, "壹拾万零伍仟元伍角整"},
    {140950, "壹仟肆佰零玖元伍角整"},
    {600714, "陆仟零柒元壹角肆分"},
    {168032, "壹仟陆佰捌拾元叁角贰分"},
    {32504, "叁佰贰拾伍元零肆分"},
    {10000000000, "壹亿元整"},
    {10000000100, "壹亿零壹元整"},
    {10001000000, "壹亿零壹万元整"},
    {1234567890123, "壹佰贰拾叁亿肆仟伍佰陆拾柒万捌仟玖佰零壹元贰角叁分"},
    {100000000000000, "壹万亿元整"},
    {100010000000000, "壹万亿零壹亿元整"},
    {CAPITALS_FEN_MAX,
     "玖仟玖佰玖拾玖万亿玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"},
    {-360500, "负叁仟陆佰零伍元整"},
};

static void sums_are_written_as_the_rules_on_bills_ask(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < COUNT(sums); i++) {
        assert_text(money_capitals(&arena, sums[i].fen), sums[i].words);
    }
    arena_free(&arena);
}

/* -- read back, by another way ----------------------------------------------------------------- */

static int64_t digit_of(struct text *rest)
{
    static const char *const names = "零壹贰叁肆伍陆柒捌玖";
    for (int64_t i = 0; i < 10; i++) {
        if (rest->size >= 3 && memcmp(rest->data, names + 3 * i, 3) == 0) {
            *rest = text_after(*rest, 3);
            return i;
        }
    }
    return -1;
}

static bool word_take(struct text *rest, const char *word)
{
    bool is_here = text_starts_with(*rest, word);
    if (is_here) {
        *rest = text_after(*rest, strlen(word));
    }
    return is_here;
}

/* Adds up digits and units from left to right. */
static int64_t fen_of(struct text words)
{
    int64_t sum = 0;
    int64_t group = 0;
    int64_t digit = 0;
    while (words.size > 0) {
        int64_t found = digit_of(&words);
        if (found >= 0) {
            digit = found;
        } else if (word_take(&words, "仟")) {
            group += digit * 1000, digit = 0;
        } else if (word_take(&words, "佰")) {
            group += digit * 100, digit = 0;
        } else if (word_take(&words, "拾")) {
            group += digit * 10, digit = 0;
        } else if (word_take(&words, "万亿")) {
            sum += (group + digit) * 100000000000000, group = digit = 0;
        } else if (word_take(&words, "亿")) {
            sum += (group + digit) * 10000000000, group = digit = 0;
        } else if (word_take(&words, "万")) {
            sum += (group + digit) * 1000000, group = digit = 0;
        } else if (word_take(&words, "元")) {
            sum += (group + digit) * 100, group = digit = 0;
        } else if (word_take(&words, "角")) {
            sum += digit * 10, digit = 0;
        } else if (word_take(&words, "分")) {
            sum += digit, digit = 0;
        } else {
            assert_true(word_take(&words, "整"));
        }
    }
    return sum;
}

static void every_sum_reads_back_as_itself(void **state)
{
    struct arena arena;
    int64_t step = 1;
    (void)state;
    arena_init(&arena);
    for (int64_t fen = 1; fen < CAPITALS_FEN_MAX - step; fen += step) {
        struct text words = money_capitals(&arena, fen);
        assert_int_equal(fen_of(words), fen);
        assert_null(strstr(words.data, "零零"));
        step = fen < 300000 ? 7 : fen / 1009;
        if (fen % 64 == 0) {
            arena_reset(&arena);
        }
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_written_as_the_rules_on_bills_ask),
        cmocka_unit_test(every_sum_reads_back_as_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
