#include "log/record_file.h"

#include "log/record.h"

#include <errno.h>
#include <string.h>

static const char header[] = "glasshall record 1\n";

static enum err fail(struct record_file *file, const char *what, struct reason *reason)
{
    return reason_set(reason, err_from_errno(errno), "cannot %s %s: %s", what, file->path,
                      strerror(errno));
}

static enum err file_begin(struct record_file *file, const char *path, const char *mode,
                           struct reason *reason)
{
    *file = (struct record_file){.path = path};
    arena_init(&file->arena);
    file->stream = fopen(path, mode);
    return file->stream == NULL ? fail(file, "open", reason) : ERR_OK;
}

enum err record_file_create(struct record_file *file, const char *path, struct reason *reason)
{
    enum err err = file_begin(file, path, "wbe", reason);
    if (err == ERR_OK && fputs(header, file->stream) == EOF) {
        err = fail(file, "write", reason);
    }
    return err;
}

enum err record_file_open(struct record_file *file, const char *path, struct reason *reason)
{
    char start[sizeof header] = "";
    enum err err = file_begin(file, path, "rbe", reason);
    if (err != ERR_OK) {
        return err;
    }
    if (fread(start, 1, sizeof header - 1, file->stream) != sizeof header - 1 ||
        strcmp(start, header) != 0) {
        return reason_set(reason, ERR_VERSION, "%s is not a record this program reads", path);
    }
    return ERR_OK;
}

enum err record_file_write(struct record_file *file, const struct record_file_entry *entry,
                           struct reason *reason)
{
    if (entry->source.size > UINT8_MAX || entry->bytes.size > RECORD_BYTES_MAX) {
        return reason_set(reason, ERR_TOO_LARGE,
                          "a record of %zu bytes from a source of %zu does not go into %s",
                          entry->bytes.size, entry->source.size, file->path);
    }
    uint8_t length = (uint8_t)entry->source.size;
    uint8_t numbers[12];
    write_be64(numbers, entry->seq);
    write_be32(numbers + 8, (uint32_t)entry->bytes.size);
    bool written =
        fwrite(&length, 1, 1, file->stream) == 1 &&
        fwrite(entry->source.data, 1, length, file->stream) == length &&
        fwrite(numbers, 1, sizeof numbers, file->stream) == sizeof numbers &&
        fwrite(entry->bytes.data, 1, entry->bytes.size, file->stream) == entry->bytes.size;
    return written ? ERR_OK : fail(file, "write", reason);
}

enum err record_file_read(struct record_file *file, struct record_file_entry *ret_entry,
                          struct reason *reason)
{
    uint8_t length = 0;
    uint8_t numbers[12];
    arena_reset(&file->arena);
    if (fread(&length, 1, 1, file->stream) != 1) {
        return feof(file->stream) ? ERR_NOT_FOUND : fail(file, "read", reason);
    }
    char *source = arena_take(&file->arena, length + (size_t)1);
    if (fread(source, 1, length, file->stream) != length ||
        fread(numbers, 1, sizeof numbers, file->stream) != sizeof numbers) {
        return reason_set(reason, ERR_CORRUPT, "%s ends in the middle of a record", file->path);
    }
    size_t size = read_be32(numbers + 8);
    if (size > RECORD_BYTES_MAX) {
        return reason_set(reason, ERR_CORRUPT, "%s has a record of %zu bytes", file->path, size);
    }
    uint8_t *bytes = arena_take(&file->arena, size + 1);
    if (fread(bytes, 1, size, file->stream) != size) {
        return reason_set(reason, ERR_CORRUPT, "%s ends in the middle of a record", file->path);
    }
    *ret_entry = (struct record_file_entry){
        .source = {source, length}, .seq = read_be64(numbers), .bytes = bytes_of(bytes, size)};
    return ERR_OK;
}

enum err record_file_close(struct record_file *file, struct reason *reason)
{
    enum err err = ERR_OK;
    if (file->stream != NULL && fclose(file->stream) != 0) {
        err = fail(file, "write", reason);
    }
    file->stream = NULL;
    arena_free(&file->arena);
    return err;
}
