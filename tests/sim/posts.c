/* Posts of a year: officers open shifts and name their B, leave the window or are said to be
 * absent, some of them for good; their B comes, leaves too, comes back. Whose work lies open is
 * whom it happens to. */
#include "year.h"

#include "base/check.h"
#include "check_state.h"
#include "events/officers.h"
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    CASES_AN_ABSENCE = 300, /* of the year's: so many more a day in a large year */
    DEPUTY_COMES_PERCENT = 70,
    DEPUTY_LEAVES_PERCENT = 30,
    FOUND_ABSENT_PERCENT = 30, /* the others leave their window themselves */
    FOR_GOOD_PERCENT = 20,     /* of those who are found absent */
    COMES_BACK_PERCENT = 70,   /* of those who left their window, on the same day */
    ABSENT_DAYS_MAX = 40,
};

/* -- officers by their names --------------------------------------------------------------------
 */

/* staff_officer makes the names: role, department, number. */
bool staff_named(struct text login, struct staff_place *ret_place)
{
    struct text behind;
    struct text number;
    struct text role = text_split(login, '.', &behind);
    struct text department = text_split(behind, '.', &number);
    if (number.size != 1 || number.data[0] < '0' || number.data[0] >= '0' + OFFICERS_EACH) {
        return false;
    }
    (void)snprintf(ret_place->role, sizeof ret_place->role, "%.*s", TEXT_PRINT(role));
    (void)snprintf(ret_place->department, sizeof ret_place->department, "%.*s",
                   TEXT_PRINT(department));
    ret_place->which = (unsigned)(number.data[0] - '0');
    return true;
}

struct principal staff_at(struct world *world, const struct staff_place *place, unsigned which)
{
    return staff_officer(world, text_of(place->role), text_of(place->department),
                         which % OFFICERS_EACH);
}

/* -- what somebody does about his post ----------------------------------------------------------
 */

static const struct model_post *post_now(struct world *world, const struct principal *officer)
{
    return model_post_find(world->checks, officer->login);
}

static bool is_manned(struct world *world, const struct principal *officer)
{
    return model_post_is_manned(post_now(world, officer));
}

static bool is_away(struct world *world, const struct principal *officer)
{
    return model_post_is_away(post_now(world, officer));
}

/* Puts a command before intake; the hall then follows. False when it was refused. */
static bool intake_told(struct world *world, const struct principal *principal,
                        const struct principal_list *witnesses, const struct wire_message *message,
                        const void *body, struct reply *ret_reply)
{
    struct year_case nobodys = {0};
    struct commission commission = {.principal = principal,
                                    .witnesses = witnesses,
                                    .to = host_find(world, "intake"),
                                    .message = message,
                                    .body = body};
    bool is_done = commission_do(world, &nobodys, &commission, ret_reply) &&
                   text_is_empty(ret_reply->problem.type);
    if (!is_done) {
        const struct problem_field_list *errors = &ret_reply->problem.errors;
        tally_add(world->tally, ret_reply->problem.type);
        trace(world, "posts", "%.*s %s: %.*s %.*s %.*s", TEXT_PRINT(principal->login),
              message->name, TEXT_PRINT(ret_reply->problem.type),
              TEXT_PRINT(ret_reply->problem.detail),
              TEXT_PRINT(errors->count > 0 ? errors->items[0].detail : (struct text){0}));
    }
    return is_done;
}

/* The shift is nobody's errand: it moves as its officer wants. */
static void shift_keep(struct world *world, const struct reply *reply)
{
    struct wire_reader reader;
    struct event_envelope envelope;
    struct index *known = &world->year->case_ids;
    wire_reader_init(&reader, &world->year->arena);
    CHECK(reply->events.count > 0);
    CHECK(record_read_event(&reader, reply->events.items[0], &envelope) == ERR_OK);
    if (index_find(known, envelope.case_id.uuid.bytes) == SIZE_MAX) {
        index_add(known, envelope.case_id.uuid.bytes, SIZE_MAX - 1);
    }
    wire_reader_free(&reader);
}

