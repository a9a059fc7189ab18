/* For tests: the shipped calendar, and the usual hours of the hall. */
#pragma once

#include "base/file.h"
#include "calendar/calendar.h"
#include "calendar/hours.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

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

/* The shipped calendar as version `version` with some of its text replaced; ERR_INVALID when it is
 * not sound then. Each text that is replaced must stand in it. */
struct kit_change {
    const char *from;
    const char *to;
};

static inline enum err kit_calendar_changed(struct arena *arena, int64_t version,
                                            const struct kit_change *changes, size_t count,
                                            const struct calendar **ret_calendar)
{
    struct bytes source;
    struct yaml_file file;
    yaml_file_init(&file, "changed.yaml", arena);
    assert_int_equal(ERR_OK, file_read("deploy/catalogue/calendar-cn.yaml", KIT_SOURCE_BYTES_MAX,
                                       arena, &source, NULL));
    struct text text = bytes_text(source);
    for (size_t i = 0; i < count; i++) {
        const char *found = memmem(text.data, text.size, changes[i].from, strlen(changes[i].from));
        assert_non_null(found);
        size_t before = (size_t)(found - text.data);
        struct text behind = text_after(text, before + strlen(changes[i].from));
        text = arena_print(arena, "%.*s%s%.*s", (int)before, text.data, changes[i].to,
                           TEXT_PRINT(behind));
    }
    enum err err = calendar_load(&file, text, version, ret_calendar);
    if (err != ERR_OK) {
        print_message("%s", yaml_errors_text(&file, arena).data);
    }
    return err;
}

#define KIT_COUNT_2026 "2026-10-10]\n    workday_count: "

/* What tests change: Tuesday 10 March 2026 off, announced late; Thursday 26 February off; Saturday
 * 14 March works; the year 2027, in which Monday 4 January is off too. */
static const struct kit_change kit_day_off[] = {
    {"from: 2026-04-04, to: 2026-04-06}\n",
     "from: 2026-04-04, to: 2026-04-06}\n"
     "      - {name: {zh-Hans: x, zh-Hant: x, en: Storm}, from: 2026-03-10, to: 2026-03-10}\n"},
    {KIT_COUNT_2026 "248", KIT_COUNT_2026 "247"}};
static const struct kit_change kit_day_off_past[] = {
    {"from: 2026-04-04, to: 2026-04-06}\n",
     "from: 2026-04-04, to: 2026-04-06}\n"
     "      - {name: {zh-Hans: x, zh-Hant: x, en: Storm}, from: 2026-02-26, to: 2026-02-26}\n"},
    {KIT_COUNT_2026 "248", KIT_COUNT_2026 "247"}};
static const struct kit_change kit_make_up[] = {{"[2026-01-04, ", "[2026-01-04, 2026-03-14, "},
                                                {KIT_COUNT_2026 "248", KIT_COUNT_2026 "249"}};
static const struct kit_change kit_next_year[] = {
    {"valid_through: 2026-12-31", "valid_through: 2027-12-31"},
    {KIT_COUNT_2026 "248\n", KIT_COUNT_2026
     "248\n"
     "\n"
     "  2027:\n"
     "    notice: a notice for tests\n"
     "    notice_date: 2026-11-04\n"
     "    holidays:\n"
     "      - {name: {zh-Hans: x, zh-Hant: x, en: New Year}, from: 2027-01-01, to: 2027-01-04}\n"
     "    makeup_workdays: []\n"
     "    workday_count: 259\n"}};
enum { KIT_CHANGES = 2 };

/* 08:30 to 12:00 and 13:00 to 17:30. */
static inline struct opening_hours kit_hours(void)
{
    return (struct opening_hours){
        .intervals = {{8 * 60 + 30, 12 * 60}, {13 * 60, 17 * 60 + 30}},
        .count = 2,
    };
}
