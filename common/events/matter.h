/* What every matter has in common: the words that several services use of a case.
 *
 * `action_fields` is the dictionary of what actions may carry: one list, from which a procedure
 * picks what an action needs and may have. A field here is text typed by somebody, so it is
 * personal unless it is a code, a number or a day. In a command the values are plain; in an event
 * the personal ones are sealed. */
#pragma once

#include "bus/messages.h"
#include "clock/records.h"
#include "events/ledger.h"
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

#define CHARGE_SCALE_VALUES(V)                                                                     \
    V(CHARGE_BY_REQUEST, "by_request", "by the number of requests in the month")                   \
    V(CHARGE_BY_PAGE,    "by_page",    "by the pages supplied")
WIRE_DECLARE_ENUM(charge_scale, CHARGE_SCALE_VALUES)

#define REVIEW_OUTCOME_VALUES(V)                                                                   \
    V(REVIEW_UPHELD,  "upheld",  "it stays as it was")                                             \
    V(REVIEW_CHANGED, "changed", "it is changed")
WIRE_DECLARE_ENUM(review_outcome, REVIEW_OUTCOME_VALUES)

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

/* Somebody who has to do with a case, beside who filed it: a department, whose staff hold the
 * relation, an officer, or somebody outside. */
#define PARTY(F, S)                                                                                \
    F(S, relation,   PUBLIC_TEXT(40), REQUIRED, "who it is to the case")                           \
    F(S, department, PUBLIC_TEXT(20), OPTIONAL, "code of the unit")                                \
    F(S, login,      PUBLIC_TEXT(64), OPTIONAL, "sign-in name of the person")                      \
    F(S, name,       TEXT(200),       OPTIONAL, "name of somebody outside")                        \
    F(S, contact,    TEXT(300),       OPTIONAL, "how to reach them")

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
      "sign-in name of the officer who takes over")                                                \
    F(S, form,            FORM(16),                      OPTIONAL,                                 \
      "what an officer fills into the item's form")                                                \
    F(S, parties,         LIST(party, 0, 8),             OPTIONAL, "who is asked, or takes part")  \
    F(S, question,        TEXT(2000),                    OPTIONAL, "what they are asked")          \
    F(S, unit,            PUBLIC_TEXT(60),               OPTIONAL,                                 \
      "which of several units it is about, as the case names them")                                \
    F(S, reply_kind,      PUBLIC_TEXT(40),               OPTIONAL, "code of the kind of reply")    \
    F(S, postpones,       BOOL,                          OPTIONAL,                                 \
      "a later date for good reasons, instead of the extension")                                   \
    F(S, charge_by,       ENUM(charge_scale),            OPTIONAL,                                 \
      "the scale of the processing fee")                                                           \
    F(S, requests_this_month, INT(1, 100000),                OPTIONAL,                             \
      "which request of the month this is")                                                        \
    F(S, pages,           INT(1, 100000),                OPTIONAL, "how many pages are supplied")  \
    F(S, members,         TEXTS(20, 0, 16),              OPTIONAL,                                 \
      "codes of the units that meet")                                                              \
    F(S, agenda,          TEXT(2000),                    OPTIONAL, "what the meeting is about")    \
    F(S, joins,           BOOL,                          OPTIONAL,                                 \
      "whether the member takes part")                                                             \
    F(S, founded,         BOOL,                          OPTIONAL,                                 \
      "whether a complaint or objection is founded")                                               \
    F(S, done,            BOOL,                          OPTIONAL,                                 \
      "what the step asks for was done: a record signed, an old card taken back")                  \
    F(S, facts_found,     TEXT(4000),                    OPTIONAL, "the cause that was found")     \
    F(S, responsibility,  TEXT(2000),                    OPTIONAL, "who is responsible for it")    \
    F(S, rule,            TEXT(1000),                    OPTIONAL, "the rule that was applied")    \
    F(S, correction,      TEXT(2000),                    OPTIONAL,                                 \
      "what is put right, by whom, how")                                                           \
    F(S, remedy,          ENUM(remedy_kind),             OPTIONAL, "which remedy is sought")       \
    F(S, review_outcome,  ENUM(review_outcome),          OPTIONAL, "what became of the review")    \
    F(S, held_on,         DATE,                          OPTIONAL,                                 \
      "the day on which it is, or was, held")                                                      \
    F(S, place,           TEXT(300),                     OPTIONAL, "where")                        \
    F(S, change,          TEXT(2000),                    OPTIONAL, "what is to be changed")        \
    F(S, compensation,    TEXT(2000),                    OPTIONAL,                                 \
      "how the holder is compensated")                                                             \
    F(S, officer,         PUBLIC_TEXT(64),               OPTIONAL,                                 \
      "sign-in name of the officer it is about")                                                   \
    F(S, item,            PUBLIC_TEXT(40),               OPTIONAL,                                 \
      "code of the item it is about")                                                              \
    F(S, power,           PUBLIC_TEXT(40),               OPTIONAL,                                 \
      "the power that is delegated: an action")                                                    \
    F(S, valid_from,      DATE,                          OPTIONAL,                                 \
      "the first day on which it is valid")                                                        \
    F(S, window,          PUBLIC_TEXT(20),               OPTIONAL, "code of the window")           \
    F(S, deputy,          PUBLIC_TEXT(64),               OPTIONAL,                                 \
      "sign-in name of the post's B")                                                              \
    F(S, badge,           PUBLIC_TEXT(40),               OPTIONAL,                                 \
      "number of the badge that is shown")                                                         \
    F(S, amount_fen,      FEN(0, FEN_MAX),               OPTIONAL,                                 \
      "how much money it is about")                                                                \
    F(S, empty,           BOOL,                          OPTIONAL,                                 \
      "there was nothing to count: the amount is zero, and was not left out")                      \
    F(S, handed_out_fen,  FEN(0, FEN_MAX),               OPTIONAL,                                 \
      "change that is put into a drawer")                                                          \
    F(S, taken_back_fen,  FEN(0, FEN_MAX),               OPTIONAL,                                 \
      "change that is taken out of a drawer")                                                      \
    F(S, bank,            PUBLIC_TEXT(40),               OPTIONAL,                                 \
      "code of Finance's account at a bank")                                                       \
    F(S, bill_number,     PUBLIC_TEXT(30),               OPTIONAL, "number of the bill")           \
    F(S, payment,         ID(payment_id),                OPTIONAL, "the payment it is about")      \
    F(S, books_day,       DATE,                          OPTIONAL, "the day of the books")         \
    F(S, collection_point, PUBLIC_TEXT(20),              OPTIONAL,                                 \
      "code of the collection point, where it is not at the hall")                                 \
    F(S, effective_on,    DATE,                          OPTIONAL,                                 \
      "the day on which it comes into force")                                                      \
    F(S, items,           TEXTS(40, 0, 64),              OPTIONAL,                                 \
      "codes of the items it is about")                                                            \
    F(S, catalogue_version, INT(1, INT64_MAX),           OPTIONAL, "the catalogue it is about")    \
    F(S, archive_number,  PUBLIC_TEXT(60),               OPTIONAL,                                 \
      "number of the file in the archive")

