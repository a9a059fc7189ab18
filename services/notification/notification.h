/* Notification: what leaves the hall: messages in the applicant's language, an inbox, e-mail.
 *
 * What the source files of this folder share; README.md says what the service owns. */
#pragma once

#include "events/approval.h"
#include "events/fee.h"
#include "events/notification.h"
#include "matter/flow.h"
#include "service/work.h"

enum notification_table {
    TABLE_CONTACTS = ENGINE_TABLE_COUNT, /* case id -> contact_row */
    TABLE_MESSAGES,                      /* message id -> message_row */
    TABLE_INBOX,                         /* case id, message id -> nothing */
    TABLE_PARTS,
    TABLE_VERSIONS,
    TABLE_MATTERS, /* matter of the hall -> matter_row */
    NOTIFICATION_TABLE_END,
};

enum notification_work { WORK_SEND };

/* clang-format off */
#define CONTACT_ROW(F, S)                                                                          \
    F(S, number,            PUBLIC_TEXT(40),   REQUIRED, "tracking number")                        \
    F(S, item,              PUBLIC_TEXT(40),   REQUIRED, "code of the item")                       \
    F(S, catalogue_version, INT(1, INT64_MAX), REQUIRED, "the rules it goes by")                   \
    F(S, subject,           INT(1, INT64_MAX), REQUIRED, "to whom messages go")                    \
    F(S, session,           BYTES(16),         OPTIONAL, "hash of the session that filed it")      \
    F(S, language,          ENUM(language),    REQUIRED, "in which language")                      \
    F(S, email,             TEXT(254),         OPTIONAL, "where e-mail goes")                      \
    F(S, parties,           TEXTS(64, 0, 24),  OPTIONAL, "sign-in names of its parties")

#define MESSAGE_ROW(F, S)                                                                          \
    F(S, case_id,           ID(case_id),                    REQUIRED, "about which case")          \
    F(S, catalogue_version, INT(1, INT64_MAX),              REQUIRED, "whose templates say it")    \
    F(S, template_name,     PUBLIC_TEXT(60),                REQUIRED, "what it says")              \
    F(S, language,          ENUM(language),                 REQUIRED, "in which language")         \
    F(S, channel,           ENUM(message_channel),          REQUIRED, "how it goes")               \
    F(S, address,           TEXT(254),                      OPTIONAL, "where to, sealed")          \
    F(S, parameters,        LIST(message_parameter, 0, 20), OPTIONAL, "what stands in it")         \
    F(S, party,             PUBLIC_TEXT(64),                OPTIONAL, "the party it is for")       \
    F(S, at,                TIME,                           REQUIRED, "when it was queued")        \
    F(S, status,            PUBLIC_TEXT(20),                REQUIRED,                              \
      "shown, queued, sent, delayed or failed")

#define MATTER_ROW(F, S)                                                                           \
    F(S, item,              PUBLIC_TEXT(40),   REQUIRED, "its procedure")                          \
    F(S, catalogue_version, INT(1, INT64_MAX), REQUIRED, "the rules it goes by")                   \
    F(S, department,        PUBLIC_TEXT(20),   OPTIONAL, "whose it is")

/* The work order says no more than which message: the rest stands in its row. */
#define SEND_ORDER(F, S) F(S, message_id, ID(message_id), REQUIRED, "the message")

#define NOTIFICATION_ROWS(M)                                                                       \
    M(ROW, contact_row, CONTACT_ROW, "notification.contact", "To whom messages about a case go.")  \
    M(ROW, matter_row,  MATTER_ROW,  "notification.matter", "A matter of the hall itself.")        \
    M(ROW, message_row, MESSAGE_ROW, "notification.message_row", "A message.")                     \
    M(ROW, send_order,  SEND_ORDER,  "notification.send_order", "A message to be sent.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(notification_rows, NOTIFICATION_ROWS)

/* What notification keeps besides its tables. */
struct notification {
    struct rules_shelf *shelf;
    const char *mail; /* file:FOLDER, smtp://..., or NULL: e-mail waits */
    const char *mail_from;
};

/* -- messages.c ----------------------------------------------------------------------------- */

/* Queues the message that an event causes, if a template says so, and what else the procedure says
 * that notification adds. */
void react_to_event(struct decision *decision, const struct event *event);
void apply_submitted(struct state *state, const struct event *event);
void apply_moved(struct state *state, const struct event *event);
void apply_message_queued(struct state *state, const struct event *event);
void apply_message_sent(struct state *state, const struct event *event);
void apply_message_delayed(struct state *state, const struct event *event);
void apply_message_failed(struct state *state, const struct event *event);
enum verdict decide_report_message(struct decision *decision, const void *command);

/* True when `login` is among the parties of the case. */
bool contact_has_party(const struct contact_row *contact, struct text login);

/* -- parameters.c --------------------------------------------------------------------------- */

/* What stands in the message that `event` causes. Nothing personal. */
struct message_parameter_list parameters_of(struct decision *decision, const struct event *event,
                                            const struct contact_row *contact);

/* True when the event tells that a new calendar moved limits; and when one of these is of concern
 * to who filed. */
bool is_recount(const struct event *event);
bool recount_concerns(const struct event *event);

/* `names` in `language` with the message's parameters filled in. */
struct text message_text(const struct names *names, enum language language,
                         const struct message_parameter_list *parameters, struct arena *arena);

/* What a message says; NULL when its rules or its template are gone. */
const struct message_template *message_template_of(struct state *state,
                                                   const struct message_row *row);

/* -- mail.c --------------------------------------------------------------------------------- */
void perform_send(struct worker *worker, const struct work_order *order, const void *payload);

/* -- queries.c ------------------------------------------------------------------------------ */
enum verdict query_inbox(struct reading *reading, const void *question);
