/* What the table does not list must not happen. */
#include "lines.h"

#include "base/check.h"
#include "events/fee.h"

#include <stdio.h>
#include <stdlib.h>
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
    "set_aside",
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

/* Everybody who may come along, beside those whom the table names. */
static const char *const everybody[] = {
    "applicant",    "window_clerk",    "reviewer",      "field_checker", "approver",
    "agency_head",  "government_head", "hall_manager",  "cashier",       "finance_officer",
    "supervisor",   "auditor",         "hearing_chair", "handler",       "bank_link",
    "reviewer.HRS", "approver.FIN",    "stranger",      "nobody",
};

/* Of several items that pass a state, the first two are tried. */
enum { PERSONS_MAX = WORDS_MAX, ITEMS_TRIED = 2 };

static const enum hall_service owners[] = {AT_INTAKE, AT_APPROVAL, AT_FEE, AT_AUDIT};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* One state of one case, being tried. */
struct trying {
    struct run *run;
    struct course *course;
    const struct table_state *state;
    struct text persons[PERSONS_MAX];
    size_t person_count;
    enum hall_service owner;
    struct words told; /* of whom trouble was told: the first in a state says it */
    bool moved;        /* something happened that must not */
};

/* What each may know: a case is nothing to strangers, and not the business of other departments'
 * officers. */
enum standing_expected { KNOWS, UNCONCERNED, OUTSIDE };

static bool is_same(const struct trying *trying, struct text left, struct text right)
{
    const struct text representative = TEXT_LITERAL("representative");
    struct text department = course_department(trying->course);
    struct hall *hall = trying->course->hall;
    if (is_filer_name(left) && is_filer_name(right)) {
        return text_equal(left, representative) == text_equal(right, representative);
    }
    return text_equal(hall_officer(hall, left, department), hall_officer(hall, right, department));
}

static bool words_have_person(const struct trying *trying, const struct words *words,
                              struct text who)
{
    for (size_t i = 0; i < words->count; i++) {
        if (is_same(trying, words->items[i], who)) {
            return true;
        }
    }
    return false;
}

static void person_add(struct trying *trying, struct text who)
{
    for (size_t i = 0; i < trying->person_count; i++) {
        if (is_same(trying, trying->persons[i], who)) {
            return;
        }
    }
    if (trying->person_count < PERSONS_MAX) {
        trying->persons[trying->person_count++] = who;
    }
}

/* Those of the table too; not who holds two offices, or the second of an office. */
static void persons_gather(struct trying *trying)
{
    const struct table *table = trying->run->table;
    for (size_t i = 0; i < COUNT(everybody); i++) {
        person_add(trying, text_of(everybody[i]));
    }
    for (size_t i = 0; i < table->line_count; i++) {
        const struct table_line *line = &table->lines[i];
        bool is_try = line->kind == LINE_TRY && line_is_for(line, trying->course->item_name);
        for (size_t k = 0; is_try && k < line->who.count; k++) {
            struct text who = line->who.items[k];
            bool is_plain = memchr(who.data, '.', who.size) == NULL && !is_person_name(who);
            if (is_plain && !text_equal_string(who, "-")) {
                person_add(trying, who);
            }
        }
    }
}

static enum standing_expected standing_of(const struct trying *trying, struct text who)
{
    static const char *const overseeing[] = {"supervisor", "auditor", "cashier", "bank_link",
                                             "finance_officer"};
    struct text department = {0};
    struct text name = hall_officer(trying->course->hall, who, course_department(trying->course));
    struct text role = text_split(name, '.', &department);
    if (is_filer_name(who)) {
        return uuid_is_none(&trying->course->id.uuid) ? UNCONCERNED : KNOWS;
    }
    if (text_equal_string(who, "stranger") || text_equal_string(who, "nobody")) {
        return OUTSIDE;
    }
    for (size_t i = 0; i < COUNT(overseeing); i++) {
        if (text_equal_string(role, overseeing[i])) {
            return KNOWS;
        }
    }
    const struct words *own = &trying->course->item->who;
    bool has_part = text_equal(department, course_department(trying->course)) ||
                    (own->count > 0 && text_equal(department, own->items[0])) ||
                    text_equal_string(department, "HALL") || text_equal_string(department, "*") ||
                    text_equal_string(role, "co_reviewer");
    return has_part ? KNOWS : UNCONCERNED;
}

/* -- what the table says -------------------------------------------------------------------- */

static bool line_matches(const struct trying *trying, const struct table_line *line)
{
    return line->kind == LINE_TRY && text_equal(line->state, trying->state->name) &&
           !trigger_waits(line->trigger) && line_is_for(line, trying->course->item_name);
}

