/* Notification: what leaves the hall: messages in the applicant's language, an inbox, e-mail,
 * letters.
 *
 * What the source files of this folder share; README.md says what the service owns. */
#pragma once

#include "events/approval.h"
#include "events/notification.h"
#include "matter/flow.h"
#include "service/work.h"

enum notification_table {
    TABLE_CONTACTS = ENGINE_TABLE_COUNT, /* case id -> contact_row */
    TABLE_MESSAGES,                      /* message id -> message_row */
    TABLE_INBOX,                         /* case id, message id -> nothing */
    TABLE_PARTS,
    TABLE_VERSIONS,
    TABLE_MATTERS,        /* matter of the hall -> matter_row */
    TABLE_LETTERS,        /* letter id -> letter_row */
    TABLE_CASE_LETTERS,   /* case id, letter id -> nothing */
    TABLE_LETTER_NUMBERS, /* number of a letter -> letter id */
    TABLE_LETTER_COUNTS,  /* kind u64, year u64 -> how many letters it has, u64 */
    TABLE_BILLS,          /* bill id -> paid_row: what a receipt will say */
    NOTIFICATION_TABLE_END,
};

enum notification_work { WORK_SEND, WORK_MAKE_LETTER };

/* clang-format off */
#define CONTACT_ROW(F, S)                                                                          \
    F(S, number,            PUBLIC_TEXT(40),   REQUIRED, "tracking number")                        \
    F(S, item,              PUBLIC_TEXT(40),   REQUIRED, "code of the item")                       \
    F(S, catalogue_version, INT(1, INT64_MAX), REQUIRED, "the rules it goes by")                   \
    F(S, subject,           INT(1, INT64_MAX), REQUIRED, "to whom messages go")                    \
    F(S, session,           BYTES(16),         OPTIONAL, "hash of the session that filed it")      \
    F(S, language,          ENUM(language),    REQUIRED, "in which language")                      \
    F(S, email,             TEXT(254),         OPTIONAL, "where e-mail goes")                      \
    F(S, parties,           TEXTS(64, 0, 24),  OPTIONAL, "sign-in names of its parties")           \
    F(S, units,             LIST(party, 0, 24), OPTIONAL, "units that the form makes its parties") \
    F(S, name,              TEXT(100),         OPTIONAL, "to whom letters are, sealed")            \
    F(S, received,          TIME,              OPTIONAL, "when it was filed")                      \
    F(S, public_key,        BYTES(32),         OPTIONAL, "to seal to the subject")                 \
    F(S, conditions,        TEXT(2000),        OPTIONAL, "of what was granted, sealed")            \
    F(S, valid_until,       DATE,              OPTIONAL, "the last day of what was granted")       \
    F(S, decided_in,        PUBLIC_TEXT(40),   OPTIONAL, "the state in which it was granted")      \
    F(S, document,          PUBLIC_TEXT(40),   OPTIONAL, "number of the document made")

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

#define LETTER_ROW(F, S)                                                                           \
    F(S, case_id,  ID(case_id),           REQUIRED, "about which case")                            \
    F(S, letter,   RECORD(letter_issued), REQUIRED, "what it is")                                  \
    F(S, at,       TIME,                  REQUIRED, "when it was issued")                          \
    F(S, code,     PUBLIC_TEXT(20),       REQUIRED, "its check code")                              \
    F(S, status,   ENUM(letter_status),   REQUIRED, "whether it can be read")                      \
    F(S, why,      PUBLIC_TEXT(200),      OPTIONAL, "why it could not be made")                    \
    F(S, sealed,   HASH,                  OPTIONAL, "hash of the sealed file, its name")           \
    F(S, size,     INT(0, INT64_MAX),     OPTIONAL, "bytes of the PDF")                            \
    F(S, sha256,   TEXT(64),              OPTIONAL, "hash of the PDF, sealed")                     \
    F(S, key,      TEXT(64),              OPTIONAL, "the file's key, sealed")                      \
    F(S, ended,    TIME,                  OPTIONAL, "since when it does not stand")

#define PAID_ROW(F, S)                                                                             \
    F(S, case_id,   ID(case_id),            REQUIRED, "its case")                                  \
    F(S, number,    PUBLIC_TEXT(30),        REQUIRED, "number of the bill")                        \
    F(S, lines,     LIST(bill_line, 1, 64), REQUIRED, "one line per fee")                          \
    F(S, method,    ENUM(payment_method),   OPTIONAL, "how it was paid")                           \
    F(S, reference, PUBLIC_TEXT(60),        OPTIONAL, "the bank's reference of a transfer")        \
    F(S, issuer,    PUBLIC_TEXT(60),        OPTIONAL, "badge of the cashier who took cash")        \
    F(S, receipt,   PUBLIC_TEXT(40),        OPTIONAL, "number of the receipt")                     \
    F(S, received_fen, FEN(0, FEN_MAX),     OPTIONAL, "how much was received")                     \
    F(S, refunded_fen, FEN(0, FEN_MAX),     OPTIONAL, "how much of that was paid back")            \
    F(S, payer,     TEXT(100),              OPTIONAL, "name on the receipt, sealed")

/* The work order says no more than which message: the rest stands in its row. */
#define SEND_ORDER(F, S) F(S, message_id, ID(message_id), REQUIRED, "the message")

