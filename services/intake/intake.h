/* Intake: the catalogue, cases as filed, materials, the vault, the step of acceptance.
 *
 * What the source files of this folder share; README.md says what the service owns. */
#pragma once

#include "crypto/vault.h"
#include "events/fee.h"
#include "log/event_log.h"
#include "matter/deputies.h"
#include "matter/recount.h"
#include "matter/registers.h"
#include "service/waiting_files.h"
#include "service/work.h"

enum intake_table {
    TABLE_CASES = ENGINE_TABLE_COUNT, /* case id -> case_row */
    TABLE_FILED,     /* case id, place u64 -> where in the log what was filed stands */
    TABLE_SHARED,    /* case id, material code -> shared_row */
    TABLE_NUMBERS,   /* tracking number -> case id */
    TABLE_SUBJECTS,  /* subject u64 -> case id */
    TABLE_BLOBS,     /* sealed hash -> case id: files that a case has claimed */
    TABLE_COUNTERS,  /* "filed" -> counters_row */
    TABLE_REGISTERS, /* the registers of officers (matter/registers.h) */
    TABLE_OWNERS,    /* case id -> owner_row: matters that were offered */
    TABLE_MARKS,     /* case id, head of a sealed value -> value_mark */
    TABLE_BILLS,     /* number of a bill -> charged_row */
    TABLE_ASSIGNED,  /* assignee, case id -> nothing: open cases here */
    TABLE_PARTS,
    TABLE_VERSIONS,
    TABLE_CATALOGUES, /* version u64 -> catalogue_row */
    TABLE_ENDED,      /* case id -> when it ended, i64; cases that go on have none */
    TABLE_ERASURES,   /* subject u64 -> erasure_row */
    INTAKE_TABLE_END,
};

enum intake_timer { TIMER_WARN, TIMER_DUE, TIMER_OFFER, TIMER_PASS, TIMER_RECOUNT, TIMER_ERASE };
enum intake_work { WORK_ASK_REGISTER };

/* clang-format off */
#define SHARED_ROW(F, S)                                                                           \
    F(S, source,    PUBLIC_TEXT(40), REQUIRED, "the register that holds it")                       \
    F(S, status,    PUBLIC_TEXT(20), REQUIRED, "asked, found or absent")                           \
    F(S, reference, TEXT(200),       OPTIONAL, "how the register names the entry")

#define COUNTERS_ROW(F, S)                                                                         \
    F(S, day,     INT(0, 99999999),   REQUIRED, "the day of the last number, as in it")            \
    F(S, serial,  INT(0, INT64_MAX),  REQUIRED, "the last number of that day")                     \
    F(S, subject, INT(0, INT64_MAX),  REQUIRED, "the last subject")

#define CHARGED_ROW(F, S)                                                                          \
    F(S, item,    PUBLIC_TEXT(40),   REQUIRED, "the item that is charged for")                     \
    F(S, subject, INT(1, INT64_MAX), REQUIRED, "who is to pay")

#define REGISTER_ORDER(F, S)                                                                       \
    F(S, case_id, ID(case_id),       REQUIRED, "the case")                                         \
    F(S, code,    PUBLIC_TEXT(40),   REQUIRED, "which material is asked for")                      \
    F(S, source,  PUBLIC_TEXT(40),   REQUIRED, "the register")                                     \
    F(S, by,      TEXT(600),         OPTIONAL, "what it is asked by, where that is personal")      \
    F(S, by_text, PUBLIC_TEXT(600),  OPTIONAL, "what it is asked by, where that is public")

#define OWNER_ROW(F, S)                                                                            \
    F(S, officer,    PUBLIC_TEXT(64), OPTIONAL,                                                    \
      "sign-in name of the owner; absent: the department's post")                                  \
    F(S, offered_to, PUBLIC_TEXT(64), OPTIONAL, "sign-in name of who is asked to take it over")    \
    F(S, clock,      RECORD(clock),   OPTIONAL, "until when")

#define ERASURE_ROW(F, S)                                                                          \
    F(S, case_id,  ID(case_id),          REQUIRED, "the case of the subject")                      \
    F(S, status,   ENUM(erasure_status), REQUIRED, "how far it is")                                \
    F(S, asked_by, PUBLIC_TEXT(64),      OPTIONAL,                                                 \
      "sign-in name of the officer who asked for it; absent: who filed")                           \
    F(S, since,    TIME,                 REQUIRED, "since when")                                   \
    F(S, until,    TIME,                 OPTIONAL, "restricted: when its timer erases")

