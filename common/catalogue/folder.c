#include "catalogue/folder.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int is_yaml(const struct dirent *entry)
{
    const char *end = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && end != NULL && strcmp(end, ".yaml") == 0;
}

/* Reads folder/name; errors about its content will call it `name`. */
static enum err source_read(const char *folder, struct text name, struct arena *arena,
                            struct catalogue_source *ret_source, struct reason *reason)
{
    struct bytes bytes;
    struct text path = arena_print(arena, "%s/%.*s", folder, TEXT_PRINT(name));
    enum err err = file_read(path.data, YAML_SOURCE_BYTES_MAX, arena, &bytes, reason);
    if (err == ERR_OK) {
        *ret_source = (struct catalogue_source){.name = name.data, .text = bytes_text(bytes)};
    }
    return err;
}

static enum err procedures_read(const char *folder, struct arena *arena,
                                struct catalogue_files *files, struct reason *reason)
{
    struct dirent **entries = NULL;
    enum err err = ERR_OK;
    struct text path = arena_print(arena, "%s/procedures", folder);
    int count = scandir(path.data, &entries, is_yaml, alphasort);
    if (count < 0 && errno == ENOENT) {
        return ERR_OK;
    }
    if (count < 0) {
        return reason_set(reason, err_from_errno(errno), "cannot list %s: %s", path.data,
                          strerror(errno));
    }
    if (count > CATALOGUE_PROCEDURES_MAX) {
        err = reason_set(reason, ERR_TOO_LARGE, "%s has %d files, at most %d are allowed",
                         path.data, count, CATALOGUE_PROCEDURES_MAX);
    }
    files->procedures = arena_take_array(arena, (size_t)count, sizeof *files->procedures);
    for (int i = 0; i < count; i++) {
        if (err == ERR_OK) {
            err = source_read(folder, arena_print(arena, "procedures/%s", entries[i]->d_name),
                              arena, &files->procedures[files->procedure_count++], reason);
        }
        free(entries[i]);
    }
    free(entries);
    return err;
}

enum err catalogue_files_read(const char *folder, struct arena *arena,
                              struct catalogue_files *ret_files, struct reason *reason)
{
    struct catalogue_files files = {0};
    enum err err =
        source_read(folder, TEXT_LITERAL("catalogue.yaml"), arena, &files.catalogue, reason);
    if (err == ERR_OK) {
        err = procedures_read(folder, arena, &files, reason);
    }
    if (err == ERR_OK) {
        *ret_files = files;
    }
    return err;
}
