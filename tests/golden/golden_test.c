/* Golden bytes: what logs hold stays readable, and is still written as it was. */
#include "equal.h"
#include "fill.h"
#include "lines.h"

#include "base/file.h"
#include "log/record.h"
#include "wire/personal.h"
#include "wire/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char file_name[] = "tests/golden/events.txt";

enum { FILE_BYTES_MAX = 16 << 20 };

struct fixture {
    struct arena arena;
    struct wire_reader reader;
    struct golden_lines file;
    struct golden_lines expected;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct bytes bytes;
    struct reason reason = {""};
    arena_init(&f->arena);
    wire_reader_init(&f->reader, &f->arena);
    (void)file_read(file_name, FILE_BYTES_MAX, &f->arena, &bytes, &reason);
    assert_string_equal(reason.text, "");
    f->file = golden_parse(bytes_text(bytes), &f->arena);
    f->expected = golden_expected(&f->arena);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    wire_reader_free(&f->reader);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static bool is_message(const struct golden_line *line)
{
    return !text_equal_string(line->what, "enum");
}

static enum fill_extent extent_of(const struct golden_line *line)
{
    return text_equal_string(line->which, "all") ? FILL_ALL : FILL_REQUIRED;
}

static void every_message_is_written_as_the_file_says(void **state)
{
    struct fixture *f = *state;
    size_t missing = 0;
    for (size_t i = 0; i < f->expected.count; i++) {
        const struct golden_line *line = &f->expected.items[i];
        if (!golden_contains(&f->file, line)) {
            print_error("%s lacks the line\n%.*s %.*s %.*s\n", file_name, TEXT_PRINT(line->what),
                        TEXT_PRINT(line->which), TEXT_PRINT(line->value));
            missing++;
        }
    }
    assert_int_equal(0, missing);
}

static void every_line_of_the_file_is_still_read_and_written_the_same(void **state)
{
    struct fixture *f = *state;
    size_t broken = 0;
    assert_true(f->file.count > 0);
    for (size_t i = 0; i < f->file.count; i++) {
        const struct golden_line *line = &f->file.items[i];
        struct text why = {0};
        if (!golden_holds(line, &f->reader, &why)) {
            struct text value = utf8_cut(line->value, 40);
            print_error("%s: %.*s %.*s %.*s: %.*s\n", file_name, TEXT_PRINT(line->what),
                        TEXT_PRINT(line->which), TEXT_PRINT(value), TEXT_PRINT(why));
            broken++;
        }
    }
    assert_int_equal(0, broken);
}

static void golden_bytes_give_back_the_struct_they_were_made_from(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->expected.count && is_message(&f->expected.items[i]); i++) {
        const struct golden_line *line = &f->expected.items[i];
        const struct wire_message *message = golden_message(line->what);
        const void *made = fill_record(message, extent_of(line), &f->arena);
        const char *field = NULL;
        void *read = NULL;
        struct text why = {0};
        assert_true(golden_decode(line, &f->reader, &read, &why));
        if (!record_equal(message, made, read, &field)) {
            fail_msg("%s differs in the field %s", message->name, field);
        }
    }
}

static void what_is_written_is_valid_and_sealed(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->expected.count && is_message(&f->expected.items[i]); i++) {
        const struct golden_line *line = &f->expected.items[i];
        const struct wire_message *message = golden_message(line->what);
        const void *record = fill_record(message, extent_of(line), &f->arena);
        assert_true(wire_validate(message, record, NULL, NULL));
        assert_true(wire_is_sealed(message, record));
    }
}

static void no_line_stands_twice(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->file.count; i++) {
        struct golden_lines rest = {f->file.items + i + 1, f->file.count - i - 1};
        assert_false(golden_contains(&rest, &f->file.items[i]));
    }
}

/* -- the test itself can fail ----------------------------------------------------------------- */

static struct text why_not(struct fixture *f, const char *text)
{
    struct golden_lines lines = golden_parse(text_of(text), &f->arena);
    struct text why = {0};
    assert_int_equal(1, lines.count);
    assert_false(golden_holds(&lines.items[0], &f->reader, &why));
    return arena_copy_text(&f->arena, why);
}

/* log.mark {stream: "fee", upto: 5}, by hand; then what may go wrong with such a line. */
static void a_line_that_does_not_hold_is_told_with_its_reason(void **state)
{
    struct fixture *f = *state;
    struct golden_lines good =
        golden_parse(TEXT_LITERAL("log.mark all 82a673747265616da3666565a47570746f05"), &f->arena);
    struct text why = {0};
    assert_true(golden_holds(&good.items[0], &f->reader, &why));
    assert_string_equal(why_not(f, "log.mark all 81a673747265616da3666565").data,
                        "it cannot be read: /upto must be given");
    assert_string_equal(why_not(f, "log.mark all 82a47570746f05a673747265616da3666565").data,
                        "it reads as something else: written again it has other bytes");
    assert_string_equal(why_not(f, "log.mark all 8x").data, "it is not hexadecimal");
    assert_string_equal(why_not(f, "fee.nothing.v1 all 80").data, "no event has that name");
    assert_string_equal(why_not(f, "enum actor_kind robot").data,
                        "the enum does not have that name any more");
    assert_string_equal(why_not(f, "enum nothing person").data,
                        "no event uses an enum of that name");
}

static void records_that_differ_are_not_equal(void **state)
{
    struct fixture *f = *state;
    struct log_mark *left = fill_record(&log_mark_message, FILL_ALL, &f->arena);
    struct log_mark *right = fill_record(&log_mark_message, FILL_ALL, &f->arena);
    const char *field = NULL;
    assert_true(record_equal(&log_mark_message, left, right, &field));
    right->upto++;
    assert_false(record_equal(&log_mark_message, left, right, &field));
    assert_string_equal(field, "upto");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_message_is_written_as_the_file_says, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_line_of_the_file_is_still_read_and_written_the_same,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(golden_bytes_give_back_the_struct_they_were_made_from,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_written_is_valid_and_sealed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_line_stands_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_does_not_hold_is_told_with_its_reason, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(records_that_differ_are_not_equal, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