#define CATALOGUE_ROW(F, S)                                                                        \
    F(S, case_id,      ID(case_id),               REQUIRED, "its matter")                          \
    F(S, base,         INT(0, INT64_MAX),         OPTIONAL, "the version it was made from")        \
    F(S, parts,        INT(1, RULES_PARTS_MAX),   REQUIRED, "how many it has")                     \
    F(S, sha256,       HASH,                      REQUIRED, "hash over them")                      \
    F(S, drafted_at,   TIME,                      REQUIRED, "when its files were handed in")       \
    F(S, effective_on, DATE,                      OPTIONAL, "the day that was named for it")       \
    F(S, active_from,  TIME,                      OPTIONAL, "since when it was in force")          \
    F(S, active_until, TIME,                      OPTIONAL, "when the next one replaced it")       \
    F(S, replaced_by,  INT(1, INT64_MAX),         OPTIONAL, "the number of the corrected files")   \
    F(S, halt,         RECORD(catalogue_halt),    OPTIONAL, "the order that halts it")             \
    F(S, held_back,    RECORD(catalogue_hold),    OPTIONAL, "why it went back to draft")

#define INTAKE_ROWS(M)                                                                             \
    M(ROW, shared_row,     SHARED_ROW,     "intake.shared",   "A material that a register holds.") \
    M(ROW, counters_row,   COUNTERS_ROW,   "intake.counters", "The last numbers given.")           \
    M(ROW, catalogue_row,  CATALOGUE_ROW,  "intake.catalogue", "A version of the catalogue.")      \
    M(ROW, charged_row,    CHARGED_ROW,    "intake.charged",  "A bill somebody is to pay.")        \
    M(ROW, register_order, REGISTER_ORDER, "intake.register_order", "A register to be asked.")     \
    M(ROW, owner_row,      OWNER_ROW,      "intake.owner",    "Who owns a matter.")                \
    M(ROW, erasure_row,    ERASURE_ROW,    "intake.erasure",  "How far an erasure is.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(intake_rows, INTAKE_ROWS)

enum { CLAIMS_PER_BATCH_MAX = 16384, NOTES_PER_BATCH_MAX = 16384 };

/* By what a subject can be found, until the batch that brought it is durable. */
struct subject_note {
    uint64_t subject;
    char id_number[41 * 4];
    char phone[31 * 4];
};

/* What intake keeps besides its tables. The vault is its own master as to threads, the files say
 * who theirs is; the rest belongs to the writer. */
struct intake {
    struct rules_shelf *shelf;
    struct vault *vault; /* NULL in a replay */
    struct waiting_files files;
    struct store *store;
    struct random_source random; /* for keys */
    const char *registers;       /* folder of the register stand-ins, NULL for none */

    uint64_t subject;     /* the last one given, in a batch that may not be durable yet */
    struct uuid *claimed; /* uploads claimed in this batch */
    size_t claimed_count;
    struct subject_note *notes; /* subjects made in this batch */
    size_t note_count;
    uint64_t noted_since_sync;
    uint64_t applied_subject; /* the last one that an event brought */
    uint64_t committed_seq;

    uint64_t *erasing; /* slots to be overwritten: first the `erasing_due` of durable batches */
    size_t erasing_count;
    size_t erasing_due;
    size_t erasing_capacity;
};

extern const struct flow intake_flow;

/* The rules a case is filed under today. */
const struct hall_rules *intake_rules_now(struct state *state);

/* -- catalogue.c ----------------------------------------------------------------------------------
 */

/* The first catalogue is loaded by who sets the hall up; later ones are drafted by an officer. */
bool loads_first_catalogue(const struct principal *principal);

/* Why the principal may not hand in the next catalogue; NULL when he may. */
const char *publishing_refusal(struct state *state, const struct principal *principal);

/* True when the next number is `version` and the caller may hand it in. */
enum verdict version_check(struct decision *decision, int64_t version);

/* Whether the parts registered are those of `files`, and make a sound catalogue together. */
enum verdict version_files_check(struct decision *decision, const struct activate_catalogue *files);

/* The hash over the texts of a version's parts, in order. */
struct hash version_hash(struct state *state, int64_t version);

/* What says that a version is in force from now on. */
struct catalogue_activated version_activation(struct decision *decision,
                                              const struct activate_catalogue *files);

enum verdict decide_register_part(struct decision *decision, const void *command);
enum verdict decide_activate_catalogue(struct decision *decision, const void *command);
void apply_part_registered(struct state *state, const struct event *event);
void apply_catalogue_activated(struct state *state, const struct event *event);
enum verdict decide_recount(struct decision *decision, const struct timer *timer);
void apply_recount(struct state *state, const struct event *event);
enum verdict query_recount(struct reading *reading, const void *question);
enum verdict query_calendars(struct reading *reading, const void *question);

/* -- versions.c ----------------------------------------------------------------------------- */
extern const char version_procedure[]; /* by which versions move */

/* The row of a version; false when there is none. */
bool version_row(struct state *state, int64_t version, struct catalogue_row *ret_row);

/* The number that the next files get. */
int64_t version_next(struct state *state);

/* True when `version` takes no new cases of that item, by an order. */
bool version_halts(struct state *state, int64_t version, struct text item,
                   struct catalogue_halt *ret_halt);

enum verdict decide_draft_catalogue(struct decision *decision, const void *command);

/* The matter of a version that begins in force: the hall's first one, or a calendar alone. */
void version_begin_at_once(struct decision *decision, const struct catalogue_activated *activated);

/* Ends the matter of the version in force, for another one comes. */
void version_end_before(struct decision *decision);

/* What intake adds to the moves of a version, as hooks of the flow; other matters pass. */
enum verdict version_move_check(struct move *move);
struct text version_fact(struct move *move, struct text name);
void version_after_move(struct move *move, const struct case_moved *moved);

void apply_catalogue_drafted(struct state *state, const struct event *event);
void apply_catalogue_held_back(struct state *state, const struct event *event);
void version_apply_activated(struct state *state, const struct event *event);
void version_apply_moved(struct state *state, const struct event *event);

/* -- version_pages.c ------------------------------------------------------------------------ */
enum verdict query_catalogue(struct reading *reading, const void *question);
enum verdict query_catalogue_versions(struct reading *reading, const void *question);

/* -- filing.c ------------------------------------------------------------------------------- */
/* The last subject that was given, and the giving of one that no filing brought. */
int64_t subjects_given(struct state *state);
void subject_give(struct state *state, int64_t subject);

enum verdict decide_file_case(struct decision *decision, const void *command);
void tell_filed(struct decision *decision, const struct event *first);
void apply_case_submitted(struct state *state, const struct event *event);
void apply_bill_issued(struct state *state, const struct event *event);

/* -- materials.c ---------------------------------------------------------------------------- */

/* What uploads work on. */
void *upload_memory(void *memory);

/* True when a case has claimed the file, and when that cannot be known. Called by the uploader. */
bool material_is_claimed(void *intake, const struct hash *sealed);

/* Checks what was handed in against the item and the uploads that wait; errors at `path`/n. */
void materials_check(struct decision *decision, const struct catalogue_item *item,
                     const struct material_claim_list *claims, const struct wire_path *path);

/* The materials of `item` as they will be kept, still plain. Every claim was checked. */
struct material_filed_list materials_claim(struct decision *decision,
                                           const struct catalogue_item *item,
                                           const struct material_claim_list *claims);

/* The codes of what was handed in. */
struct text_span materials_codes(const struct material_claim_list *claims, struct arena *arena);

/* Notes where in the log what was filed for a case stands, and that its files are claimed. */
void filed_note(struct state *state, const struct event *event,
                const struct material_filed_list *materials);

/* -- acceptance.c --------------------------------------------------------------------------- */
enum verdict decide_act(struct decision *decision, const void *command);
enum verdict decide_open(struct decision *decision, const void *command);
void apply_moved(struct state *state, const struct event *event);
enum verdict decide_timer(struct decision *decision, const struct timer *timer);
enum verdict decide_pass(struct decision *decision, const struct timer *timer);
void apply_work_kept(struct state *state, const struct event *event);
bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
              struct timer *ret_timer);

