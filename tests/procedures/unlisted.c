/* What the table does not list must not happen. */
#include "lines.h"

#include "base/check.h"
#include "events/fee.h"

#include <stdio.h>
#include <string.h>

/* Every action that any matter knows (domain 4.18). */
static const char *const actions[] = {
    "accept",
    "advise",
    "answer",
    "appeal",
    "archive",
    "ask",
    "assign",
    "bid",
    "book",
    "call_meeting",
    "cancel",
    "charge",
    "check_in",
    "close",
    "confirm",
    "consult",
    "contact",
    "correct",
    "decide",
    "deliver",
    "deposit",
    "escalate",
    "expedite",
    "extend",
    "hand_over",
    "instruct",
    "interpret",
    "issue",
    "join",
    "match",
    "object",
    "open",
    "order_hearing",
    "pay_refund",
    "publish",
    "rate",
    "record",
    "record_payment",
    "refuse_acceptance",
    "register",
    "reopen",
    "reply",
    "report",
    "request_change",
    "request_hearing",
    "request_materials",
    "request_refund",
    "request_renewal",
    "resolve",
    "resume",
    "retract",
    "return",
    "review",
    "revoke",
    "score",
    "serve",
    "settle",
    "settle_objection",
    "sign",
    "strike",
    "submit",
    "supply_materials",
    "suspend",
    "take",
    "tell",
    "transfer",
    "verify",
    "void",
    "withdraw",
    "withhold",
    "no_such_action",
};

/* Everybody who may come along. What each may know: a case is nothing to strangers, and not the
 * business of other departments' officers. */
