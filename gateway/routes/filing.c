/* Filing a case: POST /v1/cases. */
#include "routes/clocks.h"
#include "routes/handlers.h"
#include "routes/pages.h"
#include "routes/rules.h"
#include "routes/visit.h"

/* What intake said, until the rules are here. */
struct filing_visit {
    const struct case_submitted *submitted;
    struct filed_page page;
    bool is_repeated;
};

static void rules_here(struct visit *visit, const struct hall_rules *rules)
{
    struct filing_visit *filing = visit->page;
    struct arena *arena = &visit->http->arena;
    char id[UUID_TEXT_BYTES + 1];
    struct clock_look look = {
        .rules = rules,
        .now_ms = gateway_now_ms(visit->gateway),
        .language = visit->language,
        .arena = arena,
    };
    filing->page.clocks = clock_pages_of(&filing->submitted->step.clocks, &look);
    uuid_format(&filing->page.id.uuid, id);
    exchange_add_header(visit->http, "Location", arena_print(arena, "/v1/cases/%s", id).data);
    if (filing->is_repeated) {
        exchange_add_header(visit->http, "Idempotent-Replayed", "true");
    }
    visit_answer(visit, 201, &filed_page_message, &filing->page);
}

static void filed_here(struct visit *visit)
{
    const struct ask *ask = &visit->asks[0];
    struct filing_visit *filing = arena_take(&visit->http->arena, sizeof *filing);
    struct event_envelope envelope;
    if (visit_refused(visit)) {
        return;
    }
    const struct filed *filed = ask->answer;
    filing->submitted = ask_event(visit, ask, &case_submitted_message, &envelope);
    if (filed == NULL || filing->submitted == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "intake's answer cannot be read");
        return;
    }
    filing->is_repeated = ask->reply.repeated;
    filing->page = (struct filed_page){
        .id = envelope.case_id,
        .number = filing->submitted->number,
        .code = filed->code,
        .status = filing->submitted->step.to,
        .missing = filing->submitted->missing,
    };
    visit->page = filing;
    rules_fetch(visit, filing->submitted->catalogue_version, rules_here);
}

void post_case(struct visit *visit)
{
    const struct file_case *command = visit_body(visit);
    if (command != NULL) {
        visit_begin_asks(visit, filed_here);
        visit_command(visit, "intake", &file_case_message, command, &filed_message, 0, NULL);
    }
}
