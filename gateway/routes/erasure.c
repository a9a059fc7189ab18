/* Erasure of personal values: asked for, decided, listed. */
#include "routes/hall_pages.h"
#include "routes/handlers.h"
#include "routes/visit.h"

enum { LIMIT_USUAL = 50, LIMIT_MAX = 200, PLACE_BYTES = 8 };

/* -- POST /v1/cases/{id}/erasure ------------------------------------------------------------ */

/* The first event of the reply that is about an erasure; all of them have one shape. */
static const struct erasure_step *step_read(struct visit *visit, const struct ask *ask,
                                            struct event_envelope *ret_envelope)
{
    static const struct wire_message *const messages[] = {
        &erasure_asked_message, &erasure_refused_message, &subject_restricted_message,
        &subject_erased_message};
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        const void *step = ask_event(visit, ask, messages[i], ret_envelope);
        if (step != NULL) {
            return step;
        }
    }
    return NULL;
}

static void erasure_here(struct visit *visit)
{
    const struct ask *ask = &visit->asks[0];
    struct event_envelope envelope;
    struct erasure_page *page = arena_take(&visit->http->arena, sizeof *page);
    if (visit_refused(visit)) {
        return;
    }
    const struct erasure_step *step = step_read(visit, ask, &envelope);
    if (step == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the service's answer cannot be read");
        return;
    }
    const struct case_id *id = visit->page;
    *page = (struct erasure_page){
        .id = *id,
        .event = envelope.type,
        .until = step->until,
    };
    visit_tell_repeated(visit, ask);
    visit_answer(visit, 200, &erasure_page_message, page);
}

void post_erasure(struct visit *visit)
{
    const struct erasure_ask *asked = visit_body(visit);
    struct case_id *id = arena_take(&visit->http->arena, sizeof *id);
    if (asked == NULL || !visit_id(visit, 0, &id->uuid)) {
        return;
    }
    struct erase_subject command = {
        .case_id = *id, .refuse = asked->refuse, .basis = asked->basis, .reasons = asked->reasons};
    visit->page = id;
    visit_begin_asks(visit, erasure_here);
    visit_command(visit, "intake", &erase_subject_message, &command, NULL, 0, NULL);
}

/* -- GET /v1/erasures ----------------------------------------------------------------------- */

static void erasures_here(struct visit *visit)
{
    const struct erasures_told *told = visit->asks[0].answer;
    struct erasures_page *page = arena_take(&visit->http->arena, sizeof *page);
    if (visit_refused(visit)) {
        return;
    }
    if (told != NULL) {
        page->items = told->items;
        page->next = told->next;
    }
    visit_link_after(visit, page->next);
    visit_answer(visit, 200, &erasures_page_message, page);
}

void get_erasures(struct visit *visit)
{
    struct ask_erasures question = {0};
    if (!visit_limit(visit, LIMIT_USUAL, LIMIT_MAX, &question.limit) ||
        !visit_cursor(visit, &question.after)) {
        return;
    }
    if (question.after.size != 0 && question.after.size != PLACE_BYTES) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "cursor is none that was told");
        return;
    }
    visit_begin_asks(visit, erasures_here);
    visit_ask(visit, "intake", &ask_erasures_message, &question, &erasures_told_message);
}
