/* What people do with a case: a table of moves by state, as domain.md 4.1, 4.2 and 4.4 have them.
 */
#include "load.h"

#include "base/check.h"
#include "events/approval.h"

#include <stdio.h>
#include <string.h>

/* A move that somebody may make in a state. */
struct choice {
    const char *state;
    const char *action;
    const char *role; /* "filer", or an officer's */
    unsigned weight;
    void (*fill)(struct world *world, struct sim_case *c, struct action_fields *fields);
    enum { FOR_ANY, FOR_JOINT, FOR_SINGLE, FOR_COMPLETE, FOR_INCOMPLETE } when;
};

/* -- filling ---------------------------------------------------------------------------------- */

static void fill_missing(struct world *world, struct sim_case *c, struct action_fields *fields)
{
    static struct text codes[] = {{"M-FORM", 6}};
    (void)world;
    (void)c;
    fields->missing = (struct text_list){codes, 1};
}

static void fill_supply(struct world *world, struct sim_case *c, struct action_fields *fields)
{
    struct material_claim *claim = arena_take(&world->load->arena, sizeof *claim);
    *claim = (struct material_claim){.code = TEXT_LITERAL("M-FORM"),
                                     .filename = personal_of(TEXT_LITERAL("form.pdf"))};
    if (upload_make(world, c->session, &claim->upload)) {
        fields->materials = (struct material_claim_list){claim, 1};
    }
}

static void fill_not_accepted(struct world *world, struct sim_case *c, struct action_fields *fields)
{
    (void)world;
    (void)c;
    fields->ground = TEXT_LITERAL("NA-OTHER-AGENCY");
    fields->reasons = personal_of(TEXT_LITERAL("another agency is in charge"));
}

static void fill_opinion(struct world *world, struct sim_case *c, struct action_fields *fields)
{
    (void)c;
    fields->opinion = OPINION_AGREE;
    if (chance(world, 4)) {
        fields->opinion = OPINION_CONDITIONS;
        fields->conditions = personal_of(TEXT_LITERAL("work at night only"));
    }
    if (chance(world, 5)) {
        fields->opinion = OPINION_OBJECT;
        fields->conditions = (struct personal){0};
        fields->ground = TEXT_LITERAL("RF-PLAN");
    }
}

static void fill_pause(struct world *world, struct sim_case *c, struct action_fields *fields)
{
    (void)c;
    fields->cause = TEXT_LITERAL("expert_review");
    fields->until = (struct date){(int32_t)(world->wall_ms / MS_PER_DAY) + 10};
}

static void fill_reasons(struct world *world, struct sim_case *c, struct action_fields *fields)
{
    (void)world;
    (void)c;
    fields->reasons = personal_of(TEXT_LITERAL("for good reasons"));
}

static void fill_points(struct world *world, struct sim_case *c, struct action_fields *fields)
{
    struct meeting_point *point = arena_take(&world->load->arena, sizeof *point);
    (void)c;
    *point = (struct meeting_point){
        .text = personal_of(TEXT_LITERAL("both units agree on a detour")),
        .department = TEXT_LITERAL("UMB"),
        .due = {(int32_t)(world->wall_ms / MS_PER_DAY) + 5},
    };
    fields->points = (struct meeting_point_list){point, 1};
}

static void fill_check(struct world *world, struct sim_case *c, struct action_fields *fields)
{
    struct text *officers = arena_take_array(&world->load->arena, 2, sizeof *officers);
    const char *department = c->is_joint ? "UMB" : "MSA";
    for (int i = 0; i < 2; i++) {
        officers[i] = officer(&world->load->arena, "field_checker", department, i).login;
    }
    fields->officers = (struct text_list){officers, 2};
    fields->findings = personal_of(TEXT_LITERAL("all as described"));
    fields->passed = true;
}

static void fill_grant(struct world *world, struct sim_case *c, struct action_fields *fields)
{
    (void)world;
    (void)c;
    fields->outcome = OUTCOME_GRANT;
}

static void fill_refusal(struct world *world, struct sim_case *c, struct action_fields *fields)
{
    fields->outcome = OUTCOME_REFUSE;
    fields->ground = TEXT_LITERAL("RF-CONDITIONS");
    fill_reasons(world, c, fields);
}

static void fill_delivery(struct world *world, struct sim_case *c, struct action_fields *fields)
{
    (void)world;
    (void)c;
    fields->delivery = DELIVERY_HAND;
}

/* -- the table -------------------------------------------------------------------------------- */

