/* Bytes as characters and back, by the vectors of their documents. */
#include "base/encoding.h"
#include "base/test_kit.h"

static int set_up(void **state)
{
    struct arena *arena = calloc(1, sizeof *arena);
    arena_init(arena);
    *state = arena;
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    free(*state);
    return 0;
}

static void hexadecimal_is_written_small_and_read_in_either_case(void **state)
{
    uint8_t bytes[4] = {0};
    assert_text(hex_text(*state, bytes_of("\x00\x1F\xA0\xFF", 4)), "001fa0ff");
    assert_text(hex_text(*state, (struct bytes){0}), "");
    assert_true(hex_decode(TEXT_LITERAL("001fA0Ff"), bytes, 4));
    assert_memory_equal(bytes, "\x00\x1F\xA0\xFF", 4);
    assert_true(hex_decode(TEXT_LITERAL(""), bytes, 0));
}

static void hexadecimal_of_another_size_or_other_letters_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",         "00",       "001fa0f",  "001fa0fff", "001fa0fg",
                                      "001fa0 f", "0x1fa0ff", "001fa0:f", "001fa0@f"};
    uint8_t bytes[4];
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(hex_decode(text_of(bad[i]), bytes, sizeof bytes));
    }
}

static void base64_follows_the_vectors_of_rfc_4648(void **state)
{
    static const char *const vectors[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct text plain = text_of(vectors[i][0]);
        struct bytes back = {0};
        assert_text(base64_text(*state, text_bytes(plain)), vectors[i][1]);
        assert_true(base64_decode(*state, text_of(vectors[i][1]), &back));
        assert_bytes(back, plain.data, plain.size);
    }
    struct bytes back = {0};
    assert_text(base64_text(*state, bytes_of("\xFB\xFF\xFE", 3)), "+//+");
    assert_true(base64_decode(*state, TEXT_LITERAL("+//+"), &back));
    assert_bytes(back, "\xFB\xFF\xFE", 3);
}

static void base64_that_is_not_strict_is_refused(void **state)
{
    static const char *const bad[] = {
        "Zg",        /* no padding */
        "Zg=",       /* half of it */
        "Zg===",     /* too much */
        "Z",         /* not a byte */
        "Zh==",      /* bits that nobody reads */
        "Zm9v\n",    /* a line end */
        "Zm 9v",     /* a blank */
        "-__-",      /* the alphabet for URLs */
        "Zm9v=Zm9v", /* padding inside */
        "Zm9vÿ",     /* no digit */
        "Zm9\xF6",   /* bytes above ASCII that are a digit but for their first bit */
        "Zm9\xAF",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct bytes back = {0};
        if (base64_decode(*state, text_of(bad[i]), &back)) {
            fail_msg("%s", bad[i]);
        }
    }
}

static void base64_is_read_in_place_within_bounds(void **state)
{
    uint8_t bytes[6] = {0};
    size_t size = 0;
    (void)state;
    assert_true(base64_read(TEXT_LITERAL("Zm9vYmFy"), bytes, sizeof bytes, &size));
    assert_int_equal(6, size);
    assert_memory_equal("foobar", bytes, 6);
    assert_false(base64_read(TEXT_LITERAL("Zm9vYmFyYg=="), bytes, sizeof bytes, &size));
}

static void base32_follows_crockford(void **state)
{
    (void)state;
    static const struct {
        uint64_t value;
        size_t digits;
        const char *text;
    } vectors[] = {
        {0, 1, "0"},
        {31, 1, "Z"},
        {32, 2, "10"},
        {1234, 4, "016J"},
        {UINT64_C(0x0FFFFFFFFFFFFFFF), 12, "ZZZZZZZZZZZZ"},
        {UINT64_C(0x8864298E84A96C), 12, "123456789ABC"},
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        char text[BASE32_DIGITS_MAX + 1];
        uint64_t value = 0;
        base32_encode(vectors[i].value, vectors[i].digits, text);
        assert_string_equal(text, vectors[i].text);
        assert_true(base32_decode(text_of(text), vectors[i].digits, &value));
        assert_true(value == vectors[i].value);
    }
}

static void base32_forgives_what_people_write(void **state)
{
    (void)state;
    uint64_t value = 0;
    assert_true(base32_decode(TEXT_LITERAL("16j"), 3, &value));
    assert_int_equal(1234, value);
    assert_true(base32_decode(TEXT_LITERAL("1 6-J"), 3, &value));
    assert_int_equal(1234, value);
    assert_true(base32_decode(TEXT_LITERAL("oOiIlL"), 6, &value));
    assert_int_equal(1 << 15 | 1 << 10 | 1 << 5 | 1, value);
}

static void base32_of_another_length_or_other_letters_is_refused(void **state)
{
    (void)state;
    static const struct text bad[] = {
        TEXT_LITERAL(""),    TEXT_LITERAL("16"),   TEXT_LITERAL("16J0"),
        TEXT_LITERAL("16U"), TEXT_LITERAL("16u"),  TEXT_LITERAL("16*"),
        TEXT_LITERAL("---"), TEXT_LITERAL("16\0"), TEXT_LITERAL("16é"),
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint64_t value = 99;
        assert_false(base32_decode(bad[i], 3, &value));
        assert_int_equal(99, value);
    }
}

static void more_digits_than_a_number_has_are_a_bug(void **state)
{
    (void)state;
    uint64_t value = 0;
    char text[20];
    assert_check_fails(base32_encode(1, 13, text));
    assert_check_fails((void)base32_decode(TEXT_LITERAL("1234567890123"), 13, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(hexadecimal_is_written_small_and_read_in_either_case),
        CASE(hexadecimal_of_another_size_or_other_letters_is_refused),
        CASE(base64_follows_the_vectors_of_rfc_4648),
        CASE(base64_that_is_not_strict_is_refused),
        CASE(base64_is_read_in_place_within_bounds),
        CASE(base32_follows_crockford),
        CASE(base32_forgives_what_people_write),
        CASE(base32_of_another_length_or_other_letters_is_refused),
        CASE(more_digits_than_a_number_has_are_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
