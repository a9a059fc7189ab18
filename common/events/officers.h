/* The vocabulary of officers: posts with their A and B, powers that are delegated, interests, the
 * officer who was asked first, cases that are put first. Shifts and delegations themselves are
 * matters of the hall and move like cases (events/moves.h). */
#pragma once

#include "events/matter.h"

/* clang-format off */
#define POST_STATUS_VALUES(V)                                                                      \
    V(POST_ON_DUTY, "on_duty", "at the window")                                                    \
    V(POST_AWAY,    "away",    "has left the window for a while, or is absent")                    \
    V(POST_OFF,     "off",     "has no shift")
WIRE_DECLARE_ENUM(post_status, POST_STATUS_VALUES)

#define DELEGATION_STATUS_VALUES(V)                                                                \
    V(DELEGATION_PLANNED,   "planned",   "its first day is still to come")                         \
    V(DELEGATION_EFFECTIVE, "effective", "in force today")                                         \
    V(DELEGATION_ENDED,     "ended",     "its last day is over, or it was taken back")
WIRE_DECLARE_ENUM(delegation_status, DELEGATION_STATUS_VALUES)

#define HAND_OVER_STEP_VALUES(V)                                                                   \
    V(HAND_OVER_OFFER,  "offer",  "the owner of a matter offers it to somebody")                   \
    V(HAND_OVER_ACCEPT, "accept", "who it was offered to takes it")                                \
    V(HAND_OVER_RETURN, "return", "who it was offered to does not take it")
WIRE_DECLARE_ENUM(hand_over_step, HAND_OVER_STEP_VALUES)

/* -- posts ---------------------------------------------------------------------------------- */

#define NAME_DEPUTY(F, S)                                                                          \
    F(S, officer, PUBLIC_TEXT(64), REQUIRED, "sign-in name of the post's A")                       \
    F(S, deputy,  PUBLIC_TEXT(64), OPTIONAL, "sign-in name of its B, whenever a shift names none") \
    F(S, absent,  BOOL,            OPTIONAL,                                                       \
      "A is absent: the work goes to B, until A opens a shift or this is taken back")

#define DEPUTY_NAMED(F, S)                                                                         \
    F(S, officer, PUBLIC_TEXT(64), REQUIRED, "sign-in name of the post's A")                       \
    F(S, deputy,  PUBLIC_TEXT(64), OPTIONAL, "sign-in name of its B")                              \
    F(S, absent,  BOOL,            OPTIONAL, "A is absent")

#define ASK_SHIFTS(F, S)                                                                           \
    F(S, department, PUBLIC_TEXT(20), OPTIONAL, "only of this department")

#define SHIFT_SHOWN(F, S)                                                                          \
    F(S, id,         ID(case_id),       REQUIRED, "the shift")                                     \
    F(S, name,       PUBLIC_TEXT(60),   OPTIONAL, "the officer's name as on the badge")            \
    F(S, badge,      PUBLIC_TEXT(40),   REQUIRED, "number of the badge")                           \
    F(S, post,       PUBLIC_TEXT(40),   OPTIONAL, "the post: a role of the catalogue")             \
    F(S, department, PUBLIC_TEXT(20),   OPTIONAL, "the officer's unit")                            \
    F(S, window,     PUBLIC_TEXT(20),   REQUIRED, "the window")                                    \
    F(S, status,     ENUM(post_status), REQUIRED, "on duty, or away for a while")                  \
    F(S, deputy,     PUBLIC_TEXT(60),   OPTIONAL, "name of the post's B, where it was ever shown") \
    F(S, until,      TIME,              OPTIONAL, "when the shift ends by itself")                 \
    F(S, supervision_phone, PUBLIC_TEXT(40), OPTIONAL, "where to complain about the officer")

#define SHIFTS_TOLD(F, S) F(S, shifts, LIST(shift_shown, 0, 200), REQUIRED, "who is on duty now")

/* A service's own note: what was to go to a post's B stays where it is, for A came back, B left, or
 * B has an interest in the case. */
#define WORK_KEPT(F, S)                                                                            \
    F(S, officer, PUBLIC_TEXT(64), OPTIONAL, "sign-in name of whose work it is")

/* -- delegations ---------------------------------------------------------------------------- */

