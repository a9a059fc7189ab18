/* Officers of a year: a few of each role in each place. Who is slow, and when somebody is on leave,
 * follows from the seed and the name alone. */
#include "year.h"

#include "base/check.h"
#include "check_state.h"

#include <string.h>

enum { LEAVES = 2, LEAVE_DAYS_MIN = 3, LEAVE_DAYS_MORE = 14, DAYS_A_YEAR = 365, SLOW_ONE_IN = 5 };

/* -- traits -------------------------------------------------------------------------------------
 */

static uint64_t mix_text(uint64_t mixed, struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        mixed = (mixed ^ (uint8_t)text.data[i]) * UINT64_C(0x100000001B3);
    }
    return (mixed ^ 0xFF) * UINT64_C(0x100000001B3);
}

/* A number that belongs to an officer; `what` tells several apart. */
static uint64_t trait(const struct world *world, struct text role, struct text department,
                      unsigned which, unsigned what)
{
    uint64_t mixed = (world->seed ^ UINT64_C(0xCBF29CE484222325)) * UINT64_C(0x9E3779B97F4A7C15);
    mixed = mix_text(mix_text(mixed, role), department) + which * 31 + what * 1009;
    mixed = (mixed ^ mixed >> 31) * UINT64_C(0xBF58476D1CE4E5B9);
    return mixed ^ mixed >> 29;
}

/* The session of an officer: what he uploads belongs to it. */
static struct bytes session_of(struct world *world, struct text role, struct text department,
                               unsigned which)
{
    uint8_t *session = arena_take(&world->year->arena, KEY_BYTES);
    write_be64(session, trait(world, role, department, which, 10));
    write_be64(session + 8, trait(world, role, department, which, 11));
    return bytes_of(session, KEY_BYTES);
}

struct principal staff_officer(struct world *world, struct text role, struct text department,
                               unsigned which)
{
    struct arena *arena = &world->year->arena;
    struct role_grant *grant = arena_take(arena, sizeof *grant);
    *grant = (struct role_grant){.role = role, .department = department};
    struct text login =
        arena_print(arena, "%.*s.%.*s.%u", TEXT_PRINT(role), TEXT_PRINT(department), which);
    return (struct principal){.kind = PRINCIPAL_STAFF,
                              .login = login,
                              .badge = login,
                              .session = session_of(world, role, department, which),
                              .grants = {grant, 1}};
}

bool staff_is_slow(const struct world *world, struct text role, struct text department,
                   unsigned which)
{
    return !world->year->is_grace && trait(world, role, department, which, 0) % SLOW_ONE_IN == 0;
}

static bool is_on_leave(const struct world *world, struct text role, struct text department,
                        unsigned which)
{
    int32_t today = zone_date(calendar_zone(world->rules->calendar), world->wall_ms).days;
    for (unsigned i = 0; i < LEAVES; i++) {
        uint64_t drawn = trait(world, role, department, which, 1 + i);
        int32_t begins = (int32_t)(drawn % DAYS_A_YEAR);
        int32_t days = LEAVE_DAYS_MIN + (int32_t)(drawn / DAYS_A_YEAR % LEAVE_DAYS_MORE);
        if ((today + DAYS_A_YEAR - begins) % DAYS_A_YEAR < days) {
            return true;
        }
    }
    return false;
}

bool staff_is_away(const struct world *world, struct text login)
{
    return model_post_is_away(model_post_find(world->checks, login));
}

bool staff_present(struct world *world, struct text role, struct text department,
                   unsigned *ret_which)
{
    unsigned first = (unsigned)random_below(&world->random, OFFICERS_EACH);
    for (unsigned i = 0; i < OFFICERS_EACH; i++) {
        unsigned which = (first + i) % OFFICERS_EACH;
        struct principal officer = staff_officer(world, role, department, which);
        if (!is_on_leave(world, role, department, which) && !staff_is_away(world, officer.login)) {
            *ret_which = which;
            return true;
        }
        world->year->stood_in += i + 1 < OFFICERS_EACH ? 1 : 0;
        world->year->all_away += i + 1 == OFFICERS_EACH ? 1 : 0;
    }
    return false;
}

/* -- office hours ---------------------------------------------------------------------------------
 */

bool office_is_open(const struct world *world)
{
    const struct hall_rules *rules = world->rules;
    struct zone zone = calendar_zone(rules->calendar);
    int minute = zone_minute(zone, world->wall_ms);
    bool is_open = false;
    for (size_t i = 0; i < rules->hours.count; i++) {
        const struct opening_interval *interval = &rules->hours.intervals[i];
        is_open |= minute >= interval->from_minute && minute < interval->to_minute;
    }
    return is_open && calendar_is_workday(rules->calendar, zone_date(zone, world->wall_ms));
}

/* A minute of a working day on which the hall is open. */
static int open_minute(struct world *world)
{
    const struct opening_hours *hours = &world->rules->hours;
    const struct opening_interval *interval =
        &hours->intervals[random_below(&world->random, hours->count)];
    return (int)between(world, interval->from_minute, interval->to_minute - 1);
}

int64_t office_moment(struct world *world, int64_t from_ms, int64_t workdays)
{
    const struct calendar *calendar = world->rules->calendar;
    struct zone zone = calendar_zone(calendar);
    struct date day;
    CHECK(calendar_next_workday(calendar, zone_date(zone, from_ms), &day) == ERR_OK);
    CHECK(calendar_add_workdays(calendar, day, workdays, &day) == ERR_OK);
    int64_t moment_ms = zone_time(zone, day, open_minute(world));
    if (moment_ms > from_ms) {
        return moment_ms;
    }
    CHECK(calendar_add_workdays(calendar, day, 1, &day) == ERR_OK);
    return zone_time(zone, day, open_minute(world));
}
