/* Audit: one record over all services, timelines, findings.
 *
 * What the source files of this folder share; README.md says what the service owns. */
#pragma once

#include "crypto/sha256.h"
#include "events/audit.h"
#include "log/event_log.h"
#include "matter/recount.h"

enum audit_table {
    TABLE_RECORD =
        ENGINE_TABLE_COUNT, /* index u64 -> chain, entry: every record of every service */
    TABLE_CASE_EVENTS,      /* case id, index u64 -> nothing */
    TABLE_CASES,            /* case id -> audited_row */
    TABLE_MATTERS,          /* case id -> case_row: cases that audit has or had */
    TABLE_PARTS,
    TABLE_VERSIONS,
    TABLE_TILES, /* level u8, index u64 -> hashes of the tree (tree.h) */
    AUDIT_TABLE_END,
};

enum audit_timer { TIMER_WARN, TIMER_DUE, TIMER_RECOUNT };

/* clang-format off */
#define AUDITED_ROW(F, S)                                                                          \
    F(S, item,              PUBLIC_TEXT(40),   REQUIRED, "code of the item")                       \
    F(S, catalogue_version, INT(1, INT64_MAX), REQUIRED, "the rules it goes by")                   \
    F(S, session,           BYTES(16),         OPTIONAL, "hash of the session that filed it")      \
    F(S, department,        PUBLIC_TEXT(20),   OPTIONAL, "the unit whose matter it is")            \
    F(S, parties,           LIST(party, 0, 24), OPTIONAL, "units that have to do with it")

#define AUDIT_ROWS(M)                                                                              \
    M(ROW, audited_row, AUDITED_ROW, "audit.case", "What supervision needs of a case.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(audit_rows, AUDIT_ROWS)

struct signer;

/* What audit keeps besides its tables. */
struct audit {
    struct signer *signer; /* NULL in a replay and in the simulator */
    struct rules_shelf *shelf;
    struct hasher hasher;
    struct log_position end; /* of the record, within the present batch */
    bool end_is_known;
    struct buffer entry; /* the entry being appended */
};

/* -- record.c ------------------------------------------------------------------------------- */

/* An entry of the record: whose record it is, its place in that log, its own bytes. */
struct entry {
    struct text source;
    uint64_t seq;
    struct bytes record;
};

/* Reads what TABLE_RECORD keeps of an entry; false when it is none. Points into `bytes`. */
bool entry_read(struct bytes bytes, struct entry *ret_entry);

/* Takes a record into the record: service.archive. */
void archive(struct state *state, struct text source, uint64_t seq, struct bytes record,
             const struct event_envelope *envelope);

/* -- findings.c ----------------------------------------------------------------------------- */

/* What another service's step is a finding of, with the transition that it tells of (NULL when it
 * tells of none); false when it is none. */
bool finding_of_step(const struct event *event, const struct procedure_transition *transition,
                     struct finding_raised *ret_finding);

/* What supervision makes of a step of a case. */
void react_to_step(struct decision *decision, const struct event *event);
void apply_submitted(struct state *state, const struct event *event);

/* Notes the parties that a step named: who takes part may look at the timeline. */
void parties_note(struct state *state, const struct event *event);

/* Notes what supervision needs of a case that nobody filed. */
void audited_note(struct state *state, const struct case_id *id, const struct case_moved *moved);

/* -- matters.c ------------------------------------------------------------------------------ */
extern const struct flow audit_flow;
enum verdict decide_act(struct decision *decision, const void *command);
enum verdict decide_timer(struct decision *decision, const struct timer *timer);
bool next_due(struct state *state, const struct uuid *subject, int64_t now_ms,
              struct timer *ret_timer);
void apply_moved(struct state *state, const struct event *event);
enum verdict query_case(struct reading *reading, const void *question);
void apply_catalogue_activated(struct state *state, const struct event *event);
void react_to_move(struct decision *decision, const struct event *event);
enum verdict decide_recount(struct decision *decision, const struct timer *timer);
void apply_recount(struct state *state, const struct event *event);
enum verdict query_recount(struct reading *reading, const void *question);

/* -- queries.c ------------------------------------------------------------------------------ */
enum verdict query_timeline(struct reading *reading, const void *question);
enum verdict query_record(struct reading *reading, const void *question);

/* Entries of a case, for who may see its timeline: those who take part and may not learn who filed
 * it see its steps alone. */
struct case_walk {
    struct case_id case_id;
    uint64_t after; /* behind this place in the record */
    size_t limit;
    void (*visit)(void *context, uint64_t index, const struct entry *entry);
    void *context;
    bool more; /* there are further ones */
};

enum verdict case_entries_visit(struct reading *reading, struct case_walk *walk);
enum verdict damaged_refuse(struct reading *reading);

/* -- transparency.c ------------------------------------------------------------------------- */
enum verdict query_log_text(struct reading *reading, const void *question);
enum verdict query_log_tile(struct reading *reading, const void *question);
enum verdict query_log_entries(struct reading *reading, const void *question);
enum verdict query_case_proofs(struct reading *reading, const void *question);
