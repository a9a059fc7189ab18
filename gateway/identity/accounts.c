/* Accounts of officers and links: who they are and which roles they hold where. */
#include "identity/identity.h"

#include <string.h>

bool identity_account(struct state *state, const struct account_id *id, struct account_row *ret_row)
{
    struct key key = key_of_uuid(&id->uuid);
    return state_get(state, TABLE_ACCOUNTS, key_bytes(&key), &account_row_message, ret_row);
}

bool identity_find(struct state *state, struct text login, struct account_id *ret_id,
                   struct account_row *ret_row)
{
    struct bytes value;
    struct key key = key_make();
    if (text_is_empty(login) || login.size >= STORE_KEY_BYTES_MAX) {
        return false;
    }
    key_add_text(&key, login);
    if (!store_get(state->txn, TABLE_LOGINS, key_bytes(&key), &value) || value.size != UUID_BYTES) {
        return false;
    }
    memcpy(ret_id->uuid.bytes, value.data, UUID_BYTES);
    return identity_account(state, ret_id, ret_row);
}

struct principal identity_principal(const struct account_id *id, const struct account_row *row)
{
    return (struct principal){
        .kind = PRINCIPAL_STAFF,
        .account_id = *id,
        .login = row->login,
        .badge = row->badge,
        .grants = row->grants,
    };
}

bool identity_is_empty(struct state *state)
{
    return store_count(state->txn, TABLE_ACCOUNTS) == 0;
}

/* -- deciding ------------------------------------------------------------------------------- */

static bool is_admin(const struct decision *decision)
{
    return decision->principal->kind == PRINCIPAL_SYSTEM ||
           principal_holds(decision->principal, TEXT_LITERAL("admin"), TEXT_LITERAL("*"));
}

/* A login is typed and stands in URLs and logs: small letters, digits, dots, dashes. */
static bool login_is_sound(struct text login)
{
    for (size_t i = 0; i < login.size; i++) {
        char letter = login.data[i];
        bool good = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                    (i > 0 && (letter == '.' || letter == '-' || letter == '_'));
        if (!good) {
            return false;
        }
    }
    return login.size > 0;
}

enum verdict decide_create_account(struct decision *decision, const void *command)
{
    const struct create_account *create = command;
    struct account_id id;
    struct account_row row;
    if (!is_admin(decision)) {
        return refuse(decision, PROBLEM_FORBIDDEN, "accounts are made by an administrator");
    }
    if (!login_is_sound(create->login)) {
        struct wire_path at = {.name = TEXT_LITERAL("login")};
        wire_errors_add(&decision->errors, &at,
                        "must be of small letters, digits, dots and dashes");
        return refuse_fields(decision);
    }
    if (identity_find(decision->state, create->login, &id, &row)) {
        return refuse(decision, PROBLEM_CONFLICT, "there is an account with this login already");
    }
    struct account_created created = {
        .account_id = {decision_new_id(decision)},
        .login = create->login,
        .badge = create->badge,
        .grants = create->grants,
        .verifier = create->verifier,
    };
    emit(decision, NULL, &account_created_message, &created);
    return VERDICT_OK;
}

enum verdict decide_change_account(struct decision *decision, const void *command)
{
    const struct change_account *change = command;
    struct account_row row;
    if (!is_admin(decision)) {
        return refuse(decision, PROBLEM_FORBIDDEN, "accounts are changed by an administrator");
    }
    if (!identity_account(decision->state, &change->account_id, &row)) {
        return refuse(decision, PROBLEM_NOT_FOUND, "there is no such account");
    }
    if (decision->request->if_match != 0 && decision->request->if_match != row.version) {
        return refuse(decision, PROBLEM_STALE, "the account has changed since you read it");
    }
    emit(decision, NULL, &account_changed_message, change);
    return VERDICT_OK;
}

/* -- applying ------------------------------------------------------------------------------- */

void apply_account_created(struct state *state, const struct event *event)
{
    const struct account_created *created = event->data;
    struct key key = key_of_uuid(&created->account_id.uuid);
    struct key login = key_make();
    struct account_row row = {
        .login = created->login,
        .badge = created->badge,
        .grants = created->grants,
        .verifier = created->verifier,
        .version = 1,
    };
    key_add_text(&login, created->login);
    state_put(state, TABLE_ACCOUNTS, key_bytes(&key), &account_row_message, &row);
    store_put(state->txn, TABLE_LOGINS, key_bytes(&login),
              bytes_of(created->account_id.uuid.bytes, UUID_BYTES));
}

void apply_account_changed(struct state *state, const struct event *event)
{
    const struct change_account *changed = event->data;
    struct key key = key_of_uuid(&changed->account_id.uuid);
    struct account_row row;
    if (!identity_account(state, &changed->account_id, &row)) {
        return;
    }
    if (!text_is_empty(changed->badge)) {
        row.badge = changed->badge;
    }
    if (changed->grants.count > 0) {
        row.grants = changed->grants;
    }
    if (changed->verifier.value.size > 0) {
        row.verifier = changed->verifier;
    }
    row.disabled = (row.disabled || changed->disabled) && !changed->enabled;
    row.version++;
    state_put(state, TABLE_ACCOUNTS, key_bytes(&key), &account_row_message, &row);
}
