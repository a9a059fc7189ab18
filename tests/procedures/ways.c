/* The ways to the states of a permit, by hand: from which state, by whom, with what (domain 4.1).
 */
#include "course.h"

#include "base/check.h"

#include <stdio.h>
#include <string.h>

/* A step of the way. `item`: 's' for the single item, 'j' for the joint one, '*' for both. */
struct way {
    char item;
    const char *to;
    const char *from;
    enum hall_service service;
    const char *who;
    const char *action; /* NULL: the clock `clock` runs out */
    const char *fields;
    const char *clock;
};

static const struct way ways[] = {
    {'*', "submitted", "none", AT_INTAKE, "applicant", "submit", "", NULL},
    {'s', "supplement", "submitted", AT_INTAKE, "window_clerk", "request_materials",
     "{\"missing\":[\"M-LAYOUT\"]}", NULL},
    {'j', "supplement", "submitted", AT_INTAKE, "window_clerk", "request_materials",
     "{\"missing\":[\"M-DESIGN\"]}", NULL},
    {'*', "not_accepted", "submitted", AT_INTAKE, "window_clerk", "refuse_acceptance",
     "{\"ground\":\"NA-OTHER-AGENCY\",\"reasons\":\"the county decides\"}", NULL},
    {'*', "withdrawn", "submitted", AT_INTAKE, "applicant", "withdraw", "", NULL},
    {'*', "accepted", "submitted", AT_INTAKE, "window_clerk", "accept", "", NULL},
    {'s', "in_review", "accepted", AT_APPROVAL, "reviewer", "take", "", NULL},
    {'j', "joint_review", "accepted", AT_APPROVAL, "reviewer", "assign", "", NULL},
    {'j', "in_meeting", "joint_review", AT_APPROVAL, "reviewer", "review",
     "{\"opinion\":\"object\",\"ground\":\"RF-PLAN\"}", NULL},
    {'s', "site_check", "in_review", AT_APPROVAL, "reviewer", "review", "{\"opinion\":\"agree\"}",
     NULL},
    {'j', "site_check", "in_meeting", AT_APPROVAL, "hall_manager", "resolve",
     "{\"points\":[{\"text\":\"night works\",\"department\":\"UMB\",\"due\":\"2026-06-01\"}]}",
     NULL},
    {'s', "excluded", "in_review", AT_APPROVAL, "reviewer", "suspend",
     "{\"cause\":\"expert_review\",\"until\":\"2026-03-20\"}", NULL},
    {'j', "excluded", "joint_review", AT_APPROVAL, "reviewer", "suspend",
     "{\"cause\":\"expert_review\",\"until\":\"2026-03-20\"}", NULL},
    {'s', "decision_due", "site_check", AT_APPROVAL, "field_checker", "record",
     "{\"officers\":[\"field_checker.MSA\",\"field_checker.MSA.2\"],\"findings\":\"clean\"}", NULL},
    {'j', "decision_due", "site_check", AT_APPROVAL, "field_checker", "record",
     "{\"officers\":[\"field_checker.UMB\",\"field_checker.UMB.2\"],\"findings\":\"clear\"}", NULL},
    {'*', "refused", "decision_due", AT_APPROVAL, "approver", "decide",
     "{\"outcome\":\"refuse\",\"ground\":\"RF-SITE\",\"reasons\":\"the site failed\"}", NULL},
    {'j', "fee_due", "decision_due", AT_APPROVAL, "approver", "decide", "{\"outcome\":\"grant\"}",
     NULL},
    {'j', "lapsed", "fee_due", AT_FEE, NULL, NULL, NULL, "payment_period"},
    {'s', "issuing", "decision_due", AT_APPROVAL, "approver", "decide", "{\"outcome\":\"grant\"}",
     NULL},
    {'j', "issuing", "fee_due", AT_FEE, "cashier", "record_payment",
     "{\"method\":\"cash\",\"amount_fen\":62000}", NULL},
    {'*', "licensed", "issuing", AT_APPROVAL, "window_clerk", "issue", "", NULL},
    {'*', "in_force", "licensed", AT_APPROVAL, "window_clerk", "deliver", "{\"delivery\":\"hand\"}",
     NULL},
};

