/* Views of text and bytes, and which bytes are UTF-8. */
#include "base/bytes.h"
#include "base/test_kit.h"

static void texts_are_equal_by_their_bytes(void **state)
{
    (void)state;
    assert_true(text_equal(TEXT_LITERAL("fee"), text_of("fee")));
    assert_false(text_equal(TEXT_LITERAL("fee"), TEXT_LITERAL("feed")));
    assert_false(text_equal(TEXT_LITERAL("fee"), TEXT_LITERAL("foe")));
    assert_true(text_equal_string(TEXT_LITERAL("fee"), "fee"));
    assert_true(text_equal((struct text){0}, TEXT_LITERAL("")));
    assert_true(text_is_empty(text_of(NULL)));
    assert_null(text_of(NULL).data);
    assert_true(bytes_equal(bytes_of("a\0b", 3), bytes_of("a\0b", 3)));
    assert_false(bytes_equal(bytes_of("a\0b", 3), bytes_of("a\0c", 3)));
}

static void texts_are_ordered_by_bytes_the_shorter_first(void **state)
{
    (void)state;
    assert_true(text_compare(TEXT_LITERAL("a"), TEXT_LITERAL("b")) < 0);
    assert_true(text_compare(TEXT_LITERAL("b"), TEXT_LITERAL("a")) > 0);
    assert_true(text_compare(TEXT_LITERAL("a"), TEXT_LITERAL("aa")) < 0);
    assert_true(text_compare(TEXT_LITERAL("aa"), TEXT_LITERAL("a")) > 0);
    assert_true(text_compare(TEXT_LITERAL("z"), TEXT_LITERAL("\xC3\xA9")) < 0);
    assert_int_equal(0, text_compare((struct text){0}, TEXT_LITERAL("")));
}

static void a_text_is_split_at_the_first_separator(void **state)
{
    (void)state;
    struct text rest = TEXT_LITERAL("a,b,,c");
    assert_text(text_split(rest, ',', &rest), "a");
    assert_text(text_split(rest, ',', &rest), "b");
    assert_text(text_split(rest, ',', &rest), "");
    assert_text(text_split(rest, ',', &rest), "c");
    assert_null(rest.data);
    assert_text(text_split(TEXT_LITERAL("a,"), ',', &rest), "a");
    assert_non_null(rest.data);
    assert_int_equal(0, rest.size);
    assert_null(text_split((struct text){0}, ',', &rest).data);
}

static void prefixes_are_known_and_taken_off(void **state)
{
    (void)state;
    assert_true(text_starts_with(TEXT_LITERAL("field.outcome"), "field."));
    assert_false(text_starts_with(TEXT_LITERAL("field"), "field."));
    assert_text(text_after(TEXT_LITERAL("field.outcome"), 6), "outcome");
    assert_text(text_after(TEXT_LITERAL("field."), 6), "");
    assert_text(text_after(TEXT_LITERAL("field"), 6), "");
}

static void integers_go_in_network_order(void **state)
{
    (void)state;
    uint8_t bytes[8];
    write_be64(bytes, UINT64_C(0x0102030405060708));
    assert_memory_equal(bytes, "\1\2\3\4\5\6\7\10", 8);
    assert_true(read_be64(bytes) == UINT64_C(0x0102030405060708));
    write_be32(bytes, 0xFFFEFDFC);
    assert_memory_equal(bytes, "\xFF\xFE\xFD\xFC", 4);
    assert_int_equal(0xFFFEFDFC, read_be32(bytes));
    write_be16(bytes, 0xABCD);
    assert_memory_equal(bytes, "\xAB\xCD", 2);
    assert_int_equal(0xABCD, read_be16(bytes));
    write_be64(bytes, UINT64_MAX);
    assert_true(read_be64(bytes) == UINT64_MAX);
}

/* -- UTF-8 ------------------------------------------------------------------------------------ */

/* The encoding of RFC 3629, section 3, written out. */
static size_t encode(uint32_t code, uint8_t bytes[4])
{
    if (code < 0x80) {
        bytes[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        bytes[0] = (uint8_t)(0xC0 | code >> 6);
        bytes[1] = (uint8_t)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        bytes[0] = (uint8_t)(0xE0 | code >> 12);
        bytes[1] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
        bytes[2] = (uint8_t)(0x80 | (code & 0x3F));
        return 3;
    }
    bytes[0] = (uint8_t)(0xF0 | code >> 18);
    bytes[1] = (uint8_t)(0x80 | (code >> 12 & 0x3F));
    bytes[2] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
    bytes[3] = (uint8_t)(0x80 | (code & 0x3F));
    return 4;
}

static void every_character_but_zero_and_the_surrogates_counts_as_one(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        uint8_t bytes[4];
        size_t count = 99;
        struct text text = bytes_text(bytes_of(bytes, encode(code, bytes)));
        bool expected = code != 0 && (code < 0xD800 || code > 0xDFFF);
        if (utf8_count(text, &count) != expected || (expected && count != 1)) {
            fail_msg("U+%04X", code);
        }
    }
}

