/* What the gateway answers where that is put together here: pages as field tables, so that their
 * JSON and the OpenAPI document come from one place. What a service answers by itself is shown as
 * its vocabulary has it (events/). */
#pragma once

#include "events/approval.h"
#include "events/audit.h"
#include "events/fee.h"
#include "events/gateway.h"
#include "events/intake.h"
#include "events/intents.h"
#include "events/notification.h"
#include "events/recount.h"
#include "service/builtin.h"

/* clang-format off */

/* -- cases ---------------------------------------------------------------------------------- */

#define RECOUNT_SHOWN(F, S)                                                                        \
    F(S, at,              TIME,              REQUIRED, "when a new calendar came into use")        \
    F(S, calendar_before, INT(0, INT64_MAX), REQUIRED, "the calendar that counted before")         \
    F(S, calendar,        INT(0, INT64_MAX), REQUIRED, "the new one")                              \
    F(S, due_before,      DATE,              REQUIRED, "the last day by the one before")           \
    F(S, due_after,       DATE,              REQUIRED, "the last day by the new one")              \
    F(S, derivation_before, LIST(clock_derivation, 0, CLOCK_DERIVATIONS_MAX), OPTIONAL,            \
      "how the day before was found")

#define CLOCK_PAGE(F, S)                                                                           \
    F(S, name,      PUBLIC_TEXT(60),               REQUIRED, "its name in the case")               \
    F(S, kind,      ENUM(clock_kind),              REQUIRED, "whose time it measures")             \
    F(S, limit,     INT(0, CLOCK_LIMIT_MAX),       REQUIRED, "the limit, without extensions")      \
    F(S, unit,      ENUM(limit_unit),              REQUIRED, "its unit")                           \
    F(S, basis,     PUBLIC_TEXT(300),              OPTIONAL, "the article it rests on")            \
    F(S, phase,     ENUM(clock_phase),             REQUIRED, "whether its time passes")            \
    F(S, due_at,    TIME,                          REQUIRED, "when the limit is over")             \
    F(S, due_day,   DATE,                          REQUIRED, "its last day in the hall's zone")    \
    F(S, working_days_left, INT(-100000, 100000), REQUIRED,                                        \
      "working days to the due day: 0 on it, less than 0 behind it; 0 when it has ended")          \
    F(S, light,     ENUM(light),                   OPTIONAL, "how urgent it is; while it runs")    \
    F(S, provisional, BOOL, REQUIRED,                                                              \
      "days were counted that no holiday notice covers yet")                                       \
    F(S, derivation, LIST(clock_derivation, 0, CLOCK_DERIVATIONS_MAX), OPTIONAL,                   \
      "how the due day was found")                                                                 \
    F(S, calendar_version, INT(0, INT64_MAX),      REQUIRED, "the calendar it was counted with")   \
    F(S, recount,   RECORD(recount_shown),         OPTIONAL,                                       \
      "the last time that a new calendar moved it")

#define FILED_PAGE(F, S)                                                                           \
    F(S, id,      ID(case_id),             REQUIRED, "the case")                                   \
    F(S, number,  PUBLIC_TEXT(40),         REQUIRED, "tracking number")                            \
    F(S, code, PUBLIC_TEXT(20), REQUIRED,                                                          \
      "opens the case, together with its number; not shown again")                                 \
    F(S, status,  PUBLIC_TEXT(40),         REQUIRED, "its state")                                  \
    F(S, missing, TEXTS(40, 0, 40),        REQUIRED, "codes of materials that are missing")        \
    F(S, clocks,  LIST(clock_page, 0, 16), REQUIRED, "limits that run now")

