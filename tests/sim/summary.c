/* What a year came to. */
#include "year.h"

#include "check_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ENDS_MAX = 200, CASES_ENOUGH = 60 };

/* How many cases of an item are in a state. */
struct end_line {
    const struct model_case *like;
    uint64_t count;
};

static bool is_alike(const struct model_case *left, const struct model_case *right)
{
    return strcmp(left->item, right->item) == 0 && strcmp(left->state, right->state) == 0;
}

/* Cases by item and state; the states in the order in which they were first met. */
static size_t ends_count(const struct checks *checks, struct end_line lines[ENDS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < checks->case_count; i++) {
        const struct model_case *c = &checks->cases[i];
        size_t at = 0;
        while (at < count && !is_alike(lines[at].like, c)) {
            at++;
        }
        if (at == count && count < ENDS_MAX) {
            lines[count++].like = c;
        }
        lines[at < ENDS_MAX ? at : ENDS_MAX - 1].count++;
    }
    return count;
}

static void end_tell(const struct end_line *line, bool is_first)
{
    const struct model_case *c = line->like;
    struct text kind = c->procedure == NULL ? TEXT_LITERAL("unknown") : c->procedure->name;
    printf("  %-20.*s %-15s %-16s %6" PRIu64 "\n", is_first ? (int)kind.size : 0, kind.data,
           is_first ? c->item : "", c->state, line->count);
}

/* Item by item, each with the states that its cases came to. */
static void ends_tell(const struct checks *checks)
{
    struct end_line lines[ENDS_MAX] = {{0}};
    size_t count = ends_count(checks, lines);
    for (size_t i = 0; i < count; i++) {
        bool is_first = true;
        for (size_t k = 0; k < i; k++) {
            is_first &= strcmp(lines[k].like->item, lines[i].like->item) != 0;
        }
        for (size_t k = i; is_first && k < count; k++) {
            if (strcmp(lines[k].like->item, lines[i].like->item) == 0) {
                end_tell(&lines[k], k == i);
            }
        }
    }
}

static void clocks_tell(const struct checks *checks)
{
    const uint64_t *steps = checks->clock_steps;
    printf("clocks: %" PRIu64 " started, %" PRIu64 " paused, %" PRIu64 " resumed, %" PRIu64
           " restarted, %" PRIu64 " extended, %" PRIu64 " stopped, %" PRIu64 " over; %" PRIu64
           " recomputed, no difference\ncalendars: %" PRIu64 " came late, %" PRIu64
           " limits were counted again\n",
           steps[STEP_STARTED], steps[STEP_PAUSED], steps[STEP_RESUMED], steps[STEP_RESTARTED],
           steps[STEP_EXTENDED], steps[STEP_STOPPED], checks->clocks_over,
           checks->clocks_recomputed, checks->calendars, checks->clocks_recounted);
}

/* What was offered, and among it what could not be done, whatever anybody gave. */
static void offers_tell(const struct year *year)
{
    uint64_t in_vain = 0;
    uint64_t read = 0;
    for (size_t i = 0; i < year->offer_count; i++) {
        read += year->offers[i].is_read ? 1 : 0;
        in_vain += year->offers[i].is_read ? 0 : year->offers[i].in_vain;
    }
    printf("offers: %zu actions of a role in a state, offered in vain %" PRIu64 " times; %" PRIu64
           " of them read in the procedure, for the service in charge tells none\n",
           year->offer_count, in_vain, read);
    for (size_t i = 0; i < year->offer_count; i++) {
        const struct offer_line *line = &year->offers[i];
        if (line->in_vain > 0 && !line->is_read) {
            printf("  %s: %s by %s in %s, in vain %" PRIu64 " of %" PRIu64 " times: %s\n",
                   line->procedure, line->action, line->role[0] == '\0' ? "who filed" : line->role,
                   line->state, line->in_vain, line->chosen, line->refusal);
        }
    }
}

/* What became of posts and of who was asked first. */
static void posts_tell(const struct checks *checks)
{
    printf("posts: %" PRIu64 " shifts opened, %" PRIu64 " left, %" PRIu64
           " officers found absent, work passed to B %" PRIu64 " times, %" PRIu64
           " posts uncovered\nhand-overs: %" PRIu64 " offered, %" PRIu64 " accepted, %" PRIu64
           " refused, %" PRIu64 " lapsed\n",
           checks->shifts_opened, checks->shifts_left, checks->absences_told, checks->work_passed,
           checks->posts_uncovered, checks->hands_offered, checks->hands_accepted,
           checks->hands_refused, checks->hands_lapsed);
}

void year_judge(struct world *world)
{
    const struct checks *checks = world->checks;
    const struct {
        const char *what;
        uint64_t count;
    } wanted[] = {
        {"shifts opened", checks->shifts_opened},
        {"shifts left", checks->shifts_left},
        {"officers found absent", checks->absences_told},
        {"work passed to B", checks->work_passed},
        {"posts uncovered", checks->posts_uncovered},
        {"hand-overs offered", checks->hands_offered},
        {"hand-overs accepted", checks->hands_accepted},
        {"hand-overs refused", checks->hands_refused},
        {"hand-overs lapsed", checks->hands_lapsed},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (wanted[i].count == 0 && world->year->plan.cases >= CASES_ENOUGH) {
            world_fail(world, "reach", "not once in the year: %s", wanted[i].what);
        }
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
    printf("staff: %" PRIu64 " times on leave and a colleague was asked, %" PRIu64
           " times all were away, %" PRIu64 " visits left lying\n",
           year->stood_in, year->all_away, year->left_lying);
    posts_tell(checks);
    printf("people: %" PRIu64 " never filed, for want of a bill\n", year->unfiled);
    printf("hall: %" PRIu64 " records, %zu messages, %zu bills, %" PRIu64 " checks of all tables\n",
           records, checks->message_count, checks->bill_count, year->checks);
}
