#include "catalogue/folder.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { UNREAD_MAX = 64 };

/* A folder being read, with the YAML files in it whose names say nothing to us. */
struct reading {
    const char *folder;
    struct arena *arena;
    struct catalogue_files *files;
    struct reason *reason;
};

static bool name_ends(const char *name, const char *suffix)
{
    size_t size = strlen(name);
    size_t suffix_size = strlen(suffix);
    return size > suffix_size && strcmp(name + size - suffix_size, suffix) == 0;
}

static int is_yaml(const struct dirent *entry)
{
    return entry->d_name[0] != '.' &&
           (name_ends(entry->d_name, ".yaml") || name_ends(entry->d_name, ".yml"));
}

/* Reads the file `name` of the folder; errors about its content will call it `name`. */
static enum err source_read(struct reading *r, struct text name,
                            struct catalogue_source *ret_source)
{
    struct bytes bytes;
    struct text path = arena_print(r->arena, "%s/%.*s", r->folder, TEXT_PRINT(name));
    enum err err = file_read(path.data, YAML_SOURCE_BYTES_MAX, r->arena, &bytes, r->reason);
    if (err == ERR_OK) {
        *ret_source = (struct catalogue_source){.name = name.data, .text = bytes_text(bytes)};
    }
    return err;
}

static enum err procedure_read(struct reading *r, struct text name)
{
    struct catalogue_files *files = r->files;
    if (files->procedure_count == CATALOGUE_PROCEDURES_MAX) {
        return reason_set(r->reason, ERR_TOO_LARGE, "%s/procedures has more than %d files",
                          r->folder, CATALOGUE_PROCEDURES_MAX);
    }
    if (files->procedures == NULL) {
        files->procedures =
            arena_take_array(r->arena, CATALOGUE_PROCEDURES_MAX, sizeof *files->procedures);
    }
    return source_read(r, name, &files->procedures[files->procedure_count++]);
}

static void unread_add(struct reading *r, struct text name)
{
    struct text_span *unread = &r->files->unread;
    if (unread->items == NULL) {
        unread->items = arena_take_array(r->arena, UNREAD_MAX, sizeof *unread->items);
    }
    if (unread->count < UNREAD_MAX) {
        unread->items[unread->count++] = name;
    }
}

/* Reads the file when its name says what it is; else remembers that nobody does. */
static enum err file_take(struct reading *r, struct text name)
{
    struct catalogue_files *files = r->files;
    if (text_equal_string(name, "catalogue.yaml")) {
        return source_read(r, name, &files->catalogue);
    }
    if (text_equal_string(name, "templates/messages.yaml")) {
        return source_read(r, name, &files->templates);
    }
    if (text_equal_string(name, "templates/letters.yaml")) {
        return source_read(r, name, &files->letters);
    }
    bool is_whole = name_ends(name.data, ".yaml");
    if (is_whole && text_starts_with(name, "procedures/")) {
        return procedure_read(r, name);
    }
    if (!is_whole || !text_starts_with(name, "calendar")) {
        unread_add(r, name);
        return ERR_OK;
    }
    if (files->calendar.name != NULL) {
        unread_add(r, text_of(files->calendar.name));
    }
    return source_read(r, name, &files->calendar);
}

/* Takes the YAML files of the folder `below` the one being read ("" or "procedures/"). */
static enum err files_take(struct reading *r, const char *below)
{
    struct dirent **entries = NULL;
    enum err err = ERR_OK;
    struct text path = arena_print(r->arena, "%s/%s", r->folder, below);
    int count = scandir(path.data, &entries, is_yaml, alphasort);
    if (count < 0 && errno == ENOENT && below[0] != '\0') {
        return ERR_OK;
    }
    if (count < 0) {
        return reason_set(r->reason, err_from_errno(errno), "cannot list %s: %s", path.data,
                          strerror(errno));
    }
    for (int i = 0; i < count; i++) {
        if (err == ERR_OK) {
            err = file_take(r, arena_print(r->arena, "%s%s", below, entries[i]->d_name));
        }
        free(entries[i]);
    }
    free(entries);
    return err;
}

enum err catalogue_files_read(const char *folder, struct arena *arena,
                              struct catalogue_files *ret_files, struct reason *reason)
{
    static const char *const places[] = {"", "procedures/", "templates/"};
    struct catalogue_files files = {0};
    struct reading r = {.folder = folder, .arena = arena, .files = &files, .reason = reason};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        enum err err = files_take(&r, places[i]);
        if (err != ERR_OK) {
            return err;
        }
    }
    if (files.catalogue.name == NULL) {
        return reason_set(reason, ERR_NOT_FOUND, "%s has no catalogue.yaml", folder);
    }
    *ret_files = files;
    return ERR_OK;
}
