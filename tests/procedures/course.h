/* The course of one matter: begun, led to a state by the actions that lead there, and looked at as
 * its events tell it - state, owner, clocks, units - without asking any service.
 *
 * Where it goes is written in the tables, by hand (README.md). */
#pragma once

#include "hall.h"
#include "table.h"

#include <jansson.h>

enum { COURSE_CLOCKS_MAX = 48, COURSE_UNITS_MAX = 16, CAST_MAX = 8 };

/* Another matter that takes part: one that the setup made, or that the course's own opened. */
struct cast_member {
    struct text name;
    struct course *course;
};

/* How a course is made. */
struct course_plan {
    const struct tables *tables;
    const struct table *table; /* of the lines: of the case, or of one of its units */
    struct text item;          /* the name that the table gives it */
    struct text setup;
};

struct course {
    struct hall *hall;
    struct course_plan plan;
    const struct table *table;     /* of the case itself */
    const struct table_line *item; /* of the case itself */
    struct text item_name;
    const struct table_line *within; /* the course is a unit's; NULL: the case's own */
    struct text unit;                /* its key */

    struct case_id id;
    struct text state; /* of the case */
    int64_t received_ms;
    struct seen_event filed; /* of a case */
    struct bytes bill_id;
    struct text bill_number;
    struct bytes payment_id;                /* that paid the bill */
    int64_t version;                        /* of the catalogue, whose files were handed in */
    struct clock clocks[COURSE_CLOCKS_MAX]; /* as last told */
    size_t clock_count;
    struct case_unit units[COURSE_UNITS_MAX]; /* as last told */
    size_t unit_count;
    size_t taken;     /* of the hall's seen events */
    size_t newcomers; /* of the hall's watched matters, those that began before it */

    struct cast_member cast[CAST_MAX];
    size_t cast_count;
};

/* A new matter, not begun yet: the state is "none". */
void course_begin(struct course *course, struct hall *hall, const struct course_plan *plan);

/* Where it stands: the state of the unit, or of the case. */
struct text course_state(const struct course *course);

/* The department in charge of the case. */
struct text course_department(const struct course *course);

/* The service that decides in the state of the case. */
enum hall_service course_owner(const struct course *course);

/* The matter of that name in the cast, NULL when there is none. */
struct course *course_other(const struct course *course, struct text name);

/* Does `trigger`, an action, as `who` (a name of README.md), to the course or, "NAME/...", another
 * of its cast. `fields` is a JSON object. What cannot be said to the services is a problem that the
 * gateway would answer. */
struct reply course_act(struct course *course, struct text trigger, struct text who,
                        struct text fields);

/* Waits until just before a clock is over or yellow ("main over", "NAME/main yellow"), and takes
 * what comes until then. `ret_moment_ms` is when it happens. False when the clock does not run. */
bool course_await(struct course *course, struct text trigger, int64_t *ret_moment_ms);

/* Leads the matter from its beginning through `setup` to `state`. False, with a message on stderr,
 * when that fails. */
bool course_lead(struct course *course, struct text state);

/* True when leading it there lets time pass, or changes the hall itself, as its own matters do. */
bool course_waits(const struct course_plan *plan, struct text state);

/* Takes the next thing that happened into state, clocks and units; NULL when there is nothing. */
const struct seen_event *course_next(struct course *course);

/* The step that an event tells of, NULL when it tells of none. */
const struct case_step *seen_step(const struct seen_event *seen);

/* Takes the matters that began since: the first is the course's own when it had not begun yet,
 * others are in its cast as "opened". */
void course_adopt(struct course *course);

/* Takes all that has happened since, to the whole cast. */
void course_catch_up(struct course *course);

/* Forgets what was seen so far. */
void course_forget(struct course *course);

/* The clock of that name as last told, NULL when there is none. */
const struct clock *course_clock(const struct course *course, struct text name);

/* The unit that the course is about, NULL when the case has none of that key now. */
const struct case_unit *course_unit(const struct course *course);

/* -- registers.c ---------------------------------------------------------------------------- */

/* Lets the registers answer what was asked of them when the case was filed. */
void registers_answer(struct course *course, const struct seen_event *filed);

/* -- power.c -------------------------------------------------------------------------------- */

/* Gives the approvers of this hall the power to decide. */
void power_give(struct hall *hall);

/* Takes it from the approver of the course's item. */
void power_take(struct course *course);

/* -- filing.c ------------------------------------------------------------------------------- */

/* Begins the matter as `who` by `action`: a case is filed, a matter of the hall is opened. */
struct reply course_file(struct course *course, const struct principal *who, struct text action,
                         struct text fields);

/* Hands in the files of a version: they make a draft, or correct the course's own. */
struct reply course_draft(struct course *course, const struct principal *who, struct text fields);

/* True when that action brings files with it. */
bool course_drafts(const struct course *course, struct text action);

/* Puts "field:NAME=VALUE" of the setup where the way carries that field. */
void course_fields_set(const struct course *course, json_t *json);

/* The JSON of a cell; names of matters ("@card.bill") in it are replaced. */
json_t *course_json(const struct course *course, struct text text);

/* The matter that the filing names ("card" of "@card.bill"); absent when it names none. */
struct text course_names(const struct course *course);

/* The record of `json`, which is taken. False when it is none: `ret_reply` is what the gateway
 * would answer, its pointers beginning with `at`. */
bool course_record(struct course *course, const struct wire_message *message, json_t *json,
                   const char *at, void *ret_record, struct reply *ret_reply);

/* Gives each material of `json` a file that waits. */
void course_upload(struct hall *hall, const struct principal *who, json_t *json);

/* The value of "PREFIX..." among the words of the setup and of the item; absent when there is
 * none. */
struct text course_word(const struct course *course, const char *prefix);
