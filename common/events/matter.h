/* What every matter has in common: the words that several services use of a case.
 *
 * `action_fields` is the dictionary of what actions may carry: one list, from which a procedure
 * picks what an action needs and may have. A field here is text typed by somebody, so it is
 * personal unless it is a code, a number or a day. In a command the values are plain; in an event
 * the personal ones are sealed. */
#pragma once

#include "bus/messages.h"
#include "clock/records.h"
#include "wire/declare.h"

WIRE_DECLARE_ID(bill_id)
WIRE_DECLARE_ID(payment_id)
WIRE_DECLARE_ID(message_id)

/* clang-format off */
#define CHANNEL_VALUES(V)                                                                          \
    V(CHANNEL_ONLINE,  "online",  "through the portal")                                            \
    V(CHANNEL_WINDOW,  "window",  "at a window of the hall")                                       \
    V(CHANNEL_KIOSK,   "kiosk",   "at a terminal in the hall")                                     \
    V(CHANNEL_HOTLINE, "hotline", "by telephone")                                                  \
    V(CHANNEL_POST,    "post",    "by letter")
WIRE_DECLARE_ENUM(channel, CHANNEL_VALUES)

#define LANGUAGE_VALUES(V)                                                                         \
    V(LANGUAGE_ZH_HANS, "zh-Hans", "simplified Chinese")                                           \
    V(LANGUAGE_ZH_HANT, "zh-Hant", "traditional Chinese")                                          \
    V(LANGUAGE_EN,      "en",      "English")
WIRE_DECLARE_ENUM(language, LANGUAGE_VALUES)

#define OPINION_VALUES(V)                                                                          \
    V(OPINION_AGREE,      "agree",                 "nothing stands against it")                    \
    V(OPINION_CONDITIONS, "agree_with_conditions",                                                 \
      "nothing stands against it, if the conditions are kept")                                     \
    V(OPINION_OBJECT,     "object",                "something stands against it")
WIRE_DECLARE_ENUM(opinion, OPINION_VALUES)

#define OUTCOME_VALUES(V)                                                                          \
    V(OUTCOME_GRANT,  "grant",  "what was asked is granted")                                       \
    V(OUTCOME_REFUSE, "refuse", "it is refused, with ground and reasons")
WIRE_DECLARE_ENUM(outcome, OUTCOME_VALUES)

#define DELIVERY_VALUES(V)                                                                         \
    V(DELIVERY_HAND,       "hand",       "handed over at the window")                              \
    V(DELIVERY_ELECTRONIC, "electronic", "as an electronic document")                              \
    V(DELIVERY_MAIL,       "mail",       "by registered mail")
WIRE_DECLARE_ENUM(delivery, DELIVERY_VALUES)

/* A decision that refuses names what may be done against it (行政许可法 32, 38). */
#define REMEDY_KIND_VALUES(V)                                                                      \
    V(REMEDY_REVIEW, "review", "administrative review")                                            \
    V(REMEDY_SUIT,   "suit",   "a suit before the court")
WIRE_DECLARE_ENUM(remedy_kind, REMEDY_KIND_VALUES)

#define REMEDY_BODY_VALUES(V)                                                                      \
    V(REMEDY_GOVERNMENT, "government", "the people's government of the office's level")            \
    V(REMEDY_COURT,      "court",      "the people's court of the office's place")
WIRE_DECLARE_ENUM(remedy_body, REMEDY_BODY_VALUES)

#define REMEDY(F, S)                                                                               \
    F(S, kind,  ENUM(remedy_kind), REQUIRED, "what may be asked for")                              \
    F(S, value, INT(1, 1000),      REQUIRED, "within how much time of learning of the decision")   \
    F(S, unit,  ENUM(limit_unit),  REQUIRED, "its unit")                                           \
    F(S, basis, PUBLIC_TEXT(300),  REQUIRED, "the article it rests on")                            \
    F(S, body,  ENUM(remedy_body), REQUIRED, "who decides on it")

/* -- actions -------------------------------------------------------------------------------- */

#define MATERIAL_CLAIM(F, S)                                                                       \
    F(S, code,     PUBLIC_TEXT(40), REQUIRED, "which material of the item this is")                \
    F(S, upload,   ID(upload_id),   REQUIRED, "the upload that holds it")                          \
    F(S, filename, TEXT(255),       REQUIRED, "what the file is called")                           \
    F(S, sha256,   HASH,            OPTIONAL,                                                      \
      "hash of the file, to be held against what was received")

