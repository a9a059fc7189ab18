/* What the hall's registers say of its officers: which powers are delegated to them, who is at his
 * post and who stands in for him, in what they have an interest.
 *
 * The registers are made of events of intake and approval alone; every service that asks them keeps
 * them in a table of its own (`flow.registers`), so nobody is refused because another service is
 * away. Reading: any thread with its snapshot; registers_follow only in apply. */
#pragma once

#include "events/officers.h"
#include "matter/flow.h"

/* clang-format off */
#define DELEGATION_ROW(F, S)                                                                       \
    F(S, number,      PUBLIC_TEXT(40), REQUIRED, "its number")                                     \
    F(S, officer,     PUBLIC_TEXT(64), REQUIRED, "sign-in name of who holds the power")            \
    F(S, item,        PUBLIC_TEXT(40), REQUIRED, "for which item")                                 \
    F(S, power,       PUBLIC_TEXT(40), REQUIRED, "which action")                                   \
    F(S, department,  PUBLIC_TEXT(20), OPTIONAL, "whose power it is")                              \
    F(S, valid_from,  DATE,            REQUIRED, "the first day")                                  \
    F(S, valid_until, DATE,            REQUIRED, "the last day")                                   \
    F(S, granted_by,  PUBLIC_TEXT(60), OPTIONAL, "who gave it, as on the badge")                   \
    F(S, ended,       BOOL,            OPTIONAL, "it is over")

#define POST_ROW(F, S)                                                                             \
    F(S, status,     ENUM(post_status), REQUIRED, "at the window, away, or without a shift")       \
    F(S, absent,     BOOL,              OPTIONAL, "somebody said that he is absent")               \
    F(S, shift,      ID(case_id),       OPTIONAL, "the present shift")                             \
    F(S, name,       PUBLIC_TEXT(60),   OPTIONAL, "name as on the badge")                          \
    F(S, badge,      PUBLIC_TEXT(40),   OPTIONAL, "number of the badge")                           \
    F(S, role,       PUBLIC_TEXT(40),   OPTIONAL, "the post")                                      \
    F(S, department, PUBLIC_TEXT(20),   OPTIONAL, "the unit")                                      \
    F(S, window,     PUBLIC_TEXT(20),   OPTIONAL, "the window")                                    \
    F(S, deputy,     PUBLIC_TEXT(64),   OPTIONAL, "sign-in name of the B that the shift names")    \
    F(S, standing,   PUBLIC_TEXT(64),   OPTIONAL, "sign-in name of the B whenever none is named")  \
    F(S, until,      TIME,              OPTIONAL, "when the shift ends by itself")

#define REGISTERS_VOCABULARY(M)                                                                    \
    M(ROW, delegation_row, DELEGATION_ROW, "registers.delegation", "A power that was delegated.")  \
    M(ROW, post_row,       POST_ROW,       "registers.post",       "An officer's post.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(registers_vocabulary, REGISTERS_VOCABULARY)

/* Takes what an event says of officers; does nothing for any other event. */
void registers_follow(const struct flow *flow, struct state *state, const struct event *event);

/* -- delegations ---------------------------------------------------------------------------- */

/* True when the procedure (may be NULL) asks who does `power` for a delegation; empty: who does
 * anything. */
bool power_is_delegated(const struct procedure *procedure, struct text power);

/* True when `officer` holds the power `power` for `item` on `day`. */
bool delegation_holds(const struct flow *flow, struct state *state, struct text officer,
                      struct text item, struct text power, struct date day);

/* How a delegation stands on `day`. */
enum delegation_status delegation_status_on(const struct delegation_row *row, struct date day);

/* Calls `visit` for each delegation behind `after` (absent: all) in the order of their beginning,
 * until it returns false. */
void delegations_visit(const struct flow *flow, struct state *state, const struct uuid *after,
                       bool (*visit)(void *context, const struct case_id *id,
                                     const struct delegation_row *row),
                       void *context);

/* -- posts ---------------------------------------------------------------------------------- */

/* The post of `officer`; false when the registers never heard of him. */
bool post_find(const struct flow *flow, struct state *state, struct text officer,
               struct post_row *ret_row);

/* Whose shift that is; absent when it is nobody's present shift. */
struct text post_of_shift(const struct flow *flow, struct state *state, const struct case_id *id);

/* The B of a post: whom the shift names, else the standing one; absent when there is none. */
struct text post_deputy(const struct post_row *row);

/* At the window, with nobody saying otherwise. */
bool post_is_manned(const struct flow *flow, struct state *state, struct text officer);

/* Away: he left his window, or somebody said that he is absent. */
bool post_is_away(const struct post_row *row);

/* Calls `visit` for each post until it returns false. */
void posts_visit(const struct flow *flow, struct state *state,
                 bool (*visit)(void *context, struct text officer, const struct post_row *row),
                 void *context);

/* False where the catalogue asks for badges and `principal`, who is about to serve at a window in
 * `role`, has none on: no open shift (S65). */
bool badge_is_shown(const struct flow *flow, struct state *state, const struct hall_rules *rules,
                    const struct principal *principal, struct text role);

/* The first contact on duty: of several the first by name; absent when there is none. */
struct text post_first_contact(const struct flow *flow, struct state *state);

/* -- interests ------------------------------------------------------------------------------ */

/* True when `officer` declared an interest in the case or in its item. */
bool interest_stands(const struct flow *flow, struct state *state, struct text officer,
                     const struct case_id *id, struct text item);
