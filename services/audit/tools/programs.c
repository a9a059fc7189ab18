#include "programs.h"

#include "base/file.h"

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT_BYTES_MAX = 64 * 1024, DESCRIPTORS_MAX = 16 };

/* Runs a program with its output going to `path`. */
static enum err program_run(char *const *arguments, const char *path, struct reason *reason)
{
    posix_spawn_file_actions_t actions;
    pid_t pid = 0;
    int status = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, path, O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    int code = posix_spawn(&pid, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (code != 0) {
        return reason_set(reason, ERR_NOT_FOUND, "cannot run %s: %s", arguments[0], strerror(code));
    }
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return reason_set(reason, ERR_INVALID, "%s failed; it says why above", arguments[0]);
    }
    return ERR_OK;
}

/* What a program says of its tables: `arguments` end with NULL, the first is its name. */
static enum err digests_ask(const struct programs *programs, char *const *arguments,
                            struct digests *ret_digests, struct reason *reason)
{
    struct bytes output;
    const char *path = arena_print(programs->arena, "%s/output.json", programs->work).data;
    enum err err = program_run(arguments, path, reason);
    if (err == ERR_OK) {
        err = file_read(path, OUTPUT_BYTES_MAX, programs->arena, &output, reason);
    }
    if (err == ERR_OK) {
        err = digests_parse(bytes_text(output), programs->arena, ret_digests, reason);
    }
    return err;
}

/* A formatted argument of a program: argv wants its strings writable. */
static char *argument(const struct programs *programs, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static char *argument(const struct programs *programs, const char *format, ...)
{
    char text[PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    char *copy = arena_take(programs->arena, strlen(text) + 1);
    memcpy(copy, text, strlen(text) + 1);
    return copy;
}

enum err program_digest(const struct programs *programs, const char *service, const char *data,
                        struct digests *ret_digests, struct reason *reason)
{
    char *arguments[] = {
        argument(programs, "%s/glasshall-%s", programs->folder, service),
        argument(programs, "--digest"),
        argument(programs, "--data=%s", data),
        argument(programs, "--map-size=%" PRId64, programs->map_bytes),
        NULL,
    };
    return digests_ask(programs, arguments, ret_digests, reason);
}

enum err program_rebuild(const struct programs *programs, const char *service, const char *folder,
                         int64_t until, struct digests *ret_digests, struct reason *reason)
{
    char *arguments[] = {
        argument(programs, "%s/glasshall-%s", programs->folder, service),
        argument(programs, "--replay=%s", programs->record),
        argument(programs, "--until=%" PRId64, until),
        argument(programs, "--data=%s", folder),
        argument(programs, "--map-size=%" PRId64, programs->map_bytes),
        NULL,
    };
    return digests_ask(programs, arguments, ret_digests, reason);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void programs_clear(const char *folder)
{
    (void)nftw(folder, remove_one, DESCRIPTORS_MAX, FTW_DEPTH | FTW_PHYS);
}
