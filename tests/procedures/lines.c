#include "lines.h"

#include "base/check.h"
#include "clock/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct catalogue_change changes[] = {
    /* The single item's site check becomes optional, or goes. */
    {"limit: {value: 3, unit: workday}, clock: stage, min_staff: 2}\n      - {id: decide, names: "
     "{zh-Hans: 决定",
     "limit: {value: 3, unit: workday}, clock: stage, min_staff: 2, optional: true}\n"
     "      - {id: decide, names: {zh-Hans: 决定"},
    {"- {id: site, names: {zh-Hans: 现场核查（两人以上）", "#- {"},
};

void run_open_hall(const struct run *run, struct hall *hall, const struct catalogue_change *change)
{
    hall_open(hall, run->catalogue, change, run->begins_ms);
}

void run_note(struct run *run, const struct table_line *line, bool is_joint, struct text who,
              bool good)
{
    run->tried++;
    run->failed += good ? 0 : 1;
    if (!good) {
        (void)printf("%s:%d: %.*s, %.*s by %.*s (%s item)\n", run->table->path, line->line,
                     TEXT_PRINT(line->state), TEXT_PRINT(line->trigger), TEXT_PRINT(who),
                     is_joint ? "joint" : "single");
    }
}

/* -- what came ------------------------------------------------------------------------------ */

/* What happened in the moment that is looked at, in the words of the table. */
struct happening {
    struct text next;
    struct text first;
    struct words events;
    struct words clocks;
};

/* The name of a type without its version; what is said of remedies is added. */
static struct text event_word(struct arena *arena, const struct seen_event *seen)
{
    struct text rest = {0};
    struct text service = text_split(seen->type, '.', &rest);
    struct text name = text_split(rest, '.', &rest);
    const struct remedy_list *remedies = &seen->moved.remedies;
    bool has_both = seen->is_move && remedies->count == 2 &&
                    remedies->items[0].kind == REMEDY_REVIEW && remedies->items[0].value == 60 &&
                    remedies->items[0].unit == LIMIT_CALENDAR_DAY &&
                    text_equal_string(remedies->items[0].basis, "行政复议法 20") &&
                    remedies->items[1].kind == REMEDY_SUIT && remedies->items[1].value == 6 &&
                    remedies->items[1].unit == LIMIT_MONTH &&
                    text_equal_string(remedies->items[1].basis, "行政诉讼法 46");
    return arena_print(arena, "%.*s.%.*s%s", TEXT_PRINT(service), TEXT_PRINT(name),
                       has_both                               ? "+remedies"
                       : seen->is_move && remedies->count > 0 ? "+half of the remedies"
                                                              : "");
}

static void clock_word_add(struct happening *outcome, struct arena *arena, const char *operation,
                           struct text clock, bool from_receipt)
{
    CHECK(outcome->clocks.count < WORDS_MAX);
    outcome->clocks.items[outcome->clocks.count++] = arena_print(
        arena, "%s %.*s%s", operation, TEXT_PRINT(clock), from_receipt ? "@receipt" : "");
}

/* What was done to a clock since it was last told. */
static void clock_look(const struct course *course, const struct clock *clock, int64_t event_ms,
                       struct happening *outcome)
{
    static const char *const operations[] = {
        [STEP_STARTED] = "start",     [STEP_PAUSED] = "pause",    [STEP_RESUMED] = "resume",
        [STEP_RESTARTED] = "restart", [STEP_EXTENDED] = "extend", [STEP_STOPPED] = "stop"};
    const struct clock *before = course_clock(course, clock->name);
    int64_t started = clock->steps.items[0].at;
    bool is_new = before == NULL || before->steps.items[0].at != started ||
                  clock->steps.count < before->steps.count ||
                  (before->phase == CLOCK_ENDED && clock->phase != CLOCK_ENDED);
    bool from_receipt = is_new && started == course->received_ms && event_ms != started;
    for (size_t i = is_new ? 0 : before->steps.count; i < clock->steps.count; i++) {
        clock_word_add(outcome, &course->hall->arena, operations[clock->steps.items[i].op],
                       clock->name, i == 0 && from_receipt);
    }
}

static void outcome_gather(struct course *course, struct happening *outcome)
{
    bool more = true;
    while (more) {
        struct course before = *course;
        const struct seen_event *seen = course_next(course);
        more = seen != NULL;
        if (!more) {
            break;
        }
        before.received_ms = course->received_ms;
        const struct case_step *step = seen_step(seen);
        struct text word = event_word(&course->hall->arena, seen);
        outcome->first = outcome->events.count == 0 ? word : outcome->first;
        CHECK(outcome->events.count < WORDS_MAX);
        outcome->events.items[outcome->events.count++] = word;
        for (size_t i = 0; step != NULL && i < step->clocks.count; i++) {
            clock_look(&before, &step->clocks.items[i], seen->time_ms, outcome);
        }
    }
    outcome->next = course->state;
}

/* "422 /fields/ground /fields/reasons", "409". */
static struct text refusal_word(struct arena *arena, const struct problem *problem)
{
    int status = problem_kind(problem_type_of(problem->type))->status;
    struct text word = arena_print(arena, "%d", status);
    for (size_t i = 0; status == 422 && i < problem->errors.count; i++) {
        word = arena_print(arena, "%.*s %.*s", TEXT_PRINT(word),
                           TEXT_PRINT(problem->errors.items[i].pointer));
    }
    return word;
}

/* -- acting --------------------------------------------------------------------------------- */

