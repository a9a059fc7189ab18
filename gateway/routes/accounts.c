#include "routes/accounts.h"

#include "base/check.h"
#include "routes/handlers.h"
#include "routes/pages.h"

#include <inttypes.h>
#include <string.h>

enum { LIMIT_USUAL = 100, LIMIT_MAX = 500 };

/* -- passwords ------------------------------------------------------------------------------ */

/* A job of the passwords' thread. `visit` is NULL once its visit is over. */
struct password_work {
    struct visit *visit;
    void (*then)(struct visit *visit, const struct password_outcome *outcome);
};

void password_job(struct visit *visit, struct text password, const struct text *verifier,
                  void (*then)(struct visit *visit, const struct password_outcome *outcome))
{
    struct passwords *passwords = visit->gateway->passwords;
    struct password_work *work = arena_take(&visit->http->arena, sizeof *work);
    *work = (struct password_work){.visit = visit, .then = then};
    bool taken = verifier == NULL ? passwords_make(passwords, password, work)
                                  : passwords_check(passwords, password, *verifier, work);
    if (!taken) {
        exchange_refuse(visit->http, PROBLEM_AWAY, "too many people are signing in; try again");
    }
}

void password_known(void *context, const struct password_outcome *outcome)
{
    /* Its visit waits, suspended, until this comes: it cannot be over. */
    struct password_work *work = context;
    work->then(work->visit, outcome);
    visit_continue(work->visit);
}

static bool password_is_sound(struct visit *visit, struct text password)
{
    if (password.size >= PASSWORD_BYTES_MIN && password.size <= PASSWORD_BYTES_MAX) {
        return true;
    }
    struct wire_errors *errors = arena_take(&visit->http->arena, sizeof *errors);
    struct wire_path at = {.name = TEXT_LITERAL("password")};
    wire_errors_init(errors, &visit->http->arena);
    wire_errors_add(errors, &at, "must have %d to %d bytes", PASSWORD_BYTES_MIN,
                    PASSWORD_BYTES_MAX);
    exchange_refuse_fields(visit->http, errors);
    return false;
}

static struct personal verifier_of(struct visit *visit, const struct password_outcome *outcome)
{
    struct gateway *gateway = visit->gateway;
    return verifier_seal(gateway_identity(gateway), text_of(outcome->verifier), &gateway->random,
                         &visit->http->arena);
}

/* -- pages ---------------------------------------------------------------------------------- */

static bool is_admin(struct visit *visit)
{
    if (principal_holds(&visit->principal, TEXT_LITERAL("admin"), TEXT_LITERAL("*"))) {
        return true;
    }
    exchange_refuse(visit->http, PROBLEM_FORBIDDEN, "accounts are an administrator's work");
    return false;
}

static struct account_page page_of(const struct account_id *id, const struct account_row *row)
{
    return (struct account_page){
        .id = *id,
        .login = row->login,
        .badge = row->badge,
        .grants = row->grants,
        .disabled = row->disabled,
        .version = row->version,
    };
}

static struct state *state_of(struct visit *visit)
{
    struct state *state = &visit->gateway->state;
    state->arena = &visit->http->arena;
    state->reader.arena = &visit->http->arena;
    return state;
}

static void page_tell(struct visit *visit, int status, const struct account_id *id)
{
    struct account_row row;
    if (!identity_account(state_of(visit), id, &row)) {
        exchange_refuse(visit->http, PROBLEM_NOT_FOUND, "there is no such account");
        return;
    }
    struct account_page *page = arena_take(&visit->http->arena, sizeof *page);
    struct case_versions versions = {.approval = row.version};
    *page = page_of(id, &row);
    visit_tag(visit, &versions);
    visit_answer(visit, status, &account_page_message, page);
}

/* -- GET /v1/accounts ----------------------------------------------------------------------- */

