/* A case as a service keeps it while it moves: state, clocks, units, what was done once.
 *
 * Each service that takes part keeps a row of its own for the cases it knows (intake its, approval
 * an index of all, fee those that have something to pay). A row changes by events alone, by one
 * function, row_advance: when the service applies the event, and when a decision looks one step
 * ahead. */
#pragma once

#include "matter/rules.h"

/* clang-format off */
#define CASE_ROW(F, S)                                                                             \
    F(S, number,            PUBLIC_TEXT(40),                REQUIRED, "tracking number")           \
    F(S, item,              PUBLIC_TEXT(40),                REQUIRED, "code of the item")          \
    F(S, catalogue_version, INT(1, INT64_MAX),              REQUIRED, "the rules it goes by")      \
    F(S, owner,             PUBLIC_TEXT(SOURCE_CHARACTERS), REQUIRED, "the service that has it")   \
    F(S, state,             PUBLIC_TEXT(40),                REQUIRED, "state")                     \
    F(S, version,           INT(1, INT64_MAX),              REQUIRED, "of this service's part")    \
    F(S, subject,           INT(0, INT64_MAX),              REQUIRED,                              \
      "whose key seals the personal values")                                                       \
    F(S, public_key,        BYTES(32),                      OPTIONAL, "to seal to the subject")    \
    F(S, session,           BYTES(16),                      OPTIONAL,                              \
      "hash of the session that filed it")                                                         \
    F(S, received,          TIME,                           REQUIRED, "when it was received")      \
    F(S, applicant_kind,    PUBLIC_TEXT(40),                OPTIONAL, "kind of applicant")         \
    F(S, represented,       BOOL,                           OPTIONAL,                              \
      "somebody acts for the applicant")                                                           \
    F(S, clocks,            LIST(clock, 0, 32),             OPTIONAL, "clocks")                    \
    F(S, units,             LIST(case_unit, 0, 16),         OPTIONAL,                              \
      "units of a parallel review")                                                                \
    F(S, back,              PUBLIC_TEXT(40),                OPTIONAL, "the state to come back to") \
    F(S, made,              TEXTS(90, 0, 16),               OPTIONAL,                              \
      "what may be done once and was")                                                             \
    F(S, missing,           TEXTS(40, 0, 40),               OPTIONAL,                              \
      "materials that are missing")                                                                \
    F(S, asked_before,      BOOL,                           OPTIONAL,                              \
      "the one-time notice was given")                                                             \
    F(S, assignee,          PUBLIC_TEXT(64),                OPTIONAL,                              \
      "sign-in name of who took it up")                                                            \
    F(S, document,          PUBLIC_TEXT(40),                OPTIONAL,                              \
      "number of the document that was made")                                                      \
    F(S, ground,            PUBLIC_TEXT(40),                OPTIONAL,                              \
      "code of the ground on which it was refused")                                                \
    F(S, channel,           ENUM(channel),                  OPTIONAL, "how it came")               \
    F(S, department,        PUBLIC_TEXT(20),                OPTIONAL,                              \
      "the unit whose matter it is, where its item does not say so")                               \
    F(S, parent,            ID(case_id),                    OPTIONAL, "the case it belongs to")    \
    F(S, opened_by,         PUBLIC_TEXT(64),                OPTIONAL,                              \
      "sign-in name of the officer who began it")                                                  \
    F(S, parties,           LIST(party, 0, 24),             OPTIONAL, "who has to do with it")     \
    F(S, says,              FORM(16),                       OPTIONAL,                              \
      "what of the form the procedure reads")                                                      \
    F(S, did,               TEXTS(110, 0, 24),              OPTIONAL,                              \
      "what the procedure remembers: an action and, with a sign-in name, who did it last")         \
    F(S, signed_for,        BOOL,                           OPTIONAL,                              \
      "it came by mail that was signed for")                                                       \
    F(S, first,             BOOL,                           OPTIONAL,                              \
      "it is put first in the queue")                                                              \
    F(S, asked_first,       PUBLIC_TEXT(64),                OPTIONAL,                              \
      "intake: sign-in name of the officer who was asked first")                                   \
    F(S, over,              BOOL,                           OPTIONAL,                              \
      "intake: it ended at another service")                                                       \
    F(S, decided,           PUBLIC_TEXT(40),                OPTIONAL,                              \
      "the state in which the last decision was taken")                                            \
    F(S, appealed,          PUBLIC_TEXT(40),                OPTIONAL,                              \
      "the same of the decision against which a remedy was sought last")                           \
    F(S, document_by,       PUBLIC_TEXT(40),                OPTIONAL,                              \
      "the same of the decision on which the document rests")

#define ROW_VOCABULARY(M)                                                                          \
    M(ROW, case_row, CASE_ROW, "matter.row", "A case as a service keeps it.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(row_vocabulary, ROW_VOCABULARY)

/* A row of a case that this service learns of from `head`, before its first event. */
struct case_row row_of_head(const struct case_head *head, const char *owner);

/* What the next owner of a case must know of it, from its row. */
struct case_head row_head(const struct case_row *row);

/* Takes what `procedure` reads from the form, and the parties it finds there. */
void row_read_form(struct case_row *row, const struct procedure *procedure, const struct form *form,
                   struct arena *arena);

/* `form` with the entries of `more` in the place of its own of the same names, or behind them. */
struct form form_with(const struct form *form, const struct form *more, struct arena *arena);

/* Adds the parties and the members of a meeting that an action named. */
void row_take_parties(struct case_row *row, const struct action_fields *fields,
                      struct arena *arena);

/* The sign-in name of who did `action` last, absent when nobody did, or somebody without one, or
 * when the procedure does not remember it. */
struct text row_did(const struct case_row *row, struct text action);

/* True when somebody did `action`, and the procedure remembers it. */
bool row_done(const struct case_row *row, struct text action);

/* True when somebody did `action`, and nobody did `other` after that. */
bool row_did_after(const struct case_row *row, struct text action, struct text other);

/* A fresh row from the event that filed the case. `procedure_owner` of the first state is `owner`.
 */
struct case_row row_of_submitted(const struct case_submitted *submitted, int64_t received_ms,
                                 const char *owner, struct arena *arena);

/* The row after `moved`, whose type and author stand in `envelope`. `owner` is the service that has
 * the case in the new state. What the result points to lives in `arena`, `row` and `moved`. */
struct case_row row_advance(const struct case_row *row, const struct procedure *procedure,
                            const struct event_envelope *envelope, const struct case_moved *moved,
                            const char *owner, struct arena *arena);

/* The clock of that name, NULL when the case has none. */
const struct clock *row_clock(const struct case_row *row, struct text name);

/* How urgent a case is at `now_ms`, and when the next of its running clocks is due (0: none). Of
 * the clocks that stand for the office's own time; the person's own time makes nobody late. */
enum light row_light(const struct case_row *row, int64_t now_ms, int64_t *ret_due_ms);