#define ASK_DELEGATIONS(F, S)                                                                      \
    F(S, officer,    PUBLIC_TEXT(64), OPTIONAL, "only to this officer")                            \
    F(S, item,       PUBLIC_TEXT(40), OPTIONAL, "only for this item")                              \
    F(S, department, PUBLIC_TEXT(20), OPTIONAL, "only of this department")                         \
    F(S, limit,      INT(1, 200),     REQUIRED, "how many at most")                                \
    F(S, after,      BYTES(200),      OPTIONAL, "behind this place, as told in `next`")

#define DELEGATION_SHOWN(F, S)                                                                     \
    F(S, id,          ID(case_id),             REQUIRED, "the delegation")                         \
    F(S, number,      PUBLIC_TEXT(40),         REQUIRED, "its number")                             \
    F(S, officer,     PUBLIC_TEXT(64),         REQUIRED, "sign-in name of who holds the power")    \
    F(S, item,        PUBLIC_TEXT(40),         REQUIRED, "for which item")                         \
    F(S, power,       PUBLIC_TEXT(40),         REQUIRED, "which action")                           \
    F(S, department,  PUBLIC_TEXT(20),         REQUIRED, "whose power it is")                      \
    F(S, valid_from,  DATE,                    REQUIRED, "the first day")                          \
    F(S, valid_until, DATE,                    REQUIRED, "the last day")                           \
    F(S, status,      ENUM(delegation_status), REQUIRED, "how it stands today")                    \
    F(S, granted_by,  PUBLIC_TEXT(60),         OPTIONAL, "who gave it, as on the badge")

#define DELEGATIONS_TOLD(F, S)                                                                     \
    F(S, delegations, LIST(delegation_shown, 0, 200), REQUIRED, "in the order of their beginning") \
    F(S, next,        BYTES(200),                     OPTIONAL, "where the next page begins")

#define ASK_WINDOW_SHARE(F, S) F(S, department, PUBLIC_TEXT(20), REQUIRED, "of which department")

/* The share of items that are decided at the window (S33). */
#define WINDOW_SHARE(F, S)                                                                         \
    F(S, items,     INT(0, 100000), REQUIRED, "items of the department that end with a decision")  \
    F(S, at_window, INT(0, 100000), REQUIRED,                                                      \
      "of these, those whose decision is delegated to an officer today")                           \
    F(S, percent,   INT(0, 100),    REQUIRED, "the share, rounded down")

/* -- interests ------------------------------------------------------------------------------ */

#define DECLARE_INTEREST(F, S)                                                                     \
    F(S, case_id, ID(case_id),     OPTIONAL, "the case in which the caller has an interest")       \
    F(S, item,    PUBLIC_TEXT(40), OPTIONAL, "or the item, for all its cases")

#define INTEREST_DECLARED(F, S)                                                                    \
    F(S, officer, PUBLIC_TEXT(64), REQUIRED, "sign-in name of who has an interest")                \
    F(S, item,    PUBLIC_TEXT(40), OPTIONAL, "in all cases of this item")

/* -- the officer who was asked first (首問責任制) ------------------------------------------- */

#define HAND_OVER(F, S)                                                                            \
    F(S, case_id, ID(case_id),          REQUIRED, "the matter")                                    \
    F(S, step,    ENUM(hand_over_step), REQUIRED, "what is done")                                  \
    F(S, officer, PUBLIC_TEXT(64),      OPTIONAL, "offer: sign-in name of who is to take it")      \
    F(S, reasons, TEXT(1000),           OPTIONAL, "return: why not")

#define OWNERSHIP(F, S)                                                                            \
    F(S, officer,    PUBLIC_TEXT(64), OPTIONAL,                                                    \
      "sign-in name of who owns the matter; absent: the department's post does")                   \
    F(S, department, PUBLIC_TEXT(20), REQUIRED, "whose post it is")                                \
    F(S, offered_to, PUBLIC_TEXT(64), OPTIONAL, "sign-in name of who is asked to take it over")    \
    F(S, answer_by,  TIME,            OPTIONAL, "until when; then it stays where it is")

/* -- cases put first (特事特辦) -------------------------------------------------------------- */

#define ASK_EXPEDITED(F, S)                                                                        \
    F(S, limit, INT(1, 200), REQUIRED, "how many at most")                                         \
    F(S, after, BYTES(200),  OPTIONAL, "behind this place, as told in `next`")

