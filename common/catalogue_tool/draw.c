#include "catalogue_tool/draw.h"

#include "base/buffer.h"
#include "base/check.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DOCUMENT_BYTES_MAX = 1 << 20, FILE_MODE = 0644, FOLDER_MODE = 0755 };

/* Runs dot from `input` to `path`, or to the standard output where there is none. */
static enum err dot_run(int input, const char *path, struct reason *reason)
{
    char program[] = "dot";
    char format[] = "-Tsvg";
    char *arguments[] = {program, format, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid = 0;
    int status = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (path != NULL) {
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, path,
                                         O_WRONLY | O_CREAT | O_TRUNC, FILE_MODE);
    }
    int code = posix_spawnp(&pid, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (code == ENOENT) {
        return reason_set(reason, ERR_NOT_FOUND,
                          "dot, which draws the SVG, is not installed: apt-get install graphviz, "
                          "or leave --svg out and draw the DOT elsewhere");
    }
    if (code != 0) {
        return reason_set(reason, err_from_errno(code), "cannot run dot: %s", strerror(code));
    }
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return reason_set(reason, ERR_INVALID, "dot failed; it says why above");
    }
    return ERR_OK;
}

/* dot reads its document from a file without a name: a pipe could fill up and stop both. */
static enum err svg_write(struct text document, const char *path, struct reason *reason)
{
    FILE *input = tmpfile();
    if (input == NULL) {
        return reason_set(reason, err_from_errno(errno), "cannot make a temporary file: %s",
                          strerror(errno));
    }
    enum err err = write_all(fileno(input), text_bytes(document));
    if (err == ERR_OK && lseek(fileno(input), 0, SEEK_SET) == 0) {
        err = dot_run(fileno(input), path, reason);
    } else {
        err = reason_set(reason, ERR_IO, "cannot write a temporary file");
    }
    (void)fclose(input);
    return err;
}

/* A picture takes the place of the one before only when it is whole. */
static enum err svg_replace(struct text document, const char *path, struct arena *arena,
                            struct reason *reason)
{
    const char *fresh = arena_print(arena, "%s.new", path).data;
    enum err err = svg_write(document, fresh, reason);
    if (err == ERR_OK && rename(fresh, path) != 0) {
        err =
            reason_set(reason, err_from_errno(errno), "cannot write %s: %s", path, strerror(errno));
    }
    if (err != ERR_OK) {
        (void)unlink(fresh);
    }
    return err;
}

static enum err document_write(struct text document, const char *path, struct reason *reason)
{
    if (path != NULL) {
        return file_replace(path, text_bytes(document), FILE_MODE, reason);
    }
    enum err err = write_all(STDOUT_FILENO, text_bytes(document));
    return err == ERR_OK ? ERR_OK : reason_set(reason, err, "cannot write: %s", err_text(err));
}

static enum err path_make(const struct procedure *procedure, struct drawing drawing,
                          struct arena *arena, const char **ret_path, struct reason *reason)
{
    if (drawing.folder == NULL) {
        *ret_path = NULL;
        return ERR_OK;
    }
    if (mkdir(drawing.folder, FOLDER_MODE) != 0 && errno != EEXIST) {
        return reason_set(reason, err_from_errno(errno), "cannot make the folder %s: %s",
                          drawing.folder, strerror(errno));
    }
    *ret_path = arena_print(arena, "%s/%.*s.%s", drawing.folder, TEXT_PRINT(procedure->name),
                            drawing.is_svg ? "svg" : "dot")
                    .data;
    return ERR_OK;
}

enum err draw_procedure(const struct procedure *procedure, struct drawing drawing,
                        struct arena *arena, struct reason *reason)
{
    struct buffer document;
    const char *path = NULL;
    enum err err = path_make(procedure, drawing, arena, &path, reason);
    if (err != ERR_OK) {
        return err;
    }
    buffer_init(&document, DOCUMENT_BYTES_MAX);
    procedure_draw(procedure, &document);
    CHECK(!document.failed); /* procedures are bounded far below */
    struct text text = buffer_text(&document);
    if (!drawing.is_svg) {
        err = document_write(text, path, reason);
    } else if (path == NULL) {
        err = svg_write(text, NULL, reason);
    } else {
        err = svg_replace(text, path, arena, reason);
    }
    buffer_free(&document);
    return err;
}
