/* What each type of value takes and refuses in MessagePack, a line a case. */
#include "wire/test_kit.h"

/* One member of the message, as it stands in MessagePack, and what is told: nothing when it is
 * taken, else "pointer: detail". */
struct packed_case {
    const char *field;
    struct text value;
    const char *told;
};

static void packed_case_run(struct fixture *f, const struct packed_case *c)
{
    struct test_values values;
    f->errors.count = 0;
    buffer_clear(&f->buffer);
    buffer_print(&f->buffer, "\x81%c%s", (char)(0xA0 | strlen(c->field)), c->field);
    buffer_append_text(&f->buffer, c->value);
    uint8_t *exact = malloc(f->buffer.size); /* so that a read too far is found */
    memcpy(exact, f->buffer.data, f->buffer.size);
    enum err err = wire_unpack(&f->reader, WIRE_MAP, WIRE_REFUSE_UNKNOWN, &test_values_message,
                               bytes_of(exact, f->buffer.size), &values, &f->errors);
    assert_told(f, c->field, err, c->told);
    free(exact);
}

#define M(field, value, told)                                                                      \
    {                                                                                              \
        field, TEXT_LITERAL(value), told                                                           \
    }

static void run(struct fixture *f, const struct packed_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        packed_case_run(f, &cases[i]);
    }
}

/* clang-format off */

static void texts_and_bytes_are_told_apart_and_bounded(void **state)
{
    static const struct packed_case cases[] = {
        M("text", "\xA4" "abcd", NULL),
        M("text", "\xAC" "王王王王", NULL),
        M("text", "\xD9\x01" "a", NULL),
        M("text", "\xA5" "abcde", "/text: must have at most 4 characters"),
        M("text", "\xA1\x80", "/text: must be valid UTF-8 text without zero bytes"),
        M("text", "\xA1\0", "/text: must be valid UTF-8 text without zero bytes"),
        M("text", "\xC4\x01" "a", "/text: must be text"),
        M("text", "\x07", "/text: must be text"),
        M("text", "\xC0", "/text: must be text"),
        M("text", "\x91\xA1" "a", "/text: must be text"),
        M("text", "\xA2" "a", ": is not one MessagePack value"),
        M("person", "\xA4" "abcd", NULL),
        M("person", "\xA5" "abcde", "/person: must have at most 4 characters"),
        M("person", "\xC4\x03\x01\x80\xFF", NULL), /* sealed: bytes that only the vault can read */
        M("person", "\x07", "/person: must be text or a sealed value"),
        M("bytes", "\xC4\x04\0\1\2\3", NULL),
        M("bytes", "\xC4\x05\0\1\2\3\4", "/bytes: must have at most 4 bytes"),
        M("bytes", "\xA1" "a", "/bytes: must be bytes"),
    };
    run(*state, cases, COUNT(cases));
}

static void a_sealed_value_has_room_for_what_sealing_adds_and_no_more(void **state)
{
    struct fixture *f = *state;
    enum { SEALED_MAX = 4 * 4 + 128 };
    for (size_t size = SEALED_MAX; size <= SEALED_MAX + 1; size++) {
        uint8_t *value = arena_take(&f->arena, size + 2);
        value[0] = 0xC4;
        value[1] = (uint8_t)size;
        struct packed_case c = {
            .field = "person",
            .value = bytes_text(bytes_of(value, size + 2)),
            .told =
                size == SEALED_MAX ? NULL : "/person: the sealed value must have at most 144 bytes",
        };
        packed_case_run(f, &c);
    }
}

