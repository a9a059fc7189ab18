/* Signing in: an officer by password, the holder of number and code for one case, anybody for
 * filing. */
#include "routes/accounts.h"
#include "routes/guesses.h"
#include "routes/handlers.h"
#include "routes/pages.h"

#include <inttypes.h>

#define FILER_SESSION_MS INT64_C(86400000)

/* A session on its way. */
struct opening {
    struct open_session command;
    struct session_page page;
    struct account_id account_id;
};

static void session_here(struct visit *visit)
{
    const struct opening *opening = visit->page;
    if (visit_refused(visit)) {
        return;
    }
    visit->principal.session = opening->command.session;
    visit_answer(visit, 201, &session_page_message, &opening->page);
}

static void session_open(struct visit *visit, struct opening *opening, int64_t lasts_ms)
{
    struct gateway *gateway = visit->gateway;
    struct open_session *command = &opening->command;
    opening->page.token = token_make(gateway_identity(gateway), &gateway->random,
                                     &visit->http->arena, &command->session);
    command->expires = gateway_now_ms(gateway) + lasts_ms;
    opening->page.kind = command->kind;
    opening->page.case_id = command->case_id;
    opening->page.expires_at = command->expires;
    visit->page = opening;
    visit_begin_asks(visit, session_here);
    visit_ask(visit, gateway_service.name, &open_session_message, command, NULL);
}

/* -- by password ---------------------------------------------------------------------------- */

static void password_checked(struct visit *visit, const struct password_outcome *outcome)
{
    struct opening *opening = visit->page;
    if (!outcome->matches) {
        guess_wrong(visit, PROBLEM_UNAUTHENTICATED, "account and password do not fit");
        return;
    }
    opening->command.kind = PRINCIPAL_STAFF;
    opening->command.account_id = opening->account_id;
    session_open(visit, opening, options_number(visit->gateway->options, "staff-session"));
}

static void staff_open(struct visit *visit, const struct session_ask *asked)
{
    struct gateway *gateway = visit->gateway;
    struct opening *opening = arena_take(&visit->http->arena, sizeof *opening);
    struct account_row row;
    struct text verifier = {0};
    if (!guess_allowed(visit)) {
        return;
    }
    gateway->state.arena = &visit->http->arena;
    gateway->state.reader.arena = &visit->http->arena;
    if (identity_find(&gateway->state, asked->account, &opening->account_id, &row) &&
        !row.disabled) {
        verifier = verifier_open(gateway_identity(gateway), row.verifier, &visit->http->arena);
    }
    visit->page = opening;
    password_job(visit, personal_text(asked->password), &verifier, password_checked);
}

/* -- for one case, for filing --------------------------------------------------------------- */

static void case_open(struct visit *visit, const struct case_id *id)
{
    struct opening *opening = arena_take(&visit->http->arena, sizeof *opening);
    opening->command.kind = PRINCIPAL_FILER;
    opening->command.case_id = *id;
    session_open(visit, opening, FILER_SESSION_MS);
}

static void filing_open(struct visit *visit)
{
    struct gateway *gateway = visit->gateway;
    struct opening *opening = arena_take(&visit->http->arena, sizeof *opening);
    const char *client = visit->http->client;
    if (limits_wait_ms(gateway->limits, LIMIT_SESSIONS, client, gateway->boot_ms) > 0) {
        exchange_refuse(visit->http, PROBLEM_TOO_MANY,
                        "too many sessions were opened from your address; try again later");
        return;
    }
    limits_take(gateway->limits, LIMIT_SESSIONS, client, gateway->boot_ms);
    opening->command.kind = PRINCIPAL_FILER;
    session_open(visit, opening, FILER_SESSION_MS);
}

void post_session(struct visit *visit)
{
    const struct session_ask *asked = visit_body(visit);
    if (asked == NULL) {
        return;
    }
    bool by_password = !text_is_empty(asked->account);
    bool by_code = !text_is_empty(asked->number);
    bool has_password = asked->password.value.size > 0;
    if ((by_password && by_code) || by_password != has_password ||
        by_code != !text_is_empty(asked->code)) {
        exchange_refuse(visit->http, PROBLEM_INVALID_FIELDS,
                        "give account and password, or number and code, or nothing at all");
    } else if (by_password) {
        staff_open(visit, asked);
    } else if (by_code) {
        case_guess(visit, asked->number, asked->code, case_open);
    } else {
        filing_open(visit);
    }
}

/* -- ending, asking ------------------------------------------------------------------------- */

static void session_closed_here(struct visit *visit)
{
    if (!visit_refused(visit)) {
        exchange_answer_empty(visit->http, 204);
    }
}

void delete_session(struct visit *visit)
{
    struct close_session command = {.session = visit->principal.session};
    visit_begin_asks(visit, session_closed_here);
    visit_ask(visit, gateway_service.name, &close_session_message, &command, NULL);
}

void get_me(struct visit *visit)
{
    struct me_page *page = arena_take(&visit->http->arena, sizeof *page);
    *page = (struct me_page){
        .kind = visit->principal.kind,
        .account = visit->principal.account_id,
        .login = visit->principal.login,
        .badge = visit->principal.badge,
        .grants = visit->principal.grants,
        .case_id = visit->principal.case_id,
    };
    visit_answer(visit, 200, &me_page_message, page);
}
