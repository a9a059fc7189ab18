/* The vocabulary of intake: the catalogue, cases as filed, materials, the vault. */
#pragma once

#include "events/officers.h"

enum { RULES_TEXT_BYTES_MAX = 56 * 1024, RULES_PARTS_MAX = 512 };

/* clang-format off */

/* -- the catalogue -------------------------------------------------------------------------- */

#define CATALOGUE_PART(F, S)                                                                       \
    F(S, version, INT(1, INT64_MAX),               REQUIRED, "the catalogue it is part of")        \
    F(S, index,   INT(0, RULES_PARTS_MAX),     REQUIRED, "its place among the parts")          \
    F(S, file,    PUBLIC_TEXT(100),                REQUIRED,                                       \
      "the file it belongs to: its parts in order are the file")                                   \
    F(S, name,    PUBLIC_TEXT(100),                REQUIRED,                                       \
      "what it holds: an item, a piece of the head")                                               \
    F(S, text,    BYTES(RULES_TEXT_BYTES_MAX), REQUIRED, "the part, as it stands in the file")

#define CATALOGUE_ACTIVATE(F, S)                                                                   \
    F(S, version, INT(1, INT64_MAX),           REQUIRED,                                           \
      "the catalogue whose parts are all there")                                                   \
    F(S, parts,   INT(1, RULES_PARTS_MAX), REQUIRED, "how many they are")                      \
    F(S, sha256,  HASH,                        REQUIRED,                                           \
      "hash over the texts of the parts in order")

#define CATALOGUE_ACTIVATED(F, S)                                                                  \
    CATALOGUE_ACTIVATE(F, S)                                                                       \
    F(S, subject,    INT(1, INT64_MAX), OPTIONAL,                                                  \
      "whose key seals the texts of the hall's own matters")                                       \
    F(S, public_key, BYTES(32),         OPTIONAL, "to seal to that subject")                       \
    F(S, calendar,   INT(1, INT64_MAX), OPTIONAL,                                                  \
      "the version that brought the calendar that counts from now on; absent: this one")

/* -- versions on their way into force --------------------------------------------------------- */

#define CATALOGUE_DRAFT(F, S)                                                                      \
    CATALOGUE_ACTIVATE(F, S)                                                                       \
    F(S, base,     INT(1, INT64_MAX),  OPTIONAL,                                                   \
      "the version it was made from; absent: the one in force")                                    \
    F(S, replaces, INT(1, INT64_MAX),  OPTIONAL, "the draft whose files these correct")            \
    F(S, note,     TEXT(2000),         OPTIONAL, "a remark for those who check it")

#define CATALOGUE_DRAFTED(F, S)                                                                    \
    CATALOGUE_ACTIVATE(F, S)                                                                       \
    F(S, base,     INT(0, INT64_MAX),  OPTIONAL, "the version it was made from; absent: none")     \
    F(S, replaces, INT(1, INT64_MAX),  OPTIONAL, "the number under which the matter was before")

#define CATALOGUE_OBSTACLE_VALUES(V)                                                               \
    V(OBSTACLE_LATE,      "late",      "its day came before the checks were through")              \
    V(OBSTACLE_OVERTAKEN, "overtaken", "another version than the one it was made from is in force")\
    V(OBSTACLE_UNSOUND,   "unsound",   "its files are not sound any more")
WIRE_DECLARE_ENUM(catalogue_obstacle, CATALOGUE_OBSTACLE_VALUES)

#define CATALOGUE_HOLD(F, S)                                                                       \
    F(S, obstacle, ENUM(catalogue_obstacle), REQUIRED, "why it did not come into force")           \
    F(S, active,   INT(1, INT64_MAX),        REQUIRED, "the version that is in force")             \
    F(S, errors,   TEXTS(600, 0, 20),        OPTIONAL, "what is not sound: file, line and field")

#define CATALOGUE_HELD_BACK(F, S)                                                                  \
    F(S, version,  INT(1, INT64_MAX),        REQUIRED, "the version that went back to draft")      \
    CATALOGUE_HOLD(F, S)

/* -- filing --------------------------------------------------------------------------------- */

