/* What every hall begins with. Delegations: an approver decides what the head of his department
 * gave him the power for. A drawer: the cashier takes cash. */
#include "course.h"

#include "base/check.h"
#include "events/matter.h"

#include <string.h>

enum { CHANGE_FEN = 20000 };

static const char *const delegated[DELEGATIONS] = {"UMB-P-001", "MSA-P-001", "PSB-C-001",
                                                   "FIN-W-001"};

static struct principal head_of(struct hall *hall, struct text department)
{
    struct principal head;
    struct text name = arena_print(&hall->arena, "agency_head.%.*s", TEXT_PRINT(department));
    CHECK(hall_principal(hall, name, &head));
    return head;
}

/* From the day on which the hall opens, for longer than any line waits. */
static void delegate(struct hall *hall, struct text item, struct date first_day)
{
    struct text rest;
    struct text department = text_split(item, '-', &rest);
    struct principal head = head_of(hall, department);
    struct text approver = arena_print(&hall->arena, "approver.%.*s", TEXT_PRINT(department));
    struct text_list named = {.items = &approver, .count = 1};
    struct matter_open open = {
        .procedure = TEXT_LITERAL("delegation"),
        .action = TEXT_LITERAL("register"),
        .department = department,
        .fields = {.officer = approver,
                   .item = item,
                   .power = TEXT_LITERAL("decide"),
                   .valid_from = first_day,
                   .valid_until = {first_day.days + 3650}},
    };
    struct reply reply =
        hall_command(hall, AT_APPROVAL, &head, &named, &matter_open_message, &open);
    CHECK(text_is_empty(reply.problem.type));
}

/* The cashier has change in an open drawer from the day on which the hall opens. */
static void drawer_open(struct hall *hall)
{
    const struct text_list nobody = {0};
    struct principal cashier;
    struct matter_open open = {.procedure = TEXT_LITERAL("drawer"),
                               .action = TEXT_LITERAL("open"),
                               .department = TEXT_LITERAL("HALL"),
                               .fields = {.amount_fen = CHANGE_FEN}};
    CHECK(hall_principal(hall, TEXT_LITERAL("cashier.HALL"), &cashier));
    struct reply reply = hall_command(hall, AT_FEE, &cashier, &nobody, &matter_open_message, &open);
    CHECK(text_is_empty(reply.problem.type));
}

void power_give(struct hall *hall)
{
    const struct zone zone = {.offset_minutes = 8 * 60};
    struct date today = zone_date(zone, hall->now_ms);
    for (size_t i = 0; i < DELEGATIONS; i++) {
        hall_watch_none(hall);
        delegate(hall, text_of(delegated[i]), today);
        CHECK(hall->watched_count == 1);
        hall->delegations[i] = hall->watched[0];
    }
    drawer_open(hall);
    hall_wait_until(hall, hall->now_ms); /* their first day has begun */
    hall_watch_none(hall);
}

void power_take(struct course *course)
{
    const struct text_list nobody = {0};
    struct principal head = head_of(course->hall, course_department(course));
    for (size_t i = 0; i < DELEGATIONS; i++) {
        struct case_act close = {.case_id = course->hall->delegations[i],
                                 .action = TEXT_LITERAL("close")};
        if (text_equal_string(course->item->state, delegated[i])) {
            struct reply reply =
                hall_command(course->hall, AT_APPROVAL, &head, &nobody, &case_act_message, &close);
            CHECK(text_is_empty(reply.problem.type));
        }
    }
}
