/* What is wrong with an input: every bad field at once, each by its JSON Pointer (RFC 6901), never
 * quoting a value. Built while reading, kept in the reader's arena. One thread at a time. */
#pragma once

#include "base/arena.h"

enum { WIRE_ERRORS_MAX = 100 };

struct wire_error {
    struct text pointer; /* "/applicant/phone"; empty for the whole input */
    struct text detail;
};

struct wire_errors {
    struct arena *arena;
    struct wire_error items[WIRE_ERRORS_MAX];
    size_t count; /* further errors than WIRE_ERRORS_MAX are dropped */
};

/* Where reading stands: a chain of steps from the root, each on the stack of its reader. */
struct wire_path {
    const struct wire_path *parent;
    struct text name; /* a member; absent for an element of a list */
    size_t index;
};

void wire_errors_init(struct wire_errors *errors, struct arena *arena);

/* Adds an error at `path` (NULL: the whole input). Does nothing when `errors` is NULL. */
void wire_errors_add(struct wire_errors *errors, const struct wire_path *path, const char *format,
                     ...) __attribute__((format(printf, 3, 4)));

/* The JSON Pointer of `path` in `arena`, cut behind 1024 bytes. */
struct text wire_pointer(struct arena *arena, const struct wire_path *path);
