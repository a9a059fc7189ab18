/* Buffers: they grow to their bound and not beyond, and say so once. */
#include "base/buffer.h"
#include "base/test_kit.h"

static void it_grows_as_it_is_written(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 1 << 20);
    for (int i = 0; i < 5000; i++) {
        buffer_append_byte(&buffer, (uint8_t)(i % 251));
    }
    assert_false(buffer.failed);
    assert_int_equal(5000, buffer_bytes(&buffer).size);
    for (int i = 0; i < 5000; i++) {
        assert_int_equal(i % 251, buffer_bytes(&buffer).data[i]);
    }
    buffer_free(&buffer);
}

static void every_way_of_writing_adds_at_the_end(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 100);
    buffer_append(&buffer, "ab", 2);
    buffer_append(&buffer, NULL, 0);
    buffer_append_text(&buffer, TEXT_LITERAL("cd"));
    buffer_append_text(&buffer, (struct text){0});
    buffer_append_string(&buffer, "ef");
    buffer_append_byte(&buffer, 'g');
    buffer_print(&buffer, "%03d", 7);
    memcpy(buffer_extend(&buffer, 2), "xy", 2);
    assert_text(buffer_text(&buffer), "abcdefg007xy");
    buffer_free(&buffer);
}

static void the_bound_may_be_reached_but_not_passed(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 5);
    buffer_print(&buffer, "%s", "12345");
    assert_false(buffer.failed);
    assert_text(buffer_text(&buffer), "12345");
    buffer_append_byte(&buffer, '6');
    assert_true(buffer.failed);
    assert_text(buffer_text(&buffer), "12345");
    buffer_free(&buffer);
}

static void after_a_write_too_many_nothing_is_written(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 5);
    buffer_append_string(&buffer, "123");
    buffer_append_string(&buffer, "too long");
    buffer_append_byte(&buffer, '4');
    buffer_print(&buffer, "%d", 5);
    assert_null(buffer_extend(&buffer, 1));
    assert_true(buffer.failed);
    assert_text(buffer_text(&buffer), "123");
    buffer_free(&buffer);
}

static void a_cleared_buffer_is_sound_again_and_keeps_its_bound(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 5);
    buffer_append_string(&buffer, "too long");
    buffer_clear(&buffer);
    assert_false(buffer.failed);
    buffer_append_string(&buffer, "12345");
    assert_text(buffer_text(&buffer), "12345");
    buffer_free(&buffer);
    assert_int_equal(0, buffer_bytes(&buffer).size);
    buffer_append_string(&buffer, "123456");
    assert_true(buffer.failed);
    buffer_free(&buffer);
}

static void a_size_that_would_overflow_is_refused(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 10);
    buffer_append_byte(&buffer, 'a');
    assert_null(buffer_extend(&buffer, SIZE_MAX));
    assert_true(buffer.failed);
    buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_grows_as_it_is_written),
        cmocka_unit_test(every_way_of_writing_adds_at_the_end),
        cmocka_unit_test(the_bound_may_be_reached_but_not_passed),
        cmocka_unit_test(after_a_write_too_many_nothing_is_written),
        cmocka_unit_test(a_cleared_buffer_is_sound_again_and_keeps_its_bound),
        cmocka_unit_test(a_size_that_would_overflow_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