#define CASE_ACT(F, S)                                                                             \
    F(S, case_id, ID(case_id),           REQUIRED, "the case")                                     \
    F(S, action,  PUBLIC_TEXT(40),       REQUIRED, "an action named in the item's procedure")      \
    F(S, fields,  RECORD(action_fields), OPTIONAL, "what it carries")

#define MATTER_OPEN(F, S)                                                                          \
    F(S, procedure,  PUBLIC_TEXT(40),       REQUIRED, "the procedure it goes by")                  \
    F(S, action,     PUBLIC_TEXT(40),       REQUIRED, "the action that begins it")                 \
    F(S, department, PUBLIC_TEXT(20),       OPTIONAL, "the unit whose matter it is")               \
    F(S, parent,     ID(case_id),           OPTIONAL, "the case it belongs to")                    \
    F(S, fields,     RECORD(action_fields), OPTIONAL, "what it carries")

#define MATTER_OPENED(F, S)                                                                        \
    F(S, case_id, ID(case_id),     REQUIRED, "the matter")                                         \
    F(S, number,  PUBLIC_TEXT(40), REQUIRED, "its number")

/* -- events --------------------------------------------------------------------------------- */

#define MATERIAL_FILED(F, S)                                                                       \
    F(S, code,       PUBLIC_TEXT(40),    REQUIRED, "which material of the item this is")           \
    F(S, upload,     ID(upload_id),      OPTIONAL, "the upload that it was")                       \
    F(S, sealed,     HASH,               REQUIRED,                                                 \
      "hash of the sealed file, its name in the store")                                            \
    F(S, size,       INT(0, INT64_MAX),  REQUIRED, "bytes of the content")                         \
    F(S, media_type, PUBLIC_TEXT(100),   REQUIRED, "what the file is")                             \
    F(S, filename,   TEXT(255),          OPTIONAL,                                                 \
      "what the file is called; never told of a sensitive one")                                    \
    F(S, sha256,     TEXT(64),           OPTIONAL,                                                 \
      "hash of the content, in hexadecimal; never told of a sensitive one")                        \
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
    F(S, once,    BOOL,                  OPTIONAL, "this may be done once in the life of the case")\
    F(S, beside,  BOOL,                  OPTIONAL,                                                 \
      "it stands beside another step and moves nothing")                                           \
    F(S, decision, BOOL,                 OPTIONAL, "an appeal that follows is against this")

