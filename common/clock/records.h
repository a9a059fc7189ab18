/* The vocabulary of clocks: what of a clock travels in events, stands in rows and is shown.
 *
 * A `clock` is complete: from its limit, its steps and a calendar its due day can be worked out
 * again (clock/clock.h). Records are values; their texts and lists are views into memory that the
 * caller keeps. */
#pragma once

#include "wire/declare.h"

/* The most steps a clock may take, and the largest limit or extension in any unit. */
enum { CLOCK_STEPS_MAX = 40, CLOCK_LIMIT_MAX = 10000 };

enum { CLOCK_NAME_CHARACTERS = 60, CLOCK_BASIS_CHARACTERS = 300 };

/* The most steps of a derivation that clock_explain gives. */
enum { CLOCK_DERIVATIONS_MAX = 256 };

/* clang-format off */
#define LIMIT_UNIT_VALUES(V)                                                                       \
    V(LIMIT_WORKDAY,      "workday",      "working days of the calendar")                          \
    V(LIMIT_CALENDAR_DAY, "calendar_day", "days; the last one moves to the next working day")      \
    V(LIMIT_MONTH,        "month",        "months; the last day moves to the next working day")    \
    V(LIMIT_HOUR,         "hour",         "hours, day and night")                                  \
    V(LIMIT_WORK_HOUR,    "work_hour",    "hours inside the opening hours on working days")
WIRE_DECLARE_ENUM(limit_unit, LIMIT_UNIT_VALUES)

#define CLOCK_KIND_VALUES(V)                                                                       \
    V(CLOCK_KIND_STATUTORY,         "statutory",         "the limit that a law gives the office")  \
    V(CLOCK_KIND_PROMISED,          "promised",          "the shorter limit the guide promises")   \
    V(CLOCK_KIND_STAGE,             "stage",             "one stage; stages follow one another")   \
    V(CLOCK_KIND_SUPPLEMENT_NOTICE, "supplement_notice", "until the one-time notice is due")       \
    V(CLOCK_KIND_BEFORE_START,      "before_start",      "from receipt to the main clock's start") \
    V(CLOCK_KIND_BESIDE,            "beside",            "inside the main clock, beside stages")   \
    V(CLOCK_KIND_EXCLUDED,          "excluded",          "stops the main clock while it runs")     \
    V(CLOCK_KIND_DISPLAY,           "display",           "least time on public display")           \
    V(CLOCK_KIND_WINDOW,            "window",            "a fixed period open to everybody")       \
    V(CLOCK_KIND_PERSON,            "person",            "the person's own time")                  \
    V(CLOCK_KIND_DELIVER,           "deliver",           "from the decision until delivery")       \
    V(CLOCK_KIND_PUBLISH,           "publish",           "from the decision until publication")    \
    V(CLOCK_KIND_ARCHIVE,           "archive",           "from the end until the file is sealed")  \
    V(CLOCK_KIND_FOLLOW_UP,         "follow_up",         "until the result has been checked")      \
    V(CLOCK_KIND_CLAIM,             "claim",             "until somebody takes up the work")
WIRE_DECLARE_ENUM(clock_kind, CLOCK_KIND_VALUES)

#define CLOCK_OP_VALUES(V)                                                                         \
    V(STEP_STARTED,   "started",   "the limit began; the day is not counted")                      \
    V(STEP_PAUSED,    "paused",    "the days after this one are added")                            \
    V(STEP_RESUMED,   "resumed",   "the last day that is added")                                   \
    V(STEP_RESTARTED, "restarted", "the whole limit again; nothing before counts")                 \
    V(STEP_EXTENDED,  "extended",  "more time was given")                                          \
    V(STEP_STOPPED,   "stopped",   "what was waited for has happened")
WIRE_DECLARE_ENUM(clock_op, CLOCK_OP_VALUES)

#define CLOCK_PHASE_VALUES(V)                                                                      \
    V(CLOCK_RUNNING, "running", "its time passes")                                                 \
    V(CLOCK_PAUSED,  "paused",  "its time stands still")                                           \
    V(CLOCK_ENDED,   "ended",   "it was stopped")
WIRE_DECLARE_ENUM(clock_phase, CLOCK_PHASE_VALUES)

#define LIGHT_VALUES(V)                                                                            \
    V(LIGHT_GREEN,  "green",  "there is time")                                                     \
    V(LIGHT_YELLOW, "yellow", "most of the time has passed")                                       \
    V(LIGHT_RED,    "red",    "the limit is over")
WIRE_DECLARE_ENUM(light, LIGHT_VALUES)

#define DERIVATION_KIND_VALUES(V)                                                                  \
    V(DERIVED_START,       "start",       "where the count begins, and under which rule")          \
    V(DERIVED_RESTART,     "restart",     "where the whole limit began again")                     \
    V(DERIVED_OPENING,     "opening",     "the hall was closed: from which moment time counts")    \
    V(DERIVED_PAUSE,       "pause",       "`days` are added for a pause")                          \
    V(DERIVED_EXTENSION,   "extension",   "`days` were given in addition")                         \
    V(DERIVED_HOLIDAY,     "holiday",     "`days` weekdays that are not counted")                  \
    V(DERIVED_MAKE_UP,     "make_up",     "a weekend day that is counted")                         \
    V(DERIVED_OMITTED,     "omitted",     "further holidays that are not listed")                  \
    V(DERIVED_COUNT,       "count",       "`days` counted from the first to the last day")         \
    V(DERIVED_MOVED,       "moved",       "`days` that the end moved, off a day of rest")          \
    V(DERIVED_PROVISIONAL, "provisional", "days that no holiday notice covers yet")                \
    V(DERIVED_STOP,        "stop",        "when the clock was stopped")                            \
    V(DERIVED_RESULT,      "result",      "when the limit is over")                                \
    V(DERIVED_RECOUNT,     "recount",     "a new calendar moved the end by `days`")