/* clang-format off */
static const struct choice choices[] = {
    {"submitted",    "accept",            "window_clerk",  8, NULL,              FOR_COMPLETE},
    {"submitted",    "request_materials", "window_clerk",  8, fill_missing,      FOR_INCOMPLETE},
    {"submitted",    "refuse_acceptance", "window_clerk",  1, fill_not_accepted, FOR_ANY},
    {"submitted",    "withdraw",          "filer",         1, NULL,              FOR_ANY},
    {"supplement",   "supply_materials",  "filer",         8, fill_supply,       FOR_ANY},
    {"supplement",   "withdraw",          "filer",         1, NULL,              FOR_ANY},
    {"accepted",     "take",              "reviewer",      8, NULL,              FOR_SINGLE},
    {"accepted",     "assign",            "reviewer",      8, NULL,              FOR_JOINT},
    {"accepted",     "withdraw",          "filer",         1, NULL,              FOR_ANY},
    {"in_review",    "review",            "reviewer",      8, fill_opinion,      FOR_ANY},
    {"in_review",    "suspend",           "reviewer",      2, fill_pause,        FOR_ANY},
    {"in_review",    "extend",            "agency_head",   1, fill_reasons,      FOR_ANY},
    {"joint_review", "review",            "reviewer",      8, fill_opinion,      FOR_ANY},
    {"joint_review", "review",            "co_reviewer",   8, fill_opinion,      FOR_ANY},
    {"joint_review", "suspend",           "reviewer",      1, fill_pause,        FOR_ANY},
    {"joint_review", "withdraw",          "filer",         1, NULL,              FOR_ANY},
    {"in_meeting",   "resolve",           "hall_manager",  8, fill_points,       FOR_ANY},
    {"site_check",   "record",            "field_checker", 8, fill_check,        FOR_ANY},
    {"site_check",   "return",            "field_checker", 1, fill_reasons,      FOR_ANY},
    {"excluded",     "resume",            "reviewer",      8, NULL,              FOR_ANY},
    {"decision_due", "decide",            "approver",      8, fill_grant,        FOR_ANY},
    {"decision_due", "decide",            "approver",      1, fill_refusal,      FOR_ANY},
    {"decision_due", "return",            "approver",      1, fill_reasons,      FOR_ANY},
    {"issuing",      "issue",             "window_clerk",  8, NULL,              FOR_ANY},
    {"issuing",      "deliver",           "window_clerk",  8, fill_delivery,     FOR_ANY},
};
/* clang-format on */

enum { CHOICES = sizeof choices / sizeof choices[0] };

static bool fits(const struct choice *choice, const struct sim_case *c)
{
    switch (choice->when) {
    case FOR_ANY:
        return true;
    case FOR_JOINT:
        return c->is_joint;
    case FOR_SINGLE:
        return !c->is_joint;
    case FOR_COMPLETE:
        return c->is_complete;
    case FOR_INCOMPLETE:
        return !c->is_complete;
    }
    UNREACHABLE();
}

/* One of the choices of that state by their weights, NULL when there is none. */
static const struct choice *choice_draw(struct world *world, const struct sim_case *c,
                                        struct text state)
{
    const struct choice *drawn = NULL;
    unsigned sum = 0;
    for (size_t i = 0; i < CHOICES; i++) {
        if (!text_equal_string(state, choices[i].state) || !fits(&choices[i], c)) {
            continue;
        }
        sum += choices[i].weight;
        if (random_below(&world->random, sum) < choices[i].weight) {
            drawn = &choices[i];
        }
    }
    return drawn;
}

/* Where a role is held for a case. */
static const char *department_of(const char *role, const struct sim_case *c)
{
    bool is_of_hall = strcmp(role, "window_clerk") == 0 || strcmp(role, "hall_manager") == 0;
    if (is_of_hall) {
        return "HALL";
    }
    if (strcmp(role, "co_reviewer") == 0) {
        return "PSB";
    }
    return c->is_joint ? "UMB" : "MSA";
}

/* The service that has the state, as the procedure says. */
static const char *owner_of(const char *state)
{
    return strcmp(state, "submitted") == 0 || strcmp(state, "supplement") == 0 ? "intake"
                                                                               : "approval";
}