#define APPLICANT(F, S)                                                                            \
    F(S, kind,           PUBLIC_TEXT(40), REQUIRED,                                                \
      "natural_person, legal_person ... as the item says")                                         \
    F(S, name,           TEXT(100),       REQUIRED, "name of the person or firm")                  \
    F(S, id_type,        PUBLIC_TEXT(40), OPTIONAL, "kind of identity document")                   \
    F(S, id_number,      TEXT(40),        OPTIONAL, "its number")                                  \
    F(S, phone,          TEXT(30),        OPTIONAL, "telephone")                                   \
    F(S, email,          TEXT(254),       OPTIONAL, "e-mail address")                              \
    F(S, language,       ENUM(language),  OPTIONAL, "language of messages")                        \
    F(S, represented,    BOOL,            OPTIONAL, "somebody acts for the applicant")             \
    F(S, representative, TEXT(100),       OPTIONAL, "name of who acts for the applicant")

#define FILE_CASE(F, S)                                                                            \
    F(S, item,      PUBLIC_TEXT(40),             REQUIRED, "code of the item")                     \
    F(S, applicant, RECORD(applicant),           REQUIRED, "who asks")                             \
    F(S, form,      FORM(64),                    OPTIONAL, "the item's form")                      \
    F(S, materials, LIST(material_claim, 0, 40), OPTIONAL, "materials handed in")                  \
    F(S, channel,   ENUM(channel),               REQUIRED, "how it came")                          \
    F(S, signed_for, BOOL,                       OPTIONAL,                                         \
      "it came by mail that was signed for")

#define FILED(F, S)                                                                                \
    F(S, code, PUBLIC_TEXT(20), REQUIRED,                                                          \
      "opens the case, together with its number; told once more on a repeat, stored nowhere")

#define MATERIAL_SHARED(F, S)                                                                      \
    F(S, code,      PUBLIC_TEXT(40),   REQUIRED, "which material of the item this is")             \
    F(S, source,    PUBLIC_TEXT(40),   REQUIRED, "the register that holds it")

#define CASE_SUBMITTED(F, S)                                                                       \
    F(S, number,            PUBLIC_TEXT(40),               REQUIRED, "tracking number")            \
    F(S, item,              PUBLIC_TEXT(40),               REQUIRED, "code of the item")           \
    F(S, catalogue_version, INT(1, INT64_MAX),             REQUIRED,                               \
      "the catalogue it was filed under")                                                          \
    F(S, subject,           INT(1, INT64_MAX),             REQUIRED,                               \
      "whose key the personal values are sealed under")                                            \
    F(S, channel,           ENUM(channel),                 REQUIRED, "how it came")                \
    F(S, signed_for,        BOOL,                          OPTIONAL,                               \
      "it came by mail that was signed for")                                                       \
    F(S, applicant,         RECORD(applicant),             REQUIRED, "who asks")                   \
    F(S, form,              FORM(64),                      OPTIONAL, "the item's form")            \
    F(S, materials,         LIST(material_filed, 0, 40),   OPTIONAL, "materials handed in")        \
    F(S, shared,            LIST(material_shared, 0, 20),  OPTIONAL,                               \
      "materials the hall asks a register for")                                                    \
    F(S, missing,           TEXTS(40, 0, 40),              OPTIONAL, "materials that are missing") \
    F(S, session,           BYTES(16),                     OPTIONAL,                               \
      "hash of the session that filed it")                                                         \
    F(S, step,              RECORD(case_step),             REQUIRED,                               \
      "into which state, and the clocks that started")

#define MATERIAL_FETCHED(F, S)                                                                     \
    F(S, code,      PUBLIC_TEXT(40),   REQUIRED, "which material of the case this is")             \
    F(S, source,    PUBLIC_TEXT(40),   REQUIRED, "the register that was asked")                    \
    F(S, found,     BOOL,              REQUIRED, "whether the register holds it")                  \
    F(S, reference, TEXT(200),         OPTIONAL, "how the register names the entry")               \
    F(S, order_due, TIME,              REQUIRED, "the work order that this ends")                  \
    F(S, order_id,  ID(event_id),      REQUIRED, "its id")

#define REGISTER_SILENT(F, S)                                                                      \
    F(S, code,      PUBLIC_TEXT(40),   REQUIRED, "which material of the case was asked for")       \
    F(S, source,    PUBLIC_TEXT(40),   REQUIRED, "the register that did not answer")               \
    F(S, attempts,  INT(1, 1000000),   REQUIRED, "how often it was asked so far")                  \
    F(S, again,     TIME,              REQUIRED, "when it will be asked again")                    \
    F(S, order_due, TIME,              REQUIRED, "the work order that this puts off")              \
    F(S, order_id,  ID(event_id),      REQUIRED, "its id")