WIRE_DECLARE_ENUM(derivation_kind, DERIVATION_KIND_VALUES)

#define CLOCK_STEP(F, S)                                                                           \
    F(S, op,    ENUM(clock_op),                      REQUIRED, "what happened")                    \
    F(S, at,    TIME,                                REQUIRED, "when it took effect")              \
    F(S, value, INT(0, CLOCK_LIMIT_MAX),             OPTIONAL, "how much an extension gave")       \
    F(S, unit,  ENUM(limit_unit),                    OPTIONAL, "its unit")                         \
    F(S, basis, PUBLIC_TEXT(CLOCK_BASIS_CHARACTERS), OPTIONAL, "the article it rests on")

#define CLOCK_RECOUNT(F, S)                                                                        \
    F(S, at,              TIME,                      REQUIRED, "when it was counted again")        \
    F(S, calendar_before, INT(0, INT64_MAX),         REQUIRED, "the calendar that counted before") \
    F(S, calendar,        INT(0, INT64_MAX),         REQUIRED, "the new one")                      \
    F(S, due_before,      DATE,                      REQUIRED, "the last day by the one before")   \
    F(S, due_after,       DATE,                      REQUIRED, "the last day by the new one")      \
    F(S, steps,           INT(1, CLOCK_STEPS_MAX),   REQUIRED, "how many steps it had by then")

#define CLOCK(F, S)                                                                                \
    F(S, name,  PUBLIC_TEXT(CLOCK_NAME_CHARACTERS),  REQUIRED, "its name in the case")             \
    F(S, kind,  ENUM(clock_kind),                    REQUIRED, "whose time it measures")           \
    F(S, value, INT(0, CLOCK_LIMIT_MAX),             REQUIRED, "the limit, without extensions")    \
    F(S, unit,  ENUM(limit_unit),                    REQUIRED, "its unit")                         \
    F(S, until, DATE,                                OPTIONAL,                                     \
      "the day named as the last one, where a day was named instead of a limit")                   \
    F(S, basis, PUBLIC_TEXT(CLOCK_BASIS_CHARACTERS), OPTIONAL, "the article the limit rests on")   \
    F(S, phase, ENUM(clock_phase),                   REQUIRED, "whether its time passes")          \
    F(S, steps, LIST(clock_step, 1, CLOCK_STEPS_MAX), REQUIRED, "what happened to it, in order")   \
    F(S, due,   TIME,                                REQUIRED,                                     \
      "when the limit is over: the end of the due day, or the exact moment for hours; while it is" \
      " paused, as if the pause added nothing")                                                    \
    F(S, due_day, DATE,                              REQUIRED, "the last day of the limit")        \
    F(S, warn,  TIME,                                REQUIRED, "from when its light is yellow")    \
    F(S, provisional, BOOL,                          REQUIRED,                                     \
      "whether days were counted that no holiday notice covers yet")                               \
    F(S, calendar_version, INT(0, INT64_MAX),        REQUIRED, "the calendar it was counted with") \
    F(S, recount, RECORD(clock_recount),             OPTIONAL,                                     \
      "the last time that a new calendar moved it since it began")                                 \
    F(S, warned,  BOOL,                              OPTIONAL,                                     \
      "whether it was told that it is yellow, as it is due now")                                   \
    F(S, overdue, BOOL,                              OPTIONAL,                                     \
      "whether it was told that it is over, as it is due now")

#define CLOCK_DERIVATION(F, S)                                                                     \
    F(S, kind,  ENUM(derivation_kind),               REQUIRED, "what this step says")              \
    F(S, from,  DATE,                                REQUIRED, "the first day it is about")        \
    F(S, to,    DATE,                                REQUIRED, "the last day it is about")         \
    F(S, days,  INT(0, 1000000),                     REQUIRED,                                     \
      "how many days it counts, adds, leaves out or moves; 0 where it does none of these")         \
    F(S, basis, PUBLIC_TEXT(CLOCK_BASIS_CHARACTERS), OPTIONAL, "the article it rests on")          \
    F(S, text,  PUBLIC_TEXT(800),                    REQUIRED, "the step as a sentence")

#define CLOCK_VOCABULARY(M)                                                                        \
    M(RECORD, clock_step, CLOCK_STEP, "clock.step", "Something that happened to a clock.")         \
    M(RECORD, clock_recount, CLOCK_RECOUNT, "clock.recount", "A limit counted again.")             \
    M(RECORD, clock, CLOCK, "clock", "A limit that runs in a case.")                               \
    M(RECORD, clock_derivation, CLOCK_DERIVATION, "clock.derivation",                              \
      "One step of how a due day was found.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(clock_vocabulary, CLOCK_VOCABULARY)
