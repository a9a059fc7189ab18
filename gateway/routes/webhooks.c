/* Webhooks: the record carried to partner systems. Audit does it; here it is set up and looked at.
 */
#include "events/webhooks.h"
#include "routes/handlers.h"
#include "routes/visit.h"

/* What a visit is about. */
struct webhook_visit {
    struct webhook_id id;
    struct text secret; /* a new one */
};

static void webhook_tell(struct visit *visit, const struct webhook_told *told)
{
    struct case_versions versions = {.approval = told->version};
    visit_tag(visit, &versions);
    visit_answer(visit, visit->route->status, &webhook_told_message, told);
}

static void shown_here(struct visit *visit)
{
    const struct webhook_visit *asked = visit->page;
    const struct webhooks_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL || told->items.count != 1) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "audit's answer cannot be read");
        return;
    }
    told->items.items[0].secret = asked->secret;
    webhook_tell(visit, &told->items.items[0]);
}

static void webhook_show(struct visit *visit)
{
    const struct webhook_visit *asked = visit->page;
    struct ask_webhooks question = {.webhook_id = asked->id};
    visit_begin_asks(visit, shown_here);
    visit_ask(visit, "audit", &ask_webhooks_message, &question, &webhooks_told_message);
}

/* The endpoint that the path names; NULL when it names none, and that was answered. */
static struct webhook_visit *webhook_named(struct visit *visit)
{
    struct webhook_visit *asked = arena_take(&visit->http->arena, sizeof *asked);
    visit->page = asked;
    return visit_id(visit, 0, &asked->id.uuid) ? asked : NULL;
}

/* -- GET /v1/audit/webhooks, /v1/audit/webhooks/{id} ---------------------------------------- */

static void listed_here(struct visit *visit)
{
    const struct webhooks_told *told = visit->asks[0].answer;
    if (!visit_refused(visit) && told != NULL) {
        visit_answer(visit, 200, &webhooks_told_message, told);
    }
}

void get_webhooks(struct visit *visit)
{
    struct ask_webhooks question = {{{{0}}}};
    visit_begin_asks(visit, listed_here);
    visit_ask(visit, "audit", &ask_webhooks_message, &question, &webhooks_told_message);
}

void get_webhook(struct visit *visit)
{
    if (webhook_named(visit) != NULL) {
        webhook_show(visit);
    }
}

/* -- POST /v1/audit/webhooks ---------------------------------------------------------------- */

static void registered_here(struct visit *visit)
{
    const struct webhook_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL) { /* asked again after it was ended */
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "there is no such endpoint");
        return;
    }
    visit_tell_repeated(visit, &visit->asks[0]);
    webhook_tell(visit, told);
}

void post_webhook(struct visit *visit)
{
    const struct register_webhook *asked = visit_body(visit);
    if (asked != NULL) {
        visit_begin_asks(visit, registered_here);
        visit_command(visit, "audit", &register_webhook_message, asked, &webhook_told_message, 0,
                      NULL);
    }
}

/* -- PATCH, DELETE /v1/audit/webhooks/{id} -------------------------------------------------- */

static void changed_here(struct visit *visit)
{
    if (!visit_refused(visit)) {
        webhook_show(visit);
    }
}

void patch_webhook(struct visit *visit)
{
    const struct webhook_visit *asked = webhook_named(visit);
    const struct webhook_change *change = asked == NULL ? NULL : visit_body(visit);
    if (change == NULL) {
        return;
    }
    struct change_webhook command = {
        .webhook_id = asked->id,
        .url = change->url,
        .types = change->types,
        .all_types = change->all_types,
        .department = change->department,
        .whole_hall = change->whole_hall,
        .disabled = change->disabled,
        .enabled = change->enabled,
    };
    visit_begin_asks(visit, changed_here);
    visit_command(visit, "audit", &change_webhook_message, &command, NULL, visit->if_match.approval,
                  NULL);
}

static void ended_here(struct visit *visit)
{
    if (!visit_refused(visit)) {
        exchange_answer_empty(visit->http, 204);
    }
}

void delete_webhook(struct visit *visit)
{
    const struct webhook_visit *asked = webhook_named(visit);
    if (asked != NULL) {
        struct end_webhook command = {.webhook_id = asked->id};
        visit_begin_asks(visit, ended_here);
        visit_command(visit, "audit", &end_webhook_message, &command, NULL, 0, NULL);
    }
}

/* -- POST /v1/audit/webhooks/{id}/secret ---------------------------------------------------- */

static void renewed_here(struct visit *visit)
{
    struct webhook_visit *asked = visit->page;
    const struct webhook_told *told = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    asked->secret = told == NULL ? (struct text){0} : told->secret;
    visit_tell_repeated(visit, &visit->asks[0]);
    webhook_show(visit);
}

void post_webhook_secret(struct visit *visit)
{
    const struct webhook_visit *asked = webhook_named(visit);
    if (asked != NULL) {
        struct renew_webhook_secret command = {.webhook_id = asked->id};
        visit_begin_asks(visit, renewed_here);
        visit_command(visit, "audit", &renew_webhook_secret_message, &command,
                      &webhook_told_message, 0, NULL);
    }
}
