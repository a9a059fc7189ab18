#include "routes/cases.h"

#include "routes/clocks.h"

#include <inttypes.h>

enum { ROUNDS_MAX = 3 };

struct parts_fetch {
    struct case_parts parts;
    struct principal principal;
    void (*then)(struct visit *visit, struct case_parts *parts);
    void *page;
};

static void parts_ask(struct visit *visit);

/* Some part is behind: asks all again, each with what the others said, which makes it wait. */
static void ask_again(struct visit *visit)
{
    if (++visit->rounds >= ROUNDS_MAX) {
        exchange_refuse(visit->http, PROBLEM_BEHIND,
                        "the case is on its way between services; try again");
        return;
    }
    parts_ask(visit);
}

/* True when no part says that it has not heard yet of what another one tells. */
static bool parts_agree(struct case_parts *parts)
{
    bool intake_has = text_equal_string(parts->filed->owner, "intake");
    if (parts->filed->of_hall) { /* one service alone has a part of it */
        parts->owner = intake_has                                 ? "intake"
                       : text_is_empty(parts->bills->head.number) ? "approval"
                                                                  : "fee";
        parts->state = parts->filed->state;
        return true;
    }
    bool approval_says_intake = text_equal_string(parts->handled->owner, "intake");
    bool approval_says_fee = text_equal_string(parts->handled->owner, "fee");
    bool approval_says_audit = text_equal_string(parts->handled->owner, "audit");
    if (intake_has) {
        parts->owner = "intake";
        parts->state = parts->filed->state;
        return true; /* until it gives it away itself */
    }
    if (approval_says_intake || approval_says_fee != parts->bills->owner ||
        approval_says_audit != parts->audited.owner) {
        return false;
    }
    parts->owner = approval_says_fee ? "fee" : approval_says_audit ? "audit" : "approval";
    parts->state = approval_says_fee     ? parts->bills->state
                   : approval_says_audit ? parts->audited.state
                                         : parts->handled->state;
    return true;
}

static void calendars_here(struct visit *visit)
{
    struct parts_fetch *fetch = visit->page;
    visit->page = fetch->page;
    fetch->then(visit, &fetch->parts);
}

static void rules_here(struct visit *visit, const struct hall_rules *rules)
{
    struct parts_fetch *fetch = visit->page;
    struct case_parts *parts = &fetch->parts;
    const int64_t *versions = NULL;
    parts->rules = rules;
    parts->item = rules == NULL ? NULL : catalogue_item(rules->catalogue, parts->filed->item);
    int state = parts->item == NULL || parts->item->procedure == NULL
                    ? -1
                    : procedure_state_index(parts->item->procedure, parts->state);
    if (state < 0) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the rules of this case are not here");
        return;
    }
    parts->is_end = parts->item->procedure->states[state].is_end;
    size_t count = clock_calendars(case_parts_clocks(parts), parts->filed->calendar,
                                   &visit->http->arena, &versions);
    rules_fetch_all(visit, versions, count, calendars_here);
}

static bool is_missing(const struct ask *ask)
{
    return ask->problem == PROBLEM_NOT_FOUND;
}

/* A matter of the hall itself: one of the three has it, and nobody else a part of it. */
static bool is_hall_matter(const struct ask *intake, const struct ask *approval,
                           const struct ask *fee)
{
    const struct case_filed_part *filed = intake->answer;
    const struct case_handled_part *handled = approval->answer;
    const struct bills_told *bills = fee->answer;
    bool at_intake = intake->problem == PROBLEM_NONE && filed != NULL && filed->of_hall;
    bool at_approval = is_missing(intake) && approval->problem == PROBLEM_NONE && handled != NULL &&
                       handled->of_hall;
    bool at_fee = is_missing(intake) && is_missing(approval) && fee->problem == PROBLEM_NONE &&
                  bills != NULL && !text_is_empty(bills->head.number);
    return at_intake || at_approval || at_fee;
}

