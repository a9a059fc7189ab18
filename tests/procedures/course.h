/* The course of one case: filed, led to a state by the actions that lead there, and looked at as
 * its events tell it - state, owner, clocks - without asking any service.
 *
 * The ways to the states are written here by hand; they are those of the permit (domain 4.1). */
#pragma once

#include "hall.h"

enum { COURSE_CLOCKS_MAX = 32 };

/* How a case is made and led. */
struct course_plan {
    bool is_joint;       /* UMB-P-001, otherwise MSA-P-001 */
    bool is_represented; /* somebody acts for the applicant */
    bool lacks_material; /* one of the materials was not handed in */
};

struct course {
    struct hall *hall;
    struct course_plan plan;
    struct text state;
    int64_t received_ms;
    struct bytes bill_id;
    struct clock clocks[COURSE_CLOCKS_MAX]; /* as last told */
    size_t clock_count;
    size_t taken; /* of the hall's seen events */
};

/* A new case, not filed yet: the state is "none". */
void course_begin(struct course *course, struct hall *hall, struct course_plan plan);

/* Files it as `who`; an officer files without materials, which are scanned later. */
struct reply course_file(struct course *course, const struct principal *who);

/* Does `action` with `fields`, a JSON object, as `who` at the service that is asked. Materials in
 * the fields are given an upload and a file name. */
struct reply course_act(struct course *course, enum hall_service service,
                        const struct principal *who, struct text action, struct text fields);

/* Pays the bill: `fields` are the JSON of fee.record_payment without the bill. */
struct reply course_pay(struct course *course, const struct principal *who, struct text fields);

/* Leads the case from where it stands to `state`, then does the further steps named in `setup`,
 * words divided by blanks. False, with a message on stderr, when that fails. */
bool course_lead(struct course *course, struct text state, struct text setup);

/* Who "reviewer" is for this case: the officer of the department in charge. */
struct text course_officer(const struct course *course, struct text who);

/* Takes the next thing that happened into the state and the clocks; NULL when there is nothing. */
const struct seen_event *course_next(struct course *course);

/* The step that an event tells of, NULL when it tells of none. */
const struct case_step *seen_step(const struct seen_event *seen);

/* Takes all that has happened since. */
void course_catch_up(struct course *course);

/* The clock of that name as last told, NULL when there is none. */
const struct clock *course_clock(const struct course *course, struct text name);