/* What another service did to a case: intake notes that it ended, and goes on with what comes back
 * to it. */
void apply_elsewhere(struct state *state, const struct event *event);
void react_elsewhere(struct decision *decision, const struct event *event);

/* -- posts.c -------------------------------------------------------------------------------- */

/* A shift that names no B has the standing one of its post. */
void deputy_fill(struct decision *decision, struct matter_open *open);

/* Before a shift is opened: one at a time. */
enum verdict shift_check(struct move *move);

/* Adds the alert where a move of `decision` leaves a post without its A and its B. */
void posts_settle(struct decision *decision);
enum verdict decide_name_deputy(struct decision *decision, const void *command);
void apply_registers(struct state *state, const struct event *event);
enum verdict query_shifts(struct reading *reading, const void *question);

/* -- owners.c ------------------------------------------------------------------------------- */

/* True once nothing more is done in it, here or elsewhere. */
bool matter_has_ended(const struct matter *matter);

/* Who owns the matter; empty once it has ended. */
struct ownership ownership_of(struct state *state, const struct matter *matter);
enum verdict decide_hand_over(struct decision *decision, const void *command);
enum verdict decide_offer_over(struct decision *decision, const struct timer *timer);
bool offer_next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
                    struct timer *ret_timer);

/* Releases the owner of a matter whose step leads to an end, where one was recorded; the second for
 * every step that `decision` has emitted. */