static void shift_open(struct world *world, const struct principal *officer,
                       const struct principal *deputy)
{
    const struct catalogue_head *head = &world->rules->catalogue->head;
    struct principal both[] = {*officer, *deputy};
    struct principal_list witnesses = {both, 2};
    const struct model_post *post = post_now(world, officer);
    bool has_standing = post != NULL && post->standing[0] != '\0';
    struct reply reply;
    struct matter_open open = {
        .procedure = TEXT_LITERAL("shift"),
        .action = TEXT_LITERAL("open"),
        .department = officer->grants.items[0].department,
        .fields = {.window = head->windows[random_below(&world->random, head->window_count)].code,
                   .badge = officer->login,
                   .deputy = deputy->login},
    };
    if (has_standing && chance(world, 2)) {
        open.fields.deputy = (struct text){0};
    }
    if (intake_told(world, officer, &witnesses, &matter_open_message, &open, &reply)) {
        shift_keep(world, &reply);
    }
}

static void shift_act(struct world *world, const struct principal *officer, const char *action)
{
    const struct model_post *post = post_now(world, officer);
    struct reply reply;
    if (post != NULL && post->has_shift) {
        struct case_act act = {.case_id = {post->shift}, .action = text_of(action)};
        (void)intake_told(world, officer, NULL, &case_act_message, &act, &reply);
    }
}

/* The hall's manager says whether somebody is absent, and who his B is. */
static void absence_say(struct world *world, const struct principal *officer,
                        const struct principal *deputy, bool is_absent)
{
    struct principal manager =
        staff_officer(world, TEXT_LITERAL("hall_manager"), TEXT_LITERAL("HALL"), 0);
    struct principal both[] = {*officer, *deputy};
    struct principal_list witnesses = {both, 2};
    struct reply reply;
    struct name_deputy name = {
        .officer = officer->login, .deputy = deputy->login, .absent = is_absent};
    (void)intake_told(world, &manager, &witnesses, &name_deputy_message, &name, &reply);
}

/* He comes to his window: with a new shift, or back to the one he has. */
static void officer_come(struct world *world, const struct principal *officer,
                         const struct principal *deputy)
{
    const struct model_post *post = post_now(world, officer);
    if (post == NULL || !post->has_shift) {
        shift_open(world, officer, deputy);
    } else if (post->is_out) {
        shift_act(world, officer, "resume");
    }
}

/* -- an absence, from coming to coming back -----------------------------------------------------
 */

static bool percent(struct world *world, uint64_t of_hundred)
{
    return random_below(&world->random, 100) < of_hundred;
}

static int64_t soon(struct world *world)
{
    return world->wall_ms + between(world, 5, 60) * 60 * 1000;
}

/* True when some open case is the work of that officer. */
static bool has_work(const struct world *world, const struct principal *officer)
{
    const struct checks *checks = world->checks;
    for (size_t i = 0; i < checks->case_count; i++) {
        const struct model_case *c = &checks->cases[i];
        if (text_equal_string(officer->login, c->assignee) && !model_has_ended(c)) {
            return true;
        }
    }
    return false;
}

/* Somebody who is absent comes back, or his B sees to his work now and then. */
static void absent_step(struct world *world, struct absence *absence, const struct principal *a,
                        const struct principal *b)
{
    struct principal c = staff_at(world, &absence->place, absence->place.which + 2);
    if (!is_away(world, a)) {
        absence->next_ms = INT64_MAX;
    } else if (world->wall_ms < absence->until_ms) {
        if (has_work(world, a)) {
            officer_come(world, b, &c);
        }
        absence->next_ms = office_moment(world, world->wall_ms, between(world, 1, 3));
    } else {
        if (chance(world, 2)) {
            absence_say(world, a, b, false);
        } else {
            officer_come(world, a, b);
        }
        absence->next_ms = INT64_MAX;
    }
}

static void absence_leave(struct world *world, struct absence *absence, const struct principal *a,
                          const struct principal *b)
{
    absence->next_ms = soon(world);
    absence->stage = ABSENCE_COVERED;
    if (!percent(world, FOUND_ABSENT_PERCENT)) {
        shift_act(world, a, "suspend");
        return;
    }
    bool is_for_good = percent(world, FOR_GOOD_PERCENT);
    int64_t days = between(world, 1, ABSENT_DAYS_MAX);
    absence->until_ms = is_for_good ? INT64_MAX : world->wall_ms + days * MS_PER_DAY;
    absence_say(world, a, b, true);
}

static void absence_cover(struct world *world, struct absence *absence, const struct principal *b)
{
    struct principal c = staff_at(world, &absence->place, absence->place.which + 2);
    absence->next_ms = soon(world);
    if (!is_manned(world, b)) {
        officer_come(world, b, &c);
        absence->stage = ABSENCE_OVER;
    } else if (percent(world, DEPUTY_LEAVES_PERCENT)) {
        shift_act(world, b, chance(world, 3) ? "close" : "suspend");
    } else {
        absence->stage = ABSENCE_OVER;
    }
}