#define LETTER_ORDER(F, S) F(S, letter_id, ID(letter_id), REQUIRED, "the letter")

#define NOTIFICATION_ROWS(M)                                                                       \
    M(ROW, contact_row, CONTACT_ROW, "notification.contact", "To whom messages about a case go.")  \
    M(ROW, matter_row,  MATTER_ROW,  "notification.matter", "A matter of the hall itself.")        \
    M(ROW, message_row, MESSAGE_ROW, "notification.message_row", "A message.")                     \
    M(ROW, send_order,  SEND_ORDER,  "notification.send_order", "A message to be sent.")           \
    M(ROW, letter_row,  LETTER_ROW,  "notification.letter_row", "A letter.")                       \
    M(ROW, paid_row,    PAID_ROW,    "notification.paid", "What a receipt will say.")              \
    M(ROW, letter_order, LETTER_ORDER, "notification.letter_order", "A letter to be made.")
/* clang-format on */
WIRE_DECLARE_VOCABULARY(notification_rows, NOTIFICATION_ROWS)

struct letter_fonts;
struct letter_template;

/* What notification keeps besides its tables. */
struct notification {
    struct rules_shelf *shelf;
    const char *mail; /* file:FOLDER, smtp://..., or NULL: e-mail waits */
    const char *mail_from;
    struct letter_fonts *fonts; /* NULL: letters wait */
    const char *public_address; /* where letters are checked */
    char letters[512];          /* folder of the sealed letters */
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

bool contact_get(struct state *state, const struct case_id *id, struct contact_row *ret_row);

/* How long to wait before another attempt, after `attempts`; 0 when that was the last. */
int64_t attempt_wait_ms(int64_t attempts);

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

/* -- vault.c -------------------------------------------------------------------------------- */

/* Asks intake's vault for values of a case, which may not be none; those of who was erased are
 * absent. Leaves an event there. */
enum err vault_ask(struct worker *worker, const struct case_id *case_id, const char *purpose,
                   struct sealed_value_list values, struct opened_values *ret_opened);

/* -- letters.c ------------------------------------------------------------------------------ */

/* Issues the letter of a case that an event causes, if one belongs to it: `outcome` is what it
 * tells. */
void letter_issue(struct decision *decision, const struct event *event,
                  const struct case_id *case_id, const struct contact_row *contact,
                  const struct hall_rules *rules, struct text outcome);

/* The same for an event of a matter of its own that names a bill: the letter belongs to the case of
 * the bill. Money that is paid back may be such a matter. */
void letter_issue_for_bill(struct decision *decision, const struct event *event);
void apply_letter_issued(struct state *state, const struct event *event);
void apply_letter_made(struct state *state, const struct event *event);
void apply_letter_delayed(struct state *state, const struct event *event);
void apply_letter_failed(struct state *state, const struct event *event);
void apply_letter_wanted_again(struct state *state, const struct event *event);
enum verdict decide_make_letter_again(struct decision *decision, const void *command);
enum verdict decide_report_letter(struct decision *decision, const void *command);

/* Letters that a step takes back, and those that stand again: the licence of a permit that was
 * revoked, a decision that was set aside. Only in apply. */
void letters_follow(struct state *state, const struct event *event);

bool letter_get(struct state *state, const struct letter_id *id, struct letter_row *ret_row);

/* Calls `visit` for the letters of a case, the earliest first, until it returns false. */
void letters_visit(struct state *state, const struct case_id *case_id,
                   bool (*visit)(void *context, const struct letter_row *row), void *context);

/* -- receipts.c ----------------------------------------------------------------------------- */
void apply_bill_issued(struct state *state, const struct event *event);
void apply_bill_lowered(struct state *state, const struct event *event);
void apply_payment_recorded(struct state *state, const struct event *event);
void apply_receipt_issued(struct state *state, const struct event *event);

/* Adds what a step paid back to what is known of its bill. Only in apply. */
void receipts_follow(struct state *state, const struct event *event);
bool paid_get(struct state *state, const struct bill_id *id, struct paid_row *ret_row);

/* -- letter_words.c ------------------------------------------------------------------------- */

/* Fills in what the letter that `event` causes says: words, values, lines, who issues it. */
void letter_words_fill(struct decision *decision, const struct event *event,
                       const struct contact_row *contact, const struct hall_rules *rules,
                       const struct letter_template *template, struct letter_issued *letter);

/* "2026年3月2日". */
struct text day_words(struct arena *arena, struct date day);

/* -- letter_work.c -------------------------------------------------------------------------- */
void perform_make_letter(struct worker *worker, const struct work_order *order,
                         const void *payload);

/* -- letter_queries.c ----------------------------------------------------------------------- */
enum verdict query_letters(struct reading *reading, const void *question);
enum verdict query_letter(struct reading *reading, const void *question);
enum verdict query_letter_piece(struct reading *reading, const void *question);
enum verdict query_check_letter(struct reading *reading, const void *question);

/* -- mail.c --------------------------------------------------------------------------------- */
void perform_send(struct worker *worker, const struct work_order *order, const void *payload);

/* -- queries.c ------------------------------------------------------------------------------ */
enum verdict query_inbox(struct reading *reading, const void *question);

/* What somebody is to a case. */
enum standing contact_standing(struct state *state, const struct principal *principal,
                               const struct case_id *id, const struct contact_row *contact);