static void choice_make(struct world *world, size_t case_index, const struct choice *choice,
                        bool is_legal)
{
    struct sim_case *c = &world->load->cases[case_index];
    struct arena *arena = &world->load->arena;
    struct case_act *act = arena_take(arena, sizeof *act);
    const char *department = department_of(choice->role, c);
    struct asking asking = {.to = owner_of(choice->state),
                            .what = choice->action,
                            .message = &case_act_message,
                            .body = act,
                            .is_legal = is_legal};
    asking.principal =
        strcmp(choice->role, "filer") == 0 ? filer(c) : officer(arena, choice->role, department, 0);
    if (strcmp(choice->role, "field_checker") == 0) {
        asking.witnesses[asking.witness_count++] = asking.principal;
        asking.witnesses[asking.witness_count++] = officer(arena, choice->role, department, 1);
    }
    act->case_id = c->id;
    act->action = text_of(choice->action);
    if (choice->fill != NULL) {
        choice->fill(world, c, &act->fields);
    }
    c->is_busy = true;
    errand_begin(world, case_index, &asking);
}

/* -- paying ----------------------------------------------------------------------------------- */

/* Pays what is open, in cash or by a transfer whose notice may come again. */
static void case_pay(struct world *world, size_t case_index)
{
    struct sim_case *c = &world->load->cases[case_index];
    struct arena *arena = &world->load->arena;
    struct ask_bills question = {.case_id = c->id};
    struct principal cashier = officer(arena, "cashier", "HALL", 0);
    const void *answer = NULL;
    if (!host_ask(host_find(world, "fee"), &cashier, &ask_bills_message, &question, arena,
                  &answer)) {
        return;
    }
    const struct bills_told *told = answer;
    for (size_t i = 0; i < told->bills.count; i++) {
        const struct bill_shown *bill = &told->bills.items[i];
        if (bill->status != BILL_ISSUED) {
            continue;
        }
        struct record_payment *payment = arena_take(arena, sizeof *payment);
        struct bill_named *named = arena_take(arena, sizeof *named);
        named->bill_id = bill->id;
        *payment = (struct record_payment){.bills = {.items = named, .count = 1},
                                           .method = METHOD_CASH,
                                           .amount_fen = bill->amount_fen};
        struct asking asking = {.to = "fee",
                                .what = "record_payment",
                                .message = &record_payment_message,
                                .body = payment,
                                .principal = cashier};
        if (!world->load->has_drawer || chance(world, 2)) {
            payment->method = METHOD_TRANSFER;
            payment->reference = arena_print(arena, "BANK-%.*s", TEXT_PRINT(bill->number));
            asking.principal = officer(arena, "bank_link", "HALL", 0);
        }
        c->is_busy = true;
        errand_begin(world, case_index, &asking);
    }
}

/* -- acting ----------------------------------------------------------------------------------- */

static struct text state_copy(struct world *world, struct text state)
{
    return arena_copy_text(&world->load->arena, state);
}

/* How the case stands in the hall's index; "submitted" while the index does not know it. */
static struct text state_seen(struct world *world, struct sim_case *c)
{
    struct ask_handled question = {.case_id = c->id};
    struct principal manager = officer(&world->load->arena, "hall_manager", "HALL", 0);
    const void *answer = NULL;
    if (!host_ask(host_find(world, "approval"), &manager, &ask_handled_message, &question,
                  &world->load->arena, &answer)) {
        return TEXT_LITERAL("submitted");
    }
    const struct case_handled_part *part = answer;
    c->is_over = part->is_end;
    return state_copy(world, part->state);
}

void case_act_somehow(struct world *world, size_t case_index)
{
    struct sim_case *c = &world->load->cases[case_index];
    struct text state = state_seen(world, c);
    if (chance(world, 12)) {
        choice_make(world, case_index, &choices[random_below(&world->random, CHOICES)], false);
        return;
    }
    if (chance(world, 15)) {
        filing_repeat(world, case_index);
        return;
    }
    if (chance(world, 25)) {
        /* Nobody does anything for a long time: what silence means is the clocks' business. */
        c->rest_ms = world->wall_ms + between(world, 1, 20) * MS_PER_DAY;
        return;
    }
    if (text_equal_string(state, "fee_due")) {
        case_pay(world, case_index);
        return;
    }
    const struct choice *choice = choice_draw(world, c, state);
    if (choice != NULL) {
        choice_make(world, case_index, choice, true);
    }
}

void case_told(struct world *world, struct errand *errand, const struct reply *reply)
{
    struct sim_case *c = &world->load->cases[errand->case_index];
    if (errand->case_index == CASES_MAX) {
        power_told(world, errand);
    } else if (errand->is_filing) {
        filing_told(world, c, reply);
    } else if (strcmp(errand->what, "supply_materials") == 0) {
        c->is_complete = true;
    } else if (strcmp(errand->what, "request_materials") == 0) {
        c->is_complete = false;
    }
}