/* Steps that leave the case where it is, or bring it back: what `setup` names. */
static const struct way steps[] = {
    {'s', "asked", NULL, AT_INTAKE, "window_clerk", "request_materials",
     "{\"missing\":[\"M-LAYOUT\"]}", NULL},
    {'s', "supplied", NULL, AT_INTAKE, "applicant", "supply_materials",
     "{\"materials\":[{\"code\":\"M-LAYOUT\"}]}", NULL},
    {'s', "extended", NULL, AT_APPROVAL, "agency_head", "extend", "{\"reasons\":\"many papers\"}",
     NULL},
    {'j', "extended", NULL, AT_APPROVAL, "government_head", "extend",
     "{\"reasons\":\"many papers\"}", NULL},
    {'*', "promise-broken", NULL, AT_APPROVAL, NULL, NULL, NULL, "promise"},
    {'j', "road-agrees", NULL, AT_APPROVAL, "reviewer", "review", "{\"opinion\":\"agree\"}", NULL},
    {'j', "traffic-agrees", NULL, AT_APPROVAL, "co_reviewer", "review", "{\"opinion\":\"agree\"}",
     NULL},
    {'j', "road-silent", NULL, AT_APPROVAL, NULL, NULL, NULL, "opinion:review-road"},
    {'s', "paused", NULL, AT_APPROVAL, "reviewer", "suspend",
     "{\"cause\":\"expert_review\",\"until\":\"2026-03-20\"}", NULL},
    {'j', "paused", NULL, AT_APPROVAL, "reviewer", "suspend",
     "{\"cause\":\"expert_review\",\"until\":\"2026-03-20\"}", NULL},
    {'*', "site-paused", NULL, AT_APPROVAL, "field_checker", "suspend",
     "{\"cause\":\"inspection\",\"until\":\"2026-03-20\"}", NULL},
    {'*', "decision-paused", NULL, AT_APPROVAL, "approver", "suspend",
     "{\"cause\":\"inspection\",\"until\":\"2026-03-20\"}", NULL},
    {'s', "reviewed", NULL, AT_APPROVAL, "reviewer", "review", "{\"opinion\":\"agree\"}", NULL},
    {'s', "checked", NULL, AT_APPROVAL, "field_checker", "record",
     "{\"officers\":[\"field_checker.MSA\",\"field_checker.MSA.2\"],\"findings\":\"clean\"}", NULL},
    {'*', "resumed", NULL, AT_APPROVAL, "reviewer", "resume", "", NULL},
    {'*', "licensed", NULL, AT_APPROVAL, "window_clerk", "issue", "", NULL},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct way *way_find(const struct way *list, size_t count, struct text to,
                                  bool is_joint)
{
    for (size_t i = 0; i < count; i++) {
        bool fits = list[i].item == '*' || list[i].item == (is_joint ? 'j' : 's');
        if (fits && text_equal_string(to, list[i].to)) {
            return &list[i];
        }
    }
    return NULL;
}

static bool way_wait(struct course *course, const struct way *way)
{
    const struct clock *clock = course_clock(course, text_of(way->clock));
    if (clock == NULL || clock->phase != CLOCK_RUNNING) {
        (void)fprintf(stderr, "  the clock %s does not run\n", way->clock);
        return false;
    }
    hall_wait_until(course->hall, clock->due);
    course_catch_up(course);
    return true;
}

/* Goes one step; says what went wrong. */
static bool way_go(struct course *course, const struct way *way)
{
    struct principal who;
    struct reply reply;
    if (way->action == NULL) {
        return way_wait(course, way);
    }
    struct text officer = course_officer(course, text_of(way->who));
    struct text action = text_of(way->action);
    CHECK(hall_principal(course->hall, officer, &who));
    if (text_equal_string(action, "submit")) {
        reply = course_file(course, &who);
    } else if (text_equal_string(action, "record_payment")) {
        reply = course_pay(course, &who, text_of(way->fields));
    } else {
        reply = course_act(course, way->service, &who, action, text_of(way->fields));
    }
    course_catch_up(course);
    if (!text_is_empty(reply.problem.type)) {
        (void)fprintf(stderr, "  %s on the way to %s: %.*s, %.*s\n", way->action, way->to,
                      TEXT_PRINT(reply.problem.type), TEXT_PRINT(reply.problem.detail));
        return false;
    }
    return true;
}

/* Leads the case to `to` from the beginning. */
static bool state_reach(struct course *course, struct text to)
{
    if (text_equal_string(to, "none")) {
        return true;
    }
    const struct way *way = way_find(ways, COUNT(ways), to, course->plan.is_joint);
    if (way == NULL) {
        (void)fprintf(stderr, "  no way leads to %.*s for this item\n", TEXT_PRINT(to));
        return false;
    }
    return state_reach(course, text_of(way->from)) && way_go(course, way);
}

static bool step_go(struct course *course, struct text name)
{
    const struct way *step = way_find(steps, COUNT(steps), name, course->plan.is_joint);
    if (step == NULL) {
        (void)fprintf(stderr, "  no step is named %.*s\n", TEXT_PRINT(name));
        return false;
    }
    return way_go(course, step);
}

/* The words of `setup` that say how a case is made, not what is done with it. */
static bool is_plan(struct text word)
{
    return text_equal_string(word, "missing") || text_equal_string(word, "represented") ||
           text_starts_with(word, "catalogue:");
}

bool course_lead(struct course *course, struct text state, struct text setup)
{
    struct text rest = setup;
    struct text from = state;
    bool good = true;
    /* "from:x" leads to x; its further steps must then lead to the state. */
    for (struct text words = setup; words.size > 0;) {
        struct text word = text_split(words, ' ', &words);
        from = text_starts_with(word, "from:") ? text_after(word, strlen("from:")) : from;
    }
    good = state_reach(course, from);
    while (good && rest.size > 0) {
        struct text word = text_split(rest, ' ', &rest);
        if (word.size > 0 && !is_plan(word) && !text_starts_with(word, "from:")) {
            good = step_go(course, word);
        }
    }
    hall_wait_until(course->hall, course->hall->now_ms); /* short limits are yellow at once */
    course_catch_up(course);
    if (good && !text_equal(course->state, state)) {
        (void)fprintf(stderr, "  the way led to %.*s, not to %.*s\n", TEXT_PRINT(course->state),
                      TEXT_PRINT(state));
        good = false;
    }
    return good;
}
