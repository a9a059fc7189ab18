/* The plan of a year and the way through its time. */
#include "year.h"

#include "base/check.h"
#include "check_state.h"
#include "hall.h"
#include "service/uploads.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHECK_EVERY_DAYS = 7,
    REPLAY_EVERY_CHECKS = 13, /* four times a year */
    FILING_TRIES_MAX = 20,
    GRACE_DAYS = 250,
    PROMPT_DAYS = 90, /* of the grace; afterwards only what waits for nothing is taken on */
    HALL_ONE_IN = 8,  /* of the matters; the hall begins them itself */
    CHECKS_BEFORE_DAMAGE = 20,
    CATALOGUE_VERSIONS = 3,
    LATE_HOLIDAY_EVERY_DAYS = 75,
    LEVEL_EVERY_MS = 30 * 60 * 1000, /* of visits that are made one after the other */
};

#define STORE_BYTES ((size_t)8 << 30)

/* The first and the last day on which people file: a year of the shipped calendar. */
static const struct civil first_day = {2025, 1, 1};
static const struct civil last_day = {2025, 12, 31};

/* Room for cases that other cases begin. */
static size_t cases_max(const struct year *year)
{
    return (size_t)(4 * year->plan.cases + 1000);
}

/* -- the plan of visits: a heap -------------------------------------------------------------------
 */

static bool is_before(const struct visit *left, const struct visit *right)
{
    return left->at_ms < right->at_ms ||
           (left->at_ms == right->at_ms && left->index < right->index);
}

static void visits_swap(struct year *year, size_t left, size_t right)
{
    struct visit kept = year->visits[left];
    year->visits[left] = year->visits[right];
    year->visits[right] = kept;
}