static enum hall_service owner_of(const struct run *run, struct text state)
{
    const struct table_state *place = table_state(run->table, state);
    for (int i = 0; place != NULL && i < HALL_SERVICES; i++) {
        if (text_equal_string(place->owner, hall_service_name((enum hall_service)i))) {
            return (enum hall_service)i;
        }
    }
    return AT_INTAKE; /* where a case enters */
}

/* Waits until the clock of the line is yellow or over; false when it does not run. */
static bool clock_wait(struct course *course, const struct table_line *line)
{
    struct text what = {0};
    struct text name = text_split(line->trigger, ' ', &what);
    const struct clock *clock = course_clock(course, name);
    if (clock == NULL || clock->phase != CLOCK_RUNNING) {
        (void)printf("  the clock %.*s does not run\n", TEXT_PRINT(name));
        return false;
    }
    int64_t moment = text_equal_string(what, "yellow") ? clock->warn : clock->due;
    if (moment > course->hall->now_ms + 1) { /* what comes before is no part of it */
        hall_wait_until(course->hall, moment - 1);
        course_catch_up(course);
    }
    hall_wait_until(course->hall, moment > course->hall->now_ms ? moment : course->hall->now_ms);
    return true;
}

static bool line_act(struct run *run, struct course *course, const struct table_line *line,
                     struct text who, struct happening *outcome)
{
    struct principal principal;
    struct reply reply;
    if (line_waits(line)) {
        return clock_wait(course, line);
    }
    struct text officer = course_officer(course, who);
    if (!hall_principal(course->hall, officer, &principal)) {
        (void)printf("  nobody is called %.*s\n", TEXT_PRINT(who));
        return false;
    }
    if (text_equal_string(line->trigger, "submit")) {
        reply = course_file(course, &principal);
    } else if (text_equal_string(line->trigger, "record_payment")) {
        reply = course_pay(course, &principal, line->fields);
    } else {
        reply = course_act(course, owner_of(run, course->state), &principal, line->trigger,
                           line->fields);
    }
    if (!text_is_empty(reply.problem.type)) {
        outcome->next = refusal_word(&course->hall->arena, &reply.problem);
    }
    return true;
}

/* -- comparing ------------------------------------------------------------------------------ */

/* Messages to the person are the templates' business: beyond those that the table names they may
 * come or not. */
static void messages_leave(struct words *actual, const struct words *expected)
{
    const struct text message = TEXT_LITERAL("notification.message_queued");
    size_t kept = 0;
    for (size_t i = 0; i < actual->count; i++) {
        if (!text_equal(actual->items[i], message) || words_have(expected, message)) {
            actual->items[kept++] = actual->items[i];
        }
    }
    actual->count = kept;
}

static struct words one_word(struct text text)
{
    return (struct words){.items = {text}, .count = text_is_empty(text) ? 0 : 1};
}

static bool outcome_compare(const struct table_line *line, struct happening *outcome)
{
    messages_leave(&outcome->events, &line->events);
    bool good = words_compare("next", words_of(line->next, ' '), words_of(outcome->next, ' '));
    good &= words_compare("events", line->events, outcome->events);
    good &= words_compare("clocks", line->clocks, outcome->clocks);
    if (good && line->events.count > 0) { /* the owner's event comes first */
        good =
            words_compare("first event", one_word(line->events.items[0]), one_word(outcome->first));
    }
    return good;
}

static struct course_plan plan_of(const struct table_line *line, bool is_joint)
{
    struct words setup = words_of(line->setup, ' ');
    return (struct course_plan){
        .is_joint = is_joint,
        .is_represented = words_have(&setup, TEXT_LITERAL("represented")),
        .lacks_material = words_have(&setup, TEXT_LITERAL("missing")),
    };
}

static const struct catalogue_change *change_of(const struct table_line *line)
{
    struct words setup = words_of(line->setup, ' ');
    if (words_have(&setup, TEXT_LITERAL("catalogue:optional"))) {
        return &changes[0];
    }
    return words_have(&setup, TEXT_LITERAL("catalogue:none")) ? &changes[1] : NULL;
}

static bool line_holds(struct run *run, struct hall *hall, const struct table_line *line,
                       bool is_joint, struct text who)
{
    struct course *course = arena_take(&hall->arena, sizeof *course);
    struct happening outcome = {.next = {0}};
    course_begin(course, hall, plan_of(line, is_joint));
    if (!course_lead(course, line->state, line->setup)) {
        return false;
    }
    hall->seen_count = 0; /* the way is behind */
    course->taken = 0;
    if (!line_act(run, course, line, who, &outcome)) {
        return false;
    }
    bool refused = !text_is_empty(outcome.next);
    struct text refusal = outcome.next;
    outcome_gather(course, &outcome);
    outcome.next = refused ? refusal : outcome.next;
    return outcome_compare(line, &outcome);
}

/* True when the line needs a hall of its own: time passes, or the catalogue is another. */
static bool needs_own_hall(const struct table_line *line)
{
    struct words setup = words_of(line->setup, ' ');
    return line_waits(line) || change_of(line) != NULL ||
           words_have(&setup, TEXT_LITERAL("road-silent")) ||
           text_equal_string(line->state, "lapsed");
}

void line_try(struct run *run, const struct table_line *line, bool is_joint, struct text who)
{
    bool good = false;
    if (needs_own_hall(line)) {
        struct hall *hall = malloc(sizeof *hall);
        CHECK(hall != NULL);
        run_open_hall(run, hall, change_of(line));
        good = line_holds(run, hall, line, is_joint, who);
        hall_close(hall);
        free(hall);
    } else {
        good = line_holds(run, run->hall, line, is_joint, who);
    }
    run_note(run, line, is_joint, who, good);
}
