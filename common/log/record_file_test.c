/* Record files: what was written comes back in its order, what is broken is told. */
#include "base/file.h"
#include "base/test_kit.h"
#include "log/record.h"
#include "log/record_file.h"

struct fixture {
    struct test_folder folder;
    struct arena arena;
    struct reason reason;
    const char *path;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    folder_begin(&f->folder);
    arena_init(&f->arena);
    f->path = path_in(&f->folder, "record", &f->arena);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    folder_end(&f->folder);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static struct record_file_entry entry(const char *source, uint64_t seq, const char *bytes)
{
    return (struct record_file_entry){
        .source = text_of(source), .seq = seq, .bytes = bytes_of(bytes, strlen(bytes))};
}

/* Writes a file of these entries. */
static void written(struct fixture *f, const struct record_file_entry *entries, size_t count)
{
    struct record_file file;
    assert_int_equal(ERR_OK, record_file_create(&file, f->path, &f->reason));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ERR_OK, record_file_write(&file, &entries[i], &f->reason));
    }
    assert_int_equal(ERR_OK, record_file_close(&file, &f->reason));
}

/* Opens the file and reads until something is wrong; returns how many entries there were. */
static size_t entries_read(struct fixture *f, enum err *ret_err)
{
    struct record_file file;
    struct record_file_entry next;
    size_t count = 0;
    *ret_err = record_file_open(&file, f->path, &f->reason);
    while (*ret_err == ERR_OK) {
        *ret_err = record_file_read(&file, &next, &f->reason);
        count += *ret_err == ERR_OK ? 1 : 0;
    }
    assert_int_equal(ERR_OK, record_file_close(&file, NULL));
    return count;
}

static void assert_reason(struct fixture *f, const char *expected)
{
    assert_string_equal(f->reason.text, arena_print(&f->arena, "%s %s", f->path, expected).data);
}

static void records_come_back_in_the_order_in_which_they_were_written(void **state)
{
    struct fixture *f = *state;
    char *large = arena_take(&f->arena, RECORD_BYTES_MAX + 1);
    memset(large, 'x', RECORD_BYTES_MAX);
    const struct record_file_entry entries[] = {
        entry("intake", 1, "first"),
        entry("fee", 1, "second"),
        entry("intake", UINT64_MAX, large),
        entry("audit", 3, ""),
    };
    struct record_file file;
    struct record_file_entry next;
    written(f, entries, COUNT(entries));
    assert_int_equal(ERR_OK, record_file_open(&file, f->path, &f->reason));
    for (size_t i = 0; i < COUNT(entries); i++) {
        assert_int_equal(ERR_OK, record_file_read(&file, &next, &f->reason));
        assert_text(next.source, entries[i].source.data);
        assert_true(next.seq == entries[i].seq);
        assert_bytes(next.bytes, entries[i].bytes.data, entries[i].bytes.size);
    }
    assert_int_equal(ERR_NOT_FOUND, record_file_read(&file, &next, &f->reason));
    assert_int_equal(ERR_NOT_FOUND, record_file_read(&file, &next, &f->reason));
    assert_int_equal(ERR_OK, record_file_close(&file, &f->reason));
}

static void the_file_is_these_bytes(void **state)
{
    struct fixture *f = *state;
    static const uint8_t expected[] = "glasshall record 1\n"
                                      "\x03"
                                      "fee"
                                      "\0\0\0\0\0\0\1\2"
                                      "\0\0\0\2"
                                      "ab";
    const struct record_file_entry one = entry("fee", 258, "ab");
    struct bytes bytes = {0};
    written(f, &one, 1);
    assert_int_equal(ERR_OK, file_read(f->path, 1000, &f->arena, &bytes, &f->reason));
    assert_bytes(bytes, expected, sizeof expected - 1);
}

static void an_empty_record_ends_at_once(void **state)
{
    struct fixture *f = *state;
    enum err err = ERR_OK;
    written(f, NULL, 0);
    assert_int_equal(0, entries_read(f, &err));
    assert_int_equal(ERR_NOT_FOUND, err);
}

