/* Operating errors: what can go wrong outside the program's control.
 *
 * Three kinds of trouble are kept apart. A *problem* is a business outcome told to the user
 * (service/problem.h). An *operating error* is an `enum err`, 0 when all is well. A *bug* is a
 * CHECK (check.h). Functions that start things or read files also fill a `struct reason`: one
 * sentence for a person, with the name of the file, option or field it is about. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#define ERR_TABLE(X)                                                                               \
    X(OK, "no error")                                                                              \
    X(INVALID, "the input is not valid")                                                           \
    X(TOO_LARGE, "a bound is exceeded")                                                            \
    X(NOT_FOUND, "there is no such thing")                                                         \
    X(EXISTS, "it exists already")                                                                 \
    X(DENIED, "it is not allowed")                                                                 \
    X(BUSY, "it is in use by somebody else")                                                       \
    X(FULL, "there is no room left")                                                               \
    X(READ_ONLY, "the place cannot be written")                                                    \
    X(IO, "input or output failed")                                                                \
    X(CORRUPT, "stored data does not match its hash")                                              \
    X(VERSION, "the data was written by another version")                                          \
    X(BEHIND, "a stream has not caught up")                                                        \
    X(DIVERGED, "a log differs from what was seen of it")                                          \
    X(TIMEOUT, "the time allowed is over")                                                         \
    X(UNAVAILABLE, "the other side is away")                                                       \
    X(CLOSED, "it has been shut down")

enum err {
#define X(name, text) ERR_##name,
    ERR_TABLE(X)
#undef X
};

/* The sentence that belongs to `err`; static. */
const char *err_text(enum err err);

/* Why something failed, for a person. Always terminated; longer text is cut. */
struct reason {
    char text[512];
};

/* Sets the text of `reason` (may be NULL) and returns `err`, so that a caller can write
 * `return reason_set(reason, ERR_INVALID, "port %d is out of range", port);` */
enum err reason_set(struct reason *reason, enum err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the text that is there, so that callers add their own context. */
void reason_prefix(struct reason *reason, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Translates an errno value. */
enum err err_from_errno(int error_number);
