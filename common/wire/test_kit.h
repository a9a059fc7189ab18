/* For the tests of this part: a vocabulary with every type of value, and errors compared. */
#pragma once

#include "base/test_kit.h"
#include "wire/declare.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "wire/validate.h"

/* clang-format off */
#define COLOUR_VALUES(V)                                                                           \
    V(COLOUR_RED,   "red",   "like a red card")                                                    \
    V(COLOUR_GREEN, "green", "like grass")
WIRE_DECLARE_ENUM(colour, COLOUR_VALUES)
WIRE_DEFINE_ENUM(colour, COLOUR_VALUES)
WIRE_DECLARE_ID(thing_id)

#define TEST_PART(F, S)                                                                            \
    F(S, code,   PUBLIC_TEXT(4), REQUIRED, "a short code")                                         \
    F(S, colour, ENUM(colour),   OPTIONAL, "its colour")

#define TEST_VALUES(F, S)                                                                          \
    F(S, text,   PUBLIC_TEXT(4),        OPTIONAL, "text")                                          \
    F(S, person, TEXT(4),               OPTIONAL, "personal text")                                 \
    F(S, bytes,  BYTES(4),              OPTIONAL, "bytes")                                         \
    F(S, flag,   BOOL,                  OPTIONAL, "yes or no")                                     \
    F(S, number, INT(-5, 300),          OPTIONAL, "a number")                                      \
    F(S, amount, DECIMAL(-10, 10),      OPTIONAL, "a quantity")                                    \
    F(S, at,     TIME,                  OPTIONAL, "a moment")                                      \
    F(S, day,    DATE,                  OPTIONAL, "a day")                                         \
    F(S, colour, ENUM(colour),          OPTIONAL, "a colour")                                      \
    F(S, id,     ID(thing_id),          OPTIONAL, "an id")                                         \
    F(S, hash,   HASH,                  OPTIONAL, "a hash")                                        \
    F(S, part,   RECORD(test_part),     OPTIONAL, "a part")                                        \
    F(S, parts,  LIST(test_part, 0, 2), OPTIONAL, "parts")                                         \
    F(S, tags,   TEXTS(3, 0, 2),        OPTIONAL, "labels")                                        \
    F(S, blobs,  BLOBS(3, 2),           OPTIONAL, "byte strings")                                  \
    F(S, form,   FORM(2),               OPTIONAL, "what was asked")

#define TEST_PAINT(F, S)                                                                           \
    F(S, first,  ENUM(colour), REQUIRED, "the colour below")                                       \
    F(S, second, ENUM(colour), OPTIONAL, "the colour above")

#define TEST_BOX(F, S)                                                                             \
    F(S, kind,    PUBLIC_TEXT(40), REQUIRED, "what is inside")                                     \
    F(S, content, ANY,             REQUIRED, "it")

#define TEST_VOCABULARY(M)                                                                         \
    M(RECORD, test_part,   TEST_PART,   "test.part",      "A part.")                               \
    M(EVENT,  test_values, TEST_VALUES, "test.values.v1", "Values.")                               \
    M(EVENT,  test_paint,  TEST_PAINT,  "test.paint.v1",  "Paint.")                                \
    M(ROW,    test_box,    TEST_BOX,    "test.box",       "A box.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(test_vocabulary, TEST_VOCABULARY)
WIRE_DEFINE_VOCABULARY(test_vocabulary, TEST_VOCABULARY)

struct fixture {
    struct arena arena;
    struct wire_reader reader;
    struct buffer buffer;
    struct wire_errors errors;
};

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    wire_reader_init(&f->reader, &f->arena);
    buffer_init(&f->buffer, 1 << 20);
    wire_errors_init(&f->errors, &f->arena);
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    wire_reader_free(&f->reader);
    buffer_free(&f->buffer);
    arena_free(&f->arena);
    free(f);
    return 0;
}

/* Line and column are told as well; they are the parser's. */
#define NOT_JSON ": is not valid JSON at line 1, column "

/* The first error must be `told` ("pointer: detail"), or there must be none. */
static inline void assert_told(struct fixture *f, const char *field, enum err err, const char *told)
{
    struct text first = TEXT_LITERAL("");
    if (f->errors.count > 0) {
        const struct wire_error *error = &f->errors.items[0];
        first = arena_print(&f->arena, "%.*s: %.*s", TEXT_PRINT(error->pointer),
                            TEXT_PRINT(error->detail));
    }
    bool is_right = told == NULL                  ? text_is_empty(first)
                    : strcmp(told, NOT_JSON) == 0 ? text_starts_with(first, NOT_JSON)
                                                  : text_equal_string(first, told);
    if (!is_right) {
        fail_msg("%s: \"%s\" instead of \"%s\"", field, first.data, told == NULL ? "" : told);
    }
    assert_int_equal(told == NULL ? ERR_OK : ERR_INVALID, err);
}