static void what_no_reader_would_take_is_not_written(void **state)
{
    struct fixture *f = *state;
    struct record_file file;
    enum err err = ERR_OK;
    char *large = arena_take(&f->arena, RECORD_BYTES_MAX + 2);
    memset(large, 'x', RECORD_BYTES_MAX + 1);
    struct text long_name = arena_print(&f->arena, "%0256d", 1);
    const struct record_file_entry too_large = entry("fee", 1, large);
    const struct record_file_entry too_long = entry(long_name.data, 1, "x");
    const struct record_file_entry longest = entry(long_name.data + 1, 1, "x");
    assert_int_equal(ERR_OK, record_file_create(&file, f->path, &f->reason));
    assert_int_equal(ERR_TOO_LARGE, record_file_write(&file, &too_large, &f->reason));
    assert_string_equal(f->reason.text,
                        arena_print(&f->arena,
                                    "a record of 61441 bytes from a source of 3 does not go into "
                                    "%s",
                                    f->path)
                            .data);
    assert_int_equal(ERR_TOO_LARGE, record_file_write(&file, &too_long, &f->reason));
    assert_int_equal(ERR_OK, record_file_write(&file, &longest, &f->reason));
    assert_int_equal(ERR_OK, record_file_close(&file, &f->reason));
    assert_int_equal(1, entries_read(f, &err));
    assert_int_equal(ERR_NOT_FOUND, err);
}

static void a_file_that_ends_within_a_record_is_told_from_one_that_ends_behind_it(void **state)
{
    struct fixture *f = *state;
    const struct record_file_entry two[] = {entry("fee", 1, "first"), entry("fee", 2, "second")};
    written(f, two, 2);
    size_t header = strlen("glasshall record 1\n");
    size_t first = 1 + 3 + 8 + 4 + 5;
    size_t whole = file_size(f->path);
    assert_int_equal(header + first + first + 1, whole);
    for (size_t size = whole; size >= header; size--) {
        enum err err = ERR_OK;
        assert_int_equal(0, truncate(f->path, (off_t)size));
        size_t expected = size == whole ? 2 : size >= header + first ? 1 : 0;
        bool at_an_end = size == whole || size == header + first || size == header;
        assert_int_equal(expected, entries_read(f, &err));
        assert_int_equal(at_an_end ? ERR_NOT_FOUND : ERR_CORRUPT, err);
        if (!at_an_end) {
            assert_reason(f, "ends in the middle of a record");
        }
    }
}

static void a_file_that_does_not_begin_as_one_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[] = {"", "glasshall record 1", "glasshall record 2\n",
                                      "Glasshall record 1\n", "\x03 and something more"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        enum err err = ERR_OK;
        file_make(f->path, text_bytes(text_of(bad[i])));
        assert_int_equal(0, entries_read(f, &err));
        assert_int_equal(ERR_VERSION, err);
        assert_reason(f, "is not a record this program reads");
    }
}

static void a_record_that_claims_too_much_is_refused_before_it_is_read(void **state)
{
    struct fixture *f = *state;
    enum err err = ERR_OK;
    const struct record_file_entry one = entry("fee", 1, "first");
    long size_at = (long)strlen("glasshall record 1\n") + 1 + 3 + 8;
    written(f, &one, 1);
    file_patch(f->path, size_at, "\0\0\xF0\x01", 4); /* 61441 */
    assert_int_equal(0, entries_read(f, &err));
    assert_int_equal(ERR_CORRUPT, err);
    assert_reason(f, "has a record of 61441 bytes");
    file_patch(f->path, size_at, "\xFF\xFF\xFF\xFF", 4);
    assert_int_equal(0, entries_read(f, &err));
    assert_int_equal(ERR_CORRUPT, err);
    file_patch(f->path, size_at, "\0\0\0\x06", 4); /* one more than there are */
    assert_int_equal(0, entries_read(f, &err));
    assert_int_equal(ERR_CORRUPT, err);
}

static void a_file_that_cannot_be_opened_or_written_is_told(void **state)
{
    struct fixture *f = *state;
    struct record_file file;
    assert_int_equal(ERR_NOT_FOUND, record_file_open(&file, f->path, &f->reason));
    assert_string_equal(
        f->reason.text,
        arena_print(&f->arena, "cannot open %s: No such file or directory", f->path).data);
    assert_int_equal(ERR_OK, record_file_close(&file, NULL));
    assert_int_equal(ERR_OK, record_file_create(&file, "/dev/full", &f->reason));
    const struct record_file_entry one = entry("fee", 1, "first");
    assert_int_equal(ERR_OK, record_file_write(&file, &one, &f->reason)); /* in memory still */
    assert_int_equal(ERR_FULL, record_file_close(&file, &f->reason));
    assert_string_equal(f->reason.text, "cannot write /dev/full: No space left on device");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(records_come_back_in_the_order_in_which_they_were_written),
        CASE(the_file_is_these_bytes),
        CASE(an_empty_record_ends_at_once),
        CASE(what_no_reader_would_take_is_not_written),
        CASE(a_file_that_ends_within_a_record_is_told_from_one_that_ends_behind_it),
        CASE(a_file_that_does_not_begin_as_one_is_refused),
        CASE(a_record_that_claims_too_much_is_refused_before_it_is_read),
        CASE(a_file_that_cannot_be_opened_or_written_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
