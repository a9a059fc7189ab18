/* Payments on line: what a payer opens, how it stands, and what providers tell by themselves. */
#include "routes/handlers.h"

#include "routes/online.h"
#include "routes/pages.h"

enum {
    EXCEPTIONS_USUAL = 50,
    EXCEPTIONS_MAX = 200,
    SIGNATURE_BYTES_MAX = 2048,
    NOTICE_BYTES_MAX = 256,
    TIMESTAMP_BYTES_MAX = 32,
    PROVIDER_CHARACTERS_MAX = 20
};

/* -- POST /v1/bills/{id}/payments, on line -------------------------------------------------- */

static void intent_opened(struct visit *visit)
{
    const struct ask *ask = &visit->asks[0];
    const struct intent_shown *intent = ask->answer;
    struct arena *arena = &visit->http->arena;
    struct payment_page *page = arena_take(arena, sizeof *page);
    char id[UUID_TEXT_BYTES + 1];
    if (visit_refused(visit)) {
        return;
    }
    if (intent == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the payment cannot be read");
        return;
    }
    *page = (struct payment_page){
        .bill = intent->bill,
        .payment = {intent->id.uuid},
        .amount_fen = intent->amount_fen,
        .provider = intent->provider,
        .status = intent->status,
    };
    uuid_format(&intent->id.uuid, id);
    exchange_add_header(visit->http, "Location", arena_print(arena, "/v1/payments/%s", id).data);
    visit_tell_repeated(visit, ask);
    visit_answer(visit, 201, &payment_page_message, page);
}

void online_open(struct visit *visit, const struct bill_id *bill_id, struct text provider)
{
    struct open_intent *asked = arena_take(&visit->http->arena, sizeof *asked);
    *asked = (struct open_intent){.bill_id = *bill_id, .provider = provider};
    visit_begin_asks(visit, intent_opened);
    visit_command(visit, "fee", &open_intent_message, asked, &intent_shown_message,
                  visit->if_match.fee, NULL);
}

/* -- GET /v1/payments/{id} ------------------------------------------------------------------ */

static void intent_here(struct visit *visit)
{
    const struct intent_shown *intent = visit->asks[0].answer;
    if (visit_refused(visit)) {
        return;
    }
    if (intent == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the payment cannot be read");
        return;
    }
    struct case_versions versions = {.fee = intent->version};
    visit_tag(visit, &versions);
    visit_answer(visit, 200, &intent_shown_message, intent);
}

void get_payment(struct visit *visit)
{
    struct ask_intent question;
    if (visit_id(visit, 0, &question.intent_id.uuid)) {
        visit_begin_asks(visit, intent_here);
        visit_ask(visit, "fee", &ask_intent_message, &question, &intent_shown_message);
    }
}

/* -- GET /v1/fee/exceptions, POST /v1/fee/exceptions/{id}/resolution ------------------------ */

static void exceptions_here(struct visit *visit)
{
    const struct exceptions_told *told = visit->asks[0].answer;
    char cursor[UUID_TEXT_BYTES + 1];
    if (visit_refused(visit)) {
        return;
    }
    if (told == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the payments cannot be read");
        return;
    }
    if (told->more && told->items.count > 0) {
        uuid_format(&told->items.items[told->items.count - 1].id.uuid, cursor);
        visit_link_next(visit, text_of(cursor));
    }
    visit_answer(visit, 200, &exceptions_told_message, told);
}

void get_exceptions(struct visit *visit)
{
    struct ask_exceptions question = {0};
    struct text cursor = exchange_query(visit->http, "cursor");
    if (!visit_limit(visit, EXCEPTIONS_USUAL, EXCEPTIONS_MAX, &question.limit)) {
        return;
    }
    if (cursor.data != NULL && !uuid_parse(cursor, &question.after.uuid)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "cursor is none that was told here");
        return;
    }
    visit_begin_asks(visit, exceptions_here);
    visit_ask(visit, "fee", &ask_exceptions_message, &question, &exceptions_told_message);
}

static void exception_resolved(struct visit *visit)
{
    if (!visit_refused(visit)) {
        visit_tell_repeated(visit, &visit->asks[0]);
        visit_answer(visit, 200, &exception_page_message, visit->page);
    }
}

void post_exception(struct visit *visit)
{
    struct resolve_exception *command = arena_take(&visit->http->arena, sizeof *command);
    const struct exception_ask *asked =
        visit_id(visit, 0, &command->exception_id.uuid) ? visit_body(visit) : NULL;
    if (asked == NULL) {
        return;
    }
    struct exception_page *page = arena_take(&visit->http->arena, sizeof *page);
    page->id = command->exception_id;
    command->found = asked->found;
    visit->page = page;
    visit_begin_asks(visit, exception_resolved);
    visit_command(visit, "fee", &resolve_exception_message, command, NULL, 0, NULL);
}

/* -- POST /v1/providers/{name}/callback ----------------------------------------------------- */

static void callback_taken(struct visit *visit)
{
    if (!visit_refused(visit)) {
        exchange_answer_empty(visit->http, 200);
    }
}

/* A header as it came; none where it is longer than any that could be right. */
static struct bytes header_of(const struct visit *visit, const char *name, size_t size_max)
{
    struct text value = exchange_header(visit->http, name);
    return value.size > size_max ? (struct bytes){0} : text_bytes(value);
}

/* What cannot be the code of a provider is the name of none. */
static bool provider_name_is_sound(struct text name)
{
    size_t characters = 0;
    return utf8_count(name, &characters) && characters <= PROVIDER_CHARACTERS_MAX;
}

/* The body goes on byte for byte: what is signed is what came. */
void post_callback(struct visit *visit)
{
    struct text provider = visit->parameters[0];
    struct take_callback *callback = arena_take(&visit->http->arena, sizeof *callback);
    *callback = (struct take_callback){
        .provider = provider_name_is_sound(provider) ? provider : (struct text){0},
        .body = buffer_bytes(&visit->http->body),
        .id = header_of(visit, "webhook-id", NOTICE_BYTES_MAX),
        .timestamp = header_of(visit, "webhook-timestamp", TIMESTAMP_BYTES_MAX),
        .standard = header_of(visit, "webhook-signature", SIGNATURE_BYTES_MAX),
        .stripe = header_of(visit, "Stripe-Signature", SIGNATURE_BYTES_MAX),
        .github = header_of(visit, "X-Hub-Signature-256", SIGNATURE_BYTES_MAX),
    };
    visit_begin_asks(visit, callback_taken);
    visit_ask(visit, "fee", &take_callback_message, callback, NULL);
}