/* Table 3-7 of the Unicode Standard: what may stand behind a first byte. */
static bool well_begun(unsigned first, unsigned second)
{
    static const struct {
        unsigned first_from, first_to, second_from, second_to;
    } table[] = {
        {0xC2, 0xDF, 0x80, 0xBF}, {0xE0, 0xE0, 0xA0, 0xBF}, {0xE1, 0xEC, 0x80, 0xBF},
        {0xED, 0xED, 0x80, 0x9F}, {0xEE, 0xEF, 0x80, 0xBF}, {0xF0, 0xF0, 0x90, 0xBF},
        {0xF1, 0xF3, 0x80, 0xBF}, {0xF4, 0xF4, 0x80, 0x8F},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        if (first >= table[i].first_from && first <= table[i].first_to &&
            second >= table[i].second_from && second <= table[i].second_to) {
            return true;
        }
    }
    return false;
}

static void overlong_forms_surrogates_and_what_lies_beyond_unicode_are_refused(void **state)
{
    (void)state;
    for (unsigned first = 0x80; first <= 0xFF; first++) {
        size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        for (unsigned second = 0; second <= 0xFF; second++) {
            const uint8_t bytes[4] = {(uint8_t)first, (uint8_t)second, 0x80, 0xBF};
            size_t count = 0;
            if (utf8_count(bytes_text(bytes_of(bytes, size)), &count) !=
                well_begun(first, second)) {
                fail_msg("%02X %02X", first, second);
            }
        }
    }
}

static void malformed_text_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct text text;
    } cases[] = {
        {"a zero byte", TEXT_LITERAL("a\0b")},
        {"a continuation alone", TEXT_LITERAL("a\x80")},
        {"two continuations behind a two-byte lead", TEXT_LITERAL("\xC3\xA9\xA9")},
        {"an overlong slash", TEXT_LITERAL("\xC0\xAF")},
        {"an overlong zero", TEXT_LITERAL("\xC0\x80")},
        {"an overlong slash of three bytes", TEXT_LITERAL("\xE0\x80\xAF")},
        {"an overlong slash of four bytes", TEXT_LITERAL("\xF0\x80\x80\xAF")},
        {"a high surrogate", TEXT_LITERAL("\xED\xA0\x80")},
        {"a pair of surrogates", TEXT_LITERAL("\xED\xA0\xBD\xED\xB8\x80")},
        {"U+110000", TEXT_LITERAL("\xF4\x90\x80\x80")},
        {"a lead of five bytes", TEXT_LITERAL("\xF8\x88\x80\x80\x80")},
        {"a lead of six bytes", TEXT_LITERAL("\xFC\x84\x80\x80\x80\x80")},
        {"bytes that never occur", TEXT_LITERAL("\xFE\xFF")},
        {"two bytes cut short", TEXT_LITERAL("a\xC3")},
        {"three bytes cut short by one", TEXT_LITERAL("\xE7\x8E")},
        {"three bytes cut short by two", TEXT_LITERAL("\xE7")},
        {"four bytes cut short", TEXT_LITERAL("\xF0\x9F\x98")},
        {"a letter in place of the second byte", TEXT_LITERAL("\xE7"
                                                              "a\x8B")},
        {"a letter in place of the last byte", TEXT_LITERAL("\xE7\x8E"
                                                            "a")},
        {"a lead in place of the last byte", TEXT_LITERAL("\xE7\x8E\xE7")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t count = 99;
        if (utf8_count(cases[i].text, &count) || count != 99) {
            fail_msg("%s", cases[i].what);
        }
    }
}

static void characters_are_counted_not_bytes(void **state)
{
    (void)state;
    size_t count = 99;
    assert_true(utf8_count(TEXT_LITERAL("王芳 Fang é😀"), &count));
    assert_int_equal(10, count);
    assert_true(utf8_count((struct text){0}, &count));
    assert_int_equal(0, count);
}

static void a_cut_falls_between_characters(void **state)
{
    (void)state;
    struct text text = TEXT_LITERAL("a王😀b"); /* 1 + 3 + 4 + 1 bytes */
    static const char *const expected[] = {"",    "a",   "a",   "a",    "a王",
                                           "a王", "a王", "a王", "a王😀", "a王😀b"};
    for (size_t size = 0; size < COUNT(expected); size++) {
        assert_text(utf8_cut(text, size), expected[size]);
    }
    assert_text(utf8_cut(text, 1000), "a王😀b");
    assert_null(utf8_cut((struct text){0}, 5).data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_equal_by_their_bytes),
        cmocka_unit_test(texts_are_ordered_by_bytes_the_shorter_first),
        cmocka_unit_test(a_text_is_split_at_the_first_separator),
        cmocka_unit_test(prefixes_are_known_and_taken_off),
        cmocka_unit_test(integers_go_in_network_order),
        cmocka_unit_test(every_character_but_zero_and_the_surrogates_counts_as_one),
        cmocka_unit_test(overlong_forms_surrogates_and_what_lies_beyond_unicode_are_refused),
        cmocka_unit_test(malformed_text_is_refused_wherever_it_stands),
        cmocka_unit_test(characters_are_counted_not_bytes),
        cmocka_unit_test(a_cut_falls_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