#define MEETING_POINT(F, S)                                                                        \
    F(S, text,       TEXT(1000),      REQUIRED, "what is to be done")                              \
    F(S, department, PUBLIC_TEXT(20), REQUIRED, "who does it")                                     \
    F(S, due,        DATE,            REQUIRED, "by when")

#define ACTION_FIELDS(F, S)                                                                        \
    F(S, missing,         TEXTS(40, 0, 40),              OPTIONAL,                                 \
      "codes of the materials that are missing")                                                   \
    F(S, period_workdays, INT(0, 365),                   OPTIONAL,                                 \
      "how many working days the person gets")                                                     \
    F(S, materials,       LIST(material_claim, 0, 40),   OPTIONAL, "materials handed in")          \
    F(S, note,            TEXT(2000),                    OPTIONAL, "a remark for the person")      \
    F(S, ground,          PUBLIC_TEXT(40),               OPTIONAL, "code of the ground relied on") \
    F(S, reasons,         TEXT(4000),                    OPTIONAL, "the reasons")                  \
    F(S, right_agency,    PUBLIC_TEXT(200),              OPTIONAL, "the agency that is in charge") \
    F(S, opinion,         ENUM(opinion),                 OPTIONAL, "the unit's opinion")           \
    F(S, text,            TEXT(4000),                    OPTIONAL,                                 \
      "the opinion or report in words")                                                            \
    F(S, conditions,      TEXT(2000),                    OPTIONAL, "conditions to be kept")        \
    F(S, site_check,      BOOL,                          OPTIONAL,                                 \
      "a check on the spot is needed")                                                             \
    F(S, officers,        TEXTS(64, 0, 8),               OPTIONAL,                                 \
      "sign-in names of the officers who did it together")                                         \
    F(S, findings,        TEXT(4000),                    OPTIONAL, "what was found on the spot")   \
    F(S, passed,          BOOL,                          OPTIONAL, "whether the check was passed") \
    F(S, cause,           PUBLIC_TEXT(40),               OPTIONAL,                                 \
      "code of the cause that stops the clock")                                                    \
    F(S, until,           DATE,                          OPTIONAL,                                 \
      "the last day of the time told to the person")                                               \
    F(S, outcome,         ENUM(outcome),                 OPTIONAL, "grant or refuse")              \
    F(S, valid_until,     DATE,                          OPTIONAL,                                 \
      "the last day on which the result is valid")                                                 \
    F(S, points,          LIST(meeting_point, 0, 20),    OPTIONAL, "what a meeting resolved")      \
    F(S, delivery,        ENUM(delivery),                OPTIONAL,                                 \
      "how the result was handed over")                                                            \
    F(S, assignee,        PUBLIC_TEXT(64),               OPTIONAL,                                 \
      "sign-in name of the officer who takes over")

#define CASE_ACT(F, S)                                                                             \
    F(S, case_id, ID(case_id),           REQUIRED, "the case")                                     \
    F(S, action,  PUBLIC_TEXT(40),       REQUIRED, "an action named in the item's procedure")      \
    F(S, fields,  RECORD(action_fields), OPTIONAL, "what it carries")

/* -- events --------------------------------------------------------------------------------- */

#define MATERIAL_FILED(F, S)                                                                       \
    F(S, code,       PUBLIC_TEXT(40),    REQUIRED, "which material of the item this is")           \
    F(S, upload,     ID(upload_id),      OPTIONAL, "the upload that it was")                       \
    F(S, sealed,     HASH,               REQUIRED,                                                 \
      "hash of the sealed file, its name in the store")                                            \
    F(S, size,       INT(0, INT64_MAX),  REQUIRED, "bytes of the content")                         \
    F(S, media_type, PUBLIC_TEXT(100),   REQUIRED, "what the file is")                             \
    F(S, filename,   TEXT(255),          REQUIRED, "what the file is called")                      \
    F(S, sha256,     TEXT(64),           REQUIRED, "hash of the content, in hexadecimal")          \
    F(S, key,        TEXT(64),           REQUIRED, "the file's key, in hexadecimal")

