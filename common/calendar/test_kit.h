/* For tests: the shipped calendar, and the usual hours of the hall. */
#pragma once

#include "base/file.h"
#include "calendar/calendar.h"
#include "calendar/hours.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { KIT_SOURCE_BYTES_MAX = 64 * 1024, KIT_CALENDAR_VERSION = 7 };

/* deploy/catalogue/calendar-cn.yaml; `file` is called demo.yaml afterwards, for what a test loads.
 */
static inline int kit_calendar(struct arena *arena, struct yaml_file *file,
                               const struct calendar **ret_calendar)
{
    struct bytes source;
    yaml_file_init(file, "demo.yaml", arena);
    bool loaded =
        file_read("deploy/catalogue/calendar-cn.yaml", KIT_SOURCE_BYTES_MAX, arena, &source,
                  NULL) == ERR_OK &&
        calendar_load(file, bytes_text(source), KIT_CALENDAR_VERSION, ret_calendar) == ERR_OK;
    return loaded ? 0 : -1;
}

/* 08:30 to 12:00 and 13:00 to 17:30. */
static inline struct opening_hours kit_hours(void)
{
    return (struct opening_hours){
        .intervals = {{8 * 60 + 30, 12 * 60}, {13 * 60, 17 * 60 + 30}},
        .count = 2,
    };
}
