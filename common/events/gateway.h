/* The vocabulary of the gateway's own small state: accounts and sessions. */
#pragma once

#include "bus/messages.h"

/* clang-format off */
#define CREATE_ACCOUNT(F, S)                                                                       \
    F(S, login,    PUBLIC_TEXT(64),          REQUIRED, "the name to sign in with")                 \
    F(S, badge,    PUBLIC_TEXT(60),          REQUIRED, "the officer's name as on the badge")       \
    F(S, grants,   LIST(role_grant, 1, 64),  REQUIRED, "roles, each for a department")             \
    F(S, verifier, TEXT(200),                REQUIRED,                                             \
      "how the password is recognised (Argon2id), sealed with the gateway's key")

#define ACCOUNT_CREATED(F, S)                                                                      \
    F(S, account_id, ID(account_id),         REQUIRED, "the account")                              \
    F(S, login,      PUBLIC_TEXT(64),        REQUIRED, "the name to sign in with")                 \
    F(S, badge,      PUBLIC_TEXT(60),        REQUIRED, "the officer's name as on the badge")       \
    F(S, grants,     LIST(role_grant, 1, 64), REQUIRED, "roles, each for a department")            \
    F(S, verifier,   TEXT(200),              REQUIRED, "how the password is recognised, sealed")

/* What is absent stays as it is. */
#define CHANGE_ACCOUNT(F, S)                                                                       \
    F(S, account_id, ID(account_id),         REQUIRED, "the account")                              \
    F(S, badge,      PUBLIC_TEXT(60),        OPTIONAL, "the officer's name as on the badge")       \
    F(S, grants,     LIST(role_grant, 0, 64), OPTIONAL,                                            \
      "roles, each for a department: all of them")                                                 \
    F(S, verifier,   TEXT(200),              OPTIONAL,                                             \
      "how the new password is recognised, sealed")                                                \
    F(S, disabled,   BOOL,                   OPTIONAL, "nobody signs in with it any more")         \
    F(S, enabled,    BOOL,                   OPTIONAL, "it may be used again")

#define OPEN_SESSION(F, S)                                                                         \
    F(S, kind,       ENUM(principal_kind), REQUIRED, "filer or staff")                             \
    F(S, session,    BYTES(16),            REQUIRED, "keyed hash of the token")                    \
    F(S, account_id, ID(account_id),       OPTIONAL, "whose account")                              \
    F(S, case_id,    ID(case_id),          OPTIONAL, "the one case it opens")                      \
    F(S, expires,    TIME,                 REQUIRED, "when it ends by itself")

#define CLOSE_SESSION(F, S)                                                                        \
    F(S, session,    BYTES(16),            REQUIRED, "keyed hash of the token")

#define GATEWAY_VOCABULARY(M)                                                                      \
    M(COMMAND, create_account,  CREATE_ACCOUNT,  "gateway.create_account",     "Make an account.") \
    M(EVENT,   account_created, ACCOUNT_CREATED, "gateway.account_created.v1",                     \
      "An account was made.")                                                                      \
    M(COMMAND, change_account,  CHANGE_ACCOUNT,  "gateway.change_account",                         \
      "Change an account.")                                                                        \
    M(EVENT,   account_changed, CHANGE_ACCOUNT,  "gateway.account_changed.v1",                     \
      "An account was changed.")                                                                   \
    M(COMMAND, open_session,    OPEN_SESSION,    "gateway.open_session",       "Begin a session.") \
    M(EVENT,   session_opened,  OPEN_SESSION,    "gateway.session_opened.v1",                      \
      "Somebody signed in.")                                                                       \
    M(COMMAND, close_session,   CLOSE_SESSION,   "gateway.close_session",      "End a session.")   \
    M(EVENT,   session_closed,  CLOSE_SESSION,   "gateway.session_closed.v1",                      \
      "A session was ended.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(gateway_vocabulary, GATEWAY_VOCABULARY)
