/* Hand-overs of a year (首問責任制): whoever owns a matter offers it to somebody else, who takes
 * it, does not want it, or does not answer. */
#include "year.h"

#include "base/check.h"
#include "check_state.h"
#include "events/officers.h"
#include "tally.h"

#include <stdio.h>

enum { CASES_AN_OFFER = 400, ACCEPTED_PERCENT = 50, REFUSED_PERCENT = 25, ANYWHERE_ONE_IN = 5 };

static bool hand_send(struct world *world, const struct principal *officer,
                      const struct principal_list *witnesses, const struct hand_over *command)
{
    struct year_case nobodys = {0};
    struct reply reply;
    struct commission commission = {.principal = officer,
                                    .witnesses = witnesses,
                                    .to = host_find(world, "intake"),
                                    .message = &hand_over_message,
                                    .body = command};
    bool is_done =
        commission_do(world, &nobodys, &commission, &reply) && text_is_empty(reply.problem.type);
    if (!is_done) {
        tally_add(world->tally, reply.problem.type);
        trace(world, "owners", "%.*s: %.*s %.*s", TEXT_PRINT(officer->login),
              TEXT_PRINT(reply.problem.type), TEXT_PRINT(reply.problem.detail));
    }
    return is_done;
}

/* Whose it is: the officer who was asked first, else somebody of the department. */
static bool owner_find(struct world *world, const struct model_case *c,
                       struct staff_place *ret_place)
{
    struct principal everybody = {.kind = PRINCIPAL_SYSTEM};
    struct ask_case question = {.case_id = {c->id}};
    const void *answer = NULL;
    if (!host_ask(host_find(world, "intake"), &everybody, &ask_case_message, &question,
                  &world->year->arena, &answer)) {
        return false;
    }
    const struct ownership *told = &((const struct case_filed_part *)answer)->ownership;
    if (!text_is_empty(told->officer)) {
        return staff_named(told->officer, ret_place);
    }
    *ret_place = (struct staff_place){.role = "handler"};
    (void)snprintf(ret_place->department, sizeof ret_place->department, "%.*s",
                   TEXT_PRINT(told->department));
    return !text_is_empty(told->department) && text_is_empty(told->offered_to);
}

/* A colleague, mostly of the same place. */
static struct staff_place colleague_draw(struct world *world, const struct staff_place *owner)
{
    const struct catalogue_head *head = &world->rules->catalogue->head;
    struct staff_place place = *owner;
    place.which = (owner->which + 1) % OFFICERS_EACH;
    if (chance(world, ANYWHERE_ONE_IN)) {
        struct text unit = head->units[random_below(&world->random, head->unit_count)].code;
        place = (struct staff_place){.role = "handler"};
        (void)snprintf(place.department, sizeof place.department, "%.*s", TEXT_PRINT(unit));
    }
    return place;
}

/* The hand-over's end is planned: nobody knows how the other one thinks of it. */
static void answer_plan(struct world *world, const struct model_case *c,
                        const struct staff_place *place)
{
    struct year *year = world->year;
    uint64_t drawn = random_below(&world->random, 100);
    if (year->hand_count == HANDS_MAX || drawn >= ACCEPTED_PERCENT + REFUSED_PERCENT) {
        return; /* it lapses */
    }
    year->hands[year->hand_count++] =
        (struct hand){.case_id = {c->id},
                      .to = *place,
                      .next_ms = world->wall_ms + between(world, 5, 200) * 60 * 1000,
                      .accepts = drawn < ACCEPTED_PERCENT};
}

static void hand_offer(struct world *world, const struct model_case *c)
{
    struct staff_place owner;
    if (!owner_find(world, c, &owner)) {
        return;
    }
    struct staff_place place = colleague_draw(world, &owner);
    struct principal giver = staff_at(world, &owner, owner.which);
    struct principal receiver = staff_at(world, &place, place.which);
    struct principal_list witnesses = {&receiver, 1};
    struct hand_over command = {
        .case_id = {c->id}, .step = HAND_OVER_OFFER, .officer = receiver.login};
    if (!staff_is_away(world, giver.login) && hand_send(world, &giver, &witnesses, &command)) {
        answer_plan(world, c, &place);
    }
}

static void hand_answer(struct world *world, const struct hand *hand)
{
    struct principal receiver = staff_at(world, &hand->to, hand->to.which);
    struct hand_over command = {.case_id = hand->case_id,
                                .step = hand->accepts ? HAND_OVER_ACCEPT : HAND_OVER_RETURN};
    if (!hand->accepts) {
        command.reasons = personal_of(TEXT_LITERAL("It is not of my department"));
    }
    if (!staff_is_away(world, receiver.login)) {
        (void)hand_send(world, &receiver, NULL, &command);
    }
}

/* An open case that nobody was offered; NULL when a few draws found none. */
static const struct model_case *case_draw(struct world *world)
{
    enum { DRAWS = 20 };
    const struct checks *checks = world->checks;
    for (int i = 0; i < DRAWS && checks->case_count > 0; i++) {
        const struct model_case *c =
            &checks->cases[random_below(&world->random, checks->case_count)];
        if (!model_has_ended(c) && c->owner.offered_to[0] == '\0') {
            return c;
        }
    }
    return NULL;
}

void hands_plan(struct world *world)
{
    struct year *year = world->year;
    uint64_t count = 1 + year->plan.cases / CASES_AN_OFFER;
    for (uint64_t i = 0; i < count && !year->is_quiet; i++) {
        const struct model_case *c = case_draw(world);
        if (c != NULL) {
            arena_reset(&year->arena);
            hand_offer(world, c);
        }
    }
}

int64_t hands_next(const struct year *year)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < year->hand_count; i++) {
        next_ms = year->hands[i].next_ms < next_ms ? year->hands[i].next_ms : next_ms;
    }
    return next_ms;
}

void hands_go(struct world *world)
{
    struct year *year = world->year;
    for (size_t i = 0; i < year->hand_count;) {
        struct hand hand = year->hands[i];
        if (hand.next_ms > world->wall_ms) {
            i++;
            continue;
        }
        year->hands[i] = year->hands[--year->hand_count];
        arena_reset(&year->arena);
        hand_answer(world, &hand);
    }
}