#define CASE_PAGE(F, S)                                                                            \
    F(S, id,          ID(case_id),                    REQUIRED, "the case")                        \
    F(S, number,      PUBLIC_TEXT(40),                REQUIRED, "tracking number")                 \
    F(S, item,        PUBLIC_TEXT(40),                REQUIRED, "code of the item")                \
    F(S, item_name,   PUBLIC_TEXT(500),               REQUIRED, "its name")                        \
    F(S, catalogue_version, INT(1, INT64_MAX),        REQUIRED, "the rules it goes by")            \
    F(S, owner,       PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service that has it")         \
    F(S, status,      PUBLIC_TEXT(40),                REQUIRED, "its state")                       \
    F(S, status_name, PUBLIC_TEXT(500),               OPTIONAL, "its state in words")              \
    F(S, is_end,      BOOL,                           REQUIRED, "nothing more is done in it")      \
    F(S, received_at, TIME,                           REQUIRED, "when it was received")            \
    F(S, channel,     ENUM(channel),                  OPTIONAL, "how it came")                     \
    F(S, applicant,   RECORD(applicant),              OPTIONAL,                                    \
      "who asks; absent for a matter of the hall itself")                                          \
    F(S, form,        FORM(64),                       OPTIONAL, "the item's form")                 \
    F(S, materials,   LIST(material_shown, 0, 80),    REQUIRED, "materials")                       \
    F(S, missing, TEXTS(40, 0, 40), REQUIRED,                                                      \
      "codes of materials that are missing")                                                       \
    F(S, ground,      PUBLIC_TEXT(40),                OPTIONAL, "ground of not accepting it")      \
    F(S, remedies,    LIST(remedy, 0, 4),             OPTIONAL, "what may be done against that")   \
    F(S, assignee,    PUBLIC_TEXT(64),                OPTIONAL, "who took it up")                  \
    F(S, units,       LIST(unit_shown, 0, 16),        OPTIONAL, "units of a parallel review")      \
    F(S, clocks,      LIST(clock_page, 0, 16),        REQUIRED, "its limits")                      \
    F(S, decision,    RECORD(decision_shown),         OPTIONAL, "the decision")                    \
    F(S, document,    PUBLIC_TEXT(40),                OPTIONAL,                                    \
      "number of what was made or entered: a licence, a filing")                                   \
    F(S, parties, LIST(party_shown, 0, 24), OPTIONAL,                                              \
      "who else has to do with it; to those who handle it")                                        \
    F(S, matters,     LIST(matter_shown, 0, 64),      OPTIONAL,                                    \
      "matters of the hall that it began: meetings, promises; to those who handle it")             \
    F(S, question, TEXT(2000), OPTIONAL, "what others, or the person, were asked")                 \
    F(S, draft,       RECORD(draft_shown),            OPTIONAL, "the reply as drafted")            \
    F(S, reply,       RECORD(reply_shown),            OPTIONAL, "the reply")                       \
    F(S, investigation, RECORD(investigation_shown),  OPTIONAL, "what was found out")              \
    F(S, meeting,     RECORD(meeting_shown),          OPTIONAL, "the joint meeting")               \
    F(S, resolution,  RECORD(resolution_shown),       OPTIONAL, "how a complaint was resolved")    \
    F(S, review,      RECORD(review_shown),           OPTIONAL, "what the level above decided")    \
    F(S, bills,       LIST(bill_shown, 0, 32),        REQUIRED, "its bills")                       \
    F(S, actions,     LIST(action_offered, 0, 32),    REQUIRED, "what the caller may do now")      \
    F(S, ownership,   RECORD(ownership),              OPTIONAL,                                    \
      "who owns the matter, until it ends: whoever was asked first, or accepted it since")         \
    F(S, erasure,     RECORD(erasure_shown),          OPTIONAL,                                    \
      "how far the erasure of its personal values is")                                             \
    F(S, withheld, TEXTS(1024, 0, 200), OPTIONAL,                                                  \
      "JSON Pointers of personal values that are not shown")

#define MATTER_BEGUN(F, S)                                                                         \
    F(S, id,     ID(case_id),     REQUIRED, "the matter")                                          \
    F(S, number, PUBLIC_TEXT(40), REQUIRED, "its number")                                          \
    F(S, item,   PUBLIC_TEXT(40), REQUIRED, "its procedure")

#define ACTION_PAGE(F, S)                                                                          \
    F(S, id,       ID(case_id),                    REQUIRED, "the case")                           \
    F(S, action,   PUBLIC_TEXT(40),                REQUIRED, "what was done")                      \
    F(S, owner,    PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service that did it")            \
    F(S, status,   PUBLIC_TEXT(40),                REQUIRED, "the state of the case now")          \
    F(S, events,   TEXTS(80, 0, 64),               REQUIRED, "what happened, by type")             \
    F(S, document, PUBLIC_TEXT(40), OPTIONAL,                                                      \
      "number of the document that was made")                                                      \
    F(S, clocks,   LIST(clock_page, 0, 16),        REQUIRED, "the limits it changed")              \
    F(S, opened,   LIST(matter_begun, 0, 64),      OPTIONAL, "matters of the hall that it began")

#define TRACK_ASK(F, S)                                                                            \
    F(S, number, PUBLIC_TEXT(40), REQUIRED, "tracking number")                                     \
    F(S, code,   PUBLIC_TEXT(20), REQUIRED, "the code that was told with it")

#define TRACK_PAGE(F, S)                                                                           \
    F(S, number,      PUBLIC_TEXT(40),  REQUIRED, "tracking number")                               \
    F(S, item,        PUBLIC_TEXT(40),  REQUIRED, "code of the item")                              \
    F(S, item_name,   PUBLIC_TEXT(500), REQUIRED, "its name")                                      \
    F(S, status,      PUBLIC_TEXT(40),  REQUIRED, "the state of the case")                         \
    F(S, status_name, PUBLIC_TEXT(500), OPTIONAL, "the state in words")                            \
    F(S, is_end,      BOOL,             REQUIRED, "nothing more is done in it")                    \
    F(S, next_step,   PUBLIC_TEXT(500), OPTIONAL, "what is done next, in words")                   \
    F(S, received_at, TIME,             REQUIRED, "when it was received")                          \
    F(S, due_at,      TIME,             OPTIONAL, "when the limit that runs now is over")          \
    F(S, due_day,     DATE,             OPTIONAL, "its last day in the hall's zone")

#define TIMELINE_EVENT(F, S)                                                                       \
    F(S, index,        INT(1, INT64_MAX),              REQUIRED, "its place in the record")        \
    F(S, id,           ID(event_id),                   REQUIRED, "the event")                      \
    F(S, source,       PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service that says so")       \
    F(S, seq, INT(1, INT64_MAX), REQUIRED,                                                         \
      "its place in that service's log")                                                           \
    F(S, type,         PUBLIC_TEXT(80),                REQUIRED, "what happened")                  \
    F(S, title,        PUBLIC_TEXT(300),               OPTIONAL, "the same in a sentence")         \
    F(S, at,           TIME,                           REQUIRED, "when")                           \
    F(S, effective_at, TIME, OPTIONAL,                                                             \
      "since when, where law dates it back")                                                       \
    F(S, actor,        RECORD(event_actor),            REQUIRED, "who acted")                      \
    F(S, cause,        RECORD(event_cause),            OPTIONAL, "the event that caused it")       \
    F(S, data, ANY, OPTIONAL,                                                                      \
      "its fields, as its type declares them")

#define TIMELINE_PAGE(F, S)                                                                        \
    F(S, items,    LIST(timeline_event, 0, 200), REQUIRED, "events in causal order")               \
    F(S, next,     PUBLIC_TEXT(40),              OPTIONAL, "cursor of the next page")              \
    F(S, withheld, TEXTS(1024, 0, 200), OPTIONAL,                                                  \
      "JSON Pointers of personal values that are not shown")

#define RECOMPUTE_PAGE(F, S)                                                                       \
    F(S, kept,       RECORD(clock_page), REQUIRED, "the clock as the case keeps it")               \
    F(S, recomputed, RECORD(clock_page), REQUIRED,                                                 \
      "the same from its steps and the calendar alone")                                            \
    F(S, agrees,     BOOL,               REQUIRED, "whether both say the same")

#define SEARCH_ASK(F, S)                                                                           \
    F(S, number,     PUBLIC_TEXT(40), OPTIONAL, "tracking number")                                 \
    F(S, item,       PUBLIC_TEXT(40), OPTIONAL, "code of the item")                                \
    F(S, status,     PUBLIC_TEXT(40), OPTIONAL, "state of the case")                               \
    F(S, department, PUBLIC_TEXT(20), OPTIONAL, "department in charge")                            \
    F(S, assignee,   PUBLIC_TEXT(64), OPTIONAL, "who took it up")                                  \
    F(S, from,       DATE,            OPTIONAL, "received on this day or later")                   \
    F(S, to,         DATE,            OPTIONAL, "received on this day or earlier")                 \
    F(S, id_number,  TEXT(40),        OPTIONAL, "identity number of the applicant, exactly")       \
    F(S, phone,      TEXT(30),        OPTIONAL, "telephone of the applicant, exactly")             \
    F(S, limit,      INT(0, 200),     OPTIONAL, "how many at most")                                \
    F(S, cursor,     BYTES(200),      OPTIONAL, "of the next page, as told")

#define SEARCH_PAGE(F, S)                                                                          \
    F(S, items, LIST(case_listed, 0, 200), REQUIRED, "the latest first")                           \
    F(S, next,  BYTES(200),                OPTIONAL, "cursor of the next page")

#define TASKS_PAGE(F, S)                                                                           \
    F(S, items, LIST(task_shown, 0, 200), REQUIRED, "most urgent first")                           \
    F(S, next,  BYTES(200),               OPTIONAL, "cursor of the next page")

#define PROMISES_PAGE(F, S)                                                                        \
    F(S, items, LIST(promise_shown, 0, 200), REQUIRED, "most urgent first in a department")        \
    F(S, next,  BYTES(200),                  OPTIONAL, "cursor of the next page")                  \
    F(S, withheld, TEXTS(1024, 0, 200), OPTIONAL,                                                  \
      "JSON Pointers of personal values that are not shown")

#define INBOX_PAGE(F, S) F(S, items, LIST(inbox_message, 0, 200), REQUIRED, "the latest first")

#define OWN_DATA(F, S)                                                                             \
    F(S, exported_at, TIME,                       REQUIRED, "when")                                \
    F(S, filed,       RECORD(case_page),          REQUIRED, "the case, as who filed it sees it")   \
    F(S, letters,     LIST(letter_listed, 0, 200), REQUIRED,                                       \
      "its letters; each can be read as PDF")                                                      \
    F(S, messages,    LIST(inbox_message, 0, 200), REQUIRED, "messages, the latest first") \
    F(S, withheld, TEXTS(1024, 0, 200), OPTIONAL,                                                  \
      "JSON Pointers of personal values that are not shown")

/* -- files and money ------------------------------------------------------------------------ */

#define BLOB_PAGE(F, S)                                                                            \
    F(S, upload,     ID(upload_id),     REQUIRED, "how a filing of this session names the file")   \
    F(S, sha256,     HASH,              REQUIRED, "hash of what was received")                     \
    F(S, size,       INT(0, INT64_MAX), REQUIRED, "bytes")                                         \
    F(S, media_type, PUBLIC_TEXT(100),  REQUIRED, "what the file is")

#define PAY_ASK(F, S)                                                                              \
    F(S, method,     ENUM(payment_method), REQUIRED, "cash, transfer or online")                   \
    F(S, amount_fen, FEN(1, FEN_MAX),      OPTIONAL,                                               \
      "how much was received; required for cash and transfer")                                     \
    F(S, reference, PUBLIC_TEXT(60), OPTIONAL,                                                     \
      "the bank's reference; required for a transfer")                                             \
    F(S, bank,       PUBLIC_TEXT(40),      OPTIONAL,                                               \
      "code of Finance's account at a bank that has it; the first one when absent")              \
    F(S, provider,   PUBLIC_TEXT(20),      OPTIONAL,                                               \
      "code of the payment provider; required on line")                                            \
    F(S, collection_point, PUBLIC_TEXT(20), OPTIONAL,                                              \
      "code of the collection point where a transfer was made; cash is where its drawer is")

#define PAY_SEVERAL_ASK(F, S)                                                                      \
    F(S, bills,      LIST(bill_named, 0, 16), OPTIONAL,                                            \
      "the bills it pays, each whole; none when money came and nobody knows what for")             \
    F(S, method,     ENUM(payment_method), REQUIRED, "cash or transfer")                           \
    F(S, amount_fen, FEN(1, FEN_MAX),      REQUIRED, "how much was received")                      \
    F(S, reference,  PUBLIC_TEXT(60),      OPTIONAL,                                               \
      "the bank's reference; required for a transfer")                                             \
    F(S, bank,       PUBLIC_TEXT(40),      OPTIONAL,                                               \
      "code of Finance's account at a bank that has it; the first one when absent")                \
    F(S, collection_point, PUBLIC_TEXT(20), OPTIONAL,                                              \
      "code of the collection point where a transfer was made; cash is where its drawer is")

#define PAYMENT_PAGE(F, S)                                                                         \
    F(S, bill,       ID(bill_id),          OPTIONAL, "the bill, where it is one")                  \
    F(S, payment, ID(payment_id), OPTIONAL,                                                        \
      "the payment; absent when this notice was booked before")                                    \
    F(S, receipt,    PUBLIC_TEXT(40),      OPTIONAL, "number of the (first) receipt")              \
    F(S, amount_fen, FEN(0, FEN_MAX),      REQUIRED,                                               \
      "how much was received, or is to be paid on line")                                           \
    F(S, unmatched_fen, FEN(0, FEN_MAX),   OPTIONAL,                                               \
      "how much of it is money without a bill")                                                    \
    F(S, unmatched,  ID(case_id),          OPTIONAL, "the matter that this is for Finance")        \
    F(S, provider,   PUBLIC_TEXT(20),      OPTIONAL, "who takes it on line")                       \
    F(S, status,     ENUM(intent_status),  OPTIONAL, "how it stands, on line")

#define SETTLE_ASK(F, S) F(S, note, PUBLIC_TEXT(200), OPTIONAL, "why now")

#define SETTLEMENTS_ORDERED_PAGE(F, S)                                                             \
    F(S, settlements, INT(0, 64),         REQUIRED, "how many: one for each account with money")   \
    F(S, first,       ID(settlement_id),  OPTIONAL, "the first of them")

#define SETTLEMENT_ANSWER_ASK(F, S)                                                                \
    F(S, end_to_end, PUBLIC_TEXT(35), REQUIRED, "which order of the settlement")                   \
    F(S, accepted,   BOOL,            REQUIRED, "the money arrived; else it was turned back")      \
    F(S, answer,     PUBLIC_TEXT(60), REQUIRED, "reference of the treasury's answer")

#define SETTLEMENT_ANSWERED_PAGE(F, S)                                                             \
    F(S, settlement, ID(settlement_id), REQUIRED, "the settlement")                                \
    F(S, end_to_end, PUBLIC_TEXT(35),   REQUIRED, "which order of it")                             \
    F(S, accepted,   BOOL,              REQUIRED, "the money arrived")

#define EXCEPTION_ASK(F, S)                                                                        \
    F(S, found, PUBLIC_TEXT(300), REQUIRED, "what was found, without names")

#define EXCEPTION_PAGE(F, S) F(S, id, ID(exception_id), REQUIRED, "the exception")

#define DAY_CLOSE_ASK(F, S) F(S, date, DATE, REQUIRED, "the day of the books")

#define DAY_CLOSED_PAGE(F, S)                                                                      \
    F(S, date,   DATE,            REQUIRED, "the day of the books")                                \
    F(S, matter, ID(case_id),     REQUIRED, "its matter")                                          \
    F(S, status, PUBLIC_TEXT(40), REQUIRED, "balanced, or differing: its cause is to be found")

/* -- people --------------------------------------------------------------------------------- */

#define SESSION_ASK(F, S)                                                                          \
    F(S, account,  PUBLIC_TEXT(64),  OPTIONAL, "an officer's sign-in name, with password")         \
    F(S, password, TEXT(200),        OPTIONAL, "its password")                                     \
    F(S, number, PUBLIC_TEXT(40), OPTIONAL,                                                        \
      "a tracking number, with code: opens that one case")                                         \
    F(S, code,     PUBLIC_TEXT(20),  OPTIONAL, "the code that was told with it")

#define SESSION_PAGE(F, S)                                                                         \
    F(S, token, PUBLIC_TEXT(100), REQUIRED,                                                        \
      "to be sent as Authorization: Bearer; told once")                                            \
    F(S, kind,       ENUM(principal_kind), REQUIRED, "staff, or filer")                            \
    F(S, case_id,    ID(case_id),          OPTIONAL, "the one case it opens")                      \
    F(S, expires_at, TIME,                 REQUIRED, "when it ends by itself")

#define ME_PAGE(F, S)                                                                              \
    F(S, kind,    ENUM(principal_kind),    REQUIRED, "what kind of caller this is")                \
    F(S, account, ID(account_id),          OPTIONAL, "the account")                                \
    F(S, login,   PUBLIC_TEXT(64),         OPTIONAL, "the name to sign in with")                   \
    F(S, badge,   PUBLIC_TEXT(60),         OPTIONAL, "the name on the badge")                      \
    F(S, grants,  LIST(role_grant, 0, 64), OPTIONAL, "roles, each for a department")               \
    F(S, case_id, ID(case_id),             OPTIONAL, "the one case this session opens")

#define ACCOUNT_ASK(F, S)                                                                          \
    F(S, login,    PUBLIC_TEXT(64),         REQUIRED, "the name to sign in with")                  \
    F(S, badge,    PUBLIC_TEXT(60),         REQUIRED, "the officer's name as on the badge")        \
    F(S, grants,   LIST(role_grant, 1, 64), REQUIRED, "roles, each for a department, HALL or *")   \
    F(S, password, TEXT(200),               REQUIRED, "at least 10 characters")

#define ACCOUNT_CHANGE(F, S)                                                                       \
    F(S, badge,    PUBLIC_TEXT(60),         OPTIONAL, "the officer's name as on the badge")        \
    F(S, grants,   LIST(role_grant, 0, 64), OPTIONAL, "roles, each for a department: all of them") \
    F(S, password, TEXT(200),               OPTIONAL, "a new one")                                 \
    F(S, disabled, BOOL,                    OPTIONAL, "nobody signs in with it any more")          \
    F(S, enabled,  BOOL,                    OPTIONAL, "it may be used again")

#define ACCOUNT_PAGE(F, S)                                                                         \
    F(S, id,       ID(account_id),          REQUIRED, "the account")                               \
    F(S, login,    PUBLIC_TEXT(64),         REQUIRED, "the name to sign in with")                  \
    F(S, badge,    PUBLIC_TEXT(60),         REQUIRED, "the officer's name as on the badge")        \
    F(S, grants,   LIST(role_grant, 0, 64), REQUIRED, "roles, each for a department")              \
    F(S, disabled, BOOL,                    REQUIRED, "nobody signs in with it")                   \
    F(S, version, INT(1, INT64_MAX), REQUIRED,                                                     \
      "grows with every change; its ETag is \"i0.a<version>.f0\"")

#define ACCOUNTS_PAGE(F, S)                                                                        \
    F(S, items, LIST(account_page, 0, 500), REQUIRED, "in the order of their making")              \
    F(S, next,  PUBLIC_TEXT(40),            OPTIONAL, "cursor of the next page")

/* -- the catalogue -------------------------------------------------------------------------- */

#define NAMES_SHOWN(F, S)                                                                          \
    F(S, zh_hans, PUBLIC_TEXT(500), OPTIONAL, "simplified Chinese")                                \
    F(S, zh_hant, PUBLIC_TEXT(500), OPTIONAL, "traditional Chinese")                               \
    F(S, en,      PUBLIC_TEXT(500), OPTIONAL, "English")

#define LIMIT_SHOWN(F, S)                                                                          \
    F(S, value, INT(0, 100000),   REQUIRED, "how many")                                            \
    F(S, unit,  PUBLIC_TEXT(20),  REQUIRED, "of what")                                             \
    F(S, basis, PUBLIC_TEXT(500), OPTIONAL, "the rule it rests on")

#define CHOICE_SHOWN(F, S)                                                                         \
    F(S, code,  PUBLIC_TEXT(60),     REQUIRED, "what is sent")                                     \
    F(S, names, RECORD(names_shown), OPTIONAL, "what is shown")

#define FIELD_SHOWN(F, S)                                                                          \
    F(S, id,             PUBLIC_TEXT(60),            REQUIRED, "its member in `form`")             \
    F(S, names,          RECORD(names_shown),        REQUIRED, "its label")                        \
    F(S, type, PUBLIC_TEXT(20), REQUIRED,                                                          \
      "text, address, choice, decimal, integer, date, boolean")                                    \
    F(S, required,       BOOL,                       REQUIRED, "must be given")                    \
    F(S, personal,       BOOL,                       REQUIRED, "is kept sealed")                   \
    F(S, max_characters, INT(0, 100000),             OPTIONAL, "the longest text")                 \
    F(S, min,            DECIMAL(-1000000000, 1000000000), OPTIONAL, "the least number")           \
    F(S, max,            DECIMAL(-1000000000, 1000000000), OPTIONAL, "the largest number")         \
    F(S, choices,        LIST(choice_shown, 0, 200), OPTIONAL, "what may be chosen")               \
    F(S, filled_by, PUBLIC_TEXT(40), OPTIONAL,                                                     \
      "the role that fills it in; not asked of the applicant")

#define CONDITION_SHOWN(F, S)                                                                      \
    F(S, key, PUBLIC_TEXT(60), REQUIRED,                                                           \
      "a field of the form, applicant.kind or applicant.represented")                              \
    F(S, values, TEXTS(60, 0, 64),     REQUIRED, "any of these")

#define MATERIAL_ASKED(F, S)                                                                       \
    F(S, code,     PUBLIC_TEXT(40),              REQUIRED, "how a filing names it")                \
    F(S, names,    RECORD(names_shown),          REQUIRED, "what it is")                           \
    F(S, form,     PUBLIC_TEXT(20),              REQUIRED, "electronic, original or copy")         \
    F(S, copies,   INT(0, 1000),                 REQUIRED, "how many")                             \
    F(S, need,     PUBLIC_TEXT(20),              REQUIRED, "required, conditional or welcome")     \
    F(S, when, LIST(condition_shown, 0, 16), OPTIONAL,                                             \
      "when it is required: all of these hold")                                                    \
    F(S, stage, PUBLIC_TEXT(60), OPTIONAL,                                                         \
      "handed in before this stage begins, not on filing")                                         \
    F(S, register_code, PUBLIC_TEXT(40), OPTIONAL,                                                 \
      "the hall asks this register instead of the applicant")

#define STAGE_SHOWN(F, S)                                                                          \
    F(S, id,         PUBLIC_TEXT(60),     REQUIRED, "the stage")                                   \
    F(S, names,      RECORD(names_shown), REQUIRED, "what is done")                                \
    F(S, roles,      TEXTS(40, 0, 16),    REQUIRED, "who does it")                                 \
    F(S, department, PUBLIC_TEXT(20),     REQUIRED, "whose work it is")                            \
    F(S, limit,      RECORD(limit_shown), OPTIONAL, "how long it may take")                        \
    F(S, why,        PUBLIC_TEXT(500),    OPTIONAL, "why there is no limit")                       \
    F(S, clock,      PUBLIC_TEXT(40),     OPTIONAL, "what kind of time it is")                     \
    F(S, optional,   BOOL,                REQUIRED, "it may be skipped")

#define FEE_STEP_SHOWN(F, S)                                                                       \
    F(S, up_to,    INT(0, INT64_MAX), OPTIONAL, "the last unit of this price; absent: no end")     \
    F(S, each_fen, FEN(0, FEN_MAX),   REQUIRED, "price of one")                                    \
    F(S, every,    INT(0, INT64_MAX), OPTIONAL, "after each further so many units")                \
    F(S, add_fen,  FEN(0, FEN_MAX),   OPTIONAL, "the price rises by this")

#define FEE_SHOWN(F, S)                                                                            \
    F(S, code,       PUBLIC_TEXT(40),             REQUIRED, "the fee")                             \
    F(S, names,      RECORD(names_shown),         REQUIRED, "what it is for")                      \
    F(S, amount_fen, FEN(0, FEN_MAX), REQUIRED,                                                    \
      "price of one; 0: free of charge, or by steps")                                              \
    F(S, steps,      LIST(fee_step_shown, 0, 16), OPTIONAL, "prices by quantity")                  \
    F(S, quantity, PUBLIC_TEXT(60), OPTIONAL,                                                      \
      "the form field that says how many; absent: one a case")                                     \
    F(S, bill_at,    PUBLIC_TEXT(20),             REQUIRED, "accepted, granted or requested")      \
    F(S, payee,      PUBLIC_TEXT(20),             OPTIONAL, "the charging unit")                   \
    F(S, basis,      PUBLIC_TEXT(500),            REQUIRED, "the law or list it rests on")

#define LAW_SHOWN(F, S)                                                                            \
    F(S, law,      RECORD(names_shown), REQUIRED, "the law")                                       \
    F(S, articles, TEXTS(60, 0, 64),    OPTIONAL, "its articles")

#define CONTACT_SHOWN(F, S)                                                                        \
    F(S, window,           PUBLIC_TEXT(40),     OPTIONAL, "window of the hall")                    \
    F(S, phone,            PUBLIC_TEXT(40),     OPTIONAL, "telephone")                             \
    F(S, leader,           RECORD(names_shown), OPTIONAL, "who answers for it")                    \
    F(S, leader_phone,     PUBLIC_TEXT(40),     OPTIONAL, "his telephone")                         \
    F(S, complaints_phone, PUBLIC_TEXT(40),     OPTIONAL, "telephone for complaints")

#define NAMED_SHOWN(F, S) F(S, names, RECORD(names_shown), REQUIRED, "what it says")

#define ITEM_LISTED(F, S)                                                                          \
    F(S, code,       PUBLIC_TEXT(40),     REQUIRED, "the item")                                    \
    F(S, names,      RECORD(names_shown), REQUIRED, "what it is called")                           \
    F(S, kind,       PUBLIC_TEXT(40),     REQUIRED, "what kind of matter it is")                   \
    F(S, department, PUBLIC_TEXT(20),     REQUIRED, "department in charge")                        \
    F(S, open,       BOOL,                REQUIRED, "it can be filed here")                        \
    F(S, promised,   RECORD(limit_shown), OPTIONAL, "how long it takes at most")                   \
    F(S, channels,   TEXTS(20, 0, 16),    REQUIRED, "how it may be filed")

#define ITEM_PAGE(F, S)                                                                            \
    F(S, code,           PUBLIC_TEXT(40),             REQUIRED, "the item")                        \
    F(S, names,          RECORD(names_shown),         REQUIRED, "what it is called")               \
    F(S, kind,           PUBLIC_TEXT(40),             REQUIRED, "what kind of matter it is")       \
    F(S, machine,        PUBLIC_TEXT(40),             REQUIRED, "the procedure it goes by")        \
    F(S, open,           BOOL,                        REQUIRED, "it can be filed here")            \
    F(S, catalogue_version, INT(1, INT64_MAX),        REQUIRED, "of which catalogue this is")      \
    F(S, department,     PUBLIC_TEXT(20),             REQUIRED, "department in charge")            \
    F(S, co_departments, TEXTS(20, 0, 16),            OPTIONAL, "departments that take part")      \
    F(S, applicants,     TEXTS(40, 0, 16),            REQUIRED, "who may file it")                 \
    F(S, channels,       TEXTS(20, 0, 16),            REQUIRED, "how it may be filed")             \
    F(S, rules,          RECORD(names_shown),         OPTIONAL, "the rules in short")              \
    F(S, laws,           LIST(law_shown, 0, 32),      REQUIRED, "what it rests on")                \
    F(S, authority, RECORD(names_shown), OPTIONAL,                                                 \
      "who decides, and under which rule")                                                         \
    F(S, decides,        PUBLIC_TEXT(20),             OPTIONAL, "the unit that decides")           \
    F(S, conditions,     LIST(named_shown, 0, 64),    REQUIRED, "conditions of a grant")           \
    F(S, form,           LIST(field_shown, 0, 64),    REQUIRED, "what is asked")                   \
    F(S, materials,      LIST(material_asked, 0, 64), REQUIRED, "what is handed in")               \
    F(S, stages,         LIST(stage_shown, 0, 64),    REQUIRED, "what is done, step by step")      \
    F(S, statutory,      RECORD(limit_shown),         OPTIONAL, "the limit of the law")            \
    F(S, local,          RECORD(limit_shown),         OPTIONAL, "the limit of a local rule")       \
    F(S, promised,       RECORD(limit_shown),         REQUIRED, "the limit that is promised")      \
    F(S, extension, RECORD(limit_shown), OPTIONAL,                                                 \
      "how much it may be extended, once")                                                         \
    F(S, deliver,        RECORD(limit_shown),         OPTIONAL, "from decision to delivery")       \
    F(S, fees,           LIST(fee_shown, 0, 64),      REQUIRED, "what it costs, with the basis")   \
    F(S, results,        LIST(named_shown, 0, 16),    REQUIRED, "what comes of it")                \
    F(S, contact,        RECORD(contact_shown),       OPTIONAL, "whom to ask")

#define ITEMS_PAGE(F, S)                                                                           \
    F(S, catalogue_version, INT(0, INT64_MAX), REQUIRED,                                           \
      "of which catalogue this is; 0: there is none yet")                                          \
    F(S, items,             LIST(item_listed, 0, 200), REQUIRED, "items in the catalogue's order") \
    F(S, next,              PUBLIC_TEXT(40),           OPTIONAL, "cursor of the next page")

#define WINDOW_SHOWN(F, S)                                                                         \
    F(S, code,   PUBLIC_TEXT(40),     REQUIRED, "the window")                                      \
    F(S, names,  RECORD(names_shown), REQUIRED, "what it is called")                               \
    F(S, serves, TEXTS(20, 0, 64),    REQUIRED, "departments it serves; * is every one")

#define DEPARTMENT_PAGE(F, S)                                                                      \
    F(S, code,    PUBLIC_TEXT(20),           REQUIRED, "the department, or body of the hall")      \
    F(S, names,   RECORD(names_shown),       REQUIRED, "what it is called")                        \
    F(S, is_body, BOOL,                      REQUIRED, "it is a body of the hall, no department")  \
    F(S, windows, LIST(window_shown, 0, 64), REQUIRED, "where it is served")                       \
    F(S, officers, LIST(shift_shown, 0, 200), OPTIONAL,                                            \
      "who of it is on duty now; on the page of the department alone")                             \
    F(S, window_share, RECORD(window_share), OPTIONAL,                                             \
      "how many of its items are decided at the window; on the page of the department alone")

#define DEPARTMENTS_PAGE(F, S)                                                                     \
    F(S, items, LIST(department_page, 0, 200), REQUIRED, "in the catalogue's order")

#define CATALOGUE_FILE(F, S)                                                                       \
    F(S, name, PUBLIC_TEXT(100), REQUIRED,                                                         \
      "catalogue.yaml, calendar-cn.yaml, procedures/permit.yaml ...")                              \
    F(S, text, PUBLIC_TEXT(2000000), REQUIRED, "the file")

#define CATALOGUE_ASK(F, S)                                                                        \
    F(S, files,    LIST(catalogue_file, 1, 100), REQUIRED, "all files of the version")             \
    F(S, base,     INT(1, INT64_MAX),            OPTIONAL,                                         \
      "the version it was made from; absent: the one in force")                                    \
    F(S, replaces, INT(1, INT64_MAX),            OPTIONAL, "the draft whose files these correct")  \
    F(S, note,     TEXT(2000),                   OPTIONAL, "a remark for those who check it")

#define CALENDAR_ASK(F, S)                                                                         \
    F(S, text, PUBLIC_TEXT(200000), REQUIRED,                                                      \
      "the calendar file, with the years that it had before and those that are new")

#define CALENDAR_PAGE(F, S)                                                                        \
    F(S, version,  INT(1, INT64_MAX), REQUIRED, "the version of the catalogue that is active now") \
    F(S, calendar, INT(1, INT64_MAX), REQUIRED, "the version of the calendar that counts now")

#define CALENDARS_PAGE(F, S)                                                                       \
    F(S, calendars, LIST(calendar_told, 0, 100), REQUIRED, "the newest first")                     \
    F(S, recounts,  LIST(recount_told, 0, 8),    REQUIRED,                                         \
      "how far each service that answers is with counting limits again")

/* -- operations ----------------------------------------------------------------------------- */

#define CLOCK_ASK(F, S)                                                                            \
    F(S, now,     TIME, OPTIONAL, "a virtual clock moves forward to this moment")                  \
    F(S, confirm, BOOL, OPTIONAL, "the clock of the machine is right, although it jumped")

#define CLOCK_TOLD(F, S)                                                                           \
    F(S, now,     TIME, REQUIRED, "the hall's time")                                               \
    F(S, settled, BOOL, REQUIRED, "every timer that fell due was worked, every stream is level")

#define READY_PAGE(F, S)                                                                           \
    F(S, ready,    BOOL,                REQUIRED, "every service can do its work")                 \
    F(S, services, LIST(health_page, 0, 8), REQUIRED, "how each is")

#define HEALTH_PAGE(F, S)                                                                          \
    F(S, service, PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service")                         \
    F(S, ready,   BOOL,                           REQUIRED, "it can do its work")                  \
    F(S, reasons, TEXTS(200, 0, 16),              REQUIRED, "why it cannot, or what is amiss")

#define PAGES_VOCABULARY(M)                                                                        \
    M(RECORD, recount_shown, RECOUNT_SHOWN, "clock_recounted",                                     \
      "What a new calendar did to a limit.")                                                       \
    M(RECORD, clock_page, CLOCK_PAGE, "clock_shown",                                               \
      "A limit and how it was found.")                                                             \
    M(ANSWER, filed_page,      FILED_PAGE,      "case_filed",       "A case that was filed.")      \
    M(ANSWER, case_page,       CASE_PAGE,       "case",             "A case.")                     \
    M(RECORD, matter_begun,    MATTER_BEGUN,    "matter_begun",                                    \
      "A matter of the hall that an action began.")                                                \
    M(ANSWER, action_page,     ACTION_PAGE,     "action_done",      "What an action did.")         \
    M(QUERY,  track_ask,       TRACK_ASK,       "track",            "Number and code.")            \
    M(ANSWER, track_page, TRACK_PAGE, "tracked",                                                   \
      "How a case stands, without personal data.")                                                 \
    M(RECORD, timeline_event,  TIMELINE_EVENT,  "timeline_event",   "An event of a case.")         \
    M(ANSWER, timeline_page,   TIMELINE_PAGE,   "timeline",         "Events in causal order.")     \
    M(ANSWER, recompute_page, RECOMPUTE_PAGE, "clock_recomputed",                                  \
      "A limit found again from scratch.")                                                         \
    M(QUERY,  search_ask,      SEARCH_ASK,      "case_search",      "What cases are looked for.")  \
    M(ANSWER, search_page,     SEARCH_PAGE,     "cases",            "Cases found.")                \
    M(ANSWER, promises_page,   PROMISES_PAGE,   "promises",                                        \
      "What meetings resolved.")                                                                   \
    M(ANSWER, tasks_page,      TASKS_PAGE,      "tasks",            "A worklist.")                 \
    M(ANSWER, inbox_page,      INBOX_PAGE,      "inbox",            "Messages about a case.")      \
    M(ANSWER, own_data,        OWN_DATA,        "own_data",                                        \
      "What the hall holds of who filed a case.")                                                  \
    M(ANSWER, blob_page,       BLOB_PAGE,       "upload",           "A file that was received.")   \
    M(COMMAND, pay_ask,        PAY_ASK,         "payment_made",     "A payment.")                  \
    M(COMMAND, pay_several_ask, PAY_SEVERAL_ASK, "payment_of_several",                             \
      "A payment for several bills.")                                                              \
    M(ANSWER, payment_page,    PAYMENT_PAGE,    "payment",          "A payment that was taken.")   \
    M(COMMAND, settle_ask, SETTLE_ASK, "settlements_wanted", "Why money is settled now.")          \
    M(ANSWER, settlements_ordered_page, SETTLEMENTS_ORDERED_PAGE, "settlements_ordered",           \
      "Settlements that were ordered.")                                                            \
    M(COMMAND, settlement_answer_ask, SETTLEMENT_ANSWER_ASK, "settlement_answer",                  \
      "The treasury's answer.")                                                                    \
    M(ANSWER, settlement_answered_page, SETTLEMENT_ANSWERED_PAGE, "settlement_answered",           \
      "An answer that was attached.")                                                              \
    M(COMMAND, exception_ask, EXCEPTION_ASK, "exception_finding",                                  \
      "What was found of a payment on line.")                                                      \
    M(ANSWER, exception_page, EXCEPTION_PAGE, "exception_resolved",                                \
      "A payment that was looked into.")                                                           \
    M(COMMAND, day_close_ask, DAY_CLOSE_ASK, "day_to_close", "A day to be closed.")                \
    M(ANSWER, day_closed_page, DAY_CLOSED_PAGE, "day_closed", "A day that was closed.")            \
    M(COMMAND, session_ask, SESSION_ASK, "sign_in",                                                \
      "How somebody signs in; empty: a session for filing only.")                                  \
    M(ANSWER, session_page,    SESSION_PAGE,    "session",          "A session.")                  \
    M(ANSWER, me_page,         ME_PAGE,         "me",               "Who is asking.")              \
    M(COMMAND, account_ask,    ACCOUNT_ASK,     "new_account",      "An account to be made.")      \
    M(COMMAND, account_change, ACCOUNT_CHANGE,  "account_change",   "What changes of an account.") \
    M(ANSWER, account_page,    ACCOUNT_PAGE,    "account",          "An account.")                 \
    M(ANSWER, accounts_page,   ACCOUNTS_PAGE,   "accounts",         "Accounts.")                   \
    M(RECORD, names_shown,     NAMES_SHOWN,     "names",            "A name in three languages.")  \
    M(RECORD, limit_shown,     LIMIT_SHOWN,     "limit",            "A limit.")                    \
    M(RECORD, choice_shown,    CHOICE_SHOWN,    "choice",           "What may be chosen.")         \
    M(RECORD, field_shown,     FIELD_SHOWN,     "form_field",       "A field of an item's form.")  \
    M(RECORD, condition_shown, CONDITION_SHOWN, "condition",        "A condition.")                \
    M(RECORD, material_asked,  MATERIAL_ASKED,  "material_asked",   "A material of an item.")      \
    M(RECORD, stage_shown,     STAGE_SHOWN,     "stage",            "A stage of an item.")         \
    M(RECORD, fee_step_shown,  FEE_STEP_SHOWN,  "fee_step",         "A step of a price.")          \
    M(RECORD, fee_shown,       FEE_SHOWN,       "fee",              "A fee of an item.")           \
    M(RECORD, law_shown,       LAW_SHOWN,       "law",              "A law and its articles.")     \
    M(RECORD, contact_shown,   CONTACT_SHOWN,   "contact",          "Whom to ask.")                \
    M(RECORD, named_shown, NAMED_SHOWN, "named",                                                   \
      "A sentence in three languages.")                                                            \
    M(RECORD, item_listed,     ITEM_LISTED,     "item_listed",      "An item in a list.")          \
    M(ANSWER, item_page, ITEM_PAGE, "item",                                                        \
      "An item with its eight disclosures.")                                                       \
    M(ANSWER, items_page,      ITEMS_PAGE,      "items",            "Items of the catalogue.")     \
    M(RECORD, window_shown,    WINDOW_SHOWN,    "window",           "A window of the hall.")       \
    M(ANSWER, department_page, DEPARTMENT_PAGE, "department",       "A department or body.")       \
    M(ANSWER, departments_page, DEPARTMENTS_PAGE, "departments",    "Departments and bodies.")     \
    M(RECORD, catalogue_file,  CATALOGUE_FILE,  "catalogue_file",   "A file of a catalogue.")      \
    M(COMMAND, catalogue_ask,  CATALOGUE_ASK,   "catalogue_files",  "A new catalogue.")            \
    M(COMMAND, calendar_ask,   CALENDAR_ASK,    "calendar_file",    "A new calendar.")             \
    M(ANSWER, calendar_page,   CALENDAR_PAGE,   "calendar_published", "A calendar that counts.")   \
    M(ANSWER, calendars_page,  CALENDARS_PAGE,  "calendars",                                       \
      "Calendars of working days, and what the newest one does to limits.")                        \
    M(COMMAND, clock_ask,      CLOCK_ASK,       "clock_set",        "Move or confirm the clock.")  \
    M(ANSWER, clock_told,      CLOCK_TOLD,      "clock_told",       "The hall's time.")            \
    M(RECORD, health_page,     HEALTH_PAGE,     "service_health",   "How a service is.")           \
    M(ANSWER, ready_page,      READY_PAGE,      "readiness",        "How the suite is.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(pages_vocabulary, PAGES_VOCABULARY)
