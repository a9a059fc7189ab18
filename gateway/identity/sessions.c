/* Sessions: an officer's, one for a single case, or one for filing only. */
#include "identity/identity.h"

#include "service/timers.h"

#include <string.h>

static bool session_get(struct state *state, struct bytes hash, struct session_row *ret_row)
{
    return hash.size == SESSION_HASH_BYTES &&
           state_get(state, TABLE_SESSIONS, hash, &session_row_message, ret_row);
}

bool identity_recognise(struct state *state, struct text token, int64_t now_ms,
                        struct principal *ret_principal)
{
    struct session_row session;
    struct account_row account;
    struct bytes hash = token_hash(state->memory, token, state->arena);
    if (!session_get(state, hash, &session) || now_ms >= session.expires) {
        return false;
    }
    if (session.kind != PRINCIPAL_STAFF) {
        *ret_principal =
            (struct principal){.kind = session.kind, .session = hash, .case_id = session.case_id};
        return true;
    }
    if (!identity_account(state, &session.account_id, &account) || account.disabled) {
        return false;
    }
    *ret_principal = identity_principal(&session.account_id, &account);
    ret_principal->session = hash;
    return true;
}

/* A session's hash is as long as an id: it stands as the subject of the timer that ends it. */
static struct timer session_timer(struct bytes hash, int64_t expires)
{
    struct timer timer = {.due_ms = expires, .kind = 0};
    memcpy(timer.subject.bytes, hash.data, SESSION_HASH_BYTES);
    return timer;
}
_Static_assert((int)SESSION_HASH_BYTES == (int)UUID_BYTES, "a hash fits where an id stands");

/* -- deciding ------------------------------------------------------------------------------- */

enum verdict decide_open_session(struct decision *decision, const void *command)
{
    const struct open_session *open = command;
    struct session_row row;
    if (open->session.size != SESSION_HASH_BYTES || open->expires <= decision->now_ms ||
        session_get(decision->state, open->session, &row)) {
        return refuse(decision, PROBLEM_CONFLICT, "this session cannot be opened");
    }
    emit(decision, &open->case_id, &session_opened_message, open);
    return VERDICT_OK;
}

enum verdict decide_close_session(struct decision *decision, const void *command)
{
    const struct close_session *close = command;
    struct session_row row;
    if (session_get(decision->state, close->session, &row)) {
        emit(decision, &row.case_id, &session_closed_message, close);
    }
    return VERDICT_OK;
}

enum verdict decide_session_over(struct decision *decision, const struct timer *timer)
{
    struct close_session over = {.session = bytes_of(timer->subject.bytes, SESSION_HASH_BYTES)};
    emit(decision, NULL, &session_closed_message, &over);
    return VERDICT_OK;
}

/* -- applying ------------------------------------------------------------------------------- */

void apply_session_opened(struct state *state, const struct event *event)
{
    const struct open_session *opened = event->data;
    struct timer timer = session_timer(opened->session, opened->expires);
    struct session_row row = {
        .kind = opened->kind,
        .account_id = opened->account_id,
        .case_id = opened->case_id,
        .expires = opened->expires,
    };
    state_put(state, TABLE_SESSIONS, opened->session, &session_row_message, &row);
    timer_set(state, &timer);
}

void apply_session_closed(struct state *state, const struct event *event)
{
    const struct close_session *closed = event->data;
    struct session_row row;
    if (session_get(state, closed->session, &row)) {
        struct timer timer = session_timer(closed->session, row.expires);
        timer_remove(state, &timer);
        state_delete(state, TABLE_SESSIONS, closed->session);
    }
}
