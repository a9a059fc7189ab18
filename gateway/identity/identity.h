/* Identity: accounts, sessions, and who is asking (DESIGN 5).
 *
 * The gateway is a service like the others as far as this small state goes: commands decide, events
 * apply. Its commands come from the gateway's own HTTP thread alone, which checked the password or
 * the code before. A session is a random token that only the client has; the state knows its keyed
 * hash. Verifiers of passwords are sealed with the gateway's key: the log alone does not help to
 * guess passwords.
 *
 * What the source files of this folder share, and what routes use of it. */
#pragma once

#include "crypto/seal.h"
#include "events/gateway.h"
#include "service/service.h"
#include "service/tables.h"

enum gateway_table {
    TABLE_ACCOUNTS = ENGINE_TABLE_COUNT, /* account id -> account_row */
    TABLE_LOGINS,                        /* login -> account id */
    TABLE_SESSIONS,                      /* keyed hash of the token -> session_row */
    GATEWAY_TABLE_END,
};

/* clang-format off */
#define ACCOUNT_ROW(F, S)                                                                          \
    F(S, login,    PUBLIC_TEXT(64),          REQUIRED, "the name to sign in with")                 \
    F(S, badge,    PUBLIC_TEXT(60),          REQUIRED, "the officer's name as on the badge")       \
    F(S, grants,   LIST(role_grant, 0, 64),  REQUIRED, "roles, each for a department")             \
    F(S, verifier, TEXT(200),                REQUIRED, "how the password is recognised, sealed")   \
    F(S, disabled, BOOL,                     OPTIONAL, "nobody signs in with it")                  \
    F(S, version,  INT(1, INT64_MAX),        REQUIRED, "grows with every change")

#define SESSION_ROW(F, S)                                                                          \
    F(S, kind,       ENUM(principal_kind), REQUIRED, "filer or staff")                             \
    F(S, account_id, ID(account_id),       OPTIONAL, "whose account")                              \
    F(S, case_id,    ID(case_id),          OPTIONAL, "the one case it opens")                      \
    F(S, expires,    TIME,                 REQUIRED, "when it ends by itself")

#define IDENTITY_ROWS(M)                                                                           \
    M(ROW, account_row, ACCOUNT_ROW, "gateway.account", "An account.")                             \
    M(ROW, session_row, SESSION_ROW, "gateway.session", "A session.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(identity_rows, IDENTITY_ROWS)

enum { SESSION_HASH_BYTES = 16, TOKEN_BYTES = 32, TOKEN_TEXT_BYTES = 64 };

/* What the service keeps besides its tables: the gateway's key. */
struct identity {
    uint8_t key[SEAL_KEY_BYTES];
};

extern const struct service gateway_service;

/* -- looking; on any thread with a snapshot of its own --------------------------------------- */

/* Who the bearer of `token` is at `now_ms`; everything in the state's arena. False when the token
 * opens nothing (any more). */
bool identity_recognise(struct state *state, struct text token, int64_t now_ms,
                        struct principal *ret_principal);

/* The account of that login; false when there is none. */
bool identity_find(struct state *state, struct text login, struct account_id *ret_id,
                   struct account_row *ret_row);
bool identity_account(struct state *state, const struct account_id *id,
                      struct account_row *ret_row);

/* The principal that an account is. */
struct principal identity_principal(const struct account_id *id, const struct account_row *row);

/* True when no account was made yet. */
bool identity_is_empty(struct state *state);

/* -- secrets -------------------------------------------------------------------------------- */

/* A fresh token, `gs_` and hexadecimal digits, and its hash in `arena`. */
struct text token_make(const struct identity *identity, struct random_source *random,
                       struct arena *arena, struct bytes *ret_hash);

/* The hash by which the state knows a token. */
struct bytes token_hash(const struct identity *identity, struct text token, struct arena *arena);

/* A verifier on its way into the state, and back out of it. */
struct personal verifier_seal(const struct identity *identity, struct text verifier,
                              struct random_source *random, struct arena *arena);
struct text verifier_open(const struct identity *identity, struct personal sealed,
                          struct arena *arena);

/* What recognises a repeated request: keyed hashes of who asks for what under which key, and of the
 * body (API: Idempotency-Key). In `arena`. */
struct request_idempotency idempotency_make(const struct identity *identity, struct bytes asked,
                                            struct bytes body, struct arena *arena);

/* -- functions of the service --------------------------------------------------------------- */
enum verdict decide_create_account(struct decision *decision, const void *command);
enum verdict decide_change_account(struct decision *decision, const void *command);
void apply_account_created(struct state *state, const struct event *event);
void apply_account_changed(struct state *state, const struct event *event);
enum verdict decide_open_session(struct decision *decision, const void *command);
enum verdict decide_close_session(struct decision *decision, const void *command);
enum verdict decide_session_over(struct decision *decision, const struct timer *timer);
void apply_session_opened(struct state *state, const struct event *event);
void apply_session_closed(struct state *state, const struct event *event);
