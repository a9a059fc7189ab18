#include "powers.h"

#include "base/check.h"

enum { DAYS_OF_POWER = 700 };

static void delegate(struct hall *hall, const char *department, const char *item)
{
    struct principal head;
    struct text officer = arena_print(&hall->arena, "approver.%s", department);
    struct text_list named = {.items = &officer, .count = 1};
    struct date today = zone_date((struct zone){.offset_minutes = 8 * 60}, hall->now_ms);
    struct matter_open open = {
        .procedure = TEXT_LITERAL("delegation"),
        .action = TEXT_LITERAL("register"),
        .fields = {.officer = officer,
                   .item = text_of(item),
                   .power = TEXT_LITERAL("decide"),
                   .valid_from = today,
                   .valid_until = {today.days + DAYS_OF_POWER}},
    };
    CHECK(hall_principal(hall, arena_print(&hall->arena, "agency_head.%s", department), &head));
    struct reply reply =
        hall_command(hall, AT_APPROVAL, &head, &named, &matter_open_message, &open);
    CHECK(text_is_empty(reply.problem.type));
}

void powers_delegate(struct hall *hall)
{
    delegate(hall, "UMB", "UMB-P-001");
    delegate(hall, "MSA", "MSA-P-001");
}
