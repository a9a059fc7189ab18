/* Log lines: one JSON object each, whole whatever is in it. */
#include "base/buffer.h"
#include "base/datetime.h"
#include "base/logline.h"
#include "base/test_kit.h"

#include <sys/mman.h>

struct fixture {
    struct logger logger;
    struct arena arena;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    logger_init(&f->logger, "fee", LOG_LEVEL_INFO);
    f->logger.descriptor = memfd_create("log", MFD_CLOEXEC);
    assert_true(f->logger.descriptor >= 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    close(f->logger.descriptor);
    arena_free(&f->arena);
    free(f);
    return 0;
}

/* What was written so far. */
static struct text written(struct fixture *f)
{
    off_t size = lseek(f->logger.descriptor, 0, SEEK_END);
    char *data = arena_take(&f->arena, (size_t)size + 1);
    assert_int_equal(size, pread(f->logger.descriptor, data, (size_t)size, 0));
    return (struct text){data, (size_t)size};
}

/* The written line behind its time, which must be a moment. */
static struct text behind_time(struct fixture *f)
{
    static const char before[] = "{\"ts\":\"";
    struct text line = written(f);
    int64_t time_ms = 0;
    assert_true(text_starts_with(line, before));
    line = text_after(line, sizeof before - 1);
    assert_true(time_parse((struct text){line.data, TIME_TEXT_BYTES}, &time_ms));
    return text_after(line, TIME_TEXT_BYTES);
}

static void a_line_names_time_level_service_event_and_its_values(void **state)
{
    struct fixture *f = *state;
    LOG_INFO(&f->logger, "stream.connected", log_string("stream", "intake"), log_number("seq", -17),
             log_view("zone", text_of("Asia/Shanghai")));
    assert_text(behind_time(f), "\",\"level\":\"info\",\"service\":\"fee\",\"event\":\"stream."
                                "connected\",\"stream\":\"intake\",\"seq\":-17,\"zone\":\"Asia/"
                                "Shanghai\"}\n");
}

static void lines_below_the_level_are_not_written(void **state)
{
    struct fixture *f = *state;
    log_write(&f->logger, LOG_LEVEL_DEBUG, "loop.turned", NULL, 0);
    assert_text(written(f), "");
    f->logger.level = LOG_LEVEL_ERROR;
    LOG_WARNING(&f->logger, "clock.jumped", log_number("ms", 1));
    assert_text(written(f), "");
    log_write(&f->logger, LOG_LEVEL_ERROR, "store.failed", NULL, 0);
    assert_text(behind_time(f),
                "\",\"level\":\"error\",\"service\":\"fee\",\"event\":\"store.failed\"}\n");
}

static void assert_json_string(struct text text, const char *expected)
{
    struct buffer buffer;
    buffer_init(&buffer, 1000);
    json_append_string(&buffer, text);
    assert_text(buffer_text(&buffer), expected);
    buffer_free(&buffer);
}

static void what_json_cannot_hold_is_escaped(void **state)
{
    (void)state;
    assert_json_string(TEXT_LITERAL("plain 王芳"), "\"plain 王芳\"");
    assert_json_string(TEXT_LITERAL("a\"b\\c"), "\"a\\\"b\\\\c\"");
    assert_json_string(TEXT_LITERAL("line\nend\t\x01\x1f\x7f"),
                       "\"line\\u000aend\\u0009\\u0001\\u001f\x7f\"");
    assert_json_string(TEXT_LITERAL("a\0b"), "\"a\\u0000b\"");
    assert_json_string(TEXT_LITERAL("\xC3\xA9"), "\"é\"");
    assert_json_string(TEXT_LITERAL("\xC3\xA9\xFF"), "\"\\u00c3\\u00a9\\u00ff\"");
    assert_json_string((struct text){0}, "\"\"");
}

static struct text repeated(struct fixture *f, const char *piece, size_t count)
{
    struct buffer buffer;
    buffer_init(&buffer, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        buffer_append_string(&buffer, piece);
    }
    struct text text = arena_copy_text(&f->arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return text;
}

/* A line that was cut ends in its mark, fits, and is UTF-8. */
static struct text cut_line(struct fixture *f)
{
    static const char mark[] = ",\"cut\":true}\n";
    struct text line = written(f);
    size_t characters = 0;
    assert_true(line.size <= LOG_LINE_BYTES_MAX);
    assert_true(utf8_count(line, &characters));
    assert_true(line.size > sizeof mark - 1);
    line.size -= sizeof mark - 1;
    assert_memory_equal(line.data + line.size, mark, sizeof mark - 1);
    return line;
}

static void a_line_too_long_is_cut_and_marked_not_lost(void **state)
{
    struct fixture *f = *state;
    LOG_ERROR(&f->logger, "config.refused", log_number("line", 3),
              log_view("reason", repeated(f, "x", 2 * LOG_LINE_BYTES_MAX)),
              log_string("after", "left out"));
    struct text line = cut_line(f);
    assert_int_equal(LOG_LINE_BYTES_MAX, line.size + strlen(",\"cut\":true}\n"));
    assert_int_equal('"', line.data[line.size - 1]);
    assert_int_equal('x', line.data[line.size - 2]);
    assert_non_null(strstr(line.data, "\"event\":\"config.refused\",\"line\":3,\"reason\":\"xxx"));
    assert_null(strstr(line.data, "left out"));
}

static void a_cut_falls_neither_into_a_character_nor_into_an_escape(void **state)
{
    struct fixture *f = *state;
    static const char *const pieces[] = {"王", "\"", "\n", "\xFF", "é\n"};
    static const char *const shown[] = {"王\"", "\\\"\"", "\\u000a\"", "\\u00ff\"", NULL};
    for (size_t i = 0; i < COUNT(pieces); i++) {
        for (size_t shift = 0; shift < 6; shift++) {
            assert_int_equal(0, ftruncate(f->logger.descriptor, 0));
            assert_int_equal(0, lseek(f->logger.descriptor, 0, SEEK_SET));
            LOG_INFO(&f->logger, "e", log_view("shift", text_after(TEXT_LITERAL("-----"), shift)),
                     log_view("long", repeated(f, pieces[i], LOG_LINE_BYTES_MAX)));
            struct text line = cut_line(f);
            assert_true(line.size > LOG_LINE_BYTES_MAX - 40);
            if (shown[i] != NULL) {
                size_t size = strlen(shown[i]);
                assert_memory_equal(line.data + line.size - size, shown[i], size);
            }
        }
    }
}

static void a_line_that_just_fits_is_not_marked(void **state)
{
    struct fixture *f = *state;
    LOG_INFO(&f->logger, "e", log_string("fill", ""));
    struct text empty = written(f);
    size_t room = LOG_LINE_BYTES_MAX - strlen(",\"cut\":true") - empty.size;
    assert_int_equal(0, ftruncate(f->logger.descriptor, 0));
    assert_int_equal(0, lseek(f->logger.descriptor, 0, SEEK_SET));
    LOG_INFO(&f->logger, "e", log_view("fill", repeated(f, "x", room)));
    assert_int_equal(empty.size + room, written(f).size);
    assert_null(strstr(written(f).data, "\"cut\""));
    LOG_INFO(&f->logger, "e", log_view("fill", repeated(f, "x", room + 1)));
    assert_non_null(strstr(written(f).data, "\"cut\":true}\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_line_names_time_level_service_event_and_its_values),
        CASE(lines_below_the_level_are_not_written),
        CASE(what_json_cannot_hold_is_escaped),
        CASE(a_line_too_long_is_cut_and_marked_not_lost),
        CASE(a_cut_falls_neither_into_a_character_nor_into_an_escape),
        CASE(a_line_that_just_fits_is_not_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