#define CASE_UNIT(F, S)                                                                            \
    F(S, stage,      PUBLIC_TEXT(60), REQUIRED, "the stage it carries out, or another name of it") \
    F(S, department, PUBLIC_TEXT(20), REQUIRED, "the unit's department")                           \
    F(S, state,      PUBLIC_TEXT(40), REQUIRED, "state of its sub-case")                           \
    F(S, opinion,    ENUM(opinion),   OPTIONAL, "its opinion")                                     \
    F(S, procedure,  PUBLIC_TEXT(40), OPTIONAL, "the procedure it goes by")                        \
    F(S, relation,   PUBLIC_TEXT(40), OPTIONAL, "who it is to the case, where it is a party")      \
    F(S, login,      PUBLIC_TEXT(64), OPTIONAL, "sign-in name, where it is a person")

/* What a service has to know of a case that it did not know before: one that the hall began, or
 * that is handed to a service that does not follow filings. */
#define CASE_HEAD(F, S)                                                                            \
    F(S, number,            PUBLIC_TEXT(40),     REQUIRED, "its number")                           \
    F(S, item,              PUBLIC_TEXT(40),     REQUIRED, "code of its item, or its procedure")   \
    F(S, catalogue_version, INT(1, INT64_MAX),   REQUIRED, "the catalogue it goes by")             \
    F(S, department,        PUBLIC_TEXT(20),     OPTIONAL, "the unit whose matter it is")          \
    F(S, parent,            ID(case_id),         OPTIONAL, "the case it belongs to")               \
    F(S, received,          TIME,                REQUIRED, "when it was received or begun")        \
    F(S, subject,           INT(0, INT64_MAX),   OPTIONAL, "whose key seals the personal values")  \
    F(S, public_key,        BYTES(32),           OPTIONAL, "to seal to that subject")              \
    F(S, session,           BYTES(16),           OPTIONAL, "hash of the session that filed it")    \
    F(S, applicant_kind,    PUBLIC_TEXT(40),     OPTIONAL, "kind of applicant")                    \
    F(S, represented,       BOOL,                OPTIONAL, "somebody acts for the applicant")      \
    F(S, channel,           ENUM(channel),       OPTIONAL, "how it came")                          \
    F(S, opened_by,         PUBLIC_TEXT(64),     OPTIONAL,                                         \
      "sign-in name of the officer who began it")                                                  \
    F(S, parties,           LIST(party, 0, 24),  OPTIONAL, "who has to do with it")                \
    F(S, did,               TEXTS(110, 0, 24),   OPTIONAL,                                         \
      "who did what before, as far as the procedure asks: an action and a sign-in name")           \
    F(S, made,              TEXTS(90, 0, 16),    OPTIONAL, "what may be done once and was")        \
    F(S, says,              FORM(16),            OPTIONAL, "what of the form the procedure reads")

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
      "sign-in name of the officer whose work it was")                                             \
    F(S, head,       RECORD(case_head),              OPTIONAL,                                     \
      "what the case is, where that was not known before")                                         \
    F(S, bill,       ID(bill_id),                    OPTIONAL,                                     \
      "the bill it is about; fields.amount_fen says how much of it")                               \
    F(S, transfers,  LIST(transfer, 0, 64),          OPTIONAL, "the money it moves")

#define MATTER_VOCABULARY(M)                                                                       \
    M(RECORD,  remedy,         REMEDY,         "remedy",                                           \
      "What may be done against a refusal.")                                                       \
    M(RECORD,  material_claim, MATERIAL_CLAIM, "material_claim",                                   \
      "An upload handed in as a material.")                                                        \
    M(RECORD,  meeting_point,  MEETING_POINT,  "meeting_point",  "Something a meeting resolved.")  \
    M(RECORD,  party,          PARTY,          "party",                                            \
      "Somebody who has to do with a case.")                                                       \
    M(RECORD,  action_fields,  ACTION_FIELDS,  "action_fields",  "What actions may carry.")        \
    M(COMMAND, matter_open,    MATTER_OPEN,    "matter.open",                                      \
      "Begin a matter of the hall itself.")                                                        \
    M(ANSWER,  matter_opened,  MATTER_OPENED,  "matter.opened",  "The matter that was begun.")     \
    M(COMMAND, case_act,       CASE_ACT,       "case.act",       "Do an action on a case.")        \
    M(RECORD,  material_filed, MATERIAL_FILED, "material_filed", "A material as filed.")           \
    M(RECORD,  case_unit,      CASE_UNIT,      "case_unit",      "A unit of a parallel review.")   \
    M(RECORD,  case_head,      CASE_HEAD,      "case_head",      "What a case is.")               \
    M(RECORD,  case_step,      CASE_STEP,      "case_step",      "One transition of a case.")      \
    M(RECORD,  case_moved,     CASE_MOVED,     "case_moved",     "What every transition tells.")

/* clang-format on */
WIRE_DECLARE_VOCABULARY(matter_vocabulary, MATTER_VOCABULARY)