#define EXPEDITED_SHOWN(F, S)                                                                      \
    F(S, case_id, ID(case_id),                    REQUIRED, "the case")                            \
    F(S, number,  PUBLIC_TEXT(40),                REQUIRED, "tracking number")                     \
    F(S, item,    PUBLIC_TEXT(40),                REQUIRED, "code of the item")                    \
    F(S, status,  PUBLIC_TEXT(40),                REQUIRED, "its state now")                       \
    F(S, at,      TIME,                           REQUIRED, "when it was put first")               \
    F(S, by,      PUBLIC_TEXT(64),                OPTIONAL, "sign-in name of who approved that")   \
    F(S, name,    PUBLIC_TEXT(60),                OPTIONAL, "the same as on the badge")            \
    F(S, source,  PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service that had it then")

#define EXPEDITED_TOLD(F, S)                                                                       \
    F(S, cases, LIST(expedited_shown, 0, 200), REQUIRED, "the latest first")                       \
    F(S, next,  BYTES(200),                    OPTIONAL, "where the next page begins")

#define OFFICERS_VOCABULARY(M)                                                                     \
    M(COMMAND, name_deputy,       NAME_DEPUTY,       "intake.name_deputy",                         \
      "Name the B of a post, or say that its A is absent.")                                        \
    M(EVENT,   deputy_named,      DEPUTY_NAMED,      "intake.deputy_named.v1",                     \
      "The B of a post was named, or its A found absent.")                                         \
    M(QUERY,   ask_shifts,        ASK_SHIFTS,        "intake.ask_shifts",     "Who is on duty?")   \
    M(RECORD,  shift_shown,       SHIFT_SHOWN,       "shift",                                      \
      "An officer's badge.")                                                                       \
    M(ANSWER,  shifts_told,       SHIFTS_TOLD,       "intake.shifts",         "Who is on duty.")   \
    M(RECORD,  work_kept,         WORK_KEPT,         "work_kept",                                  \
      "Work that was to go to a post's B stays where it is.")                                      \
    M(QUERY,   ask_delegations,   ASK_DELEGATIONS,   "approval.ask_delegations",                   \
      "Powers that were delegated.")                                                               \
    M(RECORD,  delegation_shown,  DELEGATION_SHOWN,  "delegation",            "A delegated power.")\
    M(ANSWER,  delegations_told,  DELEGATIONS_TOLD,  "approval.delegations",                       \
      "Powers that were delegated.")                                                               \
    M(QUERY,   ask_window_share,  ASK_WINDOW_SHARE,  "approval.ask_window_share",                  \
      "How many items are decided at the window?")                                                 \
    M(ANSWER,  window_share,      WINDOW_SHARE,      "window_share",                               \
      "How many items are decided at the window.")                                                 \
    M(COMMAND, declare_interest,  DECLARE_INTEREST,  "approval.declare_interest",                  \
      "Declare an interest of one's own in a case or an item.")                                    \
    M(EVENT,   interest_declared, INTEREST_DECLARED, "approval.interest_declared.v1",              \
      "An officer declared an interest.")                                                          \
    M(COMMAND, hand_over,         HAND_OVER,         "intake.hand_over",                           \
      "Offer, take or return the ownership of a matter.")                                          \
    M(RECORD,  ownership,         OWNERSHIP,         "ownership",             "Who owns a matter.")\
    M(QUERY,   ask_expedited,     ASK_EXPEDITED,     "approval.ask_expedited",                     \
      "Cases that were put first.")                                                                \
    M(RECORD,  expedited_shown,   EXPEDITED_SHOWN,   "expedited",                                  \
      "A case that was put first.")                                                                \
    M(ANSWER,  expedited_told,    EXPEDITED_TOLD,    "approval.expedited",                         \
      "Cases that were put first.")

/* Each an event of the shape of work_kept. */
#define WORK_KEPT_NOTES(X)                                                                         \
    X(intake_work_kept,   "intake.work_kept.v1",                                                   \
      "Work of intake that was to go to a post's B stays where it is.")                            \
    X(approval_work_kept, "approval.work_kept.v1",                                                 \
      "Work of approval that was to go to a post's B stays where it is.")                          \
    X(fee_work_kept,      "fee.work_kept.v1",                                                      \
      "Work of fee that was to go to a post's B stays where it is.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(officers_vocabulary, OFFICERS_VOCABULARY)

#define WIRE_DECLARE_NOTE(name, type, doc) extern const struct wire_message name##_message;
WORK_KEPT_NOTES(WIRE_DECLARE_NOTE)
extern const struct wire_vocabulary work_kept_vocabulary;