enum standing_expected { KNOWS, UNCONCERNED, OUTSIDE };
static const struct {
    const char *who;
    enum standing_expected standing;
} everybody[] = {
    {"applicant", KNOWS},
    {"window_clerk", KNOWS},
    {"reviewer", KNOWS},
    {"field_checker", KNOWS},
    {"approver", KNOWS},
    {"agency_head", KNOWS},
    {"government_head", KNOWS},
    {"hall_manager", KNOWS},
    {"cashier", KNOWS},
    {"finance_officer", KNOWS},
    {"supervisor", KNOWS},
    {"auditor", KNOWS},
    {"hearing_chair", KNOWS},
    {"handler", KNOWS},
    {"bank_link", KNOWS},
    {"reviewer.HRS", UNCONCERNED},
    {"approver.FIN", UNCONCERNED},
    {"stranger", OUTSIDE},
    {"nobody", OUTSIDE},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* One state of one case, being tried. */
struct trying {
    struct run *run;
    struct course course;
    const struct table_state *state;
    enum hall_service owner;
    bool moved; /* something happened that must not */
};

/* -- what the table says -------------------------------------------------------------------- */

static bool line_matches(const struct trying *trying, const struct table_line *line)
{
    return text_equal(line->state, trying->state->name) && !line_waits(line) &&
           line_is_for(line, trying->course.plan.is_joint);
}

/* True when the table lists the action here, for `who` (absent: for anybody). */
static bool is_listed(const struct trying *trying, struct text action, struct text who)
{
    const struct table *table = trying->run->table;
    for (size_t i = 0; i < table->line_count; i++) {
        const struct table_line *line = &table->lines[i];
        if (line_matches(trying, line) && text_equal(line->trigger, action) &&
            (who.data == NULL || words_have(&line->who, who))) {
            return true;
        }
    }
    return false;
}

/* What `who` may do with a case to which nothing further was done. */
static struct words offered_to(const struct trying *trying, struct text who)
{
    struct words offered = {.count = 0};
    const struct table *table = trying->run->table;
    for (size_t i = 0; i < table->line_count; i++) {
        const struct table_line *line = &table->lines[i];
        bool is_case_action = !text_equal_string(line->trigger, "record_payment");
        if (line_matches(trying, line) && line_succeeds(line) && text_is_empty(line->setup) &&
            is_case_action && words_have(&line->who, who) && !words_have(&offered, line->trigger)) {
            offered.items[offered.count++] = line->trigger;
        }
    }
    return offered;
}

/* -- trying --------------------------------------------------------------------------------- */

static void trouble(const struct trying *trying, struct text action, struct text who,
                    const char *what, const struct problem *problem)
{
    (void)printf("%s: %.*s, %.*s by %.*s (%s item): %s\n  + %.*s %.*s\n", trying->run->table->path,
                 TEXT_PRINT(trying->state->name), TEXT_PRINT(action), TEXT_PRINT(who),
                 trying->course.plan.is_joint ? "joint" : "single", what, TEXT_PRINT(problem->type),
                 TEXT_PRINT(problem->detail));
}

static bool is_problem(const struct problem *problem, enum problem_type type)
{
    return text_equal_string(problem->type, problem_kind(type)->name);
}

static bool unlisted_refused(const struct trying *trying, struct text action, struct text who,
                             const struct reply *reply)
{
    struct words allowed = {.count = 0};
    const struct problem *problem = &reply->problem;
    if (!is_problem(problem, PROBLEM_NOT_ALLOWED_NOW)) {
        trouble(trying, action, who, "the table does not list it: 409 not-allowed-now", problem);
        return false;
    }
    for (size_t i = 0; i < problem->allowed_actions.count && i < WORDS_MAX; i++) {
        allowed.items[allowed.count++] = problem->allowed_actions.items[i];
    }
    if (!words_compare("allowed actions", offered_to(trying, who), allowed)) {
        trouble(trying, action, who, "must name what the table lists instead", problem);
        return false;
    }
    return true;
}

static bool refused_rightly(const struct trying *trying, struct text action, size_t person,
                            const struct reply *reply)
{
    struct text who = text_of(everybody[person].who);
    bool good = true;
    if (everybody[person].standing == OUTSIDE) {
        good = is_problem(&reply->problem, PROBLEM_NOT_FOUND);
    } else if (everybody[person].standing == UNCONCERNED ||
               is_listed(trying, action, (struct text){0})) {
        good = is_problem(&reply->problem, PROBLEM_FORBIDDEN);
    } else {
        return unlisted_refused(trying, action, who, reply);
    }
    if (!good) {
        trouble(trying, action, who,
                everybody[person].standing == OUTSIDE ? "must find nothing: 404 not-found"
                                                      : "is somebody else's to do: 403 forbidden",
                &reply->problem);
    }
    return good;
}

/* Tries one action as one person. */
static void pair_try(struct trying *trying, const char *action_name, size_t person)
{
    struct hall *hall = trying->course.hall;
    struct case_act act = {.case_id = hall->looked_at, .action = text_of(action_name)};
    struct text who = text_of(everybody[person].who);
    struct principal principal;
    if (is_listed(trying, act.action, who)) {
        return; /* a line of the table says what becomes of it */
    }
    if (text_equal_string(trying->state->name, "fee_due") &&
        text_equal_string(act.action, "record_payment")) {
        return; /* is no action on a case */
    }
    CHECK(hall_principal(hall, course_officer(&trying->course, who), &principal));
    struct reply reply = hall_try(hall, trying->owner, &principal, &case_act_message, &act);
    bool good = refused_rightly(trying, act.action, person, &reply);
    if (hall->seen_count > 0) { /* it has moved: nothing further can be said of this state */
        trouble(trying, act.action, who, "must not happen, the table does not list it",
                &reply.problem);
        trying->moved = true;
        good = false;
    }
    trying->run->tried++;
    trying->run->failed += good ? 0 : 1;
}

/* Services that do not have the case say so, whatever is asked. */
static void elsewhere_try(struct trying *trying)
{
    struct hall *hall = trying->course.hall;
    struct principal applicant;
    struct case_act act = {.case_id = hall->looked_at, .action = TEXT_LITERAL("withdraw")};
    CHECK(hall_principal(hall, TEXT_LITERAL("applicant"), &applicant));
    for (int i = AT_INTAKE; i <= AT_FEE; i++) {
        if (i == (int)trying->owner) {
            continue;
        }
        struct reply reply =
            hall_try(hall, (enum hall_service)i, &applicant, &case_act_message, &act);
        bool good = is_problem(&reply.problem, PROBLEM_ELSEWHERE) ||
                    is_problem(&reply.problem, PROBLEM_NOT_FOUND);
        trying->run->tried++;
        trying->run->failed += good ? 0 : 1;
        if (!good) {
            trouble(trying, act.action, text_of(hall_service_name((enum hall_service)i)),
                    "is not the owner and must say so", &reply.problem);
        }
    }
}

/* Money is taken by nobody but the two who may. */
static void payment_try(struct trying *trying)
{
    struct hall *hall = trying->course.hall;
    struct record_payment payment = {.method = METHOD_CASH, .amount_fen = 62000};
    memcpy(payment.bill_id.uuid.bytes, trying->course.bill_id.data, UUID_BYTES);
    for (size_t i = 0; i < COUNT(everybody); i++) {
        struct text who = text_of(everybody[i].who);
        struct principal principal;
        if (text_equal_string(who, "cashier")) {
            continue;
        }
        CHECK(hall_principal(hall, course_officer(&trying->course, who), &principal));
        struct reply reply = hall_try(hall, AT_FEE, &principal, &record_payment_message, &payment);
        bool good = is_problem(&reply.problem, PROBLEM_FORBIDDEN);
        trying->run->tried++;
        trying->run->failed += good ? 0 : 1;
        if (!good) {
            trouble(trying, TEXT_LITERAL("record_payment"), who, "may not take money: 403",
                    &reply.problem);
        }
    }
}

static enum hall_service service_of(struct text name)
{
    for (int i = AT_INTAKE; i <= AT_FEE; i++) {
        if (text_equal_string(name, hall_service_name((enum hall_service)i))) {
            return (enum hall_service)i;
        }
    }
    CHECK(false);
    return AT_INTAKE;
}

static void state_try(struct run *run, const struct table_state *state, bool is_joint)
{
    struct trying trying = {.run = run, .state = state, .owner = service_of(state->owner)};
    course_begin(&trying.course, run->hall, (struct course_plan){.is_joint = is_joint});
    if (!course_lead(&trying.course, state->name, (struct text){0})) {
        run->failed++;
        return;
    }
    run->hall->seen_count = 0;
    for (size_t i = 0; i < COUNT(actions); i++) {
        for (size_t person = 0; person < COUNT(everybody) && !trying.moved; person++) {
            pair_try(&trying, actions[i], person);
        }
    }
    if (trying.moved) {
        return;
    }
    elsewhere_try(&trying);
    if (text_equal_string(state->name, "fee_due")) {
        payment_try(&trying);
    }
}

/* States that only one of the two items passes. */
static bool is_passed(struct text state, bool is_joint)
{
    static const char *const joint[] = {"joint_review", "in_meeting", "fee_due", "lapsed"};
    if (text_equal_string(state, "in_review")) {
        return !is_joint;
    }
    for (size_t i = 0; i < COUNT(joint); i++) {
        if (text_equal_string(state, joint[i])) {
            return is_joint;
        }
    }
    return true;
}

/* The state that is reached by waiting comes last: time does not go back. */
static void states_try(struct run *run, bool lapsed)
{
    for (size_t i = 0; i < run->table->state_count; i++) {
        const struct table_state *state = &run->table->states[i];
        for (int is_joint = 0; is_joint <= 1; is_joint++) {
            if (is_passed(state->name, is_joint == 1) &&
                text_equal_string(state->name, "lapsed") == lapsed) {
                state_try(run, state, is_joint == 1);
            }
        }
    }
}

void unlisted_try(struct run *run)
{
    states_try(run, false);
    states_try(run, true);
}
