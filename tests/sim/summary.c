/* What a year came to. */
#include "year.h"

#include "check_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ENDS_MAX = 200 };

struct end_line {
    const char *item;
    const char *state;
    uint64_t count;
};

/* Cases by item and state; the states in the order in which they were first met. */
static size_t ends_count(const struct checks *checks, struct end_line lines[ENDS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < checks->case_count; i++) {
        const struct model_case *c = &checks->cases[i];
        size_t at = 0;
        while (at < count &&
               (strcmp(lines[at].item, c->item) != 0 || strcmp(lines[at].state, c->state) != 0)) {
            at++;
        }
        if (at == count && count < ENDS_MAX) {
            lines[count++] = (struct end_line){.item = c->item, .state = c->state};
        }
        lines[at < ENDS_MAX ? at : ENDS_MAX - 1].count++;
    }
    return count;
}

static void ends_tell(const struct checks *checks)
{
    struct end_line lines[ENDS_MAX];
    size_t count = ends_count(checks, lines);
    for (size_t i = 0; i < count; i++) {
        bool is_first = true;
        for (size_t k = 0; k < i; k++) {
            is_first &= strcmp(lines[k].item, lines[i].item) != 0;
        }
        for (size_t k = i; is_first && k < count; k++) {
            if (strcmp(lines[k].item, lines[i].item) == 0) {
                printf("  %-10s %-16s %6" PRIu64 "\n", k == i ? lines[i].item : "", lines[k].state,
                       lines[k].count);
            }
        }
    }
}

static void clocks_tell(const struct checks *checks)
{
    const uint64_t *steps = checks->clock_steps;
    printf("clocks: %" PRIu64 " started, %" PRIu64 " paused, %" PRIu64 " resumed, %" PRIu64
           " restarted, %" PRIu64 " extended, %" PRIu64 " stopped, %" PRIu64 " over; %" PRIu64
           " recomputed, no difference\n",
           steps[STEP_STARTED], steps[STEP_PAUSED], steps[STEP_RESUMED], steps[STEP_RESTARTED],
           steps[STEP_EXTENDED], steps[STEP_STOPPED], checks->clocks_over,
           checks->clocks_recomputed);
}

/* What was offered, and among it what could not be done, whatever anybody gave. */
static void offers_tell(const struct year *year)
{
    uint64_t never = 0;
    uint64_t in_vain = 0;
    for (size_t i = 0; i < year->offer_count; i++) {
        never += year->offers[i].done == 0 ? 1 : 0;
        in_vain += year->offers[i].in_vain;
    }
    printf("offers: %zu actions of a role in a state, %" PRIu64 " of them never done, %" PRIu64
           " times one was offered in vain\n",
           year->offer_count, never, in_vain);
    for (size_t i = 0; i < year->offer_count; i++) {
        const struct offer_line *line = &year->offers[i];
        if (line->done > 0 && line->in_vain == 0) {
            continue;
        }
        printf("  %s: %s by %s in %s, done %" PRIu64 " of %" PRIu64 " times: %s\n", line->procedure,
               line->action, line->role[0] == '\0' ? "who filed" : line->role, line->state,
               line->done, line->chosen, line->refusal);
    }
}

void year_tell(struct world *world)
{
    const struct year *year = world->year;
    const struct checks *checks = world->checks;
    uint64_t records = 0;
    for (size_t i = 0; i < world->host_count; i++) {
        records += checks->logs[i].seq;
    }
    printf("cases: %zu\n", checks->case_count);
    ends_tell(checks);
    clocks_tell(checks);
    offers_tell(year);
    printf("people: %" PRIu64 " actions done, %" PRIu64 " refused, %" PRIu64
           " visits on which nothing could be done\n",
           year->acts, year->refusals, year->given_up);
    printf("hall: %" PRIu64 " records, %zu messages, %zu bills, %" PRIu64 " checks of all tables\n",
           records, checks->message_count, checks->bill_count, year->checks);
}
