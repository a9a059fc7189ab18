/* Clocks as their events tell them: each is recomputed from its steps, and what its end causes
 * happens neither before its moment nor, where nothing goes wrong, long after. */
#include "check_state.h"

#include "base/check.h"
#include "holidays.h"

#include <inttypes.h>
#include <string.h>

/* How long after its moment a clock may be worked in a year's run: messages to the next owner of a
 * case wait until the hall is brought level. */
#define LATE_MS MS_PER_HOUR

/* No machine's clock is further ahead of the world's. */
#define APART_MS (5 * MS_PER_SECOND)

static struct model_clock *clock_find(const struct model_case *c, struct text name)
{
    for (size_t i = 0; i < c->clock_count; i++) {
        if (text_equal_string(name, c->clocks[i].name)) {
            return &c->clocks[i];
        }
    }
    return NULL;
}

/* -- recomputing ------------------------------------------------------------------------------ */

void clock_prove(struct world *world, const struct model_case *c, const struct clock *clock)
{
    struct clock again;
    struct clock_context context = world->rules->clocks;
    context.calendar = holidays_calendar(world, clock->calendar_version);
    if (context.calendar == NULL) {
        world_fail(world, "clocks", "%s: %.*s is counted with calendar %" PRId64 ", which is none",
                   c->number, TEXT_PRINT(clock->name), clock->calendar_version);
    }
    enum err err = clock_recompute(clock, &context, &again);
    if (err != ERR_OK) {
        world_fail(world, "clocks", "%s: %.*s cannot be counted again: %s", c->number,
                   TEXT_PRINT(clock->name), err_text(err));
    }
    if (!clock_agrees(clock, &again)) {
        world_fail(world, "clocks",
                   "%s: %.*s is due at %" PRId64 ", its steps make it due at %" PRId64, c->number,
                   TEXT_PRINT(clock->name), clock->due, again.due);
    }
    bool ends_with_day = clock->unit != LIMIT_HOUR && clock->unit != LIMIT_WORK_HOUR;
    struct zone zone = calendar_zone(world->rules->calendar);
    if (ends_with_day && clock->due != zone_time(zone, clock->due_day, 24 * 60)) {
        world_fail(world, "clocks", "%s: %.*s does not end at 24:00 of its day", c->number,
                   TEXT_PRINT(clock->name));
    }
    world->checks->clocks_recomputed++;
}

void clock_prove_newest(struct world *world, const struct model_case *c, const struct clock *clock)
{
    struct clock again;
    struct clock_context context = world->rules->clocks;
    context.calendar = holidays_newest(world);
    if (clock->phase == CLOCK_ENDED || clock->overdue || clock_keeps_calendar(clock, &context)) {
        return;
    }
    if (clock_recompute(clock, &context, &again) != ERR_OK || !clock_agrees(clock, &again)) {
        world_fail(world, "calendar", "%s: %.*s is not counted with the newest calendar", c->number,
                   TEXT_PRINT(clock->name));
    }
    world->checks->clocks_recomputed++;
}

/* -- following -------------------------------------------------------------------------------- */

/* Counts the steps that are new; a clock of the same name with another beginning is a new one. */
static void steps_count(struct checks *checks, struct model_clock *known, const struct clock *clock)
{
    bool is_same = known->step_count > 0 && known->began_ms == clock->steps.items[0].at;
    for (size_t i = is_same ? known->step_count : 0; i < clock->steps.count; i++) {
        checks->clock_steps[clock->steps.items[i].op]++;
    }
    known->began_ms = clock->steps.items[0].at;
    known->step_count = clock->steps.count;
}

/* That a clock is yellow, or over, is told once for each due day, whoever has the case by then; one
 * that a new calendar leaves yellow is not told again. What was told goes along with the clock. */
static void told_check(struct world *world, const struct model_case *c, struct model_clock *known,
                       const struct clock *clock)
{
    bool is_new = known->began_ms != clock->steps.items[0].at;
    bool is_moved = clock->due != known->due_ms || clock->warn != known->warn_ms;
    bool is_recounted = clock->recount.at != 0 && clock->recount.at != known->recounted_ms;
    if (is_new || is_moved) {
        known->warned &= !is_new && is_recounted && clock->warn <= clock->recount.at;
        known->overdue = false;
    }
    world->checks->clocks_recounted += is_recounted ? 1 : 0;
    known->recounted_ms = clock->recount.at;
    if (clock->warned != known->warned || clock->overdue != known->overdue) {
        world_fail(world, "clocks", "%s: %.*s does not carry what was told of it", c->number,
                   TEXT_PRINT(clock->name));
    }
}

