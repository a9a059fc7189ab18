/* Whole small files and folders, written so that a crash leaves the old or the new, never half.
 *
 * Any thread; every call blocks on the disk. Sizes are bounded by the caller. */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* Reads the file at `path` into `arena`; ERR_TOO_LARGE above `size_max` bytes. */
enum err file_read(const char *path, size_t size_max, struct arena *arena, struct bytes *ret_bytes,
                   struct reason *reason);

/* Writes `bytes` to a new file beside `path`, syncs it, renames it over `path` and syncs the
 * folder. `mode` such as 0600. */
enum err file_replace(const char *path, struct bytes bytes, unsigned mode, struct reason *reason);

/* Makes the folder `path`, and those above it, with mode 0700 where they are missing. */
enum err folder_make(const char *path, struct reason *reason);

/* Syncs the folder itself, so that names made or renamed in it are durable. */
enum err folder_sync(const char *path, struct reason *reason);

/* Bytes free for this user on the disk that holds `path`. */
enum err disk_free_bytes(const char *path, uint64_t *ret_bytes);

/* Writes all of `bytes` to `descriptor`, however many calls it takes. */
enum err write_all(int descriptor, struct bytes bytes);