void get_accounts(struct visit *visit)
{
    struct accounts_page *page = arena_take(&visit->http->arena, sizeof *page);
    struct state *state = state_of(visit);
    struct store_cursor cursor;
    struct uuid after = {{0}};
    struct text given = exchange_query(visit->http, "cursor");
    int64_t limit = 0;
    if (!is_admin(visit) || !visit_limit(visit, LIMIT_USUAL, LIMIT_MAX, &limit)) {
        return;
    }
    if (given.data != NULL && !uuid_parse(given, &after)) {
        exchange_refuse(visit->http, PROBLEM_MALFORMED, "cursor is none that was told here");
        return;
    }
    struct key key = key_of_uuid(&after);
    page->items.items =
        arena_take_array(&visit->http->arena, (size_t)limit, sizeof *page->items.items);
    store_cursor_open(&cursor, state->txn, TABLE_ACCOUNTS);
    bool found = store_seek(&cursor, key_bytes(&key));
    while (found && page->items.count < (size_t)limit) {
        struct account_row row;
        struct account_id id;
        memcpy(id.uuid.bytes, cursor.key.data, UUID_BYTES);
        if (!uuid_equal(&id.uuid, &after) &&
            state_row(state, cursor.value, &account_row_message, &row)) {
            page->items.items[page->items.count++] = page_of(&id, &row);
        }
        found = store_next(&cursor);
    }
    store_cursor_close(&cursor);
    if (found && page->items.count > 0) {
        char last[UUID_TEXT_BYTES + 1];
        uuid_format(&page->items.items[page->items.count - 1].id.uuid, last);
        page->next = arena_copy_text(&visit->http->arena, text_of(last));
        visit_link_next(visit, page->next);
    }
    visit_answer(visit, 200, &accounts_page_message, page);
}

/* -- POST /v1/accounts ---------------------------------------------------------------------- */

static void created_here(struct visit *visit)
{
    const struct account_created *created =
        visit->asks[0].problem == PROBLEM_NONE
            ? ask_event(visit, &visit->asks[0], &account_created_message, NULL)
            : NULL;
    if (visit_refused(visit)) {
        return;
    }
    if (created == NULL) {
        exchange_refuse(visit->http, PROBLEM_INTERNAL, "the answer cannot be read");
        return;
    }
    struct account_page *page = arena_take(&visit->http->arena, sizeof *page);
    struct case_versions versions = {.approval = 1};
    *page = (struct account_page){
        .id = created->account_id,
        .login = created->login,
        .badge = created->badge,
        .grants = created->grants,
        .version = 1,
    };
    visit_tell_repeated(visit, &visit->asks[0]);
    visit_tag(visit, &versions);
    visit_answer(visit, 201, &account_page_message, page);
}

static void created_verifier(struct visit *visit, const struct password_outcome *outcome)
{
    const struct account_ask *asked = visit->page;
    struct create_account command = {
        .login = asked->login,
        .badge = asked->badge,
        .grants = asked->grants,
        .verifier = verifier_of(visit, outcome),
    };
    visit_begin_asks(visit, created_here);
    visit_command(visit, gateway_service.name, &create_account_message, &command, NULL, 0, NULL);
}

void post_account(struct visit *visit)
{
    struct account_ask *asked = is_admin(visit) ? visit_body(visit) : NULL;
    if (asked != NULL && password_is_sound(visit, personal_text(asked->password))) {
        visit->page = asked;
        password_job(visit, personal_text(asked->password), NULL, created_verifier);
    }
}

/* -- PATCH /v1/accounts/{id} ---------------------------------------------------------------- */

struct changing {
    struct change_account command;
    const struct account_change *asked;
};

static void changed_here(struct visit *visit)
{
    const struct changing *changing = visit->page;
    if (!visit_refused(visit)) {
        /* The reply came after the commit; this turn's snapshot may be older. */
        store_reset_read(visit->gateway->snapshot);
        CHECK(store_renew_read(visit->gateway->snapshot) == ERR_OK);
        page_tell(visit, 200, &changing->command.account_id);
    }
}

static void change_send(struct visit *visit)
{
    const struct changing *changing = visit->page;
    visit_begin_asks(visit, changed_here);
    visit_command(visit, gateway_service.name, &change_account_message, &changing->command, NULL,
                  visit->if_match.approval, NULL);
}

static void changed_verifier(struct visit *visit, const struct password_outcome *outcome)
{
    struct changing *changing = visit->page;
    changing->command.verifier = verifier_of(visit, outcome);
    change_send(visit);
}

void patch_account(struct visit *visit)
{
    struct changing *changing = arena_take(&visit->http->arena, sizeof *changing);
    if (!is_admin(visit) || !visit_id(visit, 0, &changing->command.account_id.uuid)) {
        return;
    }
    changing->asked = visit_body(visit);
    if (changing->asked == NULL) {
        return;
    }
    struct text password = personal_text(changing->asked->password);
    changing->command.badge = changing->asked->badge;
    changing->command.grants = changing->asked->grants;
    changing->command.disabled = changing->asked->disabled;
    changing->command.enabled = changing->asked->enabled;
    visit->page = changing;
    if (password.size == 0) {
        change_send(visit);
    } else if (password_is_sound(visit, password)) {
        password_job(visit, password, NULL, changed_verifier);
    }
}