static void clock_take(struct world *world, const struct event_envelope *envelope,
                       struct model_case *c, const struct clock *clock)
{
    struct model_clock *known = clock_find(c, clock->name);
    if (known == NULL) {
        c->clocks = model_grow(c->clocks, c->clock_count, &c->clock_capacity, sizeof *c->clocks);
        known = &c->clocks[c->clock_count++];
        CHECK(clock->name.size < sizeof known->name);
        memcpy(known->name, clock->name.data, clock->name.size);
    }
    told_check(world, c, known, clock);
    steps_count(world->checks, known, clock);
    known->kind = clock->kind;
    known->phase = clock->phase;
    known->due_ms = clock->due;
    known->warn_ms = clock->warn;
    known->told_ms = envelope->time;
}

/* What happens at `moment_ms` because of a clock: not earlier, and on its day. */
static void moment_check(struct world *world, const struct event_envelope *envelope,
                         const struct model_case *c, const struct model_clock *clock,
                         int64_t moment_ms)
{
    int64_t latest_ms = (moment_ms > clock->told_ms ? moment_ms : clock->told_ms) + LATE_MS;
    int64_t now_ms = world->wall_ms + APART_MS < envelope->time ? world->wall_ms : envelope->time;
    if (now_ms < moment_ms) {
        world_fail(world, "silence", "%s: %.*s of %s came %" PRId64 " s before its time", c->number,
                   TEXT_PRINT(envelope->type), clock->name, (moment_ms - now_ms) / MS_PER_SECOND);
    }
    if (world->year != NULL && envelope->time > latest_ms) {
        world_fail(world, "liveness", "%s: %.*s of %s came %" PRId64 " min after its time",
                   c->number, TEXT_PRINT(envelope->type), clock->name,
                   (envelope->time - moment_ms) / MS_PER_MINUTE);
    }
}

/* The clock of the case that `name` names; it must run. */
static struct model_clock *running_clock(struct world *world, const struct event_envelope *envelope,
                                         const struct model_case *c, struct text name)
{
    struct model_clock *clock = clock_find(c, name);
    if (clock == NULL || clock->phase != CLOCK_RUNNING) {
        world_fail(world, "silence", "%s: %.*s of %.*s, which does not run", c->number,
                   TEXT_PRINT(envelope->type), TEXT_PRINT(name));
    }
    return clock;
}

void follow_notice(struct world *world, const struct event_envelope *envelope, struct model_case *c,
                   struct text name)
{
    if (text_is_empty(name)) {
        return;
    }
    struct model_clock *clock = running_clock(world, envelope, c, name);
    bool is_over = strstr(arena_copy_text(&world->checks->arena, envelope->type).data,
                          ".clock_overdue.") != NULL;
    moment_check(world, envelope, c, clock, is_over ? clock->due_ms : clock->warn_ms);
    if (is_over ? clock->overdue : clock->warned) {
        world_fail(world, "silence", "%s: %.*s of %s is told twice", c->number,
                   TEXT_PRINT(envelope->type), clock->name);
    }
    clock->warned = true;
    clock->overdue |= is_over;
    world->checks->clocks_over += is_over ? 1 : 0;
}

void follow_clocks(struct world *world, const struct event_envelope *envelope, struct model_case *c,
                   const struct case_step *step)
{
    struct text rest = {0};
    struct text name = text_split(step->action, ' ', &rest);
    if (text_equal_string(rest, "over")) {
        const struct model_clock *clock = running_clock(world, envelope, c, name);
        moment_check(world, envelope, c, clock, clock->due_ms);
        world->checks->clocks_over++;
    }
    for (size_t i = 0; i < step->clocks.count; i++) {
        clock_prove(world, c, &step->clocks.items[i]);
        clock_take(world, envelope, c, &step->clocks.items[i]);
    }
}

/* A window that has closed closes anew in a state that is entered: it may have an answer to it. */
void follow_windows(const struct event_envelope *envelope, struct model_case *c,
                    const struct case_step *step)
{
    for (size_t i = 0; i < c->clock_count && !text_equal(step->from, step->to); i++) {
        struct model_clock *clock = &c->clocks[i];
        if (clock->kind == CLOCK_KIND_WINDOW && clock->overdue) {
            clock->overdue = false;
            clock->told_ms = envelope->time;
        }
    }
}