void owner_release(struct decision *decision, const struct case_id *id, struct text to);
void owners_settle(struct decision *decision);
void owners_follow(struct state *state, const struct event *event);

/* -- registers.c ---------------------------------------------------------------------------- */

/* Adds an order to ask each register for what it holds of a case. Only in apply. */
void registers_ask(struct state *state, const struct event *event);
void perform_ask_register(struct worker *worker, const struct work_order *order,
                          const void *payload);
enum verdict decide_report_register(struct decision *decision, const void *command);
void apply_material_fetched(struct state *state, const struct event *event);
void apply_register_silent(struct state *state, const struct event *event);

/* -- marks.c -------------------------------------------------------------------------------- */

enum value_mark {
    MARK_NONE,
    MARK_SHOWN, /* to those too from whom the procedure conceals who filed (its `shows`) */
    MARK_KEPT,  /* from who filed: the name and address of somebody else */
};

enum value_mark mark_of(struct state *state, const struct case_id *id, struct bytes sealed);

/* Only in apply, behind the case's own row. */
void marks_of_submitted(struct state *state, const struct case_id *id,
                        const struct case_submitted *submitted);
void marks_of_moved(struct state *state, const struct event *event);

/* -- erasure.c ------------------------------------------------------------------------------ */

/* Overwrites the slots of what durable batches erased. An error: not all of it is on the disk. */
enum err erasures_finish(struct intake *intake);

/* At start: erases again whoever the log says was erased. A vault that was restored has him yet. */
enum err erasures_redo(struct intake *intake, struct store_txn *txn);

enum verdict decide_erase_subject(struct decision *decision, const void *command);
enum verdict decide_retention_over(struct decision *decision, const struct timer *timer);
bool erasure_next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
                      struct timer *ret_timer);
void apply_erasure(struct state *state, const struct event *event);

/* Notes that a case ended, or goes on. Only in apply, behind the case's own row. */
void erasure_follow_case(struct state *state, const struct event *event,
                         const struct matter *matter);

/* True when the values of a subject are not shown: erased, or only stored. `is_own`: to the person,
 * or to write to the person; then what is stored can be read. */
bool erasure_withholds(struct state *state, int64_t subject, bool is_own);

/* How far the erasure of a subject is; false when nobody asked for it. */
bool erasure_of(struct state *state, int64_t subject, struct erasure_shown *ret_shown);
enum verdict query_erasures(struct reading *reading, const void *question);

/* -- people.c ------------------------------------------------------------------------------- */
enum verdict decide_open_values(struct decision *decision, const void *command);
enum verdict query_open_own_values(struct reading *reading, const void *question);
enum verdict query_find_subjects(struct reading *reading, const void *question);
enum verdict decide_read_material(struct decision *decision, const void *command);

/* -- queries.c ------------------------------------------------------------------------------ */
enum verdict query_catalogue_part(struct reading *reading, const void *question);
enum verdict query_case(struct reading *reading, const void *question);
enum verdict query_material(struct reading *reading, const void *question);
enum verdict query_find_by_number(struct reading *reading, const void *question);