/* True when the table lists the action here, for `who` (absent: for anybody); with `succeeding`,
 * in a line that says that it is done. */
static bool is_listed(const struct trying *trying, struct text action, struct text who,
                      bool succeeding)
{
    const struct table *table = trying->run->table;
    for (size_t i = 0; i < table->line_count; i++) {
        const struct table_line *line = &table->lines[i];
        if (line_matches(trying, line) && text_equal(line->trigger, action) &&
            (who.data == NULL || words_have_person(trying, &line->who, who)) &&
            (!succeeding || line_succeeds(line))) {
            return true;
        }
    }
    return false;
}

/* True when the table knows the action at all. */
static bool is_known(const struct trying *trying, struct text action)
{
    const struct table *table = trying->run->table;
    for (size_t i = 0; i < table->line_count; i++) {
        if (table->lines[i].kind == LINE_TRY && text_equal(table->lines[i].trigger, action)) {
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
        bool is_case_action = !text_equal_string(line->trigger, "record_payment") &&
                              !text_equal_string(line->trigger, "name_deputy") &&
                              memchr(line->trigger.data, '/', line->trigger.size) == NULL;
        if (line_matches(trying, line) && line_succeeds(line) && text_is_empty(line->setup) &&
            is_case_action && words_have_person(trying, &line->who, who) &&
            !words_have(&offered, line->trigger)) {
            offered.items[offered.count++] = line->trigger;
        }
    }
    return offered;
}

/* -- trying --------------------------------------------------------------------------------- */

static bool is_told(const struct trying *trying, struct text who)
{
    return words_have(&trying->told, who) || trying->told.count == WORDS_MAX;
}

static void trouble(struct trying *trying, struct text action, struct text who, const char *what,
                    const struct problem *problem)
{
    if (is_told(trying, who)) {
        return;
    }
    trying->told.items[trying->told.count++] = who;
    (void)printf("%s: %.*s, %.*s by %.*s (%.*s): %s\n  + %.*s %.*s\n", trying->run->table->path,
                 TEXT_PRINT(trying->state->name), TEXT_PRINT(action), TEXT_PRINT(who),
                 TEXT_PRINT(trying->course->item_name), what, TEXT_PRINT(problem->type),
                 TEXT_PRINT(problem->detail));
}

static bool is_problem(const struct problem *problem, enum problem_type type)
{
    return text_equal_string(problem->type, problem_kind(type)->name);
}

static bool unlisted_refused(struct trying *trying, struct text action, struct text who,
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
    if (!is_told(trying, who) &&
        !words_compare("allowed actions", offered_to(trying, who), allowed)) {
        trouble(trying, action, who, "must name what the table lists instead", problem);
        return false;
    }
    return true;
}

static bool refused_rightly(struct trying *trying, struct text action, struct text who,
                            const struct reply *reply)
{
    const struct text anybody = {0};
    enum standing_expected standing = standing_of(trying, who);
    bool is_others = is_listed(trying, action, anybody, true);
    /* What the table refuses to everybody here may be known to the procedure all the same. */
    bool is_open = !is_others && is_listed(trying, action, anybody, false);
    bool is_forbidden = is_problem(&reply->problem, PROBLEM_FORBIDDEN);
    bool good = true;
    if (standing == OUTSIDE) {
        good = is_problem(&reply->problem, PROBLEM_NOT_FOUND);
    } else if (standing == UNCONCERNED || is_others || (is_open && is_forbidden)) {
        good = is_forbidden;
    } else {
        return unlisted_refused(trying, action, who, reply);
    }
    if (!good) {
        trouble(trying, action, who,
                standing == OUTSIDE ? "must find nothing: 404 not-found"
                                    : "is somebody else's to do: 403 forbidden",
                &reply->problem);
    }
    return good;
}

/* Tries one action as one person. */
static void pair_try(struct trying *trying, struct text action, struct text who)
{
    struct hall *hall = trying->course->hall;
    struct case_act act = {.case_id = trying->course->id, .action = action};
    struct principal principal;
    if (is_listed(trying, action, who, false)) {
        return; /* a line of the table says what becomes of it */
    }
    if (text_equal_string(trying->state->name, "fee_due") &&
        text_equal_string(action, "record_payment")) {
        return; /* is no action on a case */
    }
    struct text name = hall_officer(hall, who, course_department(trying->course));
    CHECK(hall_principal(hall, name, &principal));
    if (is_filer_name(who)) {
        principal.case_id = trying->course->id;
    }
    struct reply reply = hall_try(hall, trying->owner, &principal, &case_act_message, &act);
    bool good = refused_rightly(trying, action, who, &reply);
    if (hall->seen_count > 0) { /* it has moved: nothing further can be said of this state */
        trouble(trying, action, who, "must not happen, the table does not list it", &reply.problem);
        trying->moved = true;
        good = false;
    }
    trying->run->tried++;
    trying->run->failed += good ? 0 : 1;
}

/* Actions that no line of the table knows are tried as one person each, in turn: what the state
 * does not know is refused before it is asked who it is. */
static void pairs_try(struct trying *trying)
{
    for (size_t i = 0; i < COUNT(actions); i++) {
        struct text action = text_of(actions[i]);
        bool all = is_known(trying, action) || text_equal_string(action, "no_such_action");
        for (size_t k = 0; k < trying->person_count && !trying->moved; k++) {
            if (all || k == i % trying->person_count) {
                pair_try(trying, action, trying->persons[k]);
            }
        }
    }
}

/* Services that do not have the case say so, whatever is asked. */
static void elsewhere_try(struct trying *trying)
{
    struct hall *hall = trying->course->hall;
    struct principal applicant;
    struct case_act act = {.case_id = trying->course->id, .action = TEXT_LITERAL("withdraw")};
    CHECK(hall_principal(hall, TEXT_LITERAL("applicant"), &applicant));
    applicant.case_id = trying->course->id;
    for (size_t k = 0; k < COUNT(owners); k++) {
        int i = (int)owners[k];
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
    struct hall *hall = trying->course->hall;
    struct bill_named named = {{{{0}}}};
    struct record_payment payment = {
        .bills = {.items = &named, .count = 1}, .method = METHOD_CASH, .amount_fen = 62000};
    memcpy(named.bill_id.uuid.bytes, trying->course->bill_id.data, UUID_BYTES);
    for (size_t i = 0; i < trying->person_count; i++) {
        struct text who = trying->persons[i];
        struct principal principal;
        if (text_equal_string(who, "cashier")) {
            continue;
        }
        struct text name = hall_officer(hall, who, course_department(trying->course));
        CHECK(hall_principal(hall, name, &principal));
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

static void state_try_in(struct run *run, struct hall *hall, const struct table_state *state,
                         struct text item)
{
    struct trying *trying = arena_take(&hall->arena, sizeof *trying);
    struct course_plan plan = {.tables = run->tables, .table = run->table, .item = item};
    *trying = (struct trying){.run = run, .state = state};
    trying->course = arena_take(&hall->arena, sizeof *trying->course);
    hall_watch_none(hall);
    course_begin(trying->course, hall, &plan);
    if (!course_lead(trying->course, state->name)) {
        (void)printf("%s: %.*s (%.*s): is not reached\n", run->table->path, TEXT_PRINT(state->name),
                     TEXT_PRINT(item));
        run->failed++;
        return;
    }
    trying->owner = course_owner(trying->course);
    course_forget(trying->course);
    persons_gather(trying);
    pairs_try(trying);
    if (trying->moved) {
        return;
    }
    elsewhere_try(trying);
    if (text_equal_string(state->name, "fee_due")) {
        payment_try(trying);
    }
}

static void state_try(struct run *run, const struct table_state *state, struct text item)
{
    struct course_plan plan = {.tables = run->tables, .table = run->table, .item = item};
    if (!course_waits(&plan, state->name)) {
        state_try_in(run, run->hall, state, item);
        return;
    }
    struct hall *hall = malloc(sizeof *hall);
    CHECK(hall != NULL);
    run_open_hall(run, hall, NULL);
    state_try_in(run, hall, state, item);
    hall_close(hall);
    free(hall);
}

/* True for a state that is over at once: all that is listed there is what the system does. */
static bool nobody_comes(const struct table *table, struct text state)
{
    bool listed = false;
    for (size_t i = 0; i < table->line_count; i++) {
        const struct table_line *line = &table->lines[i];
        if (line->kind == LINE_TRY && text_equal(line->state, state)) {
            struct words setup = words_of(line->setup, ' ');
            if (!words_have(&setup, TEXT_LITERAL("at-once"))) {
                return false;
            }
            listed = true;
        }
    }
    return listed;
}

void unlisted_try(struct run *run)
{
    const struct table *table = run->table;
    for (size_t i = 0; i < table->state_count; i++) {
        int done = 0;
        struct text state = table->states[i].name;
        if (nobody_comes(table, state)) {
            continue;
        }
        for (size_t k = 0; k < table->line_count && done < ITEMS_TRIED; k++) {
            const struct table_line *line = &table->lines[k];
            if (line->kind == LINE_ITEM &&
                table_find(table, LINE_WAY, state, line->items.items[0]) != NULL) {
                state_try(run, &table->states[i], line->items.items[0]);
                done++;
            }
        }
    }
}