/* What approval has of a matter that it began, in the form of what intake has of a case. */
static struct case_filed_part *filed_of(const struct case_handled_part *handled,
                                        struct arena *arena)
{
    struct case_filed_part *filed = arena_take(arena, sizeof *filed);
    *filed = (struct case_filed_part){
        .case_id = handled->case_id,
        .number = handled->number,
        .item = handled->item,
        .catalogue_version = handled->catalogue_version,
        .owner = handled->owner,
        .state = handled->state,
        .subject = handled->subject,
        .received = handled->received,
        .of_hall = true,
        .ownership = {.officer = handled->opened_by, .department = handled->department},
    };
    return filed;
}

/* What fee has of a matter that it began, in the same form. */
static struct case_filed_part *filed_of_bills(const struct case_id *id,
                                              const struct bills_told *bills, struct arena *arena)
{
    struct case_filed_part *filed = arena_take(arena, sizeof *filed);
    *filed = (struct case_filed_part){
        .case_id = *id,
        .number = bills->head.number,
        .item = bills->head.item,
        .catalogue_version = bills->head.catalogue_version,
        .owner = TEXT_LITERAL("fee"),
        .state = bills->state,
        .subject = bills->head.subject,
        .received = bills->head.received,
        .of_hall = true,
        .ownership = {.officer = bills->head.opened_by, .department = bills->head.department},
    };
    return filed;
}

static void hall_parts_fill(struct visit *visit, struct case_parts *parts)
{
    struct arena *arena = &visit->http->arena;
    bool at_intake = visit->asks[0].problem == PROBLEM_NONE;
    bool at_approval = visit->asks[1].problem == PROBLEM_NONE;
    bool at_fee = !at_intake && !at_approval;
    parts->handled =
        at_approval ? visit->asks[1].answer : arena_take(arena, sizeof *parts->handled);
    parts->bills = at_fee ? visit->asks[2].answer : arena_take(arena, sizeof *parts->bills);
    parts->filed = at_intake     ? visit->asks[0].answer
                   : at_approval ? filed_of(parts->handled, arena)
                                 : filed_of_bills(&parts->id, parts->bills, arena);
    parts->versions = (struct case_versions){.intake = parts->filed->version,
                                             .approval = parts->handled->version,
                                             .fee = parts->bills->version,
                                             .matters = parts->handled->matters_version};
    (void)parts_agree(parts);
    rules_fetch(visit, parts->filed->catalogue_version, rules_here);
}

/* Who takes part in a case sees no bills of it. While fee has the case, approval knows where it
 * stands. */
static struct bills_told *bills_unseen(struct visit *visit, const struct case_handled_part *handled)
{
    struct bills_told *told = arena_take(&visit->http->arena, sizeof *told);
    told->owner = text_equal_string(handled->owner, "fee");
    told->state = handled->state;
    told->clocks = handled->clocks;
    return told;
}

/* The parts are here: they are used when they agree. */
static void parts_use(struct visit *visit)
{
    struct parts_fetch *fetch = visit->page;
    struct case_parts *parts = &fetch->parts;
    if (!parts_agree(parts)) {
        ask_again(visit);
        return;
    }
    parts->versions = (struct case_versions){.intake = parts->filed->version,
                                             .approval = parts->handled->version,
                                             .fee = parts->bills->version,
                                             .matters = parts->handled->matters_version};
    rules_fetch(visit, parts->filed->catalogue_version, rules_here);
}

static void audited_here(struct visit *visit)
{
    struct parts_fetch *fetch = visit->page;
    const struct case_audited_part *audited = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (audited != NULL) {
        fetch->parts.audited = *audited;
    }
    parts_use(visit);
}

/* Few cases ever come to audit, which is asked only about those. */
static void audited_ask(struct visit *visit)
{
    struct parts_fetch *fetch = visit->page;
    struct ask_audited question = {.case_id = fetch->parts.id};
    visit_begin_asks(visit, audited_here);
    visit_ask_as(visit, &fetch->principal, "audit", &ask_audited_message, &question,
                 &case_audited_part_message);
}

