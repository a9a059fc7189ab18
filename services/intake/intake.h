/* Intake: the catalogue, cases as filed, materials, the vault, the step of acceptance.
 *
 * What the source files of this folder share; README.md says what the service owns. */
#pragma once

#include "crypto/claims.h"
#include "crypto/vault.h"
#include "log/event_log.h"
#include "matter/recount.h"
#include "service/uploads.h"
#include "service/work.h"

enum intake_table {
    TABLE_CASES = ENGINE_TABLE_COUNT, /* case id -> case_row */
    TABLE_FILED,    /* case id, place u64 -> where in the log what was filed stands */
    TABLE_SHARED,   /* case id, material code -> shared_row */
    TABLE_NUMBERS,  /* tracking number -> case id */
    TABLE_SUBJECTS, /* subject u64 -> case id */
    TABLE_BLOBS,    /* sealed hash -> case id: files that a case has claimed */
    TABLE_COUNTERS, /* "filed" -> counters_row */
    TABLE_PARTS,
    TABLE_VERSIONS,
    INTAKE_TABLE_END,
};

enum intake_timer { TIMER_WARN, TIMER_DUE, TIMER_RECOUNT };
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

#define REGISTER_ORDER(F, S)                                                                       \
    F(S, case_id, ID(case_id),       REQUIRED, "the case")                                         \
    F(S, code,    PUBLIC_TEXT(40),   REQUIRED, "which material is asked for")                      \
    F(S, source,  PUBLIC_TEXT(40),   REQUIRED, "the register")                                     \
    F(S, by,      TEXT(600),         OPTIONAL, "what it is asked by, where that is personal")      \
    F(S, by_text, PUBLIC_TEXT(600),  OPTIONAL, "what it is asked by, where that is public")

#define INTAKE_ROWS(M)                                                                             \
    M(ROW, shared_row,     SHARED_ROW,     "intake.shared",   "A material that a register holds.") \
    M(ROW, counters_row,   COUNTERS_ROW,   "intake.counters", "The last numbers given.")           \
    M(ROW, register_order, REGISTER_ORDER, "intake.register_order", "A register to be asked.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(intake_rows, INTAKE_ROWS)

enum { CLAIMS_PER_BATCH_MAX = 16384, NOTES_PER_BATCH_MAX = 16384 };

/* By what a subject can be found, until the batch that brought it is durable. */
struct subject_note {
    uint64_t subject;
    char id_number[41 * 4];
    char phone[31 * 4];
};

/* What intake keeps besides its tables. The vault and the claims are their own masters as to
 * threads; the rest belongs to the writer. */
struct intake {
    struct rules_shelf *shelf;
    struct vault *vault;   /* NULL in a replay */
    struct claims *claims; /* NULL in a replay */
    struct store *store;
    struct random_source random; /* for keys; the uploader has its own */
    struct random_source upload_random;
    char blobs[4096];
    const char *registers; /* folder of the register stand-ins, NULL for none */

    uint64_t subject;     /* the last one given, in a batch that may not be durable yet */
    struct uuid *claimed; /* uploads claimed in this batch */
    size_t claimed_count;
    struct subject_note *notes; /* subjects made in this batch */
    size_t note_count;
    uint64_t noted_since_sync;
    uint64_t applied_subject; /* the last one that an event brought */
    uint64_t committed_seq;
    int64_t upload_now_ms; /* the uploader's time, to the minute */
};

extern const struct flow intake_flow;
extern const struct upload_sink intake_uploads;

/* The rules a case is filed under today. */
const struct hall_rules *intake_rules_now(struct state *state);

/* -- catalogue.c ----------------------------------------------------------------------------------
 */
bool may_publish(const struct principal *principal);
extern const char publishers_only[]; /* what the others are told */
enum verdict decide_register_part(struct decision *decision, const void *command);
enum verdict decide_activate_catalogue(struct decision *decision, const void *command);
void apply_part_registered(struct state *state, const struct event *event);
void apply_catalogue_activated(struct state *state, const struct event *event);
enum verdict decide_recount(struct decision *decision, const struct timer *timer);
void apply_recount(struct state *state, const struct event *event);
enum verdict query_recount(struct reading *reading, const void *question);
enum verdict query_calendars(struct reading *reading, const void *question);

/* -- filing.c ------------------------------------------------------------------------------- */
enum verdict decide_file_case(struct decision *decision, const void *command);
void tell_filed(struct decision *decision, const struct event *first);
void apply_case_submitted(struct state *state, const struct event *event);

/* -- materials.c ---------------------------------------------------------------------------- */

/* Checks what was handed in against the item and the uploads that wait; errors at `path`/n. */
void materials_check(struct decision *decision, const struct catalogue_item *item,
                     const struct material_claim_list *claims, const struct wire_path *path);

/* The materials as they will be kept, still plain. Every claim was checked. */
struct material_filed_list materials_claim(struct decision *decision,
                                           const struct material_claim_list *claims);

/* The codes of what was handed in. */
struct text_span materials_codes(const struct material_claim_list *claims, struct arena *arena);

/* Notes where in the log what was filed for a case stands, and that its files are claimed. */
void filed_note(struct state *state, const struct event *event,
                const struct material_filed_list *materials);

/* -- acceptance.c --------------------------------------------------------------------------- */
enum verdict decide_act(struct decision *decision, const void *command);
void apply_moved(struct state *state, const struct event *event);
enum verdict decide_timer(struct decision *decision, const struct timer *timer);
bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
              struct timer *ret_timer);

/* -- registers.c ---------------------------------------------------------------------------- */

/* Adds an order to ask each register for what it holds of a case. Only in apply. */
void registers_ask(struct state *state, const struct event *event);
void perform_ask_register(struct worker *worker, const struct work_order *order,
                          const void *payload);
enum verdict decide_report_register(struct decision *decision, const void *command);
void apply_material_fetched(struct state *state, const struct event *event);
void apply_register_silent(struct state *state, const struct event *event);

/* -- people.c ------------------------------------------------------------------------------- */
enum verdict decide_open_values(struct decision *decision, const void *command);
enum verdict query_open_own_values(struct reading *reading, const void *question);
enum verdict query_find_subjects(struct reading *reading, const void *question);
enum verdict decide_read_material(struct decision *decision, const void *command);

/* -- queries.c ------------------------------------------------------------------------------ */
enum verdict query_catalogue(struct reading *reading, const void *question);
enum verdict query_catalogue_part(struct reading *reading, const void *question);
enum verdict query_case(struct reading *reading, const void *question);
enum verdict query_material(struct reading *reading, const void *question);
enum verdict query_find_by_number(struct reading *reading, const void *question);