static void visit_plan(struct year *year, size_t index, int64_t at_ms)
{
    size_t at = year->visit_count++;
    CHECK(year->visit_count <= cases_max(year));
    year->visits[at] = (struct visit){at_ms, index};
    while (at > 0 && is_before(&year->visits[at], &year->visits[(at - 1) / 2])) {
        visits_swap(year, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static struct visit visit_take(struct year *year)
{
    struct visit first = year->visits[0];
    size_t at = 0;
    year->visits[0] = year->visits[--year->visit_count];
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++) {
            if (child < year->visit_count &&
                is_before(&year->visits[child], &year->visits[least])) {
                least = child;
            }
        }
        if (least == at) {
            return first;
        }
        visits_swap(year, at, least);
        at = least;
    }
}

/* -- when
 * ------------------------------------------------------------------------------------------ */

static int64_t day_ms(const struct world *world, struct civil day, int minute)
{
    return zone_time(calendar_zone(world->rules->calendar), date_of(day.year, day.month, day.day),
                     minute);
}

/* When somebody files: at night and on holidays too, where nobody has to be at a window. */
static int64_t filing_moment(struct world *world, const struct year_case *c)
{
    int64_t begins_ms = day_ms(world, first_day, 0);
    int64_t at_ms = between(world, begins_ms, world->year->filing_ends_ms - 1);
    bool is_anywhere = c->begun_by == NULL && c->channel == CHANNEL_ONLINE;
    if (!is_anywhere) {
        at_ms = office_moment(world, at_ms, 0);
    }
    return at_ms < world->year->filing_ends_ms ? at_ms : begins_ms + MS_PER_DAY * 30;
}

/* When somebody looks at the case next. Most things go on within two days; some lie for weeks. */
static int64_t next_moment(struct world *world, enum visit_end end)
{
    int64_t now_ms = world->wall_ms;
    uint64_t drawn = random_below(&world->random, 100);
    if (!office_is_open(world) || drawn < 5) {
        return now_ms + between(world, MS_PER_HOUR, 2 * MS_PER_DAY); /* at night, on a holiday */
    }
    if (end == VISIT_RESTING) {
        return office_moment(world, now_ms, between(world, 5, 25));
    }
    if (end != VISIT_DONE || world->year->is_grace) {
        return office_moment(world, now_ms, between(world, 1, 3));
    }
    if (drawn < 80) {
        return office_moment(world, now_ms, between(world, 0, 2));
    }
    return office_moment(world, now_ms, drawn < 95 ? between(world, 2, 8) : between(world, 10, 40));
}

/* -- visits
 * ---------------------------------------------------------------------------------------- */

/* Who would file an item about a bill waits for one; after the year nobody does any more. */
static bool is_kept_back(struct world *world, struct year_case *c)
{
    if (c->begun_by != NULL || filing_is_possible(world, c)) {
        return false;
    }
    c->is_over = world->year->is_grace;
    world->year->unfiled += c->is_over ? 1 : 0;
    return true;
}

static void case_file_once(struct world *world, struct year_case *c)
{
    struct year *year = world->year;
    if (is_kept_back(world, c)) {
        return;
    }
    if (c->begun_by != NULL ? opening_make(world, c) : filing_make(world, c)) {
        index_add(&year->case_ids, c->id.uuid.bytes, (size_t)(c - year->cases));
        return;
    }
    if (++c->tries > FILING_TRIES_MAX) {
        world_fail(world, "offers", "%.*s is open, but cannot be filed in %d tries",
                   TEXT_PRINT(c->begun_by != NULL ? c->begun_by->name : c->item->code),
                   FILING_TRIES_MAX);
    }
}

static void visit_make(struct world *world, const struct visit *visit)
{
    struct year *year = world->year;
    struct year_case *c = &year->cases[visit->index];
    enum visit_end end = VISIT_DONE;
    arena_reset(&year->arena);
    if (uuid_is_none(&c->id.uuid)) {
        case_file_once(world, c);
    } else {
        end = desk_visit(world, c);
    }
    c->is_over |= end == VISIT_OVER;
    if (!c->is_over) {
        visit_plan(year, visit->index, next_moment(world, end));
    }
}

void year_adopt(struct world *world, const struct uuid *id, const struct procedure *procedure)
{
    struct year *year = world->year;
    if (index_find(&year->case_ids, id->bytes) != SIZE_MAX) {
        return;
    }
    CHECK(year->case_count < cases_max(year));
    struct year_case *c = &year->cases[year->case_count];
    *c = (struct year_case){.id = {*id}, .begun_by = procedure};
    c->item = catalogue_item(world->rules->catalogue, procedure->name);
    index_add(&year->case_ids, id->bytes, year->case_count);
    visit_plan(year, year->case_count++, office_moment(world, world->wall_ms, 1));
}

/* The wall clock goes on to `moment_ms`. Boot time stands: nobody misses the signs of life that
 * would have been given meanwhile. */
static void jump(struct world *world, int64_t moment_ms)
{
    world->wall_ms = moment_ms > world->wall_ms ? moment_ms : world->wall_ms;
}

/* -- checks
 * ---------------------------------------------------------------------------------------- */

/* The ledger, the clocks and liveness, now and then a replay, of a hall that is level. */
static void year_check(struct world *world, int64_t since_ms)
{
    struct year *year = world->year;
    hall_level_calmly(world);
    if (year->checks == CHECKS_BEFORE_DAMAGE) {
        damage_year(world);
    }
    checks_tables_now(world);
    checks_clocks(world, since_ms);
    checks_posts(world);
    checks_owners(world, since_ms);
    offers_check(world);
    checks_liveness(world);
    year->checks++;
    if (year->checks % REPLAY_EVERY_CHECKS == 0 && !year->is_grace) {
        checks_replay(world, world->hosts[random_below(&world->random, world->host_count)]);
    }
}

/* Once a week: uploads nobody claimed go. */
static void uploads_tidy(struct world *world)
{
    struct sim_host *intake = host_find(world, "intake");
    if (host_is_up(intake)) {
        host_uploads_tidy(world, intake);
    }
}

/* -- the way through a year
 * ------------------------------------------------------------------------ */

/* Visits up to half an hour ahead are made one after the other, none beyond the next timer. */
static void visits_make(struct world *world)
{
    struct year *year = world->year;
    int64_t until_ms = world->wall_ms + LEVEL_EVERY_MS;
    int64_t due_ms = hall_next_due(world);
    until_ms = due_ms < until_ms ? due_ms : until_ms;
    while (year->visit_count > 0 && year->visits[0].at_ms <= until_ms) {
        struct visit visit = visit_take(year);
        jump(world, visit.at_ms);
        visit_make(world, &visit);
    }
}

static int64_t next_thing(struct world *world)
{
    const struct year *year = world->year;
    int64_t next_ms = hall_next_due(world);
    if (year->visit_count > 0 && year->visits[0].at_ms < next_ms) {
        next_ms = year->visits[0].at_ms;
    }
    next_ms = posts_next(year) < next_ms ? posts_next(year) : next_ms;
    return hands_next(year) < next_ms ? hands_next(year) : next_ms;
}

/* A new version of the catalogue twice in the year. */
static void new_rules(struct world *world)
{
    int64_t passed_ms = world->wall_ms - day_ms(world, first_day, 0);
    int64_t year_ms = world->year->filing_ends_ms - day_ms(world, first_day, 0);
    int64_t wanted = 1 + CATALOGUE_VERSIONS * passed_ms / (year_ms + 1);
    wanted = wanted > CATALOGUE_VERSIONS ? CATALOGUE_VERSIONS : wanted;
    if (world->load->priced < wanted && host_is_up(host_find(world, "intake"))) {
        (void)load_catalogue(world);
    }
}

/* Several times a year a day off is announced that nobody knew of; once more the next day, where
 * an order halts items or a version is on its way. */
static void holiday_come(struct world *world)
{
    struct year *year = world->year;
    int64_t passed_ms = world->wall_ms - day_ms(world, first_day, 0);
    if (passed_ms / (LATE_HOLIDAY_EVERY_DAYS * MS_PER_DAY) <= year->holidays ||
        world->wall_ms - year->holiday_tried_ms < MS_PER_DAY ||
        !host_is_up(host_find(world, "intake"))) {
        return;
    }
    year->holiday_tried_ms = world->wall_ms;
    hall_level(world);
    year->holidays += load_holiday(world) ? 1 : 0;
}

static void powers_renew(struct world *world)
{
    struct year *year = world->year;
    if (world->wall_ms - year->powers_kept_ms >= MS_PER_DAY) {
        powers_keep(world);
        year->powers_kept_ms = world->wall_ms;
    }
}

/* Officers come and go, and hand over what they were asked; the hall follows. */
static void staff_go(struct world *world)
{
    struct year *year = world->year;
    bool is_due = posts_next(year) <= world->wall_ms || hands_next(year) <= world->wall_ms;
    int32_t today = zone_date(calendar_zone(world->rules->calendar), world->wall_ms).days;
    if (year->planned_day != today && office_is_open(world)) {
        year->planned_day = today;
        posts_plan(world);
        hands_plan(world);
        is_due = true;
    }
    if (is_due) {
        posts_go(world);
        hands_go(world);
        hall_level(world);
    }
}

static void year_go(struct world *world)
{
    struct year *year = world->year;
    int64_t checked_ms = world->wall_ms;
    while (world->wall_ms < year->ends_ms) {
        int64_t next_ms = next_thing(world);
        int64_t check_ms = checked_ms + CHECK_EVERY_DAYS * MS_PER_DAY;
        if (next_ms == INT64_MAX) {
            return; /* everything has come to its end */
        }
        jump(world, next_ms < check_ms ? next_ms : check_ms);
        year->is_grace = world->wall_ms >= year->filing_ends_ms;
        year->is_quiet = world->wall_ms >= year->filing_ends_ms + PROMPT_DAYS * MS_PER_DAY;
        new_rules(world);
        holiday_come(world);
        powers_renew(world);
        drawer_keep(world);
        treasury_keep(world);
        visits_make(world);
        hall_level(world);
        staff_go(world);
        if (world->wall_ms >= check_ms) {
            uploads_tidy(world);
            year_check(world, checked_ms);
            checked_ms = world->wall_ms;
        }
    }
}

static void year_open(struct world *world, struct year_plan plan)
{
    struct year *year = calloc(1, sizeof *year);
    CHECK(year != NULL);
    year->plan = plan;
    year->cases = calloc(cases_max(year), sizeof *year->cases);
    year->visits = calloc(cases_max(year), sizeof *year->visits);
    year->case_count = (size_t)plan.cases;
    CHECK(year->cases != NULL && year->visits != NULL);
    arena_init(&year->arena);
    world->year = year;
    world->is_calm = world->is_swift = !plan.with_faults;
    world->store_bytes = STORE_BYTES;
    world->wall_ms = INT64_C(1735660800000); /* 2025-01-01 00:00 in China */
    (void)snprintf(world->repeat, sizeof world->repeat,
                   "--year --seed %" PRIu64 " --cases %" PRIu64 "%s", world->seed, plan.cases,
                   plan.with_faults ? " --faults" : "");
    hall_open(world);
    year->filing_ends_ms = day_ms(world, last_day, 24 * 60);
    year->ends_ms = year->filing_ends_ms + GRACE_DAYS * MS_PER_DAY;
    for (size_t i = 0; i < world->rules->catalogue->head.register_count; i++) {
        hall_register_open(
            world,
            arena_copy_text(&world->arena, world->rules->catalogue->head.registers[i].code).data);
    }
    for (size_t i = 0; i < plan.cases; i++) {
        if (openings_count(world) > 0 && chance(world, HALL_ONE_IN)) {
            opening_draw(world, &year->cases[i]);
        } else {
            filing_draw(world, &year->cases[i]);
        }
        visit_plan(year, i, filing_moment(world, &year->cases[i]));
    }
}

static void year_close(struct world *world)
{
    struct year *year = world->year;
    hall_close(world);
    arena_free(&year->arena);
    index_free(&year->case_ids);
    free(year->cases);
    free(year->visits);
    free(year->offers);
    free(year);
    world->year = NULL;
}

void year_play(struct world *world, struct year_plan plan)
{
    year_open(world, plan);
    uploads_tidy(world);
    year_go(world);
    world->year->is_grace = true;
    year_check(world, 0);
    checks_ended(world);
    checks_rest(world);
    year_tell(world);
    year_judge(world);
    year_close(world);
}
