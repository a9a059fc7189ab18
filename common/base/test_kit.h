/* For the tests of base and of the parts that keep files: a folder that goes away again, texts and
 * bytes compared so that a difference is shown, and facts that must end the process when broken. */
#pragma once

#include "base/arena.h"
#include "base/err.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* -- comparing -------------------------------------------------------------------------------- */

#define assert_text(actual, expected)                                                              \
    do {                                                                                           \
        struct text assert_text_ = (actual);                                                       \
        char *assert_text_shown_ =                                                                 \
            strndup(assert_text_.size == 0 ? "" : assert_text_.data, assert_text_.size);           \
        assert_string_equal(assert_text_shown_, expected);                                         \
        free(assert_text_shown_);                                                                  \
    } while (false)

#define assert_bytes(actual, expected, expected_size)                                              \
    do {                                                                                           \
        struct bytes assert_bytes_ = (actual);                                                     \
        assert_int_equal(assert_bytes_.size, expected_size);                                       \
        if (assert_bytes_.size != 0) {                                                             \
            assert_memory_equal(assert_bytes_.data, expected, expected_size);                      \
        }                                                                                          \
    } while (false)

/* -- folders and files ------------------------------------------------------------------------ */

struct test_folder {
    char path[64];
};

static inline void folder_begin(struct test_folder *folder)
{
    (void)snprintf(folder->path, sizeof folder->path, "/tmp/glasshall-test-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
}

static inline int folder_entry_remove(const char *path, const struct stat *status, int type,
                                      struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

static inline void folder_end(const struct test_folder *folder)
{
    assert_int_equal(0, nftw(folder->path, folder_entry_remove, 16, FTW_DEPTH | FTW_PHYS));
}

/* The path of `name` in the folder. */
static inline const char *path_in(const struct test_folder *folder, const char *name,
                                  struct arena *arena)
{
    return arena_print(arena, "%s/%s", folder->path, name).data;
}

/* Makes a file with that content, or replaces it. */
static inline void file_make(const char *path, struct bytes content)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(content.size, fwrite(content.data, 1, content.size, file));
    assert_int_equal(0, fclose(file));
}

/* Writes over part of a file, at `offset` from its start, or from its end when negative. */
static inline void file_patch(const char *path, long offset, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(0, fseek(file, offset, offset < 0 ? SEEK_END : SEEK_SET));
    assert_int_equal(size, fwrite(bytes, 1, size, file));
    assert_int_equal(0, fclose(file));
}

static inline size_t file_size(const char *path)
{
    struct stat status;
    assert_int_equal(0, stat(path, &status));
    return (size_t)status.st_size;
}

static inline bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* -- broken facts ----------------------------------------------------------------------------- */

/* Runs `statement` in a process of its own, which a CHECK must end. */
#define assert_check_fails(statement)                                                              \
    do {                                                                                           \
        int assert_check_status_ = 0;                                                              \
        pid_t assert_check_child_ = fork();                                                        \
        if (assert_check_child_ == 0) {                                                            \
            const struct rlimit no_core = {0, 0};                                                  \
            (void)setrlimit(RLIMIT_CORE, &no_core);                                                \
            (void)dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);                                \
            statement;                                                                             \
            _exit(EXIT_SUCCESS);                                                                   \
        }                                                                                          \
        assert_int_equal(assert_check_child_,                                                      \
                         waitpid(assert_check_child_, &assert_check_status_, 0));                  \
        assert_true(WIFSIGNALED(assert_check_status_) &&                                           \
                    WTERMSIG(assert_check_status_) == SIGABRT);                                    \
    } while (false)
