/* Powers of a year: the heads of departments see to it that somebody may decide (domain 4.6c). What
 * runs out, or was ended by somebody, they delegate anew. */
#include "year.h"

#include "base/check.h"
#include "events/officers.h"
#include "tally.h"

enum { DAYS_OF_POWER_MIN = 60, DAYS_OF_POWER_MAX = 300, DELEGATIONS_ASKED = 100 };

/* Who is to decide what. */
struct power {
    const struct catalogue_item *item;
    struct text place; /* of the approver: the item's department, or the hall */
    unsigned which;
};

static bool is_decided_by_power(const struct catalogue_item *item)
{
    for (size_t i = 0; item->open && i < item->procedure->transition_count; i++) {
        const struct procedure_transition *transition = &item->procedure->transitions[i];
        for (size_t k = 0; k < transition->condition_count; k++) {
            if (text_equal_string(transition->conditions[k].fact, "authority")) {
                return true;
            }
        }
    }
    return false;
}

/* True when a delegation is in force, or will be: then nobody gives another. True as well when the
 * register cannot be asked now. */
static bool is_provided(struct world *world, const struct power *power,
                        const struct principal *approver)
{
    const void *answer = NULL;
    struct ask_delegations question = {
        .officer = approver->login, .item = power->item->code, .limit = DELEGATIONS_ASKED};
    if (!host_ask(host_find(world, "approval"), approver, &ask_delegations_message, &question,
                  &world->year->arena, &answer)) {
        return true;
    }
    const struct delegations_told *told = answer;
    for (size_t i = 0; i < told->delegations.count; i++) {
        if (told->delegations.items[i].status != DELEGATION_ENDED) {
            return true;
        }
    }
    return false;
}

static void power_delegate(struct world *world, const struct power *power)
{
    struct principal approver =
        staff_officer(world, TEXT_LITERAL("approver"), power->place, power->which);
    struct principal head =
        staff_officer(world, TEXT_LITERAL("agency_head"), power->item->department->code, 0);
    struct principal_list witnesses = {&approver, 1};
    struct date today = zone_date(calendar_zone(world->rules->calendar), world->wall_ms);
    struct year_case nobodys = {0};
    struct reply reply;
    if (is_provided(world, power, &approver)) {
        return;
    }
    int64_t days = between(world, DAYS_OF_POWER_MIN, DAYS_OF_POWER_MAX);
    struct matter_open open = {
        .procedure = TEXT_LITERAL("delegation"),
        .action = TEXT_LITERAL("register"),
        .department = power->item->department->code,
        .fields = {.officer = approver.login,
                   .item = power->item->code,
                   .power = TEXT_LITERAL("decide"),
                   .valid_from = today,
                   .valid_until = date_add_days(today, (int)days)},
    };
    struct commission commission = {.principal = &head,
                                    .witnesses = &witnesses,
                                    .to = host_find(world, "approval"),
                                    .message = &matter_open_message,
                                    .body = &open};
    if (commission_do(world, &nobodys, &commission, &reply) && !text_is_empty(reply.problem.type)) {
        tally_add(world->tally, reply.problem.type);
        trace(world, "people", "power to decide %.*s: %.*s %.*s", TEXT_PRINT(power->item->code),
              TEXT_PRINT(reply.problem.type), TEXT_PRINT(reply.problem.detail));
    }
}

void powers_keep(struct world *world)
{
    const struct catalogue *catalogue = world->rules->catalogue;
    for (size_t i = 0; i < catalogue->item_count; i++) {
        const struct catalogue_item *item = &catalogue->items[i];
        if (!is_decided_by_power(item)) {
            continue;
        }
        for (unsigned which = 0; which < OFFICERS_EACH; which++) {
            arena_reset(&world->year->arena);
            power_delegate(world, &(struct power){item, item->department->code, which});
            power_delegate(world, &(struct power){item, TEXT_LITERAL("HALL"), which});
        }
    }
}