/* What the worker tells the writer about a register. */
#define REPORT_REGISTER(F, S)                                                                      \
    F(S, case_id,   ID(case_id),       REQUIRED, "the case")                                       \
    F(S, code,      PUBLIC_TEXT(40),   REQUIRED, "which material was asked for")                   \
    F(S, source,    PUBLIC_TEXT(40),   REQUIRED, "the register")                                   \
    F(S, answered,  BOOL,              REQUIRED, "whether it answered at all")                     \
    F(S, found,     BOOL,              OPTIONAL, "whether it holds the entry")                     \
    F(S, reference, TEXT(200),         OPTIONAL, "how it names the entry")                         \
    F(S, attempts,  INT(0, 1000000),   OPTIONAL, "how often it was asked before")                  \
    F(S, order_due, TIME,              REQUIRED, "the work order")                                 \
    F(S, order_id,  ID(event_id),      REQUIRED, "its id")

/* -- the vault ------------------------------------------------------------------------------ */

#define SEALED_VALUE(F, S)                                                                         \
    F(S, value, BYTES(20000), REQUIRED, "a sealed value")

#define OPENED_VALUE(F, S)                                                                         \
    F(S, text, BYTES(20000), OPTIONAL, "what it hides; absent when its subject was erased")

#define OPEN_VALUES(F, S)                                                                          \
    F(S, case_id, ID(case_id),                REQUIRED, "the case the values belong to")           \
    F(S, purpose, PUBLIC_TEXT(60),            REQUIRED, "what they are opened for")                \
    F(S, values,  LIST(sealed_value, 1, 200), REQUIRED, "the values")

#define OPENED_VALUES(F, S)                                                                        \
    F(S, values, LIST(opened_value, 0, 200), REQUIRED, "in the order of the question")

#define PERSONAL_DATA_READ(F, S)                                                                   \
    F(S, purpose, PUBLIC_TEXT(60),   REQUIRED, "what they were opened for")                        \
    F(S, values,  INT(1, 1000),      REQUIRED, "how many values were opened")                      \
    F(S, subject, INT(1, INT64_MAX), REQUIRED, "whose they are")

/* -- erasure (个人信息保护法 47) ---------------------------------------------------------------- */

#define ERASURE_STATUS_VALUES(V)                                                                   \
    V(ERASURE_ASKED,      "asked",      "somebody asked for it")                                   \
    V(ERASURE_RESTRICTED, "restricted", "stored and not used, until a legal period is over")       \
    V(ERASURE_ERASED,     "erased",     "nobody can read it any more")
WIRE_DECLARE_ENUM(erasure_status, ERASURE_STATUS_VALUES)

#define ERASE_SUBJECT(F, S)                                                                        \
    F(S, case_id, ID(case_id),      REQUIRED, "a case of the person")                              \
    F(S, refuse,  BOOL,             OPTIONAL, "what was asked for is refused")                     \
    F(S, basis,   PUBLIC_TEXT(200), OPTIONAL, "the article by which it is erased, or is not")      \
    F(S, reasons, TEXT(2000),       REQUIRED, "the reasons")

#define ERASURE_STEP(F, S)                                                                         \
    F(S, subject,  INT(1, INT64_MAX), REQUIRED, "whose personal values")                           \
    F(S, asked_by, PUBLIC_TEXT(64),   OPTIONAL,                                                    \
      "sign-in name of the officer who asked for it; absent: who filed")                           \
    F(S, until,    TIME,              OPTIONAL,                                                    \
      "when they are erased; absent while the case goes on")                                       \
    F(S, basis,    PUBLIC_TEXT(200),  OPTIONAL, "the article")                                     \
    F(S, reasons,  TEXT(2000),        OPTIONAL, "the reasons")

#define ERASURE_SHOWN(F, S)                                                                        \
    F(S, status, ENUM(erasure_status), REQUIRED, "how far it is")                                  \
    F(S, since,  TIME,                 REQUIRED, "since when")                                     \
    F(S, until,  TIME,                 OPTIONAL, "when the values are erased, where that is known")

#define ASK_ERASURES(F, S)                                                                         \
    F(S, after, BYTES(8),          OPTIONAL, "place behind which to begin, as told")               \
    F(S, limit, INT(1, 200),       REQUIRED, "how many at most")