static void numbers_are_integers_within_their_bounds(void **state)
{
    static const struct packed_case cases[] = {
        M("number", "\x07", NULL),
        M("number", "\xFB", NULL),         /* -5 */
        M("number", "\xD0\xFB", NULL),     /* the same, longer */
        M("number", "\xCD\x01\x2C", NULL), /* 300 */
        M("number", "\xFA", "/number: must be between -5 and 300"),
        M("number", "\xCD\x01\x2D", "/number: must be between -5 and 300"),
        M("number", "\xCF\x80\0\0\0\0\0\0\0", "/number: must be an integer"),
        M("number", "\xD3\x80\0\0\0\0\0\0\0", "/number: must be between -5 and 300"),
        M("number", "\xC3", "/number: must be an integer"),
        M("number", "\xA1" "7", "/number: must be an integer"),
        M("number", "\xCB\x40\x1C\0\0\0\0\0\0", ": is not one MessagePack value"), /* 7.0 */
        M("flag", "\xC3", NULL),
        M("flag", "\xC2", NULL),
        M("flag", "\x01", "/flag: must be true or false"),
        M("flag", "\xC0", "/flag: must be true or false"),
        M("amount", "\x92\xCE\0\x01\x86\xA0\x04", NULL), /* 10 */
        M("amount", "\x92\xCE\0\x01\x86\xA1\x04", "/amount: must be between -10 and 10"),
        M("amount", "\x92\x07\x03", "/amount: must be a decimal"),
        M("amount", "\x91\x07", "/amount: must be a decimal"),
        M("amount", "\x93\x07\x04\x04", "/amount: must be a decimal"),
        M("amount", "\x07", "/amount: must be a decimal"),
        M("amount", "\x92\xCF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x04", "/amount: must be a decimal"),
        M("amount", "\x92\xD3\x80\0\0\0\0\0\0\0\x04", "/amount: must be a decimal"),
    };
    run(*state, cases, COUNT(cases));
}

static void moments_and_days_lie_within_the_years_that_can_be_shown(void **state)
{
    static const struct packed_case cases[] = {
        M("at", "\xCF\0\0\xE6\x77\xD2\x1F\xDB\xFF", NULL), /* 9999-12-31T23:59:59.999Z */
        M("at", "\xCF\0\0\xE6\x77\xD2\x1F\xDC\0", "/at: must be between 0 and 253402300799999"),
        M("at", "\xFF", "/at: must be between 0 and 253402300799999"),
        M("at", "\xB4" "2026-02-28T00:00:00Z", "/at: must be an integer"),
        M("day", "\xAA" "2026-02-28", NULL),
        M("day", "\xAA" "2026-02-29", "/day: must be a date"),
        M("day", "\xA9" "2026-2-28", "/day: must be a date"),
        M("day", "\xCD\x50\x20", "/day: must be a date"),
    };
    run(*state, cases, COUNT(cases));
}

static void ids_and_hashes_have_their_size(void **state)
{
    static const struct packed_case cases[] = {
        M("id", "\xC4\x10" "0123456789abcdef", NULL),
        M("id", "\xC4\x0F" "0123456789abcde", "/id: must be an id"),
        M("id", "\xC4\x11" "0123456789abcdefg", "/id: must be an id"),
        M("id", "\xB0" "0123456789abcdef", "/id: must be an id"),
        M("hash", "\xC4\x20" "0123456789abcdef0123456789abcdef", NULL),
        M("hash", "\xC4\x1F" "0123456789abcdef0123456789abcde", "/hash: must be a hash"),
        M("hash", "\xC4\0", "/hash: must be a hash"),
    };
    run(*state, cases, COUNT(cases));
}

