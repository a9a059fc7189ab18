/* Small files read and replaced as a whole, folders made. */
#include "base/file.h"
#include "base/test_kit.h"

struct fixture {
    struct test_folder folder;
    struct arena arena;
    struct reason reason;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    folder_begin(&f->folder);
    arena_init(&f->arena);
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

static const char *at(struct fixture *f, const char *name)
{
    return path_in(&f->folder, name, &f->arena);
}

static void assert_content(struct fixture *f, const char *path, const char *expected)
{
    struct bytes bytes = {0};
    assert_int_equal(ERR_OK, file_read(path, 1000, &f->arena, &bytes, &f->reason));
    assert_bytes(bytes, expected, strlen(expected));
}

/* The reason, in which PATH stands for `path`. */
static void assert_reason(struct fixture *f, const char *expected, const char *path)
{
    const char *place = strstr(expected, "PATH");
    assert_non_null(place);
    struct text text = arena_print(&f->arena, "%.*s%s%s", (int)(place - expected), expected, path,
                                   place + strlen("PATH"));
    assert_string_equal(f->reason.text, text.data);
}

static void a_file_is_read_as_a_whole(void **state)
{
    struct fixture *f = *state;
    const char *path = at(f, "a");
    file_make(path, bytes_of("one\0two", 7));
    struct bytes bytes = {0};
    assert_int_equal(ERR_OK, file_read(path, 7, &f->arena, &bytes, &f->reason));
    assert_bytes(bytes, "one\0two", 7);
    file_make(path, bytes_of("", 0));
    assert_int_equal(ERR_OK, file_read(path, 0, &f->arena, &bytes, NULL));
    assert_int_equal(0, bytes.size);
    assert_non_null(bytes.data);
}

static void what_cannot_be_read_is_told_with_its_path(void **state)
{
    struct fixture *f = *state;
    struct bytes bytes = {0};
    assert_int_equal(ERR_NOT_FOUND, file_read(at(f, "b"), 10, &f->arena, &bytes, &f->reason));
    assert_reason(f, "cannot open PATH: No such file or directory", at(f, "b"));
    file_make(at(f, "a"), bytes_of("12345678", 8));
    assert_int_equal(ERR_TOO_LARGE, file_read(at(f, "a"), 7, &f->arena, &bytes, &f->reason));
    assert_reason(f, "PATH has 8 bytes, at most 7 are allowed", at(f, "a"));
    assert_int_equal(ERR_INVALID, file_read(f->folder.path, 10, &f->arena, &bytes, &f->reason));
    assert_reason(f, "PATH is not a file", f->folder.path);
    assert_int_equal(0, mkfifo(at(f, "pipe"), 0600));
    assert_int_equal(ERR_INVALID, file_read(at(f, "pipe"), 10, &f->arena, &bytes, &f->reason));
    assert_reason(f, "PATH is not a file", at(f, "pipe"));
    assert_null(bytes.data);
}

static void a_file_is_made_with_its_mode(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    assert_int_equal(ERR_OK, file_replace(at(f, "a"), bytes_of("new", 3), 0600, &f->reason));
    assert_content(f, at(f, "a"), "new");
    assert_int_equal(0, stat(at(f, "a"), &status));
    assert_int_equal(0600, status.st_mode & 0777);
    assert_false(file_exists(at(f, "a.new")));
}

static void a_reader_sees_the_old_file_or_the_new_one(void **state)
{
    struct fixture *f = *state;
    file_make(at(f, "a"), bytes_of("old", 3));
    FILE *reader = fopen(at(f, "a"), "rb");
    assert_non_null(reader);
    assert_int_equal(ERR_OK, file_replace(at(f, "a"), bytes_of("newer", 5), 0600, &f->reason));
    char seen[10] = "";
    assert_int_equal(3, fread(seen, 1, sizeof seen, reader));
    assert_memory_equal(seen, "old", 3);
    (void)fclose(reader);
    assert_content(f, at(f, "a"), "newer");
}

static void a_crash_before_the_rename_leaves_the_old_file(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    file_make(at(f, "a"), bytes_of("old", 3));
    /* What a process leaves that dies while it writes: half of something longer, with any mode. */
    file_make(at(f, "a.new"), bytes_of("half of a longer text", 21));
    assert_int_equal(0, chmod(at(f, "a.new"), 0666));
    assert_content(f, at(f, "a"), "old");
    assert_int_equal(ERR_OK, file_replace(at(f, "a"), bytes_of("next", 4), 0600, &f->reason));
    assert_content(f, at(f, "a"), "next");
    assert_int_equal(0, stat(at(f, "a"), &status));
    assert_int_equal(0600, status.st_mode & 0777);
    assert_false(file_exists(at(f, "a.new")));
}

static void a_replacement_that_fails_leaves_everything_as_it_was(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(0, mkdir(at(f, "a"), 0700));
    file_make(at(f, "a/b"), bytes_of("x", 1));
    assert_int_not_equal(ERR_OK, file_replace(at(f, "a"), bytes_of("n", 1), 0600, &f->reason));
    assert_reason(f, "cannot rename to PATH: Is a directory", at(f, "a"));
    assert_content(f, at(f, "a/b"), "x");
    assert_false(file_exists(at(f, "a.new")));
    assert_int_equal(ERR_NOT_FOUND,
                     file_replace(at(f, "no/file"), bytes_of("n", 1), 0600, &f->reason));
    assert_reason(f, "cannot create PATH.new: No such file or directory", at(f, "no/file"));
}

static void a_path_that_is_too_long_is_refused(void **state)
{
    struct fixture *f = *state;
    struct text path = arena_print(&f->arena, "/%04095d", 0);
    assert_int_equal(ERR_TOO_LARGE, file_replace(path.data, bytes_of("n", 1), 0600, &f->reason));
    assert_int_equal(ERR_INVALID, folder_make(path.data, &f->reason));
    assert_string_equal(f->reason.text, "the path of a folder must have 1 to 4095 bytes");
    assert_int_equal(ERR_INVALID, folder_make("", &f->reason));
}

static void folders_are_made_with_those_above_them_for_their_owner_alone(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    assert_int_equal(ERR_OK, folder_make(at(f, "one/two/three"), &f->reason));
    assert_int_equal(0, stat(at(f, "one/two"), &status));
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(0700, status.st_mode & 0777);
    assert_int_equal(ERR_OK, folder_make(at(f, "one/two/three"), &f->reason));
    assert_int_equal(ERR_OK, folder_make(at(f, "one/two/"), &f->reason));
    assert_int_equal(ERR_OK, folder_sync(at(f, "one"), &f->reason));
}

static void a_file_in_the_way_of_a_folder_is_told(void **state)
{
    struct fixture *f = *state;
    file_make(at(f, "a"), bytes_of("", 0));
    assert_int_equal(ERR_INVALID, folder_make(at(f, "a"), &f->reason));
    assert_reason(f, "PATH is not a folder", at(f, "a"));
    assert_int_equal(ERR_IO, folder_make(at(f, "a/b"), &f->reason));
    assert_reason(f, "cannot make folder PATH: Not a directory", at(f, "a/b"));
    assert_int_equal(ERR_NOT_FOUND, folder_sync(at(f, "no"), &f->reason));
}

static void all_bytes_are_written_or_an_error_says_why(void **state)
{
    struct fixture *f = *state;
    int descriptor = open(at(f, "a"), O_WRONLY | O_CREAT, 0600);
    assert_int_equal(ERR_OK, write_all(descriptor, bytes_of("12345", 5)));
    assert_int_equal(ERR_OK, write_all(descriptor, (struct bytes){0}));
    close(descriptor);
    assert_content(f, at(f, "a"), "12345");
    int full = open("/dev/full", O_WRONLY);
    assert_int_equal(ERR_FULL, write_all(full, bytes_of("1", 1)));
    close(full);
    assert_int_equal(ERR_IO, write_all(-1, bytes_of("1", 1)));
}

static void the_free_room_of_a_disk_is_known(void **state)
{
    struct fixture *f = *state;
    uint64_t bytes = 0;
    assert_int_equal(ERR_OK, disk_free_bytes(f->folder.path, &bytes));
    assert_true(bytes > 0);
    assert_int_equal(ERR_NOT_FOUND, disk_free_bytes(at(f, "no"), &bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_file_is_read_as_a_whole),
        CASE(what_cannot_be_read_is_told_with_its_path),
        CASE(a_file_is_made_with_its_mode),
        CASE(a_reader_sees_the_old_file_or_the_new_one),
        CASE(a_crash_before_the_rename_leaves_the_old_file),
        CASE(a_replacement_that_fails_leaves_everything_as_it_was),
        CASE(a_path_that_is_too_long_is_refused),
        CASE(folders_are_made_with_those_above_them_for_their_owner_alone),
        CASE(a_file_in_the_way_of_a_folder_is_told),
        CASE(all_bytes_are_written_or_an_error_says_why),
        CASE(the_free_room_of_a_disk_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