#define ERASURE_LISTED(F, S)                                                                       \
    F(S, case_id,  ID(case_id),     REQUIRED, "the case")                                          \
    F(S, asked_by, PUBLIC_TEXT(64), OPTIONAL,                                                      \
      "sign-in name of the officer who asked for it; absent: who filed")                           \
    ERASURE_SHOWN(F, S)

#define ERASURES_TOLD(F, S)                                                                        \
    F(S, items, LIST(erasure_listed, 0, 200), REQUIRED, "in the order of filing")                  \
    F(S, next,  BYTES(8),                     OPTIONAL, "place of the next page")

/* -- questions ------------------------------------------------------------------------------ */

#define ASK_CATALOGUE(F, S)                                                                        \
    F(S, publishing, BOOL, OPTIONAL,                                                               \
      "the caller wants to publish the next one: refused if he may not")

#define CATALOGUE_TOLD(F, S)                                                                       \
    F(S, version, INT(0, INT64_MAX), REQUIRED, "the active catalogue; 0 when there is none yet")   \
    F(S, sha256,  HASH,              OPTIONAL, "hash over its parts")                              \
    F(S, next,    INT(1, INT64_MAX), REQUIRED, "the number of the next one")                       \
    F(S, halted,  TEXTS(40, 0, 64),  OPTIONAL,                                                     \
      "codes of the items that take no new cases by order; * is every one")                        \
    F(S, calendar, INT(0, INT64_MAX), OPTIONAL, "the version of the calendar that counts")

#define ASK_CATALOGUE_VERSIONS(F, S)                                                               \
    F(S, version, INT(1, INT64_MAX), OPTIONAL, "this one alone, with what it changes")             \
    F(S, before,  INT(1, INT64_MAX), OPTIONAL, "those with a smaller number")                      \
    F(S, sha256,  HASH,              OPTIONAL, "those of these files that did not end")            \
    F(S, limit,   INT(1, 200),       REQUIRED, "how many at most")

#define CATALOGUE_CHANGES(F, S)                                                                    \
    F(S, against, INT(1, INT64_MAX),  REQUIRED, "the version it is held against")                  \
    F(S, added,   TEXTS(100, 0, 512), REQUIRED, "codes of items that are new")                     \
    F(S, changed, TEXTS(100, 0, 512), REQUIRED, "codes of items that are another")                 \
    F(S, retired, TEXTS(100, 0, 512), REQUIRED, "codes of items that are gone")                    \
    F(S, files,   TEXTS(100, 0, 512), REQUIRED,                                                    \
      "files that are new, another or gone; catalogue.yaml stands for its head")

#define CATALOGUE_HALT(F, S)                                                                       \
    F(S, items, TEXTS(40, 0, 64), OPTIONAL, "codes of the items that are halted; none: all")       \
    F(S, until, DATE,             OPTIONAL, "the last day, as far as the order says")

#define CATALOGUE_VERSION_TOLD(F, S)                                                               \
    F(S, version,      INT(1, INT64_MAX),           REQUIRED, "its number")                        \
    F(S, id,           ID(case_id),                 REQUIRED, "its matter, as a case")             \
    F(S, number,       PUBLIC_TEXT(40),             REQUIRED, "number of the matter")              \
    F(S, status,       PUBLIC_TEXT(40),             REQUIRED, "state of the matter")               \
    F(S, part_version, INT(1, INT64_MAX),           REQUIRED,                                      \
      "version of the matter, as in its ETag")                                                     \
    F(S, base,         INT(0, INT64_MAX),           REQUIRED,                                      \
      "the version it was made from; 0: none")                                                     \
    F(S, parts,        INT(1, RULES_PARTS_MAX),     REQUIRED,                                      \
      "in how many parts it was registered")                                                       \
    F(S, sha256,       HASH,                        REQUIRED, "hash over the parts in order")      \
    F(S, drafted_at,   TIME,                        REQUIRED, "when its files were handed in")     \
    F(S, effective_on, DATE,                        OPTIONAL,                                      \
      "the day on which it comes into force")                                                      \
    F(S, active_from,  TIME,                        OPTIONAL, "since when it was in force")        \
    F(S, active_until, TIME,                        OPTIONAL, "when the next one replaced it")     \
    F(S, replaced_by,  INT(1, INT64_MAX),           OPTIONAL,                                      \
      "the number of the corrected files: the matter goes on under that")                          \
    F(S, halt,         RECORD(catalogue_halt),      OPTIONAL,                                      \
      "an order by which it takes no new cases")                                                   \
    F(S, held_back,    RECORD(catalogue_hold),      OPTIONAL, "why it went back to draft")         \
    F(S, changes,      RECORD(catalogue_changes),   OPTIONAL,                                      \
      "what it changes: against the version in force, later against the one it was made from")     \
    F(S, undisclosed,  TEXTS(120, 0, 200),          OPTIONAL,                                      \
      "what a draft still lacks of the eight disclosures, item by item")                           \
    F(S, actions,      LIST(action_offered, 0, 32), REQUIRED, "what the caller may do now")