static void absence_step(struct world *world, struct absence *absence)
{
    struct principal a = staff_at(world, &absence->place, absence->place.which);
    struct principal b = staff_at(world, &absence->place, absence->place.which + 1);
    struct principal c = staff_at(world, &absence->place, absence->place.which + 2);
    switch (absence->stage) {
    case ABSENCE_BEGINS:
        officer_come(world, &a, &b);
        if (percent(world, DEPUTY_COMES_PERCENT)) {
            officer_come(world, &b, &c);
        }
        absence->stage = ABSENCE_LEAVES;
        absence->next_ms = soon(world);
        break;
    case ABSENCE_LEAVES:
        absence_leave(world, absence, &a, &b);
        break;
    case ABSENCE_COVERED:
        absence_cover(world, absence, &b);
        break;
    case ABSENCE_OVER:
        if (absence->until_ms > 0) {
            absent_step(world, absence, &a, &b);
            break;
        }
        if (percent(world, COMES_BACK_PERCENT)) {
            officer_come(world, &a, &b);
        }
        absence->next_ms = INT64_MAX;
        break;
    }
}

/* -- whom it happens to -------------------------------------------------------------------------
 */

/* One absence at a time where three hold the same role. */
static struct absence *absence_at(struct year *year, const struct staff_place *place)
{
    for (size_t i = 0; i < year->absence_count; i++) {
        struct absence *absence = &year->absences[i];
        if (strcmp(absence->place.role, place->role) == 0 &&
            strcmp(absence->place.department, place->department) == 0) {
            return absence;
        }
    }
    CHECK(year->absence_count < ABSENCES_MAX);
    year->absences[year->absence_count] = (struct absence){.place = *place, .next_ms = INT64_MAX};
    return &year->absences[year->absence_count++];
}

static bool may_have_shift(const struct world *world, const struct staff_place *place)
{
    const struct procedure *shift =
        catalogue_procedure(world->rules->catalogue, TEXT_LITERAL("shift"));
    CHECK(shift != NULL);
    return text_span_contains(&shift->transitions[0].by, text_of(place->role));
}

/* The open work of somebody, drawn from all; false when there is none. */
static bool worker_draw(struct world *world, struct staff_place *ret_place)
{
    const struct checks *checks = world->checks;
    struct staff_place place;
    uint64_t count = 0;
    for (size_t i = 0; i < checks->case_count; i++) {
        const struct model_case *c = &checks->cases[i];
        if (c->assignee[0] != '\0' && !model_has_ended(c) &&
            staff_named(text_of(c->assignee), &place) && may_have_shift(world, &place) &&
            random_below(&world->random, ++count) == 0) {
            *ret_place = place;
        }
    }
    return count > 0;
}

void posts_plan(struct world *world)
{
    struct year *year = world->year;
    uint64_t count = 1 + year->plan.cases / CASES_AN_ABSENCE;
    for (uint64_t i = 0; i < count && !year->is_quiet; i++) {
        struct staff_place place;
        /* Whoever was asked first takes new matters, too: of them one is there now and then. */
        if (chance(world, 4)) {
            place = (struct staff_place){"first_contact", "HALL", 0};
            place.which = (unsigned)random_below(&world->random, OFFICERS_EACH);
        } else if (!worker_draw(world, &place)) {
            continue;
        }
        struct absence *absence = absence_at(year, &place);
        if (absence->next_ms == INT64_MAX) {
            *absence = (struct absence){.place = place,
                                        .next_ms = office_moment(world, world->wall_ms, 0)};
        }
    }
}

int64_t posts_next(const struct year *year)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < year->absence_count; i++) {
        next_ms = year->absences[i].next_ms < next_ms ? year->absences[i].next_ms : next_ms;
    }
    return next_ms;
}

void posts_go(struct world *world)
{
    struct year *year = world->year;
    for (size_t i = 0; i < year->absence_count; i++) {
        if (year->absences[i].next_ms <= world->wall_ms) {
            arena_reset(&year->arena);
            absence_step(world, &year->absences[i]);
            hall_level(world);
            if (world->is_calm) {
                checks_posts(world);
            }
        }
    }
}
