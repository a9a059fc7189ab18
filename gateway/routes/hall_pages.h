/* The bodies and pages of the hall's own matters: delegations, shifts, meetings, deputies,
 * interests, hand-overs. What a service answers by itself is shown as its vocabulary has it. */
#pragma once

#include "events/fee.h"
#include "events/officers.h"

/* clang-format off */
#define DELEGATION_ASK(F, S)                                                                       \
    F(S, officer,     PUBLIC_TEXT(64), REQUIRED, "sign-in name of who gets the power")             \
    F(S, item,        PUBLIC_TEXT(40), REQUIRED, "code of the item")                               \
    F(S, power,       PUBLIC_TEXT(40), REQUIRED, "the power: an action, decide")                   \
    F(S, valid_from,  DATE,            REQUIRED, "the first day")                                  \
    F(S, valid_until, DATE,            REQUIRED, "the last day")                                   \
    F(S, note,        TEXT(2000),      OPTIONAL, "a remark")

#define SHIFT_ASK(F, S)                                                                            \
    F(S, window,     PUBLIC_TEXT(20), REQUIRED, "code of the window")                              \
    F(S, badge,      PUBLIC_TEXT(40), REQUIRED, "number of the badge that is shown")               \
    F(S, deputy,     PUBLIC_TEXT(64), OPTIONAL,                                                    \
      "sign-in name of the post's B; needed where the post has no standing one")                   \
    F(S, department, PUBLIC_TEXT(20), OPTIONAL,                                                    \
      "the unit, for who has posts in several; the first of them")

#define REFUND_ASK(F, S)                                                                           \
    F(S, bill,       ID(bill_id),     OPTIONAL, "the bill, where the payment covers several")      \
    F(S, unit,       PUBLIC_TEXT(20), OPTIONAL, "the charging unit, where the bill has several")   \
    F(S, amount_fen, FEN(1, FEN_MAX), OPTIONAL, "how much; absent: all that is left of it")        \
    F(S, reasons,    TEXT(4000),      REQUIRED, "why")

#define VOID_ASK(F, S)                                                                             \
    F(S, officer, PUBLIC_TEXT(64), REQUIRED,                                                       \
      "sign-in name of the second person: a finance officer, or a cashier")                        \
    F(S, reasons, TEXT(4000),      REQUIRED, "why")                                                \
    F(S, reissue, BOOL,            OPTIONAL, "another bill takes its place, with another number")  \
    F(S, payer,   TEXT(100),       OPTIONAL, "the right payer of that one")                        \
    F(S, form,    FORM(16),        OPTIONAL, "the right quantities of that one")

#define VOIDED_PAGE(F, S)                                                                          \
    F(S, bill,     ID(bill_id),     REQUIRED, "the bill that was taken back")                      \
    F(S, reissued, ID(bill_id),     OPTIONAL, "the bill in its place")                             \
    F(S, number,   PUBLIC_TEXT(30), OPTIONAL, "the number of that one")

#define DRAWER_ASK(F, S)                                                                           \
    F(S, amount_fen, FEN(0, FEN_MAX), OPTIONAL, "the change that was counted")                     \
    F(S, empty,      BOOL,            OPTIONAL, "there is no change: the amount is zero")          \
    F(S, collection_point, PUBLIC_TEXT(20), OPTIONAL,                                              \
      "code of the collection point where it stands; where the cashier works, when absent")

#define MEETING_ASK(F, S)                                                                          \
    F(S, members,    TEXTS(20, 1, 16), REQUIRED, "codes of the units that meet")                   \
    F(S, agenda,     TEXT(2000),       REQUIRED, "what the meeting is about")                      \
    F(S, case_id,    ID(case_id),      OPTIONAL, "the case it belongs to")                         \
    F(S, department, PUBLIC_TEXT(20),  OPTIONAL, "the unit that calls it; the caller's own")

#define OPENED_PAGE(F, S)                                                                          \
    F(S, id,     ID(case_id),     REQUIRED, "the matter; it is looked at and moved like a case")   \
    F(S, number, PUBLIC_TEXT(40), REQUIRED, "its number")                                          \
    F(S, item,   PUBLIC_TEXT(40), REQUIRED, "the procedure it goes by")                            \
    F(S, status, PUBLIC_TEXT(40), REQUIRED, "its state")

#define DELEGATIONS_PAGE(F, S)                                                                     \
    F(S, items, LIST(delegation_shown, 0, 200), REQUIRED, "in the order of their beginning")       \
    F(S, next,  BYTES(200),                     OPTIONAL, "cursor of the next page")