#define CATALOGUE_VERSIONS_TOLD(F, S)                                                              \
    F(S, items, LIST(catalogue_version_told, 0, 200), REQUIRED, "the newest first")                \
    F(S, next,  PUBLIC_TEXT(40),                      OPTIONAL, "cursor of the next page")

#define ASK_CATALOGUE_PART(F, S)                                                                   \
    F(S, version, INT(1, INT64_MAX),           REQUIRED, "the catalogue")                          \
    F(S, index,   INT(0, RULES_PARTS_MAX), REQUIRED, "which part")

#define CATALOGUE_PART_TOLD(F, S)                                                                  \
    F(S, parts, INT(0, RULES_PARTS_MAX),     REQUIRED, "how many the catalogue has")           \
    F(S, file,  PUBLIC_TEXT(100),                OPTIONAL, "the file it belongs to")               \
    F(S, text,  BYTES(RULES_TEXT_BYTES_MAX), OPTIONAL, "the part")                                 \
    F(S, name,  PUBLIC_TEXT(100),                OPTIONAL, "what it holds")

#define ASK_CALENDARS(F, S)                                                                        \
    F(S, limit, INT(1, 100),         REQUIRED, "how many at most")

#define CALENDAR_TOLD(F, S)                                                                        \
    F(S, version,       INT(1, INT64_MAX), REQUIRED, "its number: the catalogue that brought it")  \
    F(S, active,        BOOL,              REQUIRED, "limits are counted with it now")             \
    F(S, since,         TIME,              REQUIRED, "when it became the one that counts")         \
    F(S, valid_from,    DATE,              OPTIONAL, "the first day that its notices cover")       \
    F(S, valid_through, DATE,              OPTIONAL, "the last one")

#define CALENDARS_TOLD(F, S)                                                                       \
    F(S, calendars, LIST(calendar_told, 0, 100), REQUIRED, "the newest first")

#define ASK_CASE(F, S) F(S, case_id, ID(case_id), REQUIRED, "the case")

#define MATERIAL_SHOWN(F, S)                                                                       \
    F(S, index,      INT(0, 1000),       REQUIRED, "its place among the materials of the case")    \
    F(S, code,       PUBLIC_TEXT(40),    REQUIRED, "which material of the item this is")           \
    F(S, size,       INT(0, INT64_MAX),  OPTIONAL, "bytes")                                        \
    F(S, media_type, PUBLIC_TEXT(100),   OPTIONAL, "what the file is")                             \
    F(S, filename,   TEXT(255),          OPTIONAL, "what the file is called")                      \
    F(S, sha256,     TEXT(64),           OPTIONAL, "hash of the content")                          \
    F(S, source,     PUBLIC_TEXT(40),    OPTIONAL, "the register it comes from")                   \
    F(S, status,     PUBLIC_TEXT(20),    REQUIRED, "filed, asked, found or absent")

#define ACTION_OFFERED(F, S)                                                                       \
    F(S, action, PUBLIC_TEXT(40),    REQUIRED, "what may be done")                                 \
    F(S, needs,  TEXTS(40, 0, 16),   OPTIONAL, "fields that must be given")                        \
    F(S, may,    TEXTS(40, 0, 16),   OPTIONAL, "fields that may be given")

