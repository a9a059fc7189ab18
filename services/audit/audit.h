/* Audit: one record over all services, timelines, findings.
 *
 * What the source files of this folder share; README.md says what the service owns. */
#pragma once

#include "crypto/sha256.h"
#include "events/audit.h"
#include "events/webhooks.h"
#include "log/event_log.h"
#include "matter/recount.h"
#include "service/work.h"

enum audit_table {
    TABLE_RECORD =
        ENGINE_TABLE_COUNT, /* index u64 -> chain, entry: every record of every service */
    TABLE_CASE_EVENTS,      /* case id, index u64 -> nothing */
    TABLE_CASES,            /* case id -> audited_row */
    TABLE_MATTERS,          /* case id -> case_row: cases that audit has or had */
    TABLE_PARTS,
    TABLE_VERSIONS,
    TABLE_TILES,    /* level u8, index u64 -> hashes of the tree (tree.h) */
    TABLE_WEBHOOKS, /* endpoint id -> webhook_row */
    AUDIT_TABLE_END,
};

enum audit_timer { TIMER_WARN, TIMER_DUE, TIMER_RECOUNT };

enum audit_work { WORK_DELIVER };

/* clang-format off */
#define AUDITED_ROW(F, S)                                                                          \
    F(S, item,              PUBLIC_TEXT(40),   REQUIRED, "code of the item")                       \
    F(S, catalogue_version, INT(1, INT64_MAX), REQUIRED, "the rules it goes by")                   \
    F(S, session,           BYTES(16),         OPTIONAL, "hash of the session that filed it")      \
    F(S, department,        PUBLIC_TEXT(20),   OPTIONAL, "the unit whose matter it is")            \
    F(S, parties,           LIST(party, 0, 24), OPTIONAL, "units that have to do with it")

#define WEBHOOK_ROW(F, S)                                                                          \
    F(S, url,         PUBLIC_TEXT(500),   REQUIRED, "where events go")                             \
    F(S, types,       TEXTS(80, 0, WEBHOOK_TYPES_MAX), OPTIONAL, "which; absent: all")             \
    F(S, department,  PUBLIC_TEXT(20),    OPTIONAL, "of whose cases")                              \
    F(S, enabled,     BOOL,               OPTIONAL, "events go out")                               \
    F(S, why,         PUBLIC_TEXT(200),   OPTIONAL, "what went wrong last")                        \
    F(S, up_to,       INT(0, INT64_MAX),  OPTIONAL, "done up to this place of the record")         \
    F(S, last_wanted, INT(0, INT64_MAX),  OPTIONAL, "the last place that may be for it")           \
    F(S, delivered,   INT(0, INT64_MAX),  OPTIONAL, "events taken so far")                         \
    F(S, delivered_at, TIME,              OPTIONAL, "when it last took one")                       \
    F(S, attempts,    INT(0, INT64_MAX),  OPTIONAL, "failed ones in a row")                        \
    F(S, order_due,   TIME,               OPTIONAL, "of the order that stands; absent: none does") \
    F(S, secret,      INT(1, INT64_MAX),  REQUIRED, "which secret signs")                          \
    F(S, old_until,   TIME,               OPTIONAL, "until then the one before signs too")         \
    F(S, version,     INT(1, INT64_MAX),  REQUIRED, "of what people set")

#define DELIVER_ORDER(F, S) F(S, webhook_id, ID(webhook_id), REQUIRED, "the endpoint")

#define AUDIT_ROWS(M)                                                                              \
    M(ROW, audited_row, AUDITED_ROW, "audit.case", "What supervision needs of a case.")            \
    M(ROW, webhook_row, WEBHOOK_ROW, "audit.webhook_row", "An endpoint of a partner system.")      \
    M(ROW, deliver_order, DELIVER_ORDER, "audit.deliver_order", "Events to be carried.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(audit_rows, AUDIT_ROWS)

struct signer;
struct cosigner;
struct webhook_sender;

/* What audit keeps besides its tables. */
struct audit {
    struct signer *signer;         /* NULL in a replay and in the simulator, */
    struct cosigner *cosigner;     /* and so is this */
    struct webhook_sender *sender; /* and this */
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

/* -- webhooks.c ----------------------------------------------------------------------------- */
enum verdict decide_register_webhook(struct decision *decision, const void *command);
enum verdict decide_change_webhook(struct decision *decision, const void *command);
enum verdict decide_end_webhook(struct decision *decision, const void *command);
enum verdict decide_renew_webhook_secret(struct decision *decision, const void *command);
enum verdict decide_report_webhook(struct decision *decision, const void *command);
void tell_webhook(struct decision *decision, const struct event *first);
void apply_webhook_registered(struct state *state, const struct event *event);
void apply_webhook_changed(struct state *state, const struct event *event);
void apply_webhook_ended(struct state *state, const struct event *event);
void apply_webhook_secret_renewed(struct state *state, const struct event *event);
void apply_webhook_advanced(struct state *state, const struct event *event);
void apply_webhook_delayed(struct state *state, const struct event *event);
void apply_webhook_disabled(struct state *state, const struct event *event);
enum verdict query_webhooks(struct reading *reading, const void *question);

bool webhook_get(struct state *state, const struct webhook_id *id, struct webhook_row *ret_row);

/* Notes that the record has an event at `index`: endpoints that may want it have work. Called for
 * every event, in the transaction that appends it. */
void webhooks_note(struct state *state, const struct event_envelope *envelope, uint64_t index);

/* True when an endpoint is to have events of this type. */
bool webhook_wants_type(const struct webhook_row *row, struct text type);

/* -- transparency.c ------------------------------------------------------------------------- */
enum verdict query_log_text(struct reading *reading, const void *question);
enum verdict query_log_tile(struct reading *reading, const void *question);
enum verdict query_log_entries(struct reading *reading, const void *question);
enum verdict query_case_proofs(struct reading *reading, const void *question);
