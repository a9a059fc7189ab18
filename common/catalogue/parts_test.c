/* Cutting a catalogue into parts that events can hold. */
#include "catalogue/parts.h"
#include "catalogue/test_kit.h"

static struct catalogue_parts cut(struct fixture *f, struct text source)
{
    struct catalogue_parts parts = {0};
    f->file.error_count = 0;
    assert_int_equal(ERR_OK, catalogue_cut(&f->file, source, &parts));
    return parts;
}

/* Put together again, the parts are the source. */
static void assert_whole(struct fixture *f, struct text source, struct catalogue_parts parts)
{
    struct buffer buffer;
    buffer_init(&buffer, source.size);
    for (size_t i = 0; i < parts.count; i++) {
        buffer_append_text(&buffer, parts.items[i].source);
    }
    (void)f;
    assert_false(buffer.failed);
    assert_int_equal(source.size, buffer.size);
    assert_memory_equal(source.data, buffer.data, source.size);
    buffer_free(&buffer);
}

/* Twenty items, and one part for what stands behind them. */
enum { ITEMS_AND_REST = 21 };

static void the_shipped_catalogue_is_cut_into_head_and_items(void **state)
{
    struct fixture *f = *state;
    struct text source = f->files.catalogue.text;
    struct catalogue_parts parts = cut(f, source);
    assert_whole(f, source, parts);
    size_t head_count = parts.count - ITEMS_AND_REST;
    assert_true(head_count >= 5 && head_count <= 9);
    assert_string_equal(parts.items[0].name.data, "head:01");
    assert_string_equal(parts.items[head_count].name.data, "item:UMB-P-001");
    assert_string_equal(parts.items[parts.count - 2].name.data, "item:HALL-V-001");
    for (size_t i = 0; i < parts.count; i++) {
        assert_true(parts.items[i].source.size > 0);
        assert_true(parts.items[i].source.size <= CATALOGUE_PART_BYTES_MAX);
    }
}

static void an_item_begins_on_its_own_line_with_all_of_its_bytes(void **state)
{
    struct fixture *f = *state;
    struct catalogue_parts parts = cut(f, f->files.catalogue.text);
    struct text first = parts.items[parts.count - ITEMS_AND_REST].source;
    assert_true(text_starts_with(first, "\n  - code: UMB-P-001\n"));
    struct text second = parts.items[parts.count - ITEMS_AND_REST + 1].source;
    assert_true(text_starts_with(second, "\n  - code: MSA-P-001\n"));
    assert_memory_equal("complaints_phone: (000) 0000-0900}\n",
                        first.data + first.size - strlen("complaints_phone: (000) 0000-0900}\n"),
                        strlen("complaints_phone: (000) 0000-0900}\n"));
}

static void comments_go_with_the_key_or_item_below_them(void **state)
{
    struct fixture *f = *state;
    struct text source = TEXT_LITERAL("# 甲乙丙\n\na: 甲\n# about b\nb: 乙\nitems:\n"
                                      "  # about X\n  - code: X\n    n: 丙\n  - code: Y\n"
                                      "# about c\nc: 1\n# the end\n");
    struct catalogue_parts parts = cut(f, source);
    assert_whole(f, source, parts);
    assert_int_equal(4, parts.count);
    static const char *const names[] = {"head:01", "item:X", "item:Y", "head:02"};
    static const char *const sources[] = {
        "# 甲乙丙\n\na: 甲\n# about b\nb: 乙\nitems:\n",
        "  # about X\n  - code: X\n    n: 丙\n",
        "  - code: Y\n",
        "# about c\nc: 1\n# the end\n",
    };
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(parts.items[i].name.data, names[i]);
        assert_true(text_equal_string(parts.items[i].source, sources[i]));
    }
}

static void every_line_break_that_yaml_knows_is_counted(void **state)
{
    struct fixture *f = *state;
    struct text source = TEXT_LITERAL("a: 1\r\n# one\xC2\x85# two\xE2\x80\xA8# three\xE2\x80\xA9"
                                      "b: 2\ritems:\n  - code: X\r\n  - code: Y");
    struct catalogue_parts parts = cut(f, source);
    assert_whole(f, source, parts);
    assert_int_equal(3, parts.count);
    assert_true(text_equal_string(parts.items[1].source, "  - code: X\r\n"));
    assert_true(text_equal_string(parts.items[2].source, "  - code: Y"));
}

static void a_head_is_cut_where_it_grows_beyond_a_part(void **state)
{
    struct fixture *f = *state;
    struct buffer buffer;
    buffer_init(&buffer, 1 << 20);
    for (int key = 0; key < 40; key++) {
        buffer_print(&buffer, "key%d: ", key);
        for (int i = 0; i < 1000; i++) {
            buffer_append_byte(&buffer, 'x');
        }
        buffer_append_byte(&buffer, '\n');
    }
    struct text source = arena_copy_text(&f->arena, buffer_text(&buffer));
    buffer_free(&buffer);
    struct catalogue_parts parts = cut(f, source);
    assert_whole(f, source, parts);
    /* 16 KiB hold sixteen of the keys, of 1007 or 1008 bytes. */
    assert_int_equal(3, parts.count);
    assert_string_equal(parts.items[2].name.data, "head:03");
}

static void assert_refused(struct fixture *f, struct text source, const char *expected)
{
    struct catalogue_parts parts = {0};
    f->file.error_count = 0;
    assert_int_equal(ERR_INVALID, catalogue_cut(&f->file, source, &parts));
    assert_string_equal(yaml_errors_text(&f->file, &f->arena).data, expected);
    assert_int_equal(0, parts.count);
}

static void what_cannot_be_cut_is_told(void **state)
{
    struct fixture *f = *state;
    assert_refused(f, TEXT_LITERAL("items: [{code: X}, {code: Y}]\n"),
                   "catalogue.yaml:1: each key and each item must begin on a line of its own\n");
    assert_refused(f, TEXT_LITERAL("- 1\n"),
                   "catalogue.yaml:1: must be a map of keys and values\n");
    char *large = arena_take(&f->arena, 60000);
    memset(large, 'x', 60000);
    memcpy(large, "a: ", 3);
    assert_refused(f, (struct text){large, 60000},
                   "catalogue.yaml:1: head:01: has 60000 bytes, more than the 57344 of one "
                   "event\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(the_shipped_catalogue_is_cut_into_head_and_items),
        CASE(an_item_begins_on_its_own_line_with_all_of_its_bytes),
        CASE(comments_go_with_the_key_or_item_below_them),
        CASE(every_line_break_that_yaml_knows_is_counted),
        CASE(a_head_is_cut_where_it_grows_beyond_a_part),
        CASE(what_cannot_be_cut_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
