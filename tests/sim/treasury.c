/* The treasury of a year (domain 4.4b): once a day it answers what was ordered out to it; now and
 * then it turns an order back. */
#include "year.h"

#include "events/fee.h"
#include "tally.h"

enum { LOOK_EVERY_MS = 20 * 60 * 60 * 1000, TURNED_BACK_ONE_IN = 15, LOOKED_AT_MAX = 100 };

static void answer_give(struct world *world, const struct principal *finance,
                        const struct settlement_shown *settlement,
                        const struct settlement_order *order)
{
    struct year_case nobodys = {0};
    struct reply reply;
    struct answer_settlement answer = {
        .settlement_id = settlement->id,
        .end_to_end = order->end_to_end,
        .accepted = !chance(world, TURNED_BACK_ONE_IN),
        .answer = arena_print(&world->year->arena, "TR-%.*s", TEXT_PRINT(order->end_to_end)),
    };
    struct commission commission = {.principal = finance,
                                    .to = host_find(world, "fee"),
                                    .message = &answer_settlement_message,
                                    .body = &answer};
    if (commission_do(world, &nobodys, &commission, &reply) && !text_is_empty(reply.problem.type)) {
        tally_add(world->tally, reply.problem.type);
    }
}

void treasury_keep(struct world *world)
{
    struct year *year = world->year;
    const void *answer = NULL;
    if (world->wall_ms - year->treasury_seen_ms < LOOK_EVERY_MS) {
        return;
    }
    arena_reset(&year->arena);
    struct principal finance =
        staff_officer(world, TEXT_LITERAL("finance_officer"), TEXT_LITERAL("FIN"), 0);
    struct ask_settlements question = {.after = year->treasury_after, .limit = LOOKED_AT_MAX};
    if (!host_ask(host_find(world, "fee"), &finance, &ask_settlements_message, &question,
                  &year->arena, &answer)) {
        return;
    }
    year->treasury_seen_ms = world->wall_ms;
    const struct settlements_told *told = answer;
    for (size_t i = 0; i < told->items.count; i++) {
        const struct settlement_shown *settlement = &told->items.items[i];
        struct settlement_id id = settlement->id;
        for (size_t k = 0; k < settlement->orders.count; k++) {
            const struct settlement_order *order = &settlement->orders.items[k];
            if (order->status == SETTLEMENT_ORDERED) {
                answer_give(world, &finance, settlement, order);
            }
        }
        year->treasury_after = id;
    }
}