static void parts_here(struct visit *visit)
{
    struct parts_fetch *fetch = visit->page;
    struct case_parts *parts = &fetch->parts;
    const struct ask *intake = &visit->asks[0];
    const struct ask *approval = &visit->asks[1];
    struct ask *fee = &visit->asks[2];
    if (is_hall_matter(intake, approval, fee)) {
        hall_parts_fill(visit, parts);
        return;
    }
    if (is_missing(intake) && approval->problem == PROBLEM_FORBIDDEN) {
        visit_refuse_ask(visit, approval); /* a matter of the hall, of another department */
        return;
    }
    if (is_missing(intake) && is_missing(approval) && fee->problem == PROBLEM_FORBIDDEN) {
        visit_refuse_ask(visit, fee); /* the same */
        return;
    }
    /* Every case enters at intake: what it does not know, or does not show, is not there. */
    if (intake->problem != PROBLEM_NONE) {
        visit_refuse_ask(visit, intake);
        return;
    }
    if (is_missing(approval) || is_missing(fee)) {
        ask_again(visit);
        return;
    }
    bool sees_no_bills = fee->problem == PROBLEM_FORBIDDEN && approval->answer != NULL;
    if (sees_no_bills) {
        fee->problem = PROBLEM_NONE;
        fee->answer = bills_unseen(visit, approval->answer);
    }
    if (visit_refused(visit)) {
        return;
    }
    parts->filed = intake->answer;
    parts->handled = approval->answer;
    parts->bills = fee->answer;
    if (parts->filed == NULL || parts->handled == NULL || parts->bills == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the case cannot be read");
        return;
    }
    if (text_equal_string(parts->handled->owner, "audit")) {
        audited_ask(visit);
        return;
    }
    parts_use(visit);
}

static void parts_ask(struct visit *visit)
{
    struct parts_fetch *fetch = visit->page;
    fetch->parts.audited = (struct case_audited_part){0};
    struct ask_case filed = {.case_id = fetch->parts.id};
    struct ask_handled handled = {.case_id = fetch->parts.id};
    struct ask_bills bills = {.case_id = fetch->parts.id};
    const struct principal *principal = &fetch->principal;
    visit_begin_asks(visit, parts_here);
    visit_ask_as(visit, principal, "intake", &ask_case_message, &filed, &case_filed_part_message);
    visit_ask_as(visit, principal, "approval", &ask_handled_message, &handled,
                 &case_handled_part_message);
    visit_ask_as(visit, principal, "fee", &ask_bills_message, &bills, &bills_told_message);
}

void case_parts_fetch(struct visit *visit, const struct principal *principal,
                      const struct case_id *id,
                      void (*then)(struct visit *visit, struct case_parts *parts))
{
    struct parts_fetch *fetch = arena_take(&visit->http->arena, sizeof *fetch);
    fetch->parts.id = *id;
    fetch->principal = *principal;
    fetch->then = then;
    fetch->page = visit->page;
    visit->page = fetch;
    visit->rounds = 0;
    parts_ask(visit);
}

const struct clock_list *case_parts_clocks(const struct case_parts *parts)
{
    if (text_equal_string(text_of(parts->owner), "intake")) {
        return &parts->filed->clocks;
    }
    if (text_equal_string(text_of(parts->owner), "audit")) {
        return &parts->audited.clocks;
    }
    return text_equal_string(text_of(parts->owner), "fee") ? &parts->bills->clocks
                                                           : &parts->handled->clocks;
}

struct text case_parts_state_name(const struct case_parts *parts, enum language language)
{
    const struct procedure *procedure = parts->item->procedure;
    int state = procedure_state_index(procedure, parts->state);
    return state < 0 ? (struct text){0}
                     : names_in(&procedure->states[state].names, (enum name_language)language);
}

bool case_parts_known(struct visit *visit, const struct case_parts *parts)
{
    struct text known = exchange_header(visit->http, "If-None-Match");
    return text_equal(known, visit_tag_text(visit, &parts->versions));
}
