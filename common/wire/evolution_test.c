/* What older and newer programs make of each other's messages, and messages within messages. */
#include "wire/test_kit.h"

/* clang-format off */
/* -- evolution --------------------------------------------------------------------------------- */

static enum err paint_read(struct fixture *f, enum wire_unknown unknown, struct text bytes,
                           struct test_paint *ret_paint)
{
    f->errors.count = 0;
    return wire_unpack(&f->reader, WIRE_MAP, unknown, &test_paint_message, text_bytes(bytes),
                       ret_paint, &f->errors);
}

static void a_colour_that_a_newer_program_added_reads_as_absent_where_it_may_be(void **state)
{
    struct fixture *f = *state;
    struct test_paint paint;
    struct text newer = TEXT_LITERAL("\x82\xA5" "first\xA3" "red\xA6" "second\xA4" "blue");
    assert_int_equal(ERR_OK, paint_read(f, WIRE_SKIP_UNKNOWN, newer, &paint));
    assert_int_equal(COLOUR_RED, paint.first);
    assert_int_equal(0, paint.second);
    assert_int_equal(ERR_INVALID, paint_read(f, WIRE_REFUSE_UNKNOWN, newer, &paint));
    assert_told(f, "second", ERR_INVALID, "/second: must be one of the declared names");
}

static void a_required_colour_must_be_one_that_is_known(void **state)
{
    struct fixture *f = *state;
    struct test_paint paint;
    enum err err = paint_read(f, WIRE_SKIP_UNKNOWN,
                              TEXT_LITERAL("\x81\xA5" "first\xA4" "blue"),
                              &paint);
    assert_told(f, "first", err, "/first: must be one of the declared names");
    err = paint_read(f, WIRE_SKIP_UNKNOWN,
                     TEXT_LITERAL("\x81\xA5" "first\xA0"),
                     &paint);
    assert_told(f, "first", err, "/first: must be one of the declared names");
}

static void a_colour_that_is_no_text_is_never_taken(void **state)
{
    struct fixture *f = *state;
    struct test_paint paint;
    enum err err = paint_read(f, WIRE_SKIP_UNKNOWN,
                              TEXT_LITERAL("\x82\xA5" "first\xA3" "red\xA6" "second\x01"),
                              &paint);
    assert_told(f, "second", err, "/second: must be one of the declared names");
}

static void a_newer_colour_inside_a_list_is_absent_there(void **state)
{
    struct fixture *f = *state;
    struct test_values values;
    static const char bytes[] = "\x81\xA5" "parts\x92"
                                "\x82\xA4" "code\xA1" "A\xA6" "colour\xA4" "blue"
                                "\x82\xA4" "code\xA1" "B\xA6" "colour\xA5" "green";
    assert_int_equal(ERR_OK,
                     wire_unpack(&f->reader, WIRE_MAP, WIRE_SKIP_UNKNOWN, &test_values_message,
                                 bytes_of(bytes, sizeof bytes - 1), &values, NULL));
    assert_int_equal(0, values.parts.items[0].colour);
    assert_int_equal(COLOUR_GREEN, values.parts.items[1].colour);
}

/* -- nested messages --------------------------------------------------------------------------- */

static void a_nested_message_is_a_map_in_a_row_too(void **state)
{
    struct fixture *f = *state;
    static const char expected[] = "\x92\xA9" "test.part\x81\xA4" "code\xA1" "Q";
    struct test_part part = {.code = TEXT_LITERAL("Q")};
    struct test_box box = {.kind = TEXT_LITERAL("test.part"),
                           .content = {.message = &test_part_message, .data = &part}};
    struct test_box back;
    struct test_part inner;
    wire_pack(&f->buffer, WIRE_ROW, &test_box_message, &box);
    assert_bytes(buffer_bytes(&f->buffer), expected, sizeof expected - 1);
    assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_ROW, WIRE_REFUSE_UNKNOWN,
                                         &test_box_message, buffer_bytes(&f->buffer), &back, NULL));
    assert_int_equal(ERR_OK, wire_unpack_any(&f->reader, WIRE_REFUSE_UNKNOWN, &back.content,
                                             &test_part_message, &inner, NULL));
    assert_text(inner.code, "Q");
}

static void a_nested_message_that_was_read_is_written_as_it_was(void **state)
{
    struct fixture *f = *state;
    static const char newer[] = "\x92\xA9" "test.part\x82\xA4" "code\xA1" "Q\xA1z\x93\x01\xC0\xC3";
    struct test_box box;
    struct bytes bytes = bytes_of(newer, sizeof newer - 1);
    assert_int_equal(ERR_OK, wire_unpack(&f->reader, WIRE_ROW, WIRE_REFUSE_UNKNOWN,
                                         &test_box_message, bytes, &box, NULL));
    wire_pack(&f->buffer, WIRE_ROW, &test_box_message, &box);
    assert_bytes(buffer_bytes(&f->buffer), newer, sizeof newer - 1);
}

static void a_nested_message_of_the_wrong_table_is_refused(void **state)
{
    struct fixture *f = *state;
    struct test_box box;
    struct test_part part;
    struct wire_any missing = {0};
    static const char row[] = "\x92\xA1" "x\x91\xA1" "Q"; /* a row inside */
    assert_int_equal(ERR_OK,
                     wire_unpack(&f->reader, WIRE_ROW, WIRE_REFUSE_UNKNOWN, &test_box_message,
                                 bytes_of(row, sizeof row - 1), &box, NULL));
    enum err err = wire_unpack_any(&f->reader, WIRE_REFUSE_UNKNOWN, &box.content,
                                   &test_part_message, &part, &f->errors);
    assert_told(f, "content", err, ": must be a map");
    f->errors.count = 0;
    err = wire_unpack_any(&f->reader, WIRE_REFUSE_UNKNOWN, &missing, &test_part_message, &part,
                          &f->errors);
    assert_told(f, "content", err, ": is missing");
}
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_colour_that_a_newer_program_added_reads_as_absent_where_it_may_be),
        CASE(a_required_colour_must_be_one_that_is_known),
        CASE(a_colour_that_is_no_text_is_never_taken),
        CASE(a_newer_colour_inside_a_list_is_absent_there),
        CASE(a_nested_message_is_a_map_in_a_row_too),
        CASE(a_nested_message_that_was_read_is_written_as_it_was),
        CASE(a_nested_message_of_the_wrong_table_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