static void what_contains_others_is_checked_to_the_bottom(void **state)
{
    static const struct packed_case cases[] = {
        M("part", "\x81\xA4" "code\xA1" "A", NULL),
        M("part", "\x80", "/part/code: must be given"),
        M("part", "\x81\xA4" "code\xA0", "/part/code: must be given"),
        M("part", "\x82\xA4" "code\xA1" "A\xA4" "code\xA1" "B",
          "/part: must not name a field twice"),
        M("part", "\x82\xA4" "code\xA1" "A\xA1z\x01", "/part: has a field that is not known"),
        M("part", "\x81\x01\xA1" "A", "/part: must be a map with names as keys"),
        M("part", "\x91\xA1" "A", "/part: must be a map"),
        M("parts", "\x92\x81\xA4" "code\xA1" "A\x81\xA4" "code\xA1" "B", NULL),
        M("parts", "\x92\x81\xA4" "code\xA1" "A\x80", "/parts/1/code: must be given"),
        M("parts", "\x93\x80\x80\x80", "/parts: must have at most 2 entries"),
        M("parts", "\x81\xA4" "code\xA1" "A", "/parts: must be a list"),
        M("tags", "\x92\xA3" "abc\xA1" "d", NULL),
        M("tags", "\x91\xA4" "abcd", "/tags/0: must have at most 3 characters"),
        M("tags", "\x92\xA1" "a\xA0", "/tags/1: must not be empty"),
        M("tags", "\x91\x01", "/tags/0: must be text"),
        M("tags", "\x93\xA1" "a\xA1" "b\xA1" "c", "/tags: must have at most 2 entries"),
        M("blobs", "\x92\xC4\x03\0\1\2\xC4\0", NULL),
        M("blobs", "\x91\xC4\x04\0\1\2\3", "/blobs/0: must have at most 3 bytes"),
        M("blobs", "\x91\xA1" "a", "/blobs/0: must be bytes"),
    };
    run(*state, cases, COUNT(cases));
}

static void forms_are_open_but_not_lawless(void **state)
{
    static const struct packed_case cases[] = {
        M("form", "\x82\xA1" "a\xA1" "x\xA1" "b\xC3", NULL),
        M("form", "\x81\xA1" "a\x91\xA1" "x", NULL), /* public text */
        M("form", "\x81\xA1" "a\x92\x07\x04", NULL), /* a quantity */
        M("form", "\x81\xA1" "a\xC4\x01\xFF", NULL), /* sealed */
        M("form", "\x82\xA1" "a\xA1" "x\xA1" "a\xC3", "/form: must not name an entry twice"),
        M("form", "\x83\xA1" "a\xC3\xA1" "b\xC3\xA1" "c\xC3", "/form: must have at most 2 entries"),
        M("form", "\x81\xA0\xC3", "/form: the name of an entry must have 1 to 64 characters"),
        M("form", "\x81\xD9\x41" "01234567890123456789012345678901234567890123456789"
                  "012345678901234\xC3",
          "/form: the name of an entry must have 1 to 64 characters"),
        M("form", "\x81\xA1\x80\xC3", "/form: the name of an entry must have 1 to 64 characters"),
        M("form", "\x81\x07\xC3", "/form: must be a map from names to texts, numbers and booleans"),
        M("form", "\x81\xA1" "a\x07",
          "/form: must be a map from names to texts, numbers and booleans"),
        M("form", "\x81\xA1" "a\x92\x07\x03",
          "/form: must be a map from names to texts, numbers and booleans"),
        M("form", "\x81\xA1" "a\x91\x07",
          "/form: must be a map from names to texts, numbers and booleans"),
        M("form", "\x81\xA1" "a\xA1\x80", "/form/a: must be valid UTF-8 text without zero bytes"),
        M("form", "\x81\xA1" "a\x91\xA1\x80",
          "/form/a: must be valid UTF-8 text without zero bytes"),
        M("form", "\x90", "/form: must be a map"),
    };
    run(*state, cases, COUNT(cases));
}
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(texts_and_bytes_are_told_apart_and_bounded),
        CASE(a_sealed_value_has_room_for_what_sealing_adds_and_no_more),
        CASE(numbers_are_integers_within_their_bounds),
        CASE(moments_and_days_lie_within_the_years_that_can_be_shown),
        CASE(ids_and_hashes_have_their_size),
        CASE(what_contains_others_is_checked_to_the_bottom),
        CASE(forms_are_open_but_not_lawless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
