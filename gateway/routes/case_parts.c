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
    bool approval_says_intake = text_equal_string(parts->handled->owner, "intake");
    bool approval_says_fee = text_equal_string(parts->handled->owner, "fee");
    if (intake_has) {
        parts->owner = "intake";
        parts->state = parts->filed->state;
        return true; /* intake follows nobody: what it has, it has */
    }
    if (approval_says_intake || approval_says_fee != parts->bills->owner) {
        return false;
    }
    parts->owner = approval_says_fee ? "fee" : "approval";
    parts->state = approval_says_fee ? parts->bills->state : parts->handled->state;
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

static void parts_here(struct visit *visit)
{
    struct parts_fetch *fetch = visit->page;
    struct case_parts *parts = &fetch->parts;
    const struct ask *intake = &visit->asks[0];
    const struct ask *approval = &visit->asks[1];
    const struct ask *fee = &visit->asks[2];
    /* Every case enters at intake: what it does not know, or does not show, is not there. */
    if (intake->problem != PROBLEM_NONE) {
        visit_refuse_ask(visit, intake);
        return;
    }
    if (is_missing(approval) || is_missing(fee)) {
        ask_again(visit);
        return;
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
    if (!parts_agree(parts)) {
        ask_again(visit);
        return;
    }
    parts->versions = (struct case_versions){parts->filed->version, parts->handled->version,
                                             parts->bills->version};
    rules_fetch(visit, parts->filed->catalogue_version, rules_here);
}

static void parts_ask(struct visit *visit)
{
    struct parts_fetch *fetch = visit->page;
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

bool case_parts_known(const struct visit *visit, const struct case_parts *parts)
{
    struct text known = exchange_header(visit->http, "If-None-Match");
    struct text tag =
        arena_print(&visit->http->arena, "\"i%" PRId64 ".a%" PRId64 ".f%" PRId64 "\"",
                    parts->versions.intake, parts->versions.approval, parts->versions.fee);
    return text_equal(known, tag);
}
