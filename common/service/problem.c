#include "service/problem.h"

#include "base/check.h"

#include <stdio.h>

enum { DETAIL_BYTES_MAX = 500 };

static const struct problem_kind kinds[] = {
#define X(name, status, slug, title) [PROBLEM_##name] = {slug, status, title},
    PROBLEM_TABLE(X)
#undef X
};

const struct problem_kind *problem_kind(enum problem_type type)
{
    CHECK(type != PROBLEM_NONE && (size_t)type < sizeof kinds / sizeof kinds[0]);
    return &kinds[type];
}

enum problem_type problem_type_of(struct text name)
{
    for (size_t i = 1; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (text_equal_string(name, kinds[i].name)) {
            return (enum problem_type)i;
        }
    }
    return PROBLEM_INTERNAL;
}

struct text problem_detail(struct arena *arena, const char *format, va_list arguments)
{
    char detail[DETAIL_BYTES_MAX +
                4]; /* what follows the last whole character tells where it ends */
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    return arena_copy_text(arena, utf8_cut(text_of(detail), DETAIL_BYTES_MAX));
}

struct problem problem_make(struct arena *arena, enum problem_type type, struct text detail,
                            const struct wire_errors *errors)
{
    struct problem problem = {.type = text_of(problem_kind(type)->name), .detail = detail};
    size_t count = errors == NULL ? 0 : errors->count;
    if (count > 0) {
        problem.errors.items = arena_take_array(arena, count, sizeof *problem.errors.items);
        problem.errors.count = count;
    }
    for (size_t i = 0; i < count; i++) {
        problem.errors.items[i] = (struct problem_field){.pointer = errors->items[i].pointer,
                                                         .detail = errors->items[i].detail};
    }
    return problem;
}
