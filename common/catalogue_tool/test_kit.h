/* For the tests of this part: copies of the shipped catalogue with passages replaced. */
#pragma once

#include "catalogue_tool/folder.h"

#include "base/buffer.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char shipped[] = "deploy/catalogue";

enum { KIT_FILES_MAX = 100 };

struct fixture {
    struct arena arena;
    char path[64];                    /* a copy of the shipped folder */
    const char *names[KIT_FILES_MAX]; /* of the files in it */
    size_t name_count;
    struct buffer page;
};

static void kit_write(struct fixture *f, const char *name, struct text text)
{
    struct text path = arena_print(&f->arena, "%s/%s", f->path, name);
    assert_int_equal(ERR_OK, file_replace(path.data, text_bytes(text), 0600, NULL));
}

static struct text kit_read(struct fixture *f, const char *folder, const char *name)
{
    struct bytes bytes;
    struct text path = arena_print(&f->arena, "%s/%s", folder, name);
    assert_int_equal(ERR_OK, file_read(path.data, 1 << 22, &f->arena, &bytes, NULL));
    return arena_copy_text(&f->arena, bytes_text(bytes));
}

/* Writes a file into the copy, to be taken away with it. */
static void kit_add(struct fixture *f, const char *name, struct text text)
{
    assert_true(f->name_count < KIT_FILES_MAX);
    kit_write(f, name, text);
    f->names[f->name_count++] = name;
}

static void kit_add_source(struct fixture *f, const struct catalogue_source *source)
{
    kit_add(f, source->name, source->text);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct catalogue_files files;
    arena_init(&f->arena);
    buffer_init(&f->page, 1 << 20);
    (void)snprintf(f->path, sizeof f->path, "/tmp/glasshall-catalogue-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    assert_int_equal(ERR_OK,
                     folder_make(arena_print(&f->arena, "%s/procedures", f->path).data, NULL));
    assert_int_equal(ERR_OK,
                     folder_make(arena_print(&f->arena, "%s/templates", f->path).data, NULL));
    assert_int_equal(ERR_OK, catalogue_files_read(shipped, &f->arena, &files, NULL));
    kit_add_source(f, &files.catalogue);
    kit_add_source(f, &files.calendar);
    kit_add_source(f, &files.templates);
    for (size_t i = 0; i < files.procedure_count; i++) {
        kit_add_source(f, &files.procedures[i]);
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->name_count; i++) {
        (void)unlink(arena_print(&f->arena, "%s/%s", f->path, f->names[i]).data);
    }
    (void)rmdir(arena_print(&f->arena, "%s/procedures", f->path).data);
    (void)rmdir(arena_print(&f->arena, "%s/templates", f->path).data);
    assert_int_equal(0, rmdir(f->path));
    buffer_free(&f->page);
    arena_free(&f->arena);
    free(f);
    return 0;
}

/* Replaces the first `old` behind `after` in a file of the copy. */
static inline void change(struct fixture *f, const char *name, const char *after, const char *old,
                          const char *new)
{
    struct text text = kit_read(f, f->path, name);
    const char *from = strstr(text.data, after);
    assert_non_null(from);
    const char *place = strstr(from, old);
    assert_non_null(place);
    kit_write(f, name,
              arena_print(&f->arena, "%.*s%s%s", (int)(place - text.data), text.data, new,
                          place + strlen(old)));
}

/* The line of the shipped file on which `text` stands, the first time behind `after`. */
static inline int line_of(struct fixture *f, const char *name, const char *after, const char *text)
{
    struct text source = kit_read(f, shipped, name);
    const char *from = strstr(source.data, after);
    assert_non_null(from);
    const char *place = strstr(from, text);
    assert_non_null(place);
    int line = 1;
    for (const char *at = source.data; at < place; at++) {
        line += *at == '\n' ? 1 : 0;
    }
    return line;
}

/* Loads a folder that must be sound. */
static struct folder sound(struct fixture *f, const char *path)
{
    struct folder folder;
    struct reason reason = {""};
    enum err err = folder_load(path, &f->arena, &folder, &reason);
    assert_string_equal(reason.text, "");
    assert_string_equal(err == ERR_OK ? "" : folder.errors.data, "");
    return folder;
}

/* What was written so far, as a string. */
static const char *written(struct fixture *f)
{
    buffer_append_byte(&f->page, 0);
    assert_false(f->page.failed);
    return (const char *)f->page.data;
}
