/* Reading the files of a folder: which file is what, and which is nobody's. */
#include "catalogue/folder.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const names[] = {"catalogue.yaml",
                                    "calendar-1.yaml",
                                    "calendar-2.yaml",
                                    "notes.yaml",
                                    "notes.txt",
                                    "procedures/a.yaml",
                                    "procedures/b.yaml",
                                    "procedures/c.yml",
                                    "templates/other.yaml",
                                    "templates/messages.yaml"};

struct fixture {
    struct arena arena;
    char path[64];
};

static const char *path_of(struct fixture *f, const char *name)
{
    return arena_print(&f->arena, "%s/%s", f->path, name).data;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    (void)snprintf(f->path, sizeof f->path, "/tmp/glasshall-folder-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(names); i++) {
        (void)unlink(path_of(f, names[i]));
    }
    (void)rmdir(path_of(f, "procedures"));
    (void)rmdir(path_of(f, "templates"));
    assert_int_equal(0, rmdir(f->path));
    arena_free(&f->arena);
    free(f);
    return 0;
}

/* Writes each of the first `count` files, with its own name in it. */
static void files_write(struct fixture *f, size_t count)
{
    assert_int_equal(ERR_OK, folder_make(path_of(f, "procedures"), NULL));
    assert_int_equal(ERR_OK, folder_make(path_of(f, "templates"), NULL));
    for (size_t i = 0; i < count; i++) {
        struct bytes content = text_bytes(text_of(names[i]));
        assert_int_equal(ERR_OK, file_replace(path_of(f, names[i]), content, 0600, NULL));
    }
}

static void assert_source(const struct catalogue_source *source, const char *name)
{
    assert_string_equal(source->name, name);
    assert_true(text_equal_string(source->text, name));
}

static void each_file_is_known_by_its_name(void **state)
{
    struct fixture *f = *state;
    struct catalogue_files files;
    static const char *const unread[] = {"calendar-1.yaml", "notes.yaml", "procedures/c.yml",
                                         "templates/other.yaml"};
    files_write(f, COUNT(names));
    assert_int_equal(ERR_OK, catalogue_files_read(f->path, &f->arena, &files, NULL));
    assert_source(&files.catalogue, "catalogue.yaml");
    assert_source(&files.calendar, "calendar-2.yaml");
    assert_source(&files.templates, "templates/messages.yaml");
    assert_int_equal(2, files.procedure_count);
    assert_source(&files.procedures[0], "procedures/a.yaml");
    assert_source(&files.procedures[1], "procedures/b.yaml");
    assert_int_equal(COUNT(unread), files.unread.count);
    for (size_t i = 0; i < COUNT(unread); i++) {
        assert_true(text_equal_string(files.unread.items[i], unread[i]));
    }
}

static void a_catalogue_may_stand_alone_but_not_be_missing(void **state)
{
    struct fixture *f = *state;
    struct catalogue_files files;
    struct reason reason;
    assert_int_equal(ERR_NOT_FOUND, catalogue_files_read(f->path, &f->arena, &files, &reason));
    assert_non_null(strstr(reason.text, "has no catalogue.yaml"));
    files_write(f, 1);
    assert_int_equal(ERR_OK, catalogue_files_read(f->path, &f->arena, &files, &reason));
    assert_null(files.calendar.name);
    assert_null(files.templates.name);
    assert_int_equal(0, files.procedure_count);
    assert_int_equal(0, files.unread.count);
    assert_int_equal(ERR_NOT_FOUND,
                     catalogue_files_read(path_of(f, "none"), &f->arena, &files, &reason));
    assert_non_null(strstr(reason.text, "cannot list"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(each_file_is_known_by_its_name),
        CASE(a_catalogue_may_stand_alone_but_not_be_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
