/* Powers: the head of each department delegates to its approver the decision of the department's
 * item (domain 4.6c). Until then nothing is decided. */
#include "load.h"

#include <string.h>

enum { DAYS_OF_POWER = 300 };

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

void powers_delegate(struct world *world)
{
    for (int i = 0; i < POWERS; i++) {
        if (!world->load->has_power[i] && !is_under_way(world->load, powers[i].what)) {
            delegate(world, i);
        }
    }
}

void power_told(struct world *world, const struct errand *errand)
{
    for (int i = 0; i < POWERS; i++) {
        if (strcmp(errand->what, powers[i].what) == 0) {
            world->load->has_power[i] = true;
        }
    }
}
