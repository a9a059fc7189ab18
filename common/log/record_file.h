/* A record as a file: what the archivist hands to a replay, in its order.
 *
 *   "glasshall record 1\n"
 *   then per record: length of the source u8, source, sequence number u64, length u32, bytes
 *   (numbers in network order)
 *
 * Only a container: what proves the records are the chains and the archivist's own proofs. */
#pragma once

#include "base/arena.h"
#include "base/err.h"

#include <stdio.h>

struct record_file {
    FILE *stream;
    const char *path;
    struct arena arena; /* of the record read last */
};

struct record_file_entry {
    struct text source;
    uint64_t seq;
    struct bytes bytes;
};

enum err record_file_create(struct record_file *file, const char *path, struct reason *reason);
enum err record_file_open(struct record_file *file, const char *path, struct reason *reason);

/* Adds a record at the end. ERR_TOO_LARGE, and nothing written, for a record that no reader would
 * take: more than RECORD_BYTES_MAX, or a source of more than 255 bytes. */
enum err record_file_write(struct record_file *file, const struct record_file_entry *entry,
                           struct reason *reason);

/* Reads the next record, valid until the next call; ERR_NOT_FOUND at the end of the file,
 * ERR_CORRUPT when it ends within a record or claims more than RECORD_BYTES_MAX. */
enum err record_file_read(struct record_file *file, struct record_file_entry *ret_entry,
                          struct reason *reason);

/* Closes; for a file that was written, says whether all of it is there. */
enum err record_file_close(struct record_file *file, struct reason *reason);
