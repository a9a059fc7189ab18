/* What was offered, and whether it could be done. */
#include "year.h"

#include "check_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* So many visits with several tries each: then it was not for lack of luck. */
enum { VISITS_ENOUGH = 10 };

static bool is_named(const char *name, struct text text)
{
    return text_equal_string(text, name);
}

struct offer_line *offer_note(struct world *world, const struct standing_now *now,
                              struct text action, struct text role)
{
    struct year *year = world->year;
    for (size_t i = 0; i < year->offer_count; i++) {
        struct offer_line *line = &year->offers[i];
        if (is_named(line->state, now->state_name) && is_named(line->action, action) &&
            is_named(line->role, role) && is_named(line->procedure, now->procedure->name)) {
            return line;
        }
    }
    year->offers =
        model_grow(year->offers, year->offer_count, &year->offer_capacity, sizeof *year->offers);
    struct offer_line *line = &year->offers[year->offer_count++];
    (void)snprintf(line->procedure, sizeof line->procedure, "%.*s",
                   TEXT_PRINT(now->procedure->name));
    (void)snprintf(line->state, sizeof line->state, "%.*s", TEXT_PRINT(now->state_name));
    (void)snprintf(line->action, sizeof line->action, "%.*s", TEXT_PRINT(action));
    (void)snprintf(line->role, sizeof line->role, "%.*s", TEXT_PRINT(role));
    return line;
}

void offer_fail(struct world *world, const struct offer_line *line)
{
    world_fail(world, "offers",
               "%s: %s is offered to %s in %s, but cannot be done in %" PRIu64
               " tries; the last was told: %s",
               line->procedure, line->action, line->role[0] == '\0' ? "who filed" : line->role,
               line->state, line->tries, line->refusal);
}

void offers_check(struct world *world)
{
    for (size_t i = 0; i < world->year->offer_count; i++) {
        const struct offer_line *line = &world->year->offers[i];
        if (line->done == 0 && line->chosen >= VISITS_ENOUGH && !line->is_read) {
            offer_fail(world, line);
        }
    }
}
