/* For tests of clocks: the shipped calendar and the usual hours as the context clocks count in. */
#pragma once

#include "calendar/test_kit.h"
#include "clock/clock.h"

#include <string.h>

struct fixture {
    struct arena arena;
    struct yaml_file file;
    struct opening_hours hours;
    struct clock_context context;
};

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    arena_init(&f->arena);
    f->hours = kit_hours();
    f->context.hours = &f->hours;
    *state = f;
    return kit_calendar(&f->arena, &f->file, &f->context.calendar);
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->arena);
    free(f);
    return 0;
}

/* A moment in the hall's zone: "2026-03-04 11:00", or a day, which stands for 10:00 of it. */
static inline int64_t at(struct fixture *f, const char *text)
{
    int64_t time_ms = 0;
    bool is_day = strlen(text) == DATE_TEXT_BYTES;
    const char *time = is_day ? "10:00" : text + DATE_TEXT_BYTES + 1;
    assert_true(time_parse(arena_print(&f->arena, "%.10sT%s:00+08:00", text, time), &time_ms));
    return time_ms;
}