#define CASE_STEP(F, S)                                                                            \
    F(S, action,  PUBLIC_TEXT(60),       REQUIRED,                                                 \
      "the action, the clock that was over, or the signal")                                        \
    F(S, from,    PUBLIC_TEXT(40),       OPTIONAL, "the state before")                             \
    F(S, to,      PUBLIC_TEXT(40),       REQUIRED, "the state after")                              \
    F(S, unit,    PUBLIC_TEXT(60),       OPTIONAL, "the stage of the unit, in a parallel review")  \
    F(S, version, INT(1, INT64_MAX),     REQUIRED, "version of this service's part of the case")   \
    F(S, basis,   PUBLIC_TEXT(300),      OPTIONAL, "the law or rule it rests on")                  \
    F(S, clocks,  LIST(clock, 0, 16),    OPTIONAL,                                                 \
      "the clocks it changed; on a hand-over all that run")                                        \
    F(S, units,   LIST(case_unit, 0, 16), OPTIONAL,                                                \
      "units of a parallel review, as they now stand")                                             \
    F(S, back,    PUBLIC_TEXT(40),       OPTIONAL, "the state to come back to after a pause")      \
    F(S, once,    BOOL,                  OPTIONAL, "this may be done once in the life of the case")

#define CASE_UNIT(F, S)                                                                            \
    F(S, stage,      PUBLIC_TEXT(60), REQUIRED, "the stage that the unit carries out")             \
    F(S, department, PUBLIC_TEXT(20), REQUIRED, "the unit's department")                           \
    F(S, state,      PUBLIC_TEXT(40), REQUIRED, "state of its sub-case")                           \
    F(S, opinion,    ENUM(opinion),   OPTIONAL, "its opinion")

/* Every transition leaves an event of this shape; what tells them apart is their type. */
#define CASE_MOVED(F, S)                                                                           \
    F(S, step,       RECORD(case_step),              REQUIRED,                                     \
      "from where to where, and what it did to the clocks")                                        \
    F(S, fields,     RECORD(action_fields),          OPTIONAL, "what the action carried")          \
    F(S, materials,  LIST(material_filed, 0, 40),    OPTIONAL, "materials that were handed in")    \
    F(S, missing,    TEXTS(40, 0, 40),               OPTIONAL, "materials that are still missing") \
    F(S, public_key, BYTES(32),                      OPTIONAL,                                     \
      "to seal what other services write about the subject")                                       \
    F(S, number,     PUBLIC_TEXT(40),                OPTIONAL,                                     \
      "number of the document that was made")                                                      \
    F(S, receipt,    TIME,                           OPTIONAL,                                     \
      "when the papers were received, where the law counts from then")                             \
    F(S, clock,      PUBLIC_TEXT(60),                OPTIONAL,                                     \
      "the clock it is about, where that is all that happened")                                    \
    F(S, remedies,   LIST(remedy, 0, 4),             OPTIONAL,                                     \
      "what may be done against a refusal")                                                        \
    F(S, assignee_before, PUBLIC_TEXT(64),           OPTIONAL,                                     \
      "sign-in name of the officer whose work it was")

#define MATTER_VOCABULARY(M)                                                                       \
    M(RECORD,  remedy,         REMEDY,         "remedy",                                           \
      "What may be done against a refusal.")                                                       \
    M(RECORD,  material_claim, MATERIAL_CLAIM, "material_claim",                                   \
      "An upload handed in as a material.")                                                        \
    M(RECORD,  meeting_point,  MEETING_POINT,  "meeting_point",  "Something a meeting resolved.")  \
    M(RECORD,  action_fields,  ACTION_FIELDS,  "action_fields",  "What actions may carry.")        \
    M(COMMAND, case_act,       CASE_ACT,       "case.act",       "Do an action on a case.")        \
    M(RECORD,  material_filed, MATERIAL_FILED, "material_filed", "A material as filed.")           \
    M(RECORD,  case_unit,      CASE_UNIT,      "case_unit",      "A unit of a parallel review.")   \
    M(RECORD,  case_step,      CASE_STEP,      "case_step",      "One transition of a case.")      \
    M(RECORD,  case_moved,     CASE_MOVED,     "case_moved",     "What every transition tells.")

