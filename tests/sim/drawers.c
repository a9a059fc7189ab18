/* The drawer of a year (domain 4.4d): a cashier opens it when the hall opens, Finance counts it
 * with him in the evening or later, now and then with a coin too few or too many, and both take the
 * cash to the bank. */
#include "year.h"

#include "events/fee.h"
#include "tally.h"

enum {
    LOOK_EVERY_MS = 3 * 60 * 60 * 1000,
    CHANGE_FEN = 20000,
    COIN_FEN = 100,
    WRONG_ONE_IN = 10,
    LATER_ONE_IN = 5,
};

/* Who counts, and what the drawer is. */
struct counting {
    struct principal cashier;
    struct principal finance;
    struct drawer_shown drawer; /* as Finance sees it; no id: there is none */
};

static bool drawer_look(struct world *world, struct counting *counting)
{
    const void *answer = NULL;
    struct ask_drawers question = {.limit = 1};
    if (!host_ask(host_find(world, "fee"), &counting->cashier, &ask_drawers_message, &question,
                  &world->year->arena, &answer)) {
        return false;
    }
    const struct drawers_told *told = answer;
    counting->drawer = told->items.count == 0 ? (struct drawer_shown){0} : told->items.items[0];
    return true;
}

static void order(struct world *world, struct counting *counting,
                  const struct wire_message *message, const void *body)
{
    struct year_case nobodys = {0};
    struct principal_list witnesses = {&counting->finance, 1};
    struct reply reply;
    struct commission commission = {.principal = &counting->cashier,
                                    .witnesses = &witnesses,
                                    .to = host_find(world, "fee"),
                                    .message = message,
                                    .body = body};
    if (commission_do(world, &nobodys, &commission, &reply) && !text_is_empty(reply.problem.type)) {
        tally_add(world->tally, reply.problem.type);
        trace(world, "people", "the drawer: %.*s %.*s", TEXT_PRINT(reply.problem.type),
              TEXT_PRINT(reply.problem.detail));
    }
}

static void drawer_open(struct world *world, struct counting *counting)
{
    struct matter_open open = {.procedure = TEXT_LITERAL("drawer"),
                               .action = TEXT_LITERAL("open"),
                               .fields = {.amount_fen = CHANGE_FEN}};
    order(world, counting, &matter_open_message, &open);
}

static void drawer_act(struct world *world, struct counting *counting, const char *action,
                       int64_t amount_fen)
{
    struct case_act act = {
        .case_id = counting->drawer.id,
        .action = text_of(action),
        .fields = {.officer = counting->finance.login, .amount_fen = amount_fen}};
    order(world, counting, &case_act_message, &act);
}

static void drawer_count(struct world *world, struct counting *counting)
{
    const struct drawer_shown *drawer = &counting->drawer;
    int64_t counted_fen = drawer->float_fen + drawer->takings_fen;
    if (chance(world, WRONG_ONE_IN)) {
        counted_fen += chance(world, 2) ? COIN_FEN : -COIN_FEN;
    }
    drawer_act(world, counting, "close", counted_fen);
}

void drawer_keep(struct world *world)
{
    struct counting *counting;
    struct year *year = world->year;
    if (world->wall_ms - year->drawer_seen_ms < LOOK_EVERY_MS) {
        return;
    }
    arena_reset(&year->arena);
    counting = arena_take(&year->arena, sizeof *counting);
    counting->cashier = staff_officer(world, TEXT_LITERAL("cashier"), TEXT_LITERAL("HALL"), 0);
    counting->finance =
        staff_officer(world, TEXT_LITERAL("finance_officer"), TEXT_LITERAL("FIN"), 0);
    if (!drawer_look(world, counting)) {
        return;
    }
    year->drawer_seen_ms = world->wall_ms;
    bool is_there = !uuid_is_none(&counting->drawer.id.uuid);
    bool is_counted = is_there && counting->drawer.counted_at != 0;
    if (!is_there && office_is_open(world)) {
        drawer_open(world, counting);
    } else if (is_counted) {
        drawer_act(world, counting, "deposit", 0);
    } else if (is_there && !office_is_open(world) && !chance(world, LATER_ONE_IN)) {
        drawer_count(world, counting);
    }
}
