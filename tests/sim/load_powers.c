/* Powers: the head of each department delegates to its approver the decision of the department's
 * item (domain 4.6c). Until then nothing is decided. No cash is taken before the cashier has opened
 * the drawer (4.4d). */
#include "load.h"

#include <string.h>

enum { DAYS_OF_POWER = 300, CHANGE_FEN = 20000 };

/* What is delegated: names of errands, departments, items. */
static const struct {
    const char *what;
    const char *department;
    const char *item;
} powers[POWERS] = {
    {"delegate UMB-P-001", "UMB", "UMB-P-001"},
    {"delegate MSA-P-001", "MSA", "MSA-P-001"},
};

static bool is_under_way(const struct load *load, const char *what)
{
    for (size_t i = 0; i < ERRANDS_MAX; i++) {
        if (load->errands[i].is_used && strcmp(load->errands[i].what, what) == 0) {
            return true;
        }
    }
    return false;
}

static void delegate(struct world *world, int which)
{
    struct arena *arena = &world->load->arena;
    struct matter_open *open = arena_take(arena, sizeof *open);
    struct principal approver = officer(arena, "approver", powers[which].department, 0);
    struct asking asking = {.to = "approval",
                            .what = powers[which].what,
                            .message = &matter_open_message,
                            .body = open,
                            .principal = officer(arena, "agency_head", powers[which].department, 0),
                            .is_legal = true};
    int32_t today = zone_date((struct zone){.offset_minutes = 8 * 60}, world->wall_ms).days;
    asking.witnesses[asking.witness_count++] = approver;
    *open = (struct matter_open){
        .procedure = TEXT_LITERAL("delegation"),
        .action = TEXT_LITERAL("register"),
        .fields = {.officer = approver.login,
                   .item = text_of(powers[which].item),
                   .power = TEXT_LITERAL("decide"),
                   .valid_from = {today},
                   .valid_until = {today + DAYS_OF_POWER}},
    };
    errand_begin(world, CASES_MAX, &asking);
}

static const char opening[] = "open the drawer";

static void drawer_open(struct world *world)
{
    struct matter_open *open = arena_take(&world->load->arena, sizeof *open);
    struct asking asking = {.to = "fee",
                            .what = opening,
                            .message = &matter_open_message,
                            .body = open,
                            .principal = officer(&world->load->arena, "cashier", "HALL", 0),
                            .is_legal = true};
    *open = (struct matter_open){.procedure = TEXT_LITERAL("drawer"),
                                 .action = TEXT_LITERAL("open"),
                                 .fields = {.amount_fen = CHANGE_FEN}};
    errand_begin(world, CASES_MAX, &asking);
}

void powers_delegate(struct world *world)
{
    if (!world->load->has_drawer && !is_under_way(world->load, opening)) {
        drawer_open(world);
    }
    for (int i = 0; i < POWERS; i++) {
        if (!world->load->has_power[i] && !is_under_way(world->load, powers[i].what)) {
            delegate(world, i);
        }
    }
}

void power_told(struct world *world, const struct errand *errand)
{
    world->load->has_drawer |= strcmp(errand->what, opening) == 0;
    for (int i = 0; i < POWERS; i++) {
        if (strcmp(errand->what, powers[i].what) == 0) {
            world->load->has_power[i] = true;
        }
    }
}