/* The types of events that have the shape of case_moved, by the service that may say them. */
#define INTAKE_MOVES(X)                                                                            \
    X(intake_supplement_requested,  "intake.supplement_requested.v1",                              \
      "The applicant was told once what is missing.")                                              \
    X(intake_supplement_received,   "intake.supplement_received.v1",                               \
      "What was missing was handed in.")                                                           \
    X(intake_case_accepted,         "intake.case_accepted.v1",         "The case was accepted.")   \
    X(intake_case_deemed_accepted,  "intake.case_deemed_accepted.v1",                              \
      "Nobody answered in time: the case is accepted as of its receipt.")                          \
    X(intake_case_not_accepted,     "intake.case_not_accepted.v1",                                 \
      "The case was not accepted.")                                                                \
    X(intake_case_withdrawn,        "intake.case_withdrawn.v1",        "Who filed withdrew.")      \
    X(intake_task_reassigned,       "intake.task_reassigned.v1",                                   \
      "The work was given to somebody else.")                                                      \
    X(intake_clock_warned,          "intake.clock_warned.v1",                                      \
      "Most of a limit has passed.")                                                               \
    X(intake_clock_overdue,         "intake.clock_overdue.v1",         "A limit is over.")         \
    X(intake_clocks_recounted,      "intake.clocks_recounted.v1",                                  \
      "A new calendar moved limits of the case.")

#define APPROVAL_MOVES(X)                                                                          \
    X(approval_task_claimed,           "approval.task_claimed.v1",                                 \
      "A reviewer took the case up.")                                                              \
    X(approval_review_group_opened,    "approval.review_group_opened.v1",                          \
      "All units concerned were asked at once.")                                                   \
    X(approval_opinion_given,          "approval.opinion_given.v1",                                \
      "A unit gave its opinion.")                                                                  \
    X(approval_review_group_completed, "approval.review_group_completed.v1",                       \
      "All opinions are in, or a meeting resolved what was open.")                                 \
    X(approval_meeting_called,         "approval.meeting_called.v1",                               \
      "A joint meeting was called.")                                                               \
    X(approval_site_check_recorded,    "approval.site_check_recorded.v1",                          \
      "A check on the spot was recorded.")                                                         \
    X(approval_case_suspended,         "approval.case_suspended.v1",                               \
      "The clock was stopped for a cause the law lists.")                                          \
    X(approval_case_resumed,           "approval.case_resumed.v1",                                 \
      "The clock runs again.")                                                                     \
    X(approval_clock_extended,         "approval.clock_extended.v1",                               \
      "The limit was extended.")                                                                   \
    X(approval_case_returned,          "approval.case_returned.v1",                                \
      "The case was sent back one step.")                                                          \
    X(approval_case_escalated,         "approval.case_escalated.v1",                               \
      "The case was sent up one level.")                                                           \
    X(approval_decision_made,          "approval.decision_made.v1",          "It was decided.")    \
    X(approval_result_issued,          "approval.result_issued.v1",                                \
      "The result was made.")                                                                      \
    X(approval_result_delivered,       "approval.result_delivered.v1",                             \
      "The result was handed over.")                                                               \
    X(approval_case_withdrawn,         "approval.case_withdrawn.v1",         "Who filed withdrew.")\
    X(approval_task_reassigned,        "approval.task_reassigned.v1",                              \
      "The work was given to somebody else.")                                                      \
    X(approval_clock_warned,           "approval.clock_warned.v1",                                 \
      "Most of a limit has passed.")                                                               \
    X(approval_clock_overdue,          "approval.clock_overdue.v1",          "A limit is over.")   \
    X(approval_clocks_recounted,       "approval.clocks_recounted.v1",                             \
      "A new calendar moved limits of the case.")

#define FEE_MOVES(X)                                                                               \
    X(fee_case_cleared,  "fee.case_cleared.v1",  "All that was due is paid, waived or zero.")      \
    X(fee_bill_lapsed,   "fee.bill_lapsed.v1",   "The time to pay is over.")                       \
    X(fee_task_reassigned, "fee.task_reassigned.v1", "The work was given to somebody else.")       \
    X(fee_clock_warned,  "fee.clock_warned.v1",  "Most of a limit has passed.")                    \
    X(fee_clock_overdue, "fee.clock_overdue.v1", "A limit is over.")                               \
    X(fee_clocks_recounted, "fee.clocks_recounted.v1", "A new calendar moved limits of the case.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(matter_vocabulary, MATTER_VOCABULARY)

/* `intake_case_accepted_message` and so on: each an event of the shape of case_moved. */
#define WIRE_DECLARE_MOVE(name, type, doc) extern const struct wire_message name##_message;
INTAKE_MOVES(WIRE_DECLARE_MOVE)
APPROVAL_MOVES(WIRE_DECLARE_MOVE)
FEE_MOVES(WIRE_DECLARE_MOVE)
extern const struct wire_vocabulary moves_vocabulary;
