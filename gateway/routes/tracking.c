/* Number and code: what anybody who has both may know (POST /v1/track), without personal data. */
#include "routes/cases.h"
#include "routes/clocks.h"
#include "routes/guesses.h"
#include "routes/handlers.h"

/* What is done next: the stage of the state, in words. */
static struct text next_step(const struct visit *visit, const struct case_parts *parts)
{
    const struct procedure *procedure = parts->item->procedure;
    int index = procedure_state_index(procedure, parts->state);
    const struct procedure_state *state = &procedure->states[index];
    if (state->is_end || state->stages.count == 0) {
        return (struct text){0};
    }
    const struct catalogue_stage *stage = catalogue_stage(parts->item, state->stages.items[0]);
    return stage == NULL ? (struct text){0}
                         : names_in(&stage->names, (enum name_language)visit->language);
}

/* The running clock that is due first. */
static const struct clock *nearest(const struct clock_list *clocks)
{
    const struct clock *found = NULL;
    for (size_t i = 0; i < clocks->count; i++) {
        const struct clock *clock = &clocks->items[i];
        if (clock->phase == CLOCK_RUNNING && (found == NULL || clock->due < found->due)) {
            found = clock;
        }
    }
    return found;
}

static void track_parts_here(struct visit *visit, struct case_parts *parts)
{
    struct track_page *page = arena_take(&visit->http->arena, sizeof *page);
    const struct clock *clock = nearest(case_parts_clocks(parts));
    *page = (struct track_page){
        .number = parts->filed->number,
        .item = parts->filed->item,
        .item_name = names_in(&parts->item->names, (enum name_language)visit->language),
        .status = parts->state,
        .status_name = case_parts_state_name(parts, visit->language),
        .is_end = parts->is_end,
        .next_step = next_step(visit, parts),
        .received_at = parts->filed->received,
    };
    if (clock != NULL && !parts->is_end) {
        page->due_at = clock->due;
        page->due_day = clock->due_day;
    }
    visit_answer(visit, 200, &track_page_message, page);
}

static void track_found(struct visit *visit, const struct case_id *id)
{
    const struct principal holder = {.kind = PRINCIPAL_FILER, .case_id = *id};
    case_parts_fetch(visit, &holder, id, track_parts_here);
}

void post_track(struct visit *visit)
{
    const struct track_ask *asked = visit_body(visit);
    if (asked != NULL) {
        case_guess(visit, asked->number, asked->code, track_found);
    }
}