#define CASE_FILED_PART(F, S)                                                                      \
    F(S, case_id,           ID(case_id),                  REQUIRED, "the case")                    \
    F(S, number,            PUBLIC_TEXT(40),              REQUIRED, "tracking number")             \
    F(S, item,              PUBLIC_TEXT(40),              REQUIRED, "code of the item")            \
    F(S, catalogue_version, INT(1, INT64_MAX),            REQUIRED,                                \
      "the catalogue it was filed under")                                                          \
    F(S, owner,             PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED,                              \
      "the service that has it, as far as intake knows")                                           \
    F(S, state,             PUBLIC_TEXT(40),              REQUIRED,                                \
      "its state, as far as intake knows")                                                         \
    F(S, version,           INT(1, INT64_MAX),            REQUIRED, "version of intake's part")    \
    F(S, subject,           INT(0, INT64_MAX),            REQUIRED,                                \
      "whose key seals the personal values")                                                       \
    F(S, received,          TIME,                         REQUIRED, "when it was received")        \
    F(S, channel,           ENUM(channel),                OPTIONAL, "how it came")                 \
    F(S, applicant,         RECORD(applicant),            OPTIONAL,                                \
      "who asks; absent for a matter of the hall itself")                                          \
    F(S, form,              FORM(64),                     OPTIONAL, "the item's form")             \
    F(S, materials,         LIST(material_shown, 0, 80),  OPTIONAL, "materials")                   \
    F(S, missing,           TEXTS(40, 0, 40),             OPTIONAL, "materials that are missing")  \
    F(S, ground,            PUBLIC_TEXT(40),              OPTIONAL, "ground of not accepting it")  \
    F(S, remedies,          LIST(remedy, 0, 4),           OPTIONAL,                                \
      "what may be done against that")                                                             \
    F(S, clocks,            LIST(clock, 0, 16),           OPTIONAL, "clocks, while intake has it") \
    F(S, calendar,          INT(0, INT64_MAX),            OPTIONAL,                                \
      "the version of the calendar that counts now")                                               \
    F(S, actions,           LIST(action_offered, 0, 32),  OPTIONAL, "what the caller may do now")  \
    F(S, of_hall,           BOOL,                         OPTIONAL,                                \
      "a matter of the hall itself: no other service has a part of it")                            \
    F(S, ownership,         RECORD(ownership),            OPTIONAL,                                \
      "who owns it, until it ends")                                                                \
    F(S, erasure,           RECORD(erasure_shown),        OPTIONAL,                                \
      "how far the erasure of its personal values is")

#define ASK_MATERIAL(F, S)                                                                         \
    F(S, case_id, ID(case_id),       REQUIRED, "the case")                                         \
    F(S, index,   INT(0, 1000),      REQUIRED, "which of its materials")                           \
    F(S, chunk,   INT(0, INT64_MAX), REQUIRED, "which piece of the file")

#define MATERIAL_CHUNK(F, S)                                                                       \
    F(S, media_type, PUBLIC_TEXT(100),  REQUIRED, "what the file is")                              \
    F(S, size,       INT(0, INT64_MAX), REQUIRED, "bytes of the whole file")                       \
    F(S, filename,   TEXT(255),         OPTIONAL, "what the file is called")                       \
    F(S, data,       BYTES(65536),      OPTIONAL, "the piece")

#define READ_MATERIAL(F, S)                                                                        \
    F(S, case_id, ID(case_id),  REQUIRED, "the case")                                              \
    F(S, index,   INT(0, 1000), REQUIRED, "which of its materials is going to be read")

#define MATERIAL_READ(F, S)                                                                        \
    F(S, index, INT(0, 1000),    REQUIRED, "which of the case's materials was read")               \
    F(S, code,  PUBLIC_TEXT(40), REQUIRED, "which material of the item it is")

#define FIND_BY_NUMBER(F, S)                                                                       \
    F(S, number, PUBLIC_TEXT(40), REQUIRED, "tracking number")                                     \
    F(S, code,   PUBLIC_TEXT(20), REQUIRED, "the code that was told with it")

#define CASE_FOUND(F, S) F(S, case_id, ID(case_id), REQUIRED, "the case that number and code open")

#define FIND_SUBJECTS(F, S)                                                                        \
    F(S, id_number, TEXT(40), OPTIONAL, "identity number")                                         \
    F(S, phone,     TEXT(30), OPTIONAL, "telephone")

#define SUBJECT_NUMBER(F, S) F(S, subject, INT(1, INT64_MAX), REQUIRED, "a subject")
#define SUBJECTS_FOUND(F, S)                                                                       \
    F(S, subjects, LIST(subject_number, 0, 200), REQUIRED, "the latest first")

