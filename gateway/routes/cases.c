/* A case: looking at it, its clocks, its files. */
#include "routes/cases.h"

#include "routes/clocks.h"
#include "routes/handlers.h"
#include "routes/people.h"
#include "routes/positions.h"

enum { LOOK_AGAIN_MS = 200 };

/* -- GET /v1/cases/{id} --------------------------------------------------------------------- */

struct case_visit {
    struct case_id id;
    int64_t wait_until_ms; /* for news, as the caller prefers */
    struct case_parts *parts;
    struct case_page page;
};

static const struct action_offered_list *actions_of(const struct case_parts *parts)
{
    struct text owner = text_of(parts->owner);
    if (text_equal_string(owner, "audit")) {
        return &parts->audited.actions;
    }
    if (text_equal_string(owner, "fee")) {
        return &parts->bills->actions;
    }
    return text_equal_string(owner, "intake") ? &parts->filed->actions : &parts->handled->actions;
}

/* Clocks of the case are shown with their derivation, each by the calendar it was counted with. */
static struct clock_look look_at(const struct visit *visit, const struct case_parts *parts)
{
    return (struct clock_look){
        .rules = parts->rules,
        .calendars = visit->gateway->rules,
        .calendar = parts->filed->calendar,
        .now_ms = gateway_now_ms(visit->gateway),
        .language = visit->language,
        .with_derivation = true,
        .arena = &visit->http->arena,
    };
}

void case_page_fill(struct visit *visit, struct case_page *page, const struct case_parts *parts)
{
    struct clock_look look = look_at(visit, parts);
    *page = (struct case_page){
        .id = parts->id,
        .number = parts->filed->number,
        .item = parts->filed->item,
        .item_name = names_in(&parts->item->names, (enum name_language)visit->language),
        .catalogue_version = parts->filed->catalogue_version,
        .owner = text_of(parts->owner),
        .status = parts->state,
        .status_name = case_parts_state_name(parts, visit->language),
        .is_end = parts->is_end,
        .received_at = parts->filed->received,
        .channel = parts->filed->channel,
        .applicant = parts->filed->applicant,
        .form = parts->filed->form,
        .materials = parts->filed->materials,
        .missing = parts->filed->missing,
        .ground = parts->filed->ground,
        .remedies = parts->filed->remedies,
        .erasure = parts->filed->erasure,
        .assignee = parts->handled->assignee,
        .units = parts->handled->units,
        .clocks = clock_pages_of(case_parts_clocks(parts), &look),
        .decision = parts->handled->decision,
        .parties = parts->handled->parties,
        .matters = parts->handled->matters,
        .question = parts->handled->words.question,
        .draft = parts->handled->words.draft,
        .reply = parts->handled->words.reply,
        .investigation = parts->handled->words.investigation,
        .meeting = parts->handled->words.meeting,
        .resolution = parts->handled->words.resolution,
        .review = parts->handled->words.review,
        .document = parts->handled->document,
        .bills = parts->bills->bills,
        .actions = *actions_of(parts),
    };
    if (!parts->is_end) {
        page->ownership = parts->filed->ownership;
    }
}

static void case_opened(struct visit *visit)
{
    const struct case_visit *asked = visit->page;
    visit_tag(visit, &asked->parts->versions);
    people_answer(visit, 200, &case_page_message, &asked->page);
}

static void case_look(struct visit *visit);

static void case_here(struct visit *visit, struct case_parts *parts)
{
    struct case_visit *asked = visit->page;
    asked->parts = parts;
    if (case_parts_known(visit, parts)) {
        if (visit->gateway->boot_ms < asked->wait_until_ms && !visit->gateway->is_ending) {
            visit_sleep(visit, LOOK_AGAIN_MS, case_look);
            return;
        }
        visit_tag(visit, &parts->versions);
        positions_tell(visit);
        exchange_answer_empty(visit->http, 304);
        return;
    }
    case_page_fill(visit, &asked->page, parts);
    struct people_part part = {&case_page_message, &asked->page};
    people_open(visit, &asked->id, "to look at the case", &part, 1, case_opened);
}

static void case_look(struct visit *visit)
{
    const struct case_visit *asked = visit->page;
    case_parts_fetch(visit, &visit->principal, &asked->id, case_here);
}

void get_case(struct visit *visit)
{
    struct case_visit *asked = arena_take(&visit->http->arena, sizeof *asked);
    if (visit_id(visit, 0, &asked->id.uuid)) {
        asked->wait_until_ms = visit->gateway->boot_ms + visit_wait_ms(visit);
        visit->page = asked;
        case_look(visit);
    }
}

/* -- GET /v1/cases/{id}/clocks/{clock}/recompute -------------------------------------------- */

static const struct clock *clock_named(const struct clock_list *clocks, struct text name)
{
    for (size_t i = 0; i < clocks->count; i++) {
        if (text_equal(clocks->items[i].name, name)) {
            return &clocks->items[i];
        }
    }
    return NULL;
}

static void recompute_here(struct visit *visit, struct case_parts *parts)
{
    const struct clock *kept = clock_named(case_parts_clocks(parts), visit->parameters[1]);
    struct clock again;
    struct clock_look look = look_at(visit, parts);
    if (kept == NULL) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "the case has no clock of this name");
        return;
    }
    /* By the calendar it was counted with: an ended clock, or one that a new calendar is still on
     * its way to, is right by that one. */
    struct clock_context context = clock_context_of(&look, kept->calendar_version);
    if (clock_recompute(kept, &context, &again) != ERR_OK) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the clock cannot be counted again");
        return;
    }
    struct recompute_page *page = arena_take(&visit->http->arena, sizeof *page);
    *page = (struct recompute_page){
        .kept = clock_page_of(kept, &look),
        .recomputed = clock_page_of(&again, &look),
        .agrees = clock_agrees(kept, &again),
    };
    visit_answer(visit, 200, &recompute_page_message, page);
}

void get_recompute(struct visit *visit)
{
    struct case_id id;
    if (visit_id(visit, 0, &id.uuid)) {
        case_parts_fetch(visit, &visit->principal, &id, recompute_here);
    }
}
