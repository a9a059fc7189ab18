/* Problems: what a request is told when it does not succeed (RFC 9457).
 *
 * A problem is a business outcome, not an error of the program. Its type is a stable name under
 * `/problems/`, its HTTP status comes from the table below, its detail says what to do. It never
 * quotes a value. */
#pragma once

#include "bus/messages.h"
#include "wire/errors.h"

#include <stdarg.h>

#define PROBLEM_TABLE(X)                                                                           \
    X(MALFORMED, 400, "malformed", "The request cannot be read")                                   \
    X(UNAUTHENTICATED, 401, "unauthenticated", "Sign in first")                                    \
    X(FORBIDDEN, 403, "forbidden", "You may not do this")                                          \
    X(NOT_FOUND, 404, "not-found", "There is no such thing")                                       \
    X(METHOD_NOT_ALLOWED, 405, "method-not-allowed", "This address does not do that")              \
    X(NOT_ALLOWED_NOW, 409, "not-allowed-now", "The case does not allow this now")                 \
    X(ITEM_NOT_OPEN, 409, "item-not-open", "This item cannot be filed here yet")                   \
    X(CONFLICT, 409, "conflict", "It clashes with what is there")                                  \
    X(STALE, 412, "stale", "It has changed since you read it")                                     \
    X(TOO_LARGE, 413, "too-large", "That is too large")                                            \
    X(UNSUPPORTED_MEDIA, 415, "unsupported-media", "This kind of content is not taken")            \
    X(INVALID_FIELDS, 422, "invalid-fields", "Some fields are wrong")                              \
    X(KEY_REUSED, 422, "idempotency-key-reused",                                                   \
      "The Idempotency-Key was used for another request")                                          \
    X(PRECONDITION_MISSING, 428, "precondition-missing", "Say which version you change")           \
    X(TOO_MANY, 429, "too-many", "Too many requests")                                              \
    X(INTERNAL, 500, "internal", "Something went wrong here")                                      \
    X(DAMAGED, 500, "damaged", "What is stored about it is damaged")                               \
    X(AWAY, 503, "service-away", "The service in charge is away")                                  \
    X(BEHIND, 503, "behind", "What you rely on has not arrived everywhere yet")                    \
    X(CANNOT_WRITE, 503, "cannot-write", "Nothing can be stored at present")                       \
    X(ELSEWHERE, 503, "elsewhere", "Another service has the case; the detail names it")            \
    X(CLOCK_HELD, 503, "clock-held", "The clock jumped; an operator must confirm it")

enum problem_type {
    PROBLEM_NONE,
#define X(name, status, slug, title) PROBLEM_##name,
    PROBLEM_TABLE(X)
#undef X
};

struct problem_kind {
    const char *name; /* behind /problems/ */
    int status;       /* HTTP */
    const char *title;
};

/* What belongs to a type (not PROBLEM_NONE). */
const struct problem_kind *problem_kind(enum problem_type type);

/* The type of that name, PROBLEM_INTERNAL when it is not known. */
enum problem_type problem_type_of(struct text name);

/* Formats a detail into `arena`, cut between two characters where it would be too long. */
struct text problem_detail(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* A problem message in `arena`; `errors` may be NULL. */
struct problem problem_make(struct arena *arena, enum problem_type type, struct text detail,
                            const struct wire_errors *errors);
