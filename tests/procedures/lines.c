#include "lines.h"

#include "base/check.h"
#include "clock/clock.h"
#include "publishing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void run_open_hall(const struct run *run, struct hall *hall, const struct catalogue_change *change)
{
    hall_open(hall, run->catalogue, change, run->begins_ms);
    hall->watches_books = text_equal_string(run->table->name, "fee_day");
    hall->watches_points = text_equal_string(run->table->name, "silent_point");
    power_give(hall);
}

static void run_note(struct run *run, const struct table_line *line, struct text item,
                     struct text who, bool good)
{
    run->tried++;
    run->failed += good ? 0 : 1;
    if (!good) {
        (void)printf("%s:%d: %.*s, %.*s by %.*s (%.*s)\n", run->table->path, line->line,
                     TEXT_PRINT(line->state), TEXT_PRINT(line->trigger), TEXT_PRINT(who),
                     TEXT_PRINT(item));
    }
}

/* -- what came ------------------------------------------------------------------------------ */

/* What happened in the moment that is looked at, in the words of the table. */
struct happening {
    struct text next; /* a status, when it was refused */
    struct text first;
    struct text detail; /* why it was refused */
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

/* Gathers what happened to one matter; `name` stands before what is not the line's own. */
static void matter_gather(struct course *course, struct text name, struct happening *outcome)
{
    struct arena *arena = &course->hall->arena;
    struct course *before = arena_take(arena, sizeof *before);
    for (;;) {
        *before = *course;
        const struct seen_event *seen = course_next(course);
        if (seen == NULL) {
            break;
        }
        before->received_ms = course->received_ms;
        const struct case_step *step = seen_step(seen);
        struct text word = event_word(arena, seen);
        if (name.data != NULL) {
            word = arena_print(arena, "%.*s/%.*s", TEXT_PRINT(name), TEXT_PRINT(word));
        }
        outcome->first = outcome->events.count == 0 ? word : outcome->first;
        CHECK(outcome->events.count < WORDS_MAX);
        outcome->events.items[outcome->events.count++] = word;
        for (size_t i = 0; name.data == NULL && step != NULL && i < step->clocks.count; i++) {
            clock_look(before, &step->clocks.items[i], seen->time_ms, outcome);
        }
    }
}

static void outcome_gather(struct course *course, struct happening *outcome)
{
    struct hall *hall = course->hall;
    course_adopt(course);
    matter_gather(course, (struct text){0}, outcome);
    for (size_t i = 0; i < course->cast_count; i++) {
        matter_gather(course->cast[i].course, course->cast[i].name, outcome);
    }
    CHECK(hall->seen_count < SEEN_EVENTS_MAX);
}

/* Where everything stands that the line tells of: its own state, a unit's opinion, its parent's
 * state, those of others. */
static struct words standing_words(const struct course *course, struct text expected)
{
    struct arena *arena = &course->hall->arena;
    struct words words = {.count = 0};
    words.items[words.count++] = course_state(course);
    while (expected.size > 0) {
        struct text rest = {0};
        struct text word = text_split(expected, ' ', &expected);
        struct text name = text_split(word, '/', &rest);
        const struct course *other = course_other(course, name);
        const struct case_unit *unit = course_unit(course);
        if (text_starts_with(word, "opinion=")) {
            words.items[words.count++] =
                arena_print(arena, "opinion=%s",
                            unit == NULL || unit->opinion == 0
                                ? "none"
                                : wire_enum_name(&opinion_enum, (int)unit->opinion).data);
        } else if (text_equal_string(name, "parent")) {
            words.items[words.count++] =
                arena_print(arena, "parent/%.*s", TEXT_PRINT(course->state));
        } else if (rest.data != NULL) {
            words.items[words.count++] = arena_print(
                arena, "%.*s/%.*s", TEXT_PRINT(name),
                TEXT_PRINT(other == NULL ? TEXT_LITERAL("nothing") : course_state(other)));
        }
    }
    return words;
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

/* True when more is due at once: work is passed on when somebody leaves his post, and the books of
 * a day begin with its first money. */
static bool has_due_at_once(const struct course *course, struct text trigger)
{
    return text_equal_string(course->item->state, "-") &&
           (text_equal_string(trigger, "suspend") || text_equal_string(trigger, "name_deputy") ||
            (course->hall->watches_books && uuid_is_none(&course->id.uuid)));
}

static bool line_act(struct course *course, const struct table_line *line, struct text who,
                     struct happening *outcome)
{
    if (trigger_waits(line->trigger)) {
        int64_t moment_ms = 0;
        bool runs = course_await(course, line->trigger, &moment_ms);
        course_forget(course); /* what came before is no part of it */
        hall_wait_until(course->hall, moment_ms > 0 ? moment_ms : course->hall->now_ms);
        return runs;
    }
    struct reply reply = course_act(course, line->trigger, who, line->fields);
    if (!text_is_empty(reply.problem.type)) {
        outcome->next = refusal_word(&course->hall->arena, &reply.problem);
        outcome->detail = reply.problem.detail;
    } else if (has_due_at_once(course, line->trigger)) {
        hall_wait_until(course->hall, course->hall->now_ms);
    }
    return true;
}

/* -- comparing ------------------------------------------------------------------------------ */

static bool word_ends(struct text word, const char *ending)
{
    size_t size = strlen(ending);
    return word.size >= size && text_equal_string(text_after(word, word.size - size), ending);
}

/* What is said and written to the person is the templates' business: beyond what the table names it
 * may come or not. */
static void messages_leave(struct words *actual, const struct words *expected)
{
    size_t kept = 0;
    for (size_t i = 0; i < actual->count; i++) {
        struct text word = actual->items[i];
        bool is_message = word_ends(word, "notification.message_queued") ||
                          word_ends(word, "notification.letter_issued");
        if (!is_message || words_have(expected, word)) {
            actual->items[kept++] = actual->items[i];
        }
    }
    actual->count = kept;
}

static struct words one_word(struct text text)
{
    return (struct words){.items = {text}, .count = text_is_empty(text) ? 0 : 1};
}

static bool outcome_compare(const struct course *course, const struct table_line *line,
                            struct happening *outcome)
{
    bool refused = !text_is_empty(outcome->next);
    struct words next = refused ? words_of(outcome->next, ' ') : standing_words(course, line->next);
    messages_leave(&outcome->events, &line->events);
    bool good = words_compare("next", words_of(line->next, ' '), next);
    if (!good && refused) {
        (void)printf("  + %.*s\n", TEXT_PRINT(outcome->detail));
    }
    good &= words_compare("events", line->events, outcome->events);
    good &= words_compare("clocks", line->clocks, outcome->clocks);
    if (good && line->events.count > 0 && course->cast_count == 0) { /* the owner's comes first */
        good =
            words_compare("first event", one_word(line->events.items[0]), one_word(outcome->first));
    }
    return good;
}

static struct course_plan plan_of(const struct run *run, const struct table_line *line,
                                  struct text item)
{
    return (struct course_plan){
        .tables = run->tables, .table = run->table, .item = item, .setup = line->setup};
}

/* What is changed in the catalogue that the hall begins with. */
static const struct catalogue_change *change_of(const struct table_line *line)
{
    struct words setup = words_of(line->setup, ' ');
    for (size_t i = 0; i < setup.count; i++) {
        const struct catalogue_change *change = catalogue_change_find(setup.items[i]);
        if (change != NULL && !change->of_draft) {
            return change;
        }
    }
    return NULL;
}

static bool line_holds(const struct run *run, struct hall *hall, const struct table_line *line,
                       struct text item, struct text who)
{
    struct course *course = arena_take(&hall->arena, sizeof *course);
    struct course_plan plan = plan_of(run, line, item);
    struct happening outcome = {.next = {0}};
    hall_watch_none(hall);
    course_begin(course, hall, &plan);
    if (!course_lead(course, line->state)) {
        return false;
    }
    course_forget(course); /* the way is behind */
    if (!line_act(course, line, who, &outcome)) {
        return false;
    }
    outcome_gather(course, &outcome);
    return outcome_compare(course, line, &outcome);
}

void line_try(struct run *run, const struct table_line *line, struct text item, struct text who)
{
    bool good = false;
    struct course_plan plan = plan_of(run, line, item);
    const struct catalogue_change *change = change_of(line);
    /* A hall of its own: time passes, or the catalogue is another. */
    if (trigger_waits(line->trigger) || change != NULL || course_waits(&plan, line->state)) {
        struct hall *hall = malloc(sizeof *hall);
        CHECK(hall != NULL);
        run_open_hall(run, hall, change);
        good = line_holds(run, hall, line, item, who);
        hall_close(hall);
        free(hall);
    } else {
        good = line_holds(run, run->hall, line, item, who);
    }
    run_note(run, line, item, who, good);
}
