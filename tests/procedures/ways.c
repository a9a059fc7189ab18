/* The ways to the states and the steps on from there, as the tables write them (README.md). */
#include "base/check.h"
#include "course.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool setup_work(struct course *course, const struct table *table, struct text item,
                       struct text setup, struct text state);

/* -- words ---------------------------------------------------------------------------------- */

/* The words of a setup that say how a matter is made, not what is done with it. */
static bool is_plan(struct text word)
{
    static const char *const prefixes[] = {
        "missing:", "channel:", "form:", "register:",    "catalogue:",
        "unit:",    "field:",   "by:",   "assigned-to:", "authorised-by:"};
    static const char *const whole[] = {"missing", "represented", "at-once"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (text_starts_with(word, prefixes[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        if (text_equal_string(word, whole[i])) {
            return true;
        }
    }
    return false;
}

static bool has_from(const struct words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        if (text_starts_with(words->items[i], "from:")) {
            return true;
        }
    }
    return false;
}

/* -- steps ---------------------------------------------------------------------------------- */

static struct text problem_text(const struct reply *reply, struct arena *arena)
{
    const struct problem *problem = &reply->problem;
    struct text text =
        arena_print(arena, "%.*s, %.*s", TEXT_PRINT(problem->type), TEXT_PRINT(problem->detail));
    for (size_t i = 0; i < problem->errors.count; i++) {
        text = arena_print(arena, "%.*s; %.*s %.*s", TEXT_PRINT(text),
                           TEXT_PRINT(problem->errors.items[i].pointer),
                           TEXT_PRINT(problem->errors.items[i].detail));
    }
    return text;
}

/* Goes one way or step; says what went wrong. */
static bool way_go(struct course *course, const struct table_line *way)
{
    if (trigger_waits(way->trigger)) {
        int64_t moment_ms = 0;
        if (!course_await(course, way->trigger, &moment_ms)) {
            return false;
        }
        hall_wait_until(course->hall, moment_ms);
        course_catch_up(course);
        return true;
    }
    CHECK(way->who.count > 0);
    struct reply reply = course_act(course, way->trigger, way->who.items[0], way->fields);
    course_catch_up(course);
    if (!text_is_empty(reply.problem.type)) {
        struct text problem = problem_text(&reply, &course->hall->arena);
        (void)printf("  %.*s on the way to %.*s: %.*s\n", TEXT_PRINT(way->trigger),
                     TEXT_PRINT(way->state), TEXT_PRINT(problem));
        return false;
    }
    if (uuid_is_none(&course->id.uuid)) { /* it may begin by what is due at once */
        hall_wait_until(course->hall, course->hall->now_ms);
        course_catch_up(course);
    }
    if (text_equal_string(way->trigger, "submit")) {
        registers_answer(course, &course->filed);
        course_catch_up(course);
    }
    return true;
}

/* A step is written in the table of the unit, or of its case. */
static const struct table_line *step_find(const struct course *course, const struct table *table,
                                          struct text item, struct text name)
{
    const struct table_line *step = table_find(table, LINE_STEP, name, item);
    return step == NULL ? table_find(course->table, LINE_STEP, name, course->item_name) : step;
}

/* "wait:14d": to the same time of a later day. */
static bool days_pass(struct course *course, struct text days)
{
    char digits[8] = "";
    CHECK(days.size > 1 && days.size < sizeof digits);
    memcpy(digits, days.data, days.size - 1);
    hall_wait_until(course->hall,
                    course->hall->now_ms + strtol(digits, NULL, 10) * 24 * 60 * 60 * MS_PER_SECOND);
    course_catch_up(course);
    return true;
}

/* -- other matters -------------------------------------------------------------------------- */

static bool assign(struct course *course, struct text officer)
{
    struct text fields =
        arena_print(&course->hall->arena, "{\"assignee\":\"%.*s\"}", TEXT_PRINT(officer));
    struct reply reply =
        course_act(course, TEXT_LITERAL("assign"), TEXT_LITERAL("hall_manager"), fields);
    course_catch_up(course);
    return text_is_empty(reply.problem.type);
}

static const struct table_line *beside_find(const struct course *course, struct text name)
{
    const struct table_line *line =
        table_find(course->plan.table, LINE_BESIDE, name, course->plan.item);
    return line == NULL ? table_find(course->table, LINE_BESIDE, name, course->item_name) : line;
}

/* Makes the matter `name` and leads it to its state. */
static bool beside_make(struct course *course, struct text name)
{
    const struct table_line *line = beside_find(course, name);
    if (line == NULL) {
        (void)printf("  no line tells of a matter %.*s\n", TEXT_PRINT(name));
        return false;
    }
    struct course_plan plan = {.tables = course->plan.tables,
                               .table = tables_find(course->plan.tables, line->who.items[0]),
                               .item = line->items.items[0],
                               .setup = line->setup};
    struct course *other = arena_take(&course->hall->arena, sizeof *other);
    course_begin(other, course->hall, &plan);
    CHECK(course->cast_count < CAST_MAX);
    other->bill_number = course->bill_number; /* "@.bill" of a matter beside is the course's own */
    course->cast[course->cast_count++] = (struct cast_member){.name = name, .course = other};
    bool good = course_lead(other, line->next);
    struct text officer = course_word(other, "assigned-to:");
    good = good && (officer.data == NULL || assign(other, officer));
    course_catch_up(course);
    return good;
}

/* "NAME", or "NAME*4" for four of them. */
static bool besides_make(struct course *course, struct text word)
{
    struct text times = {0};
    struct text name = text_split(word, '*', &times);
    int count = times.data == NULL ? 1 : times.data[0] - '0';
    bool good = true;
    for (int i = 0; i < count && good; i++) {
        good = beside_make(course, name);
    }
    return good;
}

/* -- leading -------------------------------------------------------------------------------- */

static bool state_reach(struct course *course, const struct table *table, struct text item,
                        struct text to)
{
    bool of_unit = table != course->table;
    if (text_equal_string(to, "none")) {
        return true;
    }
    if (of_unit && text_equal(to, table->states[0].name)) { /* as soon as its case is there */
        return setup_work(course, course->table, course->item_name, course->within->setup,
                          course->within->next);
    }
    const struct table_line *way = table_find(table, LINE_WAY, to, item);
    if (way == NULL) {
        (void)printf("  no way leads to %.*s for this item\n", TEXT_PRINT(to));
        return false;
    }
    return setup_work(course, table, item, way->setup, TEXT_LITERAL("none")) && way_go(course, way);
}

static bool word_go(struct course *course, const struct table *table, struct text item,
                    struct text word)
{
    if (is_plan(word)) {
        return true;
    }
    if (text_starts_with(word, "with:")) {
        return besides_make(course, text_after(word, strlen("with:")));
    }
    if (text_starts_with(word, "wait:")) {
        return days_pass(course, text_after(word, strlen("wait:")));
    }
    if (text_equal_string(word, "undelegated")) {
        power_take(course);
        return true;
    }
    if (text_starts_with(word, "from:")) {
        return state_reach(course, table, item, text_after(word, strlen("from:")));
    }
    const struct table_line *step = step_find(course, table, item, word);
    if (step == NULL) {
        (void)printf("  no step is named %.*s\n", TEXT_PRINT(word));
        return false;
    }
    return way_go(course, step);
}

/* Works the words of `setup` in their order; without `from:`, the way to `state` comes behind the
 * other matters and before the steps. */
static bool setup_work(struct course *course, const struct table *table, struct text item,
                       struct text setup, struct text state)
{
    struct words words = words_of(setup, ' ');
    bool leads = has_from(&words);
    bool good = true;
    for (size_t i = 0; !leads && i < words.count && good; i++) {
        good = !text_starts_with(words.items[i], "with:") ||
               word_go(course, table, item, words.items[i]);
    }
    good = good && (leads || state_reach(course, table, item, state));
    for (size_t i = 0; i < words.count && good; i++) {
        good = (!leads && text_starts_with(words.items[i], "with:")) ||
               word_go(course, table, item, words.items[i]);
    }
    return good;
}

bool course_lead(struct course *course, struct text state)
{
    const struct course_plan *plan = &course->plan;
    struct text wanted = course_names(course);
    bool good = wanted.data == NULL || besides_make(course, wanted);
    good = good && setup_work(course, plan->table, plan->item, plan->setup, state);
    if (good && course_word(course, "at-once").data == NULL) {
        hall_wait_until(course->hall, course->hall->now_ms); /* short limits are yellow at once */
        course_catch_up(course);
    }
    if (good && !text_equal(course_state(course), state)) {
        (void)printf("  the way led to %.*s, not to %.*s\n", TEXT_PRINT(course_state(course)),
                     TEXT_PRINT(state));
        good = false;
    }
    return good;
}

/* -- waiting -------------------------------------------------------------------------------- */

static bool setup_waits(const struct course *course, const struct table *table, struct text item,
                        struct text setup, struct text state);

static bool state_waits(const struct course *course, const struct table *table, struct text item,
                        struct text to)
{
    const struct table_line *way = table_find(table, LINE_WAY, to, item);
    if (table != course->table && text_equal(to, table->states[0].name)) {
        return setup_waits(course, course->table, course->item_name, course->within->setup,
                           course->within->next);
    }
    return way != NULL && (trigger_waits(way->trigger) ||
                           setup_waits(course, table, item, way->setup, TEXT_LITERAL("none")));
}

static bool beside_waits(const struct course *course, struct text word)
{
    struct text times;
    const struct table_line *line = beside_find(course, text_split(word, '*', &times));
    if (line == NULL) {
        return false;
    }
    struct course_plan plan = {.tables = course->plan.tables,
                               .table = tables_find(course->plan.tables, line->who.items[0]),
                               .item = line->items.items[0],
                               .setup = line->setup};
    return course_waits(&plan, line->next);
}

static bool setup_waits(const struct course *course, const struct table *table, struct text item,
                        struct text setup, struct text state)
{
    struct words words = words_of(setup, ' ');
    bool waits = !has_from(&words) && state_waits(course, table, item, state);
    for (size_t i = 0; i < words.count && !waits; i++) {
        struct text word = words.items[i];
        const struct table_line *step = step_find(course, table, item, word);
        waits = text_starts_with(word, "wait:") || text_equal_string(word, "undelegated") ||
                (step != NULL && trigger_waits(step->trigger)) ||
                (text_starts_with(word, "from:") &&
                 state_waits(course, table, item, text_after(word, strlen("from:")))) ||
                (text_starts_with(word, "with:") &&
                 beside_waits(course, text_after(word, strlen("with:"))));
    }
    return waits;
}

bool course_waits(const struct course_plan *plan, struct text state)
{
    struct course course;
    struct hall nowhere = {.watched_count = 0};
    course_begin(&course, &nowhere, plan);
    struct text wanted = course_names(&course);
    return text_equal_string(course.item->state, "-") ||
           (wanted.data != NULL && beside_waits(&course, wanted)) ||
           setup_waits(&course, plan->table, plan->item, plan->setup, state);
}
