/* Liveness: no case is ever where nobody and no timer can take it on. */
#include "year.h"

#include "check_state.h"

#include <string.h>

/* Who rests a matter comes back to it after 25 working days at most. */
#define IN_HAND_MS (45 * MS_PER_DAY)

static bool has_timer(const struct model_case *c)
{
    for (size_t i = 0; i < c->clock_count; i++) {
        if (c->clocks[i].phase == CLOCK_RUNNING && !c->clocks[i].overdue) {
            return true;
        }
    }
    return false;
}

/* True when one of those who may have to do with the case is offered something beyond what all
 * matters have. Nobody is away or in no hurry here: it is about what may be. */
static bool has_offer(struct world *world, const struct year_case *c, struct standing_now *now)
{
    struct candidate candidates[CANDIDATES_MAX];
    size_t count = candidates_find(world, c, now, candidates);
    for (size_t i = 0; i < count; i++) {
        for (unsigned which = 0; which < OFFICERS_EACH; which++) {
            struct action_offered_list offered = offers_ask(world, c, now, &candidates[i], which);
            for (size_t k = 0; k < offered.count; k++) {
                if (action_is_own(now, offered.items[k].action)) {
                    return true;
                }
            }
        }
    }
    return false;
}

static void case_check(struct world *world, struct year_case *c)
{
    const struct model_case *model = model_case_find(world->checks, &c->id.uuid);
    struct standing_now now;
    if (model == NULL) {
        world_fail(world, "I2", "a case that was told to exist is in no record");
    }
    if (!case_look(world, c, &now)) {
        world_fail(world, "liveness", "%s: nobody says how it stands", model->number);
    }
    if (!text_equal_string(now.state_name, model->state)) {
        world_fail(world, "case", "%s is in %s, its people are told %.*s", model->number,
                   model->state, TEXT_PRINT(now.state_name));
    }
    if (now.state->is_end || has_timer(model) || !text_is_empty(now.state->rests)) {
        return;
    }
    if (!has_offer(world, c, &now)) {
        world_fail(world, "liveness",
                   "%s is in %s: no clock of it runs out any more, and nobody is offered anything",
                   model->number, model->state);
    }
}

void checks_liveness(struct world *world)
{
    struct year *year = world->year;
    for (size_t i = 0; i < year->case_count; i++) {
        struct year_case *c = &year->cases[i];
        if (!uuid_is_none(&c->id.uuid) && !c->is_over) {
            arena_reset(&year->arena);
            case_check(world, c);
        }
    }
}

/* True when the case has such a clock, over or not. */
static bool has_clock(const struct model_case *c, struct text name)
{
    for (size_t i = 0; i < c->clock_count; i++) {
        if (text_equal_string(name, c->clocks[i].name)) {
            return true;
        }
    }
    return false;
}

/* True where a case may stay until a day that an officer names, and none was named: a permit that
 * is valid for ever, say. */
static bool has_no_last_day(const struct standing_now *now, const struct model_case *c)
{
    const struct text_span *clocks = &now->state->clocks;
    bool is_by_day = clocks->count > 0 && now->state->stages.count == 0;
    for (size_t i = 0; i < clocks->count; i++) {
        const struct procedure_clock *clock =
            procedure_clock_find(now->procedure, clocks->items[i]);
        is_by_day &= clock != NULL && clock->source == CLOCK_FROM_FIELD &&
                     text_equal_string(clock->kind, "window") && !has_clock(c, clocks->items[i]);
    }
    return is_by_day;
}

/* In the end a case has ended, rests, waits for a clock, or was moved within six weeks: somebody
 * has it in hand. */
static void end_check(struct world *world, const struct year_case *c)
{
    const struct model_case *model = model_case_find(world->checks, &c->id.uuid);
    struct standing_now now;
    if (model == NULL || !case_look(world, c, &now)) {
        world_fail(world, "liveness", "nobody says how a case stands that was told to exist");
    }
    bool is_settled = now.state->is_end || !text_is_empty(now.state->rests) || has_timer(model) ||
                      has_no_last_day(&now, model);
    if (!is_settled && model->moved_ms < world->wall_ms - IN_HAND_MS) {
        world_fail(world, "liveness", "%s is still in %s, and waits for nothing", model->number,
                   model->state);
    }
}

void checks_ended(struct world *world)
{
    struct year *year = world->year;
    for (size_t i = 0; i < year->case_count; i++) {
        const struct year_case *c = &year->cases[i];
        arena_reset(&year->arena);
        if (uuid_is_none(&c->id.uuid) && c->is_over) {
            continue;
        }
        if (uuid_is_none(&c->id.uuid)) {
            world_fail(world, "liveness", "a filing of %.*s never succeeded",
                       TEXT_PRINT(c->begun_by != NULL ? c->begun_by->name : c->item->code));
        }
        end_check(world, c);
    }
}
