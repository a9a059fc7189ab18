/* Bank statements on their way into the books.
 *
 * A file is received, judged as a whole by a worker, accepted when it follows what came before, and
 * then booked entry by entry; or refused, and then nothing of it is booked. */
#pragma once

#include "events/statements.h"
#include "money.h"
#include "service/host.h"

enum { IMPORT_PARTS_MAX = 32, IMPORT_BATCH_MAX = 32, IMPORT_NAMED_MAX = 25, IMPORT_ORDER_MAX = 35 };

/* clang-format off */
#define IMPORT_ROW(F, S)                                                                           \
    F(S, state,     ENUM(import_state),          REQUIRED, "how far it is")                        \
    F(S, upload,    ID(upload_id),               REQUIRED, "the upload that holds it")             \
    F(S, session,   BYTES(16),                   REQUIRED, "hash of the session that uploaded it") \
    F(S, sha256,    HASH,                        REQUIRED, "hash of the file")                     \
    F(S, size,      INT(0, INT64_MAX),           REQUIRED, "bytes")                                \
    F(S, received,  TIME,                        REQUIRED, "when it was first uploaded")           \
    F(S, line,      INT(0, INT64_MAX),           OPTIONAL, "the line that is wrong")               \
    F(S, why,       PUBLIC_TEXT(500),            OPTIONAL, "why it was refused")                   \
    F(S, parts,     LIST(statement_part, 0, 32), OPTIONAL, "the statements in it")                 \
    F(S, entries,   INT(0, INT64_MAX),           OPTIONAL, "how many entries they have")           \
    F(S, read,      INT(0, INT64_MAX),           OPTIONAL, "how many of them are booked")          \
    F(S, matched,   INT(0, INT64_MAX),           OPTIONAL, "paid a bill, or were booked before")   \
    F(S, suspended, INT(0, INT64_MAX),           OPTIONAL, "became money without a bill")          \
    F(S, differing, INT(0, INT64_MAX),           OPTIONAL, "differ from what was told before")     \
    F(S, carried,   INT(0, INT64_MAX),           OPTIONAL, "carried out orders of the hall")       \
    F(S, other,     INT(0, INT64_MAX),           OPTIONAL, "left the account or came back else")   \
    F(S, announced, INT(0, INT64_MAX),           OPTIONAL, "are not booked by the bank")

#define CHAIN_ROW(F, S)                                                                            \
    F(S, number,       INT(0, INT64_MAX),          REQUIRED, "number of the last statement")       \
    F(S, closing_fen,  FEN(-INT64_MAX, INT64_MAX), REQUIRED, "balance that it closed with")        \
    F(S, last_day,     DATE,                       REQUIRED, "its last day")                       \
    F(S, statement_id, ID(statement_id),           REQUIRED, "the file that held it")

#define STATEMENT_ORDER(F, S) F(S, statement_id, ID(statement_id), REQUIRED, "the file")

#define IMPORT_ROWS(M)                                                                             \
    M(ROW, import_row, IMPORT_ROW, "fee.import", "A file of bank statements.")                     \
    M(ROW, chain_row,  CHAIN_ROW,  "fee.chain",  "The last statement of an account at a bank.")    \
    M(ROW, statement_order, STATEMENT_ORDER, "fee.statement_order", "A file that is to be read.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(import_rows, IMPORT_ROWS)

/* -- imports.c ------------------------------------------------------------------------------ */
bool import_load(struct state *state, const struct statement_id *id, struct import_row *ret_row);
void import_put(struct state *state, const struct statement_id *id, const struct import_row *row);
enum verdict decide_receive_statement(struct decision *decision, const void *command);
enum verdict decide_statement_wrong(struct decision *decision, const void *command);
enum verdict decide_statement_right(struct decision *decision, const void *command);
void apply_statement_received(struct state *state, const struct event *event);
void apply_statement_refused(struct state *state, const struct event *event);
void apply_statement_accepted(struct state *state, const struct event *event);
void apply_statement_booked(struct state *state, const struct event *event);

/* -- movements.c ---------------------------------------------------------------------------- */

/* True when booking this entry moves money here, or meets what is expected once: a report brings
 * one such entry alone. */
bool movement_is_new(struct state *state, struct text bank, const struct bank_entry *entry);
enum verdict decide_statement_entries(struct decision *decision, const void *command);
void apply_statement_entries_read(struct state *state, const struct event *event);

/* -- import_read.c -------------------------------------------------------------------------- */
void perform_read_statement(struct worker *worker, const struct work_order *order,
                            const void *payload);

/* -- import_pages.c ------------------------------------------------------------------------- */
enum verdict query_statement(struct reading *reading, const void *question);
enum verdict query_statements(struct reading *reading, const void *question);
