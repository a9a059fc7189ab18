#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static enum err fail(struct reason *reason, const char *what, const char *path)
{
    int error_number = errno;
    return reason_set(reason, err_from_errno(error_number), "cannot %s %s: %s", what, path,
                      strerror(error_number));
}

enum err file_read(const char *path, size_t size_max, struct arena *arena, struct bytes *ret_bytes,
                   struct reason *reason)
{
    enum err err = ERR_OK;
    /* Without waiting for somebody to write, should it be a pipe. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return fail(reason, "open", path);
    }
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        err = fail(reason, "look at", path);
        goto out;
    }
    if (!S_ISREG(status.st_mode)) {
        err = reason_set(reason, ERR_INVALID, "%s is not a file", path);
        goto out;
    }
    if (status.st_size < 0 || (uintmax_t)status.st_size > size_max) {
        err = reason_set(reason, ERR_TOO_LARGE, "%s has %jd bytes, at most %zu are allowed", path,
                         (intmax_t)status.st_size, size_max);
        goto out;
    }
    size_t size = (size_t)status.st_size;
    uint8_t *data = arena_take(arena, size + 1);
    size_t got = 0;
    while (got < size) {
        ssize_t part = read(descriptor, data + got, size - got);
        if (part < 0 && errno == EINTR) {
            continue;
        }
        if (part <= 0) {
            err = part == 0 ? reason_set(reason, ERR_IO, "%s became shorter while being read", path)
                            : fail(reason, "read", path);
            goto out;
        }
        got += (size_t)part;
    }
    *ret_bytes = bytes_of(data, size);
out:
    close(descriptor);
    return err;
}

enum err write_all(int descriptor, struct bytes bytes)
{
    while (bytes.size > 0) {
        ssize_t written = write(descriptor, bytes.data, bytes.size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return err_from_errno(errno);
        }
        bytes = bytes_of(bytes.data + written, bytes.size - (size_t)written);
    }
    return ERR_OK;
}

/* The folder part of `path`, or "." when it has none. */
static enum err folder_of(const char *path, char folder[PATH_MAX], struct reason *reason)
{
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    if (size >= PATH_MAX) {
        return reason_set(reason, ERR_TOO_LARGE, "the path %.80s... is too long", path);
    }
    memcpy(folder, slash == NULL ? "." : path, size);
    folder[size] = '\0';
    return ERR_OK;
}

enum err folder_sync(const char *path, struct reason *reason)
{
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return fail(reason, "open folder", path);
    }
    enum err err = fsync(descriptor) == 0 ? ERR_OK : fail(reason, "sync folder", path);
    close(descriptor);
    return err;
}

enum err file_replace(const char *path, struct bytes bytes, unsigned mode, struct reason *reason)
{
    char temporary[PATH_MAX];
    char folder[PATH_MAX];
    enum err err = folder_of(path, folder, reason);
    if (err != ERR_OK) {
        return err;
    }
    int written = snprintf(temporary, sizeof temporary, "%s.new", path);
    if (written < 0 || (size_t)written >= sizeof temporary) {
        return reason_set(reason, ERR_TOO_LARGE, "the path %.80s... is too long", path);
    }
    /* What a crash left behind goes first, so that its mode and length do not stay. */
    (void)unlink(temporary);
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (descriptor < 0) {
        return fail(reason, "create", temporary);
    }
    err = write_all(descriptor, bytes);
    if (err == ERR_OK && fsync(descriptor) != 0) {
        err = err_from_errno(errno);
    }
    close(descriptor);
    if (err != ERR_OK) {
        (void)unlink(temporary);
        return reason_set(reason, err, "cannot write %s: %s", temporary, err_text(err));
    }
    if (rename(temporary, path) != 0) {
        err = fail(reason, "rename to", path);
        (void)unlink(temporary);
        return err;
    }
    return folder_sync(folder, reason);
}

enum err folder_make(const char *path, struct reason *reason)
{
    char partial[PATH_MAX];
    size_t size = strlen(path);
    if (size == 0 || size >= sizeof partial) {
        return reason_set(reason, ERR_INVALID, "the path of a folder must have 1 to %d bytes",
                          PATH_MAX - 1);
    }
    for (size_t i = 1; i <= size; i++) {
        if (path[i] != '/' && path[i] != '\0') {
            continue;
        }
        memcpy(partial, path, i);
        partial[i] = '\0';
        if (mkdir(partial, 0700) != 0 && errno != EEXIST) {
            return fail(reason, "make folder", partial);
        }
    }
    struct stat status;
    if (stat(path, &status) != 0) {
        return fail(reason, "look at", path);
    }
    return S_ISDIR(status.st_mode) ? ERR_OK
                                   : reason_set(reason, ERR_INVALID, "%s is not a folder", path);
}

enum err disk_free_bytes(const char *path, uint64_t *ret_bytes)
{
    struct statvfs status;
    if (statvfs(path, &status) != 0) {
        return err_from_errno(errno);
    }
    *ret_bytes = (uint64_t)status.f_bavail * status.f_frsize;
    return ERR_OK;
}