#define INTAKE_VOCABULARY(M)                                                                       \
    M(COMMAND, register_part,      CATALOGUE_PART,     "intake.register_part",                     \
      "Register a part of a new catalogue.")                                                       \
    M(COMMAND, activate_catalogue, CATALOGUE_ACTIVATE, "intake.activate_catalogue",                \
      "Check the registered parts and make them the catalogue.")                                   \
    M(EVENT,   catalogue_part_registered, CATALOGUE_PART,                                          \
      "intake.catalogue_part_registered.v1",                                                       \
      "A part of a new catalogue was registered.")                                                 \
    M(EVENT,   catalogue_activated,       CATALOGUE_ACTIVATED,                                     \
      "intake.catalogue_activated.v1",       "A catalogue became the active one.")                 \
    M(COMMAND, draft_catalogue,    CATALOGUE_DRAFT,    "intake.draft_catalogue",                   \
      "Check the registered parts and make them a draft.")                                         \
    M(EVENT,   catalogue_drafted,  CATALOGUE_DRAFTED,  "intake.catalogue_drafted.v1",              \
      "The files of a version were handed in.")                                                    \
    M(EVENT,   catalogue_held_back, CATALOGUE_HELD_BACK, "intake.catalogue_held_back.v1",          \
      "A version did not come into force on its day and went back to draft.")                      \
    M(RECORD,  applicant,          APPLICANT,          "applicant",                 "Who asks.")   \
    M(COMMAND, file_case,          FILE_CASE,          "intake.file_case",          "File a case.")\
    M(ANSWER,  filed,              FILED,              "intake.filed",                             \
      "What is told to who filed, and stored nowhere.")                                            \
    M(RECORD,  material_shared,    MATERIAL_SHARED,    "material_shared",                          \
      "A material a register holds.")                                                              \
    M(EVENT,   case_submitted,     CASE_SUBMITTED,     "intake.case_submitted.v1",                 \
      "A case was filed.")                                                                         \
    M(EVENT,   material_fetched,   MATERIAL_FETCHED,   "intake.material_fetched.v1",               \
      "A register answered.")                                                                      \
    M(EVENT,   register_silent,    REGISTER_SILENT,    "intake.register_silent.v1",                \
      "A register did not answer; it is asked again.")                                             \
    M(COMMAND, report_register,    REPORT_REGISTER,    "intake.report_register",                   \
      "What came of asking a register.")                                                           \
    M(RECORD,  sealed_value,       SEALED_VALUE,       "sealed_value",                             \
      "A value to be opened.")                                                                     \
    M(RECORD,  opened_value,       OPENED_VALUE,       "opened_value",                             \
      "A value that was opened.")                                                                  \
    M(COMMAND, open_values,        OPEN_VALUES,        "intake.open_values",                       \
      "Open sealed values of somebody else; leaves an event.")                                     \
    M(QUERY,   open_own_values,    OPEN_VALUES,        "intake.open_own_values",                   \
      "Open sealed values of one's own case.")                                                     \
    M(ANSWER,  opened_values,      OPENED_VALUES,      "intake.opened_values",                     \
      "What sealed values hide.")                                                                  \
    M(EVENT,   personal_data_read, PERSONAL_DATA_READ, "intake.personal_data_read.v1",             \
      "Somebody read personal values.")                                                            \
    M(RECORD,  erasure_step, ERASURE_STEP, "erasure_step",                                         \
      "What every step of an erasure tells: the four events have its shape.")                      \
    M(COMMAND, erase_subject, ERASE_SUBJECT, "intake.erase_subject",                               \
      "Ask for the erasure of a person's values, decide on it, or refuse it.")                     \
    M(EVENT, erasure_asked, ERASURE_STEP, "intake.erasure_asked.v1",                               \
      "Somebody asked to erase a person's values.")                                                \
    M(EVENT, erasure_refused, ERASURE_STEP, "intake.erasure_refused.v1",                           \
      "It was refused to erase a person's values.")                                                \
    M(EVENT, subject_restricted, ERASURE_STEP, "intake.subject_restricted.v1",                     \
      "A person's values are stored and not used any more.")                                       \
    M(EVENT, subject_erased, ERASURE_STEP, "intake.subject_erased.v1",                             \
      "A person's values were erased: their key is gone.")                                         \
    M(RECORD, erasure_shown, ERASURE_SHOWN, "erasure",                                             \
      "How far the erasure of personal values is.")                                                \
    M(QUERY, ask_erasures, ASK_ERASURES, "intake.ask_erasures",                                    \
      "Whose values are to be erased, or were?")                                                   \
    M(RECORD, erasure_listed, ERASURE_LISTED, "erasure_listed",                                    \
      "An erasure in the list.")                                                                   \
    M(ANSWER, erasures_told, ERASURES_TOLD, "intake.erasures_told",                                \
      "Erasures.")                                                                                 \
    M(QUERY,   ask_catalogue,      ASK_CATALOGUE,      "intake.ask_catalogue",                     \
      "Which catalogue is active?")                                                                \
    M(ANSWER,  catalogue_told,     CATALOGUE_TOLD,     "intake.catalogue_told",                    \
      "The active catalogue.")                                                                     \
    M(RECORD,  action_offered,     ACTION_OFFERED,     "action",                                   \
      "What may be done now.")                                                                     \
    M(QUERY,   ask_catalogue_versions, ASK_CATALOGUE_VERSIONS, "intake.ask_catalogue_versions",    \
      "Which versions of the catalogue are there?")                                                \
    M(RECORD,  catalogue_hold,     CATALOGUE_HOLD,     "catalogue_hold",                           \
      "Why a version did not come into force.")                                                    \
    M(RECORD,  catalogue_changes,  CATALOGUE_CHANGES,  "catalogue_changes",                        \
      "What a version changes.")                                                                   \
    M(RECORD,  catalogue_halt,     CATALOGUE_HALT,     "catalogue_halt",                           \
      "An order to take no new cases.")                                                            \
    M(ANSWER,  catalogue_version_told, CATALOGUE_VERSION_TOLD, "catalogue_version",                \
      "A version of the catalogue.")                                                               \
    M(ANSWER,  catalogue_versions_told, CATALOGUE_VERSIONS_TOLD, "catalogue_versions",             \
      "Versions of the catalogue.")                                                                \
    M(QUERY,   ask_catalogue_part, ASK_CATALOGUE_PART, "intake.ask_catalogue_part",                \
      "A part of a catalogue.")                                                                    \
    M(ANSWER,  catalogue_part_told, CATALOGUE_PART_TOLD, "intake.catalogue_part_told",             \
      "A part of a catalogue.")                                                                    \
    M(QUERY,   ask_calendars,      ASK_CALENDARS,      "intake.ask_calendars",                     \
      "Which calendars count and counted?")                                                        \
    M(RECORD,  calendar_told,      CALENDAR_TOLD,      "calendar_listed",                          \
      "A calendar of working days.")                                                               \
    M(ANSWER,  calendars_told,     CALENDARS_TOLD,     "intake.calendars_told",                    \
      "Calendars of working days.")                                                                \
    M(QUERY,   ask_case,           ASK_CASE,           "intake.ask_case",                          \
      "A case as filed.")                                                                          \
    M(RECORD,  material_shown,     MATERIAL_SHOWN,     "material",                                 \
      "A material of a case.")                                                                     \
    M(ANSWER,  case_filed_part,    CASE_FILED_PART,    "intake.case",                              \
      "A case as filed.")                                                                          \
    M(COMMAND, read_material,      READ_MATERIAL,      "intake.read_material",                     \
      "Somebody is going to read a material; leaves an event.")                                    \
    M(EVENT,   material_read,      MATERIAL_READ,      "intake.material_read.v1",                  \
      "Somebody read a material.")                                                                 \
    M(QUERY,   ask_material,       ASK_MATERIAL,       "intake.ask_material",                      \
      "A piece of a material.")                                                                    \
    M(ANSWER,  material_chunk,     MATERIAL_CHUNK,     "intake.material_chunk",                    \
      "A piece of a material.")                                                                    \
    M(QUERY,   find_by_number,     FIND_BY_NUMBER,     "intake.find_by_number",                    \
      "The case that number and code open.")                                                       \
    M(ANSWER,  case_found,         CASE_FOUND,         "intake.case_found",                        \
      "The case that number and code open.")                                                       \
    M(QUERY,   find_subjects,      FIND_SUBJECTS,      "intake.find_subjects",                     \
      "Subjects by identity number or telephone.")                                                 \
    M(RECORD,  subject_number,     SUBJECT_NUMBER,     "subject",                   "A subject.")  \
    M(ANSWER,  subjects_found,     SUBJECTS_FOUND,     "intake.subjects_found",                    \
      "Subjects found.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(intake_vocabulary, INTAKE_VOCABULARY)