#define SHIFTS_PAGE(F, S) F(S, items, LIST(shift_shown, 0, 200), REQUIRED, "who is on duty now")

#define EXPEDITED_PAGE(F, S)                                                                       \
    F(S, items, LIST(expedited_shown, 0, 200), REQUIRED, "the latest first")                       \
    F(S, next,  BYTES(200),                    OPTIONAL, "cursor of the next page")

#define OFFER_ASK(F, S)                                                                            \
    F(S, officer, PUBLIC_TEXT(64), REQUIRED, "sign-in name of who is to take it")

#define RETURN_ASK(F, S) F(S, reasons, TEXT(1000), REQUIRED, "why not")

#define HANDED_PAGE(F, S)                                                                          \
    F(S, id,        ID(case_id),     REQUIRED, "the matter")                                       \
    F(S, event,     PUBLIC_TEXT(80), REQUIRED, "what happened, by type")                           \
    F(S, officer,   PUBLIC_TEXT(64), OPTIONAL,                                                     \
      "sign-in name of who owns it now, or is asked to; absent: the department's post")            \
    F(S, answer_by, TIME,            OPTIONAL, "until when whoever is asked has to answer")

#define ERASURE_ASK(F, S)                                                                          \
    F(S, refuse,  BOOL,             OPTIONAL, "what was asked for is refused")                     \
    F(S, basis,   PUBLIC_TEXT(200), OPTIONAL,                                                      \
      "the article by which it is erased, or is not; officers name one")                           \
    F(S, reasons, TEXT(2000),       REQUIRED, "the reasons")

#define ERASURE_PAGE(F, S)                                                                         \
    F(S, id,    ID(case_id),     REQUIRED, "the case")                                             \
    F(S, event, PUBLIC_TEXT(80), REQUIRED, "what happened, by type")                               \
    F(S, until, TIME,            OPTIONAL,                                                         \
      "when the values of this case are erased, where they are only stored until then")

#define ERASURES_PAGE(F, S)                                                                        \
    F(S, items, LIST(erasure_listed, 0, 200), REQUIRED, "in the order of filing")                  \
    F(S, next,  BYTES(8),                     OPTIONAL, "cursor of the next page")

#define HALL_PAGES_VOCABULARY(M)                                                                   \
    M(COMMAND, delegation_ask,   DELEGATION_ASK,   "new_delegation",    "A power to be delegated.")\
    M(COMMAND, shift_ask,        SHIFT_ASK,        "new_shift",         "A shift to be opened.")   \
    M(COMMAND, void_ask,         VOID_ASK,         "bill_voided",                                  \
      "A bill that two take back.")                                                                \
    M(ANSWER,  voided_page,      VOIDED_PAGE,      "voided_bill",                                  \
      "A bill that was taken back.")                                                               \
    M(COMMAND, refund_ask,       REFUND_ASK,       "new_refund",                                   \
      "Money that is asked back.")                                                                 \
    M(COMMAND, drawer_ask,       DRAWER_ASK,       "new_drawer",        "A drawer to be opened.")  \
    M(COMMAND, meeting_ask,      MEETING_ASK,      "new_meeting",                                  \
      "A joint meeting to be called.")                                                             \
    M(ANSWER,  opened_page,      OPENED_PAGE,      "matter_opened",                                \
      "A matter of the hall that was begun.")                                                      \
    M(ANSWER,  delegations_page, DELEGATIONS_PAGE, "delegations",                                  \
      "Powers that were delegated.")                                                               \
    M(ANSWER,  shifts_page,      SHIFTS_PAGE,      "shifts",            "Who is on duty.")         \
    M(ANSWER,  expedited_page,   EXPEDITED_PAGE,   "expedited_cases",   "Cases put first.")        \
    M(COMMAND, offer_ask,        OFFER_ASK,        "hand_over_offered", "To whom.")                \
    M(COMMAND, return_ask,       RETURN_ASK,       "hand_over_returned", "Why not.")               \
    M(COMMAND, erasure_ask,      ERASURE_ASK,      "new_erasure",                                  \
      "Values of a person that are to be erased.")                                                 \
    M(ANSWER,  erasure_page,     ERASURE_PAGE,     "erasure_step_told",                            \
      "What was decided on an erasure.")                                                           \
    M(ANSWER,  erasures_page,    ERASURES_PAGE,    "erasures",          "Erasures.")               \
    M(ANSWER,  handed_page,      HANDED_PAGE,      "handed_over",                                  \
      "How a hand-over stands.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(hall_pages_vocabulary, HALL_PAGES_VOCABULARY)
